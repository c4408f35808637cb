"""`carikm search`: the hits of a query, as text or JSON."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

import typer

from carikm.api import SearchResult, find
from carikm.cli.environment import Color, Environment
from carikm.cli.exits import Exit
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
    refuse_both,
)
from carikm.cli.progress import TerminalProgress
from carikm.cli.safe import one_line, pointed_out
from carikm.cli.screen import Part, Screen, marked
from carikm.cli.sizes import counted
from carikm.cli.staleness import write_staleness
from carikm.cli.titles import known_parts, path_from_here, title_parts
from carikm.errors import as_one_word
from carikm.search.hits import Hit
from carikm.search.query_parts import Expansion

_QUERY_HELP = (
    'What to look for; any word may match. "exact phrase", =form, +must, -not, AND OR NOT ( ), log*, logm~,'
    " judul: sumber: berkas: tanggal:"
)
# What is told of a word hangs behind it, unless one is so long that little room would be left.
_LONGEST_HANGING = 16
_ASKED = "Did you mean:"
_HOW = {"unquoted": ", not as a phrase", "any words": ", any of the words"}
_NO_OUTLET = "no outlet known"
_OUTLETS_NAMED = 3
_FACETS_SHOWN = 10
_UNKNOWN_NAMED = 10
_LONGEST_ECHO = 200
_BAR = 24
_WHITE_SPACE = re.compile(r"\s+")
_PARAGRAPH = re.compile(r"[^\r\n]*\S[^\r\n]*")


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
    _write_reading(found, messages)
    if json or jsonl:
        from carikm.cli.documents.hits import hit_documents, search_document
        from carikm.cli.documents.writing import write_document

        for document in [search_document(found, facets=facets)] if json else hit_documents(found):
            write_document(document, environment.stdout)
    else:
        screen = Screen(environment, environment.stdout, color)
        _write_hits(found, screen, grouped=group is not None)
        if facets:
            _write_facets(found, screen, by_article=by_article)
    _write_notes(found, offset, messages, "article" if by_article else "chunk")
    return Exit.FOUND if found.result.hits else Exit.NOTHING


def _write_reading(found: SearchResult, messages: Screen) -> None:
    """Say before the hits what they are hits of, where that is not just the query."""
    query = found.result.query
    if found.help and found.help.instead_of is not None:
        messages.line(Part(f"Nothing found for {found.help.instead_of!r}. This is for {query.text!r}.", "warning"))
    for note in query.notes:
        messages.line(Part(f"{note.message}.", "warning"))
        for line in pointed_out(query.text, note.position):
            messages.line(Part(line, "dim"))
    if messages.is_terminal and found.result.hits and (query.notes or (found.help and found.help.instead_of)):
        messages.line()


def _write_hits(found: SearchResult, screen: Screen, *, grouped: bool) -> None:
    hits = found.result.hits
    margin = len(str(max((hit.rank for hit in hits), default=0))) + 2
    for place, (heading, of_group) in enumerate(_groups(found) if grouped else [(None, hits)]):
        if heading:
            if place:
                screen.line()
            screen.line(*heading)
            screen.line()
        for hit in of_group:
            if hit is not of_group[0]:
                screen.line()
            _write_hit(hit, found, screen, margin)


def _groups(found: SearchResult) -> list[tuple[list[Part], list[Hit]]]:
    """Gather the hits by outlet, in the order of each one's first, under its name and the number of all its hits."""
    groups: dict[str, list[Hit]] = {}
    for hit in found.result.hits:
        groups.setdefault(hit.article.outlet or "", []).append(hit)
    totals = found.result.facets.outlets if found.result.facets else {}
    return [
        ([Part(one_line(outlet or _NO_OUTLET), "title"), Part(f" · {counted(totals[outlet], 'hit')}", "dim")], hits)
        for outlet, hits in groups.items()
    ]


def _write_hit(hit: Hit, found: SearchResult, screen: Screen, margin: int) -> None:
    screen.line(*title_parts(hit.article, hit.title_highlights), indent=margin, lead=Part(str(hit.rank), "rank"))
    link = (found.corpus / hit.article.path).as_uri() if screen.is_terminal else ""
    path = path_from_here(found.corpus, found.label, hit.article)
    screen.line(*_source_parts(hit, path, link), indent=margin)
    for parts in _snippet_lines(hit):
        screen.line(*parts, indent=margin)
    if hit.explanation is not None:
        from carikm.cli.explanation import explanation_lines

        for first, *rest in explanation_lines(hit.explanation):
            text = first.text.lstrip()
            screen.line(first._replace(text=text), *rest, indent=margin + len(first.text) - len(text))
    if hit.more:
        hint = f"--article={as_one_word(one_line(hit.reference.rpartition(':')[0]))}"
        screen.line(Part(f"+{hit.more:,} more in this article: {hint}", "dim"), indent=margin)
    if hit.copies:
        outlets = dict.fromkeys(copy.article.outlet or _NO_OUTLET for copy in hit.copies)
        names = ", ".join(map(one_line, list(outlets)[:_OUTLETS_NAMED])) + (
            ", …" if len(outlets) > _OUTLETS_NAMED else ""
        )
        screen.line(Part(f"+{len(hit.copies):,} more like it ({names}): --duplicates", "dim"), indent=margin)


def _write_facets(found: SearchResult, screen: Screen, *, by_article: bool) -> None:
    """Draw the hits of each outlet and year: a bar each on a terminal, tabs between name and number in a pipe."""
    facets = found.result.facets
    if facets is None or not found.result.hits:
        return
    years = dict(sorted(facets.years.items(), key=lambda year: (not year[0], year[0])))
    for name, counts, unknown in (("source", facets.outlets, _NO_OUTLET), ("year", years, "no date")):
        screen.line()
        if not screen.is_terminal:
            for value, count in counts.items():
                screen.line(f"{name}\t{one_line(value or unknown)}\t{count}")
            continue
        screen.line(Part(f"{'articles' if by_article else 'chunks'} by {name}", "dim"))
        shown = _foremost(counts, always="" if name == "year" else None)
        width = max(len(one_line(value or unknown)) for value in shown) if shown else 0
        for value, count in shown.items():
            room = max(1, min(_BAR, screen.console.width - width - len(f"    {max(shown.values()):,}")))
            bar = "█" * max(1, round(room * count / max(shown.values())))
            label = one_line(value or unknown).ljust(width)
            screen.line(f"{label}  ", Part(bar.ljust(room), "rank"), f"  {count:,}")
        if len(shown) < len(counts):
            rest = sum(counts.values()) - sum(shown.values())
            screen.line(Part(f"and {rest:,} in {len(counts) - len(shown):,} more", "dim"))


def _foremost(counts: Mapping[str, int], always: str | None) -> dict[str, int]:
    """Choose the largest counts, as many as are shown, in the order they have; one may be shown whatever it is."""
    places = {value: place for place, value in enumerate(counts)}
    ranked = sorted(counts, key=lambda value: (value != always, -counts[value], places[value]))
    return {value: counts[value] for value in sorted(ranked[:_FACETS_SHOWN], key=places.__getitem__)}


def _source_parts(hit: Hit, path: str, link: str) -> list[Part]:
    """Say where a hit stands: outlet, date, file and line, and the reference that `show` takes."""
    return [
        *known_parts(hit.article),
        Part(f"{one_line(path)}:{hit.line}", "source", link, len(f":{hit.line}")),
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


def _write_notes(found: SearchResult, offset: int, messages: Screen, unit: str) -> None:
    """Say on standard error what was found in all, and what was not searched."""
    result = found.result
    if not result.hits and result.total:
        messages.line(f"Only {counted(result.listed, 'hit')}; --offset {offset} passes over all of them.")
    elif not result.hits:
        messages.line(f"Nothing found for {_shortened(result.query.text)!r}.")
        _write_words(found, messages)
    elif messages.is_terminal and result.listed > len(result.hits):
        last = offset + len(result.hits)
        shown = f"Hit {last:,}" if len(result.hits) == 1 else f"Hits {offset + 1:,} to {last:,}"
        more = f" More: --offset {last}" if last < result.listed else ""
        messages.line()
        matching = f" ({counted(result.total, unit)} match)" if result.total > result.listed else ""
        messages.line(Part(f"{shown} of {result.listed:,}{matching}.{more}", "dim"))
    if result.hits and found.help and found.help.instead_of is None:
        _write_unknown(found, messages)
    _write_suggestions(found, messages, unit)
    if result.expansions:
        others = "; ".join(map(_explained, result.expansions))
        messages.line(Part(f"Also searched for: {others}. Without: --no-expand", "dim"))
    if result.query.words and all(word.is_stop for word in result.query.words):
        messages.line(Part("Every word of this query is a stop word; a rarer word would say more.", "warning"))
    if result.boilerplate_left_out and not result.total:
        chunks = counted(result.boilerplate_left_out, "chunk")
        verb = "matches" if result.boilerplate_left_out == 1 else "match"
        messages.line(Part(f"Boilerplate was left out: {chunks} of it {verb}. Include it: --boilerplate", "warning"))
    if result.undated_left_out:
        hits = counted(result.undated_left_out, "chunk")
        verb = "was" if result.undated_left_out == 1 else "were"
        messages.line(Part(f"{hits} of articles without a date {verb} left out; include them: --undated", "warning"))
    if result.sourceless_left_out:
        hits = counted(result.sourceless_left_out, "chunk")
        verb = "was" if result.sourceless_left_out == 1 else "were"
        where = "a folder may tell it: berkas:NAME"
        messages.line(Part(f"{hits} of articles without a known outlet {verb} left out; {where}", "warning"))
    if found.skipped and not result.total:
        messages.line(Part(f"{counted(found.skipped, 'file')} could not be indexed; see: carikm status", "warning"))
    write_staleness(found, messages)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_ECHO else f"{text[:_LONGEST_ECHO]}…"


def _write_words(found: SearchResult, messages: Screen) -> None:
    """Tell how often each word occurs alone, so that it is seen which one rules all out."""
    words = found.help.words if found.help else []
    width = max((len(one_line(word.word)) for word in words), default=0)
    for word in words:
        told = _told(word.chunks, "chunk") if word.headlines is None else _told(word.headlines, "headline")
        if word.within is not None and word.chunks:
            told += f", {f'{word.within:,}' if word.within else 'none'} of them in articles that meet the conditions"
        if word.without and word.chunks:
            told += f" (without it {word.without:,} hold the others)"
        name = f"  {one_line(word.word).ljust(width)}  "
        hangs = width <= _LONGEST_HANGING
        lead = Part(name if hangs else "", "dim")
        messages.line(Part(told if hangs else name + told, "dim"), indent=len(lead.text), lead=lead)
    for outlet in found.help.unknown_outlets if found.help else []:
        like = f" Like it are: {', '.join(map(one_line, outlet.likest))}." if outlet.likest else ""
        messages.line(Part(f"No outlet has {outlet.name!r} in its name.{like}", "warning"))


def _write_unknown(found: SearchResult, messages: Screen) -> None:
    """Name the words that no hit can have, which hits of the others do not show."""
    from carikm.search.word_reports import unknown_words  # with the help, it is loaded

    unknown = list(map(one_line, unknown_words(found.result.query, found.result.expansions)))
    if unknown:
        more = f" and {len(unknown) - _UNKNOWN_NAMED:,} more" if len(unknown) > _UNKNOWN_NAMED else ""
        messages.line(Part(f"In no chunk: {', '.join(unknown[:_UNKNOWN_NAMED])}{more}", "warning"))


def _told(number: int, thing: str) -> str:
    return f"in {counted(number, thing) if number else f'no {thing}'}"


def _write_suggestions(found: SearchResult, messages: Screen, unit: str) -> None:
    """Offer queries that return something, or tell which of them was answered."""
    if not found.help:
        return
    suggestions = found.help.suggestions
    if found.help.instead_of is not None:
        suggestions = suggestions[1:]
    for place, suggestion in enumerate(suggestions):
        told = counted(suggestion.found, unit) + _HOW.get(suggestion.kind, "")
        lead = Part(_ASKED if place == 0 else "", "dim")
        messages.line(one_line(suggestion.query), Part(f"  ({told})", "dim"), indent=len(_ASKED) + 1, lead=lead)


def _explained(expansion: Expansion) -> str:
    evidence = expansion.source if not expansion.chunks else f"explained in {counted(expansion.chunks, 'chunk')}"
    return f"{one_line(expansion.phrase)} → {one_line(expansion.reading)} ({evidence})"
