"""The query language: from what the user typed to a tree.

    sentra logam            any of the words
    "sentra logam"          these forms, side by side; "sentra logam"~5: with at most five words among them
    =logam                  this form only
    log*  *gam  logm~       forms that begin so, end so, or differ by a letter or two (~1, ~2)
    +wajib  -kecuali        must, must not
    AND OR NOT, DAN ATAU BUKAN, ( )
    judul:  sumber:  berkas:  tanggal:     (title: source: path: date:); tanggal:*: of any time, if it is known

Neighbouring words bind tighter than NOT, NOT than AND, AND than OR, as in Xapian: `sentra logam AND semarang` wants
Semarang and any of the other two. What looks like the language and cannot be it, such as a quote or a bracket that is
not closed, was pasted: then the whole is taken as words, with a note that says where. Only what nobody pastes is an
error: an operator without its other side, a date that is none, brackets in brackets beyond all measure.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from carikm.errors import QuerySyntax
from carikm.search.grouping import Signed, combined, grouped
from carikm.search.leaves import ENDS, LEXEME, OPENS, has_word, is_star, leaf_of
from carikm.search.near_misses import headline_as_words, near_misses
from carikm.search.period import date_range
from carikm.search.query_tree import (
    All,
    Either,
    Filter,
    Fuzzy,
    Group,
    Leaf,
    Node,
    Not,
    Phrase,
    Title,
    Wildcard,
    Words,
    str_of,
)
from carikm.search.signs import ANY, DATE, FIELDS, OPERATORS, PATH, TITLE, Note

if TYPE_CHECKING:
    from lark import Lark, Token

_DEEPEST = 100
_MOST_PARTS, _MOST_PATTERNS = 250, 20
_GRAMMAR = rf"""
    ?start: either
    ?either: all (_OR all)*
    ?all: side (_AND side | negation)*
    ?side: group | negation
    negation: _NOT side
    group: clause+
    ?clause: part | _PLUS part -> required | _MINUS part -> prohibited
    ?part: value | FIELD value -> field
    ?value: _OPEN either _CLOSE | PHRASE -> phrase | WORD -> word

    _OR.3: /{OPENS}(?:OR|ATAU){ENDS}/
    _AND.3: /{OPENS}(?:AND|DAN){ENDS}/
    _NOT.3: /{OPENS}(?:NOT|BUKAN){ENDS}/
    _PLUS.2: /{OPENS}\+(?=[^\s)+-])/
    _MINUS.2: /{OPENS}-(?=[^\s)+-])/
    FIELD.2: /(?<![^\s(+-])(?:{"|".join(FIELDS)}):(?=[^\s)])/
    PHRASE.2: /"[^"]*"(?:~\d{{1,3}}{ENDS})?/
    _OPEN: "("
    _CLOSE: ")"
    WORD: /[^\s()"]+/
    %ignore /\s+/
"""
_PHRASE = re.compile(r'"(?P<text>[^"]*)"(?:~(?P<slop>\d+))?')
_FIELD = re.compile(rf"[+-]?(?P<name>{'|'.join(FIELDS)}):")
_SIGN = re.compile(rf'{OPENS}[+-][("]')


class _PastedError(Exception):
    """What looks like the language is none."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.note = Note(message, position)


def parse(text: str) -> tuple[Node | None, list[Note]]:
    """Read a query; None for its tree where it is to be taken as words, of which a note tells why.

    Raises:
        QuerySyntax: it is meant as the language, and is wrong.
    """
    notes = list(near_misses(text))
    text, of_headline = headline_as_words(text)
    notes += of_headline
    try:
        return _tree(text), notes
    except _PastedError as pasted:
        return None, [Note(f"{pasted.note.message}; the query was taken as words", pasted.note.position), *notes]


def _tree(text: str) -> Node:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

    masked = LEXEME.sub(_without_bare_signs, text)
    _check_depth(masked)
    try:
        tree: Node = _builder(text).transform(_parser().parse(masked))
    except UnexpectedCharacters as error:
        raise _PastedError("This quote is not closed", error.pos_in_stream or 0) from error
    except UnexpectedToken as error:
        raise _misplaced(error.token, masked) from error
    except VisitError as error:
        raise error.orig_exc from error
    _check_size(tree, text)
    return tree


def _without_bare_signs(match: re.Match[str]) -> str:
    """Put blanks, which keep the positions, in the place of signs that stand alone, or alone behind a field."""
    lexeme = match[0]
    field = _FIELD.match(lexeme)
    end = field.end() if field else 0
    is_sign = _SIGN.match(match.string, match.start()) is not None
    is_any = field is not None and FIELDS[field["name"]] != TITLE and is_star(lexeme[end:])
    if is_sign or lexeme.startswith('"') or is_any or has_word(lexeme[end:]):
        return lexeme
    return lexeme[:end] + " " * (len(lexeme) - end)


@cache
def _parser() -> "Lark":
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="basic")


def _check_depth(text: str) -> None:
    if text.count("(") != text.count(")"):
        return
    depth = 0
    for bracket in re.finditer(r'"[^"]*"|[()]', text):
        depth += {"(": 1, ")": -1}.get(bracket[0], 0)
        if depth > _DEEPEST:
            raise QuerySyntax(
                f"Brackets stand in brackets, more than {_DEEPEST} deep", "Take some away", text, bracket.start()
            )


def _check_size(tree: Node, text: str) -> None:
    """Refuse queries of so many parts that their answer would take minutes."""
    leaves = list(_leaves(tree))
    costly = sum(
        isinstance(leaf, Wildcard | Fuzzy) or (isinstance(leaf, Filter) and leaf.name == PATH) for leaf in leaves
    )
    for what, number, most in (("parts", len(leaves), _MOST_PARTS), ("patterns", costly, _MOST_PATTERNS)):
        if number > most:
            hint = "Plain words may be more: any of them may match"
            raise QuerySyntax(f"The query has {number:,} {what}; {most} are answered at the most", hint, text, 0)


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case Group(parts, required, prohibited):
            for part in (*parts, *required, *prohibited):
                yield from _leaves(part)
        case All(parts) | Either(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case Title(leaf):
            yield leaf
        case _:
            yield node


def _misplaced(token: "Token", text: str) -> Exception:
    """Tell what is wrong at a token that cannot stand where it stands."""
    is_end = token.type == "$END"
    place = len(text) if is_end else token.start_pos or 0
    before = text[:place].rstrip()
    words = before.replace("(", " ( ").split()
    operator = token if token.type in ("_OR", "_AND") else words[-1] if words else ""
    if operator in OPERATORS:
        at, side = (place, "before") if operator is token else (before.rindex(operator), "behind")
        hint = f"Put a word {side} {operator}, or take the query as words: --literal"
        return QuerySyntax(f"Expected a word {side} {operator}", hint, text, at)
    if token.type == "_CLOSE":
        is_empty = before.endswith("(")
        return _PastedError("There is no word in these brackets" if is_empty else "This bracket was not opened", place)
    return _PastedError("This bracket is not closed", _unclosed(text) if is_end else place)


def _unclosed(text: str) -> int:
    """Find the last opening bracket that is not closed."""
    opened = []
    for bracket in re.finditer(r'"[^"]*"|[()]', text):
        if bracket[0] == "(":
            opened.append(bracket.start())
        elif bracket[0] == ")":
            opened.pop()
    return opened[-1] if opened else len(text)


def _builder(text: str) -> Any:
    """Make what turns the parser's tree of a query into nodes."""
    from lark.visitors import Transformer_NonRecursive

    class Builder(Transformer_NonRecursive):  # type: ignore[type-arg]
        def word(self, children: "list[Token]") -> Leaf:
            return leaf_of(str(children[0]), children[0].start_pos or 0)

        def phrase(self, children: "list[Token]") -> Phrase:
            match = _PHRASE.fullmatch(children[0])
            assert match is not None
            if not has_word(match["text"]):
                raise _PastedError("There is no word in these quotes", children[0].start_pos or 0)
            return Phrase(match["text"], int(match["slop"]) if match["slop"] else None)

        def field(self, children: "list[Any]") -> Node:
            return _in_field(FIELDS[str(children[0])[:-1]], children[1], text, children[0].end_pos or 0)

        def required(self, children: list[Node]) -> Signed:
            return Signed("+", children[0])

        def prohibited(self, children: list[Node]) -> Signed:
            return Signed("-", children[0])

        def group(self, children: "list[Node | Signed]") -> Node:
            return grouped(children, text)

        def negation(self, children: list[Node]) -> Node:
            return children[0].part if isinstance(children[0], Not) else Not(children[0])

        def all(self, children: list[Node]) -> Node:
            return combined(All, children)

        def either(self, children: list[Node]) -> Node:
            return combined(Either, children)

    return Builder()


def _in_field(name: str, node: Node, text: str, position: int) -> Node:
    """Let a field hold for all that is in its brackets."""
    if isinstance(node, Group):
        parts = (
            tuple(_in_field(name, part, text, position) for part in parts)
            for parts in (node.parts, node.required, node.prohibited)
        )
        return Group(*parts)
    if isinstance(node, All | Either):
        return type(node)(tuple(_in_field(name, part, text, position) for part in node.parts))
    if isinstance(node, Not):
        return Not(_in_field(name, node.part, text, position))
    if isinstance(node, Title | Filter):
        return node
    return Title(node) if name == TITLE else _filter(name, node, text, position)


def _filter(name: str, leaf: Leaf, text: str, position: int) -> Node:
    """Make filters of what stands behind a field: plain words are one each."""
    if isinstance(leaf, Words):
        # A comma behind or between values was pasted, or means what a second field would.
        pieces = [value for word in leaf.text.split() for value in word.split(",")]
        values = [
            ANY if is_star(value) else value.strip(",;:!?") for value in pieces if has_word(value) or is_star(value)
        ]
    else:
        values = [leaf.text if isinstance(leaf, Phrase) else str_of(leaf)]
    if name == DATE:
        for value in values:
            if value != ANY and date_range(value) is None:
                _refuse_date(value, text, position)
    filters = [Filter(name, value) for value in values]
    return filters[0] if len(filters) == 1 else Group(tuple(filters))


def _refuse_date(value: str, text: str, position: int) -> None:
    first, _, last = value.partition("..")
    if date_range(first) and date_range(last):
        hint = f"Give the earlier day first: {DATE}:{last}..{first}"
        raise QuerySyntax(f"{value!r} ends before it begins", hint, text, position)
    if value[:1].isdigit() or ".." in value:
        message = f"{value!r} is no date; expected 2020, 2020-09, 2020-09-28, or a range such as 2019..2020-06"
        raise QuerySyntax(message, "Mend it, or take the query as words: --literal", text, position)
    raise _PastedError(f"Behind this colon stands no date ({DATE}:2020, {DATE}:2020-09..2022)", position)
