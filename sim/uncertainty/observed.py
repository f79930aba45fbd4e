"""What a planned study observes in a run: parameters, or a measure in an arm a strategy."""

from __future__ import annotations

import numpy as np

from sim.counting.measures import MEASURES
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import nearest
from sim.tables.by_draw import by_draw
from sim.tables.run_tables import RunTables
from sim.uncertainty.drawn import DrawnParameters, ParameterKey, study_parameters
from sim.uncertainty.planned_study import PlannedStudy, Quantity, Sees

_SEEN: dict[str, Sees] = {"share": "share", "per_year": "rate", "per year": "rate"}
"""How a parameter of a unit is seen; of other units as a mean."""


def observed_by(tables: RunTables, study: PlannedStudy, drawn: DrawnParameters) -> list[Quantity]:
    """What a study observes, in every draw.

    Raises
    ------
    InputError
        If the name is none of a study, a parameter or a measure, or it must be said how it is seen.
    """
    groups = study_parameters()
    measures = set(tables.outcomes["measure"].unique())
    names = drawn.names
    if study.name in groups:
        return _parameters(study, drawn, drawn.among(groups[study.name]))
    if study.name in names:
        return _parameters(study, drawn, drawn.called(study.name))
    if study.name in measures:
        return _arms(tables, study)
    known = [*groups, *dict.fromkeys(key[0] for key in drawn.keys), *sorted(measures)]
    raise InputError(f"study is {study.name!r}; {nearest(study.name, known)}")


def _parameters(
    study: PlannedStudy, drawn: DrawnParameters, keys: list[ParameterKey]
) -> list[Quantity]:
    """Parameters, each seen by as many people as the study has; all means by one deviation."""
    found, units = [], []
    for key in keys:
        row = evidence().parameters.get(key)
        unit = row.unit if row else ""
        sees = study.sees or _SEEN.get(unit, "mean")
        if sees == "mean":
            units.append(unit)
        values = drawn.of_keys([key])[:, 0]
        found.append(Quantity(drawn.said(key), values, sees, study.sd or 1.0))
    if study.sd is None and units:
        raise InputError(
            f"{found[0].name if len(keys) == 1 else study.name} is seen as a mean; allowed: with "
            "sd, the standard deviation over people"
        )
    if len(different := sorted(set(units))) > 1:
        raise InputError(
            f"sd is {study.sd:g} for means in {' and in '.join(unit or '1' for unit in different)} "
            f"(study of {study.name}); allowed: a study of parameters in one unit"
        )
    return found


def _arms(tables: RunTables, study: PlannedStudy) -> list[Quantity]:
    """A measure under each strategy that is an arm."""
    table = by_draw(tables, study.name)
    for name in study.arms:
        if name not in table.columns:
            raise InputError(f"arm is {name!r}; {nearest(name, list(table.columns))}")
    unit = MEASURES[study.name].unit if study.name in MEASURES else ""
    sees: Sees = study.sees or ("share" if unit.startswith("percent") else "mean")
    scale = 0.01 if unit.startswith("percent") else 1.0
    found = []
    for name in study.arms or tuple(table.columns):
        sd = scale * study.sd if study.sd else scale * _sd_of_run(tables, study.name, name)
        values = np.asarray(table[name], float) * scale
        found.append(Quantity(f"{study.name} under {name}", values, sees, sd))
    return found


def _sd_of_run(tables: RunTables, measure: str, strategy: str) -> float:
    """Standard deviation over people at the point estimate; 0 where a run does not keep it."""
    rows = tables.delays
    mine = rows[(rows["measure"] == measure) & (rows["strategy"] == strategy)]
    mine = mine[(mine["statistic"] == "sd") & (mine["draw"] == 0) & (mine["primary"] == "all")]
    return float(mine["value"].mean()) if len(mine) else 0.0
