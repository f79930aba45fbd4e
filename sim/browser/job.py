"""The job: what a page asks of the module, and where in its memory everything stands.

A job is a record with its tables behind it. The page writes sizes and settings and has the module
lay out the tables, whose offsets from the job it then finds in the fields of their names.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.counting.care_measures import STATISTICS
from sim.counting.care_tally import DISTRIBUTIONS, SUBGROUPS
from sim.counting.cohort import Cohort
from sim.counting.counts import Count
from sim.counting.days import CohortDays
from sim.counting.recorded import N_RECORD_BINS
from sim.counting.spread import N_BINS
from sim.evidence.vocabulary import MOST_TREATMENTS, PRIMARIES, STAGES
from sim.inputs.plan import GROUP
from sim.life.policy import POLICY
from sim.life.records import PERSON
from sim.life.world import CANCER, ENTRY_CELL, WORLD

SETTINGS = (
    # sizes that the page chooses
    *("n_shipped", "n_strategies", "n_groups", "n_cells", "n_segments", "n_years", "n_ages"),
    "n_anchors",
    # sizes that follow from them
    *("n_places", "n_sexes", "size"),
    # what is counted, see `sim.counting.tally.Window`
    *("first_year", "cohort_first", "cohort_last", "outcomes_for"),
    # who lives: new cancers in the anchor year, and lives at most
    *("people", "most_people"),
    # whose luck
    *("seed", "replicate"),
    # one person
    *("group", "index", "strategy"),
)
"""What stands in a job before the offsets; `size` is that of the job with its tables, in bytes."""

ALIGNED = 16
"""Tables begin at multiples of so many bytes."""
_N_PRIMARIES = len(PRIMARIES)


ANCHOR = np.dtype([("primary", "i8"), ("people", "f8")], align=True)
"""People of a primary and sex in the data of the anchor year."""


class Table(NamedTuple):
    """One table of a job.

    Attributes
    ----------
    type : dtype
    shape : tuple of int or str
        How long each axis is, or which of `SETTINGS` says so.
    """

    type: np.dtype[Any]
    shape: tuple[int | str, ...]


def _table(kind: object, *shape: int | str) -> Table:
    return Table(np.dtype(kind), shape)  # type: ignore[call-overload]


TABLES = {
    # who lives, by which parameters, under which strategies
    "groups": _table(GROUP, "n_groups"),
    "weights": _table("f8", "n_groups"),  # people of each group in the data
    "anchors": _table(ANCHOR, "n_anchors"),
    "kept": _table("i8", _N_PRIMARIES),  # 1 for primaries whose people live
    "cells": _table(ENTRY_CELL, "n_cells"),
    "cancers": _table(CANCER, _N_PRIMARIES),
    "worlds": _table(WORLD, 1),
    "shipped": _table(POLICY, "n_shipped"),
    "chosen": _table("i8", "n_strategies"),  # which of those shipped
    "segments": _table("i8", "n_segments", 3),
    # what the module fills in
    "policies": _table(POLICY, "n_strategies"),
    "shared": _table(POLICY, 1),
    "lives": _table(PERSON, "n_strategies"),
    # scratch
    "same": _table("i8", "n_strategies"),
    "choices": _table("i8", "n_strategies"),
    "expected": _table("f8", "n_groups"),
    "told": _table("f8", "n_strategies", len(STATISTICS)),
    # see `sim.counting.tally.Tally`
    "counts": _table("i4", "n_places", len(Count), "n_years", _N_PRIMARIES, "n_sexes", "n_ages"),
    "cohort": _table("i8", "n_places", _N_PRIMARIES, len(STAGES), len(Cohort)),
    "recorded": _table("i8", "n_places", 2, _N_PRIMARIES, N_RECORD_BINS),
    "days": _table("i4", "n_places", len(CohortDays), _N_PRIMARIES, N_BINS),
    "fingerprint": _table("u8", "n_places"),
    # see `sim.counting.care_tally.CareTally`
    "sums": _table("i8", "n_strategies", len(SUBGROUPS), len(STATISTICS)),
    "squares": _table("i8", "n_strategies", len(SUBGROUPS), len(STATISTICS)),
    "difference_squares": _table("i8", "n_strategies", len(SUBGROUPS), len(STATISTICS)),
    "distribution": _table("i4", "n_strategies", len(DISTRIBUTIONS), _N_PRIMARIES, N_BINS),
    "courses": _table("i8", "n_strategies", MOST_TREATMENTS),
    # the last event of the one person, see `sim.counting.event_log.EventLog`
    "log_person": _table("u8", 1),
    "log_strategy": _table("i8", 1),
    "log_day": _table("f8", 1),
    "log_event": _table("i8", 1),
    "log_level": _table("i8", 1),
    "log_value": _table("f8", 1),
    "log_dose_gy": _table("f8", 1),
    "log_detail": _table("i2", 1),
    "log_treatment": _table("i2", 1),
    "log_pain": _table("f8", 1),
    "log_performance": _table("i2", 1),
    "log_therapy": _table("i2", 1),
    "log_state": _table("i2", 1),
}
"""Tables of a job in their order."""

JOB = np.dtype([(name, "i8") for name in (*SETTINGS, *TABLES)], align=True)
"""What a page asks of the module: `SETTINGS`, and offsets of `TABLES` from the job, in bytes."""


def place_in_job(name: str) -> int:
    """Where a setting, or the offset of a table, stands in a job, in bytes."""
    fields: dict[str, Any] = dict(JOB.fields or {})
    return int(fields[name][1])
