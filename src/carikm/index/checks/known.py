"""What all checks need to know of an index's articles and chunks: its arrays, as numpy has them, and its tallies.

Sixty bytes or so for each article and six for each chunk are all that stays in memory.
"""

import json
from array import array
from typing import TYPE_CHECKING, Any

from carikm.index.blocks import Averages
from carikm.index.checks import sums
from carikm.index.corrections import read_indexed
from carikm.index.format import ARTICLE_ARRAYS, BOILERPLATE_BASE, NO_RANK
from carikm.index.reader import IndexReader

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]


class Known:
    """The arrays of an index.

    `live` tells of each slot whether it has an article, `counted` whether that is no copy. `page_articles` has the
    article of each boilerplate chunk, `NO_RANK` where it belongs to none, once `carikm.index.checks.articles` has gone
    through them. `from_words`, `from_tables` gather for each article the sums (see `carikm.index.checks.sums`) of its
    entries of postings, and of what else tables hold of it.
    """

    def __init__(self, index: IndexReader) -> None:
        """Read the arrays.

        Raises:
            IndexDamaged: they are not there, or not as long as they should be.
        """
        import numpy as np

        self.arrays = {name: np.frombuffer(index.numbers_of_articles(name), np.uint32) for name in ARTICLE_ARRAYS}
        body, page = index.lengths()
        self.body_lengths, self.page_lengths = np.frombuffer(body, np.uint16), np.frombuffer(page, np.uint16)
        self.chunk_articles = np.frombuffer(index.chunk_articles(), np.uint32)
        if len(self.chunk_articles) != len(self.body_lengths):
            raise index.damaged(f"{len(self.chunk_articles)} chunk_articles for {len(self.body_lengths)} body_lengths")
        self.slots = len(self.arrays["article_order"])
        self.live = self.arrays["article_order"] != NO_RANK
        self.counted = self.live & (self.arrays["representatives"] == np.arange(self.slots))
        self.page_articles = np.full(len(self.page_lengths), NO_RANK, np.uint32)
        self.from_words = np.zeros(self.slots, np.uint64)
        self.from_tables = array("Q", bytes(8 * self.slots))
        self.bounds_averages = Averages(*json.loads(index.fact("bounds_averages")))
        self.corrections = read_indexed(index.fact("corrections"))

    def is_live(self, article: int) -> bool:
        """Tell whether there is such an article."""
        return 0 <= article < self.slots and bool(self.live[article])

    def is_counted(self, article: int) -> bool:
        """Tell whether there is such an article, and it is no copy."""
        return 0 <= article < self.slots and bool(self.counted[article])

    def article_of(self, chunk: int) -> int:
        """Give the article of a chunk of either kind; -1 where there is none."""
        numbers, place = self.chunk_articles, chunk
        if chunk >= BOILERPLATE_BASE:
            numbers, place = self.page_articles, chunk - BOILERPLATE_BASE
        found = int(numbers[place]) if 0 <= place < len(numbers) else -1
        return found if self.is_live(found) else -1

    def ranked(self) -> "Numbers":
        """Give the articles in the order of their ranks."""
        import numpy as np

        order = np.argsort(self.arrays["article_order"], kind="stable")
        return order[: int(self.live.sum())]

    def add(self, article: int, element: int) -> None:
        """Add the hash of something that a table holds of an article."""
        self.from_tables[article] = sums.added(self.from_tables[article], element)
