"""The benchmarks run, on an archive that is as small as can be, and are made of what they say."""

import subprocess
import sys
from pathlib import Path

import pytest

from archives import article, text_source, write_archive
from carikm.corpus.article import parse_article
from carikm.corpus.files import SourceFile, scan
from growth import slope
from measuring import Failed, run
from tests.conftest import REPOSITORY, SEEDS
from units import another_article, article_of, draw_queries, write_units

BENCHMARKS = REPOSITORY / "benchmarks"


def _benchmark(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=BENCHMARKS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.txt")}


def test_systems_are_compared_on_made_up_text(tmp_path: Path) -> None:
    record = tmp_path / "record.md"
    printed = _benchmark(
        *("speed.py", "--chunks", "300", "--runs", "1", "--queries", "3", "--systems", "rank-bm25", "fts5"),
        *("--record", str(record)),
    )
    rows = [line.split("|")[1].strip() for line in printed.splitlines() if line.startswith("|")]
    assert {name: rows.count(name) for name in ("carikm", "rank-bm25", "fts5", "trivial typer app", "tantivy")} == {
        "carikm": 2,
        "rank-bm25": 2,
        "fts5": 2,
        "trivial typer app": 1,
        "tantivy": 0,
    }
    assert record.read_text(encoding="utf-8").split() == printed.split()


def test_a_folder_is_compared_and_left_as_it_is(tmp_path: Path) -> None:
    before = _files(SEEDS)
    printed = _benchmark(
        *("speed.py", str(SEEDS), "--articles", "3", "--runs", "1", "--queries", "2", "--systems", "unstemmed-fts5"),
        *("--keep", str(tmp_path)),
    )
    assert "### seeds: 3 articles" in printed
    assert _files(SEEDS) == before
    (corpus,) = tmp_path.glob("*/corpus")
    assert len(_files(corpus)) == 3
    assert _files(corpus).items() <= before.items()


def test_growth_is_measured() -> None:
    printed = _benchmark("growth.py", "--sizes", "40", "80", "--queries", "2")
    assert "100,000,000" in printed


@pytest.mark.parametrize("of", [None, SEEDS])
def test_archives_are_the_same_whenever_they_are_made_and_begin_the_same(of: Path | None, tmp_path: Path) -> None:
    for name, chunks in (("small", 16), ("same", 16), ("large", 40)):
        write_archive(tmp_path / name, text_source(of), chunks)
    small, same, large = (_files(tmp_path / name) for name in ("small", "same", "large"))
    assert small == same
    assert small.items() < large.items()


@pytest.mark.parametrize("of", [None, SEEDS])
def test_each_paragraph_of_an_archive_is_a_chunk(of: Path | None) -> None:
    text = article(text_source(of), paragraphs=8)
    parsed = parse_article(SourceFile("a.txt", 0, 0), text.encode())
    assert len(parsed.chunks) == 8


def test_queries_are_of_words_that_stand_together(tmp_path: Path) -> None:
    write_archive(tmp_path / "corpus", text_source(None), 80)
    units = tmp_path / "units.tsv"
    write_units(tmp_path / "corpus", units)
    texts = [line.partition("\t")[2].lower().replace(".", "").split() for line in units.read_text().splitlines()]
    queries = draw_queries(units, 30)
    assert queries == draw_queries(units, 30)
    assert len(set(queries)) == 30
    assert {len(query.split()) for query in queries} == {1, 2, 3}
    for query in queries:
        assert any(set(query.split()) <= set(text) for text in texts), query


def test_units_name_their_article(tmp_path: Path) -> None:
    units = tmp_path / "units.tsv"
    write_units(SEEDS, units)
    ids = [line.partition("\t")[0] for line in units.read_text(encoding="utf-8").splitlines()]
    assert len(ids) == len(set(ids))
    assert {article_of(unit) for unit in ids} == {str(number) for number in range(len(scan(SEEDS).files))}
    assert another_article(units, 1) != another_article(units, 2)


def test_memory_is_that_of_all_processes_and_shared_pages_count_once() -> None:
    fork = "if os.fork() == 0: own = bytes([1]) * 40_000_000; time.sleep(1); os._exit(0)"
    program = f"import os, time\nshared = bytes([1]) * 60_000_000\nfor _ in range(2):\n    {fork}\nos.wait(), os.wait()"
    used = run([sys.executable, "-c", program], tree=True)
    assert 140e6 < used.memory < 200e6


def test_a_command_that_fails_is_no_figure() -> None:
    with pytest.raises(Failed, match="ended with 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"])
    assert run([sys.executable, "-c", "raise SystemExit(1)"], may_find_nothing=True).wall > 0


def test_a_slope_is_the_exponent() -> None:
    assert slope([(10, 7.0), (100, 70.0), (1000, 700.0)]) == pytest.approx(1)
    assert slope([(10, 3.0), (1000, 30.0)]) == pytest.approx(0.5)
