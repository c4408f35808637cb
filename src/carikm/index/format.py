"""The index on disk: one SQLite file, each of whose pages ends in a checksum of itself.

SQLite's checksum VFS (https://www.sqlite.org/cksumvfs.html) writes the checksums, and holds each page that is read
against its own. It is in the wheels of apsw, and not in Python's own module. What was written without it is damaged.

A whole build writes it aside and publishes it at once; an update changes it in place, in a single transaction.

Articles and chunks are numbered, in a whole build in the order of the articles' paths. Body chunks count from 0;
boilerplate chunks count from `BOILERPLATE_BASE`. An article that an update adds or changes gets new numbers, behind
all others, and numbers are not used again before the next whole build: arrays with a number for each article have a
slot for every number that was given. Nothing refers to a slot without an article, nor to the numbers of its chunks;
its lengths, day and outlet are 0. `article_order` has the rank of each article in the order of paths, `NO_RANK` for
such a slot.

A form that has no entry any more leaves an empty place among its term's `forms`, so that the others keep their
numbers; likewise a gap among the numbers of `outlets`.

A term is a stem. Its postings hold one entry for each pair of a chunk and one of the stem's surface forms. One set of
postings thus serves stems and exact forms, and, summed, whole articles. Beside them stand the entries of leads, the
first words of each article's body once more, and those of boilerplate chunks. All three lie in blocks, each of a run
of articles, so that an update rewrites little and a search reads only its words: `block_id` numbers them, and
`carikm.index.blocks` tells what they look like, and what their bounds are.

A definition is a pair of a short form and a long one, once for each body chunk that gives it.

Near-identical articles form groups, and the first article of each stands for it. The others, its copies, are
searched like any article, but no statistic counts them: frequencies and weights of words, capitals, average lengths,
definitions, learned boilerplate. So copies change the score of nothing else. `shingles` has what an update finds
articles by that may be copies (see `carikm.index.shingles`).

Some facts are arrays: with a number of 32 bits for each article `article_starts` and `boilerplate_starts` (its first
chunks), `article_lengths`, `article_days` (see `day_number`), `article_outlets` (rows of `outlets`, 0 for none),
`representatives` (the article that stands for its group) and `article_order`; for each body chunk `chunk_articles`
(its article, 32 bits); for chunks of both kinds their lengths in tokens, `body_lengths` and `boilerplate_lengths`,
in 16 bits. What follows from these, and takes long to find out, is stored too: `copies` (the articles that another
one stands for, 32 bits) and `first_chunks` (a bit for each body chunk, set if it is the first of its article). Of slots
without an article and of their chunks these may say either.

`lines` has the keys of each article's lines (64 bits each, see `carikm.corpus.recurring`), from which an update
learns anew what is boilerplate, and `line_articles` the articles of each key that can be learned at all. `learning`
has for each group of articles how many count, and what an update need not count again; `learned` what was found.
"""

import os.path
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import apsw

from carikm.analysis import ANALYSIS_VERSION
from carikm.corpus import CORPUS_VERSION
from carikm.errors import ChecksumsMissing

INDEX_FILE = "carikm.db"
# Where in it SQLite counts the changes.
_CHANGES = slice(24, 28)
# What SQLite takes an update back by, and what that is known by to be whole (see `carikm.index.journal`).
JOURNAL = f"{INDEX_FILE}-journal"
SEAL = f"{JOURNAL}.seal"
# A folder for what a whole build keeps on disk.
PARTS = f"{INDEX_FILE}.parts"
# An index that is being built.
UNFINISHED = f"{INDEX_FILE}.new"
APPLICATION_ID = 0x6361726B  # "cark"
FORMAT_VERSION = 4
# An index is reused only by the rules and on the kind of machine that it was built with.
RULES = f"corpus {CORPUS_VERSION}, analysis {ANALYSIS_VERSION}, {sys.byteorder}-endian"

# Arrays and blocks are read whole: in larger pages that takes less time than in SQLite's usual ones.
PAGE_SIZE = 8192
# At the end of each page; SQLite checks nothing where a file reserves any other number of bytes.
CHECKSUM_BYTES = 8
_CHECKSUM_VFS = "cksmvfs"
# Seconds to wait for an update to write what it has, or for readers to let it.
PATIENCE = 60.0

LEAD_BASE = 1 << 30
BOILERPLATE_BASE = 1 << 31
# The facts that are arrays with a number of 32 bits for each article.
ARTICLE_ARRAYS = (
    "article_order",
    "article_starts",
    "boilerplate_starts",
    "article_lengths",
    "article_days",
    "article_outlets",
    "representatives",
)
# The facts that count articles, chunks and words; an update brings them up to date.
COUNTS = (
    "articles",
    "words",
    "counted_articles",
    "counted_tokens",
    "counted_chunks",
    "counted_leads",
    "body_chunks",
    "boilerplate_chunks",
    "body_words",
)
# The facts that are read when an index is opened, with the kind of value that each is (see `carikm.index.rows`).
KINDS_OF_FACTS = {"corpus": "n", "label": "n", "built_ns": "i", "corrections": "t", "terms": "i", "slots": "i"}
KINDS_OF_FACTS |= dict.fromkeys(COUNTS, "i")
FACTS = frozenset(
    (
        *KINDS_OF_FACTS,
        *ARTICLE_ARRAYS,
        *("chunk_articles", "body_lengths", "boilerplate_lengths", "copies", "first_chunks"),
        *("rules", "bounds_averages", "dictionary"),
    )
)
# In `article_order`, of a slot without an article.
NO_RANK = 0xFFFFFFFF
# Longer chunks count as this long, in tokens.
LONGEST = 0xFFFF
BODY_CHUNKS = range(LEAD_BASE)
LEADS = range(LEAD_BASE, BOILERPLATE_BASE)
BOILERPLATE_CHUNKS = range(BOILERPLATE_BASE, 2 * BOILERPLATE_BASE)

# A file name may hold bytes that are no UTF-8: it travels as bytes (`storable`) and is compared as text.
TEXT = "CAST(? AS TEXT)"
# Behind a key, it is behind all that begin with that key.
BEYOND = b"\xff" * 8
# So many values are asked for in one statement.
_BATCH = 500
_Value = TypeVar("_Value")

SCHEMA = f"""
PRAGMA page_size = {PAGE_SIZE};
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT_VERSION};
CREATE TABLE facts (name TEXT PRIMARY KEY, value);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 BLOB NOT NULL, encoding TEXT NOT NULL,
    title TEXT NOT NULL,
    headline_line INTEGER, headline_origin INTEGER,
    outlet TEXT, outlet_line INTEGER, outlet_origin INTEGER,
    dateline TEXT, dateline_line INTEGER, dateline_origin INTEGER,
    author TEXT, author_line INTEGER, author_origin INTEGER,
    date TEXT, date_line INTEGER, date_origin INTEGER,
    chunks INTEGER NOT NULL, words INTEGER NOT NULL,
    body_start INTEGER NOT NULL, body_end INTEGER NOT NULL,
    boilerplate_start INTEGER NOT NULL, boilerplate_end INTEGER NOT NULL
);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, article INTEGER NOT NULL, number INTEGER NOT NULL,
    line_start INTEGER NOT NULL, line_end INTEGER NOT NULL,
    byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL,
    text BLOB NOT NULL, repairs TEXT
);
CREATE TABLE origins (id INTEGER PRIMARY KEY, how TEXT NOT NULL, certainty TEXT NOT NULL, UNIQUE (how, certainty));
CREATE TABLE lines (article INTEGER PRIMARY KEY, keys BLOB NOT NULL);
CREATE TABLE line_articles (key INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (key, article)) WITHOUT ROWID;
CREATE TABLE learning (outlet TEXT, folder TEXT, articles INTEGER NOT NULL, margins TEXT NOT NULL);
CREATE TABLE shingles (bucket INTEGER PRIMARY KEY, entries BLOB NOT NULL);
CREATE TABLE learned (
    id INTEGER PRIMARY KEY, outlet TEXT, folder TEXT, key INTEGER NOT NULL, at_head INTEGER NOT NULL,
    line TEXT NOT NULL, articles INTEGER NOT NULL, example INTEGER NOT NULL
);
CREATE TABLE terms (
    id INTEGER PRIMARY KEY, stem TEXT NOT NULL UNIQUE, articles INTEGER NOT NULL, chunks INTEGER NOT NULL,
    forms TEXT NOT NULL
);
CREATE TABLE postings (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE surfaces (
    surface TEXT PRIMARY KEY, term INTEGER NOT NULL, form INTEGER NOT NULL, articles INTEGER NOT NULL,
    chunks INTEGER NOT NULL, is_stop INTEGER NOT NULL, decided TEXT NOT NULL,
    capitalised INTEGER NOT NULL, lower INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE definitions (
    short_key TEXT NOT NULL, long_key TEXT NOT NULL, chunk INTEGER NOT NULL, short TEXT NOT NULL, long TEXT NOT NULL,
    PRIMARY KEY (short_key, long_key, chunk)
) WITHOUT ROWID;
CREATE INDEX definitions_of_long ON definitions (long_key, short_key);
CREATE TABLE skipped (path TEXT PRIMARY KEY, reason TEXT NOT NULL, size INTEGER, mtime_ns INTEGER) WITHOUT ROWID;
CREATE TABLE outlets (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE folders (path TEXT PRIMARY KEY, mtime_ns INTEGER NOT NULL) WITHOUT ROWID;
"""
# As SQLite keeps them.
TABLES = [(statement.strip(),) for statement in SCHEMA.split(";") if "CREATE " in statement]


def connect(
    path: Path, *, may_write: bool = True, is_new: bool = False, is_left_alone: bool = False
) -> apsw.Connection:
    """Open a file. `is_new` makes it, with room for checksums; `is_left_alone` reads it as it is, whoever writes it.

    With `may_write`, where it may only be read SQLite opens it so. Whoever may write takes back, before the first
    read, what a killed update has left half done, and must hold the writers' lock for that.

    Raises:
        apsw.Error: that is no file which can be opened.
        ChecksumsMissing: apsw has come without SQLite's checksum VFS.
    """
    _register_checksums()
    flags = apsw.SQLITE_OPEN_READWRITE if may_write else apsw.SQLITE_OPEN_READONLY
    flags |= apsw.SQLITE_OPEN_URI | (apsw.SQLITE_OPEN_CREATE if is_new else 0)
    # A path may hold bytes that are no UTF-8; a URI holds any.
    uri = path.absolute().as_uri() + ("?immutable=1" if is_left_alone else "")
    connection = apsw.Connection(uri, flags=flags, vfs=_CHECKSUM_VFS)
    connection.set_busy_timeout(int(PATIENCE * 1000))
    # The file may be somebody else's: nothing in its schema is run. A new one is ours, and can have no journal then.
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 0 if is_new else 1)
    connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_VIEW, 0)
    if is_new:
        from ctypes import addressof, c_int  # for whole builds alone

        reserved = c_int(CHECKSUM_BYTES)
        connection.file_control("main", apsw.SQLITE_FCNTL_RESERVE_BYTES, addressof(reserved))
    return connection


@cache
def _register_checksums() -> None:
    """Load the extension with the checksum VFS, once; `apsw.sqlite_extra`, which would find it, takes 34 ms to load."""
    extension = os.path.join(os.path.dirname(apsw.__file__), "sqlite_extra_binaries", "cksumvfs")  # noqa: PTH118, PTH120
    loader = apsw.Connection(":memory:")
    try:
        loader.enable_load_extension(True)
        loader.load_extension(extension)  # SQLite adds what names of libraries end in here
    except (apsw.Error, AttributeError) as error:
        raise ChecksumsMissing(
            f"The Python package apsw {apsw.apsw_version()} lacks SQLite's checksum extension ({error}).",
            "Install its wheel: pip install --force-reinstall --only-binary apsw 'apsw>=3.51.3'",
        ) from error
    finally:
        loader.close()


def committed_state(folder: Path) -> tuple[int, bytes] | None:
    """Tell one state of an index from all others without opening it; None where there is none.

    That is which file it is, and SQLite's count of its changes (https://www.sqlite.org/fileformat2.html, 1.3.7), which
    an update that was taken back leaves as it was.
    """
    try:
        with open(folder / INDEX_FILE, "rb") as file:  # noqa: PTH123  # Path.open loads what a search does without
            return os.fstat(file.fileno()).st_ino, file.read(_CHANGES.stop)[_CHANGES]
    except OSError:
        return None


def name_in(column: str) -> str:
    """Write in SQL how a file name is read, which may hold bytes that are no UTF-8; `name_of` decodes it."""
    return f"CAST({column} AS BLOB)"


def name_of(raw: bytes) -> str:
    """Give a file name as Python knows it."""
    return raw.decode("utf-8", "surrogateescape")


def storable(text: str) -> bytes:
    """Encode a file name for a TEXT column (with `CAST(? AS TEXT)`), whatever bytes it holds."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # no file name: no such name will be found
        return text.encode("utf-8", "replace")


def batches(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    """Go through values by as many as one statement may ask for."""
    wanted = list(values)
    for first in range(0, len(wanted), _BATCH):
        yield wanted[first : first + _BATCH]


def unpack_numbers(blob: bytes, kind: Literal["I", "H"] = "I") -> memoryview:
    """Read an array of numbers of 32 bits, such as each article's first chunk, or of 16 bits (kind `H`)."""
    return memoryview(blob).cast(kind)


def block_id(term: int, first: int = 0) -> int:
    """Number the block of a term's postings that begins with an article; a term's blocks are neighbours."""
    return term << 32 | first


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
