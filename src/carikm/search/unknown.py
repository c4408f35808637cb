"""What a search cannot know of articles that do not say when, or in which outlet, they appeared."""

from collections.abc import Set


class Unknown:
    """The texts that a query would match if it were known of what day, or of which outlet, they are."""

    def __init__(self) -> None:
        self.undated: set[int] = set()
        self.sourceless: set[int] = set()

    def add(self, other: "Unknown", matched: Set[int]) -> None:
        """Take over what another part has, but for what matches all the same."""
        self.undated |= other.undated - matched
        self.sourceless |= other.sourceless - matched
