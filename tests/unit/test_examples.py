"""The examples in the docstrings are right.

Room: all.
"""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import sim

MODULES = [
    found.name
    for found in pkgutil.walk_packages(sim.__path__, "sim.")
    if not found.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    tests = [test for name in MODULES for test in finder.find(import_module(name))]
    assert sum(len(test.examples) for test in tests) >= 10


def test_every_module_says_what_it_is_for() -> None:
    assert [m for m in MODULES if not (import_module(m).__doc__ or "").strip()] == []
