"""How JSON documents are written, whatever the stream can hold, and what several kinds of them have in common."""

import json
import re
from typing import Any, TextIO

from carikm.errors import CarikmError, QuerySyntax
from carikm.index.corrections import Unlike
from carikm.index.rows import StoredArticle

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


def corrections_document(unlike: Unlike) -> Document:
    """List the words, lines and folders that the user has corrected since the index was built."""
    return {"words": sorted(unlike.words), "lines": sorted(unlike.lines), "folders": sorted(unlike.folders)}
