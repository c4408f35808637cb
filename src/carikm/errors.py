"""What can go wrong, as one tree.

    CarikmError
    ├── CorpusError
    │   ├── CorpusMissing        no such folder, or none named and none found
    │   └── CorpusEmpty          a folder without a single readable article
    ├── IndexFault
    │   ├── IndexMissing         no index where one was asked for
    │   ├── IndexDamaged         a file that is no index, or a broken one
    │   ├── IndexFormat          an index of another format version
    │   ├── IndexForeign         the index of another corpus
    │   ├── IndexUnreadable      a disk that does not give out what is in it
    │   ├── IndexBusy            an index that is being written, for longer than one waits
    │   └── IndexNotWritable     a folder or disk that takes no index
    ├── CorrectionsInvalid       a carikm.toml that says what is not understood
    ├── QueryError
    │   ├── QueryEmpty           a query without a single word
    │   ├── QuerySyntax          a query that means something and does not say what
    │   └── QueriesUnreadable    a file of queries that cannot be read
    ├── ReferenceFault
    │   ├── ArticleUnknown       no article by that name
    │   ├── ArticleAmbiguous     several articles by that prefix
    │   └── ChunkUnknown         the article has no chunk of that number
    ├── HitsUnreadable           a file of hits that cannot be read, or is none
    ├── SourceUnavailable        an article's own file cannot be given out
    ├── ChecksumsMissing         a package came without what checks an index
    ├── WorkerLost               a process that shared the work has ended
    └── UsageError               options that contradict each other

Every error carries a stable `code` for scripts, a `message` that says what was
found and what was expected, and a `hint` with the command to type next.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class CarikmError(Exception):
    """Anything that carikm refuses to do, worded for its user."""

    code = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CorpusError(CarikmError):
    """The folder of articles is at fault."""


class CorpusMissing(CorpusError):
    """The corpus folder does not exist, or none was named and none was found."""

    code = "corpus-missing"


class CorpusEmpty(CorpusError):
    """The corpus folder holds no article that can be indexed."""

    code = "corpus-empty"


class IndexFault(CarikmError):
    """The index is at fault."""


class IndexMissing(IndexFault):
    """There is no index where one was asked for."""

    code = "index-missing"


class IndexDamaged(IndexFault):
    """The file is not an index, or not a whole one."""

    code = "index-damaged"


class IndexFormat(IndexFault):
    """The index was written by a version of carikm with another format."""

    code = "index-format"


class IndexUnreadable(IndexFault):
    """The operating system reports an error where the index is read."""

    code = "index-unreadable"


class IndexForeign(IndexFault):
    """The index belongs to another corpus than the one named."""

    code = "index-foreign"


class IndexNotWritable(IndexFault):
    """The index folder or its disk refuses to be written."""

    code = "index-not-writable"


class IndexBusy(IndexFault):
    """The index is being written, and for longer than one waits."""

    code = "index-busy"


class CorrectionsInvalid(CarikmError):
    """The user's `carikm.toml` cannot be read, or says what is not understood."""

    code = "corrections-invalid"


class QueryError(CarikmError):
    """The query is at fault."""


class QueryEmpty(QueryError):
    """The query has no word in it."""

    code = "query-empty"


class QuerySyntax(QueryError):
    """The query is wrong at a place: `position` counts the code points of `query` from 0."""

    code = "query-syntax"

    def __init__(self, message: str, hint: str, query: str, position: int) -> None:
        super().__init__(message, hint)
        self.query = query
        self.position = position


class QueriesUnreadable(QueryError):
    """A file of queries cannot be opened, or does not say where in it the queries are."""

    code = "queries-unreadable"


class ReferenceFault(CarikmError):
    """A reference such as `003:5` is at fault."""


class ArticleUnknown(ReferenceFault):
    """No article goes by that name or prefix."""

    code = "article-unknown"


class ArticleAmbiguous(ReferenceFault):
    """Several articles share that prefix."""

    code = "article-ambiguous"


class ChunkUnknown(ReferenceFault):
    """The article has no chunk of that number."""

    code = "chunk-unknown"


class HitsUnreadable(CarikmError):
    """A file of hits cannot be opened, or is not the JSON that carikm prints."""

    code = "hits-unreadable"


class SourceUnavailable(CarikmError):
    """An article's own file is gone, unreadable, or not to be given out."""

    code = "source-unavailable"


class ChecksumsMissing(CarikmError):
    """The installed apsw lacks the extension of SQLite that an index is checked with."""

    code = "checksums-missing"


class WorkerLost(CarikmError):
    """A process that did a share of the work was ended from outside."""

    code = "worker-lost"


class UsageError(CarikmError):
    """Options that contradict each other or are out of range."""

    code = "usage"


def typed(name: str) -> str:
    """Write a name for the end of a hint so that a shell takes it as one word, and carikm as no option."""
    quoted = as_one_word(name)
    return f"-- {quoted}" if name.startswith("-") else quoted


def typed_path(path: "Path | str") -> str:
    """Write a path for a hint so that a shell takes it as one word, and carikm as no option."""
    name = str(path)
    return as_one_word(f"./{name}" if name.startswith("-") else name)


def as_one_word(name: str) -> str:
    """Write a name so that a shell takes it as one word."""
    if name.isascii() and name.replace("_", "").replace("-", "").isalnum():
        return name  # as most are, and the module takes longer to load than a page to write

    import shlex

    return shlex.quote(name)
