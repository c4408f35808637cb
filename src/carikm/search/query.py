"""From what the user typed to the words that are searched for."""

from carikm.analysis.compounds import find_compounds
from carikm.analysis.tokens import tokenize
from carikm.errors import QueryEmpty


def query_surfaces(query: str) -> list[str]:
    """Find the words of a query in their indexed form, each once, in order.

    A compound written apart is a word of its own behind its parts, so that `kerja sama` finds *kerjasama* too.

    Raises:
        QueryEmpty: the query has no word in it.
    """
    tokens = list(tokenize(query))
    compounds = {compound.first + 1: compound.surface for compound in find_compounds(query, tokens)}
    surfaces = list(
        dict.fromkeys(
            surface
            for place, token in enumerate(tokens)
            for surface in (token.surface, compounds.get(place))
            if surface is not None
        )
    )
    if not surfaces:
        found = "is empty" if not query.strip() else f"{query!r} has no letter or number in it"
        raise QueryEmpty(f"The query {found}.", 'Give one word or more: carikm search "sentra logam"')
    return surfaces
