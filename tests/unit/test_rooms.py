"""The rooms of `sim/`: which there are, how large, and which way their imports point.

The graph is read from the sources, imports inside functions and under `TYPE_CHECKING` included, so
that nothing hides from it. Room: all.
"""

from __future__ import annotations

import ast
import io
import tokenize
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
    "browser",
    "clinics",
    "economics",
    "tables",
    "plots",
    "uncertainty",
    "fitting",
    "stories",
    "pages",
    "result",
    "run",
    "options",
    "scenario",
    "cli",
    "__main__",
)
"""Rooms and doors from the ground up: each may import those before it, and itself."""
MOST_ENTRIES = 22
MOST_LINES = 600
MOST_ARGUMENTS = 8
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


TWICE = {
    "calibrate": "the command, and what it runs",
    "frontier": "a table, and its picture",
    "reconciliation": "a table, and its picture",
    "plan_people": "the people of a run, and those of a page by the same rule",
    "lived_people": "one task of two engines, which are chosen by their module",
}
"""Public names that two modules may define, and why."""


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


def test_sim_has_few_entries() -> None:
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


def without_reason(source: str) -> list[int]:
    """Lines of late imports and of imports for type checkers that do not say why they are so.

    A comment says it at the end of the line, or, of imports that follow one another in a function,
    on the line above the first.
    """
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    said = {token.start[0] for token in tokens if token.type == tokenize.COMMENT}
    own_line = {line for line in said if source.splitlines()[line - 1].lstrip().startswith("#")}
    tree = ast.parse(source)
    for_checkers = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    silent = [node.lineno for node in for_checkers if node.lineno not in said]
    covered = {inner for node in for_checkers for inner in ast.walk(node)}
    late = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom) and inner not in covered
    }
    told_until = 0
    for node in sorted(late, key=lambda node: node.lineno):
        above = node.lineno - 1
        if above in own_line or (told_until and above == told_until):
            told_until = node.end_lineno or node.lineno
        elif not said & {node.lineno, node.end_lineno}:
            silent.append(node.lineno)
    return sorted(silent)


@pytest.mark.parametrize("name", SOURCES)
def test_an_import_that_is_not_at_the_top_says_why(name: str) -> None:
    assert without_reason(SOURCES[name].read_text(encoding="utf-8")) == []


def test_a_late_import_without_a_reason_is_found() -> None:
    block = "def f():\n    {}\n    import a\n    import b\n"
    assert without_reason(block.format("# Both are slow.")) == []
    assert without_reason(block.format("x = 1  # one")) == [3, 4]
    assert without_reason("def f():\n    import a  # slow\n    import b\n") == [3]
    assert without_reason("if TYPE_CHECKING:\n    import a\n") == [1]
    assert without_reason("if TYPE_CHECKING:  # slow\n    import a\n") == []


def defined(source: str) -> Iterator[str]:
    """Public functions, classes and constants at the top of a source, each once."""
    names: dict[str, None] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names[node.name] = None
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found = (inner for target in targets for inner in ast.walk(target))
            names |= {inner.id: None for inner in found if isinstance(inner, ast.Name)}
    yield from (name for name in names if not name.startswith("_"))


def test_a_name_has_one_meaning() -> None:
    where: dict[str, list[str]] = {}
    for module, path in SOURCES.items():
        for name in defined(path.read_text(encoding="utf-8")):
            where.setdefault(name, []).append(module)
    several = {name: modules for name, modules in where.items() if len(modules) > 1}
    assert {name: modules for name, modules in several.items() if name not in TWICE} == {}
    assert several.keys() == TWICE.keys()


def test_names_of_every_kind_are_found() -> None:
    source = "A, (B, _C) = 1, (2, 3)\nD: int = 4\nA = 5\ndef f(): g = 6\nclass H: i = 7"
    assert list(defined(source)) == ["A", "B", "D", "f", "H"]


def arguments(source: str) -> Iterator[tuple[str, int]]:
    """Functions of a source, and how many arguments each takes; what a method is called on too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            a = node.args
            several = (a.vararg is not None) + (a.kwarg is not None)
            yield node.name, len(a.posonlyargs + a.args + a.kwonlyargs) + several


@pytest.mark.parametrize("name", SOURCES)
def test_no_function_takes_more_arguments_than_can_be_kept_in_mind(name: str) -> None:
    found = arguments(SOURCES[name].read_text(encoding="utf-8"))
    assert [(function, n) for function, n in found if n > MOST_ARGUMENTS] == []


def test_arguments_of_every_kind_are_counted() -> None:
    assert list(arguments("def f(a, /, b, *c, d=1, **e): ...")) == [("f", 5)]
