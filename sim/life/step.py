"""A life, one event at a time: start it, find the next event, apply it, look at what care does.

Both engines drive these functions and nothing else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.evidence.vocabulary import (
    ALIVE,
    DIED_OF_CANCER,
    DIED_OF_OTHER,
    DIED_OF_PROCEDURE,
    NO_EPISODE,
    NO_THERAPY,
    STOPPED_BY_DEATH,
)
from sim.life.back_pain import have_back_pain, schedule_back_pain
from sim.life.bone_agent import consider_bone_agent, start_bone_agent
from sim.life.cancer import (
    become_incurable,
    disseminate,
    schedule_incurable,
    schedule_marrow_path,
    update_cancer_death,
)
from sim.life.care import advance_episode, consider_care
from sim.life.clocks import next_event
from sim.life.compiled import Record, compiled
from sim.life.cord import diagnose_cord_compression, extend_into_canal, lose_function
from sim.life.detection import (
    FOR_CORD,
    FOR_PAIN,
    SPINE_IMAGED,
    detect_skeleton,
    detect_spine,
    image,
    stage_skeleton,
    survey,
)
from sim.life.events import (
    ANALGESIA,
    ASSESSMENT,
    BONE_AGENT,
    CARE,
    COLLAPSE,
    CORD_DIAGNOSIS,
    DEATH_CANCER,
    DEATH_OTHER,
    DEFICIT,
    DISSEMINATION,
    DOSE,
    EPIDURAL,
    FLARE_OVER,
    INCURABLE,
    INSTABILITY,
    LESION,
    LEVEL_SEEDING,
    MECHANICAL_RELIEF,
    N_CLOCKS,
    OSTEOPOROTIC_COLLAPSE,
    OTHER_BACK_PAIN,
    OUTSIDE_SEEDING,
    PAIN,
    RECORDING,
    RELAPSE,
    RELIEF,
    SETTLING,
    SKELETAL_DETECTION,
    SKELETAL_SEEDING,
    SPINAL_DETECTION,
    SPINAL_SEEDING,
    STAGING,
    SURVEILLANCE,
    THERAPY_LINE_END,
    THERAPY_START,
    TOXICITY_DELAY,
    TOXICITY_DELAY_END,
    WORK_UP,
)
from sim.life.fracture import collapse, destabilize, settle
from sim.life.hazards import NEVER
from sim.life.lesion import next_lesion_event, refresh_lesion
from sim.life.luck import ENTRY_CELL, mix, uniform_pair
from sim.life.mortality import schedule_other_death
from sim.life.pain import add_up_symptoms, change_analgesia, raise_pain
from sim.life.pause import add_up_therapy, dose_due, never_resume
from sim.life.relief import end_flare, relapse, relieve, stabilize
from sim.life.response import assess
from sim.life.spine import (
    has_gap,
    seed_level,
    seed_outside,
    seed_skeleton,
    seed_spine,
    start_outside_seeding,
)
from sim.life.therapy import (
    delay_for_toxicity,
    end_line,
    offer_therapy,
    offer_therapy_again,
    resume_after_toxicity,
    start_line,
)


@compiled
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
    share, date = uniform_pair(person, ENTRY_CELL, 0, 0)
    low = 0
    high = cells.size - 1
    while low < high:
        middle = (low + high) // 2
        if cells[middle].cumulative > share:
            high = middle
        else:
            low = middle + 1
    cell = cells[low]
    before = cells[low - 1].cumulative if low > 0 else 0.0
    within = min((share - before) / (cell.cumulative - before), 1.0)
    person.stage = cell.stage
    person.age_at_diagnosis = cell.age_low + within * (cell.age_high - cell.age_low)
    person.diagnosis_year = year + date


@compiled
def start(person: Record, cancer: Record, world: Record) -> None:
    """Begin a life at diagnosis: clear the record and set the clocks that run from day 0."""
    for event in range(N_CLOCKS):
        person.clock[event] = NEVER
    person.now = 0.0
    person.event = -1
    person.event_level = -1
    person.fingerprint = person.number
    person.frailty = 1.0
    person.incurable_day = NEVER
    person.dissemination_day = NEVER
    person.skeleton_at_diagnosis = 0
    person.lead_days = 0.0
    person.skeletal_metastasis_day = NEVER
    person.spinal_metastasis_day = NEVER
    person.n_levels = 0
    person.n_lesions = 0
    person.pain = 0.0
    person.analgesia = 0
    person.analgesia_direction = 0
    person.n_analgesia_plans = 0
    person.frankel = 0
    person.symptoms_since = 0.0
    person.pain_area = 0.0
    person.pain_days = 0.0
    person.severe_pain_days = 0.0
    person.opioid_days = 0.0
    person.morphine_mg = 0.0
    person.not_walking_days = 0.0
    person.pain_onset_day = NEVER
    person.first_fracture_day = NEVER
    person.n_fractures = 0
    person.first_deficit_day = NEVER
    person.cord_compression_day = NEVER
    person.n_other_back_pain = 0
    person.therapy = NO_THERAPY
    person.therapy_line = 0
    person.therapy_offered_line = 0
    person.therapy_line_open = 0
    person.therapy_class = 0
    person.therapy_since = 0.0
    person.days_on_therapy = 0.0
    person.days_off_therapy = 0.0
    person.toxicity_days = 0.0
    person.toxicity_delay_days = 0.0
    person.n_toxicity_delays = 0
    person.n_toxicity_delays_over = 0
    person.n_cycles = 0.0
    start_without_care(person)
    person.n_surveys = 0
    person.skeletal_detected_day = NEVER
    person.skeletal_recorded_day = NEVER
    person.spinal_detected_day = NEVER
    person.n_levels_at_detection = 0
    person.gap_at_detection = 0
    person.sins_at_detection = 0
    person.alive = 1
    person.death_day = NEVER
    person.death_cause = ALIVE
    schedule_other_death(person, cancer, world)
    schedule_incurable(person, cancer)
    if cancer.marrow:
        schedule_marrow_path(person, cancer)


@compiled
def start_without_care(person: Record) -> None:
    """Clear what palliative care and pauses leave on the record."""
    person.start_held = 0
    person.pause_open = 0
    person.post_hold_until[:] = 0.0
    person.toxicity_due_day = NEVER
    person.time_off_ratio = 1.0
    person.n_pauses = 0
    person.pause_part[:] = 0.0
    person.paused_days[:] = 0.0
    person.delay_days[:] = 0.0
    person.n_resumed = 0
    person.n_resumed_by[:] = 0
    person.never_resumed_day = NEVER
    person.never_resumed = 0
    person.origin_day = NEVER
    person.days_on_therapy_1y = 0.0
    person.paused_days_1y = 0.0
    person.toxicity_days_1y = 0.0
    person.episode = NO_EPISODE
    person.episode_forced = 0
    person.cord_cared_for = 0
    person.bone_agent = 0
    person.n_episodes = 0
    person.n_courses = 0
    person.n_courses_of[:] = 0
    person.n_complications = 0
    person.first_trigger_day = NEVER
    person.therapy_at_trigger = 0
    person.relief_day = NEVER
    person.first_course_day = NEVER
    person.n_assessed = 0


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
    # Most events do not read the strategy, and handing it on costs as much as applying them.
    if event in (CARE, DOSE, THERAPY_START, TOXICITY_DELAY_END):
        apply_care_event(person, event, cancer, world, care)
    else:
        apply_disease_event(person, event, cancer, world)
    person.fingerprint = mix(person.fingerprint, person.event, person.event_level + 1, day)


@compiled
def apply_care_event(
    person: Record, event: int, cancer: Record, world: Record, care: Record
) -> None:
    """Let an event happen that reads the strategy: of care, or of a dose that it may withhold."""
    if event == CARE:
        advance_episode(person, cancer, world, care)
        if person.alive == 0:
            die(person, world, DIED_OF_PROCEDURE)
    elif event == DOSE:
        dose_due(person, cancer, world, care)
    elif event == THERAPY_START:
        start_line(person, cancer, world, care)
    elif event == TOXICITY_DELAY_END:
        resume_after_toxicity(person, cancer, world, care)


@compiled
def apply_disease_event(person: Record, event: int, cancer: Record, world: Record) -> None:
    """Let an event happen that no strategy has a say in."""
    if event == INCURABLE:
        person.clock[INCURABLE] = NEVER
        become_incurable(person, cancer, world)
        offer_therapy(person, cancer, world)
        schedule_back_pain(person, world)
    elif event == DISSEMINATION:
        person.clock[DISSEMINATION] = NEVER
        disseminate(person, cancer, world)
        start_outside_seeding(person, world)
    elif event == SKELETAL_SEEDING:
        person.clock[SKELETAL_SEEDING] = NEVER
        seed_skeleton(person, world)
        update_cancer_death(person, cancer, world)
    elif event == SPINAL_SEEDING:
        seed_spine(person, cancer, world)
    elif event == LEVEL_SEEDING:
        seed_level(person, cancer, world)
    elif event == OUTSIDE_SEEDING:
        seed_outside(person, cancer, world)
    elif event == LESION:
        apply_lesion_event(person, cancer, world)
    elif event == ANALGESIA:
        change_analgesia(person, world)
    elif event == BONE_AGENT:
        start_bone_agent(person, world)
    elif event == ASSESSMENT:
        assess(person, world)
    elif event == STAGING:
        stage_skeleton(person, world)
    elif event == SURVEILLANCE:
        survey(person, world)
    elif event in (OSTEOPOROTIC_COLLAPSE, OTHER_BACK_PAIN):
        have_back_pain(person, world)
    elif event == CORD_DIAGNOSIS:
        image(person, world, diagnose_cord_compression(person), SPINE_IMAGED, FOR_CORD)
        update_cancer_death(person, cancer, world)
    elif event == SKELETAL_DETECTION:
        detect_skeleton(person, world)
        offer_therapy_again(person, cancer, world)
        update_cancer_death(person, cancer, world)
    elif event == SPINAL_DETECTION:
        detect_spine(person)
        person.gap_at_detection = 1 if has_gap(person) else 0
    elif event == RECORDING:
        person.clock[RECORDING] = NEVER
        person.skeletal_recorded_day = person.now
    elif event == THERAPY_LINE_END:
        end_line(person, cancer, world)
    elif event == TOXICITY_DELAY:
        delay_for_toxicity(person, world)
    elif event == DEATH_CANCER:
        die(person, world, DIED_OF_CANCER)
    elif event == DEATH_OTHER:
        die(person, world, DIED_OF_OTHER)


@compiled
def apply_lesion_event(person: Record, cancer: Record, world: Record) -> None:
    """Let the next event of a lesion happen; `person.event` becomes its own code."""
    lesion = person.lesion_next
    event = next_lesion_event(person)
    person.event = N_CLOCKS + event
    person.event_level = person.lesion_level[lesion]
    if event == EPIDURAL:
        extend_into_canal(person, cancer, world, lesion)
    elif event == DEFICIT:
        lose_function(person, world, lesion)
        update_cancer_death(person, cancer, world)
    elif event == COLLAPSE:
        collapse(person, world, lesion)
        update_cancer_death(person, cancer, world)
    elif event == INSTABILITY:
        destabilize(person, world, lesion)
    elif event == SETTLING:
        settle(person, world, lesion)
    elif event == PAIN:
        raise_pain(person, cancer, world, lesion)
    elif event == RELIEF:
        relieve(person, world, lesion)
    elif event == MECHANICAL_RELIEF:
        stabilize(person, world, lesion)
    elif event == FLARE_OVER:
        end_flare(person, world, lesion)
    elif event == RELAPSE:
        relapse(person, cancer, world, lesion)
    elif event == WORK_UP:
        image(person, world, lesion, SPINE_IMAGED, FOR_PAIN + lesion)
    refresh_lesion(person, lesion)


@compiled
def die(person: Record, world: Record, cause: int) -> None:
    """End the life, and the sums over time with it."""
    add_up_symptoms(person, world)
    add_up_therapy(person)
    if person.pause_open == 1:
        never_resume(person, STOPPED_BY_DEATH)
    person.alive = 0
    person.death_day = person.now
    person.death_cause = cause


@compiled
def look_at_care(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Look, after an event, at what bone agents and palliative care make of it."""
    if care.bone_agents == 1:
        consider_bone_agent(person, cancer, world)
    consider_care(person, cancer, world, care)


@compiled
def strategies_may_differ(person: Record, limits: Record) -> bool:
    """Say whether a strategy might have acted by now on what the person has."""
    if limits.from_diagnosis == 1:
        return True
    found = person.skeletal_detected_day <= person.now or person.spinal_detected_day <= person.now
    if limits.from_detection == 1 and found:
        return True
    if person.spinal_detected_day > person.now:
        return False
    return (
        person.cord_compression_day <= person.now
        or (person.pain >= limits.pain_threshold and person.analgesia >= limits.analgesia_step)
        or (person.n_fractures > 0 and person.pain >= limits.fracture_pain)
    )


@compiled
def live(
    person: Record, cancer: Record, world: Record, care: Record, limits: Record, shared: bool
) -> None:
    """Live a started life on under one strategy: to its end, or as long as it is everybody's.

    One loop serves both, so that applying an event is compiled into it once.

    Parameters
    ----------
    person, cancer, world : records of `PERSON`, `CANCER`, `WORLD`
    care : record of `POLICY`
        The strategy; any of them while the past is shared.
    limits : record of `LIMITS`
    shared : bool
        Whether to stop where the strategies compared may begin to differ.
    """
    while person.alive:
        if shared and strategies_may_differ(person, limits):
            return
        day, event = next_event(person)
        apply_event(person, day, event, cancer, world, care)
        if limits.bone_agents == 1 or (not shared and care.bone_agents == 1):
            consider_bone_agent(person, cancer, world)
        if not shared:
            consider_care(person, cancer, world, care)
