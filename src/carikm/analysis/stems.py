"""Indonesian stems by Sastrawi, one word at a time.

Sastrawi's own factory searches a list of 29,932 roots from the front for every candidate; over a set of the
same roots it gives the same answers some hundred times faster. It is imported only when a word needs a stem
that no index knows.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Protocol

# What a rule could touch: plain letters only. Sastrawi drops accents and splits at everything else.
_STEMMABLE = re.compile(r"[a-z]{4,40}")


class _SingleWordStemmer(Protocol):
    def stem(self, text: str) -> str: ...


class _RootWords:
    """The dictionary that Sastrawi's stemmer asks, over a set."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if word)

    def contains(self, word: str) -> bool:
        return word in self._words

    def count(self) -> int:
        return len(self._words)


@cache
def _sastrawi() -> _SingleWordStemmer:
    from Sastrawi.Stemmer.Stemmer import Stemmer
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    stemmer: _SingleWordStemmer = Stemmer(_RootWords(StemmerFactory().get_words()))
    return stemmer


def stem(surface: str) -> str:
    """Reduce a surface form to its stem: one word, never empty.

    A form that Sastrawi would take apart or dissolve, and one that is not in plain letters, is its own stem.
    """
    if not _STEMMABLE.fullmatch(surface):
        return surface
    found = _sastrawi().stem(surface)
    return found if found.isalpha() else surface


@cache
def stop_words() -> frozenset[str]:
    """Give Sastrawi's list of Indonesian stop words."""
    from Sastrawi.StopWordRemover.StopWordRemoverFactory import StopWordRemoverFactory

    return frozenset(StopWordRemoverFactory().get_stop_words())
