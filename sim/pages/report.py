"""A report: the page that tells a decision maker what is in the folder of a run."""

from __future__ import annotations

import datetime
from pathlib import Path

import sim
from sim.evidence.mistakes import InputError
from sim.pages.again import RERUN, again_parts, facts_of_run
from sim.pages.appendix import measures_parts, parameters_parts, sources_parts
from sim.pages.checked import checked_parts
from sim.pages.cohort import (
    by_primary_table,
    cohort_answer,
    cohort_figures,
    cohort_question,
    cohort_tables,
    cohort_title,
)
from sim.pages.compared import Compared
from sim.pages.comparison import (
    comparison_answer,
    comparison_question,
    comparison_title,
    settings_parts,
)
from sim.pages.comparison_pictures import comparison_figures
from sim.pages.comparison_tables import comparison_tables
from sim.pages.page import Page, PageSection
from sim.tables.folder_words import reason
from sim.tables.run_tables import RunTables
from sim.tables.stored import read_tables

REPORT = "report.html"


def write_report(folder: Path, out: Path | None = None) -> Path:
    """Write the report of a folder, into it unless told where else.

    Raises
    ------
    InputError
        If there is nothing in the folder that can be told, or the file cannot be written.
    """
    page = report_of(folder)
    file = out or folder / REPORT
    try:
        file.write_text(page.html(), encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"out is {str(file)!r}: {reason(error)}; allowed: a file that can be written"
        ) from None
    return file


def report_of(folder: Path) -> Page:
    """The report of a run.

    Raises
    ------
    InputError
        If it is not the folder of a whole run.
    """
    return page_of_run(read_tables(folder))


def page_of_run(tables: RunTables) -> Page:
    """The report of a run, as a page."""
    compared = Compared.of(tables)
    answer, figures, numbers = [], [], []
    if compared:
        question = comparison_question(compared)
        answer += comparison_answer(compared)
        figures += comparison_figures(compared)
        numbers += [*comparison_tables(compared), *settings_parts(compared)]
    else:
        question = cohort_question()
        answer += cohort_answer(tables)
        figures += cohort_figures(tables)
    numbers += [*cohort_tables(tables), by_primary_table(tables).html()]
    known = tables.scenario.known
    measures = dict.fromkeys(tables.summary["measure"])
    sections = [
        PageSection("question", "The question", tuple(question)),
        PageSection("answer", "The answer", tuple(answer)),
        PageSection("figures", "The answer in pictures", tuple(figures)),
        PageSection("numbers", "The numbers", tuple(numbers)),
        PageSection("checked", "How the model was checked", tuple(checked_parts(tables))),
        PageSection(
            "again",
            "How to make it again",
            tuple(
                again_parts(
                    facts_of_run(tables.run),
                    tables.scenario,
                    RERUN,
                    "It is the same if the hash of the results is.",
                )
            ),
        ),
        PageSection(
            "sources",
            "Where every number comes from",
            (
                *measures_parts(map(str, measures), known),
                *parameters_parts(known),
                *sources_parts(known),
            ),
        ),
    ]
    return Page(
        title=title_of(compared),
        lead=lead_of(tables),
        made=made_words(),
        sections=tuple(sections),
    )


def made_words() -> str:
    """When and with what a page was made."""
    today = datetime.date.today()
    return f"Made on {today.day} {today:%B %Y} with spinemets {sim.__version__}."


def title_of(compared: Compared | None) -> str:
    """The question in short."""
    return comparison_title() if compared else cohort_title()


def lead_of(tables: RunTables) -> str:
    """What was simulated, in a sentence."""
    run = tables.run
    years = "-".join(str(year) for year in dict.fromkeys(run["scenario"]["years"]))
    return (
        f"A simulation of {run['people']:,} new cancers a year ({run['scenario']['population']}, "
        f"{years}), each person followed from diagnosis to death: {run['scenario']['name']}."
    )
