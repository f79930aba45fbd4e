"""Where in the spine metastases are: by region from the tables of a run, by level from its events.

The tables count vertebrae by region. Which vertebrae of a region they are, and how many people have
one there, only the events of a run with `microdata` say.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import LEVELS, REGIONS
from sim.tables.run_tables import RunTables

SEEDED = ("spinal_metastasis", "level_seeded")
"""Events that involve a vertebra: the first of a person, and each further one."""


def region_shares(tables: RunTables, of: str) -> pd.DataFrame:
    """Percent by region of the spine under the reference strategy.

    Parameters
    ----------
    of : str
        What the percent are of, as in `cervical_of_<of>`: `involved_vertebrae`, say.

    Returns
    -------
    pandas.DataFrame
        A row a draw (a replicate, if there are no draws), a column a region.
    """
    return pd.DataFrame({region: share_of(tables, f"{region}_of_{of}") for region in REGIONS})


def share_of(tables: RunTables, measure: str) -> pd.Series[float]:
    """A measure of everybody under the reference strategy, by draw, or else by replicate."""
    mine = tables.outcome_rows.rows(
        strategy=tables.run["strategies"][0], measure=measure, primary="all"
    )
    if not tables.run["scenario"]["draws"]:
        return mine.groupby("replicate")["value"].mean()
    return mine[mine["draw"] > 0].groupby("draw")["value"].mean()


def people_by_level(tables: RunTables, folder: str | Path) -> pd.Series[float]:
    """Percent of people with a vertebral metastasis who have one at each level by death.

    Of the reference strategy at the point estimate, over all replicates.

    Parameters
    ----------
    folder : path
        Of this run, with microdata.

    Raises
    ------
    InputError
        If it is not, or nobody in it has a vertebral metastasis.
    """
    from pyarrow import dataset as parts  # only who asks for it

    events, told = Path(folder) / "events", Path(folder) / "run.json"
    if not told.is_file() or not events.is_dir():
        raise InputError(
            f"microdata is {str(folder)!r}; allowed: the folder of a run that was made with "
            "microdata"
        )
    made = json.loads(told.read_text(encoding="utf-8"))
    if made.get("results_hash") != tables.run["results_hash"]:
        raise InputError(
            f"microdata is {str(folder)!r}, the folder of another run; allowed: that of this one"
        )
    mine = (
        (parts.field("strategy") == tables.run["strategies"][0])
        & (parts.field("draw") == 0)
        & parts.field("event").isin(SEEDED)
    )
    rows = parts.dataset(events, format="parquet").to_table(["event", "level"], filter=mine)
    frame = rows.to_pandas().astype(str)
    people = int((frame["event"] == SEEDED[0]).sum())
    if people == 0:
        raise InputError(
            f"microdata is {str(folder)!r}, where no vertebra is involved; allowed: a run with "
            "more people"
        )
    seeded = frame["level"].value_counts().to_dict()
    return pd.Series({level: 100.0 * seeded.get(level, 0) / people for level in LEVELS})
