"""The hits of a search as text: title, place and snippet of each, grouped or not, and counts by outlet and year."""

import re
from collections.abc import Mapping

from carikm.api import SearchResult
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen, marked
from carikm.cli.sizes import counted
from carikm.cli.titles import known_parts, path_from_here, title_parts
from carikm.errors import as_one_word
from carikm.search.hits import Hit

_NO_OUTLET = "no outlet known"
_OUTLETS_NAMED = 3
_FACETS_SHOWN = 10
_BAR = 24
_WHITE_SPACE = re.compile(r"\s+")
_PARAGRAPH = re.compile(r"[^\r\n]*\S[^\r\n]*")


def write_hits(found: SearchResult, screen: Screen, *, grouped: bool, by_article: bool) -> None:
    """Write the hits, numbered by rank."""
    hits = found.result.hits
    margin = len(str(max((hit.rank for hit in hits), default=0))) + 2
    for place, (heading, of_group) in enumerate(_groups(found, by_article) if grouped else [(None, hits)]):
        if heading:
            if place:
                screen.line()
            screen.line(*heading)
            screen.line()
        for hit in of_group:
            if hit is not of_group[0]:
                screen.line()
            _write_hit(hit, found, screen, margin)


def _groups(found: SearchResult, by_article: bool) -> list[tuple[list[Part], list[Hit]]]:
    """Gather the hits by outlet, in the order of each one's first, under its name and the number of all that match."""
    unit = "article" if by_article else "chunk"
    groups: dict[str, list[Hit]] = {}
    for hit in found.result.hits:
        groups.setdefault(hit.article.outlet or "", []).append(hit)
    totals = found.result.facets.outlets if found.result.facets else {}
    return [
        ([Part(one_line(outlet or _NO_OUTLET), "title"), Part(f" · {counted(totals[outlet], unit)}", "dim")], hits)
        for outlet, hits in groups.items()
    ]


def _write_hit(hit: Hit, found: SearchResult, screen: Screen, margin: int) -> None:
    screen.line(*title_parts(hit.article, hit.title_highlights), indent=margin, lead=Part(str(hit.rank), "rank"))
    link = (found.coverage.corpus / hit.article.path).as_uri() if screen.is_terminal else ""
    path = path_from_here(found.coverage.corpus, found.coverage.label, hit.article)
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


def write_facets(found: SearchResult, screen: Screen, *, by_article: bool) -> None:
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
