"""What others rank: runs of well-known BM25 implementations over test collections, to measure carikm against.

    python benchmarks/baselines.py [--only NAME]... --runs FOLDER COLLECTION...

Writes FOLDER/NAME/COLLECTION.trec for each collection (see `collection.py`), a hundred articles a query, and none that
holds no word of it. Needs `pip install '.[benchmarks]'` in a checkout. All get words of letters and digits in lower
case, and all but `fts5` get them as Sastrawi's stems; formulas and parameters are each library's defaults.

    okapi       rank_bm25.BM25Okapi over whole articles
    paragraphs  the same over paragraphs (lines of text); an article stands where its best paragraph does
    bm25s       bm25s.BM25 (Lucene's formula, k1 1.5, b 0.75)
    tantivy     tantivy (k1 1.2, b 0.75)
    fts5-stems  SQLite's FTS5 (k1 1.2, b 0.75)
    fts5        SQLite's FTS5 over the words as they are
"""

import argparse
import re
import sqlite3
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from carikm.analysis.sastrawi import Sastrawi
from carikm.cli.trec import run_lines
from collection import Collection

DEPTH = 100
_WORD = re.compile(r"\w+")
_SASTRAWI = Sastrawi(())

Ranked = list[tuple[str, float]]
# Answers a query (its words) with names and scores.
Searcher = Callable[[Sequence[str]], Ranked]
Documents = Iterable[tuple[str, Sequence[str]]]


@cache
def stem(word: str) -> str:
    """Stem a word with plain Sastrawi, each only once."""
    return _SASTRAWI.stem(word)


def words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def stems(text: str) -> list[str]:
    return [stem(word) for word in words(text)]


def okapi(documents: Documents) -> Searcher:
    """Rank with rank_bm25; several documents of one name stand for one article.

    The model is the package's own. Its `get_scores` looks into every document for every word, which takes minutes for
    paragraphs; the same sums over the documents that hold the word give the same scores.
    """
    import numpy
    from rank_bm25 import BM25Okapi

    named = list(documents)
    names = [name for name, _ in named]
    model = BM25Okapi([tokens for _, tokens in named])
    del named
    found: dict[str, tuple[array[int], array[int]]] = defaultdict(lambda: (array("i"), array("i")))
    for document, frequencies in enumerate(model.doc_freqs):
        for word, frequency in frequencies.items():
            documents_with, times = found[word]
            documents_with.append(document)
            times.append(frequency)
    norms = model.k1 * (1 - model.b + model.b * numpy.array(model.doc_len) / model.avgdl)

    def search(query: Sequence[str]) -> Ranked:
        scores = numpy.full(len(names), -numpy.inf)
        for word in query:
            if word in found:
                holders, times = map(numpy.asarray, found[word])
                scores[holders[scores[holders] == -numpy.inf]] = 0
                scores[holders] += model.idf[word] * times * (model.k1 + 1) / (times + norms[holders])
        best: dict[str, float] = {}
        for place in numpy.argsort(-scores, kind="stable"):
            if scores[place] == -numpy.inf or len(best) == DEPTH:
                break
            best.setdefault(names[place], float(scores[place]))
        return list(best.items())

    return search


def bm25s(documents: Documents) -> Searcher:
    from bm25s import BM25

    named = list(documents)
    names = [name for name, _ in named]
    model = BM25()
    model.index([list(tokens) for _, tokens in named], show_progress=False)
    depth = min(DEPTH, len(names))

    def search(query: Sequence[str]) -> Ranked:
        if not any(word in model.vocab_dict for word in query):
            return []
        places, scores = model.retrieve([list(query)], k=depth, show_progress=False)
        found = zip(places[0], scores[0], strict=True)
        return [(names[place], float(score)) for place, score in found if score > 0]

    return search


def tantivy(documents: Documents) -> Searcher:
    from tantivy import Document, Index, Occur, Query, SchemaBuilder

    builder = SchemaBuilder()
    builder.add_text_field("name", stored=True, tokenizer_name="raw")
    builder.add_text_field("body", tokenizer_name="whitespace")
    schema = builder.build()
    index = Index(schema)
    writer = index.writer(num_threads=1)
    for name, tokens in documents:
        writer.add_document(Document(name=[name], body=[" ".join(tokens)]))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(query: Sequence[str]) -> Ranked:
        wanted = Query.boolean_query([(Occur.Should, Query.term_query(schema, "body", word)) for word in query])
        hits: list[tuple[float, Any]] = searcher.search(wanted, DEPTH).hits
        return [(searcher.doc(address)["name"][0], score) for score, address in hits]

    return search


def fts5(documents: Documents) -> Searcher:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE texts USING fts5(name UNINDEXED, body)")
    connection.executemany("INSERT INTO texts VALUES (?, ?)", ((name, " ".join(tokens)) for name, tokens in documents))

    def search(query: Sequence[str]) -> Ranked:
        wanted = " OR ".join(f'"{word}"' for word in query)
        found = connection.execute(
            "SELECT name, -rank FROM texts WHERE body MATCH ? ORDER BY rank LIMIT ?", (wanted, DEPTH)
        )
        return found.fetchall()

    return search


def whole(collection: Collection, analyze: Callable[[str], list[str]]) -> Documents:
    return ((name, analyze(text)) for name, text in collection.articles())


def paragraphs(collection: Collection, analyze: Callable[[str], list[str]]) -> Documents:
    for name, text in collection.articles():
        for line in text.splitlines():
            if tokens := analyze(line):
                yield name, tokens


Peer = tuple[Callable[[Documents], Searcher], Callable[..., Documents], Callable[[str], list[str]]]
PEERS: dict[str, Peer] = {
    "okapi": (okapi, whole, stems),
    "bm25s": (bm25s, whole, stems),
    "tantivy": (tantivy, whole, stems),
    "fts5-stems": (fts5, whole, stems),
    "fts5": (fts5, whole, words),
    "paragraphs": (okapi, paragraphs, stems),
}


def write_run(peer: str, collection: Collection, runs: Path) -> None:
    """Answer all queries of a collection, and keep the answers."""
    build, documents, analyze = PEERS[peer]
    started = time.perf_counter()
    search = build(documents(collection, analyze))
    built = time.perf_counter()
    (runs / peer).mkdir(parents=True, exist_ok=True)
    with (runs / peer / f"{collection.name}.trec").open("w", encoding="utf-8") as run:
        for qid, query in collection.queries():
            tokens = analyze(query)
            for line in run_lines(qid, search(tokens) if tokens else [], peer):
                run.write(line + "\n")
    seconds = time.perf_counter() - built
    print(f"{peer:12} {collection.name:20} built in {built - started:.1f} s, answered in {seconds:.1f} s", flush=True)


def main() -> None:
    """Write the runs of every peer over every collection named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="+", type=Path, metavar="COLLECTION")
    parser.add_argument("--runs", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--only", action="append", choices=PEERS, metavar="NAME")
    options = parser.parse_args()
    for peer in options.only or PEERS:
        for folder in options.collections:
            try:
                write_run(peer, Collection(folder), options.runs)
            except ImportError as missing:
                print(f"{peer} is left out: {missing}", file=sys.stderr)
                break


if __name__ == "__main__":
    main()
