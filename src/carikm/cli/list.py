"""`carikm list`: the articles of the index."""

from carikm.api import ArticleList, list_articles
from carikm.cli.environment import Color, Environment
from carikm.cli.exits import Exit
from carikm.cli.options import (
    ColorOption,
    CorpusOption,
    IndexOption,
    JsonLinesOption,
    JsonOption,
    refuse_both,
)
from carikm.cli.progress import TerminalProgress
from carikm.cli.safe import one_line
from carikm.cli.screen import Screen


def list_command(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    json: JsonOption = False,
    jsonl: JsonLinesOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """List every article with reference, date, outlet, chunks, words and title; tabs between them in a pipe."""
    refuse_both(json, jsonl)
    environment = Environment.of_process()
    with TerminalProgress(Screen(environment, environment.stderr, color), quiet=json or jsonl) as progress:
        articles = list_articles(corpus, index, progress=progress)
    screen = Screen(environment, environment.stdout, color)
    if json or jsonl:
        from carikm.cli.documents import list_document, listed_documents, write_document

        for document in [list_document(articles)] if json else listed_documents(articles):
            write_document(document, environment.stdout)
    elif screen.is_terminal:
        _write_table(articles, screen)
    else:
        for row in _rows(articles):
            screen.line("\t".join(row))
    return Exit.FOUND


def _rows(articles: ArticleList) -> list[tuple[str, ...]]:
    return [
        (
            one_line(reference),
            article.date or "–",
            one_line(article.outlet or "–"),
            str(article.chunks),
            str(article.words),
            one_line(article.title),
        )
        for article, reference in zip(articles.articles, articles.references, strict=True)
    ]


def _write_table(articles: ArticleList, screen: Screen) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    table.add_column("id", no_wrap=True, style="cyan")
    table.add_column("date", no_wrap=True)
    table.add_column("outlet", no_wrap=True, max_width=20, overflow="ellipsis")
    table.add_column("chunks", justify="right")
    table.add_column("words", justify="right")
    table.add_column("title", no_wrap=True, overflow="ellipsis", ratio=1)
    for row in _rows(articles):
        table.add_row(*(Text(cell) for cell in row))
    with screen.paged([0] * len(articles.articles), blank_lines=1):
        screen.console.print(table)
