"""What rows of an index may hold."""

from hypothesis import given
from hypothesis import strategies as st

from carikm.index.rows import are_kinds, is_kind

# Of each kind values that may stand there, and some of the same type that may not.
VALUES: dict[str, list[object]] = {
    "i": [0, -3],
    "f": [1.5, float("inf"), 1e13],
    "t": ["kata", "é", "\udcff"],
    "n": [b"kata", b"\0", b"\xff"],
    "b": [b"", b"\0"],
}
VALUES |= {kind.upper(): [None, *VALUES[kind]] for kind in "itn"}
OTHERS = [None, 1, 1.5, "kata", b"kata"]


@given(st.data(), st.text("".join(VALUES), min_size=1, max_size=3))
def test_rows_are_checked_by_columns_as_value_by_value(data: st.DataObject, kinds: str) -> None:
    own = st.tuples(*(st.sampled_from([value for value in VALUES[kind] if is_kind(value, kind)]) for kind in kinds))
    any_of_kind = st.tuples(*(st.sampled_from(VALUES[kind]) for kind in kinds))
    other = st.tuples(*(st.sampled_from(OTHERS) for _ in kinds))
    rows = [*data.draw(st.lists(own, max_size=3)), *data.draw(st.lists(any_of_kind | other, max_size=1))]
    one_by_one = all(is_kind(value, kind) for row in rows for value, kind in zip(row, kinds, strict=True))
    assert are_kinds(rows, kinds) == one_by_one
