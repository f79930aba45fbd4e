"""New cases a year under the reference strategy, by primary or by age and sex."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.tables.answer import has_draws
from sim.tables.intervals import interval
from sim.tables.run_tables import RunTables
from sim.tables.strata import a_year


def by_primary(tables: RunTables, measure: str) -> pd.DataFrame:
    """People a year: a row a draw (a replicate, if there are no draws), a column a primary."""
    return a_year(tables, tables.run["strategies"][0], measure, "primary")


def by_age_and_sex(tables: RunTables, measure: str) -> pd.DataFrame:
    """The same with a column a sex and age group."""
    return a_year(tables, tables.run["strategies"][0], measure, "sex", "age_group")


def share_words(tables: RunTables, part: pd.DataFrame, whole: pd.DataFrame) -> str:
    """Percent that a part of counts is of all, with its 95% interval where there is one."""
    mean = 100.0 * float(part.to_numpy().sum()) / max(float(whole.to_numpy().sum()), 1e-9)
    sums = part.sum(axis=1) / whole.sum(axis=1).replace(0.0, np.nan)
    low, high = interval(100.0 * sums.to_frame(), tables.interval_over)
    return f"{mean:.0f}%" + (f" ({low[0]:.0f} to {high[0]:.0f})" if np.isfinite(low[0]) else "")


def how_sure_words(tables: RunTables) -> str:
    """What a title adds where draws of the parameters, or enough of them, are missing."""
    if has_draws(tables):
        return ""
    return (
        ", over too few draws to tell"
        if tables.run["scenario"]["draws"]
        else (" at the point estimate")
    )
