"""Article ids: the file's name without its ending; with its folder, or by its path, where two would clash.

Articles whose names may ever be alike are few, and name each other without regard to all others. So an update names
these anew, and nobody else.
"""

import os.path
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from carikm.corpus.files import ARTICLE_SUFFIX
from carikm.index.format import name_in, storable

# Runs a query with its values, and gives all rows, whose columns hold these kinds (see `is_kind`).
_Ask = Callable[[str, Sequence[object], str], list[Any]]

# To look for what one article shares names with takes 10 ms in 39,000; to read the paths of all, and compare them,
# 0.1 s, and it is done twice, or three times, however many share names.
_FEW_LOOKS = 10
_PAGE = 10_000


def article_names(paths: Iterable[str]) -> dict[str, str]:
    """Name each of the articles at these paths."""
    shapes = {path: may_be_named(path) for path in paths}
    names = {path: forms.pop() for path, forms in shapes.items()}
    while clashing := {name for name, count in Counter(names.values()).items() if count > 1}:
        for path, name in names.items():
            if name in clashing and shapes[path]:
                names[path] = shapes[path].pop()
    return names


def may_be_named(path: str) -> list[str]:
    """Give the names that an article at a path may have, the shortest last."""
    folder, slash, name = path.rpartition("/")
    stem = os.path.splitext(name)[0]  # noqa: PTH122  # called for every article
    return [path, folder + slash + stem, stem]


def names_beside(ask: _Ask, changed: Collection[str], present: Collection[str]) -> dict[str, str]:
    """Name all articles anew whose names may depend on some that have come or gone.

    Args:
        ask: asks an index from which the articles that have gone are taken out.
        changed: the paths of all of them.
        present: those of the articles that have come.
    """
    known: set[str] = set()
    waiting = list(changed)
    seen = set(changed)
    while waiting and len(seen) <= _FEW_LOOKS:
        for path in paths_sharing_a_name(ask, waiting.pop()):
            known.add(path)
            if path not in seen:
                seen.add(path)
                waiting.append(path)
    if waiting:
        known = _sharing_shapes(ask, seen)
    return article_names([*known, *present])


def paths_sharing_a_name(ask: _Ask, path: str) -> list[str]:
    """Find the articles that share a possible name with one at a path, in no order; it is among them if it is there."""
    whole, without, stem = may_be_named(path)
    name = whole.rpartition("/")[2]
    exactly = {without, stem, whole}
    found = []
    conditions = [f"path IN ({', '.join(['CAST(? AS TEXT)'] * len(exactly))})"]
    values: list[object] = [storable(path) for path in exactly]
    for ending in dict.fromkeys([stem, name]):
        # The name of a file is this, and an ending behind it.
        raw = storable(ending)
        conditions.append("substr(CAST(path AS BLOB), ?, ?) = ?")
        values += [-len(raw) - len(ARTICLE_SUFFIX), len(raw), raw]
        # Or just this, where it begins with a dot: of `.txt` nothing is the ending.
        conditions.append("path = CAST(? AS TEXT) OR substr(CAST(path AS BLOB), ?) = ?")
        values += [raw, -len(raw) - 1, b"/" + raw]
    # All of these hold the stem: to look for it first takes a third of the time.
    query = f"SELECT {name_in('path')} FROM articles WHERE instr(CAST(path AS BLOB), ?) AND ({' OR '.join(conditions)})"
    values = [storable(stem), *values]
    for (other,) in ask(query, values, "n"):
        if not {*may_be_named(other)}.isdisjoint((whole, without, stem)):
            found.append(other)
    return found


def _sharing_shapes(ask: _Ask, paths: Iterable[str]) -> set[str]:
    """Find the articles that share a possible name with one at these paths, or with one that does so."""
    shapes = {shape for path in paths for shape in may_be_named(path)}
    found: set[str] = set()
    before = 0
    while len(shapes) > before:
        before = len(shapes)
        for path in _all_paths(ask):
            own = may_be_named(path)
            if not shapes.isdisjoint(own):
                found.add(path)
                shapes.update(own)
    return found


def _all_paths(ask: _Ask) -> Iterator[str]:
    query = f"SELECT id, {name_in('path')} FROM articles WHERE id > ? ORDER BY id LIMIT {_PAGE}"
    last = -1
    while rows := ask(query, [last], "in"):
        yield from (path for _, path in rows)
        last = rows[-1][0]
