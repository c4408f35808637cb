"""Units, and the words and stems of their texts."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

_WORD = re.compile(r"\w+")

Analyzer = Callable[[str], list[str]]


def read_units(path: Path) -> Iterator[tuple[str, str]]:
    """Read units: pairs of an id and a text."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            unit, _, text = line.rstrip("\n").partition("\t")
            yield unit, text


def words(text: str) -> list[str]:
    """Give a text's words of letters and digits, in lower case."""
    return _WORD.findall(text.lower())


def stemming() -> Analyzer:
    """Give what makes Sastrawi's stems of a text; each distinct word is stemmed once.

    Sastrawi as it is, but for its dictionary, which is searched from the front for every candidate: a set, without the
    empty string that ends its list and with which `di` and `ke` would stem to nothing.
    """
    from Sastrawi.Stemmer.Stemmer import Stemmer
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    stem = cache(Stemmer(_Roots(word for word in StemmerFactory().get_words() if word)).stem)
    return lambda text: [stem(word) for word in words(text)]


class _Roots(frozenset[str]):
    """What Sastrawi's stemmer asks its dictionary."""

    def contains(self, word: str) -> bool:
        return word in self

    def count(self) -> int:
        return len(self)
