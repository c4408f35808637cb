"""The store on this machine: an open index."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from heapq import nsmallest

from carikm.analysis.stems import stem
from carikm.index.format import BOILERPLATE_BASE, day_number
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle, Surface, Term
from carikm.search.period import Period
from carikm.search.references import shortest_reference
from carikm.search.score import Lengths, WeighedWord, matching_chunks, score_chunks
from carikm.search.store import Passage, Ranking, Scope, Word

_BODY = range(BOILERPLATE_BASE)
_BOILERPLATE = range(BOILERPLATE_BASE, 2 * BOILERPLATE_BASE)
_LAST_DAY = day_number("9999-12-31")


class LocalStore:
    """A `SearchStore` over an index on disk; it reads only the postings and chunks that are asked for."""

    def __init__(self, index: IndexReader) -> None:
        self._index = index

    def look_up(self, surface: str) -> Word:
        """Tell what the index knows of a word; only a form that it has never seen needs the stemmer."""
        known = self._index.surface(surface)
        term = self._term(known.term) if known else self._index.term(stem=stem(surface))
        if term is None:
            return Word(surface, stem(surface), frozenset([surface]), False, 0.0)
        forms = frozenset(form.surface for form in self._index.forms(term.id)) | {surface}
        return Word(surface, term.stem, forms, bool(known and known.is_stop), term.idf, term.id)

    def rank(self, words: Sequence[Word], scope: Scope) -> Ranking:
        """Rank the chunks that hold any of the words: by score, then article, then chunk number."""
        weighed = list(self._weigh(words))
        body, boilerplate = _BODY, _BOILERPLATE
        if scope.article is not None:
            body, boilerplate = scope.article.body, scope.article.boilerplate
        lengths = Lengths(*self._index.lengths(), self._index.fact("average_length"))
        try:
            scores = score_chunks(weighed, lengths, [body, boilerplate] if scope.boilerplate else [body])
        except IndexError as error:
            raise self._index.damaged("postings of a chunk that is not there") from error
        left_out = set() if scope.boilerplate else matching_chunks(weighed, boilerplate)
        undated = 0
        if scope.period is not None:
            scores, left_out, undated = self._of_period(scope.period, scores, left_out)
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
        return Ranking([(scores[chunk], chunk) for chunk in wanted], len(ranked), len(left_out), undated)

    def _of_period(
        self, period: Period, scores: dict[int, float], boilerplate: set[int]
    ) -> tuple[dict[int, float], set[int], int]:
        """Keep what stands in articles of a period; count the scored chunks that have no date to go by."""
        body, furniture = self._index.days()
        first, last = day_number(period.since) or 1, day_number(period.until) or _LAST_DAY

        def day(chunk: int) -> int:
            return body[chunk] if chunk < BOILERPLATE_BASE else furniture[chunk - BOILERPLATE_BASE]

        def is_kept(chunk: int) -> bool:
            return first <= day(chunk) <= last or (period.undated and day(chunk) == 0)

        try:
            of_period = {chunk: score for chunk, score in scores.items() if is_kept(chunk)}
            left_out = 0 if period.undated else sum(day(chunk) == 0 for chunk in scores)
            return of_period, {chunk for chunk in boilerplate if is_kept(chunk)}, left_out
        except IndexError as error:
            raise self._index.damaged("a chunk without a day") from error

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
