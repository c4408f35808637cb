"""What is said on standard error of an index that no longer is what the archive is."""

from pathlib import Path
from typing import Protocol

from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.cli.sizes import counted
from carikm.index.corrections import CORRECTIONS_FILE, Unlike


class _Answer(Protocol):
    """What an answer tells of what it does not cover; see `carikm.api.searching.SearchResult`."""

    @property
    def corpus(self) -> Path: ...
    @property
    def index_folder(self) -> Path: ...
    @property
    def changed(self) -> int: ...
    @property
    def changed_is_complete(self) -> bool: ...
    @property
    def corpus_out_of_reach(self) -> bool: ...
    @property
    def corrected(self) -> Unlike: ...


def write_staleness(found: _Answer, messages: Screen) -> None:
    """Say on standard error what has changed since the index was built."""
    if found.corpus_out_of_reach:
        corpus = one_line(str(found.corpus))
        messages.line(Part(f"The corpus folder {corpus} is out of reach; this is what the index knew.", "warning"))
    if any(found.corrected):
        messages.line(Part(f"{_corrected(found.corrected)} Bring the index up to date: {_update(found)}", "warning"))
    if found.changed:
        at_least = "" if found.changed_is_complete else "at least "
        verb = "differs" if found.changed == 1 else "differ"
        stale = f"The index is stale: {at_least}{counted(found.changed, 'file')} {verb} from it."
        messages.line(Part(f"{stale} Bring it up to date: {_update(found)}", "warning"))


def _update(found: _Answer) -> str:
    from carikm.index.location import command_at

    return one_line(command_at(found.index_folder))


def _corrected(unlike: Unlike) -> str:
    parts = [(unlike.words, "stem"), (unlike.lines, "line of boilerplate"), (unlike.folders, "folder")]
    counts = [counted(len(found), thing) for found, thing in parts if found]
    told = " and ".join(filter(None, [", ".join(counts[:-1]), counts[-1]]))
    return f"{CORRECTIONS_FILE} has changed since the index was built: {told}."
