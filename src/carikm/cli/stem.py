"""`carikm stem`: how words are analysed."""

from collections.abc import Mapping
from typing import Annotated

import typer

from carikm.api import analyze_words
from carikm.cli.environment import Color, Environment, refuse_both
from carikm.cli.exits import Exit
from carikm.cli.options import (
    ColorOption,
    CorpusOption,
    IndexOption,
    JsonLinesOption,
    JsonOption,
)
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.errors import QueryEmpty
from carikm.search.words import WordAnalysis

_FORMS_SHOWN = 12
_DECIDED = {
    "user": "as you say",
    "name": "a name here",
    "exception": "by exception",
    "place": "a place",
    "Sastrawi": "by Sastrawi",
    "rule": "by rule",
    "as it is": "as it is",
}


def stem_command(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="Words, or a sentence.")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    json: JsonOption = False,
    jsonl: JsonLinesOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """Tell for each word its stem, and where there is an index, how often it occurs and what shares its stem."""
    refuse_both(json, jsonl)
    text = " ".join(words)
    analyses = analyze_words(text, corpus, index)
    if not analyses:
        raise QueryEmpty(f"There is no word in {text!r}.", "Give one word or more: carikm stem perindustrian")
    environment = Environment.of_process()
    if json or jsonl:
        from carikm.cli.documents.words import stem_document, word_documents
        from carikm.cli.documents.writing import write_document

        for document in [stem_document(analyses)] if json else word_documents(analyses):
            write_document(document, environment.stdout)
    else:
        screen = Screen(environment, environment.stdout, color)
        for analysis in analyses:
            screen.line(*_parts(analysis))
    return Exit.FOUND


def _parts(analysis: WordAnalysis) -> list[Part]:
    parts = [Part(one_line(analysis.word), "title"), Part(" → "), Part(one_line(analysis.stem), "match")]
    reason = f": {analysis.reason}" if analysis.reason else ""
    parts.append(Part(f"  {_DECIDED[analysis.decided_by]}{reason}", "dim"))
    if analysis.stem_chunks is None or analysis.forms is None:
        return parts
    chunks = "1 chunk" if analysis.stem_chunks == 1 else f"{analysis.stem_chunks} chunks"
    about = (
        f"; in {chunks}, {analysis.surface_chunks} of them in this form"
        if analysis.stem_chunks
        else "; nowhere in the index"
    )
    if analysis.is_stop:
        about += "; a stop word"
    others = [f"{form} {chunks:,}" for form, chunks in _commonest(analysis.forms) if form != analysis.surface]
    if others:
        more = f" and {len(others) - _FORMS_SHOWN} more" if len(others) > _FORMS_SHOWN else ""
        about += f"; also {', '.join(others[:_FORMS_SHOWN])}{more}"
    return [*parts, Part(about, "dim")]


def _commonest(forms: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(forms.items(), key=lambda form: (-form[1], form[0]))
