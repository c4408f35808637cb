"""Indexes of each format there has been, as they were built of `seeds/` beside them: read, or refused with what helps.

Each lies in `frozen/` as `carikm index seeds --index index` of its time wrote it, compressed by xz.
"""

import lzma
import shutil
from pathlib import Path

import pytest

import carikm
from carikm.errors import IndexFormat
from carikm.index.format import FORMAT_VERSION, INDEX_FILE
from carikm.index.reader import IndexReader
from tests.cli.harness import Desk
from tests.conftest import SEEDS
from tests.index.contents import contents

_FROZEN = Path(__file__).parent / "frozen"
_FORMATS = range(1, FORMAT_VERSION + 1)


@pytest.fixture(params=_FORMATS)
def frozen(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[int, Path]:
    """A format, and a folder with `seeds/` and its index of that format."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    (tmp_path / "index").mkdir()
    packed = (_FROZEN / f"format-{request.param}.db.xz").read_bytes()
    (tmp_path / "index" / INDEX_FILE).write_bytes(lzma.decompress(packed))
    return request.param, tmp_path


def test_an_older_index_is_refused_and_the_present_one_is_not(frozen: tuple[int, Path]) -> None:
    version, folder = frozen
    try:
        found = carikm.find("sentra logam", folder / "seeds", folder / "index").result
    except IndexFormat as error:
        assert version < FORMAT_VERSION or "other rules" in error.message
        assert f"format {version};" in error.message or version == FORMAT_VERSION
        assert error.hint == f"Build it anew: carikm index --rebuild --index {folder / 'index'}"
    else:
        assert version == FORMAT_VERSION
        assert found.hits[0].article.path.startswith("003_")
        with IndexReader(folder / "index") as reader:
            assert len(reader.articles()) == 5


@pytest.mark.parametrize("command", [["index"], ["index", "--rebuild"]])
def test_a_plain_index_command_brings_it_up_to_date(frozen: tuple[int, Path], command: list[str]) -> None:
    version, folder = frozen
    run = Desk(folder).call(*command).expect(0)
    if version < FORMAT_VERSION and command == ["index"]:
        run.says(f"has format {version}; this carikm reads format {FORMAT_VERSION}. Building it anew.")
    carikm.build_index(folder / "seeds", folder / "fresh")
    assert contents(folder / "index") == contents(folder / "fresh")
