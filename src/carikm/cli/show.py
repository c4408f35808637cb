"""`carikm show`: an article, or one chunk of it."""

from typing import Annotated

import typer

from carikm.api import ArticleText, read_article, read_source
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
from carikm.cli.safe import has_controls, one_line
from carikm.cli.screen import Part, Screen, marked
from carikm.cli.titles import filed_parts, known_parts, path_from_here, title_parts
from carikm.corpus import BOILERPLATE
from carikm.errors import SourceUnavailable, UsageError, typed
from carikm.index.location import command_at
from carikm.index.rows import StoredChunk
from carikm.search.snippet import Span, highlights

_HEADER_LINES = 2
_USUAL_ENCODINGS = ("utf-8", "utf-8-sig")


def show_command(
    reference: Annotated[
        str, typer.Argument(metavar="REF", help="An article's id, a prefix of it, or one chunk: 003:5")
    ],
    query: Annotated[
        str | None, typer.Option("--query", metavar="WORDS", help="Mark these words.", show_default=False)
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Write the file's bytes, or a chunk's, unchanged.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    json: JsonOption = False,
    jsonl: JsonLinesOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """Print an article with its headline, source, date and chunk numbers."""
    refuse_both(json, jsonl)
    if raw and (json or jsonl):
        raise UsageError("Both --raw and JSON were asked for.", "Choose one of them.")
    if raw and query is not None:
        raise UsageError("In raw bytes no words can be marked.", "Leave out --raw or --query.")
    environment = Environment.of_process()
    messages = Screen(environment, environment.stderr, color)
    with TerminalProgress(messages, quiet=json or jsonl) as progress:
        text = read_article(reference, corpus, index, query=query, progress=progress)
    if raw:
        _write_raw(text, environment)
        return Exit.FOUND
    if json or jsonl:
        from carikm.cli.documents.articles import article_document, chunk_documents
        from carikm.cli.documents.writing import write_document

        for document in [article_document(text)] if json else chunk_documents(text):
            write_document(document, environment.stdout)
    else:
        _write_article(text, Screen(environment, environment.stdout, color))
    if text.state != "as indexed":
        happened = "is gone" if text.state == "gone" else "has changed"
        messages.line(
            Part(f"{one_line(text.path)} {happened} since it was indexed.", "warning"),
            Part(f" Bring the index up to date: {one_line(command_at(text.index_folder))}", "warning"),
        )
    return Exit.FOUND


def _write_raw(text: ArticleText, environment: Environment) -> None:
    """Write a file's bytes; to a terminal only where none of them can act on it."""
    raw = read_source(text)
    if environment.is_terminal(environment.stdout):
        decoded = raw.decode(environment.stdout.encoding, "replace")
        if has_controls(decoded):
            show = f"carikm show --raw {typed(text.article.name)}"
            raise SourceUnavailable(
                f"{text.article.path} holds control characters, which are not sent to a terminal.",
                f"Write it to a file or a pipe: {command_at(text.index_folder, show)} | less",
            )
    environment.stdout.flush()
    environment.stdout.buffer.write(raw)


def _write_article(text: ArticleText, screen: Screen) -> None:
    article = text.article
    chunks = text.selected_chunks
    margin = len(str(article.chunks)) + 2
    contents = [_content(chunk) for chunk in chunks]
    spans = [highlights(content, text.words, text.phrases) for content in contents]
    lengths = [len(line) for content in contents for line in content.split("\n")]
    with screen.paged(lengths, indent=margin, blank_lines=len(contents) + _HEADER_LINES):
        screen.line(*title_parts(article))
        known = known_parts(article)
        link = (text.corpus / article.path).as_uri() if screen.is_terminal else ""
        screen.line(
            *known,
            *filed_parts(article),
            Part(one_line(path_from_here(text.corpus, text.label, article)), "source", link),
            Part(f" · {one_line(article.name)}", "dim"),
            Part("" if article.encoding in _USUAL_ENCODINGS else f" · read as {article.encoding}", "dim"),
        )
        for chunk, content, matches in zip(chunks, contents, spans, strict=True):
            screen.line()
            _write_chunk(chunk, content, matches, margin, screen)


def _write_chunk(chunk: StoredChunk, content: str, matches: list[Span], margin: int, screen: Screen) -> None:
    style = "dim" if chunk.kind == BOILERPLATE else ""
    number: Part | None = Part(str(chunk.number), style or "rank")
    place = 0
    for line in content.split("\n"):
        end = place + len(line)
        spans = [(a - place, b - place) for a, b in matches if place <= a and b <= end]
        screen.line(*marked(line, spans, style), indent=margin, lead=number)
        number = None
        place = end + 1


def _content(chunk: StoredChunk) -> str:
    """Give a chunk's readable text, its lines ended by line feeds."""
    from carikm.corpus.mojibake import repaired

    readable = repaired(chunk.text, chunk.repairs).text.replace("\r\n", "\n")
    ends_lines = "\n" not in readable and chunk.line_end > chunk.line_start
    return readable.replace("\r", "\n") if ends_lines else readable
