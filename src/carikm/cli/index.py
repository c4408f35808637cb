"""`carikm index`: build the index, or bring it up to date."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carikm.api import build_index, locate_index
from carikm.cli.environment import Color, Environment
from carikm.cli.exits import Exit
from carikm.cli.interrupts import interrupted
from carikm.cli.options import ColorOption, CorpusOption, IndexOption, JobsOption, JsonOption, named_path, processes
from carikm.cli.progress import TerminalProgress
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.cli.sizes import size
from carikm.corpus.files import ARTICLE_SUFFIX
from carikm.errors import UsageError, typed_path
from carikm.index.format import committed_state
from carikm.index.location import command_at

if TYPE_CHECKING:
    from carikm.index.build import BuildSummary

_SKIPPED_SHOWN = 20


def index_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FOLDER|FILE]...",
            parser=named_path,
            help="The folder of .txt articles, seeds/ by default; or files of it that were added, changed or deleted.",
            show_default=False,
        ),
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Read every file anew.")] = False,
    jobs: JobsOption = None,
    json: JsonOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """Build the index, or read only what has changed since it was built."""
    folder, files = _folder_or_files(paths or [])
    if folder is not None and corpus is not None:
        raise UsageError("A folder was named twice.", "Name it once: carikm index FOLDER")
    if files is not None and rebuild:
        again = _again(corpus, index, (), jobs, rebuild=True)
        raise UsageError("To read every file anew, no file is named.", f"Leave them out: {again}")
    environment = Environment.of_process()
    wanted = processes(jobs)
    index_folder = locate_index(folder or corpus, index).index_folder
    before = committed_state(index_folder)
    try:
        with TerminalProgress(Screen(environment, environment.stderr, color), quiet=json) as progress:
            summary = build_index(folder or corpus, index, rebuild=rebuild, files=files, jobs=wanted, progress=progress)
    except KeyboardInterrupt:
        again = _again(folder or corpus, index, files or (), jobs, rebuild=rebuild)
        raise interrupted(index_folder, before, again=again) from None
    if json:
        from carikm.cli.documents.archive import index_document
        from carikm.cli.documents.writing import write_document

        write_document(index_document(summary), environment.stdout)
    else:
        _write_summary(summary, Screen(environment, environment.stdout, color))
    return Exit.FOUND


def _folder_or_files(paths: Sequence[Path]) -> tuple[Path | None, Sequence[Path] | None]:
    """Tell whether a folder was named or files were, which may be there no more."""
    if not paths:
        return None, None
    folders = [path for path in paths if path.is_dir()]
    if not folders and (len(paths) > 1 or paths[0].suffix.lower() == ARTICLE_SUFFIX):
        return None, paths
    if paths[0].is_file() and not folders:
        raise UsageError(
            f"{paths[0]} is a file, not a folder, and its name does not end in {ARTICLE_SUFFIX}.",
            f"Name the folder of your {ARTICLE_SUFFIX} articles, or {ARTICLE_SUFFIX} files of it: carikm index FOLDER",
        )
    if len(paths) > 1:
        raise UsageError(
            f"{folders[0]} is a folder, and more was named.", "Name one folder, or files: carikm index FOLDER"
        )
    return paths[0], None


def _again(corpus: Path | None, index: Path | None, files: Sequence[Path], jobs: int | None, *, rebuild: bool) -> str:
    """Write the command once more."""
    again = ["carikm", "index", *map(typed_path, files)]
    again += ["--corpus"] if corpus and files else []
    again += [typed_path(corpus)] if corpus else []
    again += ["--index", typed_path(index)] if index else []
    again += ["--rebuild"] if rebuild else []
    return " ".join([*again, *(["--jobs", str(jobs)] if jobs else [])])


def _write_summary(summary: "BuildSummary", screen: Screen) -> None:
    written = summary.written
    if written is None:
        screen.line(f"{one_line(str(summary.index))} is up to date: {summary.unchanged:,} articles, none changed.")
    else:
        screen.line(
            f"Indexed {written.articles:,} articles in {written.chunks:,} chunks"
            f" ({written.boilerplate_chunks:,} boilerplate), {written.terms:,} stems,"
            f" in {summary.seconds:.1f} s: {one_line(str(summary.index))}, {size(written.bytes)}."
        )
        if summary.unchanged or summary.deleted:
            fresh = written.articles - summary.unchanged
            screen.line(
                Part(f"{fresh:,} new or changed, {summary.unchanged:,} as before, {summary.deleted:,} gone.", "dim")
            )
    if summary.skipped:
        screen.line(Part(f"{len(summary.skipped):,} skipped:", "warning"))
        for file in summary.skipped[:_SKIPPED_SHOWN]:
            screen.line(f"{one_line(file.path)}: {file.reason}", indent=2)
        if len(summary.skipped) > _SKIPPED_SHOWN:
            screen.line(f"… see them all: {one_line(command_at(summary.index, 'carikm status'))}", indent=2)
