"""New cases a year under the reference strategy, by primary or by age and sex."""

from __future__ import annotations

import pandas as pd

from sim.tables.run_tables import RunTables
from sim.tables.strata import a_year


def by_primary(tables: RunTables, measure: str) -> pd.DataFrame:
    """People a year: a row a draw (a replicate, if there are no draws), a column a primary."""
    return a_year(tables, tables.run["strategies"][0], measure, "primary")


def by_age_and_sex(tables: RunTables, measure: str) -> pd.DataFrame:
    """The same with a column a sex and age group."""
    return a_year(tables, tables.run["strategies"][0], measure, "sex", "age_group")
