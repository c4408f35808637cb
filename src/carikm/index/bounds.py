"""The most that a term can add to the score of any chunk of an article (see `carikm.index.blocks`)."""

from collections.abc import Sequence
from typing import Protocol

from carikm.index.blocks import BOUND_STEPS, BOUNDS_SLACK, LARGEST_BOUND, Averages
from carikm.index.weights import (
    ARTICLE_B,
    CHUNK_B,
    CHUNK_WEIGHT,
    LEAD_B,
    LEAD_LENGTH,
    LEAD_WEIGHT,
    length_norm,
    saturation,
)


class Lengths(Protocol):
    """The lengths in tokens of articles and of body chunks, by their numbers, and the averages of the archive."""

    @property
    def article_lengths(self) -> Sequence[int]:
        """Of each article's body."""

    @property
    def body_lengths(self) -> Sequence[int]:
        """Of each body chunk."""

    @property
    def averages(self) -> Averages:
        """Over all that counts."""


def bounds_of(
    chunks: Sequence[int],
    articles: Sequence[int],
    occurrences: Sequence[int],
    leads: Sequence[int],
    in_leads: Sequence[int],
    lengths: "Lengths",
) -> list[tuple[int, int]]:
    """Bound what a term adds to the score of any chunk of an article, per unit of weight.

    Args:
        chunks: the body chunks of the term's entries, ascending.
        articles: the article of each.
        occurrences: how often each has it.
        leads: the articles of the entries of leads, ascending.
        in_leads: how often each has it.
        lengths: those of articles and chunks, and the averages that the archive has.

    Returns:
        Each article with its bound in steps.
    """
    article_norms, chunk_norms, lead_norms = length_norms(lengths.averages)
    totals: dict[int, int] = {}
    best: dict[int, float] = {}
    of_chunk: dict[int, int] = {}
    for chunk, count in zip(chunks, occurrences, strict=True):
        of_chunk[chunk] = of_chunk.get(chunk, 0) + count
    for chunk, article in zip(chunks, articles, strict=True):
        worth = saturation(of_chunk[chunk], chunk_norms[0] + chunk_norms[1] * lengths.body_lengths[chunk])
        if worth > best.get(article, 0.0):
            best[article] = worth
    for article, count in zip(articles, occurrences, strict=True):
        totals[article] = totals.get(article, 0) + count
    of_lead: dict[int, int] = {}
    for article, count in zip(leads, in_leads, strict=True):
        of_lead[article] = of_lead.get(article, 0) + count
    bounds = []
    for article, total in totals.items():
        length = lengths.article_lengths[article]
        most = saturation(total, article_norms[0] + article_norms[1] * length) + CHUNK_WEIGHT * best[article]
        if article in of_lead:
            count = of_lead[article]
            most += LEAD_WEIGHT * saturation(count, lead_norms[0] + lead_norms[1] * min(length, LEAD_LENGTH))
        bounds.append((article, min(BOUND_STEPS, 1 + int(BOUND_STEPS * most / LARGEST_BOUND))))
    return bounds


def length_norms(averages: Averages) -> list[tuple[float, float]]:
    """Give for articles, chunks and leads the length norm of no token and what each token adds to it."""
    found = []
    for average, b in zip(averages, (ARTICLE_B, CHUNK_B, LEAD_B), strict=True):
        none, one = (length_norm(length, BOUNDS_SLACK * average, b) for length in (0, 1))
        found.append((none, one - none))
    return found
