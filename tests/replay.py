"""Lives lived step by step from Python, so that a test can look at a person between two events."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.engine.cohort import begun_people
from sim.engine.loop import DEATH, EVENT, live_on, next_event_of
from sim.engine.policies import Strategies
from sim.inputs.plan import Plan
from sim.life.hazards import NEVER
from tests.simplified import Parameters, Records, full, model_of, no_care, segments_of

NOTHING = -1
"""The event that follows death."""


def newborn(parameters: Parameters, plan: Plan, seed: int = 1) -> Records:
    """Everybody of a plan at diagnosis, their lives not yet lived."""
    return begun_people(model_of(parameters, plan, seed=seed), segments_of(plan))


def replay(
    parameters: Parameters,
    plan: Plan,
    seed: int = 1,
    *,
    strategies: Strategies | None = None,
    strategy: int = 0,
) -> Iterator[Iterator[tuple[np.void, float, int]]]:
    """The lives of a plan, one after the other.

    A life yields the person as they are since their last event, the day until which they stay so,
    and the code of the event that comes then; in the end once more, dead. The record is the same
    object every time: it changes. Without strategies, nobody is cared for.
    """
    people = newborn(parameters, plan, seed)
    for row in range(len(people)):
        yield steps(people, row, parameters, strategies, strategy)


def steps(
    people: Records,
    row: int,
    parameters: Parameters,
    strategies: Strategies | None = None,
    strategy: int = 0,
) -> Iterator[tuple[np.void, float, int]]:
    """One life; see `replay`."""
    person: np.void = people[row]
    policies = (strategies or no_care()).policies[strategy:]
    alive = True
    while alive:
        day, event = next_event_of(people, row)
        yield person, day, event
        alive = live_on(people, row, *parameters, policies, EVENT, NEVER) != DEATH
    yield person, float(person["death_day"]), NOTHING


def copied(person: np.void) -> np.void:
    """A person as they are now.

    All bytes at once: `copy` goes from field to field and takes sixty times as long.
    """
    found: np.void = np.frombuffer(bytearray(person.tobytes()), person.dtype)[0]
    return found


def busy() -> Parameters:
    """The full model with so much in each spine that few people show everything."""
    cancers, worlds = full()
    cancers["skeleton_hit_share_at_diagnosis"] = cancers["distant_spread_share"] = 1.0
    cancers["therapy_share"] = 1.0
    cancers["death_rate_per_day"] = 1.0 / 700.0
    worlds["spine_hit_share"] = 1.0
    worlds["level_clustering"] = 0.5
    worlds["level_seeding_rate_per_day"] = 1.0 / 200.0
    for name in (
        "outside_seeding_rate_per_day",
        "vertebral_fracture_rate_per_day",
        "silent_collapse_rate_per_day",
        "instability_rate_per_day",
        "epidural_rate_per_day",
    ):
        worlds[name] *= 8.0
    return cancers, worlds


def busy_care() -> Parameters:
    """The same, found early and with all classes of therapy: many episodes, many pauses."""
    cancers, worlds = busy()
    cancers["therapy_class_share"] = (0.5, 0.08, 0.06, 0.03, 0.03, 0.15, 0.15)
    worlds["pain_work_up_rate_per_day"] = 1.0 / 20.0
    return cancers, worlds


def without_bones(parameters: Parameters) -> Parameters:
    """The same people, whose bone outside the spine is spared if the spine is hit."""
    parameters[1]["bone_hit_share"] = parameters[1]["bone_seeding_rate_per_day"] = 0.0
    return parameters


def places(person: np.void) -> list[int]:
    """Places of the lesions of a person, in the order of their seeding."""
    found: list[int] = person["lesion_at"][: person["n_lesions"]].tolist()
    return found
