"""The JSON documents of words: short forms and what they stand for, and stems."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from carikm.cli.documents.writing import Document

if TYPE_CHECKING:
    from carikm.search.acronyms import Acronym, AcronymList
    from carikm.search.words import WordAnalysis


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
