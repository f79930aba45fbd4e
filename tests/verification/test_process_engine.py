"""The SimPy engine: a process a person, one wake-up an event, safe to interrupt.

Room: engine.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.counting.event_log import EventLog, Notes
from sim.engine.policies import Strategies
from sim.engine.process import life
from sim.evidence.vocabulary import Stage
from sim.life.records import PERSON
from tests.replay import busy_care, newborn
from tests.simplified import SEVERAL, Records, alike, live_everybody, model_of, strategies_of

N = 50
PARAMETERS, PLAN = busy_care(), alike(N, stage=Stage.DISTANT)
"""Fifty people with much in their spine."""


class CountingEnvironment(simpy.Environment):
    """Counts how often a process goes to sleep."""

    timeouts = 0

    def timeout(self, *arguments: Any, **named: Any) -> simpy.events.Timeout:
        self.timeouts += 1
        return super().timeout(*arguments, **named)


@pytest.fixture(scope="module", params=SEVERAL)
def cared(request: pytest.FixtureRequest) -> Strategies:
    """One strategy."""
    return strategies_of(request.param)


@pytest.fixture(scope="module")
def finished(cared: Strategies) -> tuple[Records, int]:
    """The people by the compiled engine, and how many events they had."""
    people, log, _ = live_everybody(PARAMETERS, PLAN, seed=3, strategies=cared)
    assert (people["n_levels"] > 1).any()
    assert people["n_courses"].sum() > 2 * N
    assert people["n_pauses"].sum() > 10
    return people, len(log.day)


def enroll(
    env: simpy.Environment, people: Records, cared: Strategies, rows: Iterable[int] = range(N)
) -> list[simpy.Process]:
    """Let some of the people live in an environment."""
    model = model_of(PARAMETERS, PLAN, strategies=cared)
    return [env.process(life(env, people, row, model, 0)) for row in rows]


def assert_finished(people: Records, finished: Records) -> None:
    assert (people["alive"] == 0).all()
    for field in PERSON.names or ():
        np.testing.assert_array_equal(people[field], finished[field], err_msg=field)


def assert_nothing_came_early(people: Records, env: simpy.Environment) -> None:
    """No event has been applied before its day, but for the rounding of SimPy's clock."""
    assert (people["now"] <= env.now * (1.0 + 1e-12)).all()


def test_interleaved_lives_are_those_lived_one_at_a_time(
    cared: Strategies, finished: tuple[Records, int]
) -> None:
    together, alone = newborn(PARAMETERS, PLAN, 3), newborn(PARAMETERS, PLAN, 3)
    env = simpy.Environment()
    enroll(env, together, cared)
    env.run()
    assert_finished(together, finished[0])
    for row in reversed(range(N)):
        env = simpy.Environment()
        enroll(env, alone, cared, [row])
        env.run()
    assert_finished(alone, finished[0])


def test_a_process_wakes_once_an_event(cared: Strategies, finished: tuple[Records, int]) -> None:
    """No waiting loop with a time step: as many sleeps as events."""
    env = CountingEnvironment()
    enroll(env, newborn(PARAMETERS, PLAN, 3), cared)
    env.run()
    assert env.timeouts == finished[1] > 2 * N


def test_the_log_holds_every_event_with_its_exact_day(cared: Strategies) -> None:
    people, log, _ = live_everybody(PARAMETERS, PLAN, seed=3, strategies=cared)
    env = simpy.Environment()
    notes = Notes(0)
    others = newborn(PARAMETERS, PLAN, 3)
    model = model_of(PARAMETERS, PLAN, strategies=cared)
    for row in range(N):
        env.process(life(env, others, row, model, 0, notes))
    env.run()
    told = EventLog.joined([notes.written()], people["number"])
    assert len(told.day) == len(log.day)
    for mine, its in zip(told, log, strict=True):
        np.testing.assert_array_equal(mine, its)


@given(row=st.integers(0, N - 1), shares=st.lists(st.floats(0.0, 0.999), min_size=1, max_size=5))
def test_an_interrupted_life_goes_on_as_if_it_had_not_been(
    row: int, shares: list[float], cared: Strategies, finished: tuple[Records, int]
) -> None:
    end = float(finished[0]["death_day"][row])
    people = newborn(PARAMETERS, PLAN, 3)
    env = simpy.Environment()
    [process] = enroll(env, people, cared, [row])

    def disturb() -> Generator[simpy.Event, None, None]:
        for day in sorted(share * end for share in shares):
            yield env.timeout(max(day - env.now, 0.0))
            if process.is_alive:
                process.interrupt("look again")
                yield env.timeout(0.0)
                assert_nothing_came_early(people[[row]], env)

    env.process(disturb())
    env.run()
    assert_finished(people[[row]], finished[0][[row]])


@settings(max_examples=40)
@given(share=st.floats(0.001, 0.999), now=st.floats(0.0, 1.0))
def test_a_half_lived_record_goes_on_in_another_environment(
    share: float, now: float, cared: Strategies, finished: tuple[Records, int]
) -> None:
    """The record is the whole state: a copy of it, taken at any time, has the same future."""
    people = newborn(PARAMETERS, PLAN, 3)
    env = simpy.Environment()
    enroll(env, people, cared)
    env.run(until=share * float(finished[0]["death_day"].max()))
    assert_nothing_came_early(people, env)
    copy = people.copy()
    other = simpy.Environment(initial_time=now)
    enroll(other, copy, cared)
    other.run()
    assert_finished(copy, finished[0])
    env.run()
    assert_finished(people, finished[0])


def test_finished_people_stay_as_they_are(cared: Strategies, finished: tuple[Records, int]) -> None:
    people = finished[0].copy()
    env = CountingEnvironment()
    enroll(env, people, cared)
    env.run()
    assert env.timeouts == 0
    assert_finished(people, finished[0])
