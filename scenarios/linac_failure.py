"""Two of six linear accelerators fail for three weeks: who waits, and how long until it is over?

A center for 6,000 new cancers a year. The same people, with the same luck, are lived with and
without the failure, so that the difference month by month is its effect and nothing else. Courses
under way on the machines go on elsewhere before new ones begin. Every capacity number is an
assumption of this file.
"""

import datetime

from sim import Center, Clinics, Outage, Population, Resource, Result, Scenario
from sim.tables.layout import table_text
from sim.tables.pooled_waits import mean_queues, waits_by_resource

NEW_CANCERS = 6_000
FAILURE = Outage(starts=datetime.date(2011, 3, 1), days=21, machines=2)


def clinics(*outages: Outage) -> Clinics:
    """The center with or without the failure."""
    linacs = Resource(
        machines=6, closes=16, maintenance_every_weeks=4, on_call=True, outages=outages
    )
    resources = {
        "consultant": Resource(machines=1, on_call=True),
        "linear_accelerator": linacs,
        "interventional_suite": Resource(machines=1),
        "theater": Resource(machines=1, on_call=True),
        "bed": Resource(machines=12),
        "radiopharmacy": Resource(machines=1),
    }
    return Clinics(centers=(Center.serving("center", NEW_CANCERS, resources),))


scenario = Scenario(
    name="linac_failure",
    population=Population.united_states(2010).scaled(NEW_CANCERS),
    years=(2010, 2012),
    view="calendar",
    replicates=6,
    access=clinics(FAILURE),
)


def answer(result: Result) -> str:
    """Line and wait month by month with and without the failure, and when it is over."""
    without = result.scenario.with_options(access=clinics()).run()
    failed, calm = mean_queues(result), mean_queues(without)
    both = failed.join(calm.add_suffix("_without")).loc["linear_accelerator"]
    months = [str(month) for month in both.index]
    start = f"{FAILURE.starts:%Y-%m}"
    if start not in months:
        return f"The failure of {start} lies outside the years that were run."
    first = max(0, months.index(start) - 1)
    shown = both.iloc[first : first + 14]
    rows = [
        [
            str(month),
            *(
                float(row[name])
                for name in (
                    "queue",
                    "queue_without",
                    "spinal_wait_mean_days",
                    "spinal_wait_mean_days_without",
                )
            ),
        ]
        for month, row in shown.iterrows()
    ]
    header = ("month", "line", "without failure", "wait of the spine, days", "without failure")
    extra = both["queue"] - both["queue_without"]
    after = dict(zip(months[first:], extra.to_list()[first:], strict=True))
    peak = max(after, key=lambda month: after[month])
    worst = after[peak]
    over = next((m for m, more in after.items() if m > peak and more < 0.1 * worst), None)
    lost = FAILURE.machines * FAILURE.days
    others = [waits_by_resource(r, "others")["mean_days"] for r in (result, without)]
    waits = [mean_days["linear_accelerator"] for mean_days in others]
    people = [r.value("died_waiting") for r in (result, without)]
    return "\n".join(
        [
            f"{lost} machine-days are lost from {FAILURE.starts}. People in line, and mean wait:",
            table_text(header, rows),
            "",
            f"The line is longest in {peak}, {worst:.0f} people more than without; "
            + (f"in {over} a tenth of that is left." if over else "it is not over at the end."),
            f"Over all years others wait {waits[0] - waits[1]:+.2f} days, and people with spinal "
            f"metastasis who die waiting are {people[0]:.1f} a year against {people[1]:.1f}.",
        ]
    )


if __name__ == "__main__":
    scenario.main(answer=answer)
