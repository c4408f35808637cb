"""Postings in the making: gathered chunk by chunk, sorted and weighed at the end."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

from carikm.analysis.compounds import are_close, joined, openings_behind
from carikm.analysis.names import count_capitalised, is_name
from carikm.analysis.stems import base_form, corrected_stem, stem, stop_words
from carikm.analysis.tokens import may_have_url, normalize, raw_tokens, token_spans, url_words
from carikm.index.format import LEAD_BASE, MAX_OCCURRENCES
from carikm.index.rows import Surface

if TYPE_CHECKING:
    import numpy as np

    from carikm.index.model import RankingModel

assert array("I").itemsize == 4 and array("H").itemsize == 2, "the columns of an index are 32 and 16 bits wide"


@dataclass(frozen=True, slots=True)
class TermRow:
    """A stem as it is stored: number, stem, chunks it occurs in, idf, packed postings."""

    id: int
    stem: str
    frequency: int
    idf: float
    postings: bytes


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

    def rows(
        self, article_starts: Sequence[int], article_lengths: Sequence[int], of_copies: bytearray
    ) -> tuple[list[Surface], Iterator[TermRow], float]:
        """Sort and weigh all entries; forms and terms are numbered in alphabetical order.

        Args:
            article_starts: the number of each article's first body chunk.
            article_lengths: tokens of the body of each article that counts: all but copies.
            of_copies: 1 for each body chunk of a copy, which no frequency counts, 0 for the others.

        Returns:
            The surface forms, the terms, and the average length of an article in tokens.
        """
        import numpy as np

        surfaces = sorted(self._surface_ids)
        decided = {surface: self._decided(surface) for surface in surfaces}
        stem_of = {surface: self._stem(surface, decided[surface]) for surface in surfaces}
        stems = sorted(set(stem_of.values()))
        term_ids = {name: number for number, name in enumerate(stems)}
        term_of = np.zeros(len(surfaces), np.uint32)
        form_of = np.zeros(len(surfaces), np.uint16)
        forms: Counter[int] = Counter()
        for surface in surfaces:
            term = term_ids[stem_of[surface]]
            term_of[self._surface_ids[surface]] = term
            form_of[self._surface_ids[surface]] = forms[term]
            forms[term] += 1

        entry_surface = np.frombuffer(self._surface, np.uint32)
        chunk = np.frombuffer(self._chunk, np.uint32)
        is_counted = _counted(chunk, of_copies)
        starts = np.asarray(article_starts, np.uint32)
        article = np.searchsorted(starts, chunk[is_counted], side="right").astype(np.uint32)
        surface_articles = _count_articles(entry_surface[is_counted], article, len(surfaces))
        term_articles = _count_articles(term_of[entry_surface[is_counted]], article, len(stems))
        del article
        surface_frequency = np.bincount(entry_surface[is_counted], minlength=len(surfaces))
        del is_counted
        entry_term, form = term_of[entry_surface], form_of[entry_surface]
        order = np.lexsort((form, chunk, entry_term))
        entry_term, form, chunk = entry_term[order], form[order], chunk[order]
        occurrences = np.frombuffer(self._occurrences, np.uint32)[order]
        occurrences = np.minimum(occurrences, MAX_OCCURRENCES).astype(np.uint16)
        del order
        opens_chunk = np.ones(len(chunk), bool)
        opens_chunk[1:] = (entry_term[1:] != entry_term[:-1]) | (chunk[1:] != chunk[:-1])
        opens_chunk &= _counted(chunk, of_copies)
        term_frequency = np.bincount(entry_term[opens_chunk], minlength=len(stems))
        bounds = np.searchsorted(entry_term, np.arange(len(stems) + 1))

        stop = stop_words()
        model = _model(stems, term_articles, article_lengths)
        stem_weights = model.idf
        by_id = {surface: int(surface_frequency[self._surface_ids[surface]]) for surface in surfaces}
        articles_of = [surface_articles[self._surface_ids[surface]] for surface in surfaces]
        surface_weights = _model(surfaces, articles_of, article_lengths).idf
        surface_rows = [
            Surface(
                name,
                int(term_of[self._surface_ids[name]]),
                int(form_of[self._surface_ids[name]]),
                by_id[name],
                surface_weights[name],
                name in stop,
                decided[name],
                self._capitalised[name],
                self._written[name],
            )
            for name in surfaces
        ]

        def term_rows() -> Iterator[TermRow]:
            for number, name in enumerate(stems):
                part = slice(bounds[number], bounds[number + 1])
                packed = chunk[part].tobytes() + occurrences[part].tobytes()
                if forms[number] > 1:
                    packed += form[part].tobytes()
                yield TermRow(number, name, int(term_frequency[number]), stem_weights[name], packed)

        return surface_rows, term_rows(), model.avgdl


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


def _model(names: Sequence[str], frequencies: Sequence[int], lengths: Sequence[int]) -> "RankingModel":
    """Make the ranking model, which has the idf of each name and the average length."""
    from carikm.index.model import RankingModel

    return RankingModel.from_frequencies(dict(zip(names, frequencies, strict=True)), lengths)
