"""How long may systemic therapy be held after a course before another treatment delays it less?

Nobody ever measured these holds, so the hold is the axis: 0 to 28 days after the course, the
same for every treatment and class of therapy that is withheld; surgery and radiopharmaceuticals
keep the holds that have a source of their own. Days on therapy stand beside the delay: a hold
that the therapy does not survive is no delay. Then: where two strategies change places, and the
hold of each treatment at which it delays as much as usual care with a hold of 7 days.
"""

import numpy as np

from sim import Population, Result, Scenario, strategy
from sim.tables.compare import ranking_flips
from sim.tables.layout import table_text

HOLDS = (0, 3, 7, 14, 21, 28)
OTHERS = ("ebrt_8gy1", "ebrt_20gy5", "ebrt_30gy10", "sbrt_24gy2", "kyphoplasty", "rfa_cement")
NAMES = ("usual_care", *OTHERS, "surgery_rt")

scenario = Scenario(
    name="hold_length",
    population=Population.united_states(2010),
    strategies=[strategy(name, post_hold_days=hold) for name in NAMES for hold in HOLDS],
)


def along_holds(result: Result, measure: str) -> dict[str, list[float]]:
    """Means of the strategies that were run at every hold."""
    names = {n: [f"{n}(post_hold_days={hold})" for hold in HOLDS] for n in NAMES}
    run = set(result.run["strategies"])
    return {n: [result.value(measure, s) for s in own] for n, own in names.items() if run >= {*own}}


def findings(result: Result) -> str:
    """Delay by hold, where rankings flip, and the hold that costs what a treatment gains."""
    parts = [f"{result.trigger_set_people:,} people are in the trigger set."]
    for measure in ("delay_days", "days_on_therapy_1y"):
        rows = [[name, *means] for name, means in along_holds(result, measure).items()]
        parts += [f"{measure} a person of them, by the hold after a course:"]
        parts += [table_text(("strategy", *(f"{hold} d" for hold in HOLDS)), rows), ""]
    pairs = result.compare().query("measure == 'delay_days' and subgroup == 'all'")
    if pairs["lo"].notna().any():
        chance = float((pairs["hi"] - pairs["lo"]).median()) / 2.0
        parts.append(f"Two delays may differ by {chance:.1f} days by chance (95%).")
    delays = along_holds(result, "delay_days")
    for less, more, hold in ranking_flips([float(h) for h in HOLDS], delays):
        parts.append(f"{less} delays less than {more} below a hold of {hold:.1f} days, not above.")
    same = delays.pop("usual_care", [np.nan] * len(HOLDS))[2]
    for name, means in delays.items() if same == same else ():
        hold = float(np.interp(same, means, HOLDS))
        says = f"delays as much at {hold:.1f} days ({hold - HOLDS[2]:+.1f})"
        if not means[0] < same < means[-1]:
            says = f"delays {'more' if means[0] >= same else 'less'} whatever its hold"
        parts.append(f"Usual care holds 7 days and delays {same:.1f}: {name} {says}.")
    return "\n".join(parts)


if __name__ == "__main__":
    scenario.main(findings=findings)
