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
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from carikm.analysis.tokens import tokenize
from carikm.errors import QuerySyntax
from carikm.records import NamedTuple
from carikm.search.period import date_range
from carikm.search.query_tree import (
    All,
    Either,
    Exact,
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
_LONGEST_PATTERN = 100
# An operator, a sign or a field stands at the beginning of a word: behind a space or a bracket.
_OPENS, _ENDS = r"(?<![^\s(])", r"(?![^\s()])"
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

    _OR.3: /{_OPENS}(?:OR|ATAU){_ENDS}/
    _AND.3: /{_OPENS}(?:AND|DAN){_ENDS}/
    _NOT.3: /{_OPENS}(?:NOT|BUKAN){_ENDS}/
    _PLUS.2: /{_OPENS}\+(?=[^\s)+-])/
    _MINUS.2: /{_OPENS}-(?=[^\s)+-])/
    FIELD.2: /(?<![^\s(+-])(?:{"|".join(FIELDS)}):(?=[^\s)])/
    PHRASE.2: /"[^"]*"(?:~\d{{1,3}}{_ENDS})?/
    _OPEN: "("
    _CLOSE: ")"
    WORD: /[^\s()"]+/
    %ignore /\s+/
"""
_PHRASE = re.compile(r'"(?P<text>[^"]*)"(?:~(?P<slop>\d+))?')
_FIELD = re.compile(rf"[+-]?(?P<name>{'|'.join(FIELDS)}):")
_LANGUAGE = re.compile(rf'["()]|{_OPENS}[+=-]\S|{_OPENS}(?:AND|OR|NOT){_ENDS}')
_ALMOST_FIELD = re.compile(
    rf"{_OPENS}(?:(?P<name>(?:{'|'.join(FIELDS)})):(?=\s|$)|(?!(?:{'|'.join(FIELDS)}):)(?P<other>(?i:{'|'.join(FIELDS)})):)"
)
_STAR_FOR_TITLE = re.compile(
    rf"{_OPENS}[+-]?(?:{'|'.join(name for name in FIELDS if FIELDS[name] == TITLE)}):\*++{_ENDS}"
)
_STAR_IN_QUOTES = re.compile(r'"[^"*]*\*(?=[^"]*")')
_ALMOST_PATTERN = re.compile(
    rf"{_OPENS}[+-]?(?:[^\W_]{{1,64}}[*~]{{1,2}}\d{{0,3}}|\*[^\W_]{{1,64}}|[^\W_]{{1,40}}-[^\W_]{{1,40}}\*){_ENDS}"
)
_IN_CURLY_QUOTES = re.compile(r"\s*(“)[^“”]*”\s*")
_SIGN = re.compile(rf'{_OPENS}[+-][("]')
_FUZZY = re.compile(r"(?P<text>[^\W_]{3,64})~(?P<distance>[12])?")
_WILDCARD = re.compile(r"\*?[^\W_]{1,64}(?:\*[^\W_]{1,64})*\*?")
_LEXEME = re.compile(r'"[^"]*"|[^\s()"]+')
_INDONESIAN_OPERATOR = re.compile(rf"{_OPENS}(?:DAN|ATAU|BUKAN){_ENDS}")
# What a word begins with to be marked, and what stands around a word that was pasted.
_MARKS = "+-="
_PUNCTUATION = ".,;:!?"
# A pattern with fewer letters would match half of all words.
_FEWEST_LETTERS = 2
# A word of up to so many letters may differ by one letter, a longer one by two, as in Lucene.
_SHORT = 5


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
    notes = list(_near_misses(text))
    if _is_headline(text) and (found := _INDONESIAN_OPERATOR.search(text)):
        message = (
            f"{found[0]} was taken as a word, as in a headline; in capitals throughout, AND, OR and NOT are operators"
        )
        notes.append(Note(message, found.start()))
        text = _INDONESIAN_OPERATOR.sub(lambda match: match[0].lower(), text)
    try:
        return _tree(text), notes
    except _PastedError as pasted:
        return None, [Note(f"{pasted.note.message}; the query was taken as words", pasted.note.position), *notes]


def _is_headline(text: str) -> bool:
    """Tell whether a query is a headline all in capitals: unlike KPK DAN DPR it has longer runs of words."""
    runs = _INDONESIAN_OPERATOR.split(text)
    return text.isupper() and not _LANGUAGE.search(text) and any(len(run.split()) > 1 for run in runs)


def _near_misses(text: str) -> Iterator[Note]:
    """Tell of what a person may well have meant as the language, and is none."""
    for match in _ALMOST_FIELD.finditer(text):
        name = (match["name"] or match["other"]).lower()
        yield Note(
            f"This is text and no field, which is written in small letters and without a blank: {name}:kata",
            match.start(),
        )
    for match in _STAR_FOR_TITLE.finditer(text):
        yield Note(f"A headline is asked for by a word, as in {TITLE}:kata; a star alone means nothing", match.start())
    for match in _STAR_IN_QUOTES.finditer(text):
        yield Note("A star inside quotes means nothing", match.end() - 1)
    for match in _ALMOST_PATTERN.finditer(text):
        if not isinstance(_leaf(match[0], 0), Wildcard | Fuzzy):
            yield Note(
                "This is no pattern: two letters or more, as in log*, *gam, logm~, and ~2 at the most", match.start()
            )
    if quoted := _IN_CURLY_QUOTES.fullmatch(text):
        yield Note('Curly quotes are text; straight ones ask for the exact phrase: "kata kata"', quoted.start(1))


def _tree(text: str) -> Node:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

    masked = _LEXEME.sub(_without_bare_signs, text)
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
    is_any = field is not None and FIELDS[field["name"]] != TITLE and _is_star(lexeme[end:])
    if is_sign or lexeme.startswith('"') or is_any or _has_word(lexeme[end:]):
        return lexeme
    return lexeme[:end] + " " * (len(lexeme) - end)


def _has_word(text: str) -> bool:
    return next(tokenize(text), None) is not None


def _is_star(value: str) -> bool:
    """Tell whether a field's value is a star and no more: whatever is known will do."""
    return set(value.rstrip(",;")) == {ANY}


@cache
def _parser() -> "Lark":
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="basic")


def _check_depth(text: str) -> None:
    depth = 0
    for bracket in re.finditer(r'"[^"]*"|[()]', text):
        depth += {"(": 1, ")": -1}.get(bracket[0], 0)
        if depth > _DEEPEST and text.count("(") == text.count(")"):
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


class _Signed(NamedTuple):
    sign: str
    node: Node


def _builder(text: str) -> Any:
    """Make what turns the parser's tree of a query into nodes."""
    from lark.visitors import Transformer_NonRecursive

    class Builder(Transformer_NonRecursive):  # type: ignore[type-arg]
        def word(self, children: "list[Token]") -> Leaf:
            return _leaf(str(children[0]), children[0].start_pos or 0)

        def phrase(self, children: "list[Token]") -> Phrase:
            match = _PHRASE.fullmatch(children[0])
            assert match is not None
            if not _has_word(match["text"]):
                raise _PastedError("There is no word in these quotes", children[0].start_pos or 0)
            return Phrase(match["text"], int(match["slop"]) if match["slop"] else None)

        def field(self, children: "list[Any]") -> Node:
            return _in_field(FIELDS[str(children[0])[:-1]], children[1], text, children[0].end_pos or 0)

        def required(self, children: list[Node]) -> _Signed:
            return _Signed("+", children[0])

        def prohibited(self, children: list[Node]) -> _Signed:
            return _Signed("-", children[0])

        def group(self, children: "list[Node | _Signed]") -> Node:
            return _group(children, text)

        def negation(self, children: list[Node]) -> Node:
            return children[0].part if isinstance(children[0], Not) else Not(children[0])

        def all(self, children: list[Node]) -> Node:
            return _combined(All, children)

        def either(self, children: list[Node]) -> Node:
            return _combined(Either, children)

    return Builder()


def _leaf(word: str, start: int) -> Leaf:
    if word.startswith("=") and _has_word(word[1:]):
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
            ANY if _is_star(value) else value.strip(",;:!?") for value in pieces if _has_word(value) or _is_star(value)
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


def _group(children: "Sequence[Node | _Signed]", text: str) -> Node:
    """Gather neighbours by their signs; plain words that stand together are one run."""
    asked = {word for child in children for word in _plain_words(child)}
    plain: list[Node] = []
    required: list[Node] = []
    prohibited: list[Node] = []
    for child in children:
        if not isinstance(child, _Signed):
            _add_plain(plain, child, text)
        elif child.sign == "+":
            required.append(child.node)
        elif isinstance(child.node, Words) and child.node.text.casefold() in asked:
            # *Hati -hati* has a blank too many; nobody asks for a word and excludes it.
            _add_plain(plain, child.node, text)
        else:
            prohibited.append(child.node)
    only = [*plain, *required]
    return only[0] if len(only) == 1 and not prohibited else Group(tuple(plain), tuple(required), tuple(prohibited))


def _plain_words(child: "Node | _Signed") -> Iterator[str]:
    parts = child.parts if isinstance(child, Group) else (child,)
    for part in parts:
        if isinstance(part, Words):
            yield from part.text.casefold().split()


def _add_plain(plain: list[Node], part: Node, text: str) -> None:
    """Add a part without a sign; what stands in brackets for no reason is as if it did not, and runs of words go on."""
    if isinstance(part, Group) and not (part.required or part.prohibited):
        for inner in part.parts:
            _add_plain(plain, inner, text)
    elif plain and isinstance(part, Words) and isinstance(plain[-1], Words):
        plain[-1] = _joined(plain[-1], part, text)
    else:
        plain.append(part)


def _joined(first: Words, second: Words, text: str) -> Words:
    """Join two runs by what stands between them in the query, unless that is more than signs."""
    end = first.start + len(first.text)
    between = text[end : second.start]
    if (
        text[first.start : end] != first.text
        or not between[:1].isspace()
        or _LEXEME.sub("", between).strip()
        or _has_word(between)
    ):
        between = " "
    return Words(first.text + between + second.text, first.start)


def _combined(kind: type[All | Either], children: Sequence[Node]) -> Node:
    """Combine parts, each once; one alone is itself."""
    parts = tuple(dict.fromkeys(_flattened(children, kind)))
    return kind(parts) if len(parts) > 1 else parts[0]


def _flattened(parts: Sequence[Node], kind: type[All | Either]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, All | Either) and isinstance(part, kind):
            yield from part.parts
        else:
            yield part
