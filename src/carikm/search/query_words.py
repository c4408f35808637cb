"""The words of a query as typed that can be corrected or left out, each with its place in the text.

What is read here is the text and not its meaning: a suggestion changes the spans of some words and leaves quotes,
signs, fields and operators as they were typed, so that it is a query of the same kind.
"""

import re
from collections.abc import Collection, Iterator

from carikm.analysis.tokens import tokenize
from carikm.records import NamedTuple
from carikm.search.signs import FIELDS, TITLE

_TITLE_FIELDS = "|".join(name for name, field in FIELDS.items() if field == TITLE)
_FILTER_FIELDS = "|".join(name for name, field in FIELDS.items() if field != TITLE)
_CLAUSE = re.compile(
    rf"""
      (?P<negation>(?<![^\s(])(?:NOT|BUKAN)(?![^\s()]))
    | (?P<operator>(?<![^\s(])(?:AND|OR|DAN|ATAU)(?![^\s()]))
    | (?P<sign>(?<![^\s(])[+-])?
      (?P<field>(?<![^\s(+-])(?:(?P<title>{_TITLE_FIELDS})|{_FILTER_FIELDS}):)?
      (?: "(?P<phrase>[^"]*+)"(?:~\d{{1,3}}(?![^\s()]))? | (?P<open>\() | (?P<word>[^\s()"]++) )
    | (?P<close>\))
    """,
    re.VERBOSE,
)
_BEFORE_VALUE = re.compile(rf"(?<![^\s(])[+-]?(?:(?:{_TITLE_FIELDS}|{_FILTER_FIELDS}):)?$")
_FILTER_BEFORE = re.compile(rf"(?<![^\s(+-])(?:{_FILTER_FIELDS}):$")
_DISTANCE = re.compile(r"~\d{1,3}(?![^\s()])")
_PATTERN = re.compile(r"\*|~\d?$")
_OPERATOR_BEFORE = re.compile(r"(?<![^\s(])(?:AND|OR|DAN|ATAU)\s{1,100}$")
_OPERATOR_BEHIND = re.compile(r"\s{1,100}(?:AND|OR|DAN|ATAU)\s{1,100}")
# As much as an operator with the space around it; what stands further away is not looked at.
_NEAR = 120


class QueryWord(NamedTuple):
    """A word of a query: its half-open span of code points, its indexed form, and what stands around it.

    `clause` is the span of what is left out with it: its sign, its field, what a hyphen ties to it, and its quotes
    unless other words share them. `is_bare` tells that no sign and no field stands before it, `is_exact` that an `=`
    does; `phrase` is where the text of the phrase begins that it stands in, or None. `is_filter` tells that it is a
    pattern, or the value of a field other than the headline: it can be left out, but is no word of the archive.
    `is_pattern` tells the pattern from the value, and `is_title` that it is asked of the headline.
    """

    start: int
    end: int
    surface: str
    clause: tuple[int, int]
    is_bare: bool
    is_exact: bool
    phrase: int | None
    is_filter: bool
    is_title: bool = False
    is_pattern: bool = False


class Edit(NamedTuple):
    """A change of a query's text: what a half-open span is replaced by; empty where it is left out."""

    start: int
    end: int
    text: str


def query_words(text: str) -> list[QueryWord]:
    """Find the words that a query asks for, in order; what it excludes is left out."""
    return list(_words(text))


class _Around(NamedTuple):
    """What holds for all that stands in some brackets: that it is excluded, asked of the headline, or no word."""

    is_negated: bool = False
    is_title: bool = False
    is_filter: bool = False


def _words(text: str) -> Iterator[QueryWord]:
    around, opened, negated = _Around(), list[_Around](), False
    for clause in _CLAUSE.finditer(text):
        if clause["close"]:
            around = opened.pop() if opened else around
        elif clause["operator"]:
            negated = False
        elif clause["negation"]:
            negated = True
        else:
            inside = _Around(
                around.is_negated or negated or clause["sign"] == "-",
                around.is_title or bool(clause["title"]),
                around.is_filter or bool(clause["field"] and not clause["title"]),
            )
            negated = False
            if clause["open"]:
                opened.append(around)
                around = inside
            elif not inside.is_negated:
                yield from _words_of(text, clause, inside)


def _words_of(text: str, clause: re.Match[str], around: _Around) -> Iterator[QueryWord]:
    is_bare = not (clause["sign"] or around.is_title or around.is_filter)
    value = "word" if clause["word"] is not None else "phrase"
    tokens = list(tokenize(clause[value]))
    is_pattern = bool(tokens) and value == "word" and bool(_PATTERN.search(clause[value]))
    if is_pattern or (around.is_filter and (tokens or clause["field"])):
        told = around.is_title, is_pattern and not around.is_filter
        yield QueryWord(*clause.span(value), clause[value], clause.span(), is_bare, False, None, True, *told)
        return
    first = clause.start(value)
    phrase = first if value == "phrase" else None
    is_exact = value == "word" and clause[value].startswith("=")
    for token in tokens:
        span = first + token.start, first + token.end
        whole = span if phrase is not None and len(tokens) > 1 else clause.span()
        yield QueryWord(*span, token.surface, whole, is_bare and not is_exact, is_exact, phrase, False, around.is_title)


def are_joinable(text: str, first: QueryWord, second: QueryWord) -> bool:
    """Tell whether two neighbouring words could be one: in one phrase or none, with space or a hyphen between them."""
    between = text[first.end : second.start]
    return first.phrase == second.phrase and (between.isspace() or between == "-")


def edited(text: str, edits: Collection[Edit]) -> str:
    """Apply edits that do not overlap; what is left out takes an operator and the space beside it along."""
    for edit in sorted(edits, reverse=True):
        text = _without(text, edit.start, edit.end) if not edit.text else _replaced(text, edit)
    return text


def _replaced(text: str, edit: Edit) -> str:
    return text[: edit.start] + edit.text + text[edit.end :]


def _without(text: str, start: int, end: int) -> str:
    start, end = _with_operator(text, start, end)
    while emptied := _emptied(text, start, end):
        start, end = _with_operator(text, *emptied)
    left, right = text[:start], text[end:]
    in_phrase = left.count('"') % 2 == 1
    if not left or left[-1].isspace() or left[-1] == ('"' if in_phrase else "("):
        right = right.lstrip()
    if not right or right[0] == ('"' if in_phrase else ")"):
        left = left.rstrip()
    return left + right


def _emptied(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Give the span of the brackets or quotes that hold nothing but a span, with the sign and field before them."""
    before, behind = text[:start].rstrip(), text[end:].lstrip()
    if before.endswith("(") and behind.startswith(")"):
        last = text.index(")", end) + 1
    elif before.endswith('"') and behind.startswith('"') and before.count('"') % 2 == 1:
        last = text.index('"', end) + 1
        distance = _DISTANCE.match(text, last)
        last = distance.end() if distance else last
    else:
        return None
    first = len(before) - 1
    belongs = _BEFORE_VALUE.search(text[max(0, first - _NEAR) : first])
    return first - len(belongs[0]) if belongs else first, last


def _with_operator(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span by the operator beside it, if the span is all that the operator has on this side."""
    before = _OPERATOR_BEFORE.search(text[max(0, start - _NEAR) : start])
    behind = _OPERATOR_BEHIND.match(text[end : end + _NEAR])
    opens = before or text[:start].rstrip()[-1:] in ("", "(")
    closes = behind or text[end:].lstrip()[:1] in ("", ")")
    if opens and closes and before:
        return start - len(before[0]), end
    if opens and closes and behind:
        return start, end + len(behind[0])
    return start, end


def unquoted(text: str) -> str:
    """Take the quotes off all phrases, and how near their words must be; what they parted stays so.

    Those around the value of a field stay, but for the headline's.
    """
    return re.sub(r'"([^"]*+)"(?:~\d{1,3}(?![^\s()]))?', _without_quotes, text)


def _without_quotes(phrase: re.Match[str]) -> str:
    if _FILTER_BEFORE.search(phrase.string[max(0, phrase.start() - _NEAR) : phrase.start()]):
        return phrase[0]
    before, behind = phrase.string[: phrase.start()][-1:], phrase.string[phrase.end() :][:1]
    left = "" if not before or before.isspace() or before in '(+-:"' else " "
    return f"{left}{phrase[1]}{'' if not behind or behind.isspace() or behind == ')' else ' '}"


def title_fields(text: str) -> list[Edit]:
    """Give the edits that ask of the whole article what was asked of the headline."""
    return [Edit(*clause.span("field"), "") for clause in _CLAUSE.finditer(text) if clause["title"]]


def loosened(text: str) -> str:
    """Take away what demands words: `AND`, `DAN` and `+`."""
    kept, end = [], 0
    for clause in _CLAUSE.finditer(text):
        if clause["operator"] in ("AND", "DAN"):
            kept.append(text[end : clause.start()].rstrip())
            end = clause.end()
        elif clause["sign"] == "+":
            kept.append(text[end : clause.start()])
            end = clause.start() + 1
    return "".join([*kept, text[end:]]).strip()


def negates(text: str) -> bool:
    """Tell whether there is a `NOT` or `BUKAN` in a query."""
    return any(clause["negation"] for clause in _CLAUSE.finditer(text))
