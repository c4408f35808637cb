"""rank-bm25: a pickled `BM25Okapi` with its texts."""

import pickle
from collections.abc import Iterable, Iterator
from pathlib import Path

from systems.words import read_units, stemming

_FILE = "okapi.pickle"


def build(units: Path, folder: Path) -> None:
    from rank_bm25 import BM25Okapi

    analyze = stemming()
    ids, texts = zip(*read_units(units), strict=True)
    model = BM25Okapi([analyze(text) for text in texts])
    with (folder / _FILE).open("wb") as file:
        pickle.dump((model, ids, texts), file, pickle.HIGHEST_PROTOCOL)


def answers(folder: Path, queries: Iterable[str]) -> Iterator[list[str]]:
    analyze = stemming()
    with (folder / _FILE).open("rb") as file:
        model, ids, _ = pickle.load(file)
    for query in queries:
        yield model.get_top_n(analyze(query), ids, n=10)
