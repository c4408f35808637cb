"""Bylines: the lines of an article that name its author, at its head or at its foot.

    Penulis: Rina Ayu | Editor: …         Oleh Budi Santoso                 Laporan Wartawan Tribunnews.com, Rina Ayu
    Redaksi Solopos.com / Rina Ayu | …    Rina Ayu - detikNews              Rina Ayu, CNN Indonesia | Senin, …
    … selesai. (Rina Ayu)                 Artikel ini ditulis oleh Rina Ayu, peserta magang …

An editor is no author, nor are initials (`(ant/abc)`), nor an outlet or its desk (`Tim Redaksi`).
"""

import re
from typing import NamedTuple

from carikm.corpus import CERTAIN, DOUBTFUL, LIKELY
from carikm.corpus.outlets import DOMAIN, is_outlet, sounds_like_press
from carikm.corpus.signs import has_any
from carikm.patterns import pattern

# No byline is longer, and the patterns below need not be fast on a line of a megabyte.
_BYLINE = 160
_MAX_INITIALS = 4
_ROLE = r"(?:penulis|oleh|reporter|pewarta|wartawan|jurnalis|kontributor|koresponden|(?:written\s)?by)"
_WORD = r"(?:[^\W\d_a-zß-ÿ][^\W\d_]*(?:[.'’-][^\W\d_]*){0,4}|d(?:r[ags]?|rg)\.|al|bin|binti|van|von|de|der|el)"
_NAMES = rf"{_WORD}(?:[ \t]{{1,3}}{_WORD}){{0,5}}"
_JOINT = pattern(r"\s*(?:,|&|\bdan\b)\s*")
_SEPARATOR = r"[,&]|\bdan\b"
_ONE_NAME = pattern(_NAMES)
# What follows the names in the same line.
_REST = pattern(
    r"\s*(?:[|/()\[\];©•·*]|\s[-–—]\s|\b(?:editor|sumber|source|artikel|foto|copyright|penyunting|redaktur|uploader|published"
    r"|penulis|reporter|pewarta|tayang)\b).*",
    re.IGNORECASE | re.DOTALL,
)
# Penulis : Kontributor Makassar, Budi Santoso
_FROM_WHERE = pattern(r"(?:kontributor|koresponden|wartawan|reporter|jurnalis)\b[^,:]{0,40}[,:]\s*", re.IGNORECASE)
_NOBODY = pattern(
    r"(?:tim|redaksi|admin|humas|dinas|kementerian|pemerintah|berbagai|anonim|litbang|infografis|sebuah|editor|foto"
    r"|video|penulis|kantor|badan|komisi|majelis|partai|pt|cv|yth|hr|qs|sumber|karena|itu|ini)\b",
    re.IGNORECASE,
)

# Penulis: Budi Santoso   Reporter Magang: Budi Santoso
_LABELLED = pattern(
    rf"\W{{0,3}}{_ROLE}(?:\s(?:magang|kontributor|foto|daerah|lapangan))?\s*:\s*(?P<names>\S.*)", re.IGNORECASE
)
# Oleh Budi Santoso: nothing else may stand in the line
_UNLABELLED = pattern(rf"(?i:{_ROLE})\s+(?P<names>[^\W\d_a-z].*)")
_ROLE_ALONE = pattern(rf"{_ROLE}\s*:?", re.IGNORECASE)
# Laporan Wartawan Tribunnews.com, Budi Santoso   Laporan Reporter Tribun Jabar Budi Santoso
_REPORT = pattern(
    rf"\W{{0,3}}laporan\s+(?:khusus\s+)?(?:wartawan|reporter|kontributor|jurnalis)\b\s*:?"
    rf"(?:\s*(?:{DOMAIN}|[^,]{{2,40}}),|\s*{DOMAIN})?\s*(?P<names>\S.*)",
    re.IGNORECASE,
)
# Redaksi Solopos.com / Budi Santoso | SOLOPOS.COM
_CREDIT = pattern(rf"(?i:redaksi)\s+{DOMAIN}\s*/\s*(?P<names>[^|/]{{3,60}}?)\s*\|")
# Budi Santoso - detikNews   Budi Santoso | Kompas.com   Budi Santoso, CNN Indonesia | Senin, 4 Mei 2020
_BESIDE_OUTLET = pattern(
    rf"(?P<names>{_NAMES}(?:,\s{_NAMES})?)\s*(?:[-–—|,])\s*(?P<outlet>[\w.]+(?: [\w.]+)?)\s*(?:[|·•–—-].*)?"
)
# Budi Santoso, Jurnalis · Senin 4 Mei 2020
_ROLES = ("Jurnalis", "Reporter", "Wartawan", "Kontributor")
_BESIDE_ROLE = pattern(rf"(?P<names>{_NAMES})\s*,\s*(?:{'|'.join(_ROLES)})\b.*")

# How a line begins that one of the first five may fit.
_ROLE_FIRST = pattern(rf"\W{{0,3}}(?:{_ROLE}|laporan|redaksi)", re.IGNORECASE)

# The same within the last line of an article, whose lines may have been joined.
_LABELLED_WITHIN = pattern(
    r"(?:(?:^|[\s.,(*\"”])(?:penulis|reporter|pewarta)\s*:|\(penulis\s)\s*(?P<names>\S.*)", re.IGNORECASE | re.DOTALL
)
_LABELS = ("penulis", "reporter", "pewarta")
_WRITTEN_BY = pattern(
    r"(?:(?:artikel|tulisan|berita|konten)\sini\s(?:di)?(?:tulis|buat|susun)|\(\s*ditulis)\soleh\s(?P<names>.+)",
    re.IGNORECASE | re.DOTALL,
)
# … selesai.” (Tribunnews.com/Budi Santoso)
_IN_BRACKETS = pattern(
    r"[.!?…][”\"’']?(?:\s|,)*[(\[](?P<before>[^()\[\]]{2,40}/)?(?P<names>[^()\[\]/,]{4,50})(?:/\w{1,6})?[)\]]\W*$"
)
# FAJAR HIDAYAT   BUDI SANTOSO | BISNIS
_IN_CAPITALS = pattern(
    r"(?:^|[.”\"!?)](?:\s|,)*)(?P<names>[A-Z][A-Z'’]+(?:\s[A-Z][A-Z.'’]*){1,3})(?:\s*\|[A-Z .&|]{2,60})?\W*$"
)
# Budi Santoso. Dosen sebuah universitas: as opinion pieces end
_INTRODUCED = pattern(
    rf"(?P<names>{_NAMES})\.\s*(?i:(?:ketua|mantan|anggota|alumnus|alumni|dosen|peneliti|guru besar|pengamat|pemerhati"
    r"|direktur|pengajar|mahasiswa|pegiat|aktivis|praktisi|sosiolog|ekonom)\b)"
)


class Byline(NamedTuple):
    """An author as a line names them, how the line does it, and how surely."""

    author: str
    how: str
    certainty: str


def read_byline(text: str, following: str = "") -> Byline | None:
    """Read a line of an article's head, or of its foot, that names the author and says nothing else.

    Args:
        text: the line.
        following: the line below it, where the name may stand.
    """
    if len(text) > _BYLINE:
        return None
    text = " ".join(text.split())
    if _ROLE_FIRST.match(text):
        if match := _LABELLED.fullmatch(text) or _REPORT.fullmatch(text):
            return _byline(match["names"], "byline", CERTAIN)
        if match := _CREDIT.match(text):
            return _byline(match["names"], "credit line", LIKELY)
        if _ROLE_ALONE.fullmatch(text):
            # Names may be many; what is no name and has no end would be looked at again and again.
            longest = max(map(len, re.split(_SEPARATOR, following)))
            return _byline(following, "byline", LIKELY, alone=True) if longest <= _BYLINE else None
        if match := _UNLABELLED.fullmatch(text):
            return _byline(match["names"], "byline", LIKELY, alone=True)
    if (match := _BESIDE_OUTLET.fullmatch(text)) and _is_outlet(match["outlet"]):
        return _byline(match["names"], "credit line", LIKELY, full=True)
    if any(role in text for role in _ROLES) and (match := _BESIDE_ROLE.fullmatch(text)):
        return _byline(match["names"], "credit line", LIKELY, alone=True)
    return None


def read_closing_byline(text: str) -> Byline | None:
    """Read the author out of the end of an article's last lines, where the text may stand in the same line."""
    end = text[-_BYLINE:]
    # Most lines have none of these, and are spared the search.
    may_be_labelled = (":" in end or "(" in end) and has_any(end, _LABELS)
    has_brackets = ")" in end or "]" in end
    is_written_by = "oleh" in end
    if not (may_be_labelled or has_brackets or is_written_by or len(text) <= _BYLINE):
        return None
    end = " ".join(end.split())
    if match := (may_be_labelled and _LABELLED_WITHIN.search(end)) or (is_written_by and _WRITTEN_BY.search(end)):
        return _byline(match["names"], "byline", CERTAIN)
    if match := has_brackets and _IN_BRACKETS.search(end):
        credited = match["before"] and sounds_like_press(match["before"].rstrip("/"))
        return _byline(match["names"], "name in brackets at the end", LIKELY if credited else DOUBTFUL, full=True)
    if len(text) <= _BYLINE and (match := _INTRODUCED.match(text)):
        return _byline(match["names"], "introduced at the end", LIKELY, full=True)
    return None


def read_name_in_capitals(text: str) -> Byline | None:
    """Read the author out of an article's very end where it is a name in capitals, as Tempo has it."""
    match = _IN_CAPITALS.search(text[-_BYLINE:])
    return _byline(match["names"], "name in capitals at the end", DOUBTFUL, full=True) if match else None


def _is_outlet(written: str) -> bool:
    return is_outlet(written) or re.fullmatch(DOMAIN, written) is not None


def _byline(written: str, how: str, certainty: str, *, alone: bool = False, full: bool = False) -> Byline | None:
    """Make a byline of what stands where its names should.

    Args:
        written: the names and what follows them in the line.
        how: how the line names them.
        certainty: how surely.
        alone: whether nothing but names may stand there.
        full: whether each must be a name of two words or more.
    """
    author = _author(written, alone=alone or full, full=full)
    return Byline(author, how, certainty) if author else None


def _author(written: str, *, alone: bool, full: bool) -> str | None:
    written = _FROM_WHERE.sub("", written.strip(), count=1)
    kept = written if alone else _REST.sub("", written)
    parts = _JOINT.split(kept.strip(' .,:*"”“_'))
    names: list[str] = []
    for part in parts:
        if not _is_name(part, full=full or bool(names)):
            break
        names.append(part.title() if part.isupper() else part)
    if not names or (alone and len(names) < len(parts)):
        return None
    return ", ".join(names)


def _is_name(text: str, *, full: bool) -> bool:
    if not _ONE_NAME.fullmatch(text) or _NOBODY.match(text) or sounds_like_press(text):
        return False
    words = text.split()
    if len(words) == 1:
        return not full and not (text.isupper() and len(text) <= _MAX_INITIALS)
    return True
