"""Which of the words before it a short form is made of: its letters aligned with beginnings of words and syllables.

Every word takes the letters of one stretch of the short form, in order. A stretch costs nothing where it is the
beginning of a word, and the more the less usual it is: a syllable from the middle or the end of the word (*lu* in
*pemilu*), a beginning with letters left out (*dis* for *dinas*), a word passed over. Function words are passed over
freely. Of all beginnings of the long form the cheapest is taken, and of equally cheap ones the shortest.
"""

from functools import lru_cache
from typing import NamedTuple

_FUNCTION_WORDS = """
    dan atau serta di ke dari untuk yang pada dengan dalam atas bagi antar oleh tentang terhadap adalah dapat hingga
    itu ini ketika kepada melalui menjadi para saat sebagai secara seperti soal
    and or of the for in on to from with de la du des
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
_VOWELS = frozenset("aeiou")
_PAIRS_OF_CONSONANTS = "bl br dr fl fr gl gr kh kl kr ng ny pl pr sk sp st sw sy tr"
_ONSETS = frozenset(_PAIRS_OF_CONSONANTS.split())
_IMPOSSIBLE = 99.0
_FUNCTION_LETTER = 0.35
_INNER_BEGINNING = 0.3
_PASSED_PART = 0.35
_PASSED_WORD = 1.0
# As far as it goes without one: luar negeri, dalam negeri.
_PASSED_AT_THE_END = {"negeri": 0.4}


class Phrase(NamedTuple):
    """Words in order: their normalised forms, and whether a hyphen or slash joins each to the one before."""

    surfaces: list[str]
    inner: list[bool]


class Alignment(NamedTuple):
    """With which word the long form begins, what the alignment costs, and of how many stretches it is made."""

    start: int
    cost: float
    stretches: int


def align_initials(letters: str, phrase: Phrase) -> int | None:
    """Find the long form at the end of a phrase whose words, but for function words, begin with `letters`.

    Gives the number of its first word.
    """
    surfaces = phrase.surfaces
    wanted = len(letters)
    for place in range(len(surfaces) - 1, -1, -1):
        surface = surfaces[place]
        if surface in FUNCTION_WORDS:
            if place == len(surfaces) - 1:
                return None
        elif surface[0] != letters[wanted - 1]:
            return None
        else:
            wanted -= 1
            if not wanted:
                return None if phrase.inner[place] else place
    return None


def align(letters: str, phrase: Phrase, *, by_syllables: bool, whole: bool = False) -> Alignment | None:
    """Find the cheapest long form at the end of a phrase.

    Args:
        letters: the short form in lower case.
        phrase: what stands before it.
        by_syllables: take syllables from within words, too, not only beginnings.
        whole: let the long form be all of the phrase.
    """
    price = _syllable_cost if by_syllables else _initial_cost
    surfaces, inner = phrase
    if letters[-1] not in surfaces[-1] and _passing_last(phrase) >= _IMPOSSIBLE:
        return None
    best: Alignment | None = None
    # For the words left, and the letters left of them: cost and stretches so far. Words are taken from the last.
    states: dict[int, tuple[float, int]] = {len(letters): (0.0, 0)}
    for place in range(len(surfaces) - 1, -1, -1):
        surface = surfaces[place]
        is_last = place == len(surfaces) - 1
        passing = _passing_last(phrase) if is_last else _passing(phrase, place)
        function_letter = _FUNCTION_LETTER if surface in FUNCTION_WORDS else 0.0
        before: dict[int, tuple[float, int]] = {}
        for wanted, (cost, stretches) in states.items():
            if best is not None and cost >= best.cost:
                continue
            if passing < _IMPOSSIBLE:
                _keep(before, wanted, cost + passing, stretches)
            for length in range(1, min(wanted, len(surface)) + 1):
                added = price(letters[wanted - length : wanted], surface) + function_letter
                if added >= _IMPOSSIBLE:
                    continue
                if wanted > length:
                    _keep(before, wanted - length, cost + added, stretches + 1)
                elif place == 0 or not whole:
                    begins = surface[0] == letters[0] and not inner[place]
                    total = cost + added + (0.0 if begins else _INNER_BEGINNING)
                    if best is None or total < best.cost:
                        best = Alignment(place, total, stretches + 1)
        states = before
        if not states:
            break
    return best


def _keep(states: dict[int, tuple[float, int]], letters: int, cost: float, stretches: int) -> None:
    if letters not in states or cost < states[letters][0]:
        states[letters] = (cost, stretches)


def _passing(phrase: Phrase, place: int) -> float:
    """Tell what it costs to pass over a word."""
    if phrase.surfaces[place] in FUNCTION_WORDS:
        return 0.0
    return _PASSED_PART if phrase.inner[place] or phrase.inner[place + 1] else _PASSED_WORD


def _passing_last(phrase: Phrase) -> float:
    """Tell what it costs to pass over the last word: mostly too much, but for *undang-undang* or *luar negeri*."""
    last = phrase.surfaces[-1]
    if phrase.inner[-1] and phrase.surfaces[-2] == last:
        return _PASSED_PART
    return _PASSED_AT_THE_END.get(last, _IMPOSSIBLE)


@lru_cache(maxsize=1 << 14)
def _initial_cost(stretch: str, word: str) -> float:
    """Price a stretch of a form in capitals: initials, more letters of the beginning, letters that stand apart."""
    if word.startswith(stretch):
        return 0.12 * (len(stretch) - 1)
    # CCTV: closed-circuit television; but ISPA is no infeksi saluran pernapasan.
    apart = stretch[0] == word[0] and len(stretch) <= 3 and stretch[1] not in _VOWELS
    if apart and _reach(stretch, word, 0) <= len(word):
        return 0.8
    return _IMPOSSIBLE


@lru_cache(maxsize=1 << 14)
def _syllable_cost(stretch: str, word: str) -> float:
    """Price a stretch of a syllable acronym: best the beginning of a word, then syllables from within."""
    length = len(stretch)
    if word.startswith(stretch):
        return 0.3 if length == 1 else 0.0
    if length == 1:
        return _IMPOSSIBLE
    cost = _IMPOSSIBLE
    opens = _opens_syllable(stretch)
    if stretch in word:
        if length >= 3 and opens:
            cost = 0.3
        elif word.endswith(stretch):
            cost = 0.4
        elif opens:
            cost = 0.6
    if stretch[0] == word[0] and length <= 4 and _reach(stretch, word, 0) <= len(word):
        cost = min(cost, 0.5)
    if length >= 3 and stretch[0] not in _VOWELS and cost > 0.8:
        room = length + (1 if length < 5 else 2)
        for place in range(1, len(word) - length):
            if word[place] == stretch[0] and _reach(stretch, word, place) <= min(len(word), place + room):
                return 0.8
    return cost


def _opens_syllable(stretch: str) -> bool:
    """Tell whether a syllable may begin so: with a consonant and a vowel, or with two that go together."""
    return stretch[0] not in _VOWELS and (stretch[1] in _VOWELS or stretch[:2] in _ONSETS)


def _reach(stretch: str, word: str, place: int) -> int:
    """Find the letters of a stretch one after the other; give the place behind the last, or one beyond the word."""
    for letter in stretch:
        place = word.find(letter, place) + 1
        if not place:
            return len(word) + 1
    return place
