"""What a terminal gets: colour, wrapping, links, a pager; and nothing that an article could do to it."""

import io
import re
import time
import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len

from carikm.cli import progress
from carikm.cli.environment import Environment
from carikm.cli.progress import TerminalProgress
from carikm.cli.screen import Screen
from tests.cli.conftest import KOPI
from tests.cli.harness import PATIENCE, Desk, Run, plain
from tests.conftest import SEEDS

MATCH = re.compile("\x1b\\[1;33m([^\x1b]*)\x1b\\[0m")
OUR_SEQUENCES = re.compile(
    "\x1b\\[(?:0|1|2|3|1;33|1;36|1;31|3[236]|2;3[26])m|\x1b\\]8;(?:id=[0-9]+;file:///[!-~]*|;)\x1b\\\\"
)


def test_matches_are_marked_with_their_other_forms(seeds_desk: Desk) -> None:
    run = seeds_desk.terminal("search", "industri").expect(0)
    assert {"industri", "perindustrian"} <= {word.lower() for word in MATCH.findall(run.out)}
    assert {word.lower() for word in MATCH.findall(run.out)} <= {"industri", "perindustrian"}


def test_show_marks_the_words_of_a_query_only(seeds_desk: Desk) -> None:
    marked = MATCH.findall(seeds_desk.terminal("show", "003", "--query", "logam").expect(0).out)
    assert {word.lower() for word in marked} == {"logam"}
    assert not MATCH.search(seeds_desk.terminal("show", "003").expect(0).out)


def test_a_terminal_and_a_pipe_show_the_same_words(seeds_desk: Desk) -> None:
    for command in (["search", "sentra logam"], ["show", "003"], ["status"]):
        shown = seeds_desk.terminal(*command).expect(0).plain.split()
        piped = seeds_desk.call(*command).expect(0).out.split()
        assert shown[: len(piped)] == piped


@pytest.mark.parametrize("command", [["search", "sentra logam"], ["show", "003"], ["list"], ["status"]])
@pytest.mark.parametrize("columns", [40, 100])
def test_lines_fit_the_terminal(seeds_desk: Desk, command: list[str], columns: int) -> None:
    run = seeds_desk.terminal(*command, columns=columns).expect(0)
    widths = [cell_len(line) for line in run.plain.splitlines()]
    assert max(widths) <= columns
    assert command == ["status"] or max(widths) > columns * 0.8


def test_wrapped_lines_keep_their_indent(seeds_desk: Desk) -> None:
    lines = seeds_desk.terminal("search", "sentra logam", columns=50).expect(0).plain.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("1"))
    assert all(line.startswith("   ") or not line.strip() for line in lines[first + 1 : first + 8])


def test_a_line_number_is_not_broken(seeds_desk: Desk) -> None:
    search = "search", "sentra logam", "-n", "1"
    cited = re.search(r"(\S+\.txt):5", seeds_desk.terminal(*search, columns=300).expect(0).plain)
    assert cited
    columns = len("1  ") + len(cited[0]) - 1  # there is room for all but the last digit
    lines = seeds_desk.terminal(*search, columns=columns).expect(0).plain.splitlines()
    assert f"   {cited[1]}" in lines
    assert "   :5 · 003:1" in lines


def test_what_is_told_of_a_word_hangs_behind_it(seeds_desk: Desk) -> None:
    lines = seeds_desk.terminal("search", "judul:lumpia logam", columns=40).expect(1).plain.splitlines()
    place = lines.index("  lumpia  in no headline")
    assert lines[place + 1].startswith("  logam   in 5 chunks, none of them")
    assert lines[place + 2].startswith(" " * 10) and lines[place + 2].strip()
    assert max(map(cell_len, lines)) <= 40
    long = seeds_desk.terminal("search", f"judul:lumpia logam {'z' * 30}", columns=40).expect(1).plain.splitlines()
    assert max(map(cell_len, long)) <= 40


@pytest.mark.parametrize("columns", [0, 1, 5])
def test_a_tiny_terminal(seeds_desk: Desk, columns: int) -> None:
    for command in (["search", "logam"], ["show", "003:1"], ["list"], ["status"], ["acronyms"]):
        assert seeds_desk.terminal(*command, columns=columns).expect(0).plain.strip()


@pytest.mark.parametrize("columns", ["0", "-5", "lebar", "²", "9" * 20, "70"])
def test_the_width_can_be_named(seeds_desk: Desk, columns: str) -> None:
    run = seeds_desk.terminal("search", "logam", columns=90, COLUMNS=columns).expect(0)
    assert "Usage" in seeds_desk.call("search", "--help", COLUMNS=columns).expect(0).out
    assert max(cell_len(line) for line in run.plain.splitlines()) <= (70 if columns == "70" else 90)


@pytest.mark.parametrize("command", [["search", "industri"], ["show", "003", "--query", "logam"], ["list"]])
def test_no_colour_when_it_is_not_wanted(seeds_desk: Desk, command: list[str]) -> None:
    assert "\x1b" in seeds_desk.terminal(*command).expect(0).out
    for run in (
        seeds_desk.terminal(*command, NO_COLOR="1"),
        seeds_desk.terminal(*command, "--color", "never"),
        seeds_desk.terminal(*command, TERM="dumb"),
        seeds_desk.terminal(*command, "--color", "never", FORCE_COLOR="1"),
    ):
        assert "\x1b" not in run.expect(0).out


def test_an_empty_no_color_means_nothing(seeds_desk: Desk) -> None:
    assert MATCH.search(seeds_desk.terminal("search", "logam", NO_COLOR="").expect(0).out)


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}, {"COLUMNS": "30"}])
@pytest.mark.parametrize("command", [["search", "industri"], ["show", "003", "--query", "logam"], ["stem", "logam"]])
def test_colour_in_a_pipe(seeds_desk: Desk, command: list[str], variables: dict[str, str]) -> None:
    run = seeds_desk.call(*command, "--color", "always", **variables).expect(0)
    assert MATCH.search(run.out)
    assert "\x1b]8" not in run.out, "a link is for terminals"
    assert run.plain == seeds_desk.call(*command).out, "nothing is wrapped or cut"


def test_always_beats_no_color_on_a_terminal(seeds_desk: Desk) -> None:
    run = seeds_desk.terminal("search", "logam", "--color", "always", NO_COLOR="1").expect(0)
    assert MATCH.search(run.out)


@pytest.mark.parametrize(
    "command", [["search", "sentra logam"], ["show", "003"], ["list"], ["status"], ["stem", "logam"]]
)
def test_a_pipe_gets_plain_lines(seeds_desk: Desk, command: list[str]) -> None:
    run = seeds_desk.call(*command, COLUMNS="40").expect(0)
    assert "\x1b" not in run.out
    assert max(map(len, run.out.splitlines())) > 40 or command[0] == "stem"
    assert not any(line != line.rstrip() for line in run.out.splitlines())
    forced = seeds_desk.call(*command, FORCE_COLOR="1", CLICOLOR_FORCE="1", TTY_COMPATIBLE="1")
    assert forced.out.splitlines()[:3] == run.out.splitlines()[:3]


def test_a_listing_in_a_pipe_has_fields(seeds_desk: Desk) -> None:
    for options in ([], ["--color", "always"]):
        rows = [line.split("\t") for line in seeds_desk.call("list", *options).expect(0).plain.splitlines()]
        assert [row[0] for row in rows] == sorted(path.stem for path in SEEDS.glob("*.txt"))
        assert {len(row) for row in rows} == {6}
        assert rows[1][1:3] == ["2017-03-01", "Solopos"]


@pytest.mark.parametrize("command", [["search", "logam", "-n", "1"], ["show", "003"]])
def test_links_lead_to_the_file(seeds_desk: Desk, command: list[str]) -> None:
    uri = (SEEDS / "003_43943d992f4a7b6d.txt").as_uri()
    run = seeds_desk.terminal(*command, columns=200).expect(0)
    assert re.search(f"\x1b\\]8;[^;]*;{re.escape(uri)}\x1b", run.out)
    assert "\x1b]8" not in seeds_desk.terminal(*command, NO_COLOR="1").expect(0).out


def _pager(desk: Desk, name: str = "pager") -> tuple[str, Path]:
    """Write a pager that keeps what it was given."""
    record = desk.folder / f"{name}.seen"
    script = desk.folder / name
    script.write_text(f"#!/bin/sh\necho paged\ncat > '{record}'\n")
    script.chmod(0o755)
    return str(script), record


@pytest.mark.parametrize("command", [["show", "003", "--query", "logam"], ["list"]])
def test_a_pager_only_for_what_does_not_fit(seeds_desk: Desk, tmp_path: Path, command: list[str]) -> None:
    pager, record = _pager(Desk(tmp_path))
    fits = seeds_desk.terminal(*command, lines=200, PAGER=pager).expect(0)
    assert "paged" not in fits.out and not record.exists()
    long = seeds_desk.terminal(*command, lines=5, PAGER=pager).expect(0)
    assert long.out == "paged\n"
    assert MATCH.search(record.read_text()) if command[0] == "show" else "\x1b[" in record.read_text()
    assert plain(record.read_text()) == fits.plain


def test_narrow_terminals_need_the_pager_sooner(seeds_desk: Desk, tmp_path: Path) -> None:
    pager, record = _pager(Desk(tmp_path))
    whole = seeds_desk.terminal("show", "004", columns=200, lines=30, PAGER=pager).expect(0)
    assert "paged" not in whole.out and not record.exists()
    seeds_desk.terminal("show", "004", columns=30, lines=30, PAGER=pager).expect(0)
    assert len(record.read_text().splitlines()) > 30


@pytest.mark.parametrize("variables", [{"PAGER": "cat"}, {"PAGER": ""}, {"PAGER": "no-such-pager", "LC_ALL": "C"}])
def test_without_a_pager_nothing_is_lost(seeds_desk: Desk, variables: dict[str, str]) -> None:
    whole = seeds_desk.terminal("show", "003").expect(0).plain
    run = seeds_desk.terminal("show", "003", lines=5, **variables).expect(0)
    assert run.plain.endswith(whole)


def test_a_pager_for_manuals_is_not_ours(seeds_desk: Desk, tmp_path: Path) -> None:
    manuals, not_ours = _pager(Desk(tmp_path), "manuals")
    pager, ours = _pager(Desk(tmp_path))
    seeds_desk.terminal("show", "003", lines=5, PAGER=pager, MANPAGER=manuals).expect(0)
    assert ours.exists() and not not_ours.exists()


def test_a_pager_that_leaves_early(archive: Desk) -> None:
    archive.write({"arsip/panjang.txt": "Padi menguning di sawah yang luas sekali.\n" * 5_000})
    archive.call("index", "arsip").expect(0)
    assert archive.terminal("show", "panjang", lines=5, PAGER="head -n 1 >/dev/null").expect(0).out == ""


def test_a_pipe_is_never_paged(seeds_desk: Desk, tmp_path: Path) -> None:
    pager, record = _pager(Desk(tmp_path))
    seeds_desk.call("show", "003", PAGER=pager, LINES="5").expect(0)
    seeds_desk.terminal("show", "003", "--json", lines=5, PAGER=pager).expect(0)
    assert not record.exists()


def _acts(text: str) -> list[str]:
    """Find what acts on a terminal: controls and invisible characters that move others."""
    return [
        repr(char) for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]


HOSTILE = "\x1b[31mjahat\x9b2J\u202e\x07\u2066 [red]beras[/red]"
HOSTILE_COMMANDS: list[list[str]] = [
    ["search", "beras"],
    ["search", "karung", "--by-article", "--boilerplate"],
    ["search", "jembatan", "sajak"],
    ["search", HOSTILE],
    ["search", "zzz" + HOSTILE.replace("beras", "")],
    ["search", "\x1b\x9b"],
    ["show", "jahat", "--query", "beras"],
    ["show", "jahat", "--query", "\x1b\x9b"],
    ["show", "rusak"],
    ["show", "mojibake"],
    ["show", HOSTILE],
    ["similar", "latin"],
    ["similar", "jahat"],
    ["similar", HOSTILE],
    ["show", "jahat:99"],
    ["list"],
    ["status"],
    ["stem", HOSTILE],
    ["search", "beras", "--json"],
    ["show", "jahat", "--json"],
    ["index", HOSTILE],
    ["index", HOSTILE, "--json"],
    ["search", "beras", "--corpus", HOSTILE],
    ["search", "beras", "--article", HOSTILE],
    ["search", "beras", "--color", HOSTILE],
    ["search", "beras", f"--{HOSTILE}"],
    [HOSTILE],
]


@pytest.mark.parametrize("command", HOSTILE_COMMANDS)
def test_nothing_from_outside_acts_on_a_terminal(hostile_desk: Desk, command: list[str]) -> None:
    run = hostile_desk.call(*command)
    for text in (run.out.replace("\t", " ") if command == ["list"] else run.out, run.err):
        assert not _acts(text), f"{_acts(text)}\n{run}"
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    "command", [HOSTILE_COMMANDS[0], ["show", "jahat", "--query", "beras"], ["list"], ["status"], ["stem", HOSTILE]]
)
def test_a_colour_terminal_gets_only_our_own_sequences(hostile_desk: Desk, command: list[str]) -> None:
    run = hostile_desk.terminal(*command).expect(0)
    assert not _acts(OUR_SEQUENCES.sub("", run.out)), str(run)
    assert "\x1b[31m" not in run.out


def test_building_shows_hostile_names_safely(hostile_desk: Desk, tmp_path: Path) -> None:
    run = hostile_desk.terminal("index", "arsip", "--index", str(tmp_path), "--rebuild").expect(0)
    assert "gambar␛[31m.txt" in run.plain
    after_the_bar = run.out.rpartition("\x1b[2K")[2]  # where the machine is slow, there was one
    assert not _acts(OUR_SEQUENCES.sub("", after_the_bar)), str(run)


def test_markup_is_text(hostile_desk: Desk) -> None:
    for command in (["search", "karung"], ["show", "jahat"]):
        for run in (hostile_desk.terminal(*command, columns=300), hostile_desk.call(*command)):
            shown = " ".join(run.expect(0).plain.split())
            assert "[red]merah[/red] [link=https://contoh.invalid]tautan[/link] [bold] :smile: [/]" in shown
            assert "␛[31mMERAH␛[0m ␛]0;judul palsu␇" in shown


def test_acronyms_in_a_pipe_have_fields(seeds_desk: Desk) -> None:
    for options in ([], ["--color", "always"]):
        rows = [line.split("\t") for line in seeds_desk.call("acronyms", *options).expect(0).plain.splitlines()]
        assert {len(row) for row in rows} == {4}
        assert [row[0].lower() for row in rows] == sorted(row[0].lower() for row in rows)
        (pemkot,) = [row for row in rows if row[0] == "Pemkot"]
        assert pemkot[1] == "Pemerintah Kota"
        shown = seeds_desk.call("show", pemkot[3]).expect(0).out
        assert "Pemerintah Kota (Pemkot)" in " ".join(shown.split())


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_a_table_of_acronyms_is_whole_and_fits(seeds_desk: Desk, columns: int) -> None:
    run = seeds_desk.terminal("acronyms", columns=columns).expect(0)
    lines = run.plain.splitlines()
    assert max(cell_len(line) for line in lines) <= columns
    assert {"Sistem", "Informasi", "Industri", "Nasional", "SIINAS"} <= set(run.plain.split())
    starts = {line.index(head) for line, head in ((lines[0], "long"), (lines[1], "Dinas"))}
    assert len(starts) == 1


@pytest.mark.parametrize("columns", [20, 25, 30])
def test_without_room_for_two_columns_both_give_way(seeds_desk: Desk, columns: int) -> None:
    lines = seeds_desk.terminal("acronyms", columns=columns).expect(0).plain.splitlines()
    assert {cell_len(line) for line in lines} == {columns}
    assert lines[0].split()[-1] == "long"


def test_a_short_form_of_several_readings_is_named_once(desk: Desk) -> None:
    desk.write(
        {
            "arsip/a.txt": "Sidang Perserikatan Bangsa-Bangsa (PBB) usai.\n",
            "arsip/b.txt": "Ketua Partai Bulan Bintang (PBB) dan Perserikatan Bangsa-Bangsa (PBB).\n",
        }
    )
    desk.call("index", "arsip").expect(0)
    _, first, second = desk.terminal("acronyms", "pbb").expect(0).plain.splitlines()
    assert first.split() == ["PBB", "Perserikatan", "Bangsa-Bangsa", "2", "a:1"]
    assert second.split() == ["Partai", "Bulan", "Bintang", "1", "b:1"]


def test_a_long_form_acts_on_no_terminal(desk: Desk) -> None:
    desk.write({"arsip/a.txt": "Rapat Pemerintah \u202e\x07 Kota\u2028 Baru (PKB).\n"})
    desk.call("index", "arsip").expect(0)
    for run in (desk.call("acronyms"), desk.call("acronyms", "--json"), desk.terminal("acronyms", NO_COLOR="1")):
        assert "PKB" in run.expect(0).out
        assert not _acts(run.out.replace("\t", " ")), str(run)


def test_a_file_name_takes_one_line(hostile_desk: Desk) -> None:
    rows = hostile_desk.call("list").expect(0).out.splitlines()
    assert len(rows) == 5
    hostile_desk.write({"arsip/tambahan\nUnggul.txt": "Tambahan.\n"})
    try:
        status = hostile_desk.call("status").expect(0).out
    finally:
        (hostile_desk.folder / "arsip" / "tambahan\nUnggul.txt").unlink()
    assert "arsip/tambahan Unggul.txt: added" in status


def test_what_has_changed_is_named_on_one_line(desk: Desk) -> None:
    desk.write({"arsip/a\nPalsu: semua aman.txt": "Padi menguning.\n"})
    desk.call("index", "arsip").expect(0)
    desk.write({"arsip/a\nPalsu: semua aman.txt": "Padi dipanen raya.\n"})
    run = desk.call("show", "a").expect(0)
    assert run.err.startswith("arsip/a Palsu: semua aman.txt has changed since it was indexed.")
    assert run.err.count("\n") == 1


def test_a_hint_can_be_typed_as_it_is(desk: Desk) -> None:
    desk.write({"arsip/a; touch b.txt": "Padi.\n", "arsip/a; touch c.txt": "Padi.\n"})
    desk.call("show", "a", "--corpus", "arsip").expect(2).says("carikm show 'a; touch b'")
    desk.call("show", "a; touch b:7").expect(2).says("carikm show 'a; touch b'")


def _raw(desk: Desk, reference: str, name: str) -> tuple[Run, bytes]:
    return desk.terminal("show", reference, "--raw"), (desk.folder / "arsip" / name).read_bytes()


def test_raw_bytes_are_refused_where_they_could_act(hostile_desk: Desk) -> None:
    path = next(path for path in (hostile_desk.folder / "arsip").iterdir() if path.name.startswith("jahat"))
    run = hostile_desk.terminal("show", "jahat", "--raw", "--color", "never").expect(2)
    assert "holds control characters" in run.out and "| less" in run.out
    assert not _acts(run.out)
    assert hostile_desk.run("show", "jahat", "--raw").expect(0).output == path.read_bytes()


def test_harmless_raw_bytes_reach_a_terminal(hostile_desk: Desk) -> None:
    run, raw = _raw(hostile_desk, "mojibake", "mojibake.txt")
    assert run.code == 2, "a C1 control hides in this mojibake"
    assert raw == hostile_desk.run("show", "mojibake", "--raw").expect(0).output
    run, raw = _raw(hostile_desk, "rusak", "rusak-\udcff\udcfe.txt")
    assert run.expect(0).output == raw


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_raw_bytes_are_judged_as_the_terminal_reads_them(archive: Desk, encoding: str) -> None:
    archive.write({"arsip/tajuk.txt": "Padi – menguning di sawah.\n"})
    archive.call("index", "arsip").expect(0)
    run = archive.terminal("show", "tajuk", "--raw", PYTHONIOENCODING=encoding)
    assert run.code == (0 if encoding == "utf-8" else 2)


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
def test_a_listing_keeps_ids_and_dates_whole_and_shortens_titles(seeds_desk: Desk, columns: int) -> None:
    rows = seeds_desk.terminal("list", columns=columns).expect(0).plain.splitlines()[1:]
    assert [row.split()[:2] for row in rows] == [
        ["000", "–"],
        ["001", "2017-03-01"],
        ["002", "~2020-09-28"],
        ["003", "~2022-05-12"],
        ["004", "~2022-11-16"],
    ]
    assert all("Pemkot Semarang Andal" in row for row in rows if row.startswith("001"))


def test_a_narrow_listing_keeps_ids_whole(archive: Desk) -> None:
    archive.write({"arsip/panen-raya-di-sawah.txt": KOPI, "arsip/panen-raya-di-sawah-lagi.txt": KOPI})
    archive.call("index").expect(0)
    rows = archive.terminal("list", columns=20).expect(0).plain.splitlines()
    assert all(len(row) <= 20 for row in rows)
    shown = "".join(row[:13].strip() for row in rows)
    for reference in ("kop", "per", "panen-raya-di-sawah", "panen-raya-di-sawah-"):
        assert reference in shown


def test_a_narrow_terminal_has_facts_below_their_names(archive: Desk) -> None:
    rows = archive.terminal("status", columns=20).expect(0).plain.splitlines()
    assert all(len(row) <= 20 for row in rows)
    assert rows[rows.index("articles") + 1] == "  2 (2 in utf-8)"


def test_paragraphs_of_a_chunk_stay_apart(seeds_desk: Desk) -> None:
    lines = [line.strip() for line in seeds_desk.terminal("show", "003:2").expect(0).plain.splitlines()]
    second = next(place for place, line in enumerate(lines) if line.startswith("“Misalnya"))
    assert lines[second - 1] == ""


def test_boilerplate_is_dimmed_in_show(seeds_desk: Desk) -> None:
    out = seeds_desk.terminal("show", "001").expect(0).out
    assert "\x1b[2mHanya Untuk Anda\x1b[0m" in out
    assert "\x1b[2mIa mengakui" not in out


def test_the_headline_is_marked_above_and_not_repeated_below(seeds_desk: Desk) -> None:
    run = seeds_desk.terminal("search", "sentra produk unggulan", "--article", "001", "-n", "1", columns=200).expect(0)
    title, _, *snippet = run.plain.splitlines()
    assert title.endswith("Pemkot Semarang Andalkan Sentra IKM Hasilkan Produk Unggulan")
    assert {"Sentra", "Produk", "Unggulan"} <= set(MATCH.findall(run.out.splitlines()[0]))
    assert not any("Andalkan Sentra" in line for line in snippet)


def test_how_many_hits_there_are_is_said_at_the_end(seeds_desk: Desk) -> None:
    assert (
        "Hit 1 of 6 (8 chunks match). More: --offset 1"
        in seeds_desk.terminal("search", "sentra logam", "-n", "1").plain
    )
    assert "Hits 2 to 4 of 6 (8 chunks match). More: --offset 4" in (
        seeds_desk.terminal("search", "sentra logam", "-n", "3", "--offset", "1").plain
    )
    assert "Hits 1 to 7 of 8." in seeds_desk.terminal("search", "sentra logam", "-n", "7", "--all-chunks").plain
    assert "of 6" not in seeds_desk.terminal("search", "sentra logam").plain


def test_references_that_are_long_enough_to_hold_controls(desk: Desk) -> None:
    desk.write({f"arsip/x\x1b]0;judul\x07\x1b[2J{end}.txt": f"Padi menguning di sawah {end}.\n" for end in "ab"})
    desk.call("index", "arsip").expect(0)
    for command in (["list"], ["search", "padi", "--facets"], ["search", "padi", "--group", "source", "--explain"]):
        shown = desk.terminal(*command).expect(0).out
        assert not _acts(OUR_SEQUENCES.sub("", shown)), shown


@pytest.mark.parametrize(("columns", "has_rate"), [(80, True), (40, False)])
def test_long_work_shows_how_fast_it_is_and_what_is_left(
    monkeypatch: pytest.MonkeyPatch, columns: int, has_rate: bool
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(progress, "_SILENT_SECONDS", 0.0)
    stream = Terminal()
    environment = Environment(stream, stream, {"TERM": "xterm", "COLUMNS": str(columns), "LINES": "24"})
    deadline = time.monotonic() + PATIENCE
    with TerminalProgress(Screen(environment, stream)) as bar:
        for name in ("Reading", "Stemming"):
            bar.stage(name, 1_000_000)
            # Until the time left is known, and shown beside the stage's name.
            while not re.search(rf"{name} [^\r\n]*/1000000[^\r\n]* [0-9]+:[0-9]{{2}}", plain(stream.getvalue())):
                assert time.monotonic() < deadline, stream.getvalue()
                bar.advance(10)
                time.sleep(0.01)
    drawn = re.sub("\x1b\\[[0-9?]*[A-Za-z]", "", plain(stream.getvalue()))
    shown = [line for line in re.split(r"[\r\n]+", drawn) if "000" in line]
    assert any("/s" in line for line in shown) is has_rate
    assert all(len(line) <= columns for line in shown)
