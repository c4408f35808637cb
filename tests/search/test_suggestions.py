"""When a query finds nothing: what is suggested returns something, and is what was meant."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from carikm.errors import QueryEmpty
from carikm.index.build import build_index
from carikm.index.reader import IndexReader
from carikm.search.expansion import whole
from carikm.search.query_words import query_words
from carikm.search.suggestions import KINDS, Suggestion, suggest
from carikm.search.vocabulary import IndexVocabulary
from carikm.search.word_reports import report_words
from tests.conftest import REPOSITORY

ARTICLES = {
    "a": "Perajin kerupuk di Tandang mengeluhkan harga minyak goreng. Minyak goreng curah hilang dari pasar.",
    "b": "Kereta api barang melintas di Brumbung. Stasiun itu dibangun kembali setelah rob merendam relnya.",
    "c": "Festival lampion digelar di alun-alun. Warga menyalakan lampion dan menikmati kerupuk rambak.",
    "d": "Pasar malam kembali ramai. Pedagang lampion berjualan sampai pagi, begitu juga penjual kereta mainan.",
    "e": "Rob merendam pasar. Pemerintah daerah memasang pompa, dan pedagang kerupuk pindah ke tepi jalan.",
}
FAILING = REPOSITORY / "benchmarks" / "failing_queries.tsv"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexReader]:
    """An index of five short articles."""
    folder = tmp_path_factory.mktemp("arsip")
    for name, text in ARTICLES.items():
        folder.joinpath(f"{name}.txt").write_text(f"Kabar Pesisir Hari Ini\n\n{text}\n")
    index = tmp_path_factory.mktemp("index")
    build_index(folder, index)
    with IndexReader(index) as reader:
        yield reader


@pytest.fixture(scope="module")
def seeds(seeds_index: Path) -> Iterator[IndexReader]:
    with IndexReader(seeds_index) as reader:
        yield reader


def count_in(reader: IndexReader) -> Callable[[str], int]:
    """Count the chunks that hold all words of a query, those in quotes side by side; a filter matches nothing."""
    vocabulary = IndexVocabulary(reader)

    def count(text: str) -> int:
        words = query_words(text)
        if not words:
            raise QueryEmpty("The query is empty.")
        if any(word.is_filter for word in words):
            return 0
        found = set.intersection(*(set(vocabulary.chunks(word.surface)) for word in words))
        for start in {word.phrase for word in words if word.phrase is not None}:
            phrase = [word.surface for word in words if word.phrase == start]
            found = reader.chunks_that_match(found, whole(phrase))
        return len(found)

    return count


def ask(reader: IndexReader, text: str, *, limit: int = 3) -> list[Suggestion]:
    return suggest(text, IndexVocabulary(reader), count_in(reader), limit=limit)


def first(reader: IndexReader, text: str) -> tuple[str, str]:
    """Give the first suggestion and its kind."""
    suggestion = ask(reader, text)[0]
    return suggestion.query, suggestion.kind


@pytest.mark.parametrize(
    ("query", "suggested", "kind"),
    [
        ("kerupk", "kerupuk", "spelling"),
        ("krupuk tandang", "kerupuk tandang", "spelling"),
        ("kroepoek", "kerupuk", "spelling"),
        ("lampyon warga", "lampion warga", "spelling"),
        ("erupuk", "kerupuk", "spelling"),
        ("festifal lampoin", "festival lampion", "spelling"),
        ("minyakgoreng", "minyak goreng", "split"),
        ("pasarmalam", "pasar malam", "split"),
        ("kere ta barang", "kereta barang", "joined"),
        ("lam pion", "lampion", "joined"),
        ("kerupuk rambak brumbung", "kerupuk rambak", "dropped"),
        ("lampion qwxzyv", "lampion", "dropped"),
        ('"curah goreng"', "curah goreng", "unquoted"),
        ('"merendam kerupuk"', "merendam kerupuk", "unquoted"),
        ('"kerupuk rambk"', '"kerupuk rambak"', "spelling"),
        ("+minyakgoreng +pasar", '+"minyak goreng" +pasar', "split"),
        ("judul:pesisr lampion", "judul:pesisir lampion", "spelling"),
        ("kerupk AND NOT lampion", "kerupuk AND NOT lampion", "spelling"),
        ("lampion tanggal:2031", "lampion", "dropped"),
        ("lampion sumber:(antara OR tempo)", "lampion", "dropped"),
        ("lampion AND brumbung", "lampion", "dropped"),
    ],
)
def test_the_first_suggestion_is_what_was_meant(archive: IndexReader, query: str, suggested: str, kind: str) -> None:
    assert first(archive, query) == (suggested, kind)


def test_the_words_beside_it_decide_what_is_meant(tmp_path: Path) -> None:
    folder = tmp_path / "berita"
    folder.mkdir()
    folder.joinpath("a.txt").write_text("Kabar Pagi\n\nPedagang menjual bandeng presto.\n")
    folder.joinpath("b.txt").write_text("Kabar Sore\n\nKeduanya gandeng tangan di panggung.\n")
    build_index(folder, tmp_path / "index")
    with IndexReader(tmp_path / "index") as reader:
        assert first(reader, "andeng presto") == ("bandeng presto", "spelling")
        assert first(reader, "andeng tangan") == ("gandeng tangan", "spelling")


def test_what_was_changed_is_told(archive: IndexReader) -> None:
    suggestion = ask(archive, "Kerupk  tandang qwxzyv")[0]
    assert suggestion.query == "kerupuk  tandang"
    assert suggestion.replaced == [("Kerupk", "kerupuk"), ("qwxzyv", "")]
    assert suggestion.found == 1


def test_a_rare_word_beside_a_common_one_may_be_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "berita"
    folder.mkdir()
    for number in range(40):
        folder.joinpath(f"{number}.txt").write_text(f"Rapat Wilayah {number}\n\nGubernur meninjau tanggul.\n")
    folder.joinpath("x.txt").write_text("Rapat Wilayah\n\nKabar gubenur lama yang pernah dimuat.\n")
    build_index(folder, tmp_path / "index")
    with IndexReader(tmp_path / "index") as reader:
        assert first(reader, "gubenur tanggul") == ("gubernur tanggul", "spelling")
        assert ask(reader, "gubernur tanggul") == []


def test_a_word_of_the_language_is_no_other_one_misspelled(archive: IndexReader) -> None:
    """Unlike *rambax* and *pasat*, *rambat* and *pusar* are words, which the archive lacks."""
    assert first(archive, "rambax") == ("rambak", "spelling")
    assert ask(archive, "rambat") == []
    assert first(archive, "lampion rambat") == ("lampion", "dropped")
    assert ask(archive, "pusar") == ask(archive, "tegal") == []


def test_a_rare_word_of_the_language_is_left_alone_unless_much_speaks_for_another(tmp_path: Path) -> None:
    folder = tmp_path / "berita"
    folder.mkdir()
    for number in range(130):
        what = ("Terang bulan dijual di pasar.", "Gubernur Anies Rasyid meninjau tanggul.")[number < 12]
        folder.joinpath(f"{number}.txt").write_text(f"Rapat Wilayah {number}\n\n{what}\n")
    folder.joinpath("x.txt").write_text("Rapat Wilayah\n\nTerong dan adas anis dipanen di ladang.\n")
    build_index(folder, tmp_path / "index")
    with IndexReader(tmp_path / "index") as reader:
        assert first(reader, "gubernur anis rasyid") == ("gubernur anies rasyid", "spelling")
        assert first(reader, "terong bulan")[1] == "dropped"


def test_any_words_where_all_were_demanded(archive: IndexReader) -> None:
    """With a search that needs all words only where the query says so."""
    strict = count_in(archive)

    def count(text: str) -> int:
        return strict(text) if "+" in text else sum(map(strict, text.split()))

    given = suggest("+rel +rambak", IndexVocabulary(archive), count)
    assert [(one.query, one.kind) for one in given] == [
        ("+rel", "dropped"),
        ("+rambak", "dropped"),
        ("rel rambak", "any words"),
    ]


def test_nothing_is_suggested_for_what_is_no_word(archive: IndexReader) -> None:
    for text in ("", "  ", '"', "+", "((", "-kerupuk", "qwxzyv", "20311", " ".join(["lampyon"] * 30)):
        assert ask(archive, text) == []


def test_a_pasted_text_is_not_corrected(archive: IndexReader) -> None:
    counted: list[str] = []
    for text in ("kerupk " * 10_000, f"{'(' * 10_000}kerupk{')' * 10_000}", '"' * 9_999, "kerupk" * 10_000):
        assert suggest(text, IndexVocabulary(archive), lambda query: counted.append(query) or 0) == []
    assert counted == []
    assert len(report_words(" ".join(map(str, range(10_000))), IndexVocabulary(archive))) == 24


def test_what_returns_nothing_is_not_suggested(archive: IndexReader) -> None:
    assert suggest("kerupk", IndexVocabulary(archive), lambda _: 0) == []


def test_so_many_as_asked_for(archive: IndexReader) -> None:
    query = "kerupuk rel pompa lampion"
    assert len(ask(archive, query)) == 3
    assert ask(archive, query, limit=1) == ask(archive, query)[:1]
    assert ask(archive, query, limit=0) == []


def test_where_any_word_may_match_an_unknown_one_is_corrected_and_none_left_out(archive: IndexReader) -> None:
    strict = count_in(archive)

    def count(text: str) -> int:
        return sum(strict(word.surface) for word in query_words(text))

    vocabulary = IndexVocabulary(archive)
    assert [one.query for one in suggest("lampyon warga", vocabulary, count)] == ["lampion warga"]
    assert suggest("lampion qwxzyv", vocabulary, count) == []


def test_words_are_reported_with_what_rules_all_out(archive: IndexReader) -> None:
    reports = report_words('kerupk "lampion di" kerupuk lampion sumber:Antara -rob', IndexVocabulary(archive))
    assert [(one.word, one.chunks, one.form_chunks, one.without, one.is_stop) for one in reports] == [
        ("kerupk", 0, 0, 1, False),
        ("lampion", 2, 2, 0, False),
        ("di", 3, 3, 0, True),
        ("kerupuk", 3, 3, 0, False),
    ]
    assert report_words("lampion", IndexVocabulary(archive))[0].without is None
    assert report_words("", IndexVocabulary(archive)) == []


def test_a_word_of_the_headline_takes_no_part_in_what_stands_together(archive: IndexReader) -> None:
    """Here the headline's *pesisir* rules out nothing that the chunks could show."""
    reports = report_words(
        "judul:(pesisir kerupuk) lampion kerupuk",
        IndexVocabulary(archive),
        lambda chunks: set(sorted(chunks)[:1]),
        lambda surface, is_exact: len(surface) if not is_exact else 0,
    )
    assert [(one.word, one.chunks, one.without, one.within, one.headlines) for one in reports] == [
        ("pesisir", 5, None, None, 7),
        ("kerupuk", 3, None, None, 7),
        ("lampion", 2, 1, 1, None),
        ("kerupuk", 3, 1, 1, None),
    ]


def test_a_word_is_reported_in_all_its_forms(archive: IndexReader) -> None:
    (report,) = report_words("Dagang", IndexVocabulary(archive))
    assert (report.word, report.chunks, report.form_chunks) == ("Dagang", 2, 0)


def _failing_on_seeds() -> list[tuple[str, str]]:
    with FAILING.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["query"], row["intended"]) for row in rows if row["archive"] == "seeds"]


@pytest.mark.parametrize(("query", "intended"), _failing_on_seeds())
def test_failing_queries_on_the_five_articles(seeds: IndexReader, query: str, intended: str) -> None:
    assert count_in(seeds)(query) == 0
    assert ask(seeds, query)[0].query == intended


PIECES = st.sampled_from(
    [
        *["kerupk", "lampion", "Rob", "minyakgoreng", "kere", "ta", "di", "qwxzyv", "3.178", "tjuatja", "a@b.co", "x"],
        *['"', " ", " ", " ", "(", ")", "+", "-", "=", "*", "~", " AND ", " ATAU ", " NOT ", "judul:", "tanggal:"],
        *["http://a.b/c", "\u200c", "é", "ß", "\ud800", "日本", "\0", "\n"],
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=10).map("".join), st.text(max_size=30)))
@example('kerupk~"kerupkkerupk""kerupk')
def test_no_text_breaks_it_and_every_suggestion_is_borne_out(archive: IndexReader, text: str) -> None:
    strict = count_in(archive)
    counted: list[str] = []

    def count(query: str) -> int:
        counted.append(query)
        return strict(query)

    suggestions = suggest(text, IndexVocabulary(archive), count)
    report_words(text, IndexVocabulary(archive))
    assert len(counted) <= 20
    assert len(suggestions) <= 3
    assert len({one.query for one in suggestions}) == len(suggestions)
    for one in suggestions:
        assert one.query != text
        assert one.found == strict(one.query) > 0
        assert one.kind in KINDS
        assert all(replacement.typed in text for replacement in one.replaced)
