"""What one article gives to an index: the words of its chunks and of its lead, how they are written, what it defines.

This is the plain way, article by article, which an update takes. A whole build counts the words of many texts at once
(see `carikm.index.building.counting`), with the same result.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from carikm.analysis.acronyms import Definition, find_definitions
from carikm.analysis.compounds import find_compounds
from carikm.analysis.names import count_capitalised
from carikm.analysis.tokens import may_have_url, normalize, raw_tokens, tokenize, url_words
from carikm.corpus import BODY
from carikm.corpus.article import Article
from carikm.index.weights import LEAD_LENGTH


class TextWords(NamedTuple):
    """The words of one text.

    `surfaces` counts its surface forms; a compound written apart is one more, and so is each word that a URL is made
    of. `tokens` are as written, without those.
    """

    surfaces: Counter[str]
    tokens: list[str]


class Writing(NamedTuple):
    """How often words are written with a capital in mid-sentence, by their lower-case forms, and tokens as written."""

    capitalised: Counter[str]
    as_written: Counter[str]


class Contribution(NamedTuple):
    """What an article gives to an index.

    `body` and `boilerplate` have the words of its chunks of each kind, in order; `lead` counts the surface forms of
    the first words of its body. `writing` and `definitions` (each with the place of its chunk among `body`) are of
    the body; those of a copy are not counted in an index.
    """

    body: tuple[TextWords, ...]
    boilerplate: tuple[TextWords, ...]
    lead: Counter[str]
    writing: Writing
    definitions: tuple[tuple[int, Definition], ...]


def contribution_of(article: Article) -> Contribution:
    """Tell what an article gives to an index."""
    texts = [(chunk.kind == BODY, chunk.readable) for chunk in article.chunks]
    return contribution([text for is_body, text in texts if is_body], [text for is_body, text in texts if not is_body])


def contribution(body: Iterable[str], boilerplate: Iterable[str]) -> Contribution:
    """Tell what an article gives to an index whose chunks have these texts, repairs applied."""
    texts = list(body)
    words = tuple(map(words_of, texts))
    lead: list[str] = []
    for found in words:
        lead += found.tokens[: LEAD_LENGTH - len(lead)]
    return Contribution(
        words,
        tuple(map(words_of, boilerplate)),
        Counter(map(normalize, lead)),
        writing_of(texts),
        tuple((place, found) for place, text in enumerate(texts) for found in definitions_in(text)),
    )


def words_of(text: str) -> TextWords:
    """Count the words of a text."""
    tokens = raw_tokens(text)
    surfaces = Counter(map(normalize, tokens))
    surfaces.update(compound.surface for compound in find_compounds(text, list(tokenize(text))))
    if may_have_url(text):
        surfaces.update(word.surface for token in tokens for word in url_words(token))
    return TextWords(surfaces, tokens)


def writing_of(body: Iterable[str]) -> Writing:
    """Count how the words of body chunks are written; from it follows which are names."""
    writing = Writing(Counter(), Counter())
    for text in body:
        writing.capitalised.update(count_capitalised(text))
        writing.as_written.update(raw_tokens(text))
    return writing


def definitions_in(text: str) -> list[Definition]:
    """List the definitions of short forms in a body chunk; of several for the same pair the first counts."""
    found: dict[tuple[str, str], Definition] = {}
    for definition in find_definitions(text):
        found.setdefault((definition.short_key, definition.long_key), definition)
    return list(found.values())
