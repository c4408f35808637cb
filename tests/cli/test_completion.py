"""Completion: what is offered, and that completing a hostile name in a real shell runs nothing."""

import os
import pty
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.cli.app import COMMANDS
from carikm.cli.completion import MOST_CANDIDATES, answer
from tests.cli.harness import PATIENCE, Desk
from tests.cli.test_help import GROUP

KOPI = "Panen Kopi di Lereng Sumbing\n\nTemanggung – Petani memetik kopi merah.\n"
# First letters tell them apart. What is active in a shell leaves a file behind if a shell acts on it.
TITLE = "$(touch jejak) `touch jejak` ; touch jejak ; %F{red}%(?.a.b) \x1b[31m judul"
HOSTILE = [
    "a$(touch jejak)",
    "b`touch jejak`",
    "c;touch jejak;",
    "d'e\"f g",
    "h!!i",
    "j*?[k]{l,m}",
    "n\\o\\$p",
    "q&r|s>jejak<t",
    "u:v=w@x",
    "~y",
    "=ls",
    "#z",
    "1 2  3",
    "4%5^6(7)",
    "8é–ñ",
]
UNOFFERED = ["B\nC", "D\x1b[31mE", "F\tG", "H\x9b\u202eI", "-J"]
SHELLS = [name for name in ("bash", "zsh", "fish") if shutil.which(name)]


@pytest.fixture(scope="module")
def odd_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Articles whose names shells would act on, and a `carikm` that completes, else notes what it was given."""
    desk = Desk(tmp_path_factory.mktemp("nama aneh"))
    desk.write({f"arsip/{name}.txt": f"{TITLE}\n\n{KOPI}" for name in [*HOSTILE, *UNOFFERED]})
    complete = f'[ "$1" = completion ] && exec "{sys.executable}" -m carikm "$@"'
    desk.write({"bin/carikm": f"#!/bin/sh\n{complete}\nprintf '%s\\n' \"$@\" > diberikan\n"})
    (desk.folder / "bin" / "carikm").chmod(0o755)
    desk.call("index", "arsip").expect(0)
    return desk


def _offered(desk: Desk, *typed: str) -> tuple[str, list[str]]:
    """Ask as zsh does: the kind of the answer, and the words without their descriptions."""
    run = desk.call("completion", "zsh", "--", *typed).expect(0)
    assert run.err == ""
    kind, *lines = run.out.splitlines()
    return kind, [line.partition("\t")[0] for line in lines]


def test_commands_and_options(archive: Desk) -> None:
    assert _offered(archive, "") == ("words", list(COMMANDS))
    assert _offered(archive, "se") == ("words", ["search"])
    assert _offered(archive, "--vers") == ("words", ["--version"])
    assert _offered(archive, "similar", "--un") == ("words", ["--until", "--undated"])
    assert set(_offered(archive, "search", "-")[1]) >= {"-n", "--limit", "--article", "--help"}
    assert "search\tFind the paragraphs that matter.\n" in archive.call("completion", "fish", "--", "sea").out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_offered(archive: Desk, command: str) -> None:
    options = {name for option in GROUP.get_command(None, command).params for name in option.opts}
    assert {name for name in options if name.startswith("--")} <= set(_offered(archive, command, "--")[1])


@pytest.mark.parametrize("before", [["show"], ["similar"], ["search", "kopi", "--article"], ["show", "--query", "a"]])
def test_ids(archive: Desk, before: list[str]) -> None:
    assert _offered(archive, *before, "") == ("words", ["kopi", "perahu"])
    assert _offered(archive, *before, "pe") == ("words", ["perahu"])
    assert _offered(archive, *before, "zzz") == ("words", [])


def test_ids_have_their_titles(archive: Desk) -> None:
    shown = archive.call("completion", "zsh", "--", "show", "kop").out
    assert shown == "words\nkopi\tPanen Kopi di Lereng Sumbing Naik Tahun Ini\n"


def test_values(archive: Desk) -> None:
    assert _offered(archive, "search", "--color", "a") == ("words", ["auto", "always"])
    assert _offered(archive, "search", "--color=ne") == ("words", ["--color=never"])
    assert _offered(archive, "search", "--article=k") == ("words", ["--article=kopi"])
    assert _offered(archive, "completion", "") == ("words", ["bash", "zsh", "fish"])
    assert _offered(archive, "index", "ar") == ("files", [])
    for before in (["list", "--index"], ["list", "--corpus"]):
        assert _offered(archive, *before, "ar") == ("folders", [])
    assert _offered(archive, "list", "--index=ar") == ("folders", [])
    for free in (["search", ""], ["search", "--limit", ""], ["stem", "a"], ["show", "kopi", ""], ["zzz", ""]):
        assert _offered(archive, *free) == ("nothing", [])


def test_the_index_named_is_the_one_asked(archive: Desk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "lain"
    elsewhere.mkdir()
    home = {"HOME": str(tmp_path)}
    for index in ("../index", "~/index", str(tmp_path / "index")):
        run = archive.call("completion", "zsh", "--", "show", "--index", index, "ko", folder=elsewhere, **home)
        assert run.expect(0).out.startswith("words\nkopi\t"), index


def test_nothing_is_built_or_said_where_there_is_no_index(desk: Desk) -> None:
    desk.write({"seeds/a.txt": KOPI, "rusak/carikm.db": "bukan indeks"})
    for typed in (["show", ""], ["show", "--index", "rusak", ""], ["show", "--index", "a\0b", ""], ["show", "a\0"]):
        for shell in ("zsh", "fish"):
            run = desk.call("completion", shell, "--", *typed).expect(0)
            assert (run.out, run.err) == ("nothing\n", "")
    run = desk.call("completion", "bash", "--", "carikm show ", "").expect(0)
    assert (run.out, run.err) == ("nothing\n", "")
    assert sorted(path.name for path in desk.folder.rglob("*")) == ["a.txt", "carikm.db", "rusak", "seeds"]


def test_many_ids_are_cut_and_share_what_all_share(desk: Desk) -> None:
    names = [f"berita-{number:03}" for number in range(3 * MOST_CANDIDATES)]
    desk.write({f"arsip/{name}.txt": KOPI for name in names})
    desk.call("index", "arsip").expect(0)
    offered = _offered(desk, "show", "ber")[1]
    assert len(offered) == MOST_CANDIDATES and offered == [*names[: MOST_CANDIDATES - 1], names[-1]]
    assert _offered(desk, "show", "berita-14")[1] == names[140:150]


def test_what_could_act_on_a_terminal_is_not_offered(odd_desk: Desk) -> None:
    assert sorted(_offered(odd_desk, "show", "")[1]) == sorted(HOSTILE)
    for shell in ("bash", "zsh", "fish"):
        typed = ["carikm show ", ""] if shell == "bash" else ["show", ""]
        run = odd_desk.call("completion", shell, "--", *typed).expect(0)
        assert all(line.replace("\t", "").isprintable() for line in run.out.splitlines())


@pytest.mark.parametrize(
    ("line", "replaced", "inserted"),
    [
        ("carikm show d", "d", "d\\'e\\\"f\\ g"),
        ("carikm show a$", "a$", "a\\$\\(touch\\ jejak\\)"),
        ("carikm show u:", "", "v\\=w@x"),
        ("carikm show u\\:v\\=", "u\\:v\\=", "u\\:v\\=w@x"),
        ("carikm search kopi --article=1", "1", "1\\ 2\\ \\ 3"),
        ('carikm show "1', "1", "1 2  3"),
        ("carikm show '4", "4", "4%5^6(7)"),
        ("carikm search --color=al", "al", "always"),
    ],
)
def test_bash_gets_what_it_can_insert(odd_desk: Desk, line: str, replaced: str, inserted: str) -> None:
    run = odd_desk.call("completion", "bash", "--", line, replaced).expect(0)
    assert run.out == f"words\n{inserted}\n"


@pytest.mark.parametrize(
    "line", ['carikm show "a', 'carikm show "b', "carikm show 'd", 'carikm show "n', 'carikm show "h']
)
def test_bash_gets_nothing_that_acts_in_an_open_quote(odd_desk: Desk, line: str) -> None:
    assert odd_desk.call("completion", "bash", "--", line, line[-1]).expect(0).out == "words\n"


@given(words=st.lists(st.text(max_size=8) | st.sampled_from(["show", "search", "--", "--index", "--color=", "-n"])))
def test_an_answer_to_anything(words: list[str]) -> None:
    kind, candidates = answer(words, "")
    assert kind in ("words", "folders", "files", "nothing")
    assert all(candidate.value.isprintable() and candidate.help.isprintable() for candidate in candidates)


@given(line=st.text(alphabet="carikm show'\"\\ \t\n$é:=-", max_size=40), replaced=st.text(max_size=5))
def test_bash_may_ask_anything(odd_desk: Desk, line: str, replaced: str) -> None:
    run = odd_desk.call("completion", "bash", "--", line, replaced).expect(0)
    assert run.out.splitlines()[0] in ("words", "folders", "files", "nothing") and run.err == ""


SETUP = {
    "bash": "PS1='SIAP''> '; eval \"$(carikm completion bash)\"",
    "zsh": "PS1='SIAP''> '; autoload -Uz compinit; compinit -u -D; eval \"$(carikm completion zsh)\"",
    "fish": "function fish_prompt; echo -n 'SIAP''> '; end; carikm completion fish | source",
}
START = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}


class Session:
    """A shell on a terminal, with carikm's completion."""

    def __init__(self, shell: str, terminal: int, folder: Path) -> None:
        self.terminal = terminal
        self.folder = folder
        self.output = b""
        self.send(f"{SETUP[shell]}\n")
        self.wait(b"SIAP> ")

    def send(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def wait(self, wanted: bytes) -> None:
        """Read until something has been written, and forget what was read."""
        deadline = time.monotonic() + PATIENCE
        while wanted not in self.output:
            ready, _, _ = select.select([self.terminal], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"{wanted!r} did not come: {self.output!r}"
            self.output += os.read(self.terminal, 65536)
        self.output = self.output.rpartition(wanted)[2]

    def enter(self, text: str) -> list[str]:
        """Type a call of carikm with tabs in it, and tell what carikm was given."""
        self.send(text + "; echo SELE''SAI\n")
        self.wait(b"SELESAI\r\n")
        self.wait(b"SIAP> ")
        return (self.folder / "diberikan").read_text(encoding="utf-8").splitlines()


@contextmanager
def _session(shell: str, desk: Desk) -> Iterator[Session]:
    variables = desk.variables | {"PATH": f"{desk.folder / 'bin'}:{desk.variables['PATH']}", "TERM": "dumb"}
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(desk.folder)
        os.execvpe(shell, [shell, *START[shell]], variables)
    try:
        yield Session(shell, terminal, desk.folder)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)


@pytest.mark.parametrize("shell", SHELLS)
def test_hostile_names_in_a_real_shell(odd_desk: Desk, shell: str) -> None:
    """The name that is completed arrives as it is, and nothing in it runs."""
    given = []
    with _session(shell, odd_desk) as session:
        for name in HOSTILE:
            begun = name[0] if name[0].isalnum() else f"\\{name[0]}"
            given.append(session.enter(f"carikm show {begun}\t"))
    assert given == [["show", name] for name in HOSTILE]
    assert not (odd_desk.folder / "jejak").exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_words_of_all_kinds_in_a_real_shell(odd_desk: Desk, shell: str) -> None:
    with _session(shell, odd_desk) as session:
        given = session.enter("carikm sim\t8\t--inde\tind\t --jsonl\t")
        assert [word.rstrip("/") for word in given] == ["similar", "8é–ñ", "--index", "index", "--jsonl"]
        assert session.enter("carikm search --color=ne\t--arti\t1\tx") == [
            "search",
            "--color=never",
            "--article",
            "1 2  3",
            "x",
        ]
        given = session.enter("carikm list --index=ind\t --jsonl")
        assert [word.rstrip("/") for word in given] == ["list", "--index=index", "--jsonl"]
        assert session.enter("carikm show zzz\t") == ["show", "zzz"]


@pytest.mark.parametrize("shell", SHELLS)
def test_hostile_names_and_titles_in_a_list(odd_desk: Desk, shell: str) -> None:
    with _session(shell, odd_desk) as session:
        assert session.enter("carikm show \t\t")[0] == "show"
    assert not (odd_desk.folder / "jejak").exists()


def test_a_name_in_open_quotes_in_bash(odd_desk: Desk) -> None:
    with _session("bash", odd_desk) as session:
        assert session.enter("carikm show '1\t") == ["show", "1 2  3"]
        assert session.enter('carikm show "4\t') == ["show", "4%5^6(7)"]
        assert session.enter('carikm show "a\t"') == ["show", "a"]
    assert not (odd_desk.folder / "jejak").exists()
