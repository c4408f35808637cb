"""The terms of a whole build: from the words that the workers have counted to stems, and to postings in order of terms.

    words ── stem ──▶ terms ──▶ slices of them
    entries ── deal out ── pack ──▶ postings ──▶ index

A slice has so many entries that a worker can sort them in memory. What one worker has counted another may pack.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from carikm.analysis.stems import stop_words
from carikm.index.building.runs import SLICE_ENTRIES, SLICE_SURFACES
from carikm.index.building.share import TEXTS_FILE, Dealt, Packed, Slice, Words
from carikm.index.building.workers import Call, Crew
from carikm.index.format import LONGEST
from carikm.index.new_rows import SurfaceRow, TermRow
from carikm.index.progress import Progress
from carikm.index.stemming import Stems
from carikm.index.writer import IndexWriter

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

_WORDS_AT_ONCE = 1_000


class _Plan(NamedTuple):
    """The terms of an index, in alphabetical order.

    `surfaces` has all surface forms in alphabetical order, `places` the place of each, `decided` what decided on it,
    `plain` the stems on which nothing did but tables and stemmer;
    `terms` and `forms` the number of its stem and its own number among that stem's forms; `order` has the places of
    all in order of terms and forms, and `ends` where in it each term ends.
    """

    surfaces: list[str]
    places: dict[str, int]
    decided: list[str]
    plain: dict[str, str]
    stems: list[str]
    terms: "Numbers"
    forms: "Numbers"
    order: "Numbers"
    ends: "Numbers"


class Terms:
    """Makes terms of the words that a crew has counted, and their postings."""

    def __init__(
        self, crew: Crew, parts: Path, corrected: Mapping[str, str], known: Mapping[str, str], progress: Progress
    ) -> None:
        """Take who has counted, and what is known.

        Args:
            crew: its workers have counted the words of all texts.
            parts: the folder for what waits on disk.
            corrected: the stems that the user has corrected.
            known: the stems of surface forms as an older index has them, as far as only tables and stemmer decide.
            progress: is told of the stages.
        """
        self._crew = crew
        self._parts = parts
        self._corrected = corrected
        self._known = known
        self._progress = progress

    def write(self, writer: IndexWriter, bases: Mapping[int, tuple[int, int, int]]) -> dict[str, str]:
        """Write terms, surface forms and postings; give the stems that only tables and stemmer decided.

        Args:
            writer: has all texts.
            bases: for each batch, by kinds of texts, the number of its first one.
        """
        vocabularies: list[Words] = self._crew.all("words")
        capitalised, as_written = Counter[str](), Counter[str]()
        for words in vocabularies:
            capitalised.update(words.capitalised)
            as_written.update(words.as_written)
        plan = self._plan(vocabularies, Stems(self._corrected, capitalised.__getitem__, as_written.__getitem__))
        cuts = self._slices(plan, vocabularies)
        dealt = self._deal_out(plan, cuts, vocabularies, bases)
        del vocabularies
        _write_texts(self._parts, writer)
        rows = self._pack(plan, cuts, dealt, writer)
        stop = stop_words()
        writer.add_surfaces(
            SurfaceRow(
                surface,
                int(plan.terms[place]),
                int(plan.forms[place]),
                rows[0][place],
                rows[1][place],
                surface in stop,
                plan.decided[place],
                capitalised[surface],
                as_written[surface],
            )
            for place, surface in enumerate(plan.surfaces)
        )
        return plan.plain

    def _plan(self, vocabularies: Iterable[Words], stems: Stems) -> _Plan:
        """Decide on all stems."""
        import numpy as np

        surfaces = sorted({*chain.from_iterable(words.surfaces for words in vocabularies)})
        decided = [stems.decided(surface) for surface in surfaces]
        plain = self._plain_stems(surfaces, decided)
        stem_of = [stems.stem_of(*pair, plain.__getitem__) for pair in zip(surfaces, decided, strict=True)]
        names = sorted({*stem_of})
        numbers = {name: number for number, name in enumerate(names)}
        terms = np.array([numbers[name] for name in stem_of], np.uint32)
        order = np.argsort(terms, kind="stable")
        ends = np.cumsum(np.bincount(terms, minlength=len(names)))
        forms = np.zeros(len(surfaces), np.uint32)
        forms[order] = np.arange(len(surfaces)) - (ends - np.diff(ends, prepend=0))[terms[order]]
        places = {surface: place for place, surface in enumerate(surfaces)}
        return _Plan(surfaces, places, decided, plain, names, terms, forms, order, ends)

    def _plain_stems(self, surfaces: Sequence[str], decided: Sequence[str]) -> dict[str, str]:
        """Stem what nothing else decides on, but for what an older index knows."""
        known = self._known
        asked = [surface for surface, by in zip(surfaces, decided, strict=True) if not by]
        new = [surface for surface in asked if surface not in known]
        self._progress.stage("Stemming", len(new))
        plain = {surface: known[surface] for surface in asked if surface in known}
        parts = [new[start : start + _WORDS_AT_ONCE] for start in range(0, len(new), _WORDS_AT_ONCE)]
        for part, answer in zip(parts, self._crew.run(Call("stem", (part,)) for part in parts), strict=True):
            plain.update(zip(part, answer.value, strict=True))
            self._progress.advance(len(part))
        return plain

    def _slices(self, plan: _Plan, vocabularies: Iterable[Words]) -> list[int]:
        """Divide the terms into slices: the first term of each, and how many terms there are."""
        import numpy as np

        entries = np.zeros(len(plan.surfaces), np.int64)
        for words in vocabularies:
            entries[_places(plan, words)] += words.entries
        of_terms = np.bincount(plan.terms, entries, len(plan.stems)).tolist()
        cuts = [0]
        held = start = 0
        for term, (end, number) in enumerate(zip(plan.ends.tolist(), of_terms, strict=True)):
            if held and (held + number > SLICE_ENTRIES or end - start > SLICE_SURFACES):
                cuts.append(term)
                held, start = 0, int(plan.ends[term - 1])
            held += number
        return [*cuts, len(plan.stems)]

    def _deal_out(
        self,
        plan: _Plan,
        cuts: Sequence[int],
        vocabularies: Sequence[Words],
        bases: Mapping[int, tuple[int, int, int]],
    ) -> list[Dealt]:
        """Let every worker divide its entries among the slices."""
        import numpy as np

        of_slice = (np.searchsorted(cuts, plan.terms, side="right") - 1).astype(np.uint16)
        firsts = np.concatenate([[0], plan.ends])[cuts[:-1]]
        rank = np.zeros(len(plan.surfaces), np.int64)
        rank[plan.order] = np.arange(len(plan.surfaces))
        place = (rank - firsts[of_slice]).astype(np.uint16)

        def call(worker: int, words: Words) -> Call:
            own = _places(plan, words)
            arguments = (of_slice[own].tobytes(), place[own].tobytes(), len(cuts) - 1, dict(bases))
            return Call("deal_out", arguments, worker)

        calls = [call(worker, words) for worker, words in enumerate(vocabularies)]
        return [answer.value for answer in self._crew.run(calls)]

    def _pack(
        self, plan: _Plan, cuts: Sequence[int], dealt: Sequence[Dealt], writer: IndexWriter
    ) -> tuple[list[int], list[int]]:
        """Write all postings; tell in how many articles, and body chunks, each surface form counts."""
        import numpy as np

        averages = writer.counts().averages
        ends = [0, *plan.ends.tolist()]

        def call(number: int, first: int, last: int) -> Call:
            places = plan.order[ends[first] : ends[last]]
            terms, forms = plan.terms[places] - np.uint32(first), plan.forms[places]
            columns = terms.astype(np.uint16).tobytes(), forms.astype(np.uint16).tobytes()
            return Call("pack", (Slice(last - first, *columns), [segments[number] for segments in dealt], averages))

        self._progress.stage("Writing", len(cuts) - 1)
        ranges = list(pairwise(cuts))
        articles, chunks = np.zeros(len(plan.surfaces), np.int64), np.zeros(len(plan.surfaces), np.int64)
        calls = (call(number, *terms) for number, terms in enumerate(ranges))
        for (first, last), answer in zip(ranges, self._crew.run(calls), strict=True):
            packed: Packed = answer.value
            rows = _term_rows(plan, ends, first, packed)
            writer.add_terms(rows, ((first + term, article, data) for term, article, data in packed.blocks))
            places = plan.order[ends[first] : ends[last]]
            articles[places], chunks[places] = packed.surface_articles, packed.surface_chunks
            self._progress.advance()
        return articles.tolist(), chunks.tolist()


def _term_rows(plan: _Plan, ends: Sequence[int], first: int, packed: Packed) -> Iterator[TermRow]:
    for term, counts in enumerate(zip(packed.term_articles, packed.term_chunks, strict=True), start=first):
        forms = plan.order[ends[term] : ends[term + 1]].tolist()
        yield TermRow(term, plan.stems[term], *counts, "\n".join(plan.surfaces[place] for place in forms))


def _places(plan: _Plan, words: Words) -> "Numbers":
    """Give the place among all surface forms of each that a worker has counted."""
    import numpy as np

    return np.array([plan.places[surface] for surface in words.surfaces], np.int64)


def _write_texts(parts: Path, writer: IndexWriter) -> None:
    """Leave for the workers what postings need to know of the texts."""
    import numpy as np

    representatives = np.array(writer.representatives, np.uint32)
    np.savez(
        parts / TEXTS_FILE,
        chunk_articles=np.array(writer.chunk_articles, np.uint32),
        boilerplate_articles=np.array(writer.boilerplate_articles, np.uint32),
        is_copy=representatives != np.arange(len(representatives)),
        article_lengths=np.array(writer.article_lengths, np.uint32),
        body_lengths=np.minimum(np.array(writer.body_lengths, np.uint32), LONGEST).astype(np.uint16),
    )
