"""Updates in place: what they look at, and that one that fails changes nothing.

That the index says what one built anew would is for `test_update_machine` to see.
"""

import itertools
import os
import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

import carikm
import carikm.api.coverage as coverage_module
import carikm.index.build as build_module
import carikm.index.changes as changes_module
import carikm.index.format as format_module
import carikm.index.updating.update as update_module
from carikm.errors import CorpusMissing, IndexBusy, IndexNotWritable, UsageError
from carikm.index.blocks import BOUNDS_SLACK
from carikm.index.build import build_index
from carikm.index.format import INDEX_FILE, NO_RANK
from carikm.index.progress import NoProgress
from carikm.index.reader import IndexReader
from tests.index.contents import contents


def _no_index_is_built_anew(_: NoProgress, message: str) -> None:
    """Let an update that takes a sound index for a damaged one fail."""
    assert "Building it anew" not in message, message


@pytest.fixture(autouse=True)
def _always_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no update be left to a whole build."""
    monkeypatch.setattr(NoProgress, "note", _no_index_is_built_anew)
    for name in ("FEW_CHANGES", "FEW_UNUSED", "BOUNDS_SLACK"):
        monkeypatch.setattr(update_module, name, 1_000_000)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    corpus = tmp_path / "arsip"
    corpus.mkdir()
    for number in range(9):
        path = corpus / f"{number}.txt"
        path.write_text(f"Pasar nomor {number} di Manahan ramai.")
        os.utime(path, ns=(1_600_000_000_000_000_000, 1_600_000_000_000_000_000))
    build_index(corpus, tmp_path / "index")
    return corpus


@pytest.fixture
def whole_builds(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Count the whole builds."""
    seen: list[None] = []
    real = build_module._build

    def build(*arguments: Any) -> Any:
        seen.append(None)
        return real(*arguments)

    monkeypatch.setattr(build_module, "_build", build)
    return seen


def test_a_named_file_is_added_changed_and_removed(corpus: Path, whole_builds: list[None]) -> None:
    index, path = corpus.parent / "index", corpus / "baru.txt"
    before = contents(index)
    path.write_text("Sawah baru dibuka.")
    summary = build_index(corpus, index, files=[path])
    assert (summary.read, summary.unchanged, summary.deleted) == (1, 9, 0)
    assert summary.written is not None
    assert summary.written.articles == 10
    path.write_text("Sawah lama ditutup.")
    assert build_index(corpus, index, files=[path]).unchanged == 9
    assert [hit.article.path for hit in carikm.find("ditutup", corpus, index).result.hits] == ["baru.txt"]
    path.unlink()
    assert build_index(corpus, index, files=[path]).deleted == 1
    assert contents(index) == before
    assert not whole_builds


def test_other_changes_wait_for_a_scan(corpus: Path) -> None:
    index = corpus.parent / "index"
    (corpus / "satu.txt").write_text("Sawah satu.")
    (corpus / "dua.txt").write_text("Sawah dua.")
    build_index(corpus, index, files=[corpus / "satu.txt"])
    assert carikm.find("sawah", corpus, index).result.total == 1
    assert carikm.find("sawah", corpus, index).coverage.changed == 1
    build_index(corpus, index)
    assert carikm.find("sawah", corpus, index).result.total == 2


def test_what_was_indexed_while_the_folder_was_scanned_stays(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = corpus.parent / "index"
    scan = build_module._scan

    def scan_slowly(*arguments: Any) -> Any:
        monkeypatch.setattr(build_module, "_scan", scan)
        found = scan(*arguments)
        (corpus / "baru.txt").write_text("Sawah baru.")
        build_index(corpus, index, files=[corpus / "baru.txt"])
        return found

    for rebuild in (False, True):
        monkeypatch.setattr(build_module, "_scan", scan_slowly)
        assert build_index(corpus, index, rebuild=rebuild).deleted == 0
        assert carikm.find("sawah", corpus, index).result.total == 1
        (corpus / "baru.txt").unlink()
        build_index(corpus, index)


def test_an_article_that_would_be_skipped_now_has_changed(corpus: Path) -> None:
    index = corpus.parent / "index"
    article = sorted(corpus.glob("*.txt"))[0]
    article.rename(corpus.parent / "elsewhere.txt")
    article.symlink_to(corpus.parent / "elsewhere.txt")
    assert carikm.read_status(corpus, index).changes == ([], [article.name], [])
    assert carikm.find("pasar", corpus, index).coverage.changed == 1
    assert build_index(corpus, index).deleted == 1
    assert carikm.read_status(corpus, index).changes == ([], [], [])


def test_an_article_that_can_be_read_no_more_is_counted_among_the_gone(corpus: Path) -> None:
    index = corpus.parent / "index"
    for article, rebuild in zip(sorted(corpus.glob("*.txt"))[:2], (False, True), strict=True):
        article.write_bytes(b"\0\0\0\0")
        assert build_index(corpus, index, rebuild=rebuild).deleted == (0 if rebuild else 1)
    (corpus / "baris.txt").write_text("---")
    assert build_index(corpus, index).deleted == 0


@pytest.fixture
def large(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let an archive of nine articles count as large: a search trusts the times of its folders."""
    monkeypatch.setattr(changes_module, "EXAMINE_ALL", 1)
    monkeypatch.setattr(coverage_module, "EXAMINE_ALL", 1)
    (corpus / "d").mkdir()
    _age_folders(corpus)
    build_index(corpus, corpus.parent / "index")
    assert not _looks_at_all(corpus)
    return corpus


def test_an_index_in_its_archive_is_up_to_date_when_it_is(large: Path) -> None:
    index = large / "d" / "index"
    build_index(large, index)
    _age_folders(large)
    for _ in range(2):
        build_index(large, index)
        os.utime(index)  # as an update's journal comes and goes
    assert build_index(large, index).written is None
    (large / "d" / "baru.txt").write_text("Sawah baru.")
    _age_folders(large)
    build_index(large, index, files=[large / "d" / "baru.txt"])
    assert not carikm.find("sawah", large, index).coverage.changed_is_complete


_LONG_AGO = itertools.count(1_600_000_000_000_000_000, 10_000_000_000)


def _age_folders(corpus: Path) -> None:
    """Give folders that have just changed a time long ago, each another, as if they had been left alone for long."""
    for folder in (corpus, *(path for path in corpus.rglob("*") if path.is_dir())):
        if folder.stat().st_mtime_ns > 1_700_000_000_000_000_000:
            ago = next(_LONG_AGO)
            os.utime(folder, ns=(ago, ago))


def _looks_at_all(corpus: Path) -> bool:
    return carikm.find("pasar", corpus, corpus.parent / "index").coverage.changed_is_complete


@pytest.mark.parametrize("name", ["baru.txt", "d/baru.txt", "baru/sekali/baru.txt"])
def test_searches_trust_folders_again_after_an_update_by_name(large: Path, name: str) -> None:
    path = large / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Pasar baru dibuka.")
    (path.parent / "gambar.png").write_text("gambar")
    _age_folders(large)
    assert _looks_at_all(large)
    build_index(large, large.parent / "index", files=[path])
    assert not _looks_at_all(large)
    path.unlink()
    _age_folders(large)
    build_index(large, large.parent / "index", files=[path])
    assert not _looks_at_all(large)


def test_an_update_by_name_hides_nothing_that_came_or_went_unnamed(large: Path) -> None:
    index, named = large.parent / "index", large / "d" / "baru.txt"
    named.write_text("Pasar baru dibuka.")

    def changed() -> int:
        _age_folders(large)
        named.write_text(named.read_text() + " Lagi.")
        build_index(large, index, files=[named])
        found = carikm.find("pasar", large, index).coverage
        assert found.changed_is_complete == (found.changed > 0)
        return found.changed

    assert changed() == 0
    (large / "d" / "lain.TXT").write_text("Pasar lain.")
    assert changed() == 1
    (large / "d" / "lain.TXT").rename(large / "lain.txt")
    assert changed() == 1
    (large / "lain.txt").unlink()
    (large / "3.txt").unlink()
    assert changed() == 1
    (large / "3.txt").write_text("Pasar nomor 3 di Manahan ramai.")
    (large / "d" / "e").mkdir()
    (large / "d" / "e" / "dalam.txt").write_text("Pasar dalam.")
    assert changed() == 2


def test_a_file_is_noticed_that_comes_to_a_folder_that_was_empty(large: Path) -> None:
    (large / "d" / "baru.txt").write_text("Pasar baru dibuka.")
    assert carikm.find("pasar", large, large.parent / "index").coverage.changed == 1


def test_a_folder_that_has_just_changed_is_not_trusted(large: Path) -> None:
    """Within the same tick of the clock more may happen to it, and its time stay as it is."""
    index, path = large.parent / "index", large / "baru.txt"
    path.write_text("Pasar baru dibuka.")
    now = time.time_ns() + 10_000_000_000
    os.utime(large, ns=(now, now))
    build_index(large, index, files=[path])
    (large / "lain.txt").write_text("Pasar lain.")
    os.utime(large, ns=(now, now))
    assert carikm.find("pasar", large, index).coverage.changed == 1


@pytest.mark.parametrize("name", ["../luar.txt", "gambar.png", "tiada.txt", "folder.txt", "tautan.txt"])
def test_what_is_no_article_is_refused(corpus: Path, name: str) -> None:
    (corpus.parent / "luar.txt").write_text("Di luar.")
    (corpus / "gambar.png").write_text("gambar")
    (corpus / "folder.txt").mkdir()
    (corpus / "tautan.txt").symlink_to(corpus / "1.txt")
    before = (corpus.parent / "index" / INDEX_FILE).read_bytes()
    with pytest.raises(UsageError):
        build_index(corpus, corpus.parent / "index", files=[corpus / name])
    assert (corpus.parent / "index" / INDEX_FILE).read_bytes() == before


def test_much_change_is_a_whole_build(corpus: Path, monkeypatch: pytest.MonkeyPatch, whole_builds: list[None]) -> None:
    monkeypatch.setattr(update_module, "FEW_CHANGES", 2)
    for number in range(3):
        (corpus / f"{number}.txt").write_text(f"Sawah nomor {number}.")
    build_index(corpus, corpus.parent / "index")
    assert len(whole_builds) == 1
    assert carikm.find("sawah", corpus, corpus.parent / "index").result.total == 3


@pytest.mark.parametrize("word", ["a ", "panjangnya "])
def test_articles_that_bounds_do_not_hold_for_are_a_whole_build(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, whole_builds: list[None], word: str
) -> None:
    monkeypatch.setattr(update_module, "BOUNDS_SLACK", BOUNDS_SLACK)
    (corpus / "baru.txt").write_text(20 * word)
    build_index(corpus, corpus.parent / "index")
    assert len(whole_builds) == 1


@pytest.mark.parametrize(("few_words", "builds"), [(10, 1), (1_000, 0)])
def test_a_large_part_that_goes_is_a_whole_build(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, whole_builds: list[None], few_words: int, builds: int
) -> None:
    (corpus / "panjang.txt").write_text(50 * "sangat ")
    build_index(corpus, corpus.parent / "index")
    monkeypatch.setattr(update_module, "_FEW_WORDS", few_words)
    del whole_builds[:]
    (corpus / "0.txt").unlink()
    build_index(corpus, corpus.parent / "index")
    assert not whole_builds, "six words of a hundred"
    (corpus / "panjang.txt").unlink()
    build_index(corpus, corpus.parent / "index")
    assert len(whole_builds) == builds


def test_articles_that_are_surely_too_long_are_not_counted_in_vain(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, whole_builds: list[None]
) -> None:
    monkeypatch.setattr(update_module, "BOUNDS_SLACK", BOUNDS_SLACK)
    counted: list[object] = []
    monkeypatch.setattr(update_module, "contribution_of", counted.append)
    (corpus / "baru.txt").write_text(1_000 * "sangat ")
    build_index(corpus, corpus.parent / "index")
    assert len(whole_builds) == 1
    assert not counted


def test_files_that_only_look_changed_are_no_change(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, whole_builds: list[None]
) -> None:
    monkeypatch.setattr(update_module, "FEW_CHANGES", 0)
    for path in corpus.rglob("*.txt"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    build_index(corpus, corpus.parent / "index")
    assert whole_builds == []
    assert carikm.read_status(corpus, corpus.parent / "index").changes.total == 0


class _Failing(apsw.Connection):
    """A connection whose disk is full after so many statements that write."""

    left = 1 << 30

    def execute(self, *arguments: Any) -> apsw.Cursor:
        if not arguments[0].startswith(("SELECT", "PRAGMA", "ROLLBACK")):
            _Failing.left -= 1
            if _Failing.left == 0:
                raise apsw.FullError("database or disk is full")
        return super().execute(*arguments)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Failing]]:
    monkeypatch.setattr(apsw, "Connection", _Failing)
    yield _Failing
    _Failing.left = 1 << 30


def test_an_update_that_fails_anywhere_leaves_the_old_index(corpus: Path, failing: type[_Failing]) -> None:
    index = corpus.parent / "index"
    before = contents(index)
    (corpus / "baru.txt").write_text("Sawah baru di Manahan (PBB), kata Perserikatan Bangsa-Bangsa (PBB).")
    (corpus / "3.txt").unlink()
    (corpus / "4.txt").write_text("Pasar nomor empat tutup.")
    statement = 1
    while True:
        statement += 5
        failing.left = statement
        try:
            build_index(corpus, index)
        except IndexNotWritable:
            failing.left = 1 << 30
            assert contents(index) == before
        else:
            break
    failing.left = 1 << 30
    assert statement > 100
    build_index(corpus, corpus.parent / "fresh", rebuild=True)
    assert contents(index) == contents(corpus.parent / "fresh")


def test_a_snapshot_is_of_one_state_and_the_next_of_another(corpus: Path) -> None:
    index = corpus.parent / "index"
    with IndexReader(index) as reader:
        with reader.snapshot():
            assert reader.fact("articles") == 9
        (corpus / "baru.txt").write_text("Sawah baru dibuka.")
        build_index(corpus, index)
        with reader.snapshot():
            assert reader.fact("articles") == 10
            assert reader.surface("sawah") is not None


def test_an_index_that_is_read_all_the_time_is_said_to_be(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format_module, "PATIENCE", 0.1)
    with IndexReader(corpus.parent / "index") as reader, reader.snapshot():
        (corpus / "baru.txt").write_text("Sawah baru dibuka.")
        with pytest.raises(IndexBusy, match="is in use all the time") as caught:
            build_index(corpus, corpus.parent / "index")
        assert "Try again" in caught.value.hint
    build_index(corpus, corpus.parent / "index")
    assert carikm.find("sawah", corpus, corpus.parent / "index").result.total == 1


def test_skipped_files_of_any_name_are_no_change(corpus: Path) -> None:
    for name in (b"\x80.txt", "é.txt".encode()):
        (corpus / os.fsdecode(name)).touch()
        os.utime(corpus / os.fsdecode(name), ns=(1_600_000_000_000_000_000, 1_600_000_000_000_000_000))
    assert build_index(corpus, corpus.parent / "index").written is not None
    assert build_index(corpus, corpus.parent / "index").written is None


def test_queries_of_a_batch_see_what_was_updated_between_them(corpus: Path) -> None:
    index = corpus.parent / "index"
    answers = carikm.find_all(enumerate(["sawah", "sawah"]), corpus, index)
    assert next(answers)[1].result.total == 0  # type: ignore[union-attr]
    (corpus / "baru.txt").write_text("Sawah baru dibuka.")
    build_index(corpus, index, files=[corpus / "baru.txt"])
    assert next(answers)[1].result.total == 1  # type: ignore[union-attr]


def test_a_file_of_nothing_but_its_ending_is_named_as_in_a_rebuild(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "d").mkdir(parents=True)
    (corpus / "d" / ".txt").write_text("pasar ikan di desa")
    (corpus / "a.txt").write_text("sentra logam di kota")
    build_index(corpus, tmp_path / "updated")
    for text in ("harga kain di pasar", None):
        path = corpus / ".txt"
        path.unlink() if text is None else path.write_text(text)
        build_index(corpus, tmp_path / "updated", files=[path])
        build_index(corpus, tmp_path / "fresh", rebuild=True)
        assert contents(tmp_path / "updated") == contents(tmp_path / "fresh")


def test_no_article_is_taken_for_deleted_while_the_corpus_is_away(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("sentra logam di kota")
    build_index(corpus, tmp_path / "index")
    corpus.rename(tmp_path / "away")
    with pytest.raises(CorpusMissing):
        build_index(corpus, tmp_path / "index", files=[corpus / "a.txt"])


def _interrupted(tmp_path: Path) -> tuple[Path, Path]:
    """Leave an index as an update does that is killed while it writes: half of it done, and a journal beside it."""
    corpus, folder = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for number in range(5):
        (corpus / f"{number}.txt").write_text(f"Pedagang nomor {number} menjual kain di pasar kota.")
    build_index(corpus, folder)
    script = f"""
        import os
        from pathlib import Path
        from carikm.index.format import connect
        connection = connect(Path({str(folder / INDEX_FILE)!r}))
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE articles SET title = 'x' || hex(zeroblob(5000))")
        connection.execute("UPDATE chunks SET line_start = 99")
        connection.execute("UPDATE postings SET data = zeroblob(5000)")
        os._exit(9)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert (folder / "carikm.db-journal").exists()
    return corpus, folder


@pytest.mark.parametrize("rebuild", [False, True])
def test_an_update_that_was_killed_is_undone_before_anything_else(tmp_path: Path, rebuild: bool) -> None:
    corpus, folder = _interrupted(tmp_path)
    (corpus / "9.txt").write_text("Sentra logam dibuka.")
    build_index(corpus, folder, rebuild=rebuild)
    build_index(corpus, tmp_path / "fresh", rebuild=True)
    assert contents(folder) == contents(tmp_path / "fresh")
    assert not (folder / "carikm.db-journal").exists()


def test_the_journal_of_an_index_that_is_gone_does_no_harm(tmp_path: Path) -> None:
    corpus, folder = _interrupted(tmp_path)
    (folder / INDEX_FILE).unlink()
    build_index(corpus, folder)
    build_index(corpus, tmp_path / "fresh", rebuild=True)
    assert contents(folder) == contents(tmp_path / "fresh")


def test_nothing_leads_a_slot_without_an_article(tmp_path: Path) -> None:
    """Not even the first article, whose number its 0 is, when that is cut otherwise and gets another number."""
    corpus, index, line = tmp_path / "arsip", tmp_path / "index", "\n\n(Redaksi Warta)"
    chance = random.Random(1)
    words = ["".join(chance.choice("bdgklmnprst") + chance.choice("aiueo") for _ in range(3)) for _ in range(3_000)]

    def write(name: str, end: str = "") -> None:
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        paragraphs = [" ".join(chance.sample(words, 40)) + "." for _ in range(4)]
        title = " ".join(chance.sample(words, 6)).title()
        path.write_text("\n\n".join([title, *paragraphs]) + end + "\n")

    for number in range(20):
        write(f"a/{number:02}.txt", "" if number else line)
    for number in range(20):
        write(f"b/{number:02}.txt")
    build_index(corpus, index)
    (corpus / "b" / "07.txt").unlink()
    build_index(corpus, index)
    for number in range(7):
        write(f"a/n{number:02}.txt", line)
    assert build_index(corpus, index).unchanged == 38  # the first article was cut otherwise
    with IndexReader(index) as reader:
        order, leaders = list(reader.article_order()), list(reader.representatives())
    assert NO_RANK in order
    assert all(leader == 0 for rank, leader in zip(order, leaders, strict=True) if rank == NO_RANK)
