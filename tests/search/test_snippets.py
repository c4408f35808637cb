"""Snippets and highlights."""

from hypothesis import given
from hypothesis import strategies as st

from carikm.search.query_parts import Word
from carikm.search.snippet import SNIPPET_LENGTH, Span, find_matches, highlights, snippet

LOGAM = Word("logam", "logam", frozenset({"logam", "logamnya"}), False, 2.0)
SENTRA = Word("sentra", "sentra", frozenset({"sentra"}), False, 1.0)


def _shown(text: str, *words: Word) -> str:
    start, end = snippet(text, find_matches(text, words))
    return text[start:end]


def test_only_whole_words_are_marked() -> None:
    text = "Sentra logam, logamnya, sentralisasi dan LOGAM; perlogaman tidak."
    assert [text[a:b] for a, b in highlights(text, [LOGAM, SENTRA])] == ["Sentra", "logam", "logamnya", "LOGAM"]


def test_a_compound_written_apart_is_marked_as_one() -> None:
    compound = Word("kerjasama", "kerjasama", frozenset({"kerjasama", "kerja sama"}), False, 3.0)
    part = Word("sama", "sama", frozenset({"sama"}), False, 1.0)
    text = "Kerja sama itu ramai. Kerja. Sama saja; kerja-sama, kerjasama."
    assert [text[a:b] for a, b in highlights(text, [compound])] == ["Kerja sama", "kerja-sama", "kerjasama"]
    assert [text[a:b] for a, b in highlights(text, [part, compound])] == [
        "Kerja sama",
        "Sama",
        "kerja-sama",
        "kerjasama",
    ]


def test_the_sentence_with_more_of_the_query_is_shown() -> None:
    filler = (
        "Kalimat pembuka ini tidak memuat apa pun yang dicari dan cukup panjang untuk memenuhi ruang cuplikan. " * 3
    )
    text = f"{filler}Di kota ini ada sentra. {filler}Sentra logam itu ramai. {filler}"
    assert "Sentra logam itu ramai." in _shown(text, LOGAM, SENTRA)


def test_a_short_chunk_is_shown_whole() -> None:
    text = "Sentra logam itu ramai. Warga datang."
    assert _shown(text, LOGAM) == text


def test_a_snippet_stays_in_its_paragraph_when_it_can() -> None:
    text = "Judul yang pendek\n\nSentra logam itu ramai.\n\nParagraf lain."
    assert _shown(text, LOGAM) == "Sentra logam itu ramai."


def test_a_sentence_without_end_is_cut_around_its_words() -> None:
    text = "kata " * 300 + "logam " + "kata " * 300
    shown = _shown(text, LOGAM)
    assert "logam" in shown.split()
    assert len(shown) <= SNIPPET_LENGTH
    assert set(shown.split()) == {"kata", "logam"}, "words stay whole"


@given(st.text(st.sampled_from("aA .!?\n\r“”logam sentra"), min_size=1, max_size=900).filter(lambda text: text.strip()))
def test_a_snippet_is_a_part_of_the_text_and_cuts_no_match(text: str) -> None:
    matches = find_matches(text, [LOGAM, SENTRA])
    start, end = snippet(text, matches)
    assert 0 <= start < end <= len(text)
    assert text[start:end].strip()
    for match in matches:
        assert match.end <= start or end <= match.start or (start <= match.start and match.end <= end)


def test_a_title_is_passed_over_where_the_text_has_a_match_too() -> None:
    text = "Sentra Logam Ramai\n\nWarga datang. Sentra itu di kota."
    title = Span(0, len("Sentra Logam Ramai"))
    start, end = snippet(text, find_matches(text, [SENTRA, LOGAM]), title)
    assert text[start:end] == "Sentra itu di kota."
    start, end = snippet(text, find_matches(text, [LOGAM]), title)
    assert text[start:end] == "Sentra Logam Ramai"
