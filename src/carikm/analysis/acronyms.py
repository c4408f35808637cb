"""Which short forms a text defines: `usaha mikro, kecil, dan menengah (UMKM)`, `Polres (Kepolisian Resor)`.

The base is A. S. Schwartz and M. A. Hearst, A simple algorithm for identifying abbreviation definitions in
biomedical text (PSB 2003): a short form in parentheses behind its long form, or the other way round, whose
characters stand in the long form in order, the first at its beginning. Indonesian acronyms are made of syllables
as well as of initials, so `carikm.analysis.alignment` decides which words a short form is made of, and at what cost;
the limits here were set by reading what each of them let through in a large archive of news.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from carikm.analysis.alignment import Phrase, align, align_initials
from carikm.analysis.readings import key_of
from carikm.analysis.tokens import normalize

# As many characters as the longest long form may have, and as many as each of its words may take in the mean.
_REACH = 240
_WORD_ROOM = 16
_LONGEST_SHORT = 16
_SHORTEST_LONG = 5
# Capitals that are no initials may be syllables (KARHUTLA) from this many letters on.
_LEAST_CAPITAL_SYLLABLES = 5
_QUOTES = '"“”„‘«»‹›*'

_PARENTHESIS = re.compile(rf"\(([^()]{{2,{_REACH}}})\)")
_SHORT = re.compile(rf"[^\W_]{{2,{_LONGEST_SHORT}}}")
# World Health Organization/WHO; Lembaga Sensor Film atau LSF
_BOTH = re.compile(
    rf"([^/]{{{_SHORTEST_LONG},{_REACH}}}?)(?:\s?[/,;]\s?|\s(?:atau|disingkat)\s)([^\W_]{{2,{_LONGEST_SHORT}}})"
)
_INTRODUCED = re.compile(r"(?:atau |yang )?(?:disingkat|singkatan dari|kependekan dari|akronim dari|atau)\s+")
_OR = re.compile(r" atau (?:yang )?(?:biasa )?(?:disingkat )?([A-Z][A-Za-z0-9]{2,15})(?![^\W_]|[-/.][^\W_])")

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_JOINED = re.compile(rf"((?<=[^\W_][-/]))?{_WORD.pattern}")
# A single line break may stand in a paragraph, a blank line ends it.
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
# What ends a sentence or sets a phrase apart.
_BOUNDARY = re.compile(rf"[.!?:;()\[\]{{}}|…–—{_QUOTES}]|,\s*,|\s,|\s-\s|{_BLANK_LINE.pattern}")
_COORDINATOR = re.compile(r"\b(?:dan|and|serta)\b|&")


class Definition(NamedTuple):
    """A short form with the long form that a text gives for it.

    `short` and `long` are as written, but for white space. `short_key` is the surface form by which the short one
    is searched, `long_key` what ways of writing the long one share (see `carikm.analysis.readings`). `start` and
    `end` are the half-open span of code points from the beginning of the one to the end of the other.
    """

    short: str
    long: str
    short_key: str
    long_key: str
    start: int
    end: int


class _Words(NamedTuple):
    """The last words of a stretch of text."""

    phrase: Phrase
    start: int
    end: int

    def span_from(self, text: str, first: int) -> tuple[int, int]:
        """Give the span from one of the words to the end of the last."""
        spans = [match.span() for match in _WORD.finditer(text, self.start, self.end)]
        return spans[first - len(self.phrase.surfaces)][0], spans[-1][1]


_Pair = tuple[tuple[int, int], tuple[int, int]]  # the spans of a short form and of its long one
_normalized = lru_cache(maxsize=1 << 14)(normalize)


def find_definitions(text: str) -> Iterator[Definition]:
    """Find the definitions of short forms in a text, in order of the short ones.

    One of the two forms stands in parentheses behind the other, or both stand there (`(World Health
    Organization/WHO)`); initials are also taken where they follow on *atau*. No definition goes beyond its
    paragraph.
    """
    found: set[_Pair] = set()
    if "(" in text:
        for match in _PARENTHESIS.finditer(text):
            if pair := _in_parentheses(text, match):
                found.add(pair)
    if " atau " in text:
        for match in _OR.finditer(text):
            if pair := _behind_or(text, match):
                found.add(pair)
    for short, long in sorted(found):
        start, end = min(short[0], long[0]), max(short[1], long[1])
        if not _BLANK_LINE.search(text, start, end):
            written, long_written = text[slice(*short)], " ".join(text[slice(*long)].split())
            long_key = key_of(map(normalize, _WORD.findall(long_written)))
            yield Definition(written, long_written, normalize(written), long_key, start, end)


def _in_parentheses(text: str, match: re.Match[str]) -> _Pair | None:
    """Read what stands in parentheses: a short form, a long one, or both."""
    if "\n" in match[1] and _BLANK_LINE.search(match[1]):
        return None
    start, end = _stripped(text, *match.span(1))
    if introduced := _INTRODUCED.match(text, start, end):
        start, end = _stripped(text, introduced.end(), end)
    if end - start <= _LONGEST_SHORT and _SHORT.fullmatch(text, start, end):
        short = text[start:end]
        long = None if short.isdigit() else _long_before(text, match.start(), short)
        return ((start, end), long) if long else None
    if end - start < _SHORTEST_LONG or not text[start].isalpha():
        return None
    if (both := _BOTH.fullmatch(text, start, end)) and _is_initials(both[2]):
        long = _long_within(text, *both.span(1), both[2])
        if long:
            return both.span(2), long
    before = _short_before(text, match.start())
    long = _long_within(text, start, end, text[slice(*before)]) if before else None
    return (before, long) if before and long else None


def _behind_or(text: str, match: re.Match[str]) -> _Pair | None:
    """Read what stands before *atau* and initials; only if every one is the first letter of a word."""
    if not _is_initials(match[1]):
        return None
    words = _words_before(text, match.start(), len(match[1]))
    first = align_initials(match[1].lower(), words.phrase)
    return None if first is None else (match.span(1), words.span_from(text, first))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out white space and quotation marks around a stretch."""
    while start < end and (text[start] in _QUOTES or text[start].isspace()):
        start += 1
    while start < end and (text[end - 1] in _QUOTES or text[end - 1].isspace()):
        end -= 1
    return start, end


def _is_initials(short: str) -> bool:
    """Tell initials (UMKM, KontraS, K3) from syllables (Polres, medsos)."""
    if short.isupper():
        return True
    capitals = sum(map(str.isupper, short))
    return capitals >= 2 and capitals >= sum(map(str.islower, short))


def _short_before(text: str, end: int) -> tuple[int, int] | None:
    """Find the word right before a parenthesis, if it may be a short form."""
    start, end = _stripped(text, max(0, end - _LONGEST_SHORT - 4), end)
    words = list(_WORD.finditer(text, start, end))
    if not words or words[-1].end() != end or not _SHORT.fullmatch(words[-1][0]):
        return None
    first = words[-1].start()
    if first and (text[first - 1] in "-/." or (first == start and not text[first - 1].isspace())):
        return None  # only a part of what is written together
    return first, end


def _long_before(text: str, end: int, short: str) -> tuple[int, int] | None:
    words = _words_before(text, end, len(short))
    first = _align(short, words.phrase, whole=False)
    if first is None:
        return None
    start, end = words.span_from(text, first)
    comma = text.find(",", start, end)
    if comma > 0 and text.find(",", comma + 1, end) < 0 and not _COORDINATOR.search(text, comma, end):
        # No list: `Kemarin, Kepala Bidang (Kabid)`, unless the part behind the comma is too little.
        words = _words_in(text, comma, end, len(words.phrase.surfaces))
        first = _align(short, words.phrase, whole=False)
        if first is not None:
            return words.span_from(text, first)
    return start, end


def _long_within(text: str, start: int, end: int, short: str) -> tuple[int, int] | None:
    """Take a stretch for the long form, or its part before a semicolon or the like."""
    boundary = _BOUNDARY.search(text, start, end)
    most = 2 * len(short) + 2
    words = _words_in(text, start, boundary.start() if boundary else end, most + 1)
    if len(words.phrase.surfaces) > most:
        return None
    first = _align(short, words.phrase, whole=True)
    return None if first is None else words.span_from(text, first)


def _words_before(text: str, end: int, letters: int) -> _Words:
    """List the words before a place, as many as a short form of so many letters may stand for."""
    most = min(letters + 5, 2 * letters)
    start = max(0, end - min(_REACH, _WORD_ROOM * most))
    end = _stripped(text, start, end)[1]
    if start and not text[start - 1].isspace():
        while start < end and not text[start].isspace():
            start += 1
    for boundary in _BOUNDARY.finditer(text, start, end):
        start = boundary.end()
    return _words_in(text, start, end, most)


def _words_in(text: str, start: int, end: int, most: int) -> _Words:
    """List the words of a stretch, the last ones if there are too many."""
    stretch = text[start:end]
    surfaces = [_normalized(word) for word in _WORD.findall(stretch)][-most:]
    if "-" in stretch or "/" in stretch:
        inner = [match[1] is not None for match in _JOINED.finditer(stretch)][-most:]
    else:
        inner = [False] * len(surfaces)
    return _Words(Phrase(surfaces, inner), start, end)


def _align(short: str, phrase: Phrase, *, whole: bool) -> int | None:
    """Find the word with which the long form of a short form begins."""
    if len(phrase.surfaces) < 2:
        return None
    if not _is_initials(short):
        return _align_syllables(short, phrase, whole=whole)
    for letters in _spelled(short):
        first = align_initials(letters, phrase)
        if first is not None and not (whole and first):
            return first
        found = align(letters, phrase, by_syllables=False, whole=whole)
        if found and found.stretches >= 2 and found.cost <= _most_for_initials(len(letters)):
            return found.start
    if len(short) < _LEAST_CAPITAL_SYLLABLES:
        return None
    return _align_syllables(short, phrase, whole=whole)


def _align_syllables(short: str, phrase: Phrase, *, whole: bool) -> int | None:
    surface = _normalized(short)
    found = align(surface, phrase, by_syllables=True, whole=whole)
    if not found or found.stretches < 2:
        return None
    # A word explained by itself, such as `senjata (senjata api)`, is no short form.
    if any(surface in word for word in phrase.surfaces[found.start :]):
        return None
    allowed = 0.35 * found.stretches + 0.4
    if whole:
        # Any word may stand before a parenthesis; where the long form's extent is given, a word may be passed over.
        allowed += -0.5 if short[0].islower() else 0.8 if found.stretches >= 3 else 0.2
    return found.start if found.cost <= allowed else None


def _most_for_initials(letters: int) -> float:
    """Tell how much the alignment of so many letters may cost: a word passed over needs four of them."""
    if letters <= 3:
        return 0.4
    return 1.3 if letters <= 5 else 1.6


def _spelled(short: str) -> Iterator[str]:
    """Give the letters of a short form: P3K as it is, as PPPK, and a 2 between letters as the t of *to*."""
    letters = _normalized(short)
    yield letters
    if not letters.isalpha():
        yield re.sub(r"(\D)([2-4])|^([2-4])(\D)", _repeated, letters)
        yield letters.replace("2", "t").replace("4", "f")


def _repeated(match: re.Match[str]) -> str:
    letter, times = (match[1], match[2]) if match[1] else (match[4], match[3])
    return letter * int(times)
