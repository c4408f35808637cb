"""Errors that Indonesian writers make often cost less than others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.search.spelling import beginnings, candidates, cost, lengths, modern, most_cost, other_beginnings

LETTERS = st.text(alphabet="abcdefghijklmnoprstuwyé1", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("meant", "likely", "unlikely"),
    [
        ("film", "pilm", "tilm"),
        ("tempe", "temppe", "tempbe"),
        ("kerupuk", "kreupuk", "ksrupuk"),
        ("cuaca", "tjuatja", "tcuatca"),
        ("gerobak", "gerobk", "geroak"),
        ("jamu", "jmau", "jsau"),
        ("perahu", "prahu", "erahu"),
        ("tahu", "tau", "ahu"),
    ],
)
def test_frequent_errors_cost_less(meant: str, likely: str, unlikely: str) -> None:
    assert cost(likely, meant) < cost(unlikely, meant)


def test_what_has_no_vowels_left_is_an_abbreviation() -> None:
    known = [("jembatan", 5), ("jambu", 50), ("jembut", 1)]
    assert candidates("jmbtn", known)[0].surface == "jembatan"


def test_a_number_is_no_error_for_another() -> None:
    assert candidates("2021", [("2022", 900)]) == []
    assert candidates("covid19", [("covid18", 900), ("covit19", 1)])[0].surface == "covit19"


@given(LETTERS, LETTERS)
def test_only_the_word_itself_costs_nothing(typed: str, meant: str) -> None:
    assert (cost(typed, meant) == 0) == (typed == meant)


@given(LETTERS, st.lists(st.tuples(LETTERS, st.integers(1, 100)), max_size=8))
def test_candidates_are_known_others_by_their_costs(typed: str, known: list[tuple[str, int]]) -> None:
    found = candidates(typed, known)
    assert typed not in {candidate.surface for candidate in found}
    assert {candidate.surface for candidate in found} <= {surface for surface, _ in known}
    assert [candidate.cost for candidate in found] == sorted(candidate.cost for candidate in found)
    assert all(candidate.cost <= most_cost(typed) for candidate in found)


@given(LETTERS, st.data())
def test_a_word_with_one_error_is_looked_for_where_the_word_is(meant: str, data: st.DataObject) -> None:
    """Whatever the error, behind the first letter or of it."""
    place = data.draw(st.integers(0, len(meant) - 1))
    letter = data.draw(st.sampled_from("aeknst"))
    typed = data.draw(
        st.sampled_from(
            [
                meant[:place] + meant[place + 1 :],
                meant[:place] + letter + meant[place + 1 :],
                meant[: place + 1] + letter + meant[place + 1 :],
                letter + meant,
                meant[:place] + meant[place : place + 2][::-1] + meant[place + 2 :],
            ]
        )
    )
    if len(meant) > 2 and len(typed) > 1 and typed != meant and meant[0].isascii():
        in_range = len(meant) in lengths(typed) and meant.startswith(tuple(beginnings(typed)))
        assert in_range or meant in other_beginnings(typed) or meant[0].isdigit()


def test_spelling_of_before_1972() -> None:
    assert [modern(word) for word in ("tjuatja", "djalan", "boeroeng", "sjarat")] == [
        "cuaca",
        "jalan",
        "burung",
        "syarat",
    ]
