"""What recurs at the margins of an outlet's articles is learned; what belongs to the articles is not."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.corpus.boilerplate import normal_line
from carikm.corpus.recurring import (
    ARTICLES,
    AT_MARGIN,
    FRAGMENT,
    LABEL_ARTICLES,
    NOTHING_LEARNED,
    SENTENCE,
    SHARE,
    Learned,
    body_of,
    learn,
    learned_still,
    line_keys,
    unpack_margins,
)

BLURB = "Kabar Kita adalah portal berita daerah yang terbit sejak lama."


def _article(number: int, *foot: str, head: tuple[str, ...] = (), middle: tuple[str, ...] = ()) -> list[str]:
    return [
        *head,
        f"Pasar Nomor {number} Dibuka Kembali",
        f"Pasar nomor {number} dibuka kembali oleh bupati.",
        *middle,
        f"Sebanyak {number} pedagang kembali berjualan.",
        *foot,
    ]


def _learn(articles: list[list[str]]) -> Learned:
    return learn([line_keys(lines) for lines in articles]).learned


def _body(lines: list[str], learned: Learned) -> list[str]:
    start, end = body_of(line_keys(lines), learned)
    return lines[start:end]


@pytest.mark.parametrize(
    "label",
    [
        "#BeritaKita",
        "(abc)",
        "[abc/def]",
        "Penulis: SARI UTAMI",
        "SARI UTAMI",
        "LIGA DAERAH",
        "_x000D_",
        "Saksikan Siaran Pagi :",
        "Foto: SARI UTAMI",
    ],
)
def test_a_label_at_the_foot_of_a_few_articles_is_learned(label: str) -> None:
    articles = [_article(number, *[label] * (number < LABEL_ARTICLES)) for number in range(100)]
    learned = _learn(articles)
    assert _body(articles[0], learned) == _article(0)
    assert _learn(articles[1:]) == NOTHING_LEARNED


@pytest.mark.parametrize(
    "line",
    [
        '" kata dia.',
        '" tulis akun . "',
        "“ ujar warga",
        "dan .",
        "dan",
        "hingga pagi",
        "– Pembalap Tim Kota",
        "Pelatih: Budi Hartono",
        "Semoga bermanfaat.",
        "Selamat mencoba!",
        "Bagaimana menurut Anda?",
        "Kota Lama –",
        BLURB,
        "Label yang terlalu panjang untuk dipelajari dari sedikit artikel saja",
    ],
)
def test_what_may_be_a_sentence_is_not_learned_from_a_few(line: str) -> None:
    articles = [_article(number, *[line] * (number < 40)) for number in range(100)]
    assert _learn(articles) == NOTHING_LEARNED


def test_a_sentence_in_half_of_the_articles_is_learned() -> None:
    articles = [_article(number, *[BLURB] * (number < 10)) for number in range(20)]
    assert _body(articles[0], _learn(articles)) == _article(0)
    assert _learn(articles[1:]) == NOTHING_LEARNED, "nine are too few"
    assert _learn([*articles, _article(20)]) == NOTHING_LEARNED, "ten of twenty-one are less than half"


@pytest.mark.parametrize("fragment", ['" kata dia.', "” ujar warga itu", ", katanya."])
def test_half_a_quotation_is_never_learned(fragment: str) -> None:
    assert _learn([_article(number, fragment) for number in range(100)]) == NOTHING_LEARNED


def test_lines_inside_of_the_articles_are_not_learned() -> None:
    articles = [_article(number, middle=("Babak Kedua", BLURB)) for number in range(100)]
    assert _learn(articles) == NOTHING_LEARNED


def test_a_line_that_stands_inside_of_some_articles_is_not_learned() -> None:
    at_foot = [_article(number, "SARI UTAMI") for number in range(17)]
    inside = [_article(number, middle=("SARI UTAMI",)) for number in range(20, 22)]
    assert _learn(at_foot + inside) == NOTHING_LEARNED
    learned = _learn([*at_foot, inside[0]])
    assert _body(at_foot[0], learned) == _article(0)
    assert _body(inside[0], learned) == inside[0], "there it belongs to the text"


def test_the_head_needs_half_of_the_articles_and_no_heading() -> None:
    articles = [_article(number, head=("Kabar Kita",)) for number in range(20)]
    assert _body(articles[0], _learn(articles)) == _article(0)
    assert _learn([*articles, *map(_article, range(20, 45))]) == NOTHING_LEARNED
    assert _learn([_article(number, head=("Penjelasan:",)) for number in range(20)]) == NOTHING_LEARNED


def test_several_lines_at_the_foot_are_learned_from_the_outside_in() -> None:
    articles = [_article(number, "(abc)", BLURB, "#BeritaKita") for number in range(20)]
    assert _body(articles[0], _learn(articles)) == _article(0)
    hidden = [_article(number, "(abc)", f"Catatan kaki nomor {number}.", "#BeritaKita") for number in range(20)]
    assert _body(hidden[0], _learn(hidden)) == hidden[0][:-1], "what stands behind other text stays"


def test_copies_of_one_article_teach_nothing() -> None:
    assert _learn([_article(1, "SARI UTAMI", BLURB)] * 100) == NOTHING_LEARNED
    nearly = [[f"Judul yang ke-{number}", *_article(1, "SARI UTAMI")] for number in range(100)]
    assert _learn(nearly) == NOTHING_LEARNED


def test_an_article_keeps_its_only_line() -> None:
    learned = _learn([_article(number, "SARI UTAMI") for number in range(20)])
    assert _body(["SARI UTAMI"], learned) == ["SARI UTAMI"]


def test_a_line_that_is_never_to_be_learned_is_not() -> None:
    articles = [_article(number, "Sari  Utami") for number in range(20)]
    never = frozenset({normal_line("SARI UTAMI")})
    assert learn([line_keys(lines, never=never) for lines in articles]).learned == NOTHING_LEARNED


def test_case_and_spaces_make_no_difference_and_lines_without_a_word_none_at_all() -> None:
    assert line_keys(["SARI UTAMI"]) == line_keys(["SARI \t UTAMI", "***"])
    assert line_keys(["SARI UTAMI"]) != line_keys(["Sari Utama"])


_LINES = st.sampled_from(
    ["Kabar Kita", "SARI UTAMI", "(abc)", BLURB, '" katanya.', "Babak Kedua:", "satu", "Dua tiga."]
)
_ARTICLES = st.lists(st.lists(_LINES, min_size=1, max_size=5), max_size=30)


@given(_ARTICLES, st.randoms(use_true_random=False))
def test_whatever_is_learned_recurs_at_the_margins(articles: list[list[str]], chance: random.Random) -> None:
    unlike = [[*lines[:2], f"Kalimat nomor {number}.", *lines[2:]] for number, lines in enumerate(articles)]
    keys = [line_keys(lines) for lines in unlike]
    learned = learn(keys).learned
    margins = [body_of(article, learned) for article in keys]
    for key in learned.head | learned.foot:
        holding = [place for place, article in enumerate(keys) if key in article]
        outside = [p for p in holding if key not in keys[p][margins[p][0] : margins[p][1]]]
        assert len(holding) >= LABEL_ARTICLES and len(outside) >= AT_MARGIN * len(holding)
        assert key not in learned.head or len(holding) >= max(ARTICLES, SHARE * len(keys))
    for article, (start, end) in zip(keys, margins, strict=True):
        assert 0 <= start < end <= len(article)
        assert learned.head.issuperset(article[:start]) and learned.foot.issuperset(article[end:])
    chance.shuffle(keys)
    assert learn(keys).learned == learned


_LINES = st.lists(
    st.sampled_from(
        ["Penulis: SARI UTAMI", "Ikuti kami di portal Kabar Kita.", "Topik hangat:", "Isi satu", "Isi dua."]
    ),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_LINES, min_size=5, max_size=24), st.lists(_LINES, max_size=4), st.data())
def test_what_is_still_learned_is_what_is_learned_anew(
    articles: list[list[str]], more: list[list[str]], data: st.DataObject
) -> None:
    """Or it is not certain."""
    keys = [
        line_keys([*lines, f"Kalimat nomor {number} ada di sini.", *lines[:2]]) for number, lines in enumerate(articles)
    ]
    added = [line_keys([f"Kalimat lain {number} ada di sana.", *lines]) for number, lines in enumerate(more)]
    left = data.draw(st.sets(st.sampled_from(range(len(keys))), max_size=3))
    after = [kept for number, kept in enumerate(keys) if number not in left] + added
    before, expected = learn(keys), learn(after)
    removed = [keys[number] for number in left]
    found = learned_still(before, (len(keys), len(after)), expected.counts, removed, added)
    assert unpack_margins(before.packed()) == before
    if found is not None:
        assert found.learned == expected.learned
        for (learned, margins), (other, exact) in zip(found.rounds, expected.rounds, strict=True):
            assert learned == other
            for key, margin in exact.items():
                assert margins[key].articles == margin.articles
                assert margins[key].least <= margin.least <= margins[key].most


SITE_WORDS = ["anda", "Kamu", "KLIK", "berlangganan", "Google News", "\u017fitus", "k\u0131n\u0131.com", "@kami"]


@pytest.mark.parametrize("word", SITE_WORDS)
@pytest.mark.parametrize("around", ["{} ", "({}), ", "“{}”: ", "\u2013{}\u2013 "])
def test_a_sentence_speaks_of_the_site_however_its_word_is_written(word: str, around: str) -> None:
    rest = "dan sepuluh kata lain yang membuat baris ini sebuah kalimat yang panjang."
    keys = line_keys([f"Di sini {around.format(word)}{rest}", f"Di sini {around.format('kata')}{rest}"])
    assert [key & 3 for key in keys] == [SENTENCE, FRAGMENT]
