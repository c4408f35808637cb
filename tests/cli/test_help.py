"""Every command and every option explains itself."""

import inspect
from importlib import import_module
from typing import Any

import pytest
from typer.main import get_command

from carikm import __version__
from carikm.cli.app import COMMANDS, app
from tests.cli.harness import Desk

GROUP: Any = get_command(app)


def _parameters(name: str) -> list[Any]:
    return [*GROUP.get_command(None, name).params]


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_the_overview_names_every_command(desk: Desk, option: str) -> None:
    run = desk.call(option).expect(0)
    for name, help in COMMANDS.items():
        assert f" {name} " in run.out and help in run.out
    assert "carikm search" in run.out and run.err == ""


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_a_command_explains_itself_and_its_options(desk: Desk, name: str, option: str) -> None:
    run = desk.call(name, option, COLUMNS="200").expect(0)
    assert f"Usage: carikm {name}" in run.out and COMMANDS[name] in run.out
    for parameter in _parameters(name):
        shown = parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar.strip("[]")
        assert shown in run.out
        assert parameter.help and parameter.help in run.out
    assert run.err == "" and not list(desk.folder.iterdir())


@pytest.mark.parametrize("name", COMMANDS)
def test_help_texts_are_sentences(name: str) -> None:
    texts = [COMMANDS[name], *(parameter.help for parameter in _parameters(name))]
    for text in texts:
        assert text[0].isupper() and (text.endswith(".") or ":" in text or ";" in text), text


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "completion"])  # which prints a script
def test_the_common_options_are_everywhere(name: str) -> None:
    options = {option for parameter in _parameters(name) for option in parameter.opts}
    output = {"batch": "--format", "watch": "--jsonl"}.get(name, "--json")
    assert {"--corpus", "--index", "--color", output} <= options


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_a_documented_function(name: str) -> None:
    function = getattr(import_module(f"carikm.cli.{name}"), f"{name}_command")
    assert inspect.getdoc(function)


def test_the_version(desk: Desk) -> None:
    assert desk.call("--version").expect(0).out == f"carikm {__version__}\n"
    assert desk.run("--version").expect(0).out == f"carikm {__version__}\n"
