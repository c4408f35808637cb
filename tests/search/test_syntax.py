"""The query language: what is read from a query, and that every tree can be written and read again."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carikm.errors import QuerySyntax
from carikm.search.query_tree import (
    All,
    Either,
    Exact,
    Filter,
    Fuzzy,
    Group,
    Node,
    Not,
    Phrase,
    Title,
    Wildcard,
    Words,
    str_of,
)
from carikm.search.signs import may_be_language
from carikm.search.syntax import parse

SENTRA, LOGAM, BESI = Words("sentra"), Words("logam"), Words("besi")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("sentra logam", Words("sentra logam")),
        ('"sentra logam"', Phrase("sentra logam")),
        ('"sentra logam"~5', Phrase("sentra logam", 5)),
        ("=logam", Exact("logam")),
        ("logam*", Wildcard("logam*")),
        ("*logam", Wildcard("*logam")),
        ("logm~", Fuzzy("logm", 1)),
        ("perindustrain~", Fuzzy("perindustrain", 2)),
        ("logm~2", Fuzzy("logm", 2)),
        ("+sentra logam", Group((LOGAM,), (SENTRA,))),
        ("sentra -logam", Group((SENTRA,), (), (LOGAM,))),
        ("sentra AND logam", All((SENTRA, LOGAM))),
        ("sentra DAN logam", All((SENTRA, LOGAM))),
        ("sentra OR logam", Either((SENTRA, LOGAM))),
        ("sentra ATAU logam", Either((SENTRA, LOGAM))),
        ("sentra NOT logam", All((SENTRA, Not(LOGAM)))),
        ("sentra AND BUKAN logam", All((SENTRA, Not(LOGAM)))),
        ("NOT NOT logam", LOGAM),
        ("sentra OR logam AND besi", Either((SENTRA, All((LOGAM, BESI))))),
        ("(sentra OR logam) AND besi", All((Either((SENTRA, LOGAM)), BESI))),
        ("sentra logam AND besi", All((Words("sentra logam"), BESI))),
        ("(((sentra)))", SENTRA),
        ("(sentra) logam", Words("sentra logam")),
        ("anti-korupsi", Words("anti-korupsi")),
        ("sentra - logam", Words("sentra - logam")),
        ("judul:logam", Title(LOGAM)),
        ('title:"sentra logam"', Title(Phrase("sentra logam"))),
        ("judul:(sentra OR logam)", Either((Title(SENTRA), Title(LOGAM)))),
        ("sumber:solopos", Filter("sumber", "solopos")),
        ('source:"Solo Pos"', Filter("sumber", "Solo Pos")),
        ("berkas:2020/*.txt", Filter("berkas", "2020/*.txt")),
        ("tanggal:2020-09..2022 logam", Group((Filter("tanggal", "2020-09..2022"), LOGAM))),
        ("tanggal:* logam", Group((Filter("tanggal", "*"), LOGAM))),
        ("-source:*, logam", Group((LOGAM,), (), (Filter("sumber", "*"),))),
        ("berkas:** OR path:*", Filter("berkas", "*")),
        ("-sumber:solopos logam", Group((LOGAM,), (), (Filter("sumber", "solopos"),))),
        ("https://contoh.id/a:b logam", Words("https://contoh.id/a:b logam")),
        ("Hati -hati di jalan", Words("Hati -hati di jalan")),
        ("pukul 10:30", Words("pukul 10:30")),
    ],
)
def test_what_a_query_means(text: str, tree: Node) -> None:
    assert parse(text) == (tree, [])


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ('kata "sentra logam', 5),
        ("sentra (logam", 7),
        ("sentra (logam (besi) baja", 7),
        ("sentra logam)", 12),
        ("sentra () logam", 8),
        ("Sentra tanggal:Senin", 15),
    ],
)
def test_what_was_pasted_is_words_and_a_note_says_where(text: str, position: int) -> None:
    tree, notes = parse(text)
    assert tree is None
    assert [note.position for note in notes] == [position]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("sentra AND", 7),
        ("OR logam", 0),
        ("sentra AND OR logam", 11),
        ("sentra (AND logam)", 8),
        ("sentra NOT", 7),
        ("(sentra AND) logam", 8),
        ("tanggal:2020-13", 8),
        ("tanggal:2021..2020", 8),
    ],
)
def test_what_nobody_pastes_is_an_error_that_says_where(text: str, position: int) -> None:
    with pytest.raises(QuerySyntax) as caught:
        parse(text)
    assert caught.value.position == position
    assert caught.value.query == text


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("judul: logam", 0),
        ("logam Sumber:Antara", 6),
        ("judul:*", 0),
        ("logam title:**", 6),
        ('"sentra log*"', 11),
        ("“sentra logam”", 0),
    ],
)
def test_what_is_almost_the_language_is_words_and_a_note_says_so(text: str, position: int) -> None:
    tree, notes = parse(text)
    assert isinstance(tree, Words | Phrase)
    assert [note.position for note in notes] == [position]


@pytest.mark.parametrize("text", ["KPK DAN DPR", "KPK BUKAN DPR", "KPK DAN (DPR ATAU MPR)", "+KPK -DPR ATAU MPR"])
def test_acronyms_have_operators_between_them(text: str) -> None:
    tree, notes = parse(text)
    assert isinstance(tree, All | Either)
    assert notes == []


def test_a_filter_may_have_several_values_and_a_pasted_comma() -> None:
    assert parse("sumber:tempo,kompas,")[0] == Group((Filter("sumber", "tempo"), Filter("sumber", "kompas")))
    assert parse("tanggal:28-9-2020")[0] == Filter("tanggal", "28-9-2020")
    assert parse("tanggal:..2020")[0] == Filter("tanggal", "..2020")


def test_a_headline_in_capitals_has_no_indonesian_operators() -> None:
    tree, notes = parse("HARGA BERAS DAN GULA NAIK")
    assert isinstance(tree, Words)
    assert [note.position for note in notes] == [12]
    assert parse("IKM AND UMKM") == (All((Words("IKM"), Words("UMKM"))), [])


@pytest.mark.parametrize("text", ["sentra logam", "anti-korupsi", "10:30", "a = b", "Jumat – Sabtu", "e-mail: x@y.id"])
def test_plain_words_are_told_from_the_language(text: str) -> None:
    assert not may_be_language(text)


def test_brackets_beyond_measure_are_refused_or_taken_as_words() -> None:
    with pytest.raises(QuerySyntax):
        parse("(" * 1000 + "a" + ")" * 1000)
    assert parse("(" * 1000 + "a")[0] is None
    assert parse("NOT " * 3001 + "a")[0] == Not(Words("a"))


PIECE = st.sampled_from(
    [
        *('"', "(", ")", "+", "-", "~", "*", "=", ":", " ", "  ", "AND", "OR", "NOT", "DAN", "ATAU", "BUKAN"),
        *("tanggal:*", "sumber:*"),
        *(
            "judul:",
            "sumber:",
            "berkas:",
            "tanggal:",
            "tanggal:*",
            "sumber:*",
            "2020",
            "2020-13",
            "..",
            "sentra",
            "logam",
            "a",
            "1",
            "–",
            "é",
        ),
        *('"a b"', "~2", "x*", "*y", "abc~", "=q", " AND ", " -", " +", "http://x.y/z", "a@b.id", "'", ".", "\n"),
    ]
)


@settings(max_examples=500)
@given(st.lists(PIECE, max_size=14).map("".join))
@example('"Arab Saudi"-nya')
@example('"a"AND b')
@example('"a"judul:b')
@example('"a"tanggal:* b')
@example("a +b c")
@example("--judul:x")
def test_every_tree_is_written_as_a_query_that_reads_as_it(text: str) -> None:
    try:
        tree, _ = parse(text)
    except QuerySyntax as error:
        assert 0 <= error.position <= len(text)
        return
    if tree is not None:
        written = str_of(tree)
        assert parse(written)[0] == tree, written


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    test_every_tree_is_written_as_a_query_that_reads_as_it.hypothesis.inner_test(text)  # type: ignore[attr-defined]
