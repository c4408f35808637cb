"""An interrupt at any moment, from the first that is ours to the last: no traceback, no false claim."""

import shutil
import signal

import pytest

from carikm.cli import index
from carikm.index import build, index_file
from carikm.index.format import INDEX_FILE
from carikm.index.updating import update
from tests.cli.conftest import KOPI
from tests.cli.harness import Desk, Run

# Counts calls and returns, from when interrupts are taken over until the process ends, and sends itself a signal at
# some of them; tells how many there were when the command was done. Not while Python lets go of an import's lock: it
# waits for itself for ever if an exception comes in between.
_DRIVER = """
import atexit, os, signal, sys
from carikm.__main__ import main

number, moments = int(sys.argv[1]), {int(moment) for moment in sys.argv[2].split(",")}
del sys.argv[1:3]
count, is_due = 0, False

def watch(frame, event, what):
    global count, is_due
    if count == 0 and not (event == "c_return" and what.__name__ == "signal"):
        return
    count += 1
    is_due = is_due or count in moments
    if is_due and frame.f_code.co_filename != "<frozen importlib._bootstrap>":
        is_due = False
        try:
            signal.raise_signal(number)
        finally:
            sys.setprofile(watch)

if -1 in moments:
    atexit.register(lambda: os.write(2, str(count).encode()))
sys.setprofile(watch)
main()
"""
_SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
_WANTED = pytest.mark.parametrize("wanted", [5, pytest.param(40, marks=pytest.mark.slow)])
_ENDED = (0, 130, -signal.SIGINT, -signal.SIGTERM)


def _moments(total: int, wanted: int) -> list[int]:
    """Spread moments over a run and its two ends."""
    start, end = [1, 2, 10, 50], [0, 10, 50, 200, 1000]
    few = 1 + wanted // 8
    return [*start[:few], *(total * n // wanted for n in range(1, wanted)), *(total + n for n in end[:few])]


def _run(desk: Desk, number: int, *moments: int, command: list[str]) -> Run:
    program = ("-c", _DRIVER, str(int(number)), ",".join(map(str, moments)))
    # With the same hashes, each run makes the same calls.
    run = desk.run(*command, program=program, env=desk.variables | {"PYTHONHASHSEED": "0"})
    assert not any(word in run.messages for word in (b"Traceback", b"KeyboardInterrupt", b"Exception")), str(run)
    assert run.code in _ENDED, str(run)
    return run


def _calls(desk: Desk, command: list[str]) -> tuple[int, bytes]:
    """Count the calls of a whole run, and give its output."""
    run = _run(desk, signal.SIGINT, -1, command=command).expect(0)
    return int(run.err.split()[-1]), run.output


@_WANTED
@_SIGNALS
def test_a_search(seeds_desk: Desk, number: int, wanted: int) -> None:
    command = ["search", "sentra logam", "--json"]
    total, whole = _calls(seeds_desk, command)
    codes = set()
    for moment in _moments(total, wanted):
        run = _run(seeds_desk, number, moment, command=command)
        codes.add(run.code)
        assert run.output in (b"", whole) and (run.output or run.code), str(run)
    assert 130 in codes and codes & {0, -number}


@_WANTED
@_SIGNALS
def test_an_update(archive: Desk, number: int, wanted: int) -> None:
    (archive.folder / "index").rename(archive.folder / "first")
    command = ["index", "arsip"]

    def begin() -> None:
        shutil.rmtree(archive.folder / "index", ignore_errors=True)
        shutil.copytree(archive.folder / "first", archive.folder / "index")

    archive.write({"arsip/baru.txt": "Teh hijau."})  # a longer one would be left to a whole build
    begin()
    total, _ = _calls(archive, command)
    for moment in _moments(total, wanted):
        begin()
        run = _run(archive, number, moment, command=command)
        listed = len(archive.call("list", "--jsonl").expect(0).documents())
        assert listed in (2, 3), str(run)
        if run.code == 0 or "is whole" in run.err:
            assert listed == 3, str(run)
        if "as it was before" in run.err:
            assert listed == 2, str(run)
        archive.call(*command).expect(0)
        assert len(archive.call("list", "--jsonl").documents()) == 3


@_WANTED
@_SIGNALS
def test_a_whole_build(archive: Desk, number: int, wanted: int) -> None:
    command = ["index", "arsip", "--index", "baru"]
    total, _ = _calls(archive, command)
    for moment in _moments(total, wanted):
        shutil.rmtree(archive.folder / "baru", ignore_errors=True)
        run = _run(archive, number, moment, command=command)
        is_there = (archive.folder / "baru" / "carikm.db").exists()
        if run.code == 0 or "is whole" in run.err:
            assert is_there, str(run)
        if "There is still no index" in run.err:
            assert not is_there, str(run)
        if is_there:
            assert len(archive.call("list", "--jsonl", "--index", "baru").documents()) == 2


def test_another_interrupt_while_the_first_is_answered(seeds_desk: Desk) -> None:
    command = ["search", "sentra logam"]
    total, _ = _calls(seeds_desk, command)
    for gap in (1, 5, 20, 40):
        moments = [total // 2 + gap * n for n in range(4)]
        assert _run(seeds_desk, signal.SIGINT, *moments, command=command).code in (130, -signal.SIGINT)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no update be left to a whole build because articles are longer than those before."""
    monkeypatch.setattr(update, "BOUNDS_SLACK", 1_000_000)


@pytest.mark.usefixtures("in_place")
def test_an_update_too_large_for_memory_that_is_taken_back(archive: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What did not fit was in the file already, so that its time tells nothing."""
    file = archive.folder / "index" / INDEX_FILE
    whole, before = file.read_bytes(), file.stat().st_mtime_ns
    words = " ".join(f"kata{number:05}x" for number in range(4_000))
    archive.write({"arsip/panjang.txt": f"Kata Yang Panjang Sekali\n\n{words}\n"})
    monkeypatch.setattr(index_file, "_WRITTEN_AT_ONCE", 8)
    monkeypatch.setattr(index_file.IndexFile, "commit", _interrupt)
    run = archive.call("index", "arsip").expect(130)
    assert file.stat().st_mtime_ns != before
    assert file.read_bytes() == whole
    run.says("is as it was before. Go on: carikm index arsip\n")


@pytest.mark.usefixtures("in_place")
def test_an_update_that_was_done_is_said_to_be(archive: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.write({"arsip/teh.txt": KOPI.replace("kopi", "teh")})
    monkeypatch.setattr(build, "_written", _interrupt)
    archive.call("index", "arsip").expect(130).says("Interrupted, but the new index in")
    assert len(archive.call("list", "--jsonl").documents()) == 3


@pytest.mark.parametrize(
    "typed",
    [
        ["arsip", "--rebuild", "--jobs", "1"],
        ["arsip/kopi.txt", "--corpus", "arsip", "--index", "index"],
        ["--corpus", "arsip"],
    ],
)
def test_the_command_to_go_on_with_is_the_one_that_was_typed(
    archive: Desk, monkeypatch: pytest.MonkeyPatch, typed: list[str]
) -> None:
    monkeypatch.setattr(index, "build_index", lambda *_, **__: _interrupt())
    again = archive.call("index", *typed).expect(130).err.split("Go on: carikm index ")[1]
    assert sorted(again.split()) == sorted(typed) or again.split() == ["arsip"]
