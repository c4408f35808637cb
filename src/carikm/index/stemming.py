"""The stem of each surface form of an archive: by the user's corrections, by its names, else by tables and stemmer."""

from collections.abc import Callable, Mapping

from carikm.analysis.names import is_name
from carikm.analysis.stems import base_form, corrected_stem


class Stems:
    """Decides on stems, given how an archive writes its words."""

    def __init__(
        self, corrected: Mapping[str, str], capitalised: Callable[[str], int], as_written: Callable[[str], int]
    ) -> None:
        """Take what decides.

        Args:
            corrected: words and the word whose stem they take, themselves where they are never to be stemmed.
            capitalised: tells how often a word stands in mid-sentence with a capital, by its lower-case form.
            as_written: tells how often a token is just that form.
        """
        self._corrected = corrected
        self._capitalised = capitalised
        self._as_written = as_written

    def decided(self, surface: str) -> str:
        """Tell what decides on a form's stem before the tables and the stemmer: `user`, `name` or nothing."""
        base = base_form(surface)
        if base in self._corrected:
            return "user"
        # Few words are ever written with a capital: nothing more to ask of the others.
        capitalised = self._capitalised(base)
        return "name" if capitalised and is_name(base, capitalised, self._as_written(base)) else ""

    def stem_of(self, surface: str, decided: str, plain: Callable[[str], str]) -> str:
        """Give a form's stem.

        Args:
            surface: the form.
            decided: what `decided` says of it.
            plain: gives the stem of a form of which it says nothing.
        """
        if not decided:
            return plain(surface)
        base = base_form(surface)
        if decided == "name":
            return base
        root = self._corrected[base]
        return root if self.decided(root) == "name" else corrected_stem(base, self._corrected)
