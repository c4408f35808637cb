"""Building: what is read, what is taken over, and that the old index stays until the new one is whole."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import carikm.index.build as build_module
import carikm.index.building.share as share_module
import carikm.index.changes as changes_module
import carikm.index.naming as naming_module
import carikm.index.updating.arrivals as arrivals_module
from carikm.errors import CorpusEmpty, CorpusMissing, IndexForeign, IndexNotWritable
from carikm.index.build import NoProgress, build_index
from carikm.index.format import INDEX_FILE, name_of
from carikm.index.known_stems import STEMS_FILE
from carikm.index.naming import article_names, names_beside
from carikm.index.reader import IndexReader
from tests.index.contents import contents

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]
OLD = 1_600_000_000_000_000_000  # a time of change long settled


def _age(corpus: Path) -> None:
    """Let every file look as if it had last been changed long ago."""
    for path in corpus.rglob("*.txt"):
        os.utime(path, ns=(OLD, OLD))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which files are read."""
    seen: list[str] = []
    real = share_module.read_bytes

    def read(root: Path, file: Any, largest: int) -> Any:
        seen.append(file.path)
        return real(root, file, largest)

    for module in (share_module, arrivals_module):
        monkeypatch.setattr(module, "read_bytes", read)
    return seen


def test_unchanged_files_are_not_read_again(make_corpus: MakeCorpus, tmp_path: Path, reads: list[str]) -> None:
    corpus = make_corpus({"a.txt": "sentra logam", "b.txt": "pasar ikan", "c.txt": "\0\1"})
    _age(corpus)
    build_index(corpus, tmp_path / "index")
    reads.clear()
    assert build_index(corpus, tmp_path / "index").written is None
    assert reads == []
    (corpus / "b.txt").write_text("pasar sayur")
    assert len(build_index(corpus, tmp_path / "index").skipped) == 1
    assert "b.txt" in reads


def test_a_file_changed_within_the_clocks_grain_is_read_again(
    make_corpus: MakeCorpus, tmp_path: Path, reads: list[str]
) -> None:
    corpus = make_corpus({"a.txt": "sentra logam"})
    build_index(corpus, tmp_path / "index")
    before = (corpus / "a.txt").stat()
    (corpus / "a.txt").write_text("pasar logam!")
    os.utime(corpus / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    build_index(corpus, tmp_path / "index")
    with IndexReader(tmp_path / "index") as index:
        assert index.surface("pasar") is not None


def test_a_touched_files_time_is_noted(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    corpus = make_corpus({"a.txt": "sentra logam", "b.txt": "pasar ikan"})
    _age(corpus)
    build_index(corpus, tmp_path / "index")
    os.utime(corpus / "a.txt", ns=(OLD + 5, OLD + 5))
    build_index(corpus, tmp_path / "index")
    with IndexReader(tmp_path / "index") as index:
        assert index.file_states()["a.txt"][1] == OLD + 5


_TEXTS = st.sampled_from(
    [
        "sentra logam",
        "Perindustrian dan industri logam.\n\nBaca juga: Pasar Ikan Ramai\n\nIndustrinya berkembang.",
        "Pasar ikan di Tegal " + "ramai sekali " * 50,
        "Tri Supriyanto – “Industri‚Äù kecil",
        "Warga datang ke Manahan lagi. " * 12,
        "Pasar Logam Ramai Lagi\n\nPenulis: Rina Ayu\n\nSEMARANG, Lingkarjateng.id – Pasar ramai, Senin (6/5/2019).",
        "Ia manahan itu dan manahan ini. " * 4,
        "Dinas Perindustrian (Disperin) dan Perserikatan Bangsa-Bangsa (PBB).\n\n" + "Pasar ikan itu. " * 30,
        "Partai Bulan Bintang (PBB).\n\nAdvertisement\n\nPerserikatan Bangsa Bangsa (PBB), DP (dinas perindustrian).",
        "Mereka bekerja sama. Kerjasamanya anti-korupsi, non-tunai, anti korupsi.",
        "Kerja sama anti kekerasan: https://www.contoh.id/kerja-sama @warga",
        "Surel warga@contoh.id; isra'iliyah.",
        "Warga iliyah, kerja; sama.",
        "",
        "\0",
    ]
)
_STATES = st.dictionaries(st.sampled_from(["a.txt", "b.txt", "d/a.txt", "d/c.txt", "z.TXT"]), _TEXTS, max_size=5)


@settings(max_examples=25, deadline=None)
@given(st.lists(_STATES, min_size=2, max_size=4))
def test_an_update_equals_a_rebuild(tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, str]]) -> None:
    """Whatever is added, changed, renamed or deleted between updates."""
    folder = tmp_path_factory.mktemp("update")
    corpus = folder / "corpus"
    clock = OLD
    for state in states:
        corpus.mkdir(exist_ok=True)
        (corpus / "always.txt").write_text("selalu ada sentra logam")
        for path in [path for path in corpus.rglob("*") if path.is_file()]:
            if path.name != "always.txt" and str(path.relative_to(corpus)) not in state:
                path.unlink()
        for name, text in state.items():
            path = corpus / name
            path.parent.mkdir(exist_ok=True)
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
                clock += 1
                os.utime(path, ns=(clock, clock))
        os.utime(corpus / "always.txt", ns=(OLD, OLD))
        build_index(corpus, folder / "updated")
    build_index(corpus, folder / "fresh", rebuild=True)
    assert contents(folder / "updated") == contents(folder / "fresh")


_FEET = st.sampled_from(["", "\n\nPenulis: SARI UTAMI", "\n\nPenulis: SARI UTAMI\n\nKabar Kita terbit setiap hari."])
_ARCHIVES = st.dictionaries(st.integers(0, 13), _FEET, min_size=1)


def _write_archive(corpus: Path, feet: Mapping[int, str]) -> None:
    corpus.mkdir(exist_ok=True)
    for number in range(14):
        path = corpus / f"{number:02}.txt"
        if number not in feet:
            path.unlink(missing_ok=True)
            continue
        text = f"Pasar Nomor {number} Dibuka\n\nPasar nomor {number} ramai sekali." + feet[number]
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            os.utime(path, ns=(OLD + len(text), OLD + len(text)))


@settings(max_examples=25, deadline=None)
@given(st.lists(_ARCHIVES, min_size=2, max_size=4))
def test_an_update_learns_what_a_rebuild_would(
    tmp_path_factory: pytest.TempPathFactory, archives: list[dict[int, str]]
) -> None:
    """Whatever was boilerplate before, and is it now, or is it no more."""
    folder = tmp_path_factory.mktemp("update")
    for feet in archives:
        _write_archive(folder / "corpus", feet)
        build_index(folder / "corpus", folder / "updated")
    build_index(folder / "corpus", folder / "fresh", rebuild=True)
    assert contents(folder / "updated") == contents(folder / "fresh")


_REPORT = "Perserikatan Bangsa-Bangsa (PBB) menyumbang. Warga datang ke Manahan lagi, kata Tri Supriyanto. " + " ".join(
    f"Pedagang nomor {number} menempati kios baris {number * 7}." for number in range(14)
)
_COPIES = st.sampled_from(
    [
        _REPORT,
        "Pasar Manahan Dibuka\n\n" + _REPORT + "\n\nPenulis: SARI UTAMI",
        "Pasar Dibuka Lagi\n\nSOLO, KOMPAS.com - " + _REPORT[:-60] + " Partai Bulan Bintang (PBB) setuju.",
        "Ia manahan itu dan manahan ini. " * 4,
        "Partai Bulan Bintang (PBB) menang.",
        _REPORT[60:] + _REPORT[:60],
        _REPORT[: len(_REPORT) // 2],
    ]
)
_COPIED = st.dictionaries(st.integers(0, 9), _COPIES, min_size=1)


@settings(max_examples=40, deadline=None)
@given(st.lists(_COPIED, min_size=2, max_size=4))
def test_an_update_counts_copies_as_a_rebuild_would(
    tmp_path_factory: pytest.TempPathFactory, archives: list[dict[int, str]]
) -> None:
    """Whichever article stands for the others, or did before."""
    folder = tmp_path_factory.mktemp("update")
    corpus = folder / "corpus"
    corpus.mkdir()
    for place, archive in enumerate(archives):
        for number in range(10):
            path = corpus / f"{number}.txt"
            if number not in archive:
                path.unlink(missing_ok=True)
            elif not path.exists() or path.read_text() != archive[number]:
                path.write_text(archive[number])
                os.utime(path, ns=(OLD + place, OLD + place))
        build_index(corpus, folder / "updated")
    build_index(corpus, folder / "fresh", rebuild=True)
    assert contents(folder / "updated") == contents(folder / "fresh")


def _boilerplate(index: Path) -> tuple[list[str], int]:
    with IndexReader(index) as reader:
        chunks = [chunk for article in reader.articles() for chunk in reader.chunks_of(article.id)]
        return [line.line for line in reader.learned_lines()], sum(chunk.kind == "boilerplate" for chunk in chunks)


def test_the_article_that_makes_a_line_boilerplate_makes_it_so_in_the_others(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    foot = "\n\nPenulis: SARI UTAMI"
    _write_archive(corpus, dict.fromkeys(range(5), foot) | {7: "", 8: ""})
    build_index(corpus, index)
    assert _boilerplate(index) == ([], 0)
    _write_archive(corpus, dict.fromkeys(range(6), foot) | {7: "", 8: ""})
    build_index(corpus, index)
    assert _boilerplate(index) == (["Penulis: SARI UTAMI"], 6)
    _write_archive(corpus, dict.fromkeys(range(5), foot) | {7: "", 8: ""})
    build_index(corpus, index)
    assert _boilerplate(index) == ([], 0)


def test_a_file_that_goes_while_its_boilerplate_is_learned_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    foot = "\n\nPenulis: SARI UTAMI"
    _write_archive(corpus, dict.fromkeys(range(6), foot))
    (corpus / "05.txt").rename(tmp_path / "05.txt")
    build_index(corpus, index)
    (tmp_path / "05.txt").rename(corpus / "05.txt")
    real = share_module.read_bytes

    def read(root: Path, file: Any, largest: int) -> Any:
        if file.path == "02.txt":
            (corpus / "02.txt").unlink(missing_ok=True)
        return real(root, file, largest)

    with monkeypatch.context() as patch:
        for module in (share_module, arrivals_module):
            patch.setattr(module, "read_bytes", read)
        assert [file.path for file in build_index(corpus, index).skipped] == ["02.txt"]
    build_index(corpus, index)
    build_index(corpus, tmp_path / "fresh")
    assert contents(index) == contents(tmp_path / "fresh")


def test_a_headline_is_looked_for_below_the_boilerplate(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(12):
        text = f"Portal Berita Kabar Kita\n\nPasar Nomor {number} Dibuka Kembali\n\nPasar nomor {number} kini ramai."
        (corpus / f"{number}.txt").write_text(text)
    build_index(corpus, tmp_path / "index")
    with IndexReader(tmp_path / "index") as index:
        assert {article.title for article in index.articles()} == {
            f"Pasar Nomor {number} Dibuka Kembali" for number in range(12)
        }


def test_deleted_articles_are_gone(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    corpus = make_corpus({"a.txt": "sentra logam", "b.txt": "pasar ikan"})
    build_index(corpus, tmp_path / "index")
    (corpus / "b.txt").unlink()
    assert build_index(corpus, tmp_path / "index").deleted == 1
    with IndexReader(tmp_path / "index") as index:
        assert [article.name for article in index.articles()] == ["a"]
        assert index.surface("ikan") is None


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a.txt", "d/b.txt"], ["a", "b"]),
        (["a.txt", "d/a.txt"], ["a", "d/a"]),
        (["a.TXT", "a.txt"], ["a.TXT", "a.txt"]),
        (["x.y.txt"], ["x.y"]),
        (["a.TXT", "a.txt", "a.txt.txt"], ["a.TXT", "a.txt", "a.txt.txt"]),
        (["a.txt", "d/a.TXT", "d/a.txt"], ["a", "d/a.TXT", "d/a.txt"]),
    ],
)
def test_article_names(paths: list[str], names: list[str]) -> None:
    assert [article_names(paths)[path] for path in paths] == names


def test_no_folder_no_index(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing):
        build_index(tmp_path / "nowhere", tmp_path / "index")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("files", [{}, {"a.txt": ""}, {"a.txt": b"\0\1\2", "b.txt": " \n"}, {"a.md": "kata"}])
def test_no_article_no_index(make_corpus: MakeCorpus, tmp_path: Path, files: dict[str, str | bytes]) -> None:
    with pytest.raises(CorpusEmpty):
        build_index(make_corpus(files), tmp_path / "index")
    assert not (tmp_path / "index" / INDEX_FILE).exists()


def test_an_emptied_corpus_leaves_the_old_index(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    corpus = make_corpus({"a.txt": "sentra logam"})
    build_index(corpus, tmp_path / "index")
    before = (tmp_path / "index" / INDEX_FILE).read_bytes()
    (corpus / "a.txt").write_text("")
    with pytest.raises(CorpusEmpty):
        build_index(corpus, tmp_path / "index")
    assert (tmp_path / "index" / INDEX_FILE).read_bytes() == before


def test_the_index_of_another_corpus_is_not_replaced_unasked(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    corpus = make_corpus({"a.txt": "sentra logam"})
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.txt").write_text("pasar ikan")
    build_index(corpus, tmp_path / "index")
    with pytest.raises(IndexForeign):
        build_index(other, tmp_path / "index")
    build_index(other, tmp_path / "index", rebuild=True)
    with IndexReader(tmp_path / "index") as index:
        assert index.corpus == other


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("carikm.index.building.share.stem", KeyboardInterrupt()),
        ("carikm.index.writer.IndexWriter._publish", OSError(errno.ENOSPC, "No space left on device")),
        ("carikm.index.writer.IndexWriter.finish", apsw.FullError("database or disk is full")),
        ("carikm.index.writer.os.fsync", OSError(errno.EIO, "Input/output error")),
    ],
)
def test_whatever_fails_the_old_index_stays(
    make_corpus: MakeCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, fault: BaseException
) -> None:
    corpus = make_corpus({"a.txt": "sentra logam"})
    build_index(corpus, tmp_path / "index")
    before = (tmp_path / "index" / INDEX_FILE).read_bytes()
    (corpus / "b.txt").write_text("perindustrian baru")

    def fail(*_: object, **__: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(place, fail)
        with pytest.raises(KeyboardInterrupt if isinstance(fault, KeyboardInterrupt) else IndexNotWritable):
            build_index(corpus, tmp_path / "index", rebuild=True)
    assert (tmp_path / "index" / INDEX_FILE).read_bytes() == before
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == [".lock", INDEX_FILE, STEMS_FILE]
    assert build_index(corpus, tmp_path / "index").written is not None


def test_a_killed_build_leaves_the_old_index(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    corpus = make_corpus({"a.txt": "sentra logam"})
    build_index(corpus, tmp_path / "index")
    before = (tmp_path / "index" / INDEX_FILE).read_bytes()
    (corpus / "b.txt").write_text("perindustrian baru")
    script = textwrap.dedent(
        """
        import os, sys, time
        from pathlib import Path
        import carikm.index.building.share as share
        from carikm import build_index

        def stem(word):
            print("stemming", flush=True)
            time.sleep(60)

        share.stem = stem
        build_index(Path(sys.argv[1]), Path(sys.argv[2]), rebuild=True)
        """
    )
    command = [sys.executable, "-c", script, str(corpus), str(tmp_path / "index")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stemming\n"
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / "index" / INDEX_FILE).read_bytes() == before
    build_index(corpus, tmp_path / "index")
    build_index(corpus, tmp_path / "fresh")
    assert contents(tmp_path / "index") == contents(tmp_path / "fresh")
    assert not (tmp_path / "index" / f"{INDEX_FILE}.new").exists()


def test_a_reader_keeps_its_index_while_a_new_one_takes_its_place(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    corpus = make_corpus({"a.txt": "sentra logam"})
    build_index(corpus, tmp_path / "index")
    with IndexReader(tmp_path / "index") as reader:
        (corpus / "a.txt").write_text("pasar ikan yang baru")
        build_index(corpus, tmp_path / "index", rebuild=True)
        assert [chunk.text for chunk in reader.chunks_of(0)] == ["sentra logam"]
    with IndexReader(tmp_path / "index") as reader:
        assert [chunk.text for chunk in reader.chunks_of(0)] == ["pasar ikan yang baru"]


def test_a_second_writer_waits_and_says_so(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    corpus = make_corpus({"a.txt": "sentra logam"})
    build_index(corpus, tmp_path / "index")
    holder = textwrap.dedent(
        """
        import sys, time
        import filelock
        with filelock.FileLock(sys.argv[1]):
            print("held", flush=True)
            time.sleep(0.5)
        """
    )
    notes: list[str] = []

    class Listener(NoProgress):
        def note(self, message: str) -> None:
            notes.append(message)

    command = [sys.executable, "-c", holder, str(tmp_path / "index" / ".lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        build_index(corpus, tmp_path / "index", progress=Listener())
    assert len(notes) == 1 and "waiting" in notes[0]


def test_searches_go_on_while_an_index_is_updated(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    """Every answer comes from one index or the next, never from a mixture."""
    corpus = make_corpus({"a.txt": "logam generasi 0"})
    index = tmp_path / "index"
    build_index(corpus, index)
    script = textwrap.dedent(
        """
        import sys
        from carikm import find
        while True:
            hits = find("logam", sys.argv[1], sys.argv[2]).result.hits
            texts = {hit.chunk.text for hit in hits}
            assert len(texts) == 1, texts
            print(len(hits), flush=True)
        """
    )
    command = [sys.executable, "-c", script, str(corpus), str(index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "1\n"
        for generation in range(1, 12):
            for name in ("a.txt", "b.txt"):
                (corpus / name).write_text(f"logam generasi {generation}")
            build_index(corpus, index)
            time.sleep(0.01)
        still_running = process.poll() is None
        process.kill()
        assert still_running, process.stderr.read()


_PATHS = st.from_regex(r"(?:[ab]/){0,2}[ab]{1,2}(?:\.txt)?\.(?:txt|TXT)", fullmatch=True)


@given(st.sets(_PATHS, min_size=1, max_size=12))
def test_article_names_never_clash(paths: set[str]) -> None:
    names = article_names(sorted(paths))
    assert len(set(names.values())) == len(paths)


def _table_of_paths(paths: Iterable[str]) -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE)")
    connection.executemany("INSERT INTO articles (path) VALUES (?)", [(path,) for path in paths])
    return connection


def _rows(connection: apsw.Connection, query: str, values: Sequence[object], kinds: str) -> list[Any]:
    found = connection.execute(query, values).fetchall()
    return [[name_of(value) if kind == "n" else value for value, kind in zip(row, kinds, strict=True)] for row in found]


# Of these, each shares a name with others that share other names with others still.
_ENDINGS = ["txt", "TXT", "txt.txt", "txt.TXT", "txt.txt.txt"]
_CHAINED = st.sampled_from([f"{stem}.{ending}" for stem in ("a", "b", "a/a", "a/b") for ending in _ENDINGS])


@given(st.sets(_CHAINED, min_size=1), st.data(), st.sampled_from([0, 2, 10]), st.sampled_from([1, 3, 100]))
def test_a_change_names_those_it_concerns_as_all_would_be_named(
    paths: set[str], data: st.DataObject, few: int, page: int
) -> None:
    """However many are looked for one by one."""
    changed = data.draw(st.sets(st.sampled_from(sorted(paths))))
    come = {path for path in sorted(changed) if data.draw(st.booleans())}
    before, after = article_names(paths - come), article_names(paths - (changed - come))
    connection = _table_of_paths(data.draw(st.permutations(sorted(after))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(naming_module, "_FEW_LOOKS", few)
        patch.setattr(naming_module, "_PAGE", page)
        found = names_beside(partial(_rows, connection), changed, come)
    assert found == {path: after[path] for path in found}
    assert {path for path, name in after.items() if before.get(path) != name} <= found.keys()


def test_articles_named_alike_are_looked_for_together() -> None:
    def queries(articles: int) -> int:
        paths = [f"{number}/index.txt" for number in range(articles)]
        connection = _table_of_paths(paths)
        asked = []

        def ask(query: str, values: Sequence[object], kinds: str) -> list[Any]:
            asked.append(query)
            return _rows(connection, query, values, kinds)

        assert names_beside(ask, [paths[0]], [paths[0]]) == article_names(paths)
        return len(asked)

    assert queries(20) == queries(200)


def test_a_file_that_could_not_be_read_is_tried_again(
    make_corpus: MakeCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = make_corpus({"a.txt": "sentra logam", "b.txt": "pasar ikan"})
    _age(corpus)
    real = share_module.read_bytes

    def refuse(root: Path, file: Any, largest: int) -> Any:
        if file.path == "b.txt":
            raise share_module.Unreadable("cannot be read: Permission denied", for_now=True)
        return real(root, file, largest)

    with monkeypatch.context() as patch:
        patch.setattr(share_module, "read_bytes", refuse)
        assert [file.path for file in build_index(corpus, tmp_path / "index").skipped] == ["b.txt"]
    assert build_index(corpus, tmp_path / "index").skipped == ()
    with IndexReader(tmp_path / "index") as index:
        assert index.surface("ikan") is not None


def test_files_that_have_settled_are_read_once_more_and_then_no_more(
    make_corpus: MakeCorpus, tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = make_corpus({"a.txt": "sentra logam"})
    build_index(corpus, tmp_path / "index")
    later = time.time_ns() + 10_000_000_000
    monkeypatch.setattr(build_module.time, "time_ns", lambda: later)
    build_index(corpus, tmp_path / "index")
    assert reads == ["a.txt", "a.txt"]
    build_index(corpus, tmp_path / "index")
    assert reads == ["a.txt", "a.txt"]


def test_a_folder_is_labelled_as_it_is_called(
    make_corpus: MakeCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = make_corpus({"d/a.txt": "sentra logam", "b.txt": "pasar"})
    monkeypatch.chdir(corpus / "d")
    build_index(Path(".."), tmp_path / "index")
    with IndexReader(tmp_path / "index") as index:
        assert (index.label, index.corpus) == ("arsip", corpus)


def test_an_index_behind_a_link_knows_its_corpus(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    corpus = make_corpus({"a.txt": "sentra logam"})
    (tmp_path / "jauh" / "sekali").mkdir(parents=True)
    (tmp_path / "pintas").symlink_to(tmp_path / "jauh" / "sekali")
    build_index(corpus, tmp_path / "pintas" / "index")
    for folder in (tmp_path / "pintas" / "index", tmp_path / "jauh" / "sekali" / "index"):
        with IndexReader(folder) as index:
            assert index.corpus == corpus


def test_in_a_large_archive_a_folders_new_time_is_noted(
    make_corpus: MakeCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = make_corpus({"a.txt": "sentra logam", "b.txt": "pasar"})
    _age(corpus)
    monkeypatch.setattr(changes_module, "EXAMINE_ALL", 1)
    build_index(corpus, tmp_path / "index")
    (corpus / "c.tmp").write_text("sebentar")
    (corpus / "c.tmp").unlink()
    os.utime(corpus, ns=(1_600_000_000_000_000_000, 1_600_000_000_000_000_000))
    assert build_index(corpus, tmp_path / "index").written is not None
    assert build_index(corpus, tmp_path / "index").written is None


def test_a_name_of_the_archive_is_not_stemmed_until_it_is_none(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    corpus = make_corpus({"a.txt": "Warga datang ke Manahan lagi. " * 12, "b.txt": "Ia manah dan ikan."})

    def stem_of(surface: str) -> str:
        with IndexReader(tmp_path / "index") as index:
            found = index.surface(surface)
            assert found is not None
            term = index.term(id=found.term)
            assert term is not None
            return term.stem

    build_index(corpus, tmp_path / "index")
    assert stem_of("manahan") == "manahan"
    (corpus / "c.txt").write_text("Yang manahan itu lalu manahan ini. " * 12)
    build_index(corpus, tmp_path / "index")
    assert stem_of("manahan") == "manah"
    (corpus / "c.txt").unlink()
    build_index(corpus, tmp_path / "index")
    assert stem_of("manahan") == "manahan"
