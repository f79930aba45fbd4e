"""What an analysis of sensitivity found: its tables, and rows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.inputs.setting import Setting
from sim.uncertainty.asked import Asked
from sim.uncertainty.sensitivity_design import SensitivityDesign


@dataclass(frozen=True)
class Moved:
    """What moves an answer.

    Attributes
    ----------
    tornado : pandas.DataFrame
        See `sim.uncertainty.tornado.tornado`; also `people`, who were lived. Numbers that were
        moved again with more people stand first.
    sobol, single : pandas.DataFrame
        See `sim.uncertainty.shares_of_variance.shares_of_variance`; empty without samples.
    lives : int
        Lived for it.
    """

    scenario: Setting
    design: SensitivityDesign
    wanted: tuple[Asked, ...]
    tornado: pd.DataFrame
    sobol: pd.DataFrame
    single: pd.DataFrame
    lives: int

    def of(self, table: str, ask: Asked) -> pd.DataFrame:
        """The rows of a table, `tornado`, `sobol` or `single`, for one thing asked."""
        frame: pd.DataFrame = getattr(self, table)
        return frame if frame.empty else rows_about(frame, ask).reset_index(drop=True)


def records_of(frame: pd.DataFrame) -> list[Any]:
    """The rows of a frame, each with its columns as attributes."""
    return list(frame.itertuples(index=False))


def rows_about(frame: pd.DataFrame, ask: Asked) -> pd.DataFrame:
    """The rows of a frame for one thing asked."""
    mine = np.ones(len(frame), bool)
    for column, value in zip(("measure", "strategy", "against"), ask.key, strict=True):
        mine &= (frame[column] == value).to_numpy()
    return frame[mine]
