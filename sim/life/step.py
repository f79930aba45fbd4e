"""A life, one event at a time: start it, find the next event, apply it.

Both engines drive these functions and nothing else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import Record, compiled
from sim.hazards import NEVER
from sim.life.cancer import (
    become_incurable,
    disseminate,
    schedule_incurable,
    schedule_marrow_path,
    update_cancer_death,
)
from sim.life.clocks import next_event
from sim.life.detection import (
    detect_skeleton,
    detect_spine,
    stage_skeleton,
    survey,
    work_up_symptom,
)
from sim.life.events import (
    DEATH_CANCER,
    DEATH_OTHER,
    DISSEMINATION,
    INCURABLE,
    LEVEL_SEEDING,
    N_EVENTS,
    RECORDING,
    SKELETAL_DETECTION,
    SKELETAL_SEEDING,
    SPINAL_DETECTION,
    SPINAL_SEEDING,
    STAGING,
    SURVEILLANCE,
    SYMPTOM,
)
from sim.life.mortality import schedule_other_death
from sim.life.spine import has_gap, seed_level, seed_skeleton, seed_spine
from sim.randomness import ENTRY_CELL, mix, uniform_pair
from sim.vocabulary import ALIVE, DIED_OF_CANCER, DIED_OF_OTHER


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
    for event in range(N_EVENTS):
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
    person.n_surveys = 0
    person.skeletal_detected_day = NEVER
    person.skeletal_recorded_day = NEVER
    person.spinal_detected_day = NEVER
    person.n_levels_at_detection = 0
    person.gap_at_detection = 0
    person.alive = 1
    person.death_day = NEVER
    person.death_cause = ALIVE
    schedule_other_death(person, cancer, world)
    schedule_incurable(person, cancer)
    if cancer.marrow:
        schedule_marrow_path(person, cancer)


@compiled
def apply_event(person: Record, day: float, event: int, cancer: Record, world: Record) -> None:
    """Let one event happen: move the person to its day and change what it changes.

    Parameters
    ----------
    person, cancer, world : records of `PERSON`, `CANCER`, `WORLD`
    day : float
        Day of the event, as `next_event` gave it.
    event : int
        Code of the event.
    """
    person.now = day
    person.event = event
    person.event_level = -1
    if event == INCURABLE:
        person.clock[INCURABLE] = NEVER
        become_incurable(person, cancer, world)
    elif event == DISSEMINATION:
        person.clock[DISSEMINATION] = NEVER
        disseminate(person, cancer, world)
    elif event == SKELETAL_SEEDING:
        person.clock[SKELETAL_SEEDING] = NEVER
        seed_skeleton(person, world)
        update_cancer_death(person, cancer, world)
    elif event == SPINAL_SEEDING:
        person.clock[SPINAL_SEEDING] = NEVER
        seed_spine(person, world)
    elif event == LEVEL_SEEDING:
        seed_level(person, world)
    elif event == STAGING:
        stage_skeleton(person, world)
    elif event == SURVEILLANCE:
        survey(person, world)
    elif event == SYMPTOM:
        work_up_symptom(person, world)
    elif event == SKELETAL_DETECTION:
        detect_skeleton(person, world)
        update_cancer_death(person, cancer, world)
    elif event == SPINAL_DETECTION:
        detect_spine(person)
        person.gap_at_detection = 1 if has_gap(person) else 0
    elif event == RECORDING:
        person.clock[RECORDING] = NEVER
        person.skeletal_recorded_day = day
    elif event == DEATH_CANCER:
        die(person, DIED_OF_CANCER)
    elif event == DEATH_OTHER:
        die(person, DIED_OF_OTHER)
    person.fingerprint = mix(person.fingerprint, event, person.event_level + 1, day)


@compiled
def die(person: Record, cause: int) -> None:
    """End the life."""
    person.alive = 0
    person.death_day = person.now
    person.death_cause = cause


@compiled
def live(person: Record, cancer: Record, world: Record) -> None:
    """Live a started life to its end."""
    while person.alive:
        day, event = next_event(person)
        apply_event(person, day, event, cancer, world)
