"""Which articles meet what a query asks of articles: their headline, outlet, file and date."""

from collections.abc import Callable, Sequence

from carikm.analysis.compounds import is_compound
from carikm.analysis.tokens import tokenize
from carikm.index.format import NO_RANK
from carikm.index.reader import IndexReader
from carikm.search.conditions import AtPath, FromOutlet, Holds, HoldsPhrase, InPeriod, InTitle
from carikm.search.paths import path_test
from carikm.search.period import day_bounds
from carikm.search.phrases import any_word_test, phrase_runs
from carikm.search.query_parts import ANY_DAY
from carikm.search.signs import ANY
from carikm.search.snippet import find_matches
from carikm.search.sources import Source
from carikm.search.spread import articles_with

OfArticle = InTitle | AtPath | FromOutlet | InPeriod

# What costs little and leaves little comes first.
_CHEAPEST = (FromOutlet, InPeriod, AtPath, InTitle)


class ArticleMatcher:
    """Checks conditions of articles."""

    def __init__(
        self,
        index: IndexReader,
        source: Callable[[Holds | HoldsPhrase], Source],
        *,
        undated: bool = False,
        sourceless: bool = False,
    ) -> None:
        """Take what there is to match.

        Args:
            index: the index.
            source: gives the occurrences of a word or phrase.
            undated: whether an article without a date lies in every period.
            sourceless: whether an article of no known outlet is of every outlet.
        """
        self._index = index
        self._source = source
        self._undated = undated
        self._sourceless = sourceless

    def meeting_any(self, conditions: Sequence[OfArticle], articles: set[int]) -> set[int]:
        """Find of some articles those that meet any of some conditions."""
        met: set[int] = set()
        for condition in sorted(conditions, key=lambda condition: _CHEAPEST.index(type(condition))):
            met |= self._meeting(condition, articles - met)
        return met

    def _meeting(self, condition: OfArticle, articles: set[int]) -> set[int]:
        match condition:
            case InTitle(part):
                return self._titled(part, articles)
            case AtPath(pattern):
                is_at = path_test(self._index, pattern)
                return {article for article, path in self._index.paths(articles) if is_at(path)}
            case FromOutlet(name):
                names, outlets = self._index.outlets()
                # A star asks for any that is known.
                wanted = outlets_called(name, names) | ({0} if self._sourceless and name != ANY else set())
                return {article for article in articles if outlets[article] in wanted}
            case InPeriod(period):
                days = self._index.article_days()
                first, last = day_bounds(period)
                with_undated = self._undated and period != ANY_DAY  # likewise
                return {
                    article
                    for article in articles
                    if first <= days[article] <= last or (with_undated and days[article] == 0)
                }

    def _titled(self, part: "Holds | HoldsPhrase", articles: set[int]) -> set[int]:
        """Read the titles of the articles that have the words at all: a title is part of its article's text."""
        words = [Holds(word) for word in part.words] if isinstance(part, HoldsPhrase) else [part]
        for word in words:
            articles = articles.intersection(articles_with(self._index, self._source(word).spread().chunks))
        is_titled = _title_test(part)
        return {article for article, title in self._index.titles(articles) if is_titled(title)}


def slots_without_article(index: IndexReader) -> Sequence[int]:
    """Give the numbers of articles that updates gave up."""
    if index.fact("slots") == index.fact("articles"):
        return ()
    return [article for article, rank in enumerate(index.article_order()) if rank == NO_RANK]


def outlets_called(name: str, names: Sequence[str]) -> set[int]:
    """Give the numbers (from 1) of the outlets that are called so, or else of those that have it in their name.

    A star is the name of all.
    """
    if name == ANY:
        return set(range(1, len(names) + 1))
    wanted = _letters(name)
    called = {number for number, outlet in enumerate(names, start=1) if _letters(outlet) == wanted}
    return called or {number for number, outlet in enumerate(names, start=1) if wanted and wanted in _letters(outlet)}


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _title_test(part: "Holds | HoldsPhrase") -> Callable[[str], bool]:
    if isinstance(part, HoldsPhrase):
        surfaces, slop = part.surfaces, part.slop
        return lambda title: bool(phrase_runs([token.surface for token in tokenize(title)], surfaces, slop))
    forms = part.word.forms
    if any(map(is_compound, forms)):
        return lambda title: bool(find_matches(title, [part.word]))
    may_hold = any_word_test(forms)
    return lambda title: may_hold(title) and any(token.surface in forms for token in tokenize(title))
