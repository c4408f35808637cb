"""When the corpus's folders were last changed: from it a search in a large archive tells that files have come or gone.

A folder's time tells of whatever happens in it after the time was taken, unless that happens within the same tick of
the clock. So a time counts only if it lies before the listing that it vouches for; else it is `UNSURE`, and searches
compare all files until an update knows better.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from carikm.corpus.files import ARTICLE_SUFFIX, changed_ns
from carikm.index.format import name_in, name_of, storable
from carikm.index.reader import IndexReader
from carikm.records import NamedTuple

# No folder was ever changed then.
UNSURE = -1
# Linux's clock of files ticks every 10 ms at most. Where the ticks are whole seconds, as on some network file systems
# and memory cards, a time tells less.
_TICK_NS, _COARSE_TICK_NS = 20_000_000, 2_000_000_000
_SECOND_NS = 1_000_000_000


def folder_times(root: Path, folders: Iterable[str], listed_ns: int) -> dict[str, int]:
    """Tell when folders (relative paths, "" for the corpus's own) were last changed, in ns.

    Args:
        root: the corpus folder.
        folders: those that were listed.
        listed_ns: when listing began, in ns since 1970.
    """
    return {folder: _vouching(_time_of(root, folder), listed_ns) for folder in sorted(folders)}


def folder_of_index(root: Path, index: Path) -> str | None:
    """Give the index's own folder as the corpus knows it, if it lies there: what changes in it is no article."""
    try:
        return Path(os.path.realpath(index)).relative_to(os.path.realpath(root)).as_posix()
    except ValueError:
        return None


def folders_changed(index: IndexReader) -> bool:
    """Tell whether any folder of the corpus has gained, lost or renamed an entry since the index was built."""
    root = index.corpus
    return any(_time_of(root, folder) != time for folder, time in index.folders().items())


def _time_of(root: Path, folder: str) -> int | None:
    try:
        return changed_ns(os.stat(os.path.join(root, folder)))  # noqa: PTH116, PTH118  # called for every folder
    except OSError:
        return None


def _vouching(time_ns: int | None, listed_ns: int) -> int:
    """Give a folder's time, if no change after the listing can have the same."""
    if time_ns is None:
        return UNSURE
    tick = _TICK_NS if time_ns % _SECOND_NS else _COARSE_TICK_NS
    return time_ns if time_ns < listed_ns - tick else UNSURE


class Named(NamedTuple):
    """Files that an update looks at, by their paths: those that are there, and those that are gone."""

    there: Collection[str]
    gone: Collection[str]


def folders_after(
    index: IndexReader, root: Path, named: Named, skipped: Collection[str], listed_ns: int
) -> Mapping[str, int]:
    """Tell when folders were changed, after an update that looks at some files alone.

    Of the folders of these files, and those above, the new time is taken over if nothing else in them has come or
    gone; whether the other files' contents have changed, no folder tells.

    Args:
        index: the index as it is.
        root: the corpus folder.
        named: the files.
        skipped: the paths of all others that are no articles.
        listed_ns: what time it is, in ns since 1970.
    """
    times = index.folders()
    own = folder_of_index(root, index.folder)
    # Those within others come first, so that these can count on them.
    for folder in sorted(_above((*named.there, *named.gone)), reverse=True):
        time_ns = _time_of(root, folder)  # before it is listed
        if time_ns is None:
            if not _expected(index, folder, named, skipped, below=True):
                times = {other: time for other, time in times.items() if not f"{other}/".startswith(f"{folder}/")}
        elif time_ns != times.get(folder):
            time = _vouching(time_ns, listed_ns)
            expected = _expected(index, folder, named, skipped)
            if time != UNSURE and _is_as_expected(root, folder, expected, {*times, own}):
                times[folder] = time
            else:
                times.setdefault(folder, UNSURE)
    return times


def _above(paths: Iterable[str]) -> set[str]:
    """Give the folders in which files lie, those above them, and the corpus's own."""
    found = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _expected(
    index: IndexReader, folder: str, named: Named, skipped: Collection[str], *, below: bool = False
) -> set[str]:
    """Give the names that an index will know in a folder; with `below`, also what it knows further down."""
    start = f"{folder}/" if folder else ""
    raw = storable(start)
    query = f"SELECT {name_in('path')} FROM articles WHERE path >= CAST(? AS TEXT) AND path < CAST(? AS TEXT)"
    values: list[object] = [raw, raw + b"\xff" * 8]
    if not below:
        query += " AND instr(substr(CAST(path AS BLOB), ?), x'2f') = 0"
        values.append(len(raw) + 1)
    known = {name_of(path) for (path,) in index.connection.execute(query, values)}
    found = (known | {*skipped, *named.there}).difference(named.gone)
    names = {path[len(start) :] for path in found if path.startswith(start)}
    return names if below else {name for name in names if "/" not in name}


def _is_as_expected(root: Path, folder: str, expected: set[str], folders: Collection[str | None]) -> bool:
    """Tell whether a folder has just these articles, and files that are none, and no folder that is not known."""
    try:
        with os.scandir(root / folder) as entries:
            for entry in entries:
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder and (f"{folder}/{entry.name}" if folder else entry.name) not in folders:
                    return False
                if entry.name.lower().endswith(ARTICLE_SUFFIX):
                    if entry.name not in expected:
                        return False
                    expected.discard(entry.name)
    except OSError:
        return False
    # A link that leads to a folder is left out as well, whatever its name.
    return all(not name.lower().endswith(ARTICLE_SUFFIX) for name in expected)
