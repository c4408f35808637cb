"""The JSON contract: every document follows its schema, and says what is in the file."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from carikm import cli
from carikm.errors import CarikmError
from tests.cli.conftest import HOSTILE_NAME, INVALID_NAME
from tests.cli.harness import Desk, schema, validate
from tests.conftest import SEEDS

KINDS = [
    "search",
    "hit",
    "batch-hit",
    "similar",
    "likeness",
    "article",
    "chunk",
    "list",
    "listed",
    "stem",
    "word",
    "status",
    "doctor",
    "file",
    "boilerplate",
    "index",
    "error",
    "acronyms",
    "acronym",
    "verify",
    "verdict",
]


def _objects(node: Any) -> list[dict[str, Any]]:
    """Find every object that a schema describes."""
    if isinstance(node, list):
        return [found for item in node for found in _objects(item)]
    if not isinstance(node, dict):
        return []
    inside = [found for value in node.values() for found in _objects(value)]
    return [node, *inside] if node.get("type") == "object" else inside


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_strict(kind: str) -> None:
    found = schema(f"carikm.{kind}/1")
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["properties"]["schema"] == {
        "const": f"carikm.{kind}/1",
        "description": "The kind of this document and its version.",
    }
    assert found["title"] and found["description"]
    for part in _objects(found):
        assert "additionalProperties" in part
        optional = set(part.get("properties", ())) - set(part.get("required", ()))
        assert optional <= {"repaired_text", "highlights", "boilerplate", "position", "facets", "explanation"}


def test_every_document_has_its_schema() -> None:
    folder = Path(cli.__file__).parent / "schemas"
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"carikm.{kind}.1.json" for kind in KINDS)


def test_the_error_codes_are_those_of_the_errors() -> None:
    codes, pending = set(), [CarikmError]
    while pending:
        error = pending.pop()
        codes.add(error.code)
        pending += error.__subclasses__()
    assert set(schema("carikm.error/1")["properties"]["error"]["properties"]["code"]["enum"]) == codes


COMMANDS: list[tuple[list[str], str, str]] = [
    (["search", "sentra", "logam"], "search", "hit"),
    (["search", "industri", "--by-article", "--boilerplate", "-n", "50"], "search", "hit"),
    (["search", "industri", "perajin", "--explain"], "search", "hit"),
    (["search", "industri", "--since", "2017", "--until", "2022-12", "--undated"], "search", "hit"),
    (["show", "003"], "article", "chunk"),
    (["show", "003:5"], "article", "chunk"),
    (["show", "001", "--query", "industri"], "article", "chunk"),
    (["similar", "003"], "similar", "likeness"),
    (["similar", "003:5", "--since", "2017", "--undated", "-n", "2"], "similar", "likeness"),
    (["list"], "list", "listed"),
    (["stem", "perindustrian", "yang", "zzzz"], "stem", "word"),
    (["status"], "status", "file"),
    (["acronyms"], "acronyms", "acronym"),
    (["acronyms", "perindustrian"], "acronyms", "acronym"),
]


@pytest.mark.parametrize(("command", "whole", "line"), COMMANDS)
def test_commands(seeds_desk: Desk, command: list[str], whole: str, line: str) -> None:
    one = seeds_desk.call(*command, "--json").expect(0)
    assert one.document()["schema"] == f"carikm.{whole}/1"
    lines = seeds_desk.call(*command, "--jsonl").expect(0)
    assert {document["schema"] for document in lines.documents()} == {f"carikm.{line}/1"}
    assert one.err == lines.err == ("In no chunk: perajin\n" if "perajin" in command else "")


@pytest.mark.parametrize("command", [command for command, _, _ in COMMANDS])
def test_lines_are_the_parts_of_the_whole(seeds_desk: Desk, command: list[str]) -> None:
    whole = seeds_desk.call(*command, "--json").document()
    lines = seeds_desk.call(*command, "--jsonl").documents()
    parts = next(
        (whole[key] for key in ("hits", "chunks", "articles", "words", "acronyms") if isinstance(whole.get(key), list)),
        [],
    )
    for line in lines:
        del line["schema"]
        if command[0] == "show":
            assert (line.pop("article"), line.pop("path")) == (whole["id"], whole["path"])
    if command[0] == "status":
        assert len(lines) == whole["articles"]
    else:
        assert lines == parts and lines


def test_a_process_prints_one_object_and_nothing_else(seeds_desk: Desk) -> None:
    run = seeds_desk.run("search", "sentra logam", "--json").expect(0)
    assert run.output.count(b"\n") == 1 and run.output.endswith(b"}\n")
    found = run.document()
    assert (found["query"], found["terms"]) == ("sentra logam", ["sentra", "logam"])
    assert found["hits"][0]["article"] == {
        "id": "003_43943d992f4a7b6d",
        "path": "seeds/003_43943d992f4a7b6d.txt",
        "title": "Dewan Komisi B DPRD Kota Semarang mendukung kunjungan industri dan industri terbuka"
        " ke sentra-sentra IKM logam",
        "title_from": "headline",
        "outlet": "Sigi Jateng",
        "dateline": "Semarang",
        "author": None,
        "date": "2022-05-12",
        "date_certainty": "doubtful",
    }


def test_nothing_found_is_still_one_object(seeds_desk: Desk) -> None:
    run = seeds_desk.call("search", "zzzz", "--json").expect(1)
    assert run.document()["hits"] == []
    assert run.document()["total"] == 0
    assert seeds_desk.call("search", "zzzz", "--jsonl").expect(1).output == b""


def test_acronyms_are_those_of_the_files(seeds_desk: Desk) -> None:
    whole = seeds_desk.call("acronyms", "perindustrian", "--json").expect(0).document()
    (found,) = whole["acronyms"]
    assert (whole["word"], whole["total"], found["short"]) == ("perindustrian", 1, "Disperin")
    assert found["long"] == "Dinas Perindustrian"
    assert (len(found["refs"]), len({ref.partition(":")[0] for ref in found["refs"]})) == (
        found["chunks"],
        found["articles"],
    )
    for reference in found["refs"]:
        (chunk,) = seeds_desk.call("show", reference, "--json").expect(0).document()["chunks"]
        assert "Dinas Perindustrian (Disperin)" in chunk["text"]
    nothing = seeds_desk.call("acronyms", "zzzz", "--json").expect(1).document()
    assert (nothing["word"], nothing["total"], nothing["acronyms"]) == ("zzzz", 0, [])


def test_what_was_left_out_is_counted(archive: Desk) -> None:
    archive.write({"arsip/baru.txt": "Sawah baru dibuka di tepi sungai.\n"})
    left_out = archive.call("search", "kopi", "--json").expect(0).document()["left_out"]
    assert left_out == {
        "boilerplate": 0,
        "undated": 0,
        "sourceless": 0,
        "skipped_files": 0,
        "changed_files": 1,
        "corrections": {"words": [], "lines": [], "folders": []},
    }


def test_building_tells_what_it_did(desk: Desk) -> None:
    desk.write({"arsip/a.txt": "Padi menguning di sawah.\n", "arsip/kosong.txt": b""})
    for path in (*(desk.folder / "arsip").iterdir(), desk.folder / "arsip"):
        os.utime(path, (0, 0))  # else it makes a difference whether two seconds pass until the next scan
    first = desk.call("index", "arsip", "--json").expect(0).document()
    assert (first["updated"], first["read"], first["articles"]) == (True, 2, 1)
    assert first["skipped"] == [{"path": "arsip/kosong.txt", "reason": "empty file"}]
    assert first["bytes"] == (desk.folder / "index" / "carikm.db").stat().st_size
    second = desk.call("index", "arsip", "--json").expect(0).document()
    assert (second["updated"], second["chunks"]) == (False, None)
    assert second["skipped"] == first["skipped"]


def test_status_tells_every_file(archive: Desk) -> None:
    archive.write({"arsip/baru.txt": "Sawah baru.\n", "arsip/kopi.txt": "Kopi lain.\n"})
    (archive.folder / "arsip" / "perahu.txt").unlink()
    files = archive.call("status", "--jsonl").expect(0).documents()
    assert {file["path"]: file["state"] for file in files} == {
        "arsip/baru.txt": "added",
        "arsip/kopi.txt": "changed",
        "arsip/perahu.txt": "deleted",
    }
    status = archive.call("status", "--json").document()
    assert status["stale"] == {
        "added": ["arsip/baru.txt"],
        "changed": ["arsip/kopi.txt"],
        "deleted": ["arsip/perahu.txt"],
    }
    (archive.folder / "arsip").rename(archive.folder / "pindah")
    assert archive.call("status", "--json").expect(0).document()["stale"] is None


def test_words_without_an_index(desk: Desk) -> None:
    (word,) = desk.call("stem", "membangun", "--json").expect(0).document()["words"]
    assert (word["stem"], word["stop_word"], word["surface_chunks"], word["forms"]) == ("bangun", None, None, None)


ERRORS: list[tuple[list[str], str]] = [
    (["search", "..."], "query-empty"),
    (["show", "zzzz"], "article-unknown"),
    (["show", "00"], "article-ambiguous"),
    (["show", "003:99"], "chunk-unknown"),
    (["similar", "zzzz"], "article-unknown"),
    (["similar", "003", "--offset", "-1"], "usage"),
    (["list", "--index", "nowhere", "--corpus", "missing"], "corpus-missing"),
    (["status", "--index", "nowhere"], "index-missing"),
    (["index", "missing"], "corpus-missing"),
    (["search", "logam", "--corpus", "."], "index-foreign"),
    (["search", "logam", "--limit", "0"], "usage"),
    (["search", "logam", "--limit", "banyak"], "usage"),
    (["search", "logam", "--nonsense"], "usage"),
    (["search"], "usage"),
    (["nonsense"], "usage"),
    (["stem", "!!!"], "query-empty"),
    (["acronyms", "!!!"], "query-empty"),
    (["show", "003", "--raw"], "usage"),
]


@pytest.mark.parametrize("option", ["--json", "--jsonl"])
@pytest.mark.parametrize(("command", "code"), ERRORS)
def test_errors(seeds_desk: Desk, command: list[str], code: str, option: str) -> None:
    if command[0] == "index" and option == "--jsonl":
        code = "usage"  # it has one result only
    error = seeds_desk.call(*command, option).error()
    assert error["code"] == code
    assert error["hint"]


def test_both_formats_at_once(seeds_desk: Desk) -> None:
    for command in (["search", "logam"], ["show", "003"], ["list"], ["status"], ["stem", "logam"], ["acronyms"]):
        assert seeds_desk.call(*command, "--json", "--jsonl").error()["code"] == "usage"


def test_what_follows_two_dashes_is_no_option(seeds_desk: Desk) -> None:
    run = seeds_desk.call("search", "--", "--json", "...").expect(1)
    assert run.output == b"" and "'--json ...'" in run.err


def _checked_hits(desk: Desk, query: str, *options: str) -> list[Any]:
    """Search, and check every hit against its file."""
    hits = desk.call("search", query, "--json", "-n", "100", *options).expect(0).document()["hits"]
    for hit in hits:
        chunk, text = hit["chunk"], hit["chunk"]["text"]
        raw = (_corpus_parent(desk) / hit["article"]["path"]).read_bytes()
        encoding = desk.call("show", hit["ref"], "--json").document()["encoding"]
        codec = "utf-8" if encoding == "utf-8-sig" else encoding
        assert raw[chunk["byte_start"] : chunk["byte_end"]].decode(codec) == text
        assert hit["highlights"] == sorted(hit["highlights"])
        for start, end in hit["highlights"]:
            assert 0 <= start < end <= len(text)
    return hits


def _corpus_parent(desk: Desk) -> Path:
    return SEEDS.parent if "CARIKM_CORPUS" in desk.variables else desk.folder


@pytest.mark.parametrize(("query", "forms"), [("logam", {"logam"}), ("industri", {"industri", "perindustrian"})])
def test_spans(seeds_desk: Desk, query: str, forms: set[str]) -> None:
    hits = _checked_hits(seeds_desk, query)
    marked = {hit["chunk"]["text"][start:end].lower() for hit in hits for start, end in hit["highlights"]}
    assert marked == forms
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))


def test_lines_are_those_of_the_file(seeds_desk: Desk) -> None:
    for hit in _checked_hits(seeds_desk, "semarang", "--boilerplate"):
        chunk = hit["chunk"]
        raw = (SEEDS.parent / hit["article"]["path"]).read_bytes()
        assert raw[: chunk["byte_start"]].count(b"\n") + 1 == chunk["line_start"]
        assert raw[: chunk["byte_end"]].count(b"\n") + 1 == chunk["line_end"]


def test_a_reference_shows_its_chunk(seeds_desk: Desk) -> None:
    for hit in _checked_hits(seeds_desk, "sentra"):
        shown = seeds_desk.call("show", hit["ref"], "--json", "--query", "sentra").expect(0).document()
        assert shown["id"] == hit["article"]["id"]
        (chunk,) = shown["chunks"]
        assert chunk.pop("highlights") == hit["highlights"]
        assert chunk == hit["chunk"]


def test_mojibake_is_given_as_it_is_and_repaired(hostile_desk: Desk) -> None:
    (hit,) = _checked_hits(hostile_desk, "sajak café")
    chunk = hit["chunk"]
    assert "â€œSajak" in chunk["text"] and "cafÃ©" in chunk["text"]
    assert "“Sajak ini untuk ibu,”" in chunk["repaired_text"] and "café" in chunk["repaired_text"]
    assert "cafÃ©" in {chunk["text"][start:end] for start, end in hit["highlights"]}
    assert "repaired_text" not in _checked_hits(hostile_desk, "jembatan")[0]["chunk"]


@pytest.mark.parametrize(("query", "encoding"), [("piring", "cp1252"), ("gulali", "utf-16-le")])
def test_bytes_of_other_encodings(hostile_desk: Desk, query: str, encoding: str) -> None:
    (hit,) = _checked_hits(hostile_desk, query)
    assert hostile_desk.call("show", hit["ref"], "--json").document()["encoding"] == encoding


def test_a_file_name_that_is_no_utf8_can_be_cited(hostile_desk: Desk) -> None:
    run = hostile_desk.run("search", "jembatan", "--json").expect(0)
    run.output.decode("utf-8")
    (hit,) = run.document()["hits"]
    assert hit["article"]["path"] == f"arsip/{INVALID_NAME}"
    assert "\\udcff\\udcfe" in run.out
    shown = hostile_desk.run("show", hit["article"]["id"], "--json").expect(0).document()
    assert shown["path"] == hit["article"]["path"]
    assert os.fsencode(shown["path"]) == b"arsip/rusak-\xff\xfe.txt"


def test_control_characters_are_escaped(hostile_desk: Desk) -> None:
    for command in (
        ["search", "karung"],
        ["show", "jahat"],
        ["similar", "latin"],
        ["list"],
        ["status"],
        ["stem", "a\x9b\u202eb"],
    ):
        for option in ("--json", "--jsonl"):
            run = hostile_desk.call(*command, option).expect(0)
            run.documents()
            assert not [char for char in run.out.replace("\n", "") if ord(char) < 32 or 0x7F <= ord(char) < 0xA0]
            assert not set(run.out) & set("\u2028\u2029\u202e\u2066\u2069\u200f\u061c\u206a\u206f\ufff9\ufffb")
    (hit,) = _checked_hits(hostile_desk, "karung")
    assert "\x1b[31mMERAH\x1b[0m \x1b]0;judul palsu\x07" in hit["chunk"]["text"]
    assert hit["article"]["path"] == f"arsip/{HOSTILE_NAME}"


def test_errors_escape_too(hostile_desk: Desk) -> None:
    run = hostile_desk.call("show", "tak\x1b[31mada\x9b\u202e", "--json")
    assert run.error()["code"] == "article-unknown"
    assert run.err.rstrip("\n").isprintable()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_json_is_json_whatever_the_locale(hostile_desk: Desk, encoding: str) -> None:
    variables = hostile_desk.variables | {"PYTHONIOENCODING": encoding}
    run = hostile_desk.run("search", "sajak", "piring", "--json", env=variables).expect(0)
    found = json.loads(run.output.decode(encoding))
    validate(found)
    assert found == hostile_desk.call("search", "sajak", "piring", "--json").document()


def test_scripts_can_read_a_hit_and_show_it(seeds_desk: Desk) -> None:
    script = (
        "import json, subprocess, sys\n"
        "for line in sys.stdin:\n"
        "    ref = json.loads(line)['ref']\n"
        "    subprocess.run([sys.executable, '-m', 'carikm', 'show', ref, '--json'], check=True)\n"
    )
    lines = seeds_desk.call("search", "sentra logam", "--jsonl", "-n", "2").output
    command = [sys.executable, "-c", script]
    shown = subprocess.run(
        command, input=lines, env=seeds_desk.variables, cwd=seeds_desk.folder, capture_output=True, check=True
    )
    assert [json.loads(line)["chunks"][0]["number"] for line in shown.stdout.splitlines()] == [1, 2]
