"""Nothing from an article, a file name or a query acts on the terminal.

Control characters are shown as what they are instead of being sent. Every replacement is one character for
one, so that spans stay right.
"""

import re
from functools import cache

_PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"} | {0x7F: 0x2421}
_REPLACEMENT = 0xFFFD
# Controls; separators, bidirectional and other controls that reorder, reshape or break lines; marks of annotations;
# halves of surrogate pairs.
_SUSPECT = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufff9-\ufffb]"
# So much of a text is shown around a place in it.
_BEFORE, _BEHIND = 40, 30
_WHITE_SPACE = re.compile(r"\s+")


def visible(text: str) -> str:
    """Replace every character that could act on a terminal by a visible one; line breaks and tabs stay."""
    if text.replace("\n", "").isprintable():
        return text
    return _suspect().sub(lambda found: chr(_PICTURES.get(ord(found[0]), _REPLACEMENT)), text)


@cache
def _suspect() -> re.Pattern[str]:
    return re.compile(_SUSPECT)  # 2 ms, and most of what is shown can be told harmless without it


def one_line(text: str) -> str:
    """Make text safe to stand in the middle of a line: runs of white space become one space each."""
    return visible(_WHITE_SPACE.sub(" ", text))


def pointed_out(text: str, position: int) -> tuple[str, str]:
    """Show a place in a text: the text around it on one line, and a caret below it."""
    start = max(0, position - _BEFORE)
    before = ("…" if start else "") + _one_for_one(text[start:position])
    behind = _one_for_one(text[position : position + _BEHIND]) + ("…" if len(text) > position + _BEHIND else "")
    return f"  {before}{behind}", f"  {' ' * _width(before)}^"


def _one_for_one(text: str) -> str:
    return visible("".join(" " if character.isspace() else character for character in text))


def _width(text: str) -> int:
    """Give the cells of a terminal that a text takes."""
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(character) else 1 + (east_asian_width(character) in "WF") for character in text)


def has_controls(text: str) -> bool:
    """Tell whether text holds a character that could act on a terminal."""
    return _suspect().search(text.replace("\r\n", "\n")) is not None
