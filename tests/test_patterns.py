"""No regular expression of carikm backtracks exponentially: each is found in the source, and shown by its automaton."""

import ast
import importlib
import inspect
import pkgutil
import re
import string
from collections.abc import Iterator
from fnmatch import translate
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import carikm
from carikm.analysis.tokens import MAX_SURFACE_LENGTH, tokenize
from carikm.patterns import LatePattern
from carikm.search import expansion, syntax
from tests.ambiguity import Automaton

NAMES = ("compile", "match", "fullmatch", "search", "findall", "finditer", "sub", "subn", "split")
FUNCTIONS = {"pattern", *(f"re.{name}" for name in NAMES)}
# What is put together where it is used, by module and function; of each, what it comes to.
PUT_TOGETHER = {
    ("carikm.corpus.datelines", "<genexpr>"): [],  # a constant of the module, which is found there
    ("carikm.corpus.mojibake", "_suspicious"): [
        importlib.import_module("carikm.corpus.mojibake")._suspicious().pattern
    ],
    ("carikm.corpus.datelines", "_is_spoken_of"): [r"\b(?:di|ke)\s(?:\w{1,20}\s){0,2}Kudus\b(?!\s*[-–—])"],
    ("carikm.patterns", "__getattr__"): [],  # found where they are given
    ("carikm.search.expansion", "whole"): [expansion.whole(["dinas", "perindustrian", "kota"]).pattern],
    ("carikm.search.paths", "_pattern_test"): [translate(pattern) for pattern in ("a*b*[ab]?*c", "*" * 50, "*a" * 50)],
    ("carikm.search.phrases", "any_word_test"): ["korupsi|dikorupsi|korupsinya|kor"],
    ("carikm.search.phrases", "side_by_side_count"): [
        "[^a-z0-9]++".join(["sentra", "logam", "baja"] * 3),
        "sentra(?<![a-z]sentra)" + "[^a-z0-9]++logam" * 5 + "(?![a-z])",
        r"sentra(?<!\Ssentra)" + r"\s++logam" * 5 + r"(?=[.,]?(?:\s|\Z))",
    ],
}


def _modules() -> list[ModuleType]:
    names = [module.name for module in pkgutil.walk_packages(carikm.__path__, "carikm.")]
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]


def _called(module: ModuleType) -> Iterator[tuple[str, ast.Call]]:
    """Find every call of a function of `re` that takes a pattern, with the function that it stands in."""
    pending: list[tuple[str, ast.AST]] = [("", ast.parse(inspect.getsource(module)))]
    while pending:
        where, node = pending.pop()
        if isinstance(node, ast.FunctionDef):
            where = node.name
        elif isinstance(node, ast.GeneratorExp):
            where = where or "<genexpr>"
        if isinstance(node, ast.Call) and ast.unparse(node.func) in FUNCTIONS:
            yield where, node
        pending += [(where, child) for child in ast.iter_child_nodes(node)]


def _held(value: Any) -> Iterator[tuple[str, int]]:
    """Find what is compiled in a module's constant."""
    if isinstance(value, re.Pattern | LatePattern) and isinstance(value.pattern, str):
        yield value.pattern, value.flags
    elif isinstance(value, dict):
        yield from _held(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _held(part)


def _found() -> tuple[dict[tuple[str, int], str], set[tuple[str, str]]]:
    """Give every pattern with its flags and a place that has it, and the places whose patterns are not constant."""
    patterns: dict[tuple[str, int], str] = {}
    open_places = set()
    for module in _modules():
        for value in vars(module).values():
            patterns |= dict.fromkeys(_held(value), module.__name__)
        for where, call in _called(module):
            try:
                code = compile(ast.Expression(call.args[0]), "", "eval")
                pattern = eval(code, dict(vars(module)))
            except NameError:
                open_places.add((module.__name__, where))
                continue
            flags = [part for part in ast.walk(call) if isinstance(part, ast.Attribute) and part.attr.isupper()]
            number = 0
            for flag in flags:
                number |= getattr(re, flag.attr)
            patterns[pattern, int(number)] = f"{module.__name__}:{call.lineno}"
    for terminal in syntax._parser().terminals:
        patterns[terminal.pattern.to_regexp(), 0] = f"the grammar's {terminal.name}"
    for place, put_together in PUT_TOGETHER.items():
        patterns |= dict.fromkeys(((pattern, re.IGNORECASE) for pattern in put_together), place[0])
    return patterns, open_places


PATTERNS, OPEN_PLACES = _found()


def test_every_pattern_is_looked_at() -> None:
    assert len(PATTERNS) > 140
    assert set(PUT_TOGETHER) == OPEN_PLACES


def test_none_backtracks_exponentially() -> None:
    assert [(place, key[0]) for key, place in PATTERNS.items() if Automaton(*key).is_exponential()] == []


EXPONENTIAL = [
    "(a+)+b", "(a*)*b", "(a|aa)*b", "(a|ab|b)*c", r"(\w+\s?)*x", "(?:a?b?)*c", "(a{1,60})*b", r"(?:\s*,?\s*)*x",
    r"^(?:[\w.]+\w)*@", "(?=(a+)+b)", r"(?P<x>a|aa)(?:(?P=x))+c", "(?:a++b?)*c", "(?i:a|A|aA)+b", r"(x)?(?(1)(a+)+|b)",
]  # fmt: skip
HARMLESS = [r"(\w+\s)*x", "[a-z]+(?:-[a-z]+)*", r"\d+(?:\.\d+)+", "a{1,60}b", r"\s*,\s*", "(?:ab|ac)*d", ".*x.*y"]


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_what_is_exponential_is_told(pattern: str) -> None:
    assert Automaton(pattern).is_exponential()


@pytest.mark.parametrize("pattern", HARMLESS)
def test_what_is_harmless_is_let_be(pattern: str) -> None:
    assert not Automaton(pattern).is_exponential()


@given(st.text(st.sampled_from(f"{string.ascii_letters}'’.,-:/@é\u0301 "), min_size=200))
def test_sastrawi_meets_bounded_words_only(text: str) -> None:
    """Its own patterns are not looked at: all that is ever stemmed is the surface of a token."""
    assert all(len(token.surface) <= MAX_SURFACE_LENGTH for token in tokenize(text * 5))
