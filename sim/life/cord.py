"""The canal and the cord: epidural extension by Bilsky grade, and Frankel grades lost over time."""

from __future__ import annotations

from sim.evidence.instruments import COMPLETE_LOSS, CORD_CONTACT, WORST_GRADE
from sim.evidence.vocabulary import REGION_OF_LEVEL
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import change_lesion_rate, start_lesion_clock, stop_lesion_clock
from sim.life.luck import budget, uniform
from sim.life.pain import raise_pain, update_symptoms
from sim.life.records import FIRST_BONE, NO_LESION


@compiled
def epidural_rate(person: Record, cancer: Record, world: Record, lesion: Record) -> float:
    """Hazard per day of the next Bilsky grade, by the grade and the region of the spine."""
    rate = world.epidural_rate_per_day[lesion.epidural_grade]
    region_ratio = world.region_ratio[REGION_OF_LEVEL[lesion.level]]
    tempo = cancer.epidural_tempo * person.lesion_frailty
    return rate * region_ratio * tempo * lesion.tumor_ratio * person.systemic_ratio


@compiled
def deficit_rate(world: Record, lesion: Record) -> float:
    """Hazard per day of losing a Frankel grade; 0 where the cord is not in contact."""
    if lesion.epidural_grade < CORD_CONTACT:
        return 0.0
    return world.deficit_rate_per_day[lesion.epidural_grade - CORD_CONTACT] * lesion.deficit_ratio


@compiled
def extend_into_canal(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Go up one Bilsky grade; contact with the cord may hurt, and starts the loss of function."""
    lesion.epidural_grade += 1
    grade = lesion.epidural_grade
    if grade < WORST_GRADE:
        wait = budget(person, Luck.EPIDURAL, lesion.place, grade)
        rate = epidural_rate(person, cancer, world, lesion)
        start_lesion_clock(person, lesion, Event.EPIDURAL_EXTENSION, wait, rate)
    else:
        stop_lesion_clock(lesion, Event.EPIDURAL_EXTENSION)
    if grade < CORD_CONTACT:
        return
    rate = deficit_rate(world, lesion)
    if grade == CORD_CONTACT:
        wait = budget(person, Luck.DEFICIT, lesion.place, 0)
        start_lesion_clock(person, lesion, Event.NEUROLOGIC_DEFICIT, wait, rate)
        if (
            lesion.biological_pain == 0.0
            and uniform(person, Luck.EPIDURAL_PAIN, lesion.place, 0) < world.epidural_pain_share
        ):
            stop_lesion_clock(lesion, Event.PAIN_ONSET_OR_ESCALATION)
            raise_pain(person, cancer, world, lesion)
    elif lesion.frankel < COMPLETE_LOSS:
        change_lesion_rate(person, lesion, Event.NEUROLOGIC_DEFICIT, rate)


@compiled
def lose_function(person: Record, world: Record, lesion: Record) -> None:
    """Lose one Frankel grade: numbness and weakness first, in the end paralysis."""
    lesion.frankel += 1
    if lesion.frankel < COMPLETE_LOSS:
        wait = budget(person, Luck.DEFICIT, lesion.place, lesion.frankel)
        rate = deficit_rate(world, lesion)
        start_lesion_clock(person, lesion, Event.NEUROLOGIC_DEFICIT, wait, rate)
    else:
        stop_lesion_clock(lesion, Event.NEUROLOGIC_DEFICIT)
    if person.first_deficit_day == NEVER:
        person.first_deficit_day = person.now
        wait_days = world.cord_diagnosis_mean_days * budget(person, Luck.CORD_DIAGNOSIS, 0, 0)
        person.clock[Event.CORD_COMPRESSION_DIAGNOSED] = person.now + wait_days
    update_symptoms(person, world)


@compiled
def worst_cord_lesion(person: Record) -> int:
    """Place of the lesion that has cost the most function."""
    worst = NO_LESION
    for i in range(person.n_lesions):
        place = person.lesion_at[i]
        if place < FIRST_BONE and (
            worst == NO_LESION or person.lesions[place].frankel > person.lesions[worst].frankel
        ):
            worst = place
    return worst


@compiled
def diagnose_cord_compression(person: Record) -> int:
    """Diagnose cord compression, and give back the place of the lesion that causes it."""
    person.clock[Event.CORD_COMPRESSION_DIAGNOSED] = NEVER
    person.cord_compression_day = person.now
    person.cord_compression_frankel = person.frankel
    person.cord_compression_painful = 1 if person.pain_onset_day <= person.now else 0
    place = worst_cord_lesion(person)
    person.cord_compression_region = REGION_OF_LEVEL[person.lesions[place].level]
    return place
