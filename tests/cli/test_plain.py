"""What is read without typer is read as typer reads it."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.cli import app, search
from carikm.cli.plain import plain_search
from tests.cli.harness import Desk

_ARGUMENTS = st.one_of(
    st.sampled_from(
        ["--index", "--corpus", "-n", "--limit", "--json", "--jsonl", "--", "-", "--all", "-n5", "--index=x"]
    ),
    st.sampled_from(["3", "0", "007", "-3", "+3", "٣", "²", "1_0", "1" * 30, "3.0", ""]),
    st.sampled_from(["sentra", "logam", "index", "folder/lain", ".", "search", "é", "\udcff"]),
    st.text(st.characters(exclude_characters="\0"), max_size=4),  # no command line has NUL
)


def _read_by_typer(*arguments: str) -> dict[str, Any]:
    """Give what typer has a search called with."""
    asked: list[dict[str, Any]] = []

    def note(words: list[str], corpus: Path | None, index: Path | None, **options: Any) -> int:
        asked.append({"words": words, "corpus": corpus, "index": index} | options)
        return 0

    with patch.object(search, "run_search", note):
        assert app.run_app(["search", *arguments]) == 0
    return asked[0]


_UNASKED = _read_by_typer("kata")


@settings(max_examples=300)
@given(st.lists(_ARGUMENTS, max_size=7))
def test_it_is_read_as_typer_reads_it(arguments: list[str]) -> None:
    plain = plain_search(["search", *arguments], {})
    if plain is not None:
        assert _UNASKED | {"words": plain.words} | plain.options == _read_by_typer(*arguments)


@pytest.mark.parametrize(
    "options", [[], ["-n", "1"], ["--json"], ["--jsonl"], ["--json", "--jsonl"], ["--index", "tiada"]]
)
def test_it_is_answered_as_when_typer_reads_it(archive: Desk, options: list[str]) -> None:
    """An option that asks for what there is anyway leaves a search to typer."""
    plain, by_typer = (archive.call("search", "kopi", "di", *options, *more) for more in ([], ["--offset", "0"]))
    assert (plain.code, plain.output, plain.messages) == (by_typer.code, by_typer.output, by_typer.messages)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["sentra", "logam"], {}),
        (["--index", "lain", "sentra", "logam"], {"index": Path("lain")}),
        (["sentra", "--json", "logam", "-n", "3"], {"json": True, "limit": 3}),
        (["sentra", "--corpus", "a", "logam", "--corpus", "b"], {"corpus": Path("b")}),
    ],
)
def test_what_is_typed_nearly_always_is_read(arguments: list[str], options: dict[str, Any]) -> None:
    assert plain_search(["search", *arguments], {}) == (["sentra", "logam"], options)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["search"],
        ["list", "kata"],
        ["search", "--json"],
        ["search", "kata", "--sort", "newest"],
        ["search", "kata", "-n"],
        ["search", "kata", "-n", "tiga"],
        ["search", "kata", "-n", "9" * 5_000],
        ["search", "kata", "--index", "-x"],
        ["search", "--", "-kata"],
        ["search", "kata", "--help"],
    ],
)
def test_anything_else_is_left_to_typer(arguments: list[str]) -> None:
    assert plain_search(arguments, {}) is None


def test_so_is_a_completion_and_so_are_wildcards_of_windows() -> None:
    assert plain_search(["search", "kata"], {"_CARIKM_COMPLETE": "bash_complete"}) is None
    with patch("os.name", "nt"):
        assert plain_search(["search", "kata"], {}) is None
