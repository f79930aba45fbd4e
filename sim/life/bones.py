r"""Bone outside the spine: three sites, each with one lesion at most, and how they break.

The pelvis with the hip, the long bones, and the rest. Each is hit together with the skeleton by a
share of its own; those that are not follow one after the other at one clock, which runs at
:math:`s\,r\,w`: :math:`s` the pace of the cancer, as for the levels of the spine, :math:`r` the
rate and :math:`w` the weight of the sites that are still free. Their lesions hurt, grow and answer
to therapy as those of a vertebra do; they have no canal and no instability score. A bone breaks at
a hazard that rises while the lesion grows.
"""

from __future__ import annotations

from sim.evidence.vocabulary import BoneSite, Compartment
from sim.life.bone_agent import collapse_ratio_of_agent
from sim.life.clocks import change_rate
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER, constant_time
from sim.life.lesion import (
    OTHER_TROUBLE,
    look_again,
    refresh_lesion,
    set_lesion_clock,
    start_ramp,
    stop_lesion_clock,
)
from sim.life.luck import budget, uniform, uniform_pair
from sim.life.pain import after_pain_changed
from sim.life.pain_days import add_up_symptoms
from sim.life.performance import update_cancer_death, weaken_by_fracture
from sim.life.records import FIRST_BONE
from sim.life.seeding import begin_lesion

N_SITES = len(BoneSite)


@compiled
def hit_bones(person: Record, world: Record, spine_hit: bool) -> None:
    """Decide which sites are seeded together with the skeleton: if nothing else is, one of them."""
    for site in range(N_SITES):
        if uniform(person, Luck.BONE_HIT, site, 0) < world.bone_hit_share[site]:
            person.bone_hits |= 1 << site
    if person.bone_hits == 0 and not spine_hit:
        person.bone_hits = 1 << pick_free_site(person, world)
    if person.bone_hits > 0:
        person.clock[Event.BONE_SEEDED] = person.now
    else:
        wind_bones(person, world, person.now - person.lead_days)


@compiled
def is_free(person: Record, site: int) -> bool:
    """Say whether a site has no lesion yet."""
    return bool((person.bones_seeded >> site) & 1 == 0)


@compiled
def free_weight(person: Record, world: Record) -> float:
    """Weight of the sites that have no lesion yet: 1 at first, in the end 0."""
    weight = 0.0
    for site in range(N_SITES):
        if is_free(person, site):
            weight += world.bone_site_weight[site]
    return weight


@compiled
def pick_free_site(person: Record, world: Record) -> int:
    """Pick the next site among those that are free, by their weights."""
    n_bones = person.n_lesions - person.n_spinal
    mark = uniform(person, Luck.BONE_SITE, 0, n_bones) * free_weight(person, world)
    picked = 0
    for site in range(N_SITES):
        if is_free(person, site):
            picked = site
            mark -= world.bone_site_weight[site]
            if mark < 0.0:
                return picked
    return picked


@compiled
def bone_seeding_rate(person: Record, world: Record) -> float:
    """Hazard per day that the next site is seeded."""
    pace = person.lesion_frailty * person.systemic_ratio
    return world.bone_seeding_rate_per_day * free_weight(person, world) * pace


@compiled
def wind_bones(person: Record, world: Record, since: float) -> None:
    """Set the clock of the next site, which runs from a day that may lie before diagnosis."""
    wait = budget(person, Luck.BONE_SEEDING, 0, person.n_lesions - person.n_spinal)
    rate = bone_seeding_rate(person, world)
    person.budget[Event.BONE_SEEDED] = wait
    person.rate[Event.BONE_SEEDED] = rate
    person.anchor[Event.BONE_SEEDED] = since
    person.clock[Event.BONE_SEEDED] = max(since + constant_time(wait, rate), person.now)


@compiled
def rewind_bones(person: Record, world: Record) -> None:
    """Give the clock its hazard again, after therapy or remission changed it."""
    if person.skeletal_metastasis_day <= person.now and person.bone_hits == 0:
        change_rate(person, Event.BONE_SEEDED, bone_seeding_rate(person, world))


@compiled
def seed_bone(person: Record, cancer: Record, world: Record) -> None:
    """Seed a site that is hit together with the skeleton, or else the next one."""
    if person.bone_hits > 0:
        site = 0
        while (person.bone_hits >> site) & 1 == 0:
            site += 1
        person.bone_hits -= 1 << site
        day = person.now - person.lead_days
    else:
        site = pick_free_site(person, world)
        wait_days = constant_time(person.budget[Event.BONE_SEEDED], person.rate[Event.BONE_SEEDED])
        day = min(person.anchor[Event.BONE_SEEDED] + wait_days, person.now)
    person.bones_seeded |= 1 << site
    involve_bone(person, cancer, world, site, day)
    if person.bone_hits == 0:
        wind_bones(person, world, day)


@compiled
def involve_bone(person: Record, cancer: Record, world: Record, site: int, day: float) -> None:
    """Seed the lesion of a site on a day that may lie before diagnosis."""
    place = FIRST_BONE + site
    begin_lesion(person, cancer, world, place, place, Compartment.NOT_SPINAL, day)
    lesion = person.lesions[place]
    wait = budget(person, Luck.COLLAPSE, place, 0)
    rate = cancer.bone_fracture_rate_per_day[site] * world.type_ratio[lesion.type]
    rate *= collapse_ratio_of_agent(person, world)
    start_ramp(person, lesion, Event.VERTEBRAL_FRACTURE, wait, rate)
    refresh_lesion(person, lesion)


@compiled
def break_bone(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Break a bone outside the spine: it hurts, and who broke a leg or hip cannot walk.

    The fracture of a hip or a long bone does not settle until it is treated, that of another bone
    does as that of a vertebra.
    """
    person.event = Event.BONE_FRACTURE
    stop_lesion_clock(lesion, Event.VERTEBRAL_FRACTURE)
    look_again(person, lesion, OTHER_TROUBLE)
    lesion.fracture_day = person.now
    person.n_bone_fractures += 1
    if person.first_bone_fracture_day == NEVER:
        person.first_bone_fracture_day = person.now
    site = lesion.place - FIRST_BONE
    level, which = uniform_pair(person, Luck.BONE_FRACTURE_PAIN, lesion.place, 0)
    low, high = world.bone_fracture_pain_low, world.bone_fracture_pain_high
    hip = site == BoneSite.PELVIS_AND_HIP and which < world.hip_share
    if site != BoneSite.LONG_BONES and not hip:
        low, high = world.fracture_pain_low, world.fracture_pain_high
        wait = world.fracture_settles_mean_days * budget(person, Luck.SETTLING, lesion.place, 0)
        settles = person.now - lesion.behind_days + wait
        set_lesion_clock(person, lesion, Event.FRACTURE_PAIN_SETTLES, settles)
    elif hip or which < world.long_bone_leg_share:
        add_up_symptoms(person, world)
        lesion.cannot_bear_weight = 1
        person.n_broken_legs += 1
    lesion.mechanical_pain = max(lesion.mechanical_pain, low + (high - low) * level)
    after_pain_changed(person, world, lesion)
    weaken_by_fracture(person, cancer, world, lesion)
    update_cancer_death(person, cancer, world)


@compiled
def bear_weight(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Let a person walk on a leg or hip that was operated on or has healed."""
    if lesion.cannot_bear_weight == 1:
        add_up_symptoms(person, world)
        lesion.cannot_bear_weight = 0
        person.n_broken_legs -= 1
        update_cancer_death(person, cancer, world)
