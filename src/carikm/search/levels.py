"""What a chunk's score is made of: its article, its article's lead, and itself, each with what was found there."""

from bisect import bisect_right
from collections.abc import Callable, Container, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from carikm.index.format import BODY_CHUNKS, BOILERPLATE_BASE, LEAD_BASE
from carikm.index.weights import ARTICLE_B, CHUNK_B, CHUNK_WEIGHT, LEAD_B, LEAD_LENGTH, LEAD_WEIGHT
from carikm.search.score import Level, Norms, Search, WeighedExpansion, WeighedWord, score, search_for
from carikm.search.sources import Texts

if TYPE_CHECKING:
    from carikm.index.reader import IndexReader


class Levels:
    """The levels of the texts of one search, and the scores that come of them."""

    def __init__(self, index: "IndexReader", *, are_few: bool, boilerplate: bool) -> None:
        """Take whether few articles are scored, so that of long arrays little is read, and boilerplate as well."""
        self._index = index
        self._are_few = are_few
        self._boilerplate = boilerplate
        self._scored_articles = _ArticleOf()

    def of_articles(
        self,
        articles: Sequence[int],
        words: Sequence[WeighedWord],
        expansions: Sequence[WeighedExpansion],
        allowed: Sequence[Container[int]],
    ) -> list[Level]:
        """Give what the scores of the body chunks of some articles are made of."""
        starts, end = self._index.few_of("article_starts"), self._index.chunk_slots
        body = [range(starts[at], starts[at + 1] if at + 1 < len(starts) else end) for at in articles]
        self._scored_articles.add(articles, body)
        leads = [range(LEAD_BASE + article, LEAD_BASE + article + 1) for article in articles]
        found = search_for(words, expansions, body)
        return self.of_texts(words, expansions, [found.only(allowed) if expansions else found], leads)

    def of_texts(
        self,
        words: Sequence[WeighedWord],
        expansions: Sequence[WeighedExpansion],
        found: Sequence[Search],
        leads: Texts,
    ) -> list[Level]:
        """Give what a score is made of: articles, leads, and chunks of the body and perhaps of boilerplate."""
        index = self._index
        is_few = self._are_few
        article_lengths = index.few_of("article_lengths") if is_few else index.article_lengths()
        body_lengths, boilerplate_lengths = (index.few_lengths(), ()) if is_few else index.lengths()
        in_leads = search_for(words, expansions, leads)
        if expansions:
            in_leads = in_leads.only(
                [
                    {LEAD_BASE + self._article_of[chunk] for chunk in found[0].texts_with_all(place)}
                    for place in range(len(expansions))
                ]
            )
        lead_norm = self._norms(article_lengths, "lead", LEAD_B, first=LEAD_BASE, longest=LEAD_LENGTH)
        in_articles = found[0].in_articles(self._article_of)
        lengths: list[tuple[Sequence[int], int]] = [(body_lengths, 0), (boilerplate_lengths, BOILERPLATE_BASE)]
        return [
            Level("article", 1.0, in_articles, self._norms(article_lengths, "article", ARTICLE_B)),
            Level("lead", LEAD_WEIGHT, in_leads, lead_norm),
            *(
                Level("chunk", CHUNK_WEIGHT, search, self._norms(of_kind, "chunk", CHUNK_B, first=first))
                for search, (of_kind, first) in zip(found, lengths, strict=False)
            ),
        ]

    def scored(self, levels: Sequence[Level]) -> dict[int, float]:
        """Score the chunks that hold something: each with its article and its article's lead."""
        articles, leads, *kinds = levels
        try:
            of_article, of_lead = score(articles.search, articles.norm), score(leads.search, leads.norm)
            of_chunks = [score(level.search, level.norm) for level in kinds]
        except IndexError as error:
            raise self._index.damaged("postings of a chunk that is not there") from error
        scores: dict[int, float] = {}
        for level, found in zip(kinds, of_chunks, strict=True):
            for chunk, own in found.items():
                number = self.article(chunk)
                lead = of_lead.get(LEAD_BASE + number, 0.0)
                scores[chunk] = articles.weight * of_article.get(number, 0.0) + level.weight * own + leads.weight * lead
        return scores

    def article(self, chunk: int) -> int:
        """Give a chunk's article."""
        if chunk < BOILERPLATE_BASE:
            return self._article_of[chunk]
        return bisect_right(self._first_boilerplate, chunk) - 1

    @cached_property
    def _article_of(self) -> "Mapping[int, int] | Sequence[int]":
        """The article of each body chunk; where only some are scored, of these."""
        return self._scored_articles if self._are_few else self._index.chunk_articles()

    @cached_property
    def _first_boilerplate(self) -> Sequence[int]:
        """The number of the first boilerplate chunk of each article."""
        return self._index.boilerplate_starts() if self._boilerplate else ()

    def _norms(
        self, lengths: Sequence[int], kind: str, b: float, *, first: int = 0, longest: int | None = None
    ) -> Callable[[int], float]:
        return Norms(lengths, getattr(self._index.averages, kind), b, first=first, longest=longest).norm


class _ArticleOf(dict[int, int]):
    """Gives the article of a chunk, for the chunks of articles that it was told of."""

    def __init__(self) -> None:
        self._starts: list[tuple[int, int]] = []

    def add(self, articles: Sequence[int], chunks: Sequence[range]) -> None:
        """Take some articles, and the body chunks of each."""
        starts = (body.start for body in chunks)
        self._starts = sorted([*self._starts, *zip(starts, articles, strict=True)])

    def __missing__(self, chunk: int) -> int:
        _, article = self._starts[bisect_right(self._starts, (chunk, BODY_CHUNKS.stop)) - 1]
        self[chunk] = article
        return article
