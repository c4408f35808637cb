"""What tells the query language from plain words, at no cost for these (see `carikm.search.syntax`)."""

from carikm.records import NamedTuple

TITLE, SOURCE, PATH, DATE = "judul", "sumber", "berkas", "tanggal"
FIELDS = {name: name for name in (TITLE, SOURCE, PATH, DATE)} | {
    "title": TITLE,
    "source": SOURCE,
    "path": PATH,
    "date": DATE,
}
# What stands behind a field that asks only that something is known: tanggal:*
ANY = "*"
OPERATORS = frozenset({"AND", "OR", "NOT", "DAN", "ATAU", "BUKAN"})
# What stands between the parts of a word such as Covid-19.
JOINERS = frozenset("-\u2010\u2011–")
_ANYWHERE = frozenset('"()*~“')
_AT_THE_BEGINNING = "+-="


class Note(NamedTuple):
    """What a user should know of how a query was read: a message, and the place in the query that it is about."""

    message: str
    position: int


def may_have_parts(text: str) -> bool:
    """Tell whether a word of several parts may stand in a query (see `carikm.search.any_words`)."""
    return not JOINERS.isdisjoint(text)


def may_be_language(text: str) -> bool:
    """Tell whether a query can have anything but plain words in it."""
    return not _ANYWHERE.isdisjoint(text) or any(
        word in OPERATORS
        or (word[0] in _AT_THE_BEGINNING and len(word) > 1)
        or (":" in word and word.split(":")[0].lower() in FIELDS)
        for word in text.split()
    )
