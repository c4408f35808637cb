"""Is it a whole file, and the one that we write?"""

import json

from carikm.index.blocks import BOUNDS_SLACK
from carikm.index.checks import tables
from carikm.index.checks.findings import MOST_SHOWN, Findings
from carikm.index.format import FACTS
from carikm.index.reader import IndexReader


def check_file(index: IndexReader, findings: Findings) -> None:
    """Let SQLite check every page, its checksum, and every row against its index.

    What `IndexReader` refuses when it opens a file (another application, format or schema, other rules) is not looked
    at here again.
    """
    with findings.about("file"):
        for complaint in tables.complaints(index, MOST_SHOWN):
            findings.damage("file", f"SQLite says: {complaint}")


def check_facts(index: IndexReader, findings: Findings) -> None:
    """See that all facts are there, and of the form they have."""
    with findings.about("facts"):
        names = tables.names_of_facts(index)
        for name in sorted(FACTS - names):
            findings.damage("facts", f"it has no {name}")
        for name in sorted(names - FACTS):
            findings.damage("facts", f"it has a {name}, which this carikm does not write")
    with findings.about("facts"):
        most = json.loads(index.fact("bounds_averages"))
        if not (len(most) == len(index.averages) and all(isinstance(value, float | int) for value in most)):
            findings.damage("facts", "bounds_averages are not three numbers")
        elif any(now > BOUNDS_SLACK * then for now, then in zip(index.averages, most, strict=True)):
            findings.damage("facts", f"bounds hold for averages of {most}, and these are {list(index.averages)}")
