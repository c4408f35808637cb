"""What to search for instead when little or nothing is found: queries that are known to return something.

Words are corrected from the archive's own vocabulary, split and joined (`carikm.search.word_options`); where that does
not help, quotes or words are left out. Which correction is likeliest is judged by what errors it supposes, by how
often the word occurs, and above all by whether it occurs together with the query's other words. No suggestion is
given before the search itself has counted that it returns something.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice, pairwise, product

from carikm.analysis.stems import is_word
from carikm.errors import CarikmError
from carikm.records import NamedTuple
from carikm.search.query import LONGEST_QUERY
from carikm.search.query_words import Edit, QueryWord, edited, loosened, negates, query_words, title_fields, unquoted
from carikm.search.signs import FIELDS, SOURCE
from carikm.search.vocabulary import Vocabulary
from carikm.search.word_options import (
    DROPPED,
    JOINED,
    SPELLING,
    SPLIT,
    Asked,
    Option,
    left_out,
    likelihood,
    options_for,
    tells,
    together,
)

UNQUOTED, ANY_WORDS = "unquoted", "any words"
KINDS = (SPELLING, JOINED, SPLIT, UNQUOTED, DROPPED, ANY_WORDS)

# What stands before the name of an outlet: `media:`, and perhaps a quote.
_SOURCE_BEFORE = re.compile(rf'(?:{"|".join(name for name, field in FIELDS.items() if field == SOURCE)}):"?\Z')

# Beyond so many characters too a query is a pasted text: no word of it is a typing error that matters.
_LONGEST_TEXT = 2_000
# A search may take long, so few are made: in all, and for each way to change the query.
_MOST_COUNTS, _MOST_OF_A_KIND = 20, 6
# And none after so long: where the query itself takes seconds, its variants do too.
_MOST_SECONDS = 2.0
# How many options are tried for each of one, two, three or four words, in all combinations; more are not corrected.
_OPTIONS = (6, 6, 4, 3)
# Of so many chunks the words are compared, to see which stand together.
_MOST_COMPARED = 30_000
# What replaces a word that occurs stands together with the others in this many times as many chunks.
_MORE = 3
# A word of the language is another one misspelled only where that one stands with the others so many times as often as
# chance would have it.
_FAR_FROM_CHANCE = 10
# Less likely by so many powers of ten than the best suggestion is no suggestion.
_MUCH_LESS_LIKELY = 2.5


class Replacement(NamedTuple):
    """A part of the query as typed, and what stands in its place; empty where it is left out."""

    typed: str
    suggested: str


class Suggestion(NamedTuple):
    """A query that returns something: its text, how it was made, how many chunks it returns, and what is other in it.

    `kind` is `spelling`, `joined` (two words made one), `split` (one made two or three), `unquoted` (words instead of
    a phrase), `dropped` (words left out) or `any words` (no word demanded); of several, the last of this list.
    `replaced` lists what was changed, in the order of the query; empty where only quotes or operators were taken off.
    """

    query: str
    kind: str
    found: int
    replaced: Sequence[Replacement]


class _Draft(NamedTuple):
    """A query that may be suggested; `is_owed` tells that it puts something in the place of each unknown word."""

    query: str
    kind: str
    replaced: Sequence[Replacement]
    likelihood: float = 0.0
    is_owed: bool = False


def suggest(
    text: str,
    vocabulary: Vocabulary,
    count: Callable[[str], int],
    outlets: Mapping[str, str] | None = None,
    *,
    limit: int = 3,
) -> list[Suggestion]:
    """Find queries that return more than one that returns little or nothing, the likeliest first.

    Args:
        text: the query as typed.
        vocabulary: knows the archive's words.
        count: runs a query with the options of this one and tells how many chunks match; called twenty times at most.
        outlets: for outlets of the query that there are not, the one that has the likest name.
        limit: how many to give at most.
    """
    if limit < 1 or len(text) > _LONGEST_TEXT or not 0 < len(query_words(text)) <= LONGEST_QUERY:
        return []
    verifier = _Verifier(text, count)
    if outlets and (renamed := list(verifier.verified(_with_known_outlets(text, outlets)))):
        return renamed
    attempts = [_with_unknown_words_corrected, _with_rare_words_corrected]
    if verifier.found == 0:
        attempts += [_with_words_for_phrases, _with_fewer_words]
    for attempt in attempts:
        if suggestions := list(islice(verifier.verified(attempt(text, vocabulary)), limit)):
            break
    else:
        suggestions = []
    if verifier.found == 0 and all(suggestion.kind == DROPPED for suggestion in suggestions):
        loose = list(verifier.verified(_with_nothing_demanded(text)))
        suggestions = [*suggestions[: max(1, limit - len(loose))], *loose][:limit]
    return suggestions


class _Verifier:
    """Counts what drafts return, each once and not too many."""

    def __init__(self, text: str, count: Callable[[str], int]) -> None:
        self._count = count
        self._left = _MOST_COUNTS
        self._deadline = time.monotonic() + _MOST_SECONDS
        self._seen = {_bare(text)}
        self.found = self._counted(text)

    def verified(self, drafts: Iterable[_Draft]) -> Iterator[Suggestion]:
        """Give the drafts that return something, until they are much less likely than the first of them."""
        likeliest = None
        least_left = max(0, self._left - _MOST_OF_A_KIND)
        for draft in drafts:
            if likeliest is not None and draft.likelihood < likeliest - _MUCH_LESS_LIKELY:
                return
            if _bare(draft.query) not in self._seen:
                if self._left <= least_left or time.monotonic() > self._deadline:
                    return
                self._seen.add(_bare(draft.query))
                found = self._counted(draft.query)
                if found > self.found or (draft.is_owed and found == self.found > 0):
                    likeliest = draft.likelihood if likeliest is None else likeliest
                    yield Suggestion(draft.query, draft.kind, found, draft.replaced)

    def _counted(self, query: str) -> int:
        self._left -= 1
        try:
            return self._count(query)
        except CarikmError:  # what is left of it is no query
            return 0


def _bare(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> list[QueryWord]:
    return [word for word in query_words(text) if not word.is_filter]


def _read(text: str, vocabulary: Vocabulary) -> Asked:
    words = _plain(text)
    return Asked(text, words, [vocabulary.look_up(word.surface) for word in words])


def _with_known_outlets(text: str, outlets: Mapping[str, str]) -> Iterator[_Draft]:
    """Put the outlets that are meant in the place of those that there are not."""
    edits = []
    for word in query_words(text):
        names = [name.strip() for name in text[word.start : word.end].split(",")]
        if _SOURCE_BEFORE.search(text, 0, word.start) and not outlets.keys().isdisjoint(names):
            meant = [outlets.get(name, name) for name in names]
            if len(meant) > 1:  # quotes would make one name of all; an outlet is known without its spaces, too
                value = ",".join("".join(name.split()) for name in meant)
            else:
                value = f'"{meant[0]}"' if " " in meant[0] and not text[: word.start].endswith('"') else meant[0]
            edits.append(Edit(word.start, word.end, value))
    if edits:
        replaced = [Replacement(text[edit.start : edit.end], edit.text) for edit in edits]
        yield _Draft(edited(text, edits), SPELLING, replaced)


def _with_unknown_words_corrected(text: str, vocabulary: Vocabulary) -> Iterator[_Draft]:
    """Put in the place of each unknown word, or of it and its neighbour, what may be meant."""
    asked = _read(text, vocabulary)
    choices = _choices(asked, asked.unknown, vocabulary)
    if choices and all(choices):
        for score, options in _combined(asked, choices, vocabulary):
            is_owed = all(option.kind != DROPPED for option in options)
            yield _draft(text, options)._replace(likelihood=score, is_owed=is_owed)


def _with_rare_words_corrected(text: str, vocabulary: Vocabulary) -> Iterator[_Draft]:
    """Put in the place of some words that occur what may be meant, beside the best for each unknown one."""
    asked = _read(text, vocabulary)
    unknown = _choices(asked, asked.unknown, vocabulary)
    occurring = sorted(set(range(len(asked.words))) - set(asked.unknown), key=lambda place: asked.counts[place].form)
    rare = [options for options in _choices(asked, occurring[: len(_OPTIONS)], vocabulary) if options]
    if not rare or not all(unknown):
        return
    found_so_far = len(together([word.surface for word in asked.words], vocabulary) or ())
    choices: list[Sequence[Option | None]] = [*unknown, *([*options, None] for options in rare)]
    for score, options in _combined(asked, choices, vocabulary):
        if _is_borne_out(asked, options, found_so_far, vocabulary):
            yield _draft(text, options)._replace(likelihood=score)


def _is_borne_out(asked: Asked, options: Sequence[Option], found_so_far: int, vocabulary: Vocabulary) -> bool:
    """Tell whether corrections of words that occur are more than chance.

    The whole is found far more often than before, and the words of each option no more seldom among the chunks with
    the others than among all: else *biola* would be *bola* beside anything.
    """
    kept = _kept(asked, options)
    whole = len(together([*kept, *(surface for option in options for surface in option.surfaces)], vocabulary) or ())
    if whole <= _MORE * found_so_far:
        return False
    for option in options:
        others = [*kept, *(surface for other in options if other != option for surface in other.surfaces)]
        beside = together(others, vocabulary)
        least = _FAR_FROM_CHANCE if _replaces_words(asked, option) else 1
        if beside is not None and whole * vocabulary.size < least * option.frequency * len(beside):
            return False
    return True


def _replaces_words(asked: Asked, option: Option) -> bool:
    """Tell whether all that an option replaces are words of the language."""
    start, end, _ = option.edit
    return all(is_word(word.surface) for word in asked.words if start <= word.start and word.end <= end)


def _choices(asked: Asked, places: Sequence[int], vocabulary: Vocabulary) -> list[list[Option]]:
    """List the options for some words; those that are too many to be corrected can only be left out."""
    tried, others = places[: len(_OPTIONS)], places[len(_OPTIONS) :]
    choices = [options_for(asked, place, vocabulary, _OPTIONS[len(tried) - 1]) for place in tried]
    return [*choices, *([left_out(asked.words[place])] for place in others)]


def _combined(
    asked: Asked, choices: Sequence[Sequence[Option | None]], vocabulary: Vocabulary
) -> list[tuple[float, list[Option]]]:
    """Combine options for several words, None for a word that stays: the likeliest combination first.

    The last of a word's options is to leave it out, or as it is; where too many have others, it is the only one.
    """
    ordered = sorted(choices, key=lambda choice: len(choice) == 1)
    most = _OPTIONS[min(sum(len(choice) > 1 for choice in choices), len(_OPTIONS)) - 1]
    tried = [[*choice[:-1][: most if place < len(_OPTIONS) else 0], choice[-1]] for place, choice in enumerate(ordered)]
    found: dict[frozenset[Option], float] = {}
    for chosen in product(*tried):
        options = frozenset(option for option in chosen if option is not None)
        if options and options not in found and not _overlap(options):
            found[options] = likelihood(options, _kept(asked, options), vocabulary)
    ranked = [(score, sorted(options, key=lambda option: option.edit)) for options, score in found.items()]
    return sorted(ranked, key=lambda item: (-item[0], [option.edit for option in item[1]]))


def _overlap(options: Iterable[Option]) -> bool:
    edits = sorted(option.edit for option in options)
    return any(first.end > second.start for first, second in pairwise(edits))


def _kept(asked: Asked, options: Iterable[Option]) -> list[str]:
    """Give the words that no option touches."""
    edits = [option.edit for option in options]
    return [
        word.surface
        for word in asked.words
        if not any(edit.start <= word.start and word.end <= edit.end for edit in edits)
    ]


def _draft(text: str, options: Sequence[Option]) -> _Draft:
    edits = [option.edit for option in options]
    replaced = [Replacement(text[edit.start : edit.end], edit.text) for edit in edits]
    return _Draft(edited(text, edits), max((option.kind for option in options), key=KINDS.index), replaced)


def _with_words_for_phrases(text: str, vocabulary: Vocabulary) -> Iterator[_Draft]:
    """Search for the words of phrases, in any order."""
    plain = unquoted(text)
    if plain != text:
        yield _Draft(plain, UNQUOTED, ())
        for draft in _with_unknown_words_corrected(plain, vocabulary):
            yield draft._replace(kind=max(draft.kind, UNQUOTED, key=KINDS.index))


def _with_fewer_words(text: str, vocabulary: Vocabulary) -> Iterator[_Draft]:
    """Ask of the article what was asked of the headline; or leave out a filter, or as few words as will do.

    For that all quotes are taken off, if need be.
    """
    if fields := title_fields(text):
        yield _Draft(
            edited(text, fields), DROPPED, [Replacement(text[field.start : field.end], "") for field in fields]
        )
    for plain in dict.fromkeys([text, unquoted(text)]):
        asked = query_words(plain)
        if len(asked) > 1:
            filters = [left_out(word) for word in asked if word.is_filter]
            yield from (_draft(plain, [word]) for word in filters)
            if 1 < len(filters) < len(asked):
                yield _draft(plain, filters)
        words = [word for word in _plain(plain) if tells(vocabulary.look_up(word.surface))]
        for kept in _found_together([vocabulary.chunks(word.surface) for word in words])[: _MOST_OF_A_KIND // 2]:
            if options := dict.fromkeys(left_out(word) for place, word in enumerate(words) if place not in kept):
                yield _draft(plain, list(options))


def _found_together(chunks: Sequence[Set[int]]) -> list[Set[int]]:
    """Given the chunks of each word, give the places of words that some chunk holds: many first, then in many chunks.

    Looked at are the chunks of the rarest words.
    """
    compared: set[int] = set()
    for rarest in sorted(chunks, key=len):
        if compared and len(compared) + len(rarest) > _MOST_COMPARED:
            break
        compared |= rarest
    held = Counter(sum(1 << place for place, own in enumerate(chunks) if chunk in own) for chunk in compared)
    ranked = sorted(held.items(), key=lambda item: (-item[0].bit_count(), -item[1], item[0]))
    return [{place for place in range(len(chunks)) if bits >> place & 1} for bits, _ in ranked]


def _with_nothing_demanded(text: str) -> Iterator[_Draft]:
    """Demand no word: it is enough if any of them is found. Without AND, a NOT would go for more than it did."""
    if not negates(text):
        yield _Draft(loosened(unquoted(text)), ANY_WORDS, ())
