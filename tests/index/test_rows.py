"""What rows of an index may hold."""

from hypothesis import given
from hypothesis import strategies as st

from carikm.index.rows import are_kinds, is_kind

KINDS = st.sampled_from("iftnbITN")
VALUES = (
    st.sampled_from([None, 0, -3, 1.5, float("inf"), 1e13, "kata", "é", "\udcff", b"kata", b"\0", b""])
    | st.integers()
    | st.text()
    | st.binary()
)


@given(st.data(), st.text("iftnbITN", min_size=1, max_size=3), st.integers(0, 3))
def test_rows_are_checked_by_columns_as_value_by_value(data: st.DataObject, kinds: str, number: int) -> None:
    fitting = {kind: VALUES.filter(lambda value, kind=kind: is_kind(value, kind)) for kind in set(kinds)}
    row = st.tuples(*(fitting[kind] | VALUES if data.draw(st.booleans()) else fitting[kind] for kind in kinds))
    rows = [data.draw(row) for _ in range(number)]
    one_by_one = all(is_kind(value, kind) for row in rows for value, kind in zip(row, kinds, strict=True))
    assert are_kinds(rows, kinds) == one_by_one
