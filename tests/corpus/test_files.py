"""Which files a corpus folder holds: regular ones only, every other one named with its reason."""

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from carikm.corpus import files
from carikm.corpus.files import SourceFile, Unreadable, read_bytes, scan
from carikm.errors import CorpusMissing

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]


def _paths(folder: Path) -> list[str]:
    return [file.path for file in scan(folder).files]


def _reasons(folder: Path) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in scan(folder).skipped}


def test_article_files_are_found_at_any_depth_and_sorted_by_path(make_corpus: MakeCorpus) -> None:
    names = ["b.txt", "a/z.txt", "a/b/c/d.txt", "A.TXT", "a.txt", ".tersembunyi.txt"]
    folder = make_corpus(dict.fromkeys(names, "isi"))
    assert _paths(folder) == sorted(names)


def test_other_files_are_no_articles_and_not_worth_a_word(make_corpus: MakeCorpus) -> None:
    folder = make_corpus({"a.txt": "isi", "foto.jpg": "x", "txt": "x", "b.txt.gz": "x", "c.text": "x"})
    assert _paths(folder) == ["a.txt"]
    assert _reasons(folder) == {}


def test_size_and_time_are_those_of_the_file(make_corpus: MakeCorpus) -> None:
    folder = make_corpus({"a.txt": "lima!"})
    os.utime(folder / "a.txt", ns=(1, 1_600_000_000_123_456_789))
    assert scan(folder).files == [SourceFile("a.txt", 5, 1_600_000_000_123_456_789)]


def test_an_empty_folder_is_an_empty_listing(tmp_path: Path) -> None:
    listing = scan(tmp_path)
    assert (listing.files, listing.skipped) == ([], [])


@pytest.mark.parametrize(
    "name",
    [
        "dua\nbaris.txt",
        "petik'tunggal\"ganda.txt",
        "-rf.txt",
        "🌶 pedas.txt",
        "spasi di akhir .txt",
        "*.txt",
        "garis\\miring.txt",
        "$(perintah).txt",
        os.fsdecode(b"bukan-utf8-\xff\xfe.txt"),
    ],
)
def test_any_name_the_disk_takes_can_be_listed_and_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"isi")
    (file,) = scan(tmp_path).files
    assert file.path == name
    assert read_bytes(tmp_path, file) == (b"isi", file)


def test_names_beyond_utf8_sort_among_the_others(tmp_path: Path) -> None:
    for name in (b"\xff.txt", b"a.txt", "é.txt".encode()):
        (tmp_path / os.fsdecode(name)).write_bytes(b"isi")
    assert [os.fsencode(path) for path in _paths(tmp_path)] == [b"a.txt", "é.txt".encode(), b"\xff.txt"]


def test_a_file_that_is_too_large_is_skipped_with_a_reason(make_corpus: MakeCorpus) -> None:
    folder = make_corpus({"a.txt": "isi", "b.txt": "lebih panjang"})
    with (folder / "c.txt").open("wb") as stream:
        stream.truncate(1 << 40)  # on disk there is nothing of it
    allowing = "carikm.toml may allow it: largest_file_mb"
    assert _paths(folder) == ["a.txt", "b.txt"] and _reasons(folder) == {"c.txt": f"larger than 5 MB; {allowing}"}
    listing = scan(folder, 3)
    assert [file.path for file in listing.files] == ["a.txt"]
    assert [file.path for file in listing.skipped] == ["b.txt", "c.txt"]
    for file in (*listing.files, *listing.skipped):
        assert files.examine(folder, file.path, 3) == file


def test_a_file_that_has_grown_too_large_is_not_read(make_corpus: MakeCorpus) -> None:
    folder = make_corpus({"a.txt": "isi"})
    (seen,) = scan(folder).files
    with (folder / "a.txt").open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(Unreadable, match="has grown to more than 5 MB") as caught:
        read_bytes(folder, seen)
    assert caught.value.for_now


def test_links_to_files_are_skipped_wherever_they_lead(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    folder = make_corpus({"a.txt": "isi"})
    outside = tmp_path / "luar.txt"
    outside.write_text("luar")
    targets = {"dalam.txt": "a.txt", "luar.txt": str(outside), "putus.txt": "tiada", "lingkar.txt": "lingkar.txt"}
    for name, target in targets.items():
        (folder / name).symlink_to(target)
    assert _paths(folder) == ["a.txt"]
    assert _reasons(folder) == dict.fromkeys(sorted(targets), "symbolic link, not followed")


def test_links_to_folders_are_not_entered(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    folder = make_corpus({"a/b.txt": "isi"})
    outside = tmp_path / "luar"
    outside.mkdir()
    (outside / "rahasia.txt").write_text("luar")
    (folder / "keluar").symlink_to(outside)
    (folder / "a" / "naik").symlink_to("..")
    (folder / "kembar").symlink_to("a")
    (folder / "lingkar").symlink_to("lingkar")
    assert _paths(folder) == ["a/b.txt"]
    assert _reasons(folder) == dict.fromkeys(["a/naik", "keluar", "kembar"], "symbolic link, not followed")


def test_the_corpus_folder_itself_may_be_a_link(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    link = tmp_path / "pintasan"
    link.symlink_to(make_corpus({"a.txt": "isi"}))
    assert _paths(link) == ["a.txt"]


def test_what_is_named_like_an_article_and_is_none_is_skipped_with_a_reason(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_corpus({"a.txt": "isi"})
    os.mkfifo(folder / "pipa.txt")
    monkeypatch.chdir(folder)  # the path of a socket may have 107 bytes
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("soket.txt")
        assert _paths(folder) == ["a.txt"]
        assert _reasons(folder) == {"pipa.txt": "not a regular file", "soket.txt": "not a regular file"}


def test_a_folder_named_like_an_article_is_reported_and_still_entered(make_corpus: MakeCorpus) -> None:
    folder = make_corpus({"map.txt/dalam.txt": "isi"})
    assert _paths(folder) == ["map.txt/dalam.txt"]
    assert list(_reasons(folder)) == ["map.txt"] and "folder" in _reasons(folder)["map.txt"]


def test_a_folder_that_cannot_be_listed_is_skipped_and_the_rest_is_read(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_corpus({"a.txt": "isi", "tutup/b.txt": "isi", "buka/c.txt": "isi"})
    _refuse(monkeypatch, "open", folder / "tutup")
    assert _paths(folder) == ["a.txt", "buka/c.txt"]
    assert _reasons(folder) == {"tutup": "folder cannot be listed: Permission denied"}


def test_a_corpus_folder_that_cannot_be_listed_is_missing(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_corpus({"a.txt": "isi"})
    _refuse(monkeypatch, "open", folder)
    with pytest.raises(CorpusMissing, match="cannot be listed: Permission denied") as caught:
        scan(folder)
    assert str(folder) in caught.value.hint


@pytest.mark.parametrize("name", ["tiada", "tiada/di/bawahnya", "a.txt/b", "n" * 300, "nol\0"])
def test_a_folder_that_is_not_there_is_missing(make_corpus: MakeCorpus, name: str) -> None:
    with pytest.raises(CorpusMissing) as caught:
        scan(make_corpus({"a.txt": "isi"}) / name)
    assert caught.value.hint


def test_a_file_is_no_corpus_folder(make_corpus: MakeCorpus) -> None:
    with pytest.raises(CorpusMissing, match="is a file"):
        scan(make_corpus({"a.txt": "isi"}) / "a.txt")


def test_a_corpus_folder_below_a_closed_one_is_missing(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_corpus({"a.txt": "isi"})

    def refuse(_path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(CorpusMissing, match="Permission denied"):
        scan(folder)


def test_reading_gives_the_bytes_and_what_the_file_is_now(make_corpus: MakeCorpus) -> None:
    folder = make_corpus({"a.txt": "lama"})
    (seen,) = scan(folder).files
    (folder / "a.txt").write_bytes(b"\x00lebih baru\r\n")
    raw, source = read_bytes(folder, seen)
    assert raw == b"\x00lebih baru\r\n"
    assert [source] == scan(folder).files


def test_a_file_that_is_gone_is_unreadable(make_corpus: MakeCorpus) -> None:
    folder = make_corpus({})
    with pytest.raises(Unreadable, match="No such file"):
        read_bytes(folder, SourceFile("a.txt", 1, 1))


def test_a_file_that_may_not_be_opened_is_unreadable(make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_corpus({"a.txt": "isi"})
    (seen,) = scan(folder).files
    _refuse(monkeypatch, "open", folder / "a.txt")
    with pytest.raises(Unreadable, match="Permission denied"):
        read_bytes(folder, seen)


def test_a_link_that_took_the_place_of_a_file_is_not_followed(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    folder = make_corpus({"a.txt": "isi"})
    (seen,) = scan(folder).files
    outside = tmp_path / "luar.txt"
    outside.write_text("rahasia")
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(outside)
    with pytest.raises(Unreadable):
        read_bytes(folder, seen)


@pytest.mark.parametrize("replace", [os.mkfifo, os.mkdir])
def test_what_took_the_place_of_a_file_is_not_waited_for(
    make_corpus: MakeCorpus, replace: Callable[[Path], None]
) -> None:
    folder = make_corpus({"a.txt": "isi"})
    (seen,) = scan(folder).files
    (folder / "a.txt").unlink()
    replace(folder / "a.txt")
    with pytest.raises(Unreadable):
        read_bytes(folder, seen)


@pytest.mark.parametrize("growths", range(files.READ_ATTEMPTS + 1))
def test_a_file_that_grows_while_it_is_read_is_read_again_three_times_at_most(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch, growths: int
) -> None:
    folder = make_corpus({"a.txt": "isi"})
    (seen,) = scan(folder).files
    real, calls = os.fstat, 0

    def fstat(descriptor: int) -> os.stat_result:
        nonlocal calls
        calls += 1
        if calls % 2 == 0 and calls // 2 <= growths:
            with (folder / "a.txt").open("ab") as stream:
                stream.write(b"+")
        return real(descriptor)

    monkeypatch.setattr(files.os, "fstat", fstat)
    if growths < files.READ_ATTEMPTS:
        raw, source = read_bytes(folder, seen)
        assert (raw, source.size) == (b"isi" + b"+" * growths, 3 + growths)
    else:
        with pytest.raises(Unreadable, match="keeps changing"):
            read_bytes(folder, seen)
    assert calls == 2 * min(growths + 1, files.READ_ATTEMPTS)


def test_a_file_rewritten_at_the_same_length_is_read_again(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_corpus({"a.txt": "lama"})
    (seen,) = scan(folder).files
    real, calls = os.fstat, 0

    def fstat(descriptor: int) -> os.stat_result:
        nonlocal calls
        calls += 1
        if calls == 2:
            (folder / "a.txt").write_bytes(b"baru")
            os.utime(folder / "a.txt", ns=(1, seen.mtime_ns + 1))
        return real(descriptor)

    monkeypatch.setattr(files.os, "fstat", fstat)
    raw, source = read_bytes(folder, seen)
    assert (raw, source.mtime_ns) == (b"baru", seen.mtime_ns + 1)


def _refuse(monkeypatch: pytest.MonkeyPatch, call: str, refused: Path) -> None:
    """Make one call of `os` fail for one path, as it would for a user without the right to it."""
    real = getattr(os, call)

    def guarded(path: object, *arguments: object) -> object:
        if Path(str(path)) == refused:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments)

    monkeypatch.setattr(files.os, call, guarded)
