"""What may be asked for besides the query, and what a store is told of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from carikm.errors import UsageError
from carikm.index.reader import IndexReader
from carikm.search.references import find_article
from carikm.search.store import Scope

if TYPE_CHECKING:
    import datetime

    from carikm.search.conditions import Condition

_SORTS = ("score", "newest", "oldest")
# So many of its chunks an article has among the hits, unless all are asked for.
_CHUNKS_OF_AN_ARTICLE = 2


class SearchOptions(TypedDict, total=False):
    """What may be asked for besides the query.

    limit: how many hits to give at the most (10).
    offset: how many of the best to pass over (0).
    all_words: a hit must hold all plain words of the query that stand together, and not any of them.
    literal: the query is words alone, whatever signs it has.
    expand: search for synonyms and the other forms of acronyms too, at a low weight (True).
    article: search inside this article only (an id, or an unambiguous prefix).
    source: search only articles of an outlet of this name, or one of them, by a part of the name; one text may name
        several, with commas.
    since: search only articles from this day on: a date, `2020`, `2020-09` or `2020-09-28`.
    until: search only articles up to this day, or to the last of this month or year.
    undated: search articles without a date as well; otherwise dates leave them out, and the result counts the
        chunks that match there.
    boilerplate: search page furniture too.
    by_article: match articles as a whole, and give each one's best chunk.
    all_chunks: give all chunks that match, and not two of an article at the most.
    duplicates: give near-identical articles each for itself, and not as one.
    sort: `score`, `newest` or `oldest`.
    facets: count the hits per outlet and year.
    auto: where nothing is found, give the answer to the first suggestion.
    explain: take the score of each hit apart.
    """

    limit: int
    offset: int
    all_words: bool
    literal: bool
    expand: bool
    article: str | None
    source: Sequence[str] | str
    since: "datetime.date | str | None"
    until: "datetime.date | str | None"
    undated: bool
    boilerplate: bool
    by_article: bool
    all_chunks: bool
    duplicates: bool
    sort: str
    facets: bool
    auto: bool
    explain: bool


def check(options: SearchOptions) -> None:
    """Refuse options that there are not, or not together, numbers out of range and unknown orders.

    Raises:
        UsageError: with what was given and what was expected.
    """
    known = SearchOptions.__annotations__
    if unknown := [name for name in options if name not in known]:
        raise UsageError(f"There is no option {unknown[0]!r}.", f"The options are {', '.join(known)}.")
    check_page(options.get("limit", 10), options.get("offset", 0))
    sort = options.get("sort", "score")
    if sort not in _SORTS:
        raise UsageError(f"Hits cannot be sorted by {sort!r}.", f"Choose one of {', '.join(_SORTS)}.")
    if options.get("by_article", False) and options.get("all_chunks", False):
        raise UsageError("Articles were asked for, each by its best chunk, and all chunks.", "Choose one of them.")


def check_page(limit: int, offset: int) -> None:
    """Refuse a limit below 1 and an offset below 0.

    Raises:
        UsageError: with what was given, what was expected, and an example.
    """
    given = [("limit", limit, 1), ("offset", offset, 0)]
    wrong = [(name, value, least) for name, value, least in given if value < least]
    if wrong:
        told = (f"The {name} is {value}, and has to be at least {least}." for name, value, least in wrong)
        raise UsageError(" ".join(told), f"For example: {' '.join(f'--{name} 10' for name, *_ in wrong)}")


def scope_of(reader: IndexReader, options: SearchOptions, conditions: "Sequence[Condition]") -> Scope:
    """Make of the options what a store is told.

    Args:
        reader: knows the articles.
        options: what was asked for.
        conditions: `conditions_of(options)`.

    Raises:
        ArticleUnknown, ArticleAmbiguous: there is no such article, or several.
    """
    name = options.get("article")
    article = find_article(reader, name) if name is not None else None
    is_whole = article is not None or options.get("all_chunks", False)
    return Scope(
        options.get("limit", 10),
        options.get("offset", 0),
        article,
        options.get("boilerplate", False),
        options.get("by_article", False),
        conditions,
        options.get("undated", False),
        None if is_whole else _CHUNKS_OF_AN_ARTICLE,
        options.get("duplicates", False) or article is not None,
        options.get("sort", "score"),
        options.get("facets", False),
        options.get("explain", False),
    )


def conditions_of(options: SearchOptions) -> "list[Condition]":
    """Give what the options ask of articles."""
    since, until, outlets = options.get("since"), options.get("until"), options.get("source", ())
    found: list[Condition] = []
    if isinstance(outlets, str):
        outlets = [outlets]
    if outlets:
        from carikm.search.conditions import AnyOf, FromOutlet

        names = [name for value in outlets for name in map(str.strip, value.split(",")) if name]
        found.append(AnyOf([FromOutlet(name) for name in names or outlets]))
    if since is not None or until is not None:
        from carikm.search.conditions import InPeriod
        from carikm.search.period import read_period

        period = read_period(since, until)
        assert period is not None, "one of the two days is given"
        found.append(InPeriod(period))
    return found
