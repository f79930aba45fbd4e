"""The parameters that differ between draws, and what they are grouped by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.evidence.arrays import Array
from sim.evidence.measured_by import measuring_studies
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence, said_keys
from sim.evidence.vocabulary import nearest

ParameterKey = tuple[str, str]
"""Name and stratum of a parameter; of a number of a treatment of the user's, the field and the
treatment, with the class of therapy behind a comma."""


def study_parameters() -> dict[str, tuple[ParameterKey, ...]]:
    """The parameters that each study of the evidence would measure."""
    return {study.name: tuple(study.keys) for study in measuring_studies().values()}


def study_labels() -> dict[str, str]:
    """The studies of the evidence in words."""
    return {study.name: study.label for study in measuring_studies().values()}


@dataclass(frozen=True)
class DrawnParameters:
    """Parameters in every draw, those that differ between them.

    Attributes
    ----------
    rows : tuple of tuple of (str, str)
        Of each parameter the rows of the evidence that are this one number.
    values : array (draw, parameter)
    """

    rows: tuple[tuple[ParameterKey, ...], ...]
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
        numbers: dict[Any, list[int]] = {}
        keys = [(str(n), str(s)) for n, s in table.columns]
        for place, key in enumerate(keys):
            row = evidence().parameters.get(key)
            tied = row is not None and row.dimension is not None
            numbers.setdefault(row.dimension if row is not None and tied else key, []).append(place)
        rows = tuple(tuple(keys[place] for place in places) for places in numbers.values())
        first = [places[0] for places in numbers.values()]
        return cls(rows, table.to_numpy(float)[:, first])

    @property
    def keys(self) -> tuple[ParameterKey, ...]:
        """The parameters, each by the first of its rows."""
        return tuple(rows[0] for rows in self.rows)

    @property
    def names(self) -> set[str]:
        """What a user may call a parameter."""
        return {name for rows in self.rows for name in _names(rows)}

    def said(self, key: ParameterKey) -> str:
        """A parameter as a user writes it, with all strata that share its number."""
        return next(said_keys(*rows) for rows in self.rows if key in rows)

    def among(self, keys: Iterable[ParameterKey]) -> list[ParameterKey]:
        """The parameters that have one of some rows, those that differ."""
        wanted = set(keys)
        return [rows[0] for rows in self.rows if wanted.intersection(rows)]

    def of_keys(self, keys: Sequence[ParameterKey]) -> Array:
        """Columns of some parameters, those that differ."""
        mine = self.among(keys)
        return self.values[:, [place for place, key in enumerate(self.keys) if key in mine]]

    def called(self, name: str) -> list[ParameterKey]:
        """Parameters that a user means: `name | stratum`, or all of a name.

        Raises
        ------
        InputError
            If there are none; the message names the nearest.
        """
        found = [rows[0] for rows in self.rows if name in _names(rows)]
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


def _names(rows: Sequence[ParameterKey]) -> set[str]:
    """What a user may call the number of some rows."""
    return {rows[0][0], said_keys(*rows)} | {said_keys(key) for key in rows}
