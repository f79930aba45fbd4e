"""The rooms of `sim/`: which there are, how large, and which way their imports point.

The graph is read from the sources, imports inside functions and under `TYPE_CHECKING` included, so
that nothing hides from it. Room: all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim

PACKAGE = Path(sim.__file__).parent
ORDER = (
    "evidence",
    "life",
    "inputs",
    "counting",
    "engine",
    "clinics",
    "tables",
    "plots",
    "fitting",
    "stories",
    "result",
    "run",
    "options",
    "scenario",
    "cli",
    "__main__",
)
"""Rooms and doors from the ground up: each may import those before it, and itself."""
MOST_ENTRIES = 18
MOST_LINES = 600
SOURCES = {
    ".".join(("sim", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def imported(path: Path) -> Iterator[str]:
    """Modules of the package that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in SOURCES)
        elif isinstance(node, ast.ImportFrom) and node.module in SOURCES:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in SOURCES else str(node.module)


GRAPH = {name: sorted(set(imported(path)) - {name}) for name, path in SOURCES.items()}


def room(module: str) -> str:
    """The room or the door that a module stands in; the face of the package is empty."""
    return (*module.split("."), "")[1]


def circles(graph: dict[str, list[str]]) -> list[list[str]]:
    """Groups of nodes that reach one another."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        found: set[str] = set()
        waiting = list(graph[start])
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += graph[name]
        reached[start] = found
    groups = {
        tuple(sorted(b for b in reached[a] if a in reached[b])) for a in graph if a in reached[a]
    }
    return [list(group) for group in sorted(groups)]


def test_sim_has_at_most_eighteen_entries() -> None:
    entries = [p.name for p in PACKAGE.iterdir() if p.name != "__pycache__"]
    assert len(entries) <= MOST_ENTRIES, sorted(entries)


def test_every_room_has_a_place_in_the_order() -> None:
    assert {room(name) for name in SOURCES} - {""} == set(ORDER)


def test_no_module_imports_itself_in_a_circle() -> None:
    assert circles(GRAPH) == []


@pytest.mark.parametrize("name", [name for name in SOURCES if room(name)])
def test_imports_point_down(name: str) -> None:
    allowed = ORDER[: ORDER.index(room(name)) + 1]
    assert [other for other in GRAPH[name] if room(other) not in allowed] == []


def test_the_face_of_the_package_imports_only_doors_and_what_a_user_writes() -> None:
    faces = {room(name) for name in GRAPH["sim"]}
    assert faces <= {"scenario", "result", "inputs", "evidence"}


def test_a_circle_is_found_and_an_arrow_that_points_up_too(tmp_path: Path) -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == [["a", "b", "c"]]
    hidden = tmp_path / "hidden.py"
    hidden.write_text("def f():\n    from sim.cli import main\n    return main\n")
    assert list(imported(hidden)) == ["sim.cli"]


@pytest.mark.parametrize("name", SOURCES)
def test_no_file_is_too_long_to_read(name: str) -> None:
    assert len(SOURCES[name].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_most_files_are_short() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES.values()]
    assert sum(length < 300 for length in lengths) > 0.8 * len(lengths)
