"""What one word of a query may be meant for: another word, two or three, one together with its neighbour, or none.

Each option supposes an error, which has a cost (see `carikm.search.spelling`: 1 is an ordinary one), and leads to
words that the archive has. Costs of splitting, joining and leaving out are set by hand, and so are the weights of
`likelihood`; they were tried on `benchmarks/failing_queries.tsv`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from math import log10

from carikm.analysis.stems import is_word
from carikm.records import NamedTuple
from carikm.search.query_words import Edit, QueryWord, are_joinable
from carikm.search.spelling import Candidate, beginnings, candidates, lengths, other_beginnings
from carikm.search.vocabulary import Vocabulary, WordCount

SPELLING, JOINED, SPLIT, DROPPED = "spelling", "joined", "split", "dropped"

# A word that occurs, if only by its stem, is an error where another is this many times as frequent as its own form,
# and the error a small one.
_RARER = 10
_SMALL = 1.0
_OCCURS_COST = 0.5
# What a word that occurs is split into is found this many times as often.
_MORE = 3
_SPLIT_COST, _JOIN_COST, _DROP_COST = 0.8, 0.5, 2.0
_SHORTEST_PART, _SHORT_PART, _SHORT_PART_COST = 2, 3, 0.4
_SHORTEST_OF_THREE = 4
_STOP_WORD_COST = 0.3
_CANDIDATES = 20
# Weights in powers of ten: an error of cost 1 counts as much as a word that is 10 ** 5 times as frequent.
_ERROR = 2.5
_FREQUENCY = 0.5
_NEVER_TOGETHER = 1e-6
# A word in more chunks than this is in too many to tell anything about the others.
_COMMON = 200_000


class Asked(NamedTuple):
    """A query's text, those of its words that the archive could have, and how often it has them."""

    text: str
    words: Sequence[QueryWord]
    counts: Sequence[WordCount]

    @property
    def unknown(self) -> list[int]:
        """The places of the words that the archive has not, in any form."""
        return [place for place, count in enumerate(self.counts) if not count.chunks]


class Option(NamedTuple):
    """A way to read one or two words of a query: the edit, its kind, the words it leads to, what the error costs.

    `frequency` counts the chunks that hold those words.
    """

    edit: Edit
    kind: str
    surfaces: tuple[str, ...]
    cost: float
    frequency: int


def options_for(asked: Asked, place: int, vocabulary: Vocabulary, limit: int) -> list[Option]:
    """List what a word may be meant for, the likeliest first; for an unknown word the last is to leave it out.

    A word of the language that the archive lacks is no other word misspelled (*murid* is not *murib*), though it may
    be two that are no short ones (*mahadewa*). One before a colon is meant for a field, and can only be left out.
    """
    word, count = asked.words[place], asked.counts[place]
    if not count.chunks and _is_label(asked.text, word):
        return [Option(Edit(word.start, word.end + 1, ""), DROPPED, (), _DROP_COST, 0)]
    found = list(_split(word, count, vocabulary))
    if not count.chunks and is_word(word.surface):
        found = [option for option in found if min(map(len, option.surfaces)) >= _SHORTEST_OF_THREE]
    else:
        found += _respelled(word, count, vocabulary, rare_ones=not found)
    for first in (place - 1, place):
        if 0 <= first < len(asked.words) - 1:
            found += _joined(asked, first, vocabulary)
    others = [other.surface for there, other in enumerate(asked.words) if there != place and asked.counts[there].chunks]
    found.sort(key=lambda option: (-likelihood([option], others, vocabulary), option.edit))
    found = found[:limit]
    if not count.chunks and len(asked.words) > 1:
        found.append(left_out(word))
    return found


def _is_label(text: str, word: QueryWord) -> bool:
    behind = text[word.end : word.end + 2]
    return behind.startswith(":") and not behind[1:].isspace() and len(behind) > 1


def left_out(word: QueryWord) -> Option:
    """Leave a word out."""
    return Option(Edit(*word.clause, ""), DROPPED, (), _DROP_COST, 0)


def likelihood(options: Collection[Option], kept: Iterable[str], vocabulary: Vocabulary) -> float:
    """Tell how likely some options are meant, beside words that stay: a power of ten, of which only differences count.

    Errors speak against them, and that their words are frequent speaks for them; so does above all that they stand
    together with each other and with the words that stay. To be in more chunks without a word is nothing that speaks
    for leaving it out.
    """
    score = sum(_FREQUENCY * log10(1 + option.frequency) - _ERROR * option.cost for option in options)
    chunks = together([*kept, *(surface for option in options for surface in option.surfaces)], vocabulary)
    if chunks is None:
        return score
    evidence = log10(len(chunks) + _NEVER_TOGETHER)
    return score + (min(0.0, evidence) if any(option.kind == DROPPED for option in options) else evidence)


def tells(count: WordCount) -> bool:
    """Tell whether it says something about other words that they stand together with this one, or do not."""
    return not count.is_stop and count.chunks <= _COMMON


def together(surfaces: Iterable[str], vocabulary: Vocabulary) -> Set[int] | None:
    """Give the chunks that hold all those words, but for such as say nothing; None if no other are left."""
    return in_all([vocabulary.chunks(surface) for surface in surfaces if tells(vocabulary.look_up(surface))])


def in_all(several: Iterable[Set[int]]) -> Set[int] | None:
    """Give what all sets have; None if there is none."""
    ordered = sorted(several, key=len)
    if not ordered:
        return None
    found = ordered[0]
    for other in ordered[1:]:
        found = found & other
    return found


def _respelled(word: QueryWord, count: WordCount, vocabulary: Vocabulary, rare_ones: bool) -> Iterator[Option]:
    found = _candidates(word.surface, count, vocabulary, rare_ones)
    alike: list[Set[int]] = []
    for candidate in sorted(found, key=lambda other: _ERROR * other.cost - log10(1 + other.frequency))[:_CANDIDATES]:
        known = vocabulary.look_up(candidate.surface)
        chunks = vocabulary.chunks(candidate.surface)
        if not known.chunks or (known.is_stop and count.chunks):
            continue
        if word.phrase is None and chunks in alike:  # another form of the same; in a phrase it is another word
            continue
        alike.append(chunks)
        cost = candidate.cost + _STOP_WORD_COST * known.is_stop + _OCCURS_COST * bool(count.chunks)
        edit = Edit(word.start, word.end, candidate.surface)
        yield Option(edit, SPELLING, (candidate.surface,), cost, known.chunks)


def _candidates(surface: str, count: WordCount, vocabulary: Vocabulary, rare_ones: bool) -> list[Candidate]:
    """Find other spellings: usual words, or else perhaps rare ones; for a word that occurs, much commoner ones."""
    if count.chunks:
        near = vocabulary.near(beginnings(surface), lengths(surface), _RARER * max(1, count.form))
        return [candidate for candidate in candidates(surface, near) if candidate.cost <= _SMALL]
    others = vocabulary.frequencies(other_beginnings(surface))
    for least in [vocabulary.usual, 1][: 1 + rare_ones]:
        near = vocabulary.near(beginnings(surface), lengths(surface), least)
        if found := candidates(surface, [*near, *others.items()]):
            return found
    return []


def _split(word: QueryWord, count: WordCount, vocabulary: Vocabulary) -> Iterator[Option]:
    if word.is_exact:
        return
    cuts = list(_cuts(word.surface))
    known = vocabulary.frequencies({part for parts in cuts for part in parts})
    for parts in cuts:
        if not all(part in known for part in parts):
            continue
        counts = [vocabulary.look_up(part) for part in parts]
        sizes = [len(part) for part, one in zip(parts, counts, strict=True) if not one.is_stop]
        chunks = together(parts, vocabulary)
        frequency = len(chunks) if chunks is not None else min(one.chunks for one in counts)
        if min(sizes, default=0) > _SHORTEST_PART and frequency and frequency >= _MORE * count.form:
            cost = _SPLIT_COST * (len(parts) - 1) + _OCCURS_COST * bool(count.chunks)
            cost += _SHORT_PART_COST * sum(size <= _SHORT_PART for size in sizes)
            text = " ".join(parts) if word.is_bare or word.phrase is not None else f'"{" ".join(parts)}"'
            yield Option(Edit(word.start, word.end, text), SPLIT, parts, cost, frequency)


def _cuts(surface: str) -> Iterator[tuple[str, ...]]:
    """Cut a word into two, or into three of which none is short."""
    if not surface.isalnum():
        return
    size, least = len(surface), _SHORTEST_OF_THREE
    for cut in range(_SHORTEST_PART, size - _SHORTEST_PART + 1):
        yield surface[:cut], surface[cut:]
    for first in range(least, size - 2 * least + 1):
        for second in range(first + least, size - least + 1):
            yield surface[:first], surface[first:second], surface[second:]


def _joined(asked: Asked, place: int, vocabulary: Vocabulary) -> Iterator[Option]:
    """Join a word with the next."""
    first, second = asked.words[place : place + 2]
    joined = first.surface + second.surface
    if are_joinable(asked.text, first, second) and vocabulary.frequencies([joined]):
        known = vocabulary.look_up(joined)
        yield Option(Edit(first.start, second.end, joined), JOINED, (joined,), _JOIN_COST, known.chunks)
