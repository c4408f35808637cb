"""How one word of a query in the language is read: as a form, a pattern, or as it stands."""

import re

from carikm.analysis.tokens import tokenize
from carikm.search.query_tree import Exact, Fuzzy, Leaf, Wildcard, Words
from carikm.search.signs import ANY, FIELDS, OPERATORS

# An operator, a sign or a field stands at the beginning of a word: behind a space or a bracket.
OPENS, ENDS = r"(?<![^\s(])", r"(?![^\s()])"
# What a query falls into before its brackets are read: what stands in quotes, and what stands between blanks.
LEXEME = re.compile(r'"[^"]*"|[^\s()"]+')
_FUZZY = re.compile(r"(?P<text>[^\W_]{3,64})~(?P<distance>[12])?")
_WILDCARD = re.compile(r"\*?[^\W_]{1,64}(?:\*[^\W_]{1,64})*\*?")
# What a word begins with to be marked, and what stands around a word that was pasted.
_MARKS = "+-="
_PUNCTUATION = ".,;:!?"
# A pattern with fewer letters would match half of all words.
_FEWEST_LETTERS = 2
# A word of up to so many letters may differ by one letter, a longer one by two, as in Lucene.
_SHORT = 5
_LONGEST_PATTERN = 100


def leaf_of(word: str, start: int) -> Leaf:
    """Read a word that stands at `start` in its query."""
    if word.startswith("=") and has_word(word[1:]):
        return Exact(word[1:])
    bare = word.lstrip(_MARKS).strip(_PUNCTUATION)
    if fuzzy := _FUZZY.fullmatch(bare):
        distance = int(fuzzy["distance"] or (1 if len(fuzzy["text"]) <= _SHORT else 2))
        return Fuzzy(fuzzy["text"], distance)
    letters = len(bare) - bare.count("*")
    if _FEWEST_LETTERS <= letters < len(bare) <= _LONGEST_PATTERN and _WILDCARD.fullmatch(bare):
        return Wildcard(bare)
    return _words(word, start)


def _words(word: str, start: int) -> Words:
    """Make words of one that has no meaning in the language where it stands, such that it has none anywhere."""
    text = word.lstrip(_MARKS)
    start += len(word) - len(text)
    if text in OPERATORS:
        text = text.lower()
    elif ":" in text and text.split(":")[0] in FIELDS:
        apart = text.replace(":", " ")
        pieces = [apart[token.start : token.end].lower() for token in tokenize(apart)]
        text = " ".join(pieces) if len(pieces) > 1 else f"{pieces[0]}:"
    return Words(text, start)


def has_word(text: str) -> bool:
    """Tell whether there is anything to search for in a text."""
    return next(tokenize(text), None) is not None


def is_star(value: str) -> bool:
    """Tell whether a field's value is a star and no more: whatever is known will do."""
    return set(value.rstrip(",;")) == {ANY}
