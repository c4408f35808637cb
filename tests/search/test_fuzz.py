"""Whatever is typed is answered, or refused in one clear line: random text, and the query language's own tokens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carikm.api import Search, open_search
from carikm.errors import QueryError, QuerySyntax
from carikm.search.query_tree import str_of
from carikm.search.syntax import parse

SIGNS = [
    '"',
    "(",
    ")",
    "+",
    "-",
    "=",
    "*",
    "~",
    "~1",
    "~999",
    ":",
    ",",
    ".",
    "..",
    "/",
    "[",
    "]",
    "?",
    "“",
    "”",
    "'",
    "|",
]
BLANKS = [" ", "  ", "\t", "\n", "\u00a0", "\u2028", "\0", "\x1b", "\u0301", "\u200d"]
OPERATORS = ["AND", "OR", "NOT", "DAN", "ATAU", "BUKAN"]
FIELDS = ["judul:", "sumber:", "berkas:", "tanggal:", "title:", "source:", "path:", "date:", "Judul:", "berkas:*/*"]
DATES = ["2020", "2020-13", "2020-09..2022", "2020..", "28-9-2020", "٢٠٢٠"]
WORDS = [
    "sentra",
    "logam",
    "Semarang",
    "IKM",
    "kerja sama",
    "kerjasama",
    "anti-korupsi",
    "Jum'at",
    "café",
    "a",
    "yang",
    "apa",
]
ODD = [
    "\ud800",
    "\udcff",
    "ſ",
    "İ",
    "ﬁ",
    "²",
    "😀",
    "@x",
    "a@b.id",
    "https://a.id/b",
    "1.500",
    "log*",
    "*gam",
    "lgam~2",
]
TOKENS = st.lists(st.sampled_from(SIGNS + BLANKS + OPERATORS + FIELDS + DATES + WORDS + ODD), max_size=40)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
QUERIES = TOKENS.map("".join) | TOKENS.map(" ".join) | ANY_TEXT
MANY = 10_000
LONG = {
    "one word": "a" * 100_000,
    "words": "kata " * MANY,
    "distinct words": " ".join(f"kata{i}" for i in range(MANY)),
    "brackets": "(" * MANY + "a" + ")" * MANY,
    "opened": "(a " * MANY,
    "closed": "a) " * MANY,
    "stars": "*" * MANY + "a",
    "starred": "a*" * MANY,
    "quotes": '"' * MANY + "a",
    "phrases": '"a b" ' * MANY,
    "a phrase": '"' + "yang di " * MANY + '"',
    "a phrase with slop": '"' + "yang di " * MANY + '"~999',
    "minus": "-a " * MANY,
    "or": "a OR " * MANY + "a",
    "and": "AND " * MANY,
    "not": "NOT " * MANY + "a",
    "fields": "judul:" * MANY + "a",
    "dates": "tanggal:" + "2020," * MANY + "2021",
    "patterns": "abc~ " * MANY,
    "joined": "a-" * MANY + "*",
    "accents": "a" + "\u0301" * 100_000,
    "halves": "\ud800" * 100_000 + "a",
    "nothing": "\0" * 100_000,
}


@pytest.fixture(scope="module")
def search(seeds_index: Path) -> Iterator[Search]:
    with open_search(index=seeds_index) as opened:
        yield opened


def _is_answered(search: Search, text: str) -> None:
    try:
        query = search.read(text)
        if query.understood is not None:
            tree, _ = parse(text)
            assert tree is not None and parse(str_of(tree))[0] == tree
        assert len(search.hits(text).hits) <= 10
    except QueryError as error:
        assert error.message and len(error.message) < 500
        if isinstance(error, QuerySyntax):
            assert 0 <= error.position <= len(error.query)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=QUERIES)
def test_any_query_is_answered_or_refused(search: Search, text: str) -> None:
    _is_answered(search, text)


@pytest.mark.slow
@settings(max_examples=25_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=QUERIES)
def test_very_many_queries_are(search: Search, text: str) -> None:
    _is_answered(search, text)


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_very_long_query_is(search: Search, text: str) -> None:
    _is_answered(search, text)
