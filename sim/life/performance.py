r"""Performance status (ECOG 0-4), and death from the cancer, which follows it.

From the day a cancer is incurable its bearer is in one of five states. The cancer moves them down,
one state at a time, at :math:`\lambda\, s\, d_k`, and kills at :math:`\lambda\, s\, h_k\, v`:
:math:`\lambda` is the tempo of this person's cancer, :math:`d_k` and :math:`h_k` are the hazards of
state :math:`k`, common to all primaries, :math:`v` the ratio of visceral disease, and :math:`s`
makes the mean time to death :math:`1/\lambda` for a primary without therapy, at mean tempo and once
it has spread. A line of therapy
that works slows the decline and lets people recover. Decline is looked into, so that what is found
late is found in people who are ill. Who cannot walk, of the cord or of a broken leg that was not
operated on, is in state 3 at best, and nothing else of the spine enters the hazard of death.
"""

from __future__ import annotations

import math

from sim.evidence.elementary import exp, power
from sim.evidence.instruments import (
    PERFORMANCE_BEDRIDDEN,
    PERFORMANCE_LIMITED,
    WALKS_UP_TO,
)
from sim.evidence.vocabulary import DAYS_PER_YEAR, Stage
from sim.life.choice import pick
from sim.life.clocks import change_rate, start_clock
from sim.life.compiled import Record, compiled
from sim.life.detection import FOR_DECLINE, SKELETON_IMAGED, has_what_to_show, image
from sim.life.events import Event, Luck
from sim.life.lesion import refresh_lesion
from sim.life.luck import budget, uniform
from sim.life.pain import raise_pain
from sim.life.records import NO_LESION
from sim.life.worth import add_up_worth

NOT_DRAWN = math.inf
"""What stands for a budget that nothing has been spent of, until it is needed."""


@compiled
def start_performance(person: Record, cancer: Record, world: Record) -> None:
    """Draw the state in which incurable disease finds a person, and start to decline from it."""
    person.tempo_per_day = tempo(person, cancer, world)
    add_up_worth(person, world)
    mark = uniform(person, Luck.PERFORMANCE, 0, 0)
    person.disease_performance = pick(mark, world.performance_share)
    person.performance = seen_performance(person)
    draw_decline(person, world)
    draw_recovery(person, world)
    wait = budget(person, Luck.CANCER_DEATH, 0, 0)
    start_clock(person, Event.DEATH_CANCER, wait, cancer_death_rate(person, cancer, world))


@compiled
def years_since_reference(person: Record, world: Record) -> float:
    """Whole calendar years from the reference year to that of the diagnosis."""
    return math.floor(person.diagnosis_year) - world.reference_year


@compiled
def era_ratio(years: float, cancer: Record, world: Record) -> float:
    """Hazard of cancer death of people diagnosed so many years after the reference year.

    Its course before the reference year is another one than that since: what is fitted to deaths
    of later years leaves those of the reference year where they are.
    """
    if years == 0.0:
        return 1.0
    return exp((cancer.survival_trend if years > 0.0 else world.survival_trend_before) * years)


@compiled
def tempo(person: Record, cancer: Record, world: Record) -> float:
    """Speed of this person's chain, a day: one over the mean time to death, and the scale."""
    rate = cancer.death_rate_per_day * person.frailty * cancer.performance_scale
    rate *= era_ratio(years_since_reference(person, world), cancer, world)
    if person.stage == Stage.DISTANT:
        rate *= cancer.death_ratio_distant_at_diagnosis
    return rate


@compiled
def cancer_death_rate(person: Record, cancer: Record, world: Record) -> float:
    """Hazard of death from the cancer per day, by performance and visceral disease."""
    rate = person.tempo_per_day * world.performance_death_ratio[person.performance]
    if person.visceral == 1:
        rate *= cancer.visceral_death_ratio
    return rate * person.time_off_ratio


@compiled
def update_cancer_death(person: Record, cancer: Record, world: Record) -> None:
    """See how the person is, and wind the clock of death again if its hazard has changed."""
    person.performance = seen_performance(person)
    if person.incurable_day <= person.now:
        change_rate(person, Event.DEATH_CANCER, cancer_death_rate(person, cancer, world))


@compiled
def seen_performance(person: Record) -> int:
    """The worse of what the cancer and the loss of walking make of a person."""
    if person.frankel > WALKS_UP_TO or person.n_broken_legs > 0:
        return max(person.disease_performance, PERFORMANCE_LIMITED)
    return person.disease_performance


@compiled
def decline_rate(person: Record, world: Record) -> float:
    """Hazard per day of going down one state; none below bedridden."""
    rate = person.tempo_per_day * world.performance_decline_ratio[person.disease_performance]
    if person.responding == 1:
        rate *= world.responding_decline_ratio
    return rate


@compiled
def draw_decline(person: Record, world: Record) -> None:
    """Start the clock of the next decline; each has luck of its own."""
    wait = budget(person, Luck.PERFORMANCE_DECLINE, 0, person.n_declines)
    start_clock(person, Event.PERFORMANCE_DECLINE, wait, decline_rate(person, world))


@compiled
def draw_recovery(person: Record, world: Record) -> None:
    """Begin the clock of the next recovery, which stands still as long as it has no hazard."""
    start_clock(person, Event.PERFORMANCE_RECOVERY, NOT_DRAWN, 0.0)
    rewind_recovery(person, world)


@compiled
def rewind_recovery(person: Record, world: Record) -> None:
    """Give the clock of recovery the hazard of now; its luck is drawn with the first one."""
    rate = recovery_rate(person, world)
    if rate > 0.0 and person.budget[Event.PERFORMANCE_RECOVERY] == NOT_DRAWN:
        wait = budget(person, Luck.PERFORMANCE_RECOVERY, 0, person.n_recoveries)
        person.budget[Event.PERFORMANCE_RECOVERY] = wait
    change_rate(person, Event.PERFORMANCE_RECOVERY, rate)


@compiled
def rewind_performance(person: Record, world: Record) -> None:
    """Give both clocks the hazards of now; what is left of their budgets stays."""
    change_rate(person, Event.PERFORMANCE_DECLINE, decline_rate(person, world))
    rewind_recovery(person, world)


@compiled
def recovery_rate(person: Record, world: Record) -> float:
    """Hazard per day of going up one state: if a line works and there is what to recover from."""
    if person.responding == 1 and 0 < person.disease_performance < PERFORMANCE_BEDRIDDEN:
        return world.performance_recovery_rate_per_day
    return 0.0


@compiled
def decline(person: Record, cancer: Record, world: Record) -> None:
    """Go down one state, as the cancer progresses: lesions hurt more, and are looked for.

    A lesion that hurts escalates in a share, less if it is under control. In a share the decline
    prompts an image that would show skeletal disease.
    """
    person.n_declines += 1
    change_performance(person, cancer, world, 1)
    draw_decline(person, world)
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        hurts = 0.0 < lesion.biological_pain < lesion.pain_cap
        if not hurts or lesion.relieved == 1:
            continue
        share = world.decline_pain_share * lesion.tumor_ratio * person.systemic_ratio
        if uniform(person, Luck.DECLINE_PAIN, lesion.place, person.n_declines) < share:
            raise_pain(person, cancer, world, lesion)
            refresh_lesion(person, lesion)
    if not has_what_to_show(person):
        return
    occurrence = FOR_DECLINE + person.n_declines
    if uniform(person, Luck.DECLINE_IMAGE, 0, occurrence) < world.decline_image_share:
        image(person, world, NO_LESION, SKELETON_IMAGED, occurrence)


@compiled
def recover(person: Record, cancer: Record, world: Record) -> None:
    """Go up one state."""
    person.n_recoveries += 1
    change_performance(person, cancer, world, -1)
    draw_recovery(person, world)


@compiled
def change_performance(person: Record, cancer: Record, world: Record, states: int) -> None:
    """Go down or up by a number of states, and wind all clocks that depend on it."""
    add_up_worth(person, world)
    person.disease_performance = min(
        max(person.disease_performance + states, 0), PERFORMANCE_BEDRIDDEN
    )
    rewind_performance(person, world)
    update_cancer_death(person, cancer, world)


@compiled
def weaken_by_fracture(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Let a painful fracture cost one state in a share of people."""
    mark = uniform(person, Luck.FRACTURE_PERFORMANCE, lesion.place, 0)
    if person.incurable_day <= person.now and mark < world.fracture_performance_share:
        change_performance(person, cancer, world, 1)


@compiled
def respond(person: Record, world: Record, responding: int) -> None:
    """Begin or end the time in which a line of therapy works."""
    if person.responding == responding:
        return
    person.responding = responding
    rewind_performance(person, world)


@compiled
def fit_for_therapy(person: Record, world: Record, share: float) -> float:
    """Share of people like this who are offered a line, from the share of those up and about.

    The odds fall with performance and with age over the reference age.
    """
    if share <= 0.0 or share >= 1.0:
        return share
    age = person.age_at_diagnosis + person.now / DAYS_PER_YEAR
    odds = share / (1.0 - share) * world.therapy_performance_ratio[person.performance]
    decades = max(age - world.therapy_reference_age, 0.0) / 10.0
    odds *= power(world.therapy_age_ratio, decades)
    return odds / (1.0 + odds)
