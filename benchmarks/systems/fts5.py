"""SQLite's FTS5 over Sastrawi's stems, which it is given as text and does not keep; a table beside it has the texts."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from systems.words import Analyzer, read_units, stemming

FILE = "fts5.db"


def build(units: Path, folder: Path) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("CREATE TABLE units (number INTEGER PRIMARY KEY, id TEXT, text TEXT)")
        connection.execute("CREATE VIRTUAL TABLE chunks USING fts5(stems, content='')")
    add(folder, units)


def add(folder: Path, units: Path) -> None:
    analyze = stemming()
    with sqlite3.connect(folder / FILE) as connection:
        for unit, text in read_units(units):
            number = connection.execute("INSERT INTO units (id, text) VALUES (?, ?)", (unit, text)).lastrowid
            connection.execute("INSERT INTO chunks (rowid, stems) VALUES (?, ?)", (number, " ".join(analyze(text))))


def answers(folder: Path, queries: Iterable[str]) -> Iterator[list[str]]:
    statement = (
        "SELECT id FROM (SELECT rowid AS number, rank FROM chunks WHERE chunks MATCH ? ORDER BY rank LIMIT 10)"
        " JOIN units USING (number) ORDER BY rank"
    )
    return search(folder, statement, stemming(), queries)


def search(folder: Path, statement: str, analyze: Analyzer, queries: Iterable[str]) -> Iterator[list[str]]:
    """Give the ids of the ten units that match each query's words best."""
    connection = sqlite3.connect(folder / FILE)
    for query in queries:
        wanted = " OR ".join(f'"{word}"' for word in analyze(query))
        yield [unit for (unit,) in connection.execute(statement, (wanted,))]
