"""What helps where nothing is found: how often each word occurs, what to search for instead, what outlets there are."""

from collections.abc import Callable, Sequence

from carikm.index.corrections import Corrections
from carikm.index.reader import IndexReader
from carikm.records import NamedTuple
from carikm.search.asked_articles import AskedArticles
from carikm.search.local import LocalStore
from carikm.search.query import Query
from carikm.search.store import Scope
from carikm.search.suggestions import Suggestion, suggest
from carikm.search.unknown_outlets import UnknownOutlet, unknown_outlets
from carikm.search.vocabulary import IndexVocabulary
from carikm.search.word_reports import WordReport, report_words


class Help(NamedTuple):
    """What is known of the words, queries that return something, outlets that are none.

    Where something was found, and all words are known, there are only such outlets.
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
    asked = AskedArticles(index, LocalStore(index, corrections), query, scope)
    unknown = unknown_outlets(index, query, scope)
    likest = {outlet.name: outlet.likest[0] for outlet in unknown if outlet.likest}
    return Help(
        report_words(query.text, vocabulary, None if asked.are_all else asked.chunks, asked.headlines),
        suggest(query.text, vocabulary, count, likest),
        unknown,
    )
