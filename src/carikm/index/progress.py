"""How a build tells of its progress."""

from typing import Protocol


class Progress(Protocol):
    """Is told how the work goes on: which stage, out of how many steps, and each step."""

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of `total` steps."""

    def advance(self, steps: int = 1) -> None:
        """Finish some steps."""

    def note(self, message: str) -> None:
        """Say something that the user should know."""


class NoProgress:
    """Says nothing."""

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of `total` steps."""

    def advance(self, steps: int = 1) -> None:
        """Finish some steps."""

    def note(self, message: str) -> None:
        """Say something that the user should know."""
