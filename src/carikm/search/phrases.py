"""Where in a text a phrase stands: its words side by side, or near each other."""

import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence

_ODD = re.compile("[^\x00-\x7f\u2010-\u2018\u201a-\u2026]|'")
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

    Words of plain letters stand in a text as they are, unless it has accents, apostrophes or joiners to leave out. So
    no text has more runs than places in which the words stand with anything but letters and digits between them, nor
    fewer than places in which there is white space around them: where these are as many, nothing is left to ask.
    """
    if not all(re.fullmatch("[a-z]+", surface) for surface in phrase):
        return lambda text: None
    # ASCII alone: else the long s is part of words and of what stands between them, and there is more than one way.
    most = re.compile(r"[^a-z0-9]++".join(phrase), re.IGNORECASE | re.ASCII)
    least = re.compile(r"(?<!\S)" + r"\s++".join(phrase) + r"(?=[.,]?(?:\s|\Z))", re.IGNORECASE | re.ASCII)

    def count(text: str) -> int | None:
        if _ODD.search(text) is not None:
            return None
        found = len(most.findall(text))
        return found if not found or found == len(least.findall(text)) else None

    return count


def any_word_test(words: Collection[str]) -> Callable[[str], bool]:
    """Make a quick test that tells of most texts without any of some words that they have none."""
    if len(words) > _MOST_LOOKED_FOR or not all(re.fullmatch("[a-z]+", surface) for surface in words):
        return lambda text: True
    pattern = re.compile("|".join(words), re.IGNORECASE | re.ASCII)
    return lambda text: pattern.search(text) is not None or _ODD.search(text) is not None


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
