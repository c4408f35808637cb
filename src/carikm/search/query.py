"""From what the user typed to the words that are searched for."""

from carikm.analysis.tokens import tokenize
from carikm.errors import QueryEmpty


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
