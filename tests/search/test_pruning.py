"""Scoring only what may be listed gives the list that scoring everything gives."""

import random
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
from carikm.index.blocks import BOUND_STEPS, LARGEST_BOUND, OWN_FORM
from carikm.index.building import postings
from carikm.index.reader import IndexReader
from carikm.index.weights import SURFACE_WEIGHT
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
    limit=st.integers(0, 12),
    offset=st.integers(0, 6),
    by_article=st.booleans(),
    per_article=st.sampled_from([None, 1, 2]),
    duplicates=st.booleans(),
    explain=st.booleans(),
    sort=st.sampled_from(["score", "newest", "oldest"]),
    facets=st.booleans(),
)


def _told(found: Ranking) -> list[object]:
    listed = [(hit.chunk, hit.more, list(hit.copies), pytest.approx(hit.score)) for hit in found.scored]
    explained = [[repr(part) for part in explanation] for explanation in found.explanations]
    counts = [found.total, found.listed, found.boilerplate_left_out]
    counts += [found.undated_left_out, found.sourceless_left_out]
    counts += [found.facets, found.nowhere]
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
    st.sampled_from([0, 64]),
)
def test_the_list_is_that_of_scoring_all(
    articles: list[str], words: list[str], scopes: list[Scope], most_candidates: int, few_parts: int
) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        patch.object(standing, "_MOST_CANDIDATES", most_candidates),
        patch.object(spread, "_FEW_PARTS", few_parts),
    ):
        corpus = Path(name) / "corpus"
        corpus.mkdir()
        for number, text in enumerate(articles):
            day = f"{1 + number % 4} Januari 2020\n\n" if number % 3 else ""
            (corpus / f"{number:02}.txt").write_text(day + text)
        carikm.build_index(corpus, Path(name) / "index")
        with IndexReader(Path(name) / "index") as index:
            memory = spread.SpreadMemory()
            for scope, text in product(scopes, [" ".join(words), *_SHORT_FORMS]):
                with pytest.MonkeyPatch.context() as monkeypatch, index.snapshot():
                    pruned, remembered, whole = _ways(index, text, scope, memory, monkeypatch)
                assert pruned == remembered == whole


@settings(max_examples=40)
@given(st.data(), st.sampled_from([1, 2, 5, 64, 65, 90]), st.integers(1, 4))
def test_what_may_be_listed_is_given_however_many_parts_there_are(data: st.DataObject, number: int, slots: int) -> None:
    weights = st.floats(0.01, 20)
    bounds = st.lists(st.integers(0, 2 * OWN_FORM - 1), min_size=slots, max_size=slots).map(bytes)
    codes = data.draw(st.lists(bounds, min_size=number, max_size=number))
    parts = [
        spread.Part(spread.Spread(0, each, spread.highest(each)), data.draw(weights), data.draw(weights))
        for each in codes
    ]
    sums = [
        sum(
            (code % OWN_FORM)
            * LARGEST_BOUND
            / BOUND_STEPS
            * (part.stem_weight + (code > OWN_FORM) * SURFACE_WEIGHT * part.surface_weight)
            for part in parts
            if (code := part.found.codes[article])
        )
        for article in range(slots)
    ]
    least = data.draw(st.sampled_from([*sums, 0.0]))
    given_out = [article for batch in spread.Sums(parts, slots).best_first(lambda: least) for article in batch]
    assert {article for article, most in enumerate(sums) if most >= least and most > 0} <= set(given_out)
    assert len(given_out) == len(set(given_out))


def test_a_pasted_text_is_not_scored_everywhere(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    chance = random.Random(4)
    words = [f"{a}{b}{c}u" for a in "bcdfghjk" for b in "aiueo" for c in "lmnprst"]
    for number in range(60):
        (corpus / f"{number:02}.txt").write_text(" ".join(chance.choices(words, k=80)))
    carikm.build_index(corpus, tmp_path / "index")
    with IndexReader(tmp_path / "index") as index, index.snapshot():
        scope = Scope(limit=3, explain=True)
        query = read_query(LocalStore(index), " ".join(chance.sample(words, 150)), expanded=False)
        with patch.object(ranking._Ranking, "_all"):
            best = _told(ranking.rank(index, query, scope))
        with patch.object(ranking, "_LONGEST_PRUNED", -1):
            assert best == _told(ranking.rank(index, query, scope))


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
                "tanggal:2020",
                "tanggal:* NOT {0}",
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
    """Most articles have a date; where one goes, its numbers stay behind."""
    few_parts = len(articles) % 2 * 64
    with (
        tempfile.TemporaryDirectory() as name,
        patch.object(ranking, "_MOST_WITHOUT_SCORE", most_without_score),
        patch.object(spread, "_FEW_PARTS", few_parts),
    ):
        corpus = Path(name) / "corpus"
        corpus.mkdir()
        for number, text in enumerate(articles):
            day = f"{1 + number % 4} Januari 2020\n\n" if number % 3 else ""
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
