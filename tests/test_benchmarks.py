"""The benchmarks run, on an archive that is as small as can be, and are made of what they say."""

import json
import os
import re
import runpy
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.table import Table

import growth
import hidden_passages
import speed
import suggestions
from archives import article, text_source, write_archive
from carikm.corpus.article import parse_article
from carikm.corpus.files import SourceFile, scan
from carikm.search import levels
from carikm_run import figure, write_run
from collection import Collection
from growth import growth_table, slope
from measuring import Failed, Usage, machine, run
from speed import unlike
from tables import indexing_table, new_console, ratios, searching_table, spread
from tests.conftest import REPOSITORY, SEEDS
from trials import CARIKM, PEERS, Figures, System, overlap
from units import another_article, article_of, draw_queries, write_units

BENCHMARKS = REPOSITORY / "benchmarks"
MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]


def _is_installed(package: str) -> bool:
    return find_spec(package.replace("-", "_")) is not None


INSTALLED = [peer for peer in PEERS if _is_installed(peer.package)]
# All others need what carikm needs itself, or leave out what is missing.
_NEEDED = {"quality": ["ir-measures", "scipy"]}
PROGRAMS = [
    path.stem for path in sorted(BENCHMARKS.glob("*.py")) if all(map(_is_installed, _NEEDED.get(path.stem, [])))
]


def _benchmark(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=BENCHMARKS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.txt")}


def _table(lines: str | Table) -> dict[str, list[str]]:
    """Give the rows of a table by their first cells, the headings by theirs."""
    if isinstance(lines, Table):
        console = new_console()
        with console.capture() as written:
            console.print(lines)
        lines = written.get()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines.splitlines() if line[:1] == "|"]
    return {name: cells for name, *cells in rows}


def _cells(table: Table, row: str) -> dict[str, list[str]]:
    """Give the cells of a row by the headings of their columns, of which several may be the same."""
    rows = _table(table)
    cells: dict[str, list[str]] = {}
    for heading, cell in zip(rows[str(table.columns[0].header)], rows[row], strict=True):
        cells.setdefault(heading, []).append(cell)
    return cells


def test_in_ci_nothing_is_left_out() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = [re.split("[<>=]", named)[0] for named in project["optional-dependencies"]["benchmarks"]]
    missing = [package for package in packages if not _is_installed(package)]
    assert not (os.environ.get("CI") and missing), f"not installed: {missing}"
    assert {peer.package for peer in PEERS} <= {*packages, "rank-bm25", "sqlite3"}


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_can_be_loaded(name: str) -> None:
    import_module(name)


def test_every_system_is_compared_on_made_up_text(tmp_path: Path) -> None:
    record = tmp_path / "record.md"
    printed = _benchmark(
        *("speed.py", "--chunks", "100", "--runs", "1", "--queries", "2", "--record", str(record)),
        *("--systems", *(peer.name for peer in INSTALLED)),
    )
    rows = [line.split("|")[1].strip() for line in printed.splitlines() if line.startswith("|")]
    names = ["carikm", "trivial typer app", *(peer.name for peer in PEERS)]
    assert {name: rows.count(name) for name in names} == {
        "carikm": 2,
        "trivial typer app": 1,
        **{peer.name: 2 * (peer in INSTALLED) for peer in PEERS},
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
    printed = _benchmark("growth.py", "--sizes", "40", "80", "--queries", "1")
    assert "100,000,000" in printed


def test_queries_of_the_language_are_measured(tmp_path: Path) -> None:
    printed = _benchmark("language.py", str(SEEDS), "--queries", "1", "--record", str(tmp_path / "record.md"))
    rows = _table(printed)
    assert float(rows["a b"][-1]) > 0
    assert {'"a b c"', "a AND b", "a AND b --by-article"} < rows.keys()


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


def test_memory_of_one_process_is_what_it_used_at_most() -> None:
    used = run([sys.executable, "-c", "len(bytes([1]) * 60_000_000)"])
    assert 60e6 < used.memory < 110e6


@pytest.mark.parametrize(("platform", "unit"), [("linux", 1024), ("darwin", 1)])
def test_the_systems_unit_of_memory_is_known(monkeypatch: pytest.MonkeyPatch, platform: str, unit: int) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert runpy.run_path(str(BENCHMARKS / "launch.py"))["_MAXRSS_BYTES"] == unit


def test_a_machine_is_named_on_any_system(monkeypatch: pytest.MonkeyPatch) -> None:
    named = re.compile(r"\d+ cores of \S.*, Python \d+\.\d+\.\d+\S*, typer \d+\.\d+\S*")
    assert named.fullmatch(machine())
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert named.fullmatch(machine())


PATHS = SimpleNamespace(paths=["a.txt", "b.txt", "c.txt", "d.txt"])


@pytest.mark.parametrize(
    ("ours", "theirs", "share"),
    [
        ([["a.txt:0", "b.txt:1"]], [["1:4", "0:2"]], 1.0),
        ([["a.txt:0", "b.txt:1"]], [["0:0", "2:0"]], 0.5),
        ([["a.txt:0", "b.txt:1"]], [["2:0", "3:1"]], 0.0),
        ([["a.txt:0"]], [["3:0", "2:0", "0:0"]], 1.0),
        ([["a.txt:0"]], [[]], 0.0),
        ([["a.txt:0"], [], ["b.txt:0"]], [["0:0"], [], ["3:0"]], 0.5),
        ([[]], [[]], 0.0),
    ],
)
def test_the_overlap_is_the_share_of_the_same_articles(
    ours: list[list[str]], theirs: list[list[str]], share: float
) -> None:
    assert overlap(PATHS, Figures(found=ours), Figures(found=theirs)) == share  # type: ignore[arg-type]


def test_systems_with_stems_that_find_other_articles_are_named() -> None:
    same, other = Figures(found=[["0:0"]]), Figures(found=[["1:0"]])
    found = {"rank-bm25": other, "tantivy": same, "unstemmed-fts5": other}
    measured = {CARIKM: Figures(found=[["a.txt:0"]])} | {peer: found[peer.name] for peer in PEERS if peer.name in found}
    (line,) = unlike(PATHS, "arsip", measured)  # type: ignore[arg-type]
    assert line.startswith("rank-bm25 finds other articles in arsip than carikm: 0.00")


def test_figures_are_medians_with_the_least_and_the_most() -> None:
    assert spread([3.0, 1.0, 8.0], 1, " s") == "3.0 s (1.0–8.0)"
    assert spread([2.0]) == "2.0"
    assert spread([]) == "–"
    assert ratios([2.0, 3.0, 9.0], [1.0, 1.0, 2.0]) == "3.00 (2.00–4.50)"
    assert ratios([1.0], [4.0]) == "0.25"


def _uses(*walls: float) -> list[Usage]:
    return [Usage(wall, 2 * wall, int(wall * 1e8)) for wall in walls]


def _measured() -> dict[System, Figures]:
    ours = Figures(_uses(3, 6), 300, _uses(0.1, 0.2, 0.3), [10.0, 20.0], [["a.txt:0"]], [30.0])
    ours.adding, ours.adding_by_name = _uses(0.4, 0.8), _uses(0.2, 0.3)
    theirs = Figures(_uses(2, 2), 100, _uses(0.2, 0.2, 0.2), [20.0, 20.0], [["0:0"]], [], _uses(0.1, 0.1))
    rebuilt = Figures(_uses(6, 6), 100, _uses(0.2, 0.2, 0.2), [20.0, 20.0], [["0:0"]])
    others = {peer.name: peer for peer in PEERS}
    return {CARIKM: ours, others["tantivy"]: theirs, others["bm25s"]: rebuilt}


def test_indexing_is_compared_round_by_round() -> None:
    table = indexing_table(SimpleNamespace(text_bytes=200), _measured())  # type: ignore[arg-type]
    ours, theirs, rebuilt = (_cells(table, name) for name in ("carikm", "tantivy", "bm25s"))
    assert ours["index"] == ["4.5 s (3.0–6.0)"]
    assert ours["index ÷ text"] == ["1.50"]
    assert ours["carikm ÷ it"] == [""] * 4
    assert theirs["carikm ÷ it"] == [*["2.25 (1.50–3.00)"] * 3, "6.00 (4.00–8.00)"]
    assert theirs["by its name ÷ it"] == ["2.50 (2.00–3.00)"]
    assert (rebuilt["one article more"], rebuilt["carikm ÷ it"][3]) == (["built anew"], "")


def test_searching_is_compared_query_by_query() -> None:
    room: Any = SimpleNamespace(cold_queries=["satu", "dua tiga", "empat lima enam"], paths=PATHS.paths)
    table = searching_table(room, _measured(), {"trivial typer app": _uses(0.5, 0.1, 0.1)})
    ours, theirs = _cells(table, "carikm"), _cells(table, "tantivy")
    assert ours["cold, 2–3 words"] == ["250 ms (200–300)"]
    assert ours["÷ typer app"] == ["2.50 (2.00–3.00)"]
    assert ours["all: 95 %"] == ["290 ms"]
    assert ours["÷ app's median"] == ["2.90"]
    assert theirs["carikm ÷ it"] == ["0.75 (0.50–1.00)"]
    assert theirs["overlap"] == ["1.00"]


def test_growth_has_the_spread_of_its_runs() -> None:
    def size(chunks: int, factor: float) -> Any:
        figures = Figures(_uses(factor, 3 * factor), 100, _uses(factor), [1 / factor] * 2, [], [1 / factor])
        figures.adding, figures.adding_by_name = _uses(factor), _uses(factor) if factor > 1 else []
        return growth.Size(chunks, SimpleNamespace(text_bytes=chunks * 10**5), figures)  # type: ignore[arg-type]

    table = growth_table([size(1_000_000, 1), size(10_000_000, 10)], Usage(0, 0, 0))
    rows = _table(table)
    assert rows["index time"] == ["2.0 s (1.0–3.0)", "20.0 s (10.0–30.0)", "1.00", "1.00", "20.0 s", "200.0 s"]
    assert rows["a query of carikm batch"][:3] == ["1,000.00 ms", "10,000.00 ms", "1.00"]
    assert rows["one article more, by name"] == ["–", "10.00 s", "", "", "", ""]


def _main(monkeypatch: pytest.MonkeyPatch, program: Any, *arguments: object) -> int:
    """Run a program here; give its exit code."""
    monkeypatch.setattr(sys, "argv", [f"{program.__name__}.py", *map(str, arguments)])
    try:
        return int(program.main() or 0)
    except SystemExit as left:
        assert isinstance(left.code, int)
        return left.code


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (None, "does not exist"),
        ({}, "has no article"),
        ({"a.md": "Sawah baru dibuka di lereng."}, "has no article"),
        ({"a.txt": b"\0\1"}, "0 queries"),
        ({"a.txt": "Satu dua."}, "1 article make 0 queries, and 2 are needed"),
    ],
)
def test_a_folder_that_cannot_be_measured_on_is_refused_in_a_line(
    make_corpus: MakeCorpus,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    files: Mapping[str, str | bytes] | None,
    says: str,
) -> None:
    folder = Path("/tiada") if files is None else make_corpus(files)
    assert _main(monkeypatch, speed, folder) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("speed.py: ") and says in line
    assert _main(monkeypatch, growth, folder, "--sizes", 40) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"growth.py: {folder} has no articles of which others could be made."


@pytest.mark.parametrize("option", ["--runs", "--queries", "--articles"])
def test_nothing_is_measured_less_than_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert _main(monkeypatch, speed, SEEDS, option, 0) == 2
    assert f"argument {option}: 0 was asked for; it is at least 1" in capsys.readouterr().err


class _Stubborn(System):
    """A system that answers, and finds nothing."""

    def command(self, *arguments: object) -> list[str]:
        told = {"answered": 1, "seconds": 1.0, "found": [[]]}
        return [sys.executable, "-c", f"print({json.dumps(told)!r})", *map(str, arguments)]


def test_systems_that_find_other_things_are_no_comparison(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(speed, "PEERS", (_Stubborn("fts5", "sqlite3"),))
    arguments = (SEEDS, "--articles", 3, "--runs", 1, "--queries", 1)
    assert _main(monkeypatch, speed, *arguments) == 1
    assert "fts5 finds other articles in seeds than carikm: 0.00 of them are the same." in capsys.readouterr().out


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """Five articles, and two queries that one of them answers each."""
    made = Collection(tmp_path / "koleksi")
    made.corpus.mkdir(parents=True)
    for name, text in {
        "kopi": "Panen kopi di lereng naik tahun ini\nPetani memetik buah kopi merah sejak awal musim.",
        "perahu": "Nelayan memperbaiki perahu\nBelasan perahu kayu ditarik ke darat untuk dicat ulang.",
        "pasar": "Pasar malam dibuka kembali\nPedagang menjajakan gulali dan jagung bakar.",
        "jembatan": "Warga membangun jembatan bambu\nMereka bergotong royong sejak pagi.",
        "sawah": "Sawah baru dibuka di lereng\nAir dialirkan dari mata air di atas desa.",
    }.items():
        (made.corpus / f"{name}.txt").write_text(text + "\n")
    queries = [{"qid": "q1", "query": "pemetikan kopi"}, {"qid": "q2", "query": "pengecatan perahu"}]
    made.queries_file.write_text("".join(json.dumps(query) + "\n" for query in queries))
    made.relevance_file.write_text("q1\tkopi\t1\nq1\tpasar\t0\nq2\tperahu\t1\n")
    return made


def _first(run: Path) -> list[str]:
    """Give what a run has in the first places."""
    lines = [line.split() for line in run.read_text(encoding="utf-8").splitlines()]
    return [name for _, _, name, rank, *_ in lines if rank == "1"]


def test_rankers_are_run_and_measured(collection: Collection, tmp_path: Path) -> None:
    folder = str(collection.corpus.parent)
    _benchmark("baselines.py", "--runs", str(tmp_path / "runs"), folder)
    best = {path.parent.name: _first(path) for path in (tmp_path / "runs").glob("*/koleksi.trec")}
    rankers = ["okapi", "paragraphs", "fts5-stems", "fts5", *filter(_is_installed, ["bm25s", "tantivy"])]
    assert best == {ranker: ["kopi", "perahu"] for ranker in rankers}
    if "quality" in PROGRAMS:
        told = _benchmark("quality.py", "--baseline", str(tmp_path / "runs" / "okapi"), folder)
        assert re.match(r"koleksi +nDCG@10 1\.0000  \(\+0\.0000 p 1\.0000\)  R@100 1\.0000", told)


def test_a_figure_that_is_set_holds_for_all_queries_and_for_them_alone(collection: Collection, tmp_path: Path) -> None:
    before = levels.CHUNK_WEIGHT
    at_once = figure("carikm.cli.batch:_ALONE=-1")  # queries would be dealt out to other processes
    scores = []
    for weight in (1, 0):
        run = tmp_path / "run.trec"
        write_run(
            collection, run, expanded=True, figures=[at_once, figure(f"carikm.search.levels:CHUNK_WEIGHT={weight}")]
        )
        scores.append([float(line.split()[4]) for line in run.read_text(encoding="utf-8").splitlines()])
    assert scores[0] and all(with_chunks > without for with_chunks, without in zip(*scores, strict=True))
    assert before == levels.CHUNK_WEIGHT


@pytest.mark.parametrize(
    "assignment", ["carikm.search.ranking:TIADA=1", "carikm.tiada:X=1", "carikm.search.levels:CHUNK_WEIGHT=x"]
)
def test_a_figure_that_is_none_is_refused(assignment: str) -> None:
    with pytest.raises(ValueError):
        figure(assignment)


def test_passages_are_hidden_in_articles(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Collection(tmp_path / "tersembunyi")
    arguments = (collection.corpus.parent, SEEDS, made.corpus.parent, "--articles", 4)
    assert _main(monkeypatch, hidden_passages, *arguments) == 0
    texts = dict(made.articles())
    assert len(texts) == 4
    assert [*made.queries()] == [*collection.queries()]
    for query, word in (("q1", "Petani memetik"), ("q2", "Belasan perahu")):
        (name,) = made.relevance()[query]
        assert [place for place, text in texts.items() if word in text] == [name]


def test_suggestions_are_measured(
    seeds_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _main(monkeypatch, suggestions, seeds_index, "--archive", "seeds") == 0
    queries = suggestions.read_queries(suggestions.QUERIES, "seeds")
    assert f"{len(queries)} queries: the first suggestion returns something for" in capsys.readouterr().out


def test_a_slope_is_the_exponent() -> None:
    assert slope([(10, 7.0), (100, 70.0), (1000, 700.0)]) == pytest.approx(1)
    assert slope([(10, 3.0), (1000, 30.0)]) == pytest.approx(0.5)
