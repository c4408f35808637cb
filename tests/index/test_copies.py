"""Copies: what is near-identical and what is not, and that copies count in nothing."""

import random
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.index.build import build_index
from carikm.index.copies import (
    RESEMBLANCE,
    SHINGLE_WORDS,
    SKETCH_SIZE,
    Sketch,
    representatives,
    resemblance,
    sketch,
    sketches,
)
from carikm.index.reader import IndexReader
from carikm.search.local import LocalStore
from carikm.search.query import Query
from carikm.search.store import Scope

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]

HEADLINE = "Pasar Kain Cokronegaran Dibuka Kembali"
PARAGRAPHS = [
    "PURWOREJO - Pasar kain di Cokronegaran dibuka kembali pada Senin (6/5/2019) setelah tiga bulan diperbaiki oleh"
    " pemerintah kabupaten dengan biaya dua miliar rupiah dari anggaran daerah.",
    "Kepala pasar, Wagiman, menuturkan bahwa seratus dua puluh pedagang telah menempati kios masing-masing, sedangkan"
    " sisanya menunggu giliran karena atap bagian belakang belum selesai dipasang oleh para tukang.",
    '"Kami bersyukur akhirnya bisa berjualan lagi di tempat yang bersih," ujar Sulastri, penjual batik yang sudah dua'
    " puluh tahun menyewa kios di dekat pintu timur dan selama ini menggelar dagangan di tepi jalan.",
    "Warga yang datang sejak pagi memuji lorong pasar yang kini lebar dan terang, tetapi sebagian mengeluhkan lahan"
    " parkir yang sempit serta angkutan umum yang berhenti terlalu jauh dari gerbang utama.",
    "Bupati berjanji menambah lahan parkir tahun depan dengan membeli tanah kosong di seberang pasar, asalkan dewan"
    " menyetujui rancangan anggaran yang akan dibahas mulai bulan Oktober mendatang.",
]
RATES = (
    "Nilai tukar rupiah terhadap dolar Amerika Serikat ditutup pada level Rp {} per dolar di pasar antarbank Jakarta,"
    " berubah {} poin dibandingkan dengan penutupan hari sebelumnya. Analis menilai pergerakan rupiah masih dipengaruhi"
    " oleh perundingan dagang antara dua ekonomi terbesar dunia dan harga minyak mentah yang bergerak di kisaran {}"
    " dolar per barel. Pelaku pasar juga menanti keputusan bank sentral mengenai suku bunga acuan yang kini berada pada"
    " {} persen. Bank Indonesia mencatat kurs tengah pada Rp {} per dolar. Sementara itu, indeks harga saham gabungan"
    " ditutup pada level {} dengan nilai transaksi sebesar {} triliun rupiah. Investor asing mencatat transaksi bersih"
    " {} miliar rupiah di seluruh pasar sepanjang perdagangan hari ini menurut data bursa efek yang diterbitkan sore."
)


def _sketch(paragraphs: Sequence[str], headline: str = HEADLINE) -> Sketch:
    return sketch(headline, "\n\n".join(paragraphs))


def _are_copies(one: Sketch, other: Sketch) -> bool:
    groups = [representatives([one, other]), representatives([other, one])]
    assert groups[0] == groups[1]
    return groups[0] == [0, 0]


@pytest.mark.parametrize(
    "copy",
    [
        PARAGRAPHS,
        PARAGRAPHS[:-1],
        [PARAGRAPHS[0].replace("PURWOREJO - ", "Kabar Kita, Purworejo, Selasa (7/5/2019) — "), *PARAGRAPHS[1:]],
        [*PARAGRAPHS[:2], "Baca juga: Pedagang Ikan Pindah ke Pasar Baru", *PARAGRAPHS[2:]],
        [paragraph.replace('"', "“").replace("-", " ").upper() for paragraph in PARAGRAPHS],
        [re.sub(r"\s+", "\n", paragraph) for paragraph in PARAGRAPHS],
    ],
    ids=["the same", "trimmed", "another dateline", "a link inserted", "other signs and case", "other line breaks"],
)
@pytest.mark.parametrize("headline", [HEADLINE, "Tiga Bulan Diperbaiki, Pasar Kain Ramai Lagi", ""])
def test_copies_are_found(copy: Sequence[str], headline: str) -> None:
    assert _are_copies(_sketch(PARAGRAPHS), _sketch(copy, headline))


def test_a_template_with_other_numbers_is_no_copy() -> None:
    monday = RATES.format("14.235", "25", "61", "5,50", "14.231", "6.334", "8,2", "410")
    tuesday = RATES.format("14.198", "37", "58", "5,50", "14.202", "6.298", "7,9", "265")
    assert not _are_copies(_sketch([monday]), _sketch([tuesday]))


@pytest.mark.parametrize("more", range(3))
def test_a_long_template_with_few_other_numbers_is_no_copy(more: int) -> None:
    """Few shingles differ then, but the numbers do."""
    news = "Gempa berkekuatan {} mengguncang pada pukul {} dengan kedalaman {} kilometer."
    one, other = news.format("5,1", "03.12", "10"), news.format("4,8", "17.45", "24")
    rest = [re.sub(r"\([^()]*\)", "", paragraph) for paragraph in PARAGRAPHS * 2**more]
    assert not _are_copies(_sketch([one, *rest]), _sketch([other, *rest]))


def test_other_articles_on_the_same_are_no_copies() -> None:
    assert not _are_copies(_sketch(PARAGRAPHS[:3]), _sketch([PARAGRAPHS[0], *PARAGRAPHS[3:]]))


def test_short_texts_are_copies_only_if_they_say_the_same() -> None:
    short = "Waspada hujan lebat disertai angin kencang di wilayah pesisir selatan hingga malam nanti."
    assert _are_copies(_sketch([short]), _sketch([short.upper()]))
    assert not _are_copies(_sketch([short]), _sketch([short.replace("selatan", "utara")]))
    assert not _are_copies(_sketch([short]), _sketch([short], "Cuaca Hari Ini"))
    assert _are_copies(_sketch([short * 100]), _sketch([short * 100]))


@pytest.mark.parametrize("text", ["", "…", " – \n\n"])
def test_texts_without_a_word_are_no_copies(text: str) -> None:
    assert not _are_copies(sketch("", text), sketch("", text))
    assert sketch("", text) == Sketch(b"", b"")


def test_texts_of_other_scripts_and_without_spaces_are_told_apart() -> None:
    chance = random.Random(1)
    words = ["".join(chr(chance.randrange(0x4E00, 0x5E00)) for _ in range(9)) for _ in range(90)]
    assert _are_copies(_sketch([" ".join(words)]), _sketch(["\n".join(words)]))
    assert not _are_copies(_sketch([" ".join(words)]), _sketch([" ".join(words[::-1])]))
    assert not _are_copies(_sketch(["".join(words)]), _sketch(["".join(words[1:])]))


def _words(seed: int, number: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices("abcdefghij", k=6)) for _ in range(number)]


@pytest.mark.parametrize("kept", [0, 100, 300, 500, 700, 800, 900, 1000])
def test_the_estimate_is_near_the_resemblance(kept: int) -> None:
    words = _words(1, 1000)
    other = words[:kept] + _words(2, 1000 - kept)
    both = max(0, kept - SHINGLE_WORDS + 1)
    true = both / (2 * (1000 - SHINGLE_WORDS + 1) - both)
    found = resemblance(_sketch([" ".join(words)]), _sketch([" ".join(other)]))
    assert abs(found - true) < 3 * (0.25 / SKETCH_SIZE) ** 0.5


def test_a_text_of_many_blocks_has_one_sketch() -> None:
    words = _words(3, 40_000)
    long = " ".join(words)
    assert _are_copies(_sketch([long]), _sketch([long[:-1000]]))
    assert not _are_copies(_sketch([long]), _sketch([" ".join(words[:15_000])]))


def test_no_chain_joins_what_is_different() -> None:
    """Each text drops a twentieth of the one before: it resembles that one, and not the first."""
    words = _words(4, 2000)
    sketches = [_sketch([" ".join(words[start : start + 1000])]) for start in range(0, 1000, 50)]
    groups = representatives(sketches)
    assert all(resemblance(a, b) >= RESEMBLANCE for a, b in pairwise(sketches))
    assert all(resemblance(sketches[first], sketches[place]) >= RESEMBLANCE for place, first in enumerate(groups))
    assert all(groups[first] == first <= place for place, first in enumerate(groups))
    assert 3 < len(set(groups)) < len(groups)


def test_many_copies_of_many_articles_find_the_first_of_their_own() -> None:
    """However many articles have the same opening."""
    texts = [" ".join(_words(0, 60) + _words(number, 100)) for number in range(1, 200)]
    sketches = [_sketch([text]) for text in texts]
    assert representatives(sketches) == list(range(len(texts)))
    assert representatives(sketches * 3) == list(range(len(texts))) * 3


WORDS = st.sampled_from(
    ["pasar", "kain", "batik", "Cokronegaran", "pedagang", "menyewa", "sewa", "disewa", "kios", "yang", "Pemkab", "PKL"]
)
_ARTICLES = st.lists(st.lists(WORDS, min_size=1, max_size=90).map(" ".join), min_size=2, max_size=6, unique=True)
DEFINITION = " Pedagang Kaki Lima (PKL) dan Pemerintah Kabupaten (Pemkab)."


def _others_scores(index: Path, query: Sequence[str], of: Callable[[str], bool]) -> list[tuple[str, int, float]]:
    """Give path, number of the chunk and score of all hits in articles of some paths, in order."""
    with IndexReader(index) as reader:
        store = LocalStore(reader)
        ranking = store.rank(Query("", [store.look_up(surface) for surface in query]), Scope(limit=10_000))
        passages = store.passages([listed.chunk for listed in ranking.scored])
        return [
            (passage.article.path, passage.chunk.number, score)
            for (score, *_), passage in zip(ranking.scored, passages, strict=True)
            if of(passage.article.path)
        ]


def _statistics(index: Path) -> dict[str, object]:
    with IndexReader(index) as reader:
        surfaces = {form: reader.surface(form) for term in reader.terms() for form in term.forms}
        return {
            "surfaces": {
                surface: (form.frequency, form.idf, form.decided, form.capitalised, form.lower)
                for surface, form in surfaces.items()
                if form is not None
            },
            "terms": {term.stem: (term.frequency, term.idf) for term in reader.terms()},
            "averages": reader.averages,
            "readings": {key: reader.readings_of(key) for key in ("pkl", "pemkab")},
            "learned": [(line.line, line.articles) for line in reader.learned_lines()],
        }


@settings(max_examples=25, deadline=None)
@given(_ARTICLES, st.integers(1, 50), st.data())
def test_copies_change_nothing_for_the_others(articles: list[str], copies: int, data: st.DataObject) -> None:
    """Neither scores nor order, nor anything that a score depends on."""
    place = data.draw(st.integers(0, len(articles) - 1))
    query = [word.lower() for word in data.draw(st.lists(WORDS, min_size=1, max_size=3, unique=True))]
    articles = [text + DEFINITION for text in articles]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = folder / "corpus"
        corpus.mkdir()
        for number, text in enumerate(articles):
            (corpus / f"{number:03}.txt").write_text(text)
        build_index(corpus, folder / "before")
        for number in range(copies):
            (corpus / f"{place:03}-{number:02}.txt").write_text(articles[place])
        build_index(corpus, folder / "after")
        is_other = lambda path: "-" not in path  # noqa: E731
        assert _others_scores(folder / "after", query, is_other) == _others_scores(folder / "before", query, is_other)
        assert _statistics(folder / "after") == _statistics(folder / "before")
        assert len(_others_scores(folder / "after", query, lambda path: "-" in path)) % copies == 0


FOOT = "\n\nPenulis: SARI UTAMI\n\nKabar Kita terbit setiap hari."


def test_fifty_copies_with_other_headlines_change_no_statistic(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    """Their own words become known, and that is all."""
    files: dict[str, str | bytes] = {f"{n:02}.txt": " ".join(_words(n, 70)) + FOOT for n in range(9)}
    files["50.txt"] = "\n\n".join([HEADLINE, *PARAGRAPHS]) + DEFINITION + FOOT
    corpus = make_corpus(files)
    build_index(corpus, tmp_path / "index")
    before = _statistics(tmp_path / "index")
    for number in range(50):
        copy = "\n\n".join(["Cokronegaran Membuka Pasarnya Kembali Wadidaw", *PARAGRAPHS]) + DEFINITION
        (corpus / f"51-{number}.txt").write_text(copy + "\n\nPenulis: TONO LAIN")
    build_index(corpus, tmp_path / "index")
    after = _statistics(tmp_path / "index")
    with IndexReader(tmp_path / "index") as index:
        assert list(index.representatives()) == [*range(9), *[9] * 51]
        new = index.surface("wadidaw")
        assert new is not None
        assert (new.frequency, new.capitalised, new.lower) == (0, 0, 0)
        assert len(set(index.postings(new.term).body.texts)) == 50
    for kind in ("surfaces", "terms"):
        known, found = before.pop(kind), after.pop(kind)
        assert isinstance(known, dict)
        assert isinstance(found, dict)
        assert {key: found[key] for key in known} == known
    assert after == before


def test_a_search_finds_copies_too(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    text = "\n\n".join(PARAGRAPHS)
    build_index(make_corpus({"a.txt": text, "b.txt": text, "c.txt": "Pasar ikan."}), tmp_path / "index")
    found = _others_scores(tmp_path / "index", ["cokronegaran"], lambda _: True)
    assert [path for path, _, _ in found] == ["a.txt", "b.txt"]
    assert found[0][2] == found[1][2]


def test_when_the_first_goes_another_stands_for_its_group(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    text = "\n\n".join(PARAGRAPHS) + DEFINITION
    corpus = make_corpus({"a.txt": text, "b.txt": text, "c.txt": text, "d.txt": "Pasar ikan."})

    def known() -> tuple[str, int, int]:
        build_index(corpus, tmp_path / "index")
        with IndexReader(tmp_path / "index") as index:
            form = index.surface("cokronegaran")
            assert form is not None
            leaders = index.representatives()
            groups = " ".join(f"{index.article(leaders[a.id]).name}{a.name}" for a in index.articles())
            return groups, form.frequency, sum(r.chunks for r in index.readings_of("pkl"))

    assert known() == ("aa ab ac dd", 1, 1)
    (corpus / "a.txt").unlink()
    assert known() == ("bb bc dd", 1, 1)
    (corpus / "b.txt").write_text("Pasar sayur.")
    assert known() == ("bb cc dd", 1, 1)
    (corpus / "a.txt").write_text(text)
    assert known() == ("aa bb ac dd", 1, 1)


def test_the_arrays_of_articles(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    corpus = make_corpus(
        {
            "a.txt": "Pasar Ikan Ramai Lagi\n\nKOMPAS.com - Pedagang pulang (2/3/2020).\n\nBaca juga: Pasar Sayur",
            "b.txt": "Pasar ikan.",
            "c.txt": "Pasar Sayur Ramai Lagi\n\nKOMPAS.com - Pedagang sayur pulang.\n\nBaca juga: Pasar Ikan",
        }
    )
    build_index(corpus, tmp_path / "index")
    with IndexReader(tmp_path / "index") as index:
        articles = index.articles()
        assert list(index.article_starts()) == [article.body.start for article in articles]
        assert list(index.boilerplate_starts()) == [article.boilerplate.start for article in articles]
        assert [len(article.boilerplate) for article in articles] == [1, 0, 1]
        assert list(index.article_days()) == [20200302, 0, 0]
        names, numbers = index.outlets()
        assert [names[number - 1] if number else None for number in numbers] == [a.outlet for a in articles]
        assert len(names) == 1


@given(st.lists(st.text("ab “é1\n", max_size=60), min_size=1, max_size=6), st.integers(0, 900))
def test_articles_sketched_together_have_the_sketches_they_have_alone(texts: list[str], length: int) -> None:
    articles = [("Judul", f"{text} {' '.join(PARAGRAPHS)[length * place :]}") for place, text in enumerate(texts)]
    assert sketches(articles) == [sketch(*article) for article in articles]


def test_long_articles_sketched_together_have_the_sketches_they_have_alone() -> None:
    articles = [("Judul", " ".join(f"kata{n * step % 9973}" for n in range(step * 5000))) for step in (1, 3, 2)]
    assert sketches(articles) == [sketch(*article) for article in articles]
