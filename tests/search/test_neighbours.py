"""Forms spelled much like a rare word: which they are, and what a search makes of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.index.build import build_index
from carikm.index.reader import IndexReader
from carikm.search.hits import Result, find_hits
from carikm.search.local import LocalStore
from carikm.search.neighbours import NEIGHBOUR_WEIGHT, lengths_of_neighbours, nearest
from carikm.search.reading import read_query
from carikm.search.store import Scope

LETTERS = st.text("abcde", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("word", "form", "is_near"),
    [
        ("telegrafi", "telegraf", True),  # one begins with the other
        ("sokrates", "socrates", True),
        ("bengkle", "bengkel", True),  # a swap is one edit
        ("juanda", "djuanda", True),
        ("logam", "lo", False),
        ("tambang", "kambing", False),  # two edits in a word of seven letters
        ("perajinan", "kerajinam", True),
        ("batu", "batubara", False),  # too short a beginning
        ("bengkel", "bengkel2", False),  # a number is another thing
    ],
)
def test_what_is_near(word: str, form: str, is_near: bool) -> None:
    assert bool(nearest(word, [(form, 1)])) is is_near


@given(LETTERS, st.lists(st.tuples(LETTERS, st.integers(1, 9)), unique_by=lambda pair: pair[0]))
def test_neighbours_are_other_forms_the_most_alike_first(word: str, forms: list[tuple[str, int]]) -> None:
    found = nearest(word, forms)
    assert [neighbour.likeness for neighbour in found] == sorted((one.likeness for one in found), reverse=True)
    for neighbour in found:
        assert neighbour.surface != word and neighbour.surface in dict(forms)
        assert 0 < neighbour.likeness < 1
        assert len(neighbour.surface) in lengths_of_neighbours(word)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexReader]:
    folder = tmp_path_factory.mktemp("neighbours")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Kantor telegraf itu ditutup, lalu dibuka lagi oleh warga.", encoding="utf-8")
    (corpus / "b.txt").write_text("Penemu mesin jahit tinggal di dekat kantor pos.", encoding="utf-8")
    build_index(corpus, folder / "index")
    with IndexReader(folder / "index") as reader:
        yield reader


def _find(index: IndexReader, query: str, *, expanded: bool = True, all_words: bool = False) -> Result:
    store = LocalStore(index)
    return find_hits(store, read_query(store, query, expanded=expanded, all_words=all_words), Scope())


def test_a_word_that_the_archive_has_not_finds_its_neighbour_and_that_is_told(index: IndexReader) -> None:
    result = _find(index, "penemu telegraff")
    assert {hit.article.name for hit in result.hits} == {"a", "b"}
    (expansion,) = result.expansions
    assert (expansion.phrase, expansion.reading, expansion.source) == ("telegraff", "telegraf", "spelling")
    assert 0 < expansion.weight < NEIGHBOUR_WEIGHT


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("penemu telegraff", {"expanded": False}),
        ('penemu "telegraff"', {}),
        ("penemu =telegraff", {}),
        ("penemu +telegraff", {}),
        ("penemu telegraff", {"all_words": True}),
        ("telegraff", {}),  # nothing of the query is there: a suggestion may say what is
        ("apakah telegraff", {}),
        ("penemu telegraf", {}),
        ("penemu telegrafi", {}),  # the archive lacks it, the language does not
    ],
)
def test_where_no_neighbour_is_looked_for(index: IndexReader, query: str, options: dict[str, bool]) -> None:
    result = _find(index, query, **options)
    assert [expansion for expansion in result.expansions if expansion.source == "spelling"] == []
    assert "telegraf" in query.split() or "a" not in {hit.article.name for hit in result.hits}


def test_a_word_of_two_articles_is_rare_whatever_copies_there_are(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    filling = [
        f"Warga desa ke-{number} panen{number} padi{number} kerja{number} rumah{number}." for number in range(1000)
    ]
    texts = [
        *filling,
        "Kantor telegraff lama.",
        "Surat telegraff baru itu.",
        *(f"Pos telegraf {n}{n}." for n in range(4)),
    ]
    copies = ["Gempa mengguncang pantai selatan pada Senin pagi dan merusak rumah warga di tiga desa."] * 3
    for number, text in enumerate([*texts, *copies]):
        (corpus / f"{number:04}.txt").write_text(text, encoding="utf-8")
    build_index(corpus, tmp_path / "index")
    with IndexReader(tmp_path / "index") as index:
        assert index.fact("counted_articles") == len(texts) + 1
        (expansion,) = _find(index, "telegraff warga").expansions
    assert (expansion.phrase, expansion.reading) == ("telegraff", "telegraf")
