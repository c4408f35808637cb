"""Sastrawi's stemmer: the same answers, many times faster.

Its own factory searches a list of 29,932 roots from the front for every candidate; here it asks a set. And most words
of an archive are rare names and typing errors, which walk through every rule in vain: so all that the rules can make
of a word is looked up first, and only a word that a root may come of walks. A rule is asked but once about words that
begin alike. The rules, their order and the answer are Sastrawi's own.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

# How a word begins that one of Sastrawi's prefix or infix rules can touch (its RemovePlainPrefix and
# DisambiguatorPrefixRule1 to 42). All of them are about a word's beginning, which taking off a suffix does not change.
_PLAIN_PREFIXES = ("di", "ke", "se")
_DISAMBIGUATED = re.compile(r"be|te|pe|me|ku|kau|[bcdfghjklmnpqrstvwxyz](?:er|el|em|in)[aiueo]")
# So much of a word these rules look at: those of berCAerV and perCAerV so far, and two know belajar and pelajar whole;
# behind other letters none goes beyond mengV.
_HEAD = re.compile(r"[bpt].{0,7}|.{0,5}")
# How often Sastrawi goes through them.
_ROUNDS = 3
# Its suffix visitors, in their order; of several endings that fit, the longest is taken.
_SUFFIXES = (("lah", "kah", "tah", "pun"), ("nya", "ku", "mu"), ("isasi", "isme", "kan", "is", "an", "i"))
# What it calls their removals, and those of prefixes.
_SUFFIX_TYPES, _PREFIX_TYPE = ("P", "PP", "DS"), "DP"


class _SingleWordStemmer(Protocol):
    def stem_word(self, word: str) -> str: ...


class _RootWords:
    """The dictionary that Sastrawi's stemmer asks, over a set."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words

    def contains(self, word: str | None) -> bool:
        return word in self._words

    def count(self) -> int:
        return len(self._words)


class _Remover:
    """A visitor that takes one kind of affix off, by Sastrawi's rule; its own compiles a pattern for every word."""

    def __init__(self, visitor: Any, affix_type: str) -> None:
        self._visitor = visitor
        self._affix_type = affix_type

    def visit(self, context: Any) -> None:
        result = self._visitor.remove(context.current_word)
        if result != context.current_word:
            _remove(context, self, result, self._affix_type)


class _Disambiguation:
    """All of Sastrawi's visitors that disambiguate prefixes, as one; only those that apply to a word visit it."""

    def __init__(self, visitors: Iterable[Any]) -> None:
        self._visitors = list(visitors)
        self._known: dict[str, list[list[str | None]]] = {}

    def visit(self, context: Any) -> None:
        """Let the visitors come in their order until one takes something off."""
        if not _DISAMBIGUATED.match(context.current_word):
            return
        for results in self.results(context.current_word):
            # Of what its rules give, the first root counts, else the last.
            result = next(filter(context.dictionary.contains, results), results[-1])
            if result:
                _remove(context, self, result, _PREFIX_TYPE)
                return

    def results(self, word: str) -> Iterator[list[str | None]]:
        """Give what each visitor that applies to a word makes of it, by each of its rules."""
        head = _HEAD.match(word)[0]  # type: ignore[index]  # it matches any word
        known = self._known.get(head)
        if known is None:
            made = ([rule.disambiguate(head) for rule in visitor.disambiguators] for visitor in self._visitors)
            known = self._known[head] = [results for results in made if any(start is not None for start in results)]
        rest = word[len(head) :]
        return ([None if start is None else start + rest for start in results] for results in known)


def _remove(context: Any, visitor: Any, result: str, affix_type: str) -> None:
    from Sastrawi.Stemmer.Context.Removal import Removal

    word = context.current_word
    context.add_removal(Removal(visitor, word, result, word.replace(result, "", 1), affix_type))
    context.current_word = result


class _Visitors:
    """Sastrawi's visitors, as its stemmer asks for them."""

    def __init__(self, provider: Any) -> None:
        plain, *disambiguating = provider.get_prefix_visitors()
        self.disambiguation = _Disambiguation(disambiguating)
        self._first = provider.get_visitors()
        self._suffix = [
            _Remover(visitor, affix_type)
            for visitor, affix_type in zip(provider.get_suffix_visitors(), _SUFFIX_TYPES, strict=True)
        ]
        self._prefix = [_Remover(plain, _PREFIX_TYPE), self.disambiguation]

    def get_visitors(self) -> list[Any]:
        return list(self._first)

    def get_suffix_visitors(self) -> list[Any]:
        return list(self._suffix)

    def get_prefix_visitors(self) -> list[Any]:
        return list(self._prefix)


class Sastrawi:
    """Sastrawi with further roots beside its own."""

    def __init__(self, further_roots: Iterable[str]) -> None:
        from Sastrawi.Stemmer.Stemmer import Stemmer
        from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

        # Its list ends in an empty string, with which `di` and `ke` would stem to nothing.
        self._roots = frozenset(word for word in (*StemmerFactory().get_words(), *further_roots) if word)
        stemmer = Stemmer(_RootWords(self._roots))
        visitors = stemmer.visitor_provider = _Visitors(stemmer.visitor_provider)
        self._disambiguated = visitors.disambiguation.results
        self._stemmer: _SingleWordStemmer = stemmer

    def stem(self, word: str) -> str:
        """Stem one word of plain lower-case letters; one that leads to no root stays as it is."""
        return word if word in self._roots or not self._may_lead_to_root(word) else self._stemmer.stem_word(word)

    def is_root(self, word: str) -> bool:
        """Tell whether a word is a root."""
        return word in self._roots

    def _may_lead_to_root(self, word: str) -> bool:
        """Tell whether a root is among all that the rules can make of a word.

        Suffixes come off before prefixes, and in some words after them. Where rules compete, all are followed.
        """
        shorter = _without_suffixes(word)
        if not self._roots.isdisjoint(shorter):
            return True
        reached, prefixes_first = [word, *shorter], [word]
        for _ in range(_ROUNDS):
            reached = [result for before in reached for result in self._without_prefix(before)]
            if not reached:
                return False
            prefixes_first = [result for before in prefixes_first for result in self._without_prefix(before)]
            shorter = [result for before in prefixes_first for result in _without_suffixes(before)]
            if not (self._roots.isdisjoint(reached) and self._roots.isdisjoint(shorter)):
                return True
        return False

    def _without_prefix(self, word: str) -> list[str]:
        """Give all that one round of Sastrawi's prefix rules can make of a word."""
        results = [word[2:]] if word.startswith(_PLAIN_PREFIXES) else []
        if _DISAMBIGUATED.match(word):
            results += [result for found in self._disambiguated(word) for result in found if result]
        return results


def _without_suffixes(word: str) -> list[str]:
    """Give all that Sastrawi's suffix rules, and its loop of putting suffixes back, can make of a word."""
    results = []
    for suffixes in _SUFFIXES:
        if word.endswith(suffixes):
            suffix = next(filter(word.endswith, suffixes))
            word = word[: -len(suffix)]
            results.append(word)
            if suffix == "kan":
                results.append(word + "k")
    return results
