"""Articles like an article: who is found, by which terms, and that the terms' parts are the score."""

import math
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm import CarikmError, build_index, find_similar
from carikm.index.reader import IndexReader
from carikm.index.weights import ARTICLE_B, LEAD_WEIGHT
from carikm.search.similar import K3, LEAD_FACTOR, LIKENESS_K1, TERMS, find_likenesses, telling_terms

ARTICLES = {
    "kopi1.txt": "Panen Kopi di Lereng Sumbing\n\nTemanggung, 3 Juni 2020 – Petani memetik kopi merah di Temanggung. "
    "Kopi dijemur di halaman balai desa.\n",
    "kopi2.txt": "Harga Kopi Temanggung Turun\n\nHarga kopi di tingkat petani turun. Pemetik kopi mengeluh.\n",
    "perahu1.txt": "Nelayan Mengecat Perahu\n\nBelasan perahu kayu dicat ulang oleh nelayan di muara.\n",
    "perahu2.txt": "Perahu Nelayan Karam\n\nSebuah perahu nelayan karam diterjang ombak. Petani di darat melihatnya.\n",
    "sendiri.txt": "Zebra Xilofon Quasar\n\nWadah fufu vivi.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _indexed(tmp_path_factory.mktemp("mirip"), ARTICLES)


def _indexed(folder: Path, articles: Mapping[str, str]) -> Path:
    (folder / "arsip").mkdir()
    for name, text in articles.items():
        (folder / "arsip" / name).write_text(text, encoding="utf-8")
    build_index(folder / "arsip", folder / "index")
    return folder / "index"


@pytest.mark.parametrize(("asked", "first"), [("kopi1", "kopi2"), ("kopi2", "kopi1"), ("perahu1", "perahu2")])
def test_the_likest_shares_the_rare_words_and_not_itself(index: Path, asked: str, first: str) -> None:
    result = find_similar(asked, index=index).result
    assert result.hits[0].article.name == first
    assert asked not in {hit.article.name for hit in result.hits}
    assert [hit.rank for hit in result.hits] == list(range(1, result.total + 1))


def test_terms_are_written_as_each_article_writes_them(index: Path) -> None:
    result = find_similar("kopi1", index=index).result
    written = {term.stem: term.written for term in result.terms}
    assert (written["petik"], written["temanggung"]) == ("memetik", "Temanggung")
    shared = {term.stem: term.written for term in result.hits[0].terms}
    assert shared["petik"] == "Pemetik"
    assert not {"di", "yang"} & set(written)


def test_a_part_is_what_the_formula_says(index: Path) -> None:
    result = find_similar("kopi1", index=index).result
    (part,) = [term.part for term in result.hits[0].terms if term.stem == "kopi"]
    with IndexReader(index) as reader:
        term, average = reader.term(stem="kopi"), reader.averages.article
        words = result.hits[0].article.words
    assert term is not None
    asked = found = 3  # occurrences of kopi, in the lead of either too
    weight = term.idf * asked * (K3 + 1) / (asked + K3) * LEAD_FACTOR
    norm = LIKENESS_K1 * (1 - ARTICLE_B + ARTICLE_B * words / average)
    assert part == pytest.approx(weight * (found * (LIKENESS_K1 + 1) / (found + norm) + LEAD_WEIGHT))


def test_words_that_no_other_article_has_are_not_looked_for(index: Path) -> None:
    result = find_similar("sendiri", index=index).result
    assert (list(result.terms), list(result.hits), result.total) == ([], [], 0)
    assert "sumbing" not in {term.stem for term in find_similar("kopi1", index=index).result.terms}


def test_copies_of_something_else_change_nothing(index: Path, tmp_path: Path) -> None:
    long = "Gempa mengguncang pantai selatan pada Senin pagi dan merusak puluhan rumah warga.\n\n" * 3
    copied = _indexed(tmp_path, ARTICLES | {"gempa1.txt": long, "gempa2.txt": long})
    with IndexReader(copied) as reader:
        assert len(reader.copies()) == 1
    stems = [term.stem for term in find_similar("kopi1", index=copied).result.terms]
    assert stems == [term.stem for term in find_similar("kopi1", index=index).result.terms]


def test_copies_can_be_listed(tmp_path: Path) -> None:
    articles = {f"salinan{number}.txt": ARTICLES["kopi1.txt"] for number in range(2)}
    copied = _indexed(tmp_path, ARTICLES | articles)
    without = find_similar("kopi1", index=copied).result
    assert without.copies_left_out == 2
    every = find_similar("kopi1", index=copied, duplicates=True).result
    assert {hit.article.name for hit in every.hits} == {"salinan0", "salinan1"} | {
        hit.article.name for hit in without.hits
    }
    assert (every.copies_left_out, every.total) == (0, without.total + 2)


def test_a_chunk_is_asked_about_alone(tmp_path: Path) -> None:
    filler = "Rapat warga membahas jadwal ronda malam dan iuran kebersihan di balai desa. " * 8
    articles = ARTICLES | {"campur.txt": f"Kabar Pekan Ini\n\n{filler}\n\n{'Perahu nelayan karam di muara. ' * 15}\n"}
    index = _indexed(tmp_path, articles)
    with IndexReader(index) as reader:
        article = reader.article_of_name("campur")
        assert article is not None and article.chunks > 1
        (of_boats,) = [chunk.number for chunk in reader.chunks_of(article.id) if "karam" in chunk.text]
    result = find_similar(f"campur:{of_boats}", index=index).result
    assert result.selected == of_boats
    assert {term.stem for term in result.terms} == {"perahu", "nelayan", "karam", "muara"}
    assert {hit.article.name for hit in result.hits} == {"perahu1", "perahu2"}
    (found,) = [hit for hit in find_similar("perahu2", index=index).result.hits if hit.article.name == "campur"]
    assert found.chunk.number == of_boats


def test_limit_and_offset_cut_one_order(index: Path) -> None:
    whole = [hit.article.name for hit in find_similar("kopi1", index=index).result.hits]
    pages = [find_similar("kopi1", index=index, limit=1, offset=place).result.hits for place in range(len(whole) + 1)]
    assert [hit.article.name for page in pages for hit in page] == whole and len(whole) > 1
    with pytest.raises(CarikmError, match="at least 1"):
        find_similar("kopi1", index=index, limit=0)


def test_a_period_counts_what_has_no_date(index: Path) -> None:
    dated = find_similar("kopi2", index=index, since="2020-06", until="2020-06").result
    assert [hit.article.name for hit in dated.hits] == ["kopi1"]
    others = find_similar("kopi2", index=index).result.total - 1
    assert (dated.total, dated.undated_left_out) == (1, others) and others
    kept = find_similar("kopi2", index=index, since="2020-06", undated=True).result
    assert (kept.total, kept.undated_left_out) == (1 + others, 0)
    assert find_similar("kopi2", index=index, since="2021").result.total == 0


def test_the_users_stop_words_tell_nothing(tmp_path: Path) -> None:
    index = _indexed(tmp_path, ARTICLES)
    (tmp_path / "carikm.toml").write_text('stop_words = ["kopi"]\n', encoding="utf-8")
    assert "kopi" not in {term.stem for term in find_similar("kopi1", index=index).result.terms}


WORDS = st.lists(
    st.sampled_from(["kopi", "perahu", "petani", "memetik", "pemetik", "Semarang", "yang", "logam"]),
    min_size=1,
    max_size=60,
)


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(WORDS, min_size=2, max_size=6))
def test_parts_add_up_and_order_is_right(texts: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    articles = {f"a{number}.txt": " ".join(words) + "\n" for number, words in enumerate(texts)}
    folder = _indexed(tmp_path_factory.mktemp("bagian"), articles)
    with IndexReader(folder) as reader:
        for article in reader.articles():
            found = find_likenesses(reader, article, None)
            terms = telling_terms(reader, article)
            assert list(found.terms) == terms and len(terms) <= TERMS
            assert [term.weight for term in terms] == sorted((term.weight for term in terms), reverse=True)
            for hit in found.hits:
                assert hit.article.id != article.id
                assert math.isclose(sum(term.part for term in hit.terms), hit.score) and hit.score > 0
                assert {term.stem for term in hit.terms} <= {term.stem for term in terms}
                assert hit.chunk.article == hit.article.id
            scores = [hit.score for hit in found.hits]
            assert scores == sorted(scores, reverse=True)
            assert found.total == len(found.hits)  # never more than a page here
