"""A search from the command line: its hits on standard output, everything else on standard error.

Nothing here needs typer, which takes longer to import than most searches take (see `carikm.cli.plain`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from carikm.api import find
from carikm.cli.environment import Color, Environment, refuse_both
from carikm.cli.exits import Exit
from carikm.cli.hit_list import write_facets, write_hits
from carikm.cli.progress import TerminalProgress
from carikm.cli.screen import Part, Screen
from carikm.cli.search_notes import write_notes, write_reading
from carikm.search.options import SearchOptions


def run_search(
    words: Sequence[str],
    corpus: Path | None = None,
    index: Path | None = None,
    *,
    grouped: bool = False,
    json: bool = False,
    jsonl: bool = False,
    color: Color = Color.auto,
    **options: Unpack[SearchOptions],
) -> int:
    """Answer a query: hits on standard output, everything else on standard error.

    Args:
        words: those that were typed.
        corpus: the folder of articles.
        index: the folder of the index.
        grouped: gather the hits by outlet.
        json: print one JSON object.
        jsonl: print one a line.
        color: when to use colour.
        options: see `SearchOptions`.
    """
    refuse_both(json, jsonl)
    environment = Environment.of_process()
    messages = Screen(environment, environment.stderr, color)
    facets = options.get("facets", False)
    options |= {"facets": facets or grouped}
    with TerminalProgress(messages, quiet=json or jsonl) as progress:
        found = find(" ".join(words), corpus, index, progress=progress, **options)
    by_article = options.get("by_article", False)
    if jsonl and facets:
        messages.line(Part("JSON lines have hits alone; counts of them are in --json.", "warning"))
    if grouped and (json or jsonl):
        messages.line(Part("JSON has the hits in their order; --group gathers them for readers.", "warning"))
    write_reading(found, messages)
    if json or jsonl:
        from carikm.cli.documents.hits import hit_documents, search_document
        from carikm.cli.documents.writing import write_document

        for document in [search_document(found, facets=facets)] if json else hit_documents(found):
            write_document(document, environment.stdout)
    else:
        screen = Screen(environment, environment.stdout, color)
        write_hits(found, screen, grouped=grouped, by_article=by_article)
        if facets:
            write_facets(found, screen, by_article=by_article)
    write_notes(found, options.get("offset", 0), messages, "article" if by_article else "chunk")
    return Exit.FOUND if found.result.hits else Exit.NOTHING
