"""A query as it is understood: what a store is asked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from carikm.records import NamedTuple
from carikm.search.query_parts import Expansion, Word
from carikm.search.signs import Note

if TYPE_CHECKING:
    from carikm.search.conditions import Condition, HoldsPhrase

# Beyond so many words a query is a pasted text: it tells enough by itself, and none of them alone is to blame.
LONGEST_QUERY = 24


class Query(NamedTuple):
    """A query as it is understood.

    `words` are its distinct words in order, and `phrases` those in quotes: what is scored and marked. `condition` is
    what a hit must meet, None for any of the words or a whole expansion. `understood` is the query as it was read,
    where it is more than words; `notes` are what the user should know of the reading.
    """

    text: str
    words: Sequence[Word]
    expansions: Sequence[Expansion] = ()
    phrases: "Sequence[HoldsPhrase]" = ()
    condition: "Condition | None" = None
    understood: str | None = None
    notes: Sequence[Note] = ()

    @property
    def weighing(self) -> Sequence[Word]:
        """The words that ranking looks at: no stop words, unless there is nothing else."""
        return [word for word in self.words if not word.is_stop] or ([] if self.phrases else self.words)
