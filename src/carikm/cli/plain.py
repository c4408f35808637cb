"""A search as it is nearly always typed, read without typer: `carikm search WORD... [--index DIR] [-n N] [--json]`.

typer takes longer to import than most searches take. What is read here is read as typer would read it, which the tests
hold it to; whatever else is typed is left to typer, and every error with it.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from carikm.records import NamedTuple

_FLAGS = {"--json": "json", "--jsonl": "jsonl"}
_FOLDERS = {"--corpus": "corpus", "--index": "index"}
_NUMBERS = {"-n": "limit", "--limit": "limit"}
# Python refuses to read far longer ones.
_LONGEST_NUMBER = 20
# Asks typer for a shell's completion.
_COMPLETION = "_CARIKM_COMPLETE"


class PlainSearch(NamedTuple):
    """The words that were typed, and options by the names that `run_search` has for them."""

    words: Sequence[str]
    options: Mapping[str, Any]


def plain_search(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> PlainSearch | None:
    """Read a plain search; None for any other command line."""
    # On Windows, typer looks for wildcards.
    if not arguments or arguments[0] != "search" or _COMPLETION in environment or os.name == "nt":
        return None
    words: list[str] = []
    options: dict[str, Any] = {}
    rest = iter(arguments[1:])
    for argument in rest:
        if not argument.startswith("-"):
            words.append(argument)
        elif argument in _FLAGS:
            options[_FLAGS[argument]] = True
        elif argument in _FOLDERS and (value := next(rest, "-"))[:1] not in ("", "-"):
            options[_FOLDERS[argument]] = Path(value)
        elif argument in _NUMBERS and _is_number(value := next(rest, "-")):
            options[_NUMBERS[argument]] = int(value)
        else:
            return None
    return PlainSearch(words, options) if words else None


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < _LONGEST_NUMBER
