"""Where the corpus and the index are found: options, then the environment, then the nearest folder upward."""

import os.path
from pathlib import Path

import pytest

from tests.cli.harness import Desk, Run


def _shown(run: Run) -> list[str]:
    """List the paths that a search shows."""
    return [
        line.split(" · ")[0].strip().rpartition(":")[0] for line in run.expect(0).out.splitlines() if ".txt:" in line
    ]


def _found(run: Run) -> list[str]:
    """List the files that a search shows, each with its folder."""
    return ["/".join(Path(path).parts[-2:]) for path in _shown(run)]


@pytest.mark.parametrize("here", [".", "arsip", "catatan", "catatan/bulan", "catatan/bulan/ini/pagi"])
def test_paths_are_shown_so_that_they_open_from_here(archive: Desk, here: str) -> None:
    folder = archive.folder / here
    folder.mkdir(parents=True, exist_ok=True)
    shown = _shown(archive.call("search", "kopi", folder=folder))
    assert shown and all((folder / path).is_file() for path in shown)
    whole = (folder / shown[0]).resolve()
    for path in (shown[0], f"{shown[0]}:1", str(whole), f"./{os.path.relpath(whole, folder)}"):
        assert "Panen Kopi" in archive.call("show", path, folder=folder).expect(0).out


def test_a_corpus_of_the_environment_has_its_index_beside_it(desk: Desk) -> None:
    desk.write({"jauh/arsip/a.txt": "Padi menguning.\n", "sini/x": ""})
    for here in ("sini", "."):
        run = desk.call("search", "padi", folder=desk.folder / here, CARIKM_CORPUS=str(desk.folder / "jauh" / "arsip"))
        assert _found(run) == ["arsip/a.txt"]
    assert (desk.folder / "jauh" / "index" / "carikm.db").is_file()
    assert not (desk.folder / "sini" / "index").exists()


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Two archives, each with an index of its own."""
    for name in ("desa", "kota"):
        desk.write({f"{name}/berita.txt": f"Kabar dari {name} tentang panen padi.\n"})
        desk.call("index", name, "--index", f"indeks-{name}").expect(0)
    return desk


def test_the_option_index(two: Desk) -> None:
    assert _found(two.call("search", "padi", "--index", "indeks-kota")) == ["kota/berita.txt"]
    assert _found(two.call("search", "padi", "--index", str(two.folder / "indeks-desa"))) == ["desa/berita.txt"]


def test_the_option_corpus(two: Desk) -> None:
    assert _found(two.call("search", "padi", "--corpus", "kota")) == ["kota/berita.txt"]
    assert (two.folder / "index" / "carikm.db").is_file()
    assert two.call("search", "padi", "--corpus", "desa").expect(2).says("holds the index of").output == b""


@pytest.mark.parametrize("command", [["index", "kota"], ["index", "--corpus", "kota"]])
def test_a_folder_to_index_is_an_argument_or_an_option(two: Desk, command: list[str]) -> None:
    two.call(*command, "--index", "baru").expect(0)
    assert _found(two.call("search", "padi", "--index", "baru")) == ["kota/berita.txt"]


def test_the_environment(two: Desk) -> None:
    assert _found(two.call("search", "padi", CARIKM_INDEX="indeks-kota")) == ["kota/berita.txt"]
    both = {"CARIKM_CORPUS": "desa", "CARIKM_INDEX": "indeks-desa"}
    assert _found(two.call("search", "padi", **both)) == ["desa/berita.txt"]
    two.call("index", CARIKM_CORPUS="kota").expect(0)
    assert _found(two.call("search", "padi")) == ["kota/berita.txt"]


def test_an_empty_variable_counts_as_none(archive: Desk) -> None:
    assert _found(archive.call("search", "kopi", CARIKM_CORPUS="", CARIKM_INDEX="")) == ["arsip/kopi.txt"]


def test_options_beat_the_environment(two: Desk) -> None:
    both = {"CARIKM_CORPUS": "desa", "CARIKM_INDEX": "indeks-desa"}
    run = two.call("search", "padi", "--corpus", "kota", "--index", "indeks-kota", **both)
    assert _found(run) == ["kota/berita.txt"]
    two.call("index", "kota", "--index", "lain", **both).expect(0)
    assert _found(two.call("search", "padi", "--index", "lain")) == ["kota/berita.txt"]


@pytest.mark.parametrize("below", [".", "catatan", "catatan/bulan/ini"])
def test_the_nearest_index_upward(archive: Desk, below: str) -> None:
    folder = archive.folder / below
    folder.mkdir(parents=True, exist_ok=True)
    assert _found(archive.call("search", "kopi", folder=folder)) == ["arsip/kopi.txt"]
    archive.write({"arsip/baru.txt": "Sawah baru.\n"})
    archive.call("index", folder=folder).expect(0)
    assert _found(archive.call("search", "sawah", folder=folder)) == ["arsip/baru.txt"]


def test_the_nearest_seeds_upward(desk: Desk) -> None:
    desk.write({"seeds/a.txt": "Padi menguning.\n", "catatan/x": ""})
    assert _found(desk.call("search", "padi", folder=desk.folder / "catatan")) == ["seeds/a.txt"]
    assert (desk.folder / "index" / "carikm.db").is_file()


def test_the_nearer_of_two(archive: Desk) -> None:
    archive.write({"dalam/seeds/a.txt": "Kopi pahit.\n"})
    assert _found(archive.call("search", "kopi", folder=archive.folder / "dalam")) == ["seeds/a.txt"]
    assert (archive.folder / "dalam" / "index" / "carikm.db").is_file()


def test_a_corpus_that_is_named_leaves_the_index_of_another_project_alone(desk: Desk) -> None:
    desk.write({"seeds/a.txt": "Logam ditempa.\n", "kerja/milikku/arsip/b.txt": "Taman dibuka.\n"})
    mine = desk.folder / "kerja" / "milikku"
    assert _found(desk.call("search", "taman", "--corpus", "arsip", folder=mine)) == ["arsip/b.txt"]
    assert (mine / "index" / "carikm.db").is_file() and not (desk.folder / "index").exists()
    assert _found(desk.call("search", "logam")) == ["seeds/a.txt"]
    assert _found(desk.call("search", "taman", folder=mine)) == ["arsip/b.txt"]


@pytest.mark.parametrize("command", [["index", "../seeds"], ["search", "logam", "--corpus", "../seeds"]])
def test_the_seeds_upward_may_be_named(desk: Desk, command: list[str]) -> None:
    desk.write({"seeds/a.txt": "Logam ditempa.\n", "catatan/x": ""})
    desk.call(*command, folder=desk.folder / "catatan").expect(0)
    assert (desk.folder / "index" / "carikm.db").is_file() and not (desk.folder / "catatan" / "index").exists()


def test_an_index_upward_is_of_a_corpus_that_is_named(archive: Desk) -> None:
    archive.write({"seeds/a.txt": "Logam.\n", "catatan/x": ""})
    found = archive.call("search", "kopi", "--corpus", "../arsip", folder=archive.folder / "catatan")
    assert _found(found) == ["arsip/kopi.txt"] and not (archive.folder / "catatan" / "index").exists()


def test_a_folder_called_index_is_not_yet_an_index(archive: Desk) -> None:
    archive.write({"dalam/index/catatan": "bukan indeks"})
    assert _found(archive.call("search", "kopi", folder=archive.folder / "dalam")) == ["arsip/kopi.txt"]


def test_an_archive_can_move_with_its_index(archive: Desk, tmp_path: Path) -> None:
    moved = tmp_path / "pindah"
    moved.mkdir()
    for name in ("arsip", "index"):
        (archive.folder / name).rename(moved / name)
    run = archive.call("search", "kopi", folder=moved)
    assert _found(run) == ["arsip/kopi.txt"] and run.err == ""


@pytest.mark.parametrize("command", [["search", "kopi", "--corpus", "dalam/arsip"], ["index", "dalam/arsip"]])
def test_an_index_that_was_moved_without_its_corpus(archive: Desk, command: list[str]) -> None:
    (archive.folder / "dalam").mkdir()
    (archive.folder / "arsip").rename(archive.folder / "dalam" / "arsip")
    lost = archive.call(*command, "--index", "index").expect(2)
    lost.says(
        f"holds the index of {archive.folder / 'arsip'}, which does not exist", "by the path from one to the other"
    )
    hint = lost.err.splitlines()[-1]
    assert hint.endswith("build it anew: carikm index dalam/arsip --rebuild --index index")
    archive.call(*hint.partition(": carikm ")[2].split()).expect(0)
    assert _found(archive.call("search", "kopi")) == ["arsip/kopi.txt"]
