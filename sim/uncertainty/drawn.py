"""The parameters that differ between draws, and what they are grouped by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.evidence.arrays import Array
from sim.evidence.measured_by import measuring_studies
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest

ParameterKey = tuple[str, str]
"""Name and stratum of a parameter."""


def said_key(key: ParameterKey) -> str:
    """A parameter as a user writes it: the name alone if its stratum is `all`."""
    name, stratum = key
    return name if stratum == "all" else f"{name} | {stratum}"


def study_parameters() -> dict[str, tuple[ParameterKey, ...]]:
    """The parameters that each study of the evidence would measure."""
    return {name: study.keys for name, study in measuring_studies().items()}


def study_labels() -> dict[str, str]:
    """The studies of the evidence in words."""
    return {name: study.label for name, study in measuring_studies().items()}


@dataclass(frozen=True)
class DrawnParameters:
    """Parameters in every draw, those that differ between them.

    Attributes
    ----------
    keys : tuple of (str, str)
    values : array (draw, parameter)
    """

    keys: tuple[ParameterKey, ...]
    values: Array

    @classmethod
    def of(cls, frame: pd.DataFrame | None, draws: Sequence[int]) -> DrawnParameters:
        """Those of some draws of `parameters.parquet`.

        Raises
        ------
        InputError
            If the run has none of them.
        """
        if frame is None or not set(draws) <= set(frame["draw"]):
            raise InputError("the run has no parameters of its draws; allowed: to run it again")
        mine = frame[frame["draw"].isin(draws)]
        wide = mine.assign(name=mine["name"].astype(str), stratum=mine["stratum"].astype(str))
        table = wide.pivot_table("value", "draw", ["name", "stratum"], sort=False).loc[list(draws)]
        differing = np.ptp(table.to_numpy(float), axis=0) > 0.0
        table = table.loc[:, differing]
        return cls(tuple((str(n), str(s)) for n, s in table.columns), table.to_numpy(float))

    def of_keys(self, keys: Sequence[ParameterKey]) -> Array:
        """Columns of some parameters, those that differ."""
        places = [self.keys.index(key) for key in keys if key in set(self.keys)]
        return self.values[:, places]

    def called(self, name: str) -> list[ParameterKey]:
        """Parameters that a user means: `name | stratum`, or all of a name.

        Raises
        ------
        InputError
            If there are none; the message names the nearest.
        """
        found = [key for key in self.keys if name in (said_key(key), key[0])]
        if not found:
            known = list(dict.fromkeys([key[0] for key in self.keys]))
            raise InputError(f"parameter is {name!r}; {nearest(name, known)}")
        return found

    def groups(
        self, studies: Mapping[str, Sequence[ParameterKey]] | None = None
    ) -> dict[str, list[ParameterKey]]:
        """Parameters by the study that would measure them; by name, of those that are in none."""
        by_key = {key: study for study, keys in (studies or {}).items() for key in keys}
        found: dict[str, list[ParameterKey]] = {}
        for key in self.keys:
            found.setdefault(by_key.get(key, key[0]), []).append(key)
        return found
