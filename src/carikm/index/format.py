"""The index on disk: one SQLite file that is written once, published whole, and never changed.

Chunks are numbered in the order of their articles' paths. Body chunks count from 0; boilerplate chunks count
from `BOILERPLATE_BASE`, so that in every list of postings they stand behind all that ranking looks at. Between
them, from `LEAD_BASE`, the postings have each article's lead, the first words of its body once more, as if it
were a chunk with the article's number.

A term is a stem. Its postings hold one entry for each pair of a chunk and one of the stem's surface forms, in
columns: chunk numbers (32 bits), occurrences (16 bits), and form numbers (16 bits, left out where the stem has
a single form). One set of postings thus serves stems and exact forms, and, summed, whole articles.

A definition is a pair of a short form and a long one, once for each body chunk that gives it.

Near-identical articles form groups, and the first article of each stands for it. The others, its copies, are
searched like any article, but no statistic counts them: frequencies and weights of words, capitals, average lengths,
definitions, learned boilerplate. So copies change the score of nothing else. `sketches` has what an update groups
articles by (see `carikm.index.copies`).

Some facts are arrays with a number of 32 bits for each article: `article_starts` and `boilerplate_starts` (its first
chunks), `article_lengths`, `article_days` (see `day_number`), `article_outlets` (rows of `outlets`, 0 for none) and
`representatives` (the article that stands for its group).

`lines` has the keys of each article's lines (64 bits each, see `carikm.corpus.recurring`), from which an update
learns anew what is boilerplate; `learned` has what was found.
"""

import sqlite3
import sys
from collections.abc import Iterator

from carikm.analysis import ANALYSIS_VERSION
from carikm.corpus import CORPUS_VERSION

INDEX_FILE = "carikm.db"
APPLICATION_ID = 0x6361726B  # "cark"
FORMAT_VERSION = 1
# An index is reused only by the rules and on the kind of machine that it was built with.
RULES = f"corpus {CORPUS_VERSION}, analysis {ANALYSIS_VERSION}, {sys.byteorder}-endian"

LEAD_BASE = 1 << 30
BOILERPLATE_BASE = 1 << 31
MAX_OCCURRENCES = 0xFFFF
BODY_CHUNKS = range(LEAD_BASE)
LEADS = range(LEAD_BASE, BOILERPLATE_BASE)
BOILERPLATE_CHUNKS = range(BOILERPLATE_BASE, 2 * BOILERPLATE_BASE)

SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT_VERSION};
CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, encoding TEXT NOT NULL,
    title TEXT NOT NULL,
    headline_line INTEGER, headline_how TEXT, headline_certainty TEXT,
    outlet TEXT, outlet_line INTEGER, outlet_how TEXT, outlet_certainty TEXT,
    dateline TEXT, dateline_line INTEGER, dateline_how TEXT, dateline_certainty TEXT,
    author TEXT, author_line INTEGER, author_how TEXT, author_certainty TEXT,
    date TEXT, date_line INTEGER, date_how TEXT, date_certainty TEXT,
    chunks INTEGER NOT NULL, words INTEGER NOT NULL,
    body_start INTEGER NOT NULL, body_end INTEGER NOT NULL,
    boilerplate_start INTEGER NOT NULL, boilerplate_end INTEGER NOT NULL
);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, article INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
    line_start INTEGER NOT NULL, line_end INTEGER NOT NULL,
    byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL,
    text TEXT NOT NULL, repairs TEXT, UNIQUE (article, number)
);
CREATE TABLE lines (article INTEGER PRIMARY KEY, keys BLOB NOT NULL);
CREATE TABLE sketches (article INTEGER PRIMARY KEY, shingles BLOB NOT NULL, numbers BLOB NOT NULL);
CREATE TABLE learned (
    id INTEGER PRIMARY KEY, outlet TEXT, folder TEXT, key INTEGER NOT NULL, at_head INTEGER NOT NULL,
    line TEXT NOT NULL, articles INTEGER NOT NULL, example INTEGER NOT NULL
);
CREATE TABLE terms (
    id INTEGER PRIMARY KEY, stem TEXT NOT NULL UNIQUE, frequency INTEGER NOT NULL, idf REAL NOT NULL,
    postings BLOB NOT NULL
);
CREATE TABLE surfaces (
    surface TEXT PRIMARY KEY, term INTEGER NOT NULL, form INTEGER NOT NULL, frequency INTEGER NOT NULL,
    idf REAL NOT NULL, is_stop INTEGER NOT NULL, decided TEXT NOT NULL,
    capitalised INTEGER NOT NULL, lower INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX surfaces_of_term ON surfaces (term, form);
CREATE TABLE definitions (
    short_key TEXT NOT NULL, long_key TEXT NOT NULL, chunk INTEGER NOT NULL, short TEXT NOT NULL, long TEXT NOT NULL,
    PRIMARY KEY (short_key, long_key, chunk)
) WITHOUT ROWID;
CREATE INDEX definitions_of_long ON definitions (long_key, short_key);
CREATE TABLE skipped (path TEXT PRIMARY KEY, reason TEXT NOT NULL, size INTEGER, mtime_ns INTEGER) WITHOUT ROWID;
CREATE TABLE outlets (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE folders (path TEXT PRIMARY KEY, mtime_ns INTEGER NOT NULL) WITHOUT ROWID;
"""


def connect_text(connection: sqlite3.Connection) -> None:
    """Let file names that are no valid UTF-8 come back as Python knows them."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")


def storable(text: str) -> bytes:
    """Encode a file name for a TEXT column (with `CAST(? AS TEXT)`), whatever bytes it holds."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # no file name: no such name will be found
        return text.encode("utf-8", "replace")


class Postings:
    """Where a stem occurs: parallel columns, ascending by chunk and form; `forms` is None for a single form."""

    __slots__ = ("chunks", "forms", "occurrences")

    def __init__(self, chunks: memoryview, occurrences: memoryview, forms: memoryview | None) -> None:
        self.chunks = chunks
        self.occurrences = occurrences
        self.forms = forms

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        forms = self.forms if self.forms is not None else bytes(len(self.chunks))
        return zip(self.chunks, self.occurrences, forms, strict=True)


def unpack_postings(blob: bytes, forms: int) -> Postings:
    """Read a `postings` blob of a stem with that many surface forms.

    Raises:
        ValueError: the blob is no whole number of entries.
    """
    width = 8 if forms > 1 else 6
    count, rest = divmod(len(blob), width)
    if rest:
        raise ValueError("postings of uneven length")
    view = memoryview(blob)
    return Postings(
        view[: 4 * count].cast("I"),
        view[4 * count : 6 * count].cast("H"),
        view[6 * count :].cast("H") if forms > 1 else None,
    )


def unpack_numbers(blob: bytes) -> memoryview:
    """Read an array of numbers of 32 bits, such as the lengths in tokens of all body chunks."""
    return memoryview(blob).cast("I")


def day_number(date: str | None) -> int:
    """Write an ISO date as a number that sorts as days do (2020-09-28 is 20200928); 0 where there is none.

    The fact `article_days` has it of each article, so that a search that is limited to a period reads only this.

    Raises:
        ValueError: that is no ISO date.
    """
    if date is None:
        return 0
    year, month, day = date.split("-")
    if (len(year), len(month), len(day)) != (4, 2, 2):
        raise ValueError(f"{date!r} is no ISO date")
    return int(year + month + day)
