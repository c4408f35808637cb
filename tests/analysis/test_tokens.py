"""Tokens: what counts as a word, and where it stands."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.analysis import tokens
from carikm.analysis.tokens import (
    MAX_SURFACE_LENGTH,
    neighbouring_spans,
    normalize,
    raw_tokens,
    token_spans,
    tokenize,
    without_addresses,
)


def test_many_marks_say_no_more_than_some() -> None:
    """To sort them takes the square of their number."""
    few, many = ("Z" + "\u0301\u0323" * times + "alo" for times in (40, 50_000))
    assert [token.surface for token in tokenize(many)] == [token.surface for token in tokenize(few)]
    assert tokenize(many).__next__().end == len(many)


CHARACTERS = st.one_of(st.characters(), st.sampled_from("aA bB,.'’-\u00ad\u200d\u0301éİß½ﬁ0123456789RrPp_@:/\n"))
ADDRESSES = st.sampled_from(
    ["https://", "HTTP://", "www.", "Www.", "@", "@Rp", "redaksi@contoh.co.id", "/a/b?c=1&d=%20"]
)
TEXT = st.lists(st.one_of(CHARACTERS, ADDRESSES), max_size=200).map("".join)


@pytest.fixture(autouse=True, params=["much text", "little text"])
def _much_text(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Take the way that much text takes, and the way of a single search."""
    monkeypatch.setattr(tokens, "_much_text", tokens._Amount(0 if request.param == "much text" else 1 << 40))


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("Sentra logam", ["sentra", "logam"]),
        ("Rp1.500 dan 3.178", ["rp", "1500", "dan", "3178"]),
        ("5,61 persen.", ["5,61", "persen"]),
        ("Jum'at, Jum’at, Jumat", ["jumat", "jumat", "jumat"]),
        ("buku-buku", ["buku", "buku"]),
        ("Covid-19", ["covid", "19"]),
        ("‘kan ‘kan'", ["kan", "kan"]),
        ("café cafe\u0301 CAFÉ", ["cafe", "cafe", "cafe"]),
        ("per\u00adindus\u00adtrian", ["perindustrian"]),
        ("SIINAS_2023", ["siinas", "2023"]),
        ("ＩＫＭ ﬁnal", ["ikm", "final"]),
        ("… — “”", []),
        ("Surel: Redaksi@Contoh.co.id.", ["surel", "redaksi@contoh.co.id"]),
        ("budi_3.s+x@mail.contoh.id, a@b", ["budi_3.s+x@mail.contoh.id", "a", "b"]),
        ("(https://www.Contoh.id/Berita/a_b-1?x=1&y=%20#z).", ["contoh.id/berita/a_b-1?x=1&y=%20#z"]),
        ("www.contoh.id/, Http://contoh.id/…", ["contoh.id", "contoh.id"]),
        ("SUMBER:https://contoh.id/a“b”", ["sumber", "contoh.id/a", "b"]),
        ("www. http:// www", ["www", "http", "www"]),
        ("KOMPAS.com dan Lingkarjateng.id", ["kompas", "com", "dan", "lingkarjateng", "id"]),
        ("@Contoh_id, (@_budi.s)? @budi's #TetapSehat", ["@contoh_id", "@_budi.s", "@budi", "s", "tetapsehat"]),
        ("@Rp5.000 @ 5 akun@ @__ 2@3", ["rp", "5000", "5", "akun", "2", "3"]),
    ],
)
def test_surfaces(text: str, surfaces: list[str]) -> None:
    assert [token.surface for token in tokenize(text)] == surfaces


@given(TEXT)
def test_spans_ascend_and_say_what_is_indexed(text: str) -> None:
    place = 0
    for token in tokenize(text):
        assert place <= token.start < token.end <= len(text)
        assert normalize(text[token.start : token.end]) == token.surface
        place = token.end


@given(TEXT)
def test_every_letter_and_digit_is_in_a_token(text: str) -> None:
    covered = {place for token in tokenize(text) for place in range(token.start, token.end)}
    assert all(place in covered for place, character in enumerate(text) if character.isalnum())


@given(TEXT)
def test_surfaces_are_words(text: str) -> None:
    for token in tokenize(text):
        assert token.surface
        assert len(token.surface) <= MAX_SURFACE_LENGTH
        assert not any(character.isspace() for character in token.surface)


@given(TEXT)
def test_the_indexer_sees_the_same_tokens(text: str) -> None:
    assert [normalize(raw) for raw in raw_tokens(text)] == [token.surface for token in tokenize(text)]


@given(TEXT, TEXT)
def test_an_address_changes_nothing_around_it(before: str, after: str) -> None:
    """The longer pattern, which a text with an address needs, finds the same words as the short one."""
    address = " https://contoh.id "
    whole = [*raw_tokens(before), "https://contoh.id", *raw_tokens(after)]
    assert raw_tokens(f"{before}{address}{after}") == whole


@given(st.text("abcdefghijklmnopqrstuvwxyzéñ", min_size=1, max_size=30))
def test_case_does_not_matter(word: str) -> None:
    assert normalize(word.upper()) == normalize(word)


PLAIN = st.text("abzAZRrPp059.,'’“–\u00a0é\u0301 \n@_-/", max_size=40) | st.from_regex(r"([Rr][Pp]?\d{1,4}[.,]?){1,4}")


@given(PLAIN | TEXT)
def test_faster_patterns_find_what_the_whole_one_finds(text: str) -> None:
    found = [match.span() for match in tokens._address_or_token().finditer(text)]
    assert token_spans(text) == found
    assert [(token.start, token.end) for token in tokenize(text)] == found
    assert raw_tokens(text) == [text[start:end] for start, end in found]
    for first in range(len(found)):
        assert neighbouring_spans(text, first) == found[first : first + 2]


@given(TEXT)
def test_only_addresses_are_taken_out(text: str) -> None:
    """As token by token of each line, though few words of a line are looked at."""
    left: list[str] = []
    end = 0
    for token in tokenize(text):
        written = text[token.start : token.end]
        is_address = "@" in written or re.match(r"(?i:(?:https?|ftp)://|www\.).", written)
        left += [text[end : token.start], "|" if is_address else written]
        end = token.end
    assert without_addresses(text) == "".join(left) + text[end:]
