"""Names: words that an archive writes with a capital."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.analysis import names
from carikm.analysis.names import count_capitalised, is_name
from carikm.analysis.tokens import tokenize, without_addresses


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Warga datang ke Manahan kemarin, lalu Manahan penuh.", {"manahan": 2}),
        ("Manahan penuh. Warga datang.", {}),
        (
            "“Manahan penuh,” kata seorang warga, Budi Santoso, yang datang dari Slawi.",
            {"budi": 1, "santoso": 1, "slawi": 1},
        ),
        ("Warga Solo Padati Stadion Manahan Sejak Pagi", {}),
        ("Warga Solo Padati Stadion Manahan\nKata Wagiman, warga datang ke Manahan.", {"wagiman": 1, "manahan": 1}),
        ("stadion Manahan-Solo dan Jum'at", {}),
        ("ke PSIS dan PemKot", {"psis": 1}),
        ("Hakim membaca KUHAP itu.", {"kuhap": 1}),
    ],
)
def test_capitals_in_mid_sentence(text: str, counted: dict[str, int]) -> None:
    assert count_capitalised(text) == counted


_PARTS = [
    "\u00ad",
    "\u0301",
    "kata Budi",
    "manah",
    " ",
    "Budi",
    "'",
    "’",
    "@",
    "_",
    ".",
    "a@contoh.id",
    "https://",
    "www.",
    "/",
    "-",
    "2",
    "é",
]


@given(st.lists(st.sampled_from(_PARTS)).map("".join))
def test_what_is_counted_is_a_token(text: str) -> None:
    """Else the index would lose its count, and an update could not take it away again."""
    surfaces = {token.surface for token in tokenize(text)}
    assert count_capitalised(text).keys() <= surfaces


def _is_headline(line: str) -> bool:
    return len(re.findall(r"(?<!\w)[A-Z]", line)) > 0.5 * (line.count(" ") + 1)


@given(st.lists(st.sampled_from([*_PARTS, "Solo", "SOLO", " ", " ", "\n", "\n", "Di", "ke"])).map("".join))
def test_headlines_are_left_out_line_by_line(text: str) -> None:
    counted: Counter[str] = Counter()
    for line in without_addresses(text).split("\n"):
        if not _is_headline(line):
            counted.update(map(str.lower, names._CAPITALISED.findall(line)))
    assert count_capitalised(text) == counted


@pytest.mark.parametrize(
    ("surface", "capitalised", "lower", "name"),
    [
        ("manahan", 40, 0, True),
        ("manahan", 40, 5, True),
        ("manahan", 40, 20, False),
        ("manahan", 9, 0, False),
        ("kenya", 40, 0, True),
        ("perindustrian", 132, 11, False),
        ("kemayoran", 40, 0, True),
        ("inggrisnya", 40, 0, False),
    ],
)
def test_far_more_often_with_a_capital(surface: str, capitalised: int, lower: int, name: bool) -> None:
    assert is_name(surface, capitalised, lower) is name
