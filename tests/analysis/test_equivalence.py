"""Which spellings find each other, and which must not: every pair of a table, searched in one archive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from carikm.index.build import build_index
from carikm.index.reader import IndexReader
from carikm.search.hits import Hit, Result, find_hits
from carikm.search.local import LocalStore
from carikm.search.reading import read_query
from carikm.search.snippet import find_matches
from carikm.search.store import Scope

# No word of it stands in the table but `di`, which is a stop word.
ARTICLE = "Catatan pendek\n\nTulisan berikut memuat {} di tengah kalimat.\n"

PAIRS = [
    (*row.split("\t"), "", "")[:5]
    for row in (Path(__file__).parent / "equivalence.tsv").read_text(encoding="utf-8").splitlines()
    if not row.startswith("#")
]
EQUAL = [(number, *pair[1:]) for number, pair in enumerate(PAIRS) if pair[0] == "="]
DIFFERENT = [(number, *pair[1:3]) for number, pair in enumerate(PAIRS) if pair[0] == "x"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexReader]:
    """An archive in which each spelling has an article of its own."""
    folder = tmp_path_factory.mktemp("equivalence")
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, (_, one, other, *_marked) in enumerate(PAIRS):
        (corpus / f"{number}-one.txt").write_text(ARTICLE.format(one), encoding="utf-8")
        (corpus / f"{number}-other.txt").write_text(ARTICLE.format(other), encoding="utf-8")
    (corpus / "url.txt").write_text(ARTICLE.format("https://arsip.id/Harga-Cabai/Perindustrian?x=1"), encoding="utf-8")
    build_index(corpus, folder / "index")
    with IndexReader(folder / "index") as reader:
        yield reader


def _find(index: IndexReader, query: str, scope: Scope) -> Result:
    store = LocalStore(index)
    return find_hits(store, read_query(store, query), scope)


def _hit(index: IndexReader, query: str, article: str) -> Hit | None:
    """Search, and give the hit of an article if a word that is no stop word matches there."""
    result = _find(index, query, Scope(limit=10_000))
    words = [word for word in result.query.words if not word.is_stop]
    return next((hit for hit in result.hits if hit.article.name == article and find_matches(hit.text, words)), None)


def _marked(hit: Hit) -> str:
    """Give what is marked, from the first mark to the last, but for marked stop words of the article's own."""
    spans = [span for span in hit.highlights if hit.text[slice(*span)] != "di"]
    return hit.text[spans[0].start : spans[-1].end]


def test_the_table_is_large_and_its_archive_has_no_article_twice() -> None:
    assert len(EQUAL) >= 80
    assert len(DIFFERENT) >= 40
    assert len({tuple(pair[:3]) for pair in PAIRS}) == len(PAIRS)
    assert {pair[0] for pair in PAIRS} == {"=", "x"}


@pytest.mark.parametrize(
    ("number", "one", "other", "marked_one", "marked_other"), EQUAL, ids=[" = ".join(row[1:3]) for row in EQUAL]
)
def test_spellings_that_find_each_other(
    index: IndexReader, number: int, one: str, other: str, marked_one: str, marked_other: str
) -> None:
    found_one, found_other = _hit(index, other, f"{number}-one"), _hit(index, one, f"{number}-other")
    assert found_one is not None and found_other is not None
    assert _marked(found_one) == (marked_one or one)
    assert _marked(found_other) == (marked_other or other)


@pytest.mark.parametrize(("number", "one", "other"), DIFFERENT, ids=[" x ".join(row[1:]) for row in DIFFERENT])
def test_spellings_that_are_different_words(index: IndexReader, number: int, one: str, other: str) -> None:
    assert _hit(index, other, f"{number}-one") is None
    assert _hit(index, one, f"{number}-other") is None


@pytest.mark.parametrize(("word", "marked"), [("harga", "Harga"), ("industri", "Perindustrian")])
def test_a_word_finds_the_url_that_it_stands_in(index: IndexReader, word: str, marked: str) -> None:
    hits = _find(index, word, Scope(limit=10_000)).hits
    found = [hit for hit in hits if "https://arsip.id/Harga-Cabai/Perindustrian?x=1" in hit.text]
    assert [_marked(hit) for hit in found] == [marked]


def test_an_exact_form_ranks_before_another_spelling(index: IndexReader) -> None:
    for query in ("jokowi", "@jokowi", "kerjasama", "café"):
        first = _find(index, query, Scope()).hits[0]
        assert f" {query} ".casefold().replace("é", "e") in first.text.casefold().replace("é", "e"), query
