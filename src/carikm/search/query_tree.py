"""A query as a tree, each kind of part a type, and the text that reads as it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from carikm.search.signs import ANY, OPERATORS, TITLE

_PLAIN_VALUE = re.compile(r"\w(?:[\w./*-]*\w)?")


@dataclass(frozen=True, slots=True)
class Words:
    """A run of plain words as typed, with what stands between them; `start` is its place in the query."""

    text: str
    start: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side in just these forms, or with at most `slop` other words among them, in any order."""

    text: str
    slop: int | None = None


@dataclass(frozen=True, slots=True)
class Exact:
    """One word in just this form."""

    text: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """The forms that match a pattern, in which `*` stands for any letters, or none."""

    text: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """The forms that are at most so many edits of a letter away from one."""

    text: str
    distance: int


Leaf = Words | Phrase | Exact | Wildcard | Fuzzy


@dataclass(frozen=True, slots=True)
class Title:
    """What the headline is to hold."""

    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Filter:
    """What is to be known of the article: `name` is `SOURCE`, `PATH` or `DATE`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring parts: all of the required, none of the prohibited, and without required ones any of the rest."""

    parts: "tuple[Node, ...]"
    required: "tuple[Node, ...]" = ()
    prohibited: "tuple[Node, ...]" = ()


@dataclass(frozen=True, slots=True)
class All:
    """Parts that must all match."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """Parts of which one must match."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """A part that must not match."""

    part: "Node"


Node = Leaf | Title | Filter | Group | All | Either | Not


def str_of(node: Node) -> str:
    """Write a tree as a query that reads as the same tree."""
    match node:
        case Words(text):
            return text
        case Phrase(text, slop):
            return f'"{text}"' + ("" if slop is None else f"~{slop}")
        case Exact(text):
            return f"={text}"
        case Wildcard(text):
            return text
        case Fuzzy(text, distance):
            return f"{text}~{distance}"
        case Title(leaf):
            return f"{TITLE}:{_bracketed(leaf, _is_single)}"
        case Filter(name, text):
            is_plain = text == ANY or (_PLAIN_VALUE.fullmatch(text) and text not in OPERATORS)
            return f"{name}:{text}" if is_plain else f'{name}:"{text}"'
        case Group(parts, required, prohibited):
            plain = [_bracketed(part, lambda part: isinstance(part, Words) or _is_single(part)) for part in parts]
            signed = [("+", part) for part in required] + [("-", part) for part in prohibited]
            return " ".join(plain + [sign + _bracketed(part, _is_single) for sign, part in signed])
        case All(parts):
            return " AND ".join(_bracketed(part, lambda part: not isinstance(part, Either)) for part in parts)
        case Either(parts):
            return " OR ".join(map(str_of, parts))
        case Not(part):
            return f"NOT {_bracketed(part, lambda part: not isinstance(part, All | Either))}"


def _is_single(node: Node) -> bool:
    """Tell whether a node is written as one word, so that a sign or a field may stand before it."""
    return len(node.text.split()) == 1 if isinstance(node, Words) else not isinstance(node, Group | All | Either | Not)


def _bracketed(node: Node, may_stand_alone: Callable[[Node], bool]) -> str:
    return str_of(node) if may_stand_alone(node) else f"({str_of(node)})"
