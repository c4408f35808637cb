"""tantivy over Sastrawi's stems, which it is given as text."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from tantivy import Document, Index, Occur, Query, Schema, SchemaBuilder

from systems.words import Analyzer, read_units, stemming


def build(units: Path, folder: Path) -> None:
    index = Index(_schema(), str(folder))
    _write(index, units)


def add(folder: Path, units: Path) -> None:
    _write(Index.open(str(folder)), units)


def answers(folder: Path, queries: Iterable[str]) -> Iterator[list[str]]:
    return search(Index.open(str(folder)), _schema(), "stems", stemming(), queries)


def search(index: Index, schema: Schema, field: str, analyze: Analyzer, queries: Iterable[str]) -> Iterator[list[str]]:
    """Give the ids of the ten units that match each query's words best."""
    searcher = index.searcher()
    for query in queries:
        terms = [(Occur.Should, Query.term_query(schema, field, word)) for word in analyze(query)]
        hits = searcher.search(Query.boolean_query(terms), 10, count=False).hits
        yield [bytes(searcher.doc(address)["id"][0]).decode() for _, address in hits]


def _write(index: Index, units: Path) -> None:
    analyze = stemming()
    writer = index.writer()
    for unit, text in read_units(units):
        writer.add_document(Document(id=unit.encode(), text=text.encode(), stems=" ".join(analyze(text))))
    writer.commit()
    writer.wait_merging_threads()


def _schema() -> Schema:
    builder = SchemaBuilder()
    # What is only kept: bytes, since text would be indexed too.
    builder.add_bytes_field("id", stored=True)
    builder.add_bytes_field("text", stored=True)
    builder.add_text_field("stems", tokenizer_name="whitespace")
    return builder.build()
