"""What in a query was nearly the language, and is words; and headlines, which look like it."""

import re
from collections.abc import Iterator

from carikm.search.leaves import ENDS, OPENS, leaf_of
from carikm.search.query_tree import Fuzzy, Wildcard
from carikm.search.signs import FIELDS, TITLE, Note

_ALMOST_FIELD = re.compile(
    rf"{OPENS}(?:(?P<name>(?:{'|'.join(FIELDS)})):(?=\s|$)|(?!(?:{'|'.join(FIELDS)}):)(?P<other>(?i:{'|'.join(FIELDS)})):)"
)
_STAR_FOR_TITLE = re.compile(
    rf"{OPENS}[+-]?(?:{'|'.join(name for name in FIELDS if FIELDS[name] == TITLE)}):\*++{ENDS}"
)
_STAR_IN_QUOTES = re.compile(r'"[^"*]*\*(?=[^"]*")')
_PARTS = r"[^\W_]{1,40}-[^\W_]{1,40}"
_ALMOST_PATTERN = re.compile(
    rf"{OPENS}[+-]?(?:@?[^\W_]{{1,64}}[*~]{{1,2}}\d{{0,3}}|{_PARTS}[*~]\d?|\*-?[^\W_]{{1,64}}|\*{_PARTS}){ENDS}"
)
_SIGN_BEHIND_FIELD = re.compile(rf"{OPENS}[+-]?(?P<name>{'|'.join(FIELDS)}):(?P<sign>[+-])(?=[\w\"(])")
_STAR_IN_EXACT_FORM = re.compile(rf"{OPENS}[+-]?=[^\s*()]*+\*")
_ALMOST_NEAR = re.compile(rf'"[^"]*"(?P<tail>~(?!\d{{1,3}}{ENDS}))')
_IN_CURLY_QUOTES = re.compile(r"\s*(“)[^“”]*”\s*")
_LANGUAGE = re.compile(rf'["()]|{OPENS}[+=-]\S|{OPENS}(?:AND|OR|NOT){ENDS}')
_INDONESIAN_OPERATOR = re.compile(rf"{OPENS}(?:DAN|ATAU|BUKAN){ENDS}")


def near_misses(text: str) -> Iterator[Note]:
    """Tell of what a person may well have meant as the language, and is none."""
    for match in _ALMOST_FIELD.finditer(text):
        name = (match["name"] or match["other"]).lower()
        yield Note(
            f"This is text and no field, which is written in small letters and without a blank: {name}:kata",
            match.start(),
        )
    for match in _STAR_FOR_TITLE.finditer(text):
        yield Note(f"A headline is asked for by a word, as in {TITLE}:kata; a star alone means nothing", match.start())
    for match in _SIGN_BEHIND_FIELD.finditer(text):
        name, sign = match["name"], match["sign"]
        message = f"This sign means nothing behind a field; it stands before it: {sign}{name}:kata"
        yield Note(message, match.start("sign"))
    for match in _STAR_IN_QUOTES.finditer(text):
        yield Note("A star inside quotes means nothing", match.end() - 1)
    for match in _STAR_IN_EXACT_FORM.finditer(text):
        yield Note(
            "A form is asked for as it is, or by a pattern: =kata or kata*; the star means nothing", match.start()
        )
    for match in _ALMOST_NEAR.finditer(text):
        yield Note('Words near each other are asked for with a number up to 999: "kata kata"~5', match.start("tail"))
    for match in _ALMOST_PATTERN.finditer(text):
        if not isinstance(leaf_of(match[0], 0), Wildcard | Fuzzy):
            yield Note(
                "This is no pattern, which has two letters or more and no hyphen: log*, *gam, logm~, logm~2",
                match.start(),
            )
    if quoted := _IN_CURLY_QUOTES.fullmatch(text):
        yield Note('Curly quotes are text; straight ones ask for the exact phrase: "kata kata"', quoted.start(1))


def headline_as_words(text: str) -> tuple[str, list[Note]]:
    """Write the operators of a headline in small letters, so that they are words; any other query stays as it is."""
    found = _INDONESIAN_OPERATOR.search(text)
    if found is None or not _is_headline(text):
        return text, []
    message = f"{found[0]} was taken as a word, as in a headline; in capitals throughout, AND, OR and NOT are operators"
    return _INDONESIAN_OPERATOR.sub(lambda match: match[0].lower(), text), [Note(message, found.start())]


def _is_headline(text: str) -> bool:
    """Tell whether a query is a headline all in capitals: unlike KPK DAN DPR it has longer runs of words."""
    runs = _INDONESIAN_OPERATOR.split(text)
    return text.isupper() and not _LANGUAGE.search(text) and any(len(run.split()) > 1 for run in runs)
