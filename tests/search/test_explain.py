"""Explanations: the parts of a hit's score add up to it."""

import functools
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import carikm.index.build as build
import carikm.index.building.share as share
from carikm.corpus.article import finish_article
from carikm.index.corrections import Corrections
from carikm.index.reader import IndexReader
from carikm.index.weights import document_frequency, inverse_document_frequency
from carikm.search.hits import Result, find_hits
from carikm.search.local import LocalStore
from carikm.search.reading import read_query
from carikm.search.store import Scope

WORD = st.sampled_from(
    ["industri", "perindustrian", "industrinya", "logam", "Logam", "sentra", "yang", "Surti", "perkakas", "tembaga"]
)
CHUNK = st.lists(WORD, min_size=1, max_size=25).map(" ".join)
CORPUS = st.lists(st.lists(CHUNK, min_size=1, max_size=3), min_size=1, max_size=5)
PART = st.sampled_from(
    [
        "industri",
        "siapa",
        "bahan logam Surti",
        "tembagaa",
        "perkakas",
        "yang",
        '"sentra logam"',
        "=perindustrian",
        "+logam",
        "-tembaga",
        "log*",
        '"industri sentra"~3',
        "judul:sentra",
    ]
)
CORRECTIONS = Corrections(synonyms={"perkakas": ("logam", "sentra industri")})


@contextmanager
def _index(articles: Sequence[Sequence[str]]) -> Iterator[IndexReader]:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, chunks in enumerate(articles):
            (corpus / f"{number:03}.txt").write_text("\n\n".join(chunks), encoding="utf-8")
        with mock.patch.object(share, "finish_article", functools.partial(finish_article, min_words=1)):
            build.build_index(corpus, Path(folder) / "index")
        with IndexReader(Path(folder) / "index") as index:
            yield index


def _explained(index: IndexReader, query: str, **scope: bool) -> Result:
    store = LocalStore(index, CORRECTIONS)
    understood = read_query(store, query, expanded=True, corrections=CORRECTIONS)
    return find_hits(store, understood, Scope(limit=1000, explain=True, **scope))  # type: ignore[arg-type]


@settings(deadline=None, max_examples=60)
@given(
    CORPUS,
    st.lists(PART, min_size=1, max_size=4).map(" ".join),
    st.fixed_dictionaries({"boilerplate": st.booleans(), "by_article": st.booleans()}),
)
def test_the_parts_add_up_to_the_score(articles: list[list[str]], query: str, scope: Mapping[str, bool]) -> None:
    with _index(articles) as index:
        for hit in _explained(index, query, **scope).hits:
            assert hit.explanation is not None
            assert hit.explanation.score == pytest.approx(hit.score, abs=1e-9)
            for share in hit.explanation.terms:
                assert share.parts and share.score > 0
                assert all(0 <= part.own <= part.occurrences and part.length_norm > 0 for part in share.parts)


def test_what_is_told_of_a_word_a_name_an_expansion_and_a_neighbour() -> None:
    articles = [
        ["Industri logam milik Surti dan industrinya yang lain"],
        ["Bengkel tembaga di kota"],
        ["Industri kecil di desa"],
    ]
    with _index(articles) as index:
        first, second, *_ = _explained(index, "industri kecil milik Surti perkakas tembagaa").hits
    shares = {share.term.text: share for hit in (first, second) for share in (hit.explanation or pytest.fail()).terms}
    word, name, expansion = shares["industri"], shares["surti"], shares["logam"]
    assert (word.term.kind, word.term.frequency, word.term.boost) == ("word", 2, 1.0)
    assert {part.kind for part in word.parts} == {"article", "chunk", "lead"}
    assert name.term.boost > 1
    assert (expansion.term.kind, expansion.term.instead_of) == ("carikm.toml", "perkakas")


def test_a_frequency_counts_no_copies() -> None:
    with _index(
        [["Industri logam di desa Surti"], ["Bengkel tembaga"], *([["Bengkel logam milik warga desa"]] * 3)]
    ) as index:
        (hit, *_) = _explained(index, "logam").hits
    assert [share.term.frequency for share in (hit.explanation or pytest.fail()).terms] == [2]


def test_a_hit_is_explained_only_where_that_is_asked_for() -> None:
    with _index([["Industri logam"]]) as index:
        store = LocalStore(index)
        (hit,) = find_hits(store, read_query(store, "logam"), Scope()).hits
    assert hit.explanation is None


@given(st.integers(1, 10**7), st.data())
def test_a_frequency_is_known_by_its_weight(documents: int, data: st.DataObject) -> None:
    frequency = data.draw(st.integers(1, documents))
    assert document_frequency(documents, inverse_document_frequency(documents, frequency)) == frequency
