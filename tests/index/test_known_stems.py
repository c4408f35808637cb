"""Known stems: they come back as they were, or not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carikm.analysis.stems import stem
from carikm.analysis.tokens import normalize, raw_tokens
from carikm.index import known_stems
from carikm.index.build import build_index
from carikm.index.known_stems import STEMS_FILE, read_stems, write_stems
from carikm.index.reader import IndexReader

STEMS = {word: stem(word) for word in ("perindustrian", "industri", "kerja sama", "@jokowi", "3.178", "café", "الله")}


def test_stems_come_back(tmp_path: Path) -> None:
    write_stems(tmp_path, STEMS)
    assert read_stems(tmp_path) == STEMS
    assert STEMS["perindustrian"] == "industri"


@given(st.text(max_size=60))
def test_the_stems_of_any_words_come_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("index")
    stems = {surface: stem(surface) for surface in map(normalize, raw_tokens(text))}
    write_stems(folder, stems)
    assert read_stems(folder) == stems


def test_later_stems_take_the_place_of_earlier_ones(tmp_path: Path) -> None:
    write_stems(tmp_path, STEMS)
    write_stems(tmp_path, {"makanan": "makan"})
    assert read_stems(tmp_path) == {"makanan": "makan"}


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_build_takes_stems_from_there(tmp_path: Path, is_kept: bool) -> None:
    """Which is seen where they are not what the stemmer would say."""
    corpus, index = tmp_path / "arsip", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Pencatatan perahu dilakukan di muara.\n")
    build_index(corpus, index)
    known = read_stems(index)
    assert known["pencatatan"] == "catat"
    write_stems(index, known | {"pencatatan": "samaran"})
    if not is_kept:
        (index / STEMS_FILE).unlink()
    build_index(corpus, index, rebuild=True)
    with IndexReader(index) as reader:
        stems = {term.stem for term in reader.terms()}
    assert stems & {"catat", "samaran"} == ({"samaran"} if is_kept else {"catat"})


def test_a_folder_without_stems_knows_none(tmp_path: Path) -> None:
    assert read_stems(tmp_path) == {}
    assert read_stems(tmp_path / "none") == {}


@pytest.mark.parametrize("place", [0, 40, 70, -1])
def test_stems_that_were_altered_are_not_taken(tmp_path: Path, place: int) -> None:
    write_stems(tmp_path, STEMS)
    altered = bytearray((tmp_path / STEMS_FILE).read_bytes())
    altered[place] ^= 1
    (tmp_path / STEMS_FILE).write_bytes(altered)
    assert read_stems(tmp_path) == {}


@pytest.mark.parametrize("length", [0, 31, 64, 80])
def test_stems_that_were_cut_off_are_not_taken(tmp_path: Path, length: int) -> None:
    write_stems(tmp_path, STEMS)
    (tmp_path / STEMS_FILE).write_bytes((tmp_path / STEMS_FILE).read_bytes()[:length])
    assert read_stems(tmp_path) == {}


def test_stems_of_other_rules_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_stems(tmp_path, STEMS)
    monkeypatch.setattr(known_stems, "_rules", lambda: bytes(32))
    assert read_stems(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    write_stems(tmp_path / "none", STEMS)
    assert not (tmp_path / "none").exists()
