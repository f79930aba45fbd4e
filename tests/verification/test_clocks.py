"""Clocks: a changed hazard spends what is left of the budget, and never changes the past.

Room: life.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.life.clocks import change_rate, next_event, start_clock
from sim.life.events import N_CLOCKS, Event
from sim.life.hazards import NEVER
from sim.life.records import PERSON
from tests.simplified import TAIL, Records

BUDGETS = st.floats(1e-3, 20.0)
RATES = st.floats(1e-4, 1.0)
SHARES = st.floats(0.0, 1.0)


def started(budget: float, rate: float, now: float = 0.0) -> np.void:
    """A person one of whose clocks is running."""
    people: Records = np.zeros(1, PERSON)
    people["clock"] = NEVER
    people["now"] = now
    person: np.void = people[0]
    start_clock(person, Event.SURVEILLANCE_IMAGING, budget, rate)
    return person


def fires(person: np.void) -> float:
    return float(person["clock"][Event.SURVEILLANCE_IMAGING])


@given(budget=BUDGETS, rate=RATES, now=st.floats(0.0, 1e4))
def test_a_clock_fires_when_its_budget_is_spent(budget: float, rate: float, now: float) -> None:
    assert (fires(started(budget, rate, now)) - now) * rate == pytest.approx(budget, rel=1e-7)


def test_a_clock_without_hazard_never_fires_until_it_gets_one() -> None:
    person = started(2.0, 0.0)
    assert fires(person) == NEVER
    person["now"] = 10.0
    change_rate(person, Event.SURVEILLANCE_IMAGING, 0.5)
    assert fires(person) == 14.0


@given(budget=BUDGETS, rate=RATES, share=SHARES)
def test_an_equal_hazard_changes_no_bit(budget: float, rate: float, share: float) -> None:
    person = started(budget, rate)
    before = person.tobytes()
    now = share * fires(person)
    person["now"] = now
    change_rate(person, Event.SURVEILLANCE_IMAGING, rate)
    person["now"] = 0.0
    assert person.tobytes() == before


@given(budget=BUDGETS, rates=st.lists(RATES, min_size=2, max_size=6), share=SHARES)
def test_the_integral_over_all_hazards_is_the_budget(
    budget: float, rates: list[float], share: float
) -> None:
    """Random time change: the pieces of hazard times time sum to the budget."""
    person = started(budget, rates[0])
    spent, before = 0.0, 0.0
    for earlier, rate in pairwise(rates):
        now = before + 0.5 * share * (fires(person) - before)
        spent += (now - before) * earlier
        person["now"] = before = now
        change_rate(person, Event.SURVEILLANCE_IMAGING, rate)
    spent += (fires(person) - before) * rates[-1]
    assert spent == pytest.approx(budget, rel=1e-9)


@given(budget=BUDGETS, rate=RATES, share=SHARES, ratio=st.floats(0.0, 1.0))
def test_a_lower_hazard_never_brings_the_event_forward(
    budget: float, rate: float, share: float, ratio: float
) -> None:
    person = started(budget, rate)
    due = fires(person)
    person["now"] = share * due
    change_rate(person, Event.SURVEILLANCE_IMAGING, ratio * rate)
    # Rewinding rounds the budget left: nothing but that may bring it forward.
    rounding = 4.0 * np.finfo(float).eps * due / max(ratio, 0.1)
    assert fires(person) >= due - rounding
    assert fires(person) >= person["now"]


@given(budget=BUDGETS, rate=RATES, share=SHARES, ratio=st.floats(1.0, 100.0))
def test_a_higher_hazard_never_puts_the_event_off(
    budget: float, rate: float, share: float, ratio: float
) -> None:
    person = started(budget, rate)
    due = fires(person)
    person["now"] = share * due
    change_rate(person, Event.SURVEILLANCE_IMAGING, ratio * rate)
    assert fires(person) <= due * (1.0 + 1e-14)
    assert fires(person) >= person["now"]


def test_times_have_the_piecewise_exponential_distribution() -> None:
    """Hazard 0.2 until day 3, then 0.05: against the closed-form survival."""
    sample = []
    for budget in np.random.default_rng(8).exponential(size=20_000):
        person = started(budget, 0.2)
        if fires(person) > 3.0:
            person["now"] = 3.0
            change_rate(person, Event.SURVEILLANCE_IMAGING, 0.05)
        sample.append(fires(person))

    def cdf(t: np.ndarray) -> np.ndarray:
        return 1.0 - np.exp(-0.2 * np.minimum(t, 3.0) - 0.05 * np.maximum(t - 3.0, 0.0))

    assert stats.kstest(sample, cdf).pvalue > TAIL


@given(
    clocks=st.lists(st.integers(0, 5).map(float) | st.just(NEVER), min_size=N_CLOCKS,
                    max_size=N_CLOCKS).filter(lambda c: min(c) < NEVER)
)  # fmt: skip
def test_the_next_event_is_the_earliest_and_of_simultaneous_ones_the_first(
    clocks: list[float],
) -> None:
    people: Records = np.zeros(1, PERSON)
    people["clock"][0] = clocks
    assert next_event(people[0]) == (min(clocks), clocks.index(min(clocks)))


def test_at_the_same_time_death_comes_last() -> None:
    """What happens on the day of death has happened: the order of the codes is the model's."""
    people: Records = np.zeros(1, PERSON)
    order = []
    for _ in range(N_CLOCKS):
        _, event = next_event(people[0])
        order.append(event)
        people["clock"][0, event] = NEVER
    assert order[0] == Event.INCURABLE
    assert order[-2:] == [Event.DEATH_CANCER, Event.DEATH_OTHER]
