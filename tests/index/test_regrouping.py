"""Groups of copies: those of an archive that changes are those of one gone through from first to last."""

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import carikm.index.copies as copies_module
import carikm.index.updating.regrouping as regrouping_module
from carikm.index.copies import Sketch, representatives, sketch
from carikm.index.shingles import bucket_of, looked_up, pack_bucket, shingle_rows, unpack_bucket
from carikm.index.updating.one_sketch import one_sketch
from carikm.index.updating.regrouping import regrouped

_STEMS = [[f"kata{number * 17 % 101}x{line}" for number in range(90)] for line in range(3)]


@st.composite
def _sketches(draw: st.DrawFn) -> Sketch:
    """Draw the sketch of one of a few texts, with some of its words changed."""
    words = list(draw(st.sampled_from(_STEMS)))
    for place in draw(st.lists(st.integers(0, 89), max_size=6)):
        words[place] = f"lain{place}"
    if draw(st.booleans()):
        words = words[:70]
    return sketch("", " ".join(words))


@st.composite
def _interwoven(draw: st.DrawFn) -> Sketch:
    """Draw a sketch that shares runs of shingles with others, of which some have other numbers."""
    runs = draw(st.sets(st.integers(0, 2), min_size=2))
    shingles = {run * 10 + number for run in runs for number in range(8)}
    shingles ^= draw(st.sets(st.integers(0, 29), max_size=6))
    numbers = draw(st.sampled_from([range(4), range(10, 14)]))
    return Sketch(array("I", sorted(shingles)).tobytes(), array("I", numbers).tobytes())


class _Archive:
    """Sketches by number, ordered by a rank that each has."""

    def __init__(self, sketches: dict[int, Sketch], ranks: dict[int, int], leaders: dict[int, int]) -> None:
        self._sketches, self._ranks, self._leaders = sketches, ranks, leaders

    def sketch(self, article: int) -> Sketch:
        return self._sketches[article]

    def having(self, shingle: int) -> list[int]:
        return [article for article, own in self._sketches.items() if shingle in looked_up(own.shingles)]

    def rank(self, article: int) -> int:
        return self._ranks[article]

    def stood_for(self, article: int) -> int:
        return self._leaders[article]


def _grouped(sketches: dict[int, Sketch], ranks: dict[int, int]) -> dict[int, int]:
    ordered = sorted(ranks, key=ranks.__getitem__)
    return {
        ordered[place]: ordered[first] for place, first in enumerate(representatives([sketches[a] for a in ordered]))
    }


@settings(max_examples=100, deadline=None)
@given(
    st.lists(_sketches() | _interwoven(), min_size=1, max_size=24),
    st.lists(_sketches() | _interwoven(), max_size=5),
    st.data(),
    st.sampled_from([1, 2, 3, 100]),
)
def test_groups_follow_a_change(old: list[Sketch], new: list[Sketch], data: st.DataObject, most: int) -> None:
    """However short the lists of a shingle's leaders are cut."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (copies_module, regrouping_module):
            patch.setattr(module, "MOST_WITH_HASH", most)
        sketches = dict(enumerate(old + new))
        removed = data.draw(st.sets(st.sampled_from(range(len(old))), max_size=6))
        added = list(range(len(old), len(old) + len(new)))
        order = data.draw(st.permutations(list(sketches)))
        before = _grouped(sketches, {article: rank for rank, article in enumerate(order) if article < len(old)})
        ranks = {article: rank for rank, article in enumerate(order) if article not in removed}
        found = regrouped(_Archive(sketches, ranks, before), removed, added)
        after = {article: found.get(article, before.get(article)) for article in ranks}
        assert after == _grouped(sketches, ranks)


def test_one_that_leads_no_more_stands_for_nobody() -> None:
    """The last resembles the one before it, and not the one that comes, which that one resembles."""
    changed = [], [10, 70], [30, 50]
    texts = [[f"lain{word}" if place in places else word for place, word in enumerate(_STEMS[0])] for places in changed]
    middle, first, last = (sketch("", " ".join(words)) for words in texts)
    sketches, ranks = {0: middle, 1: last, 2: first}, {2: 0, 0: 1, 1: 2}
    assert _grouped(sketches, {0: 0, 1: 1}) == {0: 0, 1: 0}
    found = regrouped(_Archive(sketches, ranks, {0: 0, 1: 0}), [], [2])
    assert found == _grouped(sketches, ranks) == {2: 2, 0: 2, 1: 1}


@pytest.mark.parametrize("comes", [False, True])
def test_copies_are_not_each_taken_through_all(comes: bool) -> None:
    """Where the first of many goes, or another comes before it, no more lists are walked than among few."""

    def walked(copies: int) -> int:
        asked = []

        class Archive(_Archive):
            def having(self, shingle: int) -> list[int]:
                asked.append(shingle)
                return super().having(shingle)

        sketches = dict.fromkeys(range(copies), sketch("", " ".join(_STEMS[0])))
        old = range(1, copies) if comes else range(copies)
        ranks = {article: article for article in range(0 if comes else 1, copies)}
        archive = Archive(sketches, ranks, dict.fromkeys(old, old[0]))
        found = regrouped(archive, *([], [0]) if comes else ([0], []))
        assert found == _grouped(sketches, ranks)
        return len(asked)

    assert walked(20) == walked(80)


@given(st.text(max_size=300), st.text(st.sampled_from("ab 1é—\n"), max_size=2000))
def test_one_sketch_is_the_sketch(headline: str, body: str) -> None:
    assert one_sketch(headline, body) == sketch(headline, body)


def test_a_long_text_has_the_same_sketch_however_it_is_spaced() -> None:
    text = " ".join(f"kata{number * number % 9973}" for number in range(9_000))
    assert one_sketch("", text) == sketch("", text) == sketch("", text.replace("9 ", "9 \n "))


@given(st.lists(st.lists(st.integers(0, 0xFFFFFFFF), max_size=20).map(sorted), max_size=12))
def test_shingles_lead_to_their_articles(shingles: list[list[int]]) -> None:
    packed = [b"".join(number.to_bytes(4, "little") for number in own) for own in shingles]
    pairs = [(shingle, article) for article, own in enumerate(packed) for shingle in looked_up(own)]
    columns = array("I", (shingle for shingle, _ in pairs)), array("I", (article for _, article in pairs))
    rows = {bucket: unpack_bucket(data) for bucket, data in shingle_rows(*columns)}
    for shingle, article in pairs:
        assert article in rows[bucket_of(shingle)].having(shingle)
    assert sum(len(bucket.articles) for bucket in rows.values()) == len(pairs)
    assert all(unpack_bucket(pack_bucket(bucket)) == bucket for bucket in rows.values())


@pytest.mark.parametrize("data", [b"", b"\3", b"\1\0", b"\2\0\0\0"])
def test_what_is_no_bucket(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpack_bucket(data)
