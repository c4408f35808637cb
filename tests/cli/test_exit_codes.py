"""Exit codes: 0 found or done, 1 nothing found, 2 error, 130 interrupted; a closed pipe ends quietly."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.cli.harness import PATIENCE, Desk, Run

COMMANDS: list[list[str]] = [
    ["search", "sentra logam"],
    ["show", "003"],
    ["show", "003", "--raw"],
    ["similar", "003"],
    ["list"],
    ["status"],
    ["stem", "perindustrian"],
    ["acronyms"],
    ["completion", "bash"],
    ["--version"],
    ["--help"],
    ["search", "-h"],
]


@pytest.mark.parametrize("command", COMMANDS)
def test_done(seeds_desk: Desk, command: list[str]) -> None:
    run = seeds_desk.call(*command).expect(0)
    assert run.output and not run.messages


def test_built(desk: Desk) -> None:
    desk.write({"arsip/a.txt": "Padi menguning di sawah.\n"})
    desk.call("index", "arsip").expect(0)
    desk.call("index", "arsip").expect(0)


@pytest.mark.parametrize(
    "command",
    [
        ["search", "zzzz"],
        ["search", "logam", "--offset", "1000"],
        ["search", "logam", "--since", "2030"],
        ["search", "Tegal"],
        ["similar", "003", "--offset", "1000"],
        ["similar", "003", "--since", "2030"],
        ["acronyms", "zzzz"],
    ],
)
def test_nothing_found(seeds_desk: Desk, command: list[str]) -> None:
    run = seeds_desk.call(*command).expect(1)
    assert run.output == b"" and run.messages


@pytest.mark.parametrize(
    "command",
    [
        ["search", "..."],
        ["show", "zzzz"],
        ["list", "--index", "nowhere", "--corpus", "missing"],
        ["index", "missing"],
        ["index", "one", "--corpus", "two"],
        ["status", "--index", "nowhere"],
        ["stem", "..."],
        ["acronyms", "..."],
        ["completion", "csh"],
        ["show", "003", "--raw", "--json"],
        ["search", "logam", "--json", "--jsonl"],
        ["search", "logam", "--nonsense"],
        ["search", "logam", "--limit", "0"],
        ["search", "logam", "--since", "yesterday"],
        ["search", "logam", "--until", "2020-13"],
        ["search", "logam", "--offset", "-1"],
        ["search", "logam", "--color", "perhaps"],
        ["batch", "missing.txt"],
        ["batch", "."],
        ["batch", "missing.txt", "--format", "xml"],
        ["--json", "search", "logam"],
        ["nonsense"],
    ],
)
def test_errors(seeds_desk: Desk, command: list[str]) -> None:
    run = seeds_desk.call(*command).expect(2)
    assert run.output == b"" and run.messages


@pytest.mark.parametrize("command", ["search", "batch", "show", "stem"])
def test_a_command_without_its_argument(seeds_desk: Desk, command: str) -> None:
    seeds_desk.call(command).expect(2).says("Missing argument", f"carikm {command} --help")


def test_no_command_shows_the_help(seeds_desk: Desk) -> None:
    run = seeds_desk.call().expect(2)
    assert "Usage: carikm" in run.out and run.err == ""


def test_huge_numbers(seeds_desk: Desk) -> None:
    seeds_desk.call("search", "logam", "--limit", "9" * 30).expect(0)
    seeds_desk.call("search", "logam", "--offset", "9" * 30).expect(1)


@pytest.mark.parametrize(
    "command",
    [["--", "search", "logam"], ["search", "--", "-logam"], ["search", "--", "--logam"], ["stem", "--", "-logam"]],
)
def test_two_dashes_end_the_options(seeds_desk: Desk, command: list[str]) -> None:
    assert "logam" in seeds_desk.call(*command).expect(0).out


def test_an_article_whose_name_begins_with_a_dash(desk: Desk) -> None:
    desk.write({"arsip/-a1.txt": "Padi menguning.\n", "arsip/-a2.txt": "Padi dipanen.\n"})
    run = desk.call("show", "--corpus", "arsip", "--", "-a").expect(2).says("carikm show -- -a1")
    assert run.output == b""
    assert "menguning" in desk.call("show", "--", "-a1").expect(0).out


def _with_a_closed_pipe(desk: Desk, command: list[str], stream: str = "stdout") -> Run:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return desk.run(*command, **{stream: writer})
    finally:
        os.close(writer)


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["list", "--json"],
        ["list", "--color", "always"],
        ["search", "industri", "--jsonl"],
        ["search", "zzzz", "--json"],
        ["show", "003", "--raw"],
        ["status"],
        ["--help"],
    ],
)
@pytest.mark.parametrize("buffering", ["", "1"])
def test_a_reader_that_is_gone(seeds_desk: Desk, command: list[str], buffering: str) -> None:
    desk = Desk(seeds_desk.folder, seeds_desk.variables | {"PYTHONUNBUFFERED": buffering})
    run = _with_a_closed_pipe(desk, command).expect(0)
    assert run.messages.replace(b"Nothing found for 'zzzz'.\n  zzzz  in no chunk\n", b"") == b""


def test_a_reader_of_messages_that_is_gone_loses_no_hits(archive: Desk) -> None:
    archive.write({"arsip/baru.txt": "Sawah baru.\n"})
    run = _with_a_closed_pipe(archive, ["search", "kopi"], "stderr").expect(0)
    assert "arsip/kopi.txt" in run.out


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_an_error_that_nobody_reads_is_still_an_error(seeds_desk: Desk, options: list[str]) -> None:
    _with_a_closed_pipe(seeds_desk, ["show", "zzzz", *options], "stderr").expect(2)


def test_a_reader_that_leaves_early(desk: Desk) -> None:
    desk.write({"arsip/panjang.txt": "Padi menguning di sawah yang luas sekali.\n" * 20_000})
    desk.call("index", "arsip").expect(0)
    for options in ([], ["--jsonl"], ["--raw"]):
        with desk.start("show", "panjang", *options) as process:
            assert process.stdout is not None and process.stderr is not None
            assert process.stdout.readline()
            process.stdout.close()
            assert (process.wait(PATIENCE), process.stderr.read()) == (0, b"")


@pytest.mark.parametrize("closed", [(1, 2), (0, 1, 2), (0, 2)])
@pytest.mark.parametrize("command", [["list"], ["show", "003", "--raw"], ["search", "logam", "--json"], ["--version"]])
def test_started_with_closed_streams(seeds_desk: Desk, command: list[str], closed: tuple[int, ...]) -> None:
    streams = dict.fromkeys(("stdin", "stdout", "stderr"))
    assert seeds_desk.run(*command, preexec_fn=lambda: _close(closed), **streams).code == 0


def _close(descriptors: tuple[int, ...]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


@pytest.mark.parametrize("options", [[], ["--json"], ["--jsonl"]])
@pytest.mark.parametrize("error", [ValueError("2 \x1b[31m tiga"), RecursionError(), AssertionError("mustahil")])
def test_a_fault_of_our_own_is_an_error(archive: Desk, options: list[str], error: Exception) -> None:
    with mock.patch("carikm.search.hits._hit", side_effect=error):
        run = archive.call("search", "kopi", *options)
    assert (run.code, run.output) == (2, b""), str(run)
    run.says("Traceback", type(error).__name__, "This is a fault of carikm itself. Please report it").says(
        "in find_hits"
    )
    assert "\x1b" not in run.err


def test_an_interrupt_that_came_wrapped_is_one(archive: Desk) -> None:
    """Python before 3.12 makes a RuntimeError of what is raised while the attributes of a new class are named."""
    error = RuntimeError("Error calling __set_name__ on 'cached_property' instance")
    error.__cause__ = KeyboardInterrupt()
    with mock.patch("carikm.search.hits._hit", side_effect=error):
        run = archive.call("search", "kopi")
    assert (run.code, run.err) == (130, "Interrupted.\n"), str(run)


def test_a_pipe_that_nobody_waits_for_loses_nothing(desk: Desk) -> None:
    """As programs that read several children at once make theirs."""
    desk.write({"arsip/panjang.txt": "Padi menguning di sawah yang luas sekali.\n" * 5_000})
    desk.call("index", "arsip").expect(0)
    expected = desk.call("show", "panjang", "--raw").expect(0).output
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with os.fdopen(reading, "rb") as pipe, desk.start("show", "panjang", "--raw", stdout=writing) as process:
        os.close(writing)
        time.sleep(0.3)  # the pipe is full by now
        assert pipe.read() == expected
        assert process.wait(PATIENCE) == 0


def test_a_profiler_is_told_of_the_end(archive: Desk) -> None:
    run = archive.run("--version", program=("-m", "cProfile", "-m", "carikm"))
    assert run.code == 0 and b"function calls" in run.output


def test_no_file_takes_the_place_of_a_closed_stream(archive: Desk) -> None:
    """Whatever writes to a standard stream must not write into an index or an article."""
    program = """
import atexit, os
from carikm.__main__ import main
void = os.stat(os.devnull).st_rdev
atexit.register(lambda: open("told", "w").write(str([os.fstat(n).st_rdev == void for n in range(3)])))
main()
"""
    streams: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"))
    run = archive.run("--version", program=("-c", program), preexec_fn=lambda: _close((0, 1, 2)), **streams)
    assert run.code == 0 and (archive.folder / "told").read_text() == "[True, True, True]"
    archive.run("batch", "-", preexec_fn=lambda: _close((0,)), stdin=None).expect(2).says("Standard input is closed")


@pytest.mark.parametrize(
    "command",
    [["list"], ["show", "003", "--raw"], ["search", "logam", "--color", "always"], ["search", "logam", "--json"]],
)
def test_an_output_that_takes_no_more(seeds_desk: Desk, command: list[str]) -> None:
    """As on a full disk: the system refuses to let the file grow."""

    def allow_no_bytes() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    with (seeds_desk.folder / "keluaran").open("wb") as full:
        run = seeds_desk.run(*command, stdout=full, preexec_fn=allow_no_bytes)
    if "--json" in command:
        assert run.error()["code"] == "error"
    else:
        assert run.expect(2).says("Standard output takes no more: File too large").err.count("\n") == 2


def test_a_file_of_answers_that_takes_no_more_is_named(seeds_desk: Desk) -> None:
    """It is not there afterwards, and standard output is not to blame."""
    seeds_desk.write({"kueri.txt": "sentra logam\n"})

    def allow_no_bytes() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    run = seeds_desk.run("batch", "kueri.txt", "-o", "jawaban.jsonl", preexec_fn=allow_no_bytes).expect(2)
    run.says("jawaban.jsonl cannot be written: file too large.", "--output FILE")
    assert not list(seeds_desk.folder.glob("*jawaban*"))


def _many_words(desk: Desk) -> None:
    """Write a corpus that takes long to stem."""
    chance = random.Random(7)
    words = ["me" + "".join(chance.choices("abdegiklmnoprstu", k=9)) + "kan" for _ in range(120_000)]
    size = 1_000
    desk.write({f"arsip/{n:03}.txt": " ".join(words[n * size : (n + 1) * size]) for n in range(len(words) // size)})


def _writing(desk: Desk, **options: Any) -> "subprocess.Popen[bytes]":
    """Start indexing, and wait until the new index is being written."""
    # Whoever runs the tests in the background may have told children to ignore interrupts.
    options["preexec_fn"] = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    process = desk.start("index", "arsip", **options)
    deadline = time.monotonic() + PATIENCE
    while not (desk.folder / "index" / "carikm.db.new").exists():
        assert process.poll() is None and time.monotonic() < deadline, "it ended before it began to write"
        time.sleep(0.01)
    return process


@pytest.mark.parametrize("to_group", [False, True], ids=["to the process", "to all, as a terminal does"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_the_old_index(archive: Desk, number: int, to_group: bool) -> None:
    index = archive.folder / "index"
    before = (index / "carikm.db").read_bytes()
    _many_words(archive)
    with _writing(archive, start_new_session=True) as process:
        (os.killpg if to_group else os.kill)(process.pid, number)
        # Until the last process that holds the streams has ended.
        out, err = process.communicate(timeout=PATIENCE)
    run = Run(("index", "arsip"), archive.folder, process.returncode, out, err)
    run.expect(130).says(f"Interrupted. The index in {index} is as it was before. Go on: carikm index arsip\n")
    assert run.output == b"" and run.err.count("\n") == 1
    assert (index / "carikm.db").read_bytes() == before
    assert sorted(path.name for path in index.iterdir()) == [".lock", "carikm.db", "stems.cache"]
    with pytest.raises(ProcessLookupError):  # nobody is left in its group
        os.killpg(process.pid, 0)
    assert "kopi.txt" in archive.call("search", "kopi").expect(0).out


def test_an_interrupt_before_there_is_an_index(desk: Desk) -> None:
    _many_words(desk)
    with _writing(desk) as process:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    index = desk.folder / "index"
    assert err.decode() == f"Interrupted. There is still no index in {index}. Go on: carikm index arsip\n"
    assert process.returncode == 130 and sorted(path.name for path in index.iterdir()) == [".lock"]


def test_an_index_that_was_killed_can_be_built_again(archive: Desk) -> None:
    index = archive.folder / "index"
    before = (index / "carikm.db").read_bytes()
    _many_words(archive)
    with _writing(archive) as process:
        process.kill()
        process.communicate(timeout=PATIENCE)
    assert (index / "carikm.db").read_bytes() == before
    for path in (archive.folder / "arsip").glob("[0-9]*.txt"):
        path.unlink()
    archive.write({"arsip/baru.txt": "Sawah baru dibuka.\n"})
    archive.call("index", "arsip").expect(0)
    assert not (index / "carikm.db.new").exists()
    archive.call("search", "sawah").expect(0)


def test_the_command_and_the_module_are_the_same(seeds_desk: Desk) -> None:
    command = Path(sys.executable).with_name("carikm")
    run = subprocess.run(
        [command, "list"], env=seeds_desk.variables, cwd=seeds_desk.folder, capture_output=True, check=True
    )
    assert run.stdout == seeds_desk.run("list").expect(0).output


def test_an_interrupt_during_the_start_shows_no_traceback(archive: Desk) -> None:
    """Whenever it comes, once our own code runs."""
    for hundredth in range(3, 12):
        process = archive.start("search", "kopi", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        with process:
            time.sleep(hundredth / 100)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=PATIENCE)
        assert b"carikm/cli" not in err and b"carikm/api" not in err, err
