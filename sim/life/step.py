"""A life, one event at a time: start it, find the next event, apply it, look at what care does.

Both engines drive these functions and nothing else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.evidence.vocabulary import Death, NeverResumed
from sim.life import (
    back_pain,
    bone_agent,
    bone_care,
    bones,
    control,
    cord,
    detection,
    fracture,
    pain,
    pain_days,
    pause,
    performance,
    relief,
    response,
    root,
    spine,
    therapy,
    worth,
)
from sim.life.cancer import (
    become_incurable,
    disseminate,
    schedule_incurable,
    schedule_marrow_path,
)
from sim.life.care import advance_episode, consider_care
from sim.life.compiled import Record, compiled, compiled_in_place
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.horizon import begin_outcomes, end_outcomes
from sim.life.lesion import next_lesion_event, refresh_lesion
from sim.life.luck import mix, uniform_pair
from sim.life.mortality import schedule_other_death
from sim.life.performance import update_cancer_death
from sim.life.records import FIRST_BONE, clear_person


@compiled_in_place
def enter(person: Record, year: int, cells: NDArray[np.void]) -> None:
    """Draw the person's age, stage and date of diagnosis from their own luck.

    One number picks the cell, and where it falls within the cell is the age.

    Parameters
    ----------
    person : record of `PERSON`
        With `number`, `seed`, `replicate`, `primary` and `sex` set.
    year : int
        Calendar year of diagnosis.
    cells : array of `ENTRY_CELL`
        The joint distribution of age and stage for this year, primary and sex.
    """
    share, date = uniform_pair(person, Luck.ENTRY_CELL, 0, 0)
    first = 0
    left = cells.size
    while left > 1:  # without a branch that the processor could not foresee
        half = left // 2
        first += half if cells[first + half - 1].cumulative <= share else 0
        left -= half
    cell = cells[first]
    before = cells[first - 1].cumulative if first > 0 else 0.0
    within = min((share - before) / (cell.cumulative - before), 1.0)
    person.stage = cell.stage
    person.age_at_diagnosis = cell.age_low + within * (cell.age_high - cell.age_low)
    person.diagnosis_year = year + date


@compiled
def start(person: Record, cancer: Record, world: Record) -> None:
    """Begin a life at diagnosis: clear the record and set the clocks that run from day 0."""
    clear_person(person)
    person.fingerprint = person.number
    person.discount_per_day = world.discount_per_day
    schedule_other_death(person, cancer, world)
    schedule_incurable(person, cancer, world)
    if cancer.marrow:
        schedule_marrow_path(person, cancer, world)


@compiled
def apply_event(
    person: Record, day: float, event: int, cancer: Record, world: Record, care: Record
) -> None:
    """Let one event happen: move the person to its day and change what it changes.

    Parameters
    ----------
    person, cancer, world : records of `PERSON`, `CANCER`, `WORLD`
    day : float
        Day of the event, as `next_event` gave it.
    event : int
        Code of the event.
    care : record of `POLICY`
        The strategy.
    """
    person.now = day
    person.event = event
    person.event_level = -1
    person.event_place = -1
    # Most events do not read the strategy, and handing it on costs as much as applying them.
    if event in (
        Event.CARE,
        Event.BONE_CARE,
        Event.DOSE_DUE,
        Event.THERAPY_STARTED,
        Event.TOXICITY_DELAY_OVER,
    ):
        apply_care_event(person, event, cancer, world, care)
    else:
        apply_disease_event(person, event, cancer, world)
    person.fingerprint = mix(person.fingerprint, person.event, person.event_level + 1, day)


@compiled
def apply_care_event(
    person: Record, event: int, cancer: Record, world: Record, care: Record
) -> None:
    """Let an event happen that reads the strategy: of care, or of a dose that it may withhold."""
    if event == Event.CARE:
        advance_episode(person, cancer, world, care)
        if person.alive == 0:
            die(person, world, Death.PROCEDURE)
    elif event == Event.BONE_CARE:
        bone_care.advance_bone_care(person, cancer, world, care)
    elif event == Event.DOSE_DUE:
        pause.dose_due(person, cancer, world, care)
    elif event == Event.THERAPY_STARTED:
        therapy.start_line(person, cancer, world, care)
    elif event == Event.TOXICITY_DELAY_OVER:
        therapy.resume_after_toxicity(person, cancer, world, care)


@compiled
def apply_disease_event(person: Record, event: int, cancer: Record, world: Record) -> None:
    """Let an event happen that no strategy has a say in."""
    if event == Event.INCURABLE:
        person.clock[Event.INCURABLE] = NEVER
        become_incurable(person, cancer, world)
        therapy.offer_therapy(person, cancer, world)
        back_pain.schedule_back_pain(person, world)
    elif event == Event.DISSEMINATION:
        person.clock[Event.DISSEMINATION] = NEVER
        disseminate(person, cancer, world)
        spine.start_outside_seeding(person, world)
    elif event == Event.REMISSION:
        control.enter_remission(person, cancer, world)
    elif event == Event.PERFORMANCE_DECLINE:
        performance.decline(person, cancer, world)
        relief.relapse_with_progress(person, world)
    elif event == Event.PERFORMANCE_RECOVERY:
        performance.recover(person, cancer, world)
    elif event == Event.SKELETAL_METASTASIS:
        person.clock[Event.SKELETAL_METASTASIS] = NEVER
        spine.seed_skeleton(person, world)
    elif event == Event.SPINAL_METASTASIS:
        spine.seed_spine(person, cancer, world)
    elif event == Event.LEVEL_SEEDED:
        spine.seed_level(person, cancer, world)
    elif event == Event.OUTSIDE_SEEDED:
        spine.seed_outside(person, cancer, world)
    elif event == Event.BONE_SEEDED:
        bones.seed_bone(person, cancer, world)
    elif event == Event.LESION:
        apply_lesion_event(person, cancer, world)
    elif event == Event.PAIN_VARIES:
        pain.vary_pain(person, world)
    elif event == Event.ANALGESIA_STEPPED:
        pain.change_analgesia(person, world)
    elif event == Event.BONE_AGENT_STARTED:
        bone_agent.start_bone_agent(person, world)
    elif event == Event.PAIN_ASSESSED:
        response.assess(person, world)
    elif event == Event.STAGING:
        detection.stage_skeleton(person, world)
    elif event == Event.SURVEILLANCE_IMAGING:
        detection.survey(person, world)
    elif event in (Event.OSTEOPOROTIC_COLLAPSE, Event.OTHER_BACK_PAIN):
        back_pain.have_back_pain(person, world)
    elif event == Event.CORD_COMPRESSION_DIAGNOSED:
        place = cord.diagnose_cord_compression(person, cancer)
        occurrence = detection.FOR_CORD + min(person.n_cord_compressions, detection.MOST_FOR_CORD)
        detection.image(person, world, place, detection.SPINE_IMAGED, occurrence)
    elif event == Event.SKELETAL_DETECTED:
        detection.detect_skeleton(person, world)
        therapy.offer_therapy_again(person, cancer, world)
    elif event == Event.SPINAL_DETECTED:
        if world.origin_at_detection == 1:
            begin_outcomes(person, world)
        detection.detect_spine(person)
        person.gap_at_detection = 1 if spine.has_gap(person) else 0
    elif event == Event.SKELETAL_RECORDED:
        detection.record_skeleton(person)
    elif event == Event.THERAPY_RESPONSE:
        control.begin_response(person, cancer, world)
    elif event == Event.THERAPY_LINE_ENDED:
        therapy.end_line(person, cancer, world)
        relief.relapse_with_progress(person, world)
    elif event == Event.TOXICITY_DELAY:
        therapy.delay_for_toxicity(person, world)
    elif event == Event.DEATH_CANCER:
        die(person, world, Death.CANCER)
    elif event == Event.DEATH_OTHER:
        die(person, world, Death.OTHER)


@compiled
def apply_lesion_event(person: Record, cancer: Record, world: Record) -> None:
    """Let the next event of a lesion happen; `person.event` becomes its own code."""
    lesion = person.lesions[person.lesion_next]
    event = next_lesion_event(lesion)
    lesion.behind_days = max(person.now - lesion.next_day, 0.0)
    person.event = event
    person.event_level = lesion.level
    person.event_place = lesion.place
    if event == Event.EPIDURAL_EXTENSION:
        cord.extend_into_canal(person, cancer, world, lesion)
    elif event == Event.NEUROLOGIC_DEFICIT:
        cord.lose_function(person, world, lesion)
        update_cancer_death(person, cancer, world)
    elif event == Event.ROOT_REACHED:
        root.reach_root(person, cancer, world, lesion)
    elif event == Event.CORD_FREED:
        cord.free_cord(person, cancer, world, lesion)
    elif event == Event.VERTEBRAL_FRACTURE:
        if lesion.place < FIRST_BONE:
            fracture.break_vertebra(person, cancer, world, lesion)
        else:
            bones.break_bone(person, cancer, world, lesion)
    elif event == Event.SILENT_COLLAPSE:
        fracture.sink_silently(person, world, lesion)
    elif event == Event.INSTABILITY:
        fracture.destabilize(person, world, lesion)
    elif event == Event.FRACTURE_PAIN_SETTLES:
        fracture.settle(person, world, lesion)
    elif event == Event.PAIN_ONSET_OR_ESCALATION:
        pain.raise_pain(person, cancer, world, lesion)
    elif event == Event.PAIN_SUBSIDES:
        pain.subside(person, cancer, world, lesion)
    elif event == Event.PAIN_RELIEVED:
        relief.relieve(person, cancer, world, lesion)
    elif event == Event.MECHANICAL_PAIN_RELIEVED:
        relief.stabilize(person, world, lesion)
        if lesion.mechanical_pain == 0.0:
            bones.bear_weight(person, cancer, world, lesion)
    elif event == Event.RESTABILIZED:
        fracture.restabilize(person, world, lesion)
    elif event == Event.FLARE_OVER:
        relief.end_flare(person, world, lesion)
    elif event == Event.PAIN_RELAPSED:
        relief.relapse(person, cancer, world, lesion)
    elif event == Event.PAIN_WORKED_UP:
        detection.work_up(person, world, lesion)
    refresh_lesion(person, lesion)


@compiled
def die(person: Record, world: Record, cause: int) -> None:
    """End the life, and the sums over time with it."""
    pain_days.add_up_symptoms(person, world)
    pain_days.look_back(person, world)
    pause.add_up_therapy(person)
    if person.pause_open == 1:
        pause.never_resume(person, NeverResumed.DEATH)
    worth.pay_last_month(person, world)
    end_outcomes(person)
    person.alive = 0
    person.death_day = person.now
    person.death_cause = cause


@compiled
def look_at_care(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Look, after an event, at what bone agents and palliative care make of it."""
    if care.bone_agents == 1:
        bone_agent.consider_bone_agent(person, cancer, world)
    if care.refers == 1:
        consider_care(person, cancer, world, care)
