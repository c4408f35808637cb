"""From what the user typed to a query: plain words at once, anything else by way of the query language."""

from carikm.analysis.tokens import tokenize
from carikm.errors import QueryEmpty
from carikm.index.corrections import NO_CORRECTIONS, Corrections
from carikm.search.plain_words import read_plain
from carikm.search.query import Query
from carikm.search.signs import may_be_language
from carikm.search.store import SearchStore

# So much of a query is shown in an error.
_SHOWN = 60


def read_query(
    store: SearchStore,
    text: str,
    *,
    expanded: bool = False,
    all_words: bool = False,
    literal: bool = False,
    corrections: Corrections = NO_CORRECTIONS,
) -> Query:
    """Read a query, look up its words and, if it is to be `expanded`, other forms of what stands outside quotes.

    Args:
        store: knows the words.
        text: the query.
        expanded: whether other forms are looked for.
        all_words: whether a hit must hold all plain words, and not any.
        literal: whether the query is words alone, whatever signs it has.
        corrections: the user's.

    Raises:
        QueryEmpty: the query has no word in it.
        QuerySyntax: it is meant as the query language, and is wrong.
    """
    if next(tokenize(text), None) is None:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        found = "is empty" if not text.strip() else f"{shown!r} has no letter or number in it"
        raise QueryEmpty(f"The query {found}.", 'Give one word or more: carikm search "sentra logam"')
    query = _read(store, text, corrections if expanded else None, all_words, literal or not may_be_language(text))
    if literal or ":" not in text:
        return query
    from carikm.search.field_slips import field_slips

    return query._replace(notes=[*query.notes, *field_slips(text)])


def _read(store: SearchStore, text: str, corrections: Corrections | None, all_words: bool, literal: bool) -> Query:
    if literal and not all_words:
        return read_plain(store, text, corrections)
    from carikm.search.language import read_language

    return read_language(store, text, corrections, all_words=all_words, literal=literal)
