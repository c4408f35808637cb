"""The stem of each surface form of an archive: by the user's corrections, by its names, else by tables and stemmer."""

from collections.abc import Mapping

from carikm.analysis.names import is_name
from carikm.analysis.stems import base_form, corrected_stem


class Stems:
    """Decides on stems, given how an archive writes its words."""

    def __init__(self, corrected: Mapping[str, str], capitalised: Mapping[str, int], as_written: Mapping[str, int]):
        """Take what decides.

        Args:
            corrected: words and the word whose stem they take, themselves where they are never to be stemmed.
            capitalised: how often words stand in mid-sentence with a capital, by their lower-case forms.
            as_written: how often a token is just that form.
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
        capitalised = self._capitalised.get(base, 0)
        return "name" if capitalised and is_name(base, capitalised, self._as_written.get(base, 0)) else ""

    def stem_of(self, surface: str, decided: str, plain: Mapping[str, str]) -> str:
        """Give a form's stem.

        Args:
            surface: the form.
            decided: what `decided` says of it.
            plain: the stems of forms of which it says nothing.
        """
        if not decided:
            return plain[surface]
        base = base_form(surface)
        if decided == "name":
            return base
        root = self._corrected[base]
        return root if self.decided(root) == "name" else corrected_stem(base, self._corrected)
