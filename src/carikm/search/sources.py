"""Where in the index words and phrases occur, and how often.

Every source gives its occurrences in a range of texts (body chunks, boilerplate chunks or leads, see
`carikm.index.format`) as (text, occurrences of the word in all its forms, of them in its own form), ascending.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Protocol

from carikm.analysis.compounds import is_compound
from carikm.index.blocks import Block
from carikm.index.format import BOILERPLATE_BASE, LEAD_BASE
from carikm.records import NamedTuple

if TYPE_CHECKING:
    from carikm.index.reader import IndexReader
    from carikm.index.rows import Term

Occurrences = Sequence[tuple[int, int, int]]


class Places(NamedTuple):
    """Where something occurs in bodies, without how often.

    `chunks` ascend; `bounds` has for each of their articles, in order, a byte from which follows the most that the
    occurrences can add to the score of one of its chunks (see `carikm.index.blocks`), or is None where nothing is
    known of them. `chosen` tells which of the places are meant (1) and which only have part in the bounds (0); None
    means all. Unless `is_distinct`, a chunk may stand there more than once.
    """

    chunks: Sequence[int]
    bounds: bytes | None = None
    chosen: bytes | None = None
    is_distinct: bool = True


NOWHERE = Places(())
# Texts of one kind: a range of them, or several ranges, ascending.
Texts = range | Sequence[range]


class Source(Protocol):
    """What occurs in texts."""

    def within(self, texts: Texts) -> Occurrences:
        """Give the occurrences in a range of texts, or in several."""

    def places(self) -> Places:
        """Give all places in bodies."""

    def own_places(self) -> Places:
        """Give those of the word's own form."""


class StemSource:
    """The occurrences of a stem; `form` is the number of the word's own form, None where it has none."""

    def __init__(self, postings: Block, form: int | None) -> None:
        self._postings = postings
        self._form = form

    def within(self, texts: Texts) -> Occurrences:
        """Give the occurrences in a range of texts, or in several."""
        totals: dict[int, int] = defaultdict(int)
        own: dict[int, int] = {}
        for text, count, form in entries_within(self._postings, texts):
            totals[text] += count
            if form == self._form:
                own[text] = count
        return [(text, count, own.get(text, 0)) for text, count in totals.items()]

    def places(self) -> Places:
        """Give all places in bodies."""
        return _places_of(self._postings, None)

    def own_places(self) -> Places:
        """Give those of the word's own form."""
        return NOWHERE if self._form is None else FormsSource([(self._postings, [self._form])]).places()


class FormsSource:
    """The occurrences of some forms, each stem's postings with the numbers of those of its forms that are meant."""

    def __init__(self, postings: Sequence[tuple[Block, Collection[int]]]) -> None:
        self._postings = postings

    def within(self, texts: Texts) -> Occurrences:
        """Give the occurrences in a range of texts, or in several; all are in the word's own form."""
        totals: Counter[int] = Counter()
        for postings, wanted in self._postings:
            for text, count, form in entries_within(postings, texts):
                if form in wanted:
                    totals[text] += count
        return [(text, count, count) for text, count in sorted(totals.items())]

    def places(self) -> Places:
        """Give all places in bodies; of the forms of several stems no bounds are known."""
        several = [(postings, _chosen(postings.body.forms, wanted)) for postings, wanted in self._postings]
        if len(several) == 1:
            ((postings, chosen),) = several
            return _places_of(postings, chosen if 0 in chosen else None)
        chunks = set[int]().union(*(compress(postings.body.texts, chosen) for postings, chosen in several))
        return Places(sorted(chunks))

    own_places = places


def _places_of(postings: Block, chosen: bytes | None) -> Places:
    forms = postings.body.forms
    has_one_form = isinstance(forms, bytes) and forms.count(forms[:1]) == len(forms)
    return Places(postings.body.texts, postings.bounds, chosen, has_one_form)


def _chosen(forms: Sequence[int], wanted: Collection[int]) -> bytes:
    if isinstance(forms, bytes):
        return forms.translate(bytes(form in wanted for form in range(256)))
    return bytes(map(wanted.__contains__, forms))


def entries_within(postings: Block, texts: Texts) -> Iterator[tuple[int, int, int]]:
    """Give the entries in a range of texts, or in several, all of one kind: text, occurrences, form."""
    ranges = [texts] if isinstance(texts, range) else texts
    if not ranges:
        return
    if ranges[0].start >= BOILERPLATE_BASE:
        entries, base = postings.boilerplate, BOILERPLATE_BASE
    elif ranges[0].start >= LEAD_BASE:
        entries, base = postings.leads, LEAD_BASE
    else:
        entries, base = postings.body, 0
    numbers, occurrences, forms = entries
    end = 0
    for within in ranges:
        start = bisect_left(numbers, within.start - base, end)
        end = bisect_left(numbers, within.stop - base, start)
        for place in range(start, end):
            yield base + numbers[place], occurrences[place], forms[place]


class CountedSource:
    """The occurrences of what was counted text by text."""

    def __init__(self, counts: Mapping[int, int]) -> None:
        self._counts = sorted(counts.items())
        self._texts = [text for text, _ in self._counts]

    def within(self, texts: Texts) -> Occurrences:
        """Give the occurrences in a range of texts, or in several; all are in the word's own form."""
        found: list[tuple[int, int, int]] = []
        for part in [texts] if isinstance(texts, range) else texts:
            places = slice(bisect_left(self._texts, part.start), bisect_left(self._texts, part.stop))
            found += [(text, count, count) for text, count in self._counts[places]]
        return found

    def places(self) -> Places:
        """Give all places in bodies."""
        return Places(self._texts[: bisect_left(self._texts, LEAD_BASE)])

    own_places = places


def stem_source(index: "IndexReader", term: int, surface: str) -> Source:
    """Find a word in all its forms; a compound only where it is written joined.

    Where a text writes a compound apart, its parts score, which the query has as well. Measured: weighing it beside
    them cost .002 of nDCG@10 on questions about news; this way no collection loses .0001.
    """
    found = known_term(index, term)
    postings = index.postings(term)
    if not is_compound(surface):
        return StemSource(postings, found.forms.index(surface) if surface in found.forms else None)
    joined = [number for number, form in enumerate(found.forms) if not is_compound(form)]
    return _AsStems(FormsSource([(postings, frozenset(joined))]))


class _AsStems:
    """Occurrences that do not count as the word's own form."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def within(self, texts: Texts) -> Occurrences:
        """Give the occurrences in a range of texts, or in several."""
        return [(text, count, 0) for text, count, _ in self._source.within(texts)]

    def places(self) -> Places:
        """Give all places in bodies."""
        return self._source.places()

    def own_places(self) -> Places:
        """Give none."""
        return NOWHERE


def forms_source(index: "IndexReader", forms: Collection[str]) -> Source:
    """Find a word in just these forms."""
    by_term: defaultdict[int, set[int]] = defaultdict(set)
    for form in forms:
        if (known := index.surface(form)) is not None:
            by_term[known.term].add(known.form)
    return FormsSource([(index.postings(term), numbers) for term, numbers in sorted(by_term.items())])


def known_term(index: "IndexReader", id: int) -> "Term":
    """Give a term that must be there."""
    term = index.term(id=id)
    if term is None:
        raise index.damaged(f"no term {id}")
    return term


def phrase_source(
    index: "IndexReader", words: Sequence[Source], phrase: Sequence[str], slop: int | None, parts: Sequence[range]
) -> CountedSource:
    """Find a phrase in the texts that hold all its words; the index has no positions, so these texts are read.

    Args:
        index: has the texts.
        words: where the phrase's distinct forms occur.
        phrase: its surfaces.
        slop: see `carikm.search.phrases.phrase_runs`.
        parts: the ranges of chunks to look in.
    """
    from carikm.analysis.tokens import normalize, raw_tokens
    from carikm.index.weights import LEAD_LENGTH
    from carikm.search.phrases import phrase_runs, side_by_side_test

    starts = {start: article for article, start in enumerate(index.article_starts())}
    counts: dict[int, int] = {}
    surfaces: dict[str, str] = {}
    may_hold = side_by_side_test(phrase) if slop is None else None
    for part in parts:
        together = set[int].intersection(*({text for text, _, _ in word.within(part)} for word in words))
        for chunk, text in index.readable_texts(sorted(together)):
            if may_hold is not None and not may_hold(text):
                continue
            written = raw_tokens(text)
            # Most tokens come again and again.
            for token in set(written):
                if token not in surfaces:
                    surfaces[token] = normalize(token)
            runs = phrase_runs([surfaces[token] for token in written], phrase, slop)
            if runs:
                counts[chunk] = len(runs)
            in_lead = sum(end <= LEAD_LENGTH for _, end in runs)
            if in_lead and chunk in starts:
                counts[LEAD_BASE + starts[chunk]] = in_lead
    return CountedSource(counts)
