"""The JSON documents of articles and their chunks, shown or listed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from carikm.cli.documents.writing import Document, shown_path
from carikm.corpus.mojibake import repaired
from carikm.index.rows import Origin, StoredArticle, StoredChunk
from carikm.search.snippet import highlights

if TYPE_CHECKING:
    from carikm.api import ArticleList, ArticleText


def article_document(text: "ArticleText") -> Document:
    """Make `carikm.article/1`, with the one chunk that was asked for or with all."""
    article = text.article
    return {
        "schema": "carikm.article/1",
        "id": article.name,
        "path": text.path,
        **_details(article),
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
    document = chunk_document(chunk)
    if text.words or text.phrases:
        readable = repaired(chunk.text, chunk.repairs)
        spans = highlights(readable.text, text.words, text.phrases)
        document["highlights"] = [list(readable.original_span(*span)) for span in spans]
    return document


def chunk_document(chunk: StoredChunk) -> Document:
    """Make what is said of a chunk wherever there is one."""
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
            **_details(article),
            "chunks": article.chunks,
            "words": article.words,
            "sources": _sources(article),
        }


def _details(article: StoredArticle) -> Document:
    return {
        "title": article.title,
        "outlet": article.outlet,
        "dateline": article.dateline,
        "author": article.author,
        "date": article.date,
        "encoding": article.encoding,
    }


def _sources(article: StoredArticle) -> Document:
    """Say where the article's headline, outlet and so on were read; a title without a headline is a sentence."""
    return {
        "title": _origin(article.headline_origin) or {"line": None, "how": title_from(article), "certainty": None},
        "outlet": _origin(article.outlet_origin),
        "dateline": _origin(article.dateline_origin),
        "author": _origin(article.author_origin),
        "date": _origin(article.date_origin),
    }


def title_from(article: StoredArticle) -> str:
    """Tell what an article's title was made of."""
    return "headline" if article.headline_origin else "first sentence"


def _origin(origin: Origin | None) -> Document | None:
    return origin._asdict() if origin else None
