"""Queues that textbooks have solved: the formulas, and clinics that are such queues."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.clinics.log import ClinicLog
from sim.clinics.service import Service
from sim.evidence.visits import MINUTES_PER_DAY
from sim.inputs.clinics import Center, Clinics
from sim.inputs.resource import Demand, Resource
from tests.simplified import TAIL

MONDAY = datetime.date(2024, 1, 1)
"""The clinics of the tests open on a Monday."""
BATCHES = 25
"""Enough for a standard error, and each long against the memory of a queue."""
Numbers = NDArray[np.float64]


def erlang_c(machines: int, load: float) -> float:
    """Probability of waiting in M/M/c; the load is arrival rate times mean session."""
    lost = stats.poisson.pmf(machines, load) / stats.poisson.cdf(machines, load)
    return float(lost / (1.0 - load / machines * (1.0 - lost)))


def wait_without_priorities(machines: int, load: float) -> float:
    """Mean wait in M/M/c, in mean sessions."""
    return erlang_c(machines, load) / (machines - load)


def erlang_a(machines: int, load: float, patience: float) -> tuple[float, float]:
    """Share who leave and mean wait in M/M/c+M, in mean sessions; from its balance equations."""
    most = machines + int(20.0 * (load + 1.0) * max(patience, 1.0))
    waiting = np.maximum(np.arange(1, most + 1) - machines, 0)
    busy = np.minimum(np.arange(1, most + 1), machines)
    log_weight = np.cumsum(np.log(load) - np.log(busy + waiting / patience))
    weight = np.exp(np.concatenate(([0.0], log_weight)) - max(0.0, float(log_weight.max())))
    queue = float(weight[1:] @ waiting / weight.sum())
    return queue / patience / load, queue / load


def cobham(residual: float, loads: Sequence[float], machines: int = 1) -> list[float]:
    """Mean wait by priority, without preemption; `residual` is that until a machine is free."""
    before = np.concatenate(([0.0], np.cumsum(loads))) / machines
    return [residual / ((1.0 - high) * (1.0 - low)) for high, low in pairwise(before)]


def per_week(load: float, minutes: float) -> float:
    """Arrivals that bring a load of so many machines open day and night."""
    return load * 7.0 * MINUTES_PER_DAY / minutes


def days_for(people: int, demands: Sequence[Demand]) -> float:
    """Days in which about so many people come."""
    return 7.0 * people / sum(demand.per_week for demand in demands)


def only(resource: Resource, beds: int | None = None, name: str = "theater") -> Clinics:
    """One center that has one resource, and beds if a number is given."""
    resources = {name: resource}
    if beds is not None:
        resources["bed"] = Resource(machines=beds)
    return Clinics(centers=(Center(name="north", resources=resources),))


def run(clinics: Clinics, days: float, seed: int = 1) -> ClinicLog:
    """Let other patients come for so many days, and the lines drain."""
    names = [center.name for center in clinics.centers]
    service = Service(clinics, names, MONDAY, seed, 0, days)
    service.env.run()
    return service.log()


def settled(log: ClinicLog, days: float) -> NDArray[np.void]:
    """Waits in the order of asking, without the warm-up and without the drained end.

    A tenth of the days is far more than the memory of the queues here; somebody of low priority who
    came at the very end is not overtaken by those who would have come later.
    """
    asked = log.waits["asked"]
    waits = log.waits[(asked > 0.1 * days) & (asked < 0.98 * days)]
    return waits[np.argsort(waits["asked"], kind="stable")]


def days_waited(waits: NDArray[np.void]) -> Numbers:
    """Days from asking to the first session, or to leaving."""
    waited: Numbers = waits["ended"] - waits["asked"]
    return waited


def assert_batches(values: NDArray[Any], expected: float) -> None:
    """A mean of values that depend on each other, against batch means and Student's t."""
    means = np.array([batch.mean() for batch in np.array_split(values, BATCHES)])
    error = means.std(ddof=1) / np.sqrt(BATCHES)
    far = stats.t.isf(TAIL / 2.0, BATCHES - 1)
    told = f"{values.mean():.5g} against {expected:.5g}, standard error {error:.2g}"
    assert abs(values.mean() - expected) < far * error, told
    assert error < 0.1 * expected, f"too few to tell: {told}"
