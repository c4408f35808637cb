"""Scores: the fast scorer against rank_bm25's own `get_scores`."""

import functools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import carikm.index.build as build
import carikm.index.building.share as share
import carikm.index.building.whole as whole_build
from carikm.analysis.stems import stem
from carikm.analysis.tokens import tokenize
from carikm.corpus.article import finish_article
from carikm.index.model import RankingModel
from carikm.index.reader import IndexReader
from carikm.index.weights import ARTICLE_B, CHUNK_B, CHUNK_WEIGHT, LEAD_B, LEAD_LENGTH, LEAD_WEIGHT, SURFACE_WEIGHT
from carikm.search.local import LocalStore
from carikm.search.query import Query
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
ARTICLE = st.lists(CHUNK, min_size=1, max_size=3)
CORPUS = st.lists(ARTICLE, min_size=1, max_size=6)
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


def _scores(articles: Sequence[Sequence[Sequence[str]]], query: Sequence[str]) -> dict[tuple[int, int], float]:
    """Index articles, each paragraph a chunk, and give every hit's score by the places of article and chunk."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, chunks in enumerate(articles):
            text = "\n\n".join(" ".join(words) for words in chunks)
            (corpus / f"{number:03}.txt").write_text(text, encoding="utf-8")
        with (
            mock.patch.object(share, "finish_article", functools.partial(finish_article, min_words=1)),
            mock.patch.object(whole_build, "representatives", lambda sketches: range(len(sketches))),  # no copies
        ):
            build.build_index(corpus, Path(folder) / "index")
        with IndexReader(Path(folder) / "index") as index:
            store = LocalStore(index)
            ranking = store.rank(
                Query("", [store.look_up(surface)._replace(is_stop=False) for surface in query]), Scope(limit=1000)
            )
            assert ranking.total == len(ranking.scored)
            chunks = store.passages([listed.chunk for listed in ranking.scored])
            return {
                (passage.article.id, passage.chunk.number - 1): score
                for (score, *_), passage in zip(ranking.scored, chunks, strict=True)
            }


def _oracle(articles: Sequence[Sequence[Sequence[str]]], query: Sequence[str]) -> dict[tuple[int, int], float]:
    """Score with the package, text by text: stems, plus half of the exact forms, of articles, chunks and leads."""
    surfaces = [[[token.surface for token in tokenize(" ".join(words))] for words in chunks] for chunks in articles]
    stems = [[[stem(surface) for surface in words] for words in chunks] for chunks in surfaces]
    stem_query = [stem(surface) for surface in query]
    whole = [[word for words in chunks for word in words] for chunks in surfaces]
    chunk_scores = _scores_of([words for chunks in surfaces for words in chunks], CHUNK_B, whole, query)
    lead_scores = _scores_of([words[:LEAD_LENGTH] for words in whole], LEAD_B, whole, query)
    article_scores = _scores_of(whole, ARTICLE_B, whole, query)
    places = [(article, chunk) for article, chunks in enumerate(articles) for chunk in range(len(chunks))]
    return {
        (article, chunk): article_scores[article] + CHUNK_WEIGHT * own + LEAD_WEIGHT * lead_scores[article]
        for (article, chunk), own in zip(places, chunk_scores, strict=True)
        if set(stem_query) & set(stems[article][chunk])
    }


def _scores_of(
    texts: Sequence[Sequence[str]], b: float, articles: Sequence[Sequence[str]], query: Sequence[str]
) -> list[float]:
    """Score texts with the package's own `get_scores`; frequencies are counted over articles."""
    stems = [[list(map(stem, text)) for text in kind] for kind in (texts, articles)]
    parts = []
    for own, whole, words in ((*stems, list(map(stem, query))), (texts, articles, query)):
        model = RankingModel(own, b)
        model.idf = RankingModel(whole, b).idf
        parts.append(model.get_scores(list(words)))
    return [float(of_stem + SURFACE_WEIGHT * of_surface) for of_stem, of_surface in zip(*parts, strict=True)]


@settings(max_examples=40, deadline=None)
@given(CORPUS, QUERY)
def test_scores_are_rank_bm25s(articles: list[list[list[str]]], query: list[str]) -> None:
    assert _scores(articles, query) == pytest.approx(_oracle(articles, query), abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(CORPUS, QUERY)
def test_a_chunk_is_a_hit_if_and_only_if_it_matches_and_scores_above_nothing(
    articles: list[list[list[str]]], query: list[str]
) -> None:
    scores = _scores(articles, query)
    assert set(scores) == set(_oracle(articles, query))
    assert all(score > 0 for score in scores.values())


@pytest.mark.parametrize("copies", [1, 2, 5])
def test_a_word_in_every_chunk_of_a_tiny_corpus_still_scores(copies: int) -> None:
    scores = _scores([[["industri", "logam"]]] * copies, ["industri"])
    assert len(scores) == copies
    assert all(score > 0 for score in scores.values())


def test_an_exact_form_outranks_a_mere_stem() -> None:
    articles = [[["perindustrian", "semarang"]], [["industri", "semarang"]], [["logam", "sentra"]]]
    scores = _scores(articles, ["industri"])
    assert scores[1, 0] > scores[0, 0]


def test_a_chunk_outranks_its_like_in_an_article_about_something_else() -> None:
    about, other = ["logam", "sentra"] * 10, ["pasar", "ikan"] * 10
    scores = _scores([[other, ["logam"]], [about, ["logam"]], [other, other]], ["logam"])
    assert scores[1, 1] > scores[0, 1]


def test_what_is_said_first_counts_more() -> None:
    filler = ["pasar"] * LEAD_LENGTH
    scores = _scores([[[*filler, "logam"]], [["logam", *filler]], [filler]], ["logam"])
    assert scores[1, 0] > scores[0, 0]


def test_ties_break_by_article() -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for name in "cab":
            (corpus / f"{name}.txt").write_text("sentra logam", encoding="utf-8")
        build.build_index(corpus, Path(folder) / "index")
        with IndexReader(Path(folder) / "index") as index:
            store = LocalStore(index)
            ranking = store.rank(Query("", [store.look_up("logam")]), Scope())
            names = [passage.article.name for passage in store.passages([listed.chunk for listed in ranking.scored])]
    assert names == ["a", "b", "c"]


def test_the_model_is_built_from_counts_as_from_documents() -> None:
    documents = [["a", "b", "a"], ["b"], ["c", "b"]]
    whole = RankingModel(documents, ARTICLE_B)
    counted = RankingModel.from_frequencies({"a": 1, "b": 3, "c": 1}, [3, 1, 2])
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
    build.build_index(corpus, tmp_path / "index")
    with IndexReader(tmp_path / "index") as index:
        store = LocalStore(index)
        parts, compound = [store.look_up("kerja"), store.look_up("sama")], store.look_up("kerja sama")
        by_parts, by_all = (
            store.rank(Query("", parts), Scope()).scored,
            store.rank(Query("", [*parts, compound]), Scope()).scored,
        )
    assert [listed.chunk for listed in by_all] == [0, 1]
    assert by_all[0] == by_parts[0]
