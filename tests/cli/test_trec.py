"""TREC runs: what trec_eval reads back is what was ranked, in that order."""

import struct
from itertools import pairwise
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from carikm.cli.trec import one_column, run_lines

NAME = st.text(st.one_of(st.characters(), st.sampled_from(" \t%\u00a0\u2028\udcff")), min_size=1).filter(
    lambda name: not any("\ud800" <= char < "\udc80" or "\udcff" < char <= "\udfff" for char in name)
)
SCORE = st.one_of(
    st.floats(-1e6, 1e6),
    st.floats(0, 1e-6),
    st.sampled_from([1.0, 1.0 + 2**-40, 1.0 - 2**-40, 0.0, 5.309685044694452]),
)


def _single(number: str) -> float:
    return float(struct.unpack("<f", struct.pack("<f", float(number)))[0])


@given(st.lists(SCORE, max_size=30))
def test_sorting_by_score_in_single_precision_keeps_the_order(scores: list[float]) -> None:
    ranked = [(str(place), score) for place, score in enumerate(sorted(scores, reverse=True))]
    lines = [line.split() for line in run_lines("1", ranked)]
    read = [_single(line[4]) for line in lines]
    assert all(later < earlier for earlier, later in pairwise(read))
    assert [line[2] for line in lines] == [name for name, _ in ranked]
    assert [line[3] for line in lines] == [str(rank) for rank in range(1, len(lines) + 1)]


@given(st.lists(st.floats(0.01, 100), unique_by=lambda score: _single(str(score)), max_size=30))
def test_scores_that_differ_stay_as_they_are(scores: list[float]) -> None:
    ordered = sorted(scores, reverse=True)
    lines = [line.split() for line in run_lines("1", [("a", score) for score in ordered])]
    assert [_single(line[4]) for line in lines] == [_single(str(score)) for score in ordered]


@given(NAME, NAME)
def test_names_have_no_white_space_and_can_be_read_back(qid: str, name: str) -> None:
    (line,) = run_lines(qid, [(name, 1.5)])
    columns = line.split()
    assert line.isprintable() and len(columns) == 6
    assert (columns[1], columns[3:]) == ("Q0", ["1", "1.5", "carikm"])
    assert unquote(columns[0], errors="surrogateescape") == qid
    assert unquote(columns[2], errors="surrogateescape") == name


def test_plain_names_stay_as_they_are() -> None:
    for name in ("003_43943d992f4a7b6d", "berita/2020-09.28", "café", "a+b&c=d#1"):
        assert one_column(name) == name
    assert one_column("panen padi 100%") == "panen%20padi%20100%25"
