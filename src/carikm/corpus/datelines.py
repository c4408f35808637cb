"""Datelines: the place, and often the outlet and the day, that stand before a dash at the head of a text.

    SEMARANG, Lingkarjateng.id – …    TEMPO.CO, Jakarta - …    Jakarta (ANTARA) - …    WASHINGTON, SENIN — …
    KOMPAS.com - …                    Rimanews - …             SUKABUMI – …            Jakarta, 13 Maret 2020 – …

A dash stands between words in many other sentences ("Tol Jakarta - Cikampek"). So a dateline must name an outlet
that is a domain, is in brackets, or is known; else its place must be known, stand in capitals, or be one that the
paragraph goes on to speak of as a place.
"""

import re
from functools import cache
from typing import NamedTuple

from carikm.corpus import CERTAIN, DOUBTFUL, LIKELY
from carikm.corpus.outlets import DOMAIN, is_outlet, outlet_name, sounds_like_press
from carikm.patterns import pattern
from carikm.tables import table_rows

# No dateline is longer, and the patterns below need not be fast on a line of a megabyte.
_HEAD = 300
# Its dash stands within so much: most lines have none there, and cost no more than this look.
_DASHED = 130
_DASH_BEHIND_BRACKET = pattern(r"\)\s{0,3}[–—-]")
_MIN_WORDS_AFTER = 8
_PARAGRAPH = 5_000
_DASH = r"\s{0,3}(?:–|—|--?)"
_FREE_DASH = r"\s{0,3}(?:–|—|--?)(?=\s)"
_PLACE = r"(?P<place>[A-Z][\w .,'’/-]{1,60}?)"
_NAME = r"[A-Z][\w.'’]*(?:[ /-][A-Z][\w.'’]*){0,3}"
_WEEKDAY = r"(?i:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad)"
_DATE = r"\d{1,2} [A-Za-z]{3,9} \d{4}|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?"
_DAY = rf"(?:,?\s{{0,3}}{_WEEKDAY})?,?\s{{0,3}}\(?(?:{_DATE})?\)?"
# Whatever may follow the dash: the text, a quotation, or nothing, where the text was lost on the way.
_FORMS = tuple(
    pattern(form)
    for form in (
        # SOLOPOS.COM - Ilustrasi …   RADARSEMARANG.ID, Semarang – …   SURYA.co.id | SURABAYA - …
        rf"(?P<outlet>{DOMAIN})(?:\s{{0,3}}[,|]\s{{0,3}}{_PLACE})?{_DAY}{_DASH}",
        rf"(?P<outlet>{DOMAIN})\s(?P<place>{_NAME}){_DASH}",
        # SEMARANG, Lingkarjateng.id – …
        rf"{_PLACE},\s{{0,3}}(?P<outlet>{DOMAIN}){_DAY}{_DASH}",
        # SEMARANG (Sigi Jateng) – …   Bekasi, Jawa Barat (ANTARA) - …
        rf"{_PLACE}{_DAY}\s{{0,3}}\((?P<outlet>[A-Z][\w .]{{2,30}})\){_DASH}",
        # Jakarta, CNN Indonesia -- …: a name without a dot counts only where the table knows it.
        rf"(?P<place>[A-Z][\w .'’/-]{{1,40}}?),\s{{0,3}}(?P<known>[A-Z][\w ]{{2,30}}?){_DASH}",
        # Rimanews - …   VIVA, Jakarta – …
        rf"(?P<known>[A-Z][\w ]{{2,30}}?)(?:,\s{{0,3}}{_PLACE})?{_FREE_DASH}",
    )
)
_IN_BRACKETS = _FORMS[3]
_ONE_PLACE = pattern(_NAME)
# What is written in capitals before a dash and is no place: BREAKING NEWS - …   RI - …
_NO_PLACE = pattern(r"[A-Z]{1,4}|.*\b(?:VIDEO|FOTO|BERITA|BREAKING|POPULER|HASIL|JADWAL|LIVE|ZODIAK|HOAKS|OPINI)\b.*")
# SUKABUMI – …   Jakarta - …   Jakarta, Senin (28/9/2020) – …
_BARE = pattern(
    rf"(?P<place>{_NAME}(?:, (?!{_WEEKDAY}){_NAME})?){_DAY}{_FREE_DASH}\s{{1,3}}(?P<text>[^a-z\s].*)", re.DOTALL
)


class Dateline(NamedTuple):
    """What a dateline says, where its dash ends, and how surely it is one; a place in capitals is written usually."""

    place: str | None
    outlet: str | None
    end: int
    certainty: str


def read_dateline(text: str) -> Dateline | None:
    """Read the dateline at the head of a paragraph, if it has one."""
    if not _has_dash(text):
        return None
    return _with_outlet(text[:_HEAD]) or _bare(text[:_PARAGRAPH])


def names_outlet(text: str) -> bool:
    """Tell whether a text begins with a dateline that names its outlet."""
    return _has_dash(text) and _with_outlet(text[:_HEAD]) is not None


def _has_dash(text: str) -> bool:
    head = text[:_DASHED]
    return "-" in head or "–" in head or "—" in head


def _with_outlet(head: str) -> Dateline | None:
    for form in _FORMS:
        # Where no bracket stands before a dash, it takes the fourth form longest to see that it does not fit.
        match = form.match(head) if form is not _IN_BRACKETS or _DASH_BEHIND_BRACKET.search(head) else None
        if match is None:
            continue
        found = match.groupdict()
        place = _usual(found["place"]) if found.get("place") else None
        if domain := found.get("outlet"):
            certainty = CERTAIN if "." in domain or is_outlet(domain) else LIKELY
            if certainty == LIKELY and not _ONE_PLACE.fullmatch(found["place"].strip()):
                continue  # Ketua Ikatan Warga Desa (Ikawad) - …
            return Dateline(place, outlet_name(domain), match.end(), certainty)
        if is_outlet(found["known"]):
            certainty = CERTAIN if place else LIKELY
            return Dateline(place, outlet_name(found["known"]), match.end(), certainty)
    return None


def _bare(paragraph: str) -> Dateline | None:
    """Read a dateline of a place alone; a sentence must follow it."""
    match = _BARE.match(paragraph)
    if match is None or len(match["text"].split()) < _MIN_WORDS_AFTER or sounds_like_press(match["place"]):
        return None
    city = match["place"].partition(",")[0].casefold()
    if city in _places():
        return Dateline(_usual(match["place"]), None, match.start("text"), LIKELY)
    if _NO_PLACE.fullmatch(match["place"]):
        return None
    if match["place"].isupper() or _is_spoken_of(match["place"], match["text"]):
        return Dateline(_usual(match["place"]), None, match.start("text"), DOUBTFUL)
    return None


def _is_spoken_of(place: str, text: str) -> bool:
    """Tell whether a text says that something is in, goes to, or comes from a place: `di sirkuit Misano`."""
    return re.search(rf"\b(?:di|ke|dari)\s(?:\w{{1,20}}\s){{0,2}}{re.escape(place)}\b(?!\s*[-–—])", text) is not None


def _usual(place: str) -> str:
    """Write a place in capitals as it is usually written; abbreviations (`DKI`) keep theirs."""
    place = " ".join(place.strip(" ,").split())
    if not place.isupper():
        return place
    return _places().get(place.casefold()) or re.sub(r"\w+", lambda word: _capitalised(word[0]), place)


def _capitalised(word: str) -> str:
    return word if word in ("DKI", "DI", "DIY", "AS", "NTB", "NTT", "DC") else word.capitalize()


@cache
def _places() -> dict[str, str]:
    return {place.casefold(): place for (place,) in table_rows(__file__, "dateline_places.txt")}
