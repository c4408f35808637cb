"""Packing the postings of many terms at once: the same bytes, and bounds, as term by term."""

from collections import defaultdict
from typing import Any
from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.index import blocks, bounds, packing
from carikm.index.blocks import Averages, Block, Entries, runs
from carikm.index.building import postings
from carikm.index.building.postings import Texts, distinct, pack_terms, sort_entries
from carikm.index.packing import pack_block

_TERMS, _ARTICLES, _CHUNKS, _FORMS = 4, 9, 3, 3

_Entry = tuple[int, int, int]  # term, text, form


def _entries(texts: int) -> st.SearchStrategy[dict[_Entry, int]]:
    keys = st.tuples(st.integers(0, _TERMS - 1), st.integers(0, texts - 1), st.integers(0, _FORMS - 1))
    return st.dictionaries(keys, st.one_of(st.integers(1, 3), st.integers(1, 0xFFFF)), max_size=60)


def _sorted(entries: dict[_Entry, int]) -> postings.Sorted:
    terms, texts, forms = (np.array([key[place] for key in entries], kind) for place, kind in enumerate("HIH"))
    return sort_entries(terms, texts, forms, np.array(list(entries.values()), "H"))


def _of(entries: dict[_Entry, int], term: int, articles: Any, first: int, last: int) -> Entries:
    found = sorted((text, form, count) for (of, text, form), count in entries.items() if of == term)
    within = [entry for entry in found if first <= articles[entry[0]] <= last]
    return Entries([text for text, _, _ in within], [count for *_, count in within], [form for _, form, _ in within])


@settings(deadline=None)
@given(_entries(_ARTICLES * _CHUNKS), _entries(_ARTICLES), _entries(_ARTICLES * _CHUNKS), st.integers(1, 5))
def test_terms_are_packed_alike_together_and_alone(
    body: dict[_Entry, int], leads: dict[_Entry, int], boilerplate: dict[_Entry, int], articles: int
) -> None:
    """Whatever runs of articles a block may have; what stands in a lead stands in the article's body."""
    chunk_articles = np.repeat(np.arange(_ARTICLES, dtype=np.uint32), _CHUNKS)
    leads = {key: count for key, count in leads.items() if (key[0], key[1] * _CHUNKS, key[2]) in body}
    lengths = np.arange(_ARTICLES * _CHUNKS, dtype=np.uint16) * 7 + 1
    of_articles = np.add.reduceat(lengths.astype(np.uint32), np.arange(0, len(lengths), _CHUNKS))
    averages = Averages(270.0, 90.0, 25.0)
    texts = Texts(chunk_articles, chunk_articles, np.zeros(_ARTICLES, bool), of_articles, lengths, averages)
    with (
        patch.object(blocks, "BLOCK_ARTICLES", articles),
        patch.object(postings, "BLOCK_ARTICLES", articles),
        patch.object(packing, "_FEW", 2),
    ):
        together = list(pack_terms(_sorted(body), _sorted(leads), _sorted(boilerplate), texts, _TERMS))
        alone = []
        for term in range(_TERMS):
            whole = _of(body, term, chunk_articles, 0, _ARTICLES)
            lead = _of(leads, term, range(_ARTICLES), 0, _ARTICLES)
            page = _of(boilerplate, term, chunk_articles, 0, _ARTICLES)
            own = [int(chunk_articles[text]) for text in whole.texts]
            steps = bounds.bounds_of(whole.texts, own, whole.occurrences, lead.texts, lead.occurrences, texts)
            for first, last in runs(sorted({*own, *(int(chunk_articles[text]) for text in page.texts)})):
                block = Block(
                    _of(body, term, chunk_articles, first, last),
                    bytes(bound for article, bound in steps if first <= article <= last),
                    _of(leads, term, range(_ARTICLES), first, last),
                    _of(boilerplate, term, chunk_articles, first, last),
                )
                alone.append((term, first, pack_block(block, chunk_articles.tolist())))
    assert together == alone


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6))))
def test_distinct_texts(pairs: list[tuple[int, int]]) -> None:
    found = defaultdict(set)
    for key, text in pairs:
        found[key].add(text)
    keys, texts = (np.array([pair[place] for pair in pairs], np.uint32) for place in (0, 1))
    assert distinct(keys, texts, 5) == [len(found[key]) for key in range(5)]
