"""Learned boilerplate brought up to date: what recurs in the groups of articles that have come or gone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from carikm.corpus.recurring import (
    NO_MARGINS,
    RECURRING,
    Learned,
    Margins,
    body_of,
    candidates,
    learn_among,
    learnable,
    learned_still,
    unpack_margins,
)
from carikm.index.format import batches
from carikm.index.groups import Group
from carikm.index.new_rows import LearnedRow, group_columns, insertion, learning_row
from carikm.index.reader import IndexReader

Keys = Sequence[int]


class Voice(NamedTuple):
    """An article that counts when boilerplate is learned, with the keys of its lines."""

    article: int
    keys: Keys


class Lines:
    """The keys of an archive's articles as they will be: some have gone, some have come."""

    def __init__(
        self,
        index: IndexReader,
        gone: Iterable[int],
        come: Mapping[int, tuple[Group, Keys]],
        is_counted: Callable[[int], bool],
    ) -> None:
        self._index = index
        self._execute = index.connection.execute
        self._gone = frozenset(gone)
        self._come = come
        self._is_counted = is_counted
        self._groups: dict[int, Group] = {article: group for article, (group, _) in come.items()}
        self._come_with: defaultdict[int, list[int]] = defaultdict(list)
        for article, (_, keys) in come.items():
            for key in learnable(keys):
                self._come_with[key].append(article)

    def keys(self, article: int) -> Keys:
        """Give the keys of an article."""
        if article in self._come:
            return self._come[article][1]
        return self._index.keys_of(article)

    def having(self, key: int, group: Group, *, counted: bool = True) -> list[int]:
        """Give the articles of a group that have a key, those that count or all."""
        rows = self._index.checked_rows("SELECT article FROM line_articles WHERE key = ?", [key], "i")
        found = [article for (article,) in rows if article not in self._gone]
        found += self._come_with.get(key, ())
        if counted:
            found = [article for article in found if self._is_counted(article)]
        self._look_up(found)
        return [article for article in found if self._groups[article] == group]

    def _look_up(self, articles: Iterable[int]) -> None:
        wanted = [article for article in articles if article not in self._groups]
        for batch in batches(wanted):
            self._groups.update(self._index.groups_of(batch))
            if missing := [article for article in batch if article not in self._groups]:
                raise self._index.damaged(f"lines of an article {missing[0]} that is not there")


class Relearned(NamedTuple):
    """What a group has learned before a change, what after it, and on what grounds; how many articles it has."""

    before: Learned
    margins: Margins
    articles: int


def relearned(
    index: IndexReader, group: Group, lines: Lines, left: Sequence[Voice], joined: Sequence[Voice]
) -> Relearned:
    """Learn of a group which some articles have left, and others have joined."""
    number, before = _known(index, group)
    now = number - len(left) + len(joined)
    counts = _counts(before, lines, group, left, joined)
    keys_left, keys_joined = [voice.keys for voice in left], [voice.keys for voice in joined]
    margins = learned_still(before, (number, now), counts, keys_left, keys_joined)
    if margins is None:
        having = {article for key in candidates(counts, now).foot for article in lines.having(key, group)}
        margins = learn_among([lines.keys(article) for article in sorted(having)], counts, now)
    return Relearned(before.learned, margins, now)


def _known(index: IndexReader, group: Group) -> tuple[int, Margins]:
    rows = index.checked_rows(f"SELECT articles, margins FROM learning WHERE {_WHERE}", group_columns(group), "it")
    if not rows:
        return 0, NO_MARGINS
    try:
        return rows[0][0], unpack_margins(rows[0][1])
    except ValueError as error:
        raise index.damaged(str(error)) from error


def _counts(
    before: Margins, lines: Lines, group: Group, left: Sequence[Voice], joined: Sequence[Voice]
) -> dict[int, int]:
    """Count the articles of each key that recurs."""
    more: Counter[int] = Counter()
    for voices, sign in ((left, -1), (joined, 1)):
        for voice in voices:
            for key in learnable(voice.keys):
                more[key] += sign
    counts = dict(before.counts)
    for key, change in more.items():
        if key in counts:
            counts[key] += change
        elif change > 0:
            counts[key] = len(lines.having(key, group))
        if counts.get(key, RECURRING) < RECURRING:
            del counts[key]
    return counts


def store_learning(index: IndexReader, group: Group, found: Relearned) -> None:
    """Keep what a group has learned, and on what grounds."""
    index.connection.execute(f"DELETE FROM learning WHERE {_WHERE}", group_columns(group))
    if found.articles:
        index.connection.execute(insertion("learning"), learning_row(group, found.articles, found.margins.packed()))


_WHERE = "outlet IS ? AND folder IS CAST(? AS TEXT)"


def outside(keys: Keys, learned: Learned) -> list[int]:
    """Give the keys of an article's lines that were learned to be boilerplate where they stand, each once, in order."""
    start, end = body_of(keys, learned)
    return list(dict.fromkeys([*keys[:start], *keys[end:]]))


def recut(lines: Lines, group: Group, found: Relearned, fresh: Iterable[int]) -> list[int]:
    """List the articles of a group, but for those read anyway, that are cut otherwise by what was learned."""
    before, now = found.before, found.margins.learned
    if before == now:
        return []
    keys = (before.head ^ now.head) | (before.foot ^ now.foot)
    having = {article for key in keys for article in lines.having(key, group, counted=False)}.difference(fresh)
    return sorted(
        article for article in having if body_of(lines.keys(article), before) != body_of(lines.keys(article), now)
    )


def learned_rows(
    rows: Sequence[LearnedRow],
    group: Group,
    found: Relearned,
    lines: Lines,
    left: Sequence[Voice],
    joined: Sequence[Voice],
    rank: Callable[[int], int],
) -> list[LearnedRow]:
    """Bring the learned lines of a group up to date; one that has another example has no text yet.

    Args:
        rows: those that it had.
        group: the group.
        found: what it has learned.
        lines: the keys of the archive's articles.
        left: the articles that have left it.
        joined: those that have joined it.
        rank: tells the place of an article in the order of paths.
    """
    learned = found.margins.learned
    counts: Counter[int] = Counter()
    examples: dict[int, int] = {}
    lost: set[int] = set()
    if learned == found.before:
        gone = {voice.article for voice in left}
        counts.update({row.key: row.articles for row in rows})
        for voice in left:
            counts.subtract(outside(voice.keys, learned))
        examples = {row.key: row.example for row in rows if row.example not in gone}
        lost = {row.key for row in rows if row.example in gone}
    else:
        having = {article for key in learned.foot for article in lines.having(key, group)}
        joined = [Voice(article, lines.keys(article)) for article in having]
    for voice in joined:
        for key in outside(voice.keys, learned):
            counts[key] += 1
            examples[key] = min(voice.article, examples.get(key, voice.article), key=rank)
    for key in lost:
        if counts[key] > 0:
            ordered = sorted(lines.having(key, group), key=rank)
            examples[key] = next(article for article in ordered if key in outside(lines.keys(article), learned))
    texts = {(row.key, row.example): row.line for row in rows}
    return [
        LearnedRow(group, key, key in learned.head, texts.get((key, examples[key]), ""), count, examples[key])
        for key, count in counts.items()
        if count > 0
    ]


def in_order(
    rows: Iterable[LearnedRow], lines: Lines, learned: Mapping[Group, Learned], rank: Callable[[int], int]
) -> list[LearnedRow]:
    """Put learned lines into order: the commonest first, and those of one article in its order."""
    places: dict[tuple[Group, int], dict[int, int]] = {}

    def place(row: LearnedRow) -> int:
        where = (row.group, row.example)
        if where not in places:
            keys = outside(lines.keys(row.example), learned[row.group])
            places[where] = {key: place for place, key in enumerate(keys)}
        return places[where].get(row.key, 0)

    return sorted(rows, key=lambda row: (-row.articles, rank(row.example), place(row)))
