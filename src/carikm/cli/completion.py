"""`carikm completion`: what a shell needs to complete commands, options, article ids, outlets and folders.

Given a shell it prints that shell's script; the script calls it again with what has been typed, and gets what could
follow: a line that says of what kind it is (`words`, `folders`, `files` or `nothing`), then, for words, one a line,
with a tab before its description where the shell shows one.

File names are not to be trusted. Ids that hold a control character, or would read as an option, are not offered. zsh
and fish quote what they insert; bash does not, so it gets its words quoted.
"""

import os
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from carikm.cli.environment import Environment
from carikm.cli.exits import Exit
from carikm.cli.safe import one_line

MOST_CANDIDATES = 50
_LONGEST_HELP = 72
# A character that nobody types, to find the place of the cursor again after a line is split.
_CURSOR = "\ue000"
_PLAIN = re.compile(r"[\w@%+,./-]")
# All of a line but what stands in an open quote.
_CLOSED = r"""(?s:\\.|'[^']*+'|"(?:\\.|[^"\\])*+"|[^'"])"""
# In an open quote nothing more can be quoted: what is active there is not offered.
_ACTIVE = {"'": "'", '"': '"$`\\!'}


class Shell(StrEnum):
    """The shells there is a script for."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


class Candidate(NamedTuple):
    """A word that could follow, and what it is."""

    value: str
    help: str = ""


class Answer(NamedTuple):
    """What could follow: words of ours, or folders or files, which the shell knows itself."""

    kind: str
    candidates: Sequence[Candidate] = ()


def completion_command(
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="The shell: bash, zsh or fish.")],
    typed: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TYPED...]", help="What the script asks about: what has been typed."),
    ] = None,
) -> int:
    """Print the script that lets a shell complete carikm's commands, options, article ids and outlets."""
    stdout = Environment.of_process().stdout
    if typed is None:
        stdout.write((Path(__file__).parent / "completions" / f"carikm.{shell.value}").read_text(encoding="utf-8"))
        return Exit.FOUND
    lines = list(_in_bash(*typed) if shell is Shell.bash else _in_other_shells(typed))
    stdout.write("".join(f"{line}\n" for line in lines))
    return Exit.FOUND


def _in_other_shells(typed: Sequence[str]) -> Iterable[str]:
    """Answer zsh and fish, which give the words before the one at the cursor, and it, without their quotes."""
    kind, candidates = answer(typed[:-1], typed[-1])
    yield kind
    for value, about in candidates:
        yield f"{value}\t{about}" if about else value


def _in_bash(line: str, replaced: str = "", *_: str) -> Iterable[str]:
    """Answer bash, which gives the line up to the cursor, and the part of its last word that is replaced.

    bash breaks words at colons and equals signs too, and replaces only what stands behind the last.
    """
    words, quote = _split(line)
    kind, candidates = answer(words[1:-1], words[-1])
    yield kind
    kept = words[-1].removesuffix(_split(replaced)[0][-1])
    for value, _about in candidates:
        if value.startswith(words[-1]) or len(candidates) == 1:
            rest = value[len(kept) :]
            if not quote:
                yield re.sub(r"[^\n]", lambda found: found[0] if _PLAIN.match(found[0]) else f"\\{found[0]}", rest)
            elif not set(rest) & set(_ACTIVE[quote]):
                yield rest


def _split(line: str) -> tuple[list[str], str]:
    """Split a line as a shell does, up to the cursor: its words, the last perhaps empty, and the quote left open."""
    lexer = shlex.shlex(line + _CURSOR, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        words.extend(lexer)
        quote = ""
    except ValueError:  # an open quote
        words.append(lexer.token)
        quote = re.sub(_CLOSED, "", line)[:1]
    return [*words[:-1], words[-1].replace(_CURSOR, "")], quote


def answer(words: Sequence[str], current: str) -> Answer:
    """Tell what could stand at the cursor; whatever is wrong, it is nothing.

    Args:
        words: the words before, without the command's own name.
        current: the word at the cursor, up to it.
    """
    import contextlib
    import io

    with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
        kind, candidates = _answer(words, current)
        offered = [
            Candidate(value, one_line(about)[:_LONGEST_HELP].strip())
            for value, about in candidates
            if value.isprintable() and (current.startswith("-") or not value.startswith("-"))
        ]
        return Answer(kind, offered)
    return Answer("nothing")


def _answer(words: Sequence[str], current: str) -> Answer:
    from typer.main import get_command

    from carikm.cli.app import COMMANDS, app

    group: Any = get_command(app)
    place = next((place for place, word in enumerate(words) if not word.startswith("-")), None)
    if place is None:
        names = [Candidate(name, help) for name, help in COMMANDS.items() if name.startswith(current)]
        return Answer("words", [*names, *_options(group, current)])
    command: Any = group.get_command(None, words[place])
    if command is None:
        return Answer("nothing")
    return _of_command(command, words[place], list(words[place + 1 :]), current)


def _of_command(command: Any, name: str, words: list[str], current: str) -> Answer:
    """Tell what could follow a command: an option, its value, or an argument."""
    takes_options = "--" not in words
    option, head, begun = None, "", current
    if takes_options and words and (option := _option(command, words[-1])):
        words.pop()
    elif takes_options and current.startswith("--") and "=" in current:
        written, _, begun = current.partition("=")
        option, head = _option(command, written), f"{written}="
    elif takes_options and current.startswith("-"):
        return Answer("words", _options(command, current))
    with command.make_context(name, words, resilient_parsing=True) as context:
        parameter = option or _next_argument(command, context.params)
        kind, candidates = _values(parameter, context, begun) if parameter else Answer("nothing")
    return Answer(kind, [Candidate(head + value, about) for value, about in candidates])


def _options(command: Any, begun: str) -> list[Candidate]:
    import typer.core

    if not begun.startswith("-"):
        return []
    context = typer.Context(command)
    return [
        Candidate(written, option.help or "")
        for option in command.get_params(context)
        if isinstance(option, typer.core.TyperOption) and not option.hidden
        for written in option.opts
        if written.startswith(begun)
    ]


def _option(command: Any, written: str) -> Any:
    """Find the option that is written so and takes a value."""
    found = (option for option in command.params if written in option.opts and written.startswith("-"))
    return next((option for option in found if not option.is_flag), None)


def _next_argument(command: Any, given: dict[str, Any]) -> Any:
    """Find the first argument that still takes a word."""
    arguments = (parameter for parameter in command.params if parameter.param_type_name == "argument")
    return next((argument for argument in arguments if argument.nargs == -1 or not given.get(argument.name)), None)


def _values(parameter: Any, context: Any, begun: str) -> Answer:
    """Tell what an option or argument could be, by what it says it takes."""
    metavar = (parameter.metavar or "").strip("[].")
    if metavar in _FROM_SHELL:
        return Answer(_FROM_SHELL[metavar])
    if metavar in _FROM_INDEX:
        where = [_expanded(context.params.get(folder)) for folder in ("corpus", "index")]
        return Answer("words", _FROM_INDEX[metavar](begun, *where))
    choices = parameter.type.shell_complete(context, parameter, begun)
    return Answer("words", [Candidate(str(choice.value)) for choice in choices]) if choices else Answer("nothing")


def _expanded(folder: Path | None) -> Path | None:
    """Do for `~` what the shell will do."""
    return None if folder is None else Path(os.path.expanduser(folder))  # noqa: PTH111  # Path's raises


def _articles(begun: str, corpus: Path | None, index: Path | None) -> list[Candidate]:
    from carikm.api import list_ids

    return [Candidate(*pair) for pair in list_ids(begun, corpus, index, limit=MOST_CANDIDATES)]


def _outlets(begun: str, corpus: Path | None, index: Path | None) -> list[Candidate]:
    from carikm.api import list_outlets

    folded = begun.casefold()
    return [Candidate(outlet) for outlet in list_outlets(corpus, index) if outlet.casefold().startswith(folded)]


_FROM_SHELL = {"DIR": "folders", "FOLDER": "folders", "FOLDER|FILE": "files", "FILE": "files"}
_FROM_INDEX: dict[str, Callable[[str, Path | None, Path | None], list[Candidate]]] = {
    "REF": _articles,
    "ID": _articles,
    "OUTLET": _outlets,
}
