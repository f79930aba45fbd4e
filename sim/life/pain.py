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
from sim.life.compiled import Record, compiled
from sim.life.events import ANALGESIA, COLLAPSE, PAIN, WORK_UP
from sim.life.hazards import NEVER
from sim.life.lesion import change_lesion_rate, look_again, start_lesion_clock
from sim.life.luck import (
    ANALGESIA as ANALGESIA_LUCK,
)
from sim.life.luck import (
    PAIN as PAIN_LUCK,
)
from sim.life.luck import (
    PAIN_CAP,
    budget,
    uniform,
)

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
        lesion = person.lesion_at[i]
        tumor_pain = person.lesion_biological_pain[lesion] + person.lesion_flare[lesion]
        biological = max(biological, min(tumor_pain, WORST_PAIN))
        mechanical = max(mechanical, person.lesion_mechanical_pain[lesion])
        frankel = max(frankel, person.lesion_frankel[lesion])
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
    person.clock[ANALGESIA] = NEVER
    if direction != 0:
        mean_days = world.analgesia_step_mean_days
        if direction < 0:
            mean_days = world.analgesia_step_down_mean_days
        wait = budget(person, ANALGESIA_LUCK, 0, person.n_analgesia_plans)
        person.n_analgesia_plans += 1
        person.clock[ANALGESIA] = person.now + mean_days * wait


@compiled
def change_analgesia(person: Record, world: Record) -> None:
    """Go one step up or down (none, non-opioid, weak and strong opioid), as planned."""
    person.clock[ANALGESIA] = NEVER
    add_up_symptoms(person, world)
    person.analgesia += person.analgesia_direction
    person.analgesia_direction = 0
    update_symptoms(person, world)


@compiled
def raise_pain(person: Record, cancer: Record, world: Record, lesion: int) -> None:
    """Begin the biological pain of a lesion, or escalate it up to its cap."""
    pain = person.lesion_biological_pain[lesion]
    look_again(person, lesion)
    occurrence = 1
    if pain == 0.0:
        share = uniform(person, PAIN_CAP, lesion, 0)
        choice = 0
        passed = world.pain_cap_share[0]
        while choice < world.pain_cap.size - 1 and share > passed:
            choice += 1
            passed += world.pain_cap_share[choice]
        person.lesion_pain_cap[lesion] = world.pain_cap[choice]
        pain = world.pain_at_onset
    else:
        occurrence = 1 + math.ceil(pain)
        pain = min(pain + world.pain_escalation, person.lesion_pain_cap[lesion])
    person.lesion_biological_pain[lesion] = pain
    wind_escalation(person, cancer, world, lesion, occurrence)
    after_pain_changed(person, world, lesion)


@compiled
def wind_escalation(
    person: Record, cancer: Record, world: Record, lesion: int, occurrence: int
) -> None:
    """Set the clock of the next escalation of a lesion's pain, unless it is at its cap."""
    if person.lesion_biological_pain[lesion] >= person.lesion_pain_cap[lesion]:
        person.lesion_clock[lesion, PAIN] = NEVER
        return
    address = occurrence + RELAPSE_OCCURRENCES * person.lesion_relapses[lesion]
    start_lesion_clock(
        person,
        lesion,
        PAIN,
        budget(person, PAIN_LUCK, lesion, address),
        world.pain_escalation_rate_per_day
        * cancer.lesion_tempo
        * person.lesion_tumor_ratio[lesion],
    )


@compiled
def felt_pain(person: Record, world: Record, lesion: int) -> float:
    """Pain of one lesion after analgesia, on the numeric rating scale."""
    tumor_pain = person.lesion_biological_pain[lesion] + person.lesion_flare[lesion]
    return max(
        min(tumor_pain, WORST_PAIN) - world.analgesia_effect_biological[person.analgesia],
        felt_mechanical_pain(person, world, lesion),
    )


@compiled
def felt_mechanical_pain(person: Record, world: Record, lesion: int) -> float:
    """Mechanical pain of one lesion after analgesia."""
    return max(
        person.lesion_mechanical_pain[lesion] - world.analgesia_effect_mechanical[person.analgesia],
        0.0,
    )


@compiled
def after_pain_changed(person: Record, world: Record, lesion: int) -> None:
    """Bring the score, the work-up and the person's pain up to date with a lesion's pains."""
    if person.lesion_mechanical_pain[lesion] > 0.0:
        person.lesion_pain_points[lesion] = SINS_MECHANICAL_PAIN
    elif person.lesion_biological_pain[lesion] > 0.0:
        person.lesion_pain_points[lesion] = SINS_OTHER_PAIN
    else:
        person.lesion_pain_points[lesion] = SINS_NO_PAIN
    if person.lesion_detected_day[lesion] == NEVER:
        change_lesion_rate(person, lesion, WORK_UP, work_up_rate(person, world, lesion))
    update_symptoms(person, world)


@compiled
def work_up_rate(person: Record, world: Record, lesion: int) -> float:
    """Hazard per day that the pain or the fracture of an occult lesion is worked up."""
    mechanical = person.lesion_mechanical_pain[lesion]
    pain = max(person.lesion_biological_pain[lesion], mechanical)
    if pain == 0.0:
        return 0.0
    rate = world.pain_work_up_rate_per_day
    if pain >= world.severe_pain:
        rate *= world.severe_pain_work_up_ratio
    if person.lesion_clock[lesion, COLLAPSE] == NEVER and mechanical > 0.0:
        rate += world.fracture_work_up_rate_per_day
    return rate
