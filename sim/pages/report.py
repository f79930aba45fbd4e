"""A report: the page that tells a decision maker what is in a folder of results."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.inputs.setting import Setting
from sim.pages.again import RERUN, again_parts, facts_of_run
from sim.pages.appendix import appendix
from sim.pages.checked import checked_parts
from sim.pages.compared import Comparison
from sim.pages.hangs_on import hangs_on_parts
from sim.pages.keep_in_mind import keep_in_mind_parts
from sim.pages.moved_answer import (
    moved_again_python,
    moved_answer,
    moved_facts,
    moved_figures,
    moved_question,
    moved_tables,
    moved_title,
)
from sim.pages.page import Page, PageSection, made_words
from sim.pages.panel import MEASURES_SHOWN, Panel
from sim.pages.prose import paragraph
from sim.pages.run_told import Telling, told_of_run
from sim.tables.run_tables import RunTables
from sim.tables.stored import read_tables
from sim.uncertainty.moved import Moved
from sim.uncertainty.sensitivity_folder import SENSITIVITY, read_moved

REPORT = "report.html"


def write_report(folder: Path, out: Path | None = None) -> Path:
    """Write the report of a folder, into it unless told where else.

    Raises
    ------
    InputError
        If there is nothing in the folder that can be told, or the file cannot be written.
    """
    return page_of_folder(folder).write(out or folder / REPORT)


def page_of_folder(folder: Path) -> Page:
    """The report of a run, or of a sensitivity.

    Raises
    ------
    InputError
        If it is the folder of neither.
    """
    if (folder / SENSITIVITY).is_file():
        return page_of_sensitivity(*read_moved(folder))
    return page_of_run(read_tables(folder), sensitivity_beside(folder))


def sensitivity_beside(folder: Path) -> Moved | None:
    """A sensitivity that stands beside a run, as the command leaves it; None if there is none."""
    beside = folder.resolve()
    beside = beside.with_name(f"{beside.name}_sensitivity")
    return read_moved(beside)[0] if (beside / SENSITIVITY).is_file() else None


def same_question(one: Setting, other: Setting) -> bool:
    """Whether two scenarios ask the same of the same people, however much of it is drawn."""
    how = {"draws", "replicates", "people_per_draw", "seed", "engine", "ages"}
    first, second = (asked.model_dump(exclude=how) for asked in (one, other))
    return first == second


def page_of_run(tables: RunTables, beside: Moved | None = None) -> Page:
    """The report of a run, as a page."""
    told = told_of_run(tables)
    if beside is not None and not same_question(beside.scenario, tables.scenario):
        beside = None
    known = tables.scenario.known
    again = again_parts(
        facts_of_run(tables.run),
        tables.scenario,
        RERUN,
        "It is the same run if the hash of the results is the same.",
    )
    panel = Panel(lived_again(tables, told.compared))
    return Page(
        title=told.title,
        lead=lead_of(tables),
        made=made_words(),
        sections=(
            *_told_sections(told),
            *_panel_sections(panel),
            PageSection(
                "hangs-on",
                "What the answer hangs on",
                tuple(hangs_on_parts(tables, told.compared, beside)),
            ),
            PageSection("checked", "How the model was checked", tuple(checked_parts(tables))),
            PageSection(
                "mind", "What to keep in mind", tuple(keep_in_mind_parts(tables.scenario, known))
            ),
            PageSection("again", "How to make it again", tuple(again)),
            appendix([*map(str, tables.summary["measure"]), *MEASURES_SHOWN], known),
        ),
        scripts=panel.scripts(),
        data=panel.data(),
        styles=(panel.style,),
    )


def lived_again(tables: RunTables, compared: Comparison | None) -> Setting:
    """The scenario of a run with the strategies that its report compares, if it compares any."""
    scenario = tables.scenario
    if compared is None:
        return scenario
    mine = [one for one in scenario.strategies if one.name in compared.names]
    mine.sort(key=lambda one: compared.names.index(one.name))
    return scenario.with_options(strategies=mine)


def _panel_sections(panel: Panel) -> Iterable[PageSection]:
    """The model on the page, and one life by it."""
    lead = paragraph(
        "This page carries the model. Move a control and it lives the same people again, here on "
        "your own computer; nothing is sent anywhere."
    )
    yield PageSection("rerun", "Run it again", (lead, *panel.parts()))
    yield PageSection("one-life", "One life", panel.life_parts())


def page_of_sensitivity(found: Moved, written_by: str) -> Page:
    """The report of a sensitivity, as a page."""
    scenario = found.scenario
    told = Telling(
        moved_title(found),
        tuple(moved_question(found)),
        tuple(moved_answer(found)),
        tuple(moved_figures(found)),
        tuple(moved_tables(found)),
    )
    again = again_parts(
        moved_facts(found, written_by),
        scenario,
        moved_again_python(found),
        "It is the same if the table that is printed begins with the same numbers.",
    )
    known = scenario.known
    asked = [*(name for ask in found.wanted for name in ask.reads), *MEASURES_SHOWN]
    panel = Panel(scenario)
    return Page(
        title=told.title,
        lead=(
            f"An analysis of sensitivity: {len(found.tornado['parameter'].unique()):,} uncertain "
            f"numbers moved, {found.lives:,} lives."
        ),
        made=made_words(),
        sections=(
            *_told_sections(told),
            *_panel_sections(panel),
            PageSection("checked", "How the model was checked", tuple(checked_parts(None))),
            PageSection("mind", "What to keep in mind", tuple(keep_in_mind_parts(scenario, known))),
            PageSection("again", "How to make it again", tuple(again)),
            appendix(asked, known),
        ),
        scripts=panel.scripts(),
        data=panel.data(),
        styles=(panel.style,),
    )


def _told_sections(told: Telling) -> Iterable[PageSection]:
    """Question, answer, pictures and numbers."""
    for anchor, heading, parts in (
        ("question", "The question", told.question),
        ("answer", "The answer", told.answer),
        ("figures", "The answer in pictures", told.figures),
        ("numbers", "The numbers", told.numbers),
    ):
        if parts:
            yield PageSection(anchor, heading, parts)


def lead_of(tables: RunTables) -> str:
    """What was simulated, in a sentence."""
    run = tables.run
    years = "-".join(str(year) for year in dict.fromkeys(run["scenario"]["years"]))
    return (
        f"A simulation of {run['people']:,} new cancers a year ({run['scenario']['population']}, "
        f"{years}), each person followed from diagnosis to death. Scenario: "
        f"{run['scenario']['name']}."
    )
