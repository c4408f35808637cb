"""The lines of an article, numbered as an editor numbers them."""

import re
from dataclasses import dataclass

_LINE_FEED = re.compile(r"[^\n]+")
_CARRIAGE_RETURN = re.compile(r"[^\r]+")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"


@dataclass(frozen=True, slots=True)
class Line:
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
    separator = line_separator(text)
    pattern = _LINE_FEED if separator == "\n" else _CARRIAGE_RETURN
    lines = []
    number, place = 1, 0
    for match in pattern.finditer(text):
        number += text.count(separator, place, match.start())
        place = match.start()
        content = match[0]
        stripped = content.strip().strip(_INVISIBLE).strip()
        if stripped:
            start = match.start() + content.index(stripped)
            lines.append(Line(number, start, start + len(stripped), len(stripped.split())))
    return lines
