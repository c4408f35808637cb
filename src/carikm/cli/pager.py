"""The pager: the user's own, else less, else none."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

from rich.pager import Pager

# less: pass colour through, leave at once what fits, keep the screen afterwards
_LESS_OPTIONS = "-FRX"
_NOT_FOUND = 127


def pager_command(variables: Mapping[str, str]) -> str | None:
    """Choose the command to page with; `PAGER` set to nothing, or to cat, means none."""
    command = variables.get("PAGER")
    if command is None:
        import shutil

        command = "less" if shutil.which("less") else ""
    return None if command.strip() in ("", "cat") else command


class CommandPager(Pager):
    """Shows text in a pager that reads it from its standard input."""

    def __init__(self, command: str, variables: Mapping[str, str], fallback: TextIO) -> None:
        self._command = command
        self._variables = {"LESS": _LESS_OPTIONS, **variables}
        self._fallback = fallback

    def show(self, content: str) -> None:
        """Show it, until the reader leaves the pager; without a pager, write it out."""
        import subprocess

        self._fallback.flush()
        # The command line is the user's own; the text is only its input.
        process = subprocess.Popen(  # noqa: S602
            self._command, shell=True, stdin=subprocess.PIPE, env=self._variables
        )
        assert process.stdin is not None
        # The reader may leave before the end; an interrupt is the pager's to answer.
        with suppress(BrokenPipeError, KeyboardInterrupt), process.stdin as stdin:
            stdin.write(content.encode("utf-8", "backslashreplace"))
        while True:
            try:
                code = process.wait()
                break
            except KeyboardInterrupt:
                continue
        if code == _NOT_FOUND:
            self._fallback.write(content)
