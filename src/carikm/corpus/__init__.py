"""Which files a corpus holds, and which articles, paragraphs and boilerplate they are."""

# Written into every index: articles read by other rules are read anew.
CORPUS_VERSION = "1"
