"""Headline, outlet and date of an article, each with the line it was read from.

Nothing is guessed: what the text does not say in one of the forms below stays None. Two outlets or dates may
well stand in one article; the page's own header counts before the body, and what comes first before the rest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

from carikm.corpus.dates import DateMention, find_dates


class NumberedLine(NamedTuple):
    """A line that is not blank and not boilerplate: its number from 1 and its text."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A value read from an article: from which line (numbered from 1), and how."""

    value: str
    line: int
    how: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an article says of itself; `date` is an ISO date."""

    headline: Found | None
    outlet: Found | None
    date: Found | None


# Within the page's header: before the first line that reads like the article itself.
_HEADER_LINES = 10
_DATELINES = 8
_DATED_LINES = 10
# Nothing of the header is longer, and the patterns below need not be fast on a line of a megabyte.
_HEAD = 300
_HEADLINE_MIN_WORDS, _HEADLINE_MAX_WORDS = 4, 25
_SENTENCE_WORDS = 12
_DASH = r"(?:–|—|--?)"
_DOMAIN = r"[A-Za-z0-9][A-Za-z0-9-]*\.(?i:com|co\.id|co|id|net|org|tv|news|info)"
_SENTENCE_END = re.compile(r"""[.!…]["”’')\]]*$""")

# SOLOPOS.COM - Ilustrasi …   RADARSEMARANG.ID, Semarang – Sebanyak …   TEMPO.CO, Jakarta - …
_OUTLET_FIRST = re.compile(rf"(?P<outlet>{_DOMAIN})\s*(?:,\s*[\w .'/-]{{2,40}}?)?\s*{_DASH}\s*\S")
# SEMARANG, Lingkarjateng.id – Pemerintah …
_PLACE_FIRST = re.compile(rf"[A-Z][\w .'/-]{{1,40}},\s*(?P<outlet>{_DOMAIN})\s*{_DASH}\s*\S")
# SEMARANG (Sigi Jateng) – Dinas …   Jakarta (ANTARA) - …
_PLACE_BRACKET = re.compile(rf"[A-Z][\w .'/]{{1,40}}\((?P<outlet>[A-Z][\w .]{{2,30}})\)\s*{_DASH}\s*\S")
# Jakarta, CNN Indonesia -- …: a name without a dot counts only where the table knows it.
_PLACE_NAME = re.compile(rf"[A-Z][\w .'/-]{{1,40}},\s*(?P<outlet>[A-Z][\w ]{{2,30}}?)\s*{_DASH}\s*\S")
# Redaksi Solopos.com / Rahmat Wibisono | SOLOPOS.COM
_CREDIT = re.compile(rf"(?:Redaksi[\s:]+|.*\|\s*)(?P<outlet>{_DOMAIN})\b", re.IGNORECASE)
_ANY_DATELINE = re.compile(rf"(?:{_DOMAIN}|[A-Z][A-Z .'/-]{{2,30}})\s*(?:[,(][^–—]{{2,40}}?)?\s*{_DASH}\s", re.ASCII)
_BYLINE = re.compile(
    r"(?:oleh|penulis|editor|reporter|redaksi|wartawan|pewarta|laporan|foto|sumber|by)\s*:|(?:oleh|by) (?!-)",
    re.IGNORECASE,
)
_BYLINE_WORDS = 6
# A full stop ends a sentence of the body; a title may well end in an exclamation, or trail off.
_FULL_STOP = re.compile(r"""(?<!\.)\.["”’')\]]*$""")
_BULLET = re.compile(r"[-–—•*·▪►»>]\s")
# Semarang, 5 Mei 2020
_PLACE = re.compile(r"[A-Z][\w.'-]{2,20}(?: [A-Z][\w.'-]{2,20})?, ?")
_DATE_LINE_REST = re.compile(
    r"\b(?:pukul|jam|wib|wita|wit|gmt|utc|diterbitkan|dipublikasikan|terbit|tayang|published|posted|on|pada|hari"
    rf"|update|updated|diperbarui|tanggal|tgl|at|am|pm)\b|\b\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?\b|\b{_DOMAIN}|[\W_]",
    re.IGNORECASE,
)


def read_metadata(lines: Sequence[NumberedLine]) -> Metadata:
    """Read what an article says of itself from its lines, boilerplate left out."""
    return Metadata(_headline(lines), _outlet(lines), _date(lines))


def _headline(lines: Sequence[NumberedLine]) -> Found | None:
    """Take the first line of the header that reads like a title, past section names, dates and bylines."""
    for place, line in enumerate(lines[:_HEADER_LINES]):
        stands_alone = place + 1 == len(lines) or lines[place + 1].number > line.number + 1
        if _opens_body(line.text, stands_alone):
            return None
        words = len(line.text.split())
        if (
            _HEADLINE_MIN_WORDS <= words <= _HEADLINE_MAX_WORDS
            and not _is_date_line(line.text)
            and not (_BYLINE.match(line.text) and words <= _BYLINE_WORDS)
            and not _CREDIT.fullmatch(line.text)
            and not _BULLET.match(line.text)
        ):
            return Found(line.text, line.number, "title line")
    return None


def without_dateline(text: str) -> str:
    """Drop `SEMARANG, Lingkarjateng.id –` and the like from the head of a sentence."""
    if named := _named_dateline(text):
        return text[named.end() - 1 :]
    match = _ANY_DATELINE.match(text[:_HEAD])
    return text[match.end() :] if match else text


def _named_dateline(text: str) -> re.Match[str] | None:
    """Match a dateline that names its outlet, and the first character after it."""
    for pattern in (_OUTLET_FIRST, _PLACE_FIRST, _PLACE_BRACKET):
        if match := pattern.match(text[:_HEAD]):
            return match
    match = _PLACE_NAME.match(text[:_HEAD])
    return match if match and match["outlet"].casefold() in _known_names() else None


def _opens_body(text: str, stands_alone: bool) -> bool:
    """Tell the article's first sentence, or its dateline, from a line of the header.

    A line that stands alone, with a blank line after it, may end in an exclamation or trail off and be a title.
    """
    if len(text) > _HEAD or _ANY_DATELINE.match(text) or _named_dateline(text):
        return True
    words = len(text.split())
    if words > _HEADLINE_MAX_WORDS:
        return True
    ends = _FULL_STOP if stands_alone else _SENTENCE_END
    return words >= _HEADLINE_MIN_WORDS and ends.search(text) is not None


def _outlet(lines: Sequence[NumberedLine]) -> Found | None:
    for line in lines[:_HEADER_LINES]:
        if len(line.text) > _HEAD or len(line.text.split()) > _SENTENCE_WORDS or _SENTENCE_END.search(line.text):
            continue
        if match := _CREDIT.match(line.text):
            return Found(_outlet_name(match["outlet"]), line.number, "credit line")
    for line in lines[: _HEADER_LINES + _DATELINES]:
        if match := _named_dateline(line.text):
            return Found(_outlet_name(match["outlet"]), line.number, "dateline")
    return None


def _outlet_name(written: str) -> str:
    return _outlet_table().get(written.casefold(), written)


@cache
def _outlet_table() -> dict[str, str]:
    rows = (resources.files(__package__) / "outlets.tsv").read_text(encoding="utf-8").splitlines()
    table = {}
    for row in rows:
        if row and not row.startswith("#"):
            domain, name = row.split("\t")
            table[domain] = name
    return table


@cache
def _known_names() -> frozenset[str]:
    return frozenset(name.casefold() for name in _outlet_table().values())


def _date(lines: Sequence[NumberedLine]) -> Found | None:
    """Take the header's date line; else the first date near the text's beginning that a weekday stands beside.

    Further down, a date with its weekday is as likely to be that of an event the article tells of.
    """
    for line in lines[:_HEADER_LINES]:
        if mention := _date_of_line(line.text):
            return Found(mention.date.isoformat(), line.number, "date line")
    for line in lines[:_DATED_LINES]:
        for mention in find_dates(line.text):
            if mention.weekday_fits is not None:
                how = "in the text" if mention.weekday_fits else "in the text; its weekday does not fit"
                return Found(mention.date.isoformat(), line.number, how)
    return None


def _is_date_line(text: str) -> bool:
    return _date_of_line(text) is not None


def _date_of_line(text: str) -> DateMention | None:
    """Read a line that holds a date and nothing else but a place, a time, a zone, an outlet or words like `pukul`."""
    if len(text) > _HEAD:
        return None
    for mention in find_dates(text):
        before = text[: mention.start]
        rest = ("" if _PLACE.fullmatch(before) else before) + " " + text[mention.end :]
        if not _DATE_LINE_REST.sub("", rest):
            return mention
    return None
