"""A search from the command line: its hits on standard output, everything else on standard error.

Nothing here needs typer, which takes longer to import than most searches take (see `carikm.cli.plain`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from carikm.api import find
from carikm.cli.environment import Color, Environment, refuse_both
from carikm.cli.exits import Exit
from carikm.cli.hit_list import write_facets, write_hits
from carikm.cli.progress import TerminalProgress
from carikm.cli.screen import Screen
from carikm.cli.search_notes import write_notes, write_reading


def run_search(
    words: Sequence[str],
    limit: int = 10,
    offset: int = 0,
    all_words: bool = False,
    literal: bool = False,
    no_expand: bool = False,
    article: str | None = None,
    source: Sequence[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    undated: bool = False,
    boilerplate: bool = False,
    by_article: bool = False,
    all_chunks: bool = False,
    duplicates: bool = False,
    sort: Literal["score", "date", "newest", "oldest"] = "score",
    group: Literal["source"] | None = None,
    auto: bool = False,
    facets: bool = False,
    explain: bool = False,
    corpus: Path | None = None,
    index: Path | None = None,
    json: bool = False,
    jsonl: bool = False,
    color: Color = Color.auto,
) -> int:
    """Answer a query, by the options of `carikm search`: hits on standard output, everything else on standard error."""
    refuse_both(json, jsonl)
    environment = Environment.of_process()
    messages = Screen(environment, environment.stderr, color)
    with TerminalProgress(messages, quiet=json or jsonl) as progress:
        found = find(
            " ".join(words),
            corpus,
            index,
            progress=progress,
            limit=limit,
            offset=offset,
            all_words=all_words,
            literal=literal,
            expand=not no_expand,
            article=article,
            source=source or (),
            since=since,
            until=until,
            undated=undated,
            boilerplate=boilerplate,
            by_article=by_article,
            all_chunks=all_chunks,
            duplicates=duplicates,
            sort="newest" if sort == "date" else sort,
            facets=facets or group is not None,
            auto=auto,
            explain=explain,
        )
    write_reading(found, messages)
    if json or jsonl:
        from carikm.cli.documents.hits import hit_documents, search_document
        from carikm.cli.documents.writing import write_document

        for document in [search_document(found, facets=facets)] if json else hit_documents(found):
            write_document(document, environment.stdout)
    else:
        screen = Screen(environment, environment.stdout, color)
        write_hits(found, screen, grouped=group is not None)
        if facets:
            write_facets(found, screen, by_article=by_article)
    write_notes(found, offset, messages, "article" if by_article else "chunk")
    return Exit.FOUND if found.result.hits else Exit.NOTHING
