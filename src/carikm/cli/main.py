"""The command line's whole story: from arguments to an exit code."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from carikm.cli.exits import Exit, Interrupted
from carikm.cli.safe import one_line, pointed_out, visible
from carikm.errors import CarikmError, QuerySyntax, UsageError, typed
from carikm.records import NamedTuple


class _Command(NamedTuple):
    module: str
    help: str


# Each command is one module with a function of the same name; only the one that is called is imported.
COMMANDS = {
    "search": _Command("carikm.cli.search", "Find the paragraphs that matter."),
    "batch": _Command("carikm.cli.batch", "Answer many queries at once."),
    "show": _Command("carikm.cli.show", "Read an article, or one chunk of it."),
    "similar": _Command("carikm.cli.similar", "Find the articles most like one."),
    "list": _Command("carikm.cli.list", "List the articles."),
    "index": _Command("carikm.cli.index", "Build the index, or bring it up to date."),
    "watch": _Command("carikm.cli.watch", "Keep the index up to date as articles change."),
    "status": _Command("carikm.cli.status", "Tell what is indexed, what was skipped, what has changed."),
    "doctor": _Command("carikm.cli.doctor", "Check the index, and compare it with the articles."),
    "verify": _Command("carikm.cli.verify", "Confirm that what hits quote still stands in the files."),
    "stem": _Command("carikm.cli.stem", "Tell how words are analysed."),
    "acronyms": _Command("carikm.cli.acronyms", "List the short forms that the articles explain."),
    "completion": _Command("carikm.cli.completion", "Let a shell complete what is typed."),
}


class _LazyGroup(TyperGroup):
    """A group that knows its commands by name and imports them when they are called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command = COMMANDS.get(cmd_name)
        if command is None:
            return None
        module = importlib.import_module(command.module)
        # The way in turned the collector off; what is imported by now stays for good.
        gc.freeze()
        gc.enable()
        app = typer.Typer(add_completion=False)
        app.command(cmd_name, help=command.help, context_settings=_CONTEXT)(getattr(module, f"{cmd_name}_command"))
        return get_command(app)


_CONTEXT = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    cls=_LazyGroup,
    add_completion=False,  # `carikm completion` does it
    no_args_is_help=True,
    context_settings=_CONTEXT,
    help="Search archives of Indonesian articles, paragraph by paragraph.",
    epilog='For example: carikm search "sentra logam"',
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from carikm import __version__

        sys.stdout.write(f"carikm {__version__}\n")
        raise typer.Exit


@app.callback()
def _carikm(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Take the options that stand before a command."""


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
        _say(str(interrupt) or "Interrupted. What was there before is unchanged.")
    except Exception as error:  # whatever else: an error, and not what an exit code of Python's would say
        code = Exit.ERROR
        _tell_of_fault(error)
    _drop_what_is_refused()
    sys.exit(int(code))


def _run(arguments: Sequence[str]) -> int:
    try:
        code = get_command(app).main(args=list(arguments), prog_name="carikm", standalone_mode=False)
    except CarikmError as error:
        _report(error, arguments)
        return Exit.ERROR
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):  # so typer and rich leave when their reader is gone
            raise left.__context__ from None
        raise
    except _usage_errors() as error:
        usage = _as_usage_error(error, arguments)
        if usage.message:  # else nothing was asked for, and the help was shown
            _report(usage, arguments)
        return Exit.ERROR
    if code == Exit.INTERRUPTED:  # so typer tells of an interrupt
        raise KeyboardInterrupt
    return int(code or Exit.FOUND)


def _usage_errors() -> type[Exception]:
    """Give the class of all that typer has against a command line."""
    from typer.exceptions import TyperException

    return TyperException


def _as_usage_error(error: Any, arguments: Sequence[str]) -> UsageError:
    command = "carikm" + "".join(f" {name}" for name in arguments[:1] if name in COMMANDS)
    message = str(error.format_message()).rstrip(".")
    hint = f"See how it is used: {command} --help"
    if message.startswith("No such command") and arguments:
        import difflib

        close = difflib.get_close_matches(arguments[0], COMMANDS, 1)
        to_search = f"{hint}; to search: carikm search {typed(arguments[0])}"
        hint = f"Is {close[0]} meant? See the commands: carikm --help" if close else to_search
    if message.startswith("No such option"):
        hint += "; a word that begins with a dash goes behind two, and these behind all options: -- -word"
    return UsageError(message, hint)


def _as_system_error(error: OSError) -> CarikmError:
    path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
    hint = ""
    if isinstance(error, PermissionError) and path:
        closed = next((place for place in (Path(path), *Path(path).parents) if os.path.lexists(place)), path)
        hint = f"See whose it is, and what it allows: ls -ld {typed(str(closed))}"
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
