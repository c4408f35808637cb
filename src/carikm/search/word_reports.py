"""How often each word of a query occurs, and all others without it: which of them rules all out."""

import re
from collections.abc import Callable, Set
from typing import TYPE_CHECKING

from carikm.analysis.tokens import normalize
from carikm.records import NamedTuple
from carikm.search.hits import Result
from carikm.search.query import LONGEST_QUERY
from carikm.search.query_parts import Word
from carikm.search.query_words import QueryWord, query_words
from carikm.search.vocabulary import Vocabulary
from carikm.search.word_options import in_all, tells

if TYPE_CHECKING:
    from carikm.search.conditions import HoldsPhrase

_DISTANCE = re.compile(r"~\d?$")


class WordReport(NamedTuple):
    """A word of the query as typed: in how many chunks it stands in any form that is asked for, and in its own.

    `without` counts the chunks that hold all other words of the query (None if there is no other): where it is large
    and the query finds nothing, this is the word that rules all out. `is_stop` tells that ranking passes it over.
    Where the query asks something of articles, as `sumber:` does, `within` tells how many of `chunks` are of articles
    that meet it, and `without` counts no others. Of a word that is asked of the headline, `headlines` tells how many
    articles have it there; of chunks nothing is asked, so both are None.
    """

    word: str
    chunks: int
    form_chunks: int
    without: int | None
    is_stop: bool
    within: int | None = None
    headlines: int | None = None


def report_words(
    text: str,
    vocabulary: Vocabulary,
    met: Callable[[Set[int]], Set[int]] | None = None,
    headlines: Callable[[str, bool], int] | None = None,
) -> list[WordReport]:
    """Tell how often each word of a query occurs, and how often all others do without it; each word once.

    Args:
        text: the query as typed.
        vocabulary: knows the archive's words.
        met: keeps of chunks those whose articles meet what the query asks of articles; None if it asks nothing.
        headlines: counts the articles with a word in their headline: given its surface, and whether just in this form.
    """
    words = [word for word in query_words(text) if not word.is_filter][:LONGEST_QUERY]
    asked = {(word.surface, word.is_title): word for word in words}
    in_chunks = [word for (_, is_title), word in asked.items() if not is_title]
    reports = []
    for (surface, is_title), word in asked.items():
        count, chunks = vocabulary.look_up(surface), _chunks_of(word, vocabulary)
        typed, within, without, titled = text[word.start : word.end], None, None, None
        if is_title:
            titled = headlines(surface, word.is_exact or word.phrase is not None) if headlines else None
        else:
            telling = [other for other in in_chunks if other.surface != surface and _tells(other, vocabulary)]
            others = in_all([_chunks_of(other, vocabulary) for other in telling])
            if met is not None:
                within = len(met(chunks))
                others = others if others is None else met(others)
            without = None if others is None else len(others)
        # As many as a search finds: copies count here, though not in frequencies.
        reports.append(WordReport(typed, len(chunks), count.form, without, count.is_stop, within, titled))
    return reports


def _chunks_of(word: QueryWord, vocabulary: Vocabulary) -> Set[int]:
    """Give the chunks that a word stands in, in the forms that are asked for."""
    is_one_form = word.is_exact or word.phrase is not None
    return vocabulary.chunks_in_form(word.surface) if is_one_form else vocabulary.chunks(word.surface)


def _tells(word: QueryWord, vocabulary: Vocabulary) -> bool:
    return tells(vocabulary.look_up(word.surface))


def found_nowhere(result: Result) -> list[str]:
    """Give the words, patterns and phrases of a query that no chunk has, beside others that some have.

    Left out are those that something else stands in for: an expansion that was searched for, or a compound that they
    are part of. What is asked of the headline is no word of chunks.
    """
    query = result.query
    phrases = [what for what in result.nowhere if not isinstance(what, Word)]
    surfaces = {what.surface for what in result.nowhere if isinstance(what, Word)}
    if any(word.key is not None for word in query.words) or phrases:
        explained = {surface for expansion in result.expansions for surface in expansion.phrase.split()}
        explained |= {part for word in query.words if word.key is not None for part in word.surface.split()}
        surfaces |= {word.surface for word in query.words if word.key is None and not word.is_stop} - explained
    asked = [word for word in query_words(query.text) if not word.is_title]
    surfaces &= {word.surface for word in query.words}
    named: dict[str, str] = {}
    for word in asked:
        typed = word.surface if word.is_pattern else query.text[word.start : word.end]
        surface = _pattern(typed) if word.is_pattern else word.surface
        if surface in surfaces and (word.is_pattern or not word.is_filter):
            named.setdefault(typed.casefold(), typed)
    return [*named.values(), *map(_in_quotes, phrases)]


def _pattern(typed: str) -> str:
    """Write a pattern, or a word that others are like, as the query has it."""
    return "*".join(normalize(piece) if piece else "" for piece in _DISTANCE.sub("", typed).split("*"))


def _in_quotes(phrase: "HoldsPhrase") -> str:
    return f'"{" ".join(phrase.surfaces)}"' + ("" if phrase.slop is None else f"~{phrase.slop}")
