"""What a run is told as: clinics, a comparison, or how many people there are."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from sim.pages.cohort import (
    cohort_answer,
    cohort_figures,
    cohort_question,
    cohort_tables,
    cohort_title,
)
from sim.pages.compared import Comparison
from sim.pages.comparison import (
    comparison_answer,
    comparison_question,
    comparison_title,
    settings_parts,
)
from sim.pages.comparison_pictures import comparison_figures
from sim.pages.comparison_tables import comparison_tables
from sim.pages.waiting import (
    waiting_answer,
    waiting_figures,
    waiting_question,
    waiting_tables,
    waiting_title,
)
from sim.tables.run_tables import RunTables


class Telling(NamedTuple):
    """A title, and the parts of the sections that answer it."""

    title: str
    question: tuple[Markup, ...]
    answer: tuple[Markup, ...]
    figures: tuple[Markup, ...]
    numbers: tuple[Markup, ...]
    compared: Comparison | None = None


def told_of_run(tables: RunTables) -> Telling:
    """What a run answers: all that it has, the first of it in the title."""
    compared = Comparison.of(tables)
    clinics = tables.scenario.clinics
    waits = clinics is not None and tables.lines is not None and not tables.lines.empty
    figures: list[Markup] = []
    numbers: list[Markup] = []
    answer: list[Markup] = []
    question: list[Markup] = []
    titles: list[str] = []
    if clinics is not None and waits:
        titles.append(waiting_title())
        question += waiting_question(tables, clinics)
        answer += waiting_answer(tables)
        figures += waiting_figures(tables, clinics)
        numbers += waiting_tables(tables, clinics)
    if compared is not None:
        titles.append(comparison_title())
        question += comparison_question(compared)
        answer += comparison_answer(compared)
        figures += comparison_figures(compared)
        numbers += [*comparison_tables(compared), *settings_parts(compared)]
    if not titles:
        titles.append(cohort_title())
        question += cohort_question()
        answer += cohort_answer(tables)
        figures += cohort_figures(tables)
    numbers += cohort_tables(tables)
    return Telling(
        titles[0], tuple(question), tuple(answer), tuple(figures), tuple(numbers), compared
    )
