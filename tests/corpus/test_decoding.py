"""From bytes to text and back: nothing is lost, and every place has its byte."""

import codecs

import chardet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.corpus.decoding import Decoded, byte_offsets, decode
from carikm.corpus.files import Unreadable

MARKED = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
TEXT = "Warga Semarang: “kafé ini ramai” – 🌶\nBaris kedua."


def _encode(decoded: Decoded, text: str) -> bytes:
    return text.encode("utf-8" if decoded.encoding == "utf-8-sig" else decoded.encoding)


def _bytes_of(text: str, encoding: str) -> bytes:
    if encoding == "utf-8-sig":
        return text.encode(encoding)
    return MARKED.get(encoding, b"") + text.encode(encoding)


def test_utf8_is_utf8() -> None:
    assert decode(TEXT.encode()) == Decoded(TEXT, "utf-8", 0)


@pytest.mark.parametrize(("encoding", "mark"), MARKED.items())
def test_a_byte_order_mark_names_the_encoding_and_is_no_part_of_the_text(encoding: str, mark: bytes) -> None:
    assert decode(_bytes_of(TEXT, encoding)) == Decoded(TEXT, encoding, len(mark))


def test_a_second_mark_is_text() -> None:
    assert decode(codecs.BOM_UTF8 * 2 + b"isi").text == "\ufeffisi"


def test_a_mark_of_utf8_before_other_bytes_is_only_bytes() -> None:
    raw = codecs.BOM_UTF8 + b"Kaf\xe9 di Semarang ramai sekali pada hari Minggu pagi."
    decoded = decode(raw)
    assert decoded.offset == 0
    assert _encode(decoded, decoded.text) == raw


@pytest.mark.parametrize(
    "text",
    [
        "“Kami siap,” kata Budi.",
        "Harga cabai naik – begitu kata para pedagang di pasar.",
        "Jum’at pagi warga berkumpul di balai desa",
        "Suhu mencapai 35° pagi ini di Tegal.",
        "Kafe Olé di dekat alun-alun ramai.",
        "Ongkosnya €5 per orang.",
        "Peserta • panitia • tamu",
        "Petugas menunggu… lalu pulang.",
        "Merek itu terdaftar® sejak lama, kata ‘pemiliknya’ — seorang perajin.",
    ],
)
def test_typographic_marks_of_windows_are_read_even_from_a_single_sentence(text: str) -> None:
    decoded = decode(text.encode("cp1252"))
    assert decoded.text == text


def test_windows_1252_is_named() -> None:
    text = "“Panen tahun ini lebih baik,” ujarnya. Dinas mencatat kenaikan lima persen – tertinggi sejak 2015."
    assert decode(text.encode("cp1252")) == Decoded(text, "cp1252", 0)


def test_other_alphabets_are_told_from_windows_1252() -> None:
    text = "Сегодня в городе открылась новая библиотека, сообщает местная газета."
    assert decode(text.encode("cp1251")).text == text


def test_the_first_byte_beyond_ascii_may_lie_far_down() -> None:
    text = "Satu kalimat biasa tanpa tanda apa pun. " * 5000 + "“Akhirnya selesai,” katanya – lega."
    assert decode(text.encode("cp1252")).text == text


def test_bytes_in_the_holes_of_windows_1252_still_come_back() -> None:
    raw = b"Kata \x81 dan \x9d di antara huruf biasa, ditulis oleh program lama sekali."
    decoded = decode(raw)
    assert _encode(decoded, decoded.text) == raw


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty file"),
        (b" \r\n\t ", "only white space"),
        (codecs.BOM_UTF8, "only white space"),
        (codecs.BOM_UTF16_LE + " \n".encode("utf-16-le"), "only white space"),
        (b"PK\x03\x04\x00\x00isi", "NUL"),
        ("tanpa tanda".encode("utf-16-le"), "NUL"),
        (codecs.BOM_UTF8 + b"isi\x00isi", "NUL"),
        (codecs.BOM_UTF16_LE + "isi\0isi".encode("utf-16-le"), "NUL"),
        (b"\x01\x02\x03\x04\x05\x06 biner", "control characters"),
        (codecs.BOM_UTF8 + b"\x01\x02\x03\x04\x05\x06 biner", "control characters"),
        (codecs.BOM_UTF16_LE + b"i", "starts as utf-16-le"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8i\x00", "starts as utf-16-le"),
        (codecs.BOM_UTF32_LE + b"\xff\xff\xff\xff", "starts as utf-32-le"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        decode(raw)


@pytest.mark.parametrize("raw", [b"satu\x0cdua\x0btiga", b"\x1b[1mtebal\x1b[0m", b"a\x01b\x02c\x03", b"x\x01" * 3])
def test_a_few_control_characters_make_no_binary(raw: bytes) -> None:
    assert decode(raw).text == raw.decode()


def _decode_or_refuse(raw: bytes) -> Decoded | None:
    try:
        return decode(raw)
    except Unreadable:
        return None


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=120))
def test_whatever_bytes_are_decoded_come_back_the_same(raw: bytes) -> None:
    decoded = _decode_or_refuse(raw)
    if decoded is not None:
        assert raw[decoded.offset :] == _encode(decoded, decoded.text)


@settings(max_examples=150, deadline=None)
@given(
    st.text(min_size=1).filter(str.strip).filter(lambda text: not any(letter < " " for letter in text)),
    st.sampled_from(["utf-8", *MARKED]),
)
def test_text_in_unicode_is_read_as_it_was_written(text: str, encoding: str) -> None:
    decoded = _decode_or_refuse(_bytes_of(text, encoding))
    if encoding == "utf-8" and text[0] == "\ufeff":
        assert decoded is None or decoded.text == text[1:]
    else:
        assert decoded is not None and (decoded.text, decoded.encoding) == (text, encoding)


@settings(max_examples=200, deadline=None)
@given(
    st.data(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1", "cp1252"]),
)
def test_byte_offsets_cut_the_file_where_the_text_is_cut(data: st.DataObject, encoding: str) -> None:
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    alphabet = st.characters(codec=codec, exclude_categories=["Cs"])
    text = data.draw(st.text(alphabet))
    raw = _bytes_of(text, encoding)
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    offsets = list(byte_offsets(Decoded(text, encoding, len(MARKED.get(encoding, b""))), places))
    assert len(offsets) == len(places)
    for first in range(len(places)):
        for last in range(first, len(places)):
            assert raw[offsets[first] : offsets[last]].decode(codec) == text[places[first] : places[last]]


def test_the_offset_of_the_end_is_the_size_of_the_file() -> None:
    raw = _bytes_of(TEXT, "utf-16-le")
    assert list(byte_offsets(decode(raw), [0, len(TEXT)])) == [2, len(raw)]


def test_a_guess_that_does_not_give_the_same_bytes_back_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two bytes for one sign cp932 writes but one."""
    raw = b"Warga ramai " + b"\x87\x90"
    assert raw.decode("cp932").encode("cp932") != raw
    monkeypatch.setattr(chardet, "detect", lambda _: {"encoding": "cp932", "confidence": 0.99})
    found = decode(raw)
    assert found.encoding != "cp932"
    assert found.text.encode(found.encoding) == raw
