"""What a query and its options ask of articles, whatever words they hold: which chunks are of such articles."""

from collections.abc import Iterator, Set
from functools import cached_property

from carikm.index.format import BODY_CHUNKS
from carikm.index.reader import IndexReader
from carikm.search.article_matching import ArticleMatcher
from carikm.search.conditions import (
    AllOf,
    AnyOf,
    AtPath,
    Condition,
    FromOutlet,
    Holds,
    HoldsPhrase,
    InPeriod,
    InTitle,
    NoneOf,
)
from carikm.search.matching import Matcher
from carikm.search.query import Query
from carikm.search.query_parts import Word
from carikm.search.sources import Source, forms_source, stem_source
from carikm.search.store import Scope, SearchStore


class AskedArticles:
    """The articles that meet what must be met whatever words there are."""

    def __init__(self, index: IndexReader, store: SearchStore, query: Query, scope: Scope) -> None:
        """Take the query with the scope that it was searched for in."""
        self._index, self._store, self._scope = index, store, scope
        self._conditions = [*scope.conditions, *_of_articles(query.condition)]
        self._known_titles: dict[Set[str], Set[int]] = {}

    @property
    def are_all(self) -> bool:
        """Whether nothing is asked of articles."""
        return not self._conditions and self._scope.article is None

    def chunks(self, among: Set[int]) -> Set[int]:
        """Keep of chunks of the body those whose articles meet all conditions."""
        return self._matcher.of_articles(among, self._articles)

    def headlines(self, surface: str, is_exact: bool) -> int:
        """Count the articles of the archive that have a word in their headline, in any form or just in this one."""
        store = self._store
        return len(self._titled(store.look_up_forms(surface, [surface]) if is_exact else store.look_up(surface)))

    @cached_property
    def _articles(self) -> Set[int]:
        """The articles that meet all conditions."""
        titles = [word for part in self._conditions if isinstance(part, InTitle) for word in _words(part)]
        others = [part for part in self._conditions if not (isinstance(part, InTitle) and _words(part))]
        article = self._scope.article
        among = None if article is None else {article.id}
        found: Set[int] = self._matcher.meeting(AllOf(others), among)
        for word in titles:
            found &= self._titled(word)
        return found

    def _titled(self, word: Word) -> Set[int]:
        """Give the articles with a word in their headline; where it is a common one, many headlines have to be read."""
        known = word.forms
        if known not in self._known_titles:
            self._known_titles[known] = self._matcher.meeting(InTitle(Holds(word)))
        return self._known_titles[known]

    @cached_property
    def _matcher(self) -> Matcher:
        articles = ArticleMatcher(self._index, self._source, undated=self._scope.undated)
        return Matcher(self._index, self._source, {}, [BODY_CHUNKS], articles, by_article=True)

    def _source(self, what: Holds | HoldsPhrase) -> Source:
        assert isinstance(what, Holds), "of a phrase in a headline its words are asked for one by one"
        if what.word.is_exact or what.word.key is None:
            return forms_source(self._index, what.word.forms)
        return stem_source(self._index, what.word.key, what.word.surface)


def _words(title: InTitle) -> list[Word]:
    """Give the word that a headline is to hold, unless it is a phrase."""
    return [title.part.word] if isinstance(title.part, Holds) else []


def _of_articles(condition: Condition | None) -> Iterator[Condition]:
    """Give those parts of a condition that must be met and ask nothing of chunks."""
    if condition is None:
        return
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _of_articles(part)
    elif _is_of_article(condition):
        yield condition


def _is_of_article(condition: Condition) -> bool:
    match condition:
        case AllOf(parts) | AnyOf(parts) | NoneOf(parts):
            return all(map(_is_of_article, parts))
    return isinstance(condition, InTitle | FromOutlet | AtPath | InPeriod)
