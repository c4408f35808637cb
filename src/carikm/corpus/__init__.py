"""Which files a corpus holds, and which articles, paragraphs and boilerplate they are."""

# Written into every index: articles read by other rules are read anew.
CORPUS_VERSION = "6"

# A chunk's kind: the article's own text, or the page around it, which ranking leaves out.
BODY = "body"
BOILERPLATE = "boilerplate"

# How surely a value was read from an article.
CERTAIN = "certain"  # said in a form that is used for nothing else: a date line, "Penulis: …"
LIKELY = "likely"  # said in a form that is mostly used for it: the first date with a fitting weekday
DOUBTFUL = "doubtful"  # the form is weak, or something speaks against it: a weekday that does not fit
