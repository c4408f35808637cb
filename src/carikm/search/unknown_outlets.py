"""Outlets that a search asks for and the archive has not, and those with the likest names."""

from collections.abc import Iterator, Sequence

from carikm.index.reader import IndexReader
from carikm.records import NamedTuple
from carikm.search.article_matching import outlets_called
from carikm.search.conditions import AllOf, AnyOf, Condition, FromOutlet, NoneOf
from carikm.search.query import Query
from carikm.search.store import Scope

_OUTLETS_GIVEN = 3
# Of 100 for the same name.
_LEAST_LIKENESS = 60


class UnknownOutlet(NamedTuple):
    """An outlet that was asked for and is not known, and those with the likest names."""

    name: str
    likest: Sequence[str]


def unknown_outlets(index: IndexReader, query: Query, scope: Scope) -> list[UnknownOutlet]:
    """Find the outlets that a query and its options ask for and the archive has not."""
    conditions = [*scope.conditions, *([query.condition] if query.condition is not None else [])]
    return [outlet for condition in conditions for outlet in _unknown_outlets(condition, index)]


def _unknown_outlets(condition: Condition, index: IndexReader) -> Iterator[UnknownOutlet]:
    match condition:
        case FromOutlet(name):
            names, _ = index.outlets()
            if not outlets_called(name, names):
                yield UnknownOutlet(name, _likest(name, names))
        case AllOf(parts) | AnyOf(parts) | NoneOf(parts):
            for part in parts:
                yield from _unknown_outlets(part, index)


def _likest(name: str, names: Sequence[str]) -> list[str]:
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        name,
        names,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=_OUTLETS_GIVEN,
        score_cutoff=_LEAST_LIKENESS,
    )
    return [outlet for outlet, _, _ in found]
