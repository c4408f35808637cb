"""The named tuples of `carikm.records` are those of `typing`, but for the time that making the class takes."""

import pickle
from typing import NamedTuple as Usual

import pytest

from carikm.records import NamedTuple


class Place(NamedTuple):
    """Where something is."""

    row: int
    column: "int"
    name: str = "here"

    @property
    def size(self) -> int:
        """Multiply."""
        return self.row * self.column


class UsualPlace(Usual):
    """Where something is."""

    row: int
    column: "int"
    name: str = "here"


def test_a_record_is_a_tuple_with_named_fields() -> None:
    place = Place(2, column=3)
    assert place == (2, 3, "here") == UsualPlace(2, 3)
    assert (place.row, place.name, place.size) == (2, "here", 6)
    assert place._replace(name="there") == Place(2, 3, "there")
    assert place._asdict() == UsualPlace(2, 3)._asdict()
    assert repr(place) == repr(UsualPlace(2, 3)).replace("UsualPlace", "Place")
    assert Place._make([1, 2, "x"]) == Place(1, 2, "x")
    assert Place._fields == UsualPlace._fields
    assert Place._field_defaults == UsualPlace._field_defaults
    assert Place.__doc__ == "Where something is."


def test_it_is_matched_pickled_and_hashed_as_one() -> None:
    place = Place(2, 3)
    match place:
        case Place(row, name=name):
            assert (row, name) == (2, "here")
    copy = pickle.loads(pickle.dumps(place))
    assert type(copy) is Place
    assert copy == place
    assert len({place, copy}) == 1


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(TypeError, match="column"):
        Place(1)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Place(1, 2, "x", "y")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Place(1, 2, colour="red")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="colour"):
        Place(1, 2)._replace(colour="red")  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Place(1, 2).row = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Place(1, 2).colour = 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", range(25))
def test_it_has_any_number_of_fields(number: int) -> None:
    fields = [f"field{place}" for place in range(number)]
    body = {"__module__": __name__, "__qualname__": "Made", "__annotations__": dict.fromkeys(fields, int)}
    made = type(NamedTuple)("Made", (NamedTuple,), body)
    assert made(*range(number)) == made(**{name: place for place, name in enumerate(fields)}) == tuple(range(number))
    with pytest.raises(TypeError, match=r"Made\.__new__"):
        made(*range(number + 1))
