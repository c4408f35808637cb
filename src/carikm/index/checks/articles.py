"""Articles and chunks against the arrays and facts that tell of them."""

from collections import Counter

from carikm.corpus import BODY
from carikm.index.bits import copies_among, first_chunks_of
from carikm.index.checks import tables
from carikm.index.checks.findings import MOST_SHOWN, Findings
from carikm.index.checks.known import Known
from carikm.index.format import BOILERPLATE_BASE, LONGEST, day_number
from carikm.index.naming import may_be_named, names_beside
from carikm.index.progress import Progress
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle, StoredChunk
from carikm.index.weights import LEAD_LENGTH

_NEIGHBOURS = 500
# Of so many files with names of several parts, each called otherwise, the names are worked out again.
_LONG_NAMES = 20
# Of a slot without an article these are 0.
_EMPTY = ("article_lengths", "article_days", "article_outlets", "representatives")


def check_articles(index: IndexReader, known: Known, findings: Findings, progress: Progress) -> None:
    """Go through all articles with their chunks, whose texts must be readable; then through arrays and facts."""
    progress.stage("Articles", int(known.live.sum()))
    walk = _Walk(index, known, findings)
    with findings.about("articles"):
        for article in tables.articles(index, page=_NEIGHBOURS):
            walk.article(article)
            progress.advance()
    walk.end()
    with findings.about("articles"):
        for path in tables.half_known(index, MOST_SHOWN):
            findings.damage("articles", f"{path}: a value has no origin, or an origin no value")
    with findings.about("articles"):
        _check_order(index, known, findings)


class _Walk:
    """Goes through all articles, and counts what facts tell of them."""

    def __init__(self, index: IndexReader, known: Known, findings: Findings) -> None:
        import numpy as np

        self._index = index
        self._known = known
        self._findings = findings
        self._found: Counter[str] = Counter()
        self._long_names: dict[str, str] = {}
        self._outlets = index.outlets()[0]
        self._has_article = np.zeros(known.slots, bool)
        self._is_used = np.zeros(len(known.body_lengths), bool), np.zeros(len(known.page_lengths), bool)

    def _wrong(self, article: StoredArticle, what: str) -> None:
        self._findings.damage("articles", f"{article.path}: {what}")

    def article(self, article: StoredArticle) -> None:
        """Check one article."""
        if not self._known.is_live(article.id):
            self._wrong(article, f"its number {article.id} is not among those in use")
            return
        self._has_article[article.id] = True
        self._check_name(article)
        self._check_arrays(article)
        with self._findings.about("chunks"):
            self._check_chunks(article, self._index.chunks_of(article.id))

    def _check_name(self, article: StoredArticle) -> None:
        """See that a name is made of the path; whether one of several parts is needed is seen in the end."""
        shapes = may_be_named(article.path)
        if article.name not in shapes:
            self._wrong(article, f"its id is {article.name!r}, which is not made of its path")
        elif article.name != shapes[-1] and len(self._long_names) < _LONG_NAMES:
            self._long_names.setdefault(shapes[-1], article.path)

    def _check_long_names(self) -> None:
        """See that no names are longer than those of their like ask for: all at once, since it takes all paths."""
        paths = self._long_names.values()
        for path, name in names_beside(self._index.checked_rows, paths, paths).items():
            article = self._index.article_of_path(path)
            if article is not None and article.name != name:
                self._wrong(article, f"its id is {article.name!r}, not {name!r}")

    def _check_arrays(self, article: StoredArticle) -> None:
        known, arrays, found, id = self._known, self._known.arrays, self._found, article.id
        leader = int(arrays["representatives"][id])
        if not known.is_counted(leader):
            self._wrong(article, f"what stands for it is {leader}, which is no article, or a copy itself")
        elif arrays["article_order"][leader] > arrays["article_order"][id]:
            self._wrong(article, "what stands for it comes behind it")
        if arrays["article_days"][id] != day_number(article.date):
            self._wrong(article, f"its day is {arrays['article_days'][id]}, its date {article.date}")
        number = int(arrays["article_outlets"][id])
        outlet = self._outlets[number - 1] if number else None
        if outlet != article.outlet:
            self._wrong(article, f"its outlet is {outlet!r} in one place, {article.outlet!r} in another")
        self._check_places(article)
        length = int(arrays["article_lengths"][id])
        found["articles"] += 1
        found["words"] += article.words
        found["body_words"] += length
        found["body_chunks"] += len(article.body)
        found["boilerplate_chunks"] += len(article.boilerplate)
        if known.is_counted(id):
            found["counted_articles"] += 1
            found["counted_tokens"] += length
            found["counted_chunks"] += len(article.body)
            found["counted_leads"] += min(length, LEAD_LENGTH)

    def _check_places(self, article: StoredArticle) -> None:
        """See that arrays give an article's chunks to it, their lengths are its length, and nobody else has them."""
        known, id = self._known, article.id
        page = range(article.boilerplate.start - BOILERPLATE_BASE, article.boilerplate.stop - BOILERPLATE_BASE)
        for name, own, number, is_used in (
            ("article_starts", article.body, len(known.body_lengths), self._is_used[0]),
            ("boilerplate_starts", page, len(known.page_lengths), self._is_used[1]),
        ):
            base = BOILERPLATE_BASE if own is page else 0
            starts = known.arrays[name]
            behind = int(starts[id + 1]) - base if id + 1 < known.slots else number
            if not 0 <= own.start <= own.stop <= number:
                self._wrong(article, f"its chunks are {own.start + base} to {own.stop + base}, of {number}")
                return
            if starts[id] != own.start + base or (len(own) and not own.stop <= behind):
                self._wrong(article, f"its chunks begin at {own.start + base}, and {name} says {starts[id]}")
            used = is_used[own.start : own.stop]
            if used.any():
                self._wrong(article, "some of its chunks are those of another article too")
            used[:] = True
        known.page_articles[page.start : page.stop] = id
        if (known.chunk_articles[article.body.start : article.body.stop] != id).any():
            self._wrong(article, "some of its chunks are another article's in chunk_articles")
        lengths = known.body_lengths[article.body.start : article.body.stop]
        in_chunks, length = int(lengths.sum()), int(known.arrays["article_lengths"][id])
        # A longer chunk counts as that long.
        if in_chunks != length and not (in_chunks < length and (lengths == LONGEST).any()):
            self._wrong(article, f"it has {length} words, and its chunks {in_chunks}")
        of_page = known.page_lengths[page.start : page.stop]
        in_both = length + int(of_page.sum())
        if in_both != article.words and not (in_both < article.words and (of_page == LONGEST).any()):
            self._wrong(article, f"it has {article.words} words in all, and its chunks {in_both}")

    def _check_chunks(self, article: StoredArticle, chunks: list[StoredChunk]) -> None:
        """See that an article's chunks are all there, in order, and within its file."""
        if not len(article.body) + len(article.boilerplate) == len(chunks) == article.chunks:
            self._wrong(article, f"it has {len(chunks)} chunks of {article.chunks}")
        expected = {BODY: iter(article.body)}
        pages = iter(article.boilerplate)
        line = byte = 0
        for number, chunk in enumerate(chunks, start=1):
            name = f"{article.path}, chunk {number}"
            if (chunk.id, chunk.article) != (next(expected.get(chunk.kind, pages), -1), article.id):
                self._findings.damage("chunks", f"{name}: it is numbered {chunk.id}, of article {chunk.article}")
            if chunk.number != number:
                self._findings.damage("chunks", f"{name}: it says that it is chunk {chunk.number}")
            if not max(line, 1) <= chunk.line_start <= chunk.line_end:
                at = f"{chunk.line_start} to {chunk.line_end}"
                self._findings.damage("chunks", f"{name}: its lines are {at}, behind line {line}")
            if not byte <= chunk.byte_start < chunk.byte_end <= article.size:
                at = f"{chunk.byte_start} to {chunk.byte_end}"
                self._findings.damage("chunks", f"{name}: its bytes are {at}, behind {byte}, of {article.size}")
            line, byte = chunk.line_end, chunk.byte_end

    def end(self) -> None:
        """Compare what was counted with the facts, and see that nothing is left that belongs to no article."""
        known, index, findings = self._known, self._index, self._findings
        with findings.about("articles"):
            self._check_long_names()
        for name, number in self._found.items():
            if index.fact(name) != number:
                findings.damage("facts", f"{name} is {index.fact(name)}, and there are {number}")
        for missing in (known.live & ~self._has_article).nonzero()[0].tolist():
            findings.damage("articles", f"article {missing} is not there")
        for lengths, is_used, kind in zip(
            (known.body_lengths, known.page_lengths), self._is_used, ("body", "boilerplate"), strict=True
        ):
            for chunk in ((lengths != 0) & ~is_used).nonzero()[0].tolist():
                findings.damage("chunks", f"{kind} chunk {chunk} has a length, and belongs to no article")
        with findings.about("chunks"):
            rows = tables.count(index, "chunks")
            of_articles = self._found["body_chunks"] + self._found["boilerplate_chunks"]
            if rows != of_articles:
                findings.damage("chunks", f"there are {rows} chunks, and articles have {of_articles}")
        for number, name in enumerate(self._outlets, start=1):
            if name and not (known.arrays["article_outlets"] == number).any():
                findings.damage("articles", f"no article is of the outlet {name!r}")


def _check_order(index: IndexReader, known: Known, findings: Findings) -> None:
    """See that articles are ranked in the order of their paths, and that first chunks ascend."""
    import numpy as np

    ordered = known.ranked()
    if (known.arrays["article_order"][ordered] != np.arange(len(ordered))).any():
        findings.damage("articles", "article_order does not number all articles, each once")
    before = None
    for first in range(0, len(ordered), _NEIGHBOURS):
        numbers = ordered[first : first + _NEIGHBOURS].tolist()
        paths = dict(index.paths(numbers))
        for number in numbers:
            path = paths.get(number)
            if path is not None and before is not None and not before < path:
                findings.damage("articles", f"{path} is ranked behind {before}")
            before = path or before
    for name in _EMPTY:
        for slot in np.flatnonzero(known.arrays[name] * ~known.live).tolist():
            findings.damage("articles", f"slot {slot} has no article, and something in {name}")
    derived = {
        "copies": copies_among(known.arrays["representatives"].tolist()),
        "first_chunks": first_chunks_of(known.arrays["article_starts"].tolist(), len(known.body_lengths)),
    }
    for name, expected in derived.items():
        if index.bytes_of(name) != expected:
            findings.damage("articles", f"{name} is not what follows from other arrays")
    for name in ("article_starts", "boilerplate_starts"):
        starts = known.arrays[name]
        if (starts[1:] < starts[:-1]).any():
            findings.damage("articles", f"{name} do not ascend")
