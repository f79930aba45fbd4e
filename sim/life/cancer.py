"""The cancer: controlled, incurable, disseminated; and death from it."""

from __future__ import annotations

import math

from sim.evidence.instruments import WALKS_UP_TO
from sim.evidence.vocabulary import Stage
from sim.life.clocks import change_rate, start_clock
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import weibull_time
from sim.life.luck import budget, normal, uniform, uniform_pair


@compiled
def schedule_incurable(person: Record, cancer: Record) -> None:
    """Decide whether and when the cancer becomes incurable: a mixture cure model.

    Distant disease is incurable at diagnosis. Of the others a share by stage becomes incurable,
    after a Weibull time; the rest never do.
    """
    if person.stage == Stage.DISTANT:
        person.clock[Event.INCURABLE] = 0.0
        return
    mark, second = uniform_pair(person, Luck.CURE, 0, 0)
    if mark < cancer.incurable_share[person.stage]:
        person.clock[Event.INCURABLE] = weibull_time(
            -math.log(second), cancer.incurable_scale_days[person.stage], cancer.incurable_shape
        )


@compiled
def become_incurable(person: Record, cancer: Record, world: Record) -> None:
    """Draw how aggressive the cancer is, start the clock of death, decide on distant spread."""
    person.incurable_day = person.now
    sigma = cancer.frailty_sigma
    person.frailty = math.exp(sigma * normal(person, Luck.FRAILTY, 0, 0) - 0.5 * sigma * sigma)
    wait = budget(person, Luck.CANCER_DEATH, 0, 0)
    start_clock(person, Event.DEATH_CANCER, wait, cancer_death_rate(person, cancer, world))
    if cancer.marrow:
        if not person.skeleton_at_diagnosis:
            start_skeletal_seeding(person, cancer, world)
    elif (
        person.stage == Stage.DISTANT
        or uniform(person, Luck.DISTANT_SPREAD, 0, 0) < cancer.distant_spread_share
    ):
        person.clock[Event.DISSEMINATION] = person.now


@compiled
def cancer_death_rate(person: Record, cancer: Record, world: Record) -> float:
    """Hazard of death from the cancer per day, given what it has done so far.

    It steps up when the skeleton is seeded and again when that is detected: a detected metastasis
    is one that has grown.
    """
    rate = cancer.death_rate_per_day * person.frailty
    rate *= math.exp(world.survival_trend * (person.diagnosis_year - world.reference_year))
    if person.stage == Stage.DISTANT:
        rate *= cancer.death_ratio_distant_at_diagnosis
    if person.skeletal_metastasis_day <= person.now:
        rate *= cancer.death_ratio_skeletal
    if person.skeletal_detected_day <= person.now:
        rate *= cancer.death_ratio_detected
    if person.first_fracture_day <= person.now:
        rate *= world.death_ratio_fracture
    if person.cord_compression_day <= person.now:
        rate *= world.death_ratio_cord_compression
    if person.frankel > WALKS_UP_TO:
        rate *= world.death_ratio_not_walking
    return rate * person.time_off_ratio


@compiled
def update_cancer_death(person: Record, cancer: Record, world: Record) -> None:
    """Wind the clock of death again after something that its hazard depends on."""
    if person.incurable_day <= person.now:
        change_rate(person, Event.DEATH_CANCER, cancer_death_rate(person, cancer, world))


@compiled
def disseminate(person: Record, cancer: Record, world: Record) -> None:
    """Spread to distant sites: the skeleton is seeded with it, or later at its own clock."""
    person.dissemination_day = person.now
    at_diagnosis = person.stage == Stage.DISTANT
    share = cancer.skeleton_hit_share_at_diagnosis if at_diagnosis else cancer.skeleton_hit_share
    if uniform(person, Luck.SKELETON_HIT, 0, 0) < share:
        person.clock[Event.SKELETAL_METASTASIS] = person.now
        person.skeleton_at_diagnosis = 1 if at_diagnosis else 0
    else:
        start_skeletal_seeding(person, cancer, world)


@compiled
def schedule_marrow_path(person: Record, cancer: Record) -> None:
    """Myeloma and leukemia reach the skeleton from the marrow; in a share it is so at diagnosis."""
    if uniform(person, Luck.SKELETON_HIT, 0, 0) < cancer.skeleton_hit_share_at_diagnosis:
        person.clock[Event.SKELETAL_METASTASIS] = 0.0
        person.skeleton_at_diagnosis = 1


@compiled
def start_skeletal_seeding(person: Record, cancer: Record, world: Record) -> None:
    """Start the clock of later seeding; it goes with a power of the frailty of the cancer."""
    wait = budget(person, Luck.SKELETAL_SEEDING, 0, 0)
    rate = cancer.skeletal_seeding_rate_per_day * person.frailty**world.frailty_seeding_power
    start_clock(person, Event.SKELETAL_METASTASIS, wait, rate)
