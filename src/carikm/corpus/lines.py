"""The lines of an article, numbered as an editor numbers them."""

import re

from carikm.records import NamedTuple

HAS_WORD = re.compile(r"\w")
# What a line may begin and end with, in any order, and show nothing there: white space as `str.strip` has it,
# marks of no width, and the soft hyphen.
_BLANK = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\u200c\u200d\u2060\u00ad"
)


class Line(NamedTuple):
    """A line with something on it: its number from 1, its stripped span in code points, its words."""

    number: int
    start: int
    end: int
    words: int


def line_separator(text: str) -> str:
    """Tell what ends the lines of a text: a line feed, or a carriage return where it has no line feed."""
    return "\n" if "\n" in text else "\r"


def split_lines(text: str) -> list[Line]:
    """Find the lines that are not blank.

    Lines end at line feeds, so that numbers agree with grep and editors; only a text without a single line feed
    is taken to end its lines with carriage returns.
    """
    lines = []
    start = 0
    for number, line in enumerate(text.split(line_separator(text)), start=1):
        if stripped := line.strip(_BLANK):
            first = start if len(stripped) == len(line) else start + line.index(stripped)
            lines.append(Line(number, first, first + len(stripped), len(stripped.split())))
        start += len(line) + 1
    return lines
