"""A search starts fast because it loads little: none of the heavy libraries, unless a word needs the stemmer."""

import json
import sys
from pathlib import Path
from subprocess import run

import pytest

from tests.cli.harness import Desk

HEAVY = {"numpy", "rank_bm25", "Sastrawi", "ftfy", "chardet", "rich", "pydantic", "rapidfuzz", "lark", "watchfiles"}
_WRAPPER = """
import json, sys
try:
    {statement}
except SystemExit as left:
    assert left.code in (0, None), left.code
sys.stderr.write(json.dumps(sorted(sys.modules)))
"""
_MAIN = "from carikm.cli.main import main; main(sys.argv[1:])"


def _loaded(desk: Desk, statement: str, *arguments: str) -> set[str]:
    """Run a statement in a process of its own and list the top-level packages it has loaded."""
    return {name.partition(".")[0] for name in _modules(desk, statement, *arguments)}


def _modules(desk: Desk, statement: str, *arguments: str) -> set[str]:
    command = [sys.executable, "-c", _WRAPPER.format(statement=statement), *arguments]
    done = run(command, cwd=desk.folder, env=desk.variables, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return set(json.loads(done.stderr.decode().splitlines()[-1]))


@pytest.mark.parametrize(
    "command",
    [
        ["search", "sentra logam"],
        ["search", "industri", "--by-article", "--boilerplate"],
        ["search", "sentra logam", "--since", "2020-09"],
        ["search", "sentra logam", "--json"],
        ["search", "sentra logam", "--jsonl"],
        ["show", "003:5"],
        ["list"],
        ["acronyms"],
        ["completion", "zsh", "--", "show", "0"],
        ["--version"],
    ],
)
def test_reading_an_index_loads_nothing_heavy(seeds_desk: Desk, command: list[str]) -> None:
    assert not _loaded(seeds_desk, _MAIN, *command) & HEAVY


@pytest.mark.parametrize("options", [[], ["--json"], ["--index", "index", "-n", "3"]])
def test_a_plain_search_does_without_typer(seeds_desk: Desk, options: list[str]) -> None:
    assert "typer" not in _loaded(seeds_desk, _MAIN, "search", "sentra logam", *options)


def test_a_search_loads_nothing_for_what_it_need_not_do(seeds_desk: Desk) -> None:
    """Such as undo an update, stem a word that the archive has, or quote a name that needs no quotes."""
    needless = {"carikm.index.journal", "carikm.index.lock", "carikm.analysis.stems", "shlex"}
    needless |= {"platform"}  # by the package zstandard
    assert not _modules(seeds_desk, _MAIN, "search", "sentra logam") & needless


def test_neither_do_many_queries(seeds_desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "kueri.txt").write_text("sentra logam\nindustri\n", encoding="utf-8")
    for format in ("jsonl", "csv", "trec"):
        assert not _loaded(seeds_desk, _MAIN, "batch", str(tmp_path / "kueri.txt"), "--format", format) & HEAVY


def test_only_a_completion_loads_completion(seeds_desk: Desk) -> None:
    modules = _modules(seeds_desk, _MAIN, "search", "logam")
    assert "carikm.cli.searching" in modules
    assert not modules & {"carikm.cli.completion", "carikm.search.similar"}
    assert "carikm.cli.completion" in _modules(seeds_desk, _MAIN, "completion", "zsh", "--", "se")


def test_mojibake_in_the_index_needs_no_repair(hostile_desk: Desk) -> None:
    assert not _loaded(hostile_desk, _MAIN, "search", "sajak") & HEAVY


def test_an_unknown_form_needs_only_the_stemmer(seeds_desk: Desk) -> None:
    loaded = _loaded(seeds_desk, _MAIN, "search", "melogamkan")
    assert loaded & HEAVY == {"Sastrawi"}


def test_the_library_loads_only_itself(desk: Desk) -> None:
    assert not _loaded(desk, "import carikm") & (HEAVY | {"typer", "apsw"})
    assert not _loaded(desk, "import carikm; carikm.find") & (HEAVY | {"typer"})


def test_building_works_without_a_terminal_library(desk: Desk, tmp_path: Path) -> None:
    desk.write({"arsip/a.txt": "Padi menguning di sawah.\n"})
    loaded = _loaded(desk, "import carikm; carikm.build_index('arsip', 'indeks')")
    assert not loaded & {"typer", "rich", "pydantic"}
    assert (tmp_path / "indeks" / "carikm.db").is_file()
