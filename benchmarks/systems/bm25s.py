"""bm25s: sparse scores in numpy arrays, mapped into memory."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from systems.words import read_units, stemming


def build(units: Path, folder: Path) -> None:
    from bm25s import BM25

    analyze = stemming()
    kept = [{"id": unit, "text": text} for unit, text in read_units(units)]
    model = BM25()
    model.index([analyze(unit["text"]) for unit in kept], show_progress=False)
    model.save(folder, corpus=kept, show_progress=False)


def answers(folder: Path, queries: Iterable[str]) -> Iterator[list[str]]:
    from bm25s import BM25

    analyze = stemming()
    model = BM25.load(folder, mmap=True, load_corpus=True, show_progress=False)
    depth = min(10, len(model.corpus))
    for query in queries:
        found, scores = model.retrieve([analyze(query)], k=depth, show_progress=False)
        yield [unit["id"] for unit, score in zip(found[0], scores[0], strict=True) if score > 0]
