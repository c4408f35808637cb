"""What the texts of some articles say, against all that the index holds of them: their words counted again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from carikm.analysis.stems import stem
from carikm.index.blocks import MAX_OCCURRENCES
from carikm.index.checks import sums
from carikm.index.checks.findings import Findings
from carikm.index.checks.known import Known
from carikm.index.contribution import Contribution, TextWords
from carikm.index.copies import RESEMBLANCE, resemblance
from carikm.index.format import BOILERPLATE_BASE, LONGEST
from carikm.index.groups import group_of
from carikm.index.learning import Boilerplate
from carikm.index.reader import IndexReader
from carikm.index.shingles import looked_up
from carikm.index.stemming import Stems
from carikm.index.updating.stored import StoredText, stored_sketch

if TYPE_CHECKING:
    from carikm.index.copies import Sketch

_WORDS_KEPT = 100_000


class TextCheck:
    """Counts the words of articles again, one after the other; then `end` sees that frequencies bear them out."""

    def __init__(self, index: IndexReader, known: Known, findings: Findings) -> None:
        self._index = index
        self._known = known
        self._findings = findings
        self._learned = Boilerplate.of_index(index)
        self._surfaces: set[str] = set()
        self._capitalised, self._as_written = Counter[str](), Counter[str]()

    def article(self, text: StoredText) -> None:
        """Check one article, whose numbers are known to be right."""
        id, path = text.article.id, text.article.path
        given = text.contribution()
        self._check_lengths(text, given)
        if self._sum_of_words(text, given) != int(self._known.from_words[id]):
            self._findings.damage("postings", f"{path}: its postings are not those of its text")
        sketch = self._sketch(text)
        elements = [sums.element(sums.SHINGLE, shingle) for shingle in looked_up(sketch.shingles)]
        if self._known.is_counted(id):
            for place, found in given.definitions:
                row = found.short_key, found.long_key, text.article.body[place], found.short, found.long
                elements.append(sums.element(sums.DEFINITION, *row))
            self._capitalised.update(given.writing.capitalised)
            self._as_written.update(given.writing.as_written)
        if sum(elements) % (1 << 64) != int(self._known.from_tables[id]):
            self._findings.damage("definitions", f"{path}: its definitions or shingles are not those of its text")
        for words in (*given.body, *given.boilerplate):
            self._surfaces.update(words.surfaces)
        leader = int(self._known.arrays["representatives"][id])
        if leader != id:
            other = StoredText(self._index.article(leader), self._index.chunks_of(leader))
            if resemblance(self._sketch(other), sketch) < RESEMBLANCE:
                self._findings.damage("copies", f"{path} is no copy of {other.article.path}, which stands for it")

    def _check_lengths(self, text: StoredText, given: Contribution) -> None:
        article, known = text.article, self._known
        page = slice(article.boilerplate.start - BOILERPLATE_BASE, article.boilerplate.stop - BOILERPLATE_BASE)
        for words, lengths in (
            (given.body, known.body_lengths[article.body.start : article.body.stop]),
            (given.boilerplate, known.page_lengths[page]),
        ):
            counted = [min(len(found.tokens), LONGEST) for found in words]
            if counted != lengths.tolist():
                self._findings.damage(
                    "chunks", f"{article.path}: its chunks have {counted} words, not {lengths.tolist()}"
                )
        total = sum(len(found.tokens) for found in (*given.body, *given.boilerplate))
        if total != article.words:
            self._findings.damage("articles", f"{article.path}: it has {total} words, not {article.words}")

    def _sum_of_words(self, text: StoredText, given: Contribution) -> int:
        hashes = {name: sums.of_text(name) for words in (*given.body, *given.boilerplate) for name in words.surfaces}

        def of(kind: int, numbers: Iterable[int], texts: Sequence[TextWords | None]) -> int:
            found = 0
            for number, words in zip(numbers, texts, strict=True):
                for name, count in (words.surfaces if words else given.lead).items():
                    found += sums.entry(kind, number, hashes[name], min(count, MAX_OCCURRENCES))
            return found

        article = text.article
        page = (chunk - BOILERPLATE_BASE for chunk in article.boilerplate)
        found = of(sums.BODY, article.body, given.body) + of(sums.BOILERPLATE, page, given.boilerplate)
        return (found + of(sums.LEAD, [article.id], [None])) % (1 << 64)

    def _sketch(self, text: StoredText) -> "Sketch":
        learned = self._learned.of(group_of(text.article.outlet, text.article.path))
        return stored_sketch(
            text, self._index.keys_of(text.article.id), learned, self._known.corrections.not_boilerplate
        )

    def end(self, *, is_all: bool) -> None:
        """Check how the words of all these articles are written and stemmed; `is_all` if there are no others."""
        with self._findings.about("words"):
            self._check_writing(is_all=is_all)
            self._check_stems()

    def _check_writing(self, *, is_all: bool) -> None:
        for name in sorted(self._surfaces):
            surface = self._index.surface(name)
            counts = self._capitalised[name], self._as_written[name]
            if surface is None:
                self._findings.damage("words", f"{name!r} is in a text, and is no surface form")
                continue
            stored = surface.capitalised, surface.lower
            if any(a < b for a, b in zip(stored, counts, strict=True)) or (is_all and stored != counts):
                least = "" if is_all else "at least "
                self._findings.damage(
                    "words",
                    f"{name!r} is written {least}{counts[0]} times with a capital and {counts[1]} without,"
                    f" not {stored[0]} and {stored[1]}",
                )

    def _check_stems(self) -> None:
        """Decide on the words' stems again."""

        @lru_cache(_WORDS_KEPT)
        def written(name: str) -> tuple[int, int]:
            surface = self._index.surface(name)
            return (0, 0) if surface is None else (surface.capitalised, surface.lower)

        stems = Stems(self._known.corrections.stems, lambda name: written(name)[0], lambda name: written(name)[1])
        for name in sorted(self._surfaces):
            surface = self._index.surface(name)
            if surface is None:
                continue
            decided = stems.decided(name)
            if decided != surface.decided:
                self._findings.damage(
                    "words", f"on the stem of {name!r} decides {decided!r}, and {surface.decided!r} is stored"
                )
                continue
            term = self._index.term(id=surface.term)
            expected = stems.stem_of(name, decided, stem)
            if term is None or term.stem != expected:
                found = None if term is None else term.stem
                self._findings.damage("words", f"the stem of {name!r} is {expected!r}, and {found!r} is stored")
