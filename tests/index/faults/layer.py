"""The faults of `layer.c`, to be asked for from Python."""

import json
import mmap
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

_BLOCK = struct.Struct("qqii1024s1024s")
_HEAD = struct.Struct("qqqqq")
CAN_BE_PRELOADED = sys.platform == "linux" and shutil.which("cc") is not None


class Fault(IntEnum):
    """What befalls an operation, in the order of `layer.c`."""

    NONE = 0
    KILL = 1  # the process is killed before it
    TEAR = 2  # and after it, but of what it writes only the half is there
    NO_SPACE = 3  # it fails with ENOSPC
    BROKEN = 4  # it fails with EIO
    FULL = 5  # its half is written; from then on nothing takes any space more
    DEAD = 6  # from it on, everything fails with EIO


KILLS = (Fault.KILL, Fault.TEAR)
TAKES_SPACE = "wcm"


class Operation(NamedTuple):
    """What was done: `w`rite, `t`runcate, `s`ync, `c`reate, `r`ename, `u`nlink, `m`ake or `d`rop a folder.

    `offset` is the place written to, or the size cut to; `other` the new name. Paths are relative to the folder.
    """

    kind: str
    path: str
    other: str
    offset: int
    data: bytes


class Run(NamedTuple):
    """How a command ended (minus the signal, if by one), what it said, and how many operations it began."""

    code: int
    said: str
    operations: int


class Layer:
    """A process that runs commands under the layer; to be closed."""

    def __init__(self, scratch: Path) -> None:
        """Compile the layer and start the process; `scratch` is a folder of its own."""
        library, self._output, self._trace = (scratch / name for name in ("layer.so", "output", "trace"))
        source = Path(__file__).with_name("layer.c")
        compiler = ["cc", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source, "-ldl"]
        subprocess.run(compiler, check=True, timeout=60)
        with (scratch / "block").open("w+b") as file:
            file.truncate(_BLOCK.size)
            self._block = mmap.mmap(file.fileno(), _BLOCK.size)
        variables = {
            "LD_PRELOAD": str(library),
            "CARIKM_FAULTS": str(scratch / "block"),
            "OPENBLAS_NUM_THREADS": "1",  # threads of a library do not outlive a fork
        }
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("driver.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | variables,
        )

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)

    def run(
        self,
        *arguments: str,
        folder: Path,
        fault: Fault = Fault.NONE,
        at: int = 0,
        all_processes: bool = True,
        is_traced: bool = False,
    ) -> Run:
        """Run a command whose operations below `folder` are numbered from 1; let the fault befall the one `at`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._trace.write_bytes(b"")
        trace = os.fsencode(self._trace) if is_traced else b""
        _BLOCK.pack_into(self._block, 0, 0, at, fault, all_processes, os.fsencode(folder), trace)
        self._process.stdin.write(json.dumps({"arguments": arguments, "output": str(self._output)}) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        said = self._output.read_text(errors="replace")
        return Run(code, said, _BLOCK.unpack_from(self._block)[0])

    def traced(self, folder: Path) -> list[Operation]:
        """Give what the last command has done, if it was traced."""
        return list(_operations(self._trace.read_bytes(), f"{folder}/"))


def _operations(trace: bytes, folder: str) -> Iterator[Operation]:
    place = 0
    while place < len(trace):
        kind, offset, path_length, other_length, length = _HEAD.unpack_from(trace, place)
        place += _HEAD.size
        parts = []
        for size in (path_length, other_length, length):
            parts.append(trace[place : place + size])
            place += size
        path, other = (f"{os.fsdecode(name)}/".removeprefix(folder).rstrip("/") for name in parts[:2])
        yield Operation(chr(kind), path, other, offset, parts[2])
