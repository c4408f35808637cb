"""A query's words are found where they stand, and what is not changed stays as typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.analysis.tokens import normalize
from carikm.search.query_words import Edit, are_joinable, edited, loosened, query_words, title_fields, unquoted

WORDS = st.sampled_from(["logam", "sentra", "kerupuk", "anti-rob", "Jum'at", "3.178", "é"])
CLAUSES = st.one_of(
    WORDS,
    st.builds("{}{}".format, st.sampled_from(["+", "-", "=", "judul:", "+title:", "sumber:", "tanggal:"]), WORDS),
    st.builds('"{} {}"'.format, WORDS, WORDS),
    st.builds('"{}"~5'.format, WORDS),
    st.builds("{}({} OR {})".format, st.sampled_from(["", "+", "-", "judul:", "sumber:"]), WORDS, WORDS),
    st.builds("{}*".format, WORDS),
)
LINKS = st.sampled_from([" ", " ", "  ", " AND ", " ATAU ", " NOT "])


@st.composite
def queries(draw: st.DrawFn) -> str:
    text = draw(CLAUSES)
    for _ in range(draw(st.integers(0, 4))):
        text += draw(LINKS) + draw(CLAUSES)
    return text


def _surfaces(text: str) -> list[str]:
    return [word.surface for word in query_words(text)]


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("sentra logam", ["sentra", "logam"]),
        ('"sentra logam" kerupuk', ["sentra", "logam", "kerupuk"]),
        ("+sentra -logam", ["sentra"]),
        ("sentra NOT logam kerupuk", ["sentra", "kerupuk"]),
        ("sentra DAN (logam ATAU kerupuk)", ["sentra", "logam", "kerupuk"]),
        ("judul:sentra", ["sentra"]),
        ("judul:(sentra OR logam) kerupuk", ["sentra", "logam", "kerupuk"]),
        ("-(sentra logam) kerupuk", ["kerupuk"]),
        ("NOT (sentra (logam)) kerupuk", ["kerupuk"]),
        ("anti-korupsi", ["anti", "korupsi"]),
        ("=sentra", ["sentra"]),
        ('"sentra', ["sentra"]),
        ("dan atau", ["dan", "atau"]),
        ("", []),
        ('+ - " ( )', []),
    ],
)
def test_the_words_asked_for(text: str, surfaces: list[str]) -> None:
    assert _surfaces(text) == surfaces


def test_a_phrase_of_which_no_word_is_left_goes_with_its_field() -> None:
    for text in ('judul:"sentra logam" kerupuk', '"sentra logam"~5 kerupuk', '+"sentra logam" AND kerupuk'):
        edits = [Edit(*word.clause, "") for word in query_words(text)[:2]]
        assert edited(text, edits) == "kerupuk"


def test_words_asked_of_the_headline() -> None:
    def titled(text: str) -> list[str]:
        return [word.surface for word in query_words(text) if word.is_title]

    assert titled("judul:sentra logam") == ["sentra"]
    assert titled('title:"sentra logam" kerupuk') == ["sentra", "logam"]
    assert titled("+judul:(sentra ATAU (logam)) kerupuk") == ["sentra", "logam"]
    assert titled("judul:(sentra logam kerupuk") == ["sentra", "logam", "kerupuk"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("+judul:(sentra ATAU logam) DAN title:rob", "+(sentra ATAU logam) DAN rob"),
        ('judul:"sentra logam" "rob"', '"sentra logam" "rob"'),
        ('"di judul:sentra" judul: logam', '"di judul:sentra" judul: logam'),
    ],
)
def test_what_was_asked_of_the_headline_is_asked_of_the_article(text: str, rest: str) -> None:
    assert edited(text, title_fields(text)) == rest


@pytest.mark.parametrize("text", ["sumber:Solopos", "tanggal:2020-09..2022", 'berkas:"a b"', "log*", "*gam", "logm~"])
def test_what_is_no_word_is_a_filter(text: str) -> None:
    assert [word.is_filter for word in query_words(text)] == [True]


@pytest.mark.parametrize(
    ("text", "joinable"),
    [
        ("kere ta", True),
        ('"kere ta"', True),
        ("kere-ta", True),
        ('kere "ta"', False),
        ("kere +ta", False),
        ("kere judul:ta", False),
        ("kere, ta", False),
        ("kere AND ta", False),
    ],
)
def test_what_may_be_one_word(text: str, joinable: bool) -> None:
    first, second = query_words(text)
    assert are_joinable(text, first, second) is joinable


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("sentra logam kerupuk", "logam", "sentra kerupuk"),
        ("sentra logam", "sentra", "logam"),
        ("sentra +logam", "logam", "sentra"),
        ("sentra AND logam", "logam", "sentra"),
        ("sentra AND logam", "sentra", "logam"),
        ("sentra AND logam kerupuk", "logam", "sentra AND kerupuk"),
        ("sentra kerupuk AND logam", "kerupuk", "sentra AND logam"),
        ("sentra AND (logam)", "logam", "sentra"),
        ("(sentra OR logam) AND kerupuk", "logam", "(sentra) AND kerupuk"),
        ("((sentra)) OR kerupuk", "sentra", "kerupuk"),
        (f"{'(' * 3000}sentra{')' * 3000} kerupuk", "sentra", "kerupuk"),
        ('"sentra logam" kerupuk', "logam", '"sentra" kerupuk'),
        ('"sentra" kerupuk', "sentra", "kerupuk"),
        ("judul:sentra kerupuk", "sentra", "kerupuk"),
        ("anti-rob kerupuk", "rob", "kerupuk"),
        ("sentra tanggal:2020", "2020", "sentra"),
        ("judul:(sentra) kerupuk", "sentra", "kerupuk"),
        ("kerupuk AND +(sentra)", "sentra", "kerupuk"),
        ("sumber:(antara OR solopos)", "antara", "sumber:(solopos)"),
    ],
)
def test_what_is_left_out_takes_along_what_belongs_to_it(text: str, word: str, rest: str) -> None:
    chosen = next(found for found in query_words(text) if found.surface == word)
    assert edited(text, [Edit(*chosen.clause, "")]) == rest


@given(st.text(alphabet='abAND OR-+"()=:~*judlé.', max_size=40))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    last = 0
    for word in query_words(text):
        assert last <= word.start < word.end <= len(text)
        assert word.clause[0] <= word.start and word.end <= word.clause[1]
        assert word.is_filter or normalize(text[word.start : word.end]) == word.surface
        last = word.end


@given(queries())
def test_no_edit_is_no_change(text: str) -> None:
    assert edited(text, []) == text


@given(queries(), st.data())
def test_leaving_out_a_word_leaves_the_others(text: str, data: st.DataObject) -> None:
    words = query_words(text)
    if words:
        start, end = data.draw(st.sampled_from(words)).clause
        others = [word.surface for word in words if not start <= word.start < end]
        assert _surfaces(edited(text, [Edit(start, end, "")])) == others


@given(queries(), st.data())
def test_replacing_a_word_leaves_all_else_as_typed(text: str, data: st.DataObject) -> None:
    words = query_words(text)
    if words:
        word = data.draw(st.sampled_from(words))
        changed = edited(text, [Edit(word.start, word.end, "tempe")])
        assert changed == f"{text[: word.start]}tempe{text[word.end :]}"
        assert len(query_words(changed)) <= len(words)


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("sentra AND logam", "sentra logam"),
        ("+sentra +logam", "sentra logam"),
        ("sentra DAN (logam ATAU kerupuk)", "sentra (logam ATAU kerupuk)"),
        ('+"sentra logam" -kerupuk', '"sentra logam" -kerupuk'),
        ("dan", "dan"),
    ],
)
def test_nothing_is_demanded_any_more(text: str, loose: str) -> None:
    assert loosened(text) == loose


def test_quotes_are_taken_off_with_their_distance() -> None:
    assert unquoted('"sentra logam"~5 di "Tugu"') == "sentra logam di Tugu"
    assert unquoted('12" sentra') == '12" sentra'
    assert unquoted('judul:"sentra logam" +"di Tugu"') == "judul:sentra logam +di Tugu"
    assert unquoted('baru"sentra logam""tua"itu') == "baru sentra logam tua itu"
