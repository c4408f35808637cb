"""Headline, outlet, dateline, author and date of an article, each with the line it was read from, and how surely.

Nothing is guessed: what the text does not say in a known form stays None. Two outlets or dates may well stand in one
article; the page's own header counts before the body, and what comes first before the rest.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from carikm.corpus import CERTAIN, DOUBTFUL, LIKELY
from carikm.corpus.bylines import Byline, read_byline, read_closing_byline, read_name_in_capitals
from carikm.corpus.datelines import Dateline, names_outlet, read_dateline
from carikm.corpus.dates import DateMention, find_dates
from carikm.corpus.lines import HAS_WORD
from carikm.corpus.outlets import DOMAIN, is_outlet, outlet_name
from carikm.corpus.signs import has_any
from carikm.patterns import pattern
from carikm.records import NamedTuple


class NumberedLine(NamedTuple):
    """A line that is not blank and not boilerplate: its number from 1 and its text."""

    number: int
    text: str


class Found(NamedTuple):
    """A value read from an article: from which line (numbered from 1), how, and how surely.

    `certainty` is `CERTAIN`, `LIKELY` or `DOUBTFUL` of `carikm.corpus`.
    """

    value: str
    line: int
    how: str
    certainty: str


class Metadata(NamedTuple):
    """What an article says of itself.

    `dateline` is the place it was written from, `author` one name or several with commas between, `date` an ISO date.
    """

    headline: Found | None
    outlet: Found | None
    dateline: Found | None
    author: Found | None
    date: Found | None


# Within the page's header: before the first line that reads like the article itself.
_HEADER_LINES = 10
_DATELINES = 8
_DATED_LINES = 10
_CLOSING_LINES = 4
# So much of a line is searched for dates.
_DATED = 20_000
# Nothing of the header is longer, and the patterns below need not be fast on a line of a megabyte.
_HEAD = 300
_HEADLINE_MIN_WORDS, _HEADLINE_MAX_WORDS = 4, 25
# Fewer words are often the name of a section or a place; these, where nothing else is a title.
_SHORT_HEADLINE = 3
_HAS_LETTER = re.compile(r"[^\W_]")
# What begins so is no rest of a sentence that the line before was cut off from.
_BEGINS = re.compile(r"""["“”‘'«(\[#@*]{0,3}[^\W_a-z]""")
_SENTENCE_WORDS = 12
_DASH = r"(?:–|—|--?)"
_SENTENCE_ENDS, _CLOSING_SIGNS = (".", "!", "…"), "\"”’')]"

# Redaksi Solopos.com / Rahmat Wibisono | SOLOPOS.COM
_CREDIT = pattern(rf"(?:Redaksi[\s:]+|.*\|\s*)(?P<outlet>{DOMAIN})\b", re.IGNORECASE)
# Artikel ini telah tayang di Kompas.com dengan judul …   DailySocial.id adalah portal berita …
_COLOPHON = pattern(
    rf"(?:artikel|berita)\sini\s(?:telah|sudah|pernah)?\s?(?:tayang|terbit|dimuat|dipublikasikan)\s(?:di|pada)\s(?:situs\s)?"
    rf"(?P<outlet>{DOMAIN})|^(?P<own>{DOMAIN})\sadalah\s(?:portal|situs|media)\b",
    re.IGNORECASE,
)
_MAY_BE_DOMAIN = pattern(r"\.\w")
_COLOPHON_SIGNS = ("artikel", "berita", "adalah")
_ANY_DATELINE = pattern(rf"(?:{DOMAIN}|[A-Z][A-Z .'/-]{{2,30}})\s*(?:[,(][^–—]{{2,40}}?)?\s*{_DASH}\s", re.ASCII)
_BYLINE = pattern(
    r"(?:oleh|penulis|editor|reporter|redaksi|wartawan|pewarta|laporan|foto|sumber|by)\s*:|(?:oleh|by) (?!-)",
    re.IGNORECASE,
)
_BYLINE_WORDS = 6
# A full stop ends a sentence of the body; a title may well end in an exclamation, or trail off.
_FULL_STOP = pattern(r"""(?<!\.)\.["”’')\]]*$""")
_BULLET = pattern(r"[-–—•*·▪►»>]\s")
# Semarang, 5 Mei 2020   Budi Santoso, CNN Indonesia | Senin, 04/05/2020 10:00 WIB
_BEFORE_DATE = pattern(r"[A-Z][\w.'-]{2,20}(?: [A-Z][\w.'-]{2,20})?, ?|[^.!?|·•]{2,60}[|·•]\s*")
_BESIDE_DATE = pattern(
    r"\b(?:pukul|jam|wib|wita|wit|gmt|utc|diterbitkan|dipublikasikan|terbit|tayang|published|posted|on|pada|hari"
    r"|update|updated|diperbarui|tanggal|tgl|at|am|pm|(?:di)?baca|membaca|\d{1,6}\s(?:menit|kali|views?|x))\b"
    rf"|\b\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?\b|\b{DOMAIN}|[\W_]",
    re.IGNORECASE,
)

# A clock time, or a word for publishing: with it, a line that holds a date is of the page and not of a list.
_PUBLISHED_NOTE = pattern(r"\([^()]*\bpublished\s(?=\d)")
_PUBLISHED = pattern(r"\b\d{1,2}[:.]\d{2}\b(?!\.\d{4})|terbit|tayang|publi|posted|updated?\b|perbarui", re.IGNORECASE)
# Hari/tanggal: Sabtu, 31 Desember 2016: of an invitation. "Pada 6 Juni 2020."
_NO_DATE_LINE = pattern(r"hari\s*[/,&]\s*t(?:an)?gg?|[\"“”]", re.IGNORECASE)


def read_metadata(lines: Sequence[NumberedLine]) -> Metadata:
    """Read what an article says of itself from its lines, boilerplate left out; a line without a word tells nothing."""
    lines = [line for line in lines if HAS_WORD.search(line.text)]
    headline = _headline(lines)
    datelines = list(_datelines(lines, headline))
    outlet = _outlet(lines, datelines)
    others = [line for line in lines if headline is None or line.number != headline.line]
    return Metadata(headline, outlet, _place(datelines), _author(others, outlet), _date(lines, datelines))


def without_dateline(text: str) -> str:
    """Drop `SEMARANG, Lingkarjateng.id –` and the like from the head of a sentence."""
    if dateline := read_dateline(text):
        return text[dateline.end :].lstrip()
    match = _ANY_DATELINE.match(text[:_HEAD])
    return text[match.end() :] if match else text


def _headline(lines: Sequence[NumberedLine]) -> Found | None:
    """Take the first line of the header that reads like a title, past section names, dates and bylines.

    A title that nothing follows is none: the text was scraped as a single line. Where no line reads like one, three
    words that stand alone at the very beginning may be it.
    """
    for place, line in enumerate(lines[:_HEADER_LINES]):
        stands_alone = place + 1 == len(lines) or lines[place + 1].number > line.number + 1
        if len(lines) == 1 or _opens_body(line.text, stands_alone):
            break
        if _HEADLINE_MIN_WORDS <= len(line.text.split()) <= _HEADLINE_MAX_WORDS and _may_be_title(line.text):
            return Found(line.text, line.number, "title line", CERTAIN if stands_alone and place == 0 else LIKELY)
    return _short_headline(lines[0], lines[1]) if len(lines) > 1 else None


def _may_be_title(text: str) -> bool:
    """Tell a title from a date, a byline, a credit and a bullet of a list."""
    return (
        not _is_date_line(text)
        and not (_BYLINE.match(text) and len(text.split()) <= _BYLINE_WORDS)
        and not _CREDIT.fullmatch(text)
        and not _BULLET.match(text)
    )


def _short_headline(line: NumberedLine, following: NumberedLine) -> Found | None:
    """Take three words that stand alone, if they are no outlet's name and what follows begins like a sentence."""
    words = line.text.split()
    if (
        len(words) == _SHORT_HEADLINE
        and all(_HAS_LETTER.search(word) for word in words)
        and following.number > line.number + 1
        and len(line.text) <= _HEAD
        and not _ends_sentence(line.text)
        and not line.text.endswith((",", ":", ";"))
        and _BEGINS.match(following.text)
        and _may_be_title(line.text)
        and not is_outlet(line.text)
        and not names_outlet(line.text)
        and not read_dateline(line.text)
        and not read_byline(line.text, following.text)
    ):
        return Found(line.text, line.number, "title line", LIKELY)
    return None


def _opens_body(text: str, stands_alone: bool) -> bool:
    """Tell the article's first sentence, or its dateline, from a line of the header.

    A line that stands alone, with a blank line after it, may end in an exclamation or trail off and be a title.
    """
    if len(text) > _HEAD or _ANY_DATELINE.match(text) or names_outlet(text):
        return True
    words = len(text.split())
    if words > _HEADLINE_MAX_WORDS:
        return True
    if words < _HEADLINE_MIN_WORDS:
        return False
    return _FULL_STOP.search(text) is not None if stands_alone else _ends_sentence(text)


def _ends_sentence(text: str) -> bool:
    return text.rstrip(_CLOSING_SIGNS).endswith(_SENTENCE_ENDS)


def _datelines(lines: Sequence[NumberedLine], headline: Found | None) -> Iterator[tuple[NumberedLine, Dateline]]:
    for line in lines[: _HEADER_LINES + _DATELINES]:
        if headline is None or line.number != headline.line:
            dateline = read_dateline(line.text)
            if dateline is not None:
                yield line, dateline


def _place(datelines: Sequence[tuple[NumberedLine, Dateline]]) -> Found | None:
    for line, dateline in datelines:
        if dateline.place:
            return Found(dateline.place, line.number, "dateline", dateline.certainty)
    return None


def _outlet(lines: Sequence[NumberedLine], datelines: Sequence[tuple[NumberedLine, Dateline]]) -> Found | None:
    for line in lines[:_HEADER_LINES]:
        if len(line.text) > _HEAD or _ends_sentence(line.text) or len(line.text.split()) > _SENTENCE_WORDS:
            continue
        if match := _CREDIT.match(line.text):
            return Found(outlet_name(match["outlet"]), line.number, "credit line", CERTAIN)
    for line, dateline in datelines:
        if dateline.outlet:
            return Found(dateline.outlet, line.number, "dateline", dateline.certainty)
    for line in lines[-_CLOSING_LINES:]:
        end = line.text[:_HEAD]
        if _MAY_BE_DOMAIN.search(end) and has_any(end, _COLOPHON_SIGNS) and (match := _COLOPHON.search(end)):
            return Found(outlet_name(match["outlet"] or match["own"]), line.number, "note at the end", LIKELY)
    return None


def _author(lines: Sequence[NumberedLine], outlet: Found | None) -> Found | None:
    """Take the byline of the header; else the one at the foot; else a name at the very end."""
    header, closing = lines[:_HEADER_LINES], lines[-_CLOSING_LINES:]
    for part in (header,) if len(header) == len(lines) else (header, closing):
        for place, line in enumerate(part):
            following = part[place + 1].text if place + 1 < len(part) else ""
            if byline := read_byline(line.text, following):
                return _found(byline, line)
    for line in closing:
        if byline := read_closing_byline(line.text):
            return _found(byline, line)
    if lines and outlet and outlet.value == "Tempo" and (byline := read_name_in_capitals(lines[-1].text)):
        return _found(byline, lines[-1])
    return None


def _found(byline: Byline, line: NumberedLine) -> Found:
    return Found(byline.author, line.number, byline.how, byline.certainty)


def _date(lines: Sequence[NumberedLine], datelines: Sequence[tuple[NumberedLine, Dateline]]) -> Found | None:
    """Take the header's date line, the dateline's day, or the note at the foot; else a date near the text's beginning.

    There, the first that a fitting weekday stands beside, unless it is said to be past; else the first that does, or
    that stands in brackets, as reports give their day; else the first whose weekday does not fit. One that is said to
    come is an event's. Further down, a date with its weekday is as likely to be that of an event the article tells of.
    """
    dated = [(line, mentions) for line in lines[:_DATED_LINES] if (mentions := list(find_dates(line.text[:_DATED])))]
    for line, mentions in dated:
        if mention := _date_of_line(line.text, mentions):
            is_sure = mention.weekday_fits or _PUBLISHED.search(line.text)
            return Found(mention.date.isoformat(), line.number, "date line", CERTAIN if is_sure else LIKELY)
    for line, dateline in datelines:
        for mention in find_dates(line.text[: dateline.end]):
            return Found(mention.date.isoformat(), line.number, "dateline", CERTAIN)
    if found := _published(lines[-_CLOSING_LINES:]):
        return found
    weak: Found | None = None
    unfit: Found | None = None
    for line, mentions in dated:
        for mention in mentions:
            if mention.is_coming:
                continue
            date = mention.date.isoformat()
            if mention.weekday_fits and not mention.is_past:
                return Found(date, line.number, "in the text", LIKELY)
            if mention.weekday_fits or (mention.weekday_fits is None and _in_brackets(mention, line.text)):
                weak = weak or Found(date, line.number, "in the text", DOUBTFUL)
            elif mention.weekday_fits is False:
                unfit = unfit or Found(date, line.number, "in the text; its weekday does not fit", DOUBTFUL)
    return weak or unfit


def _published(lines: Sequence[NumberedLine]) -> Found | None:
    """Read a note such as `(Penulis Rina Ayu, published 30/8/2019)` in an article's last lines."""
    for line in lines:
        end = line.text[-_HEAD:]
        note = _PUBLISHED_NOTE.search(end)
        mention = next(find_dates(end[note.end() :]), None) if note else None
        if mention and mention.start == 0:
            return Found(mention.date.isoformat(), line.number, "note at the end", CERTAIN)
    return None


def _in_brackets(mention: DateMention, text: str) -> bool:
    return text[: mention.start].endswith("(") and text.startswith(")", mention.end)


def _is_date_line(text: str) -> bool:
    return len(text) <= _HEAD and _date_of_line(text, find_dates(text)) is not None


def _date_of_line(text: str, mentions: Iterable[DateMention]) -> DateMention | None:
    """Read a line that holds a date and nothing else but a place, a time, a zone, an outlet or words like `pukul`."""
    if len(text) > _HEAD:
        return None
    for mention in mentions:
        before = text[: mention.start]
        rest = ("" if _BEFORE_DATE.fullmatch(before) else before) + " " + text[mention.end :]
        if _is_beside_date(rest):
            return None if _NO_DATE_LINE.search(text) else mention
    return None


def _is_beside_date(text: str) -> bool:
    """Tell whether a text is made of nothing but what may stand beside a date in its line."""
    place = 0
    while place < len(text):
        match = _BESIDE_DATE.match(text, place)
        if match is None:
            return False
        place = match.end()
    return True
