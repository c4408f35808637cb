"""Which files a corpus holds, and which articles, paragraphs and boilerplate they are."""

# Written into every index: articles read by other rules are read anew.
CORPUS_VERSION = "1"

# A chunk's kind: the article's own text, or the page around it, which ranking leaves out.
BODY = "body"
BOILERPLATE = "boilerplate"
