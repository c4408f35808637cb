"""What is suggested for queries that fail: is it found, and is it what was meant?

    python benchmarks/suggestions.py INDEX_FOLDER [--queries FILE] [--archive news|seeds] [--all]

Reads a table of failing queries, by default `failing_queries.tsv` beside this program; `failing_queries_held_out.tsv`
has fifty more that nothing was tuned on. `archive` tells which archive a query is meant for: `seeds`, the five
articles, or `news`, any large archive of news. A query counts as found where all of its words stand in one chunk, and
those in quotes side by side. Prints what is not as intended (`--all`: everything), and how long it took.
"""

import argparse
import csv
import re
import time
from pathlib import Path

from carikm.analysis.tokens import tokenize
from carikm.index.reader import IndexReader
from carikm.search.expansion import whole
from carikm.search.suggestions import report_words, suggest
from carikm.search.vocabulary import IndexVocabulary

QUERIES = Path(__file__).parent / "failing_queries.tsv"


def read_queries(path: Path, archive: str) -> list[tuple[str, str]]:
    """Read the failing queries for an archive, each with the query that is meant."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["query"], row["intended"]) for row in rows if row["archive"] == archive]


def count_all(index: IndexReader, vocabulary: IndexVocabulary, text: str) -> int:
    """Count the chunks that hold all words of a text, and those in quotes side by side."""
    words = [token.surface for token in tokenize(text)]
    if not words:
        return 0
    found = set.intersection(*(set(vocabulary.chunks(word)) for word in words))
    for phrase in re.findall(r'"([^"]*+)"', text):
        found = index.chunks_that_match(found, whole([token.surface for token in tokenize(phrase)]))
    return len(found)


def measure(index: IndexReader, queries: list[tuple[str, str]], show_all: bool) -> None:
    returned = intended_first = intended_any = 0
    times = []
    for query, intended in queries:
        vocabulary, counting = IndexVocabulary(index), IndexVocabulary(index)
        started = time.perf_counter()
        suggestions = suggest(query, vocabulary, lambda text, known=counting: count_all(index, known, text))
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
