"""What docstrings, comments and pages name in backticks as `sim.<path>` exists. Room: all."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    path
    for pattern in (
        *("sim/**/*.py", "sim/**/*.csv", "scenarios/*.py", "tests/**/*.py"),
        *("notebooks/*.ipynb", "*.md", ".github/**/*.md"),
    )
    for path in sorted(ROOT.glob(pattern))
]
DOTTED = re.compile(r"`(sim(?:\.\w+)+)`")
FILE = re.compile(r"`(sim/[\w/.]+)`")


def exists(path: str) -> bool:
    """Whether a dotted path is a module, or something in one; fields of classes are too."""
    parts = path.split(".")
    for n in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:n]))
        except ModuleNotFoundError:
            continue
        for name in parts[n:]:
            if name in getattr(found, "__annotations__", {}):
                return name == parts[-1]
            if not hasattr(found, name):
                return False
            found = getattr(found, name)
        return True
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [path for path in DOTTED.findall(text) if not exists(path)] == []
    assert [path for path in FILE.findall(text) if not (ROOT / path).exists()] == []


def test_names_are_told_from_mistakes() -> None:
    named = {path for page in PAGES for path in DOTTED.findall(page.read_text(encoding="utf-8"))}
    assert len(named) >= 5
    assert exists("sim.stories.story.Story.person")
    assert not exists("sim.stories.story.tell")
    assert not exists("sim.no_such_module")
