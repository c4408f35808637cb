"""The exit codes, the same for every command."""

from enum import IntEnum


class Exit(IntEnum):
    """What a finished command tells its caller."""

    FOUND = 0
    NOTHING = 1
    ERROR = 2
    INTERRUPTED = 130


class Interrupted(Exception):
    """The user, or the system, broke a command off; the text says what is there now, and what to type."""
