"""What do bone-modifying agents prevent, and does the model agree with the trials?

Usual care with and without bone agents, the same people. The agents act on vertebral collapse
only and reach only those to whom usual care gives them, so everybody's ratio lies between 1 and
that of those given them. Trials gave them to all and counted events of the whole skeleton
(fractures, radiotherapy and surgery to bone, cord compression), often several a person; the
model counts vertebral events only. Compare ratios, not levels.
"""

from itertools import product

import pandas as pd

from sim import Evidence, Population, Result, Scenario, strategy
from sim.report_text import table_text

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
    draws=20,
)


def findings(result: Result) -> str:
    """Events with bone agents over events without, beside what trials found."""
    on, *others = result.run["strategies"]
    if OFF.name not in others:
        return f"The ratio needs {OFF.name} beside another strategy, which comes first."
    counts = result.case_counts
    counts = counts[(counts["draw"] > 0) == (result.run["scenario"]["draws"] > 0)]
    counts = pd.concat([counts.assign(primary="all"), counts])
    table = (
        counts.groupby(["measure", "primary", "draw", "replicate", "strategy"])["count"]
        .sum()
        .unstack()
    )
    given = {p.stratum: f"{p.value:.2f}" for p in Evidence.read().named("bone_agent_share")}
    rows = []
    for key in (k for k in product(EVENTS, PRIMARIES) if k in table.index):
        mine = table.loc[key]
        ratio = (mine[on] / mine[OFF.name]).quantile([0.5, 0.025, 0.975])
        ends = [f"{x:.2f}" for x in ratio] if len(mine) > 1 else [f"{ratio[0.5]:.2f}", "", ""]
        means = [round(float(mine[name].mean())) for name in (on, OFF.name)]
        rows.append([*key, given.get(key[1], ""), *means, *ends])
    header = ("events", "primary", "share given", on, OFF.name, "ratio", "low", "high")
    trials = table_text(("trials, all against none", "ratio", "source"), PUBLISHED, left=(0, 1, 2))
    why = "Bone agents act on collapse alone here: the other ratios are near 1 by construction."
    return f"{table_text(header, rows, left=(0, 1))}\n\n{trials}\n{why}"


if __name__ == "__main__":
    scenario.main(findings=findings)
