"""The clocks of one lesion, and the next event of any lesion of a person.

They work like a person's clocks; the person has one clock for the next event of all lesions.
"""

from __future__ import annotations

from sim.evidence.instruments import SINS_BODY_OVER_HALF, SINS_BODY_SHARE
from sim.evidence.vocabulary import Compartment
from sim.life.compiled import Record, compiled
from sim.life.events import FIRST_LESION_EVENT, N_LESION_EVENTS, Event
from sim.life.hazards import NEVER, constant_time, ramp_cumulative, ramp_time


@compiled
def slot(event: int) -> int:
    """Where an event of a lesion stands in the lesion's own arrays."""
    return event - FIRST_LESION_EVENT


@compiled
def lesion_clock_day(lesion: Record, event: int) -> float:
    """The day on which a clock of a lesion fires."""
    return lesion.clock[slot(event)]


@compiled
def stop_lesion_clock(lesion: Record, event: int) -> None:
    """Let a clock of a lesion never fire, unless it is set again."""
    lesion.clock[slot(event)] = NEVER


@compiled
def set_lesion_clock(person: Record, lesion: Record, event: int, day: float) -> None:
    """Let the clock of a lesion fire on a day, or now if that has passed."""
    lesion.clock[slot(event)] = max(day, person.now)


@compiled
def start_lesion_clock(
    person: Record, lesion: Record, event: int, budget: float, rate_per_day: float
) -> None:
    """Start a clock of a lesion now, at a constant hazard per day; a hazard of 0 never fires."""
    lesion.budget[slot(event)] = budget
    lesion.rate[slot(event)] = rate_per_day
    lesion.anchor[slot(event)] = person.now
    lesion.clock[slot(event)] = person.now + constant_time(budget, rate_per_day)


@compiled
def change_lesion_rate(person: Record, lesion: Record, event: int, rate_per_day: float) -> None:
    """Give a running clock of a lesion a new hazard from now on; an equal one changes no bit."""
    rate = lesion.rate[slot(event)]
    if rate_per_day != rate:
        left = lesion.budget[slot(event)] - (person.now - lesion.anchor[slot(event)]) * rate
        start_lesion_clock(person, lesion, event, max(left, 0.0), rate_per_day)


@compiled
def start_ramp(
    person: Record, lesion: Record, event: int, budget: float, rate_per_day: float
) -> None:
    """Start a clock that rises while the lesion grows; it runs from the seeding."""
    lesion.budget[slot(event)] = budget
    lesion.rate[slot(event)] = rate_per_day
    day = lesion.seeded_day + ramp_time(budget, rate_per_day, lesion.fill_days)
    set_lesion_clock(person, lesion, event, day)


@compiled
def change_ramp(person: Record, lesion: Record, event: int, factor: float) -> None:
    """Multiply the hazard of a rising clock from now on; a factor of 1 changes no bit.

    The clock rises while the lesion grows. Its budget is kept as if the hazard had always been the
    one it began with, so that what is left is divided by the factor.
    """
    if factor == 1.0 or lesion.clock[slot(event)] == NEVER:
        return
    rate = lesion.rate[slot(event)]
    spent = ramp_cumulative(person.now - lesion.seeded_day, rate, lesion.fill_days)
    left = max(lesion.budget[slot(event)] - spent, 0.0)
    start_ramp(person, lesion, event, spent + left / factor, rate)


@compiled
def refresh_lesion(person: Record, lesion: Record) -> None:
    """Find a lesion's next event, and the next of all lesions, after the lesion's clocks moved."""
    clock = lesion.clock
    day = clock[0]
    for event in range(1, N_LESION_EVENTS):
        day = min(day, clock[event])
    lesion.next_day = day
    following = person.lesion_at[0]
    for i in range(1, person.n_lesions):
        other = person.lesion_at[i]
        if person.lesions[other].next_day < person.lesions[following].next_day:
            following = other
    person.lesion_next = following
    person.clock[Event.LESION] = person.lesions[following].next_day


@compiled
def next_lesion_event(lesion: Record) -> int:
    """The code of the event of a lesion that comes next; of simultaneous ones the first."""
    clock = lesion.clock
    following = 0
    for event in range(1, N_LESION_EVENTS):
        if clock[event] < clock[following]:
            following = event
    return FIRST_LESION_EVENT + following


@compiled
def look_again(person: Record, lesion: Record) -> None:
    """Let a lesion that gets worse be looked at again, if analgesia alone had been decided."""
    if lesion.declines > 0:
        lesion.declines = 0
        lesion.quiet_until = person.now


@compiled
def score_intact_body(person: Record, lesion: Record) -> None:
    """Give a vertebra that has not collapsed its point if more than half of its body is taken.

    The lesion grows evenly until the vertebra is full.
    """
    vertebral = lesion.compartment == Compartment.EXTRADURAL_VERTEBRAL
    taken = (person.now - lesion.seeded_day) / lesion.fill_days
    if vertebral and lesion.collapse_points == 0 and taken > SINS_BODY_SHARE:
        lesion.collapse_points = SINS_BODY_OVER_HALF


@compiled
def instability_score(lesion: Record) -> int:
    """SINS of a lesion, 0-18: the sum of its six stored components."""
    return (
        lesion.location_points
        + lesion.pain_points
        + lesion.type_points
        + lesion.alignment_points
        + lesion.collapse_points
        + lesion.posterolateral_points
    )
