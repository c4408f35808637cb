"""Postings in the making: gathered chunk by chunk, sorted and weighed at the end."""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from carikm.analysis.compounds import are_close, joined, openings_behind
from carikm.analysis.names import count_capitalised, is_name
from carikm.analysis.stems import base_form, corrected_stem, stem, stop_words
from carikm.analysis.tokens import may_have_url, normalize, raw_tokens, token_spans, url_words
from carikm.index.blocks import MAX_OCCURRENCES, Averages, Block, Entries, bounds_of, pack_block, runs
from carikm.index.format import BOILERPLATE_BASE, LEAD_BASE

if TYPE_CHECKING:
    import numpy as np

assert array("I").itemsize == 4 and array("H").itemsize == 2, "the columns of an index are 32 and 16 bits wide"


@dataclass(frozen=True, slots=True)
class TermRow:
    """A stem as it is stored: number, stem, articles and body chunks it occurs in, forms, and its packed blocks.

    Each block comes with the number of its first article.
    """

    id: int
    stem: str
    articles: int
    chunks: int
    forms: Sequence[str]
    blocks: Sequence[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class SurfaceRow:
    """A surface form as it is stored; see `carikm.index.rows.Surface`."""

    surface: str
    term: int
    form: int
    articles: int
    chunks: int
    is_stop: bool
    decided: str
    capitalised: int
    lower: int


class Texts(NamedTuple):
    """What postings need to know of an index's texts.

    The numbers of each article's first body chunk and first boilerplate chunk, the lengths in tokens of articles and
    of body chunks, whether a body chunk is a copy's (1) or not (0), and the average lengths of articles, chunks and
    leads.
    """

    starts: Sequence[int]
    boilerplate_starts: Sequence[int]
    article_lengths: Sequence[int]
    body_lengths: Sequence[int]
    of_copies: bytearray
    averages: Averages


class PostingsBuilder:
    """Gathers which words occur in which chunks.

    Entries live in three flat columns; memory grows with the number of pairs of a chunk and a word in it (12
    bytes each), and doubles while they are sorted.
    """

    def __init__(self, corrected_stems: Mapping[str, str] | None = None) -> None:
        """Begin; `corrected_stems` gives words the word whose stem they take, or themselves."""
        self._corrected_stems = corrected_stems or {}
        self._surface_ids: dict[str, int] = {}
        self._token_ids: dict[str, int] = {}
        # How a word may begin behind each word that may open a compound.
        self._openers: dict[int, frozenset[str]] = {}
        # What a form's stem is unless the user corrects it or the archive uses it as a name.
        self._stems: dict[str, str] = {}
        self._capitalised: Counter[str] = Counter()
        # Tokens as written; one that is just its surface form is written in lower case.
        self._written: Counter[str] = Counter()
        self._surface = array("I")
        self._chunk = array("I")
        self._occurrences = array("I")

    def add_chunk(self, chunk: int, text: str, *, is_copy: bool = False) -> list[str]:
        """Enter the words of a chunk; give its tokens as written.

        A compound written apart is one more entry, and so is each word that a URL is made of; they are not among
        those tokens. Where the chunk is a copy's, how its words are written is not counted.
        """
        tokens = raw_tokens(text)
        written = Counter(tokens)
        counts = self._count_words(written)
        if not self._openers.keys().isdisjoint(counts):
            for surface in self._compounds(text, tokens):
                counts[self._surface_id(surface)] += 1
        if may_have_url(text):
            for word in (word for token in tokens for word in url_words(token)):
                counts[self._surface_id(word.surface)] += 1
        self._add_counts(chunk, counts)
        if chunk < LEAD_BASE and not is_copy:
            self._capitalised.update(count_capitalised(text))
            self._written.update(written)
        return tokens

    def add_lead(self, article: int, tokens: Sequence[str]) -> None:
        """Enter the words of an article's lead."""
        self._add_counts(LEAD_BASE + article, self._count_words(Counter(tokens)))

    def _count_words(self, written: Mapping[str, int]) -> defaultdict[int, int]:
        """Count surface forms, by their numbers, from how often each token is written."""
        known = self._token_ids
        counts: defaultdict[int, int] = defaultdict(int)
        for token, count in written.items():
            found = known.get(token)
            if found is None:
                surface = normalize(token)
                found = known[token] = self._surface_id(surface)
                if openings := openings_behind(surface):
                    self._openers[found] = openings
            counts[found] += count
        return counts

    def _add_counts(self, chunk: int, counts: Mapping[int, int]) -> None:
        self._surface.extend(counts.keys())
        self._occurrences.extend(counts.values())
        self._chunk.extend(repeat(chunk, len(counts)))

    def _compounds(self, text: str, tokens: Sequence[str]) -> list[str]:
        """Find what `find_compounds` finds, looking only behind words that may open a compound."""
        ids = [self._token_ids[token] for token in tokens]
        found = []
        for opener in self._openers.keys() & set(ids[:-1]):
            openings = self._openers[opener]
            place = -1
            for _ in range(ids[:-1].count(opener)):
                place = ids.index(opener, place + 1)
                following = tokens[place + 1]
                if "" in openings or following[:2].lower() in openings or not following.isascii():
                    first, second = normalize(tokens[place]), normalize(following)
                    if joined(first, second):
                        found.append((place, f"{first} {second}"))
        if not found:
            return []
        spans = token_spans(text)
        return [surface for place, surface in found if are_close(text, spans[place][1], spans[place + 1][0])]

    def add_entries(self, surface: str, stem_of: str | None, chunks: Sequence[int], occurrences: Sequence[int]) -> None:
        """Take over what another index knows of a surface form; where the archive decided, not the stem."""
        surface_id = self._surface_id(surface)
        if stem_of is not None:
            self._stems[surface] = stem_of
        self._surface.extend(repeat(surface_id, len(chunks)))
        self._chunk.extend(chunks)
        self._occurrences.extend(occurrences)

    def add_counts(self, surface: str, capitalised: int, lower: int) -> None:
        """Take over how often another index has a form with a capital, and in lower case."""
        self._capitalised[surface] += capitalised
        self._written[surface] += lower

    def count_writing(self, text: str) -> None:
        """Count how the words of a body chunk are written that was taken over, and was a copy's."""
        self._capitalised.update(count_capitalised(text))
        self._written.update(raw_tokens(text))

    def forget_writing(self, text: str) -> None:
        """Take away what the body text of a chunk added to the counts that were taken over."""
        self._capitalised.subtract(count_capitalised(text))
        self._written.subtract(raw_tokens(text))

    def _decided(self, surface: str) -> str:
        """Tell what decides on a form's stem before the tables and the stemmer: `user`, `name` or nothing."""
        base = base_form(surface)
        if base in self._corrected_stems:
            return "user"
        return "name" if is_name(base, self._capitalised[base], self._written[base]) else ""

    def _stem(self, surface: str, decided: str) -> str:
        base = base_form(surface)
        if decided == "user":
            root = self._corrected_stems[base]
            return root if self._decided(root) == "name" else corrected_stem(base, self._corrected_stems)
        return base if decided == "name" else self._stems[surface]

    def _surface_id(self, surface: str) -> int:
        return self._surface_ids.setdefault(surface, len(self._surface_ids))

    def words_to_stem(self) -> list[str]:
        """Give the surface forms whose stems are not known yet, but for those that need no stemmer."""
        return [surface for surface in self._surface_ids if surface not in self._stems and not self._decided(surface)]

    def stem_words(self, advance: Callable[[], None]) -> None:
        """Stem every new surface form once, calling `advance` after each."""
        for surface in self.words_to_stem():
            self._stems[surface] = stem(surface)
            advance()

    def rows(self, texts: Texts) -> tuple[list[SurfaceRow], Iterator[TermRow]]:
        """Sort and count all entries; forms and terms are numbered in alphabetical order."""
        import numpy as np

        surfaces = sorted(self._surface_ids)
        decided = {surface: self._decided(surface) for surface in surfaces}
        stem_of = {surface: self._stem(surface, decided[surface]) for surface in surfaces}
        stems = sorted(set(stem_of.values()))
        term_ids = {name: number for number, name in enumerate(stems)}
        term_of = np.zeros(len(surfaces), np.uint32)
        form_of = np.zeros(len(surfaces), np.uint32)
        forms: list[list[str]] = [[] for _ in stems]
        for surface in surfaces:
            term = term_ids[stem_of[surface]]
            term_of[self._surface_ids[surface]] = term
            form_of[self._surface_ids[surface]] = len(forms[term])
            forms[term].append(surface)

        entry_surface = np.frombuffer(self._surface, np.uint32)
        chunk = np.frombuffer(self._chunk, np.uint32)
        is_counted = _counted(chunk, texts.of_copies)
        starts = np.asarray(texts.starts, np.uint32)
        article = np.searchsorted(starts, chunk[is_counted], side="right").astype(np.uint32)
        surface_articles = _count_articles(entry_surface[is_counted], article, len(surfaces))
        term_articles = _count_articles(term_of[entry_surface[is_counted]], article, len(stems))
        del article
        surface_chunks = np.bincount(entry_surface[is_counted], minlength=len(surfaces))
        del is_counted
        entry_term, form = term_of[entry_surface], form_of[entry_surface]
        order = np.lexsort((form, chunk, entry_term))
        entry_term, form, chunk = entry_term[order], form[order], chunk[order]
        occurrences = np.frombuffer(self._occurrences, np.uint32)[order]
        occurrences = np.minimum(occurrences, MAX_OCCURRENCES)
        del order
        opens_chunk = np.ones(len(chunk), bool)
        opens_chunk[1:] = (entry_term[1:] != entry_term[:-1]) | (chunk[1:] != chunk[:-1])
        opens_chunk &= _counted(chunk, texts.of_copies)
        term_chunks = np.bincount(entry_term[opens_chunk], minlength=len(stems))
        ends = np.searchsorted(entry_term, np.arange(len(stems) + 1))

        stop = stop_words()
        surface_rows = [
            SurfaceRow(
                name,
                int(term_of[self._surface_ids[name]]),
                int(form_of[self._surface_ids[name]]),
                surface_articles[self._surface_ids[name]],
                int(surface_chunks[self._surface_ids[name]]),
                name in stop,
                decided[name],
                self._capitalised[name],
                self._written[name],
            )
            for name in surfaces
        ]
        columns = _Columns(chunk, occurrences, form, texts)

        def term_rows() -> Iterator[TermRow]:
            for number, name in enumerate(stems):
                blocks = columns.blocks(int(ends[number]), int(ends[number + 1]))
                yield TermRow(number, name, term_articles[number], int(term_chunks[number]), forms[number], blocks)

        return surface_rows, term_rows()


class _Columns:
    """All entries in columns, sorted by term, text and form; cuts a term's into blocks."""

    def __init__(
        self,
        chunk: "np.ndarray[Any, Any]",
        occurrences: "np.ndarray[Any, Any]",
        form: "np.ndarray[Any, Any]",
        texts: Texts,
    ) -> None:
        self._chunk, self._occurrences, self._form = chunk, occurrences, form
        self._texts = texts

    def blocks(self, start: int, end: int) -> list[tuple[int, bytes]]:
        """Cut the entries from `start` to `end`, those of one term."""
        texts = self._texts
        chunk = self._chunk[start:end].tolist()
        occurrences, form = self._occurrences[start:end].tolist(), self._form[start:end].tolist()
        leads, boilerplate = bisect_left(chunk, LEAD_BASE), bisect_left(chunk, BOILERPLATE_BASE)
        of_body = [bisect_right(texts.starts, text) - 1 for text in chunk[:leads]]
        of_leads = [text - LEAD_BASE for text in chunk[leads:boilerplate]]
        of_boilerplate = [bisect_right(texts.boilerplate_starts, text) - 1 for text in chunk[boilerplate:]]
        bounds = bounds_of(chunk[:leads], of_body, occurrences[:leads], of_leads, occurrences[leads:boilerplate], texts)
        blocks = []
        articles = sorted({*of_body, *of_leads, *of_boilerplate})
        for first, last in runs(articles):
            bound = slice(bisect_left(bounds, first, key=_article), bisect_right(bounds, last, key=_article))
            body = slice(bisect_left(of_body, first), bisect_right(of_body, last))
            lead = slice(bisect_left(of_leads, first), bisect_right(of_leads, last))
            page = slice(bisect_left(of_boilerplate, first), bisect_right(of_boilerplate, last))
            in_leads = slice(leads + lead.start, leads + lead.stop)
            in_page = slice(boilerplate + page.start, boilerplate + page.stop)
            block = Block(
                Entries(chunk[body], occurrences[body], form[body]),
                bytes(steps for _, steps in bounds[bound]),
                Entries(of_leads[lead], occurrences[in_leads], form[in_leads]),
                Entries([text - BOILERPLATE_BASE for text in chunk[in_page]], occurrences[in_page], form[in_page]),
            )
            blocks.append((first, pack_block(block)))
        return blocks


def _article(bound: tuple[int, int]) -> int:
    return bound[0]


def _counted(chunks: "np.ndarray[Any, Any]", of_copies: bytearray) -> "np.ndarray[Any, Any]":
    """Tell which entries frequencies count: those of body chunks, but for copies."""
    import numpy as np

    in_body: np.ndarray[Any, Any] = chunks < LEAD_BASE
    in_body[in_body] = np.frombuffer(of_copies, np.uint8)[chunks[in_body]] == 0
    return in_body


def _count_articles(keys: "np.ndarray[Any, Any]", articles: "np.ndarray[Any, Any]", number: int) -> list[int]:
    """Count the distinct articles that each key from 0 to `number` stands beside."""
    import numpy as np

    pairs = keys.astype(np.uint64)
    pairs <<= np.uint64(32)
    pairs |= articles
    pairs.sort()
    opens = np.ones(len(pairs), bool)
    opens[1:] = pairs[1:] != pairs[:-1]
    counts: list[int] = np.bincount((pairs[opens] >> np.uint64(32)).astype(np.intp), minlength=number).tolist()
    return counts
