"""Paths as users give them, and what they mean below the corpus folder."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from carikm.corpus.files import ARTICLE_SUFFIX

if TYPE_CHECKING:
    from carikm.index.reader import IndexReader

# A hit shows its file with a line.
_LINE = rf"(?i)(?<={re.escape(ARTICLE_SUFFIX)}):\d+\Z"


def paths_within(index: "IndexReader", path: str) -> list[str]:
    """Give what a path may be below the corpus folder: as a hit shows it, as seen from the current folder, absolute."""
    names = [path.removeprefix(f"{index.label}/")]
    if path and "\0" not in path:
        try:
            names.append(Path(os.path.relpath(path, index.corpus)).as_posix())
        except OSError:  # there is no current folder
            names.append(path)
    return names


def path_test(index: "IndexReader", pattern: str) -> Callable[[str], bool]:
    """Make a test for paths relative to the corpus folder, upper and lower case alike.

    Without a slash the pattern is for the name of the file, or of a folder above it; with one, for the path, from the
    corpus folder on or as a hit shows it. `*` stands for anything, `?` for one character, `[ab]` for one of these. A
    pattern without them is met by what begins so.
    """
    pattern = re.sub(_LINE, "", pattern)
    if "/" not in pattern:
        matches = _pattern_test(pattern)
        return lambda path: any(map(matches, path.split("/")))
    end = "/" if pattern.endswith("/") else ""
    seen_from_here = paths_within(index, pattern)[-1]
    patterns = [pattern.removeprefix("./").removeprefix(f"{index.label}/")]
    if {".", ".."}.issuperset(seen_from_here.split("/")):  # the corpus folder, or one above it
        patterns.append("*")
    elif not seen_from_here.startswith("../"):
        patterns.append(seen_from_here + end)
    tests = list(map(_pattern_test, patterns))
    return lambda path: any(matches(path) for matches in tests)


def _pattern_test(pattern: str) -> Callable[[str], bool]:
    """Make a test for one pattern. Python's `fnmatch` never goes back on what a star has taken, so none takes long."""
    from fnmatch import translate

    pattern = pattern.casefold()
    if not set("*?[").intersection(pattern) or pattern.endswith("/"):
        pattern += "*"
    matches = re.compile(translate(pattern)).match
    return lambda path: matches(path.casefold()) is not None
