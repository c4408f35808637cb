"""A query's ranking over an index on this machine: find its words, match its conditions, score, list."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from carikm.index.bits import count_articles, numbers_in
from carikm.index.format import BODY_CHUNKS, BOILERPLATE_BASE, BOILERPLATE_CHUNKS, LEAD_BASE, LEADS
from carikm.index.reader import IndexReader
from carikm.records import NamedTuple
from carikm.search.levels import Levels
from carikm.search.listing import ArticleFacts, count_facets, list_chunks
from carikm.search.pruning import list_best
from carikm.search.query import Query
from carikm.search.query_parts import Expansion, Word
from carikm.search.score import Level, Search, WeighedExpansion, WeighedWord, search_for
from carikm.search.spread import (
    MOST_PARTS,
    Matches,
    Part,
    Spread,
    SpreadMemory,
    article_ends,
    common,
    own_spread,
    united,
)
from carikm.search.store import Facets, Listed, Ranking, Scope
from carikm.search.weighing import Weighing

if TYPE_CHECKING:
    from carikm.search.conditions import HoldsPhrase
    from carikm.search.explain import Explanation
    from carikm.search.meeting import Meeting

# Whoever wants more of a list than this is given it by scoring all.
_LONGEST_PRUNED = 1_000
# Chunks without a score have no bounds that tell which of them come first: so many at the most are looked at.
_MOST_WITHOUT_SCORE = 2_000
# Patterns of many forms have bounds that say little: forms are looked up so often at the most, chunk by chunk.
_MANY_FORMS, _MOST_LOOKUPS = 20, 1_000_000


def rank(index: IndexReader, query: Query, scope: Scope, memory: SpreadMemory | None = None) -> Ranking:
    """Rank the chunks, or articles, that a query matches; `memory` keeps what other queries may ask for."""
    return _Ranking(index, query, scope, memory).result()


def count(index: IndexReader, query: Query, scope: Scope, memory: SpreadMemory | None = None) -> int:
    """Count what a query matches: `rank(...).total`, without scores."""
    return _Ranking(index, query, scope, memory).total()


class _Ranking:
    """The way of one query, step by step."""

    def __init__(self, index: IndexReader, query: Query, scope: Scope, memory: SpreadMemory | None = None) -> None:
        self._memory = memory
        self._index = index
        self._query = query
        self._scope = scope
        self._body, self._boilerplate = BODY_CHUNKS, BOILERPLATE_CHUNKS
        if scope.article is not None:
            self._body, self._boilerplate = scope.article.body, scope.article.boilerplate
        self._weighing = Weighing(index, query, (self._body, self._boilerplate), memory)
        self._expansions = self._weighing.expansions

    def result(self) -> Ranking:
        """Find, match, score, list."""
        words, expansions = self._weighing.weighed()
        if (words or self._is_conditional) and len(words) + len(expansions) < MOST_PARTS and self._is_pruned:
            spreads = self._spreads(words, expansions)
            only = own_spread(self._index, self._meeting_chunks(spreads)) if self._is_conditional else None
            if self._is_worth_pruning(spreads, only):
                return self._best(words, expansions, spreads, only)
        return self._all(words, expansions)

    @property
    def _is_pruned(self) -> bool:
        """Tell whether only what may be listed need be scored: in a list of moderate length."""
        return self._is_of_bodies and self._scope.offset + self._scope.limit <= _LONGEST_PRUNED

    def _is_worth_pruning(self, spreads: "_Spreads", only: Spread | None) -> bool:
        """Tell whether bounds help: not where much has none, nor where each article is looked up in many postings."""
        if only is None or self._scope.sort != "score" or not spreads.parts:
            return True
        forms = self._weighing.forms
        if forms > _MANY_FORMS and forms * only.chunks.bit_count() > _MOST_LOOKUPS:
            return False
        return (only.chunks & ~spreads.chunks).bit_count() <= _MOST_WITHOUT_SCORE

    @property
    def _is_of_bodies(self) -> bool:
        """Tell whether all bodies are searched, and nothing but these."""
        return self._scope.article is None and not self._scope.boilerplate

    def _spreads(self, words: Sequence[WeighedWord], expansions: Sequence[WeighedExpansion]) -> "_Spreads":
        """Tell where in the bodies of the archive words and whole expansions stand."""
        parts = [Part(word.source.spread(), word.stem_weight, word.surface_weight) for word in words]
        allowed: list[set[int]] = []
        took_part = []
        for expansion, asked in zip(expansions, self._expansions, strict=True):
            spread = self._spread_of(expansion, asked)
            allowed.append(set(numbers_in(spread.chunks)))
            if expansion.instead_of and spread.chunks:
                in_words = common([parts[instead].found for instead in expansion.instead_of])
                is_new = bool(spread.chunks & ~in_words)
            else:
                is_new = bool(spread.chunks)
            parts.append(Part(spread, expansion.weight))
            if is_new:
                took_part.append(asked)
        return _Spreads(parts, united(parts), allowed, took_part)

    def _meeting_chunks(self, spreads: "_Spreads") -> int:
        """Give the chunks that meet all conditions, as a set of bits."""
        return self._meeting.body_chunks(self._readings_of(spreads), spreads.chunks)

    def _unknown(self, spreads: "_Spreads", met: int) -> tuple[int, int]:
        """Count what would match too but for a date, or an outlet, that its article lacks."""
        return self._meeting.unknown_of_bodies(self._readings_of(spreads), spreads.chunks, met)

    def _readings_of(self, spreads: "_Spreads") -> dict[str, int]:
        parts = spreads.parts[len(spreads.parts) - len(self._expansions) :]
        return {expansion.reading: part.found.chunks for expansion, part in zip(self._expansions, parts, strict=True)}

    def _best(
        self,
        words: Sequence[WeighedWord],
        expansions: Sequence[WeighedExpansion],
        spreads: "_Spreads",
        only: Spread | None,
    ) -> Ranking:
        """Score and list the best, of those chunks only that meet all conditions, if there are any."""
        levels = Levels(self._index, are_few=True, boilerplate=False)

        def levels_of(articles: Sequence[int]) -> list[Level]:
            return levels.of_articles(articles, words, expansions, spreads.allowed)

        def scored(articles: Sequence[int]) -> Mapping[int, float]:
            scores = levels.scored(levels_of(articles))
            if only is None:
                return scores
            return {chunk: scores.get(chunk, 0.0) for chunk in matches.in_articles(articles)}

        has_scores = bool(spreads.parts)
        facts = self._article_facts(levels, are_few=has_scores)
        matches = Matches(self._index, spreads.parts, only)
        listing = list_best(matches, self._scope, facts, scored, has_scores=has_scores)
        explained: Sequence[Explanation] = ()
        if self._scope.explain:
            shown = sorted({facts.article_of(listed.chunk) for listed in listing.page})
            explained = self._explained(listing.page, levels_of(shown), levels.article)
        left_out = len(self._matched_boilerplate(words, expansions))
        unknown = self._unknown(spreads, only.chunks) if only is not None else (0, 0)
        facets = None
        if self._scope.facets:
            article_of = self._index.chunk_articles()
            facets = self._facets((article_of[chunk] for chunk in matches.chunks()), facts)
        nowhere = self._nowhere(bool(part.found.chunks) for part in spreads.parts)
        return Ranking(*listing, left_out, *unknown, spreads.took_part, facets, explained, nowhere)

    def _all(self, words: Sequence[WeighedWord], expansions: Sequence[WeighedExpansion]) -> Ranking:
        """Find, score and list all."""
        found = self._found(words, expansions)
        article = self._scope.article
        leads = LEADS if article is None else range(LEAD_BASE + article.id, LEAD_BASE + article.id + 1)
        levels = Levels(self._index, are_few=False, boilerplate=self._scope.boilerplate)
        of_texts = levels.of_texts(words, expansions, found, leads)
        scores = levels.scored(of_texts)
        undated = sourceless = 0
        if self._is_conditional:
            readings = self._readings(found)
            undated, sourceless = self._meeting.unknown(readings, scores, self._parts)
            scores = {chunk: scores.get(chunk, 0.0) for chunk in self._meeting.chunks(readings, scores, self._parts)}
        left_out = set() if self._scope.boilerplate else self._matched_boilerplate(words, expansions)
        facts = self._article_facts(levels, scores)
        listing = list_chunks(scores, self._scope, facts)
        took_part = [
            expansion
            for place, expansion in enumerate(self._expansions)
            if any(search.stands_in(place) for search in found)
        ]
        return Ranking(
            listing.page,
            listing.total,
            listing.listed,
            len(left_out),
            undated,
            sourceless,
            took_part,
            self._facets(map(facts.article_of, scores), facts) if self._scope.facets else None,
            self._explained(listing.page, of_texts, levels.article) if self._scope.explain else (),
            self._nowhere(any(search.words[place][1] for search in found) for place in range(len(words))),
        )

    def total(self) -> int:
        """Find and match only."""
        words, expansions = self._weighing.weighed()
        if len(words) + len(expansions) < MOST_PARTS and self._is_of_bodies:
            spreads = self._spreads(words, expansions)
            chunks = self._meeting_chunks(spreads) if self._is_conditional else spreads.chunks
            return count_articles(chunks, *article_ends(self._index)) if self._scope.by_article else chunks.bit_count()
        found = self._found(words, expansions)
        matched = set[int]().union(*map(Search.texts, found))
        if self._is_conditional:
            matched = self._meeting.chunks(self._readings(found), matched, self._parts)
        if not self._scope.by_article:
            return len(matched)
        return len(set(map(Levels(self._index, are_few=False, boilerplate=True).article, matched)))

    @property
    def _parts(self) -> list[range]:
        return [self._body, self._boilerplate] if self._scope.boilerplate else [self._body]

    def _found(self, words: Sequence[WeighedWord], expansions: Sequence[WeighedExpansion]) -> list[Search]:
        return [self._with_whole_phrases(search_for(words, expansions, part)) for part in self._parts]

    @property
    def _is_conditional(self) -> bool:
        return self._query.condition is not None or bool(self._scope.conditions)

    def _with_whole_phrases(self, search: Search) -> Search:
        """Keep of each expansion of several words only the chunks in which they stand together."""
        if not self._expansions:
            return search
        from carikm.search.standing import whole_phrases

        phrases = enumerate(self._expansions)
        return search.only([whole_phrases(self._index, search.texts_with_all(n), phrase) for n, phrase in phrases])

    def _spread_of(self, expansion: WeighedExpansion, asked: Expansion) -> Spread:
        from carikm.search.standing import expansion_spread

        return expansion_spread(self._index, expansion, asked, self._memory)

    @cached_property
    def _meeting(self) -> "Meeting":
        from carikm.search.meeting import Meeting

        return Meeting(self._index, self._query, self._scope, self._weighing.source)

    def _readings(self, found: Sequence[Search]) -> dict[str, set[int]]:
        """Give the chunks that hold the whole of an expansion, by its reading."""
        return {
            expansion.reading: set[int]().union(*(search.texts_with_all(place) for search in found))
            for place, expansion in enumerate(self._expansions)
        }

    def _matched_boilerplate(self, words: Iterable[WeighedWord], expansions: Iterable[WeighedExpansion]) -> set[int]:
        """Find the chunks of boilerplate that would be hits if boilerplate were searched."""
        search = self._with_whole_phrases(search_for(words, expansions, self._boilerplate))
        found = search.texts()
        if not self._is_conditional:
            return found
        return self._meeting.chunks(self._readings([search]), found, [self._boilerplate])

    def _explained(
        self, page: Iterable[Listed], levels: Sequence[Level], article_of: Callable[[int], int]
    ) -> "list[Explanation]":
        """Take the scores of chunks apart; one that only meets conditions has no parts."""
        from carikm.search.explain import expansion_term, explain, phrase_term, word_term

        articles, leads, *kinds = levels
        total = self._index.fact("counted_articles")
        weighed = [word for word, _ in articles.search.words]
        own = [word for word in self._weighing.words() if word.key is not None]
        terms = [word_term(word, found, total) for word, found in zip(own, weighed, strict=False)]
        phrases = zip(self._query.phrases, weighed[len(own) :], strict=True)
        terms += [phrase_term(phrase, found) for phrase, found in phrases]
        others = zip(self._expansions, articles.search.expansions, strict=True)
        expansions = [expansion_term(expansion, found) for expansion, (found, _) in others]
        explanations = []
        for score_of, chunk, *_ in page:
            is_boilerplate = chunk >= BOILERPLATE_BASE
            number = article_of(chunk)
            texts = [(articles, number), (kinds[is_boilerplate], chunk), (leads, LEAD_BASE + number)]
            explanations.append(explain(terms, expansions, texts if score_of else ()))
        return explanations

    def _article_facts(self, levels: Levels, scores: Collection[int] = (), *, are_few: bool = False) -> ArticleFacts:
        index = self._index
        order = index.few_of("article_order") if are_few else index.article_order()
        # Of one article, body chunks are numbered in order; boilerplate stands between them.
        places = index.places(scores) if self._scope.boilerplate else None

        def place_of(chunk: int) -> tuple[int, int]:
            return order[levels.article(chunk)], chunk if places is None else places[chunk][1]

        return ArticleFacts(
            levels.article,
            order,
            place_of,
            index.few_of("representatives") if are_few else index.representatives(),
            index.article_days() if self._scope.sort != "score" or self._scope.facets else (),
        )

    def _nowhere(self, is_found: Iterable[bool]) -> "list[Word | HoldsPhrase]":
        """Pick from the query's words and phrases, in the order they are weighed in, those that were not found."""
        if self._scope.article is not None:
            return []
        known = [word for word in self._weighing.words() if word.key is not None]
        asked: list[Word | HoldsPhrase] = [*known, *self._query.phrases]
        nowhere = [what for what, is_there in zip(asked, is_found, strict=False) if not is_there]
        # Those of a phrase are told of with it.
        return [what for what in nowhere if what in self._query.words or what in self._query.phrases]

    def _facets(self, articles: Iterable[int], facts: ArticleFacts) -> Facets:
        """Count hits, given by their articles."""
        names, outlets = self._index.outlets()
        return count_facets(set(articles) if self._scope.by_article else articles, outlets, names, facts.days)


class _Spreads(NamedTuple):
    """Where words and whole expansions stand in bodies: the parts of a score, and the chunks with any, as bits.

    `allowed` has the chunks of each expansion; `took_part` those expansions that find what the words do not.
    """

    parts: Sequence[Part]
    chunks: int
    allowed: Sequence[set[int]]
    took_part: Sequence[Expansion]
