"""The store on this machine: an open index."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from heapq import nsmallest

from carikm.analysis.readings import key_of
from carikm.analysis.stems import corrected_stem
from carikm.index.corrections import NO_CORRECTIONS, Corrections
from carikm.index.format import BOILERPLATE_BASE
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle, Surface, Term
from carikm.search.references import shortest_reference
from carikm.search.score import Lengths, WeighedWord, matching_chunks, score_chunks, score_together
from carikm.search.store import Expansion, Passage, Ranking, Reading, Scope, Word

_BODY = range(BOILERPLATE_BASE)
_BOILERPLATE = range(BOILERPLATE_BASE, 2 * BOILERPLATE_BASE)


class LocalStore:
    """A `SearchStore` over an index on disk; it reads only the postings and chunks that are asked for."""

    def __init__(self, index: IndexReader, corrections: Corrections = NO_CORRECTIONS) -> None:
        self._index = index
        self._corrections = corrections

    def look_up(self, surface: str) -> Word:
        """Tell what the index knows of a word; only a form that it has never seen needs the stemmer."""
        known = self._index.surface(surface)
        is_stop = surface in self._corrections.stop_words or (known is not None and known.is_stop)
        if known is not None:
            term = self._term(known.term)
        else:
            stem = corrected_stem(surface, self._corrections.stems)
            found = self._index.term(stem=stem)
            if found is None:
                return Word(surface, stem, frozenset([surface]), is_stop, 0.0)
            term = found
        forms = frozenset(form.surface for form in self._index.forms(term.id)) | {surface}
        return Word(surface, term.stem, forms, is_stop, term.idf, term.id)

    def readings(self, phrase: str) -> Sequence[Reading]:
        """Tell what other forms the archive gives for a phrase, commonest first."""
        words = phrase.split()
        found = self._index.readings_of(phrase) if len(words) == 1 else self._index.shorts_of(key_of(words))
        return [Reading(other.form, tuple(other.key.split()), other.chunks) for other in found]

    def rank(self, words: Sequence[Word], scope: Scope, expansions: Sequence[Expansion] = ()) -> Ranking:
        """Rank the chunks that hold any of the words, or a whole expansion: by score, then article, then number."""
        weighed = list(self._weigh(words))
        body, boilerplate = _BODY, _BOILERPLATE
        if scope.article is not None:
            body, boilerplate = scope.article.body, scope.article.boilerplate
        lengths = Lengths(*self._index.lengths(), self._index.fact("average_length"))
        within = [body, boilerplate] if scope.boilerplate else [body]
        took_part = []
        try:
            scores = score_chunks(weighed, lengths, within)
            for expansion in expansions:
                other = self._score_expansion(expansion, lengths, within)
                if other:
                    took_part.append(expansion)
                for chunk, score in other.items():
                    scores[chunk] += expansion.weight * score
        except IndexError as error:
            raise self._index.damaged("postings of a chunk that is not there") from error
        left_out = 0 if scope.boilerplate else matching_chunks(weighed, boilerplate)
        places = self._index.places(scores) if scope.boilerplate else None
        if places is not None and len(places) < len(scores):
            raise self._index.damaged("postings of a chunk that is not there")

        def rank_of(chunk: int) -> tuple[float, tuple[int, int] | int]:
            return -scores[chunk], chunk if places is None else places[chunk]

        candidates: Iterable[int] = scores
        if scope.by_article:
            candidates = self._best_of_articles(sorted(scores, key=rank_of))
        ranked = list(candidates)
        wanted = nsmallest(scope.offset + scope.limit, ranked, key=rank_of)[scope.offset :]
        return Ranking([(scores[chunk], chunk) for chunk in wanted], len(ranked), left_out, took_part)

    def _score_expansion(self, expansion: Expansion, lengths: Lengths, within: Sequence[range]) -> dict[int, float]:
        weighed = list(self._weigh(expansion.words))
        return score_together(weighed, lengths, within) if len(weighed) == len(expansion.words) else {}

    def _weigh(self, words: Sequence[Word]) -> Iterable[WeighedWord]:
        for word in words:
            if word.key is not None:
                term = self._term(word.key)
                known: Surface | None = self._index.surface(word.surface)
                form, idf = (known.form, known.idf) if known else (None, 0.0)
                yield WeighedWord(term.postings, term.idf, form, idf)

    def _term(self, id: int) -> Term:
        term = self._index.term(id=id)
        if term is None:
            raise self._index.damaged(f"no term {id}")
        return term

    def _best_of_articles(self, ranked: Iterable[int]) -> Iterable[int]:
        starts = self._index.chunk_starts()
        seen = set()
        for chunk in ranked:
            article = bisect_right(starts[chunk >= BOILERPLATE_BASE], chunk)
            if article not in seen:
                seen.add(article)
                yield chunk

    def passages(self, chunks: Sequence[int]) -> list[Passage]:
        """Give chunks with their articles, in the order asked for."""
        articles: dict[int, StoredArticle] = {}
        references: dict[int, str] = {}
        found = self._index.chunks(chunks)
        for id in {chunk.article for chunk in found}:
            articles[id] = self._index.article(id)
            references[id] = shortest_reference(self._index, articles[id].name)
        return [Passage(chunk, articles[chunk.article], references[chunk.article]) for chunk in found]
