"""What a command writes to: streams, and whether they are terminals that want colour."""

import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import TextIO

from carikm.errors import UsageError
from carikm.records import NamedTuple


class Color(StrEnum):
    """When to use colour."""

    auto = "auto"
    always = "always"
    never = "never"


class Environment(NamedTuple):
    """Where output goes; tests make their own."""

    stdout: TextIO
    stderr: TextIO
    variables: Mapping[str, str]

    @classmethod
    def of_process(cls) -> "Environment":
        """Take the streams and variables of this process."""
        return cls(sys.stdout, sys.stderr, os.environ)

    def is_terminal(self, stream: TextIO) -> bool:
        """Tell whether a stream is a terminal; a closed one is not."""
        try:
            return stream.isatty()
        except ValueError:
            return False

    def wants_color(self, stream: TextIO, color: Color) -> bool:
        """Decide on colour: as asked for, else on terminals that know it, unless `NO_COLOR` is set."""
        if color is not Color.auto:
            return color is Color.always
        if self.variables.get("NO_COLOR") or self.variables.get("TERM") == "dumb":
            return False
        return self.is_terminal(stream)


def refuse_both(json: bool, jsonl: bool) -> None:
    """Refuse two output formats at once."""
    if json and jsonl:
        raise UsageError("Both --json and --jsonl were given.", "Choose one of them.")
