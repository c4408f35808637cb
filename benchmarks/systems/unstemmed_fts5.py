"""SQLite's FTS5 over words as its own tokenizer finds them."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from systems.fts5 import FILE, search
from systems.words import read_units, words


def build(units: Path, folder: Path) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("CREATE VIRTUAL TABLE units USING fts5(id UNINDEXED, text)")
    add(folder, units)


def add(folder: Path, units: Path) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.executemany("INSERT INTO units VALUES (?, ?)", read_units(units))


def answers(folder: Path, queries: Iterable[str]) -> Iterator[list[str]]:
    return search(folder, "SELECT id FROM units WHERE units MATCH ? ORDER BY rank LIMIT 10", words, queries)
