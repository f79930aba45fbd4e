"""Clinics told on a page: how long people wait, where, and how full each line is."""

from __future__ import annotations

import math

from markupsafe import Markup

from sim.evidence.visits import BED
from sim.inputs.clinics import PRIORITIES, Clinics
from sim.pages.canvas import PageFigure
from sim.pages.interval_rows import number_words
from sim.pages.page_table import Cell, PageColumn, PageTable
from sim.pages.prose import listing, paragraph, points
from sim.pages.use_rows import UseRow, draw_use
from sim.pages.wait_rows import WaitRow, draw_waits, waits_description
from sim.plots.access_words import days_words, percent_text, resource_words
from sim.plots.care_samples import first_upper, strategy_words
from sim.tables.access import ALL
from sim.tables.access_text import bottleneck_text, capacity_lines, overloads
from sim.tables.pooled_waits import mean_lines, mean_waits, of_strategy
from sim.tables.run_tables import RunTables

_QUANTILES = ("p05_days", "p25_days", "p50_days", "p75_days", "p95_days")
_MOST_LINES = 12


def waiting_title() -> str:
    """The question in a line."""
    return "How long do people with spinal metastasis wait, and where?"


def waiting_question(tables: RunTables, clinics: Clinics) -> list[Markup]:
    """The question, and what its words mean."""
    goals = clinics.goals
    n = len(clinics.centers)
    told = ", ".join(
        f"{name} {days_words(getattr(goals, name))}" for name in ("emergency", "urgent", "routine")
    )
    years = "-".join(str(y) for y in dict.fromkeys(tables.run["scenario"]["years"]))
    return [
        paragraph(
            f"{n} {'center treats' if n == 1 else 'centers treat'} people of a region with "
            f"{tables.run['people']:,} new cancers a year ({years}), and other patients beside "
            "them. How long do people with spinal metastasis wait for treatment, is the goal kept, "
            "and which machine, room or staff do they wait for?"
        ),
        points(
            [
                "A wait runs from the decision to the first session of a treatment, planning "
                "included.",
                f"Goals: {told}. Emergency is pressure on the spinal cord; urgent is worst pain of "
                f"{clinics.urgent_pain:g} or more, or a fracture.",
                "Every number of the clinics is assumed. They are listed under the numbers.",
            ]
        ),
    ]


def waiting_answer(tables: RunTables) -> list[Markup]:
    """How long people wait and where, a paragraph a strategy, and how sure that is."""
    parts = []
    for strategy in tables.run["strategies"]:
        if strategy in set(mean_lines(tables)["strategy"]):
            parts.append(paragraph(_answer(tables, strategy), "answer"))
    parts.append(paragraph(" ".join(overloads(tables)) or "No line is overloaded."))
    return [*parts, paragraph(sure_of_waits(tables))]


def waits_by_priority(tables: RunTables, strategy: str) -> dict[str, dict[str, float]]:
    """Numbers of `mean_waits` by priority and their name."""
    table = mean_waits(tables, strategy)
    return {
        str(priority): {str(name): float(value) for name, value in row.items()}
        for priority, row in table.to_dict("index").items()
    }


def _answer(tables: RunTables, strategy: str) -> str:
    waits = waits_by_priority(tables, strategy)
    everybody = waits[ALL]
    told = ""
    if everybody["treated"] > 0:
        told = (
            f"Under {strategy_words(tables, strategy)} people wait "
            f"{number_words(everybody['mean_days'], 1)} days on average; "
            f"{percent_text(everybody['within_goal_percent'])} are treated within the goal. "
        )
        emergency = waits["emergency"]
        if emergency["treated"] > 0:
            told += f"Of emergencies it is {percent_text(emergency['within_goal_percent'])}. "
        told += (
            f"{number_words(everybody['died'], 1)} people a year die while they wait, and "
            f"{number_words(everybody['lost_walking'], 1)} stop walking. "
        )
    where = bottleneck_text(tables, strategy).partition(": ")[2].replace("_", " ")
    return told + first_upper(where)


def sure_of_waits(tables: RunTables) -> str:
    """How sure waits are: over how many replicates, and that capacity is assumed."""
    replicates = tables.run["scenario"]["replicates"]
    runs = "one repetition" if replicates == 1 else f"{replicates:,} repetitions with other luck"
    return (
        f"How sure: waits are means over {runs} at the best estimates of all numbers. What is not "
        "known about these numbers is not in them, and the machines, hours and other patients of "
        "the clinics are assumed."
    )


def waiting_figures(tables: RunTables, clinics: Clinics) -> list[Markup]:
    """How waits are spread by priority, and how full each line is; under the reference."""
    strategy = tables.run["strategies"][0]
    waits = waits_by_priority(tables, strategy)
    goals = clinics.goals.model_dump()
    rows = [
        WaitRow(
            first_upper(name),
            [waits[name][q] for q in _QUANTILES],
            goals[name],
            waits[name]["within_goal_percent"],
        )
        for name in goals
        if waits[name]["treated"] > 0
    ]
    parts = []
    called = strategy_words(tables, strategy)
    if rows:
        parts.append(
            PageFigure(
                "waits-figure",
                "How long people wait, by urgency",
                f"Days from the decision to the first session, under {called}.",
                waits_description(rows),
                draw_waits(rows),
                "Line: nine in ten people, from the 5th to the 95th of 100. Bar: the middle half. "
                "Dot: the middle person. Upright mark: the goal. The scale narrows to the right.",
            ).html()
        )
    used = use_rows(tables, strategy)
    if used:
        told = "; ".join(f"{r.name}: used {r.used:.0f}%, asked for {r.asked:.0f}%" for r in used)
        parts.append(
            PageFigure(
                "use-figure",
                "How full each line is",
                f"Percent of open time, under {called}; the busiest first.",
                f"Percent of open time. {told}.",
                draw_use(used),
                "Bar: used. Mark: asked for. Beyond 100% more is asked for than is open.",
            ).html()
        )
    return parts


def use_rows(tables: RunTables, strategy: str) -> list[UseRow]:
    """How full the lines with a number of machines are, the busiest first."""
    lines = of_strategy(tables, mean_lines(tables), strategy)
    mine = lines[(lines["machines"] < math.inf) & (lines["asked"] > 0.0)]
    several = mine["center"].nunique() > 1
    ordered = mine.sort_values("offered_percent", ascending=False).head(_MOST_LINES)
    return [
        UseRow(
            first_upper(resource_words(line["resource"]))
            + (f", {line['center']}" if several else ""),
            float(line["used_percent"]),
            float(line["offered_percent"]),
        )
        for line in ordered.to_dict("records")
    ]


def waiting_tables(tables: RunTables, clinics: Clinics) -> list[Markup]:
    """Waits, lines, and what the clinics have."""
    return [
        waits_table(tables).html(),
        lines_table(tables).html(),
        paragraph("What the clinics have, all of it assumed:"),
        listing("\n".join(capacity_lines(clinics)), "What the clinics have"),
    ]


def waits_table(tables: RunTables) -> PageTable:
    """A row a strategy and priority."""
    heads = {
        "asked": ("people a year", 0),
        "mean_days": ("mean (days)", 1),
        "p50_days": ("middle person (days)", 1),
        "p95_days": ("95% at most (days)", 1),
        "within_goal_percent": ("within the goal (%)", 0),
        "died": ("died waiting, a year", 1),
        "lost_walking": ("stopped walking, a year", 1),
    }
    columns = [PageColumn("strategy", words=True), PageColumn("priority", words=True)]
    columns += [PageColumn(*head) for head in heads.values()]
    rows: list[list[Cell]] = []
    for strategy in mean_lines(tables)["strategy"].unique():
        waits = waits_by_priority(tables, strategy)
        for priority in (*PRIORITIES, ALL):
            if waits[priority]["treated"] == waits[priority]["treated"]:
                numbers = [waits[priority][name] for name in heads]
                rows.append([strategy_words(tables, strategy), priority, *numbers])
    return PageTable("waits-table", "Waits for the first session of a treatment", columns, rows)


def lines_table(tables: RunTables) -> PageTable:
    """A row a line: what it has, what it is asked for, and who stands in it."""
    lines = mean_lines(tables)
    lines = lines[(lines["asked"] > 0) | (lines["resource"] == BED)]
    columns = [
        *(PageColumn(head, words=True) for head in ("strategy", "center", "resource")),
        *(PageColumn("has", 0), PageColumn("asked for", 0)),
        *(PageColumn("used (% of open time)", 0), PageColumn("asked (% of open time)", 0)),
        *(PageColumn("people in line, mean", 1), PageColumn("at most", 0)),
    ]
    rows: list[list[Cell]] = [
        [
            *(strategy_words(tables, line["strategy"]), line["center"]),
            resource_words(line["resource"]),
            *(line["machines"] if line["machines"] < math.inf else None, line["asked"]),
            *(line["used_percent"], line["offered_percent"]),
            *(line["queue_mean"], line["queue_longest"]),
        ]
        for line in lines.to_dict("records")
    ]
    return PageTable(
        "lines-table",
        "Lines before machines, rooms and staff",
        columns,
        rows,
        "Without a number under has: unlimited.",
    )
