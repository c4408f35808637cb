"""The store on this machine: an open index."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from heapq import nsmallest

from carikm.analysis.compounds import is_compound
from carikm.analysis.stems import stem
from carikm.index.format import BOILERPLATE_BASE, Postings
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle, Surface, Term
from carikm.search.references import shortest_reference
from carikm.search.score import Lengths, WeighedWord, matching_chunks, score_chunks
from carikm.search.store import Passage, Ranking, Scope, Word

_BODY = range(BOILERPLATE_BASE)
_BOILERPLATE = range(BOILERPLATE_BASE, 2 * BOILERPLATE_BASE)


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
        return Ranking([(scores[chunk], chunk) for chunk in wanted], len(ranked), left_out)

    def _weigh(self, words: Sequence[Word]) -> Iterable[WeighedWord]:
        for word in words:
            if word.key is not None:
                term = self._term(word.key)
                if is_compound(word.surface):
                    yield WeighedWord(self._joined(term), term.idf, None, 0.0)
                    continue
                known: Surface | None = self._index.surface(word.surface)
                form, idf = (known.form, known.idf) if known else (None, 0.0)
                yield WeighedWord(term.postings, term.idf, form, idf)

    def _joined(self, term: Term) -> Postings:
        """Give a compound's postings where it is written joined.

        Where a text writes it apart, its parts score, which the query has as well. Measured: weighing it beside
        them cost .002 of nDCG@10 on questions about news; this way no collection loses .0001.
        """
        apart = {form.form for form in self._index.forms(term.id) if is_compound(form.surface)}
        entries = [entry for entry in term.postings if entry[2] not in apart]
        chunks, occurrences, forms = (memoryview(array(kind, [e[n] for e in entries])) for n, kind in enumerate("IHH"))
        return Postings(chunks, occurrences, forms)

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
