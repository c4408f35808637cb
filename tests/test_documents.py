"""The documents describe the program as it is."""

import re
from pathlib import Path

import pytest
import typer.main

from carikm.cli.app import COMMANDS, app
from carikm.index.format import FORMAT_VERSION
from tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")


def _options(command: str) -> set[str]:
    group = typer.main.get_command(app)
    found = group.get_command(None, command)  # type: ignore[attr-defined]
    return {option for parameter in found.params for option in parameter.opts if option.startswith("--")}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_readme_knows_every_command_and_option(command: str) -> None:
    assert f"`carikm {command}" in README
    assert {option for option in _options(command) if option not in README} == {"--help"} & _options(command)


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md"])
def test_links_lead_somewhere(document: str) -> None:
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (REPOSITORY / link).exists()] == []


def test_the_architecture_names_every_module() -> None:
    """But for packages' own files, and the commands, which are named as a kind."""
    modules = [path for path in (REPOSITORY / "src" / "carikm").rglob("*.py") if not path.name.startswith("__")]
    commands = {REPOSITORY / "src" / "carikm" / "cli" / f"{name}.py" for name in COMMANDS}
    unnamed = [
        path.name for path in modules if path not in commands and str(path.relative_to(REPOSITORY)) not in ARCHITECTURE
    ]
    assert unnamed == []


def test_the_architecture_tells_what_each_room_knows() -> None:
    rows = re.findall(r"^\| \[`(\w+)(?:/|\.py)`\].*\| ([^|]+) \|$", ARCHITECTURE, re.MULTILINE)
    house = REPOSITORY / "src" / "carikm"
    rooms = {path.stem for path in house.iterdir() if not path.name.startswith("__")}
    assert {room for room, _ in rows} == rooms
    for room, known in rows:
        files = (house / room).rglob("*.py") if (house / room).is_dir() else [house / f"{room}.py"]
        imports = "\n".join(path.read_text(encoding="utf-8") for path in files)
        others = set(re.findall(r"^ *from carikm\.(\w+)[. ]", imports, re.MULTILINE)) - {room}
        assert others == (set() if known == "nothing" else set(known.split(", "))), room


def test_start_has_two_commands() -> None:
    start = README.split("## Start")[1].split("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", start, re.DOTALL)
    assert [block.count("\n") for block in blocks] == [1, 1]


def test_the_changelog_names_the_format() -> None:
    assert f"index format {FORMAT_VERSION}" in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_test_folder_is_a_room_of_the_house() -> None:
    rooms = {path.name for path in (REPOSITORY / "src" / "carikm").iterdir() if path.is_dir()}
    folders = {path.name for path in Path(__file__).parent.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert folders <= rooms
