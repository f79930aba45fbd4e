"""What is the least capacity that treats 95% of people within the goal of their priority?

A center for 10,000 new cancers a year and its other patients, two years. Goals are from the
decision to the first session: a day for cord compression, 7 days for severe pain and fractures, 14
for the rest. For each resource in turn, with plenty of the others, machines are added from just
below the load up until 95% of the people with spinal metastasis who need it, and 95% of its other
patients, are within the goal; spinal metastasis alone would be treated in time at the expense of
those who may wait longer. Then all least numbers are run together. Every capacity number is an
assumption of this file, and so is the answer.
"""

import math

import pandas as pd

from sim import Center, Clinics, Population, Resource, Result, Scenario
from sim.tables.layout import table_text
from sim.tables.pooled_waits import mean_lines, waits_by_resource

NEW_CANCERS = 10_000
WANTED_PERCENT = 95.0
PLENTY = {"consultant": 8, "linear_accelerator": 16, "interventional_suite": 6, "theater": 8}
SOUGHT = ("linear_accelerator", "interventional_suite", "theater")


def clinics(machines: dict[str, int]) -> Clinics:
    """A center with so many of each resource, and beds in proportion to theaters."""
    resources = {
        "consultant": Resource(machines=machines["consultant"], on_call=True),
        "linear_accelerator": Resource(
            machines=machines["linear_accelerator"], maintenance_every_weeks=4, on_call=True
        ),
        "interventional_suite": Resource(machines=machines["interventional_suite"]),
        "theater": Resource(machines=machines["theater"], on_call=True),
        "bed": Resource(machines=12 * machines["theater"]),
        "radiopharmacy": Resource(machines=1),
    }
    return Clinics(centers=(Center.serving("center", NEW_CANCERS, resources),))


scenario = Scenario(
    name="capacity_needed",
    population=Population.united_states(2010).scaled(NEW_CANCERS),
    years=(2010, 2011),
    view="calendar",
    replicates=3,
    access=clinics(PLENTY),
)


def answer(result: Result) -> str:
    """The numbers that were tried of each resource, the least that will do, and all together."""
    load = mean_lines(result).set_index("resource")
    needed = dict(PLENTY)
    rows: list[list[object]] = []
    for resource in SOUGHT:
        busy = PLENTY[resource] * float(load["offered_percent"][resource]) / 100.0
        for machines in range(max(1, math.floor(busy)), PLENTY[resource] + 1):
            tried = clinics({**PLENTY, resource: machines})
            found = result.scenario.with_options(access=tried).run()
            shares = [in_goal[resource] for in_goal in goals_met(found)]
            used = mean_lines(found).set_index("resource")["used_percent"][resource]
            rows.append([resource, machines, used, *shares])
            if min(shares) >= WANTED_PERCENT:
                needed[resource] = machines
                break
    together = result.scenario.with_options(access=clinics(needed)).run()
    header = ("resource", "machines", "% used", "% of spinal in goal", "% of others in goal")
    people = result.scenario.population.people_per_year
    named = ", ".join(f"{needed[resource]} {resource}" for resource in SOUGHT)
    of_spinal, of_others = goals_met(together)
    rows += [
        [f"{resource}, together", needed[resource], "", of_spinal[resource], of_others[resource]]
        for resource in SOUGHT
    ]
    return "\n".join(
        [
            f"Machines tried until {WANTED_PERCENT:g}% are within the goal:",
            table_text(header, rows),
            "",
            f"Needed for {people:,} new cancers a year: {named}.",
        ]
    )


def goals_met(result: Result) -> list[pd.Series]:
    """Percent treated within the goal by resource: with spinal metastasis, and others.

    Of those whom nobody asked for, all are: 100.
    """
    shares = []
    for who in ("spinal", "others"):
        found = waits_by_resource(result, who)["within_goal_percent"]
        shares.append(found.reindex(list(SOUGHT)).fillna(100.0))
    return shares


if __name__ == "__main__":
    scenario.main(answer=answer)
