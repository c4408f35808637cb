"""The names that the package offers."""

import inspect
import subprocess
import sys

import pytest

import carikm
from carikm import api


def test_they_are_sorted_and_all_there_are() -> None:
    assert carikm.__all__ == sorted(carikm.__all__)
    assert dir(carikm) == carikm.__all__


@pytest.mark.parametrize("name", carikm.__all__)
def test_each_resolves_and_is_documented(name: str) -> None:
    value = getattr(carikm, name)
    assert isinstance(value, str) if name == "__version__" else inspect.getdoc(value)


@pytest.mark.parametrize("name", api.__all__)
def test_the_library_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(api, name))


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = carikm.nonsense


def test_a_star_import_gives_them() -> None:
    names = f"from carikm import *; print(*sorted(set({carikm.__all__!r}) & set(dir())))"
    shown = subprocess.run([sys.executable, "-c", names], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == carikm.__all__
