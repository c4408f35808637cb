"""References: what they mean, and that what is printed leads back."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import carikm
from carikm.errors import ArticleAmbiguous, ArticleUnknown, ChunkUnknown

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]
NAMES = [
    "003",
    "003:1x",
    "a",
    "a.txt",
    "nama dengan spasi",
    "nama",
    "berita-kota",
    "berita-kotak",
    "inv\udcff\udcfe",
    "é",
    "akhirnya spasi ",
    "akhirnya spasi \n",
    " ",
]


@pytest.fixture
def index(make_corpus: MakeCorpus, tmp_path: Path) -> Path:
    corpus = make_corpus({f"{name}.txt": "sentra logam" for name in NAMES})
    carikm.build_index(corpus, tmp_path / "index")
    return tmp_path / "index"


def test_every_printed_reference_leads_back(index: Path) -> None:
    hits = carikm.find("logam", index=index, all_chunks=True, duplicates=True, limit=100).result.hits
    assert {hit.article.name for hit in hits} == set(NAMES)
    for hit in hits:
        text = carikm.read_article(hit.reference, index=index)
        assert (text.article.name, text.selected) == (hit.article.name, hit.chunk.number)
        assert hit.article.name.endswith((" ", "\n")) or not hit.reference.split(":")[0].endswith(" ")


@pytest.mark.parametrize("name", NAMES)
def test_every_id_and_every_path_leads_to_its_article(index: Path, name: str) -> None:
    assert carikm.read_article(name, index=index).article.name == name
    assert carikm.read_article(f"arsip/{name}.txt", index=index).article.path == f"{name}.txt"


def test_a_chunk_comes_before_a_beginning(index: Path) -> None:
    assert carikm.read_article("003:1", index=index).article.name == "003"
    assert carikm.read_article("003:1x", index=index).article.name == "003:1x"


@pytest.mark.parametrize(
    ("reference", "error"),
    [
        ("berita", ArticleAmbiguous),
        ("tiada", ArticleUnknown),
        ("tiada:1", ArticleUnknown),
        ("", ArticleUnknown),
        ("\0", ArticleUnknown),
        ("berita-kota:2", ChunkUnknown),
        ("arsip/berita-kota.txt:9", ChunkUnknown),
    ],
)
def test_what_leads_nowhere(index: Path, reference: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        carikm.read_article(reference, index=index)


def test_listed_references_are_those_that_hits_carry(index: Path) -> None:
    listed = carikm.list_articles(index=index)
    expected = {
        hit.article.name: hit.reference.rpartition(":")[0]
        for hit in carikm.find("logam", index=index, all_chunks=True, duplicates=True, limit=99).result.hits
    }
    assert {
        article.name: reference for article, reference in zip(listed.articles, listed.references, strict=True)
    } == expected
