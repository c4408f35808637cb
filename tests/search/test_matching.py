"""What a query of the language matches, against a naive reading of it chunk by chunk."""

import functools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

import carikm.index.build as build
import carikm.index.building.share as share
from carikm.analysis.stems import stem
from carikm.analysis.tokens import tokenize
from carikm.corpus.article import finish_article
from carikm.index.reader import IndexReader
from carikm.search.local import LocalStore
from carikm.search.query_tree import All, Either, Exact, Group, Node, Not, Phrase, Title, Words, str_of
from carikm.search.reading import read_query
from carikm.search.store import Scope
from carikm.search.syntax import parse

FORMS = ["logam", "industri", "perindustrian", "kembang", "berkembang", "kopi", "pasar"]
CHUNK = st.lists(st.sampled_from(FORMS), min_size=1, max_size=8)
ARTICLES = st.lists(st.lists(CHUNK, min_size=1, max_size=3), min_size=1, max_size=4)

LEAF = st.one_of(
    st.sampled_from(FORMS).map(Words),
    st.sampled_from(FORMS).map(Exact),
    st.lists(st.sampled_from(FORMS), min_size=2, max_size=3).map(lambda words: Phrase(" ".join(words))),
    st.tuples(st.lists(st.sampled_from(FORMS), min_size=2, max_size=2), st.integers(0, 3)).map(
        lambda pair: Phrase(" ".join(pair[0]), pair[1])
    ),
    st.sampled_from(FORMS).map(lambda word: Title(Words(word))),
)


def _grown(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(All),
        several.map(Either),
        parts.filter(lambda part: not isinstance(part, Not)).map(Not),
        st.tuples(several, st.lists(parts, max_size=2).map(tuple), st.lists(parts, max_size=1).map(tuple)).map(
            lambda kinds: Group(*kinds)
        ),
    )


# Written and read again: as the language has it.
TREE = st.recursive(LEAF, _grown, max_leaves=6).map(lambda tree: parse(str_of(tree))[0]).filter(bool)


class _Chunk(NamedTuple):
    surfaces: Sequence[str]
    title: Sequence[str]


@contextmanager
def _indexed(articles: Sequence[Sequence[Sequence[str]]]) -> Iterator[IndexReader]:
    """Index articles, each paragraph a chunk."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, chunks in enumerate(articles):
            (corpus / f"{number}.txt").write_text("\n\n".join(map(" ".join, chunks)), encoding="utf-8")
        with mock.patch.object(share, "finish_article", functools.partial(finish_article, min_words=1)):
            build.build_index(corpus, Path(folder) / "index")
        with IndexReader(Path(folder) / "index") as index:
            yield index


def _meets(node: Node, chunk: _Chunk) -> bool:
    match node:
        case Words(text):
            return bool({stem(word) for word in text.split()} & {stem(surface) for surface in chunk.surfaces})
        case Exact(text):
            return text in chunk.surfaces
        case Phrase(text, slop):
            return _has_phrase(chunk.surfaces, text.split(), slop)
        case Title(leaf):
            return _meets(leaf, chunk._replace(surfaces=chunk.title))
        case All(parts):
            return all(_meets(part, chunk) for part in parts)
        case Either(parts):
            return any(_meets(part, chunk) for part in parts)
        case Not(part):
            return not _meets(part, chunk)
        case Group(parts, required, prohibited):
            titles = [part for part in parts if isinstance(part, Title)]
            plain = [part for part in parts if not isinstance(part, Title)]
            return (
                all(_meets(part, chunk) for part in [*required, *titles])
                and not any(_meets(part, chunk) for part in prohibited)
                and (bool(required) or not plain or any(_meets(part, chunk) for part in plain))
            )
    raise AssertionError(node)


def _has_phrase(surfaces: Sequence[str], phrase: list[str], slop: int | None) -> bool:
    if slop is None:
        return any(list(surfaces[i : i + len(phrase)]) == phrase for i in range(len(surfaces)))
    windows = (list(surfaces[i : i + len(phrase) + slop]) for i in range(len(surfaces)))
    return any(all(window.count(word) >= phrase.count(word) for word in phrase) for window in windows)


def _surfaces(text: str) -> list[str]:
    return [token.surface for token in tokenize(text)]


@settings(max_examples=150, deadline=None)
@given(ARTICLES, TREE)
def test_chunks_meet_what_the_query_asks(articles: list[list[list[str]]], tree: Node) -> None:
    with _indexed(articles) as index:
        store = LocalStore(index)
        query = read_query(store, str_of(tree))
        found = {listed.chunk for listed in store.rank(query, Scope(limit=1000)).scored}
        chunks = [(chunk, article) for article in index.articles() for chunk in index.chunks_of(article.id)]
        wanted = {
            chunk.id
            for chunk, article in chunks
            if _meets(tree, _Chunk(_surfaces(chunk.text), _surfaces(article.title)))
        }
        assert found == wanted, str_of(tree)
        assert store.count(query, Scope()) == len(wanted)


@settings(max_examples=60, deadline=None)
@given(ARTICLES, TREE)
def test_articles_meet_it_as_a_whole(articles: list[list[list[str]]], tree: Node) -> None:
    """But for phrases, which stand in one chunk."""

    def meets(node: Node, chunks: list[_Chunk]) -> bool:
        match node:
            case All(parts):
                return all(meets(part, chunks) for part in parts)
            case Either(parts):
                return any(meets(part, chunks) for part in parts)
            case Not(part):
                return not meets(part, chunks)
            case Group(parts, required, prohibited):
                titles = [part for part in parts if isinstance(part, Title)]
                plain = [part for part in parts if not isinstance(part, Title)]
                return (
                    all(meets(part, chunks) for part in [*required, *titles])
                    and not any(meets(part, chunks) for part in prohibited)
                    and (bool(required) or not plain or any(meets(part, chunks) for part in plain))
                )
        return any(_meets(node, chunk) for chunk in chunks)

    with _indexed(articles) as index:
        store = LocalStore(index)
        query = read_query(store, str_of(tree))
        ranking = store.rank(query, Scope(limit=1000, by_article=True))
        found = {passage.article.id for passage in store.passages([listed.chunk for listed in ranking.scored])}
        wanted = {
            article.id
            for article in index.articles()
            if meets(tree, [_Chunk(_surfaces(c.text), _surfaces(article.title)) for c in index.chunks_of(article.id)])
        }
        assert found == wanted, str_of(tree)
        assert store.count(query, Scope(by_article=True)) == len(wanted)
