"""What an index says, told in words and paths: alike for an index that was updated and for one built anew."""

import json
import sqlite3
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from carikm.corpus.recurring import unpack_margins
from carikm.index.bits import numbers_in
from carikm.index.blocks import BLOCK_ARTICLES, Entries
from carikm.index.format import BOILERPLATE_BASE, INDEX_FILE, NO_RANK
from carikm.index.packed import unpack_block
from carikm.index.shingles import unpack_bucket
from carikm.index.texts import Unpacker

_ONLY_HERE = ("built_ns", "slots", "bounds_averages", "dictionary")


def contents(index: Path) -> dict[str, Any]:
    """Give all that an index says, but for when it was built, and when its folders were changed."""
    connection = sqlite3.connect(index / INDEX_FILE)
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        return _Contents(connection).all()
    finally:
        connection.close()


class _Contents:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._rows = lambda query: connection.execute(query).fetchall()
        self._facts = dict(self._rows("SELECT name, value FROM facts"))
        self._paths = dict(self._rows("SELECT id, path FROM articles"))
        columns = [row[1] for row in self._rows("PRAGMA table_info(articles)")]
        self._articles = {row[0]: dict(zip(columns, row, strict=True)) for row in self._rows("SELECT * FROM articles")}
        self._chunks = {row[0]: (self._paths[row[1]], row[2]) for row in self._rows("SELECT * FROM chunks")}

    def all(self) -> dict[str, Any]:
        return {
            "facts": {
                name: value
                for name, value in self._facts.items()
                if not isinstance(value, bytes) and name not in _ONLY_HERE
            },
            "articles": self._all_articles(),
            "arrays": self._arrays(),
            "copies": self._copies(),
            "first_chunks": self._first_chunks(),
            "terms": self._terms(),
            "surfaces": self._surfaces(),
            "postings": self._postings(),
            "definitions": sorted(
                (short_key, long_key, self._chunks[chunk], short, long)
                for short_key, long_key, chunk, short, long in self._rows("SELECT * FROM definitions")
            ),
            "lines": {self._paths[id]: keys for id, keys in self._rows("SELECT * FROM lines")},
            "line_articles": sorted((key, self._paths[id]) for key, id in self._rows("SELECT * FROM line_articles")),
            "learning": self._learning(),
            "learned": [
                (*row, self._paths[example])
                for *row, example in self._rows(
                    "SELECT outlet, folder, key, at_head, line, articles, example FROM learned ORDER BY id"
                )
            ],
            "shingles": self._shingles(),
            "outlets": sorted(self._rows("SELECT name FROM outlets")),
            "skipped": sorted(self._rows("SELECT * FROM skipped")),
        }

    def _numbers(self, name: str, kind: str = "I") -> "array[int]":
        return array(kind, self._facts[name])

    def _all_articles(self) -> dict[str, Any]:
        origins = {id: (how, sure) for id, how, sure in self._rows("SELECT id, how, certainty FROM origins")}
        unpacker = Unpacker(self._facts["dictionary"])
        chunks = defaultdict(list)
        for id, article, *row, text, repairs in self._rows("SELECT * FROM chunks ORDER BY article, number"):
            chunks[article].append((id >= BOILERPLATE_BASE, *row, unpacker.unpack(text), repairs))
        found = {}
        for id, article in self._articles.items():
            own = {
                name: origins.get(value) if name.endswith("_origin") else value
                for name, value in article.items()
                if name not in ("id", "body_start", "body_end", "boilerplate_start", "boilerplate_end")
            }
            body = range(article["body_start"], article["body_end"])
            boilerplate = range(article["boilerplate_start"], article["boilerplate_end"])
            assert len(body) + len(boilerplate) == len(chunks[id])
            assert all(self._chunks[chunk][0] == article["path"] for chunk in (*body, *boilerplate))
            found[article["path"]] = (own, chunks[id])
        return found

    def _arrays(self) -> dict[str, Any]:
        order, slots = self._numbers("article_order"), self._facts["slots"]
        live = {id: rank for id, rank in enumerate(order) if rank != NO_RANK}
        assert live.keys() == self._paths.keys()
        assert sorted(live.values()) == list(range(len(live)))
        found: dict[str, Any] = {"order": [self._paths[id] for id in sorted(live, key=live.__getitem__)]}
        outlets = {0: None, **dict(self._rows("SELECT id, name FROM outlets"))}
        for name in ("article_lengths", "article_days", "article_outlets", "representatives", "article_starts"):
            assert len(self._numbers(name)) == slots, name
        lengths, days = self._numbers("article_lengths"), self._numbers("article_days")
        numbers, leaders = self._numbers("article_outlets"), self._numbers("representatives")
        for id, path in self._paths.items():
            found[path] = (lengths[id], days[id], outlets[numbers[id]], self._paths[leaders[id]], self._lengths(id))
        starts, boilerplate_starts = self._numbers("article_starts"), self._numbers("boilerplate_starts")
        assert list(starts) == sorted(starts)
        assert list(boilerplate_starts) == sorted(boilerplate_starts)
        of_chunks = self._numbers("chunk_articles")
        for id, (path, _) in self._chunks.items():
            if id < BOILERPLATE_BASE:
                assert self._paths[of_chunks[id]] == path
                assert self._paths[bisect_right(starts, id) - 1] == path
            else:
                assert self._paths[bisect_right(boilerplate_starts, id) - 1] == path
        assert len(of_chunks) == len(self._numbers("body_lengths", "H"))
        return found

    def _copies(self) -> set[str]:
        """Give the articles that another one stands for; of a slot without an article any may be said."""
        copies = self._numbers("copies")
        assert list(copies) == sorted({*copies})
        assert max(copies, default=0) < self._facts["slots"]
        return {self._paths[id] for id in copies if id in self._paths}

    def _first_chunks(self) -> dict[str, list[int]]:
        """Give of each article the places, within its body, of what are said to be first chunks."""
        size = len(self._numbers("chunk_articles"))
        assert len(self._facts["first_chunks"]) == (size + 7) // 8
        firsts = {*numbers_in(int.from_bytes(self._facts["first_chunks"], "little"))}
        assert max(firsts, default=0) < max(size, 1)
        return {
            article["path"]: [
                place
                for place, chunk in enumerate(range(article["body_start"], article["body_end"]))
                if chunk in firsts
            ]
            for article in self._articles.values()
        }

    def _lengths(self, id: int) -> tuple[list[int], list[int]]:
        article = self._articles[id]
        body = self._numbers("body_lengths", "H")[article["body_start"] : article["body_end"]]
        first, last = (article[name] - BOILERPLATE_BASE for name in ("boilerplate_start", "boilerplate_end"))
        return list(body), list(self._numbers("boilerplate_lengths", "H")[first:last])

    def _terms(self) -> dict[str, Any]:
        rows = self._rows("SELECT stem, articles, chunks, forms FROM terms")
        return {
            stem: (articles, chunks, sorted(filter(None, forms.split("\n")))) for stem, articles, chunks, forms in rows
        }

    def _surfaces(self) -> dict[str, Any]:
        stems = dict(self._rows("SELECT id, stem FROM terms"))
        forms = {id: forms.split("\n") for id, forms in self._rows("SELECT id, forms FROM terms")}
        found = {}
        for surface, term, form, *row in self._rows("SELECT * FROM surfaces"):
            assert forms[term][form] == surface
            found[surface] = (stems[term], *row)
        return found

    def _postings(self) -> dict[str, Any]:
        terms = {id: (stem, forms.split("\n")) for id, stem, forms in self._rows("SELECT id, stem, forms FROM terms")}
        found: defaultdict[str, set[Any]] = defaultdict(set)
        starts = self._numbers("boilerplate_starts")
        of_chunks = self._numbers("chunk_articles")
        last: dict[int, int] = {}
        for id, data in self._rows("SELECT id, data FROM postings ORDER BY id"):
            term, first = id >> 32, id & 0xFFFFFFFF
            stem, forms = terms[term]
            block = unpack_block(data)
            of_body = [of_chunks[chunk] for chunk in block.body.texts]
            of_boilerplate = [bisect_right(starts, BOILERPLATE_BASE + chunk) - 1 for chunk in block.boilerplate.texts]
            articles = {*of_body, *block.leads.texts, *of_boilerplate}
            assert min(articles) == first > last.get(term, -1)
            assert len(articles) <= BLOCK_ARTICLES
            last[term] = max(articles)
            assert len(block.bounds) == len({*of_body})
            kinds = (
                (block.body, lambda text: ("body", *self._chunks[text])),
                (block.leads, lambda text: ("lead", self._paths[text])),
                (block.boilerplate, lambda text: ("boilerplate", *self._chunks[BOILERPLATE_BASE + text])),
            )
            for entries, place in kinds:
                for text, form, count in _ascending(entries):
                    found[stem].add((*place(text), forms[form], count))
        return dict(found)

    def _learning(self) -> dict[Any, Any]:
        found = {}
        for outlet, folder, articles, margins in self._rows("SELECT * FROM learning"):
            known = unpack_margins(margins)
            found[outlet, folder] = (articles, known.learned, known.counts)
        return found

    def _shingles(self) -> set[Any]:
        found = set()
        for bucket, entries in self._rows("SELECT * FROM shingles"):
            articles, highs = unpack_bucket(entries)
            assert list(articles) == sorted(articles)
            found |= {(bucket | high << 16, self._paths[id]) for id, high in zip(articles, highs, strict=True)}
        return found


def _ascending(entries: Entries) -> Iterator[tuple[int, int, int]]:
    rows = list(zip(entries.texts, entries.forms, entries.occurrences, strict=True))
    assert rows == sorted(rows)
    yield from rows


def averages_held_to(index: Path) -> list[float]:
    """Give the averages up to which bounds hold."""
    connection = sqlite3.connect(index / INDEX_FILE)
    try:
        found: list[float] = json.loads(
            connection.execute("SELECT value FROM facts WHERE name = 'bounds_averages'").fetchone()[0]
        )
        return found
    finally:
        connection.close()
