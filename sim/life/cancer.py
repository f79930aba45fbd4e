"""The cancer: controlled, incurable, disseminated, in remission."""

from __future__ import annotations

from sim.evidence.elementary import exp, log, power
from sim.evidence.vocabulary import Stage
from sim.life.clocks import start_clock
from sim.life.compiled import Record, compiled
from sim.life.control import leave_remission, plan_remission
from sim.life.events import Event, Luck
from sim.life.hazards import weibull_time
from sim.life.luck import budget, exponential, normal, uniform, uniform_pair
from sim.life.performance import (
    era_ratio,
    start_performance,
    update_cancer_death,
    years_since_reference,
)


@compiled
def schedule_incurable(person: Record, cancer: Record, world: Record) -> None:
    """Decide whether and when the cancer becomes incurable: a mixture cure model.

    A share by stage becomes incurable, distant disease at once and the others after a Weibull time;
    the rest never do. Distant disease that is cured has spread all the same.
    """
    mark, second = uniform_pair(person, Luck.CURE, 0, 0)
    incurable = mark < incurable_share(person, cancer, world)
    if person.stage == Stage.DISTANT:
        due = Event.INCURABLE if incurable else Event.DISSEMINATION
        person.clock[due] = 0.0
    elif incurable:
        person.clock[Event.INCURABLE] = weibull_time(
            exponential(second), cancer.incurable_scale_days[person.stage], cancer.incurable_shape
        )


@compiled
def incurable_share(person: Record, cancer: Record, world: Record) -> float:
    """Share of people of this stage and year of diagnosis who ever become incurable.

    Since the reference year the hazard of becoming so follows the trend of survival, as the hazard
    of death does: what kills in a few months could not otherwise kill fewer.
    """
    share: float = cancer.incurable_share[person.stage]
    years = years_since_reference(person, world)
    if years <= 0.0 or share == 1.0:
        return share
    return 1.0 - exp(log(1.0 - share) * era_ratio(years, cancer, world))


@compiled
def become_incurable(person: Record, cancer: Record, world: Record) -> None:
    """Draw how aggressive the cancer is, start the chain to death, decide on distant spread."""
    person.incurable_day = person.now
    sigma = cancer.frailty_sigma
    frailty = exp(sigma * normal(person, Luck.FRAILTY, 0, 0) - 0.5 * sigma * sigma)
    person.frailty = max(frailty, world.frailty_least)
    person.lesion_frailty = power(person.frailty, world.frailty_lesion_power)
    start_performance(person, cancer, world)
    if person.remission == 1 or person.n_lesions > 0:
        leave_remission(person, cancer, world)
    if cancer.marrow:
        if not person.skeleton_at_diagnosis:
            start_skeletal_seeding(person, cancer, world)
    elif (
        person.stage == Stage.DISTANT
        or uniform(person, Luck.DISTANT_SPREAD, 0, 0) < cancer.distant_spread_share
    ):
        person.clock[Event.DISSEMINATION] = person.now


@compiled
def disseminate(person: Record, cancer: Record, world: Record) -> None:
    """Spread to distant sites: the viscera in a share; the skeleton with it, or later."""
    person.dissemination_day = person.now
    if uniform(person, Luck.VISCERAL, 0, 0) < cancer.visceral_share:
        person.visceral = 1
        update_cancer_death(person, cancer, world)
    if person.incurable_day > person.now:
        plan_remission(person, world)
    at_diagnosis = person.stage == Stage.DISTANT
    share = cancer.skeleton_hit_share_at_diagnosis if at_diagnosis else cancer.skeleton_hit_share
    if uniform(person, Luck.SKELETON_HIT, 0, 0) < share:
        person.clock[Event.SKELETAL_METASTASIS] = person.now
        person.skeleton_at_diagnosis = 1 if at_diagnosis else 0
    else:
        start_skeletal_seeding(person, cancer, world)


@compiled
def schedule_marrow_path(person: Record, cancer: Record, world: Record) -> None:
    """Myeloma and leukemia reach the skeleton from the marrow; in a share it is so at diagnosis."""
    if uniform(person, Luck.SKELETON_HIT, 0, 0) < cancer.skeleton_hit_share_at_diagnosis:
        person.clock[Event.SKELETAL_METASTASIS] = 0.0
        person.skeleton_at_diagnosis = 1
        plan_remission(person, world)


@compiled
def start_skeletal_seeding(person: Record, cancer: Record, world: Record) -> None:
    """Start the clock of later seeding; it goes with a power of the frailty of the cancer."""
    wait = budget(person, Luck.SKELETAL_SEEDING, 0, 0)
    rate = cancer.skeletal_seeding_rate_per_day * power(person.frailty, world.frailty_seeding_power)
    start_clock(person, Event.SKELETAL_METASTASIS, wait, rate)
