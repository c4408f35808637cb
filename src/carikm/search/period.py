"""The days a search is limited to, as ISO dates, which compare as text."""

import re
from typing import TYPE_CHECKING

from carikm.errors import UsageError
from carikm.index.format import day_number
from carikm.search.query_parts import Period

if TYPE_CHECKING:
    import datetime

_LAST_DAY = 9999_12_31
# As Indonesian has it: 28-9-2020, 28/09/2020.
_DAY_FIRST = r"(?a:(\d{1,2})[-/](\d{1,2})[-/](\d{4}))"
_DATE = re.compile(r"(?a:(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?)")


def read_period(since: "datetime.date | str | None", until: "datetime.date | str | None") -> Period | None:
    """Read the days a search is limited to; None where it is not.

    Args:
        since: the first day: a date, or `2020`, `2020-09` or `2020-09-28`, of which the first day is meant.
        until: the last day, of which the last is meant: `2020-09` is 2020-09-30.

    Raises:
        UsageError: what was given is no such date, or the first day lies after the last.
    """
    if since is None and until is None:
        return None
    first, last = _day(since, "--since", range(1, 32)), _day(until, "--until", range(31, 0, -1))
    if first is not None and last is not None and first > last:
        raise UsageError(
            f"--since {since} lies after --until {until}.",
            f"Give the earlier day first: --since {until} --until {since}",
        )
    return Period(first, last)


def date_range(text: str) -> Period | None:
    """Read a date or a range of dates: `2020`, `2020-09..2022`, `2020..`, `..2019-12-31`; None for anything else."""
    first, dots, last = text.partition("..")
    try:
        return read_period(first or None, (last or None) if dots else first)
    except UsageError:
        return None


def day_bounds(period: Period) -> tuple[int, int]:
    """Give the first and the last day of a period as `carikm.index.format.day_number` writes them."""
    return day_number(period.since) or 1, day_number(period.until) or _LAST_DAY


def _day(given: "datetime.date | str | None", option: str, days: range) -> str | None:
    """Give the day that is meant; of a month, the first of `days` that it has."""
    import datetime

    if given is None:
        return None
    if isinstance(given, datetime.date):
        return given.isoformat()[:10]
    day_first = re.fullmatch(_DAY_FIRST, given)
    if match := day_first or _DATE.fullmatch(given):
        year, month, day = reversed(match.groups()) if day_first else match.groups()
        for candidate in days if day is None else (int(day),):
            try:
                return datetime.date(int(year), _month(month, days), candidate).isoformat()
            except ValueError:
                continue
    raise UsageError(
        f"{option} {given!r} is no date; a date is a year, a month or a day: 2020, 2020-09 or 2020-09-28.",
        f'For example: carikm search "sentra logam" {option} 2020-09',
    )


def _month(given: str | None, days: range) -> int:
    """Give the month that is meant; of a year, January or December, as the days run up or down."""
    if given is not None:
        return int(given)
    return 1 if days.step > 0 else 12
