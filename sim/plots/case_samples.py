"""New cases a year under the reference strategy, by primary or by age and sex."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evidence.vocabulary import AGE_GROUPS, PRIMARIES, SEXES
from sim.tables.run_tables import RunTables


def by_primary(tables: RunTables, measure: str) -> pd.DataFrame:
    """People a year: a row a draw (a replicate, if there are no draws), a column a primary."""
    summed = _a_year(tables, measure).groupby(["draw", "replicate", "primary"])["count"].sum()
    return over_samples(tables, summed.unstack("primary"), list(PRIMARIES))


def by_age_and_sex(tables: RunTables, measure: str) -> NDArray[np.float64]:
    """People a year at the point estimate, shape (sex, age group)."""
    rows = _a_year(tables, measure)
    summed = rows[rows["draw"] == 0].groupby(["sex", "age_group"])["count"].sum().unstack()
    table = summed.reindex(list(SEXES), columns=list(AGE_GROUPS)).fillna(0.0)
    return np.asarray(table.to_numpy(float) / tables.run["scenario"]["replicates"])


def over_samples(tables: RunTables, table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Counts by draw and replicate as a row a draw, or a replicate if there are no draws.

    What was never counted is 0; draw 0, the point estimate, is left out where there are others.
    """
    size = tables.run["scenario"]
    every = [(d, r) for d in range(size["draws"] + 1) for r in range(size["replicates"])]
    table = table.reindex(index=every, columns=columns).fillna(0.0)
    return table.groupby(level="draw").mean().loc[1:] if size["draws"] else table


def _a_year(tables: RunTables, measure: str) -> pd.DataFrame:
    """Rows of a measure under the reference strategy, a year."""
    counts = tables.case_counts
    first, last = tables.run["scenario"]["years"]
    mine = counts[
        (counts["measure"] == measure) & (counts["strategy"] == tables.run["strategies"][0])
    ]
    rows: pd.DataFrame = mine.assign(count=mine["count"] / (last - first + 1))
    return rows
