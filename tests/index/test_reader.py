"""Reading: what is no index is refused in words, whatever its bytes."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

import carikm
import carikm.index.format as format_module
from carikm.errors import CarikmError, ChecksumsMissing, IndexDamaged, IndexFormat, IndexMissing, IndexUnreadable
from carikm.index import words
from carikm.index.format import INDEX_FILE, PAGE_SIZE, connect
from carikm.index.reader import IndexReader
from carikm.search.suggestions import suggest
from carikm.search.vocabulary import IndexVocabulary
from carikm.search.word_reports import report_words
from tests.conftest import SEEDS


@pytest.fixture
def copy(seeds_index: Path, tmp_path: Path) -> Path:
    """A copy of the index that a test may damage."""
    shutil.copy(seeds_index / INDEX_FILE, tmp_path / INDEX_FILE)
    return tmp_path


def _change(index: Path, statements: str) -> None:
    """Change an index as somebody would who writes right checksums."""
    with closing(connect(index / INDEX_FILE)) as connection:
        connection.execute(statements).fetchall()


def _use(index: Path) -> None:
    carikm.find("sentra logam industri", SEEDS, index, limit=50, boilerplate=True, by_article=True)
    carikm.find("industri", SEEDS, index)
    carikm.find("industri", SEEDS, index, since="2017", until="2022")
    carikm.read_article("003", SEEDS, index)
    carikm.list_articles(SEEDS, index)
    carikm.list_acronyms(None, SEEDS, index)
    carikm.read_status(SEEDS, index)
    carikm.analyze_words("industri", SEEDS, index)
    with IndexReader(index) as reader:
        reader.outlets()
        reader.representatives()
        suggest("sentralogam indsutri", IndexVocabulary(reader), lambda _: 1)
        report_words("sentra logam industri", IndexVocabulary(reader))


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        IndexReader(tmp_path)


@pytest.mark.parametrize("content", [b"", b"no index at all", b"SQLite format 3\0" + b"\0" * 100])
def test_another_file_under_its_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / INDEX_FILE).write_bytes(content)
    with pytest.raises(IndexDamaged):
        IndexReader(tmp_path)


def test_another_sqlite_database_under_its_name(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / INDEX_FILE)
    connection.execute("CREATE TABLE notes (text)")
    connection.close()
    with pytest.raises(IndexDamaged, match="not an index of carikm"):
        IndexReader(tmp_path)


@pytest.mark.parametrize(
    "change", ["PRAGMA user_version = 99", "UPDATE facts SET value = 'other' WHERE name = 'rules'"]
)
def test_another_format_is_named_and_a_build_replaces_it(copy: Path, change: str) -> None:
    _change(copy, change)
    with pytest.raises(IndexFormat) as caught:
        IndexReader(copy)
    assert "carikm index --rebuild" in caught.value.hint
    carikm.build_index(SEEDS, copy)
    _use(copy)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM facts WHERE name = 'body_lengths'",
        "UPDATE facts SET value = 0 WHERE name = 'counted_articles'",
        "UPDATE facts SET value = -1.0 WHERE name = 'counted_tokens'",
        "UPDATE facts SET value = 'x' WHERE name = 'counted_leads'",
        "UPDATE facts SET value = x'0102' WHERE name = 'article_starts'",
        "UPDATE facts SET value = x'' WHERE name = 'article_starts'",
        "UPDATE facts SET value = x'' WHERE name = 'article_lengths'",
        "UPDATE facts SET value = x'010203' WHERE name = 'body_lengths'",
        "UPDATE facts SET value = x'' WHERE name = 'body_lengths'",
        "DELETE FROM chunks",
        "DELETE FROM articles",
        "DELETE FROM terms",
        "UPDATE postings SET data = x'010203'",
        "UPDATE postings SET data = x'00FFFFFF7F0100'",
        "UPDATE terms SET articles = 'many'",
        "UPDATE surfaces SET articles = x'00'",
        "UPDATE chunks SET text = x'05'",
        "UPDATE chunks SET repairs = '[[1]]'",
        "UPDATE articles SET title = x'00'",
        "UPDATE chunks SET text = ' '",
        "UPDATE articles SET headline_origin = 99",
        'UPDATE chunks SET repairs = \'[["a", 5, "x"]]\'',
        "UPDATE chunks SET repairs = '[[5, 900000, \"x\"]]'",
        "DELETE FROM facts WHERE name = 'article_days'",
        "UPDATE facts SET value = x'010203' WHERE name = 'article_days'",
        "UPDATE facts SET value = x'' WHERE name = 'article_days'",
        "UPDATE facts SET value = 'x' WHERE name = 'representatives'",
        "UPDATE facts SET value = x'01020304' WHERE name = 'boilerplate_starts'",
        "UPDATE facts SET value = x'00' WHERE name = 'article_outlets'",
        "DELETE FROM outlets",
        "UPDATE outlets SET id = 900 WHERE id = 1",
        "DELETE FROM postings",
        "DROP TABLE surfaces",
        "UPDATE definitions SET chunk = chunk + 100000",
        "UPDATE definitions SET chunk = 'first' WHERE short_key = 'ikm'",
        "UPDATE definitions SET long = x'05'",
        "DROP TABLE definitions",
        "INSERT INTO learned VALUES (0, NULL, '.', 'key', 0, 'Penulis: Sari', 6, 0)",
        "INSERT INTO learned VALUES (0, NULL, '.', 1, 0, 'Penulis: Sari', 6, 99)",
    ],
)
def test_contents_that_cannot_be(copy: Path, change: str) -> None:
    _change(copy, change)
    with pytest.raises(IndexDamaged) as caught:
        _use(copy)
    assert "carikm index --rebuild" in caught.value.hint


def test_damage_never_ends_in_another_error(copy: Path) -> None:
    """Flipped and missing bytes: the index answers, or says that it is damaged."""
    whole = (copy / INDEX_FILE).read_bytes()
    chance = random.Random(3)
    reported = 0
    for attempt in range(150):
        damaged = bytearray(whole)
        if attempt % 4 == 0:
            del damaged[chance.randrange(len(damaged)) :]
        for _ in range(attempt % 3 if damaged else 0):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (copy / INDEX_FILE).write_bytes(damaged)
        try:
            _use(copy)
        except CarikmError:
            reported += 1
    assert reported > 30


@pytest.mark.parametrize("change", ["DELETE FROM lines", "UPDATE lines SET keys = x'010203'", "DROP TABLE learned"])
def test_a_build_replaces_an_index_that_cannot_be_updated(copy: Path, change: str) -> None:
    other = "UPDATE facts SET value = 0 WHERE name = 'built_ns'; UPDATE articles SET path = 'gone.txt' WHERE id = 0"
    _change(copy, f"{change}; {other}")
    assert carikm.build_index(SEEDS, copy).read == 5
    _use(copy)


def test_a_build_replaces_a_damaged_index(copy: Path) -> None:
    whole = (copy / INDEX_FILE).read_bytes()
    (copy / INDEX_FILE).write_bytes(whole[: len(whole) // 2])
    carikm.build_index(SEEDS, copy)
    _use(copy)


def test_an_index_in_a_read_only_folder_is_searched(copy: Path) -> None:
    (copy / INDEX_FILE).chmod(0o444)
    copy.chmod(0o555)
    try:
        before = sorted(path.name for path in copy.iterdir())
        _use(copy)
        assert sorted(path.name for path in copy.iterdir()) == before, "reading leaves nothing behind"
    finally:
        copy.chmod(0o755)


@pytest.fixture
def acronyms(tmp_path: Path) -> Path:
    """An index in which PBB has two readings, and one reading two short forms."""
    texts = {
        "a.txt": "Sidang Perserikatan Bangsa-Bangsa (PBB) usai. Lagi, Perserikatan Bangsa Bangsa (PBB).",
        "b.txt": "Sidang Perserikatan Bangsa-Bangsa (PBB) dan Partai Bulan Bintang (PBB).",
        "c.txt": "Dinas Perindustrian (Disperin) buka, kata dinas perindustrian (DP).",
        "d.txt": "DISPERIN (Dinas Perindustrian) tutup.\n\nAdvertisement\n\nUtusan Perserikatan Bangsa Bangsa (PBB).",
    }
    (tmp_path / "arsip").mkdir()
    for name, text in texts.items():
        (tmp_path / "arsip" / name).write_text(text)
    carikm.build_index(tmp_path / "arsip", tmp_path / "index")
    return tmp_path / "index"


def test_the_readings_of_a_short_form(acronyms: Path) -> None:
    """A chunk counts once for each reading; ways of writing one are one."""
    with IndexReader(acronyms) as index:
        assert index.readings_of("pbb") == [
            ("perserikatan bangsa bangsa", "Perserikatan Bangsa-Bangsa", 3),
            ("partai bulan bintang", "Partai Bulan Bintang", 1),
        ]
        assert index.readings_of("perserikatan bangsa bangsa") == []


def test_the_short_forms_of_a_long_one(acronyms: Path) -> None:
    with IndexReader(acronyms) as index:
        assert index.shorts_of("dinas perindustrian") == [("disperin", "DISPERIN", 2), ("dp", "DP", 1)]
        assert index.shorts_of("perindustrian") == []


def test_definitions_by_a_word(acronyms: Path) -> None:
    with IndexReader(acronyms) as index:
        assert {found.short for found in index.definitions("perindustrian")} == {"Disperin", "DISPERIN", "DP"}
        assert {found.long_key for found in index.definitions("bangsa bangsa")} == {"perserikatan bangsa bangsa"}
        assert len({found.long_key for found in index.definitions("pbb")}) == 2
        assert not list(index.definitions("bangs")) and not list(index.definitions("angsa bangsa"))
        known = {chunk.id for article in index.articles() for chunk in index.chunks_of(article.id)}
        assert {found.chunk for found in index.definitions()} <= known


def test_index_and_corpus_move_together(tmp_path: Path) -> None:
    (tmp_path / "here" / "arsip").mkdir(parents=True)
    (tmp_path / "here" / "arsip" / "a.txt").write_text("sentra logam")
    carikm.build_index(tmp_path / "here" / "arsip", tmp_path / "here" / "index")
    (tmp_path / "here").rename(tmp_path / "there")
    found = carikm.find("logam", index=tmp_path / "there" / "index").coverage
    assert found.corpus == tmp_path / "there" / "arsip"
    assert (found.changed, found.corpus_out_of_reach) == (0, False)


def test_postings_that_were_let_go_are_read_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_MOST_ENTRIES", 1)
    with IndexReader(copy) as index:
        terms = [term.id for term in index.terms()][:40]
        before = {term: index.postings(term).whole for term in terms}
        assert len(index._postings) == 1
        assert {term: index.postings(term).whole for term in terms} == before


def test_postings_of_boilerplate_alone_are_let_go_too(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_MOST_ENTRIES", 1)
    with IndexReader(copy) as index:
        terms = [term.id for term in index.terms() if not index.postings(term.id).body.texts]
        assert len(terms) > 1
        assert all(index.postings(term).size == len(index.postings(term).boilerplate.texts) for term in terms)
        assert len(index._postings) == 1


def test_a_flipped_byte_in_a_page_that_is_read_is_reported(copy: Path) -> None:
    raw = bytearray((copy / INDEX_FILE).read_bytes())
    for place in (70, PAGE_SIZE - 1, len(raw) // 2):
        flipped = bytearray(raw)
        flipped[place] ^= 4
        (copy / INDEX_FILE).write_bytes(flipped)
        with pytest.raises(IndexDamaged, match="a checksum does not hold") as caught, IndexReader(copy) as reader:
            reader.articles()
            reader.chunks(range(reader.fact("body_chunks")))
            [reader.postings(term.id) for term in reader.terms()]
            reader.skipped_files()
            [list(reader.definitions()), reader.hashes(), reader.lengths()]
        assert f"--rebuild --index {copy}" in caught.value.hint


def test_checksums_cannot_be_switched_off_unnoticed(copy: Path) -> None:
    """SQLite checks pages only where eight bytes of each are reserved for that."""
    raw = bytearray((copy / INDEX_FILE).read_bytes())
    raw[20] = 0
    (copy / INDEX_FILE).write_bytes(raw)
    with pytest.raises(IndexDamaged):
        IndexReader(copy)


def test_what_was_written_without_checksums_is_damaged(copy: Path) -> None:
    with closing(sqlite3.connect(copy / INDEX_FILE)) as connection, connection:
        connection.execute("UPDATE articles SET title = 'x'")
    with pytest.raises(IndexDamaged, match="a checksum does not hold"):
        _use(copy)


def test_other_tables_than_those_of_the_format(copy: Path) -> None:
    _change(copy, "DROP TABLE learned; CREATE VIEW learned AS SELECT * FROM articles")
    with pytest.raises(IndexDamaged, match="other tables"):
        IndexReader(copy)


class _FaultyDisk(apsw.Connection):
    def execute(self, statements: str, *arguments: Any) -> apsw.Cursor:
        if "FROM terms" in statements:
            raise apsw.exception_for(apsw.SQLITE_IOERR_READ)
        return super().execute(statements, *arguments)


def test_a_disk_that_fails_is_no_damage(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "Connection", _FaultyDisk)
    with IndexReader(copy) as reader, pytest.raises(IndexUnreadable, match="cannot be read") as caught:
        reader.term(stem="industri")
    assert "whether its disk works" in caught.value.hint and "carikm index --rebuild" in caught.value.hint


def test_an_apsw_without_the_checksum_extension(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was built from its sources has no extensions."""
    format_module._register_checksums.cache_clear()
    with monkeypatch.context() as patch, pytest.raises(ChecksumsMissing, match="lacks SQLite's checksum") as caught:
        patch.setattr(apsw, "__file__", str(copy / "apsw.so"))
        IndexReader(copy)
    assert "pip install" in caught.value.hint
    _use(copy)
