"""References: how an article or one of its chunks is named, and what such a name means.

An article is named by its id, by any beginning of it that no other article shares, or by its path or file; `003:5` is
its fifth chunk, and `seeds/003_….txt:9` the chunk with the file's ninth line.
"""

import re
from collections.abc import Iterable, Sequence

from carikm.corpus.files import ARTICLE_SUFFIX, Skipped
from carikm.errors import ArticleAmbiguous, ArticleUnknown, ChunkUnknown, typed
from carikm.index.location import command_at
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle
from carikm.search.paths import paths_within

_CANDIDATES_SHOWN = 8
_SHORTEST_REFERENCE = 3
_NUMBERED = r"(?s:(?P<name>.+):(?P<number>\d{1,9}))"


def find_article(reader: IndexReader, name: str) -> StoredArticle:
    """Find the one article that goes by an id, a path, or the beginning of an id."""
    if article := _named_exactly(reader, name):
        return article
    found = reader.articles_named(name, _CANDIDATES_SHOWN + 1)
    # Files that share a name go by their folders: what one was called before is not just the beginning of another's id.
    found = [*_called(reader, name), *found]
    if not found:
        if skipped := _skipped_at(reader, name):
            raise ArticleUnknown(
                f"{skipped.path} is no article: it was skipped ({skipped.reason}).",
                f"See what was: {command_at(reader.folder, 'carikm status')}",
            )
        raise ArticleUnknown(
            f"No article is called {name!r}, nor begins so.",
            f"See what there is: {command_at(reader.folder, 'carikm list')}",
        )
    if len(found) > 1:
        names = [article.name for article in found[:_CANDIDATES_SHOWN]]
        more = " and more" if len(found) > _CANDIDATES_SHOWN else ""
        show = command_at(reader.folder, f"carikm show {typed(names[0])}")
        raise ArticleAmbiguous(f"{name!r} could be any of {', '.join(names)}{more}.", f"Give more of the id: {show}")
    return found[0]


def _called(reader: IndexReader, name: str) -> list[StoredArticle]:
    """List the articles that share the name of their file, where it is this one, with its ending or without."""
    from carikm.index.naming import may_be_named, paths_sharing_a_name  # few searches ask

    has_ending = name.lower().endswith(ARTICLE_SUFFIX)
    file = name if has_ending else name + ARTICLE_SUFFIX
    stem = may_be_named(file)[-1]
    called = []
    for path in paths_sharing_a_name(reader.checked_rows, file):
        is_called = path.rpartition("/")[2] == name if has_ending else may_be_named(path)[-1] == stem
        article = reader.article_of_path(path) if is_called else None
        if article is not None:
            called.append(article)
    return sorted(called, key=lambda article: article.name)


def resolve(reader: IndexReader, reference: str) -> tuple[StoredArticle, int | None]:
    """Read a reference: an article, an article and a chunk's number, or a path and a line.

    `003:1` is chunk 1 of article 003 even where another article's id begins with `003:1`.
    """
    if article := _named_exactly(reader, reference):
        return article, None
    match = re.fullmatch(_NUMBERED, reference)
    if match is None:
        return find_article(reader, reference), None
    try:
        article = find_article(reader, match["name"])
    except ArticleUnknown as unknown:
        try:
            return find_article(reader, reference), None
        except ArticleUnknown:
            raise unknown from None
    return article, _chunk_number(reader, article, match["name"], int(match["number"]))


def _chunk_number(reader: IndexReader, article: StoredArticle, name: str, number: int) -> int:
    """Read the number behind a name: a chunk's, or behind a path a line's."""
    whole = f"See the whole article: {command_at(reader.folder, f'carikm show {typed(article.name)}')}"
    if name != article.name and _article_at(reader, name):
        chunks = reader.chunks_of(article.id)
        for chunk in chunks:
            if chunk.line_start <= number <= chunk.line_end:
                return chunk.number
        last = chunks[-1].line_end
        ends = f"; the last that does is line {last}" if number > last else ""
        raise ChunkUnknown(f"Line {number} of {article.path} holds no text{ends}.", whole)
    if not 1 <= number <= article.chunks:
        raise ChunkUnknown(f"{article.name} has chunks 1 to {article.chunks}; {number} was asked for.", whole)
    return number


def _named_exactly(reader: IndexReader, name: str) -> StoredArticle | None:
    return reader.article_of_name(name) or _article_at(reader, name)


def _article_at(reader: IndexReader, path: str) -> StoredArticle | None:
    """Look up an article by its path, or by the name of its file where no other file has it."""
    found = next(filter(None, map(reader.article_of_path, paths_within(reader, path))), None)
    if found is None and "/" not in path and path.lower().endswith(ARTICLE_SUFFIX):
        called = reader.article_of_name(path[: -len(ARTICLE_SUFFIX)])
        found = called if called is not None and called.path.rpartition("/")[2] == path else None
    return found


def _skipped_at(reader: IndexReader, path: str) -> Skipped | None:
    within = paths_within(reader, path)
    return next((file for file in reader.skipped_files() if file.path in within), None)


def shortest_reference(index: IndexReader, name: str) -> str:
    """Shorten an article's id to the shortest prefix that no other id has; at least three characters."""
    return _shortened(name, index.neighbour_names(name))


def shortest_references(names: Sequence[str]) -> list[str]:
    """Shorten all ids of an index, each as `shortest_reference` does."""
    ordered = sorted(names)
    shortened = {
        name: _shortened(name, ordered[max(0, place - 1) : place] + ordered[place + 1 : place + 2])
        for place, name in enumerate(ordered)
    }
    return [shortened[name] for name in names]


def _shortened(name: str, neighbours: Iterable[str]) -> str:
    """Cut a name where it differs from both its neighbours, and not behind white space unless it ends so."""
    length = _SHORTEST_REFERENCE
    for other in neighbours:
        shared = next((i for i, (a, b) in enumerate(zip(name, other, strict=False)) if a != b), len(other))
        length = max(length, shared + 1)
    while length < len(name) and name[length - 1].isspace():
        length += 1
    return name[:length]
