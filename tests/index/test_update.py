"""Updates in place: the index says what one built anew would, and an update that fails changes nothing."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import carikm
import carikm.index.build as build_module
import carikm.index.update as update_module
from carikm.errors import CorpusMissing, IndexNotWritable, UsageError
from carikm.index.build import build_index
from carikm.index.format import INDEX_FILE
from carikm.index.reader import IndexReader
from tests.index.contents import contents

_REPORT = " ".join(f"Pedagang nomor {number} menempati kios baris {number * 7} di Manahan." for number in range(16))
_BODIES = st.sampled_from(
    [
        _REPORT,
        _REPORT.replace("nomor 3", "bernomor 3"),
        _REPORT[len(_REPORT) // 2 :],
        "Warga datang ke Manahan lagi. " * 5,
        "Ia manahan itu dan manahan ini. " * 4,
        "Mereka bekerja sama. Kerjasamanya anti-korupsi, kata @manahan dan anti korupsi.",
        "Dinas Perindustrian (Disperin) membuka perindustrian kecil. " + "Pasar ikan itu ramai. " * 20,
        "Kios ikan, " * 300,
        "Tri Supriyanto – “Industri‚Äù kecil",
        "",
    ]
)
_HEADS = st.sampled_from(["", "Pasar Ikan Ramai Lagi\n\n", "Portal Berita Kabar Kita\n\n", "SOLO, KOMPAS.com - "])
_FEET = st.sampled_from(["", "\n\nPenulis: SARI UTAMI", "\n\nPenulis: SARI UTAMI\n\nIkuti kami di portal Kabar Kita."])
_TEXTS = st.builds(lambda *parts: "".join(parts), _HEADS, _BODIES, _FEET)
_PATHS = st.sampled_from(
    [
        f"{folder}{name}"
        for folder in ("", "d/")
        for name in ("a.txt", "a.TXT", "a.txt.txt", "b.txt", *map("{}.txt".format, range(8)))
    ]
)
_CHANGES = st.dictionaries(_PATHS, _TEXTS | st.none(), min_size=1, max_size=5)


@pytest.fixture(autouse=True)
def _always_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no update be left to a whole build."""
    for name in ("FEW_CHANGES", "FEW_UNUSED", "BOUNDS_SLACK"):
        monkeypatch.setattr(update_module, name, 1_000_000)


def _apply(corpus: Path, changes: dict[str, str | None], clock: int) -> list[Path]:
    """Change files; list those that have changed."""
    changed = []
    for name, text in changes.items():
        path = corpus / name
        if text is None:
            if not path.exists():
                continue
            path.unlink()
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            os.utime(path, ns=(clock, clock))
        changed.append(path)
    return changed


def _answers(corpus: Path, index: Path) -> list[Any]:
    """Give what a user sees."""
    found: list[Any] = []
    for query in ("pasar ikan", "kerja sama", "manahan", "-pasar pedagang", "disperin", "penulis sari"):
        for options in ({}, {"boilerplate": True}, {"by_article": True}, {"all_chunks": True, "duplicates": True}):
            result = carikm.find(query, corpus, index, limit=50, **options).result  # type: ignore[arg-type]
            hits = [(hit.article.path, hit.chunk.number, hit.score, hit.reference) for hit in result.hits]
            found.append((query, options, hits, result.total, result.boilerplate_left_out))
    listed = carikm.list_articles(corpus, index)
    found.append(([article.name for article in listed.articles], listed.references))
    found += [carikm.list_acronyms(None, corpus, index), carikm.analyze_words("manahan kerjasama", corpus, index)]
    status = carikm.read_status(corpus, index)
    return [*found, status.chunks, status.words, status.terms, status.learned, status.skipped, status.changes]


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(_PATHS, _TEXTS, min_size=6, max_size=16), st.lists(st.tuples(_CHANGES, st.booleans()), max_size=4)
)
def test_an_update_equals_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory,
    archive: dict[str, str | None],
    updates: list[tuple[dict[str, str | None], bool]],
) -> None:
    folder = tmp_path_factory.mktemp("update")
    corpus = folder / "corpus"
    corpus.mkdir()
    clock = 1_600_000_000_000_000_000
    _apply(corpus, {"always.txt": "selalu ada pasar ikan dan kerja sama", **archive}, clock)
    build_index(corpus, folder / "updated")
    for changes, by_name in updates:
        clock += 1
        changed = _apply(corpus, changes, clock)
        with IndexReader(folder / "updated") as index:
            known = index.file_states()
        named = [path for path in changed if path.exists() or str(path.relative_to(corpus)) in known]
        build_index(corpus, folder / "updated", files=named if by_name else None)
    build_index(corpus, folder / "fresh", rebuild=True)
    assert contents(folder / "updated") == contents(folder / "fresh")
    assert _answers(corpus, folder / "updated") == _answers(corpus, folder / "fresh")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    corpus = tmp_path / "arsip"
    corpus.mkdir()
    texts: dict[str, str | None] = {f"{number}.txt": f"Pasar nomor {number} di Manahan ramai." for number in range(9)}
    _apply(corpus, texts, 1_600_000_000_000_000_000)
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
    assert carikm.find("sawah", corpus, index).changed == 1
    build_index(corpus, index)
    assert carikm.find("sawah", corpus, index).result.total == 2


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
