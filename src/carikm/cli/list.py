"""`carikm list`: the articles of the index."""

from carikm.api import ArticleList, list_articles
from carikm.cli.environment import Color, Environment, refuse_both
from carikm.cli.exits import Exit
from carikm.cli.options import (
    ColorOption,
    CorpusOption,
    IndexOption,
    JsonLinesOption,
    JsonOption,
)
from carikm.cli.progress import TerminalProgress
from carikm.cli.safe import one_line
from carikm.cli.screen import Screen, cells
from carikm.cli.table import GAP, Column, write_table
from carikm.cli.titles import shown_date


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
        from carikm.cli.documents.articles import list_document, listed_documents
        from carikm.cli.documents.writing import write_document

        for document in [list_document(articles)] if json else listed_documents(articles):
            write_document(document, environment.stdout)
    elif screen.is_terminal:
        _write_table(articles, screen)
    else:
        for row in _rows(articles):
            screen.line("\t".join(row))
    return Exit.FOUND


_HEADS = ("id", "date", "outlet", "chunks", "words", "title")
_MAX_WIDTH = 24
_MIN_TITLE, _LEAST_TITLE = 24, 5


def _rows(articles: ArticleList) -> list[tuple[str, ...]]:
    return [
        (
            one_line(article.name),
            shown_date(article) or "–",
            one_line(article.outlet or "–"),
            str(article.chunks),
            str(article.words),
            one_line(article.title),
        )
        for article in articles.articles
    ]


def _write_table(articles: ArticleList, screen: Screen) -> None:
    rows = [
        (one_line(reference), *row[1:]) for reference, row in zip(articles.references, _rows(articles), strict=True)
    ]
    # Everything but the title is as wide as it is; where that leaves no room for one, the counts go first.
    columns = [range(6), (0, 1, 2, 5), (0, 1, 5), (0, 5)]
    widest = [min(_MAX_WIDTH, max(map(cells, column))) for column in zip(_HEADS[:-1], *rows, strict=False)]
    for shown in columns:
        widths = [widest[i] for i in shown[:-1]]
        room = screen.console.width - sum(widths) - GAP * len(widths)
        if room >= _MIN_TITLE:
            break
    else:  # ids are what one types: they stay whole, over several lines where they must
        widths = [min(widths[0], screen.console.width - GAP - _LEAST_TITLE)]
        room = screen.console.width - widths[0] - GAP
    table = [
        Column(
            _HEADS[i],
            width,
            "reference" if _HEADS[i] == "id" else "",
            is_number=_HEADS[i] in ("chunks", "words"),
            is_cut=_HEADS[i] != "id",
        )
        for i, width in zip(shown, [*widths, room], strict=True)
    ]
    with screen.paged([0] * len(rows), blank_lines=1):
        write_table(table, ([row[i] for i in shown] for row in rows), screen)
