"""The examples in the docstrings are right."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

import sim

MODULES = [
    import_module(found.name)
    for found in pkgutil.walk_packages(sim.__path__, "sim.")
    if not found.name.endswith("__main__")
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_give_what_they_say(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    examples = [e for m in MODULES for test in finder.find(m) for e in test.examples]
    assert len(examples) >= 10


def test_every_module_says_what_it_is_for() -> None:
    assert [m.__name__ for m in MODULES if not (m.__doc__ or "").strip()] == []
