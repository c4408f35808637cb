"""`carikm status`: what is indexed, what was skipped and why, what has changed since."""

from collections.abc import Sequence
from typing import Annotated

import typer

from carikm.api import Status, read_status
from carikm.cli.environment import Color, Environment, refuse_both
from carikm.cli.exits import Exit
from carikm.cli.options import (
    ColorOption,
    CorpusOption,
    IndexOption,
    JsonLinesOption,
    JsonOption,
)
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.cli.sizes import size
from carikm.index.corrections import CORRECTIONS_FILE
from carikm.index.location import command_at

_LABEL_WIDTH = 13
_NARROW, _NARROW_INDENT = 40, 2
_COUNT_WIDTH = 9


def status_command(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    boilerplate: Annotated[
        bool, typer.Option("--boilerplate", help="List the lines learned to be boilerplate, and where they recur.")
    ] = False,
    json: JsonOption = False,
    jsonl: JsonLinesOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """Tell what the index holds and how far it can be trusted."""
    refuse_both(json, jsonl)
    status = read_status(corpus, index)
    environment = Environment.of_process()
    if json or jsonl:
        from carikm.cli.documents.archive import file_documents, learned_documents, status_document
        from carikm.cli.documents.writing import write_document

        lines = learned_documents if boilerplate else file_documents
        for document in [status_document(status, boilerplate=boilerplate)] if json else lines(status):
            write_document(document, environment.stdout)
    elif boilerplate:
        _write_learned(status, Screen(environment, environment.stdout, color))
    else:
        _write_status(status, Screen(environment, environment.stdout, color))
    return Exit.FOUND


def _write_status(status: Status, screen: Screen) -> None:
    from carikm.cli.documents.archive import built_time, encodings

    encoded = ", ".join(f"{count} in {encoding}" for encoding, count in encodings(status).items())
    facts = {
        "corpus": one_line(str(status.corpus_folder)),
        "index": f"{one_line(str(status.index_folder))}, {size(status.bytes)}",
        "built": f"{built_time(status).astimezone():%Y-%m-%d %H:%M:%S}",
        "articles": f"{len(status.articles):,} ({encoded})",
        "chunks": f"{status.chunks:,}, of them {status.boilerplate_chunks:,} boilerplate",
        "words": f"{status.words:,}, of {status.terms:,} stems",
        "skipped": _count(len(status.skipped)),
    }
    for name, value in facts.items():
        _write_fact(value, screen, name)
    for file in status.skipped:
        _write_fact(f"{one_line(f'{status.label}/{file.path}')}: {file.reason}", screen)
    _write_corrections(status, screen)
    changes = status.changes
    if changes is None:
        _write_fact(Part("the corpus folder is not there, or may not be read", "warning"), screen, "stale")
        return
    stale = f"{_count(changes.total)}; bring it up to date: {_update(status)}" if changes.total else "no"
    _write_fact(Part(stale, "warning" if changes.total else ""), screen, "stale")
    named: Sequence[tuple[str, list[str]]] = (
        ("added", changes.added),
        ("changed", changes.changed),
        ("deleted", changes.deleted),
    )
    for state, paths in named:
        for path in paths:
            _write_fact(f"{one_line(f'{status.label}/{path}')}: {state}", screen)


def _write_fact(value: str | Part, screen: Screen, name: str = "") -> None:
    """Write a fact beside its name, or below it where the terminal is narrow; without a name, one more of the same."""
    indent, lead = _LABEL_WIDTH, name
    if screen.is_terminal and screen.console.width < _NARROW:
        indent, lead = _NARROW_INDENT, ""
        if name:
            screen.line(Part(name, "dim"))
    screen.line(value, indent=indent, lead=Part(lead, "dim") if lead else None)


def _write_corrections(status: Status, screen: Screen) -> None:
    """Name what `carikm.toml` says otherwise than when the index was built."""
    named = (
        ("stem", status.corrected.words),
        ("boilerplate", status.corrected.lines),
        ("outlet", status.corrected.folders),
    )
    corrections = [f"{thing}: {one_line(value)}" for thing, found in named for value in sorted(found)]
    if corrections:
        note = f"{CORRECTIONS_FILE} has changed; bring the index up to date: {_update(status)}"
        _write_fact(Part(note, "warning"), screen, "corrections")
        for correction in corrections:
            _write_fact(correction, screen)


def _write_learned(status: Status, screen: Screen) -> None:
    """Write for each line in how many articles it is, whose they are, and the line."""
    from carikm.cli.documents.writing import shown_folder

    if not status.learned:
        screen.line("No line recurs across the articles of an outlet as boilerplate does.")
    for line in status.learned:
        where = line.outlet if line.folder is None else shown_folder(status.label, line.folder)
        count = Part(f"{line.articles:>{_COUNT_WIDTH - 2},}")
        screen.line(Part(one_line(where or ""), "dim"), f"  {one_line(line.line)}", indent=_COUNT_WIDTH, lead=count)


def _update(status: Status) -> str:
    return one_line(command_at(status.index_folder))


def _count(files: int) -> str:
    return {0: "none", 1: "1 file"}.get(files, f"{files:,} files")
