"""What is said of a search beside its hits, on standard error: what was read, what was not searched, what may help."""

from carikm.api import SearchResult
from carikm.cli.safe import one_line, pointed_out
from carikm.cli.screen import Part, Screen
from carikm.cli.sizes import counted
from carikm.cli.staleness import write_staleness
from carikm.index.location import command_at
from carikm.search.query_parts import Expansion, Word

# What is told of a word hangs behind it, unless one is so long that little room would be left.
_LONGEST_HANGING = 16
_ASKED = "Did you mean:"
_HOW = {"unquoted": ", not as a phrase", "any words": ", any of the words"}
_UNKNOWN_NAMED = 10
_LONGEST_ECHO = 200


def write_reading(found: SearchResult, messages: Screen) -> None:
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


def write_notes(found: SearchResult, offset: int, messages: Screen, unit: str) -> None:
    """Say on standard error what was found in all, and what was not searched."""
    result = found.result
    if not result.hits and result.total:
        messages.line(f"Only {counted(result.listed, 'hit')}; --offset {offset} passes over all of them.")
    elif not result.hits:
        messages.line(f"Nothing found for {_shortened(result.query.text)!r}.")
        _write_words(found, messages)
        _write_unknown_outlets(found, messages)
    elif messages.is_terminal and result.listed > len(result.hits):
        last = offset + len(result.hits)
        shown = f"Hit {last:,}" if len(result.hits) == 1 else f"Hits {offset + 1:,} to {last:,}"
        more = f" More: --offset {last}" if last < result.listed else ""
        messages.line()
        matching = f" ({counted(result.total, unit)} match)" if result.total > result.listed else ""
        messages.line(Part(f"{shown} of {result.listed:,}{matching}.{more}", "dim"))
    if result.hits and found.help and found.help.instead_of is None:
        _write_unknown(found, messages)
        _write_unknown_outlets(found, messages)
    _write_suggestions(found, messages, unit)
    if result.expansions:
        others = "; ".join(map(_explained, result.expansions))
        messages.line(Part(f"Also searched for: {others}. Without: --no-expand", "dim"))
    query = result.query
    if query.words and not query.phrases and all(word.is_stop for word in query.words):
        messages.line(Part("Every word of this query is a stop word; a rarer word would say more.", "warning"))
    # A word that the archive knows, and no chunk has, is in boilerplate.
    only_there = any(isinstance(what, Word) and not what.is_exact for what in result.nowhere)
    if result.boilerplate_left_out and (only_there or not result.total):
        chunks = counted(result.boilerplate_left_out, "chunk")
        verb = "matches" if result.boilerplate_left_out == 1 else "match"
        messages.line(Part(f"Boilerplate was left out: {chunks} of it {verb}. Include it: --boilerplate", "warning"))
    if result.undated_left_out:
        hits = _hits_of_articles(result.undated_left_out, unit)
        verb = "was" if result.undated_left_out == 1 else "were"
        messages.line(Part(f"{hits} without a date {verb} left out; include them: --undated", "warning"))
    if result.sourceless_left_out:
        hits = _hits_of_articles(result.sourceless_left_out, unit)
        verb = "was" if result.sourceless_left_out == 1 else "were"
        where = "a folder may tell it: berkas:NAME"
        messages.line(Part(f"{hits} without a known outlet {verb} left out; {where}", "warning"))
    if found.coverage.skipped and not result.total:
        see = one_line(command_at(found.coverage.index_folder, "carikm status"))
        messages.line(Part(f"{counted(found.coverage.skipped, 'file')} could not be indexed; see: {see}", "warning"))
    write_staleness(found.coverage, messages)


def _hits_of_articles(number: int, unit: str) -> str:
    """Write `3 chunks of articles`, or, where articles are counted, `3 articles`."""
    return counted(number, unit) if unit == "article" else f"{counted(number, unit)} of articles"


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


def _write_unknown_outlets(found: SearchResult, messages: Screen) -> None:
    for outlet in found.help.unknown_outlets if found.help else []:
        like = f" Like it are: {', '.join(map(one_line, outlet.likest))}." if outlet.likest else ""
        messages.line(Part(f"No outlet has {outlet.name!r} in its name.{like}", "warning"))


def _write_unknown(found: SearchResult, messages: Screen) -> None:
    """Name the words that no hit can have, which hits of the others do not show."""
    from carikm.search.word_reports import found_nowhere  # with the help, it is loaded

    unknown = list(map(one_line, found_nowhere(found.result)))
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
