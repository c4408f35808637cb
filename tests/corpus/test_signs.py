"""A cheap look never misses what a pattern that ignores case would find."""

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from carikm.corpus.signs import has_any

SIGNS = ("berita", "klik", "situs")
LETTERS = "beritaklsuBERITAKLSU \u0130\u0131\u017f\u212aé\u0307"


@given(st.text(LETTERS, max_size=30), st.sampled_from(SIGNS), st.randoms(use_true_random=False))
def test_what_a_pattern_finds_has_a_sign(text: str, sign: str, chance: random.Random) -> None:
    odd = {"i": "iI\u0130\u0131", "s": "sS\u017f", "k": "kK\u212a"}
    written = "".join(chance.choice(odd.get(letter, letter + letter.upper())) for letter in sign)
    text = f"{text}{written}{text}"
    assert re.search("|".join(SIGNS), text, re.IGNORECASE)
    assert has_any(text, SIGNS)


def test_a_text_without_any_has_none() -> None:
    assert not has_any("Harga beras naik di “pasar”.", SIGNS)
