"""How often each word of a query occurs, and all others without it: which of them rules all out."""

from collections.abc import Callable, Sequence, Set

from carikm.records import NamedTuple
from carikm.search.query import LONGEST_QUERY, Query
from carikm.search.query_parts import Expansion
from carikm.search.query_words import query_words
from carikm.search.vocabulary import Vocabulary
from carikm.search.word_options import together


class WordReport(NamedTuple):
    """A word of the query as typed: in how many chunks it stands in any form, and in its own.

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
    in_chunks = [surface for surface, is_title in asked if not is_title]
    reports = []
    for (surface, is_title), word in asked.items():
        count, chunks = vocabulary.look_up(surface), vocabulary.chunks(surface)
        typed, within, without, titled = text[word.start : word.end], None, None, None
        if is_title:
            titled = headlines(surface, word.is_exact or word.phrase is not None) if headlines else None
        else:
            others = together([other for other in in_chunks if other != surface], vocabulary)
            if met is not None:
                within = len(met(chunks))
                others = others if others is None else met(others)
            without = None if others is None else len(others)
        # As many as a search finds: copies count here, though not in frequencies.
        reports.append(WordReport(typed, len(chunks), count.form, without, count.is_stop, within, titled))
    return reports


def unknown_words(query: Query, expansions: Sequence[Expansion]) -> list[str]:
    """Give the words of a query, as typed, that no chunk has in any form, beside others that some have.

    Left out are those that something else stands in for: one of the `expansions` that were searched for, or a compound
    that they are part of. What is asked of the headline is no word of chunks.
    """
    explained = {surface for expansion in expansions for surface in expansion.phrase.split()}
    explained |= {part for word in query.words if word.key is not None for part in word.surface.split()}
    unknown = {word.surface for word in query.words if word.key is None and not word.is_stop} - explained
    if not unknown or all(word.key is None for word in query.words):
        return []
    asked = [word for word in query_words(query.text) if not (word.is_filter or word.is_title)]
    typed = {word.surface: query.text[word.start : word.end] for word in reversed(asked)}
    return [typed[word.surface] for word in query.words if word.surface in unknown & typed.keys()]
