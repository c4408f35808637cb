"""Sketches on disk: they come back as they went, in whatever order they are asked for."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.index.building.sketch_file import SketchFile
from carikm.index.copies import Sketch

_SKETCHES = st.lists(st.builds(Sketch, st.binary(max_size=20), st.binary(max_size=20)), max_size=5)


@given(st.lists(_SKETCHES, max_size=4))
def test_sketches_come_back(batches: list[list[Sketch]]) -> None:
    written: list[Sketch] = []
    with TemporaryDirectory() as folder:
        sketches = SketchFile(Path(folder) / "sketches")
        for batch in batches:
            sketches.extend(batch)
            written += batch
            assert [sketches[place] for place in reversed(range(len(sketches)))] == written[::-1]
        assert list(sketches) == sketches[:] == written
        with pytest.raises(IndexError):
            sketches[len(written)]
        sketches.close()
