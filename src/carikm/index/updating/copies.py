"""Groups of near-identical articles in an index brought up to date, and the table that leads to them.

`CopiesUpdate` is the archive over which `carikm.index.updating.regrouping` decides.
"""

from collections import defaultdict
from collections.abc import Collection

from carikm.index.copies import Sketch, sketched_of
from carikm.index.groups import group_of
from carikm.index.learning import Boilerplate
from carikm.index.new_rows import insertion
from carikm.index.reader import IndexReader
from carikm.index.shingles import (
    NO_BUCKET,
    Bucket,
    bucket_of,
    looked_up,
    pack_bucket,
    unpack_bucket,
    with_last,
    without,
)
from carikm.index.updating.arrays import Arrays
from carikm.index.updating.arrivals import Arrival
from carikm.index.updating.one_sketch import one_sketch
from carikm.index.updating.regrouping import regrouped
from carikm.index.updating.stored import StoredTexts, stored_sketch


class CopiesUpdate:
    """Brings groups and shingles up to date; the index is open for writing."""

    def __init__(
        self,
        index: IndexReader,
        arrays: Arrays,
        texts: StoredTexts,
        learned: Boilerplate,
        never: frozenset[str],
    ) -> None:
        """Take what is needed.

        Args:
            index: the index.
            arrays: its arrays; those that come have their numbers and ranks.
            texts: its articles' texts.
            learned: what it has learned to be boilerplate, before the change.
            never: lines that the user says are no boilerplate.
        """
        self._index = index
        self._execute = index.connection.execute
        self._arrays = arrays
        self._texts = texts
        self._learned = learned
        self._never = never
        self._sketches: dict[int, Sketch] = {}
        self._added: defaultdict[int, list[int]] = defaultdict(list)
        self._buckets: dict[int, Bucket] = {}
        self._changed: set[int] = set()

    def add(self, arrival: Arrival) -> None:
        """Sketch an article that comes."""
        arrival.sketch = self._sketches[arrival.number] = one_sketch(*sketched_of(arrival.draft))
        for shingle in looked_up(arrival.sketch.shingles):
            self._added[shingle].append(arrival.number)

    def regroup(self, removed: Collection[int], added: Collection[int]) -> tuple[list[int], list[int]]:
        """Group anew; list the articles that stay and that statistics no longer count, and those that they count now.

        Args:
            removed: the numbers of the articles that leave.
            added: those of the articles that come.
        """
        arrays = self._arrays
        found = regrouped(self, removed, added)
        for article, leader in found.items():
            arrays.representatives[article] = leader
        uncounted: list[int] = []
        counted: list[int] = []
        for article in sorted(found):
            if article < arrays.slots_before and arrays.was_counted(article) != arrays.is_counted(article):
                (uncounted if arrays.was_counted(article) else counted).append(article)
        return uncounted, counted

    # As `regrouped` asks

    def sketch(self, article: int) -> Sketch:
        """Give an article's sketch."""
        found = self._sketches.get(article)
        if found is None:
            text = self._texts.of(article)
            learned = self._learned.of(group_of(text.article.outlet, text.article.path))
            try:
                found = stored_sketch(text, self._index.keys_of(article), learned, self._never)
            except ValueError as error:
                raise self._index.damaged(f"{error}, of article {article}") from error
            self._sketches[article] = found
        return found

    def having(self, shingle: int) -> list[int]:
        """Give the articles that a shingle leads to."""
        return self._bucket(bucket_of(shingle)).having(shingle) + self._added.get(shingle, [])

    def rank(self, article: int) -> int:
        """Tell an article's rank in the order of paths."""
        return self._arrays.rank(article)

    def stood_for(self, article: int) -> int:
        """Tell which article stood for an article, before the change."""
        return self._arrays.stood_for[article]

    # The table of shingles

    def _bucket(self, number: int) -> Bucket:
        found = self._buckets.get(number)
        if found is None:
            row = self._execute("SELECT entries FROM shingles WHERE bucket = ?", [number]).fetchone()
            try:
                found = NO_BUCKET if row is None else unpack_bucket(row[0])
            except (ValueError, TypeError) as error:
                raise self._index.damaged(str(error)) from error
            self._buckets[number] = found
        return found

    def take_out(self, article: int) -> None:
        """Let no shingle lead to an article any more."""
        for shingle in looked_up(self.sketch(article).shingles):
            number = bucket_of(shingle)
            try:
                self._buckets[number] = without(self._bucket(number), article, shingle)
            except ValueError as error:
                raise self._index.damaged(str(error)) from error
            self._changed.add(number)

    def put_in(self, article: int, sketch: Sketch) -> None:
        """Let the shingles of an article that comes behind all others lead to it."""
        for shingle in looked_up(sketch.shingles):
            number = bucket_of(shingle)
            self._buckets[number] = with_last(self._bucket(number), article, shingle)
            self._changed.add(number)

    def store(self) -> None:
        """Write what has been taken out and put in."""
        for number in sorted(self._changed):
            bucket = self._buckets[number]
            if bucket.articles:
                self._execute(insertion("shingles", replaces=True), [number, pack_bucket(bucket)])
            else:
                self._execute("DELETE FROM shingles WHERE bucket = ?", [number])
