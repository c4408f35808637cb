"""What each error says: what was found, what was expected, and the command to type next."""

import random
import re
import shlex
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from carikm.index.format import FORMAT_VERSION, connect
from tests.cli.harness import Desk
from tests.conftest import SEEDS


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_an_empty_query(seeds_desk: Desk, query: str) -> None:
    seeds_desk.call("search", query).expect(2).says("The query is empty", 'carikm search "sentra logam"')


@pytest.mark.parametrize("query", ["...", "“”", "- – —", "!?"])
def test_a_query_without_a_word(seeds_desk: Desk, query: str) -> None:
    run = seeds_desk.call("search", "--", query).expect(2)
    run.says(f"{query!r} has no letter or number in it", 'carikm search "sentra logam"')
    seeds_desk.call("stem", "--", query).expect(2).says("no word", "carikm stem perindustrian")
    seeds_desk.call("show", "003", f"--query={query}").expect(2).says("no letter or number")


def test_stop_words_are_no_reason_for_a_hit(desk: Desk) -> None:
    desk.write({"seeds/a.txt": "Sentra yang ramai.\n", "seeds/b.txt": "Yang ini dan yang itu.\n"})
    found = desk.call("search", "sentra yang dan", "--json").expect(0).document()
    assert [hit["article"]["id"] for hit in found["hits"]] == ["a"]
    assert [found["hits"][0]["chunk"]["text"][a:b] for a, b in found["hits"][0]["highlights"]] == ["Sentra"]
    assert found["terms"] == ["sentra", "yang", "dan"]


def test_negations_are_searched_for(desk: Desk) -> None:
    desk.write({"seeds/a.txt": "Pabrik tidak tutup.\n", "seeds/b.txt": "Pabrik buka.\n"})
    found = desk.call("search", "tidak yang", "--json").expect(0).document()
    assert [hit["article"]["id"] for hit in found["hits"]] == ["a"]


def test_a_query_of_stop_words(seeds_desk: Desk) -> None:
    run = seeds_desk.call("search", "yang", "dan").expect(0)
    assert run.out
    run.says("Every word of this query is a stop word")
    assert seeds_desk.call("search", "yang", "logam").expect(0).err == ""


def test_nothing_found(seeds_desk: Desk) -> None:
    seeds_desk.call("search", "zzzz", "qqqq").expect(1).says("Nothing found for 'zzzz qqqq'.")
    seeds_desk.call("search", "logam", "--offset", "50").expect(1).says("Only 4 hits", "--offset 50")


def test_words_that_are_in_no_chunk(archive: Desk) -> None:
    def said(query: str, *options: str) -> list[str]:
        run = archive.call("search", query, *options).expect(0)
        return [line for line in run.err.splitlines() if line.startswith("In no chunk")]

    assert said("kopi xyzzyqqq") == ["In no chunk: xyzzyqqq"]
    assert said("Xyzzyqqq kopi plughqqq yang xyzzyqqq") == ["In no chunk: Xyzzyqqq, plughqqq"]
    assert said('"kopi merah" OR (xyzzyqqq perahu)') == ["In no chunk: xyzzyqqq"]
    assert said("kopi xyzzyqqq", "--literal") == ["In no chunk: xyzzyqqq"]
    assert said('kopi "merah xyzzyqqq" Xyzzyq* plughqqq~') == ['In no chunk: Xyzzyq*, plughqqq~, "merah xyzzyqqq"']
    assert said("kopi xyzzyqqq~ Xyzzyqqq qqz*x QqZ*x xyzzyqqq") == ["In no chunk: xyzzyqqq~, Xyzzyqqq, qqz*x"]
    assert said("kopi =kopinya") == ["In no chunk: kopinya"]
    assert said("kopi -xyzzyqqq") == said("kopi -xyzzyq*") == said("kopi perahu") == said("kopi adalah") == []
    assert said(" ".join(["kopi", *(f"qqqzz{letter}" for letter in "abcdefghijklm")])) == [
        f"In no chunk: {', '.join(f'qqqzz{letter}' for letter in 'abcdefghij')} and 3 more"
    ]
    found = archive.call("search", "kopi xyzzyqqq", "--json").expect(0)
    assert found.err == "In no chunk: xyzzyqqq\n" and found.document()["help"]["words"][1]["chunks"] == 0


def test_words_that_something_else_stands_in_for(desk: Desk) -> None:
    desk.write(
        {
            "seeds/a.txt": "Panitia menandatangani kerjasama baru dengan koperasi.\n",
            "seeds/b.txt": "Dinas Pertanian (Distan) membagikan bibit telegraf kepada koperasi.\n",
            "carikm.toml": '[synonyms]\nkendaraan = ["koperasi"]\n',
        }
    )
    for query in ("kerja sama koperasi", "kendaraan bibit", "telegraff koperasi"):
        assert "In no chunk" not in desk.call("search", query).expect(0).err, query
    run = desk.call("search", "kendaraan bibit", "--no-expand").expect(0)
    run.says("In no chunk: kendaraan\n")


def test_an_article_is_found_by_its_files_name(desk: Desk) -> None:
    desk.write({"arsip/2019/padi.txt": "Padi.\n\nMenguning.\n", "arsip/2019/a.txt": "Ubi.\n", "arsip/a.txt": "Ubi.\n"})
    desk.call("index", "arsip", "--index", "index").expect(0)
    assert "Menguning." in desk.call("show", "padi.txt", "--index", "index").expect(0).out
    assert "Menguning." in desk.call("show", "padi.txt:3", "--index", "index").expect(0).out
    desk.call("show", "padi.txt:9", "--index", "index").expect(2).says(
        "Line 9 of 2019/padi.txt holds no text; the last that does is line 3."
    )
    desk.call("show", "pad.txt", "--index", "index").expect(2).says("No article is called 'pad.txt'")


def test_a_name_that_several_files_share_is_no_beginning_of_another(desk: Desk) -> None:
    desk.write({"arsip/2019/berita.txt": "Padi.\n", "arsip/2019/berita-lain.txt": "Jagung.\n"})
    desk.call("index", "arsip", "--index", "index").expect(0)
    assert "Padi." in desk.call("show", "berita", "--index", "index").expect(0).out
    desk.write({"arsip/2020/berita.txt": "Ketela.\n"})
    desk.call("index", "--index", "index").expect(0)
    run = desk.call("show", "berita", "--index", "index").expect(2)
    run.says("'berita' could be any of 2019/berita, 2020/berita, berita-lain.")
    desk.call("show", "berita.txt", "--index", "index").expect(2).says("could be any of 2019/berita, 2020/berita.")
    desk.call("show", "b" * 60_000, "--index", "index").expect(2).says("No article is called")
    assert "Ketela." in desk.call("show", "2020/berita:1", "--index", "index").expect(0).out
    assert "Jagung." in desk.call("show", "berita-", "--index", "index").expect(0).out
    desk.call("show", "berit%", "--index", "index").expect(2).says("No article is called 'berit%'")


def test_boilerplate_that_was_left_out(seeds_desk: Desk) -> None:
    seeds_desk.call("search", "Tegal").expect(1).says("2 chunks of it match", "--boilerplate")
    assert seeds_desk.call("search", "Tegal", "--boilerplate").expect(0).err == ""
    seeds_desk.call("search", "Tegal industri").expect(0).says("In no chunk: Tegal", "--boilerplate")
    assert "In no chunk" not in seeds_desk.call("search", "Tegal industri", "--boilerplate").expect(0).err
    assert "Boilerplate" not in seeds_desk.call("search", "=industrinya kota").expect(0).says("In no chunk").err


def test_what_is_exact_is_counted_in_its_own_form(seeds_desk: Desk) -> None:
    for query in ("=industrinya", '"industrinya"'):
        run = seeds_desk.call("search", query).expect(1)
        run.says("  industrinya  in no chunk\n")


@pytest.mark.parametrize(
    "reference", ["zzzz", "zzzz:1", ":5", "../../etc/passwd", "/etc/passwd", "seeds/../LICENSE", ""]
)
@pytest.mark.parametrize("options", [[], ["--raw"]])
def test_an_unknown_article(seeds_desk: Desk, reference: str, options: list[str]) -> None:
    run = seeds_desk.call("show", reference, *options).expect(2)
    run.says(f"No article is called {reference.removesuffix(':1')!r}", "carikm list")
    assert run.output == b""
    seeds_desk.call("search", "logam", "--article", reference).expect(2).says("No article is called", "carikm list")


def test_an_ambiguous_prefix(seeds_desk: Desk) -> None:
    run = seeds_desk.call("show", "00").expect(2)
    run.says("'00' could be any of", *(path.stem for path in SEEDS.glob("*.txt")), "carikm show 000_a6ec33f32d28eae2")


def test_an_ambiguous_prefix_lists_some_of_many(desk: Desk) -> None:
    desk.write({f"arsip/berita-{number:02}.txt": "Padi menguning.\n" for number in range(30)})
    desk.call("show", "berita", "--corpus", "arsip").expect(2).says("berita-00", "berita-07 and more")


@pytest.mark.parametrize("number", ["0", "11", "999999999"])
def test_an_unknown_chunk(seeds_desk: Desk, number: str) -> None:
    run = seeds_desk.call("show", f"003:{number}").expect(2)
    run.says("003_43943d992f4a7b6d has chunks 1 to 10", f"{number} was asked for", "carikm show 003_43943d992f4a7b6d")


@pytest.mark.parametrize("line", ["8", "4000"])
def test_a_line_without_text(seeds_desk: Desk, line: str) -> None:
    run = seeds_desk.call("show", f"seeds/003_43943d992f4a7b6d.txt:{line}").expect(2)
    run.says(f"Line {line} of 003_43943d992f4a7b6d.txt holds no text", "carikm show 003_43943d992f4a7b6d")


def test_a_missing_folder(desk: Desk) -> None:
    for command in (["index", "arsip"], ["search", "padi", "--corpus", "arsip"]):
        desk.call(*command).expect(2).says("The corpus folder arsip does not exist", "carikm index FOLDER")
    desk.write({"berkas": "x"})
    run = desk.call("index", "berkas").expect(2)
    run.says(
        "berkas is a file, not a folder, and its name does not end in .txt.", ".txt files of it: carikm index FOLDER"
    )
    assert [path.name for path in desk.folder.iterdir()] == ["berkas"]


def test_a_folder_without_articles(desk: Desk) -> None:
    desk.write({"arsip/catatan.md": "Padi.\n"})
    desk.call("index", "arsip").expect(2).says("no article in arsip", "no file whose name ends in .txt")
    desk.write({"arsip/kosong.txt": b""})
    desk.call("index", "arsip").expect(2).says("1 skipped, the first kosong.txt: empty file", "carikm index FOLDER")


@pytest.mark.parametrize("command", [["search", "padi"], ["show", "a"], ["list"], ["index"]])
def test_neither_index_nor_seeds(desk: Desk, command: list[str]) -> None:
    run = desk.call(*command).expect(2).says("There is no index in", "no folder seeds/ here or above")
    run.says("carikm index FOLDER")
    assert not list(desk.folder.iterdir())


def test_status_without_an_index(desk: Desk) -> None:
    desk.write({"seeds/a.txt": "Padi.\n"})
    assert desk.call("status").expect(2).says("There is no index in").err.endswith("Build one: carikm index\n")
    assert not (desk.folder / "index").exists()


@pytest.mark.parametrize("command", [["search", "padi"], ["status"], ["index"], ["doctor"], ["show", "a"]])
@pytest.mark.parametrize(("here", "named"), [(".", "seeds"), ("catatan", "../seeds")])
def test_no_index_where_one_was_named(desk: Desk, command: list[str], here: str, named: str) -> None:
    desk.write({"seeds/a.txt": "Padi menguning.\n", "catatan/x": ""})
    folder = desk.folder / here
    run = desk.call(*command, "--index", "tiada", folder=folder).expect(2)
    assert run.err == f"carikm: There is no index in tiada.\nBuild one: carikm index {named} --index tiada\n"
    desk.call("index", named, "--index", "tiada", folder=folder).expect(0)
    desk.call("search", "padi", "--index", "tiada", folder=folder).expect(0)


def test_no_index_where_one_was_named_and_no_seeds(desk: Desk) -> None:
    run = desk.call("search", "padi", "--index", "tiada").expect(2)
    run.says("There is no index in tiada.", "carikm index FOLDER --index tiada")


@pytest.mark.parametrize("command", [["search", "kopi"], ["search", "kopi", "--corpus", "arsip"], ["status"]])
def test_a_file_named_as_the_index(archive: Desk, command: list[str]) -> None:
    run = archive.call(*command, "--index", "index/carikm.db").expect(2)
    run.says("index/carikm.db is a file, not the folder of an index.", "--index index\n")
    run = archive.call(*command, "--index", "arsip/kopi.txt").expect(2)
    run.says("arsip/kopi.txt is a file, not the folder of an index.", "--index DIR")


def test_the_first_search_builds_and_says_so(desk: Desk) -> None:
    desk.write({"seeds/a.txt": "Padi menguning.\n"})
    desk.call("search", "padi").expect(0).says("There is no index yet; building one of", "seeds")
    assert desk.call("search", "padi").expect(0).err == ""


def _patch(desk: Desk, statement: str) -> None:
    with closing(connect(desk.folder / "index" / "carikm.db")) as connection:
        connection.execute(statement).fetchall()


READERS: list[list[str]] = [
    ["search", "kopi"],
    ["show", "kopi"],
    ["list"],
    ["status"],
    ["stem", "kopi"],
    ["acronyms", "kopi"],
]


@pytest.mark.parametrize("command", READERS)
def test_an_index_of_another_format(archive: Desk, command: list[str]) -> None:
    _patch(archive, "PRAGMA user_version = 99")
    run = archive.call(*command).expect(2)
    run.says("has format 99", f"reads format {FORMAT_VERSION}", "carikm index --rebuild")


def _truncated(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _noise(whole: bytes) -> bytes:
    return random.Random(5).randbytes(len(whole))


def _empty(_: bytes) -> bytes:
    return b""


def _text(_: bytes) -> bytes:
    return b"Ini bukan indeks, hanya catatan belanja: beras, gula, kopi.\n" * 40


@pytest.mark.parametrize("damage", [_truncated, _noise, _empty, _text])
@pytest.mark.parametrize("command", READERS)
def test_a_damaged_index(archive: Desk, command: list[str], damage: Callable[[bytes], bytes]) -> None:
    file = archive.folder / "index" / "carikm.db"
    file.write_bytes(damage(file.read_bytes()))
    archive.call(*command).expect(2).says(str(file), "carikm index FOLDER --rebuild --index")


def test_a_damaged_index_that_still_knows_its_corpus_is_built_anew_as_hinted_at(archive: Desk) -> None:
    file = archive.folder / "index" / "carikm.db"
    file.write_bytes(file.read_bytes()[:-1])
    hint = archive.call("search", "kopi").expect(2).err.splitlines()[-1]
    assert hint == f"Build it anew: carikm index --rebuild --index {file.parent}"
    archive.call(*shlex.split(hint.partition(": carikm ")[2])).expect(0)
    archive.call("search", "kopi").expect(0)


# Root may read everything, unless it waives that.
_WITHOUT_PRIVILEGES = """
import ctypes, os
if os.geteuid() == 0:
    ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
from carikm.__main__ import main
main()
"""


@pytest.mark.parametrize("command", [["search", "kopi"], ["status"], ["doctor"], ["index"]])
@pytest.mark.parametrize("closed", ["index/carikm.db", "index"])
def test_an_index_that_may_not_be_read(archive: Desk, command: list[str], closed: str) -> None:
    path = archive.folder / closed
    before = path.stat().st_mode
    path.chmod(0)
    try:
        run = archive.run(*command, "--index", "index", program=("-c", _WITHOUT_PRIVILEGES)).expect(2)
    finally:
        path.chmod(before)
    run.says("The index index/carikm.db cannot be read: you have no right to read", f"ls -ld {closed}", "chmod u+rw")
    assert "damage" not in run.err and "--rebuild" not in run.err
    archive.call("search", "kopi").expect(0)


@pytest.mark.parametrize("damage", [_truncated, _noise, _empty, _text])
def test_a_damaged_index_is_built_anew(archive: Desk, damage: Callable[[bytes], bytes]) -> None:
    file = archive.folder / "index" / "carikm.db"
    file.write_bytes(damage(file.read_bytes()))
    unknown = archive.call("index", "--rebuild").expect(2)
    unknown.says(str(file), f"Build it anew: carikm index FOLDER --rebuild --index {file.parent}")
    archive.call("index", "arsip").expect(0).says("Building it anew.")
    archive.call("search", "kopi").expect(0)


def test_an_index_of_another_format_is_built_anew(archive: Desk) -> None:
    _patch(archive, "PRAGMA user_version = 99")
    archive.call("index", "arsip").expect(0).says("has format 99", "Building it anew.")
    archive.call("search", "kopi").expect(0)


def test_no_damage_ends_in_a_traceback(archive: Desk) -> None:
    file = archive.folder / "index" / "carikm.db"
    whole, chance = file.read_bytes(), random.Random(11)
    for _ in range(60):
        damaged = bytearray(whole)
        place = chance.randrange(len(damaged))
        damaged[place : place + 16] = chance.randbytes(16)
        file.write_bytes(damaged[: len(whole)])
        for command in (["search", "kopi perahu"], ["show", "kopi"], ["list"]):
            run = archive.call(*command)
            assert run.code in (0, 1, 2), str(run)
    file.unlink()
    file.mkdir()
    archive.call("search", "kopi").expect(2)


@pytest.mark.parametrize("command", READERS)
def test_a_foreign_corpus(archive: Desk, command: list[str]) -> None:
    archive.write({"lain/a.txt": "Padi.\n"})
    run = archive.call(*command, "--corpus", "lain", "--index", "index").expect(2)
    run.says("holds the index of", "arsip", "not of lain", "carikm index lain --index DIR")


def test_building_over_a_foreign_index(archive: Desk) -> None:
    archive.write({"lain/a.txt": "Padi.\n"})
    archive.call("index", "lain").expect(2).says(
        "holds the index of", "carikm index lain --index DIR", "carikm index lain --rebuild\n"
    )
    archive.call("index", "lain", "--rebuild").expect(0)
    archive.call("search", "padi").expect(0)


def _typed(command: str) -> list[str]:
    """Give the arguments of a command that a hint has."""
    program, *arguments = shlex.split(command)
    assert program == "carikm"
    return arguments


@pytest.mark.parametrize("index", ["lain/index", "-i", "dua kata"])
@pytest.mark.parametrize(
    "command",
    [["search", "kopi"], ["similar", "kopi"], ["show", "kopi"], ["show", "kopi", "--raw"], ["status"], ["doctor"]],
)
def test_what_brings_an_index_up_to_date_does_so(archive: Desk, command: list[str], index: str) -> None:
    archive.call("index", "arsip", f"--index={index}").expect(0)
    if "--raw" in command:
        (archive.folder / "arsip/kopi.txt").unlink()
    else:
        archive.write({"arsip/kopi.txt": "Panen kopi usai.\n"})
    run = archive.call(*command, f"--index={index}")
    told = next(line for line in f"{run.out}\n{run.err}".splitlines() if "carikm index" in line)
    assert "--index" in told
    archive.call(*_typed(told[told.index("carikm index") :])).expect(0)
    assert re.search("^stale +no$", archive.call("status", f"--index={index}").expect(0).out, re.MULTILINE)


@pytest.mark.parametrize("index", ["lain", "-i"])
def test_what_replaces_a_foreign_index_does_so(archive: Desk, index: str) -> None:
    archive.write({"sawah/a.txt": "Padi.\n"})
    archive.call("index", "arsip", f"--index={index}").expect(0)
    told = archive.call("index", "sawah", f"--index={index}").expect(2).err.strip()
    archive.call(*_typed(told.rpartition("or replace it: ")[2])).expect(0)
    archive.call("search", "padi", f"--index={index}").expect(0)


def test_what_builds_a_missing_index_does_so(archive: Desk) -> None:
    told = archive.call("search", "kopi", "--index=-i").expect(2).err.strip()
    archive.call(*_typed(told.partition("Build one: ")[2].replace("FOLDER", "arsip"))).expect(0)
    archive.call("search", "kopi", "--index=-i").expect(0)


@pytest.mark.parametrize("command", [["index", "arsip"], ["search", "padi", "--corpus", "arsip"]])
def test_an_index_that_cannot_be_written(desk: Desk, command: list[str]) -> None:
    desk.write({"arsip/a.txt": "Padi.\n", "berkas": "x"})
    run = desk.call(*command, "--index", "berkas/index").expect(2)
    run.says("The index cannot be written to berkas/index", "Not a directory", "carikm index arsip --index DIR")


def test_a_corpus_that_has_no_article_any_more(archive: Desk) -> None:
    for file in (archive.folder / "arsip").glob("*.txt"):
        file.unlink()
    archive.call("search", "kopi").expect(0).says("The index is stale: 2 files differ")
    archive.call("index").expect(2).says("There is no article in", "still has the index of what was there", "rm -r")
    archive.call("search", "kopi").expect(0)


@pytest.mark.parametrize("name", ["arsip/kosong.txt", "kosong.txt", "./arsip/kosong.txt", "arsip/kosong.txt:1"])
def test_a_file_that_was_skipped_is_not_shown(archive: Desk, name: str) -> None:
    archive.write({"arsip/kosong.txt": ""})
    archive.call("index").expect(0)
    archive.call("show", name).expect(2).says("kosong.txt is no article: it was skipped (empty", "carikm status")


def test_a_corpus_folder_that_is_gone(archive: Desk) -> None:
    (archive.folder / "arsip").rename(archive.folder / "pindah")
    found = archive.call("search", "kopi").expect(0)
    found.says("The corpus folder", "arsip is out of reach; this is what the index knew.")
    assert "arsip/kopi.txt" in found.out
    assert "Sumbing" in archive.call("show", "kopi").expect(0).out
    archive.call("show", "kopi", "--raw").expect(2).says("arsip/kopi.txt: cannot be read", "carikm index")
    assert "the corpus folder is not there" in archive.call("status").expect(0).out
    archive.call("index").expect(2).says("arsip does not exist", "carikm index FOLDER")


def test_a_stale_index(archive: Desk) -> None:
    assert archive.call("search", "kopi").expect(0).err == ""
    archive.write({"arsip/baru.txt": "Sawah baru dibuka.\n"})
    archive.call("search", "kopi").expect(0).says("1 file differs from it", "carikm index")
    archive.write({"arsip/perahu.txt": "Perahu itu sudah dijual.\n"})
    archive.call("search", "kopi").expect(0).says("2 files differ from it")
    (archive.folder / "arsip" / "kopi.txt").unlink()
    archive.call("search", "kopi").expect(0).says("3 files differ from it")
    archive.call("show", "kopi").expect(0).says("kopi.txt is gone since it was indexed", "carikm index")
    status = archive.call("status").expect(0).out
    for fact in ("3 files", "arsip/baru.txt: added", "arsip/perahu.txt: changed", "arsip/kopi.txt: deleted"):
        assert fact in status
    summary = archive.call("index").expect(0).out
    assert "2 new or changed, 0 as before, 1 gone" in summary
    assert archive.call("search", "sawah").expect(0).err == ""


def test_skipped_files(archive: Desk) -> None:
    archive.write({"arsip/kosong.txt": b"", "arsip/gambar.txt": b"\x89PNG\x00\x00" * 9})
    (archive.folder / "arsip" / "tautan.txt").symlink_to("kopi.txt")
    reasons = {
        "gambar.txt": "binary (NUL bytes)",
        "kosong.txt": "empty file",
        "tautan.txt": "symbolic link, not followed",
    }
    summary = archive.call("index").expect(0).out
    status = archive.call("status").expect(0).out
    assert "3 skipped:" in summary and "3 files" in status
    for name, reason in reasons.items():
        assert f"{name}: {reason}" in summary
        assert f"arsip/{name}: {reason}" in status
    archive.call("search", "zzzz").expect(1).says("3 files could not be indexed; see: carikm status")
    assert archive.call("search", "kopi").expect(0).err == ""


def test_many_skipped_files_are_listed_by_status(archive: Desk) -> None:
    archive.write({f"arsip/kosong-{number:02}.txt": b"" for number in range(25)})
    summary = archive.call("index").expect(0).out
    assert "25 skipped:" in summary and "carikm status" in summary
    assert "kosong-19.txt" in summary and "kosong-20.txt" not in summary
    assert "arsip/kosong-24.txt: empty file" in archive.call("status").expect(0).out


@pytest.mark.parametrize("path", ["../rahasia.txt", "arsip/../../rahasia.txt"])
def test_no_file_outside_the_corpus_is_given_out(archive: Desk, path: str) -> None:
    archive.write({"rahasia.txt": "Kata sandi: melati.\n"})
    _patch(archive, f"UPDATE articles SET path = '{path}' WHERE name = 'kopi'")
    run = archive.call("show", "kopi", "--raw").expect(2)
    assert run.output == b"" and "leads out of its corpus" in run.err


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_no_link_out_of_the_corpus_is_followed(desk: Desk, kind: str) -> None:
    desk.write({"arsip/dalam/a.txt": "Padi menguning.\n", "rahasia/a.txt": "Kata sandi: melati.\n"})
    desk.call("index", "arsip").expect(0)
    inside = desk.folder / "arsip" / "dalam"
    if kind == "file":
        (inside / "a.txt").unlink()
        (inside / "a.txt").symlink_to(desk.folder / "rahasia" / "a.txt")
    else:
        shutil.rmtree(inside)
        inside.symlink_to(desk.folder / "rahasia")
    run = desk.call("show", "a", "--raw").expect(2)
    assert run.output == b""


def test_options_that_contradict_each_other(seeds_desk: Desk) -> None:
    seeds_desk.call("search", "a", "--json", "--jsonl").expect(2).says("Both --json and --jsonl", "Choose one")
    seeds_desk.call("show", "003", "--raw", "--json").expect(2).says("Both --raw and JSON", "Choose one")
    seeds_desk.call("show", "003", "--raw", "--query", "logam").expect(2).says("no words can be marked", "--query")
    seeds_desk.call("index", "a", "--corpus", "b").expect(2).says("A folder was named twice", "carikm index FOLDER")
    seeds_desk.call("search", "a", "-n", "0").expect(2).says(
        "The limit is 0, and has to be at least 1.", "For example: --limit 10\n"
    )
    seeds_desk.call("similar", "003", "--offset", "-1").expect(2).says("at least 0", "For example: --offset 10\n")


@pytest.mark.parametrize(
    ("command", "facts"),
    [
        (["search", "a", "--nonsense"], ["--nonsense", "carikm search --help"]),
        (["nonsense"], ["nonsense", "carikm --help"]),
        (["search", "a", "--limit", "banyak"], ["--limit", "banyak", "carikm search --help"]),
        (["search", "a", "--color", "hijau"], ["--color", "hijau", "always", "never"]),
        (["search", "a", "--index"], ["--index", "carikm search --help"]),
        (["list", "a"], ["a", "carikm list --help"]),
    ],
)
def test_wrong_usage(seeds_desk: Desk, command: list[str], facts: list[str]) -> None:
    run = seeds_desk.call(*command).expect(2).says(*facts)
    assert run.err.startswith("carikm: ") and run.err.count("\n") == 2


def test_what_the_system_refuses(desk: Desk) -> None:
    desk.call("search", "padi", "--index", "a" * 5000).expect(2).says("File name too long")
    gone = desk.folder / "gone"
    gone.mkdir()
    run = desk.run("search", "padi", cwd=gone, preexec_fn=gone.rmdir).expect(2)
    run.says("The current folder is gone", "cd")
    gone.mkdir()
    desk.write({"arsip/a.txt": "Padi.\n"})
    named = ("--index", str(desk.folder / "index"), "--corpus", str(desk.folder / "arsip"))
    desk.run("search", "padi", *named, cwd=gone, preexec_fn=gone.rmdir).expect(0)


@pytest.mark.parametrize(
    "command",
    [
        ["search", "padi", "--corpus", ""],
        ["search", "padi", "--index="],
        ["index", ""],
        ["list", "--index", ""],
        ["batch", "kueri.txt", "-o", ""],
        ["verify", ""],
    ],
)
def test_a_folder_of_no_name_is_not_the_current_one(desk: Desk, command: list[str]) -> None:
    desk.write({"a.txt": "Padi.\n", "kueri.txt": "padi\n"})
    desk.call(*command).expect(2).says("The name of a folder or file is empty", "variable")
    assert not (desk.folder / "index").exists()


def test_options_before_the_command_are_shown_their_place(desk: Desk) -> None:
    desk.call("--json", "search", "padi").expect(2).says("Options stand behind a command: carikm search WORDS --json")


def test_hints_name_an_index_that_is_not_the_usual_one(desk: Desk) -> None:
    """Each is what has to be typed."""
    desk.write({"arsip/a.txt": "Padi.\n"} | {f"arsip/{number}.txt": "---\n" for number in range(25)})
    assert "carikm status --index lain" in desk.call("index", "arsip", "--index", "lain").expect(0).out
    desk.call("search", "jagung", "--index", "lain").says("carikm status --index lain")
    told = desk.call("index", "arsip/a.txt", "--corpus", "arsip", "--rebuild", "--index", "lain").expect(2).err
    desk.call(*_typed(told.strip().partition("Leave them out: ")[2])).expect(0)
    (desk.folder / "lain" / "carikm.db").write_bytes(b"rusak")
    findings = desk.call("doctor", "--index", "lain", "--json").expect(2).document()["findings"]
    assert {finding["command"] for finding in findings} == {"carikm index FOLDER --rebuild --index lain"}


def test_a_folder_above_that_may_not_be_entered(archive: Desk) -> None:
    archive.write({"tertutup/x": ""})
    closed = archive.folder / "tertutup"
    closed.chmod(0)
    try:
        run = archive.run("status", "--index", "tertutup/index", program=("-c", _WITHOUT_PRIVILEGES)).expect(2)
    finally:
        closed.chmod(0o755)
    assert run.err == (
        "carikm: The system refused tertutup/index/carikm.db: Permission denied.\n"
        "See whose it is, and what it allows: ls -ld tertutup\n"
    )


def test_a_corpus_with_odd_names(desk: Desk) -> None:
    folder = desk.folder / "arsip #1?%20 'kota'"
    desk.write({f"{folder.name}/berita & cerita.txt": "Padi menguning di sawah.\n"})
    desk.call("index", folder.name, "--index", "in#deks?").expect(0)
    found = desk.call("search", "padi", "--index", "in#deks?").expect(0)
    assert f"{folder.name}/berita & cerita.txt:1" in found.out
    assert Path(folder / "berita & cerita.txt").as_uri() in desk.terminal("search", "padi", "--index", "in#deks?").out


def test_the_bytes_of_one_chunk(archive: Desk) -> None:
    raw = (archive.folder / "arsip" / "kopi.txt").read_bytes()
    chunk = archive.call("show", "kopi:1", "--json").document()["chunks"][0]
    assert archive.call("show", "kopi:1", "--raw").output == raw[chunk["byte_start"] : chunk["byte_end"]]
    archive.write({"arsip/kopi.txt": b"Baru. " + raw})
    archive.call("show", "kopi:1", "--raw").expect(2).says("has changed since it was indexed", "carikm index")
    assert archive.call("show", "kopi", "--raw").output == b"Baru. " + raw


def test_a_named_corpus_that_is_not_there(archive: Desk) -> None:
    archive.call("search", "kopi", "--corpus", "tiada").expect(2).says("does not exist")


def test_a_lone_carriage_return_ends_no_line(desk: Desk) -> None:
    desk.write({"seeds/a.txt": "Judul yang cukup panjang di sini\n\nsatu\rdua\rtiga logam empat\n"})
    assert "seeds/a.txt:3" in desk.call("search", "logam").expect(0).out


def test_a_link_into_a_closed_folder_stops_nothing(desk: Desk) -> None:
    desk.write({"seeds/a.txt": "Padi menguning.\n"})
    (desk.folder / "seeds" / "jauh").symlink_to("x" * 300)
    desk.call("search", "padi").expect(0)
    desk.call("index").expect(0)


def test_a_corpus_that_is_a_link_to_itself(archive: Desk) -> None:
    (archive.folder / "lingkar").symlink_to("lingkar")
    archive.call("search", "kopi", "--corpus", "lingkar").expect(2)
    archive.call("index", "lingkar").expect(2)


def test_an_index_of_other_rules_is_rebuilt_by_the_command_that_is_hinted_at(archive: Desk) -> None:
    _patch(archive, "UPDATE facts SET value = 'older' WHERE name = 'rules'")
    hint = archive.call("search", "kopi").expect(2).err.splitlines()[-1]
    command = shlex.split(hint.partition(": carikm ")[2])
    archive.call(*command).expect(0)
    archive.call("search", "kopi").expect(0)


def test_an_index_of_other_rules_and_another_corpus_is_not_replaced(archive: Desk) -> None:
    _patch(archive, "PRAGMA user_version = 99")
    archive.write({"lain/a.txt": "Padi menguning.\n"})
    archive.call("index", "lain").expect(2).says("holds the index of", "--rebuild")
    archive.call("index", "lain", "--rebuild").expect(0)


def test_stem_says_what_decided(desk: Desk) -> None:
    desk.write({"seeds/a.txt": "Warga datang ke Manahan lagi. " * 12})
    desk.call("index").expect(0)
    out = desk.call("stem", "Manahan", "perbankan", "Pemalang", "perindustrian").expect(0).out.splitlines()
    for line, said in zip(out, ("a name here: 12 times", "by exception: ", "a place", "by Sastrawi"), strict=True):
        assert said in line


def test_articles_without_a_date_that_were_left_out(archive: Desk) -> None:
    run = archive.call("search", "kopi", "--since", "2020").expect(1)
    assert run.out == ""
    run.says("1 chunk of articles without a date was left out; include them: --undated")
    run = archive.call("search", "kopi perahu", "--until", "2020", "--json").expect(1)
    run.says("2 chunks of articles without a date were left out; include them: --undated")
    assert run.document()["left_out"]["undated"] == 2
    run = archive.call("search", "kopi perahu", "--until", "2020", "--undated", "--json").expect(0)
    assert run.err == "" and run.document()["left_out"]["undated"] == 0


def test_a_date_that_is_none(archive: Desk) -> None:
    run = archive.call("search", "kopi", "--since", "28/9/20").expect(2)
    run.says("--since '28/9/20' is no date", "2020, 2020-09 or 2020-09-28")
    archive.call("search", "kopi", "--since", "2021", "--until", "2020").expect(2).says("lies after --until 2020")
