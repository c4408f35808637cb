"""Dates as Indonesian news writes them: day first, months by name or number.

The table of months is our own because a general date reader costs too much here: dateparser needs 0.26 s for
its first date, over half of what indexing five articles may take. The tests hold it against dateparser.
"""

import datetime
import re
from collections.abc import Iterator

from carikm.records import NamedTuple

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "januari jan",
            "februari pebruari feb peb",
            "maret mar",
            "april apr",
            "mei may",
            "juni jun",
            "juli jul",
            "agustus agu agt ags aug",
            "september sept sep",
            "oktober okt oct",
            "november nopember nov nop",
            "desember des dec",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: weekday
    for weekday, names in enumerate(("senin", "selasa", "rabu", "kamis", "jumat jum'at jum’at", "sabtu", "minggu ahad"))
    for name in names.split()
}
_BESIDE_WEEKDAY = (
    r"dini\s?hari|subuh|pagi|siang|sore|petang|malam|wib|wita|wit|pekan\s+lalu|lalu|kemarin|ini|besok|tanggal|tgl"
)
_DIGITS = re.compile(r"\d+")
# Names are compared as ASCII, since without it `ı` counts as `i` and is then in no table.
_DATE = re.compile(
    rf"""
    (?=\d)(?<![\d/-])(?<!\d[.,])(?:
        (?P<day>\d{{1,2}})\s*(?:[./-]\s*)?(?P<name>(?a:{"|".join(sorted(_MONTHS, key=len, reverse=True))}))\b\.?\s*
            (?:[./-]\s*)?(?P<year>\d{{4}})
      | (?P<nday>\d{{1,2}})(?P<separator>[/.-])(?P<nmonth>\d{{1,2}})(?P=separator)(?P<nyear>\d{{4}}|\d{{2}})
      | (?P<iyear>\d{{4}})-(?P<imonth>\d{{2}})-(?P<iday>\d{{2}})
    )(?![\d/-])
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Looked for only where there is a date, and only so far before it. Repeats are possessive: backing out of white space a
# step at a time would be cubic in its length.
_WEEKDAY_BEFORE = re.compile(
    rf"""
    (?-i:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?P<weekday>(?a:{"|".join(_WEEKDAYS)}))\b
    [\s,]*+(?:(?:{_BESIDE_WEEKDAY})\b[\s,]*+)*+(?:\(\s*+)?\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE = 100
_WEEKDAY_SIGNS = tuple({name[:3] for name in _WEEKDAYS})
# A full year, or one of two digits behind day and month; a text in ASCII is searched for it in half of the time.
_YEAR = re.compile(r"\d(?:\d{3}|[/.-]\d{1,2}[/.-]\d\d)")
_YEAR_IN_ASCII = re.compile(r"[0-9](?:[0-9]{3}|[/.-][0-9]{1,2}[/.-][0-9][0-9])")
_PAST = re.compile(r"\b(?:lalu|kemarin)\b", re.IGNORECASE)
# Minggu, 12 Januari 2020 mendatang; besok, Rabu (11/9/2019). But Rabu (18/9/2019) nanti malam is the article's own day.
_COMING = re.compile(
    r"\)?\s{1,3}(?:mendatang|(?:yang\s)?akan\sdatang|depan|besok|nanti(?!\s(?:pagi|siang|sore|petang|malam|dini)))\b",
    re.IGNORECASE,
)
_BEFORE_COMING = 14
_SHORT = 2  # digits
_YEARS = range(1900, 2100)


class DateMention(NamedTuple):
    """A full date in a text: its half-open span, the date, and whether the weekday beside it (if any) fits.

    `is_past` tells that the text calls it a day of the past: `Kamis lalu, 5 September 2019`; `is_coming` that it calls
    it one to come: `Minggu, 12 Januari 2020 mendatang`.
    """

    start: int
    end: int
    date: datetime.date
    weekday_fits: bool | None
    is_past: bool = False
    is_coming: bool = False


def find_dates(text: str) -> Iterator[DateMention]:
    """Find the dates that name day, month and year; impossible ones (31 February) are passed over.

    A year of two digits counts only beside the weekday that it makes (`Senin (15/1/24)`), as one from 2000 on.
    """
    any_year = _YEAR_IN_ASCII if text.isascii() else _YEAR
    if not any_year.search(text):  # most lines: the search for a date is far slower than for its year
        return
    for match in _matches(text):
        part = match.groupdict()
        year = int(part["year"] or part["nyear"] or part["iyear"])
        month = _MONTHS[part["name"].lower()] if part["name"] else int(part["nmonth"] or part["imonth"])
        day = int(part["day"] or part["nday"] or part["iday"])
        is_short = len(part["nyear"] or "") == _SHORT
        year += 2000 if is_short else 0
        if year not in _YEARS:
            continue
        try:
            date = datetime.date(year, month, day)
        except ValueError:
            continue
        named = _weekday_before(text, match.start())
        fits = _WEEKDAYS[named["weekday"].lower()] == date.weekday() if named else None
        if fits or not is_short:
            is_past = named is not None and _PAST.search(named[0]) is not None
            start = named.start() if named else match.start()
            yield DateMention(start, match.end(), date, fits, is_past, _is_coming(text, start, match))


def _is_coming(text: str, start: int, date: re.Match[str]) -> bool:
    """Tell whether a date, which with its weekday begins at `start`, is called one to come right before or behind."""
    before = text[max(0, start - _BEFORE_COMING) : start].rstrip(" ,(").lower()
    return (
        before.endswith(("besok", " esok", "esok hari"))
        or "besok" in text[start : date.start()].lower()
        or _COMING.match(text, date.end()) is not None
    )


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Find what may be a date; it begins with the first of some digits."""
    end = 0
    for digits in _DIGITS.finditer(text):
        if digits.start() >= end and (match := _DATE.match(text, digits.start())):
            end = match.end()
            yield match


def _weekday_before(text: str, end: int) -> re.Match[str] | None:
    start = max(0, end - _BEFORE)
    # The search for it tries every letter: most dates have no weekday's name before them.
    before = text[start:end].lower()
    return _WEEKDAY_BEFORE.search(text, start, end) if any(sign in before for sign in _WEEKDAY_SIGNS) else None
