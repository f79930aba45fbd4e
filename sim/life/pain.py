"""Pain as jumps at clocks, analgesia by steps, and exact sums of days in pain.

Each lesion has two pains on the 0-10 numeric rating scale: biological (of the tumor) and mechanical
(of a bone that gives way, on rising and on lying down). A person's pain is the worst of them over
lesions, less what analgesia takes off. It changes only at events, so that the days at 4 or more,
at 7 or more and the area under the curve are exact sums of intervals.
"""

from __future__ import annotations

import math

from sim.evidence.instruments import (
    SINS_MECHANICAL_PAIN,
    SINS_NO_PAIN,
    SINS_OTHER_PAIN,
    WALKS_UP_TO,
)
from sim.life.choice import pick
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import (
    change_lesion_rate,
    look_again,
    slot,
    start_lesion_clock,
    stop_lesion_clock,
)
from sim.life.luck import budget, uniform

STRONGEST_STEP = 3
OPIOID_STEP = 2
WORST_PAIN = 10.0
"""The upper end of the numeric rating scale."""
RELAPSE_OCCURRENCES = 16
"""Where the occurrences of an escalation begin after each relapse."""


@compiled
def add_up_symptoms(person: Record, world: Record) -> None:
    """Add the time since the last change to the sums of pain, opioids and lost walking."""
    days = person.now - person.symptoms_since
    if days <= 0.0:
        return
    person.symptoms_since = person.now
    person.pain_area += person.pain * days
    if person.pain >= world.moderate_pain:
        person.pain_days += days
    if person.pain >= world.severe_pain:
        person.severe_pain_days += days
    if person.analgesia >= OPIOID_STEP:
        person.opioid_days += days
    person.morphine_mg += world.morphine_mg_per_day[person.analgesia] * days
    if person.frankel > WALKS_UP_TO:
        person.not_walking_days += days


@compiled
def update_symptoms(person: Record, world: Record) -> None:
    """Derive the person's pain and walking from the lesions, after something changed."""
    add_up_symptoms(person, world)
    biological = 0.0
    mechanical = 0.0
    frankel = 0
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        tumor_pain = lesion.biological_pain + lesion.flare
        biological = max(biological, min(tumor_pain, WORST_PAIN))
        mechanical = max(mechanical, lesion.mechanical_pain)
        frankel = max(frankel, lesion.frankel)
    person.frankel = frankel
    if person.pain_onset_day == NEVER and max(biological, mechanical) > 0.0:
        person.pain_onset_day = person.now
    step = person.analgesia
    person.pain = max(
        biological - world.analgesia_effect_biological[step],
        mechanical - world.analgesia_effect_mechanical[step],
        0.0,
    )
    if (
        person.relief_day == NEVER
        and person.first_trigger_day != NEVER
        and person.pain <= person.trigger_pain - world.relief_points
    ):
        person.relief_day = person.now
    plan_analgesia(person, world, max(biological, mechanical))


@compiled
def plan_analgesia(person: Record, world: Record, untreated_pain: float) -> None:
    """Plan the next step of analgesia: up while it hurts, down once it would not hurt without."""
    step = person.analgesia
    up = person.pain >= world.moderate_pain and step < STRONGEST_STEP
    down = untreated_pain < world.moderate_pain and step > 0
    direction = 1 if up else -1 if down else 0
    if direction == person.analgesia_direction:
        return
    person.analgesia_direction = direction
    person.clock[Event.ANALGESIA_STEPPED] = NEVER
    if direction != 0:
        mean_days = world.analgesia_step_mean_days
        if direction < 0:
            mean_days = world.analgesia_step_down_mean_days
        wait = budget(person, Luck.ANALGESIA, 0, person.n_analgesia_plans)
        person.n_analgesia_plans += 1
        person.clock[Event.ANALGESIA_STEPPED] = person.now + mean_days * wait


@compiled
def change_analgesia(person: Record, world: Record) -> None:
    """Go one step up or down (none, non-opioid, weak and strong opioid), as planned."""
    person.clock[Event.ANALGESIA_STEPPED] = NEVER
    add_up_symptoms(person, world)
    person.analgesia += person.analgesia_direction
    person.analgesia_direction = 0
    update_symptoms(person, world)


@compiled
def raise_pain(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Begin the biological pain of a lesion, or escalate it up to its cap."""
    pain = lesion.biological_pain
    look_again(person, lesion)
    occurrence = 1
    if pain == 0.0:
        mark = uniform(person, Luck.PAIN_CAP, lesion.place, 0)
        lesion.pain_cap = world.pain_cap[pick(mark, world.pain_cap_share)]
        pain = world.pain_at_onset
    else:
        occurrence = 1 + math.ceil(pain)
        pain = min(pain + world.pain_escalation, lesion.pain_cap)
    lesion.biological_pain = pain
    wind_escalation(person, cancer, world, lesion, occurrence)
    after_pain_changed(person, world, lesion)


@compiled
def wind_escalation(
    person: Record, cancer: Record, world: Record, lesion: Record, occurrence: int
) -> None:
    """Set the clock of the next escalation of a lesion's pain, unless it is at its cap."""
    if lesion.biological_pain >= lesion.pain_cap:
        stop_lesion_clock(lesion, Event.PAIN_ONSET_OR_ESCALATION)
        return
    address = occurrence + RELAPSE_OCCURRENCES * lesion.relapses
    wait = budget(person, Luck.PAIN, lesion.place, address)
    rate = pain_rate(person, cancer, world, lesion)
    start_lesion_clock(person, lesion, Event.PAIN_ONSET_OR_ESCALATION, wait, rate)


@compiled
def pain_rate(person: Record, cancer: Record, world: Record, lesion: Record) -> float:
    """Hazard per day that the tumor pain of a lesion begins or escalates.

    None while what a treatment relieved is under control, and none at the worst that it reaches.
    """
    if lesion.relieved == 1:
        return 0.0
    rate = world.pain_onset_rate_per_day
    if lesion.biological_pain > 0.0:
        rate = world.pain_escalation_rate_per_day
        if lesion.biological_pain >= lesion.pain_cap:
            return 0.0
    return rate * lesion_tempo(person, cancer) * lesion.tumor_ratio * person.systemic_ratio


@compiled
def lesion_tempo(person: Record, cancer: Record) -> float:
    """Speed of growth and pain of a person's lesions: an aggressive cancer's go faster."""
    return cancer.lesion_tempo * person.lesion_frailty


@compiled
def felt_pain(person: Record, world: Record, lesion: Record) -> float:
    """Pain of one lesion after analgesia, on the numeric rating scale."""
    tumor_pain = lesion.biological_pain + lesion.flare
    return max(
        min(tumor_pain, WORST_PAIN) - world.analgesia_effect_biological[person.analgesia],
        felt_mechanical_pain(person, world, lesion),
    )


@compiled
def felt_mechanical_pain(person: Record, world: Record, lesion: Record) -> float:
    """Mechanical pain of one lesion after analgesia."""
    return max(lesion.mechanical_pain - world.analgesia_effect_mechanical[person.analgesia], 0.0)


@compiled
def after_pain_changed(person: Record, world: Record, lesion: Record) -> None:
    """Bring the score, the work-up and the person's pain up to date with a lesion's pains."""
    if lesion.mechanical_pain > 0.0:
        lesion.pain_points = SINS_MECHANICAL_PAIN
    elif lesion.biological_pain > 0.0:
        lesion.pain_points = SINS_OTHER_PAIN
    else:
        lesion.pain_points = SINS_NO_PAIN
    if lesion.detected_day == NEVER:
        change_lesion_rate(person, lesion, Event.PAIN_WORKED_UP, work_up_rate(world, lesion))
    update_symptoms(person, world)


@compiled
def work_up_rate(world: Record, lesion: Record) -> float:
    """Hazard per day that the pain or the fracture of an occult lesion is worked up."""
    mechanical = lesion.mechanical_pain
    pain = max(lesion.biological_pain, mechanical)
    if pain == 0.0:
        return 0.0
    rate = world.pain_work_up_rate_per_day
    if pain >= world.severe_pain:
        rate *= world.severe_pain_work_up_ratio
    if lesion.rate[slot(Event.VERTEBRAL_FRACTURE)] == 0.0 and mechanical > 0.0:
        rate += world.fracture_work_up_rate_per_day
    return rate
