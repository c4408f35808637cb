"""Which lines of an article belong to the page around it and not to the article.

Rules only, and careful ones: a line must look like page furniture as a whole. Lines are never removed; they
become chunks of their own kind, which ranking leaves out.
"""

import re
from collections.abc import Sequence, Set
from functools import cache

from carikm.patterns import pattern
from carikm.tables import table_rows

# Whole lines, compared without case and surrounding punctuation.
_FURNITURE_FILE = "furniture.txt"
_OPENS = " …"
# The opening of a line that refers to another article. A title must follow: where the link was lost on the way,
# "Baca juga:" may stand at the head of the article's next paragraph.
_READ_ALSO = pattern(
    r"""[^\w]*(?:
      (?:baca|simak|lihat|tonton|cek|dengar|saksikan)[ _]?(?:juga|pula|lagi|selengkapnya|:?\s*berita|video)?\s*:
    | (?:baca|simak|lihat|tonton)[ _](?:juga|pula)\b
    | (?:artikel|berita|video|topik|link|baca)\s+(?:terkait|lainnya)\s*:
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# "Simak Video 'Bupati Meninjau Pasar':", or the same without quotation marks: again a title must follow.
_SEE_VIDEO = pattern(r"[^\w]*(?:simak|lihat|tonton|saksikan)\s+video\s+", re.IGNORECASE)
# The opening of a line that refers elsewhere and says so in a sentence of its own.
_REFERENCE = pattern(
    r"""[^\w]*(?:
      source\s*:\s*\S+$ | sumber\s+(?:artikel|asli)\s*: | source\s+link
    | artikel\s+ini\s+(?:telah|sudah)\s+(?:tayang|terbit|dimuat)\s+(?:di|pada|dengan)
    | (?:baca|simak|lihat)\s+selengkapnya\s+(?:di|pada)\b(?:\W+\w+){0,4}+\W*+$
    | ikuti\s+berita\s+(?:terbaru|terkini)\s+(?:di|dari)\b
    | saksikan\s+(?:juga\s+)?video\s+(?:menarik|pilihan)\b
    | klik\s+(?:dan\s+like\s+)?di\s?sini\b | klik\s+dan\s+like\b
    | (?:ikuti|follow|gabung|join|dapatkan|cek)\b.{0,60}\b(?:google\s+news|channel\s+telegram|saluran\s+whatsapp
        |whatsapp\s+channel|grup\s+telegram|grup\s+whatsapp)
    | alamat\s+email\s+anda\s+tidak\s+akan\s+dipublikasikan | ruas\s+yang\s+wajib\s+ditandai
    | your\s+email\s+address\s+will\s+not\s+be\s+published | required\s+fields\s+are\s+marked
    | simpan\s+nama,\s+email,\s+dan\s+situs\s+web\s+saya
    | (?:copyright|hak\s+cipta)\s+(?:©|\(c\)|\d{4}) | ©\s?\d{4}
    | \[?gambas\s*: | utm\s+source=
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# With these letters, in any case, begins the first word of whatever the patterns above and the next two are about: most
# lines begin with none and are spared them.
_FIRST_LETTERS = pattern(r"(\W*)(\w{3})")
_REFERRING = frozenset(
    """
    bac sim lih ton cek den sak art ber vid top lin sou sum iku kli fol gab joi dap ala rua you req cop hak gam utm rel
    cda scr fun goo win
    """.split()  # noqa: SIM905
)
# Program text that was scraped along with the article.
_SCRIPT = pattern(
    r"(?://\s*)?<!?\s*(?:\[\s*)?CDATA\b|<script\b|\(?function\s*\(\w*\)\s*\{|googletag\.|window\.\w+\s*=", re.IGNORECASE
)
# "Baca Juga" and its like may stand at the head or at the foot of a list of other articles' headlines.
_LIST_HEADING = pattern(
    r"\W*(?:(?:baca|simak|lihat|tonton)[ _]?juga|(?:artikel|berita)\s+(?:terkait|lain|lainnya|menarik\s+lainnya)"
    r"|related\s+(?:articles|posts|news))\W*$",
    re.IGNORECASE,
)
# The initials of who wrote and edited an article, below its last sentence: (abc/def) or [abc].
_INITIALS = pattern(r"[(\[]\s?\w{2,5}(?:\s?[/|&-]\s?\w{2,5}){0,3}\s?[)\]]$")
_TEXT_END = pattern(r"""[.!?…]["”’')\]]*$""")
_BULLET = pattern(r"[-–—•*·▪►»>]\s+\S")
_SENTENCE_END = pattern(r"""[.!?…:;,]["”’')\]]*$""")
_HEADLINE_WORDS = 25
_REFERENCE_WORDS = 40
_MIN_CAPITALISED = 0.5
# A title with a full stop has more capitals than a sentence that is full of names.
_STOP = pattern(r"""[.…]["”’')\]]*$""")
_MIN_CAPITALISED_BEFORE_STOP = 0.6
_QUOTED_TITLE = pattern(r"""['"‘“].{1,200}['"’”]\s*:?$""")
_MIN_TITLE_WORDS = 3


@cache
def _furniture() -> dict[str, bool]:
    """Give each line of the list, and whether it may as well open a sentence."""
    lines = (line for (line,) in table_rows(__file__, _FURNITURE_FILE))
    return {line.removesuffix(_OPENS): line.endswith(_OPENS) for line in lines}


@cache
def _longest_furniture() -> int:
    return max(map(len, _furniture()))


def normal_line(line: str) -> str:
    """Give the form in which lines are compared: without case, each stretch of white space one space."""
    # What can be printed has no white space but spaces: most lines are as they should be.
    if not line.isprintable() or "  " in line:
        line = " ".join(line.split())
    return line.strip(" ").casefold()


def boilerplate_lines(
    lines: Sequence[str], *, extra: frozenset[str] = frozenset(), never: frozenset[str] = frozenset()
) -> frozenset[int]:
    """Find the indices of the lines that are page furniture.

    Args:
        lines: an article's lines that are not blank, stripped, in order.
        extra: lines, as `normal_line` gives them, that are furniture whatever the rules say.
        never: lines, in the same form, that are not.
    """
    marked = {index for index, line in enumerate(lines) if _is_furniture(line) and not _opens_next(lines, index)}
    referring = [index for index, line in enumerate(lines) if _may_refer(line)]
    marked.update(index for index in referring if _is_reference(lines[index]))
    marked.update(_headlines_beside(lines, [index for index in referring if _LIST_HEADING.match(lines[index])]))
    # A headline list is often printed at both ends of the page, with its heading at one of them only.
    repeated = {lines[index] for index in marked if _is_bulleted_headline(lines[index])}
    marked.update(index for index, line in enumerate(lines) if line in repeated)
    marked.update(_initials_below(lines, marked))
    if extra or never:
        normal = [normal_line(line) for line in lines]
        marked.update(index for index, line in enumerate(normal) if line in extra)
        marked.difference_update(index for index, line in enumerate(normal) if line in never)
    return frozenset(marked)


def _is_furniture(line: str) -> bool:
    bare = line.strip(" \t\u00a0*#|:.!–—-•·>»[]()")
    return len(bare) <= _longest_furniture() and bare.casefold() in _furniture()


def _opens_next(lines: Sequence[str], index: int) -> bool:
    """Tell furniture that is the beginning of a sentence, whose next words were a link and stand in the next line."""
    return _furniture().get(normal_line(lines[index]), False) and _is_continued(lines, index)


def _is_continued(lines: Sequence[str], index: int) -> bool:
    return index + 1 < len(lines) and lines[index + 1][0].islower()


def _may_refer(line: str) -> bool:
    """Tell at little cost whether a line may refer to another article, head a list of them, or be program text."""
    opening = line[:3]
    if opening.isalpha() and opening.isascii():  # as of most lines
        return opening.lower() in _REFERRING
    match = _FIRST_LETTERS.match(line)
    if match is None:
        return False
    signs, letters = match.groups()
    return letters.lower() in _REFERRING or not letters.isascii() or "©" in signs


def _is_reference(line: str) -> bool:
    if _SCRIPT.match(line):
        return True
    if len(line.split()) > _REFERENCE_WORDS:
        return False
    if opening := _READ_ALSO.match(line):
        rest = line[opening.end() :]
        return _STOP.search(rest) is None or _capitalised(rest) >= _MIN_CAPITALISED_BEFORE_STOP
    if opening := _SEE_VIDEO.match(line):
        title = line[opening.end() :]
        return _QUOTED_TITLE.match(title) is not None or (
            len(title.split()) >= _MIN_TITLE_WORDS
            and _STOP.search(title) is None
            and _capitalised(title) >= _MIN_CAPITALISED_BEFORE_STOP
        )
    return _REFERENCE.match(line) is not None


def _initials_below(lines: Sequence[str], marked: Set[int]) -> list[int]:
    """Find the initials at an article's end; in brackets, but inside of a sentence, other words stand as well."""
    own = [index for index in range(len(lines)) if index not in marked][-2:]
    if len(own) == 2 and _INITIALS.match(lines[own[1]]) and _TEXT_END.search(lines[own[0]]):
        return own[1:]
    return []


def _headlines_beside(lines: Sequence[str], headings: Sequence[int]) -> set[int]:
    """Gather the bulleted headlines below each heading, else those above it, else one plain headline below.

    Headings come in ascending order.
    """
    found: set[int] = set()
    end = 0
    for heading in headings:
        following = heading + 1
        # A heading may have a bullet as well: all that is below it was then gathered for the one before.
        if following < end:
            continue
        start, end = heading, following
        while end < len(lines) and _is_bulleted_headline(lines[end]):
            end += 1
        while end == following and start > 0 and _is_bulleted_headline(lines[start - 1]):
            start -= 1
        if end > following or start < heading:
            found.update(range(start, heading), range(following, end))
        elif following < len(lines) - 1 and _is_headline(lines[following]) and not _is_continued(lines, following):
            found.add(following)
    return found


def _is_bulleted_headline(line: str) -> bool:
    return _BULLET.match(line) is not None and _is_short_title(line)


def _is_headline(line: str) -> bool:
    """Tell a title, in which most words have a capital, from a sentence of the article."""
    return _is_short_title(line) and _capitalised(line) >= _MIN_CAPITALISED


def _capitalised(line: str) -> float:
    """Give the share of words that begin with a capital, of those that begin with a letter."""
    words = [word for word in line.split() if word[0].isalpha()]
    return sum(word[0].isupper() for word in words) / len(words) if words else 0.0


def _is_short_title(line: str) -> bool:
    return len(line.split()) <= _HEADLINE_WORDS and _SENTENCE_END.search(line) is None
