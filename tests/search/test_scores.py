"""Scores: the fast scorer against rank_bm25's own `get_scores`."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.analysis.stems import stem
from carikm.analysis.tokens import tokenize
from carikm.index.build import build_index
from carikm.index.model import ChunkModel
from carikm.index.reader import IndexReader
from carikm.index.weights import SURFACE_WEIGHT
from carikm.search.local import LocalStore
from carikm.search.store import Scope

# Several forms of a few stems, so that forms of one stem meet in a chunk; a capital and a number for the tokenizer.
WORD = st.sampled_from(
    [
        "industri",
        "perindustrian",
        "industrinya",
        "kembang",
        "berkembang",
        "mengembangkan",
        "logam",
        "Logam",
        "sentra",
        "yang",
        "dan",
        "3.178",
        "ikm",
    ]
)
CHUNK = st.lists(WORD, min_size=1, max_size=40)
CORPUS = st.lists(CHUNK, min_size=1, max_size=8)
QUERY = st.lists(
    st.sampled_from(
        [
            "industri",
            "perindustrian",
            "industrinya",
            "berkembang",
            "logam",
            "sentra",
            "yang",
            "pengembangan",
            "3.178",
            "nihil",
        ]
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


def _scores(chunks: Sequence[Sequence[str]], query: Sequence[str]) -> dict[int, float]:
    """Index each chunk as an article of its own, and give every hit's score by the chunk's place."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, words in enumerate(chunks):
            (corpus / f"{number:03}.txt").write_text(" ".join(words), encoding="utf-8")
        build_index(corpus, Path(folder) / "index")
        with IndexReader(Path(folder) / "index") as index:
            store = LocalStore(index)
            ranking = store.rank([store.look_up(surface) for surface in query], Scope(limit=len(chunks)))
            assert ranking.total == len(ranking.scored)
            return {chunk: score for score, chunk in ranking.scored}


def _oracle(chunks: Sequence[Sequence[str]], query: Sequence[str]) -> dict[int, float]:
    """Score with the package: stems, plus half of the exact forms."""
    surfaces = [[token.surface for token in tokenize(" ".join(words))] for words in chunks]
    stems = [[stem(surface) for surface in words] for words in surfaces]
    by_stem = ChunkModel(stems).get_scores([stem(surface) for surface in query])
    by_surface = ChunkModel(surfaces).get_scores(query)
    wanted = {stem(surface) for surface in query}
    return {
        number: by_stem[number] + SURFACE_WEIGHT * by_surface[number]
        for number, words in enumerate(stems)
        if wanted & set(words)
    }


@settings(max_examples=40, deadline=None)
@given(CORPUS, QUERY)
def test_scores_are_rank_bm25s(chunks: list[list[str]], query: list[str]) -> None:
    assert _scores(chunks, query) == pytest.approx(_oracle(chunks, query), abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(CORPUS, QUERY)
def test_a_chunk_is_a_hit_if_and_only_if_it_matches_and_scores_above_nothing(
    chunks: list[list[str]], query: list[str]
) -> None:
    scores = _scores(chunks, query)
    assert set(scores) == set(_oracle(chunks, query))
    assert all(score > 0 for score in scores.values())


@pytest.mark.parametrize("copies", [1, 2, 5])
def test_a_word_in_every_chunk_of_a_tiny_corpus_still_scores(copies: int) -> None:
    scores = _scores([["industri", "logam"]] * copies, ["industri"])
    assert len(scores) == copies
    assert all(score > 0 for score in scores.values())


def test_an_exact_form_outranks_a_mere_stem() -> None:
    scores = _scores([["perindustrian", "semarang"], ["industri", "semarang"], ["logam", "sentra"]], ["industri"])
    assert scores[1] > scores[0]


def test_ties_break_by_article() -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for name in "cab":
            (corpus / f"{name}.txt").write_text("sentra logam", encoding="utf-8")
        build_index(corpus, Path(folder) / "index")
        with IndexReader(Path(folder) / "index") as index:
            store = LocalStore(index)
            ranking = store.rank([store.look_up("logam")], Scope())
            names = [passage.article.name for passage in store.passages([chunk for _, chunk in ranking.scored])]
    assert names == ["a", "b", "c"]


def test_the_model_is_built_from_counts_as_from_documents() -> None:
    documents = [["a", "b", "a"], ["b"], ["c", "b"]]
    whole = ChunkModel(documents)
    counted = ChunkModel.from_frequencies({"a": 1, "b": 3, "c": 1}, [3, 1, 2])
    assert counted.idf == whole.idf
    assert counted.avgdl == whole.avgdl


def test_a_compound_written_apart_does_not_score_beside_its_parts(tmp_path: Path) -> None:
    """Else every query with one would weigh it three times where the text writes it as the query does."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in {
        "apart": "kerja sama kota",
        "joined": "kerjasama antar kota",
        "other": "pasar ikan kota",
    }.items():
        (corpus / f"{name}.txt").write_text(text)
    build_index(corpus, tmp_path / "index")
    with IndexReader(tmp_path / "index") as index:
        store = LocalStore(index)
        parts, compound = [store.look_up("kerja"), store.look_up("sama")], store.look_up("kerja sama")
        by_parts, by_all = store.rank(parts, Scope()).scored, store.rank([*parts, compound], Scope()).scored
    assert [chunk for _, chunk in by_all] == [0, 1]
    assert by_all[0] == by_parts[0]
