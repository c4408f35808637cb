"""What is boilerplate beyond the rules: learned from all articles, outlet by outlet."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from carikm.corpus.recurring import NOTHING_LEARNED, Learned, Margins, body_of, learn
from carikm.index.groups import Group
from carikm.index.reader import IndexReader


class Recurrence(NamedTuple):
    """A line that was learned: of which articles, its key, in how many it is boilerplate, and the first of them.

    `at_head` tells that it is boilerplate at the head of an article too, and not only at the foot.
    """

    group: Group
    key: int
    at_head: bool
    articles: int
    example: int


class Boilerplate:
    """The lines learned of every group."""

    def __init__(
        self, learned: Mapping[Group, Learned], grounds: Mapping[Group, tuple[int, Margins]] | None = None
    ) -> None:
        """Take what was learned of each group, and how many articles each has, and on what grounds it was learned."""
        self._learned = learned
        self.grounds = grounds or {}
        self._counts: dict[tuple[Group, int], int] = {}
        self._examples: dict[tuple[Group, int], int] = {}

    @classmethod
    def learn(cls, articles: Iterable[tuple[Group, "array[int]"]]) -> "Boilerplate":
        """Learn from the keys of the lines of all articles but copies."""
        groups: defaultdict[Group, list[array[int]]] = defaultdict(list)
        for group, keys in articles:
            groups[group].append(keys)
        grounds = {group: (len(articles), learn(articles)) for group, articles in groups.items()}
        return cls({group: margins.learned for group, (_, margins) in grounds.items()}, grounds)

    @classmethod
    def of_index(cls, index: IndexReader) -> "Boilerplate":
        """Give what an index has learned."""
        heads: defaultdict[Group, set[int]] = defaultdict(set)
        feet: defaultdict[Group, set[int]] = defaultdict(set)
        for line in index.learned_lines():
            group = Group(line.outlet, line.folder)
            feet[group].add(line.key)
            if line.at_head:
                heads[group].add(line.key)
        return cls({group: Learned(frozenset(heads[group]), frozenset(feet[group])) for group in feet})

    def of(self, group: Group) -> Learned:
        """Give the lines learned of a group."""
        return self._learned.get(group, NOTHING_LEARNED)

    def note(self, article: int, group: Group, keys: "array[int]") -> None:
        """Count an article's lines that are boilerplate; articles come in order of their numbers, without copies."""
        learned = self.of(group)
        if learned == NOTHING_LEARNED:
            return
        start, end = body_of(keys, learned)
        for key in dict.fromkeys([*keys[:start], *keys[end:]]):
            self._counts[group, key] = self._counts.get((group, key), 0) + 1
            self._examples.setdefault((group, key), article)

    def recurrences(self) -> list[Recurrence]:
        """List the lines that were noted, the commonest first, and those of one article in its order."""
        found = [
            Recurrence(group, key, key in self.of(group).head, count, self._examples[group, key])
            for (group, key), count in self._counts.items()
        ]
        return sorted(found, key=lambda line: (-line.articles, line.example))
