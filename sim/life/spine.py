"""Skeleton and spine: the first seeding of each, then level by level, and outside the vertebrae."""

from __future__ import annotations

from sim.evidence.instruments import SINS_LOCATION, SINS_POSTEROLATERAL, SINS_TYPE
from sim.evidence.vocabulary import N_LEVELS, Compartment
from sim.life.bone_agent import collapse_ratio_of_agent
from sim.life.bones import hit_bones
from sim.life.choice import pick
from sim.life.clocks import start_clock
from sim.life.compiled import Record, compiled
from sim.life.cord import canal_speed, epidural_rate
from sim.life.detection import start_surveillance
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import refresh_lesion, start_ramp
from sim.life.luck import budget, exponential, uniform, uniform_pair
from sim.life.records import OUTSIDE
from sim.life.root import has_roots, root_rate
from sim.life.seeding import begin_lesion


@compiled
def seed_skeleton(person: Record, world: Record) -> None:
    """Seed the skeleton for the first time: spine and other bone with it, or later at a clock.

    What is there at diagnosis began before it.
    """
    person.skeletal_metastasis_day = person.now
    start_surveillance(person, world)
    if person.skeleton_at_diagnosis:
        person.clock[Event.STAGING] = person.now
        person.lead_days = world.lead_time_mean_days * budget(person, Luck.LEAD_TIME, 0, 0)
    spine_hit = uniform(person, Luck.SPINE_HIT, 0, 0) < world.spine_hit_share
    hit_bones(person, world, spine_hit)
    if spine_hit:
        person.clock[Event.SPINAL_METASTASIS] = person.now
    else:
        wait = budget(person, Luck.SPINAL_SEEDING, 0, 0)
        start_clock(person, Event.SPINAL_METASTASIS, wait, world.spinal_seeding_rate_per_day)


@compiled
def seed_spine(person: Record, cancer: Record, world: Record) -> None:
    """Seed the first vertebral level and start the clock of every other one.

    Two neighboring levels take the two numbers of one address.

    Where the spine was hit at diagnosis, it had been so for `lead_days`: the clocks start
    that long before, and what they seeded by day 0 is there at diagnosis.
    """
    person.clock[Event.SPINAL_METASTASIS] = NEVER
    person.level_anchor = person.now
    if person.now == person.skeletal_metastasis_day:
        person.level_anchor -= person.lead_days
    first = pick(uniform(person, Luck.FIRST_LEVEL, 0, 0), world.level_weight)
    for level in range(N_LEVELS):
        person.level_rate[level] = 0.0
        person.level_free[level] = 1.0
    for pair in range(0, N_LEVELS, 2):
        upper, lower = uniform_pair(person, Luck.LEVEL_SEEDING, pair, 0)
        person.level_budget[pair] = upper
        if pair + 1 < N_LEVELS:
            person.level_budget[pair + 1] = lower
    # Level by level without branches, so that it compiles to vector instructions.
    for level in range(N_LEVELS):
        person.level_budget[level] = exponential(person.level_budget[level])
    involve_level(person, cancer, world, first, person.level_anchor)


@compiled
def seed_level(person: Record, cancer: Record, world: Record) -> None:
    """Seed the level whose clock fired."""
    involve_level(person, cancer, world, person.level_next, person.level_next_day)


@compiled
def involve_level(person: Record, cancer: Record, world: Record, level: int, day: float) -> None:
    """Seed a level on a day that may lie before diagnosis, and rewind all the others."""
    spend_level_budgets(person, day)
    person.level_free[level] = 0.0
    person.level_budget[level] = NEVER
    person.n_levels += 1
    add_lesion(person, cancer, world, level, level, Compartment.EXTRADURAL_VERTEBRAL, day)
    wind_levels(person, world)


@compiled
def spend_level_budgets(person: Record, day: float) -> None:
    """Take off every level's budget what its hazard spent up to a day."""
    elapsed_days = day - person.level_anchor
    for other in range(N_LEVELS):
        person.level_budget[other] -= person.level_rate[other] * elapsed_days
    person.level_anchor = day


@compiled
def rewind_levels(person: Record, world: Record) -> None:
    """Give every free level its hazard again, after therapy or remission changed it."""
    if person.n_levels > 0:
        spend_level_budgets(person, person.now)
        wind_levels(person, world)


@compiled
def start_outside_seeding(person: Record, world: Record) -> None:
    """Start the clock of a lesion outside the vertebrae; it runs from dissemination."""
    wait = budget(person, Luck.OUTSIDE_SEEDING, 0, 0)
    start_clock(person, Event.OUTSIDE_SEEDED, wait, world.outside_seeding_rate_per_day)


@compiled
def seed_outside(person: Record, cancer: Record, world: Record) -> None:
    """Seed the epidural soft tissue, the dural sac or the cord: spinal disease, not skeletal."""
    person.clock[Event.OUTSIDE_SEEDED] = NEVER
    place, share = uniform_pair(person, Luck.OUTSIDE_PLACE, 0, 0)
    compartment = Compartment.INTRAMEDULLARY
    if place < world.outside_soft_tissue_share:
        compartment = Compartment.EXTRADURAL_SOFT_TISSUE
    elif place < world.outside_soft_tissue_share + world.outside_extramedullary_share:
        compartment = Compartment.INTRADURAL_EXTRAMEDULLARY
    level = pick(share, world.level_weight)
    add_lesion(person, cancer, world, OUTSIDE, level, compartment, person.now)


@compiled
def add_lesion(
    person: Record,
    cancer: Record,
    world: Record,
    place: int,
    level: int,
    compartment: int,
    day: float,
) -> None:
    """Add a lesion of the spine and set its clocks, from the day that it was seeded."""
    if person.spinal_metastasis_day == NEVER:
        person.spinal_metastasis_day = person.now
    side = begin_lesion(person, cancer, world, place, level, compartment, day)
    person.n_spinal += 1
    lesion = person.lesions[place]
    lesion.epidural_grade = 0 if compartment == Compartment.EXTRADURAL_VERTEBRAL else 1
    lesion.canal_speed = canal_speed(cancer, world, lesion)
    extends, reaches = uniform_pair(person, Luck.EPIDURAL, lesion.place, 0)
    rate = epidural_rate(person, world, lesion)
    start_ramp(person, lesion, Event.EPIDURAL_EXTENSION, exponential(extends), rate)
    if compartment == Compartment.EXTRADURAL_VERTEBRAL:
        lesion.location_points = SINS_LOCATION[level]
        lesion.type_points = SINS_TYPE[lesion.type]
        sides = 0
        if side < world.both_sides_share:
            sides = 2
        elif side < world.both_sides_share + world.one_side_share:
            sides = 1
        lesion.posterolateral_points = SINS_POSTEROLATERAL[sides]
        ratio = world.type_ratio[lesion.type]
        agent_ratio = collapse_ratio_of_agent(person, world)
        breaks, gives_way = uniform_pair(person, Luck.COLLAPSE, lesion.place, 0)
        rate = world.vertebral_fracture_rate_per_day * ratio * agent_ratio
        start_ramp(person, lesion, Event.VERTEBRAL_FRACTURE, exponential(breaks), rate)
        wait = budget(person, Luck.SILENT_COLLAPSE, lesion.place, 0)
        rate = world.silent_collapse_rate_per_day * ratio * agent_ratio
        start_ramp(person, lesion, Event.SILENT_COLLAPSE, wait, rate)
        rate = world.instability_rate_per_day * ratio
        start_ramp(person, lesion, Event.INSTABILITY, exponential(gives_way), rate)
    if has_roots(lesion):
        rate = root_rate(person, cancer, world, lesion)
        start_ramp(person, lesion, Event.ROOT_REACHED, exponential(reaches), rate)
    refresh_lesion(person, lesion)


@compiled
def wind_levels(person: Record, world: Record) -> None:
    r"""Give every free level its hazard and find the one that comes next.

    A level with weight :math:`w` in a spine with `n` levels involved, `k` of them its neighbors,
    is seeded at :math:`s (r w (1 + c n) + q k)`: through the blood, the more the more is there
    already (which makes the counts long-tailed), and from next door (which makes them cluster).
    An aggressive cancer raises :math:`s` as it does the growth of lesions; a line of therapy that
    works lowers it; in remission it is 0.

    The loop has no branches so that it compiles to vector instructions: a level that is not free
    has a hazard of 0 and an infinite budget.
    """
    free = person.level_free
    blood = world.level_seeding_rate_per_day * (1.0 + world.level_clustering * person.n_levels)
    pace = person.lesion_frailty * person.systemic_ratio
    blood *= pace
    contiguous = world.level_contiguous_rate_per_day * pace
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
    person.clock[Event.LEVEL_SEEDED] = max(person.level_next_day, person.now)


@compiled
def has_gap(person: Record) -> bool:
    """Say whether the involved levels are not all next to each other."""
    first = -1
    last = -1
    for level in range(N_LEVELS):
        if person.lesions[level].seeded_day != NEVER:
            if first < 0:
                first = level
            last = level
    return person.n_levels > 0 and last - first + 1 > person.n_levels
