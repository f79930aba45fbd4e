"""Skeleton and spine: the first seeding of each, and then level by level."""

from __future__ import annotations

import math

from sim.compiled import Record, compiled
from sim.hazards import NEVER, constant_time
from sim.life.clocks import start_clock
from sim.life.detection import start_surveillance
from sim.life.events import LEVEL_SEEDING, SPINAL_SEEDING, STAGING, SYMPTOM
from sim.randomness import (
    FIRST_LEVEL,
    LEAD_TIME,
    LESION_SYMPTOM,
    SPINE_HIT,
    budget,
    uniform,
    uniform_pair,
)
from sim.randomness import (
    LEVEL_SEEDING as LEVEL_SEEDING_LUCK,
)
from sim.randomness import (
    SPINAL_SEEDING as SPINAL_SEEDING_LUCK,
)
from sim.vocabulary import N_LEVELS


@compiled
def seed_skeleton(person: Record, world: Record) -> None:
    """Seed the skeleton for the first time; the spine with it, or later at its own clock."""
    person.skeletal_metastasis_day = person.now
    start_surveillance(person, world)
    if person.skeleton_at_diagnosis:
        person.clock[STAGING] = person.now
    if uniform(person, SPINE_HIT, 0, 0) < world.spine_hit_share:
        person.clock[SPINAL_SEEDING] = person.now
        if person.skeleton_at_diagnosis:
            person.lead_days = world.lead_time_mean_days * budget(person, LEAD_TIME, 0, 0)
    else:
        start_clock(
            person,
            SPINAL_SEEDING,
            budget(person, SPINAL_SEEDING_LUCK, 0, 0),
            world.spinal_seeding_rate_per_day,
        )


@compiled
def seed_spine(person: Record, world: Record) -> None:
    """Seed the first vertebral level and start the clock of every other one.

    Two neighboring levels take the two numbers of one address.

    Where the spine was involved at diagnosis, it had been so for `lead_days`: the clocks start
    that long before, and what they seeded by day 0 is there at diagnosis.
    """
    person.spinal_metastasis_day = person.now
    person.level_anchor = person.now - person.lead_days
    share = uniform(person, FIRST_LEVEL, 0, 0)
    first = 0
    passed = world.level_weight[0]
    while first < N_LEVELS - 1 and share > passed:
        first += 1
        passed += world.level_weight[first]
    for level in range(N_LEVELS):
        person.level_seeded_day[level] = NEVER
        person.level_detected_day[level] = NEVER
        person.level_symptom_day[level] = NEVER
        person.level_rate[level] = 0.0
        person.level_free[level] = 1.0
    for pair in range(0, N_LEVELS, 2):
        upper, lower = uniform_pair(person, LEVEL_SEEDING_LUCK, pair, 0)
        person.level_budget[pair] = -math.log(upper)
        if pair + 1 < N_LEVELS:
            person.level_budget[pair + 1] = -math.log(lower)
    person.n_levels = 0
    add_lesion(person, world, first, person.level_anchor)


@compiled
def seed_level(person: Record, world: Record) -> None:
    """Seed the level whose clock fired."""
    add_lesion(person, world, person.level_next, person.level_next_day)


@compiled
def add_lesion(person: Record, world: Record, level: int, day: float) -> None:
    """Add a lesion at a level, from a day that may lie before diagnosis, and rewind all others."""
    person.event_level = level
    elapsed_days = day - person.level_anchor
    for other in range(N_LEVELS):
        person.level_budget[other] -= person.level_rate[other] * elapsed_days
    person.level_anchor = day
    person.level_seeded_day[level] = day
    person.level_free[level] = 0.0
    person.level_budget[level] = NEVER
    person.n_levels += 1
    symptom_day = day + constant_time(
        budget(person, LESION_SYMPTOM, level, 0), world.lesion_symptom_rate_per_day
    )
    person.level_symptom_day[level] = symptom_day
    person.clock[SYMPTOM] = min(person.clock[SYMPTOM], max(symptom_day, person.now))
    wind_levels(person, world)


@compiled
def wind_levels(person: Record, world: Record) -> None:
    r"""Give every free level its hazard and find the one that comes next.

    A level with weight :math:`w` in a spine with `n` levels involved, `k` of them its neighbors,
    is seeded at :math:`r w (1 + c n) + q k`: through the blood, the more the more is there
    already (which makes the counts long-tailed), and from next door (which makes them cluster).

    The loop has no branches so that it compiles to vector instructions: a level that is not free
    has a hazard of 0 and an infinite budget.
    """
    free = person.level_free
    blood = world.level_seeding_rate_per_day * (1.0 + world.level_clustering * person.n_levels)
    contiguous = world.level_contiguous_rate_per_day
    rate = person.level_rate
    last = N_LEVELS - 1
    for level in range(1, last):
        neighbors = 2.0 - free[level - 1] - free[level + 1]
        rate[level] = free[level] * (blood * world.level_weight[level] + contiguous * neighbors)
    rate[0] = free[0] * (blood * world.level_weight[0] + contiguous * (1.0 - free[1]))
    rate[last] = free[last] * (
        blood * world.level_weight[last] + contiguous * (1.0 - free[last - 1])
    )
    for level in range(N_LEVELS):
        person.level_wait_days[level] = person.level_budget[level] / rate[level]
    next_level = 0
    for level in range(1, N_LEVELS):
        if person.level_wait_days[level] < person.level_wait_days[next_level]:
            next_level = level
    person.level_next = next_level
    person.level_next_day = person.level_anchor + max(person.level_wait_days[next_level], 0.0)
    person.clock[LEVEL_SEEDING] = max(person.level_next_day, person.now)


@compiled
def has_gap(person: Record) -> bool:
    """Say whether the involved levels are not all next to each other."""
    first = -1
    last = -1
    for level in range(N_LEVELS):
        if person.level_seeded_day[level] != NEVER:
            if first < 0:
                first = level
            last = level
    return last - first + 1 > person.n_levels
