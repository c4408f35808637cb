"""What is altered in an index, behind the back of its checksums, is found and named; a sound index is found sound."""

import os
import shutil
from array import array
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import carikm.index.build as build_module
import carikm.index.checks.articles as articles_module
import carikm.index.format as format_module
import carikm.index.updating.update as update_module
from carikm.corpus.boilerplate import normal_line
from carikm.errors import IndexBusy, IndexFormat
from carikm.index.blocks import Block
from carikm.index.build import build_index
from carikm.index.checks import sums, yielding
from carikm.index.checks.checkup import Checkup, check_index
from carikm.index.checks.findings import MOST_SHOWN, Finding, Findings
from carikm.index.checks.yielding import YieldingReader
from carikm.index.format import INDEX_FILE, connect
from carikm.index.lock import WriterLock
from carikm.index.naming import names_beside
from carikm.index.packed import unpack_block
from carikm.index.packing import pack_block
from carikm.index.progress import NoProgress
from carikm.index.reader import IndexReader
from carikm.index.texts import Unpacker
from tests.conftest import SEEDS
from tests.index.rich import write_rich_archive

_FREE = {"built_ns", "bounds_averages", "dictionary"}


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive and its index; to be read only."""
    folder = tmp_path_factory.mktemp("rich")
    write_rich_archive(folder)
    return folder


@pytest.fixture
def copy(rich: Path, tmp_path: Path) -> Path:
    """The same, to be changed; give its index folder."""
    shutil.copytree(rich, tmp_path / "rich")
    return tmp_path / "rich" / "index"


def _alter(index: Path, statement: str, values: tuple[Any, ...] = ()) -> int:
    connection = connect(index / INDEX_FILE)
    try:
        connection.execute(statement, values).fetchall()
        return connection.changes()
    finally:
        connection.close()


def _one(index: Path, query: str) -> Any:
    connection = connect(index / INDEX_FILE)
    try:
        return connection.execute(query).fetchall()[0][0]
    finally:
        connection.close()


def _check(index: Path, sample: int | None = None) -> Checkup:
    return check_index(index, sample, NoProgress())


def _findings(checkup: Checkup) -> list[Finding]:
    return [finding for alike in checkup.findings for finding in alike.findings]


def test_a_sound_index_is_found_sound(rich: Path) -> None:
    found = _check(rich / "index")
    assert (_findings(found), found.is_damaged) == ([], False)
    assert (found.articles, found.recounted, found.compared) == (16, 16, 16)
    assert _check(rich / "index", 3)[-2:] == (3, 3)


@pytest.mark.parametrize(
    "texts",
    [
        [
            "Warga Kota Menanam Jagung di Lahan\n\nWarga kota menanam jagung di lahan desa.\n\nBaca Juga\n\n"
            "Pemkot Bangun Pasar Baru\n\nPemkot Bangun Pasar Baru\n\nMereka senang sekali hari ini.\n"
        ],
        [
            f"Satu baris dulu ada di atas\n\n{' '.join(f'k{salt}x{place}' for place in range(200))} \ufeffakhirnya "
            f"{' '.join(f'lain{place}y{salt}' for place in range(80))}\n\nBaris ketiga ada di sini juga.\n"
            for salt in range(12)
        ],
    ],
    ids=["a line of the body stands in boilerplate too", "a chunk begins with a mark of no width"],
)
def test_what_reads_oddly_is_sound_and_is_updated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texts: list[str]
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for number, text in enumerate([*texts, "Lain sama sekali."]):
        (corpus / f"{number}.txt").write_text(text)
    build_index(corpus, index)
    assert _findings(_check(index)) == []
    monkeypatch.setattr(update_module, "BOUNDS_SLACK", 1_000_000)
    monkeypatch.setattr(build_module, "_build", None)
    (corpus / "0.txt").write_text(f"{texts[0]}Tambahan.\n")
    build_index(corpus, index)
    assert _findings(_check(index)) == []


@pytest.mark.parametrize(
    ("statement", "kind", "said"),
    [
        ("UPDATE facts SET value = value + 1 WHERE name = 'articles'", "facts", "articles is 17, and there are 16"),
        ("UPDATE facts SET value = value + 1 WHERE name = 'terms'", "facts", "terms is"),
        ("UPDATE facts SET value = value + 1 WHERE name = 'counted_leads'", "facts", "counted_leads is"),
        ("UPDATE facts SET value = '[1, 1, 1]' WHERE name = 'bounds_averages'", "facts", "bounds hold for averages"),
        ("INSERT INTO facts VALUES ('other', 1)", "facts", "has a other"),
        ("UPDATE articles SET name = 'lain' WHERE id = 0", "articles", "its id is 'lain'"),
        ("UPDATE articles SET name = 'lain/kembar.txt' WHERE id = 13", "articles", "its id is 'lain/kembar.txt', not"),
        (
            "UPDATE articles SET title = 'Lain' WHERE id = 0",
            "source",
            "its title is 'Pasar Nomor 0 Dibuka' in its file",
        ),
        ("UPDATE articles SET encoding = 'cp1252' WHERE id = 0", "source", "its encoding is"),
        ("UPDATE articles SET outlet_line = NULL WHERE id = 0", "articles", "a value has no origin"),
        ("UPDATE articles SET date_line = 9 WHERE id = 13", "source", "its date is"),
        ("UPDATE origins SET how = 'otherwise' WHERE id = 0", "source", "how='otherwise'"),
        ("UPDATE outlets SET name = 'Lain'", "articles", "its outlet is 'Lain' in one place, 'Kompas.com' in another"),
        ("INSERT INTO outlets VALUES (2, 'Lain')", "articles", "no article is of the outlet 'Lain'"),
        ("UPDATE chunks SET line_end = line_end + 1 WHERE id = 14", "source", "its line_end is"),
        ("UPDATE chunks SET byte_end = 9999 WHERE id = 14", "chunks", "its bytes are"),
        ("UPDATE chunks SET number = 9 WHERE id = 14", "chunks", "it says that it is chunk 9"),
        ("UPDATE chunks SET article = 3 WHERE id = 14", "chunks", "of article 3"),
        ("UPDATE chunks SET text = x'0102' WHERE id = 14", "chunks", "a text that cannot be read"),
        ("UPDATE chunks SET repairs = '[[9, 1, \"x\"]]' WHERE id = 14", "chunks", "repairs outside of their chunk"),
        (
            "INSERT INTO chunks SELECT 999, 0, 9, 9, 9, 9, 9, text, NULL FROM chunks WHERE id = 0",
            "chunks",
            "there are 40",
        ),
        ("UPDATE terms SET chunks = chunks + 1 WHERE stem = 'pasar'", "words", "and its postings have"),
        ("UPDATE terms SET forms = forms || char(10) || 'lain' WHERE stem = 'pasar'", "words", "no surface form"),
        ("UPDATE surfaces SET articles = articles + 1 WHERE surface = 'pasar'", "words", "counts in 13 articles"),
        ("UPDATE surfaces SET form = 7 WHERE surface = 'pasar'", "words", "'pasar' is form 7"),
        ("UPDATE surfaces SET is_stop = 1 WHERE surface = 'pasar'", "words", "said to be a stop word"),
        ("UPDATE surfaces SET decided = 'name' WHERE surface = 'pasar'", "words", "decides '', and 'name' is stored"),
        ("UPDATE surfaces SET lower = lower + 1 WHERE surface = 'pasar'", "words", "'pasar' is written 0 times"),
        ("DELETE FROM surfaces WHERE surface = 'pasar'", "words", "is no surface form of its own"),
        ("UPDATE postings SET data = x'0002' WHERE id = 0", "postings", "a block that ends too early"),
        ("UPDATE postings SET id = (900 << 32) WHERE id = 0", "postings", "which is not there"),
        ("DELETE FROM postings WHERE id = (SELECT max(id) FROM postings)", "postings", "has none"),
        ("DELETE FROM lines WHERE article = 3", "lines", "15 articles have keys of lines, of 16"),
        (
            "UPDATE lines SET keys = (SELECT keys FROM lines WHERE article = 1) WHERE article = 2",
            "lines",
            "keys of its",
        ),
        ("DELETE FROM line_articles WHERE article = 3", "lines", "article 3 is found by other lines than it has"),
        ("UPDATE line_articles SET article = 5 WHERE article = 3", "lines", "article 5, which is not there"),
        ("UPDATE learned SET articles = 99 WHERE id = 0", "lines", "are not those that recur"),
        ("UPDATE learned SET line = 'Lain' WHERE id = 0", "lines", "'Lain' is not the one that was learned"),
        ("UPDATE learned SET id = 7 WHERE id = 1", "lines", "is not where it belongs"),
        ("UPDATE learning SET articles = 99 WHERE outlet IS NOT NULL", "lines", "and 99 were counted"),
        ("UPDATE learning SET margins = '' WHERE outlet IS NOT NULL", "lines", "is not what was learned"),
        ("DELETE FROM shingles WHERE bucket = (SELECT min(bucket) FROM shingles)", "definitions", "its definitions or"),
        (
            "UPDATE shingles SET entries = x'07' WHERE bucket = (SELECT min(bucket) FROM shingles)",
            "copies",
            "that is none",
        ),
        ("UPDATE definitions SET long = 'Partai'", "definitions", "laporan.txt: its definitions or shingles"),
        ("UPDATE definitions SET chunk = 99", "definitions", "is defined in chunk 99"),
        ("UPDATE skipped SET reason = 'no reason'", "skipped", "'no reason'), and empty file"),
        ("UPDATE skipped SET path = ''", "skipped", "a file left out whose path leads out of its corpus"),
    ],
)
def test_what_was_altered_is_named(copy: Path, statement: str, kind: str, said: str) -> None:
    assert _alter(copy, statement) > 0
    found = _check(copy)
    assert found.is_damaged
    damage = [finding for finding in _findings(found) if finding.severity == "damage"]
    assert [finding for finding in damage if finding.kind == kind and said in finding.message], damage
    assert {finding.command for finding in damage} == {"carikm index --rebuild"}


def _array(index: Path, name: str) -> "array[int]":
    return array("I", _one(index, f"SELECT value FROM facts WHERE name = '{name}'"))


def _altered_array(index: Path, name: str, slot: int, value: int) -> None:
    numbers = _array(index, name)
    assert numbers[slot] != value
    numbers[slot] = value
    _alter(index, "UPDATE facts SET value = ? WHERE name = ?", (numbers.tobytes(), name))


@pytest.mark.parametrize(
    ("name", "slot", "value", "said"),
    [
        ("article_order", 1, 7, "article_order does not number all articles"),
        ("article_starts", 3, 2, "article_starts says 2"),
        ("boilerplate_starts", 3, 1 << 31, "boilerplate_starts says"),
        ("article_lengths", 3, 999, "it has 999 words, and its chunks"),
        ("article_days", 13, 20200101, "its day is 20200101, its date 2020-09-28"),
        ("article_days", 5, 20200101, "slot 5 has no article, and something in article_days"),
        ("article_outlets", 3, 0, "its outlet is None in one place"),
        ("representatives", 3, 15, "which is no article, or a copy itself"),
        ("representatives", 15, 0, "is no copy of 00.txt, which stands for it"),
        ("copies", 0, 3, "copies is not what follows from other arrays"),
        ("chunk_articles", 3, 4, "some of its chunks are another article's"),
    ],
)
def test_arrays_are_held_against_articles(copy: Path, name: str, slot: int, value: int, said: str) -> None:
    _altered_array(copy, name, slot, value)
    found = _check(copy)
    assert found.is_damaged
    assert [finding for finding in _findings(found) if said in finding.message], found.findings


def _altered_block(index: Path, change: Any) -> None:
    query = "SELECT postings.id FROM postings JOIN terms ON postings.id >> 32 = terms.id WHERE stem = 'pasar'"
    id = _one(index, query)
    block = unpack_block(_one(index, f"SELECT data FROM postings WHERE id = {id}"))
    _alter(
        index,
        "UPDATE postings SET data = ? WHERE id = ?",
        (pack_block(change(block), _array(index, "chunk_articles")), id),
    )


def _with_body(block: Block, **columns: Any) -> Block:
    return block._replace(body=block.body._replace(**columns))


def _twice(block: Block) -> Block:
    texts = [block.body.texts[1], *block.body.texts[1:]]
    return _with_body(block._replace(bounds=block.bounds[1:]), texts=texts)


def _with_leads(block: Block, texts: list[int]) -> Block:
    return block._replace(leads=block.leads._replace(texts=texts))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda block: block._replace(bounds=bytes([1]) + block.bounds[1:]), "a bound below what it bounds"),
        (lambda block: _with_body(block, occurrences=[9, *block.body.occurrences[1:]]), "not those of its text"),
        (lambda block: _with_body(block, forms=[3, *block.body.forms[1:]]), "forms that are not there"),
        (
            lambda block: _with_body(block, texts=[5 if text == 6 else text for text in block.body.texts]),
            "entries of texts or forms",
        ),
        (_twice, "do not ascend"),
        (
            lambda block: _with_leads(block, [13 if text == 14 else text for text in block.leads.texts]),
            "of leads whose",
        ),
    ],
)
def test_postings_are_held_against_texts(copy: Path, change: Any, said: str) -> None:
    _altered_block(copy, change)
    found = _check(copy)
    assert found.is_damaged
    assert [finding for finding in _findings(found) if said in finding.message], found.findings


def test_a_bound_larger_than_it_need_be_does_no_harm(copy: Path) -> None:
    _altered_block(copy, lambda block: block._replace(bounds=bytes([63]) * len(block.bounds)))
    assert _findings(_check(copy)) == []


def test_what_has_changed_since_is_stale_and_no_damage(copy: Path) -> None:
    corpus = copy.parent / "arsip"
    (corpus / "00.txt").unlink()
    (corpus / "01.txt").write_text("Lain.")
    (corpus / "02.txt").touch()
    (corpus / "kosong.txt").write_text("Tidak kosong.")
    (copy.parent / "carikm.toml").unlink()
    found = _check(copy)
    assert not found.is_damaged
    assert {(finding.kind, finding.severity) for finding in _findings(found)} == {
        ("gone", "stale"),
        ("changed", "stale"),
        ("corrections", "stale"),
    }
    assert {finding.command for finding in _findings(found)} == {"carikm index"}
    assert (found.recounted, found.compared) == (16, 14)


def test_other_bytes_under_the_same_time_are_damage(copy: Path) -> None:
    _alter(copy, "UPDATE articles SET sha256 = zeroblob(32) WHERE id = 0")
    assert "its bytes are not those that were indexed" in _findings(_check(copy))[0].message


def test_a_corpus_that_has_another_name_or_none(copy: Path) -> None:
    _alter(copy, "UPDATE facts SET value = 'lain' WHERE name = 'label'")
    assert [finding.command for finding in _findings(_check(copy))] == ["carikm index --rebuild"]
    _alter(copy, "UPDATE facts SET value = '../lain' WHERE name = 'corpus'")
    found = _check(copy)
    assert ([finding.kind for finding in _findings(found)], found.recounted, found.compared) == (["corpus"], 16, 0)


def test_a_file_that_is_damaged_is_not_looked_into(copy: Path) -> None:
    whole = bytearray((copy / INDEX_FILE).read_bytes())
    whole[len(whole) // 2 + 100] ^= 1
    (copy / INDEX_FILE).write_bytes(whole)
    found = _check(copy)
    assert (found.is_damaged, found.articles, [finding.kind for finding in _findings(found)]) == (True, 0, ["file"])


def test_leftovers_are_named_and_an_update_clears_them(copy: Path) -> None:
    (copy / f"{INDEX_FILE}.new").write_text("begun")
    (copy / f"{INDEX_FILE}.parts").mkdir()
    (copy / f"{INDEX_FILE}.parts" / "0.drafts").write_text("draft")
    found = _check(copy)
    assert not found.is_damaged
    assert [finding.message.partition(":")[0] for finding in _findings(found)] == ["carikm.db.new", "carikm.db.parts"]
    build_index(copy.parent / "arsip", copy)
    assert _findings(_check(copy)) == []


def test_who_writes_is_named(copy: Path) -> None:
    with WriterLock(copy) as lock:
        assert lock.take(wait=False)
        (finding,) = _findings(_check(copy))
        assert (finding.kind, finding.severity, finding.command) == ("lock", "leftover", "")
        assert finding.message.startswith(f"process {os.getpid()}, since ")
    assert _findings(_check(copy)) == []


@pytest.fixture
def update_between_reads(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Let the check end its snapshot before each read, and updates come in between, so many of them.

    They have nobody to wait for then; were it otherwise, they would be refused.
    """
    notes: list[str] = []

    def prepare(updates: int) -> list[str]:
        real = IndexReader._end
        left = list(range(updates))

        def end(index: IndexReader) -> None:
            real(index)
            if left and isinstance(index, YieldingReader) and index._snapshots:
                (copy.parent / "arsip" / "baru.txt").write_text(f"Kabar baru nomor {left.pop()} dari pasar ikan.")
                build_index(copy.parent / "arsip", copy, jobs=1)

        monkeypatch.setattr(IndexReader, "_end", end)
        monkeypatch.setattr(yielding, "_TURN", -1.0)
        monkeypatch.setattr(format_module, "PATIENCE", 0.0)
        monkeypatch.setattr(NoProgress, "note", lambda _, message: notes.append(message))
        return notes

    return prepare


def test_updates_are_let_through_and_all_is_checked_again(
    copy: Path, update_between_reads: Callable[[int], list[str]]
) -> None:
    before = _check(copy)
    notes = update_between_reads(2)
    found = _check(copy)
    assert not found.is_damaged
    assert found.articles == before.articles + 1
    assert [note for note in notes if "was updated while it was checked; checking it again" in note] == notes[:2]


def test_an_index_that_is_updated_all_the_time_is_not_judged(
    copy: Path, update_between_reads: Callable[[int], list[str]]
) -> None:
    update_between_reads(1_000)
    with pytest.raises(IndexBusy, match="updated each of the 3 times"):
        _check(copy)


def test_a_snapshot_that_ends_again_and_again_reads_the_same(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _alter(copy, "UPDATE chunks SET line_end = 9 WHERE id = 0")
    before = _check(copy)
    monkeypatch.setattr(yielding, "_TURN", -1.0)
    assert _check(copy) == before


def test_many_alike_are_counted_and_not_listed() -> None:
    findings = Findings()
    for number in range(50):
        findings.damage("words", f"word {number}")
    findings.stale("gone", "a file")
    (words, gone) = findings.sorted()
    assert (len(words.findings), words.more, gone.more) == (MOST_SHOWN, 50 - MOST_SHOWN, 0)


@given(st.lists(st.tuples(st.integers(0, (1 << 32) - 1), st.integers(0, (1 << 64) - 1), st.integers(1, 0xFFFF))))
def test_sums_are_alike_one_by_one_and_all_at_once(entries: list[tuple[int, int, int]]) -> None:
    import numpy as np

    texts, surfaces, occurrences = (np.array([entry[n] for entry in entries], np.uint64) for n in range(3))
    together = sums.entries(sums.LEAD, texts, surfaces, occurrences).tolist()
    assert together == [sums.entry(sums.LEAD, *entry) for entry in entries]


def _altered(value: Any, draw: Any) -> Any:
    """Draw another value of the same kind."""
    if isinstance(value, int):
        return value + draw(st.sampled_from([1, -1, 3, 1000, -value, 1 << 40, -2 * value - 1]))
    raw = value.encode() if isinstance(value, str) else value
    place, bit = draw(st.integers(0, max(len(raw) - 1, 0))), draw(st.integers(0, 7))
    how = draw(st.sampled_from(["flip", "flip", "flip", "cut", "add"])) if raw else "add"
    found = bytearray(raw)
    if how == "flip":
        found[place] ^= 1 << bit
    elif how == "cut":
        del found[place:]
    else:
        found += b"x"
    return found.decode("utf-8", "replace") if isinstance(value, str) else bytes(found)


def _tables(index: Path) -> dict[str, tuple[list[str], list[Any]]]:
    connection = connect(index / INDEX_FILE)
    found = {}
    for name in _TABLES:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        keys = [row[1] for row in connection.execute(f"PRAGMA table_info({name})") if row[5]] or ["rowid"]
        rows = connection.execute(f"SELECT {', '.join(keys)}, * FROM {name} ORDER BY {', '.join(keys)}").fetchall()
        found[name] = (keys, [(row[: len(keys)], dict(zip(columns, row[len(keys) :], strict=True))) for row in rows])
    connection.close()
    return found


# `folders` is left out: what it says changes nothing that is shown.
_TABLES = (
    *("facts", "articles", "chunks", "origins", "lines", "line_articles", "learning", "shingles", "learned", "terms"),
    *("postings", "surfaces", "definitions", "skipped", "outlets"),
)


def _contents(block: Block) -> tuple[list[list[int]], bytes]:
    """Give the columns of a block, and its bounds."""
    return [list(column) for entries in block.parts for column in entries], block.bounds


def _in_use(index: Path, fact: str) -> set[int]:
    """Give the places of an array that are of an article, or of a chunk that one has."""
    connection = connect(index / INDEX_FILE)
    try:
        rows = connection.execute("SELECT id, body_start, body_end FROM articles").fetchall()
    finally:
        connection.close()
    return {place for id, *body in rows for place in (range(*body) if fact == "chunk_articles" else [id])}


def _same(index: Path, table: str, column: str, row: dict[str, Any], after: Any) -> bool:
    """Tell whether an alteration is one of those that `carikm.index.checks` says are not seen."""
    before = row[column]
    if (table, column) == ("facts", "value") and row["name"] in (
        "chunk_articles",
        "article_starts",
        "boilerplate_starts",
    ):
        one, other = array("I", before), array("I", after)
        changed = {place for place in range(len(one)) if one[place] != other[place]}
        return len(one) == len(other) and changed.isdisjoint(_in_use(index, row["name"]))
    if (table, column) == ("postings", "data"):
        one, other = (_contents(unpack_block(data)) for data in (before, after))
        return one[0] == other[0] and all(map(int.__le__, one[1], other[1]))
    if (table, column) == ("chunks", "text"):  # a frame of Zstandard has a bit that nothing reads
        return Unpacker(b"").unpack(before) == Unpacker(b"").unpack(after)
    if (table, column) == ("skipped", "mtime_ns"):
        return bool(after == 0)  # as of what could not be read
    if (table, column) == ("learned", "line"):
        return normal_line(str(before)) == normal_line(str(after))
    return False


def _every_alteration_is_seen(index: Path, work: Path, examples: int) -> None:
    whole = (index / INDEX_FILE).read_bytes()
    tables = {name: rows for name, rows in _tables(index).items() if rows[1]}
    checks = HealthCheck.too_slow, HealthCheck.data_too_large

    @settings(max_examples=examples, deadline=None, suppress_health_check=checks)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        table = data.draw(st.sampled_from(sorted(tables)))
        keys, rows = tables[table]
        key, row = data.draw(st.sampled_from(rows))
        column = data.draw(st.sampled_from([name for name, value in row.items() if value is not None]))
        if table == "facts" and (column, row["name"] in _FREE) == ("value", True):
            return
        value = _altered(row[column], data.draw)
        (work / INDEX_FILE).write_bytes(whole)
        condition = " AND ".join(f"{name} = ?" for name in keys)
        try:
            changed = _alter(work, f"UPDATE {table} SET {column} = ? WHERE {condition}", (value, *key))
        except apsw.ConstraintError:
            return
        if not changed or value == row[column]:
            return
        try:
            found = _check(work)
        except IndexFormat:
            return
        assert _findings(found) or _same(work, table, column, row, value)

    check()


def test_altered_rows_are_seen(copy: Path) -> None:
    (copy.parent / "work").mkdir()
    _every_alteration_is_seen(copy, copy.parent / "work", 40)


@pytest.mark.slow
def test_altered_rows_are_seen_of_seeds_too(copy: Path, tmp_path: Path) -> None:
    for folder in ("index", "work"):
        (tmp_path / folder).mkdir()
    shutil.copytree(SEEDS, tmp_path / "seeds")
    build_index(tmp_path / "seeds", tmp_path / "index")
    _every_alteration_is_seen(tmp_path / "index", tmp_path / "work", 1_000)
    (copy.parent / "work").mkdir()
    _every_alteration_is_seen(copy, copy.parent / "work", 1_000)


def test_articles_named_alike_are_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        (tmp_path / "arsip" / str(number)).mkdir(parents=True)
        (tmp_path / "arsip" / str(number) / "index.txt").write_text(f"Pasar nomor {number} ramai.")
    build_index(tmp_path / "arsip", tmp_path / "index")
    looks = []

    def look(ask: Any, changed: Collection[str], present: Collection[str]) -> dict[str, str]:
        looks.append(list(changed))
        return names_beside(ask, changed, present)

    monkeypatch.setattr(articles_module, "names_beside", look)
    assert _findings(_check(tmp_path / "index")) == []
    assert looks == [["0/index.txt"]]
    _alter(tmp_path / "index", "UPDATE articles SET name = path WHERE path = '9/index.txt'")
    assert "its id is '9/index.txt', not '9/index'" in str(_findings(_check(tmp_path / "index")))


def test_the_readers_damage_is_a_finding(copy: Path) -> None:
    _alter(copy, "UPDATE articles SET headline_origin = 99 WHERE id = 0")
    with pytest.raises(Exception, match="no origin 99"), IndexReader(copy) as index:
        index.article(0)
    assert "no origin 99" in str(_findings(_check(copy)))
