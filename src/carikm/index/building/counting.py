"""The words of many texts, counted at once.

What `carikm.index.contribution` counts text by text, with strings; here each distinct token and each surface form has
a number, and numbers are counted in columns.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from carikm.analysis.compounds import are_close, joined, openings_behind
from carikm.analysis.names import count_capitalised
from carikm.analysis.tokens import (
    MAX_SURFACE_LENGTH,
    may_have_url,
    neighbouring_spans,
    normalize,
    raw_tokens,
    token_spans,
    url_words,
)

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

# Texts in which capitals are counted together, in code points.
_AT_ONCE = 1 << 16


class Entries(NamedTuple):
    """Which surface forms occur in which texts: parallel columns, ascending by text and surface form."""

    texts: "Numbers"
    surfaces: "Numbers"
    occurrences: "Numbers"


class Counted(NamedTuple):
    """The words of some texts: their entries, each text's length in tokens, and the numbers of all tokens in order."""

    entries: Entries
    lengths: "Numbers"
    tokens: "Numbers"


class _Known(dict[str, int]):
    """Numbers words as they come."""

    def __init__(self, number: Callable[[str], int]) -> None:
        super().__init__()
        self._number = number

    def __missing__(self, word: str) -> int:
        found = self[word] = self._number(word)
        return found


class _Tokens(_Known):
    """Numbers tokens by their surface forms; of long ones, which may take any room, no more than that form is kept."""

    def __init__(self, number: Callable[[str], int]) -> None:
        super().__init__(number)
        self._long = _Known(number)

    def __missing__(self, token: str) -> int:
        surface = normalize(token)
        # All that hangs on a token itself is how often a form is written so, and no form is so long but its own.
        if len(token) > MAX_SURFACE_LENGTH and token != surface:
            return self._long[surface]
        found = self[token] = self._number(surface)
        return found


class WordCounter:
    """Counts the words of texts; `surfaces` has the surface forms seen so far, by their numbers."""

    def __init__(self) -> None:
        self.surfaces: list[str] = []
        self.capitalised: Counter[str] = Counter()
        self._surface_numbers = _Known(self._new_surface)
        self._tokens = _Tokens(self._new_token)
        # By tokens' numbers: their surface forms, whether a compound may begin with them, how often they are written.
        self._surface_of = array("I")
        self._opens = array("B")
        self._written = array("Q")

    def _new_surface(self, surface: str) -> int:
        self.surfaces.append(surface)
        return len(self.surfaces) - 1

    def _new_token(self, surface: str) -> int:
        self._surface_of.append(self._surface_numbers[surface])
        self._opens.append(openings_behind(surface) is not None)
        self._written.append(0)
        return len(self._surface_of) - 1

    def count(self, texts: Sequence[str]) -> Counted:
        """Count the words of some texts."""
        import numpy as np

        number = self._tokens.__getitem__
        flat, lengths = array("I"), array("I")
        further: list[tuple[int, int]] = []
        for place, text in enumerate(texts):
            tokens = raw_tokens(text)
            lengths.append(len(tokens))
            flat.extend(map(number, tokens))
            if may_have_url(text):
                words = (word.surface for token in tokens for word in url_words(token))
                further += [(place, self._surface_numbers[surface]) for surface in words]
        numbers = np.frombuffer(flat, np.uint32) if flat else np.zeros(0, np.uint32)
        all_lengths = np.array(lengths, np.uint32)
        text_of = np.repeat(np.arange(len(texts), dtype=np.uint32), all_lengths)
        further += self._compounds(texts, numbers, text_of)
        return Counted(self._entries(numbers, text_of, further), all_lengths, numbers)

    def count_first(self, tokens: "Numbers", texts: "Numbers", number: int) -> Entries:
        """Count the first tokens of texts.

        Args:
            tokens: numbers of tokens.
            texts: the text that each stands in, ascending.
            number: how many of each text count.
        """
        import numpy as np

        starts = np.flatnonzero(np.diff(texts, prepend=-1))
        places = np.arange(len(texts)) - np.repeat(starts, np.diff(starts, append=len(texts)))
        is_first = places < number
        return self._entries(tokens[is_first], texts[is_first], ())

    def note_writing(self, texts: Iterable[str], tokens: "Numbers") -> None:
        """Count how words are written in some texts, given the numbers of their tokens."""
        import numpy as np

        counts = np.bincount(tokens, minlength=len(self._written)).astype(np.uint64)
        counts += np.frombuffer(self._written, np.uint64)
        self._written = array("Q", counts.tobytes())
        for together in _together(texts):
            self.capitalised.update(count_capitalised(together))

    def as_written(self) -> dict[str, int]:
        """Tell how often each token was written that may be a word's own form."""
        found = {}
        # A base form in plain letters is its own surface form, as is every token that is written so.
        for token, number in self._tokens.items():
            surface, count = self.surfaces[self._surface_of[number]], self._written[number]
            if count and (surface == token or not token.isascii()):
                found[surface if surface == token else token] = count  # in memory, and on its way, but once
        return found

    def _entries(self, tokens: "Numbers", texts: "Numbers", further: Sequence[tuple[int, int]]) -> Entries:
        import numpy as np

        keys = texts.astype(np.uint64)
        keys <<= np.uint64(32)
        keys |= np.array(self._surface_of, np.uint32)[tokens]
        if further:
            keys = np.append(keys, np.array([place << 32 | surface for place, surface in further], np.uint64))
        keys.sort()
        is_new = np.ones(len(keys), bool)
        np.not_equal(keys[1:], keys[:-1], out=is_new[1:])
        starts = np.flatnonzero(is_new)
        occurrences = np.diff(np.append(starts, len(keys)))
        keys = keys[starts]
        return Entries((keys >> np.uint64(32)).astype(np.uint32), keys.astype(np.uint32), occurrences)

    def _compounds(self, texts: Sequence[str], tokens: "Numbers", text_of: "Numbers") -> list[tuple[int, int]]:
        """Find what `find_compounds` finds, looking only behind words that may open a compound.

        Returns:
            For each compound the place of its text, and its surface form's number.
        """
        import numpy as np

        if len(tokens) < 2:
            return []
        opens = np.array(self._opens, bool)[tokens[:-1]]
        opens &= text_of[1:] == text_of[:-1]
        places = np.flatnonzero(opens)
        surfaces = np.array(self._surface_of, np.uint64)[tokens]
        pairs, pair_of = np.unique(surfaces[places] << np.uint64(32) | surfaces[places + 1], return_inverse=True)
        names = [(self.surfaces[pair >> 32], self.surfaces[pair & 0xFFFF_FFFF]) for pair in pairs.tolist()]
        is_compound = np.array([joined(*name) is not None for name in names], bool)
        places, pair_of = places[is_compound[pair_of]], pair_of[is_compound[pair_of]]
        starts = np.searchsorted(text_of, text_of[places])
        found = []
        candidates = zip((places - starts).tolist(), pair_of.tolist(), text_of[places].tolist(), strict=True)
        for text, of_text in groupby(candidates, key=itemgetter(2)):
            first, *more = of_text
            spans = token_spans(texts[text]) if more else []
            for place, pair, _ in (first, *more):
                (_, end), (start, _) = spans[place : place + 2] or neighbouring_spans(texts[text], place)
                if are_close(texts[text], end, start):
                    found.append((text, self._surface_numbers[" ".join(names[pair])]))
        return found


def _together(texts: Iterable[str]) -> Iterable[str]:
    """Join texts, each on lines of its own, so that one look at them all will do; addresses stay by themselves."""
    plain: list[str] = []
    size = 0
    for text in texts:
        if "@" in text or may_have_url(text):
            yield text
            continue
        plain.append(text)
        size += len(text)
        if size > _AT_ONCE:
            yield "\n".join(plain)
            plain, size = [], 0
    yield "\n".join(plain)
