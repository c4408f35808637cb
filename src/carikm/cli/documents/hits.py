"""The JSON documents of searches: hits, and articles like another one."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from carikm.cli.documents.articles import chunk_document, title_from
from carikm.cli.documents.writing import Document, corrections_document, shown_path
from carikm.index.rows import StoredArticle
from carikm.search.hits import Hit
from carikm.search.query import Query

if TYPE_CHECKING:
    from carikm.api import SearchResult, SimilarResult
    from carikm.search.help import Help
    from carikm.search.similar import Likeness


def search_document(found: "SearchResult", *, facets: bool = False) -> Document:
    """Make `carikm.search/1`, with the counts of hits if they are asked for."""
    result = found.result
    document = {
        "schema": "carikm.search/1",
        "query": result.query.text,
        "terms": _terms(result.query),
        "understood": result.query.understood,
        "notes": [note._asdict() for note in result.query.notes],
        "total": result.total,
        "listed": result.listed,
        "expansions": [
            {
                "phrase": expansion.phrase,
                "reading": expansion.reading,
                "weight": expansion.weight,
                "source": expansion.source,
                "chunks": expansion.chunks,
            }
            for expansion in result.expansions
        ],
        "hits": [_hit(hit, found.coverage.label) for hit in result.hits],
        "help": _help(found.help) if found.help else None,
        "left_out": {
            "boilerplate": result.boilerplate_left_out,
            "undated": result.undated_left_out,
            "sourceless": result.sourceless_left_out,
            "skipped_files": found.coverage.skipped,
            "changed_files": found.coverage.changed,
            "corrections": corrections_document(found.coverage.corrected),
        },
    }
    if facets and result.facets:
        document["facets"] = {"sources": _facet(result.facets.outlets), "years": _facet(result.facets.years)}
    return document


def _help(help: "Help") -> Document:
    return {
        "words": [
            {
                "word": word.word,
                "chunks": word.chunks,
                "form_chunks": word.form_chunks,
                "without": word.without,
                "within": word.within,
                "headlines": word.headlines,
            }
            for word in help.words
        ],
        "suggestions": [
            {
                "query": suggestion.query,
                "kind": suggestion.kind,
                "total": suggestion.found,
                "replaced": [list(replacement) for replacement in suggestion.replaced],
            }
            for suggestion in help.suggestions
        ],
        "unknown_sources": [{"name": outlet.name, "likest": list(outlet.likest)} for outlet in help.unknown_outlets],
        "instead_of": help.instead_of,
    }


def _terms(query: Query) -> list[str]:
    in_phrases = (surface for phrase in query.phrases for surface in phrase.surfaces)
    return list(dict.fromkeys([*(word.stem for word in query.words), *in_phrases]))


def _facet(counts: Mapping[str, int]) -> list[Document]:
    return [{"value": value or None, "hits": count} for value, count in counts.items()]


def hit_documents(found: "SearchResult") -> Iterable[Document]:
    """Make `carikm.hit/1` for each hit."""
    return ({"schema": "carikm.hit/1", **_hit(hit, found.coverage.label)} for hit in found.result.hits)


def batch_hit_documents(qid: str, query: str, hits: Iterable[Hit], label: str) -> Iterable[Document]:
    """Make `carikm.batch-hit/1` for each hit of one query of many; `label` is the index's."""
    return ({"schema": "carikm.batch-hit/1", "qid": qid, "query": query, **_hit(hit, label)} for hit in hits)


def _hit(hit: Hit, label: str) -> Document:
    document = {
        "rank": hit.rank,
        "score": hit.score,
        "ref": hit.reference,
        "article": _article(hit.article, label),
        "chunk": chunk_document(hit.chunk),
        "line": hit.line,
        "highlights": [list(span) for span in hit.source_highlights],
        "more_in_article": hit.more,
        "copies": [
            {"id": copy.article.name, "ref": copy.reference, "outlet": copy.article.outlet} for copy in hit.copies
        ],
    }
    if hit.explanation is not None:
        from carikm.cli.explanation import explanation_document

        document["explanation"] = explanation_document(hit.explanation)
    return document


def _article(article: StoredArticle, label: str) -> Document:
    return {
        "id": article.name,
        "path": shown_path(label, article),
        "title": article.title,
        "title_from": title_from(article),
        "outlet": article.outlet,
        "dateline": article.dateline,
        "author": article.author,
        "date": article.date,
        "date_certainty": article.date_origin.certainty if article.date_origin else None,
    }


def similar_document(found: "SimilarResult") -> Document:
    """Make `carikm.similar/1`."""
    result = found.result
    return {
        "schema": "carikm.similar/1",
        "ref": found.reference if result.selected is None else f"{found.reference}:{result.selected}",
        "article": _article(result.article, found.coverage.label),
        "terms": [{"stem": term.stem, "written": term.written, "weight": term.weight} for term in result.terms],
        "total": result.total,
        "hits": [_likeness(hit, found.coverage.label) for hit in result.hits],
        "left_out": {
            "undated": result.undated_left_out,
            "copies": result.copies_left_out,
            "changed_files": found.coverage.changed,
        },
    }


def likeness_documents(found: "SimilarResult") -> Iterable[Document]:
    """Make `carikm.likeness/1` for each article found."""
    return ({"schema": "carikm.likeness/1", **_likeness(hit, found.coverage.label)} for hit in found.result.hits)


def _likeness(hit: "Likeness", label: str) -> Document:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "ref": hit.reference,
        "article": _article(hit.article, label),
        "best_chunk": hit.chunk.number,
        "chunk": chunk_document(hit.chunk),
        "terms": [
            {"stem": term.stem, "written": term.written, "score": term.part, "share": term.part / hit.score}
            for term in hit.terms
        ],
    }
