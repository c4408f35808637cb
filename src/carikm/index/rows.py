"""The rows of an index as values, and what each of their columns must hold."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from carikm.corpus import BODY, BOILERPLATE
from carikm.corpus.files import ARTICLE_SUFFIX
from carikm.corpus.mojibake import Repair
from carikm.index.format import BOILERPLATE_BASE, name_in
from carikm.index.weights import inverse_document_frequency
from carikm.records import NamedTuple

SURFACE_COLUMNS = "surface, term, form, articles, chunks, is_stop, decided, capitalised, lower"
SURFACE_KINDS = "tiiiiitii"
DEFINITION_COLUMNS = "short_key, long_key, chunk, short, long"
DEFINITION_KINDS = "ttitt"
TERM_COLUMNS = "id, stem, articles, chunks, forms"
TERM_KINDS = "itiit"
WEIGHED_COLUMNS = "surface, is_stop, terms.id, stem, terms.articles"
WEIGHED_KINDS = "tiiti"
CHUNK_COLUMNS = "id, article, number, line_start, line_end, byte_start, byte_end, text, repairs"
CHUNK_KINDS = "iiiiiiibT"
LEARNED_COLUMNS = f"learned.outlet, {name_in('folder')}, key, at_head, line, articles, {name_in('name')}"
LEARNED_KINDS = "TNiitin"
ARTICLE_KINDS = "inniibtt" + "II" + 4 * "TII" + "iiiiii"
ARTICLE_COLUMNS = (
    f"id, {name_in('name')}, {name_in('path')}, size, mtime_ns, sha256, encoding, title, headline_line,"
    " headline_origin, outlet, outlet_line, outlet_origin, dateline, dateline_line, dateline_origin,"
    " author, author_line, author_origin, date, date_line, date_origin, chunks, words,"
    " body_start, body_end, boilerplate_start, boilerplate_end"
)
# What each column must hold: i an integer, f a number, b bytes, t a text, n a file name, which may hold bytes that
# are no text (see `carikm.index.format.name_in`); a capital where it may be null.
_TYPES: dict[str, tuple[type, ...]] = {
    "i": (int,),
    "f": (float,),
    "t": (str,),
    "n": (bytes,),
    "b": (bytes,),
    "I": (int, type(None)),
    "T": (str, type(None)),
    "N": (bytes, type(None)),
}


# Beyond any weight or average; sums and products of a few of them are still finite.
_LARGEST_NUMBER = 1e12


class Origin(NamedTuple):
    """Where in an article a value was read, how, and how surely: `certain`, `likely` or `doubtful`."""

    line: int
    how: str
    certainty: str


class StoredArticle(NamedTuple):
    """An article as the index knows it.

    `name` is its id, `path` is relative to the corpus folder. `body_*` and `boilerplate_*` are the half-open
    ranges of its chunks' ids. Origins are None where the value is.
    """

    id: int
    name: str
    path: str
    size: int
    mtime_ns: int
    sha256: str
    encoding: str
    title: str
    headline_origin: Origin | None
    outlet: str | None
    outlet_origin: Origin | None
    dateline: str | None
    dateline_origin: Origin | None
    author: str | None
    author_origin: Origin | None
    date: str | None
    date_origin: Origin | None
    chunks: int
    words: int
    body: range
    boilerplate: range


class StoredChunk(NamedTuple):
    """A chunk as the index knows it; `text` is what its bytes decode to."""

    id: int
    article: int
    number: int
    kind: str
    line_start: int
    line_end: int
    byte_start: int
    byte_end: int
    text: str
    repairs: tuple[Repair, ...]


class LearnedLine(NamedTuple):
    """A line that was learned to be boilerplate, of an outlet or, where its articles name none, of a folder.

    `key` is what it is recognised by; `at_head` tells that it is boilerplate at the head of an article too, and not
    only at the foot; `articles` counts those in which it is; `line` is how the first of them has it, whose id is
    `example`.
    """

    outlet: str | None
    folder: str | None
    key: int
    at_head: bool
    line: str
    articles: int
    example: str


class Surface(NamedTuple):
    """A surface form: its stem's term, its number among that term's forms, its weight.

    `frequency` counts the body chunks it occurs in, those of copies left out: 0 for a form that only copies have.
    `decided` tells what had a say on the stem before the tables and Sastrawi: `user`, `name`, or nothing (empty).
    `capitalised` and `lower` count how often the body text has the form with a capital in mid-sentence,
    and in lower case, without copies again; from them follows whether it is a name.
    """

    surface: str
    term: int
    form: int
    frequency: int
    idf: float
    is_stop: bool
    decided: str
    capitalised: int
    lower: int


class Term(NamedTuple):
    """A stem: how many body chunks it occurs in, those of copies left out, its weight, its forms by their numbers."""

    id: int
    stem: str
    frequency: int
    idf: float
    forms: Sequence[str]


class StoredDefinition(NamedTuple):
    """A short form with the long form that a chunk gives for it; see `carikm.analysis.acronyms`."""

    short_key: str
    long_key: str
    chunk: int
    short: str
    long: str


class Counterpart(NamedTuple):
    """The other form of a short or a long one: its key, its commonest writing, and how many chunks define it so."""

    key: str
    form: str
    chunks: int


def is_kind(value: object, kind: str) -> bool:
    """Tell whether a value may stand in a column of that kind."""
    if not isinstance(value, _TYPES[kind]):
        return False
    if isinstance(value, float):
        return isfinite(value) and abs(value) < _LARGEST_NUMBER
    if isinstance(value, bytes) and kind in "nN":
        return b"\0" not in value  # no file can have such a name
    if kind in "tT" and isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:  # bytes that were no UTF-8
            return False
    return True


def are_kinds(rows: Sequence[Sequence[object]], kinds: str) -> bool:
    """Tell whether the values of all rows may stand in columns of those kinds: column by column, which takes less."""
    columns = zip(*rows, strict=True)
    return not rows or all(_is_column(column, kind) for column, kind in zip(columns, kinds, strict=True))


def _is_column(values: Iterable[object], kind: str) -> bool:
    allowed = _TYPES[kind]
    return all(type in allowed for type in {*map(type, values)}) and (
        kind in "ibI" or all(value is None or is_kind(value, kind) for value in values)
    )


def surface_of(row: Sequence[Any], documents: int) -> Surface:
    """Make a surface form of the columns `SURFACE_COLUMNS`; `documents` is how many articles count."""
    surface, term, form, articles, chunks, is_stop, decided, capitalised, lower = row
    idf = inverse_document_frequency(documents, articles)
    return Surface(surface, term, form, chunks, idf, bool(is_stop), decided, capitalised, lower)


def term_of(row: Sequence[Any], documents: int) -> Term:
    """Make a term of the columns `TERM_COLUMNS`; `documents` is how many articles count."""
    id, stem, articles, chunks, forms = row
    return Term(id, stem, chunks, inverse_document_frequency(documents, articles), forms.split("\n"))


def chunk_of(row: Sequence[Any], text: str, repairs: tuple[Repair, ...]) -> StoredChunk:
    """Make a chunk of the columns `CHUNK_COLUMNS`, its text as unpacked, and its repairs."""
    id, article, number, line_start, line_end, byte_start, byte_end, _, _ = row
    kind = BOILERPLATE if id >= BOILERPLATE_BASE else BODY
    return StoredChunk(id, article, number, kind, line_start, line_end, byte_start, byte_end, text, repairs)


def article_of(row: Sequence[Any], origins: Mapping[int, tuple[str, str]]) -> StoredArticle:
    """Make an article of the columns `ARTICLE_COLUMNS`; `origins` has how values were read, and how surely.

    Raises:
        KeyError: an origin is not there.
    """

    def origin(line: int | None, number: int | None) -> Origin | None:
        return None if line is None or number is None else Origin(line, *origins[number])

    identity, headline, sizes = row[:8], row[8:10], row[22:]
    outlet, dateline, author, date = row[10:13], row[13:16], row[16:19], row[19:22]
    id, name, path, size, mtime_ns, sha256, encoding, title = identity
    chunks, words, body_start, body_end, boilerplate_start, boilerplate_end = sizes
    return StoredArticle(
        id,
        name,
        path,
        size,
        mtime_ns,
        sha256.hex(),
        encoding,
        title,
        origin(*headline),
        outlet[0],
        origin(*outlet[1:]),
        dateline[0],
        origin(*dateline[1:]),
        author[0],
        origin(*author[1:]),
        date[0],
        origin(*date[1:]),
        chunks,
        words,
        range(body_start, body_end),
        range(boilerplate_start, boilerplate_end),
    )


def learned_line_of(row: Sequence[Any]) -> LearnedLine:
    """Make a learned line of the columns `LEARNED_COLUMNS`."""
    outlet, folder, key, at_head, line, articles, example = row
    return LearnedLine(outlet, folder, key, bool(at_head), line, articles, example)


def is_article_path(path: str) -> bool:
    """Tell whether an index may have an article there: a text file below the corpus folder."""
    return path.lower().endswith(ARTICLE_SUFFIX) and is_below(path)


def is_below(path: str) -> bool:
    """Tell whether a relative path names something below the corpus folder, links left aside."""
    return path != "" and path[0] != "/" and ".." not in path.split("/")


def counterparts_of(rows: Iterable[tuple[str, str, int]]) -> list[Counterpart]:
    """Make counterparts of rows of key, writing and chunks, the commonest writing of each key before its others."""
    found: dict[str, Counterpart] = {}
    for key, form, chunks in rows:
        before = found.get(key, Counterpart(key, form, 0))
        found[key] = before._replace(chunks=before.chunks + chunks)
    return sorted(found.values(), key=lambda counterpart: (-counterpart.chunks, counterpart.key))


def repairs_of(packed: str, text: str) -> tuple[Repair, ...]:
    """Read a chunk's repairs as they are stored.

    Raises:
        ValueError: they are none of that text.
    """
    import json

    try:
        repairs = tuple(Repair(int(start), int(end), str(mended)) for start, end, mended in json.loads(packed))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"unreadable repairs: {error}") from error
    edges = [edge for repair in repairs for edge in (repair.start, repair.end)]
    if edges != sorted(edges) or not all(0 <= edge <= len(text) for edge in edges):
        raise ValueError("repairs outside of their chunk")
    return repairs
