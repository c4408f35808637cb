"""From a query to its hits: the whole journey over a store."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from carikm.corpus.lines import line_separator
from carikm.corpus.mojibake import repaired
from carikm.index.rows import StoredArticle, StoredChunk
from carikm.records import NamedTuple
from carikm.search.expansion import whole
from carikm.search.query import Query
from carikm.search.query_parts import Expansion, Word
from carikm.search.snippet import Span, find_matches, highlights, marked, snippet
from carikm.search.store import Cited, Facets, Listed, Passage, Scope, SearchStore

if TYPE_CHECKING:
    from carikm.search.conditions import HoldsPhrase
    from carikm.search.explain import Explanation


class Hit(NamedTuple):
    """A chunk that matches.

    `rank` counts from 1 over the whole result, `reference` is the shortest citation of the chunk.
    `title_highlights` are spans of the article's title.
    `highlights` and `snippet` are spans of `text`, the chunk with its mojibake repaired;
    `source_highlights` are the same highlights as spans of `chunk.text`, which is what the file's bytes decode
    to. `line` is the snippet's first line in the file. `more` counts the matching chunks of the article that are not
    listed, on the last that is; `copies` are near-identical articles that match as well and are not listed.
    `explanation` takes the score apart, where that was asked for.
    """

    rank: int
    score: float
    reference: str
    article: StoredArticle
    chunk: StoredChunk
    title_highlights: Sequence[Span]
    text: str
    highlights: Sequence[Span]
    snippet: Span
    source_highlights: Sequence[Span]
    line: int
    more: int = 0
    copies: Sequence[Cited] = ()
    explanation: "Explanation | None" = None


class RankedArticle(NamedTuple):
    """An article with the score of its best chunk; `rank` counts from 1."""

    rank: int
    score: float
    article: StoredArticle


class Result(NamedTuple):
    """The hits of a query; how many matched in all, are listed, and were left out, and the rest (see `Ranking`)."""

    query: Query
    hits: Sequence[Hit]
    total: int
    listed: int
    boilerplate_left_out: int
    undated_left_out: int
    sourceless_left_out: int
    expansions: Sequence[Expansion]
    facets: Facets | None = None
    nowhere: "Sequence[Word | HoldsPhrase]" = ()


def find_hits(store: SearchStore, query: Query, scope: Scope) -> Result:
    """Answer a query."""
    ranking = store.rank(query, scope)
    passages = store.passages([listed.chunk for listed in ranking.scored])
    hits = [
        _hit(rank, listed, passage, query, ranking.expansions)._replace(copies=store.articles(listed.copies))
        for rank, (listed, passage) in enumerate(zip(ranking.scored, passages, strict=True), start=scope.offset + 1)
    ]
    if ranking.explanations:
        hits = [hit._replace(explanation=why) for hit, why in zip(hits, ranking.explanations, strict=True)]
    left_out = ranking.boilerplate_left_out, ranking.undated_left_out, ranking.sourceless_left_out
    counts = ranking.total, ranking.listed, *left_out
    return Result(query, hits, *counts, ranking.expansions, ranking.facets, ranking.nowhere)


def is_in_need(result: Result) -> bool:
    """Tell whether a user wants to know more: nothing was found, or a word or a phrase of the query occurs nowhere."""
    unknown = any(word.key is None and not word.is_stop for word in result.query.words)
    return not result.total or unknown or bool(result.nowhere)


def rank_articles(store: SearchStore, query: Query, scope: Scope) -> list[RankedArticle]:
    """Rank articles for a query, each by its best chunk, without finding what in a chunk matches."""
    ranking = store.rank(query, scope._replace(by_article=True))
    passages = store.passages([listed.chunk for listed in ranking.scored])
    return [
        RankedArticle(rank, listed.score, passage.article)
        for rank, (listed, passage) in enumerate(zip(ranking.scored, passages, strict=True), start=scope.offset + 1)
    ]


def _hit(rank: int, listed: Listed, passage: Passage, query: Query, expansions: Sequence[Expansion]) -> Hit:
    chunk = passage.chunk
    readable = repaired(chunk.text, chunk.repairs)
    words = [*query.weighing, *_words_found_whole(expansions, readable.text)]
    matches = find_matches(readable.text, words, query.phrases)
    spans = marked(matches)
    shown = snippet(readable.text, matches, _title_span(passage, readable.text))
    source_start, _ = readable.original_span(shown.start, shown.start)
    return Hit(
        rank,
        listed.score,
        f"{passage.reference}:{chunk.number}",
        passage.article,
        chunk,
        highlights(passage.article.title, words, query.phrases),
        readable.text,
        spans,
        shown,
        [Span(*readable.original_span(*span)) for span in spans],
        _line_at(chunk, source_start),
        listed.more,
    )


def _words_found_whole(expansions: Sequence[Expansion], text: str) -> Iterator[Word]:
    """Give the words of the expansions that stand whole in a text."""
    for expansion in expansions:
        if len(expansion.surfaces) == 1 or whole(expansion.surfaces).search(text):
            yield from expansion.words


def _line_at(chunk: StoredChunk, place: int) -> int:
    """Give the number of the line that a place in a chunk lies in; a lone carriage return in it may end none."""
    if chunk.line_start == chunk.line_end:
        return chunk.line_start
    return chunk.line_start + chunk.text.count(line_separator(chunk.text), 0, place)


def _title_span(passage: Passage, text: str) -> Span | None:
    """Find the headline in the chunk that holds it: it is shown above the snippet and need not stand in it."""
    origin, chunk = passage.article.headline_origin, passage.chunk
    if origin is None or not chunk.line_start <= origin.line <= chunk.line_end:
        return None
    start = text.find(passage.article.title)
    return Span(start, start + len(passage.article.title)) if start >= 0 else None
