"""The command line's whole story: from arguments to an exit code."""

import errno
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from carikm.cli.exits import Exit, Interrupted
from carikm.cli.plain import plain_search
from carikm.cli.safe import one_line, pointed_out, visible
from carikm.errors import CarikmError, QuerySyntax, typed_path

# What is said where no more can be written. Of a file that we write, the error has the name.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave the process with its exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    _prepare_streams()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read us has seen enough
        code = Exit.FOUND
    except OSError as error:
        _report(_as_system_error(error), arguments)
        code = Exit.ERROR
    except (KeyboardInterrupt, Interrupted) as interrupt:
        code = Exit.INTERRUPTED
        _say(str(interrupt) or "Interrupted.")
    except Exception as error:  # whatever else: an error, and not what an exit code of Python's would say
        if isinstance(error.__cause__, KeyboardInterrupt):  # while a class was made, Python before 3.12 wraps it
            code = Exit.INTERRUPTED
            _say("Interrupted.")
        else:
            code = Exit.ERROR
            _tell_of_fault(error)
    _drop_what_is_refused()
    sys.exit(int(code))


def _run(arguments: Sequence[str]) -> int:
    try:
        plain = plain_search(arguments)
        if plain is None:
            from carikm.cli.app import run_app

            return run_app(arguments)

        from carikm.cli.searching import run_search

        gc.freeze()  # as in `carikm.cli.app`
        gc.enable()
        return run_search(plain.words, **plain.options)
    except CarikmError as error:
        if error.message:  # else nothing was asked for, and the help was shown
            _report(error, arguments)
        return Exit.ERROR


def _as_system_error(error: OSError) -> CarikmError:
    path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    hint = ""
    if error.errno in _FULL and not path:
        hint = "What was to be done is done, but for what was to be printed: send it elsewhere"
        return CarikmError(f"Standard output takes no more: {error.strerror}.", hint)
    if isinstance(error, PermissionError) and path:
        closed = next((place for place in (Path(path), *Path(path).parents) if os.path.lexists(place)), path)
        hint = f"See whose it is, and what it allows: ls -ld {typed_path(closed)}"
    return CarikmError(f"The system refused{path and f' {path}'}: {error.strerror or error}.", hint)


def _report(error: CarikmError, arguments: Sequence[str]) -> None:
    """Tell what is wrong on standard error: in words, or as JSON where JSON was asked for."""
    if _wants_json(arguments):
        from carikm.cli.documents.writing import error_document, write_document

        with suppress(OSError, ValueError):  # as in `_say`
            write_document(error_document(error), sys.stderr)
        return
    _say(f"carikm: {one_line(error.message)}")
    if isinstance(error, QuerySyntax):
        for line in pointed_out(error.query, error.position):
            _say(line)
    if error.hint:
        _say(one_line(error.hint))


def _tell_of_fault(error: Exception) -> None:
    """Show what only a mistake in carikm can have raised, as who has to find it needs it."""
    import traceback

    _say(visible("".join(traceback.format_exception(error))).rstrip("\n"))
    _say("carikm: This is a fault of carikm itself. Please report it, with the lines above and what you typed.")


def _wants_json(arguments: Sequence[str]) -> bool:
    options = list(arguments)
    if "--" in options:
        options = options[: options.index("--")]
    return "--json" in options or "--jsonl" in options


def _say(message: str) -> None:
    try:
        sys.stderr.write(message + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return  # nobody is listening; the exit code still tells


def _drop_what_is_refused() -> None:
    """Keep the interpreter from flushing, as it ends, what a stream refuses."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _prepare_streams() -> None:
    """Let no article break the output: what a stream's encoding lacks is escaped."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # closed: else the next file that is opened would be taken for a standard stream
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        else:
            # Who started us may have asked not to wait for readers: what they are slow to take would be lost.
            with suppress(OSError):
                os.set_blocking(number, True)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # started with the stream closed
            stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # lives as long as we do
            setattr(sys, name, stream)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
