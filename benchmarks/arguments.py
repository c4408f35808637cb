"""What programs are told, and what they say where nothing can be done with it."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from carikm.errors import CarikmError
from measuring import Failed


class Unusable(Exception):
    """What was named cannot be measured on; the text says why."""


def at_least_one(text: str) -> int:
    """Read how often, or how much; to be given as the type of an argument."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} was asked for; it is at least 1")
    return number


@contextmanager
def refusing(parser: argparse.ArgumentParser) -> Iterator[None]:
    """End the program with a line and exit code 2 where what it was told is of no use."""
    try:
        yield
    except CarikmError as error:
        parser.exit(2, f"{parser.prog}: {error.message}\n")
    except (Unusable, Failed) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
