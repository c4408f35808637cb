"""The short forms that an archive's articles define, as its user corrects them, with where they do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from carikm.analysis.readings import key_of
from carikm.analysis.tokens import tokenize
from carikm.errors import QueryEmpty
from carikm.index.corrections import Corrections
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredDefinition
from carikm.search.references import shortest_reference


class Acronym(NamedTuple):
    """A reading of a short form: what it is short for, in how many chunks and articles, and which.

    `short` and `long` are the commonest writings; `references` are those of the chunks, in order of articles. A
    reading that only `carikm.toml` gives has no chunks.
    """

    short: str
    long: str
    chunks: int
    articles: int
    references: Sequence[str]


class AcronymList(NamedTuple):
    """The short forms that the articles define, in alphabetical order, each one's commonest reading first.

    `word` is what they were chosen by, None for all.
    """

    word: str | None
    acronyms: Sequence[Acronym]


def read_acronyms(reader: IndexReader, corrections: Corrections, word: str | None) -> AcronymList:
    """List the acronyms of an index: all, or those that are this short form or have these words in their long one.

    Raises:
        QueryEmpty: what was given has no word in it.
    """
    wanted = None if word is None else key_of(token.surface for token in tokenize(word))
    if wanted == "":
        raise QueryEmpty(f"There is no word in {word!r}.", "Give a short form or a word: carikm acronyms IKM")
    readings = _readings(reader, corrections, wanted)
    places = reader.places(found.chunk for reading in readings.values() for found in reading)
    articles = {article for article, _ in places.values()}
    references = {article: shortest_reference(reader, reader.article(article).name) for article in articles}
    ranks = reader.article_order()
    acronyms = []
    for (short_key, long_key), reading in readings.items():
        where = sorted((places[found.chunk] for found in reading), key=lambda place: (ranks[place[0]], place[1]))
        acronym = Acronym(
            _commonest(found.short for found in reading) if reading else short_key,
            _commonest(found.long for found in reading) if reading else long_key,
            len(where),
            len({article for article, _ in where}),
            [f"{references[article]}:{number}" for article, number in where],
        )
        acronyms.append((short_key, -len(where), acronym))
    return AcronymList(word, [acronym for _, _, acronym in sorted(acronyms)])


def _readings(
    reader: IndexReader, corrections: Corrections, wanted: str | None
) -> dict[tuple[str, str], list[StoredDefinition]]:
    """Give the definitions by short form and reading; of a short form that the user corrects, only their readings."""
    corrected = corrections.acronyms
    by_user = ((short, key_of(long.split())) for short, longs in corrected.items() for long in longs)
    readings: dict[tuple[str, str], list[StoredDefinition]] = {
        (short, long): [] for short, long in by_user if wanted in (None, short) or f" {wanted} " in f" {long} "
    }
    for found in reader.definitions(wanted):
        key = (found.short_key, found.long_key)
        if found.short_key not in corrected or key in readings:
            readings.setdefault(key, []).append(found)
    return readings


def _commonest(forms: Iterable[str]) -> str:
    """Give the form that occurs most often; of several, the first in alphabetical order."""
    return min(Counter(forms).items(), key=lambda form: (-form[1], form[0]))[0]
