"""Broken text is repaired where that is certain, and every place leads back to the original."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.corpus.mojibake import Readable, Repair, find_repairs, repaired, repairs_within

TYPICAL = "“”‘’–—…éèñ•"


def _readable(text: str) -> str:
    return repaired(text, find_repairs(text)).text


def _broken(text: str, codec: str) -> str:
    return text.encode().decode(codec)


# Two bytes of cp1252 have no character: ” is one of those whose last byte falls into such a hole.
READABLE_IN = {"mac_roman": TYPICAL, "cp1252": TYPICAL.replace("”", ""), "latin-1": TYPICAL}


@pytest.mark.parametrize(
    ("codec", "letter"), [(codec, letter) for codec, letters in READABLE_IN.items() for letter in letters]
)
def test_typical_characters_read_in_the_wrong_encoding_are_repaired(codec: str, letter: str) -> None:
    text = f"kata {letter}kata di{letter} sini"
    assert _broken(text, codec) != text
    assert _readable(_broken(text, codec)) == text


def test_long_runs_are_not_remembered() -> None:
    words = [chr(0x4E00 + number) * 5_000 for number in range(20)]
    assert _readable(_broken("“kata” ", "latin-1")) == "“kata” "
    tracemalloc.start()
    try:
        assert all(_readable(_broken(word, "latin-1")) == word for word in words)
        assert tracemalloc.get_traced_memory()[0] < 100_000
    finally:
        tracemalloc.stop()


def test_a_closing_quote_broken_into_a_control_is_repaired() -> None:
    assert _readable("kata â€œsiapâ€\x9d ujarnya") == "kata “siap” ujarnya"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["", "“", "‘", "– "]), st.from_regex(r"[a-z]{1,8}", fullmatch=True)), min_size=1
    ),
    st.sampled_from(["mac_roman", "cp1252", "latin-1"]),
)
def test_a_whole_broken_text_is_repaired(words: list[tuple[str, str]], codec: str) -> None:
    text = " ".join(mark + word for mark, word in words)
    assert _readable(_broken(text, codec)) == text


def test_what_is_clean_beside_a_broken_place_stays() -> None:
    assert _readable("“Kafé” itu â€œramaiâ€¦ sekali") == "“Kafé” itu “ramai… sekali"


CLEAN = [
    "Harga naik 5 persen menjadi Rp 12.500 per kilogram.",
    "“Kami siap,” katanya – lalu pergi… begitu saja.",
    "”Kami siap,” katanya. ”Ya.”",
    "Ia menyebut ‘perubahan’ itu “‘besar’”.",
    "Hak cipta © 2020 Penerbit™ dan Merek®",
    "Kafé Olé, Peña, Müller, façade, señor, Århus, Škoda, Łódź",
    "Suhu 35°C, luas 20 m², harga €5 atau £4, ± 3 %, ½ bagian, 3×4 meter",
    "“Émile” dan ”Élan” dan ”éclair”",
    "Judul: »État« dan »émigré«",
    "Kurs €é dan ÷á tak berarti apa pun",
    "Ukuran 10×“besar”",
    "Doa: السلام عليكم dan 你好 serta Привет",
    "Emoji 👍🏽 dan ❤️ di tengah 😀😀",
    "Ka’bah, Jum’at, Ma’ruf",
    "Naïve • coöperatie • ÅÄÖ",
]


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_stays_as_it_is(text: str) -> None:
    assert find_repairs(text) == ()


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("abc ABC,.\n“‘’–—…©®™éèüñáóöçÉ½²µ"), max_size=40))
def test_text_without_two_foreign_characters_in_a_row_is_never_touched(text: str) -> None:
    spaced = "".join(letter + " " if letter > "\x7f" else letter for letter in text)
    assert find_repairs(spaced) == ()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_repairs_are_in_order_apart_and_real(text: str) -> None:
    repairs = find_repairs(text)
    end = 0
    for repair in repairs:
        assert end <= repair.start < repair.end <= len(text)
        assert text[repair.start : repair.end] != repair.text
        end = repair.end


@st.composite
def _patched(draw: st.DrawFn) -> tuple[str, list[Repair]]:
    """A text in capitals and repairs in small letters, so that what was put in can be told from what was there."""
    text = draw(st.text("ABCDEF", max_size=25))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    return text, [Repair(start, end, draw(st.text("xyz", min_size=1, max_size=4))) for start, end in spans]


@settings(max_examples=300, deadline=None)
@given(_patched(), st.data())
def test_every_span_leads_back_to_the_original(patched: tuple[str, list[Repair]], data: st.DataObject) -> None:
    text, repairs = patched
    readable = repaired(text, repairs)
    start = data.draw(st.integers(0, len(readable.text)))
    end = data.draw(st.integers(start, len(readable.text)))
    first, last = readable.original_span(start, end)
    assert 0 <= first <= last <= len(text)
    for repair in repairs:
        inside = repair.start < last and first < repair.end
        assert not inside or (first <= repair.start and repair.end <= last), "a repair is covered whole or not at all"
    shown = readable.text[start:end]
    covers_repair = any(first <= repair.start and repair.end <= last for repair in repairs)
    if shown:
        assert shown in repaired(text[first:last], repairs_within(repairs, first, last)).text
        assert covers_repair == any(letter.islower() for letter in shown), "only what shows a repair covers one"
    if not covers_repair:
        assert text[first:last] == shown


@settings(max_examples=150, deadline=None)
@given(_patched(), st.data())
def test_later_spans_never_lead_to_earlier_places(patched: tuple[str, list[Repair]], data: st.DataObject) -> None:
    readable = repaired(*patched)
    places = sorted(data.draw(st.lists(st.integers(0, len(readable.text)), min_size=3, max_size=3)))
    (first, end), (next_first, next_end) = (readable.original_span(*places[i : i + 2]) for i in (0, 1))
    assert first <= next_first
    assert end <= next_end


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20), st.data())
def test_without_repairs_every_span_is_itself(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert repaired(text, ()) == Readable(text)
    assert repaired(text, ()).original_span(start, end) == (start, end)


def test_a_part_of_a_repair_stands_for_all_of_it() -> None:
    readable = repaired("a###b", [Repair(1, 4, "xyz")])
    assert readable.text == "axyzb"
    assert [readable.original_span(i, i + 1) for i in range(5)] == [(0, 1), (1, 4), (1, 4), (1, 4), (4, 5)]


def test_repairs_of_a_part_are_counted_from_its_start() -> None:
    repairs = [Repair(0, 3, "“"), Repair(5, 8, "”"), Repair(9, 12, "–")]
    assert repairs_within(repairs, 4, 11) == (Repair(1, 4, "”"),)
