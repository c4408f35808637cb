"""Stems: Sastrawi's own answers, and never anything that is not a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from carikm.analysis.stems import stem, stop_words

# Every kind of affix, the infix of kinerja, names, and words that no rule touches.
WORDS = [
    "perindustrian",
    "industrinya",
    "mengembangkan",
    "dikembangkan",
    "berkembang",
    "pengembangan",
    "sentra",
    "logam",
    "unggulan",
    "menghasilkan",
    "kementerian",
    "pemberdayaan",
    "bertanggung",
    "penyampaian",
    "mempermudah",
    "mempercepat",
    "pelatihan",
    "perdagangan",
    "kinerja",
    "gerigi",
    "telunjuk",
    "makanan",
    "minuman",
    "semarang",
    "pemalang",
    "dipaparkan",
    "memfasilitasi",
    "terkendala",
    "bekerja",
    "permodalan",
    "meningkatkan",
    "perekonomian",
    "menyerap",
    "mencarikan",
    "kemandirian",
    "penundaan",
    "membayar",
    "pembatasan",
    "menghabiskan",
    "sambungnya",
    "kunjungan",
    "wisatawan",
    "merevitalisasi",
    "berkoordinasi",
    "mendongkrak",
    "direlokasi",
    "sebelumnya",
    "perlambatan",
    "ujarnya",
    "katanya",
    "keramaian",
    "bukunya",
    "apakah",
    "siapalah",
    "walaupun",
    "mengajar",
    "menyapu",
    "pemukul",
    "penulis",
    "perajin",
    "terpercaya",
    "keberadaan",
]


@pytest.fixture(scope="module")
def plain_sastrawi() -> object:
    return StemmerFactory().create_stemmer()


def test_stems_are_sastrawis(plain_sastrawi: object) -> None:
    expected = {word: plain_sastrawi.stem(word) for word in WORDS}  # type: ignore[attr-defined]
    assert {word: stem(word) for word in WORDS} == expected
    assert any(word != stemmed for word, stemmed in expected.items())


@pytest.mark.parametrize("word", ["di", "ke", "si", "3.178", "café", "g20", "الله", "x" * 64])
def test_what_no_rule_may_touch_is_its_own_stem(word: str) -> None:
    assert stem(word) == word


@given(st.text("abdegiklmnprstuy", min_size=1, max_size=14))
def test_a_stem_is_one_word_and_never_empty(word: str) -> None:
    assert stem(word).isalpha()


def test_stop_words_are_known() -> None:
    assert {"yang", "dan", "di"} <= stop_words()
    assert "semarang" not in stop_words()
