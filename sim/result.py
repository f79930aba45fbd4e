"""What the user holds after a run: tidy tables, a summary beside the literature, pictures."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.tables.explain import sources_behind
from sim.tables.run_tables import RunTables
from sim.tables.writing import write_description, write_tables

if TYPE_CHECKING:  # a run that draws nothing does without Matplotlib
    from sim.plots import Plots


class Result(RunTables):
    """Tables of a run, and the pictures drawn from them.

    Attributes
    ----------
    run : dict
        How it was made: scenario, seed, hashes, time.
    case_counts : pandas.DataFrame
        `strategy, draw, replicate, year, measure, primary, sex, age_group, count`.
    delays : pandas.DataFrame
        `strategy, draw, replicate, measure, primary, statistic, value`: how days are spread over
        people.
    outcomes : pandas.DataFrame
        `strategy, draw, replicate, measure, primary, value`.
    summary : pandas.DataFrame
        `measure, strategy, unit, mean, lo, hi, published, source, median, p25, p75, evidence`;
        quartiles are over people, for measures in days; evidence is the grade of what the
        strategy gives.
    scenario : Scenario
        As it was run, with the options of the command line.
    waits, lines, queues, capacity : pandas.DataFrame or None
        With finite access: how long people waited, what each line did, each line by month, and
        every number of the clinics; see `sim.tables.access`.
    """

    scenario: Any  # the `Scenario`, so that it can be run again; its door stands above this one

    @classmethod
    def of(cls, tables: RunTables) -> Result:
        """Hold the tables of a run."""
        return cls(**{one.name: getattr(tables, one.name) for one in fields(tables)})

    def sources(self, measure: str) -> pd.DataFrame:
        """The parameters behind a measure, with their values, grades and citations."""
        return sources_behind(measure)

    @property
    def plot(self) -> Plots:
        """Pictures of the result, each a Matplotlib Axes."""
        from sim.plots import Plots  # Matplotlib, only when something is drawn

        return Plots(self)

    def write(self, folder: Path) -> None:
        """Write the tables and pictures into a run folder; `run.json` is written last."""
        write_tables(self, folder)
        self.plot.save_all(folder / "figures")
        write_description(self, folder)
