"""The tables of an index, row by row in order of their keys, a page at a time: whole tables in bounded memory."""

from collections.abc import Iterator
from typing import Any

from carikm.index.format import name_in
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle

_PAGE = 1_000
_BEFORE_ALL = -(1 << 63)


def numbered(index: IndexReader, table: str, columns: str, kinds: str, *, page: int = _PAGE) -> Iterator[Any]:
    """Go through a table by its first column, which is its number."""
    key = columns.partition(",")[0]
    query = f"SELECT {columns} FROM {table} WHERE {key} > ? ORDER BY {key} LIMIT {page}"
    last = _BEFORE_ALL
    while rows := index.checked_rows(query, [last], kinds):
        yield from rows
        last = rows[-1][0]


def keyed(index: IndexReader, table: str, columns: str, kinds: str, keys: int) -> Iterator[Any]:
    """Go through a table by its first columns, `keys` of them, which are its primary key."""
    names = ", ".join(columns.split(", ")[:keys])
    marks = ", ".join("?" * keys)
    select = f"SELECT {columns} FROM {table}"
    order = f"ORDER BY {names} LIMIT {_PAGE}"
    rows = index.checked_rows(f"{select} {order}", [], kinds)
    while rows:
        yield from rows
        rows = index.checked_rows(f"{select} WHERE ({names}) > ({marks}) {order}", rows[-1][:keys], kinds)


def articles(index: IndexReader, *, page: int = _PAGE) -> Iterator[StoredArticle]:
    """Go through all articles, in order of their numbers."""
    last = _BEFORE_ALL
    while found := index.articles_where(f"WHERE id > ? ORDER BY id LIMIT {page}", [last]):
        yield from found
        last = found[-1].id


def half_known(index: IndexReader, most: int) -> list[str]:
    """Give the paths of articles of which a value is without its origin, or the reverse; at most so many."""
    triples = [(name, f"{name}_line", f"{name}_origin") for name in ("outlet", "dateline", "author", "date")]
    groups = [("headline_line", "headline_origin"), *triples]
    odd = (f"NOT ({' + '.join(f'({name} IS NULL)' for name in group)}) IN (0, {len(group)})" for group in groups)
    query = f"SELECT {name_in('path')} FROM articles WHERE {' OR '.join(odd)} LIMIT {most}"
    return [row[0] for row in index.checked_rows(query, [], "n")]


def count(index: IndexReader, table: str) -> int:
    """Count the rows of a table."""
    found: int = index.rows(f"SELECT count(*) FROM {table}")[0][0]
    return found


def complaints(index: IndexReader, most: int) -> list[str]:
    """Let SQLite check the whole file: every page, every row against its index; give what it finds, at most so much."""
    found = [str(row[0]) for row in index.rows(f"PRAGMA integrity_check({most})")]
    return [] if found == ["ok"] else found


def names_of_facts(index: IndexReader) -> set[str]:
    """Give the names of all facts."""
    return {row[0] for row in index.checked_rows("SELECT name FROM facts", [], "t")}
