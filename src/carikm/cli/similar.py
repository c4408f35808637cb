"""`carikm similar`: the articles most like one, with the terms that say so."""

from typing import Annotated

import typer

from carikm.api import SimilarResult, find_similar
from carikm.cli.environment import Color, Environment, refuse_both
from carikm.cli.exits import Exit
from carikm.cli.options import (
    ColorOption,
    CorpusOption,
    IndexOption,
    JsonLinesOption,
    JsonOption,
    SinceOption,
    UndatedOption,
    UntilOption,
)
from carikm.cli.progress import TerminalProgress
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.cli.sizes import counted
from carikm.cli.staleness import write_staleness
from carikm.cli.titles import known_parts, path_from_here, title_parts
from carikm.search.similar import Likeness

_TERMS_SHOWN = 8


def similar_command(
    reference: Annotated[
        str, typer.Argument(metavar="REF", help="An article's id, a prefix of it, or one chunk: 003:5")
    ],
    limit: Annotated[int, typer.Option("-n", "--limit", metavar="N", help="Show at most N articles.")] = 10,
    offset: Annotated[int, typer.Option("--offset", metavar="N", help="Pass over the N most alike.")] = 0,
    since: SinceOption = None,
    until: UntilOption = None,
    undated: UndatedOption = False,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Show near-identical articles each for itself.")
    ] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    json: JsonOption = False,
    jsonl: JsonLinesOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """List the articles most like one, or like one chunk, each with the terms they share and their part in it."""
    refuse_both(json, jsonl)
    environment = Environment.of_process()
    messages = Screen(environment, environment.stderr, color)
    with TerminalProgress(messages, quiet=json or jsonl) as progress:
        found = find_similar(
            reference,
            corpus,
            index,
            limit=limit,
            offset=offset,
            since=since,
            until=until,
            undated=undated,
            duplicates=duplicates,
            progress=progress,
        )
    if json or jsonl:
        from carikm.cli.documents.hits import likeness_documents, similar_document
        from carikm.cli.documents.writing import write_document

        for document in [similar_document(found)] if json else likeness_documents(found):
            write_document(document, environment.stdout)
    else:
        _write_hits(found, Screen(environment, environment.stdout, color))
    _write_notes(found, offset, messages)
    return Exit.FOUND if found.result.hits else Exit.NOTHING


def _write_hits(found: SimilarResult, screen: Screen) -> None:
    hits = found.result.hits
    margin = len(str(hits[-1].rank)) + 2 if hits else 0
    for hit in hits:
        if hit is not hits[0]:
            screen.line()
        screen.line(*title_parts(hit.article), indent=margin, lead=Part(str(hit.rank), "rank"))
        link = (found.coverage.corpus / hit.article.path).as_uri() if screen.is_terminal else ""
        path = path_from_here(found.coverage.corpus, found.coverage.label, hit.article)
        screen.line(
            *known_parts(hit.article),
            Part(one_line(path), "source", link),
            Part(f" · {one_line(hit.reference)}", "dim"),
            indent=margin,
        )
        screen.line(*_term_parts(hit), indent=margin)


def _term_parts(hit: Likeness) -> list[Part]:
    """Write the shared terms that weigh most, each with its part of the score in per cent."""
    parts: list[Part] = []
    for term in hit.terms[:_TERMS_SHOWN]:
        parts += [
            Part(", " if parts else "", "dim"),
            Part(one_line(term.written), "match"),
            Part(f" {term.part / hit.score:.0%}", "dim"),
        ]
    if more := len(hit.terms) - _TERMS_SHOWN:
        parts.append(Part(f", and {more} more" if more > 0 else "", "dim"))
    return parts


def _write_notes(found: SimilarResult, offset: int, messages: Screen) -> None:
    """Say on standard error what was found in all, and what was not looked at."""
    result = found.result
    asked = one_line(found.reference if result.selected is None else f"{found.reference}:{result.selected}")
    if not result.hits and result.total:
        messages.line(f"Only {counted(result.total, 'article')}; --offset {offset} passes over all of them.")
    elif not result.hits:
        messages.line(f"No other article shares a telling term with {asked}.")
    elif messages.is_terminal and result.total > len(result.hits):
        messages.line()
        more = f" More: --offset {offset + len(result.hits)}" if offset + len(result.hits) < result.total else ""
        messages.line(Part(f"{counted(result.total, 'article')} share a term with {asked}.{more}", "dim"))
    if result.copies_left_out:
        copies = f"{counted(result.copies_left_out, 'article')} near-identical to {asked} left out"
        messages.line(Part(f"{copies}; list them: --duplicates", "dim"))
    if result.undated_left_out:
        messages.line(
            Part(
                f"{counted(result.undated_left_out, 'article')} without a date left out; include them: --undated",
                "warning",
            )
        )
    write_staleness(found.coverage, messages)
