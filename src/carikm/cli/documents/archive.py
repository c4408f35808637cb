"""The JSON documents of a whole archive: its index as it was built, as it is, and checked; and checked citations."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from carikm.cli.documents.writing import Document, corrections_document, shown_folder
from carikm.index.location import as_named

if TYPE_CHECKING:
    from carikm.api import Status
    from carikm.corpus.citations import Citation, Verdict
    from carikm.index.build import BuildSummary
    from carikm.index.checks.checkup import Checkup
    from carikm.index.checks.findings import Finding


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
        "corrections": corrections_document(status.corrected),
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
    corpus = as_named(summary.corpus)
    return {
        "schema": "carikm.index/1",
        "index": str(summary.index),
        "corpus": str(corpus),
        "updated": written is not None,
        "read": summary.read,
        "unchanged": summary.unchanged,
        "deleted": summary.deleted,
        "skipped": [{"path": f"{corpus.name}/{file.path}", "reason": file.reason} for file in summary.skipped],
        "seconds": round(summary.seconds, 3),
        "articles": written.articles if written else summary.unchanged,
        "chunks": written.chunks if written else None,
        "terms": written.terms if written else None,
        "bytes": written.bytes if written else None,
    }


def _finding(finding: "Finding", checkup: "Checkup") -> Document:
    return {**finding._asdict(), "command": checkup.typed(finding.command) if finding.command else None}


def doctor_document(checkup: "Checkup") -> Document:
    """Make `carikm.doctor/1`."""
    shown = [finding for alike in checkup.findings for finding in alike.findings]
    return {
        "schema": "carikm.doctor/1",
        "index": str(checkup.folder),
        "corpus": str(checkup.corpus) if checkup.corpus else None,
        "sound": not checkup.is_damaged,
        "findings": [_finding(finding, checkup) for finding in shown],
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


def built_time(status: "Status") -> datetime:
    """Tell when the index was built."""
    return datetime.fromtimestamp(status.built_ns / 1e9, UTC)


def encodings(status: "Status") -> dict[str, int]:
    """Count the articles of each encoding."""
    counts: dict[str, int] = {}
    for article in status.articles:
        counts[article.encoding] = counts.get(article.encoding, 0) + 1
    return dict(sorted(counts.items()))
