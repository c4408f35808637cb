"""Runs carikm in a throw-away folder, in this process, as a process, or on a terminal; failures tell all."""

import contextlib
import errno
import fcntl
import io
import json
import os
import pty
import re
import select
import shlex
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from unittest import mock

import jsonschema

from carikm.cli.main import main

PATIENCE = 60.0
_SGR = re.compile("\x1b\\[[0-9;]*m")
_LINK = re.compile("\x1b\\]8;[^\x1b]*\x1b\\\\")


@dataclass(frozen=True)
class Run:
    """One finished run of a command."""

    command: tuple[str, ...]
    folder: Path
    code: int
    output: bytes
    messages: bytes

    @property
    def out(self) -> str:
        return self.output.decode("utf-8", "surrogateescape")

    @property
    def err(self) -> str:
        return self.messages.decode("utf-8", "surrogateescape")

    @property
    def plain(self) -> str:
        """What a terminal shows."""
        return plain(self.out)

    def expect(self, code: int) -> "Run":
        """Check the exit code, and that nothing ever ends in a traceback."""
        if self.code != code or b"Traceback" in self.messages or b"Traceback" in self.output:
            raise AssertionError(f"expected exit code {code}\n{self}")
        return self

    def says(self, *facts: str) -> "Run":
        """Check that each of these stands in the messages."""
        for fact in facts:
            if fact not in self.err:
                raise AssertionError(f"{fact!r} is not in the messages\n{self}")
        return self

    def documents(self) -> list[Any]:
        """Give the JSON documents of the output, one a line and nothing else, each valid."""
        try:
            found = [json.loads(line) for line in self.out.splitlines()]
            for document in found:
                validate(document)
        except (ValueError, KeyError, jsonschema.ValidationError) as error:
            raise AssertionError(f"{error}\n{self}") from error
        return found

    def document(self) -> Any:
        """Give the only JSON document of the output."""
        found = self.documents()
        if len(found) != 1:
            raise AssertionError(f"{len(found)} documents\n{self}")
        return found[0]

    def error(self) -> Any:
        """Give the error document: alone on standard error, standard output empty."""
        self.expect(2)
        assert self.output == b"", str(self)
        document = json.loads(self.err)
        validate(document)
        assert document["schema"] == "carikm.error/1", str(self)
        return document["error"]

    def __str__(self) -> str:
        files = sorted(os.fsencode(path.relative_to(self.folder)) for path in self.folder.rglob("*"))
        listing = "\n".join(f"  {name!r}" for name in files[:50]) + (f"\n  … {len(files)}" if len(files) > 50 else "")
        return (
            f"command: carikm {shlex.join(self.command)!r}\nfolder: {self.folder}\n{listing}\nexit code: {self.code}\n"
            f"--- stdout\n{self.output!r}\n--- stderr\n{self.messages.decode('utf-8', 'backslashreplace')}"
        )


class Desk:
    """A folder to run commands in, and an environment that holds nothing of the user's."""

    def __init__(self, folder: Path, variables: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.variables = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "PAGER": "cat",  # nobody is there to leave a real one
            **{name: os.environ[name] for name in ("PYTHONPATH", "VIRTUAL_ENV") if name in os.environ},
            **(variables or {}),
        }

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files below the folder."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def call(self, *arguments: str, folder: Path | None = None, **variables: str) -> Run:
        """Run a command in this process: fast, and the same but for the process around it."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        with (
            contextlib.chdir(folder or self.folder),
            mock.patch.dict(os.environ, self.variables | variables, clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main(arguments)
            except SystemExit as left:
                code = left.code
        assert isinstance(code, int)
        out.flush()
        err.flush()
        return Run(arguments, self.folder, code, out.buffer.getvalue(), err.buffer.getvalue())  # type: ignore[attr-defined]

    def start(
        self, *arguments: str, program: Sequence[str] = ("-m", "carikm"), **options: Any
    ) -> "subprocess.Popen[bytes]":
        """Start a command as a process; its standard streams are pipes unless `options` say otherwise."""
        streams = dict.fromkeys(("stdout", "stderr"), subprocess.PIPE) | {"stdin": subprocess.DEVNULL}
        command = [sys.executable, *program, *arguments]
        options = {"env": self.variables, "cwd": self.folder} | streams | options
        return subprocess.Popen(command, **options)

    def run(self, *arguments: str, patience: float = PATIENCE, **options: Any) -> Run:
        """Run a command as a process to its end, which must come within so many seconds."""
        with self.start(*arguments, **options) as process:
            try:
                out, err = process.communicate(timeout=patience)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Run(arguments, self.folder, process.returncode, out or b"", err or b"")

    def terminal(self, *arguments: str, columns: int = 80, lines: int = 500, **variables: str) -> Run:
        """Run a command on a terminal of that size: both its streams are the run's output."""
        ours, theirs = pty.openpty()
        try:
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            attributes = termios.tcgetattr(theirs)
            attributes[1] &= ~termios.OPOST  # line feeds come out as they went in
            termios.tcsetattr(theirs, termios.TCSANOW, attributes)
            environment = self.variables | variables
            process = self.start(*arguments, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
        finally:
            os.close(theirs)
        with process:
            output = _read_all(ours, process)
        os.close(ours)
        return Run(arguments, self.folder, process.returncode, output, b"")


def plain(text: str) -> str:
    """Take colour and links out of a text."""
    return _LINK.sub("", _SGR.sub("", text))


def _read_all(terminal: int, process: "subprocess.Popen[bytes]") -> bytes:
    """Read until the last process on the terminal has closed it."""
    output, deadline = b"", time.monotonic() + PATIENCE
    while True:
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            process.kill()
            raise AssertionError(f"no end within {PATIENCE} s after {output!r}")
        try:
            read = os.read(terminal, 65536)
        except OSError as error:  # this is how Linux tells the end of a terminal
            assert error.errno == errno.EIO
            return output
        if not read:
            return output
        output += read


@cache
def schema(name: str) -> Any:
    """Load the schema of a kind of document, such as `carikm.search/1`."""
    file = resources.files("carikm.cli") / "schemas" / f"{name.replace('/', '.')}.json"
    return json.loads(file.read_text(encoding="utf-8"))


def validate(document: Any) -> None:
    """Check a document against the schema that it names."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema(document["schema"]), format_checker=checker).validate(document)
