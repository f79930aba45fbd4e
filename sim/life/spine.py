"""Skeleton and spine: the first seeding of each, then level by level, and outside the vertebrae."""

from __future__ import annotations

import math

from sim.evidence.instruments import SINS_LOCATION, SINS_POSTEROLATERAL, SINS_TYPE
from sim.evidence.vocabulary import (
    BLASTIC,
    EXTRAMEDULLARY,
    INTRAMEDULLARY,
    LYTIC,
    MIXED,
    N_LEVELS,
    REGION_OF_LEVEL,
    SOFT_TISSUE,
    VERTEBRAL,
)
from sim.life.bone_agent import BONE_AGENT_ACTS, protect_bone
from sim.life.clocks import start_clock
from sim.life.compiled import Record, compiled
from sim.life.detection import start_surveillance
from sim.life.events import (
    COLLAPSE,
    EPIDURAL,
    INSTABILITY,
    LEVEL_SEEDING,
    N_LESION_EVENTS,
    N_LESION_HAZARDS,
    OUTSIDE_SEEDING,
    PAIN,
    SPINAL_SEEDING,
    STAGING,
    WORK_UP,
)
from sim.life.hazards import NEVER
from sim.life.lesion import refresh_lesion, set_lesion_clock, start_ramp
from sim.life.luck import COLLAPSE as COLLAPSE_LUCK
from sim.life.luck import EPIDURAL as EPIDURAL_LUCK
from sim.life.luck import (
    FIRST_LEVEL,
    LEAD_TIME,
    LESION_GROWTH,
    LESION_TYPE,
    OUTSIDE_PLACE,
    SPINE_HIT,
    budget,
    normal,
    uniform,
    uniform_pair,
)
from sim.life.luck import LEVEL_SEEDING as LEVEL_SEEDING_LUCK
from sim.life.luck import OUTSIDE_SEEDING as OUTSIDE_SEEDING_LUCK
from sim.life.luck import PAIN as PAIN_LUCK
from sim.life.luck import SPINAL_SEEDING as SPINAL_SEEDING_LUCK
from sim.life.records import N_LESIONS, OUTSIDE
from sim.life.relief import forget_treatment


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
def draw_level(person: Record, world: Record, share: float) -> int:
    """The level at which a first lesion sits, by the weights of the levels."""
    level = 0
    passed = world.level_weight[0]
    while level < N_LEVELS - 1 and share > passed:
        level += 1
        passed += world.level_weight[level]
    return level


@compiled
def seed_spine(person: Record, cancer: Record, world: Record) -> None:
    """Seed the first vertebral level and start the clock of every other one.

    Two neighboring levels take the two numbers of one address.

    Where the spine was involved at diagnosis, it had been so for `lead_days`: the clocks start
    that long before, and what they seeded by day 0 is there at diagnosis.
    """
    person.clock[SPINAL_SEEDING] = NEVER
    person.level_anchor = person.now - person.lead_days
    first = draw_level(person, world, uniform(person, FIRST_LEVEL, 0, 0))
    for level in range(N_LEVELS):
        person.level_rate[level] = 0.0
        person.level_free[level] = 1.0
    for pair in range(0, N_LEVELS, 2):
        upper, lower = uniform_pair(person, LEVEL_SEEDING_LUCK, pair, 0)
        person.level_budget[pair] = -math.log(upper)
        if pair + 1 < N_LEVELS:
            person.level_budget[pair + 1] = -math.log(lower)
    involve_level(person, cancer, world, first, person.level_anchor)


@compiled
def seed_level(person: Record, cancer: Record, world: Record) -> None:
    """Seed the level whose clock fired."""
    involve_level(person, cancer, world, person.level_next, person.level_next_day)


@compiled
def involve_level(person: Record, cancer: Record, world: Record, level: int, day: float) -> None:
    """Seed a level on a day that may lie before diagnosis, and rewind all the others."""
    elapsed_days = day - person.level_anchor
    for other in range(N_LEVELS):
        person.level_budget[other] -= person.level_rate[other] * elapsed_days
    person.level_anchor = day
    person.level_free[level] = 0.0
    person.level_budget[level] = NEVER
    person.n_levels += 1
    add_lesion(person, cancer, world, level, level, VERTEBRAL, day)
    wind_levels(person, world)


@compiled
def start_outside_seeding(person: Record, world: Record) -> None:
    """Start the clock of a lesion outside the vertebrae; it runs from dissemination."""
    start_clock(
        person,
        OUTSIDE_SEEDING,
        budget(person, OUTSIDE_SEEDING_LUCK, 0, 0),
        world.outside_seeding_rate_per_day,
    )


@compiled
def seed_outside(person: Record, cancer: Record, world: Record) -> None:
    """Seed the epidural soft tissue, the dural sac or the cord: spinal disease, not skeletal."""
    person.clock[OUTSIDE_SEEDING] = NEVER
    place, share = uniform_pair(person, OUTSIDE_PLACE, 0, 0)
    compartment = INTRAMEDULLARY
    if place < world.outside_soft_tissue_share:
        compartment = SOFT_TISSUE
    elif place < world.outside_soft_tissue_share + world.outside_extramedullary_share:
        compartment = EXTRAMEDULLARY
    level = draw_level(person, world, share)
    add_lesion(person, cancer, world, OUTSIDE, level, compartment, person.now)


@compiled
def add_lesion(
    person: Record,
    cancer: Record,
    world: Record,
    lesion: int,
    level: int,
    compartment: int,
    day: float,
) -> None:
    """Add a lesion and set its clocks; those that would have fired before today fire today."""
    if person.n_lesions == 0:
        for other in range(N_LESIONS):
            person.lesion_seeded_day[other] = NEVER
    if person.spinal_metastasis_day == NEVER:
        person.spinal_metastasis_day = person.now
    person.lesion_at[person.n_lesions] = lesion
    person.n_lesions += 1
    person.lesion_detected_day[lesion] = NEVER
    person.event_level = level
    person.lesion_seeded_day[lesion] = day
    person.lesion_compartment[lesion] = compartment
    person.lesion_level[lesion] = level
    person.lesion_fracture_day[lesion] = NEVER
    person.lesion_biological_pain[lesion] = 0.0
    person.lesion_mechanical_pain[lesion] = 0.0
    person.lesion_epidural_grade[lesion] = 0 if compartment == VERTEBRAL else 1
    person.lesion_frankel[lesion] = 0
    person.lesion_alignment_points[lesion] = 0
    person.lesion_collapse_points[lesion] = 0
    person.lesion_pain_points[lesion] = 0
    forget_treatment(person, lesion)
    for event in range(N_LESION_EVENTS):
        person.lesion_clock[lesion, event] = NEVER
    for event in range(N_LESION_HAZARDS):
        person.lesion_rate[lesion, event] = 0.0
        person.lesion_anchor[lesion, event] = person.now
        person.lesion_budget[lesion, event] = 0.0
    onset, work_up = uniform_pair(person, PAIN_LUCK, lesion, 0)
    person.lesion_budget[lesion, WORK_UP] = -math.log(work_up)
    kind, side = uniform_pair(person, LESION_TYPE, lesion, 0)
    lesion_type = BLASTIC
    if kind < cancer.lytic_share:
        lesion_type = LYTIC
    elif kind < cancer.lytic_share + cancer.mixed_share:
        lesion_type = MIXED
    person.lesion_type[lesion] = lesion_type
    fill_days = (
        world.fill_median_days
        * math.exp(world.fill_sd_log * normal(person, LESION_GROWTH, lesion, 0))
        / cancer.lesion_tempo
    )
    person.lesion_fill_days[lesion] = fill_days
    set_lesion_clock(
        person,
        lesion,
        PAIN,
        day - math.log(onset) / (world.pain_onset_rate_per_day * cancer.lesion_tempo),
    )
    region_ratio = world.region_ratio[REGION_OF_LEVEL[level]]
    epidural = world.epidural_rate_per_day[person.lesion_epidural_grade[lesion]]
    start_ramp(
        person,
        lesion,
        EPIDURAL,
        budget(person, EPIDURAL_LUCK, lesion, 0),
        epidural * region_ratio * cancer.epidural_tempo,
    )
    if compartment == VERTEBRAL:
        person.lesion_location_points[lesion] = SINS_LOCATION[level]
        person.lesion_type_points[lesion] = SINS_TYPE[lesion_type]
        sides = 0
        if side < world.both_sides_share:
            sides = 2
        elif side < world.both_sides_share + world.one_side_share:
            sides = 1
        person.lesion_posterolateral_points[lesion] = SINS_POSTEROLATERAL[sides]
        ratio = world.type_ratio[lesion_type]
        break_mark, give_way_mark = uniform_pair(person, COLLAPSE_LUCK, lesion, 0)
        start_ramp(
            person, lesion, COLLAPSE, -math.log(break_mark), world.collapse_rate_per_day * ratio
        )
        start_ramp(
            person,
            lesion,
            INSTABILITY,
            -math.log(give_way_mark),
            world.instability_rate_per_day * ratio,
        )
        if person.bone_agent == BONE_AGENT_ACTS:
            protect_bone(person, world, lesion)
    else:
        person.lesion_location_points[lesion] = 0
        person.lesion_type_points[lesion] = 0
        person.lesion_posterolateral_points[lesion] = 0
    refresh_lesion(person, lesion)


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
        if person.lesion_seeded_day[level] != NEVER:
            if first < 0:
                first = level
            last = level
    return person.n_levels > 0 and last - first + 1 > person.n_levels
