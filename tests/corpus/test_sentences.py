"""Where sentences end, and where a stop ends none."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.corpus.sentences import sentence_spans


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_stops_end_sentences() -> None:
    assert _sentences("Harga naik. Warga mengeluh! Mengapa? Belum jelas… Kita tunggu.") == [
        "Harga naik.",
        "Warga mengeluh!",
        "Mengapa?",
        "Belum jelas…",
        "Kita tunggu.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Bantuan senilai Rp. 500 juta dibagikan kepada petani.",
        "Peraturan No. 12 berlaku mulai bulan depan.",
        "Acara dibuka Dr. Wahyuni dari universitas setempat.",
        "Pasien dirawat dr. Lestari dan drg. Puspita di klinik itu.",
        "Tokoh itu, H. Slamet, hadir bersama Hj. Aminah dan KH. Mansur.",
        "Kantornya di Jl. Pemuda, dekat Gg. Melati.",
        "Panitia diketuai Prof. Ir. Sutrisno.",
        "Pabrik milik PT. Sumber Rejeki dan CV. Maju Jaya itu tutup.",
        "Warga RT. 03 RW. 05 bergotong royong.",
        "Pemain bernama A. B. Nugroho mencetak dua gol.",
        "Kenaikan mencapai 3.500 rupiah atau 2.5 persen pada pukul 10.30 tadi.",
        "Situs contoh.com dan versi 2.0 miliknya dibuka lagi.",
        "Katanya begitu... tetapi belum tentu benar.",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert _sentences(f"Pagi itu cerah. {sentence} Sore hujan.") == ["Pagi itu cerah.", sentence, "Sore hujan."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Kami siap.” Ia lalu pergi.", ["“Kami siap.”", "Ia lalu pergi."]),
        ('"Kami siap." Ia lalu pergi.', ['"Kami siap."', "Ia lalu pergi."]),
        ("Ia pergi. “Kami siap.”", ["Ia pergi.", "“Kami siap.”"]),
        ("Ia pergi (kemarin.) Lalu kembali.", ["Ia pergi (kemarin.)", "Lalu kembali."]),
        ("“Siapa itu?” tanya Budi pelan.", ["“Siapa itu?” tanya Budi pelan."]),
        ("Ia bertanya. (Tidak ada jawaban.)", ["Ia bertanya.", "(Tidak ada jawaban.)"]),
        ("Ia pergi. – Lalu kembali.", ["Ia pergi.", "– Lalu kembali."]),
    ],
)
def test_quotes_and_brackets_stay_with_their_sentence(text: str, expected: list[str]) -> None:
    assert _sentences(text) == expected


def test_line_breaks_end_sentences_too() -> None:
    assert _sentences("Judul tanpa titik\r\nKalimat pertama\rKedua\n\n  Ketiga  ") == [
        "Judul tanpa titik",
        "Kalimat pertama",
        "Kedua",
        "Ketiga",
    ]


def test_a_text_without_stops_is_one_sentence() -> None:
    assert _sentences("kata " * 500) == [("kata " * 500).strip()]


def test_only_the_part_asked_for_is_cut() -> None:
    text = "Satu. Dua. Tiga. Empat."
    assert [text[a:b] for a, b in sentence_spans(text, 6, 16)] == ["Dua.", "Tiga."]


PIECES = st.sampled_from(
    ["kata", "Kata", "Rp", "H", "Dr", ".", "!", "…", '"', "”", "(", ")", " ", "\xa0", "\n", "\r", "5"]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join)), st.data())
def test_every_visible_character_lies_in_exactly_one_sentence(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = sentence_spans(text, start, end)
    covered = [place for first, last in spans for place in range(first, last)]
    assert covered == sorted(set(covered)), "sentences are in order and do not overlap"
    visible = {place for place in range(start, end) if not text[place].isspace()}
    assert visible <= set(covered) <= set(range(start, end))
    for first, last in spans:
        sentence = text[first:last]
        assert sentence == sentence.strip() != ""
        assert "\n" not in sentence and "\r" not in sentence


# As the boundary is meant: a stop, closing quotes, white space, and something that can open a sentence.
_BOUNDARY = re.compile(r"""(?<=[.!?…])["”’'»)\]]{0,3}\s+(?=["“‘'«(\[–—-]{0,3}\s?[A-Z0-9À-Þ])""")


@settings(max_examples=500)
@given(st.text("k2éÉ.!?…\"”’'»)]“‘«([–—- \u00a0\u2003", max_size=30))
def test_signs_that_stand_for_others_end_the_same_sentences(text: str) -> None:
    expected = [piece.strip() for piece in _split_behind(text, [match.end() for match in _BOUNDARY.finditer(text)])]
    assert _sentences(text) == [piece for piece in expected if piece]


def _split_behind(text: str, places: list[int]) -> list[str]:
    return [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
