"""carikm as a library; it is built and added to by its own commands."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from carikm.api import SearchResult, find_all


def answers(folder: Path, queries: Iterable[str]) -> Iterator[list[str]]:
    """Answer with the ids of units; the hits have their snippets as well."""
    for _, found in find_all(enumerate(queries), index=folder):
        assert isinstance(found, SearchResult), found
        yield [f"{hit.article.path}:{hit.chunk.number}" for hit in found.result.hits]
