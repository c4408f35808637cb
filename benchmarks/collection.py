"""Test collections: articles, queries, and which articles answer which query.

A collection is a folder with `corpus/*.txt`, `queries.jsonl` (a {"qid", "query"} a line) and `qrels.tsv` (query,
file name without ending, relevance).
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path


class Collection:
    """A test collection in a folder."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.corpus = folder / "corpus"
        self.queries_file = folder / "queries.jsonl"
        self.relevance_file = folder / "qrels.tsv"

    def articles(self) -> Iterator[tuple[str, str]]:
        """Give each article's name and text, in order of the names."""
        for path in sorted(self.corpus.glob("*.txt")):
            yield path.stem, path.read_text(encoding="utf-8", errors="replace")

    def queries(self) -> Iterator[tuple[str, str]]:
        """Give each query's qid and text."""
        for line in self.queries_file.read_text(encoding="utf-8").splitlines():
            query = json.loads(line)
            yield query["qid"], query["query"]

    def relevance(self) -> dict[str, dict[str, int]]:
        """Tell which articles answer which query, and how well."""
        judged: dict[str, dict[str, int]] = defaultdict(dict)
        for line in self.relevance_file.read_text(encoding="utf-8").splitlines():
            query, name, grade = line.split("\t")
            judged[query][name] = int(grade)
        return judged
