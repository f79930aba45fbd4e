"""The job: what a page asks of the module, and where in its memory everything stands.

A job is a record with its tables behind it. The page writes sizes and settings and has the module
lay out the tables, whose offsets from the job it then finds in the fields of their names.
"""

from __future__ import annotations

import numpy as np

from sim.counting.care_measures import STATISTICS
from sim.engine.counted_tables import COUNTED
from sim.engine.layout import JobLayout, Table
from sim.evidence.vocabulary import PRIMARIES
from sim.inputs.plan import GROUP
from sim.life.policy import POLICY
from sim.life.records import PERSON
from sim.life.world import CANCER, ENTRY_CELL, WORLD

_SETTINGS = (
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

_N_PRIMARIES = len(PRIMARIES)

ANCHOR = np.dtype([("primary", "i8"), ("people", "f8")], align=True)
"""People of a primary and sex in the data of the anchor year."""

_TABLES = {
    # who lives, by which parameters, under which strategies
    "groups": Table.of(GROUP, "n_groups"),
    "weights": Table.of("f8", "n_groups"),  # people of each group in the data
    "anchors": Table.of(ANCHOR, "n_anchors"),
    "kept": Table.of("i8", _N_PRIMARIES),  # 1 for primaries whose people live
    "cells": Table.of(ENTRY_CELL, "n_cells"),
    "cancers": Table.of(CANCER, _N_PRIMARIES),
    "worlds": Table.of(WORLD, 1),
    "shipped": Table.of(POLICY, "n_shipped"),
    "chosen": Table.of("i8", "n_strategies"),  # which of those shipped
    "segments": Table.of("i8", "n_segments", 3),
    # what the module fills in
    "policies": Table.of(POLICY, "n_strategies"),
    "shared": Table.of(POLICY, 1),
    "lives": Table.of(PERSON, "n_strategies"),
    # scratch
    "same": Table.of("i8", "n_strategies"),
    "choices": Table.of("i8", "n_strategies"),
    "expected": Table.of("f8", "n_groups"),
    "told": Table.of("f8", "n_strategies", len(STATISTICS)),
    **COUNTED,
    # the last event of the one person, see `sim.counting.event_log.EventLog`
    "log_person": Table.of("u8", 1),
    "log_strategy": Table.of("i8", 1),
    "log_day": Table.of("f8", 1),
    "log_event": Table.of("i8", 1),
    "log_level": Table.of("i8", 1),
    "log_value": Table.of("f8", 1),
    "log_dose_gy": Table.of("f8", 1),
    "log_detail": Table.of("i2", 1),
    "log_treatment": Table.of("i2", 1),
    "log_pain": Table.of("f8", 1),
    "log_performance": Table.of("i2", 1),
    "log_therapy": Table.of("i2", 1),
    "log_state": Table.of("i2", 1),
}
"""Tables of a job in their order."""

PAGE_JOB = JobLayout(_SETTINGS, _TABLES)
"""What a page asks of the module: `_SETTINGS`, and offsets of `_TABLES` from the job, in bytes."""
