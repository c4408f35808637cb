"""Indonesian stems, one word at a time: reviewed exceptions and places first, then Sastrawi.

Sastrawi is imported only when a word needs a stem that no index knows.

What it gets wrong is kept in tables beside this module, each row with its reason: `exceptions.tsv` for words (what
holds for a word holds for it with -nya and the like), `places.tsv` for the names of places, whose parts are never
stemmed unless they are ordinary words too (`places_also_words.tsv`). Its roots are joined by those of `loanwords.tsv`,
so that *diupdate* is a form of *update*, and by compounds. Two rules come after it, for what it leaves as it is.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from carikm.analysis.compounds import BOUND_MORPHEMES, is_compound, joined, joined_stems
from carikm.records import NamedTuple
from carikm.tables import table_rows

if TYPE_CHECKING:
    from carikm.analysis.sastrawi import Sastrawi

# Patterns are compiled when they are first used: a search whose words the index knows needs none of them.
# What a rule could touch: plain letters only. Sastrawi drops accents and splits at everything else.
_STEMMABLE = r"[a-z]{4,40}"
_NAME_WORD = r"[a-z]+"
# A pronoun or particle that hangs on a word leaves it the same word: relawannya is relawan.
_CLITICS = ("nya", "ku", "mu", "lah", "kah", "pun")
_WITH_CLITIC = rf"([a-z]{{4,36}}?)(?:{'|'.join(_CLITICS)})"
# A word that no list knows has -nya where so much stands before it (not Kenya), or an acronym does (ktpnya).
_POSSESSED = r"([a-z]{5,}|[b-df-hj-np-tv-xz]{2,})nya"
_MIN_ROOT = 4
_BOUND = tuple(sorted(BOUND_MORPHEMES))
_WITH_BOUND_MORPHEME = f"({'|'.join(_BOUND)})([a-z]{{4,}})"


class Stemming(NamedTuple):
    """A stem, and what decided on it: `exception` or `rule` (with a reason), `place`, `Sastrawi`, or `as it is`."""

    stem: str
    decided_by: str
    reason: str = ""


@cache
def _sastrawi() -> "Sastrawi":
    from carikm.analysis.sastrawi import Sastrawi  # not on the way of a search whose words the index knows

    return Sastrawi([*(row[0] for row in table_rows(__file__, "loanwords.tsv")), *joined_stems()])


def stem(surface: str) -> str:
    """Reduce a surface form to its stem: one word, never empty."""
    return explain_stem(surface).stem


def corrected_stem(surface: str, corrected: Mapping[str, str]) -> str:
    """Reduce a surface form to its stem, with a user's corrections: words and the word whose stem they take."""
    base = base_form(surface)
    root = corrected.get(base, base)
    return root if corrected.get(root) == root else stem(root)


def base_form(surface: str) -> str:
    """Give the word whose stem a surface form has: an @handle's bare name, a compound's joined word, else itself."""
    if is_compound(surface):
        return joined(*surface.split(" ", 1)) or surface.replace(" ", "")
    return surface[1:] if surface.startswith("@") else surface


def explain_stem(surface: str) -> Stemming:
    """Reduce a surface form to its stem, and say what decided.

    A form that Sastrawi would take apart or dissolve, and one that is not in plain letters, is its own stem. An
    @handle has the stem of its bare name, and a compound written apart that of its joined word.
    """
    if (base := base_form(surface)) != surface:
        return explain_stem(base)
    if not re.fullmatch(_STEMMABLE, surface):
        return Stemming(surface, "as it is")
    if exception := exceptions().get(surface):
        return exception
    if surface in place_words():
        return Stemming(surface, "place")
    host = re.fullmatch(_WITH_CLITIC, surface) if surface.endswith(_CLITICS) else None
    if host and (exception := exceptions().get(host[1])):
        return exception
    found = _sastrawi().stem(surface)
    if found == surface:
        return _by_rule(surface) or Stemming(surface, "Sastrawi")
    return Stemming(found, "Sastrawi") if found.isalpha() else Stemming(surface, "as it is")


def is_listed(surface: str) -> bool:
    """Tell whether a list has a word, or the root that Sastrawi finds in it: it is hardly a slip of the pen."""
    found = explain_stem(surface)
    if found.decided_by == "Sastrawi":
        return found.stem != surface or _sastrawi().is_root(surface)
    return found.decided_by in ("exception", "place")


def is_word(surface: str) -> bool:
    """Tell whether a list has a word as it stands, which says more: *korpusi* is no word, though *korpus* is a root."""
    return surface in exceptions() or surface in place_words() or _sastrawi().is_root(surface)


def _by_rule(surface: str) -> Stemming | None:
    """Stem what Sastrawi leaves as it is: words it does not know, with -nya or behind a bound morpheme."""
    if surface.endswith("nya") and (possessed := re.fullmatch(_POSSESSED, surface)):
        return Stemming(stem(possessed[1]), "rule", "-nya behind a word that is in no list")
    if surface.startswith(_BOUND) and (match := re.fullmatch(_WITH_BOUND_MORPHEME, surface)):
        morpheme, word = match.groups()
        if (root := stem(word)) != word and len(root) >= _MIN_ROOT:
            return Stemming(morpheme + root, "rule", f"{morpheme} and the stem of {word}")
    return None


@cache
def exceptions() -> dict[str, Stemming]:
    """Give the reviewed exceptions by their words."""
    return {word: Stemming(root, "exception", reason) for word, root, reason in table_rows(__file__, "exceptions.tsv")}


@cache
def place_words() -> frozenset[str]:
    """Give the words that the names of places are made of, but for those that are ordinary words too."""
    names = (row[0].lower() for row in table_rows(__file__, "places.tsv"))
    words = {word for name in names for word in re.findall(_NAME_WORD, name)}
    return frozenset(words - {row[0] for row in table_rows(__file__, "places_also_words.tsv")})


@cache
def stop_words() -> frozenset[str]:
    """Give the words that weigh nothing in ranking."""
    return frozenset(row[0] for row in table_rows(__file__, "stop_words.txt"))
