"""Sastrawi made fast: the same answers as its own stemmer, word for word."""

import random
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from carikm.analysis.sastrawi import Sastrawi

FURTHER = ("update", "kerjasama")
PREFIXES = ["di", "ke", "se", "be", "ber", "bel", "te", "ter", "pe", "per", "pem", "pen", "peng", "peny"]
PREFIXES += ["me", "mem", "men", "meng", "meny", "memper", "diper", "keber", "ku", "kau"]
SUFFIXES = ["lah", "kah", "tah", "pun", "ku", "mu", "nya", "i", "kan", "an", "is", "isme", "isasi"]
SUFFIXES += ["ilah", "kanlah", "annya", "kannya", "ikan"]
ROOTS = [word for word in StemmerFactory().get_words() if word.isalpha()]


class _Roots:
    def __init__(self) -> None:
        self._words = {word for word in (*StemmerFactory().get_words(), *FURTHER) if word}

    def contains(self, word: str) -> bool:
        return word in self._words

    def count(self) -> int:
        return len(self._words)


@cache
def _plain() -> Stemmer:
    return Stemmer(_Roots())


@cache
def _fast() -> Sastrawi:
    return Sastrawi(FURTHER)


def _affixed(parts: tuple[str, str, str]) -> str:
    return "".join(parts)


@settings(max_examples=1500, deadline=None)
@given(
    st.tuples(
        st.sampled_from(["", *PREFIXES]),
        st.sampled_from(ROOTS) | st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8),
        st.sampled_from(["", *SUFFIXES]),
    ).map(_affixed)
)
def test_affixed_words(word: str) -> None:
    assert _fast().stem(word) == _plain().stem(word)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_suffix_on_many_roots(suffix: str) -> None:
    """Among them roots whose own end is taken for part of a suffix, as in *tampakkan*."""
    words = [root + suffix for root in ROOTS[::40]]
    assert [_fast().stem(word) for word in words] == [_plain().stem(word) for word in words]


@pytest.mark.parametrize("root", ["kerja", "gigi", "tunjuk", "suling", "getar"])
def test_infixes(root: str) -> None:
    words = [root[0] + infix + root[1:] for infix in ("er", "el", "em", "in")]
    assert [_fast().stem(word) for word in words] == [_plain().stem(word) for word in words]


def test_further_roots_are_roots() -> None:
    assert [_fast().stem(word) for word in ("diupdate", "kerjasamanya")] == ["update", "kerjasama"]


def _large_list() -> list[str]:
    """Make 5,000 words of roots, shortened or broken ones among them, with up to two prefixes and two suffixes."""
    chance = random.Random(38_876)
    words = set()
    while len(words) < 5_000:
        root = chance.choice(ROOTS)
        if chance.random() < 0.3:
            cut = chance.randrange(len(root))
            root = root[:cut] + chance.choice("aiueokmngrs") + root[cut + chance.randrange(2) :]
        parts = (PREFIXES, PREFIXES, [root], SUFFIXES, SUFFIXES)
        words.add("".join(chance.choice(part) for part in parts if part == [root] or chance.random() < 0.5))
    return sorted(words)


def test_every_word_of_a_large_list() -> None:
    words = _large_list()
    expected = [_plain().stem(word) for word in words]
    assert sum(stem != word for stem, word in zip(expected, words, strict=True)) > 500
    assert [_fast().stem(word) for word in words] == expected


def test_every_beginning_that_a_prefix_rule_may_look_at() -> None:
    """The rules tell vowels from consonants, and some letters from others, in up to eight places."""
    beginnings = [
        "be",
        "ber",
        "te",
        "ter",
        "pe",
        "per",
        "pem",
        "pen",
        "peng",
        "peny",
        "me",
        "mem",
        "men",
        "meng",
        "meny",
    ]
    beginnings += ["memp", "menge", "penge", "ku", "kau", "di", "ke", "se", "bela", "pela"]
    words = [
        "".join(parts)
        for parts in product(beginnings, "abcdfgjklmnprswy", ["", "a", "er", "ja", "jar", "iera"], ["i", "ga"])
    ]
    assert [_fast().stem(word) for word in words] == [_plain().stem(word) for word in words]


@pytest.mark.parametrize("word", ["belajar", "pelajar", "pelajaran", "mengebom", "pengecatan", "kau", "ku", "dikau"])
def test_words_that_a_rule_knows_or_empties(word: str) -> None:
    assert _fast().stem(word) == _plain().stem(word)
