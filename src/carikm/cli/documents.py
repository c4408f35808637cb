"""The JSON documents: one function for each kind, after the schemas in `schemas/`.

Scripts live on them. Fields are only ever added; anything else is a new version of the schema.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from carikm.corpus.mojibake import repaired
from carikm.errors import CarikmError, QuerySyntax
from carikm.index.corrections import Unlike
from carikm.index.rows import Origin, StoredArticle, StoredChunk
from carikm.search.hits import Hit
from carikm.search.query import Query
from carikm.search.snippet import highlights

if TYPE_CHECKING:
    from carikm.api import ArticleList, ArticleText, SearchResult, Status
    from carikm.corpus.citations import Citation, Verdict
    from carikm.index.build import BuildSummary
    from carikm.index.checks.checkup import Checkup
    from carikm.search.acronyms import Acronym, AcronymList
    from carikm.search.help import Help
    from carikm.search.similar import Likeness, SimilarResult
    from carikm.search.words import WordAnalysis

Document = dict[str, Any]

# What no UTF-8 can hold, what some readers take for the end of a line, and what could act on a terminal.
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufff9-\ufffb]")


def write_document(document: Document, stream: TextIO) -> None:
    """Write a document as one line of JSON, the same value whatever the stream can hold."""
    stream.write(document_line(document, is_ascii=not is_utf8(stream)))


def document_line(document: Document, *, is_ascii: bool) -> str:
    """Give a document as one line of JSON, of ASCII alone or of all that does no harm."""
    line = json.dumps(document, ensure_ascii=is_ascii)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n"


def is_utf8(stream: TextIO) -> bool:
    """Tell whether a stream takes any text."""
    return stream.encoding.lower().replace("-", "") == "utf8" if stream.encoding else True


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
        "hits": [_hit(hit, found.label) for hit in result.hits],
        "help": _help(found.help) if found.help else None,
        "left_out": {
            "boilerplate": result.boilerplate_left_out,
            "undated": result.undated_left_out,
            "sourceless": result.sourceless_left_out,
            "skipped_files": found.skipped,
            "changed_files": found.changed,
            "corrections": _corrections(found.corrected),
        },
    }
    if facets and result.facets:
        document["facets"] = {"sources": _facet(result.facets.outlets), "years": _facet(result.facets.years)}
    return document


def _help(help: "Help") -> Document:
    return {
        "words": [
            {"word": word.word, "chunks": word.chunks, "form_chunks": word.form_chunks, "without": word.without}
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


def _corrections(unlike: Unlike) -> Document:
    return {"words": sorted(unlike.words), "lines": sorted(unlike.lines)}


def hit_documents(found: "SearchResult") -> Iterable[Document]:
    """Make `carikm.hit/1` for each hit."""
    return ({"schema": "carikm.hit/1", **_hit(hit, found.label)} for hit in found.result.hits)


def batch_hit_documents(qid: str, hits: Iterable[Hit], label: str) -> Iterable[Document]:
    """Make `carikm.batch-hit/1` for each hit of one query of many; `label` is the index's."""
    return ({"schema": "carikm.batch-hit/1", "qid": qid, **_hit(hit, label)} for hit in hits)


def _hit(hit: Hit, label: str) -> Document:
    document = {
        "rank": hit.rank,
        "score": hit.score,
        "ref": hit.reference,
        "article": _article(hit.article, label),
        "chunk": _chunk(hit.chunk),
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
        "title_from": _title_from(article),
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
        "article": _article(result.article, found.label),
        "terms": [{"stem": term.stem, "written": term.written, "weight": term.weight} for term in result.terms],
        "total": result.total,
        "hits": [_likeness(hit, found.label) for hit in result.hits],
        "left_out": {
            "undated": result.undated_left_out,
            "copies": result.copies_left_out,
            "changed_files": found.changed,
        },
    }


def likeness_documents(found: "SimilarResult") -> Iterable[Document]:
    """Make `carikm.likeness/1` for each article found."""
    return ({"schema": "carikm.likeness/1", **_likeness(hit, found.label)} for hit in found.result.hits)


def _likeness(hit: "Likeness", label: str) -> Document:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "ref": hit.reference,
        "article": _article(hit.article, label),
        "best_chunk": hit.chunk.number,
        "chunk": _chunk(hit.chunk),
        "terms": [
            {"stem": term.stem, "written": term.written, "score": term.part, "share": term.part / hit.score}
            for term in hit.terms
        ],
    }


def _chunk(chunk: StoredChunk) -> Document:
    document = {
        "number": chunk.number,
        "kind": chunk.kind,
        "line_start": chunk.line_start,
        "line_end": chunk.line_end,
        "byte_start": chunk.byte_start,
        "byte_end": chunk.byte_end,
        "text": chunk.text,
    }
    if chunk.repairs:
        document["repaired_text"] = repaired(chunk.text, chunk.repairs).text
    return document


def article_document(text: "ArticleText") -> Document:
    """Make `carikm.article/1`, with the one chunk that was asked for or with all."""
    article = text.article
    return {
        "schema": "carikm.article/1",
        "id": article.name,
        "path": text.path,
        "title": article.title,
        "outlet": article.outlet,
        "dateline": article.dateline,
        "author": article.author,
        "date": article.date,
        "encoding": article.encoding,
        "sha256": article.sha256,
        "sources": _sources(article),
        "chunks": [_shown_chunk(chunk, text) for chunk in text.selected_chunks],
    }


def chunk_documents(text: "ArticleText") -> Iterable[Document]:
    """Make `carikm.chunk/1` for each chunk."""
    for chunk in text.selected_chunks:
        yield {
            "schema": "carikm.chunk/1",
            "article": text.article.name,
            "path": text.path,
            **_shown_chunk(chunk, text),
        }


def _shown_chunk(chunk: StoredChunk, text: "ArticleText") -> Document:
    document = _chunk(chunk)
    if text.words or text.phrases:
        readable = repaired(chunk.text, chunk.repairs)
        spans = highlights(readable.text, text.words, text.phrases)
        document["highlights"] = [list(readable.original_span(*span)) for span in spans]
    return document


def list_document(articles: "ArticleList") -> Document:
    """Make `carikm.list/1`."""
    return {"schema": "carikm.list/1", "total": len(articles.articles), "articles": list(_listed(articles))}


def listed_documents(articles: "ArticleList") -> Iterable[Document]:
    """Make `carikm.listed/1` for each article."""
    return ({"schema": "carikm.listed/1", **document} for document in _listed(articles))


def _listed(articles: "ArticleList") -> Iterable[Document]:
    for article, reference in zip(articles.articles, articles.references, strict=True):
        yield {
            "id": article.name,
            "ref": reference,
            "path": shown_path(articles.label, article),
            "title": article.title,
            "outlet": article.outlet,
            "dateline": article.dateline,
            "author": article.author,
            "date": article.date,
            "encoding": article.encoding,
            "chunks": article.chunks,
            "words": article.words,
            "sources": _sources(article),
        }


def _sources(article: StoredArticle) -> Document:
    """Say where the article's headline, outlet and so on were read; a title without a headline is a sentence."""
    return {
        "title": _origin(article.headline_origin) or {"line": None, "how": _title_from(article), "certainty": None},
        "outlet": _origin(article.outlet_origin),
        "dateline": _origin(article.dateline_origin),
        "author": _origin(article.author_origin),
        "date": _origin(article.date_origin),
    }


def _title_from(article: StoredArticle) -> str:
    return "headline" if article.headline_origin else "first sentence"


def _origin(origin: Origin | None) -> Document | None:
    return origin._asdict() if origin else None


def acronyms_document(acronyms: "AcronymList") -> Document:
    """Make `carikm.acronyms/1`."""
    return {
        "schema": "carikm.acronyms/1",
        "word": acronyms.word,
        "total": len(acronyms.acronyms),
        "acronyms": [_acronym(acronym) for acronym in acronyms.acronyms],
    }


def acronym_documents(acronyms: "AcronymList") -> Iterable[Document]:
    """Make `carikm.acronym/1` for each reading of a short form."""
    return ({"schema": "carikm.acronym/1", **_acronym(acronym)} for acronym in acronyms.acronyms)


def _acronym(acronym: "Acronym") -> Document:
    return {
        "short": acronym.short,
        "long": acronym.long,
        "chunks": acronym.chunks,
        "articles": acronym.articles,
        "refs": list(acronym.references),
    }


def stem_document(words: "Sequence[WordAnalysis]") -> Document:
    """Make `carikm.stem/1`."""
    return {"schema": "carikm.stem/1", "words": [_word(word) for word in words]}


def word_documents(words: "Sequence[WordAnalysis]") -> Iterable[Document]:
    """Make `carikm.word/1` for each word."""
    return ({"schema": "carikm.word/1", **_word(word)} for word in words)


def _word(word: "WordAnalysis") -> Document:
    return {
        "word": word.word,
        "surface": word.surface,
        "stem": word.stem,
        "decided_by": word.decided_by,
        "reason": word.reason or None,
        "stop_word": word.is_stop,
        "surface_chunks": word.surface_chunks,
        "stem_chunks": word.stem_chunks,
        "forms": sorted(word.forms) if word.forms is not None else None,
        "form_chunks": word.forms,
    }


def status_document(status: "Status", *, boilerplate: bool = False) -> Document:
    """Make `carikm.status/1`, with the lines learned to be boilerplate if they are asked for."""
    changes = status.changes
    document = {
        "schema": "carikm.status/1",
        "index": str(status.index_folder),
        "corpus": str(status.corpus_folder),
        "built": built_time(status).isoformat(timespec="seconds"),
        "bytes": status.bytes,
        "articles": len(status.articles),
        "chunks": status.chunks,
        "boilerplate_chunks": status.boilerplate_chunks,
        "words": status.words,
        "terms": status.terms,
        "encodings": encodings(status),
        "skipped": [{"path": f"{status.label}/{file.path}", "reason": file.reason} for file in status.skipped],
        "stale": None
        if changes is None
        else {
            "added": [f"{status.label}/{path}" for path in changes.added],
            "changed": [f"{status.label}/{path}" for path in changes.changed],
            "deleted": [f"{status.label}/{path}" for path in changes.deleted],
        },
        "corrections": _corrections(status.corrected),
    }
    if boilerplate:
        document["boilerplate"] = list(_learned(status))
    return document


def learned_documents(status: "Status") -> Iterable[Document]:
    """Make `carikm.boilerplate/1` for every line that was learned to be boilerplate."""
    return ({"schema": "carikm.boilerplate/1", **document} for document in _learned(status))


def _learned(status: "Status") -> Iterable[Document]:
    for line in status.learned:
        yield {
            "outlet": line.outlet,
            "folder": None if line.folder is None else shown_folder(status.label, line.folder),
            "line": line.line,
            "articles": line.articles,
            "example": line.example,
        }


def file_documents(status: "Status") -> Iterable[Document]:
    """Make `carikm.file/1` for every file: indexed, skipped, added, changed or deleted."""
    states: dict[str, tuple[str, str | None]] = {article.path: ("indexed", None) for article in status.articles}
    states |= {file.path: ("skipped", file.reason) for file in status.skipped}
    if status.changes:
        states |= dict.fromkeys(status.changes.added, ("added", None))
        states |= dict.fromkeys(status.changes.changed, ("changed", None))
        states |= dict.fromkeys(status.changes.deleted, ("deleted", None))
    for path, (state, reason) in sorted(states.items()):
        yield {"schema": "carikm.file/1", "path": f"{status.label}/{path}", "state": state, "reason": reason}


def index_document(summary: "BuildSummary") -> Document:
    """Make `carikm.index/1`."""
    written = summary.written
    label = summary.corpus.absolute().name
    return {
        "schema": "carikm.index/1",
        "index": str(summary.index),
        "corpus": str(summary.corpus),
        "updated": written is not None,
        "read": summary.read,
        "unchanged": summary.unchanged,
        "deleted": summary.deleted,
        "skipped": [{"path": f"{label}/{file.path}", "reason": file.reason} for file in summary.skipped],
        "seconds": round(summary.seconds, 3),
        "articles": written.articles if written else summary.unchanged,
        "chunks": written.chunks if written else None,
        "terms": written.terms if written else None,
        "bytes": written.bytes if written else None,
    }


def doctor_document(checkup: "Checkup") -> Document:
    """Make `carikm.doctor/1`."""
    shown = [finding for alike in checkup.findings for finding in alike.findings]
    return {
        "schema": "carikm.doctor/1",
        "index": str(checkup.folder),
        "corpus": str(checkup.corpus) if checkup.corpus else None,
        "sound": not checkup.is_damaged,
        "findings": [{**finding._asdict(), "command": finding.command or None} for finding in shown],
        "left_out": [
            {"kind": alike.findings[0].kind, "severity": alike.findings[0].severity, "findings": alike.more}
            for alike in checkup.findings
            if alike.more
        ],
        "articles": checkup.articles,
        "chunks": checkup.chunks,
        "terms": checkup.terms,
        "recounted": checkup.recounted,
        "compared": checkup.compared,
    }


def verify_document(total: int, failed: "Sequence[tuple[Citation, Verdict]]") -> Document:
    """Make `carikm.verify/1`."""
    return {
        "schema": "carikm.verify/1",
        "total": total,
        "confirmed": total - len(failed),
        "failed": [_verdict(*one) for one in failed],
    }


def verdict_document(citation: "Citation", verdict: "Verdict") -> Document:
    """Make `carikm.verdict/1`."""
    return {"schema": "carikm.verdict/1", **_verdict(citation, verdict)}


def _verdict(citation: "Citation", verdict: "Verdict") -> Document:
    quoted = citation.quoted
    return {
        "cited": citation.place,
        "path": citation.path,
        "chunk": quoted.number if quoted else None,
        "byte_start": quoted.byte_start if quoted else None,
        "byte_end": quoted.byte_end if quoted else None,
        **verdict._asdict(),
    }


def error_document(error: CarikmError) -> Document:
    """Make `carikm.error/1`."""
    told: Document = {"code": error.code, "message": error.message, "hint": error.hint}
    if isinstance(error, QuerySyntax):
        told["position"] = error.position
    return {"schema": "carikm.error/1", "error": told}


def shown_path(label: str, article: StoredArticle) -> str:
    """Give an article's path as the user named the corpus folder."""
    return f"{label}/{article.path}"


def shown_folder(label: str, folder: str) -> str:
    """Give the path of a folder of the corpus as the user named the corpus folder."""
    return label if folder == "." else f"{label}/{folder}"


def built_time(status: "Status") -> datetime:
    """Tell when the index was built."""
    return datetime.fromtimestamp(status.built_ns / 1e9, UTC)


def encodings(status: "Status") -> dict[str, int]:
    """Count the articles of each encoding."""
    counts: dict[str, int] = {}
    for article in status.articles:
        counts[article.encoding] = counts.get(article.encoding, 0) + 1
    return dict(sorted(counts.items()))
