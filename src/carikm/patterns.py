"""Regular expressions that are compiled when they are first used.

What reads an article knows some sixty, and most articles have nothing that any one of two thirds of them is tried on.
To compile them all took a tenth of the time in which one article is brought up to date.
"""

import re
from typing import Any, cast

_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")


def pattern(regex: str, flags: int = 0) -> re.Pattern[str]:
    """Give a regular expression as `re.compile` does; that it is none is told when it is first used."""
    return cast("re.Pattern[str]", LatePattern(regex, flags))


class LatePattern:
    """A regular expression; its methods are those of what it is compiled to."""

    def __init__(self, regex: str, flags: int) -> None:
        self.pattern = regex
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # whoever copies it asks for these
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        self.__dict__ |= {method: getattr(compiled, method) for method in _METHODS}
        return getattr(compiled, name)
