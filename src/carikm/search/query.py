"""From what the user typed to what is searched for: its words, as the store knows them."""

from collections.abc import Sequence
from typing import NamedTuple

from carikm.analysis.tokens import tokenize
from carikm.errors import QueryEmpty
from carikm.search.store import SearchStore, Word


class Query(NamedTuple):
    """A query as it is understood: its text and its distinct words, in order."""

    text: str
    words: Sequence[Word]

    @property
    def weighing(self) -> Sequence[Word]:
        """The words that ranking looks at: no stop words, unless there is nothing else."""
        return [word for word in self.words if not word.is_stop] or self.words


def read_query(store: SearchStore, text: str) -> Query:
    """Look up the words of a query.

    Raises:
        QueryEmpty: the query has no word in it.
    """
    return Query(text, [store.look_up(surface) for surface in query_surfaces(text)])


def query_surfaces(query: str) -> list[str]:
    """Find the words of a query in their indexed form, each once, in order.

    Raises:
        QueryEmpty: the query has no word in it.
    """
    surfaces = list(dict.fromkeys(token.surface for token in tokenize(query)))
    if not surfaces:
        found = "is empty" if not query.strip() else f"{query!r} has no letter or number in it"
        raise QueryEmpty(f"The query {found}.", 'Give one word or more: carikm search "sentra logam"')
    return surfaces
