"""A run that is done says so: its progress ends at all of the lives that it lived.

Room: run.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from sim import Center, Clinics, Demand, Population, Resource, Scenario
from sim.evidence.visits import RESOURCES

PEOPLE, PER_DRAW = 1_200, 1_000
FREE = {name: Resource(machines=None) for name in RESOURCES if name != "bed"}
LINAC = Resource(machines=2, others=(Demand(per_week=20, minutes=20, sessions=5),))
CENTER = Center(name="north", resources={**FREE, "linear_accelerator": LINAC})


def clinics(precision: float | None) -> Clinics:
    return Clinics(centers=(CENTER,), warm_up_years=0, follow_up_years=0, precision=precision)


RUNS: dict[str, dict[str, Any]] = {
    "one": {},
    "replicates": {"replicates": 3},
    "draws of everybody": {"draws": 2, "replicates": 2},
    "draws of some, with a control run": {"draws": 3, "replicates": 2, "people_per_draw": PER_DRAW},
    "the SimPy engine": {"draws": 1, "people_per_draw": PER_DRAW, "engine": "process"},
    "clinics": {"access": clinics(None), "replicates": 2, "draws": 1},
    "clinics that stop early": {"access": clinics(0.99), "replicates": 9},
    "clinics that stop early, with draws": {"access": clinics(0.99), "replicates": 9, "draws": 2},
    "clinics that do not stop early": {"access": clinics(0.0001), "replicates": 6},
}


@pytest.mark.parametrize("options", RUNS.values(), ids=RUNS)
def test_progress_ends_at_all_lives(options: dict[str, Any]) -> None:
    view = {"view": "calendar", "lookback_years": 2} if "access" in options else {}
    people = Population.united_states(2010).scaled(300 if view else PEOPLE)
    scenario = Scenario(name="x", population=people, **view, **options)
    told: list[tuple[int, int]] = []
    result = scenario.run(workers=1, progress=lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1] > 0
    assert all(done <= of for done, of in told)
    assert all(before[0] <= after[0] for before, after in pairwise(told))
    if options.get("access") == clinics(0.99):
        assert result.run["scenario"]["replicates"] == 5
    thinned = options.get("draws", 0) and options.get("people_per_draw", PEOPLE) < PEOPLE
    control = options.get("replicates", 1) * PER_DRAW if thinned else 0
    assert told[-1][1] == result.run["lives"] + control
