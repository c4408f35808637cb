"""What all systems are given and asked: the chunks of an archive, and queries of its own words."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations_with_replacement, islice
from pathlib import Path

from carikm.analysis.stems import stop_words
from carikm.corpus import BODY
from carikm.corpus.article import parse_article
from carikm.corpus.files import SourceFile, Unreadable, read_bytes, scan
from systems.words import read_units, words

SEED = 1
# Words are counted in so many units at the most, evenly taken.
_COUNTED = 100_000
# In which share of the units a rare and a middling word is at the most, and in how many it may be in any case.
_RARE, _MIDDLING = (0.0002, 3), (0.01, 10)
_ATTEMPTS = 300

# An article more is made of so many of the first chunks of the archive.
_REUSED, _PARAGRAPHS, _HEADLINE_WORDS = 2000, 4, 9


def write_units(corpus: Path, output: Path, most_files: int | None = None) -> None:
    """Cut an archive into chunks as carikm does, one a line; articles are numbered in the order of paths.

    With `most_files`, only about so many files are read, taken evenly.
    """
    files = scan(corpus).files
    step = 1 + len(files) // most_files if most_files else 1
    with output.open("w", encoding="utf-8") as lines:
        for number in range(0, len(files), step):
            lines.writelines(unit_lines(corpus, files[number], str(number)))


def unit_lines(corpus: Path, file: SourceFile, article: str) -> Iterator[str]:
    """Give the lines of a file's chunks but for boilerplate: id, which is the article's and the chunk's, and text."""
    try:
        raw, read = read_bytes(corpus, file)
        chunks = parse_article(read, raw).chunks
    except Unreadable:
        return
    for chunk in chunks:
        if chunk.kind == BODY:
            yield f"{article}:{chunk.number}\t{' '.join(chunk.readable.split())}\n"


def article_of(unit: str) -> str:
    """Give the article that a unit is of, as its id tells it."""
    return unit.rpartition(":")[0]


def another_article(units: Path, number: int) -> str:
    """Make the text of an article of chunks of different articles, another for each number."""
    with units.open(encoding="utf-8") as lines:
        texts = [line.partition("\t")[2].strip() for line in islice(lines, _REUSED)]
    chance = random.Random(number)
    headline = " ".join(chance.choice(texts).split()[:_HEADLINE_WORDS])
    return "\n\n".join([headline, *(chance.choice(texts) for _ in range(_PARAGRAPHS))]) + "\n"


def draw_queries(units: Path, wanted: int, seed: int = SEED) -> list[str]:
    """Draw different queries of one, two and three words in turn, rare, middling and common in every combination.

    The words of a query are of one unit, in their order there. Stop words of carikm, which cost it nothing, are none of
    them. There are fewer queries than wanted, or none, if the archive is small.
    """
    chance = random.Random(seed)
    texts = _sample(units)
    if not texts:
        return []
    holding = Counter(word for text in texts for word in set(words(text)) if _is_content(word))
    rare, middling = (max(int(share * len(texts)), least) for share, least in (_RARE, _MIDDLING))
    bands = [(2, rare), (rare + 1, middling), (middling + 1, len(texts))]
    combinations = {n: list(combinations_with_replacement(bands, n)) for n in (1, 2, 3)}
    queries: dict[str, None] = {}
    for turn in range(2 * wanted):
        length = 1 + turn % 3
        combination = combinations[length][turn // 3 % len(combinations[length])]
        for _ in range(_ATTEMPTS):
            if query := _drawn(chance, chance.choice(texts), combination, holding):
                queries[query] = None
                break
        if len(queries) == wanted:
            break
    return list(queries)


def _sample(units: Path) -> list[str]:
    with units.open(encoding="utf-8") as lines:
        step = 1 + sum(1 for _ in lines) // _COUNTED
    return [text for number, (_, text) in enumerate(read_units(units)) if number % step == 0]


def _is_content(word: str) -> bool:
    return len(word) > 2 and word.isalpha() and word not in stop_words()


def _drawn(
    chance: random.Random, text: str, combination: tuple[tuple[int, int], ...], holding: Counter[str]
) -> str | None:
    """Draw a word of each band from a text; None if it has none."""
    own = list(dict.fromkeys(words(text)))
    drawn: set[str] = set()
    for least, most in combination:
        fitting = [word for word in own if least <= holding[word] <= most and word not in drawn]
        if not fitting:
            return None
        drawn.add(chance.choice(fitting))
    return " ".join(word for word in own if word in drawn)
