"""The store on this machine: an open index."""

from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Sequence
from functools import lru_cache
from heapq import nsmallest

from carikm.analysis.compounds import is_compound
from carikm.analysis.readings import key_of
from carikm.analysis.stems import corrected_stem
from carikm.index.corrections import NO_CORRECTIONS, Corrections
from carikm.index.format import BOILERPLATE_BASE, LEAD_BASE, Postings, day_number
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle, Surface, Term
from carikm.index.weights import ARTICLE_B, CHUNK_B, CHUNK_WEIGHT, LEAD_B, LEAD_LENGTH, LEAD_WEIGHT
from carikm.search.expansion import whole
from carikm.search.references import shortest_reference
from carikm.search.score import Norms, Phrase, Search, WeighedWord, matching_chunks, score, search_for
from carikm.search.store import Expansion, Passage, Period, Ranking, Reading, Scope, Word

_BODY = range(LEAD_BASE)
_BOILERPLATE = range(BOILERPLATE_BASE, 2 * BOILERPLATE_BASE)
# An acronym that occurs in more chunks is explained more than once; one in lower case, in this share of them.
_FEW_CHUNKS = 20
_SHARE_EXPLAINED = 0.03
_MOST_CANDIDATES = 10_000
# Many queries find the same articles: reading each only once, and `chunk_starts`, took 300 questions on 4,615 articles
# from 11.3 s to 8.1 s of CPU.
_ARTICLES_REMEMBERED = 4096
_LAST_DAY = 9999_12_31


class LocalStore:
    """A `SearchStore` over an index on disk; it reads only the postings and chunks that are asked for."""

    def __init__(self, index: IndexReader, corrections: Corrections = NO_CORRECTIONS) -> None:
        self._index = index
        self._corrections = corrections
        self._named = lru_cache(maxsize=_ARTICLES_REMEMBERED)(self._name)

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
        if len(words) > 1:
            found = self._index.shorts_of(key_of(words))
        else:
            found = [reading for reading in self._index.readings_of(phrase) if self._is_sure(phrase, reading.chunks)]
        return [Reading(other.form, tuple(other.key.split()), other.chunks) for other in found]

    def _is_sure(self, short: str, explained: int) -> bool:
        """Doubt an acronym that is explained once and used often, and an ordinary word that once was one: *kode*."""
        known = self._index.surface(short)
        if known is None or known.frequency <= _FEW_CHUNKS:
            return True
        is_ordinary = known.lower > known.frequency / 2
        return explained > 1 and (not is_ordinary or explained >= _SHARE_EXPLAINED * known.frequency)

    def rank(self, words: Sequence[Word], scope: Scope, expansions: Sequence[Expansion] = ()) -> Ranking:
        """Rank the chunks that hold any of the words, or a whole expansion: by score, then article, then number."""
        weighed = list(self._weigh(words))
        known = [expansion for expansion in expansions if all(word.key is not None for word in expansion.words)]
        phrases = [self._phrase(expansion, words) for expansion in known]
        body, boilerplate = _BODY, _BOILERPLATE
        if scope.article is not None:
            body, boilerplate = scope.article.body, scope.article.boilerplate
        within = [body, boilerplate] if scope.boilerplate else [body]
        found = [self._with_whole_phrases(search_for(weighed, phrases, part), known) for part in within]
        took_part = [
            expansion for place, expansion in enumerate(known) if any(search.stands_in(place) for search in found)
        ]
        try:
            scores = self._score(weighed, phrases, found, scope.article)
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
        return Ranking([(scores[chunk], chunk) for chunk in wanted], len(ranked), len(left_out), undated, took_part)

    def _score(
        self,
        words: Sequence[WeighedWord],
        phrases: Sequence[Phrase],
        found: Sequence[Search],
        article: StoredArticle | None,
    ) -> dict[int, float]:
        """Score what was found in the body, and perhaps in boilerplate: chunks with their articles and leads."""
        index = self._index
        starts, article_lengths = index.article_starts(), index.article_lengths()
        leads = range(LEAD_BASE, BOILERPLATE_BASE)
        if article is not None:
            leads = range(LEAD_BASE + article.id, LEAD_BASE + article.id + 1)
        of_article = score(found[0].in_articles(starts), self._norms(article_lengths, "article", ARTICLE_B))
        in_leads = search_for(words, phrases, leads)
        if phrases:
            in_leads = in_leads.only(
                [
                    {LEAD_BASE + bisect_right(starts, chunk) - 1 for chunk in found[0].texts_with_all(place)}
                    for place in range(len(phrases))
                ]
            )
        of_lead = score(
            in_leads,
            self._norms(article_lengths, "lead", LEAD_B, first=LEAD_BASE, longest=LEAD_LENGTH),
        )
        scores: dict[int, float] = {}
        body_lengths, boilerplate_lengths = index.lengths()
        kinds = [(starts, body_lengths, 0)]
        if len(found) > 1:
            kinds.append((index.chunk_starts()[1], boilerplate_lengths, BOILERPLATE_BASE))
        for search, (firsts, lengths, first) in zip(found, kinds, strict=True):
            for chunk, own in score(search, self._norms(lengths, "chunk", CHUNK_B, first=first)).items():
                number = bisect_right(firsts, chunk) - 1
                lead = of_lead.get(LEAD_BASE + number, 0.0)
                scores[chunk] = of_article.get(number, 0.0) + CHUNK_WEIGHT * own + LEAD_WEIGHT * lead
        return scores

    def _norms(
        self, lengths: Sequence[int], kind: str, b: float, *, first: int = 0, longest: int | None = None
    ) -> Callable[[int], float]:
        return Norms(lengths, self._index.fact(f"average_{kind}"), b, first=first, longest=longest).norm

    def _with_whole_phrases(self, search: Search, expansions: Sequence[Expansion]) -> Search:
        """Keep of each expansion of several words only the chunks in which they stand together."""
        allowed: list[Container[int]] = []
        for place, expansion in enumerate(expansions):
            chunks = search.texts_with_all(place)
            if len(expansion.surfaces) > 1:
                # Beyond so many, reading them takes longer than the rest of a search, and the words are too common.
                few_enough = chunks if len(chunks) <= _MOST_CANDIDATES else ()
                chunks = self._index.chunks_that_match(few_enough, whole(expansion.surfaces))
            allowed.append(chunks)
        return search.only(allowed) if expansions else search

    def _phrase(self, expansion: Expansion, words: Sequence[Word]) -> Phrase:
        """Let an expansion weigh as what it stands in for; where the index lacks that, as its own rarest word."""
        known = [word for word in words if word.key is not None]
        places = {word.surface: place for place, word in enumerate(known)}
        own = [word for word in words if word.surface in expansion.phrase.split()]
        if own and all(word.surface in places for word in own):
            instead_of = [places[word.surface] for word in own]
            idf = sum(known[place].weight for place in instead_of)
        else:
            instead_of, idf = [], max(word.weight for word in expansion.words)
        return Phrase(list(self._weigh(expansion.words)), expansion.weight * idf, instead_of, expansion.is_exact)

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
        from array import array

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
        return [Passage(chunk, *self._named(chunk.article)) for chunk in self._index.chunks(chunks)]

    def _name(self, id: int) -> tuple[StoredArticle, str]:
        article = self._index.article(id)
        return article, shortest_reference(self._index, article.name)
