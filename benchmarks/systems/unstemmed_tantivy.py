"""tantivy over words as its own tokenizer finds them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from tantivy import Document, Index, Schema, SchemaBuilder

from systems.tantivy import search
from systems.words import read_units, words


def build(units: Path, folder: Path) -> None:
    _write(Index(_schema(), str(folder)), units)


def add(folder: Path, units: Path) -> None:
    _write(Index.open(str(folder)), units)


def answers(folder: Path, queries: Iterable[str]) -> Iterator[list[str]]:
    return search(Index.open(str(folder)), _schema(), "text", words, queries)


def _write(index: Index, units: Path) -> None:
    writer = index.writer()
    for unit, text in read_units(units):
        writer.add_document(Document(id=unit.encode(), text=text))
    writer.commit()
    writer.wait_merging_threads()


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_bytes_field("id", stored=True)
    builder.add_text_field("text", stored=True)
    return builder.build()
