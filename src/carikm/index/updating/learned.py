"""Learned boilerplate in an index brought up to date: what its groups learn now, who is cut otherwise, and the rows.

`carikm.index.updating.relearning` tells what a group learns; here it is asked for all groups that a change concerns.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from carikm.corpus import BODY
from carikm.corpus.article import readable_lines
from carikm.corpus.lines import split_lines
from carikm.corpus.mojibake import repaired
from carikm.corpus.recurring import Learned, line_keys
from carikm.index.format import name_in, name_of
from carikm.index.groups import Group, group_of
from carikm.index.learning import Boilerplate
from carikm.index.new_rows import LearnedRow, insertion, learned_row
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle
from carikm.index.updating.arrays import Arrays
from carikm.index.updating.arrivals import Arrival
from carikm.index.updating.relearning import (
    Lines,
    Relearned,
    Voice,
    in_order,
    learned_rows,
    recut,
    relearned,
    store_learning,
)


class LearnedUpdate:
    """Brings what was learned up to date; the index is open for writing."""

    def __init__(
        self,
        index: IndexReader,
        arrays: Arrays,
        before: Boilerplate,
        removed: Mapping[int, StoredArticle],
        arrivals: Sequence[Arrival],
    ) -> None:
        """Take what is needed.

        Args:
            index: the index.
            arrays: its arrays, articles grouped anew.
            before: what it has learned, before the change.
            removed: the articles that leave.
            arrivals: the articles that come, those that are only cut otherwise left out.
        """
        self._index = index
        self._execute = index.connection.execute
        self._arrays = arrays
        self._before = before
        self._removed = removed
        self._arrivals = list(arrivals)
        self._fresh = {arrival.number: (arrival.group, arrival.keys) for arrival in arrivals}
        self._lines = Lines(index, removed.keys(), self._fresh, arrays.is_counted)
        self._found: dict[Group, Relearned] = {}

    def relearn(self, uncounted: Sequence[int], counted: Sequence[int]) -> None:
        """Learn anew.

        Args:
            uncounted: articles that stay, and have no say any more.
            counted: articles that stay, and have one now.
        """
        left: defaultdict[Group, list[Voice]] = defaultdict(list)
        joined: defaultdict[Group, list[Voice]] = defaultdict(list)
        leaving = [article for article in self._removed if self._arrays.was_counted(article)]
        for article in (*leaving, *uncounted):
            left[self._group(article)].append(Voice(article, self._index.keys_of(article)))
        for article in counted:
            joined[self._group(article)].append(Voice(article, self._index.keys_of(article)))
        for arrival in self._arrivals:
            if self._arrays.is_counted(arrival.number):
                joined[arrival.group].append(Voice(arrival.number, arrival.keys))
        self._found = {
            group: relearned(self._index, group, self._lines, left[group], joined[group])
            for group in dict.fromkeys([*left, *joined])
        }
        self._plan(left, joined)

    def _group(self, article: int) -> Group:
        stored = self._removed.get(article) or self._index.article(article)
        return group_of(stored.outlet, stored.path)

    def of(self, group: Group) -> Learned:
        """Give what a group has learned now."""
        found = self._found.get(group)
        return self._before.of(group) if found is None else found.margins.learned

    def recut(self) -> Iterator[int]:
        """Give the articles that stay, and are cut otherwise now."""
        for group, found in self._found.items():
            yield from recut(self._lines, group, found, self._fresh)

    def _plan(self, left: Mapping[Group, Sequence[Voice]], joined: Mapping[Group, Sequence[Voice]]) -> None:
        """Bring the table of learned lines up to date, but for the texts of lines."""
        self._rows_before = [
            LearnedRow(Group(outlet, folder and name_of(folder)), key, bool(at_head), line, articles, example)
            for outlet, folder, key, at_head, line, articles, example in self._execute(
                f"SELECT outlet, {name_in('folder')}, key, at_head, line, articles, example FROM learned ORDER BY id"
            )
        ]
        rank = self._arrays.rank
        now = [row for row in self._rows_before if row.group not in self._found]
        for group, found in self._found.items():
            own = [row for row in self._rows_before if row.group == group]
            now += learned_rows(own, group, found, self._lines, left[group], joined[group], rank)
        learned = {row.group: self.of(row.group) for row in now}
        self._rows = in_order(now, self._lines, learned, rank)

    def store(self, arrivals: Sequence[Arrival], moved: Mapping[int, int]) -> None:
        """Write what was learned.

        Args:
            arrivals: all articles that have come, those that are only cut otherwise among them.
            moved: the numbers that these had, and those that they have.
        """
        for group, found in self._found.items():
            store_learning(self._index, group, found)
        cut = {arrival.number: arrival for arrival in arrivals}
        now = [row._replace(example=moved.get(row.example, row.example)) for row in self._rows]
        now = [row if row.line else row._replace(line=self._as_written(row, cut.get(row.example))) for row in now]
        if now == self._rows_before:
            return
        self._execute("DELETE FROM learned")
        for number, row in enumerate(now):
            self._execute(insertion("learned"), learned_row(number, row))

    def _as_written(self, row: LearnedRow, arrival: Arrival | None) -> str:
        """Find a learned line among the boilerplate of an article that has it."""
        chunks = self._index.chunks_of(row.example) if arrival is None else arrival.article.chunks
        for chunk in chunks:
            if chunk.kind == BODY:
                continue
            lines = readable_lines(chunk.text, split_lines(chunk.text), chunk.repairs)
            for written in (repaired(chunk.text, chunk.repairs).text, *lines):
                if row.key in line_keys([written]):
                    return written
        raise self._index.damaged(f"a line that article {row.example} has not")
