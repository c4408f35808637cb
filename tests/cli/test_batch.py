"""Many queries at once: the same answers as one by one, in three formats, whatever stands in the file."""

import csv
import io
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

import carikm
from carikm.errors import QueryError, UsageError
from tests.cli.harness import PATIENCE, Desk
from tests.conftest import SEEDS

QUERIES = {"a": "sentra logam", "b": "industri semarang", "c": "zzzz", "d": "kunjungan DPRD"}


@pytest.fixture
def batch(tmp_path: Path, seeds_desk: Desk) -> Desk:
    """The five articles' index, and a file of queries."""
    desk = Desk(tmp_path, {name: seeds_desk.variables[name] for name in ("CARIKM_CORPUS", "CARIKM_INDEX")})
    lines = (json.dumps({"qid": qid, "query": query}) + "\n" for qid, query in QUERIES.items())
    desk.write({"kueri.jsonl": "".join(lines)})
    return desk


OPTIONS: list[list[str]] = [
    [],
    ["-n", "3"],
    ["--by-article"],
    ["--boilerplate", "-n", "50"],
    ["--no-expand"],
    ["--since", "2020", "--until", "2021"],
    ["--since", "2020", "--undated"],
]


@pytest.mark.parametrize("options", OPTIONS)
def test_hits_are_those_of_a_search(batch: Desk, options: list[str]) -> None:
    found = batch.call("batch", "kueri.jsonl", *options).expect(0)
    expected = []
    for qid, query in QUERIES.items():
        for hit in batch.call("search", query, "--jsonl", *options).documents():
            expected.append({**hit, "schema": "carikm.batch-hit/1", "qid": qid, "query": query})
    assert found.documents() == expected
    answered = {hit["qid"] for hit in expected}
    nothing = [qid for qid in QUERIES if qid not in answered]
    assert found.err == f"{len(nothing)} of 4 queries found nothing: {', '.join(nothing)}\n"


@pytest.mark.parametrize("options", [option for option in OPTIONS if "--by-article" not in option])
def test_a_run_ranks_articles_by_their_best_chunk(batch: Desk, options: list[str]) -> None:
    run = batch.call("batch", "kueri.jsonl", "--format", "trec", *options).expect(0)
    rows = [line.split() for line in run.out.splitlines()]
    expected = []
    for qid, query in QUERIES.items():
        limit = [] if "-n" in options else ["-n", "100"]
        for hit in batch.call("search", query, "--jsonl", "--by-article", *limit, *options).documents():
            expected.append((qid, "Q0", hit["article"]["id"], str(hit["rank"]), "carikm"))
            row = next(row for row in rows if row[0] == qid and row[2] == hit["article"]["id"])
            assert float(row[4]) == pytest.approx(hit["score"], rel=1e-6)
    assert [(*row[:4], row[5]) for row in rows] == expected and rows


def test_a_table_has_the_same_hits(batch: Desk) -> None:
    rows = list(csv.DictReader(io.StringIO(batch.call("batch", "kueri.jsonl", "--format", "csv").expect(0).out)))
    hits = batch.call("batch", "kueri.jsonl").documents()
    assert len(rows) == len(hits)
    for row, hit in zip(rows, hits, strict=True):
        article = hit["article"]
        assert row["query"] == QUERIES[row["qid"]] and row["qid"] == hit["qid"]
        assert (int(row["rank"]), float(row["score"]), row["ref"]) == (hit["rank"], hit["score"], hit["ref"])
        assert (row["article"], row["path"], row["title"]) == (article["id"], article["path"], article["title"])
        assert (row["outlet"], row["date"]) == (article["outlet"] or "", article["date"] or "")
        assert row["date_certainty"] == (article["date_certainty"] or "")
        assert int(row["line"]) == hit["line"]
        assert row["snippet"] and hit["chunk"]["line_start"] <= int(row["line"]) <= hit["chunk"]["line_end"]
        assert set(row["snippet"].split()) <= set(hit["chunk"]["text"].split())


def test_standard_input(batch: Desk) -> None:
    lines = b"qid\tquery\nx\tsentra logam\n"
    with batch.start("batch", "-", "--format", "trec", stdin=subprocess.PIPE) as process:
        out, err = process.communicate(lines, timeout=PATIENCE)
    assert process.returncode == 0 and err == b"" and out.startswith(b"x Q0 003_43943d992f4a7b6d 1 ")


@pytest.mark.parametrize("format", ["jsonl", "csv", "trec"])
def test_bad_lines_are_named_and_the_rest_is_answered(batch: Desk, format: str) -> None:
    batch.write({"campur": b'{"query": "sentra logam"}\n{"query"\n{"query": "..."}\n\xff\n{"query": "logam"}\n'})
    run = batch.call("batch", "campur", "--format", format).expect(2)
    run.says("campur:2: broken JSON", "campur:3: The query '...' has no", "campur:4: it is not UTF-8")
    run.says("3 lines were left out.")
    both = batch.call("batch", "-n", "1", "campur").documents()
    assert [document["qid"] for document in both] == ["1", "5"]


def test_exit_codes(batch: Desk) -> None:
    batch.write({"nihil.txt": "zzzz\n", "buruk.txt": "zzzz\n...\n"})
    run = batch.call("batch", "nihil.txt").expect(1).says("1 of 1 query found nothing: 1")
    assert run.output == b""
    for file, text in (("kosong.txt", ""), ("baris.txt", "\n  \n"), ("kepala.csv", "qid,query\n")):
        batch.write({file: text})
        run = batch.call("batch", file).expect(1).says(f"No query in {file}; a line for each was expected")
        assert run.output == b"" and run.err.count("\n") == 1
    batch.call("batch", "buruk.txt").expect(2).says("1 line was left out")
    batch.call("batch", "tiada.txt").expect(2).says("tiada.txt cannot be read: no such file")
    batch.call("batch", "kueri.jsonl", "-n", "0").expect(2).says("The limit is 0, and has to be at least 1.")
    batch.call("batch", "kueri.jsonl", "--input-format", "csv").expect(2).says("has no column `query`")


def test_a_file_appears_when_it_is_whole(batch: Desk) -> None:
    shown = batch.call("batch", "kueri.jsonl").expect(0)
    assert batch.call("batch", "kueri.jsonl", "-o", "hasil.jsonl").expect(0).output == b""
    result = batch.folder / "hasil.jsonl"
    assert result.read_bytes() == shown.output
    batch.write({"salah.csv": "a,b\n"})
    batch.call("batch", "salah.csv", "-o", "hasil.jsonl").expect(2)
    assert result.read_bytes() == shown.output
    (batch.folder / "tautan.jsonl").symlink_to("hasil.jsonl")
    batch.call("batch", "kueri.jsonl", "-n", "1", "-o", "tautan.jsonl").expect(0)
    assert (batch.folder / "tautan.jsonl").is_symlink() and result.read_bytes() != shown.output
    assert sorted(path.name for path in batch.folder.iterdir()) == [
        "hasil.jsonl",
        "kueri.jsonl",
        "salah.csv",
        "tautan.jsonl",
    ]


def test_a_file_that_cannot_be_written(batch: Desk) -> None:
    before = (batch.folder / "kueri.jsonl").read_bytes()
    batch.call("batch", "kueri.jsonl", "-o", "./kueri.jsonl").expect(2).says("has the queries", "-o FILE")
    assert (batch.folder / "kueri.jsonl").read_bytes() == before
    batch.call("batch", "kueri.jsonl", "-o", "tiada/hasil.jsonl").expect(2).says("cannot be written: no such file")
    batch.call("batch", "kueri.jsonl", "-o", ".").expect(2).says("cannot be written: is a directory")


def _streaming(desk: Desk, *options: str) -> "subprocess.Popen[bytes]":
    """Start a batch that reads a pipe, give it a query, and wait until it is at work."""
    process = desk.start("batch", "-", *options, stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(b"sentra logam\n" * 2000)
    process.stdin.flush()
    return process


def test_an_interrupt_leaves_the_old_file(batch: Desk) -> None:
    batch.write({"hasil.jsonl": "lama\n"})
    with _streaming(batch, "-o", "hasil.jsonl") as process:
        deadline = time.monotonic() + PATIENCE
        while not list(batch.folder.glob(".hasil.jsonl.*")) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and b"Interrupted" in err and b"Traceback" not in err
    assert (batch.folder / "hasil.jsonl").read_text() == "lama\n"
    assert not list(batch.folder.glob(".hasil*"))


def test_a_reader_that_has_seen_enough(batch: Desk) -> None:
    with _streaming(batch) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith(b'{"schema": "carikm.batch-hit/1"')
        process.stdout.close()
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == b""


def test_messages_on_a_terminal_and_answers_in_a_file(batch: Desk) -> None:
    batch.write({"banyak.txt": "industri semarang\n...\n" * 3})
    run = batch.terminal("batch", "banyak.txt", "-o", "hasil.jsonl").expect(2)
    assert "banyak.txt:4: The query '...'" in run.plain and "3 lines were left out." in run.plain
    assert len((batch.folder / "hasil.jsonl").read_text().splitlines()) == 30


def test_hostile_text_in_every_format(hostile_desk: Desk, tmp_path: Path) -> None:
    queries = tmp_path / "kueri \x1b[31m.tsv"
    queries.write_bytes(b"qid\tquery\nq\x1b[31m 1\tkarung\n\xe2\x80\xae2\tjembatan\n3\t\x1b[31m...\x9b\n")
    for format in ("jsonl", "csv", "trec"):
        run = hostile_desk.call("batch", str(queries), "--format", format).expect(2)
        for text in (run.out, run.err):
            assert not [char for char in text.replace("\n", "") if ord(char) < 32 or 0x7F <= ord(char) < 0xA0]
            assert not set(text) & set("\u2028\u2029\u202e\u2066\u2069\u200f\u061c")
        if format == "trec":
            assert [len(line.split()) for line in run.out.splitlines()] == [6, 6]


def test_no_cell_is_a_formula(desk: Desk) -> None:
    desk.write({"arsip/=1+1.txt": "=HYPERLINK(padi)\n\n- Padi menguning di sawah.\n", "kueri.txt": "padi\n"})
    run = desk.call("batch", "kueri.txt", "--format", "csv", "--corpus", "arsip").expect(0)
    (row,) = csv.DictReader(io.StringIO(run.out))
    assert [value for value in row.values() if value.startswith(("=", "+", "-", "@"))] == []
    assert row["article"] == "'=1+1"


def test_a_stale_index_is_named_once(archive: Desk) -> None:
    archive.write({"arsip/baru.txt": "Sawah baru.\n", "kueri.txt": "kopi\nperahu\n"})
    for format in ("jsonl", "trec"):
        run = archive.call("batch", "kueri.txt", "--format", format).expect(0)
        assert run.err.count("The index is stale: 1 file differs") == 1


@pytest.mark.parametrize("every", [carikm.find_all, carikm.rank_all])
def test_texts_are_no_pairs(seeds_index: Path, every: Any) -> None:
    """A text of two letters would pass for a key and a query."""
    with pytest.raises(UsageError, match="'JK' is a text"):
        list(every(["JK"], SEEDS, seeds_index))


def test_the_library_answers_lazily_and_goes_on(seeds_index: Path) -> None:
    taken: list[str] = []

    def queries() -> Any:
        for text in ("sentra logam", "...", "industri"):
            taken.append(text)
            yield text.upper(), text

    found = carikm.find_all(queries(), SEEDS, seeds_index, limit=2)
    key, first = next(found)
    assert taken == ["sentra logam"] and key == "SENTRA LOGAM"
    assert first == carikm.find("sentra logam", SEEDS, seeds_index, limit=2)
    (_, refused), (_, last) = found
    assert isinstance(refused, QueryError) and not isinstance(last, QueryError) and len(last.result.hits) == 2
    ((_, ranking),) = carikm.rank_all([(1, "industri")], SEEDS, seeds_index)
    assert not isinstance(ranking, QueryError)
    by_article = carikm.find("industri", SEEDS, seeds_index, limit=100, by_article=True).result.hits
    assert [(one.rank, one.score, one.article) for one in ranking.articles] == [
        (hit.rank, hit.score, hit.article) for hit in by_article
    ]


def test_a_pipe_is_answered_as_it_comes(batch: Desk) -> None:
    reader, writer = os.pipe()
    with batch.start("batch", "-", "-n", "1", stdin=reader, env=batch.variables | {"PYTHONUNBUFFERED": "1"}) as process:
        os.close(reader)
        assert process.stdout is not None
        with os.fdopen(writer, "wb", buffering=0) as queries:
            for query in (b"sentra logam\n", b"industri\n"):
                queries.write(query)
                assert process.stdout.readline().startswith(b'{"schema"')
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_hits_of_two_queries_of_one_qid_are_told_of(batch: Desk, format: str) -> None:
    batch.write({"dua.csv": "qid,query\nq1,logam\nq2,sentra\nq1,industri\n"})
    run = batch.call("batch", "dua.csv", "--format", format).expect(0)
    assert run.err == "dua.csv:4: another query has the qid 'q1', too.\n"


def test_a_run_has_each_qid_once(seeds_desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text("qid,query\n1,logam\n2,industri\n1,sentra\n", encoding="utf-8")
    run = seeds_desk.call("batch", str(tmp_path / "q.csv"), "--format", "trec").expect(2)
    run.says("q.csv:4: another query has the qid '1'", "1 line was left out")
    assert {line.split()[0] for line in run.out.splitlines()} == {"1", "2"}
    seeds_desk.call("batch", str(tmp_path / "q.csv")).expect(0)


def test_what_was_read_otherwise_is_said_for_a_few_lines(seeds_desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text('logam "\n' * 8, encoding="utf-8")
    run = seeds_desk.call("batch", str(tmp_path / "q.txt")).expect(0)
    run.says("q.txt:1: This quote is not closed; the query was taken as words.", "and 3 more such notes.")
