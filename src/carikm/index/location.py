"""Where the index lies and which folder it is made of."""

import os
from collections.abc import Mapping
from pathlib import Path

from carikm.errors import CorpusMissing, IndexForeign, IndexMissing, typed_path
from carikm.index.format import INDEX_FILE
from carikm.records import NamedTuple

DEFAULT_CORPUS = "seeds"
DEFAULT_INDEX = "index"
CORPUS_VARIABLE = "CARIKM_CORPUS"
INDEX_VARIABLE = "CARIKM_INDEX"


class Location(NamedTuple):
    """An index folder, and the corpus folder if one was named or found beside it."""

    index_folder: Path
    corpus_folder: Path | None


def locate(
    corpus: Path | None = None,
    index: Path | None = None,
    *,
    start: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Location:
    """Find index and corpus: as named, else by the environment, else in the nearest folder upward.

    That is the nearest folder, from `start` (the current one) to the root, with an `index/` that holds an
    index or with a `seeds/`; where a corpus is named, the `seeds/` of another project says nothing of where its index
    lies, and only that very folder counts. Where there is none it is `start`. A corpus that the environment names has
    its index beside it, so that it is the same one wherever a command is typed.
    """
    index = index or _from(environment, INDEX_VARIABLE)
    if corpus is None and (corpus := _from(environment, CORPUS_VARIABLE)) is not None and index is None:
        return Location(corpus.absolute().parent / DEFAULT_INDEX, corpus)
    if index is not None and corpus is not None:
        return Location(index, corpus)
    start = (start or _current_folder()).absolute()
    home = next((folder for folder in (start, *start.parents) if _is_home(folder, corpus)), None)
    if corpus is None and index is None and home is not None and _is_folder(home / DEFAULT_CORPUS):
        corpus = home / DEFAULT_CORPUS
    if index is None:
        index = (home or start) / DEFAULT_INDEX
    return Location(index, corpus)


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise CorpusMissing("The current folder is gone.", "Go to one that is there: cd") from None


def command_at(index_folder: Path, command: str = "carikm index") -> str:
    """Complete a command so that it acts on that index when it is typed here, where it may find another by itself."""
    try:
        is_found = same_folder(locate().index_folder, index_folder)
    except CorpusMissing:  # the current folder is gone
        is_found = False
    return command if is_found else f"{command} --index {typed_path(index_folder)}"


def missing_everything(location: Location) -> CorpusMissing | IndexMissing:
    """Make the error for when there is no index, and nothing was named to make it of."""
    nearest = locate(environment={})
    if nearest.corpus_folder is not None or location.index_folder != nearest.index_folder:
        return missing_there(location)
    return CorpusMissing(
        f"There is no index in {location.index_folder}, and no folder {DEFAULT_CORPUS}/ here or above to make one of.",
        "Name the folder of your .txt articles: carikm index FOLDER",
    )


def missing_there(location: Location) -> IndexMissing:
    """Make the error for when there is no index where it was looked for, with the command that makes one there."""
    index = location.index_folder
    if os.path.isfile(index):  # noqa: PTH113  # as in `_is_home`
        folder = typed_path(index.parent) if index.name == INDEX_FILE else "DIR"
        return IndexMissing(f"{index} is a file, not the folder of an index.", f"Name its folder: --index {folder}")
    nearest = locate(environment={})
    corpus = location.corpus_folder or nearest.corpus_folder
    words = ["carikm index"]
    if corpus is None:
        words.append("FOLDER")
    elif corpus != nearest.corpus_folder:
        words.append(typed_path(corpus))
    elif index != nearest.index_folder:
        words.append(typed_path(os.path.relpath(corpus)))
    if index != nearest.index_folder:
        words.append(f"--index {typed_path(index)}")
    return IndexMissing(f"There is no index in {index}.", f"Build one: {' '.join(words)}")


def foreign(index_folder: Path, indexed: Path, corpus: Path, hint: str) -> IndexForeign:
    """Make the error for an index of another corpus than the one that was named.

    Args:
        index_folder: the folder of the index.
        indexed: the corpus that it remembers.
        corpus: the one that was named.
        hint: what to type where `indexed` is there; where it is not, index or corpus were moved without each other.
    """
    if _is_folder(indexed):
        return IndexForeign(f"{index_folder} holds the index of {indexed}, not of {corpus}.", hint)
    again = f"carikm index {typed_path(corpus)} --rebuild --index {typed_path(index_folder)}"
    return IndexForeign(
        f"{index_folder} holds the index of {indexed}, which does not exist, not of {corpus}.",
        "An index remembers its corpus by the path from one to the other: put it where it lay beside the corpus, "
        f"or build it anew: {again}",
    )


def _from(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name)
    return Path(value) if value else None


def _is_home(folder: Path, corpus: Path | None) -> bool:
    # Unlike Path.is_file, this says no where it may not look.
    if os.path.isfile(folder / DEFAULT_INDEX / INDEX_FILE):  # noqa: PTH113
        return True
    seeds = folder / DEFAULT_CORPUS
    return _is_folder(seeds) and (corpus is None or same_folder(seeds, corpus))


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  # likewise


def same_folder(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to the same folder, links followed."""
    return os.path.realpath(one) == os.path.realpath(other)


def as_named(folder: Path) -> Path:
    """Give the real path of a folder, but for its own name, which may be a link's: so an index remembers its corpus."""
    whole = Path(os.path.abspath(folder))  # noqa: PTH100  # `..` is taken out of it too
    return Path(os.path.realpath(whole.parent)) / whole.name
