"""How words are analysed: by the tables and rules, and where there is an index, as it has them."""

from collections.abc import Mapping
from typing import NamedTuple

from carikm.analysis.stems import Stemming, base_form, corrected_stem, explain_stem
from carikm.analysis.tokens import tokenize
from carikm.index.corrections import CORRECTIONS_FILE, Corrections
from carikm.index.reader import IndexReader
from carikm.search.local import LocalStore


class WordAnalysis(NamedTuple):
    """How a word is analysed: as written, its indexed form, its stem, and what decided on that.

    `decided_by` is `user` (in `carikm.toml`), `name` (as the archive uses it), `exception`, `rule`, `place`,
    `Sastrawi` or `as it is`; the first four have a reason. With an index: in how many chunks form and stem occur, and
    in how many each form that shares the stem; without one, None.
    """

    word: str
    surface: str
    stem: str
    decided_by: str
    reason: str
    is_stop: bool | None
    surface_chunks: int | None
    stem_chunks: int | None
    forms: Mapping[str, int] | None


def analyze(text: str, corrections: Corrections, reader: IndexReader | None) -> list[WordAnalysis]:
    """Tell how each word of a text is analysed."""
    words = [(text[token.start : token.end], token.surface) for token in tokenize(text)]
    if reader is not None:
        return [_as_indexed(reader, corrections, word, surface) for word, surface in words]
    unknown = (None, None, None, None)
    return [WordAnalysis(word, surface, *_explained(surface, corrections), *unknown) for word, surface in words]


def _explained(surface: str, corrections: Corrections) -> Stemming:
    if base_form(surface) in corrections.stems:
        return Stemming(corrected_stem(surface, corrections.stems), "user", CORRECTIONS_FILE)
    return explain_stem(surface)


def _as_indexed(reader: IndexReader, corrections: Corrections, word: str, surface: str) -> WordAnalysis:
    """Tell what the index knows; corrections made since it was built count only for forms that it has not."""
    known = LocalStore(reader, corrections).look_up(surface)
    row = reader.surface(surface)
    term = reader.term(id=known.key) if known.key is not None else None
    stemming = _explained(surface, corrections) if row is None else explain_stem(surface)
    if row is not None and row.decided == "user":
        stemming = Stemming(known.stem, "user", CORRECTIONS_FILE)
    elif row is not None and row.decided == "name" and stemming.stem != known.stem:
        counted = reader.surface(base_form(surface)) or row
        seldom = f"{counted.capitalised} times with a capital in mid-sentence, {counted.lower} times without"
        stemming = Stemming(known.stem, "name", seldom)
    return WordAnalysis(
        word,
        surface,
        *stemming,
        row.is_stop if row else None,
        row.frequency if row else 0,
        term.frequency if term else 0,
        {form: found.frequency for form in sorted(term.forms) if (found := reader.surface(form))} if term else {},
    )
