"""Sums over time of pain, opioids and lost function, and a memory of the last changes of pain.

Pain changes only at events, so that the days at 4 or more, at 7 or more and the area under the
curve are exact sums of intervals. The same goes for the last month of life, which is summed
backwards at death.
"""

from __future__ import annotations

import math

import numpy as np

from sim.evidence.instruments import WALKS_WITH_HELP
from sim.evidence.vocabulary import DAYS_PER_MONTH, DAYS_PER_YEAR, MID_YEAR
from sim.life.compiled import Record, compiled
from sim.life.rating import OPIOID_STEP
from sim.life.walking import cannot_walk
from sim.life.worth import add_up_worth

MID_YEARS = 64
"""Years from that of the diagnosis on in which 1 July is looked at: as many as bits of a number."""
_ONE = np.uint64(1)


@compiled
def add_up_symptoms(person: Record, world: Record) -> None:
    """Add the time since the last change to the sums of pain, opioids, walking and numbness."""
    since = person.symptoms_since
    days = person.now - since
    if days <= 0.0:
        return
    person.symptoms_since = person.now
    add_up_worth(person, world)
    if person.pain > 0.0 or person.n_pain_changes > 0:
        remember_pain(person, since)
    add_symptoms(person, person, world, days)
    if person.bone_pain >= world.moderate_pain:
        person.bone_pain_days += days
        person.any_pain_days += days
    elif person.pain >= world.moderate_pain:
        person.any_pain_days += days
    if person.pain >= world.severe_pain:
        mark_mid_years(person, since)
    person.morphine_mg += world.morphine_mg_per_day[person.analgesia] * days
    if person.strength == WALKS_WITH_HELP and not cannot_walk(person):
        person.with_help_days += days
    if person.numb > 0:
        person.numb_days += days


@compiled
def add_symptoms(person: Record, sums: Record, world: Record, days: float) -> None:
    """Add days with the symptoms as they are to sums: the person's own, or a snapshot of them."""
    sums.pain_area += person.pain * days
    if person.pain >= world.moderate_pain:
        sums.pain_days += days
        if person.pain_at_rest >= world.moderate_pain:
            sums.pain_at_rest_days += days
    if person.pain >= world.severe_pain:
        sums.severe_pain_days += days
    if person.analgesia >= OPIOID_STEP:
        sums.opioid_days += days
    if cannot_walk(person):
        sums.not_walking_days += days


@compiled
def remember_pain(person: Record, since: float) -> None:
    """Keep the pain since a day if it is another than before; the oldest change is forgotten."""
    size = person.past_pain.size
    last = person.n_pain_changes % size
    if person.n_pain_changes > 0 and person.past_pain[last] == person.pain:
        return
    person.n_pain_changes += 1
    last = person.n_pain_changes % size
    person.past_pain[last] = person.pain
    person.past_pain_since[last] = since


@compiled
def mark_mid_years(person: Record, since: float) -> None:
    """Mark every 1 July from a day until now, as a bit of the years since that of diagnosis."""
    diagnosed = person.diagnosis_year - math.floor(person.diagnosis_year) - MID_YEAR
    year = max(math.ceil(diagnosed + since / DAYS_PER_YEAR), 0)
    until = diagnosed + person.now / DAYS_PER_YEAR
    while year < until and year < MID_YEARS:
        person.severe_mid_years |= _ONE << np.uint64(year)
        year += 1


@compiled
def look_back(person: Record, world: Record) -> None:
    """Sum up the last month of life, from the latest change of pain backwards.

    Should more changes fall in it than are remembered, it is judged by those.
    """
    start = max(person.now - DAYS_PER_MONTH, 0.0)
    until = person.now
    area = 0.0
    change = person.n_pain_changes
    forgotten = change - person.past_pain.size
    while until > start and change > max(forgotten, 0):
        place = change % person.past_pain.size
        since = max(person.past_pain_since[place], start)
        area += person.past_pain[place] * (until - since)
        if person.past_pain[place] >= world.severe_pain:
            person.last_month_severe_days += until - since
        until = since
        change -= 1
    if forgotten <= 0:
        until = start
    if person.now > until:
        person.last_month_pain = area / (person.now - until)
