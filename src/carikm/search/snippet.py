"""Where in a chunk the words of a query stand, and which of its sentences show them best."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from carikm.analysis.compounds import find_compounds, is_compound
from carikm.analysis.tokens import Token, may_have_url, normalize, raw_tokens, token_spans, url_words
from carikm.corpus.sentences import sentence_spans
from carikm.records import NamedTuple
from carikm.search.query_parts import Word

if TYPE_CHECKING:
    from carikm.search.conditions import HoldsPhrase

SNIPPET_LENGTH = 320


class Span(NamedTuple):
    """A half-open span of code points."""

    start: int
    end: int


class Match(NamedTuple):
    """What matches a word of the query: a token of a text, a word in a URL, or a compound; its span and the word."""

    start: int
    end: int
    word: Word


def find_matches(text: str, words: Sequence[Word], phrases: "Sequence[HoldsPhrase]" = ()) -> list[Match]:
    """Find what matches one of the words or phrases in a text, whole words only, in order.

    The match of a compound that is written apart, or of a URL, may overlap those of its parts.
    """
    by_form, has_compound = _by_form(tuple(words))
    written = raw_tokens(text)
    surfaces = [*map(_surface, written)]
    spans: Sequence[tuple[int, int]] = ()
    if phrases or has_compound or may_have_url(text) or not by_form.keys().isdisjoint(surfaces):
        spans = token_spans(text)
    matches = [
        Match(*span, by_form[surface]) for span, surface in zip(spans, surfaces, strict=False) if surface in by_form
    ]
    if may_have_url(text):
        parts = (part for token, (start, _) in zip(written, spans, strict=True) for part in url_words(token, start))
        matches += [Match(part.start, part.end, by_form[part.surface]) for part in parts if part.surface in by_form]
    if has_compound:
        tokens = [Token(*span, surface) for span, surface in zip(spans, surfaces, strict=True)]
        matches += [
            Match(tokens[first].start, tokens[first + 1].end, by_form[surface])
            for first, surface in find_compounds(text, tokens)
            if surface in by_form
        ]
    for phrase in phrases:
        matches += _phrase_matches(spans, surfaces, phrase)
    return sorted(matches, key=lambda match: (match.start, match.end))


@lru_cache(maxsize=32)
def _by_form(words: tuple[Word, ...]) -> tuple[dict[str, Word], bool]:
    """Give the word for each form, and whether a form is a compound: for one hit after the other."""
    by_form = {form: word for word in reversed(words) for form in word.forms}
    return by_form, any(map(is_compound, by_form))


# The same words stand in most texts.
_surface = lru_cache(maxsize=1 << 15)(normalize)


def _phrase_matches(
    spans: Sequence[tuple[int, int]], surfaces: Sequence[str], phrase: "HoldsPhrase"
) -> Iterator[Match]:
    """Find a phrase: whole where its words stand side by side, else each of them."""
    from carikm.search.phrases import phrase_runs

    text = " ".join(phrase.surfaces)
    word = Word(text, f'"{text}"', frozenset(), False, sum(word.weight for word in phrase.words))
    for first, end in phrase_runs(surfaces, phrase.surfaces, phrase.slop):
        if phrase.slop is None:
            yield Match(spans[first][0], spans[end - 1][1], word)
        else:
            run = zip(spans[first:end], surfaces[first:end], strict=True)
            yield from (Match(*span, word) for span, surface in run if surface in phrase.surfaces)


def marked(matches: Sequence[Match]) -> list[Span]:
    """Give the spans to mark for some matches: overlapping ones are one."""
    spans: list[Span] = []
    for match in matches:
        if spans and match.start < spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, match.end))
        else:
            spans.append(Span(match.start, match.end))
    return spans


def highlights(text: str, words: Sequence[Word], phrases: "Sequence[HoldsPhrase]" = ()) -> list[Span]:
    """Find the spans of a text to mark."""
    return marked(find_matches(text, words, phrases))


def snippet(text: str, matches: Sequence[Match], title: Span | None = None, length: int = SNIPPET_LENGTH) -> Span:
    """Choose the part of a chunk that shows the words best: whole sentences of about `length` code points.

    Of all runs of neighbouring sentences that fit, the one that holds the most of the query wins, by the
    weights of the distinct words in it; of equals the one with the fewest sentences, then the first. A
    sentence that alone is too long is cut around its words, at white space. What stands up to the end of
    `title` is shown only where nothing else holds a match.
    """
    sentences = [Span(*span) for span in sentence_spans(text)]
    if title is not None and any(match.start >= title.end for match in matches):
        sentences = [sentence for sentence in sentences if sentence.start >= title.end]
    starts = [match.start for match in matches]
    best, best_value = sentences[0], (-1.0, 0)
    for first, opening in enumerate(sentences):
        from_match = bisect_left(starts, opening.start)
        for last, closing in enumerate(sentences[first:]):
            run = Span(opening.start, closing.end)
            if last and run.end - run.start > length:
                break
            inside = matches[from_match : bisect_left(starts, run.end)]
            value = (sum({match.word.stem: match.word.weight for match in inside}.values()), -last)
            if value > best_value:
                best, best_value = run, value
    best = _grow(text, best, sentences, length)
    return best if best.end - best.start <= length else _cut(text, best, matches, length)


def _grow(text: str, run: Span, sentences: Sequence[Span], length: int) -> Span:
    """Add the sentences after a short run, to the end of its paragraph, while there is room."""
    for sentence in sentences:
        if sentence.start >= run.end:
            if sentence.end - run.start > length or "\n" in text[run.end : sentence.start]:
                break
            run = Span(run.start, sentence.end)
    return run


def _cut(text: str, run: Span, matches: Sequence[Match], length: int) -> Span:
    """Cut a long run to the window of about `length` code points that holds the most matches."""
    inside = [match for match in matches if run.start <= match.start < run.end]
    starts, ends = [match.start for match in inside], [match.end for match in inside]
    best_start, best_count = run.start, 0
    for match in inside:
        start = max(run.start, min(match.start - length // 4, run.end - length))
        count = bisect_right(ends, start + length) - bisect_left(starts, start)
        if count > best_count:
            best_start, best_count = start, count
    start, end = best_start, min(best_start + length, run.end)
    protected = [match for match in inside if start <= match.start and match.end <= end]
    if start > run.start:
        space = text.find(" ", start, protected[0].start if protected else end)
        start = space + 1 if space >= 0 else start
    if end < run.end:
        space = text.rfind(" ", protected[-1].end if protected else start, end)
        end = space if space > start else end
    return Span(start, end)
