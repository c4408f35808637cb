"""From bytes to an article: whatever parses can be checked against the file byte by byte."""

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.corpus import BODY, BOILERPLATE
from carikm.corpus.article import Article, Draft, parse_article, read_draft, readable_lines, unpack_draft
from carikm.corpus.decoding import decode
from carikm.corpus.files import SourceFile, Unreadable
from carikm.corpus.lines import split_lines
from carikm.corpus.mojibake import find_repairs, repaired, repairs_within
from carikm.corpus.recurring import Learned, line_keys

HEADLINE = "Pasar Lama Dibuka Kembali Pekan Ini"
BODY_TEXT = "Pemerintah kota membuka kembali pasar lama. Para pedagang senang."
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1", "cp1251", "mac_roman", "shift_jis"]


def _parse(raw: bytes, min_words: int = 1) -> Article:
    return parse_article(SourceFile("a.txt", len(raw), 0), raw, min_words=min_words)


def _check_against_file(article: Article, raw: bytes) -> None:
    codec = "utf-8" if article.encoding == "utf-8-sig" else article.encoding
    text = decode(raw).text
    separator = "\n" if "\n" in text else "\r"
    assert article.sha256 == hashlib.sha256(raw).hexdigest()
    assert article.title
    assert [chunk.number for chunk in article.chunks] == list(range(1, len(article.chunks) + 1))
    end = place = 0
    for chunk in article.chunks:
        assert end <= chunk.byte_start < chunk.byte_end <= len(raw)
        end = chunk.byte_end
        assert raw[chunk.byte_start : chunk.byte_end].decode(codec) == chunk.text
        place = text.index(chunk.text, place)
        assert chunk.line_end - chunk.line_start == chunk.text.count(separator)
        assert chunk.readable == repaired(chunk.text, chunk.repairs).text
        place += len(chunk.text)
    found = re.findall(r"\w+", " ".join(chunk.text for chunk in article.chunks))
    assert found == re.findall(r"\w+", text)


def _parse_or_refuse(raw: bytes) -> Article | None:
    """Parse bytes, and let nothing but `Unreadable` stand for a refusal."""
    try:
        return _parse(raw)
    except Unreadable:
        return None


def _draft_or_refuse(raw: bytes) -> Draft | None:
    try:
        return read_draft(raw)
    except Unreadable:
        return None


_SOURCE_LINES = st.sampled_from(
    [
        HEADLINE,
        BODY_TEXT,
        "",
        "Share",
        "Penulis: Sari",
        "â€œSari‚Äù \u2028 utama",
        "***",
        "\u200bKabar\x85",
        "Kota\rLama",
        "日本",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80) | st.lists(_SOURCE_LINES, max_size=8).map("\n".join).map(str.encode))
def test_a_draft_can_be_written_down(raw: bytes) -> None:
    draft = _draft_or_refuse(raw)
    if draft is not None:
        unpacked = unpack_draft(draft.packed(), draft.keys)
        assert unpacked._replace(own=unpacked.own_lines()) == draft


@settings(max_examples=150, deadline=None)
@given(st.lists(_SOURCE_LINES, max_size=8), st.sets(_SOURCE_LINES))
def test_learned_lines_change_the_kind_of_chunks_and_lose_no_word(lines: list[str], recurring: set[str]) -> None:
    raw = "\n".join(lines).encode()
    draft = _draft_or_refuse(raw)
    if draft is not None:
        keys = frozenset(line_keys(sorted(recurring)))
        learned = Learned(keys, keys)
        article = parse_article(SourceFile("a.txt", len(raw), 0), raw, learned=learned, min_words=1)
        _check_against_file(article, raw)
        before = _parse(raw)
        own = [chunk for chunk in before.chunks if chunk.kind == BODY]
        assert not own or any(chunk.kind == BODY for chunk in article.chunks), "some of the body stays"
        assert article.metadata.outlet == before.metadata.outlet


def test_a_learned_line_is_boilerplate_where_it_stands_at_the_foot() -> None:
    raw = f"{HEADLINE}\n\nSARI UTAMI\n\n{BODY_TEXT}\n\nSARI UTAMI\n".encode()
    learned = Learned(frozenset(), frozenset(line_keys(["SARI UTAMI"])))
    article = parse_article(SourceFile("a.txt", len(raw), 0), raw, learned=learned, min_words=1)
    assert [(chunk.kind, chunk.text) for chunk in article.chunks] == [
        (BODY, HEADLINE),
        (BODY, "SARI UTAMI"),
        (BODY, BODY_TEXT),
        (BOILERPLATE, "SARI UTAMI"),
    ]


def test_who_wrote_an_article_stays_though_the_line_was_learned() -> None:
    """So does its outlet; a reporter's name at the foot of many articles is furniture, and still a name."""
    foot = "Penulis: SARI UTAMI"
    raw = f"{HEADLINE}\n\nSOLO, KOMPAS.com – {BODY_TEXT}\n\n{BODY_TEXT}\n\n{foot}\n".encode()
    learned = Learned(frozenset(), frozenset(line_keys([foot])))
    metadata = parse_article(SourceFile("a.txt", len(raw), 0), raw, learned=learned).metadata
    assert metadata.author is not None and metadata.author.value == "Sari Utami"
    assert metadata.outlet == _parse(raw).metadata.outlet is not None


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=150))
def test_any_bytes_make_an_article_that_agrees_with_them_or_none(raw: bytes) -> None:
    article = _parse_or_refuse(raw)
    if article is not None:
        _check_against_file(article, raw)


PARTS = st.sampled_from(
    [
        HEADLINE,
        BODY_TEXT,
        "Advertisement",
        "Baca Juga",
        "Baca juga: Panen Raya",
        "- Panen Raya di Lereng",
        "Rabu, 1 Maret 2017",
        "KOMPAS.com - Pasar dibuka.",
        "“Kafé” – â€œramaiâ€œ",
        "3 apr\u0131l 2020",
        "\ufeff",
        "\u200b",
        "Привет 日本 🌶",
        "\n",
        "\r\n",
        "\n\n",
        "\r",
        "\x0c",
    ]
)


@settings(max_examples=250, deadline=None)
@given(
    st.one_of(st.text(max_size=60), st.lists(st.one_of(PARTS, st.text(max_size=10)), max_size=14).map("".join)),
    st.sampled_from(ENCODINGS),
)
def test_any_text_in_any_encoding_makes_an_article_that_agrees_with_its_bytes(text: str, encoding: str) -> None:
    raw = text.encode(encoding, "ignore")
    article = _parse_or_refuse(raw)
    if article is not None:
        _check_against_file(article, raw)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_every_text_in_unicode_with_a_letter_is_an_article(text: str, encoding: str) -> None:
    printable = "".join(letter for letter in text if letter >= " ") + "kata"
    assert _parse_or_refuse(printable.encode(encoding)) is not None


def test_an_article_holds_what_the_file_says() -> None:
    raw = f"{HEADLINE}\r\nRabu, 1 Maret 2017\r\n\r\nKOMPAS.com - {BODY_TEXT}\r\n\r\nAdvertisement\r\n".encode("utf-16")
    article = _parse(raw, min_words=60)
    assert (article.title, article.encoding) == (HEADLINE, "utf-16-le")
    assert article.metadata.outlet is not None and article.metadata.outlet.value == "Kompas.com"
    assert article.metadata.date is not None and article.metadata.date.value == "2017-03-01"
    assert [(chunk.kind, chunk.line_start, chunk.line_end) for chunk in article.chunks] == [
        (BODY, 1, 4),
        (BOILERPLATE, 6, 6),
    ]
    _check_against_file(article, raw)


@pytest.mark.parametrize(
    ("raw", "reason"), [(b"", "empty"), (b"\n \n", "white space"), (b"*** --- ***", "no word"), (b"a\0", "NUL")]
)
def test_a_file_without_a_word_is_no_article(raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        _parse(raw)


def test_without_a_headline_the_title_is_the_first_sentence() -> None:
    assert _parse(BODY_TEXT.encode()).title == "Pemerintah kota membuka kembali pasar lama."


def test_the_title_comes_without_the_dateline_and_from_behind_the_boilerplate() -> None:
    raw = f"Advertisement\n\nJakarta, CNN Indonesia -- {BODY_TEXT}".encode()
    assert _parse(raw).title == "Pemerintah kota membuka kembali pasar lama."


def test_an_article_of_boilerplate_alone_still_has_a_title() -> None:
    article = _parse(b"Advertisement\n\nBerita Terkait\n")
    assert {chunk.kind for chunk in article.chunks} == {BOILERPLATE}
    assert article.title == "Advertisement"


def test_a_long_first_sentence_is_shortened_to_a_title() -> None:
    title = _parse(("kata " * 100 + ".").encode()).title
    assert len(title) <= 160
    assert title.startswith("kata kata") and title.endswith("kata…")


def test_broken_characters_are_repaired_in_the_title_and_kept_in_the_text() -> None:
    sentence = "Pedagang berkata “kami senang” kepada wali kota."
    raw = sentence.encode().decode("mac_roman").encode()
    article = _parse(raw)
    (chunk,) = article.chunks
    assert article.title == chunk.readable == sentence
    assert chunk.text == raw.decode()
    assert chunk.repairs == find_repairs(chunk.text) != ()


def test_boilerplate_is_known_by_its_repaired_text() -> None:
    raw = f"{BODY_TEXT}\n\nBaca juga:\xa0Panen Raya".encode().decode("mac_roman").encode()
    assert [chunk.kind for chunk in _parse(raw).chunks] == [BODY, BOILERPLATE]


@pytest.mark.parametrize(
    "unit",
    [
        "1 Mei 2020 ",
        "a-",
        "ABC ",
        " ",
        "x.com, ",
        "Senin, ",
        "Baca juga: ",
        "a,",
        "“",
        ".",
        "‚Äú x\n",
        "- A\n",
        "Rp1.",
        "(",
        "1.",
    ],
)
@pytest.mark.parametrize("head", ["", "1 Mei 2020 ", "ABC", "x.com", "x.com,", "Redaksi ", "Senin ("])
def test_a_long_line_of_one_thing_is_read_in_time(head: str, unit: str) -> None:
    """Whatever takes more than linear time for one of these does not end while anybody waits."""
    raw = f"{head}{unit * (60_000 // len(unit))}x".encode()
    article = parse_article(SourceFile("a.txt", len(raw), 0), raw)
    assert raw[article.chunks[-1].byte_start : article.chunks[-1].byte_end].endswith(b"x")


@given(st.lists(st.sampled_from(["â€œSari‚Äù", " ", "\n", "\u2028", "kata", "é", "\u00a0", "Ã©"])).map("".join))
def test_lines_are_repaired_each_by_itself(text: str) -> None:
    repairs, lines = find_repairs(text), split_lines(text)
    alone = [
        repaired(text[line.start : line.end], repairs_within(repairs, line.start, line.end)).text for line in lines
    ]
    assert readable_lines(text, lines, repairs) == alone
