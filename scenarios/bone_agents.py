"""What do bone-modifying agents prevent, and does the model agree with the trials?

Usual care with and without them, the same people. They act on vertebral collapse alone, in those
to whom usual care gives them. Trials gave them to all and counted fractures, radiotherapy,
surgery and cord compression of any bone; the model counts those of the vertebrae only.
"""

import pandas as pd

from sim import Evidence, Population, Result, Scenario, strategy
from sim.tables.intervals import interval
from sim.tables.layout import table_text

OFF = strategy("usual_care", bone_agents=False)
PRIMARIES = ("all", "breast", "prostate", "lung", "myeloma")
EVENTS = ("new_fractures", "new_cord_compression", "episodes")
PUBLISHED = (
    ("vertebral fracture, odds, 30 trials", "0.69 (0.57 to 0.84); sets the model", "ross2003"),
    ("cord compression, odds, 30 trials", "0.71 (0.47 to 1.08)", "ross2003"),
    ("radiotherapy to bone, odds, 30 trials", "0.67 (0.57 to 0.79)", "ross2003"),
    ("all skeletal events, rate, breast", "0.61", "kohno2005"),
    ("any event in 9 months, lung and other", "0.86 (38% against 44%)", "rosen2003"),
)

scenario = Scenario(
    name="bone_agents",
    population=Population.united_states(2010),
    strategies=["usual_care", OFF],
    draws=40,
    people_per_draw=500_000,
)


def findings(result: Result) -> str:
    """Events with bone agents over events without, beside what trials found."""
    on, *others = result.run["strategies"]
    if OFF.name not in others:
        return f"The ratio needs {OFF.name} beside another strategy, which comes first."
    drawn = result.interval_over == "parameter draws"
    counts = result.case_counts.query(f"draw >= {int(drawn)} and measure in @EVENTS")
    counts = pd.concat([counts.assign(primary="all"), counts]).query("primary in @PRIMARIES")
    given = {p.stratum: f"{p.value:.2f}" for p in Evidence.read().named("bone_agent_share")}
    rows = []
    for (measure, primary), mine in counts.groupby(["measure", "primary"]):
        by_run = mine.pivot_table("count", ["draw", "replicate"], "strategy", aggfunc="sum")
        by_run = by_run.reindex(columns=[on, OFF.name], fill_value=0.0)
        by_run = by_run.groupby(level="draw" if drawn else "replicate").mean()
        ratio = by_run[on] / by_run[OFF.name]
        values = (ratio.median(), *interval(ratio, result.interval_over))
        ratios = [f"{x:.2f}" if x == x else "" for x in values]
        means = [round(float(mean)) for mean in by_run.mean()]
        rows.append([measure, primary, given.get(str(primary), ""), *means, *ratios])
    header = ("events", "primary", "share given", on, OFF.name, "ratio", "low", "high")
    trials = table_text(("trials, all against none", "ratio", "source"), PUBLISHED, left=(0, 1, 2))
    why = "Bone agents act on collapse alone here: the other ratios are near 1 by construction."
    return f"{table_text(header, rows, left=(0, 1))}\n\n{trials}\n{why}"


if __name__ == "__main__":
    scenario.main(findings=findings)
