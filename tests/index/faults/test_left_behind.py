"""What a killed update leaves, where it cannot be taken back."""

from pathlib import Path

import apsw
import pytest

import carikm
import carikm.index.build as build_module
from carikm.errors import IndexMissing, IndexNotWritable
from carikm.index.format import INDEX_FILE, JOURNAL
from carikm.index.reader import IndexReader
from tests.index.faults.archive import write_archive


def leave_half_an_update(index: Path) -> None:
    """Leave an index as an update does that is killed while it writes."""
    with IndexReader(index, to_write=True) as update:
        update.connection.execute("UPDATE chunks SET number = number + 100")
        update.connection.cache_flush()
        half = {name: (index / name).read_bytes() for name in (INDEX_FILE, JOURNAL)}
    for name, content in half.items():
        (index / name).write_bytes(content)


def test_a_build_that_ends_before_it_is_published_leaves_no_mixture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal must go before the new file comes, and without it the old one is nothing to be read."""
    corpus, index = tmp_path / "arsip", tmp_path / "index"
    write_archive(corpus)
    carikm.build_index(corpus, index, jobs=1)
    leave_half_an_update(index)

    def refuse(*_: object) -> None:
        raise apsw.IOError("disk I/O error")

    def end(*_: object) -> None:
        raise OSError("the end")

    with monkeypatch.context() as patched:
        patched.setattr(build_module, "undo_unfinished", refuse)
        patched.setattr(Path, "replace", end)
        with pytest.raises(IndexNotWritable):
            carikm.build_index(corpus, index, rebuild=True, jobs=1)
    with pytest.raises(IndexMissing):
        IndexReader(index)
    carikm.build_index(corpus, index, jobs=1)
    with IndexReader(index) as reader, reader.snapshot():
        assert {chunk.number for chunk in reader.chunks_of(0)} <= {1, 2, 3, 4}
