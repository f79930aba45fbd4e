"""A lesion begins: what is the same wherever in the skeleton or the spine it sits."""

from __future__ import annotations

from sim.evidence.elementary import exp
from sim.evidence.vocabulary import LesionType
from sim.life.compiled import Record, compiled
from sim.life.events import N_LESION_HAZARDS, Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import slot, start_lesion_clock
from sim.life.luck import exponential, normal, uniform_pair
from sim.life.pain import lesion_tempo, pain_rate
from sim.life.records import N_LESIONS, clear_lesion


@compiled
def begin_lesion(
    person: Record,
    cancer: Record,
    world: Record,
    place: int,
    level: int,
    compartment: int,
    day: float,
) -> float:
    """Begin a lesion: its type, its growth and the clock of its pain, from the day it was seeded.

    The caller sets the clocks of what it does to the bone and the canal, and refreshes it.

    Returns
    -------
    float
        A uniform number that was drawn with the type: by it, a vertebra's sides are picked.
    """
    if person.n_lesions == 0:
        for i in range(N_LESIONS):
            person.lesions[i].seeded_day = NEVER
        person.lesion_next = place
    person.lesion_at[person.n_lesions] = place
    person.n_lesions += 1
    person.event_level = level
    person.event_place = place
    lesion = person.lesions[place]
    clear_lesion(lesion)
    lesion.place = place
    lesion.seeded_day = day
    lesion.behind_days = person.now - day
    lesion.compartment = compartment
    lesion.level = level
    lesion.epidural_grade = 0
    for event in range(N_LESION_HAZARDS):
        lesion.anchor[event] = day
    onset, work_up = uniform_pair(person, Luck.PAIN, lesion.place, 0)
    lesion.budget[slot(Event.PAIN_WORKED_UP)] = exponential(work_up)
    kind, side = uniform_pair(person, Luck.LESION_TYPE, lesion.place, 0)
    lesion.type = LesionType.BLASTIC
    if kind < cancer.lytic_share:
        lesion.type = LesionType.LYTIC
    elif kind < cancer.lytic_share + cancer.mixed_share:
        lesion.type = LesionType.MIXED
    growth = exp(world.fill_sd_log * normal(person, Luck.LESION_GROWTH, lesion.place, 0))
    lesion.fill_days = world.fill_median_days * growth / lesion_tempo(person, cancer)
    lesion.grown_days = 0.0
    lesion.growth_day = day
    rate = pain_rate(person, cancer, world, lesion)
    start_lesion_clock(person, lesion, Event.PAIN_ONSET_OR_ESCALATION, exponential(onset), rate)
    return side
