"""The canal and the cord: epidural extension by Bilsky grade, and Frankel grades lost over time."""

from __future__ import annotations

from sim.evidence.instruments import COMPLETE_LOSS, CORD_CONTACT, WORST_GRADE
from sim.evidence.vocabulary import REGION_OF_LEVEL
from sim.life.compiled import Record, compiled
from sim.life.events import CORD_DIAGNOSIS, DEFICIT, EPIDURAL, PAIN
from sim.life.hazards import NEVER
from sim.life.lesion import change_lesion_rate, start_lesion_clock
from sim.life.luck import CORD_DIAGNOSIS as CORD_DIAGNOSIS_LUCK
from sim.life.luck import DEFICIT as DEFICIT_LUCK
from sim.life.luck import EPIDURAL as EPIDURAL_LUCK
from sim.life.luck import EPIDURAL_PAIN, budget, uniform
from sim.life.pain import raise_pain, update_symptoms


@compiled
def epidural_rate(person: Record, cancer: Record, world: Record, lesion: int) -> float:
    """Hazard per day of the next Bilsky grade, by the grade and the region of the spine."""
    region = REGION_OF_LEVEL[person.lesion_level[lesion]]
    rate = world.epidural_rate_per_day[person.lesion_epidural_grade[lesion]]
    ratio = person.lesion_tumor_ratio[lesion]
    return rate * world.region_ratio[region] * cancer.epidural_tempo * ratio


@compiled
def deficit_rate(person: Record, world: Record, lesion: int) -> float:
    """Hazard per day of losing a Frankel grade; 0 where the cord is not in contact."""
    grade = person.lesion_epidural_grade[lesion]
    if grade < CORD_CONTACT:
        return 0.0
    rate = world.deficit_rate_per_day[grade - CORD_CONTACT]
    return rate * person.lesion_deficit_ratio[lesion]


@compiled
def extend_into_canal(person: Record, cancer: Record, world: Record, lesion: int) -> None:
    """Go up one Bilsky grade; contact with the cord may hurt, and starts the loss of function."""
    person.lesion_epidural_grade[lesion] += 1
    grade = person.lesion_epidural_grade[lesion]
    if grade < WORST_GRADE:
        start_lesion_clock(
            person,
            lesion,
            EPIDURAL,
            budget(person, EPIDURAL_LUCK, lesion, grade),
            epidural_rate(person, cancer, world, lesion),
        )
    else:
        person.lesion_clock[lesion, EPIDURAL] = NEVER
    if grade < CORD_CONTACT:
        return
    rate = deficit_rate(person, world, lesion)
    if grade == CORD_CONTACT:
        start_lesion_clock(person, lesion, DEFICIT, budget(person, DEFICIT_LUCK, lesion, 0), rate)
        if (
            person.lesion_biological_pain[lesion] == 0.0
            and uniform(person, EPIDURAL_PAIN, lesion, 0) < world.epidural_pain_share
        ):
            person.lesion_clock[lesion, PAIN] = NEVER
            raise_pain(person, cancer, world, lesion)
    elif person.lesion_frankel[lesion] < COMPLETE_LOSS:
        change_lesion_rate(person, lesion, DEFICIT, rate)


@compiled
def lose_function(person: Record, world: Record, lesion: int) -> None:
    """Lose one Frankel grade: numbness and weakness first, in the end paralysis."""
    person.lesion_frankel[lesion] += 1
    frankel = person.lesion_frankel[lesion]
    if frankel < COMPLETE_LOSS:
        start_lesion_clock(
            person,
            lesion,
            DEFICIT,
            budget(person, DEFICIT_LUCK, lesion, frankel),
            deficit_rate(person, world, lesion),
        )
    else:
        person.lesion_clock[lesion, DEFICIT] = NEVER
    if person.first_deficit_day == NEVER:
        person.first_deficit_day = person.now
        person.clock[CORD_DIAGNOSIS] = person.now + world.cord_diagnosis_mean_days * budget(
            person, CORD_DIAGNOSIS_LUCK, 0, 0
        )
    update_symptoms(person, world)


@compiled
def worst_cord_lesion(person: Record) -> int:
    """The lesion that has cost the most function."""
    worst = person.lesion_at[0]
    for i in range(1, person.n_lesions):
        lesion = person.lesion_at[i]
        if person.lesion_frankel[lesion] > person.lesion_frankel[worst]:
            worst = lesion
    return worst


@compiled
def diagnose_cord_compression(person: Record) -> int:
    """Diagnose cord compression, and give back the lesion that causes it."""
    person.clock[CORD_DIAGNOSIS] = NEVER
    person.cord_compression_day = person.now
    person.cord_compression_frankel = person.frankel
    person.cord_compression_painful = 1 if person.pain_onset_day <= person.now else 0
    lesion = worst_cord_lesion(person)
    person.cord_compression_region = REGION_OF_LEVEL[person.lesion_level[lesion]]
    return lesion
