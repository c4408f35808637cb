"""What tests share: the default corpus, throw-away corpora, and an environment that holds nothing of the user's."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

# Speed is measured in `benchmarks/`: a busy machine fails no test. Whoever runs the tests searches on with examples of
# their own; CI tries the same ones each time, so that what it says of a change is said of that change.
settings.register_profile("carikm", deadline=None)
settings.register_profile("carikm-ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("carikm-ci" if os.environ.get("CI") else "carikm")

REPOSITORY = Path(__file__).parent.parent
SEEDS = REPOSITORY / "seeds"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CARIKM_CORPUS", "CARIKM_INDEX", "NO_COLOR", "PAGER", "LESS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def make_corpus(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Write files (relative path to content) into a corpus folder of its own and give the folder."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        folder = tmp_path / "arsip"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return make


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the five articles, to be read and never written."""
    from carikm import build_index

    folder = tmp_path_factory.mktemp("seeds-index")
    build_index(SEEDS, folder)
    return folder
