"""Runs whose costs, QALYs and days are made up: draws of correlated normal numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import Population, Result, Rule, Scenario, Strategy
from sim.tables.kept_rows import KeptRows

LONG = tuple(
    Strategy(
        name=f"stereotactic_radiotherapy_if_prognosis_over_{months}_months",
        rules=[Rule(when={"prognosis_months": (months, 600)}, give="sbrt_24gy2")],
        otherwise="ebrt_8gy1",
    )
    for months in (3, 6, 12)
)
OTHERS = (
    *("noms", "rfa_cement", "ebrt_30gy10", "ebrt_8gy1", "ebrt_20gy5", "vertebroplasty"),
    *("kyphoplasty", "rfa_ebrt", "microwave", "cryoablation", "curettage_sm153", "surgery_rt"),
)
Draws = Mapping[str, NDArray[np.float64]]
"""By measure: shape (draw, strategy)."""


@cache
def of_many(n: int) -> Result:
    """A small run of so many strategies at the point estimate, three with long names."""
    return Scenario(
        name="made_up",
        population=Population.united_states(2015).scaled(3_000),
        years=(2015, 2015),
        strategies=["usual_care", *LONG, *OTHERS][:n],
    ).run()


def with_draws(result: Result, draws: Draws) -> Result:
    """The run as if its outcomes had come out so; of a single draw, as its point estimate."""
    names = list(result.run["strategies"])
    n = len(next(iter(draws.values())))
    frames = [
        pd.DataFrame(
            {
                "strategy": np.tile(names, n),
                "draw": np.repeat(np.arange(n) + (n > 1), len(names)),
                "replicate": 0,
                "measure": measure,
                "primary": "all",
                "value": np.asarray(values, float).reshape(-1),
            }
        )
        for measure, values in draws.items()
    ]
    kept = result.outcome_rows.without("measure", list(draws)).frame
    scenario = {**result.run["scenario"], "draws": n if n > 1 else 0, "people_per_draw": 3_000}
    return replace(
        result,
        outcome_rows=KeptRows.of(pd.concat([kept, *frames], ignore_index=True)),
        run={**result.run, "scenario": scenario, "calibrated_parameters": "made up"},
    )


def made_up(n: int, draws: int = 400, seed: int = 1) -> Result:
    """A run of so many strategies whose costs, QALYs and days are made up."""
    luck = np.random.default_rng(seed)
    shared = luck.normal(size=(draws, 1))
    level = np.linspace(0.0, 1.0, n) + luck.normal(0.0, 0.12, n)

    def measure(mean: float, slope: float, common: float, own: float) -> NDArray[np.float64]:
        return mean + slope * level + common * shared + luck.normal(0.0, own, (draws, n))

    cost = measure(21_000.0, 9_000.0, 3_000.0, 900.0)
    lost = measure(0.0, 6.0, 0.0, 1.0)
    return with_draws(
        of_many(n),
        {
            "qaly": measure(0.31, 0.06, 0.05, 0.012),
            "cost": cost,
            "cost_without_systemic": 0.6 * cost + luck.normal(0.0, 300.0, (draws, n)),
            "days_pain_below_4": measure(120.0, 25.0, 10.0, 4.0),
            "therapy_days_lost": lost - lost[:, :1],
        },
    )
