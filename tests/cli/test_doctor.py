"""`carikm doctor`: what it says of sound, stale and damaged indexes; and that every damage has a way out."""

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from carikm.index.format import connect
from tests.cli.conftest import HOSTILE_NAME
from tests.cli.harness import Desk, plain, validate
from tests.conftest import REPOSITORY, SEEDS


def _alter(desk: Desk, *statements: str) -> None:
    connection = connect(desk.folder / "index" / "carikm.db")
    for statement in statements:
        connection.execute(statement).fetchall()
    connection.close()


def test_a_sound_index(archive: Desk) -> None:
    said = archive.call("doctor").expect(0)
    assert said.out.endswith(
        "index is sound: 2 articles, 2 chunks, 48 stems; 2 articles counted again, 2 compared with their files.\n"
    )
    assert said.err == ""
    document = archive.call("doctor", "--json").expect(0).document()
    assert (document["sound"], document["findings"], document["compared"]) == (True, [], 2)


def test_a_damaged_index(archive: Desk) -> None:
    _alter(archive, "UPDATE chunks SET line_end = 9 WHERE id = 0", "UPDATE facts SET value = 5 WHERE name = 'articles'")
    (archive.folder / "arsip" / "perahu.txt").unlink()
    (archive.folder / "index" / "carikm.db.new").touch()
    said = archive.call("doctor", "--index", "index").expect(2)
    lines = [line.split() for line in said.out.splitlines()]
    assert [line[0] for line in lines] == ["damaged", "damaged", "Type:", "stale", "left", "Type:", "index"]
    assert "articles is 5, and there are 2." in said.out
    assert "Type: carikm index --rebuild\n" in said.out
    assert "perahu.txt is not there any more." in said.out
    assert "index is damaged: 5 articles" in said.out
    document = archive.call("doctor", "--json").expect(2).document()
    assert [(found["severity"], found["command"]) for found in document["findings"]] == [
        ("damage", "carikm index --rebuild"),
        ("damage", "carikm index --rebuild"),
        ("stale", "carikm index"),
        ("leftover", "carikm index"),
    ]
    archive.call("index", "--rebuild").expect(0)
    archive.call("doctor").expect(0)


def test_the_example_of_the_readme(desk: Desk) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```console\n(\$ carikm doctor .*?)\n```", readme, re.DOTALL)
    _, stale, damaged = re.split(r"(?:\A|\n)\$ carikm doctor --index index  # .*\n", example)
    shutil.copytree(SEEDS, desk.folder / "seeds")
    desk.call("index").expect(0)
    with (desk.folder / "seeds" / "004_59ab63f932ef3a69.txt").open("a") as file:
        file.write("\nSatu baris lagi.\n")
    assert desk.call("doctor", "--index", "index").expect(0).out == f"{stale}\n"
    path = desk.folder / "index" / "carikm.db"
    whole = bytearray(path.read_bytes())
    whole[100_000] ^= 1
    path.write_bytes(whole)
    assert desk.call("doctor", "--index", "index").expect(2).out == f"{damaged}\n"


def test_many_findings_are_counted(desk: Desk) -> None:
    desk.write({f"arsip/{number}.txt": f"Kabar nomor {number}.\n" for number in range(30)})
    desk.call("index", "arsip").expect(0)
    shutil.move(desk.folder / "arsip", desk.folder / "lain")
    (desk.folder / "arsip").mkdir()
    said = desk.call("doctor").expect(0)
    assert said.out.count("is not there any more.") == 20
    assert "And 10 more like it." in said.out
    assert desk.call("doctor", "--json").document()["left_out"] == [
        {"kind": "gone", "severity": "stale", "findings": 10}
    ]
    assert "And 10 more like it." in desk.call("doctor", "--sample", "3").expect(0).out
    assert "0 articles counted again, 0 compared" in desk.call("doctor", "--sample", "0").expect(0).out


def test_files_beyond_the_sample_are_seen_to_come_change_and_go(desk: Desk) -> None:
    desk.write({f"arsip/{number}.txt": f"Kabar nomor {number}.\n" for number in range(9)})
    desk.call("index", "arsip").expect(0)
    (desk.folder / "arsip" / "4.txt").unlink()
    desk.write({"arsip/5.txt": "Kabar lain.\n", "arsip/baru.txt": "Kabar baru.\n"})
    for sample in ("0", "1", "9"):
        run = desk.call("doctor", "--sample", sample).expect(0)
        findings = [line for line in run.out.splitlines() if line.startswith("stale")]
        read = "has changed since it was indexed"
        seen = read if sample == "9" else "has another size or time of change than when it was indexed"
        assert sorted(findings) == [
            "stale      4.txt is not there any more.",
            f"stale      5.txt {seen}.",
            "stale      baru.txt is not in the index yet.",
        ]
        assert "Type: carikm index\n" in run.out


def test_options_that_cannot_be(archive: Desk) -> None:
    archive.call("doctor", "--all", "--sample", "3").expect(2).says("Both --sample and --all")
    archive.call("doctor", "--sample", "-1").expect(2).says("A sample of -1 articles")
    archive.call("doctor", "--index", "nirgends").expect(2).says("There is no index in nirgends", "carikm index FOLDER")
    archive.call("doctor", "--corpus", "nirgends", "--index", "index").expect(2).says("does not exist")
    assert archive.call("doctor", "--index", "nirgends", "--json").error()["code"] == "index-missing"


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_nothing_hostile_reaches_a_terminal(tmp_path: Path, columns: int) -> None:
    desk = Desk(tmp_path)
    desk.write({f"arsip/{HOSTILE_NAME}": "Petugas menata karung beras.\n"})
    desk.call("index", "arsip").expect(0)
    _alter(desk, "UPDATE articles SET title = char(27) || '[31m' || char(8238)")
    said = desk.terminal("doctor", columns=columns).expect(2)
    assert "\x1b[31m" not in said.out and "\u202e" not in said.out and "\x9b" not in said.out
    after_the_bar = plain(said.out.rpartition("\x1b[2K")[2])  # where the machine is slow, there was one
    assert [line for line in after_the_bar.splitlines() if len(line.rstrip()) > columns] == []
    validate(desk.call("doctor", "--json").expect(2).document())


def _overwritten(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[8192 * 3 + 50 : 8192 * 3 + 90] = b"x" * 40
    file.write_bytes(whole)


def _truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: 8192 * 5 + 17])


def _emptied(file: Path) -> None:
    file.write_bytes(b"")


def _noise(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 400)


def _sql(*statements: str) -> Callable[[Path], None]:
    def alter(file: Path) -> None:
        connection = connect(file)
        for statement in statements:
            connection.execute(statement).fetchall()
        connection.close()

    return alter


_DAMAGES = {
    "an overwritten page": _overwritten,
    "a truncated file": _truncated,
    "an empty file": _emptied,
    "noise": _noise,
    "a table dropped": _sql("DROP TABLE postings"),
    "a fact gone": _sql("DELETE FROM facts WHERE name = 'article_order'"),
    "rows altered": _sql("UPDATE postings SET data = x'00'", "UPDATE chunks SET text = x'00'"),
}
_READERS = [
    ["search", "kopi"],
    ["search", "judul:kopi"],
    ["batch", "queries.txt"],
    ["show", "kopi"],
    ["similar", "kopi"],
    ["list"],
    ["acronyms"],
    ["status"],
    ["stem", "kopi"],
]


@pytest.mark.parametrize("damage", _DAMAGES)
def test_every_damage_has_a_way_out(archive: Desk, damage: str) -> None:
    """Commands say that the index is damaged and what to type, or are not concerned; a rebuild always helps."""
    archive.write({"queries.txt": "kopi\n"})
    sound = [archive.call(*command).out for command in _READERS]
    _DAMAGES[damage](archive.folder / "index" / "carikm.db")
    archive.call("doctor").expect(2)
    hints = set()
    for command, out in zip(_READERS, sound, strict=True):
        run = archive.call(*command)
        if run.code == 2:
            run.says("carikm.db is ", " --rebuild --index ")
            hints.add(run.err.splitlines()[-1])
        else:
            assert run.out == out, str(run)
    (hint,) = hints
    archive.call(*shlex.split(hint.partition(": carikm ")[2].replace("FOLDER", "arsip"))).expect(0)
    archive.call("doctor").expect(0)
    again = [archive.call(*command).out for command in _READERS]
    assert [out for out in again if "built" not in out] == [out for out in sound if "built" not in out]


def test_a_folder_in_the_place_of_an_index(archive: Desk) -> None:
    file = archive.folder / "index" / "carikm.db"
    file.unlink()
    file.mkdir()
    archive.call("doctor").expect(2)
    archive.call("search", "kopi").expect(2)
    archive.call("index", "arsip", "--rebuild").expect(0)
    archive.call("doctor").expect(0)
