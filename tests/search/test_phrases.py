"""Where phrases stand in texts, against a naive search."""

from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.analysis.tokens import tokenize
from carikm.search.phrases import any_word_test, phrase_runs, side_by_side_count

WORD = st.sampled_from("abc")
TOKENS = st.lists(WORD, max_size=14)
PHRASE = st.lists(WORD, min_size=1, max_size=3)


@given(TOKENS, PHRASE)
def test_side_by_side(tokens: list[str], phrase: list[str]) -> None:
    runs = phrase_runs(tokens, phrase)
    starts = [i for i in range(len(tokens)) if tokens[i : i + len(phrase)] == phrase]
    naive: list[tuple[int, int]] = []
    for start in starts:
        if not naive or start >= naive[-1][1]:
            naive.append((start, start + len(phrase)))
    assert runs == naive


@given(TOKENS, PHRASE, st.integers(0, 4))
def test_near_each_other(tokens: list[str], phrase: list[str], slop: int) -> None:
    runs = phrase_runs(tokens, phrase, slop)
    most = len(phrase) + slop

    def holds(window: list[str]) -> bool:
        return all(window.count(word) >= phrase.count(word) for word in phrase)

    for start, end in runs:
        assert end - start <= most
        assert holds(tokens[start:end])
    assert all(first[1] <= second[0] for first, second in pairwise(runs))
    assert bool(runs) == any(holds(tokens[i : i + most]) for i in range(len(tokens)))


@given(TOKENS, st.lists(WORD, min_size=2, max_size=3))
def test_no_slop_is_any_order_side_by_side(tokens: list[str], phrase: list[str]) -> None:
    any_order = any(phrase_runs(tokens, order) for order in permutations(phrase))
    assert bool(phrase_runs(tokens, phrase, 0)) == any_order


PRINTED = st.text(alphabet="aAáb B'’-—.,\u00ad\u0301\u00a0_\n“1@/:rRpP", max_size=30)


@settings(max_examples=1000)
@given(
    PRINTED | st.lists(st.sampled_from(["a", "b", "ab", " ", " ", "A—b", "a'b", "a’’b", "rp1", "@", "/"])).map("".join),
    st.sampled_from([["a", "b"], ["ab", "a"], ["a", "a"], ["ab", "ab", "a"], ["a", "rp"]]),
)
def test_the_quick_count_is_that_of_the_tokens(text: str, phrase: list[str]) -> None:
    counted = side_by_side_count(phrase)(text)
    assert counted in (None, len(phrase_runs([token.surface for token in tokenize(text)], phrase)))


def test_words_behind_an_address_that_is_cut_off_are_counted() -> None:
    text = f"a@b.{'c' * 24}kata dia"
    assert [token.surface for token in tokenize(text)][1:] == ["kata", "dia"]
    assert side_by_side_count(["kata", "dia"])(text) in (None, 1)


def test_plain_text_needs_no_tokens() -> None:
    count = side_by_side_count(["kata", "dia"])
    assert count("“Mahal,” kata dia. Kata\ndia, mahal; berkata dia, kata—dia .") == 3
    assert count("Mahal, kata dia; berkata diaz. Ma’af, ujarnya.") is None
    assert count("Mahal, kata dia!") is None


@settings(max_examples=500)
@given(
    st.text(alphabet="aAáb B'’-—.\u00ad\u0301\n“1@/:", max_size=20),
    st.sets(st.sampled_from(["a", "b", "ab", "aba", "a1"]), min_size=1, max_size=3),
)
def test_the_quick_test_overlooks_no_word(text: str, words: set[str]) -> None:
    if any(token.surface in words for token in tokenize(text)):
        assert any_word_test(words)(text)
