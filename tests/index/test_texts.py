"""Texts compressed one by one."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from carikm.index.texts import Packer, Unpacker, train

_CHANCE = random.Random(5)
_WORDS = [f"kata{number}" for number in range(3000)]
_TEXTS = [" ".join(_CHANCE.choices(_WORDS, k=60)) for _ in range(4000)]
_DICTIONARY = train(_TEXTS)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from([b"", _DICTIONARY]))
def test_a_text_comes_out_as_it_went_in(text: str, dictionary: bytes) -> None:
    packer = Packer(dictionary)
    packer.pack("sebelumnya")
    assert Unpacker(dictionary).unpack(packer.pack(text)) == text


def test_few_texts_make_no_dictionary() -> None:
    assert train(_TEXTS[:10]) == b""
    assert 0 < len(_DICTIONARY) <= 1 << 16


@pytest.mark.parametrize("texts", [["a" * 2_000_000], ["kata " * 400_000], ["a" * 700_000, "b" * 700_000]])
def test_texts_that_teach_nothing_make_no_dictionary(texts: list[str]) -> None:
    assert train(texts) == b""


def test_a_dictionary_makes_texts_smaller() -> None:
    with_it, without = Packer(_DICTIONARY), Packer(b"")
    assert sum(len(with_it.pack(text)) for text in _TEXTS[:50]) < sum(len(without.pack(text)) for text in _TEXTS[:50])


@pytest.mark.parametrize("data", [b"", b"\0", b"kata", Packer(b"").pack("kata")[:-1], Packer(b"").pack("kata") + b"x"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        Unpacker(b"").unpack(data)


def test_no_more_is_unpacked_than_is_allowed() -> None:
    packed = Packer(b"").pack("kata " * 1000)
    assert len(Unpacker(b"").unpack(packed, 5000)) == 5000
    with pytest.raises(ValueError, match="4999"):
        Unpacker(b"").unpack(packed, 4999)


def test_bytes_that_do_not_tell_their_length_are_refused() -> None:
    untold = zstandard.ZstdCompressor(write_content_size=False).compress(b"kata")
    with pytest.raises(ValueError, match="another length"):
        Unpacker(b"").unpack(untold)


def test_threads_may_share_an_unpacker() -> None:
    packer, unpacker = Packer(_DICTIONARY), Unpacker(_DICTIONARY)
    long = [" ".join(_CHANCE.choices(_WORDS, k=20_000)) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        assert [*threads.map(unpacker.unpack, 5 * [*map(packer.pack, long)])] == 5 * long
