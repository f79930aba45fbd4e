"""A line is called overloaded where it falls behind by more than chance, and then it is found.

Room: tables.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.clinics.plan import Access
from sim.inputs.clinics import Clinics
from sim.inputs.resource import Demand, Resource
from sim.tables.access import AccessTables
from sim.tables.overload import FALLS_BEHIND_BY, GROWS_BY, Work, minutes_per_day, sd_of
from tests import queues

COURSE_MINUTES, A_WEEK = 300.0, 2_700.0
"""What a course takes, and what one machine has in a week."""
LABELS = {"strategy": "usual_care", "draw": 0, "replicate": 0}


def server(luck: np.random.Generator, load: float, years: float, spinal: float) -> Work:
    """The years after the first two of one server with Poisson arrivals: Lindley's recursion."""
    warm_up, until = 104.0, 104.0 + 52.0 * years
    rate = load * A_WEEK / COURSE_MINUTES
    n = luck.poisson(rate * until)
    asked = np.sort(luck.uniform(0.0, until, n))
    before = np.arange(n) * COURSE_MINUTES / A_WEEK
    begun = before + np.maximum.accumulate(asked - before)
    ended = begun + COURSE_MINUTES / A_WEEK
    inside = asked >= warm_up
    of_spine = inside & (luck.uniform(size=n) < spinal)
    lengths = [np.sum((asked <= at) & (begun > at)) for at in (warm_up, until)]
    busy = np.clip(np.minimum(ended, until) - np.maximum(begun, warm_up), 0.0, None).sum()
    return Work(
        is_open=A_WEEK * 52.0 * years,
        used=A_WEEK * float(busy),
        asked=COURSE_MINUTES * float(inside.sum()),
        by_rate=COURSE_MINUTES * (of_spine.sum() + (1.0 - spinal) * rate * 52.0 * years),
        sd=sd_of(np.full(inside.sum(), COURSE_MINUTES)),
        spinal_sd=sd_of(np.full(of_spine.sum(), COURSE_MINUTES)),
        growth=COURSE_MINUTES * float(lengths[1] - lengths[0]),
    )


def share_called(load: float, years: float, spinal: float, times: int = 400) -> float:
    luck = np.random.default_rng(7)
    return float(np.mean([server(luck, load, years, spinal).overloaded for _ in range(times)]))


@pytest.mark.parametrize("spinal", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("years", [1.0, 3.0])
def test_a_line_that_can_do_what_it_is_asked_is_seldom_called_overloaded(
    years: float, spinal: float
) -> None:
    """At the limit of what it can do, the worst case, in 1 of 20 runs; below, hardly ever."""
    assert share_called(0.83, years, spinal) == 0.0
    assert share_called(0.95, years, spinal) < 0.01
    assert share_called(1.0, years, spinal) < 0.05


def test_at_the_limit_false_alarms_are_those_of_a_reflected_random_walk() -> None:
    """A walk is more than a above its start and b above its lowest: 2 (1 - normal(a + b))."""
    luck = np.random.default_rng(3)
    steps, times = 500, 20_000
    walk = np.cumsum(luck.normal(size=(times, steps)), axis=1)
    lowest = np.minimum(walk.min(axis=1), 0.0)
    growth, sd = walk[:, -1] - lowest, steps**0.5
    # `behind` is the growth without what came by chance, which is the end of the walk.
    works = [
        Work(1e-9, 0.0, float(end), 0.0, sd, 0.0, float(grown))
        for end, grown in zip(walk[:, -1], growth, strict=True)
    ]
    expected = 2.0 * float(stats.norm.sf(GROWS_BY + FALLS_BEHIND_BY))
    called = sum(w.growth > GROWS_BY * sd and w.behind > FALLS_BEHIND_BY * sd for w in works)
    assert stats.binomtest(called, times, expected).pvalue > 1e-3


@pytest.mark.parametrize(
    ("load", "years", "spinal", "found"),
    [
        (1.05, 1.0, 0.0, 0.99),
        (1.02, 3.0, 0.0, 0.99),
        (1.10, 1.0, 0.2, 0.95),
        (1.05, 3.0, 0.2, 0.95),
        # Nobody knows the rate at which people with spinal metastasis come.
        (1.25, 1.0, 1.0, 0.95),
        (1.15, 3.0, 1.0, 0.95),
    ],
)
def test_a_line_that_cannot_do_what_it_is_asked_is_found(
    load: float, years: float, spinal: float, found: float
) -> None:
    assert share_called(load, years, spinal) >= found


def one_machine(load: float) -> Clinics:
    """A machine of office hours with courses of fifteen sessions."""
    weekly = load * A_WEEK / COURSE_MINUTES
    linac = Resource(machines=1, others=(Demand(per_week=weekly, minutes=20, sessions=15),))
    clinics = queues.only(linac, name="linear_accelerator")
    return clinics.with_options(warm_up_years=1, follow_up_years=0)


def called(load: float, seed: int) -> bool:
    clinics = one_machine(load)
    access = Access.of(clinics, (), (2025, 2025))
    log = queues.run(clinics, access.until_day, seed)
    return bool(AccessTables(access, (2025, 2025), log, LABELS).lines()["overloaded"].iloc[0])


def test_a_busy_autumn_of_a_machine_with_time_to_spare_is_no_overload() -> None:
    assert not any(called(0.83, seed) for seed in range(30))


def test_a_machine_that_is_asked_for_more_than_it_has_is_overloaded_whatever_the_luck() -> None:
    assert all(called(1.06, seed) for seed in range(15))


def test_others_at_their_rate_are_the_mean_of_those_who_come() -> None:
    """Also of exponential sessions, which are cut at what there is room for in a day."""
    demands = (
        Demand(per_week=20, minutes=200, spread="exponential"),
        Demand(per_week=10, minutes=30, sessions=4),
    )
    resource = Resource(machines=3, others=demands)
    days = 1_500.0
    minutes = queues.run(queues.only(resource), days).waits["minutes"]
    far = 4.0 * sd_of(minutes)
    assert minutes.sum() == pytest.approx(minutes_per_day(resource) * days, abs=far)
    assert far < 0.07 * minutes.sum()


def test_people_who_leave_hide_no_overload_and_emergencies_at_night_are_none() -> None:
    """A line whose people leave does not grow; what is given when it is closed needs no room."""
    full = Work(1_000.0, 980.0, 1_100.0, 1_100.0, 30.0, 0.0, growth=5.0)
    assert full.overloaded
    at_night = Work(1_000.0, 950.0, 1_100.0, 1_100.0, 30.0, 0.0, growth=5.0, outside=150.0)
    assert not at_night.overloaded
