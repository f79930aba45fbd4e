"""Who is diagnosed for a run: everybody whom its view needs, and the calendar years it counts."""

from __future__ import annotations

from sim.evidence.reader import Values
from sim.inputs.plan import Plan
from sim.inputs.setting import Setting

LONGEST_LIFE_YEARS = 130
"""Calendar years that the cohort view keeps after the last diagnosis: everybody has died."""


def counted_years(scenario: Setting) -> tuple[int, int]:
    """First calendar year counted, and how many."""
    first, last = scenario.years
    n_years = last - first + 1
    return first, n_years if scenario.view == "calendar" else n_years + LONGEST_LIFE_YEARS


def plan_people(scenario: Setting, values: Values) -> Plan:
    """Everybody whom the view needs."""
    first, last = scenario.years
    if scenario.view == "cohort":
        return scenario.population.plan(first, last, values)
    plan = scenario.population.plan(first - scenario.lookback_years, last, values)
    return plan if scenario.access is None else plan.continued(scenario.access.follow_up_years)


def plan_of_cohort(plan: Plan, years: tuple[int, int]) -> Plan:
    """The part of a plan that is diagnosed in the years of the run."""
    inside = (plan.groups["year"] >= years[0]) & (plan.groups["year"] <= years[1])
    return Plan(plan.groups[inside], plan.cells)
