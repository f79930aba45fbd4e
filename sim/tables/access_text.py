"""Finite access as text: what the centers have, how long people wait, and where."""

from __future__ import annotations

import datetime

from sim.evidence.visits import BED
from sim.inputs.clinics import SAME_SIZE, Clinics
from sim.inputs.resource import WEEKDAYS, Resource
from sim.tables.access import ALL
from sim.tables.intervals import half_width
from sim.tables.layout import table_text
from sim.tables.overload import AS_A_RULE
from sim.tables.pooled_waits import at_point, bottleneck, mean_lines, mean_waits, of_strategy
from sim.tables.run_tables import RunTables

_SHORT_DAYS = 0.1
"""A mean wait in line below this keeps nobody."""
_FEW_YEARS = 15
_MOST_LINES = 12
"""Lines in the table; of more, the busiest are shown."""
_WAITED = {
    "mean days": "mean_days",
    "in line": "mean_days_in_line",
    "median": "p50_days",
    "95%": "p95_days",
    "% in goal": "within_goal_percent",
    "% beyond reach": "goal_out_of_reach_percent",
    "died a year": "died",
    "gave way": "gave_way",
    "fractures": "fractures",
    "lost walking": "lost_walking",
}
"""Columns of the table of waits, by their headers."""


def access_text(result: RunTables) -> list[str]:
    """The answer of finite access: waits, bottleneck, overload, lines; empty without it."""
    clinics = result.scenario.clinics
    if clinics is None or result.lines is None:
        return []
    names = list(result.lines["strategy"].unique())
    lines = [
        f"Access: {_centers(clinics)}; every number of the clinics is assumed (below).",
        *_size_sentence(result.scenario.access, result.scenario.population.people_per_year),
        "",
        *(sentence for name in names for sentence in _answer(result, name)),
        *(overloads(result) or ["Nothing is overloaded."]),
        "",
        "Waits asked for in the years counted, from the decision to the first session of a course.",
        "In line: beyond planning and the next opening. Beyond reach: planning and opening alone",
        "take longer than the goal, whatever the number of machines.",
        "",
        waits_text(result),
        "",
        "Lines before machines, rooms and consultants",
        "",
        lines_text(result),
    ]
    return lines


def clinics_text(result: RunTables) -> list[str]:
    """What the clinics have and when they are open, and how sure the answer is."""
    clinics = result.scenario.clinics
    if clinics is None or result.lines is None:
        return []
    years = result.run["scenario"]["years"]
    opening = datetime.date(years[0] - clinics.warm_up_years, 1, 1)
    closing = datetime.date(years[1] + clinics.follow_up_years, 12, 31)
    lines = [
        f"Clinics: {_centers(clinics)}, open from {opening:%B %Y} to {closing:%B %Y}; before and "
        "after, waits are as published. Every number of the clinics is assumed (capacity.csv):",
        *capacity_lines(clinics),
        "",
    ]
    if result.scenario.lookback_years < _FEW_YEARS:
        lines.append(
            f"lookback_years is {result.scenario.lookback_years}: people diagnosed before that are "
            "missing in the lines."
        )
    gap = float(result.lines["littles_law_gap_days"].abs().max())
    lines.append(f"Little's law holds in every line: waits and lengths differ by {gap:.1g} days.")
    replicates = result.run["scenario"]["replicates"]
    if clinics.precision is not None:
        lines.append(
            f"{replicates} replicates were lived to know the mean wait within "
            f"{100 * clinics.precision:g}%."
            if narrow_enough(result, clinics.precision)
            else f"{replicates} replicates, as many as allowed, do not give the mean wait within "
            f"{100 * clinics.precision:g}%."
        )
    return lines


def _size_sentence(asked: Clinics | None, people: int) -> list[str]:
    """That centers are made for another number of new cancers than come, if they are."""
    sizes = asked and asked.sizes(people)
    if not sizes or abs(sizes[1] / sizes[0] - 1.0) <= SAME_SIZE:
        return []
    made, come = sizes
    return [
        f"The centers are made for {made:,.0f} new cancers a year and {come:,.0f} come: other "
        f"patients come in proportion, {come / made:.3g} times as many; machines stay as they are."
    ]


def _answer(result: RunTables, strategy: str) -> list[str]:
    """How long people wait under a strategy, and where, in a sentence each."""
    everybody = mean_waits(result, strategy).loc[ALL]
    name = result.scenario.called(strategy)
    waits = (
        [
            f"{name}: people with spinal metastasis wait {everybody['mean_days']:.1f} days on "
            "average from the decision to the first session of a course, and "
            f"{everybody['within_goal_percent']:.0f}% of them no longer than the goal."
        ]
        if everybody["treated"] > 0
        else []
    )
    return [*waits, bottleneck_text(result, strategy)]


def _centers(clinics: Clinics) -> str:
    n, groups = len(clinics.centers), len(clinics.linked())
    if n == 1:
        return "1 center"
    if groups == n:
        return f"{n} centers"
    if groups == 1:
        return f"{n} centers that send people to each other"
    return f"{n} centers in {groups} groups, within which they send people to each other"


def capacity_lines(clinics: Clinics) -> list[str]:
    """What each center has, a line a resource; of many centers, the first."""
    lines = []
    for center in clinics.centers[:4]:
        share = center.catchment / sum(c.catchment for c in clinics.centers)
        lines.append(f"  {center.name}, {100 * share:.0f}% of the population")
        for name, resource in center.resources.items():
            lines.append(f"    {name}: {_resource(name, resource)}")
        lines += [f"    {name}: sent to {other}" for name, other in center.sends_to.items()]
    if len(clinics.centers) > 4:
        lines.append(f"  and {len(clinics.centers) - 4} more centers")
    goals = clinics.goals
    lines.append(
        f"  goals: emergency (cord compression) {goals.emergency:g}, urgent (pain "
        f"{clinics.urgent_pain:g} or more, fracture) {goals.urgent:g}, routine {goals.routine:g} "
        "days"
    )
    return lines


def _resource(name: str, resource: Resource) -> str:
    if resource.machines is None:
        return "unlimited"
    if name == BED:
        return f"{resource.machines}"
    hours = f"{resource.opens:g} to {resource.closes:g} h"
    first, last = (WEEKDAYS.index(resource.weekdays[i]) for i in (0, -1))
    together = len(resource.weekdays) == last - first + 1
    named = f"{resource.weekdays[0]} to {resource.weekdays[-1]}".title().replace("To", "to")
    parts = [
        f"{resource.machines}, {hours}, "
        + (named if together else ", ".join(resource.weekdays).title())
    ]
    if resource.on_call:
        parts.append("on call for emergencies")
    if resource.notice_days:
        parts.append(f"called {resource.notice_days:g} days ahead")
    if resource.reserved_minutes:
        parts.append(f"{resource.reserved_minutes:g} minutes a day kept for emergencies")
    if resource.maintenance_every_weeks:
        parts.append(f"a day of maintenance in {resource.maintenance_every_weeks} weeks")
    for demand in resource.others:
        sessions = f"{demand.sessions} x " if demand.sessions > 1 else ""
        about = "about " if demand.spread == "exponential" else ""
        parts.append(
            f"others {demand.per_week:.0f} a week ({demand.priority}, {sessions}{about}"
            f"{demand.minutes:g} minutes)"
        )
    for outage in resource.outages:
        fail = "fails" if outage.machines == 1 else "fail"
        parts.append(f"{outage.machines} {fail} on {outage.starts} for {outage.days} days")
    return "; ".join(parts)


def waits_text(result: RunTables) -> str:
    """Waits by strategy and priority as text."""
    rows = []
    for strategy in at_point(result.lines)["strategy"].unique():
        for priority, row in mean_waits(result, strategy).dropna(how="all").iterrows():
            waited = (float(row[column]) for column in _WAITED.values())
            name = result.scenario.called(strategy)
            rows.append([name, str(priority), f"{row['asked']:,.0f}", *waited])
    return table_text(["strategy", "priority", "asked a year", *_WAITED], rows, left=(0, 1))


def lines_text(result: RunTables) -> str:
    """What each line had to do and did; of many, the busiest."""
    lines = mean_lines(result)
    lines = lines[(lines["asked"] > 0) | (lines["resource"] == BED)]
    shown = lines
    if len(lines) > _MOST_LINES:
        shown = lines.sort_values("used_percent", ascending=False).head(_MOST_LINES)
    rows = [
        [
            result.scenario.called(line["strategy"]),
            line["center"],
            line["resource"],
            "unlimited" if line["machines"] == float("inf") else f"{line['machines']:.0f}",
            f"{line['asked']:,.0f}",
            100.0 * float(line["asked_spinal"] / line["asked"]) if line["asked"] else None,
            float(line["offered_percent"]),
            float(line["used_percent"]),
            float(line["queue_mean"]),
            f"{line['queue_longest']:,.0f}",
        ]
        for line in shown.to_dict("records")
    ]
    header = (
        "strategy",
        "center",
        "resource",
        "has",
        "asked",
        "% spinal",
        "% asked of open time",
        "% used",
        "mean line",
        "longest",
    )
    text = table_text(header, rows, left=(0, 1, 2))
    more = len(lines) - len(shown)
    return f"{text}\n{more} more lines are in lines.parquet." if more else text


def bottleneck_text(result: RunTables, strategy: str) -> str:
    """The bottleneck of a strategy in one sentence."""
    line = bottleneck(result, strategy)
    name = result.scenario.called(strategy)
    if not line:
        return f"{name}: people with spinal metastasis wait in no line."
    days = line["spinal_days_in_line"] / line["asked_spinal"]
    if days < _SHORT_DAYS:
        return (
            f"{name}: there is no bottleneck; people with spinal metastasis wait longest in "
            f"line for {line['resource']} at {line['center']}, {days:.2f} days each time."
        )
    every = of_strategy(result, mean_lines(result), strategy)
    lines = every[every["resource"] != BED]
    share = 100.0 * line["spinal_days_in_line"] / lines["spinal_days_in_line"].sum()
    where, beds = f"{line['resource']} at {line['center']}, where", ""
    if line["beds_missing"] > 0:
        bed = every[(every["resource"] == BED) & (every["center"] == line["center"])]
        without = 100.0 * bed["spinal_days_in_line"].sum() / line["spinal_days_in_line"]
        beds = f" A bed was missing at times, in {min(without, 100.0):.0f}% of these days."
        if without > 50.0:
            where = f"{BED} at {line['center']}: in line for {line['resource']}"
    return (
        f"{name}: the bottleneck is {where} people with spinal metastasis spend {share:.0f}% of "
        f"their days in line, {days:.1f} each time; {line['resource']} is used "
        f"{line['used_percent']:.0f}% of its open time.{beds}"
    )


def overloads(result: RunTables) -> list[str]:
    """A sentence for each line that cannot do what it is asked, in most replicates at least."""
    mean = mean_lines(result)
    mean = mean[mean["overloaded"] >= AS_A_RULE]
    sentences = []
    for line in mean.to_dict("records"):
        often = line["overloaded"]
        rule = "" if often == 1.0 else f" in {100.0 * often:.0f}% of replicates"
        rate = f"{line['offered_by_rate_percent']:.0f}% at the rate at which others come"
        sentences.append(
            f"{result.scenario.called(line['strategy'])}: {line['resource']} at {line['center']} "
            f"is overloaded{rule}: asked for {line['offered_percent']:.0f}% of its open time "
            f"({rate}), and its line goes from {line['queue_first_month']:,.0f} to "
            f"{line['queue_last_month']:,.0f} people; waits there say how long the overload has "
            "lasted, not how long they will be."
        )
    more = len(sentences) - _MOST_LINES
    last = [f"{more} more lines are overloaded."] if more > 0 else []
    return sentences[:_MOST_LINES] + last


def narrow_enough(result: RunTables, precision: float) -> bool:
    """Say whether the mean wait is known as well as was asked for, under every strategy."""
    mine = result.outcome_rows.rows(0, measure="treatment_wait_mean_days")
    return all(
        half_width(of["value"].to_list()) <= precision * of["value"].mean()
        for _, of in mine.groupby("strategy")
    )
