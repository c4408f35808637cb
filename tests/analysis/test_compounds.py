"""Compounds: which neighbouring words make one, and that the table agrees with the stems."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.analysis.compounds import (
    BOUND_MORPHEMES,
    find_compounds,
    joined,
    joined_stems,
    openings_behind,
)
from carikm.analysis.stems import stem
from carikm.analysis.tokens import tokenize

ROWS = [
    row.split("\t")
    for row in (Path(stem.__code__.co_filename).parent / "compounds.tsv").read_text(encoding="utf-8").splitlines()
    if not row.startswith("#")
]


def _surfaces(text: str) -> list[str]:
    return [compound.surface for compound in find_compounds(text, list(tokenize(text)))]


def test_the_table_is_well_formed() -> None:
    for word, firsts, second, meaning in ROWS:
        assert word == firsts.split(" ")[0] + second
        assert meaning
    assert len({(first, row[2]) for row in ROWS for first in row[1].split(" ")}) == sum(
        len(row[1].split(" ")) for row in ROWS
    ), "no form stands twice"


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_form_has_the_same_stem_joined_and_apart(row: list[str]) -> None:
    word, firsts, second, _ = row
    assert stem(word) == word
    for first in firsts.split(" "):
        assert stem(f"{first} {second}") == stem(first + second) == word


@given(st.sampled_from(sorted(BOUND_MORPHEMES)), st.sampled_from(["pemilihan", "korupsinya", "negara", "kekerasan"]))
def test_a_bound_morpheme_has_the_same_stem_joined_and_apart(morpheme: str, word: str) -> None:
    assert stem(f"{morpheme} {word}") == stem(morpheme + word)


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("Mereka bekerja sama.", ["bekerja sama"]),
        ("Kerja-sama, kerja  samanya, KERJA\nSama", ["kerja sama", "kerja samanya", "kerja sama"]),
        ("kerja. Sama; kerja, sama; kerja (sama); kerja / sama; kerja — sama; kerja\n\nsama", []),
        ("kerja bersama dan pekerjaan sama; kerjasama", []),
        ("anti-korupsi, pasca pandemi, non-19, pra A", ["anti korupsi", "pasca pandemi"]),
        ("orang tua bertanda tangan", ["orang tua", "bertanda tangan"]),
        ("", []),
    ],
)
def test_compounds_of_a_text(text: str, surfaces: list[str]) -> None:
    assert _surfaces(text) == surfaces


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("kerja", "samanya", "kerjasama"),
        ("dipertanggung", "jawabkan", "tanggungjawab"),
        ("kerja", "samaran", None),
        ("kerja", "sa", None),
        ("sama", "kerja", None),
        ("anti", "kekerasan", "antikekerasan"),
        ("anti", "19", None),
    ],
)
def test_joined_words(first: str, second: str, word: str | None) -> None:
    assert joined(first, second) == word
    assert openings_behind(first) or word is None


def test_stems_are_no_first_parts_of_their_own() -> None:
    assert len(joined_stems()) == len(ROWS)
    assert not any(openings_behind(word) for word in joined_stems())


_PIECES = st.sampled_from(["kerja", "sama", "samanya", "anti", "korupsi", " ", " ", "-", "\n", ".", "("])


@given(st.lists(_PIECES), st.lists(_PIECES))
def test_a_compound_is_two_neighbouring_tokens(before: list[str], behind: list[str]) -> None:
    text = f"{''.join(before)} kerja sama {''.join(behind)}"
    tokens = list(tokenize(text))
    found = list(find_compounds(text, tokens))
    assert "kerja sama" in [surface for _, surface in found]
    for first, surface in found:
        assert surface == f"{tokens[first].surface} {tokens[first + 1].surface}"
        between = text[tokens[first].end : tokens[first + 1].start]
        assert between.strip() in ("", "-")
