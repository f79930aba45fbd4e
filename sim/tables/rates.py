"""Rates per head of population by age, from the counts of a result and the census."""

from __future__ import annotations

import pandas as pd

from sim.evidence.reader import evidence
from sim.evidence.vocabulary import AGE_GROUPS
from sim.tables.run_tables import RunTables

RATED = (
    "new_cancers",
    "new_skeletal_metastasis",
    "new_spinal_metastasis",
    "new_spinal_metastasis_detected",
    "living_with_spinal_metastasis",
)
"""Measures that are given per head of population."""


def rates_by_age(result: RunTables) -> pd.DataFrame:
    """Counts per 100,000 people of each age group of the United States in 2010.

    Parameters
    ----------
    result : RunTables
        Of a calendar view of the United States around 2010; the point estimate is used.

    Returns
    -------
    pandas.DataFrame
        `measure, age_group, rate_per_100000`.

    Notes
    -----
    Source of the population: census of 2010, `age_population` in `sim/evidence/population.csv`.
    """
    people = {p.stratum: p.value for p in evidence().named("age_population")}
    point = result.case_counts.query("draw == 0 and replicate == 0")
    n_years = point["year"].nunique()
    rows = []
    for measure in RATED:
        counts = point[point["measure"] == measure].groupby("age_group")["count"].sum() / n_years
        for group in AGE_GROUPS:
            rate = 1e5 * float(counts.get(group, 0.0)) / people[group]
            rows.append({"measure": measure, "age_group": group, "rate_per_100000": rate})
    return pd.DataFrame(rows)
