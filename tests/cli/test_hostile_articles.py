"""Articles that harm by shape or name, or are none: each is indexed, or skipped with a reason, in bounded memory.

What they say is in `test_terminal.py` and `test_json.py`.
"""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.harness import Desk, Run, validate

# Texts of about so many bytes, made to be long to read for whoever reads badly.
SHAPES: dict[str, Callable[[int], str | bytes]] = {
    "a letter a line": lambda size: "a\n" * (size // 2),
    "a letter a paragraph": lambda size: "a\n\n" * (size // 3),
    "a letter a line, as of old": lambda size: "a\r" * (size // 2),
    "a letter a word": lambda size: "a b " * (size // 4),
    "a letter a sentence": lambda size: "A b. " * (size // 5),
    "one line": lambda size: "kata demi kata di sini " * (size // 23),
    "one word": lambda size: "a" * size,
    "one number": lambda size: "1" * size,
    "one number with dots": lambda size: "1." * (size // 2),
    "one word with hyphens": lambda size: "a-" * (size // 2),
    "one word with marks": lambda size: "a" + "\u0301\u0323" * (size // 4),
    "one word with joiners": lambda size: "a\u200d" * (size // 4),
    "prefixes": lambda size: "mem" * (size // 3),
    "one address": lambda size: "a@" * (size // 2),
    "one URL": lambda size: "http://" + "a/" * (size // 2),
    "mathematical letters": lambda size: "𝐀𝐁 " * (size // 9),
    "mojibake": lambda size: "â€œkata â€\x9d " * (size // 20),
    "definitions": lambda size: "A (B) " * (size // 6),
    "open brackets": lambda size: "kata " + "(" * size,
    "stops": lambda size: "." * size + " kata",
    "quotes": lambda size: "\"'" * (size // 2) + " kata",
    "spaces": lambda size: " " * size + "kata",
    "empty lines": lambda size: "\n" * size + "kata",
    "dates": lambda size: "Senin, 12/5/2022 " * (size // 17),
    "datelines": lambda size: "SOLO, KOMPAS.com - " * (size // 19),
    "bylines": lambda size: "Penulis: Budi\n" * (size // 14),
    "furniture": lambda size: "Baca juga: x y z\n" * (size // 17),
    "an old code page": lambda size: "kafé “ramai” ".encode("cp1252") * (size // 13),
    "bytes beyond ASCII": lambda size: b"\xe9" * size,
    "overlong UTF-8": lambda size: b"kata \xc0\xaf \xe0\x80\xaf \xed\xa0\x80 " * (size // 16),
    "UTF-16": lambda size: ("kata demi kata " * (size // 30)).encode("utf-16"),
}
REFUSED: dict[str, tuple[bytes, str]] = {
    "kosong": (b"", "empty file"),
    "nul": (b"kata\0kata", "binary (NUL bytes)"),
    "utf16-tanpa-tanda": ("kata demi kata".encode("utf-16-le"), "binary (NUL bytes)"),
    "utf16-terpotong": (b"\xff\xfek\0a", "starts as utf-16-le but is not: truncated data"),
    "utf16-setengah": (b"\xff\xfe\0\xd8a\0", "starts as utf-16-le but is not: illegal UTF-16 surrogate"),
    "kendali": (bytes(range(1, 9)) * 9 + b" kata", "binary (control characters)"),
    "emoji": (("🌶 " * 9).encode(), "no word in it"),
}
NAMES = [
    "dua\nbaris",
    "petik'\"ganda",
    "-rf",
    "--help",
    "🌶",
    os.fsdecode(b"rusak-\xff\xfe"),
    os.fsdecode(b"setengah-\xed\xa0\x80"),
    "lepas\x1b[31m\x9b2J",
    "balik\u202e\u2066",
    "[red]merah[bold]",
    "tab\tdan spasi ",
    " ",
    "$(touch dijalankan)",
    "`touch dijalankan`",
    ";touch dijalankan;",
    "*",
    "a:5",
    "%41#b?c",
    "=cmd()",
    'koma,"petik',
    "n" * 250,
]
# Tells at the end how many MB of memory the process has had at the most: on Linux since it began to be this program.
_DRIVER = """
import atexit, os, resource, sys
from carikm.__main__ import main

def tell():
    if os.path.exists("/proc/self/status"):
        rows = dict(row.split(":", 1) for row in open("/proc/self/status"))
        peak = int(rows["VmHWM"].split()[0]) / 1000
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1_000)
    open("puncak", "w").write(str(peak))

atexit.register(tell)
main()
"""
_MINUTES = 900


def _index(desk: Desk) -> tuple[Run, float]:
    """Index `arsip` in one process; tell with it how many MB of memory that took at the most."""
    run = desk.run("index", "arsip", "--jobs", "1", program=("-c", _DRIVER), patience=_MINUTES)
    return run, float((desk.folder / "puncak").read_text())


def test_each_shape_is_an_article(desk: Desk) -> None:
    desk.write({f"arsip/{name}.txt": make(6_000) for name, make in SHAPES.items()})
    _index(desk)[0].expect(0)
    listed = {document["id"]: document for document in desk.call("list", "--jsonl").documents()}
    assert listed.keys() == SHAPES.keys()
    for name in SHAPES:
        shown = desk.call("show", name, "--json").expect(0).document()
        raw = (desk.folder / "arsip" / f"{name}.txt").read_bytes()
        for chunk in shown["chunks"]:
            assert chunk["text"].encode(shown["encoding"]) == raw[chunk["byte_start"] : chunk["byte_end"]]


def test_what_is_no_text_is_skipped_with_its_reason(desk: Desk) -> None:
    desk.write({f"arsip/{name}.txt": content for name, (content, _) in REFUSED.items()} | {"arsip/a.txt": "Kopi.\n"})
    desk.call("index", "arsip").expect(0)
    skipped = {file["path"]: file["reason"] for file in desk.call("status", "--json").document()["skipped"]}
    assert skipped == {f"arsip/{name}.txt": reason for name, (_, reason) in REFUSED.items()}


def test_what_is_no_file_is_skipped_and_nothing_outside_is_read(desk: Desk) -> None:
    desk.write({"arsip/a.txt": "Kopi.\n", "luar/rahasia.txt": "Kata sandi: melati.\n", "arsip/dalam/b.txt": "Teh.\n"})
    corpus = desk.folder / "arsip"
    os.mkfifo(corpus / "pipa.txt")
    for name, target in (
        ("putar.txt", "putar.txt"),
        ("luar.txt", "../luar/rahasia.txt"),
        ("tiada.txt", "tiada"),
        ("nol.txt", "/dev/zero"),
        ("luar", "../luar"),
        ("dalam/atas", ".."),
    ):
        (corpus / name).symlink_to(target)
    with socket.socket(socket.AF_UNIX) as open_socket:
        here = Path.cwd()
        os.chdir(corpus)  # such names are short
        open_socket.bind("soket.txt")
        os.chdir(here)
    assert "Indexed 2 articles" in desk.run("index", "arsip").expect(0).out
    skipped = {file["path"]: file["reason"] for file in desk.call("status", "--json").document()["skipped"]}
    link = "symbolic link, not followed"
    names = ("putar.txt", "luar.txt", "tiada.txt", "nol.txt", "luar", "dalam/atas")
    expected = dict.fromkeys((f"arsip/{name}" for name in names), link)
    assert skipped == expected | dict.fromkeys(("arsip/pipa.txt", "arsip/soket.txt"), "not a regular file")
    desk.call("search", "melati").expect(1)


def test_every_name_can_be_listed_shown_and_read_by_strict_readers(desk: Desk) -> None:
    desk.write({f"arsip/{name}.txt": f"Kopi {number} dipetik.\n" for number, name in enumerate(NAMES)})
    desk.run("index", "arsip").expect(0)
    listed = _strict(desk.run("list", "--jsonl"))
    assert {document["id"] for document in listed} == set(NAMES)
    found = _strict(desk.run("search", "kopi", "--jsonl", "-n", "99"))
    assert {hit["article"]["path"] for hit in found} == {f"arsip/{name}.txt" for name in NAMES}
    for number, name in enumerate(NAMES):
        (shown,) = _strict(desk.call("show", "--json", "--", name))
        assert shown["chunks"][0]["text"] == f"Kopi {number} dipetik."
    for document in listed:
        (shown,) = _strict(desk.call("show", "--json", "--", document["ref"]))
        assert shown["id"] == document["id"]
    assert not list(desk.folder.rglob("dijalankan"))


def _strict(run: Run) -> list[Any]:
    """Read JSON lines as who knows UTF-8 alone."""
    run.expect(0)
    documents = [json.loads(line) for line in run.output.decode("utf-8", "strict").splitlines()]
    for document in documents:
        validate(document)
    return documents


def test_a_file_that_vanishes_during_a_build_is_skipped(desk: Desk) -> None:
    """As a whole build and an update read files: after they were listed."""
    program = """
import os
from carikm.corpus import files
scan = files.scan
def scan_and_lose(*arguments, **options):
    listing = scan(*arguments, **options)
    os.remove("arsip/hilang.txt")
    os.replace("arsip/pipa", "arsip/ganti.txt")
    return listing
import carikm.index.build
carikm.index.build.scan = scan_and_lose
from carikm.__main__ import main
main()
"""
    desk.write({"arsip/a.txt": "Kopi.\n"})
    for command in (["index", "arsip"], ["index", "arsip", "--rebuild"]):
        desk.write({"arsip/hilang.txt": "Teh.\n", "arsip/ganti.txt": "Gula.\n"})
        os.mkfifo(desk.folder / "arsip" / "pipa")
        run = desk.run(*command, program=("-c", program)).expect(0)
        assert "hilang.txt: cannot be read: No such file or directory" in run.out
        assert "ganti.txt: not a regular file" in run.out
        (desk.folder / "arsip" / "ganti.txt").unlink()
        desk.call("index", "arsip").expect(0)


def test_a_huge_file_is_not_even_read(desk: Desk) -> None:
    desk.write({"arsip/a.txt": "Kopi.\n"})
    with (desk.folder / "arsip" / "besar.txt").open("wb") as stream:
        stream.truncate(1 << 40)
    run, peak = _index(desk)
    assert "besar.txt: larger than 5 MB" in run.expect(0).out
    assert peak < 120


@pytest.mark.slow
def test_a_line_of_200_mb_and_10_million_words(desk: Desk) -> None:
    words = "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 384_616
    line = "kata demi kata di sini " * 8_695_653
    desk.write({"arsip/a.txt": "Kopi.\n", "arsip/baris.txt": line, "arsip/kata.txt": words})
    run, peak = _index(desk)
    assert run.expect(0).out.count("larger than 5 MB") == 2 and peak < 120
    desk.write({"carikm.toml": "largest_file_mb = 25\n"})
    run, peak = _index(desk)
    assert "Indexed 2 articles" in run.expect(0).out and peak < 700


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_an_article_of_any_shape_takes_bounded_memory(desk: Desk, name: str) -> None:
    desk.write({"arsip/a.txt": SHAPES[name](4_990_000)})
    run, peak = _index(desk)
    assert "Indexed 1 article" in run.expect(0).out and peak < 1_200


@pytest.mark.slow
def test_a_folder_of_100_000_articles(desk: Desk) -> None:
    folder = desk.folder / "arsip"
    folder.mkdir()
    for number in range(100_000):
        (folder / f"{number}.txt").write_text(f"Panen {number} di sawah ke-{number % 977}.\n")
    run, peak = _index(desk)
    assert "Indexed 100,000 articles" in run.expect(0).out and peak < 700
    assert len(desk.run("search", "panen", "sawah", "--jsonl").expect(0).documents()) == 10
