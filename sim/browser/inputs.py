"""Packs what lives are lived by for a page: tables of a model as bytes, and settings of a job."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.browser.job import ANCHOR
from sim.counting.tally import Window
from sim.engine.layout import ALIGNED
from sim.engine.model import Model
from sim.evidence.reader import Values
from sim.evidence.vocabulary import AGE_GROUPS
from sim.inputs.population import Population


class Packed(NamedTuple):
    """A model as a page has it; all but the bytes can be written as JSON.

    Attributes
    ----------
    content : bytes
        The tables, little-endian, each at a multiple of `ALIGNED` bytes.
    places : dict
        Of each table, by its name in a job: where it begins, and how many bytes it has.
    settings : dict
        Settings of the job, by name: sizes, years that are counted, seed and replicate.
    """

    content: bytes
    places: dict[str, tuple[int, int]]
    settings: dict[str, int]

    def table(self, name: str) -> bytes:
        """The bytes of one table."""
        start, size = self.places[name]
        return self.content[start : start + size]


Tables = dict[str, NDArray[Any]]


def population_tables(population: Population, years: Iterable[int], values: Values) -> Tables:
    """What a page plans people by, as many as it wants of the primaries that it wants.

    Parameters
    ----------
    years : iterable of int
        Years of diagnosis, those of the model's plan.
    """
    anchors = population.people_of_data(population.anchor_year, values)
    weights = [population.people_of_data(year, values).values() for year in years]
    rows = [(primary, people) for (primary, _), people in anchors.items()]
    return {"anchors": np.array(rows, ANCHOR), "weights": np.concatenate([*map(list, weights)])}


def packed_model(
    model: Model,
    window: Window,
    *,
    n_ages: int = len(AGE_GROUPS),
    population: Tables | None = None,
) -> Packed:
    """Pack a model, and what is counted of its lives.

    Its strategies are those that a page may choose from.

    Parameters
    ----------
    n_ages : int
        Age groups that counts keep apart, and the sexes; neither with 1.
    population : dict, optional
        Of `population_tables`, if the page plans other people than those of the model.
    """
    tables: Tables = {
        "groups": model.groups,
        "cells": model.cells,
        "cancers": model.cancers,
        "worlds": model.worlds,
        "shipped": model.policies,
        **(population or {}),
    }
    content, places = bytearray(), {}
    for name, table in tables.items():
        content.extend(bytes(-len(content) % ALIGNED))
        own = np.ascontiguousarray(table, table.dtype.newbyteorder("<")).tobytes()
        places[name] = len(content), len(own)
        content.extend(own)
    settings = {
        "n_shipped": len(model.policies),
        "n_groups": len(model.groups),
        "n_cells": len(model.cells),
        "n_anchors": len(tables.get("anchors", ())),
        "n_ages": n_ages,
        "seed": int(model.seed),
        "replicate": model.replicate,
    }
    return Packed(bytes(content), places, settings | window._asdict())
