"""Searches until its standard input ends, and writes what it finds: one JSON line for each new answer.

A line is a list of hits, each with the id of its article and its text. How it searches is
its first argument: `find` opens the index for each query, as a command does; `held` opens it once, as `carikm batch`
does; `command` starts one for each query.
"""

import json
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from carikm.api import find, open_search

_QUERIES = ("pasar ikan", "pelabuhan -garam", '"harga beras"')
_PAUSE = 0.03  # seconds, so that the updates have their turn where there are few cores
Hits = list[tuple[str, str]]


def _told(hits: Any) -> Hits:
    return [(hit.article.name, hit.chunk.text) for hit in hits]


def _answers(how: str, corpus: str, index: str) -> Iterator[Callable[[str], Hits]]:
    """Give, again and again, what answers a query."""
    if how == "held":
        with open_search(corpus, index, limit=20) as search:
            while True:
                yield lambda query: _told(search.hits(query).hits)
    while True:
        yield (
            lambda query: (
                _asked(query, corpus, index)
                if how == "command"
                else _told(find(query, corpus, index, limit=20).result.hits)
            )
        )


def _asked(query: str, corpus: str, index: str) -> Hits:
    command = [sys.executable, "-m", "carikm", "search", "--json", "--limit", "20"]
    command += ["--corpus", corpus, "--index", index, "--", query]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    document = json.loads(output)
    return [(hit["article"]["id"], hit["chunk"]["text"]) for hit in document["hits"]]


def main(how: str, corpus: str, index: str) -> None:
    told: set[str] = set()
    for number, answer in enumerate(_answers(how, corpus, index)):
        line = json.dumps(answer(_QUERIES[number % len(_QUERIES)]))
        if line not in told:
            told.add(line)
            print(line, flush=True)
        if select.select([sys.stdin], [], [], _PAUSE)[0]:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
