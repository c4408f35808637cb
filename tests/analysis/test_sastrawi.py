"""Sastrawi made fast: the same answers as its own stemmer, word for word."""

from functools import cache

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
