"""From text to tokens: the words of a text, with offsets into it.

A token's `surface` is the normalised form that is indexed; normalising changes what a token says and never
where it stands, so that what is highlighted is what was found.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Longer "words" are scraping accidents; a prefix of this length still finds them.
MAX_SURFACE_LENGTH = 64

_COMBINING = r"\u0300-\u036f\u064b-\u065f"  # accents and Arabic vowels written apart from their letter
_INVISIBLE = r"\u00ad\u200c\u200d\u2060\ufeff"  # soft hyphen, joiners: they leave a word whole
_APOSTROPHES = "'’ʼ"
_TOKEN = re.compile(
    rf"""
      \d+(?:[.,]\d+)+                 # 3.178 and 5,61 are one number each
    | [Rr][Pp](?=\d)                  # Rp1.500 is a currency and a number
    | [^\W_]+(?:[{_COMBINING}{_INVISIBLE}{_APOSTROPHES}]+[^\W_]+)*[{_COMBINING}]*   # Jum'at, Qur’an
    """,
    re.VERBOSE,
)
_REMOVED = re.compile(f"[{_INVISIBLE}{_APOSTROPHES}]")
_ACCENTS = re.compile("[\u0300-\u036f]")
# 2.500 is 2500, and 1.250,75 is 1250,75; a comma is the decimal one.
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")


class Token(NamedTuple):
    """An occurrence: its half-open span of code points, and the form it is indexed by."""

    start: int
    end: int
    surface: str


def tokenize(text: str) -> Iterator[Token]:
    """Find the tokens of a text, in order."""
    for match in _TOKEN.finditer(text):
        yield Token(match.start(), match.end(), normalize(match[0]))


def raw_tokens(text: str) -> list[str]:
    """Find what `tokenize` finds, as written and without offsets: the indexer's fast path."""
    return _TOKEN.findall(text)


def normalize(token: str) -> str:
    """Bring a token to the form it is indexed by: plain letters, no case, no accents, apostrophes or thousands' dots.

    Never empty for anything that the tokenizer yields.
    """
    if token.isascii():
        surface = token.lower().replace("'", "")
        if _THOUSANDS.fullmatch(surface):
            surface = surface.replace(".", "")
    else:
        import unicodedata

        bare = _REMOVED.sub("", token)
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", bare).casefold())
        surface = unicodedata.normalize("NFC", "".join(_ACCENTS.sub("", folded).split()))
    return surface[:MAX_SURFACE_LENGTH] or token
