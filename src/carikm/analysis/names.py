"""Which words an archive uses as names.

A word that stands in mid-sentence with a capital far more often than without is a name there, and a name is not
stemmed away from itself: Manahan, a stadium, is no form of *manah*, nor is KUHAP, a law, of *hap*.
"""

import re
from collections import Counter

from carikm.analysis.tokens import without_addresses

# In mid-sentence: after a word or a comma, and a space. Looking back only from a capital is what makes it fast.
_CAPITALISED = re.compile(
    r"[A-Z](?<=[^\W_] .|[,;)] .)(?:[a-z]{3,39}|[A-Z]{3,39})(?![^\W_]|['’ʼ]|-[^\W_]"
    # What a token goes on with: soft hyphens, joiners, accents written apart.
    r"|[\u00ad\u200c\u200d\u2060\ufeff\u0300-\u036f\u064b-\u065f])"
)
_CAPITAL = re.compile(r"[A-Z](?<!\w.)")
# All bytes of ASCII but capitals and what parts lines and words.
_OTHERS = bytes(byte for byte in range(128) if not chr(byte).isupper() and chr(byte) not in "\n ")
# A line in which more words than this begin with a capital is a headline, where a capital says nothing.
_MAX_CAPITALS = 0.5
_MIN_CAPITALISED = 10
_MIN_SHARE = 0.83
# Perindustrian, kepulauan: ordinary words that stand in the names of offices; a name only if hardly ever without.
_CONFIXED = re.compile(r"(?:ke|pe)[a-z]{4,}an")
_MIN_SHARE_CONFIXED = 0.98
# A form with -nya is never a name; short ones like Kenya only end so.
_POSSESSIVE = re.compile(r"[a-z]{5,}nya")


def count_capitalised(text: str) -> Counter[str]:
    """Count the words written with a capital in mid-sentence, by their lower-case forms; headlines are left out."""
    text = without_addresses(text)
    # A word stands behind a space, so one search finds those of all lines.
    return Counter(map(str.lower, _CAPITALISED.findall(_without_headlines(text))))


def _without_headlines(text: str) -> str:
    # No more words begin with a capital than there are capitals, and those are counted much faster, in all lines.
    signs = text.encode("ascii", "ignore").translate(None, _OTHERS).split(b"\n")
    most, more = _MAX_CAPITALS, 1 + _MAX_CAPITALS
    many = [place for place, line in enumerate(signs) if len(line) > more * line.count(b" ") + most]
    if not many:
        return text
    lines = text.split("\n")
    headlines = {place for place in many if _is_headline(lines[place])}
    return "\n".join([line for place, line in enumerate(lines) if place not in headlines])


def _is_headline(line: str) -> bool:
    return len(_CAPITAL.findall(line)) > _MAX_CAPITALS * (line.count(" ") + 1)


def is_name(surface: str, capitalised: int, lower: int) -> bool:
    """Tell whether a word is a name: it is written with a capital in mid-sentence far more often than without.

    Args:
        surface: the word's indexed form.
        capitalised: how often it has a capital in mid-sentence.
        lower: how often a token is just that form.
    """
    share = _MIN_SHARE_CONFIXED if _CONFIXED.fullmatch(surface) else _MIN_SHARE
    often = capitalised >= _MIN_CAPITALISED and capitalised >= share * (capitalised + lower)
    return often and not _POSSESSIVE.fullmatch(surface)
