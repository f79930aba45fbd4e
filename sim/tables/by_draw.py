"""A measure in every draw of the parameters, a column a strategy."""

from __future__ import annotations

import pandas as pd

from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest
from sim.tables.run_tables import RunTables


def by_draw(tables: RunTables, measure: str, primary: str = "all") -> pd.DataFrame:
    """Values of a measure of `outcomes`, replicates averaged.

    Returns
    -------
    pandas.DataFrame
        A row a draw, from 1 on, a column a strategy in the order of the run; draw 0, the point
        estimate, alone if the run has no draws.

    Raises
    ------
    InputError
        If no strategy has the measure; the message names the nearest.
    """
    mine = tables.outcome_rows.rows(measure=measure, primary=primary)
    if mine.empty:
        raise InputError(
            f"measure is {measure!r}; {nearest(measure, tables.outcome_rows.words('measure'))}"
        )
    if mine["draw"].max() > 0:
        mine = mine[mine["draw"] > 0]
    table = mine.pivot_table("value", "draw", "strategy", aggfunc="mean", observed=True)
    return table.reindex(columns=[s for s in tables.run["strategies"] if s in table.columns])
