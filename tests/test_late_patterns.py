"""Regular expressions that are compiled when they are first used: as those that are compiled at once."""

import copy
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.patterns import pattern


@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.DOTALL])
@given(text=st.text(st.sampled_from("abAB .\n")))
def test_it_answers_as_one_that_is_compiled_at_once(text: str, flags: int) -> None:
    late, at_once = pattern("(a.?)b", flags), re.compile("(a.?)b", flags)
    for method in ("match", "fullmatch", "search"):
        for _ in range(2):
            found, expected = (getattr(each, method)(text) for each in (late, at_once))
            assert (found and found.span()) == (expected and expected.span())
    assert late.findall(text) == at_once.findall(text)
    assert [match.span() for match in late.finditer(text)] == [match.span() for match in at_once.finditer(text)]
    assert late.split(text) == at_once.split(text)
    assert (late.sub("x", text), late.subn("x", text)) == (at_once.sub("x", text), at_once.subn("x", text))


def test_it_tells_what_it_is_made_of() -> None:
    late = pattern("(?P<wilayah>[a-z]+)", re.IGNORECASE)
    assert late.pattern == "(?P<wilayah>[a-z]+)"
    assert late.flags & re.IGNORECASE and dict(late.groupindex) == {"wilayah": 1}


def test_what_is_no_pattern_is_told_when_it_is_used() -> None:
    late = pattern("(")
    with pytest.raises(re.error):
        late.match("")


def test_a_copy_is_a_pattern_too() -> None:
    assert copy.copy(pattern("a+")).fullmatch("aaa")
