"""Where in a text a phrase stands: its words side by side, or near each other."""

import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence

from carikm.analysis.tokens import MAX_SURFACE_LENGTH, in_plain_signs, may_have_address

_JOINED = re.compile("[A-Za-z0-9]'+[A-Za-z0-9]")
# More words are looked for no faster than by reading a text.
_MOST_LOOKED_FOR = 50


def phrase_runs(tokens: Sequence[str], phrase: Sequence[str], slop: int | None = None) -> list[tuple[int, int]]:
    """Find where a phrase stands, as half-open runs of tokens that do not overlap.

    Args:
        tokens: the surfaces of a text's tokens.
        phrase: the surfaces of the phrase.
        slop: None for side by side and in order; else in any order, with at most so many other tokens among them.
    """
    if len(tokens) < len(phrase):
        return []
    return _side_by_side(tokens, phrase) if slop is None else _near(tokens, phrase, slop)


def side_by_side_count(phrase: Sequence[str]) -> Callable[[str], int | None]:
    """Make a quick count of the runs of a phrase in a text; None where its tokens must be looked at.

    Words of plain letters stand in most texts as they are. So no text has more runs than places in which the words
    stand with no letter beside them and anything but letters and digits between them, nor fewer than places in which
    there is white space around them: where these are as many, nothing is left to ask. Addresses hold words that are
    no tokens, and may end within a word.
    """
    if not all(re.fullmatch("[a-z]+", surface) and len(surface) < MAX_SURFACE_LENGTH for surface in phrase):
        return lambda text: None
    first, *others = phrase
    # What must stand before the first word is asked for behind it, so that the search may skip to that word.
    somewhere = re.compile("[^a-z0-9]++".join(phrase))
    most = re.compile(f"{first}(?<![a-z]{first})" + "".join(f"[^a-z0-9]++{word}" for word in others) + "(?![a-z])")
    least = re.compile(rf"{first}(?<!\S{first})" + "".join(rf"\s++{word}" for word in others) + r"(?=[.,]?(?:\s|\Z))")

    def count(text: str) -> int | None:
        plain = _in_plain_letters(text)
        if plain is None:
            return None
        if may_have_address(plain):
            return None if somewhere.search(plain) else 0
        found = len(most.findall(plain))
        return found if not found or found == len(least.findall(plain)) else None

    return count


def any_word_test(words: Collection[str]) -> Callable[[str], bool]:
    """Make a quick test that tells of most texts without any of some words that they have none."""
    if len(words) > _MOST_LOOKED_FOR or not all(re.fullmatch("[a-z]+", surface) for surface in words):
        return lambda text: True
    pattern = re.compile("|".join(words))

    def test(text: str) -> bool:
        plain = _in_plain_letters(text)
        return plain is None or pattern.search(plain) is not None

    return test


def _in_plain_letters(text: str) -> str | None:
    """Give a text in lower case if all its tokens stand in it as they are indexed, but for parts of addresses."""
    plain = in_plain_signs(text)
    if not plain.isascii() or ("'" in plain and _JOINED.search(plain)):
        return None
    return plain.lower()


def _side_by_side(tokens: Sequence[str], phrase: Sequence[str]) -> list[tuple[int, int]]:
    runs = []
    first, length, place = phrase[0], len(phrase), 0
    for _ in range(tokens.count(first)):
        try:
            place = tokens.index(first, place)
        except ValueError:  # the rest stand in a run
            break
        if all(place + i < len(tokens) and tokens[place + i] == phrase[i] for i in range(1, length)):
            runs.append((place, place + length))
            place += length
        else:
            place += 1
    return runs


def _near(tokens: Sequence[str], phrase: Sequence[str], slop: int) -> list[tuple[int, int]]:
    """Slide a window over the tokens that belong to the phrase; take it when it has them all and is short enough."""
    runs = []
    missing = Counter(phrase)
    lacking = len(phrase)
    window: deque[int] = deque()
    for place, token in enumerate(tokens):
        if token not in missing:
            continue
        window.append(place)
        lacking -= missing[token] > 0
        missing[token] -= 1
        while lacking == 0 and missing[tokens[window[0]]] < 0:
            missing[tokens[window.popleft()]] += 1
        if lacking == 0 and place - window[0] < len(phrase) + slop:
            runs.append((window[0], place + 1))
            missing, lacking, window = Counter(phrase), len(phrase), deque()
    return runs
