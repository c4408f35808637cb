"""What a query is made of: words as a store knows them, other forms of its phrases, days."""

from collections.abc import Sequence

from carikm.records import NamedTuple


class Word(NamedTuple):
    """A word of the query as the store knows it.

    `surface` is its own form and `stem` what it is found by; `forms` are all surface forms that match it, its
    own included; `is_stop` tells that it is too common to say much. `weight` is its idf, `boost` what the query
    multiplies its score by: 0 for a word that finds and does not count. `is_exact` tells that it matches in just
    those forms. `key` is the store's own, None for a word that occurs nowhere. `own_weight` is its own form's idf.
    """

    surface: str
    stem: str
    forms: frozenset[str]
    is_stop: bool
    weight: float
    key: int | None = None
    boost: float = 1.0
    is_exact: bool = False
    own_weight: float = 0.0


class Reading(NamedTuple):
    """What the archive gives as the other form of a phrase, a short one's long form or a long one's short form.

    `phrase` is as most often written, `surfaces` are its words in their indexed form; `chunks` tells in how many
    chunks the two are set side by side.
    """

    phrase: str
    surfaces: tuple[str, ...]
    chunks: int


class Expansion(NamedTuple):
    """Another form of a phrase of the query, which a chunk matches if it holds the whole of it.

    `phrase` is the query's, `reading` the other form as written; `surfaces` are its words in order, coordinators left
    out, and `words` those that are no stop words. `is_exact` tells that they match in just that form. `source` says
    where it is from, and `chunks` how many chunks explain it (0: the user says so).
    """

    phrase: str
    reading: str
    surfaces: tuple[str, ...]
    words: Sequence[Word]
    is_exact: bool
    weight: float
    source: str
    chunks: int


class Period(NamedTuple):
    """The days a search is limited to, as ISO dates: the first and the last, both included, or None."""

    since: str | None
    until: str | None


# An article of any known date lies in it.
ANY_DAY = Period(None, None)


class Neighbour(NamedTuple):
    """A form of the archive with its likeness to a word, from 0 to 1: 1 less the edits per letter of the longer."""

    surface: str
    likeness: float
