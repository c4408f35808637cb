"""Words of the archive that are spelled much like one of the query that it has hardly or not at all.

*Telegraff* finds *telegraf* too, and *Michelangelo* finds *Michaelangelo*: at a low weight, as other expansions are
found. A form is a neighbour if few edits lead to it (optimal string alignment: letters inserted, deleted, changed, or
neighbours swapped), or if one of the two begins with the other. Like Pfeifer, Poersch and Fuhr's n-grams (1996,
"Retrieval effectiveness of proper name search methods") it looks for names that are written in several ways. Padded
4-grams with a Dice coefficient of .5 did as well for ranking, within .0005 of nDCG@10, and need an index of their own.
"""

from collections.abc import Iterable, Sequence

from carikm.index.weights import inverse_document_frequency
from carikm.search.query import LONGEST_QUERY
from carikm.search.query_parts import Expansion, Neighbour, Word
from carikm.search.store import SearchStore

# Multiplies the likeness: where the query's word is not, a neighbour counts so much of what the word would.
NEIGHBOUR_WEIGHT = 0.7
SPELLING = "spelling"
_MOST_NEIGHBOURS = 3
# A word that more articles know is no rare one. In a small archive most words are as rare as that, and rightly so.
_RARE = 2
_SMALL_ARCHIVE = 1000
# Short words are near to many others, and one that the archive knows is most likely meant.
_SHORTEST_UNKNOWN = 4
_SHORTEST_KNOWN = 7
# From so many letters on, two edits are as few as one.
_LONG = 8
# Where one form begins with the other, they share so many letters at least.
_SHORTEST_BEGINNING = 5
_LEAST_LIKENESS = 0.6
# Slips are rare at the beginning, and forms with the same beginning stand together in the index.
SHARED_BEGINNING = 2


def may_have_neighbours(word: Word, articles: int) -> bool:
    """Tell whether a word is so rare among so many articles (without copies) that its neighbours are looked for.

    One that the archive lacks and the language has is what is meant: *murid* is not *murib*.
    """
    if not word.surface.isalpha() or word.is_stop or len(word.surface) < _SHORTEST_UNKNOWN:
        return False
    if word.key is None:
        from carikm.analysis.stems import is_listed  # most words are known

        return not is_listed(word.surface)
    is_rare = word.weight >= inverse_document_frequency(articles, _RARE)
    return is_rare and articles >= _SMALL_ARCHIVE and len(word.surface) >= _SHORTEST_KNOWN


def lengths_of_neighbours(surface: str) -> range:
    """Give the lengths in code points that a neighbour of a word may have."""
    length = len(surface)
    return range(int(length * _LEAST_LIKENESS), int(length / _LEAST_LIKENESS) + 1)


def nearest(surface: str, forms: Iterable[tuple[str, int]]) -> list[Neighbour]:
    """Find a word's neighbours among (form, frequency) pairs: the most alike first, of those the most frequent."""
    from rapidfuzz.distance import OSA

    most_edits = 1 if len(surface) < _LONG else 2
    found = []
    for form, frequency in forms:
        if form == surface or not form.isalpha():
            continue
        edits = OSA.distance(surface, form)
        likeness = 1 - edits / max(len(surface), len(form))
        if likeness >= _LEAST_LIKENESS and (edits <= most_edits or _is_beginning(surface, form)):
            found.append((-likeness, -frequency, form))
    return [Neighbour(form, -likeness) for likeness, _, form in sorted(found)]


def _is_beginning(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_BEGINNING and long.startswith(short)


def expand_rare(store: SearchStore, words: Sequence[Word]) -> list[Expansion]:
    """Find the neighbours of the rare words among plain words, at the most three each, of different stems.

    Where the archive knows none of the words there are none: what is not there is not there, and a suggestion may
    say what is.
    """
    if len(words) > LONGEST_QUERY or all(word.key is None or word.is_stop for word in words):
        return []
    stems = {word.stem for word in words}
    found: list[Expansion] = []
    for word in words:
        before = len(found)
        for neighbour in store.neighbours(word):
            other = store.look_up(neighbour.surface)
            if len(found) - before == _MOST_NEIGHBOURS:
                break
            if other.is_stop or other.stem in stems:
                continue
            stems.add(other.stem)
            exact = other._replace(forms=frozenset([other.surface]))
            weight = NEIGHBOUR_WEIGHT * neighbour.likeness
            found.append(Expansion(word.surface, other.surface, (other.surface,), [exact], True, weight, SPELLING, 0))
    return found
