"""How many people, told on a page: new metastases, people living with them, and by primary."""

from __future__ import annotations

from typing import Any

import numpy as np
from markupsafe import Markup

from sim.counting.counts import Count
from sim.counting.measures import split_time, words_of
from sim.evidence.vocabulary import SITES
from sim.pages.canvas import PageFigure
from sim.pages.nested_bars import NestedBar, draw_nested, nested_description
from sim.pages.page_table import Cell, PageColumn, PageTable, grouped
from sim.pages.prose import anchor_of, folded, link, paragraph, points
from sim.plots.care_samples import first_upper, strategy_words
from sim.plots.case_samples import by_primary
from sim.tables.intervals import interval
from sim.tables.layout import listed
from sim.tables.outcome_words import horizon_words
from sim.tables.run_tables import RunTables
from sim.tables.text import number

_MOST_NAMED = 3
MAIN = (
    *("new_cancers", "new_skeletal_metastasis", "new_spinal_metastasis"),
    *("new_spinal_metastasis_detected", "living_with_spinal_metastasis_detected"),
    *("new_fractures", "new_cord_compression", "cancer_deaths_with_spinal_metastasis"),
    *("spinal_metastasis_at_cancer_death", "pain_of_detected", "pauses", "delay_days"),
)
"""Measures of the main table."""
BY_PRIMARY = (
    "new_cancers",
    "new_spinal_metastasis",
    "new_spinal_metastasis_detected",
    "living_with_spinal_metastasis_detected",
    "cancer_deaths_with_spinal_metastasis",
)
"""Measures of the table by primary."""


def cohort_title() -> str:
    """The question in a line."""
    return "How many people have spinal metastasis?"


def cohort_question() -> list[Markup]:
    """The question, and what its words mean."""
    asked = (
        "How many people get cancer that has spread to the spine, in how many is it found, how "
        "many live with it, and how long does care of the bone delay the treatment of the cancer?"
    )
    return [
        paragraph(asked),
        points(
            [
                "Spinal metastasis is cancer that has spread to the spine. Most of it is never "
                "found in life, so that numbers of what there is and of what is found are told "
                "apart.",
                "An autopsy finds what there is; a registry counts what was found and written "
                "down. Both are right, and they count different things.",
            ]
        ),
    ]


def rows_of_reference(tables: RunTables) -> dict[str, dict[Any, Any]]:
    """Rows of the summary under the reference strategy, by measure."""
    mine = tables.summary[tables.summary["strategy"] == tables.run["strategies"][0]]
    return {row["measure"]: row for row in mine.to_dict("records")}


def with_interval_words(row: dict[Any, Any], of: str) -> str:
    """A number of the summary with its interval, as a sentence has it."""
    mean, low, high = (number(row[end], row["unit"]) for end in ("mean", "lo", "hi"))
    return f"{mean} {of} ({low} to {high})" if low else f"{mean} {of}"


def cohort_answer(tables: RunTables) -> list[Markup]:
    """How many people there are, in a paragraph, and how sure that is."""
    rows = rows_of_reference(tables)
    people = number(rows["new_cancers"]["mean"], "people")
    years = "-".join(str(y) for y in dict.fromkeys(tables.run["scenario"]["years"]))

    def told(measure: str, words: str) -> str:
        return with_interval_words(rows[measure], words) if measure in rows else ""

    get = told("new_spinal_metastasis", "people")
    found = told("new_spinal_metastasis_detected", "people")
    if tables.run["view"] == "calendar":
        parts = [
            f"In {years}, {people} people a year are diagnosed with cancer.",
            f"Spinal metastasis, found or not, begins in {get} a year; in {found} it is found.",
        ]
    else:
        parts = [
            f"Of {people} people diagnosed with cancer in a year ({years}), {get} get spinal "
            f"metastasis in their life, found or not; in {found} it is found."
        ]
    if living := told("living_with_spinal_metastasis_detected", "people"):
        parts.append(f"On a day in the middle of the year {living} live with one that was found.")
    if deaths := told("cancer_deaths_with_spinal_metastasis", "people"):
        a_year = " a year" if tables.run["view"] == "calendar" else ""
        parts.append(f"{first_upper(deaths)}{a_year} die of their cancer and have it.")
    if "delay_days" in rows and tables.trigger_set_people:
        days = told("delay_days", "days")
        parts.append(
            f"For people who need care of the bone while their cancer is treated, that treatment "
            f"is delayed by {days} on average, {horizon_words(tables.run)}."
        )
    return [paragraph(" ".join(parts), "answer"), paragraph(sure_of_counts(tables))]


def sure_of_counts(tables: RunTables) -> str:
    """What the intervals of counts are, and what they leave out."""
    draws, replicates = (tables.run["scenario"][name] for name in ("draws", "replicates"))
    what = tables.interval_over
    if what == "parameter draws":
        if tables.too_few:
            return f"How sure: not told, since there are {tables.too_few}."
        return (
            f"How sure: all uncertain numbers were drawn together {draws:,} times, and the people "
            "lived again each time. The numbers in brackets hold 95% of these draws."
        )
    if what == "replicates":
        return (
            f"How sure: intervals are over {replicates:,} repetitions with other luck. What is not "
            "known about the numbers behind the model is not in them; the same run with --draws 40 "
            "says it."
        )
    return (
        "How sure: not known from this run. It has no draws of its uncertain numbers and shows "
        "what follows from the best estimates; the same run with --draws 40 says how sure it is."
    )


def cohort_figures(tables: RunTables) -> list[Markup]:
    """New metastases by primary."""
    measures = {
        "skeleton, found or not": "new_skeletal_metastasis",
        "spine, found or not": "new_spinal_metastasis",
        "spine, found": "new_spinal_metastasis_detected",
    }
    samples = {words: by_primary(tables, name) for words, name in measures.items()}
    spine = samples["spine, found or not"]
    order = [p for p in spine.mean().sort_values(ascending=False).index if spine[p].sum() > 0]
    bars = []
    for primary in order:
        low, high = interval(spine[[primary]], tables.interval_over)
        name = SITES.get(str(primary), str(primary).replace("_", " "))
        means = [float(sample[primary].mean()) for sample in samples.values()]
        bars.append(NestedBar(name, means, float(low[0]), float(high[0])))
    if not bars:
        return []
    total = float(spine.sum(axis=1).mean())
    top = order[:_MOST_NAMED]
    share = 100.0 * float(spine[top].sum(axis=1).mean()) / total
    named = listed([bar.name for bar in bars[:_MOST_NAMED]])
    shares = 100.0 * spine[top].sum(axis=1) / spine.sum(axis=1)
    ends = interval(shares.to_frame(), tables.interval_over)[:, 0]
    sure = f" ({ends[0]:.0f} to {ends[1]:.0f}%)" if np.isfinite(ends).all() else ""
    title = "New spinal metastasis by where the cancer began"
    if sure:
        title = f"{share:.0f}%{sure} of new spinal metastasis comes from {named}"
    figure = PageFigure(
        "primary-figure",
        title,
        "People a year with their first metastasis, by where their cancer began.",
        nested_description(bars, list(measures)),
        draw_nested(bars, list(measures), "people a year"),
        "The line is the 95% interval of the spine, found or not."
        if tables.n_samples > 1 and not tables.too_few
        else "",
    )
    return [figure.html()]


def cohort_tables(tables: RunTables) -> list[Markup]:
    """The main numbers under the reference, and all of them folded away."""
    rows = rows_of_reference(tables)
    reference = strategy_words(tables, tables.run["strategies"][0])
    main = {name: row for name, row in rows.items() if name in MAIN}
    few = summary_table("main-table", f"How many people: main numbers, under {reference}", main)
    every = summary_table("summary-table", f"All numbers of the run, under {reference}", rows)
    return [
        few.html(),
        by_primary_table(tables).html(),
        folded(f"All {len(rows)} numbers of the run", [every.html()]),
    ]


def summary_table(anchor: str, caption: str, rows: dict[str, dict[Any, Any]]) -> PageTable:
    """Rows of the summary, a row a measure, beside what is published."""
    columns = [
        *(PageColumn("measure", words=True), PageColumn("unit", words=True)),
        *(PageColumn("mean"), PageColumn("95% from"), PageColumn("to")),
        *(PageColumn("published (range)", words=True), PageColumn("source", words=True)),
    ]
    cells: list[list[Cell]] = []
    for name, row in rows.items():
        told = link(words_of(name), anchor_of("measure", split_time(name)[0]))
        source = row["source"] or ""
        cited = link(source, anchor_of("source", source)) if source else ""
        numbers = [summary_number(row[end], row["unit"]) for end in ("mean", "lo", "hi")]
        cells.append([told, row["unit"], *numbers, row["published"] or "", cited])
    return PageTable(anchor, caption, columns, cells)


def summary_number(value: float | None, unit: str) -> Markup:
    """A number of the summary as a cell has it, with the decimals of the printed table."""
    return grouped(number(value, unit).replace(",", ""))


def by_primary_table(tables: RunTables) -> PageTable:
    """Counts of people by primary, a row a primary."""
    measures = [m for m in BY_PRIMARY if m in Count.labels()]
    found = {m: by_primary(tables, m).mean() for m in measures}
    order = found["new_spinal_metastasis"].sort_values(ascending=False).index
    rows: list[list[Cell]] = [
        [SITES.get(str(p), str(p).replace("_", " ")), *(float(found[m][p]) for m in measures)]
        for p in order
    ]
    columns = [PageColumn("cancer began in", words=True)]
    columns += [PageColumn(f"{words_of(m)} (people)", 0) for m in measures]
    return PageTable("primary-table", "People a year by where their cancer began", columns, rows)
