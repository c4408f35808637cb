"""What carikm answers to the queries of a collection, as a TREC run, perhaps with other figures in its model."""

import importlib
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import carikm.index.build as build
from carikm.cli.batch import BatchFormat, batch_command
from collection import Collection


class Figure(NamedTuple):
    """A figure of the model that is to be another one: its module, its name there, and what it is to be."""

    module: str
    name: str
    number: float


def figure(assignment: str) -> Figure:
    """Read a figure such as `carikm.search.levels:CHUNK_WEIGHT=0`.

    Raises:
        ValueError: there is none of that name, or that is no number.
    """
    place, _, number = assignment.partition("=")
    module, _, name = place.partition(":")
    try:
        getattr(importlib.import_module(module), name)
    except (AttributeError, ImportError) as error:
        raise ValueError(f"there is no figure {place}") from error
    return Figure(module, name, float(number))


def write_run(collection: Collection, run: Path, *, expanded: bool, figures: Sequence[Figure] = ()) -> str:
    """Index a collection, answer its queries with these figures, and tell how long it took."""
    with ExitStack() as stack:
        for module, name, number in figures:
            stack.enter_context(patch.object(importlib.import_module(module), name, number))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        started = time.perf_counter()
        build.build_index(collection.corpus, Path(folder))
        indexed = time.perf_counter()
        batch_command(
            collection.queries_file,
            format=BatchFormat.trec,
            output=run,
            index=Path(folder),
            no_expand=not expanded,
            # Processes that are started anew know of no figure that was set in this one.
            jobs=1 if figures else None,
        )
        answered = time.perf_counter()
    return f"indexed in {indexed - started:.1f} s, answered in {answered - indexed:.1f} s"
