"""TREC runs: `qid Q0 article rank score tag`, one article a line, as trec_eval and its kin read them.

Such tools part the columns at white space, ignore the rank, sort by the score, which trec_eval keeps in single
precision, and put equal scores into an order of their own. So names are written without white space, and no two
scores of a query are equal.
"""

import struct
from collections.abc import Iterable, Iterator

TAG = "carikm"
# One step down in single precision is at most this part of a number.
_STEP = 2.0**-23
_SMALLEST_STEP = 1e-30


def run_lines(qid: str, ranked: Iterable[tuple[str, float]], tag: str = TAG) -> Iterator[str]:
    """Write one query's articles, best first, as lines of a run without their ends.

    Scores are rounded to single precision; one that would not lie below the one before it is put a step below.

    Args:
        qid: the query's.
        ranked: names of articles with their scores, in the order that is to be kept.
        tag: the name of the system.
    """
    before = float("inf")
    for rank, (name, score) in enumerate(ranked, start=1):
        written = _single(score)
        if not written < before:
            written = _single(before - max(abs(before) * _STEP, _SMALLEST_STEP))
        yield f"{one_column(qid)} Q0 {one_column(name)} {rank} {written:.9g} {tag}"
        before = written


def one_column(name: str) -> str:
    """Write a name without white space: that, `%` and what is not printable as `%20`, after RFC 3986.

    `urllib.parse.unquote(name, errors="surrogateescape")` gives the name back.
    """
    if name.isprintable() and " " not in name and "%" not in name:
        return name
    from urllib.parse import quote

    return "".join(
        char if char.isprintable() and char not in " %" else quote(char, safe="", errors="surrogateescape")
        for char in name
    )


def _single(number: float) -> float:
    """Round to the nearest number that single precision has."""
    rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    return rounded
