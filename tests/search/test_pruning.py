"""Scoring only what may be listed gives the list that scoring everything gives."""

import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import carikm
from carikm.index import blocks, facts, packed, packing, pieces, term
from carikm.index.building import postings
from carikm.index.reader import IndexReader
from carikm.search import ranking, spread, standing
from carikm.search.conditions import AtPath, Condition, FromOutlet, InPeriod
from carikm.search.local import LocalStore
from carikm.search.query_parts import Period
from carikm.search.reading import read_query
from carikm.search.store import Ranking, Scope

_WORDS = ["pasar", "pasaran", "kain", "harga", "berharga", "logam", "sentra", "batik", "Kota", "kerja sama", "PKL"]
_SHORT_FORMS = ["PKL", "DPR"]
_ABOUT_TRADERS = [
    "Pedagang kaki lima menjual kain.",
    "Harga naik, kata pedagang kaki lima di pasar.",
    "Perdagangan kaki lima di kota.",
    "Lima pedagang naik kaki ke pasar.",
    "Para pedagang kaki-lima dan PKL di sentra.",
    "Kaki lima pedagang kain.",
]
_FOOT = "\n\nPenulis: SARI UTAMI"


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "FIRST", 1)
    monkeypatch.setattr(spread, "MORE", 2)
    monkeypatch.setattr(packing, "_FEW", 2)  # so that some chunks are written as bits
    monkeypatch.setattr(packed, "_STRIDE", 1)
    # So that some chunks are looked up one by one, and for others all entries are gone through.
    monkeypatch.setattr(term, "_ENTRIES_OF_A_CHUNK", 2)
    # So that candidates for an expansion are checked part by part, and looked up in both ways.
    monkeypatch.setattr(standing, "_CANDIDATES_AT_ONCE", 1)
    monkeypatch.setattr(standing, "_FEW", 2)
    # So that arrays are read piece by piece.
    monkeypatch.setattr(facts, "LONG", 1)
    monkeypatch.setattr(pieces, "_SHIFT", 1)
    monkeypatch.setattr(pieces, "_NUMBERS", 2)
    for module in (blocks, postings):
        monkeypatch.setattr(module, "BLOCK_ARTICLES", 3)


@st.composite
def _archives(draw: st.DrawFn) -> list[str]:
    """Articles of a few paragraphs from few words, some of them copies with another ending."""
    paragraph = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=70).map(" ".join)
    articles = draw(st.lists(st.lists(paragraph, min_size=1, max_size=4), min_size=1, max_size=12))
    texts = ["\n\n".join(paragraphs) + _FOOT for paragraphs in articles]
    copied = draw(st.lists(st.sampled_from(texts), max_size=4))
    texts += [text + draw(st.sampled_from(["", "\n\npasar lain"])) for text in copied]
    if draw(st.booleans()):
        texts.append("Para pedagang kaki lima (PKL) berjualan di kota. Pedagang kaki lima itu menjual kain.")
        texts.append("Dewan Perwakilan Rakyat (DPR) meninjau pasar. Dewan Perwakilan Rakyat menanyakan harga.")
        texts += draw(st.lists(st.sampled_from(_ABOUT_TRADERS), max_size=6, unique=True))
    return texts


_SCOPES = st.builds(
    Scope,
    limit=st.integers(1, 12),
    offset=st.integers(0, 6),
    by_article=st.booleans(),
    per_article=st.sampled_from([None, 1, 2]),
    duplicates=st.booleans(),
    explain=st.booleans(),
)


def _told(found: Ranking) -> list[object]:
    listed = [(hit.chunk, hit.more, list(hit.copies), pytest.approx(hit.score)) for hit in found.scored]
    explained = [[repr(part) for part in explanation] for explanation in found.explanations]
    counts = [found.total, found.listed, found.boilerplate_left_out]
    counts += [found.undated_left_out, found.sourceless_left_out]
    return [listed, *counts, [expansion.reading for expansion in found.expansions], explained]


def _ways(
    index: IndexReader, text: str, scope: Scope, memory: spread.SpreadMemory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[object]]:
    query = read_query(LocalStore(index), text, expanded=True)
    yield _told(ranking.rank(index, query, scope))
    remembered = ranking.rank(index, query, scope, memory)
    assert ranking.count(index, query, scope) == ranking.count(index, query, scope, memory) == remembered.total
    yield _told(remembered)
    monkeypatch.setattr(ranking, "_LONGEST_PRUNED", -1)
    yield _told(ranking.rank(index, query, scope))


@settings(max_examples=40, deadline=None)
@given(
    _archives(),
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4),
    st.lists(_SCOPES, min_size=1, max_size=4),
    st.sampled_from([1, 2, 2_000]),
)
def test_the_list_is_that_of_scoring_all(
    articles: list[str], words: list[str], scopes: list[Scope], most_candidates: int
) -> None:
    with tempfile.TemporaryDirectory() as name, patch.object(standing, "_MOST_CANDIDATES", most_candidates):
        corpus = Path(name) / "corpus"
        corpus.mkdir()
        for number, text in enumerate(articles):
            (corpus / f"{number:02}.txt").write_text(text)
        carikm.build_index(corpus, Path(name) / "index")
        with IndexReader(Path(name) / "index") as index:
            memory = spread.SpreadMemory()
            for scope, text in product(scopes, [" ".join(words), *_SHORT_FORMS]):
                with pytest.MonkeyPatch.context() as monkeypatch, index.snapshot():
                    pruned, remembered, whole = _ways(index, text, scope, memory, monkeypatch)
                assert pruned == remembered == whole


_FORMS = ["pasar", "pasaran", "kain", "harga", "berharga", "logam"]
_ASKED = st.one_of(
    st.tuples(
        st.sampled_from(
            [
                "{0} AND {1}",
                "{0} -{1}",
                "+{0} {1} {2}",
                "({0} OR {1}) NOT {2}",
                "judul:{0} {1}",
                "berkas:0* {0} {1}",
                "+berkas:0* {0}",
                "tanggal:2020 {0}",
                "={0} {1}",
                "{0} ha* =berharga",
                '"{0} {1}" {2}',
                '"{0} {1}"',
                '"{0} {1}"~3',
                '"{0} {1} {0}" OR {2}',
                "PKL AND {0}",
                "NOT {0}",
            ]
        ),
        st.permutations(_FORMS),
    ).map(lambda pair: pair[0].format(*pair[1])),
)
_CONDITIONS = [(), (InPeriod(Period("2020-01-01", None)),), (AtPath("1*"),), (FromOutlet("*"),)]


@settings(max_examples=60, deadline=None)
@given(
    _archives(),
    st.lists(_ASKED, min_size=1, max_size=4),
    st.lists(st.tuples(_SCOPES, st.sampled_from(_CONDITIONS)), min_size=1, max_size=3),
    st.sampled_from([0, 1, 2_000]),
    st.booleans(),
)
def test_so_it_is_with_conditions(
    articles: list[str],
    asked: list[str],
    scopes: list[tuple[Scope, tuple[Condition, ...]]],
    most_without_score: int,
    some_go: bool,
) -> None:
    """Some articles have a date; where one goes, its numbers stay behind."""
    with tempfile.TemporaryDirectory() as name, patch.object(ranking, "_MOST_WITHOUT_SCORE", most_without_score):
        corpus = Path(name) / "corpus"
        corpus.mkdir()
        for number, text in enumerate(articles):
            day = "Senin, 6 Januari 2020\n\n" if number % 3 == 0 else ""
            (corpus / f"{number:02}.txt").write_text(day + text)
        carikm.build_index(corpus, Path(name) / "index")
        if some_go and len(articles) > 2:
            (corpus / "01.txt").unlink()
            carikm.build_index(corpus, Path(name) / "index")
        with IndexReader(Path(name) / "index") as index:
            memory = spread.SpreadMemory()
            for text, (scope, conditions) in product(asked, scopes):
                limited = scope._replace(conditions=conditions)
                with pytest.MonkeyPatch.context() as monkeypatch, index.snapshot():
                    pruned, remembered, whole = _ways(index, text, limited, memory, monkeypatch)
                assert pruned == remembered == whole
