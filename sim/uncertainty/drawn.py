"""The parameters that differ between draws, and what they are grouped by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.evidence.arrays import Array
from sim.evidence.measured_by import measuring_studies
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import nearest

ParameterKey = tuple[str, str]
"""Name and stratum of a parameter; of a number of a treatment of the user's, the field and the
treatment, with the class of therapy behind a comma."""


def said_key(key: ParameterKey) -> str:
    """A parameter as a user writes it: the name alone if its stratum is `all`."""
    name, stratum = key
    return name if stratum == "all" else f"{name} | {stratum}"


def study_parameters() -> dict[str, tuple[ParameterKey, ...]]:
    """The parameters that each study of the evidence would measure."""
    return {study.name: tuple(study.keys) for study in measuring_studies().values()}


def study_labels() -> dict[str, str]:
    """The studies of the evidence in words."""
    return {study.name: study.label for study in measuring_studies().values()}


@dataclass(frozen=True)
class DrawnParameters:
    """Parameters in every draw, those that differ between them.

    Rows of the evidence that are one number, of one dimension, are one parameter.

    Attributes
    ----------
    keys : tuple of (str, str)
        The first row of each.
    values : array (draw, parameter)
    alike : mapping of (str, str) to (str, str)
        The first row of its number, of each other row.
    """

    keys: tuple[ParameterKey, ...]
    values: Array
    alike: Mapping[ParameterKey, ParameterKey] = field(default_factory=dict)

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
        keys = [(str(n), str(s)) for n, s in table.columns[differing]]
        first = _first_rows(keys)
        alike = {key: of for key, of in first.items() if key != of}
        kept = [place for place, key in enumerate(keys) if key not in alike]
        values = table.to_numpy(float)[:, differing][:, kept]
        return cls(tuple(keys[place] for place in kept), values, alike)

    def rows_of(self, key: ParameterKey) -> list[ParameterKey]:
        """The rows of the evidence that are one number, from its first."""
        return [key, *(other for other, first in self.alike.items() if first == key)]

    def said(self, key: ParameterKey) -> str:
        """A parameter with all strata that share it."""
        rows = self.rows_of(key)
        if len(rows) == 1:
            return said_key(key)
        return f"{key[0]} | {', '.join(stratum for _, stratum in rows)}"

    def of_keys(self, keys: Sequence[ParameterKey]) -> Array:
        """Columns of some parameters, those that differ, each once."""
        wanted = dict.fromkeys(self.alike.get(key, key) for key in keys)
        place_of = {key: place for place, key in enumerate(self.keys)}
        return self.values[:, [place_of[key] for key in wanted if key in place_of]]

    def called(self, name: str) -> list[ParameterKey]:
        """Parameters that a user means: `name | stratum`, or all of a name.

        Raises
        ------
        InputError
            If there are none; the message names the nearest.
        """
        found = [
            key
            for key in self.keys
            if name in (key[0], self.said(key), *map(said_key, self.rows_of(key)))
        ]
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


def _first_rows(keys: Sequence[ParameterKey]) -> dict[ParameterKey, ParameterKey]:
    """Of each parameter, the first one that is the same number."""
    rows = evidence().parameters
    first: dict[int, ParameterKey] = {}
    found = {}
    for key in keys:
        dimension = rows[key].dimension if key in rows else None
        found[key] = key if dimension is None else first.setdefault(dimension, key)
    return found
