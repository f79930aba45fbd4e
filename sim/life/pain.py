"""Pain as jumps at clocks, and analgesia by steps.

Each lesion has two pains on the 0-10 numeric rating scale: biological (of the tumor, felt at rest
too) and mechanical (of a bone that gives way, felt on rising and on turning). A person's pain at
rest is the worst biological pain over lesions of the spine, and that on movement, the worst pain,
the larger of it and the worst mechanical pain, after what analgesia takes off. Bone outside the
spine gives a pain of its own; analgesia answers to the worst of both. They change only at events.
"""

from __future__ import annotations

import math

from sim.evidence.instruments import SINS_MECHANICAL_PAIN, SINS_NO_PAIN, SINS_OTHER_PAIN
from sim.life.choice import pick
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.fragility import update_fragility
from sim.life.hazards import NEVER
from sim.life.lesion import (
    WORSE,
    change_lesion_rate,
    look_again,
    start_lesion_clock,
    stop_lesion_clock,
)
from sim.life.luck import budget, uniform, uniform_pair
from sim.life.pain_days import add_up_symptoms
from sim.life.rating import (
    STRONG_OPIOID_STEP,
    draw_traits,
    felt_at_rest,
    felt_by_moving,
    ordinary_rating,
    rating_now,
    wind_variation,
)
from sim.life.records import FIRST_BONE

RELAPSE_OCCURRENCES = 16
"""Where the occurrences of an escalation begin after each relapse."""


@compiled
def update_symptoms(person: Record, world: Record) -> None:
    """Derive the person's pain from the lesions, after one of them changed."""
    tumor = movement = bone_tumor = bone_movement = 0.0
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        # Without branches, which would be taken at random.
        spinal = 1.0 if lesion.place < FIRST_BONE else 0.0
        tumor_pain = lesion.biological_pain + lesion.flare
        tumor = max(tumor, spinal * tumor_pain)
        movement = max(movement, spinal * lesion.mechanical_pain)
        bone_tumor = max(bone_tumor, (1.0 - spinal) * tumor_pain)
        bone_movement = max(bone_movement, (1.0 - spinal) * lesion.mechanical_pain)
    person.worst_tumor_pain = tumor
    person.worst_mechanical_pain = movement
    person.bone_tumor_pain = bone_tumor
    person.bone_mechanical_pain = bone_movement
    rate_pain(person, world)


@compiled
def rate_pain(person: Record, world: Record) -> None:
    """Let the person rate the pains of the worst lesions, as they are now and on this day."""
    add_up_symptoms(person, world)
    of_spine = max(person.worst_tumor_pain, person.worst_mechanical_pain)
    of_bone = max(person.bone_tumor_pain, person.bone_mechanical_pain)
    worst = max(of_spine, of_bone)
    if worst == 0.0:
        person.clock[Event.PAIN_VARIES] = NEVER
    else:
        note_onset(person, world, of_spine, of_bone)
        if person.clock[Event.PAIN_VARIES] == NEVER:
            wind_variation(person, world)
    person.pain_at_rest = felt_at_rest(person, world, person.worst_tumor_pain)
    moving = felt_by_moving(person, world, person.worst_mechanical_pain)
    person.pain = max(person.pain_at_rest, moving)
    person.bone_pain = 0.0
    if of_bone > 0.0:
        at_rest = felt_at_rest(person, world, person.bone_tumor_pain)
        moving = felt_by_moving(person, world, person.bone_mechanical_pain)
        person.bone_pain = max(at_rest, moving)
    if (
        person.relief_day == NEVER
        and person.first_trigger_day != NEVER
        and person.pain <= person.trigger_pain - world.relief_points
    ):
        person.relief_day = person.now
    plan_analgesia(person, world, rating_now(person, worst))


@compiled
def note_onset(person: Record, world: Record, of_spine: float, of_bone: float) -> None:
    """Note the first pain of the spine and of other bone; with the first of all, draw traits."""
    if person.pain_onset_day == NEVER and person.bone_pain_onset_day == NEVER:
        draw_traits(person, world)
    if of_spine > 0.0 and person.pain_onset_day == NEVER:
        person.pain_onset_day = person.now
    if of_bone > 0.0 and person.bone_pain_onset_day == NEVER:
        person.bone_pain_onset_day = person.now


@compiled
def vary_pain(person: Record, world: Record) -> None:
    """Let everything that hurts be rated anew, as on a better or a worse day."""
    person.clock[Event.PAIN_VARIES] = NEVER
    rate_pain(person, world)


@compiled
def plan_analgesia(person: Record, world: Record, untreated_pain: float) -> None:
    """Plan the next step of analgesia: up while it hurts, down once it would not hurt without.

    It goes up to the highest step that is tolerated; a dose of a strong opioid is raised within
    days, another drug is tried after weeks.
    """
    step = person.analgesia
    pain = max(person.pain, person.bone_pain)
    up = pain >= world.moderate_pain and step < person.most_analgesia
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
        elif step >= STRONG_OPIOID_STEP:
            mean_days = world.opioid_titration_mean_days
        wait = budget(person, Luck.ANALGESIA, 0, person.n_analgesia_plans)
        person.n_analgesia_plans += 1
        person.clock[Event.ANALGESIA_STEPPED] = person.now + mean_days * wait


@compiled
def change_analgesia(person: Record, world: Record) -> None:
    """Go one step up or down: none, non-opioid, weak opioid, strong opioid dose by dose."""
    person.clock[Event.ANALGESIA_STEPPED] = NEVER
    add_up_symptoms(person, world)
    person.analgesia += person.analgesia_direction
    person.analgesia_direction = 0
    rate_pain(person, world)


@compiled
def raise_pain(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Begin the biological pain of a lesion, or escalate it up to its cap."""
    pain = lesion.biological_pain
    look_again(person, lesion, WORSE)
    if pain == 0.0:
        pain = draw_onset(person, world, lesion)
    else:
        address = escalation_address(lesion, escalation_from(pain))
        _, size = uniform_pair(person, Luck.PAIN, lesion.place, address)
        low, high = world.pain_escalation_low, world.pain_escalation_high
        pain += low + (high - low) * size
    hurt_by_tumor(person, cancer, world, lesion, min(pain, lesion.pain_cap))


@compiled
def draw_onset(person: Record, world: Record, lesion: Record) -> float:
    """Draw how far the tumor pain of a lesion will go, and give back what it begins with."""
    mark, within = uniform_pair(person, Luck.PAIN_CAP, lesion.place, 0)
    kind = pick(mark, world.pain_cap_share)
    low, high = world.pain_cap_low[kind], world.pain_cap_high[kind]
    lesion.pain_cap = low + (high - low) * within
    low, high = world.pain_at_onset_low, world.pain_at_onset_high
    return low + (high - low) * uniform(person, Luck.PAIN_CAP, lesion.place, 1)


@compiled
def hurt_by_tumor(
    person: Record, cancer: Record, world: Record, lesion: Record, pain: float
) -> None:
    """Give a lesion a tumor pain from now on, and wind the clock of its next escalation."""
    lesion.biological_pain = pain
    wind_escalation(person, cancer, world, lesion, escalation_from(pain))
    after_pain_changed(person, world, lesion)


@compiled
def subside(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Let the tumor pain of a lesion end by itself; it may begin again."""
    lesion.biological_pain = 0.0
    lesion.relapses += 1
    wind_escalation(person, cancer, world, lesion, 0)
    after_pain_changed(person, world, lesion)


@compiled
def escalation_from(pain: float) -> int:
    """The occurrence of the escalation from a pain: no jump is smaller than a point."""
    return 1 + math.ceil(pain)


@compiled
def escalation_address(lesion: Record, occurrence: int) -> int:
    """Where the luck of an escalation stands: when it comes, and how far it goes."""
    return occurrence + RELAPSE_OCCURRENCES * lesion.relapses


@compiled
def wind_escalation(
    person: Record, cancer: Record, world: Record, lesion: Record, occurrence: int
) -> None:
    """Set the clock of the next escalation of a lesion's pain, or of its end once at its cap."""
    if lesion.biological_pain >= lesion.pain_cap:
        stop_lesion_clock(lesion, Event.PAIN_ONSET_OR_ESCALATION)
        wait = budget(person, Luck.PAIN_SUBSIDES, lesion.place, lesion.relapses)
        rate = world.pain_subsides_rate_per_day
        start_lesion_clock(person, lesion, Event.PAIN_SUBSIDES, wait, rate)
        return
    stop_lesion_clock(lesion, Event.PAIN_SUBSIDES)
    wait = budget(person, Luck.PAIN, lesion.place, escalation_address(lesion, occurrence))
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
def after_pain_changed(person: Record, world: Record, lesion: Record) -> None:
    """Bring all that depends on a lesion's pains up to date with them."""
    note_pain(person, world, lesion)
    update_symptoms(person, world)
    rewind_work_up(person, world, lesion)


@compiled
def note_pain(person: Record, world: Record, lesion: Record) -> None:
    """Bring a lesion's score up to date with its pains, and its bone: what hurts breaks sooner."""
    if lesion.mechanical_pain > 0.0:
        lesion.pain_points = SINS_MECHANICAL_PAIN
    elif lesion.biological_pain > 0.0:
        lesion.pain_points = SINS_OTHER_PAIN
    else:
        lesion.pain_points = SINS_NO_PAIN
    if lesion.pain_points > SINS_NO_PAIN:
        lesion.hurt = 1
    lesion.radicular = 1 if lesion.roots > 0 and lesion.biological_pain > 0.0 else 0
    if lesion.pain_points == SINS_NO_PAIN:
        lesion.pain_day = NEVER
    elif lesion.pain_day == NEVER:
        lesion.pain_day = person.now - lesion.behind_days
        if person.first_course_day < person.now and lesion.place != person.site_lesion:
            person.new_pain_day = min(person.new_pain_day, person.now)
    update_fragility(person, world, lesion)


@compiled
def rewind_work_up(person: Record, world: Record, lesion: Record) -> None:
    """Give the clock of the work-up of an occult lesion the hazard that its pains call for."""
    if lesion.detected_day == NEVER:
        rate = work_up_rate(person, world, lesion)
        change_lesion_rate(person, lesion, Event.PAIN_WORKED_UP, rate)


@compiled
def work_up_rate(person: Record, world: Record, lesion: Record) -> float:
    """Hazard per day that the pain or the fracture of an occult lesion is worked up.

    It goes by what the person rates on ordinary days: better and worse ones do not move it.
    """
    mechanical = lesion.mechanical_pain
    pain = ordinary_rating(person, max(lesion.biological_pain, mechanical))
    if pain == 0.0:
        return 0.0
    rate = world.pain_work_up_rate_per_day
    if pain >= world.severe_pain:
        rate *= world.severe_pain_work_up_ratio
    if lesion.fracture_day <= person.now and mechanical > 0.0:
        rate += world.fracture_work_up_rate_per_day
    return rate
