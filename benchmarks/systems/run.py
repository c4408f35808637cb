"""Runs one system as a program of its own.

    python -c "from systems.run import main; main()" SYSTEM build UNITS FOLDER
                                                             add FOLDER UNITS
                                                             search FOLDER QUERY
                                                             answer FOLDER QUERIES SECONDS LEAST

Run so, all but the line itself is compiled beforehand. `search` prints ids. `answer` answers the queries of a file, one
a line, for so many seconds, but at least so many of them. It prints as JSON how many it answered, in how many seconds,
and what each was answered with; the first is not timed, since with it the index is opened.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def main() -> None:
    """Do what the arguments say."""
    system, what, folder, given, *limits = sys.argv[1:]
    module = import_module(f"systems.{system}")
    if what == "build":
        module.build(Path(folder), Path(given))
    elif what == "add":
        module.add(Path(folder), Path(given))
    elif what == "search":
        print(*next(module.answers(Path(folder), [given])), sep="\n")
    else:
        _answer(module, Path(folder), Path(given), *map(float, limits))


def _answer(module: Any, folder: Path, file: Path, most_seconds: float, least: float) -> None:
    import json
    import time

    queries = file.read_text(encoding="utf-8").splitlines()
    answers = module.answers(folder, queries)
    found = [next(answers)]
    started = time.perf_counter()
    for ids in answers:
        found.append(ids)
        if len(found) >= least and time.perf_counter() - started > most_seconds:
            break
    seconds = time.perf_counter() - started
    print(json.dumps({"answered": len(found) - 1, "seconds": seconds, "found": found}))
