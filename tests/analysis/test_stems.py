"""Stems: Sastrawi's own answers but for the tables, and never anything that is not a word."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from carikm.analysis.stems import exceptions, explain_stem, place_words, stem, stop_words
from carikm.analysis.tokens import tokenize

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
    words = [word for word in WORDS if explain_stem(word).decided_by not in ("exception", "place")]
    assert len(words) > 0.8 * len(WORDS)
    expected = {word: plain_sastrawi.stem(word) for word in words}  # type: ignore[attr-defined]
    assert {word: stem(word) for word in words} == expected
    assert any(word != stemmed for word, stemmed in expected.items())


@pytest.mark.parametrize("word", ["di", "ke", "si", "3.178", "café", "g20", "الله", "x" * 64])
def test_what_no_rule_may_touch_is_its_own_stem(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(
    ("handle", "expected"), [("@jokowi", "jokowi"), ("@perindustrian", "industri"), ("@budi_s", "budi_s")]
)
def test_a_handle_has_the_stem_of_its_bare_name(handle: str, expected: str) -> None:
    assert stem(handle) == expected


@given(st.text("abdegiklmnprstuy", min_size=1, max_size=14))
def test_a_stem_is_one_word_and_never_empty(word: str) -> None:
    assert stem(word).isalpha()


def test_stop_words_are_function_words() -> None:
    assert {"yang", "dan", "di"} <= stop_words()
    assert not {"semarang", "dua", "kembali", "harus"} & stop_words()


def test_no_negation_is_a_stop_word() -> None:
    assert not {"tidak", "belum", "bukan", "tanpa", "kecuali", "jangan", "tak"} & stop_words()


def test_every_stop_word_is_a_word_of_the_index() -> None:
    assert [word for word in stop_words() if [token.surface for token in tokenize(word)] != [word]] == []


COMPLAINTS = [
    row.split("\t")
    for row in (Path(__file__).parent / "complaints.tsv").read_text(encoding="utf-8").splitlines()
    if not row.startswith("#")
]


@pytest.mark.parametrize(("word", "wanted"), COMPLAINTS)
def test_words_that_people_complain_about(word: str, wanted: str) -> None:
    if wanted.startswith("not "):
        assert stem(word) != stem(wanted.removeprefix("not "))
    else:
        assert stem(word) == stem(wanted)


def _over_a_set() -> object:
    """Give Sastrawi without our tables, and fast."""
    from carikm.analysis.stems import _sastrawi

    return _sastrawi()


def test_every_exception_is_needed_and_leads_to_a_stem() -> None:
    sastrawi = _over_a_set()
    for word, stemming in exceptions().items():
        assert stemming.reason, word
        assert stem(word) == stem(stemming.stem) == stemming.stem, word
        assert sastrawi.stem(word) != stemming.stem, f"{word}: Sastrawi says so itself"  # type: ignore[attr-defined]
        hosts = [word.removesuffix(clitic) for clitic in ("nya", "ku", "mu", "lah", "kah", "pun")]
        others = [exceptions()[host].stem for host in hosts if host != word and host in exceptions()]
        assert stemming.stem not in others, f"{word}: its host says so"


@pytest.mark.parametrize("form", ["relawannya", "relawanku", "relawanmu", "relawanlah", "relawankah", "relawanpun"])
def test_an_exception_holds_with_a_clitic_too(form: str) -> None:
    assert form not in exceptions()
    assert explain_stem(form) == explain_stem("relawan")


def test_no_row_of_a_table_stands_twice() -> None:
    folder = Path(stem.__code__.co_filename).parent
    for name, key in (("exceptions.tsv", 1), ("places.tsv", 3), ("places_also_words.tsv", 1)):
        rows = [row for row in (folder / name).read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
        keys = [tuple(row.split("\t")[:key]) for row in rows]
        assert len(set(keys)) == len(keys), name
        assert all(row.strip() == row and row.count("\t") >= key - 1 for row in rows), name


def test_no_place_is_altered() -> None:
    assert len(place_words()) > 1_300
    assert {"bali", "pemalang", "kediri", "kutai", "ungaran", "bekasi"} <= place_words()
    assert [word for word in place_words() if stem(word) != word and word not in exceptions()] == []


@pytest.mark.parametrize("word", ["barisan", "bendungan", "batangan"])
def test_a_word_that_is_also_a_place_keeps_its_stem(word: str) -> None:
    assert stem(word) != word


@pytest.mark.parametrize(
    ("word", "decided_by"),
    [("perbankan", "exception"), ("pemalang", "place"), ("perindustrian", "Sastrawi"), ("g20", "as it is")],
)
def test_who_decided(word: str, decided_by: str) -> None:
    stemming = explain_stem(word)
    assert stemming.decided_by == decided_by
    assert stemming.stem == stem(word)
