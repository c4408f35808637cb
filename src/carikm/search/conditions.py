"""What a chunk must hold, or its article be, to be a hit: conditions that a store can check, and their combinations."""

from collections.abc import Sequence

from carikm.records import NamedTuple
from carikm.search.query_parts import Expansion, Period, Word


class Holds(NamedTuple):
    """The chunk holds a word, in any of its forms."""

    word: Word


class HoldsPhrase(NamedTuple):
    """The chunk holds these forms side by side; with `slop`, in any order with at most so many others among them.

    `words` are the distinct forms as words.
    """

    surfaces: tuple[str, ...]
    words: Sequence[Word]
    slop: int | None = None


class HoldsReading(NamedTuple):
    """The chunk holds the whole of an expansion."""

    expansion: Expansion


class InTitle(NamedTuple):
    """The article's title holds a word or a phrase."""

    part: "Holds | HoldsPhrase"


class FromOutlet(NamedTuple):
    """The article is of an outlet of that name, or, where none is, of one whose name has it in it."""

    name: str


class AtPath(NamedTuple):
    """The article's file, or a folder above it, matches a pattern (see `carikm.search.paths.path_test`)."""

    pattern: str


class InPeriod(NamedTuple):
    """The article's date lies in a period."""

    period: Period


class AllOf(NamedTuple):
    """All parts are met."""

    parts: "Sequence[Condition]"


class AnyOf(NamedTuple):
    """At least one part is met."""

    parts: "Sequence[Condition]"


class NoneOf(NamedTuple):
    """No part is met."""

    parts: "Sequence[Condition]"


Condition = Holds | HoldsPhrase | HoldsReading | InTitle | FromOutlet | AtPath | InPeriod | AllOf | AnyOf | NoneOf
