"""The main job on the five articles of the default corpus."""

from pathlib import Path

import pytest

import carikm
from carikm.corpus.article import Article, parse_article
from carikm.corpus.files import read_bytes, scan
from tests.conftest import SEEDS


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    """The five articles by the first three characters of their names."""
    parsed = (parse_article(source, raw) for raw, source in (read_bytes(SEEDS, file) for file in scan(SEEDS).files))
    return {article.source.path[:3]: article for article in parsed}


def _value(found: object) -> object:
    return getattr(found, "value", None)


def test_there_are_five(articles: dict[str, Article]) -> None:
    assert sorted(articles) == ["000", "001", "002", "003", "004"]


@pytest.mark.parametrize(
    ("name", "headline", "outlet", "dateline", "author", "date"),
    [
        ("000", None, None, None, None, None),
        (
            "001",
            "Pemkot Semarang Andalkan Sentra IKM Hasilkan Produk Unggulan",
            "Solopos",
            "Semarang",
            "Rahmat Wibisono",
            "2017-03-01",
        ),
        ("002", "3.178 Industri Bangkit dan Genjot Produksi", "Radar Semarang", "Semarang", None, "2020-09-28"),
        (
            "003",
            "Dewan Komisi B DPRD Kota Semarang mendukung kunjungan industri dan industri terbuka ke sentra-sentra IKM"
            " logam",
            "Sigi Jateng",
            "Semarang",
            None,
            "2022-05-12",
        ),
        ("004", None, "Lingkar Jateng", "Semarang", None, "2022-11-16"),
    ],
)
def test_metadata(
    articles: dict[str, Article],
    name: str,
    headline: str | None,
    outlet: str | None,
    dateline: str | None,
    author: str | None,
    date: str | None,
) -> None:
    found = articles[name].metadata
    values = [found.headline, found.outlet, found.dateline, found.author, found.date]
    assert [_value(value) for value in values] == [headline, outlet, dateline, author, date]


def test_metadata_names_its_lines(articles: dict[str, Article]) -> None:
    metadata = articles["001"].metadata
    assert metadata.date is not None and metadata.headline is not None and metadata.outlet is not None
    assert (metadata.date.line, metadata.headline.line, metadata.outlet.line) == (2, 4, 6)


def test_a_title_falls_back_to_the_first_sentence(articles: dict[str, Article]) -> None:
    assert articles["000"].title.startswith("Sektor industri Usaha Menengah, Kecil dan Mikro")
    assert articles["004"].title.startswith("Pemerintah Kota (Pemkot) Semarang melalui")


BOILERPLATE_LINES = {
    "000": {1, 2, 3, 4, 16, 17, 18},
    "001": {14, 22, 28, 30, 32, 33, 34, 35, 37, 39},
    "002": {1, 5, 15, 23, 29, 31, 33, 35, 37, 39},
    "003": {31, 33, 35, 37, 39},
    "004": set(),
}


@pytest.mark.parametrize("name", sorted(BOILERPLATE_LINES))
def test_boilerplate_is_exactly_the_page_around_the_article(articles: dict[str, Article], name: str) -> None:
    found = {
        line
        for chunk in articles[name].chunks
        if chunk.kind == "boilerplate"
        for line in range(chunk.line_start, chunk.line_end + 1)
    }
    assert found == BOILERPLATE_LINES[name]


@pytest.mark.parametrize("name", ["000", "004"])
def test_without_blank_lines_paragraphs_are_lines(articles: dict[str, Article], name: str) -> None:
    body = [chunk for chunk in articles[name].chunks if chunk.kind == "body"]
    assert len(body) > 1
    assert all(chunk.line_end - chunk.line_start < 4 for chunk in body)


def test_byte_spans_decode_to_the_text(articles: dict[str, Article]) -> None:
    for article in articles.values():
        raw = (SEEDS / article.source.path).read_bytes()
        for chunk in article.chunks:
            assert raw[chunk.byte_start : chunk.byte_end].decode(article.encoding) == chunk.text


def test_sentra_logam(seeds_index: Path) -> None:
    result = carikm.find("sentra logam", SEEDS, seeds_index).result
    assert result.hits[0].reference.startswith("003:")
    by_article: dict[str, list[bool]] = {}
    for hit in result.hits:
        has_both = {"sentra", "logam"} <= {hit.text[a:b].lower() for a, b in hit.highlights}
        by_article.setdefault(hit.article.name, []).append(has_both)
    assert by_article[result.hits[0].article.name][0]
    assert all(places == sorted(places, reverse=True) for places in by_article.values()), (
        "in each, both words come first"
    )


def test_a_stem_finds_and_marks_its_other_forms(seeds_index: Path) -> None:
    result = carikm.find("industri", SEEDS, seeds_index, limit=100).result
    marked = {hit.text[a:b].lower() for hit in result.hits for a, b in hit.highlights}
    assert {"industri", "perindustrian"} <= marked
    assert not any(form.startswith("industrialisasi") for form in marked), "that is another stem"


def test_an_outlet_may_be_given_as_one_text(seeds_index: Path) -> None:
    for source in ("Solopos", ["Solopos"], "solopos, nirgendwo"):
        hits = carikm.find("industri kota", SEEDS, seeds_index, source=source, limit=100).result.hits
        assert {hit.article.outlet for hit in hits} == {"Solopos"}


def test_an_option_that_there_is_not_is_refused(seeds_index: Path) -> None:
    with pytest.raises(carikm.CarikmError, match="no option 'limt'") as caught:
        carikm.find("industri", SEEDS, seeds_index, limt=1)  # type: ignore[call-arg]
    assert "limit" in caught.value.hint


def test_tegal_is_boilerplate(seeds_index: Path) -> None:
    found = carikm.find("Tegal", SEEDS, seeds_index).result
    assert (found.total, found.boilerplate_left_out) == (0, 2)
    included = carikm.find("Tegal", SEEDS, seeds_index, boilerplate=True).result
    assert [hit.reference for hit in included.hits] == ["000:1", "000:9"]


@pytest.mark.parametrize("word", ["kementerian", "yang", "logam", "dan"])
def test_every_hit_scores_above_nothing(seeds_index: Path, word: str) -> None:
    hits = carikm.find(word, SEEDS, seeds_index, limit=100).result.hits
    assert hits and all(hit.score > 0 for hit in hits)


def test_by_article_gives_each_article_its_best_chunk(seeds_index: Path) -> None:
    every = carikm.find("industri kecil", SEEDS, seeds_index, limit=100).result.hits
    best: dict[str, str] = {}
    for hit in every:
        best.setdefault(hit.article.name, hit.reference)
    grouped = carikm.find("industri kecil", SEEDS, seeds_index, by_article=True).result
    assert [hit.reference for hit in grouped.hits] == list(best.values())
    assert grouped.total == len(best)


def test_searching_inside_one_article(seeds_index: Path) -> None:
    inside = carikm.find("sentra", SEEDS, seeds_index, article="001", limit=100).result
    assert inside.hits and {hit.article.name[:3] for hit in inside.hits} == {"001"}
    everywhere = carikm.find("sentra", SEEDS, seeds_index, limit=100).result
    scores = {hit.reference: hit.score for hit in everywhere.hits}
    assert all(scores[hit.reference] == hit.score for hit in inside.hits)


def test_pages_join_up(seeds_index: Path) -> None:
    whole = [hit.reference for hit in carikm.find("semarang", SEEDS, seeds_index, limit=12).result.hits]
    pages = [
        hit.reference
        for offset in (0, 5, 10)
        for hit in carikm.find("semarang", SEEDS, seeds_index, limit=5, offset=offset).result.hits
    ]
    assert pages[:12] == whole


@pytest.mark.parametrize(
    ("reference", "selected"), [("003", None), ("003:5", 5), ("seeds/003_43943d992f4a7b6d.txt:9", 2)]
)
def test_references(seeds_index: Path, reference: str, selected: int | None) -> None:
    text = carikm.read_article(reference, SEEDS, seeds_index)
    assert text.article.name == "003_43943d992f4a7b6d"
    assert text.selected == selected


def test_raw_bytes_are_the_file(seeds_index: Path) -> None:
    for path in SEEDS.glob("*.txt"):
        text = carikm.read_article(path.stem, SEEDS, seeds_index)
        assert carikm.read_source(text) == path.read_bytes()


def test_listing(seeds_index: Path) -> None:
    listed = carikm.list_articles(SEEDS, seeds_index)
    assert list(listed.references) == ["000", "001", "002", "003", "004"]
