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
from sim.pages.prose import anchor_of, link, paragraph, points
from sim.plots.case_samples import by_primary
from sim.tables.intervals import interval
from sim.tables.layout import listed
from sim.tables.run_tables import RunTables
from sim.tables.text import number

_MOST_NAMED = 3
ANSWERED = (
    "new_cancers",
    "new_spinal_metastasis",
    "new_spinal_metastasis_detected",
    "living_with_spinal_metastasis_detected",
    "cancer_deaths_with_spinal_metastasis",
)
"""Measures of the paragraph that answers."""


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


def with_interval_words(row: dict[Any, Any]) -> str:
    """A number of the summary with its interval, as a sentence has it."""
    mean, low, high = (number(row[end], row["unit"]) for end in ("mean", "lo", "hi"))
    return f"{mean} (95% interval {low} to {high})" if low else mean


def cohort_answer(tables: RunTables) -> list[Markup]:
    """How many people there are, in a paragraph, and how sure that is."""
    rows = rows_of_reference(tables)
    told = {name: with_interval_words(rows[name]) for name in ANSWERED if name in rows}
    many = number(rows["new_cancers"]["mean"], "people")
    years = "-".join(str(y) for y in dict.fromkeys(tables.run["scenario"]["years"]))
    calendar = tables.run["view"] == "calendar"
    whom = (
        f"Of {many} people diagnosed with cancer a year"
        if not calendar
        else (f"{many} people are diagnosed with cancer a year")
    )
    first = (
        f"{whom} ({years}), {told['new_spinal_metastasis']} get spinal metastasis"
        if not calendar
        else f"{whom} ({years}). In a year {told['new_spinal_metastasis']} people get their first "
        "spinal metastasis"
    )
    parts = [f"{first}, found or not; in {told['new_spinal_metastasis_detected']} it is found."]
    living = "living_with_spinal_metastasis_detected"
    if living in told:
        parts.append(f"{told[living]} people live with a spinal metastasis that has been found.")
    deaths = "cancer_deaths_with_spinal_metastasis"
    if deaths in told:
        parts.append(f"{told[deaths]} people with spinal metastasis die of their cancer a year.")
    if "delay_days" in rows and tables.trigger_set_people:
        parts.append(
            f"Care of the bone delays the treatment of the cancer by "
            f"{with_interval_words(rows['delay_days'])} days a person who needs both."
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
            f"How sure: {draws:,} times, all uncertain numbers were drawn anew together. An "
            "interval holds 95% of the results."
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
    """The summary under the reference: every measure beside what is published."""
    rows = rows_of_reference(tables)
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
        numbers = [plain_number(row[end], row["unit"]) for end in ("mean", "lo", "hi")]
        cells.append([told, row["unit"], *numbers, row["published"] or "", cited])
    reference = tables.scenario.called(tables.run["strategies"][0])
    table = PageTable("summary-table", f"The numbers of the run, under {reference}", columns, cells)
    return [table.html()]


def plain_number(value: float | None, unit: str) -> Markup:
    """A number of the summary as a cell has it, with the decimals of the printed table."""
    return grouped(number(value, unit).replace(",", ""))


def by_primary_table(tables: RunTables) -> PageTable:
    """Counts of people by primary, a row a primary."""
    measures = [m for m in ANSWERED if m in Count.labels()]
    found = {m: by_primary(tables, m).mean() for m in measures}
    order = found["new_spinal_metastasis"].sort_values(ascending=False).index
    rows: list[list[Cell]] = [
        [SITES.get(str(p), str(p).replace("_", " ")), *(float(found[m][p]) for m in measures)]
        for p in order
    ]
    columns = [PageColumn("cancer began in", words=True)]
    columns += [PageColumn(f"{words_of(m)} (people)", 0) for m in measures]
    return PageTable("primary-table", "People a year by where their cancer began", columns, rows)
