"""Does one large center or four smaller ones, with the same machines in all, keep people waiting?

A region of 25,000 new cancers a year, ten years. The machines, rooms and staff are the same in sum;
of the four centers two have theaters and beds and one a radiopharmacy, and the others send people
there. Every capacity number is an assumption of this file, and other patients come as assumed in
`sim/evidence/others.csv`.
"""

from sim import Center, Clinics, Population, Resource, Result, Scenario
from sim.tables.access_text import bottleneck_text
from sim.tables.layout import table_text
from sim.tables.pooled_waits import mean_waits

REGION = 25_000
SHARES = {"north": 6, "east": 6, "south": 5, "west": 5}  # new cancers and linear accelerators


def rooms(machines: int, maintained: int | None = None) -> Resource:
    """Machines, rooms or staff on weekdays, for emergencies always; maintained in so many weeks."""
    return Resource(machines=machines, on_call=True, maintenance_every_weeks=maintained)


one_center = Clinics(
    centers=(
        Center.serving(
            "region",
            REGION,
            {
                "consultant": rooms(4),
                "linear_accelerator": rooms(22, 4),
                "interventional_suite": rooms(4),
                "theater": rooms(4),
                "bed": Resource(machines=40),
                "radiopharmacy": Resource(machines=1),
            },
        ),
    )
)


def one_of_four(name: str, share: int) -> Center:
    """A center with its share of the region."""
    own = {
        "consultant": rooms(1),
        "linear_accelerator": rooms(share, 4),
        "interventional_suite": rooms(1),
    }
    sends_to = {"radiopharmacy": "north", "theater": "north" if name == "east" else "south"}
    if name in ("north", "south"):
        # The theaters' other patients come from the whole region.
        theaters = Center.serving(name, REGION / 2, {"theater": rooms(2)}).resources
        own |= {**theaters, "bed": Resource(machines=20)}
        del sends_to["theater"]
    if name == "north":
        own |= {"radiopharmacy": Resource(machines=1)}
        del sends_to["radiopharmacy"]
    return Center.serving(name, REGION * share / 22, own, sends_to=sends_to)


four_centers = Clinics(centers=tuple(one_of_four(*center) for center in SHARES.items()))

scenario = Scenario(
    name="regional_capacity",
    population=Population.united_states(2010).scaled(REGION),
    years=(2010, 2019),
    view="calendar",
    access=one_center,
)


def answer(result: Result) -> str:
    """One center beside four: waits, goals, harm while waiting, delay, and the bottlenecks."""
    four = result.scenario.with_options(access=four_centers).run()
    both = {"one center": result, "four centers": four}
    rows = []
    for name, found in both.items():
        waits = mean_waits(found)
        for priority in ("emergency", "urgent", "routine", "all"):
            row = waits.loc[priority, ["mean_days", "p95_days", "within_goal_percent"]]
            rows.append([name, priority, *row])
    header = ("clinics", "priority", "mean days", "95% at most", "% in goal")
    parts = ["From the decision to the first session of a course:"]
    parts += [table_text(header, rows, left=(0, 1)), ""]
    measures = ("died_waiting", "lost_walking_waiting", "delay_of_first_referred_days")
    rows = [[name, *(found.value(m) for m in measures)] for name, found in both.items()]
    parts += [table_text(("clinics", *measures), rows), ""]
    for name, found in both.items():
        parts.append(f"{name}; {bottleneck_text(found, found.run['strategies'][0])}")
    gap, lost = (
        four.value(m) - result.value(m)
        for m in ("treatment_wait_mean_days", "emergency_within_goal")
    )
    parts.append(f"Splitting the same machines over four centers adds {gap:.1f} days on average.")
    parts.append(f"Emergencies within the goal change by {lost:+.1f} points.")
    return "\n".join(parts)


if __name__ == "__main__":
    scenario.main(answer=answer)
