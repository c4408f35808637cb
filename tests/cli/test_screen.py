"""What is drawn without rich's wrapping and tables is what rich would draw; a pager gets it as it is drawn."""

import io
import os
import re
from itertools import count
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.style import Style
from rich.table import Table
from rich.text import Text

from carikm.cli.environment import Color, Environment
from carikm.cli.safe import one_line, visible
from carikm.cli.screen import STYLES, Part, Screen, cells
from carikm.cli.table import GAP, Column, write_table

_LINK_IDS = re.compile(r"\bid=[0-9]+")
# Letters, what breaks lines, what is wide, what takes no room, what changes the width of what stands before it.
_CHARACTERS = "ab,…–· \t\n\r\x0b\x1b\x85\xa0\xadé\u0301\u0e33\u200b\u200d\u2028\u3000本한ｱ⚠\ufe0f👩🏽🇮🇩\U000e0061"
_TEXTS = st.one_of(st.text("abc de", max_size=40), st.text(_CHARACTERS, max_size=40), st.text(max_size=20), st.just(""))
_PARTS = st.builds(
    Part,
    _TEXTS,
    st.sampled_from(["", *STYLES]),
    st.sampled_from(["", "", "file:///arsip/kopi.txt"]),
    st.sampled_from([0, 0, 1, 3]),
)
_LEADS = st.none() | st.builds(
    Part,
    st.sampled_from(["", "1", "kata", "panjang sekali"]),
    st.sampled_from(["", "rank"]),
    link=st.just(""),
    tail=st.just(0),
)
_COLORS = st.sampled_from(Color)
_WIDTHS = st.integers(1, 60)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _screen(width: int = 80, color: Color = Color.auto, pager: str = "cat") -> tuple[Screen, Terminal]:
    stream = Terminal()
    variables = {"TERM": "xterm", "COLUMNS": str(width), "LINES": "24", "PAGER": pager, "PATH": os.environ["PATH"]}
    return Screen(Environment(stream, stream, variables), stream, color), stream


def _shown(stream: Terminal) -> str:
    return _LINK_IDS.sub("id=", stream.getvalue())


def _draw(screen: Screen, parts: list[Part], indent: int, lead: Part | None, *, links: bool) -> None:
    """Draw a line by rich alone."""
    console = screen.console
    width = max(1, console.width - indent)
    text = Text(overflow="fold")
    for part in parts:
        shown = visible(part.text)
        last = cells(shown.split(" ")[-1])
        if part.tail and last > width and 0 < last % width < part.tail:
            shown = f"{shown[: -part.tail]}\n{shown[-part.tail :]}"
        style = Style.parse(STYLES.get(part.style, ""))
        text.append(shown, style + Style(link=part.link) if part.link and links else style)
    margin = Text().append((lead.text if lead else "").ljust(indent), STYLES.get(lead.style, "") if lead else "")
    for row in text.wrap(console, width) or [text]:
        console.print(margin + row if row else margin if lead else row, soft_wrap=True)
        margin = Text(" " * indent)


@given(parts=st.lists(_PARTS, max_size=4), indent=st.integers(0, 9), lead=_LEADS, width=_WIDTHS, color=_COLORS)
@example(parts=[Part("a\u0301" * 20 + "  ")], indent=0, lead=None, width=20, color=Color.auto)
@example(parts=[Part("kata " * 4)], indent=0, lead=None, width=20, color=Color.auto)
def test_a_line_is_as_rich_draws_it(
    parts: list[Part], indent: int, lead: Part | None, width: int, color: Color
) -> None:
    screen, drawn = _screen(width, color)
    screen.line(*parts, indent=indent, lead=lead)
    oracle, expected = _screen(width, color)
    _draw(oracle, parts, indent, lead, links=color is not Color.never)
    assert _shown(drawn) == _shown(expected)


_COLUMNS = st.lists(
    st.builds(
        Column,
        st.sampled_from(["id", "judul"]),
        st.integers(5, 15),
        st.sampled_from(["", "title", "reference"]),
        is_number=st.booleans(),
        is_cut=st.booleans(),
    ),
    min_size=1,
    max_size=4,
)
# Rich takes whatever follows a zero width joiner for a part of it, even what it pads with.
_FIELDS = st.tuples(
    _TEXTS.map(lambda text: one_line(text).replace("\u200d", "").strip()), st.integers(0, 10**16).map(str)
)


@given(columns=_COLUMNS, rows=st.lists(st.lists(_FIELDS, min_size=4, max_size=4), max_size=4), color=_COLORS)
def test_a_table_is_as_rich_draws_it(columns: list[Column], rows: list[list[tuple[str, str]]], color: Color) -> None:
    fields = [
        [number if column.is_number else text for (text, number), column in zip(row, columns, strict=False)]
        for row in rows
    ]
    width = max(20, sum(column.width + GAP for column in columns))
    screen, drawn = _screen(width, color)
    write_table(columns, fields, screen)
    oracle, expected = _screen(width, color)
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(
            column.head,
            width=column.width,
            no_wrap=column.is_cut,
            overflow="ellipsis" if column.is_cut else "fold",
            justify="right" if column.is_number else "left",
        )
    for row in fields:
        styled = zip(row, columns, strict=True)
        table.add_row(*(Text(text, STYLES.get(column.style, "")) if text else "" for text, column in styled))
    oracle.console.print(table)
    assert drawn.getvalue() == expected.getvalue()


_LONG = [10**6]


def test_a_reader_who_leaves_ends_what_would_never_end(tmp_path: Path) -> None:
    record = tmp_path / "seen"
    screen, drawn = _screen(pager=f"head -n 2 > '{record}'")
    with screen.paged(_LONG):
        for number in count():
            screen.line(f"baris {number}")
    screen.line("sesudahnya")
    assert record.read_text() == "baris 0\nbaris 1\n"
    assert drawn.getvalue() == "sesudahnya\n"


@pytest.mark.parametrize("lines", [3, 100_000])
def test_without_a_pager_all_is_written_in_order(lines: int) -> None:
    screen, drawn = _screen(pager="no-such-pager 2>/dev/null")
    with screen.paged(_LONG):
        for number in range(lines):
            screen.line(f"baris {number}")
    screen.line("sesudahnya")
    assert drawn.getvalue() == "".join(f"baris {number}\n" for number in range(lines)) + "sesudahnya\n"


def test_an_interrupt_leaves_the_reader_with_what_there_is(tmp_path: Path) -> None:
    record = tmp_path / "seen"
    screen, drawn = _screen(pager=f"cat > '{record}'")
    with screen.paged(_LONG):
        screen.line("baris pertama")
        raise KeyboardInterrupt
    assert record.read_text() == "baris pertama\n"
    assert drawn.getvalue() == ""


def test_an_interrupt_without_a_pager_is_one() -> None:
    screen, drawn = _screen(pager="no-such-pager 2>/dev/null")
    with pytest.raises(KeyboardInterrupt), screen.paged(_LONG):
        screen.line("baris pertama")
        raise KeyboardInterrupt
    assert drawn.getvalue() == "baris pertama\n"


def test_a_fault_is_told_when_the_reader_has_left(tmp_path: Path) -> None:
    record = tmp_path / "seen"
    screen, _ = _screen(pager=f"cat > '{record}'")
    with pytest.raises(ZeroDivisionError), screen.paged(_LONG):
        screen.line("baris pertama")
        raise ZeroDivisionError
    assert record.read_text() == "baris pertama\n"
