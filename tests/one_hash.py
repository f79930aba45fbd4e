"""What must have the same bits on every machine: `python -m tests.one_hash` prints digests of it.

With `NUMBA_DISABLE_JIT=1` it is plain Python, which lives people but makes no runs.
"""

from __future__ import annotations

import hashlib
import json
import sys
import warnings
from collections.abc import Iterable

import numpy as np
from numba import config

from sim import Demand, Population, Resource, Scenario, Treatment
from sim.counting.event_log import EventLog
from sim.engine import cohort
from sim.engine.model import Model, as_array, build_model
from sim.evidence.random_numbers import arrivals
from sim.evidence.reader import evidence
from sim.inputs.catalog import strategy
from sim.life.records import PERSON
from tests.clinics import one_center
from tests.simplified import SEVERAL, segments_of

DRAWS = (0, 1, 7)
LIVED, IN_A_RUN = 60, 2_000
"""People."""
MINE = Treatment(
    name="mine",
    based_on="ebrt_8gy1",
    response_biological={"events": 34, "n": 50},
    complete_biological=(0.1, 0.3),
    wait_median_days=(2.0, 9.0),
)
"""With numbers drawn in each of the ways that a user's are."""
OTHERS = Demand(per_week=30.0, minutes=20.0, spread="exponential", patience_days=20.0)


def model_of_draw(draw: int, population: Population, year: int) -> Model:
    """Everything that lives read, of people of two years."""
    values = evidence().draw(draw)
    plan = population.plan(year - 1, year, values).thinned(LIVED)
    care = [strategy(name) for name in SEVERAL]
    return build_model(plan, care, values, treatments=[MINE], seed=5, draw=draw)


def of_inputs() -> dict[str, str]:
    """Of all that lives read, in some draws, now and in projected years; and of who else comes."""
    now, later = Population.united_states(2010), Population.united_states(2025).projected(to=2031)
    found = {}
    for draw in DRAWS:
        for population, year in ((now, 1995), (now, 2018), (later, 2031)):
            arrays = (p for p in model_of_draw(draw, population, year) if np.ndim(p) > 0)
            found[f"inputs of draw {draw}, {year}"] = _digest(
                np.asarray(a).tobytes() for a in arrays
            )
    found["others"] = _digest([arrivals(np.random.default_rng(3), 1.5, 900.0).tobytes()])
    return found


def of_lives() -> dict[str, str]:
    """Of lives under several strategies, in some draws."""
    found = {}
    for draw in DRAWS:
        model = model_of_draw(draw, Population.united_states(2010), 2010)
        people = np.zeros((model.people, len(SEVERAL)), PERSON)
        lived = people
        if config.DISABLE_JIT:  # records then need fields as attributes
            arrays = (part.view(np.recarray) if np.ndim(part) else part for part in model)
            model, lived = Model(*arrays), people.view(np.recarray)
        cohort.live_kept_block(lived, as_array(segments_of(model)), model, EventLog.empty(0))
        found[f"lives of draw {draw}"] = _digest([people["fingerprint"].tobytes()])
    return found


def of_runs() -> dict[str, str]:
    """Of runs: several strategies and draws, by both engines, and in a clinic with others."""
    run = Scenario(
        name="one_hash",
        population=Population.united_states(2010).scaled(IN_A_RUN),
        strategies=SEVERAL,
        draws=2,
        replicates=2,
    )
    clinic = one_center(linear_accelerator=Resource(machines=1, others=(OTHERS,)))
    runs = {
        "cohort": run,
        "process": run.with_options(engine="process"),
        "clinic": run.with_options(
            access=clinic, view="calendar", lookback_years=1, draws=1, replicates=1
        ),
    }
    return {name: str(each.run(workers=1).run["results_hash"]) for name, each in runs.items()}


def _digest(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


if __name__ == "__main__":
    if config.DISABLE_JIT:
        warnings.simplefilter("ignore")  # 64-bit arithmetic wraps, on purpose
        told = of_inputs() | of_lives()
    else:
        told = of_inputs() | of_lives() | of_runs()
    sys.stdout.write(json.dumps(told))
