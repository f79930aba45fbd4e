"""Strategies compared, in tables: differences, means, and what each strategy does."""

from __future__ import annotations

from markupsafe import Markup

from sim.counting.care_measures import AGAINST_REFERENCE
from sim.counting.measures import MEASURES, words_of
from sim.pages.compared import DIFFERENCES, Comparison, interval_note
from sim.pages.page_table import Cell, PageColumn, PageTable
from sim.pages.prose import anchor_of, link
from sim.tables.answer import RELIEF
from sim.tables.grades import GRADE_WORDS
from sim.tables.outcome_words import horizon_words

SIDE_BY_SIDE = (
    *("days_pain_below_4", "severe_pain_days", "therapy_days_lost", "delay_days"),
    *("days_on_therapy", "days_alive", "days_walking", "courses_per_person"),
)
"""Measures of the table of means."""


def comparison_tables(found: Comparison) -> list[Markup]:
    """Differences and means by strategy, and what each strategy does."""
    return [
        differences_to_reference(found).html(),
        means_side_by_side(found).html(),
        what_strategies_do(found).html(),
    ]


def differences_to_reference(found: Comparison) -> PageTable:
    """A row a strategy, three columns a measure: difference and the ends of its interval."""
    columns = [PageColumn("strategy", words=True)]
    for measure in DIFFERENCES:
        told = link(words_of(measure), anchor_of("measure", measure))
        columns += [PageColumn(head, 1) for head in (told, "95% from", "to")]
    rows: list[list[Cell]] = []
    for name in found.by_difference(RELIEF):
        cells: list[Cell] = [found.words(name)]
        for measure in DIFFERENCES:
            cells += found.difference(measure, name)[1:4]
        rows.append(cells)
    return PageTable(
        "differences-table",
        f"Differences to {found.reference}: days a person, {horizon_words(found.tables.run)}",
        columns,
        rows,
        f"Each strategy less {found.reference}, in the same people. {interval_note(found.tables)}",
    )


def means_side_by_side(found: Comparison) -> PageTable:
    """A row a strategy, a column a measure."""
    measures = [measure for measure in SIDE_BY_SIDE if found.has(measure)]
    columns = [PageColumn("strategy", words=True)]
    for measure in measures:
        unit = MEASURES[measure].unit
        told = link(words_of(measure), anchor_of("measure", measure))
        columns.append(PageColumn(told, 2 if unit == "courses" else 1))
    rows: list[list[Cell]] = []
    for name in found.names:
        known = [name != found.names[0] or m not in AGAINST_REFERENCE for m in measures]
        means = [found.mean(measure, name) for measure in measures]
        rows.append(
            [found.words(name), *(x if k else None for x, k in zip(means, known, strict=True))]
        )
    return PageTable(
        "means-table",
        f"Strategies side by side: means a person, {horizon_words(found.tables.run)}",
        columns,
        rows,
        "In days, and courses of treatment by their number.",
    )


def what_strategies_do(found: Comparison) -> PageTable:
    """What each strategy does, and what its effect on pain rests on."""
    described = {s.name: s.description for s in found.tables.scenario.strategies}
    grades = found.tables.evidence
    rows = [
        [found.words(name), described[name], GRADE_WORDS.get(grades[name], grades[name])]
        for name in found.names
    ]
    heads = ("strategy", "what it does", "its effect on pain rests on")
    columns = [PageColumn(head, words=True) for head in heads]
    return PageTable("strategies-table", "What each strategy does", columns, rows)
