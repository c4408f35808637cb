"""Lines and their numbers, as grep and editors have them."""

import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.corpus.lines import Line, line_separator, split_lines

INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
UGLY = st.text(st.sampled_from("ab \t\n\r\v\f\x1c\x85\xa0\u2028\u3000" + INVISIBLE), max_size=40)


def _numbered(text: str) -> list[tuple[int, str]]:
    return [(line.number, text[line.start : line.end]) for line in split_lines(text)]


def test_line_feeds_are_counted_and_blank_lines_left_out() -> None:
    assert _numbered("satu\n\n  dua tiga \n\t\nempat") == [(1, "satu"), (3, "dua tiga"), (5, "empat")]


def test_carriage_returns_before_line_feeds_are_no_lines_of_their_own() -> None:
    assert _numbered("satu\r\n\r\ndua\r\n") == [(1, "satu"), (3, "dua")]


def test_carriage_returns_count_where_there_is_no_line_feed() -> None:
    assert _numbered("satu\r\rdua\r") == [(1, "satu"), (3, "dua")]


def test_a_lone_carriage_return_among_line_feeds_is_no_line_end() -> None:
    assert _numbered("satu\rdua\ntiga") == [(1, "satu\rdua"), (2, "tiga")]


def test_other_separators_of_unicode_end_no_line() -> None:
    assert _numbered("satu\u2028dua\x85tiga\x0cempat\nlima")[1] == (2, "lima")


def test_what_shows_nothing_makes_no_line() -> None:
    assert _numbered(f"satu\n{INVISIBLE}\xa0{INVISIBLE} \u3000\u200b\ndua") == [(1, "satu"), (3, "dua")]


def test_marks_of_no_width_are_stripped_only_at_the_ends() -> None:
    assert _numbered("\ufeff \u200bko\u00adta\u200b\xa0\u200b") == [(1, "ko\u00adta")]


def test_every_white_space_is_stripped() -> None:
    spaces = "".join(letter for letter in map(chr, range(sys.maxunicode + 1)) if letter.isspace() and letter != "\n")
    assert _numbered(f"{spaces}kata{spaces}\n") == [(1, "kata")]


def test_words_are_counted_between_spaces() -> None:
    assert split_lines("  tiga kata - saja,  ya \n") == [Line(1, 2, 23, 5)]


@settings(max_examples=300, deadline=None)
@given(UGLY)
def test_lines_are_those_of_a_plain_split(text: str) -> None:
    separator = "\n" if "\n" in text else "\r"
    assert line_separator(text) == separator

    def shown(content: str) -> str:
        while content and (content[0].isspace() or content[0] in INVISIBLE):
            content = content[1:]
        while content and (content[-1].isspace() or content[-1] in INVISIBLE):
            content = content[:-1]
        return content

    plain = [(number, shown(content)) for number, content in enumerate(text.split(separator), start=1)]
    assert _numbered(text) == [(number, content) for number, content in plain if content]
    for line in split_lines(text):
        assert line.number == 1 + text.count(separator, 0, line.start)
        assert line.words == len(text[line.start : line.end].split())
