"""What helps where nothing is found: how often each word occurs, what to search for instead, what outlets there are."""

from collections.abc import Callable, Iterator, Sequence

from carikm.index.corrections import Corrections
from carikm.index.reader import IndexReader
from carikm.records import NamedTuple
from carikm.search.asked_articles import AskedArticles
from carikm.search.conditions import AllOf, AnyOf, Condition, FromOutlet, NoneOf
from carikm.search.local import LocalStore
from carikm.search.matching import outlets_called
from carikm.search.query import Query
from carikm.search.store import Scope
from carikm.search.suggestions import Suggestion, suggest
from carikm.search.vocabulary import IndexVocabulary
from carikm.search.word_reports import WordReport, report_words

_OUTLETS_GIVEN = 3
# Of 100 for the same name.
_LEAST_LIKENESS = 60


class UnknownOutlet(NamedTuple):
    """An outlet that was asked for and is not known, and those with the likest names."""

    name: str
    likest: Sequence[str]


class Help(NamedTuple):
    """What is known of the words, queries that return something, outlets that are none.

    `instead_of` is the query that was given, where the first suggestion was answered in its place.
    """

    words: Sequence[WordReport]
    suggestions: Sequence[Suggestion]
    unknown_outlets: Sequence[UnknownOutlet]
    instead_of: str | None = None


def find_help(
    index: IndexReader, corrections: Corrections, query: Query, scope: Scope, count: Callable[[str], int]
) -> Help:
    """Find what helps with a query.

    Args:
        index: the index.
        corrections: the user's.
        query: the query.
        scope: where it was searched for.
        count: runs another query in the same way and tells how many hits it has.
    """
    vocabulary = IndexVocabulary(index, corrections)
    conditions = [*scope.conditions, *([query.condition] if query.condition is not None else [])]
    asked = AskedArticles(index, LocalStore(index, corrections), query, scope)
    return Help(
        report_words(query.text, vocabulary, None if asked.are_all else asked.chunks, asked.headlines),
        suggest(query.text, vocabulary, count),
        [outlet for condition in conditions for outlet in _unknown_outlets(condition, index)],
    )


def _unknown_outlets(condition: Condition, index: IndexReader) -> Iterator[UnknownOutlet]:
    match condition:
        case FromOutlet(name):
            names, _ = index.outlets()
            if not outlets_called(name, names):
                yield UnknownOutlet(name, _likest(name, names))
        case AllOf(parts) | AnyOf(parts) | NoneOf(parts):
            for part in parts:
                yield from _unknown_outlets(part, index)


def _likest(name: str, names: Sequence[str]) -> list[str]:
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        name,
        names,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=_OUTLETS_GIVEN,
        score_cutoff=_LEAST_LIKENESS,
    )
    return [outlet for outlet, _, _ in found]
