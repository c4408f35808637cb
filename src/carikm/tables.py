"""The tables that lie beside the modules: lines of words, parted by tabs where a line has several."""

from collections.abc import Iterator
from pathlib import Path


def table_rows(module: str, name: str) -> Iterator[list[str]]:
    """Read a table's rows; blank lines and those that begin with # are none.

    Not by importlib.resources, which takes ten times as long as the reading, and many searches read one.

    Args:
        module: the `__file__` of the module that it lies beside.
        name: its name.
    """
    for row in Path(module).with_name(name).read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            yield row.split("\t")
