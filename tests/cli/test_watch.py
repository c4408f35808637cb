"""An index that is kept fresh: whatever happens in the folder, it ends as a new index would."""

import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import pytest
import watchfiles

from carikm.cli import watch
from carikm.cli.events import Burst, articles_among, is_on_network
from tests.cli.conftest import INVALID_NAME, KOPI, PERAHU
from tests.cli.harness import PATIENCE, Desk, validate

ADDED, MODIFIED, DELETED = (int(change) for change in watchfiles.Change)


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_burst_is_due_when_it_is_quiet(clock: Clock) -> None:
    burst = Burst(1.0, 10.0, clock)
    assert not burst.is_due()
    burst.add(["a.txt"])
    clock.now += 0.9
    burst.add(["b.txt"])
    clock.now += 0.9
    burst.add([])
    assert not burst.is_due()
    clock.now += 0.2
    assert burst.is_due() and burst.paths == {"a.txt", "b.txt"} and not burst.is_whole
    burst.clear()
    assert not burst.is_due() and not burst.paths


def test_a_burst_without_end_is_due_all_the_same(clock: Clock) -> None:
    burst = Burst(1.0, 10.0, clock)
    began = clock.now
    while not burst.is_due():
        burst.add(["a.txt"])
        clock.now += 0.5
    assert clock.now - began == 10.0


def test_what_failed_is_due_later_or_with_the_next_change(clock: Clock) -> None:
    burst = Burst(1.0, 10.0, clock)
    burst.add((), is_whole=True)
    burst.postpone(30)
    clock.now += 29
    assert not burst.is_due()
    clock.now += 2
    assert burst.is_due()
    burst.postpone(30)
    burst.add(["a.txt"])
    clock.now += 1
    assert burst.is_due() and burst.is_whole


def test_only_articles_and_folders_concern_an_index(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "tautan.txt").symlink_to("a.txt")

    def among(*happened: tuple[int, str]) -> tuple[set[str], bool]:
        return articles_among(tmp_path, [(change, str(tmp_path / name)) for change, name in happened], ["lama", ""])

    assert among((ADDED, "a.txt"), (MODIFIED, "sub/B.TXT"), (DELETED, "c.txt")) == (
        {"a.txt", "sub/B.TXT", "c.txt"},
        False,
    )
    noise = [".a.txt.swp", "a.txt~", ".#a.txt", "4913", "index/carikm.db.new", "index/.lock", "a.md"]
    assert among(*((change, name) for name in noise for change in (ADDED, MODIFIED, DELETED))) == (set(), False)
    assert among((ADDED, "sub")) == (set(), True)
    assert among((MODIFIED, "sub")) == (set(), False)
    assert among((DELETED, "lama")) == (set(), True)
    assert among((MODIFIED, "tautan.txt")) == (set(), True)
    assert articles_among(tmp_path, [(ADDED, f"{tmp_path}-lain/a.txt")], []) == (set(), False)


def test_network_folders_are_known_by_their_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    root = os.path.realpath(tmp_path)
    mounts.write_text(
        f"/dev/sda / ext4 rw 0 0\nserver:/x {root}/a\\040b nfs4 rw 0 0\n/dev/sdb {root}/a\\040b/c xfs rw 0 0\n"
    )
    for name, expected in (("a b", True), ("a b/d", True), ("a b/c", False), ("a bc", False), (".", False)):
        assert is_on_network(tmp_path / name, mounts) is expected
    assert is_on_network(tmp_path, tmp_path / "none") is False


class Watched:
    """A running `carikm watch`, and what it tells."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self._pending = b""

    def _lines(self, stream: Any) -> Iterator[bytes]:
        deadline = time.monotonic() + PATIENCE
        while True:
            line, end, rest = self._pending.partition(b"\n")
            if end:
                self._pending = rest
                yield line
                continue
            assert select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0], "it says nothing"
            read = os.read(stream.fileno(), 65536)
            assert read, f"it has ended: {self.process.stderr.read()!r}"  # type: ignore[union-attr]
            self._pending += read

    def update(self, is_it: Callable[[Any], bool] = lambda _: True) -> Any:
        """Give the document of the next update that is so."""
        for line in self._lines(self.process.stdout):
            document = json.loads(line)
            validate(document)
            if is_it(document):
                return document
        raise AssertionError

    def says(self, text: str) -> None:
        """Wait until a message says so."""
        for line in self._lines(self.process.stderr):
            if text.encode() in line:
                return


@pytest.fixture
def watching(desk: Desk) -> Iterator[Callable[..., Watched]]:
    """Start to watch `arsip/`, with two articles in it."""
    processes: list[subprocess.Popen[bytes]] = []
    desk.write({"arsip/kopi.txt": KOPI, "arsip/perahu.txt": PERAHU})

    def start(*options: str, tells: str = "stdout") -> Watched:
        streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        streams |= {stream: subprocess.DEVNULL for stream in ("stdout", "stderr") if stream != tells}
        streams["preexec_fn"] = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
        jsonl = ["--jsonl"] if tells == "stdout" else []
        process = desk.start("watch", "arsip", "--debounce", "0.2", *jsonl, *options, **streams)
        processes.append(process)
        return Watched(process)

    yield start
    for process in processes:
        with process:
            process.kill()


@pytest.mark.parametrize("options", [[], ["--poll", "0.2"], ["--index", "arsip/indeks"]])
def test_articles_that_come_change_move_and_go(
    desk: Desk, watching: Callable[..., Watched], options: list[str]
) -> None:
    watched = watching(*options)
    first = watched.update()
    assert first["articles"] == 2
    desk.write({"arsip/baru.txt": "Sawah baru dibuka di lereng.\n"})
    second = watched.update(lambda done: done["articles"] == 3)
    assert second["updated"] and second["corpus"] == first["corpus"] == str(desk.folder.resolve() / "arsip")
    desk.write({"arsip/.baru.txt.tmp": "Sawah lama ditutup untuk sementara.\n"})
    (desk.folder / "arsip" / ".baru.txt.tmp").replace(desk.folder / "arsip" / "baru.txt")
    index = options[1] if "--index" in options else "index"
    _until(lambda: "lama" in desk.call("show", "baru", "--index", index).out)
    desk.write({"samping/dalam/satu.txt": "Pasar pagi ramai.\n", "samping/dua.txt": "Pasar malam sepi.\n"})
    (desk.folder / "samping").rename(desk.folder / "arsip" / "pasar")
    watched.update(lambda done: done["articles"] == 5)
    (desk.folder / "arsip" / "perahu.txt").unlink()
    watched.update(lambda done: done["articles"] == 4)
    shutil.rmtree(desk.folder / "arsip" / "pasar")
    watched.update(lambda done: done["articles"] == 2)
    kept = desk.call("list", "--jsonl", "--index", index).documents()
    desk.call("index", "arsip", "--index", "anew").expect(0)
    assert kept == desk.call("list", "--jsonl", "--index", "anew").documents()


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.02)


def test_only_the_articles_that_changed_are_looked_at(desk: Desk, watching: Callable[..., Watched]) -> None:
    """The time an index was built is that of its last scan."""

    def scanned() -> str:
        (found,) = desk.call("status", "--json").documents()
        return str(found["built"])

    watched = watching(tells="stderr")
    watched.says("Watching arsip, 2 articles")
    before = scanned()
    desk.write({"arsip/baru.txt": "Sawah baru dibuka di lereng.\n"})
    watched.says("1 new or changed, 0 gone: 3 articles")
    (desk.folder / "arsip" / "baru.txt").unlink()
    watched.says("0 new or changed, 1 gone: 2 articles")
    assert scanned() == before
    desk.write({"samping/satu.txt": "Pasar pagi ramai.\n"})
    (desk.folder / "samping").rename(desk.folder / "arsip" / "pasar")
    watched.says("3 articles")
    (desk.folder / "arsip" / "pasar").rename(desk.folder / "arsip" / "toko")
    watched.says("1 new or changed, 1 gone: 3 articles")
    assert scanned() > before


def test_what_an_update_by_name_cannot_do_a_scan_does(archive: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def tell(corpus: Path, *_: object) -> Iterator[set[Any]]:
        yield set()
        archive.write({"arsip/baru.txt": "Sawah baru dibuka di lereng.\n"})
        yield {(ADDED, str(corpus / "datang-dan-pergi.txt"))}
        for _ in range(20):
            time.sleep(0.01)
            yield set()
        raise KeyboardInterrupt

    monkeypatch.setattr(watch, "changes", tell)
    run = archive.call("watch", "arsip", "--debounce", "0.01").expect(0).says("1 new or changed")
    assert "no such article" not in run.err
    assert len(archive.call("list", "--jsonl").documents()) == 3


def _once(*_: object) -> Iterator[set[Any]]:
    """Tell of no change, and be interrupted."""
    yield set()
    raise KeyboardInterrupt


@pytest.mark.parametrize(("options", "seconds"), [([], 1.0), (["--debounce", "3"], 3.0), (["--debounce", "0.2"], 0.2)])
def test_an_update_waits_until_it_is_quiet_for_so_long(
    archive: Desk, monkeypatch: pytest.MonkeyPatch, options: list[str], seconds: float
) -> None:
    waited = []

    def burst(quiet: float, longest: float) -> Burst:
        waited.append((quiet, longest))
        return Burst(quiet, longest)

    monkeypatch.setattr(watch, "changes", _once)
    monkeypatch.setattr(watch, "Burst", burst)
    archive.call("watch", "arsip", *options).expect(0)
    assert waited == [(seconds, 10 * seconds)]


@pytest.mark.parametrize("is_quiet", [True, False])
def test_it_tells_of_nothing_if_told_to_be_quiet(
    archive: Desk, monkeypatch: pytest.MonkeyPatch, is_quiet: bool
) -> None:
    monkeypatch.setattr(watch, "changes", _once)
    run = archive.call("watch", "arsip", *(["--quiet"] if is_quiet else [])).expect(0)
    assert ("Watching arsip, 2 articles." in run.err) is not is_quiet
    assert bool(run.err) is not is_quiet


def test_a_name_that_is_no_utf8_is_seen_too(desk: Desk, watching: Callable[..., Watched]) -> None:
    watched = watching()
    watched.update()
    desk.write({f"arsip/{INVALID_NAME}": "Sawah baru dibuka di lereng.\n"})
    assert watched.update(lambda done: done["articles"] == 3)["updated"]


def test_many_articles_at_once_are_few_updates(desk: Desk, watching: Callable[..., Watched]) -> None:
    watched = watching()
    watched.update()
    desk.write({f"arsip/{number}.txt": f"Panen ke {number} di sawah.\n" for number in range(300)})
    counts: list[int] = []
    watched.update(lambda done: counts.append(done["articles"]) or done["articles"] == 302)  # type: ignore[func-returns-value]
    assert len(counts) < 30


def test_corrections_are_taken_over(desk: Desk, watching: Callable[..., Watched]) -> None:
    watched = watching(tells="stderr")
    watched.says("Watching arsip, 2 articles")
    desk.write({"carikm.toml": 'never_stem = ["pencatatan"]\n'})
    watched.says("0 new or changed, 0 gone: 2 articles")
    assert desk.call("stem", "pencatatan", "--json").document()["words"][0]["stem"] == "pencatatan"
    desk.write({"carikm.toml": "never_stem =\n"})
    watched.says("carikm.toml: no TOML")
    desk.write({"carikm.toml": ""})
    watched.says("2 articles")


def test_a_folder_that_goes_and_comes_back(desk: Desk, watching: Callable[..., Watched]) -> None:
    watched = watching(tells="stderr")
    watched.says("Watching arsip")
    (desk.folder / "arsip").rename(desk.folder / "pergi")
    watched.says("arsip is gone")
    assert desk.call("search", "kopi").expect(0)
    desk.write({"pergi/baru.txt": "Sawah baru dibuka di lereng.\n"})
    (desk.folder / "pergi").rename(desk.folder / "arsip")
    watched.says("arsip is back")
    watched.says("1 new or changed, 0 gone: 3 articles")
    desk.write({"arsip/lagi.txt": "Sawah lagi dibuka di lereng.\n"})
    watched.says("4 articles")


def test_an_error_is_told_and_survived(desk: Desk, watching: Callable[..., Watched]) -> None:
    watched = watching("--quiet", tells="stderr")
    _until((desk.folder / "index" / "carikm.db").exists)
    for path in (desk.folder / "arsip").iterdir():
        path.unlink()
    watched.says("There is no article in arsip")
    assert desk.call("search", "kopi").expect(0)
    desk.write({"arsip/baru.txt": "Sawah baru dibuka di lereng.\n"})
    _until(lambda: desk.call("search", "sawah").code == 0)


def test_an_index_that_another_writes_is_waited_for(desk: Desk, watching: Callable[..., Watched]) -> None:
    watched = watching(tells="stderr")
    watched.says("Watching arsip")
    with filelock.FileLock(desk.folder / "index" / ".lock"):
        desk.write({"arsip/baru.txt": "Sawah baru dibuka di lereng.\n"})
        watched.says("Another carikm is writing")
    watched.says("3 articles")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly(desk: Desk, watching: Callable[..., Watched], number: int) -> None:
    watched = watching(tells="stderr")
    watched.says("Watching arsip, 2 articles.")
    watched.process.send_signal(number)
    assert watched.process.wait(PATIENCE) == 0
    assert watched.process.stderr is not None and b"nterrupt" not in watched.process.stderr.read()
    assert not list((desk.folder / "index").glob("*.new"))


def test_an_interrupted_update_is_told(archive: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    build, begun = watch.build_index, []

    def interrupted(*arguments: Any, **options: Any) -> Any:
        begun.append(arguments)
        if len(begun) > 1:
            raise KeyboardInterrupt
        return build(*arguments, **options)

    monkeypatch.setattr(watch, "build_index", interrupted)
    run = archive.call("watch", "arsip", "--debounce", "0.01").expect(130)
    run.says(f"Interrupted. The index in {archive.folder / 'index'} is as it was before.")


def test_where_the_system_refuses_the_files_are_looked_at(archive: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("OS file watch limit reached")

    def see(corpus: Path, *_: object) -> Iterator[set[Any]]:
        assert corpus == archive.folder / "arsip"
        yield set()
        raise KeyboardInterrupt

    monkeypatch.setattr(watchfiles, "watch", refuse)
    monkeypatch.setattr(watch, "changes_seen", see)
    run = archive.call("watch", "arsip", "--debounce", "0.01").expect(0).says("watch limit reached", "every 10 s")
    assert run.output == b""


def test_what_is_wrong_at_the_start_ends_it(archive: Desk) -> None:
    archive.call("watch", "tiada").expect(2).says("does not exist")
    archive.call("watch", "arsip", "--corpus", "arsip").expect(2).says("named twice")
    for option in ("--debounce", "--poll"):
        for seconds in ("0", "-1", "nan", "inf"):
            archive.call("watch", "arsip", option, seconds).expect(2).says("is above 0", f"{option} 2")
