"""How days are spread over the people of the trigger set: the rows of `delays.parquet`."""

from __future__ import annotations

import numpy as np

from sim.counting.care_measures import Statistic
from sim.counting.care_tally import DISTRIBUTIONS, SPREAD, SUBGROUPS, CareTally
from sim.counting.spread import QUANTILES, quantiles
from sim.evidence.vocabulary import PRIMARIES

DELAY_COLUMNS = ["strategy", "draw", "replicate", "measure", "primary", "statistic", "value"]

SUBGROUP_OF = {
    "all": SUBGROUPS.index("all"),
    **{primary: SUBGROUPS.index(f"primary: {primary}") for primary in PRIMARIES},
}
"""Place of everybody and of each primary in a `CareTally`."""


def delay_rows(tally: CareTally, strategy: int) -> list[dict[str, object]]:
    """Mean, standard deviation and quantiles of each distribution that is kept, by primary."""
    rows: list[dict[str, object]] = []
    for d, (measure, statistic) in enumerate(zip(DISTRIBUTIONS, SPREAD, strict=True)):
        by_primary = tally.distribution[strategy, d]
        for primary, subgroup in SUBGROUP_OF.items():
            people = tally.sums[strategy, subgroup, Statistic.PEOPLE] / 100.0
            if people == 0.0:
                continue
            mean = tally.sums[strategy, subgroup, statistic] / 100.0 / people
            square = tally.squares[strategy, subgroup, statistic] / 1e4 / people
            counts = by_primary if primary == "all" else by_primary[[PRIMARIES.index(primary)]]
            found = {
                "mean": mean,
                "sd": float(np.sqrt(max(square - mean * mean, 0.0))),
                **quantiles(counts.sum(axis=0)),
            }
            rows += [
                {"measure": measure, "primary": primary, "statistic": name, "value": found[name]}
                for name in ("mean", "sd", *QUANTILES)
            ]
    return rows
