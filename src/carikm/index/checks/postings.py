"""Postings, block by block: what they hold against the terms, texts and bounds that it is of.

They are looked at in columns, many blocks at once, so that memory does not grow with the archive: with some hundred
thousand entries, or one block if it has more, and a few numbers for each term and surface form.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from carikm.index.blocks import MAX_OCCURRENCES, Block, Entries
from carikm.index.building.postings import Sorted, Texts, bounds_of
from carikm.index.checks import sums, tables
from carikm.index.checks.findings import Findings
from carikm.index.checks.known import Known
from carikm.index.format import NO_RANK
from carikm.index.packed import PackedBlock
from carikm.index.progress import Progress
from carikm.index.reader import IndexReader

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

_ENTRIES_AT_ONCE = 200_000
_BLOCKS_AT_ONCE = 200
# An index may be somebody else's, and a block of a few bytes unpack to megabytes: behind so many that cannot be read,
# or so many entries for each byte of the file, the others are not looked at.
_MOST_UNREADABLE = 100
_ENTRIES_A_BYTE = 16


class Words:
    """The terms of an index in order of their numbers, and their forms, one behind the other.

    By terms: numbers, counts, and where their forms begin (with one more at the end). By forms: a hash of each, 0 for
    an empty place, and what `surfaces` says of it.
    """

    def __init__(self) -> None:
        self.ids, self.articles, self.chunks = array("q"), array("q"), array("q")
        self.first_forms = array("q", [0])
        self.hashes = array("Q")
        self.form_articles, self.form_chunks = array("q"), array("q")

    def place(self, term: int) -> int:
        """Tell the place of a term; -1 where there is none."""
        found = bisect_left(self.ids, term)
        return found if found < len(self.ids) and self.ids[found] == term else -1


class _Blocks(NamedTuple):
    """Some blocks, in order: the place of the term of each, the number of its first article, and what is in it.

    `articles` are those that each says to have in its body, with the form of each; `begins` where its body begins.
    """

    terms: list[int]
    firsts: list[int]
    contents: list[Block]
    articles: list[tuple[Sequence[int], Sequence[int]]]
    begins: list[int]


def read_blocks(index: IndexReader, words: Words, findings: Findings, progress: Progress) -> Iterator[_Blocks]:
    """Unpack all postings, as many as may be looked at together."""
    found = _Blocks([], [], [], [], [])
    held = unreadable = 0
    left, most = _ENTRIES_A_BYTE * index.path.stat().st_size, index.most_entries
    for id, data in tables.numbered(index, "postings", "id, data", "ib", page=_BLOCKS_AT_ONCE):
        progress.advance()
        place = words.place(id >> 32)
        if place < 0:
            findings.damage("postings", f"there are some of term {id >> 32}, which is not there")
            continue
        try:
            packed = PackedBlock(data, most)
            block = Block(packed.body, packed.bounds, packed.leads, packed.boilerplate)
        except (ValueError, OverflowError) as error:
            findings.damage("postings", f"{error}, of term {id >> 32}")
            unreadable += 1
            if unreadable < _MOST_UNREADABLE:
                continue
            findings.damage("file", "so many postings cannot be read that the others were not looked at")
            break
        found.terms.append(place)
        found.firsts.append(id & 0xFFFF_FFFF)
        found.contents.append(block)
        found.articles.append(packed.article_forms)
        found.begins.append(packed.first if packed.articles else -1)
        size = sum(len(entries.texts) for entries in block.parts)
        held, left = held + size, left - size
        if left < 0:
            findings.damage(
                "file", "its postings have more entries than a file of its size, and were not all looked at"
            )
            break
        if held > _ENTRIES_AT_ONCE:
            yield found
            found, held = _Blocks([], [], [], [], []), 0
    if found.terms:
        yield found


class _Columns(NamedTuple):
    """The entries of one kind of some blocks: of which block, in which text and article, which form, how often.

    `forms` are numbers within their term, `places` among all forms.
    """

    blocks: "Numbers"
    texts: "Numbers"
    articles: "Numbers"
    forms: "Numbers"
    places: "Numbers"
    occurrences: "Numbers"


class PostingsCheck:
    """Checks blocks, in order, and counts what they hold."""

    def __init__(self, known: Known, words: Words, findings: Findings) -> None:
        import numpy as np

        self._known = known
        self._words = words
        self._findings = findings
        self.first_forms = np.array(words.first_forms, np.int64)
        self._hashes = np.array(words.hashes, np.uint64)
        self.term_articles, self.term_chunks = (np.zeros(len(words.ids), np.int64) for _ in range(2))
        self.form_articles, self.form_chunks = (np.zeros(len(words.hashes), np.int64) for _ in range(2))
        self.has_block = np.zeros(len(words.ids), bool)
        self.has_entry = np.zeros(len(words.hashes), bool)
        self._last = (-1, -1)

    def _wrong(self, blocks: _Blocks, which: "Numbers", what: str) -> None:
        """Tell what is wrong with blocks."""
        import numpy as np

        for block in np.unique(which).tolist():
            term, first = self._words.ids[blocks.terms[block]], blocks.firsts[block]
            self._findings.damage("postings", f"those of term {term} from article {first} on {what}")

    def blocks(self, blocks: _Blocks) -> None:
        """Check some blocks."""
        import numpy as np

        known = self._known
        terms = np.array(blocks.terms, np.int64)
        self.has_block[terms] = True
        live = known.live
        kinds: tuple[tuple[int, str, Numbers], ...] = (
            (sums.BODY, "body", known.chunk_articles),
            (sums.LEAD, "leads", np.arange(known.slots, dtype=np.uint32)),
            (sums.BOILERPLATE, "boilerplate", known.page_articles),
        )
        columns = []
        for kind, name, article_of in kinds:
            found = self._columns(blocks, terms, [getattr(block, name) for block in blocks.contents], article_of)
            is_known = (found.articles < known.slots) & live[np.minimum(found.articles, known.slots - 1)]
            is_known &= (found.places >= 0) & (self._hashes[found.places] != 0)
            if not is_known.all():
                self._wrong(blocks, found.blocks[~is_known], "have entries of texts or forms that are not there")
                found = _Columns(*(column[is_known] for column in found))
            self._check_entries(blocks, found)
            hashes = sums.entries(kind, found.texts, self._hashes[found.places], found.occurrences)
            np.add.at(known.from_words, found.articles, hashes)
            self.has_entry[found.places] = True
            columns.append(found)
        self._check_runs(blocks, columns)
        self._check_bounds(blocks, columns[0], columns[1])
        self._count(terms, columns[0])

    def _columns(
        self, blocks: _Blocks, terms: "Numbers", entries: Sequence[Entries], article_of: "Numbers"
    ) -> _Columns:
        import numpy as np

        sizes = [len(part.texts) for part in entries]
        block_of = np.repeat(np.arange(len(entries)), sizes)
        texts, occurrences, forms = (
            np.concatenate([_numbers(part[column]) for part in entries]) if entries else np.zeros(0, np.int64)
            for column in range(3)
        )
        articles = np.full(len(texts), NO_RANK, np.int64)
        is_text = texts < len(article_of)
        articles[is_text] = article_of[texts[is_text]]
        places = self.first_forms[terms[block_of]] + forms
        places[places >= self.first_forms[terms[block_of] + 1]] = -1
        return _Columns(block_of, texts, articles, forms, places, occurrences)

    def _check_entries(self, blocks: _Blocks, found: _Columns) -> None:
        """See that entries ascend by text and form, and none is of nothing."""
        place, form = found.blocks << 32 | found.texts, found.forms
        is_behind = (place[1:] > place[:-1]) | ((place[1:] == place[:-1]) & (form[1:] > form[:-1]))
        if not is_behind.all():
            self._wrong(blocks, found.blocks[1:][~is_behind], "do not ascend")
        is_count = (found.occurrences > 0) & (found.occurrences <= MAX_OCCURRENCES)
        if not is_count.all():
            self._wrong(blocks, found.blocks[~is_count], "have an entry of no occurrence, or of too many")

    def _check_runs(self, blocks: _Blocks, columns: Sequence[_Columns]) -> None:
        """See that each block begins with the article in its number, and ends before the next of its term."""
        import numpy as np

        block_of = np.concatenate([column.blocks for column in columns])
        articles = np.concatenate([column.articles for column in columns])
        least, most = np.full(len(blocks.terms), NO_RANK, np.int64), np.full(len(blocks.terms), -1, np.int64)
        np.minimum.at(least, block_of, articles)
        np.maximum.at(most, block_of, articles)
        wrong = np.flatnonzero((least != np.array(blocks.firsts)) & (most >= 0))
        self._wrong(blocks, wrong, "begin with another article")
        self._wrong(blocks, np.flatnonzero(most < 0), "are empty")
        for block, (term, first, last) in enumerate(zip(blocks.terms, blocks.firsts, most.tolist(), strict=True)):
            if self._last[0] == term and first <= self._last[1]:
                self._wrong(blocks, np.array([block]), "begin before those ahead of them end")
            self._last = term, last

    def _check_bounds(self, blocks: _Blocks, body: _Columns, leads: _Columns) -> None:
        """See that there is a bound for each article, and none is below what it bounds."""
        import numpy as np

        known = self._known
        pairs = _distinct(body.blocks << 32 | body.articles)
        in_leads = leads.blocks << 32 | leads.articles
        is_lead = (
            pairs[np.minimum(np.searchsorted(pairs, in_leads), len(pairs) - 1)] == in_leads
            if len(pairs)
            else in_leads < 0
        )
        if not is_lead.all():
            self._wrong(blocks, leads.blocks[~is_lead], "have entries of leads whose articles have none")
        numbers = np.array([len(block.bounds) for block in blocks.contents])
        differing = np.flatnonzero(numbers != np.bincount(pairs >> 32, minlength=len(numbers)))
        if len(differing):
            self._wrong(blocks, differing, "have more or fewer bounds than articles")
            return
        if not is_lead.all() or not len(pairs):
            return
        texts = Texts(
            known.chunk_articles,
            known.page_articles,
            ~known.counted,
            known.arrays["article_lengths"],
            known.body_lengths,
            known.bounds_averages,
        )
        least = bounds_of(_sorted(body), _sorted(leads), texts)
        stored = np.frombuffer(b"".join(block.bounds for block in blocks.contents), np.uint8)
        if len(stored) == len(least.steps):
            self._wrong(blocks, least.terms[stored < least.steps], "have a bound below what it bounds")
        articles = np.concatenate([_numbers(articles) for articles, _ in blocks.articles])
        forms = np.concatenate([np.array(forms, np.uint64) for _, forms in blocks.articles])
        if len(articles) == len(least.articles):
            # Where there are many sets of forms, some are joined.
            is_other = (articles != least.articles) | (forms & least.forms != least.forms)
            self._wrong(blocks, least.terms[is_other], "name other articles or forms than their entries have")
        begins = [int(block.body.texts[0]) if len(block.body.texts) else -1 for block in blocks.contents]
        self._wrong(blocks, np.flatnonzero(np.array(begins) != np.array(blocks.begins)), "begin with another chunk")

    def _count(self, terms: "Numbers", body: _Columns) -> None:
        """Count the articles and body chunks of each term and of each form, without copies."""
        import numpy as np

        is_counted = self._known.counted[body.articles]
        block_of, texts, articles, places = (
            column[is_counted] for column in (body.blocks, body.texts, body.articles, body.places)
        )
        for keys, counts in (
            (block_of << 32 | texts, self.term_chunks),
            (block_of << 32 | articles, self.term_articles),
        ):
            np.add.at(counts, terms[_distinct(keys) >> 32], 1)
        for keys, counts in ((places << 32 | texts, self.form_chunks), (places << 32 | articles, self.form_articles)):
            np.add.at(counts, _distinct(keys) >> 32, 1)


def _distinct(keys: "Numbers") -> "Numbers":
    """Sort keys, in their place, and give each once; `numpy.unique` hashes them, which takes far longer for these."""
    import numpy as np

    keys.sort()
    is_new = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=is_new[1:])
    found: Numbers = keys[is_new]
    return found


def _numbers(column: Sequence[int]) -> "Numbers":
    """Take a column as numpy has it."""
    import numpy as np

    if isinstance(column, bytes):
        return np.frombuffer(column, np.uint8).astype(np.int64)
    return np.array(column, np.int64)


def _sorted(found: _Columns) -> Sorted:
    """Let blocks stand for terms: the bounds of a block follow from its own entries."""
    import numpy as np

    return Sorted(
        found.blocks.astype(np.uint32), found.texts.astype(np.uint32), found.forms, found.occurrences.astype(np.uint32)
    )
