"""Archives of any size to measure on: real paragraphs put together anew, or made-up text.

    python benchmarks/archives.py OUTPUT --chunks N [--of FOLDER] [--words N] [--seed N]

Writes articles of a headline and `PARAGRAPHS` paragraphs, a thousand to a folder. With `--of`, a paragraph is made of
paragraphs of that folder's articles, drawn at random and put together until they have `--words` words or a few more; by
default as many as make a chunk of carikm. The vocabulary is then no larger than that folder's. Without `--of`,
paragraphs are made of words that follow Zipf's law, Sastrawi's roots with affixes and now and then a made-up name. The
same seed makes the same archive, and a smaller one is the beginning of a larger.
"""

import argparse
import itertools
import random
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from arguments import Unusable, at_least_one, refusing
from carikm.corpus.chunks import MIN_WORDS

PARAGRAPHS = 8
SEED = 1
_ARTICLES_IN_FOLDER = 1000

# Shorter lines are headings, bylines and furniture; longer ones are whole articles without line breaks.
_SHORTEST, _LONGEST = 8, 120
_HEADLINE = range(4, 16)
# A paragraph is closed by a part that has at most so many words too many, once one of at most `_CLOSING` words will do.
_EXCESS = 4
_CLOSING = 40

_PREFIXES = ("", "", "", "", "di", "ber", "ter", "se", "ke", "per")
_SUFFIXES = ("", "", "", "", "nya", "an", "kan", "i", "lah")
_FORMS_OF_ROOT = 4
_SYLLABLES = [consonant + vowel for consonant in "bcdghjklmnprstwy" for vowel in "aiueo"]
_NAMES = 0.03
_SENTENCE = range(8, 21)
# After Mandelbrot the n-th word is as frequent as 1 / (n + 2.7).
_MANDELBROT = 2.7


class Source(Protocol):
    """Gives text for articles."""

    def headline(self) -> str:
        """Give a headline."""

    def paragraph(self, words: int) -> str:
        """Give a paragraph of at least so many words."""


class RealText:
    """Puts the paragraphs of real articles together anew.

    Raises:
        Unusable: the folder has none.
    """

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._chance = chance
        self._headlines: list[str] = []
        parts: list[tuple[int, str]] = []
        for path in sorted(folder.rglob("*.txt")):
            headline, *body = path.read_text(encoding="utf-8", errors="replace").strip().splitlines() or [""]
            if len(headline.split()) in _HEADLINE:
                self._headlines.append(headline.strip())
            for line in body:
                words = line.split()
                if _SHORTEST <= len(words) <= _LONGEST and "\N{REPLACEMENT CHARACTER}" not in line:
                    parts.append((len(words), " ".join(words)))
        if not parts or not self._headlines:
            raise Unusable(f"{folder} has no articles of which others could be made.")
        parts.sort(key=lambda part: part[0])
        self._lengths = [length for length, _ in parts]
        self._parts = [part for _, part in parts]

    def headline(self) -> str:
        return self._chance.choice(self._headlines)

    def paragraph(self, words: int) -> str:
        parts: list[str] = []
        missing = words
        while missing > 0:
            place = self._draw(missing if missing <= _CLOSING else 0, missing + _EXCESS)
            parts.append(self._parts[place])
            missing -= self._lengths[place]
        return " ".join(parts)

    def _draw(self, shortest: int, longest: int) -> int:
        """Draw one of the parts of these lengths; where there is none, take the next longer, or the longest."""
        first, last = bisect_left(self._lengths, shortest), bisect_left(self._lengths, longest + 1)
        return self._chance.randrange(first, last) if first < last else min(first, len(self._lengths) - 1)


class MadeUpText:
    """Makes text up of words that look Indonesian and are as frequent as words of a language are."""

    def __init__(self, chance: random.Random) -> None:
        from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

        self._chance = chance
        roots = sorted({root for root in StemmerFactory().get_words() if root.isalpha()})
        forms = dict.fromkeys(
            chance.choice(_PREFIXES) + root + chance.choice(_SUFFIXES) for root in roots for _ in range(_FORMS_OF_ROOT)
        )
        self._words = list(forms)
        chance.shuffle(self._words)
        self._weights = list(itertools.accumulate(1 / (rank + _MANDELBROT) for rank in range(len(self._words))))

    def headline(self) -> str:
        return " ".join(word.capitalize() for word in self._draw(self._chance.choice(_HEADLINE)))

    def paragraph(self, words: int) -> str:
        sentences: list[str] = []
        while words > 0:
            drawn = self._draw(self._chance.choice(_SENTENCE))
            drawn[0] = drawn[0].capitalize()
            sentences.append(" ".join(drawn) + ".")
            words -= len(drawn)
        return " ".join(sentences)

    def _draw(self, count: int) -> list[str]:
        drawn = self._chance.choices(self._words, cum_weights=self._weights, k=count)
        return [self._name() if self._chance.random() < _NAMES else word for word in drawn]

    def _name(self) -> str:
        return "".join(self._chance.choices(_SYLLABLES, k=self._chance.randint(2, 5))).capitalize()


def text_source(folder: Path | None, seed: int = SEED) -> Source:
    """Give what text is to be made of: a folder's paragraphs, or nothing but chance."""
    chance = random.Random(seed)
    return RealText(folder, chance) if folder else MadeUpText(chance)


def article(source: Source, paragraphs: int = PARAGRAPHS, words: int = MIN_WORDS) -> str:
    """Make the text of an article."""
    return "\n\n".join([source.headline(), *(source.paragraph(words) for _ in range(paragraphs))]) + "\n"


def write_archive(output: Path, source: Source, chunks: int, words: int = MIN_WORDS) -> int:
    """Write articles of so many paragraphs in all, and tell how many bytes they have."""
    size = 0
    for number, paragraphs in enumerate(_paragraphs_of_articles(chunks)):
        path = output / f"{number // _ARTICLES_IN_FOLDER:04}" / f"a{number:07}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_bytes(article(source, paragraphs, words).encode())
    return size


def _paragraphs_of_articles(chunks: int) -> Iterator[int]:
    for done in range(0, chunks, PARAGRAPHS):
        yield min(PARAGRAPHS, chunks - done)


def main() -> None:
    """Write an archive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, metavar="OUTPUT")
    parser.add_argument("--chunks", type=at_least_one, required=True, metavar="N")
    parser.add_argument("--of", type=Path, metavar="FOLDER")
    parser.add_argument("--words", type=at_least_one, default=MIN_WORDS, metavar="N")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    if options.output.exists():
        parser.error(f"{options.output} is there already")
    with refusing(parser):
        size = write_archive(options.output, text_source(options.of, options.seed), options.chunks, options.words)
    print(f"{options.chunks:,} paragraphs, {size / 1e6:.0f} MB in {options.output}")


if __name__ == "__main__":
    main()
