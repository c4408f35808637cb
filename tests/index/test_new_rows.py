"""What enters an index has a place for each column of its table."""

import re

import apsw
import pytest

from carikm.index.format import SCHEMA
from carikm.index.new_rows import insertion

TABLES = re.findall(r"CREATE TABLE (\w+)", SCHEMA)
# What may be no text is entered as bytes: paths, and ids, which are made of them.
NAMES = {"path", "folder"}


@pytest.mark.parametrize("table", [table for table in TABLES if table != "facts"])
def test_each_column_has_its_place(table: str) -> None:
    connection = apsw.Connection(":memory:")
    connection.execute(SCHEMA).fetchall()
    columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
    names = NAMES | ({"name"} if table == "articles" else set())
    places = re.findall(r"CAST\(\? AS TEXT\)|\?", insertion(table))
    assert ["CAST" in place for place in places] == [column in names for column in columns]


def test_a_row_in_the_place_of_another_may_be_asked_for() -> None:
    connection = apsw.Connection(":memory:")
    connection.execute(SCHEMA).fetchall()
    for data in (b"old", b"new"):
        connection.execute(insertion("postings", replaces=True), [1, data])
    assert connection.execute("SELECT data FROM postings").fetchall() == [(b"new",)]
    with pytest.raises(apsw.ConstraintError):
        connection.execute(insertion("postings"), [1, b"other"])
