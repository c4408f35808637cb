"""`carikm search`: the hits of a query, as text or JSON."""

from typing import Annotated, Literal

import typer

from carikm.cli.environment import Color
from carikm.cli.options import (
    AllChunksOption,
    AllOption,
    BoilerplateOption,
    ByArticleOption,
    ColorOption,
    CorpusOption,
    IndexOption,
    JsonLinesOption,
    JsonOption,
    LiteralOption,
    NoExpandOption,
    SinceOption,
    SourceOption,
    UndatedOption,
    UntilOption,
)
from carikm.cli.searching import run_search

_QUERY_HELP = (
    'What to look for; any word may match. "exact phrase", =form, +must, -not, AND OR NOT ( ), log*, logm~,'
    " judul: sumber: berkas: tanggal:"
)


def search_command(
    words: Annotated[list[str], typer.Argument(metavar="QUERY...", help=_QUERY_HELP)],
    limit: Annotated[int, typer.Option("-n", "--limit", metavar="N", help="Show at most N hits.")] = 10,
    offset: Annotated[int, typer.Option("--offset", metavar="N", help="Pass over the N best hits.")] = 0,
    all_words: AllOption = False,
    literal: LiteralOption = False,
    no_expand: NoExpandOption = False,
    article: Annotated[
        str | None, typer.Option("--article", metavar="ID", help="Search inside one article.", show_default=False)
    ] = None,
    source: SourceOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    undated: UndatedOption = False,
    boilerplate: BoilerplateOption = False,
    by_article: ByArticleOption = False,
    all_chunks: AllChunksOption = False,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Show near-identical articles each for itself.")
    ] = False,
    sort: Annotated[
        Literal["score", "date", "newest", "oldest"], typer.Option("--sort", help="The order; date is newest.")
    ] = "score",
    group: Annotated[
        Literal["source"] | None, typer.Option("--group", help="Gather the hits by outlet.", show_default=False)
    ] = None,
    auto: Annotated[bool, typer.Option("--auto", help="Where nothing is found, answer the first suggestion.")] = False,
    facets: Annotated[
        bool, typer.Option("--facets", help="Count all chunks that match, or articles, by outlet and year.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each score is made of.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    json: JsonOption = False,
    jsonl: JsonLinesOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """Answer a query: hits on standard output, everything else on standard error."""
    return run_search(
        words,
        corpus,
        index,
        grouped=group is not None,
        json=json,
        jsonl=jsonl,
        color=color,
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
        facets=facets,
        auto=auto,
        explain=explain,
    )
