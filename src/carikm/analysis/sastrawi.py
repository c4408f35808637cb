"""Sastrawi's stemmer: the same answers, many times faster.

Its own factory searches a list of 29,932 roots from the front for every candidate; here it asks a set. And most
words of an archive are rare names and typing errors, which walk through every rule in vain: those that no rule can
lead to a root are told by their beginnings and ends, and spared the walk.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

# How a word begins that one of Sastrawi's prefix or infix rules can touch (its RemovePlainPrefix and
# DisambiguatorPrefixRule1 to 42). All of them are about a word's beginning, which taking off a suffix does not change.
_PREFIXED = re.compile(r"di|ke|se|be|te|pe|me|ku|kau|[bcdfghjklmnpqrstvwxyz](?:er|el|em|in)[aiueo]")
# Its suffix visitors, in their order; of several endings that fit, the longest is taken.
_PARTICLE = re.compile(r"(?:lah|kah|tah|pun)$")
_POSSESSIVE = re.compile(r"(?:ku|mu|nya)$")
_DERIVATIONAL = re.compile(r"(?:is|isme|isasi|i|kan|an)$")


class _SingleWordStemmer(Protocol):
    def stem(self, text: str) -> str: ...


class _RootWords:
    """The dictionary that Sastrawi's stemmer asks, over a set."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words

    def contains(self, word: str) -> bool:
        return word in self._words

    def count(self) -> int:
        return len(self._words)


class Sastrawi:
    """Sastrawi with further roots beside its own."""

    def __init__(self, further_roots: Iterable[str]) -> None:
        from Sastrawi.Stemmer.Stemmer import Stemmer
        from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

        # Its list ends in an empty string, with which `di` and `ke` would stem to nothing.
        self._roots = frozenset(word for word in (*StemmerFactory().get_words(), *further_roots) if word)
        self._stemmer: _SingleWordStemmer = Stemmer(_RootWords(self._roots))

    def stem(self, word: str) -> str:
        """Stem one word of plain lower-case letters; one that leads to no root stays as it is."""
        if word in self._roots or not (_PREFIXED.match(word) or self._leads_to_root(word)):
            return word
        return self._stemmer.stem(word)

    def _leads_to_root(self, word: str) -> bool:
        return any(shorter in self._roots for shorter in _without_suffixes(word))


def _without_suffixes(word: str) -> Iterator[str]:
    """Give all that Sastrawi's suffix rules, and its loop of putting suffixes back, can make of a word."""
    for suffix in (_PARTICLE, _POSSESSIVE, _DERIVATIONAL):
        if found := suffix.search(word):
            word = word[: found.start()]
            yield word
            if found[0] == "kan":
                yield word + "k"
