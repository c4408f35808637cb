"""Counting words: many texts at once gives what each text gives by itself."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.analysis.tokens import MAX_SURFACE_LENGTH
from carikm.index.building.counting import WordCounter
from carikm.index.contribution import contribution, words_of, writing_of
from carikm.index.weights import LEAD_LENGTH

_WORDS = [
    "kerja",
    "bekerja",
    "sama",
    "anti",
    "korupsi",
    "Manahan",
    "Jum'at",
    "3.178",
    "warga@contoh.id",
    "@warga",
    "DI",
]
_PARTS = [*_WORDS, "https://www.contoh.id/kerja-sama?anti=korupsi", *"\u00ad – -.\n@", " ", " ", "\n\n"]
_TEXTS = st.lists(st.one_of(st.lists(st.sampled_from(_PARTS), max_size=20).map("".join), st.text(max_size=30)))


def _counts(counter: WordCounter, texts: list[str]) -> tuple[list[Counter[str]], list[int]]:
    counted = counter.count(texts)
    found: list[Counter[str]] = [Counter() for _ in texts]
    for text, surface, occurrences in zip(*(column.tolist() for column in counted.entries), strict=True):
        found[text][counter.surfaces[surface]] = occurrences
    return found, counted.lengths.tolist()


@settings(deadline=None)
@given(st.lists(_TEXTS, max_size=3))
def test_texts_have_the_same_words_together_and_alone(batches: list[list[str]]) -> None:
    counter = WordCounter()
    for texts in batches:
        alone = [words_of(text) for text in texts]
        assert _counts(counter, texts) == ([words.surfaces for words in alone], [len(words.tokens) for words in alone])


@settings(deadline=None)
@given(st.lists(_TEXTS, max_size=3))
def test_texts_are_written_the_same_together_and_alone(batches: list[list[str]]) -> None:
    counter = WordCounter()
    for texts in batches:
        counter.note_writing(texts, counter.count(texts).tokens)
    alone = writing_of(text for texts in batches for text in texts)
    assert counter.capitalised == alone.capitalised
    as_written = counter.as_written()
    for surface in counter.surfaces:
        for word in (surface, surface.lstrip("@"), surface.replace(" ", "")):
            assert as_written.get(word, 0) == alone.as_written[word]


def test_of_long_tokens_no_more_is_kept_than_their_surface_forms() -> None:
    form = "x" * MAX_SURFACE_LENGTH
    own_form = "\u02bc" * 100  # of apostrophes alone nothing else would be left
    texts = [form, f"{form}{'a' * 1000} {form}", *(form + letter * 1000 for letter in "bcd"), "é" * 1000, own_form]
    counter = WordCounter()
    counted = counter.count(texts)
    counter.note_writing(texts, counted.tokens)
    assert [counter.surfaces[surface] for surface in counted.entries.surfaces] == [form] * 5 + ["e" * 64, own_form]
    assert counted.entries.occurrences.tolist() == [1, 2, 1, 1, 1, 1, 1]
    assert counter.as_written() == {form: 2, own_form: 1}
    assert list(counter._tokens) == [form, own_form]


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["kerja sama itu, ", "anti korupsi ", "", "kata " * 20]), max_size=5), max_size=4)
)
def test_leads_have_the_same_words_together_and_alone(articles: list[list[str]]) -> None:
    import numpy as np

    counter = WordCounter()
    texts = [(article, text) for article, body in enumerate(articles) for text in body]
    counted = counter.count([text for _, text in texts])
    places = np.repeat(np.array([article for article, _ in texts], np.uint32), counted.lengths)
    leads = counter.count_first(counted.tokens, places, LEAD_LENGTH)
    found: list[Counter[str]] = [Counter() for _ in articles]
    for article, surface, occurrences in zip(*(column.tolist() for column in leads), strict=True):
        found[article][counter.surfaces[surface]] = occurrences
    assert found == [contribution(body, []).lead for body in articles]
