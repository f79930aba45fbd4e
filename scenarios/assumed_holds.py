"""Which assumption about holds moves the delay of cancer treatment most, and what does it change?

How long drugs are held around palliative treatment was never measured: surveys, a consensus and
labels say what is practiced for some, the rest is assumed; the share that is assumed is printed.
Each number behind holds is moved alone to the ends of its 95% range, the same people and the same
luck, and ranked by how far it moves days of therapy lost within a year under any of the strategies:
a pause that no dose ends is no delay by `delay_days`, which stands beside it. Then: delay under
each setting of holds, and where the order of two strategies is not the same under all; and what
dying faster off therapy makes of it.
"""

from itertools import combinations

from tqdm import tqdm

from sim import Population, Result, Scenario, strategy
from sim.evidence.reader import Parameter, evidence
from sim.inputs.strategies import HOLDS
from sim.tables.layout import table_text

NAMES = ("usual_care", "ebrt_8gy1", "ebrt_30gy10", "sbrt_24gy2", "kyphoplasty", "surgery_rt")
BEHIND_HOLDS = (
    "published_hold_share",
    "published_hold_before_days",
    "published_hold_after_days",
    "never_resumed_after_surgery_share",
    "break_hazard_ratio",
)
ON_THERAPY, SHOWN, WITHOUT = "days_on_therapy_1y", 15, "(time_off_hazard_ratio=1)"

scenario = Scenario(
    name="assumed_holds",
    population=Population.united_states(2010).scaled(200_000),
    strategies=[
        *NAMES,
        *(f"{name}@{holds}" for holds in HOLDS[1:] for name in NAMES),
        *(strategy(name, time_off_hazard_ratio=1) for name in NAMES),
    ],
)


def matters(row: Parameter) -> bool:
    """Whether a parameter is drawn, and for a class that is withheld if it is for a class."""
    withheld = evidence().point.get(("withhold_class", row.stratum.rpartition(", ")[2]), 1.0)
    return withheld == 1.0 and row.range_95()[0] < row.range_95()[1]


def ranking(result: Result, names: list[str]) -> str:
    """The parameters that move most, from the lower end of each to the upper."""
    alone = result.scenario.with_options(strategies=names, draws=0, replicates=1)
    rows: list[list[object]] = []
    moved = [row for name in BEHIND_HOLDS for row in evidence().named(name) if matters(row)]
    for row in tqdm(moved, "assumed_holds, one by one", unit=" parameters", delay=2.0):
        low, high = (alone.with_options(parameters={row.said: end}).run() for end in row.range_95())
        lost = [low.value(ON_THERAPY, name) - high.value(ON_THERAPY, name) for name in names]
        also = [high.value(m, names[0]) - low.value(m, names[0]) for m in ("delay_days", "pauses")]
        ends = "{:.3g} to {:.3g}".format(*row.range_95())
        rows.append([max(map(abs, lost)), row.said, row.grade, ends, *lost, *also])
    rows.sort(key=lambda told: -float(str(told[0])))
    return (
        f"Days of therapy lost within a year that each of {len(rows)} parameters adds from the "
        f"lower end of its 95% range to the upper; delay and pauses are under {names[0]}:\n"
        + table_text(
            ("parameter", "grade", "95% range", *names, "delay_days", "pauses"),
            [told[1:] for told in rows[:SHOWN]],
        )
        + f"\nThe others move them by {rows[SHOWN][0] if len(rows) > SHOWN else 0:.2f} at most."
    )


def orders(result: Result, names: list[str]) -> str:
    """Delay under each setting of holds, and which two strategies change places between them."""
    suffix = {holds: "" if holds == HOLDS[0] else f"@{holds}" for holds in HOLDS}
    delay = {n: [result.value("delay_days", n + suffix[h]) for h in HOLDS] for n in names}
    told = "Days of delay a person by the setting of holds:\n"
    told += table_text(("strategy", *HOLDS), [[name, *days] for name, days in delay.items()])
    for one, other in combinations(names, 2):
        less = [h for h, a, b in zip(HOLDS, delay[one], delay[other], strict=True) if a < b]
        if 0 < len(less) < len(HOLDS):
            told += f"\n{one} delays less than {other} with holds {', '.join(less)} alone."
    return told


def answer(result: Result) -> str:
    """What is assumed of holds, by how much it moves."""
    return ranking(result, [name for name in NAMES if name in result.run["strategies"]])


def findings(result: Result) -> str:
    """What is assumed, the settings of holds, and the hazard of a break."""
    names = [name for name in NAMES if name in result.run["strategies"]]
    both = [(v, m) for v in ("", WITHOUT) for m in (ON_THERAPY, "days_alive_1y")]
    known = {name: evidence().named(name) for name in BEHIND_HOLDS}
    told = {n: [row.grade == "assumed" for row in rows] for n, rows in known.items()}
    assumed = [f"{name} {sum(of)} of {len(of)}" for name, of in told.items()]
    breaks = [[name, *(result.value(m, name + v) for v, m in both)] for name in names]
    return (
        f"{result.trigger_set_people:,} people are in the trigger set.\n\n"
        f"Assumed are {'; '.join(assumed)}.\n\n"
        f"{orders(result, names)}\n\n"
        "Days within a year where cancer kills faster off therapy, and where the ratio is 1:\n"
        + table_text(("strategy", "on therapy", "alive", "on therapy, 1", "alive, 1"), breaks)
    )


if __name__ == "__main__":
    scenario.main(answer=answer, findings=findings)
