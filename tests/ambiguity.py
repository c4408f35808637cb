"""Whether a regular expression's backtracking can grow exponentially: from its position automaton, without running it.

A backtracking matcher tries every way of reading a text until one succeeds. The ways grow exponentially with the text
if, and only if, some position of the expression leads back to itself in two ways over the same text (EDA: Weber and
Seidl, "On the degree of ambiguity of finite automata", 1991; Weideman et al., "Analyzing matching time behavior of
backtracking regular expression matchers by using ambiguity of NFA", 2016). The automaton is Glushkov's; an edge is
counted as often as the expression gives it, since a matcher tries it as often.

On the safe side: anchors and look-around are taken to hold, and possessive repeats to be tried again. Repeats with an
upper bound are taken as two: what they multiply does not grow with the text. Characters are told apart by a sample.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from re import _constants as sre
from re import _parser
from typing import Any, NamedTuple

# ASCII and what else typing brings; a letter, digit, mark and sign of other scripts.
_SAMPLE = [chr(code) for code in [*range(0x250), *range(0x2000, 0x2070), 0x300, 0x64B, 0x661, 0x4E00, 0x1F600, 0xFEFF]]
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_MANY = 2
_known: dict[str, int] = {}

Edge = tuple[int, int]


class _Part(NamedTuple):
    """A part of an expression: where it begins and ends, each with the number of ways, and the ways of being empty."""

    first: Counter[int]
    last: Counter[int]
    empty: int


_NOTHING = _Part(Counter(), Counter(), 1)


class Automaton:
    """The positions of an expression: which characters each takes, and in how many ways it leads to which."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.takes: list[int] = []
        self.edges: Counter[Edge] = Counter()
        tree = _parser.parse(pattern, flags)
        self._groups: dict[int, Any] = {}
        self._sequence(tree, tree.state.flags)

    def is_exponential(self) -> bool:
        """Tell whether some position leads back to itself in two ways over the same text."""
        after = _successors(self.edges)
        loops = _loops(after)
        within = {edge: ways for edge, ways in self.edges.items() if loops.get(edge[0]) == loops.get(edge[1], -1)}
        if any(ways > 1 for ways in within.values()):
            return True
        inside = _successors(within)
        pairs = self._pairs(inside, [(position, position) for position in inside])
        rings = _loops(pairs)
        by_ring: defaultdict[int, set[bool]] = defaultdict(set)
        for (one, other), ring in rings.items():
            by_ring[ring].add(one == other)
        return any(len(kinds) > 1 for kinds in by_ring.values())

    def _pairs(self, after: "dict[int, set[int]]", pending: "list[Edge]") -> "dict[Edge, set[Edge]]":
        found: dict[Edge, set[Edge]] = {}
        while pending:
            pair = pending.pop()
            if pair in found:
                continue
            found[pair] = {
                (one, other)
                for one in after.get(pair[0], ())
                for other in after.get(pair[1], ())
                if self.takes[one] & self.takes[other]
            }
            pending += found[pair]
        return found

    def _sequence(self, tree: Iterable[Any], flags: int) -> _Part:
        whole = _NOTHING
        for part in tree:
            whole = self._joined(whole, self._part(part, flags))
        return whole

    def _joined(self, one: _Part, other: _Part) -> _Part:
        self._lead(one.last, other.first)
        first, last = Counter(one.first), Counter(other.last)
        if one.empty:
            first.update(other.first)
        if other.empty:
            last.update(one.last)
        return _Part(first, last, one.empty and other.empty)

    def _lead(self, last: Counter[int], first: Counter[int]) -> None:
        for before, ways in last.items():
            for behind, more in first.items():
                self.edges[before, behind] += ways * more

    def _part(self, part: Any, flags: int) -> _Part:
        operator, value = part
        if operator in _REPEATS:
            return self._repeat(*value, flags)
        if operator is sre.SUBPATTERN:
            group, added, removed, tree = value
            self._groups[group] = tree
            return self._sequence(tree, (flags | added) & ~removed)
        if operator is sre.GROUPREF:  # whatever the group can take, and not only what it took
            return self._sequence(self._groups[value], flags)
        if operator is sre.GROUPREF_EXISTS:
            return self._part((sre.BRANCH, (None, [branch or [] for branch in value[1:]])), flags)
        if operator is sre.ATOMIC_GROUP:
            return self._sequence(value, flags)
        if operator is sre.BRANCH:
            branches = [self._sequence(branch, flags) for branch in value[1]]
            first, last = Counter[int](), Counter[int]()
            for branch in branches:
                first.update(branch.first)
                last.update(branch.last)
            return _Part(first, last, sum(branch.empty for branch in branches))
        if operator in (sre.ASSERT, sre.ASSERT_NOT):
            self._sequence(value[1], flags)  # matched by itself: edges within, none from or to it
            return _NOTHING
        if operator is sre.AT:
            return _NOTHING
        if operator in (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY):
            key = f"{part} {flags}"
            if key not in _known:
                _known[key] = _taken(part, flags)
            self.takes.append(_known[key])
            position = len(self.takes) - 1
            return _Part(Counter([position]), Counter([position]), 0)
        raise NotImplementedError(f"{operator} in a pattern")

    def _repeat(self, least: int, most: int, tree: Any, flags: int) -> _Part:
        if most is sre.MAXREPEAT or most == sre.MAXREPEAT:
            whole = _NOTHING
            for _ in range(min(least, _MANY) - 1):
                whole = self._joined(whole, self._sequence(tree, flags))
            body = self._sequence(tree, flags)
            self._lead(body.last, body.first)
            return self._joined(whole, body._replace(empty=body.empty + (least == 0)))
        whole = _NOTHING
        for number in range(min(most, _MANY)):
            body = self._sequence(tree, flags)
            whole = self._joined(whole, body._replace(empty=body.empty + (number >= least)))
        return whole


def _taken(part: Any, flags: int) -> int:
    """Give what of the sample a position takes, as a bit for each."""
    from re import _compiler

    state = _parser.State()
    state.str = ""
    tree = _parser.SubPattern(state, [part])
    state.flags = flags & ~re.VERBOSE
    code = _compiler._code(tree, state.flags)
    compiled = _compiler._sre.compile("", state.flags, code, 0, {}, (None,))
    return sum(1 << place for place, letter in enumerate(_SAMPLE) if compiled.fullmatch(letter))


def _successors(edges: Iterable[Any]) -> "dict[Any, set[Any]]":
    after: dict[Any, set[Any]] = {}
    for one, other in edges:
        after.setdefault(one, set()).add(other)
    return after


def _loops(after: "dict[Any, set[Any]]") -> dict[Any, int]:
    """Number the strongly connected components that have an edge inside (Tarjan), and give each node's."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 100_000))
    found: dict[Any, int] = {}
    index: dict[Any, int] = {}
    low: dict[Any, int] = {}
    stack: list[Any] = []
    on_stack: set[Any] = set()

    def visit(node: Any) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        for next_node in after.get(node, ()):
            if next_node not in index:
                visit(next_node)
                low[node] = min(low[node], low[next_node])
            elif next_node in on_stack:
                low[node] = min(low[node], index[next_node])
        if low[node] == index[node]:
            component = []
            while True:
                component.append(stack.pop())
                on_stack.discard(component[-1])
                if component[-1] == node:
                    break
            if len(component) > 1 or node in after.get(node, ()):
                found.update(dict.fromkeys(component, index[node]))

    try:
        for node in list(after):
            if node not in index:
                visit(node)
    finally:
        sys.setrecursionlimit(limit)
    return found
