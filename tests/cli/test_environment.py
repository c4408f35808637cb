"""Where carikm runs: no home, no locale, no place for temporary files, wrong clocks, folders not to be written."""

import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from carikm.index.format import connect
from tests.cli.conftest import INVALID_NAME, KOPI
from tests.cli.harness import Desk

READING: list[list[str]] = [
    ["search", "kopi"],
    ["search", "kopi", "--json"],
    ["show", "kopi"],
    ["show", "kopi", "--raw"],
    ["similar", "kopi"],
    ["list"],
    ["status"],
    ["stem", "kopi"],
    ["acronyms"],
]
ASCII = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NOWHERE = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), "/nirgends/ke/mana")


def _states(folder: Path) -> Mapping[Path, tuple[int, int, int]]:
    """Tell what lies in a folder, and when it was last changed."""
    return {
        path: (status.st_ino, status.st_size, status.st_mtime_ns)
        for path in (folder, *folder.rglob("*"))
        for status in [path.lstat()]
    }


@pytest.mark.parametrize("command", READING)
def test_reading_writes_nothing(archive: Desk, command: list[str]) -> None:
    """So the articles, and the index too, may lie where nothing can be written."""
    usual = archive.run(*command)
    folders = [archive.folder / name for name in ("arsip", "index")]
    for folder in folders:
        for path in (*folder.iterdir(), folder):
            path.chmod(0o555 if path.is_dir() else 0o444)  # not for root, whom nothing refuses
    before = _states(archive.folder)
    run = archive.run(*command, env=archive.variables | {"PYTHONDONTWRITEBYTECODE": "1"})
    assert (run.code, run.output) == (usual.code, usual.output), str(run)
    assert _states(archive.folder) == before
    for folder in folders:
        folder.chmod(0o755)


def test_building_writes_nothing_among_the_articles(archive: Desk) -> None:
    before = _states(archive.folder / "arsip")
    archive.call("index", "--rebuild").expect(0)
    assert _states(archive.folder / "arsip") == before


@pytest.mark.parametrize("command", [*READING, ["index", "arsip", "--index", "baru"]])
def test_without_a_home_or_a_place_for_temporary_files(archive: Desk, command: list[str]) -> None:
    usual = archive.run(*command)
    variables = {name: value for name, value in archive.variables.items() if name != "HOME"}
    assert archive.run(*command, env=variables).code == usual.code
    nowhere = archive.run(*command, env=archive.variables | NOWHERE)
    assert (nowhere.code, nowhere.output == usual.output or command[0] == "index") == (usual.code, True), str(nowhere)


def test_a_user_whom_the_system_does_not_know(archive: Desk) -> None:
    program = """
import pwd
def unknown(*_): raise KeyError("getpwuid(): uid not found")
pwd.getpwuid = pwd.getpwnam = unknown
from carikm.__main__ import main
main()
"""
    variables = {name: value for name, value in archive.variables.items() if name not in ("HOME", "USER", "LOGNAME")}
    for command in (["index", "--rebuild"], ["search", "kopi"]):
        archive.run(*command, program=("-c", program), env=variables).expect(0)


def test_a_system_without_a_locale(hostile_desk: Desk) -> None:
    variables = hostile_desk.variables | ASCII
    for command in (["search", "jembatan", "café"], ["list"], ["status"], ["show", "mojibake", "--query", "café"]):
        run = hostile_desk.run(*command, env=variables).expect(0)
        assert run.output.isascii() and "stale" not in run.err
    for command in (["search", "jembatan", "café", "--json"], ["list", "--json"]):
        run = hostile_desk.run(*command, env=variables).expect(0)
        assert run.output.isascii() and run.document() == hostile_desk.run(*command).document()


def test_an_index_is_the_same_whatever_the_locale(desk: Desk) -> None:
    desk.write({"arsip/kafé.txt": KOPI, f"arsip/{INVALID_NAME}": KOPI})
    desk.run("index", "arsip", env=desk.variables | ASCII).expect(0)
    found = desk.run("search", "kopi", "--json").expect(0)
    assert found.err == ""
    assert {hit["article"]["path"] for hit in found.document()["hits"]} == {"arsip/kafé.txt"}
    listed = {article["path"] for article in desk.run("list", "--jsonl").documents()}
    assert listed == {"arsip/kafé.txt", f"arsip/{INVALID_NAME}"}
    assert desk.run("show", "kafé", env=desk.variables | ASCII).expect(0).err == ""


@pytest.mark.parametrize("year", [1910, 2200, 2300, 2440])
def test_articles_of_another_time(desk: Desk, year: int) -> None:
    """A file's time tells one version from the next, and need not be true."""
    desk.write({"arsip/a.txt": KOPI, "arsip/dalam/b.txt": "Sawah dibuka.\n"})
    for path in (*(desk.folder / "arsip").rglob("*.txt"), desk.folder / "arsip" / "dalam"):
        _date(path, year)
    desk.call("index", "arsip").expect(0)
    assert desk.call("search", "kopi").expect(0).err == ""
    again = desk.call("index").expect(0).out
    assert "none changed" in again or "0 new or changed, 2 as before" in again
    desk.write({"arsip/a.txt": "Teh dipetik.\n"})
    _date(desk.folder / "arsip" / "a.txt", year - 1)
    desk.call("index").expect(0)
    assert desk.call("search", "teh").expect(0).err == ""
    desk.call("search", "kopi").expect(1)


def _date(path: Path, year: int) -> None:
    seconds = (year - 1970) * 31_556_952
    try:
        os.utime(path, (seconds, seconds))
    except OSError:
        return  # a disk without such a time


def test_an_index_of_the_future(archive: Desk) -> None:
    """The clock was wrong when it was built, or is now."""
    with closing(connect(archive.folder / "index" / "carikm.db")) as connection:
        connection.execute("UPDATE facts SET value = value + 1000000000000000000 WHERE name = 'built_ns'").fetchall()
    assert archive.call("search", "kopi").expect(0).err == ""
    archive.call("status").expect(0)
    archive.write({"arsip/baru.txt": "Sawah baru dibuka.\n", "arsip/kopi.txt": "Teh dipetik.\n"})
    archive.call("search", "perahu").expect(0).says("2 files differ")
    archive.call("index").expect(0)
    assert archive.call("search", "sawah", "teh").expect(0).err == ""
    archive.call("search", "kopi").expect(1)
