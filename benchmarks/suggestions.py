"""What is suggested for queries that fail: is it found, and is it what was meant?

    python benchmarks/suggestions.py INDEX_FOLDER [--queries FILE] [--archive news|seeds] [--all]

Reads a table of failing queries, by default `failing_queries.tsv` beside this program; `failing_queries_held_out.tsv`
has fifty more that nothing was tuned on. `archive` tells which archive a query is meant for: `seeds`, the five
articles, or `news`, any large archive of news. Queries are answered as by `carikm search --all`. Prints what is not as
intended (`--all`: everything), and how long it took.
"""

import argparse
import csv
import time
from pathlib import Path

from carikm.index.reader import IndexReader
from carikm.search.local import LocalStore
from carikm.search.reading import read_query
from carikm.search.store import Scope
from carikm.search.suggestions import suggest
from carikm.search.vocabulary import IndexVocabulary
from carikm.search.word_reports import report_words

QUERIES = Path(__file__).parent / "failing_queries.tsv"


def read_queries(path: Path, archive: str) -> list[tuple[str, str]]:
    """Read the failing queries for an archive, each with the query that is meant."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["query"], row["intended"]) for row in rows if row["archive"] == archive]


def measure(index: IndexReader, queries: list[tuple[str, str]], show_all: bool) -> None:
    store = LocalStore(index)

    def count(text: str) -> int:
        return store.count(read_query(store, text, expanded=True, all_words=True), Scope())

    returned = intended_first = intended_any = 0
    times = []
    for query, intended in queries:
        vocabulary = IndexVocabulary(index)
        started = time.perf_counter()
        suggestions = suggest(query, vocabulary, count)
        report_words(query, vocabulary)
        times.append(time.perf_counter() - started)
        given = [suggestion.query for suggestion in suggestions]
        returned += bool(suggestions) and suggestions[0].found > 0
        intended_first += given[:1] == [intended]
        intended_any += intended in given
        if show_all or given[:1] != [intended]:
            print(f"{query!r}: meant {intended!r}")
            for suggestion in suggestions:
                print(f"    {suggestion.query!r} ({suggestion.found} chunks, {suggestion.kind})")
    times.sort()
    print(
        f"{len(queries)} queries: the first suggestion returns something for {returned}, is the intended one for"
        f" {intended_first}, one of three is for {intended_any};"
        f" median {1000 * times[len(times) // 2]:.0f} ms, longest {1000 * times[-1]:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--queries", type=Path, default=QUERIES)
    parser.add_argument("--archive", choices=["news", "seeds"], default="news")
    parser.add_argument("--all", action="store_true", help="print every query")
    options = parser.parse_args()
    with IndexReader(options.index) as index:
        measure(index, read_queries(options.queries, options.archive), options.all)


if __name__ == "__main__":
    main()
