"""The pages are true: their examples run, their links lead somewhere, nothing on them is stale.

Room: all.
"""

from __future__ import annotations

import os
import re
import runpy
import shlex
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import click
import matplotlib.pyplot as plt
import nbformat
import pytest
from click.testing import CliRunner

from sim import Scenario
from sim.cli import main
from sim.plots import Plots
from tests.conftest import draw_nothing
from tests.documentation import notebooks
from tests.documentation.pages import (
    DOCS,
    GENERATED,
    README,
    ROOT,
    Block,
    anchor,
    anchors,
    blocks,
    links,
    name_of,
    pages,
    prose,
)
from tests.documentation.printed import parts_of, printed_blocks, quick_output_of
from tests.documentation.tables import made_pages

PAGES = pages()
MOST_LINES_OF_README = 150
LANGUAGES = {"", "console", "python", "csv", "diff", "r", "bibtex"}
PEOPLE, DRAWS, PEOPLE_PER_DRAW, REPLICATES = 400, 2, 2_000, 2
"""The most that a scenario of a page lives when its examples run, and in how many years: one."""
OVER_DRAWS = {"uncertainty.md": 40, "qalys_and_costs.md": 40}
"""Draws on pages with examples that need a range over them."""
LONG = {*OVER_DRAWS, "access.md", "clusters.md"}
"""Pages whose examples take more than some seconds."""
SLOW_TO_START = ("synthesize", "trials", "validate", "calibrate", "sensitivity", "value")
"""Commands whose work does not get smaller by options of a run; tests of their own run them."""

of_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def having(wanted: Callable[[Block], bool], long: Collection[str] = ()) -> pytest.MarkDecorator:
    """Tests of the pages that have such a block, slow of those whose file is called so."""
    found = [
        pytest.param(page, id=name_of(page), marks=[pytest.mark.slow] * (page.name in long))
        for page in PAGES
        if any(wanted(block) for block in blocks(page))
    ]
    return pytest.mark.parametrize("page", found)


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < MOST_LINES_OF_README


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = {README}, [README]
    while waiting:
        page = waiting.pop()
        for link in links(page):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target in PAGES and target not in reached:
                reached.add(target)
                waiting.append(target)
    assert reached == set(PAGES)


@of_page
def test_links_lead_somewhere(page: Path) -> None:
    known: dict[Path, set[str]] = {}
    for link in links(page):
        if re.match(r"https?://", link):
            continue
        path, _, place = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if place:
            if target not in known:
                known[target] = anchors(target)
            assert place in known[target], link


def test_anchors_are_those_of_the_site() -> None:
    assert anchor("`cost`, and what it is") == "cost-and-what-it-is"
    assert anchor("QALYs & costs (USD)") == "qalys--costs-usd"


@of_page
def test_blocks_say_what_they_are(page: Path) -> None:
    assert {block.language for block in blocks(page)} <= LANGUAGES


@of_page
def test_equations_are_closed(page: Path) -> None:
    text = prose(page)
    assert len(re.findall(r"^\$\$$", text, re.MULTILINE)) == text.count("$$")
    assert text.count("$$") % 2 == 0
    # Markdown takes the backslash off a mark before the equation is read.
    assert not re.search(r"\$[^$]*\\[^A-Za-z\s][^$]*\$", text)
    for paragraph in re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL).split("\n\n"):
        assert paragraph.count("$") % 2 == 0, paragraph
    for equation in re.findall(r"\$\$.*?\$\$", text, re.DOTALL):
        assert equation.count("{") == equation.count("}")
        left, right = (re.findall(rf"\\{side}\b", equation) for side in ("left", "right"))
        assert len(left) == len(right)
        assert "\n\n" not in equation


@pytest.mark.parametrize("page", GENERATED, ids=name_of)
def test_generated_pages_are_what_the_tables_say(page: Path) -> None:
    fresh = page.read_text(encoding="utf-8") == made_pages()[page]
    assert fresh, f"{name_of(page)} is stale: `python -m tests.documentation` writes it anew"


@having(lambda block: block.note.startswith("printed by: "))
def test_quick_blocks_are_what_their_commands_print(page: Path) -> None:
    for block in printed_blocks(page):
        if not block.long:
            fresh = parts_of(quick_output_of(block.command), block.parts) == block.text
            assert fresh, f"stale: `python -m tests.documentation` runs {block.command!r} again"


@of_page
def test_long_blocks_name_commands_that_there_are(page: Path) -> None:
    for block in printed_blocks(page):
        check_command(block.command)
        # What is kept of the output is found in what was kept.
        parts_of(block.text, block.parts)


def commands(page: Path) -> list[tuple[str, Block]]:
    """The lines of a page's console blocks that may be run, each with its block."""
    return [
        (line, block)
        for block in blocks(page)
        if block.language == "console"
        for line in block.text.splitlines()
        if line
    ]


def check_command(line: str) -> None:
    """Let click read the options of a command, without doing anything."""
    program, *arguments = shlex.split(line)
    assert program == "spinemets"
    command = main.commands[arguments[0]]
    if "--help" in arguments:
        return
    with click.Context(main) as above:
        command.make_context(arguments[0], arguments[1:], parent=above)


@having(lambda block: block.language == "console")
def test_commands_have_the_options_that_they_are_given(page: Path) -> None:
    for line, _ in commands(page):
        if line.startswith("spinemets"):
            check_command(line)
        else:
            known = (".uv/", "python", "source ", "uv run ", "git ", "cd ")
            assert line.startswith(known), line


@having(lambda block: "spinemets explain" in block.text and block.language == "console")
def test_what_is_explained_is_known(page: Path) -> None:
    for line, _ in commands(page):
        if line.startswith("spinemets explain"):
            assert quick_output_of(line)


def make_small(monkeypatch: pytest.MonkeyPatch, draws: int) -> None:
    """Let every scenario that is run from now on live few people, and draw no picture folder."""
    whole = Scenario.run

    def run(scenario: Scenario, **how: Any) -> Any:
        changes: dict[str, Any] = {
            "draws": min(scenario.draws, draws),
            "replicates": min(scenario.replicates, REPLICATES),
            "lookback_years": min(scenario.lookback_years, 2),
            "people_per_draw": PEOPLE_PER_DRAW,
            "years": (scenario.years[0], scenario.years[0]),
        }
        people = PEOPLE if changes["draws"] <= DRAWS else PEOPLE_PER_DRAW
        if scenario.population.people_per_year > people:
            changes["population"] = scenario.population.scaled(people)
        return whole(scenario.with_options(**changes), **how)

    monkeypatch.setattr(Scenario, "run", run)
    monkeypatch.setattr(Plots, "save_all", draw_nothing)


def write_files(page: Path, folder: Path) -> None:
    """Write the files that a page shows, where its examples look for them."""
    for block in blocks(page):
        if block.note.startswith("file: "):
            (folder / block.note.removeprefix("file: ")).write_text(block.text, encoding="utf-8")


# Of so few people some numbers are missing, which warns.
@pytest.mark.filterwarnings("ignore")
@having(lambda block: block.language == "python", LONG)
def test_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a page go on where the one before them ended, each also as a file if it is one."""
    monkeypatch.chdir(tmp_path)
    make_small(monkeypatch, OVER_DRAWS.get(page.name, DRAWS))
    write_files(page, tmp_path)
    names: dict[str, Any] = {"__name__": "page"}
    for block in blocks(page):
        if block.language == "python":
            place = f"{name_of(page)}, line {block.line}"
            exec(compile("\n" * block.line + block.text, place, "exec"), names)
            if block.note.startswith("file: "):
                assert isinstance(names["scenario"], Scenario)
    plt.close("all")


@pytest.mark.slow
@having(lambda block: block.language == "console")
def test_commands_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    """As they stand, but of few people."""
    monkeypatch.chdir(tmp_path)
    os.symlink(root / "scenarios", tmp_path / "scenarios")
    monkeypatch.setattr(Plots, "save_all", draw_nothing)
    write_files(page, tmp_path)
    for line, block in commands(page):
        words = shlex.split(line)
        if words[0] != "spinemets" or block.note.startswith("not run: "):
            continue
        if words[1] in SLOW_TO_START:
            continue
        if words[1] == "run" and words[2] not in ("hospital.py", "town.py"):
            words += ["--people", "600", "--draws", "0", "--quiet"]
        found = CliRunner().invoke(main, words[1:])
        if found.exit_code == 2 and words[1] == "life":
            assert "person" in found.output  # people of so few may not be there
            continue
        assert found.exit_code == 0, (line, found.output[-500:], found.exception)


def test_the_citation_is_valid_and_of_this_version() -> None:
    """By the rules of Citation File Format 1.2.0, for the fields that it has."""
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    fields = dict(re.findall(r'^([a-z-]+):(?: "?(.*?)"?)?$', text, re.MULTILINE))
    assert {"cff-version", "message", "title", "authors"} <= fields.keys()
    assert fields["cff-version"] == "1.2.0"
    assert fields["type"] == "software"
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name in ("version", "license"):
        assert fields[name] == re.findall(rf'^{name} = "(.+)"$', project, re.MULTILINE)[0]
    known = {
        *("cff-version", "message", "title", "abstract", "type", "authors", "version", "license"),
        *("keywords", "repository-code", "url", "date-released", "doi", "identifiers", "contact"),
        *("preferred-citation", "references", "commit", "license-url", "repository"),
    }
    assert fields.keys() <= known
    assert re.search(r'^authors:\n  - name: ".+"$', text, re.MULTILINE)


@pytest.mark.parametrize(
    "path", sorted(notebooks.FOLDER.glob("*.ipynb")), ids=lambda path: path.stem
)
def test_notebooks_are_named_on_the_first_page(path: Path) -> None:
    assert f"notebooks/{path.name}" in (DOCS / "README.md").read_text(encoding="utf-8")
    assert nbformat.read(path, as_version=4).cells[0].source.startswith("# ")


def test_files_of_pages_are_read_as_scenarios(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for page in PAGES:
        write_files(page, tmp_path)
    for path in sorted(tmp_path.glob("*.py")):
        assert isinstance(runpy.run_path(str(path))["scenario"], Scenario)
