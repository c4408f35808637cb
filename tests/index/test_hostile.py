"""An index that somebody else has made, with right checksums: it answers or is refused, in bounded memory and time."""

import resource
import shutil
import signal
import zlib
from array import array
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import carikm
import carikm.api.coverage as coverage_module
from carikm.api import check_index
from carikm.errors import CarikmError, IndexDamaged
from carikm.index import known_stems
from carikm.index.blocks import NO_ENTRIES, Block, Entries
from carikm.index.build import build_index
from carikm.index.facts import remembered_corpus
from carikm.index.format import FORMAT_VERSION, INDEX_FILE, TABLES, connect
from carikm.index.known_stems import STEMS_FILE, _digest, _rules, read_stems
from carikm.index.packed import unpack_block
from carikm.index.packing import pack_block, put_number
from carikm.index.reader import IndexReader
from carikm.index.texts import LARGEST_TEXT, Packer, compressed, uncompressed
from tests.conftest import SEEDS

_TABLES = [statement.split()[2] for (statement,) in TABLES if statement.startswith("CREATE TABLE")]
_SECONDS = 20
_MEMORY = 4 << 30


@pytest.fixture(scope="module")
def folder(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("hostile")
    (found / INDEX_FILE).write_bytes((seeds_index / INDEX_FILE).read_bytes())
    return found


@pytest.fixture
def _bounded() -> Iterator[None]:
    """Let what takes too much memory or time fail; most of the memory is address space that nothing uses."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _ask(index: Path) -> None:
    """Ask as users do; every answer will do, and every error that is worded."""

    def hang(*_: object) -> None:
        raise AssertionError("it hangs")

    questions = (
        lambda: carikm.find("sentra logam", SEEDS, index, limit=3),
        lambda: carikm.find('"industri kecil"', SEEDS, index, limit=3, boilerplate=True),
        lambda: carikm.find("ikm pemerintah", SEEDS, index, by_article=True, since="2019"),
        lambda: carikm.find("sentra logam", SEEDS, index, facets=True, explain=True),
        lambda: carikm.read_article("003", SEEDS, index, query="industri"),
        lambda: carikm.find_similar("003", SEEDS, index),
        lambda: carikm.list_articles(SEEDS, index),
        lambda: carikm.find("log* semarag~ OR ind*i", SEEDS, index),
        lambda: carikm.read_status(SEEDS, index),
        lambda: carikm.list_acronyms(None, SEEDS, index),
        lambda: carikm.analyze_words("pemkot industri berlari", SEEDS, index),
        lambda: check_index(SEEDS, index, sample=1),
    )
    signal.signal(signal.SIGALRM, hang)
    signal.alarm(_SECONDS)
    try:
        for question in questions:
            try:
                question()
            except CarikmError as error:
                assert error.message
    finally:
        signal.alarm(0)


_NUMBERS = st.one_of(
    st.integers(-3, 300), st.sampled_from([2**16, 2**30, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**62, -(2**63)])
)
_VALUES = st.one_of(
    _NUMBERS, st.text(max_size=5), st.binary(max_size=9), st.floats(), st.sampled_from(["\n", "x" * 999])
)


class _Change:
    """Changes one value of an index, in a way that its place suggests."""

    def __init__(self, data: st.DataObject, path: Path) -> None:
        self._draw = data.draw
        self._connection = connect(path)

    def __enter__(self) -> "_Change":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def one(self) -> None:
        table = self._draw(st.sampled_from([*_TABLES, "facts", "postings", "articles", "terms", "chunks"]))
        columns = [row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")]
        key = ", ".join(row[1] for row in self._connection.execute(f"PRAGMA table_info({table})") if row[5]) or "rowid"
        rows = self._connection.execute(f"SELECT {key} FROM {table} ORDER BY {key}").fetchall()
        if not rows:
            return
        where = " AND ".join(f"{name} IS ?" for name in key.split(", "))
        row = self._draw(st.sampled_from(rows))
        how = self._draw(st.sampled_from(["value", "value", "inside", "inside", "inside", "other", "gone"]))
        if how == "gone":
            self._try(f"DELETE FROM {table} WHERE {where}", row)
            return
        column = self._draw(st.sampled_from(columns[:1] + columns[1:] * 3))
        if how == "other":
            other = self._draw(st.sampled_from(rows))
            value = self._connection.execute(f"SELECT {column} FROM {table} WHERE {where}", other).fetchone()[0]
        elif how == "value":
            value = self._draw(_VALUES)
        else:
            try:
                found = self._connection.execute(f"SELECT {column} FROM {table} WHERE {where}", row).fetchone()
            except UnicodeError:
                return
            if found is None:
                return
            value = self._inside(table, column, row, found[0])
        self._try(f"UPDATE {table} SET {column} = ? WHERE {where}", (value, *row))

    def _try(self, statement: str, values: Any) -> None:
        with suppress(apsw.Error, OverflowError, UnicodeError):
            self._connection.execute(statement, values)

    def _inside(self, table: str, column: str, row: Any, value: Any) -> Any:
        if isinstance(value, int):
            return value + self._draw(st.sampled_from([-1, 1, 2, 1000]))
        if isinstance(value, str):
            less = value.partition("\n")[2]
            return self._draw(st.sampled_from([value + "\n", value[:-1], value.upper(), less, value * 2]))
        if table == "chunks":
            return Packer(b"").pack(self._draw(st.sampled_from(["", " ", "logam", "sentra logam " * 20_000])))
        if table == "postings":
            try:
                return self._block(unpack_block(value))
            except (ValueError, OverflowError, TypeError):
                return value
        if isinstance(value, bytes) and value:
            kind = "H" if str(row[0]).endswith("_lengths") and "article" not in str(row[0]) else "I"
            numbers = array(kind)
            width = numbers.itemsize
            numbers.frombytes(value[: len(value) // width * width])
            return self._numbers(numbers).tobytes()
        return value

    def _numbers(self, numbers: "array[int]") -> "array[int]":
        how = self._draw(st.sampled_from(["set", "set", "set", "drop", "add", "sort"]))
        most = (1 << 8 * numbers.itemsize) - 1
        number = min(max(self._draw(_NUMBERS), 0), most)
        if how == "add" or not len(numbers):
            numbers.append(number)
        elif how == "drop":
            numbers.pop()
        elif how == "sort":
            numbers = array(numbers.typecode, sorted(numbers, reverse=True))
        else:
            numbers[self._draw(st.integers(0, len(numbers) - 1))] = number
        return numbers

    def _block(self, block: Block) -> bytes:
        part = self._draw(st.sampled_from(["body", "leads", "boilerplate", "bounds", "bytes"]))
        articles = self._articles_of_chunks()
        if part == "bytes":
            return self._bytes(self._packed(block, articles))
        if part == "bounds":
            bounds = bytes([self._draw(st.sampled_from([0, 1, 63, 64, 255]))]) * len(block.bounds)
            return self._packed(block._replace(bounds=bounds), articles)
        entries: Entries = getattr(block, part)
        columns = [array("I", column) for column in entries]
        which = self._draw(st.integers(0, 3))
        if which == 3:
            columns = [column[:-1] for column in columns]
        elif len(columns[which]):
            columns[which][self._draw(st.integers(0, len(columns[which]) - 1))] = min(
                max(self._draw(_NUMBERS), 0), 2**32 - 1
            )
        if len(columns[0]):
            columns[0] = array("I", sorted(columns[0]))
        changed = Entries(*columns) if len(columns[0]) else NO_ENTRIES
        return self._packed(block._replace(**{part: changed}), articles)

    def _articles_of_chunks(self) -> "dict[int, int]":
        """Give articles of which some are not there, or not those of the chunks."""
        step = self._draw(st.sampled_from([1, 2, 1000]))
        return _Divided(step)

    def _packed(self, block: Block, articles: "dict[int, int]") -> bytes:
        named = len({articles[chunk] for chunk in block.body.texts})
        return pack_block(block._replace(bounds=block.bounds[:named].ljust(named, b"\1")), articles)

    def _bytes(self, packed: bytes) -> bytes:
        """Alter a byte of what was packed."""
        whole = packed[1:] if packed[:1] == b"\0" else uncompressed(packed[1:], 1 << 20)
        altered = bytearray(b"\0" + whole)
        altered[self._draw(st.integers(1, len(altered) - 1))] = self._draw(st.integers(0, 255))
        return bytes(altered)


class _Divided(dict[int, int]):
    def __init__(self, step: int) -> None:
        self._step = step

    def __missing__(self, chunk: int) -> int:
        return chunk // self._step


def _fuzz(folder: Path, data: st.DataObject) -> None:
    path = folder / INDEX_FILE
    whole = path.read_bytes()
    try:
        with _Change(data, path) as change:
            for _ in range(data.draw(st.integers(1, 3))):
                change.one()
        _ask(folder)
    finally:
        path.write_bytes(whole)


_LENIENT = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=25, deadline=None, suppress_health_check=_LENIENT)
@given(data=st.data())
@pytest.mark.usefixtures("_bounded")
def test_rows_that_contradict_each_other(folder: Path, data: st.DataObject) -> None:
    _fuzz(folder, data)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None, suppress_health_check=_LENIENT)
@given(data=st.data())
@pytest.mark.usefixtures("_bounded")
def test_many_rows_that_contradict_each_other(folder: Path, data: st.DataObject) -> None:
    _fuzz(folder, data)


# Attacks that somebody would think of


@pytest.fixture
def copy(seeds_index: Path, tmp_path: Path) -> Path:
    (tmp_path / INDEX_FILE).write_bytes((seeds_index / INDEX_FILE).read_bytes())
    return tmp_path


def _set(index: Path, statements: str, *values: object) -> None:
    with closing(connect(index / INDEX_FILE)) as connection:
        connection.execute(statements, values).fetchall()


def _number(number: int) -> bytes:
    packed = bytearray()
    put_number(packed, number)
    return bytes(packed)


_MANY = _number(1 << 30)
# Boilerplate, articles (first, steps, bounds, forms), the body's entries, leads: none, or one of each.
_NOTHING = b"\0"
_ONE_ARTICLE = b"\1\0\1\0\1"
_ONE_ENTRY = b"\1\0\0\1\0\0"
# What claims to be many takes a few bytes where all are alike: the first, then steps, occurrences and forms.
_ALIKE = b"\0" + b"\0\1" * 3


@pytest.mark.usefixtures("_bounded")
@pytest.mark.parametrize(
    "block",
    [
        b"\0" + _MANY + _ALIKE + _NOTHING,
        b"\0" + _NOTHING + _MANY + _ALIKE + _ONE_ENTRY + _NOTHING,
        b"\0" + _NOTHING + _MANY + b"\0" + b"\x09" + _MANY + _ALIKE,
        b"\0" + _NOTHING + _ONE_ARTICLE + _MANY + _ALIKE + _NOTHING,
        b"\0" + _NOTHING + _ONE_ARTICLE + _number(2) + b"\0\x08" + _MANY + b"\3" + _NOTHING,
        b"\0" + _NOTHING + _ONE_ARTICLE + _number(2) + b"\0\x08\1\3" + _MANY + _ALIKE + _NOTHING,
        b"\0" + _NOTHING + _ONE_ARTICLE + _ONE_ENTRY + _MANY + _ALIKE,
        b"\0" + _NOTHING + _ONE_ARTICLE + _number(1 << 20) + _ALIKE + _NOTHING,
        b"\0" + b"\xff" * 20_000,
        b"\1" + compressed(b"\xff" * 20_000, 3),
        b"\1" + compressed(b"\0" * (1 << 28), 3),
    ],
)
def test_a_block_that_claims_more_than_there_is(copy: Path, block: bytes) -> None:
    _set(copy, "UPDATE postings SET data = ?", block)
    with pytest.raises(IndexDamaged):
        carikm.find("sentra logam", SEEDS, copy)
    _ask(copy)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (
            b"\1" + compressed(b"\0" * (1 << 28), 3),
            "so many postings cannot be read that the others were not looked at",
        ),
        (b"\0" + _number(100_000) + _ALIKE + _NOTHING, "more entries than a file of its size"),
    ],
)
def test_a_check_does_not_unpack_without_end(copy: Path, block: bytes, said: str) -> None:
    _set(copy, "UPDATE postings SET data = ?", block)
    assert said in str(check_index(SEEDS, copy, sample=1).findings)


@pytest.mark.usefixtures("_bounded")
@pytest.mark.parametrize(
    "block",
    [
        b"\0" + _number(2) + b"\0" + b"\0" + _number((1 << 32) - 1) + b"\0\1" * 2 + _NOTHING,
        b"\0" + _number(1) + _number(1 << 31) + b"\0\1" * 2 + _NOTHING,
        b"\0" + _NOTHING + b"\1" + _MANY + b"\1\0\1" + _ONE_ENTRY + _NOTHING,
    ],
)
def test_a_block_of_texts_that_are_not_there(copy: Path, block: bytes) -> None:
    _set(copy, "UPDATE postings SET data = ?", block)
    _ask(copy)


@pytest.mark.usefixtures("_bounded")
def test_many_blocks_of_one_term(copy: Path) -> None:
    block = b"\0" + _number(5_000) + _ALIKE + _NOTHING
    _set(copy, "DELETE FROM postings")
    with closing(connect(copy / INDEX_FILE)) as connection, IndexReader(copy) as reader:
        term = reader.term(stem="logam")
        assert term is not None
        rows = [(term.id << 32 | number, block) for number in range(2_000)]
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO postings VALUES (?, ?)", rows)
        connection.execute("COMMIT")
    with pytest.raises(IndexDamaged, match="a block of 5000 entries"):
        carikm.find("logam", SEEDS, copy)


@pytest.mark.usefixtures("_bounded")
def test_texts_that_unpack_to_gigabytes(copy: Path) -> None:
    _set(copy, "UPDATE chunks SET text = ?", compressed(b"a" * (LARGEST_TEXT + 1), 3))
    with pytest.raises(IndexDamaged, match="a text that cannot be read"):
        carikm.read_article("003", SEEDS, copy)
    _set(copy, "UPDATE chunks SET byte_end = 1 << 40")
    with pytest.raises(IndexDamaged, match="a text that cannot be read"):
        carikm.read_article("003", SEEDS, copy)


@pytest.mark.usefixtures("_bounded")
@pytest.mark.parametrize(
    "schema",
    [
        "CREATE VIEW facts AS SELECT 'articles' AS name, 5 AS value",
        "CREATE VIEW facts AS WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n)"
        " SELECT 'corpus' AS name, value FROM n",
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value AS (hex(zeroblob(40000000))))",
        "CREATE VIRTUAL TABLE facts USING fts5(name, value)",
        "CREATE VIRTUAL TABLE facts USING dbstat",
    ],
)
def test_other_things_than_tables(copy: Path, schema: str) -> None:
    """Neither a search nor a build runs what a schema says."""
    _set(copy, "DROP TABLE facts")
    with closing(apsw.Connection(str(copy / INDEX_FILE), vfs="cksmvfs")) as connection:
        connection.execute(schema)
        if "TABLE facts (" in schema:
            connection.execute("INSERT INTO facts (name) VALUES ('corpus')")
    with pytest.raises(IndexDamaged, match="other tables"):
        IndexReader(copy)
    assert remembered_corpus(copy) is None
    assert build_index(SEEDS, copy).written is not None


def test_a_trigger_is_never_run(copy: Path) -> None:
    _set(copy, "CREATE TRIGGER t AFTER UPDATE ON facts BEGIN DELETE FROM articles; END")
    with pytest.raises(IndexDamaged, match="other tables"):
        IndexReader(copy)


@pytest.mark.parametrize("path", ["../lain.txt", "/etc/hosts.txt", "a/../../b.txt", "passwd", ""])
def test_an_article_outside_of_its_corpus(copy: Path, path: str) -> None:
    _set(copy, "UPDATE articles SET path = ? WHERE id = 2", path)
    with pytest.raises(IndexDamaged, match="leads out of its corpus"):
        carikm.list_articles(SEEDS, copy)


@pytest.mark.parametrize("path", ["../lain.txt", "/etc/hosts.txt", "a/../../b", ""])
def test_what_was_left_out_lies_in_its_corpus(copy: Path, path: str) -> None:
    _set(copy, "INSERT INTO skipped VALUES (?, 'empty file', 1, 1)", path)
    for question in (lambda: carikm.read_status(SEEDS, copy), lambda: carikm.find("logam", SEEDS, copy)):
        with pytest.raises(IndexDamaged, match="a file left out whose path leads out of its corpus"):
            question()
    found = check_index(SEEDS, copy)
    assert "leads out of its corpus" in str(found.findings)


@pytest.mark.parametrize("path", ["..", "/etc", "a/../.."])
def test_folders_lie_in_their_corpus(copy: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage_module, "EXAMINE_ALL", 0)
    _set(copy, "INSERT INTO folders VALUES (?, 1)", path)
    with pytest.raises(IndexDamaged, match="a folder whose path leads out of its corpus"):
        carikm.find("logam", SEEDS, copy)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE facts SET value = CAST(? AS TEXT) WHERE name = 'corpus'",
        "UPDATE facts SET value = CAST(? AS TEXT) WHERE name = 'label'",
        "UPDATE articles SET path = CAST(? AS TEXT) WHERE id = 3",
        "UPDATE articles SET name = CAST(? AS TEXT) WHERE id = 3",
        "INSERT INTO skipped VALUES (CAST(? AS TEXT), 'empty file', 1, 1)",
        "INSERT INTO folders VALUES (CAST(? AS TEXT), 1)",
    ],
)
def test_names_that_no_file_can_have(copy: Path, statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system refuses a NUL in a name, and Python another way than it refuses all else."""
    monkeypatch.setattr(coverage_module, "EXAMINE_ALL", 0)
    _set(copy, statement, b"003\0.txt")
    _ask(copy)
    with suppress(CarikmError):
        assert check_index(SEEDS, copy).is_damaged
    with suppress(CarikmError):
        carikm.find("sentra logam", index=copy)
    _set(copy, f"PRAGMA user_version = {FORMAT_VERSION - 1}")
    assert build_index(SEEDS, copy).written is not None


def test_no_file_is_read_by_way_of_a_link(tmp_path: Path) -> None:
    """Neither article nor file left out: a link in the corpus may lead anywhere."""
    for folder in ("arsip/dalam", "luar"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "satu.txt").write_text("Pasar ikan ramai sejak subuh.")
        (tmp_path / folder / "kosong.txt").write_text("")
    corpus, index = tmp_path / "arsip", tmp_path / "index"
    (corpus / "dua.txt").write_text("Perahu ditambatkan di pelabuhan.")
    build_index(corpus, index)
    shutil.rmtree(corpus / "dalam")
    (corpus / "dalam").symlink_to(tmp_path / "luar")
    found = check_index(corpus, index)
    assert found.compared == 1
    assert str(found.findings).count("lies outside the corpus folder by a link") == 2


def test_arrays_of_absurd_lengths(copy: Path) -> None:
    for name in ("article_starts", "article_order", "representatives", "article_days", "article_outlets"):
        _set(copy, "UPDATE facts SET value = zeroblob(8000000) WHERE name = ?", name)
    for name in ("slots", "articles", "counted_articles", "body_chunks"):
        _set(copy, "UPDATE facts SET value = 2000000 WHERE name = ?", name)
    _ask(copy)
    _set(copy, "UPDATE facts SET value = ? WHERE name = 'boilerplate_starts'", b"\0\0\0\x80" * 2_000_000)
    _set(copy, "UPDATE articles SET body_end = 1 << 62, boilerplate_end = 1 << 62")
    _ask(copy)


@pytest.mark.usefixtures("_bounded")
@pytest.mark.parametrize("fact", ["articles", "slots", "body_chunks", "boilerplate_chunks"])
@pytest.mark.parametrize("value", [-1, 1 << 30, 1 << 32, 1 << 62])
def test_counts_beyond_what_a_file_has_room_for(copy: Path, fact: str, value: int) -> None:
    _set(copy, "UPDATE facts SET value = ? WHERE name = ?", value, fact)
    with pytest.raises(IndexDamaged, match=f"its {fact} are {value}, more than"):
        carikm.find("sentra logam", SEEDS, copy)


@pytest.mark.parametrize(
    "value", [None, b"[1,2,3]", "[1, 2]", "[1, 2, NaN]", "{", '"abc"', "[-1, 2, 3]", "[1, 2, 1e999]"]
)
def test_averages_that_bound_nothing_are_built_anew(copy: Path, value: object) -> None:
    corpus = copy / "arsip"
    shutil.copytree(SEEDS, corpus)
    _set(copy, "UPDATE facts SET value = 'arsip' WHERE name = 'corpus'")
    _set(copy, "UPDATE facts SET value = ? WHERE name = 'bounds_averages'", value)
    (corpus / "baru.txt").write_text("Pasar logam ramai sejak subuh.")
    assert build_index(corpus, copy).unchanged == 5, "as the hashes of the old index say"
    assert carikm.find("subuh", corpus, copy).result.total == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE learning SET articles = 'x'",
        "UPDATE learning SET margins = x'00'",
        "UPDATE line_articles SET article = 'x' WHERE article = 1",
        "UPDATE surfaces SET articles = 'x'",
        "UPDATE surfaces SET decided = 1.5",
        "UPDATE terms SET chunks = 'x'",
        "UPDATE terms SET forms = x'ff'",
        "UPDATE articles SET id = 99 WHERE id = 1",
        "UPDATE facts SET value = 1 WHERE name = 'articles'",
        "UPDATE facts SET value = randomblob(20) WHERE name = 'article_order'",
    ],
)
def test_an_update_of_what_is_of_another_kind_builds_anew(copy: Path, statement: str) -> None:
    corpus = copy / "arsip"
    shutil.copytree(SEEDS, corpus)
    _set(copy, "UPDATE facts SET value = 'arsip' WHERE name = 'corpus'")
    _set(copy, statement)
    changed = next(corpus.glob("001*"))
    changed.write_text(changed.read_text() + "\nPasar logam ramai sejak subuh.\n")
    build_index(corpus, copy)
    assert carikm.find("subuh", corpus, copy).result.total == 1


@pytest.mark.parametrize("table", ["terms", "surfaces"])
@pytest.mark.parametrize("articles", [-1, -(1 << 62), 1 << 62])
def test_words_in_less_than_no_article(copy: Path, table: str, articles: int) -> None:
    _set(copy, f"UPDATE {table} SET articles = ?", articles)
    _ask(copy)


def test_an_article_that_is_numbered_beyond_all(copy: Path) -> None:
    _set(copy, "UPDATE articles SET id = 1 << 40 WHERE id = 3")
    _set(copy, "UPDATE chunks SET article = 1 << 40 WHERE article = 3")
    with pytest.raises(IndexDamaged, match="numbers of chunks or articles that are not there"):
        carikm.find_similar("003", SEEDS, copy)


@pytest.mark.usefixtures("_bounded")
@pytest.mark.parametrize("contents", [b"none", zlib.compress(b"a" * 2_000), zlib.compress(b"\xff"), b""])
def test_stems_that_somebody_else_has_kept(tmp_path: Path, contents: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_stems, "_MOST_BYTES", 1_000)
    (tmp_path / STEMS_FILE).write_bytes(_rules() + _digest(contents) + contents)
    assert read_stems(tmp_path) == {}
