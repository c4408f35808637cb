"""What a query's own writing says of its words: question words and capitals."""

import pytest

from carikm.analysis.tokens import tokenize
from carikm.search.importance import emphasised, question_words


@pytest.mark.parametrize(
    ("query", "asking"),
    [
        ("siapakah perajin tertua di kota ini", {"siapakah"}),
        ("Di mana bengkel itu dan apa namanya", {"mana", "apa"}),
        ("apa pun hasilnya, siapa yang membayar", {"siapa"}),
        ("masalah apakah itu", {"apakah"}),
        ("akah kah manakala", set()),
    ],
)
def test_question_words(query: str, asking: set[str]) -> None:
    assert question_words(list(tokenize(query))) == asking


@pytest.mark.parametrize(
    ("query", "strong"),
    [
        ("berapa luas bengkel milik Surti", {"surti"}),
        ("Bengkel logam terbesar milik Surti", {"surti"}),
        ("Bengkel Milik Surti Terbakar", set()),
        ("bengkel logam", set()),
        ("", set()),
    ],
)
def test_capitals_tell_names_where_they_are_few(query: str, strong: set[str]) -> None:
    assert emphasised(query, list(tokenize(query))) == strong
