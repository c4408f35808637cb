"""Which tokens a text has, and by which stems they are found."""

# Written into every index: an index made by another analysis is built anew.
ANALYSIS_VERSION = "13"
