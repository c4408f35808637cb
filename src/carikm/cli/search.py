"""`carikm search`: the hits of a query, as text or JSON."""

import re
from typing import Annotated

import typer

from carikm.api import SearchResult, find
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
from carikm.cli.screen import Part, Screen, marked
from carikm.cli.titles import known_parts, path_from_here, title_parts
from carikm.index.corrections import CORRECTIONS_FILE, Unlike
from carikm.search.hits import Hit
from carikm.search.store import Expansion

_WHITE_SPACE = re.compile(r"\s+")
_PARAGRAPH = re.compile(r"[^\r\n]*\S[^\r\n]*")


def search_command(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="What to look for; any word may match.")],
    limit: Annotated[int, typer.Option("-n", "--limit", metavar="N", help="Show at most N hits.")] = 10,
    offset: Annotated[int, typer.Option("--offset", metavar="N", help="Pass over the N best hits.")] = 0,
    article: Annotated[
        str | None, typer.Option("--article", metavar="ID", help="Search inside one article.", show_default=False)
    ] = None,
    by_article: Annotated[bool, typer.Option("--by-article", help="Show only each article's best chunk.")] = False,
    boilerplate: Annotated[bool, typer.Option("--boilerplate", help="Search page furniture too.")] = False,
    no_expand: Annotated[
        bool, typer.Option("--no-expand", help="Search for the words alone, no synonyms, acronyms or spellings.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Only articles from then on: 2020-09-28.", show_default=False),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Only articles up to then: 2020, 2020-09.", show_default=False),
    ] = None,
    undated: Annotated[bool, typer.Option("--undated", help="Keep articles without a date.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each score is made of.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    json: JsonOption = False,
    jsonl: JsonLinesOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """Answer a query: hits on standard output, everything else on standard error."""
    refuse_both(json, jsonl)
    environment = Environment.of_process()
    messages = Screen(environment, environment.stderr, color)
    with TerminalProgress(messages, quiet=json or jsonl) as progress:
        found = find(
            " ".join(words),
            corpus,
            index,
            limit=limit,
            offset=offset,
            article=article,
            by_article=by_article,
            boilerplate=boilerplate,
            expand=not no_expand,
            since=since,
            until=until,
            undated=undated,
            explain=explain,
            progress=progress,
        )
    if json or jsonl:
        from carikm.cli.documents import hit_documents, search_document, write_document

        for document in [search_document(found)] if json else hit_documents(found):
            write_document(document, environment.stdout)
    else:
        _write_hits(found, Screen(environment, environment.stdout, color))
    _write_notes(found, offset, messages)
    return Exit.FOUND if found.result.hits else Exit.NOTHING


def _write_hits(found: SearchResult, screen: Screen) -> None:
    hits = found.result.hits
    margin = len(str(hits[-1].rank)) + 2 if hits else 0
    for hit in hits:
        if hit is not hits[0]:
            screen.line()
        screen.line(*title_parts(hit.article, hit.title_highlights), indent=margin, lead=Part(str(hit.rank), "rank"))
        link = (found.corpus / hit.article.path).as_uri() if screen.is_terminal else ""
        path = path_from_here(found.corpus, found.label, hit.article)
        screen.line(*_source_parts(hit, path, link), indent=margin)
        for parts in _snippet_lines(hit):
            screen.line(*parts, indent=margin)
        if hit.explanation is not None:
            from carikm.cli.explanation import explanation_lines

            for parts in explanation_lines(hit.explanation):
                screen.line(*parts, indent=margin)


def _source_parts(hit: Hit, path: str, link: str) -> list[Part]:
    """Say where a hit stands: outlet, date, file and line, and the reference that `show` takes."""
    return [
        *known_parts(hit.article),
        Part(f"{one_line(path)}:{hit.line}", "source", link),
        Part(f" · {one_line(hit.reference)}", "dim"),
    ]


def _snippet_lines(hit: Hit) -> list[list[Part]]:
    """Cut the snippet out of the chunk, matches marked, a line for each paragraph it touches."""
    start, end = hit.snippet
    lines = []
    for paragraph in _PARAGRAPH.finditer(hit.text, start, end):
        first, last = paragraph.span()
        inside = ((max(a, first), min(b, last)) for a, b in hit.highlights)
        spans = [(a - first, b - first) for a, b in inside if a < b]
        lines.append([part._replace(text=_WHITE_SPACE.sub(" ", part.text)) for part in marked(paragraph[0], spans)])
    if hit.text[:start].strip():
        lines[0].insert(0, Part("… ", "dim"))
    if hit.text[end:].strip():
        lines[-1].append(Part(" …", "dim"))
    return lines


def _write_notes(found: SearchResult, offset: int, messages: Screen) -> None:
    """Say on standard error what was found in all, and what was not searched."""
    result = found.result
    if not result.hits and result.total:
        messages.line(f"Only {_count(result.total, 'hit')}; --offset {offset} passes over all of them.")
    elif not result.hits:
        messages.line(f"Nothing found for {result.query.text!r}.")
    elif messages.is_terminal and result.total > len(result.hits):
        last = offset + len(result.hits)
        shown = f"Hit {last:,}" if len(result.hits) == 1 else f"Hits {offset + 1:,} to {last:,}"
        more = f" More: --offset {last}" if last < result.total else ""
        messages.line()
        messages.line(Part(f"{shown} of {result.total:,}.{more}", "dim"))
    if result.expansions:
        others = "; ".join(map(_explained, result.expansions))
        messages.line(Part(f"Also searched for: {others}. Without: --no-expand", "dim"))
    if result.query.words and all(word.is_stop for word in result.query.words):
        messages.line(Part("Every word of this query is a stop word; a rarer word would say more.", "warning"))
    if result.boilerplate_left_out and not result.total:
        chunks = _count(result.boilerplate_left_out, "chunk")
        verb = "matches" if result.boilerplate_left_out == 1 else "match"
        messages.line(Part(f"Boilerplate was left out: {chunks} of it {verb}. Include it: --boilerplate", "warning"))
    if result.undated_left_out:
        hits = _count(result.undated_left_out, "hit")
        verb = "was" if result.undated_left_out == 1 else "were"
        messages.line(Part(f"{hits} in articles without a date {verb} left out; include them: --undated", "warning"))
    if found.skipped and not result.total:
        messages.line(Part(f"{_count(found.skipped, 'file')} could not be indexed; see: carikm status", "warning"))
    if found.corpus_out_of_reach:
        corpus = one_line(str(found.corpus))
        messages.line(Part(f"The corpus folder {corpus} is out of reach; this is what the index knew.", "warning"))
    if any(found.corrected):
        messages.line(Part(f"{_corrected(found.corrected)} Bring the index up to date: carikm index", "warning"))
    if found.changed:
        at_least = "" if found.changed_is_complete else "at least "
        verb = "differs" if found.changed == 1 else "differ"
        stale = f"The index is stale: {at_least}{_count(found.changed, 'file')} {verb} from it."
        messages.line(Part(f"{stale} Bring it up to date: carikm index", "warning"))


def _corrected(unlike: Unlike) -> str:
    parts = [(unlike.words, "stem"), (unlike.lines, "line of boilerplate")]
    counts = [_count(len(found), thing) for found, thing in parts if found]
    return f"{CORRECTIONS_FILE} has changed since the index was built: {' and '.join(counts)}."


def _explained(expansion: Expansion) -> str:
    evidence = expansion.source if not expansion.chunks else f"explained in {_count(expansion.chunks, 'chunk')}"
    return f"{one_line(expansion.phrase)} → {one_line(expansion.reading)} ({evidence})"


def _count(number: int, thing: str) -> str:
    plural = thing.replace(" ", "s ", 1) if " of " in thing else f"{thing}s"
    return f"{number:,} {thing if number == 1 else plural}"
