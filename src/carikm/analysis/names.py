"""Which words an archive uses as names.

A word that stands in mid-sentence with a capital far more often than without is a name there, and a name is not
stemmed away from itself: Manahan, a stadium, is no form of *manah*.
"""

import re
from collections import Counter

from carikm.analysis.tokens import without_addresses

# In mid-sentence: after a word or a comma, and a space.
_CAPITALISED = re.compile(r"(?<=[^\W_] |[,;)] )[A-Z][a-z]{3,39}(?![^\W_]|['’ʼ]|-[^\W_])")
# An apostrophe may join it to a longer token.
_LOWER = re.compile(r"(?<![^\W_])(?<!['’ʼ])[a-z]{4,40}(?![^\W_]|['’ʼ])")
_CAPITAL = re.compile(r"\b[A-Z]")
# A line in which more words than this begin with a capital is a headline, where a capital says nothing.
_MAX_CAPITALS = 0.5
_MIN_CAPITALISED = 10
_MIN_SHARE = 0.83
# A form with -nya is never a name; short ones like Kenya only end so.
_POSSESSIVE = re.compile(r"[a-z]{5,}nya")


def count_capitalised(text: str) -> Counter[str]:
    """Count the words written with a capital in mid-sentence, by their lower-case forms; headlines are left out."""
    counts: Counter[str] = Counter()
    for line in without_addresses(text).split("\n"):
        if len(_CAPITAL.findall(line)) <= _MAX_CAPITALS * (line.count(" ") + 1):
            counts.update(map(str.lower, _CAPITALISED.findall(line)))
    return counts


def count_lower(text: str) -> Counter[str]:
    """Count the words written in lower case; each is a token of the text, of which the index keeps the counts."""
    return Counter(_LOWER.findall(without_addresses(text)))


def is_name(surface: str, capitalised: int, lower: int) -> bool:
    """Tell from how often a word is written with a capital in mid-sentence, and in lower case, whether it is a name."""
    often = capitalised >= _MIN_CAPITALISED and capitalised >= _MIN_SHARE * (capitalised + lower)
    return often and not _POSSESSIVE.fullmatch(surface)
