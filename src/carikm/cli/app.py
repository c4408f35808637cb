"""The commands as typer has them: which there are, and what a command line asks of which."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from carikm.cli.exits import Exit
from carikm.cli.screen import is_size
from carikm.errors import UsageError, typed

# Each command is a module beside this one with a function of the same name; only the one that is called is imported.
COMMANDS = {
    "search": "Find the paragraphs that matter.",
    "batch": "Answer many queries at once.",
    "show": "Read an article, or one chunk of it.",
    "similar": "Find the articles most like one.",
    "list": "List the articles.",
    "index": "Build the index, or bring it up to date.",
    "watch": "Keep the index up to date as articles change.",
    "status": "Tell what is indexed, what was skipped, what has changed.",
    "doctor": "Check the index, and compare it with the articles.",
    "verify": "Confirm that what hits quote still stands in the files.",
    "stem": "Tell how words are analysed.",
    "acronyms": "List the short forms that the articles explain.",
    "completion": "Let a shell complete what is typed.",
}


class _LazyGroup(TyperGroup):
    """A group that knows its commands by name and imports them when they are called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"carikm.cli.{cmd_name}")
        # The way in turned the collector off; what is imported by now stays for good.
        gc.freeze()
        gc.enable()
        app = typer.Typer(add_completion=False)
        function = getattr(module, f"{cmd_name}_command")
        app.command(cmd_name, help=COMMANDS[cmd_name], context_settings=_CONTEXT)(function)
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


def run_app(arguments: Sequence[str]) -> int:
    """Run one command; give its exit code.

    Raises:
        UsageError: nobody can tell what is asked for; without a message where the help was shown instead.
    """
    # Of a width that is none, typer's help would make nothing; our own output sees to itself.
    for name in ("COLUMNS", "LINES"):
        if name in os.environ and not is_size(os.environ[name]):
            del os.environ[name]
    try:
        code = get_command(app).main(args=list(arguments), prog_name="carikm", standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):  # so typer and rich leave when their reader is gone
            raise left.__context__ from None
        raise
    except TyperException as error:
        raise _as_usage_error(error, arguments) from error
    if code == Exit.INTERRUPTED:  # so typer tells of an interrupt
        raise KeyboardInterrupt
    return int(code or Exit.FOUND)


def _as_usage_error(error: Any, arguments: Sequence[str]) -> UsageError:
    command = "carikm" + "".join(f" {name}" for name in arguments[:1] if name in COMMANDS)
    message = str(error.format_message()).rstrip(".")
    hint = f"See how it is used: {command} --help"
    if message.startswith("No such command") and arguments:
        import difflib

        close = difflib.get_close_matches(arguments[0], COMMANDS, 1)
        to_search = f"{hint}; to search: carikm search {typed(arguments[0])}"
        hint = f"Is {close[0]} meant? See the commands: carikm --help" if close else to_search
    if message.startswith("No such option") and arguments and arguments[0].startswith("-"):
        hint = f"Options stand behind a command: carikm search WORDS {typed(arguments[0]).removeprefix('-- ')}; {hint}"
    elif message.startswith("No such option"):
        hint += "; a word that begins with a dash goes behind two, and these behind all options: -- -word"
    return UsageError(message, hint)
