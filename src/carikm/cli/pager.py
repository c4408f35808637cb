"""The pager: the user's own, else less, else none."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

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


class PagerLeft(Exception):
    """The reader has left the pager before all was written."""


class CommandPager:
    """Shows text in a pager as it is written; as a context, lasts until the reader leaves, and ends what still writes.

    Without a pager, the text goes where it would have gone without paging.
    """

    def __init__(self, command: str, variables: Mapping[str, str], fallback: TextIO) -> None:
        import subprocess

        self._fallback = fallback
        self._is_missing = False
        self._written: list[str] = []  # it may all have to go elsewhere
        fallback.flush()
        # The command line is the user's own; the text is only its input.
        self._process = subprocess.Popen(  # noqa: S602
            command,
            shell=True,
            stdin=subprocess.PIPE,
            env={"LESS": _LESS_OPTIONS, **variables},
            encoding="utf-8",
            errors="backslashreplace",
        )
        assert self._process.stdin is not None
        self._input = self._process.stdin

    def write(self, text: str) -> None:
        """Hand on some text."""
        if self._is_missing:
            self._fallback.write(text)
            return
        self._written.append(text)
        try:
            self._input.write(text)
        except BrokenPipeError:
            self._end()
            if not self._is_missing:
                raise PagerLeft from None

    def __enter__(self) -> "CommandPager":
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> bool:
        if not self._is_missing:
            self._end()
        # An interrupt is the pager's to answer.
        return error in (PagerLeft, KeyboardInterrupt) and not self._is_missing

    def _end(self) -> None:
        """Wait for the reader to leave; if there was no pager, write it all out."""
        with suppress(BrokenPipeError, KeyboardInterrupt):
            self._input.close()
        while True:
            try:
                code = self._process.wait()
                break
            except KeyboardInterrupt:
                continue
        if code == _NOT_FOUND:
            self._is_missing = True
            self._fallback.write("".join(self._written))
