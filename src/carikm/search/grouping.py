"""How the parts of a query are put together: neighbours by their signs, sides of an operator each once."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from carikm.records import NamedTuple
from carikm.search.leaves import LEXEME, has_word
from carikm.search.query_tree import All, Either, Group, Node, Words


class Signed(NamedTuple):
    """A part that must be there (+) or must not (-)."""

    sign: str
    node: Node


def grouped(children: "Sequence[Node | Signed]", text: str) -> Node:
    """Gather neighbours by their signs; plain words that stand together are one run."""
    asked = {word for child in children for word in _plain_words(child)}
    plain: list[Node] = []
    required: list[Node] = []
    prohibited: list[Node] = []
    for child in children:
        if not isinstance(child, Signed):
            plain += _without_brackets(child)
        elif child.sign == "+":
            required.append(child.node)
        elif isinstance(child.node, Words) and child.node.text.casefold() in asked:
            # *Hati -hati* has a blank too many; nobody asks for a word and excludes it.
            plain.append(child.node)
        else:
            prohibited.append(child.node)
    plain = list(_with_whole_runs(plain, text))
    only = [*plain, *required]
    return only[0] if len(only) == 1 and not prohibited else Group(tuple(plain), tuple(required), tuple(prohibited))


def combined(kind: type[All | Either], children: Sequence[Node]) -> Node:
    """Combine parts, each once; one alone is itself."""
    parts = tuple(dict.fromkeys(_flattened(children, kind)))
    return kind(parts) if len(parts) > 1 else parts[0]


def _flattened(parts: Sequence[Node], kind: type[All | Either]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, All | Either) and isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _plain_words(child: "Node | Signed") -> Iterator[str]:
    parts = child.parts if isinstance(child, Group) else (child,)
    for part in parts:
        if isinstance(part, Words):
            yield from part.text.casefold().split()


def _without_brackets(part: Node) -> Iterator[Node]:
    """Give what stands in brackets for no reason as if it did not."""
    if isinstance(part, Group) and not (part.required or part.prohibited):
        for inner in part.parts:
            yield from _without_brackets(inner)
    else:
        yield part


def _with_whole_runs(parts: Sequence[Node], text: str) -> Iterator[Node]:
    """Join plain words that are neighbours to runs."""
    for is_run, neighbours in groupby(parts, key=lambda part: isinstance(part, Words)):
        if is_run:
            yield _joined([part for part in neighbours if isinstance(part, Words)], text)
        else:
            yield from neighbours


def _joined(run: Sequence[Words], text: str) -> Words:
    """Join words by what stands between them in the query, unless that is more than signs."""
    pieces = [run[0].text]
    for first, second in pairwise(run):
        end = first.start + len(first.text)
        between = text[end : second.start]
        if (
            text[first.start : end] != first.text
            or not between[:1].isspace()
            or LEXEME.sub("", between).strip()
            or has_word(between)
        ):
            between = " "
        pieces += [between, second.text]
    return Words("".join(pieces), run[0].start)
