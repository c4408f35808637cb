"""How well the ranking finds articles: nDCG@10 over test collections that you name.

    python benchmarks/quality.py [--min-words N] [--no-expand] [--run FOLDER] COLLECTION...

A collection is a folder with `corpus/*.txt`, `queries.jsonl` (a {"qid", "query"} a line) and `qrels.tsv` (query,
file name without ending, relevance). An article stands where its best chunk does. nDCG after Järvelin and
Kekäläinen (2002, "Cumulated gain-based evaluation of IR techniques"). `--run` writes a TREC run of each
collection there; `--min-words` tries another size of chunks, `--no-expand` searches for
the queries' own words alone.
"""

import argparse
import functools
import json
import math
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import carikm.index.build as build
from carikm.corpus.article import finish_article
from carikm.corpus.chunks import MIN_WORDS
from carikm.errors import QueryEmpty
from carikm.index.reader import IndexReader
from carikm.search.local import LocalStore
from carikm.search.query import read_query
from carikm.search.store import Scope

DEPTH = 10
RUN_DEPTH = 100


def ndcg(gains: list[int], ideal: list[int]) -> float:
    """Compare the gains in the order found with the best order possible."""

    def discounted(values: list[int]) -> float:
        return sum(gain / math.log2(place + 2) for place, gain in enumerate(values[:DEPTH]))

    best = discounted(sorted(ideal, reverse=True))
    return discounted(gains) / best if best else 0.0


def read_relevance(path: Path) -> dict[str, dict[str, int]]:
    """Read which articles answer which query, and how well."""
    relevance: dict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines():
        query, name, grade = line.split("\t")
        relevance[query][name] = int(grade)
    return relevance


def rank_articles(index: IndexReader, queries: Path, expanded: bool = True) -> dict[str, list[tuple[str, float]]]:
    """Answer every query with the names and scores of the articles found."""
    store = LocalStore(index)
    names = {article.id: article.name for article in index.articles()}
    answers = {}
    for line in queries.read_text(encoding="utf-8").splitlines():
        query = json.loads(line)
        try:
            understood = read_query(store, query["query"], expanded=expanded)
        except QueryEmpty:
            answers[query["qid"]] = []
            continue
        ranking = store.rank(understood, Scope(limit=RUN_DEPTH, by_article=True))
        scored = ranking.scored
        places = index.places(listed.chunk for listed in scored)
        answers[query["qid"]] = [(names[places[listed.chunk][0]], listed.score) for listed in scored]
    return answers


def measure(collection: Path, min_words: int, run: Path | None, expanded: bool) -> float:
    """Index a collection, answer its queries, print and return the mean nDCG@10."""
    build.finish_article = functools.partial(finish_article, min_words=min_words)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        summary = build.build_index(collection / "corpus", Path(folder))
        indexed = time.perf_counter()
        with IndexReader(Path(folder)) as index:
            answers = rank_articles(index, collection / "queries.jsonl", expanded)
    relevance = read_relevance(collection / "qrels.tsv")
    values = [
        ndcg([judged.get(name, 0) for name, _ in answers.get(query, [])], list(judged.values()))
        for query, judged in relevance.items()
    ]
    mean = sum(values) / len(values)
    chunks = summary.written.chunks if summary.written else 0
    print(
        f"{collection.name:24} nDCG@10 {mean:.4f}   {len(values)} queries, {chunks} chunks,"
        f" indexed in {indexed - started:.1f} s, answered in {time.perf_counter() - indexed:.1f} s",
        flush=True,
    )
    if run is not None:
        rows = (
            f"{query} Q0 {name} {rank} {score:.6f} carikm"
            for query, answer in answers.items()
            for rank, (name, score) in enumerate(answer, start=1)
        )
        (run / f"{collection.name}.trec").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return mean


def main() -> None:
    """Measure every collection named, and their mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="+", type=Path, metavar="COLLECTION")
    parser.add_argument("--min-words", type=int, default=MIN_WORDS)
    parser.add_argument("--no-expand", action="store_true")
    parser.add_argument("--run", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    means = [
        measure(collection, options.min_words, options.run, not options.no_expand) for collection in options.collections
    ]
    print(f"{'mean':24} nDCG@10 {sum(means) / len(means):.4f}")


if __name__ == "__main__":
    main()
