"""Why two strategies differ: in which days, by which courses, and in whom.

A mean difference over people is a sum: of the states that the days of a horizon are spent in, and
over the groups of people, each by its share of them. Both add up to the difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.counting.care_tally import SUBGROUPS
from sim.inputs.catalog import treatment_names
from sim.tables.answer import RELIEF, gap, samples_of
from sim.tables.compare import COMPARED
from sim.tables.costs import COURSES_OF
from sim.tables.layout import table_text
from sim.tables.run_tables import RunTables

DAYS_BY = {
    "pain": ("days_dead", "severe_pain_days", "moderate_pain_days", "days_pain_below_4"),
    "therapy": ("days_dead", "days_on_therapy", "days_paused", "days_off_therapy"),
}
"""Measures that add up to the horizon."""
_MOST_ROWS = 4
_FEWEST_COURSES = 0.005


def decomposition_text(result: RunTables, strategy: str, other: str) -> str:
    """The difference in relief between two strategies by days, courses and people.

    Parameters
    ----------
    strategy, other : str
        Of the run; the differences are the first minus the second, a person.
    """
    found = gap(result, RELIEF, strategy, other)
    heads = [result.scenario.called(name) for name in (strategy, other)]
    over = f" ({found.low:+.1f} to {found.high:+.1f})" if found.low == found.low else ""
    days = table_text(
        ["days a person", *heads, "difference"],
        [
            [
                name,
                result.value(name, strategy),
                result.value(name, other),
                f"{result.value(name, strategy) - result.value(name, other):+.1f}",
            ]
            for name in dict.fromkeys((*DAYS_BY["pain"], *DAYS_BY["therapy"]))
        ],
    )
    return "\n\n".join(
        [
            f"{heads[0]} minus {heads[1]}: {found.mean:+.1f}{over} days alive with pain below 4 "
            "a person.",
            f"Which days:\n{days}",
            f"Which courses:\n{_courses(result, strategy, other)}",
            "Who: share of people times their difference; of each kind of group the four that "
            f"count most (all of a kind add up to {found.mean:+.1f}):\n"
            f"{_who(result, strategy, other)}",
        ]
    )


def worse_than_a_part(
    result: RunTables, parts_of: Mapping[str, Sequence[str]], names: Sequence[str]
) -> list[tuple[str, str]]:
    """Combinations among some strategies that relieve less than the best of their parts, and it."""
    found = []
    for name, parts in parts_of.items():
        here = [part for part in parts if part in names]
        if name in names and here:
            relief = {n: samples_of(result, RELIEF, n).mean() for n in (name, *here)}
            best = max(here, key=lambda n: relief[n])
            if relief[best] > relief[name]:
                found.append((name, best))
    return found


def courses_of(result: RunTables, strategy: str) -> dict[str, float]:
    """Courses a person by treatment, at the point estimate."""
    given = [m for m in result.outcome_rows.words("measure") if m.startswith(COURSES_OF)]
    mine = result.outcome_rows.rows(0, strategy=strategy, measure=given)
    means = mine.groupby("measure")["value"].mean()
    return {str(name).removeprefix(COURSES_OF): float(value) for name, value in means.items()}


def _courses(result: RunTables, strategy: str, other: str) -> str:
    mine, its = courses_of(result, strategy), courses_of(result, other)
    rows = []
    labels = {mine.name: mine.label or mine.name for mine in result.scenario.treatments}
    for name in treatment_names(result.scenario.treatments):
        one, two = mine.get(name, 0.0), its.get(name, 0.0)
        if max(one, two) >= _FEWEST_COURSES:
            label = labels.get(name, name)
            rows.append([label, f"{one:.2f}", f"{two:.2f}", f"{one - two:+.2f}"])
    total = [sum(mine.values()), sum(its.values())]
    rows.append(["all", *(f"{n:.2f}" for n in total), f"{total[0] - total[1]:+.2f}"])
    heads = [result.scenario.called(name) for name in (strategy, other)]
    return table_text(["courses a person", *heads, "difference"], rows)


def _who(result: RunTables, strategy: str, other: str) -> str:
    """The groups that make most of the difference, at the point estimate."""
    names = list(result.run["strategies"])
    one, two, k = names.index(strategy), names.index(other), list(COMPARED).index(RELIEF)
    points = [t for t in result.twins if t.draw == 0]
    people = np.mean([t.people for t in points], axis=0)
    difference = np.mean([t.mean[one, :, k] - t.mean[two, :, k] for t in points], axis=0)
    shares = people / people[SUBGROUPS.index("all")]
    rows = []
    for kind in dict.fromkeys(s.partition(": ")[0] for s in SUBGROUPS if ": " in s):
        groups = [g for g, s in enumerate(SUBGROUPS) if s.startswith(f"{kind}: ")]
        most = sorted(groups, key=lambda g: -abs(shares[g] * difference[g]))[:_MOST_ROWS]
        for g in most:
            part = shares[g] * difference[g]
            if people[g] > 0.0:
                percent = f"{100.0 * shares[g]:.0f}%"
                rows.append([SUBGROUPS[g], percent, f"{difference[g]:+.1f}", f"{part:+.1f}"])
    return table_text(["group", "of people", "their difference", "of the whole"], rows)
