"""The clocks of one lesion, and the next event of any lesion of a person.

They work like a person's clocks; the person has one clock for the next event of all lesions. A
lesion that was there before the diagnosis lives on day 0 what it has behind it: an event that was
due earlier happens today, and what follows from it counts from the day it was due.
"""

from __future__ import annotations

from sim.evidence.instruments import SINS_BODY_OVER_HALF, SINS_BODY_SHARE
from sim.evidence.vocabulary import Compartment
from sim.life.compiled import Record, compiled
from sim.life.events import FIRST_LESION_EVENT, N_LESION_EVENTS, N_LESION_HAZARDS, Event
from sim.life.hazards import NEVER, constant_time, ramp_cumulative, ramp_hazard, ramp_time

COLLAPSES = (Event.VERTEBRAL_FRACTURE, Event.SILENT_COLLAPSE)
"""Events in which the body of a vertebra gives way, with pain and without."""


_HALF = N_LESION_EVENTS // 2


@compiled
def slot(event: int) -> int:
    """Where an event of a lesion stands in the lesion's own arrays."""
    return event - FIRST_LESION_EVENT


@compiled
def lesion_clock_day(lesion: Record, event: int) -> float:
    """The day on which a clock of a lesion fires."""
    return lesion.clock[slot(event)]


@compiled
def own_day(person: Record, lesion: Record) -> float:
    """Today, or the day on which the event that a lesion lives now was due, before diagnosis."""
    return person.now - lesion.behind_days


@compiled
def stop_lesion_clock(lesion: Record, event: int) -> None:
    """Let a clock of a lesion never fire, unless it is set again."""
    lesion.clock[slot(event)] = NEVER
    if slot(event) < N_LESION_HAZARDS:
        lesion.rate[slot(event)] = 0.0


@compiled
def set_lesion_clock(person: Record, lesion: Record, event: int, day: float) -> None:
    """Let the clock of a lesion fire on a day, or now if that has passed."""
    lesion.clock[slot(event)] = max(day, own_day(person, lesion))


@compiled
def start_lesion_clock(
    person: Record, lesion: Record, event: int, budget: float, rate_per_day: float
) -> None:
    """Start a clock of a lesion now, at a constant hazard per day; a hazard of 0 never fires."""
    since = person.now - lesion.behind_days
    lesion.budget[slot(event)] = budget
    lesion.rate[slot(event)] = rate_per_day
    lesion.anchor[slot(event)] = since
    lesion.clock[slot(event)] = since + constant_time(budget, rate_per_day)


@compiled
def change_lesion_rate(person: Record, lesion: Record, event: int, rate_per_day: float) -> None:
    """Give a running clock of a lesion a new hazard from now on; an equal one changes no bit."""
    rate = lesion.rate[slot(event)]
    if rate_per_day != rate:
        elapsed_days = person.now - lesion.behind_days - lesion.anchor[slot(event)]
        left = lesion.budget[slot(event)] - elapsed_days * rate
        start_lesion_clock(person, lesion, event, max(left, 0.0), rate_per_day)


@compiled
def grown_days(person: Record, lesion: Record) -> float:
    """Days that a lesion has grown, at the speed of an untreated one."""
    if person.growing == 0:
        return lesion.grown_days
    return lesion.grown_days + (person.now - lesion.behind_days - lesion.growth_day)


@compiled
def start_ramp(
    person: Record, lesion: Record, event: int, budget: float, rate_per_day: float
) -> None:
    """Start a clock whose hazard rises while the lesion grows; it runs from the seeding."""
    spent = ramp_cumulative(grown_days(person, lesion), rate_per_day, lesion.fill_days)
    wind_ramp(person, lesion, event, budget - spent, rate_per_day)


@compiled
def wind_ramp(person: Record, lesion: Record, event: int, left: float, rate_per_day: float) -> None:
    """Wind a rising clock with what is left of its budget; the hazard stands still with growth."""
    lesion.budget[slot(event)] = left
    lesion.rate[slot(event)] = rate_per_day
    since = person.now - lesion.behind_days
    lesion.anchor[slot(event)] = since
    grown = grown_days(person, lesion)
    fill_days = lesion.fill_days
    if left <= 0.0:
        wait_days = 0.0
    elif person.growing == 0:
        wait_days = constant_time(left, ramp_hazard(grown, rate_per_day, fill_days))
    else:
        spent = ramp_cumulative(grown, rate_per_day, fill_days)
        wait_days = ramp_time(spent + left, rate_per_day, fill_days) - grown
    lesion.clock[slot(event)] = since + max(wait_days, 0.0)


@compiled
def ramp_left(person: Record, lesion: Record, event: int) -> float:
    """What is left of the budget of a rising clock: growth was the same since its anchor."""
    rate = lesion.rate[slot(event)]
    elapsed_days = person.now - lesion.behind_days - lesion.anchor[slot(event)]
    grown = grown_days(person, lesion)
    if person.growing == 0:
        spent = ramp_hazard(grown, rate, lesion.fill_days) * elapsed_days
    else:
        before = ramp_cumulative(grown - elapsed_days, rate, lesion.fill_days)
        spent = ramp_cumulative(grown, rate, lesion.fill_days) - before
    return max(lesion.budget[slot(event)] - spent, 0.0)


@compiled
def change_ramp(person: Record, lesion: Record, event: int, factor: float) -> None:
    """Multiply the hazard of a rising clock from now on; a factor of 1 changes no bit."""
    rate = lesion.rate[slot(event)]
    if factor == 1.0 or rate == 0.0:
        return
    wind_ramp(person, lesion, event, ramp_left(person, lesion, event), rate * factor)


@compiled
def is_ramp(lesion: Record, event: int) -> bool:
    """Say whether a clock of a lesion runs and rises while the lesion grows."""
    if lesion.rate[slot(event)] == 0.0:
        return False
    if event == Event.EPIDURAL_EXTENSION:
        return bool(lesion.epidural_grade == first_epidural_grade(lesion))
    return bool(event in COLLAPSES or event in (Event.INSTABILITY, Event.ROOT_REACHED))


@compiled
def first_epidural_grade(lesion: Record) -> int:
    """Bilsky grade at which a lesion begins: 0 in a vertebra, 1 in the canal."""
    return 0 if lesion.compartment == Compartment.EXTRADURAL_VERTEBRAL else 1


@compiled
def settle_growth(person: Record, lesion: Record, shrinks_by: float) -> None:
    """Write down what a lesion has grown, less what it shrinks by, before its growth changes."""
    for event in range(FIRST_LESION_EVENT, FIRST_LESION_EVENT + N_LESION_HAZARDS):
        if is_ramp(lesion, event):
            lesion.budget[slot(event)] = ramp_left(person, lesion, event)
            lesion.anchor[slot(event)] = person.now - lesion.behind_days
    lesion.grown_days = grown_days(person, lesion) * (1.0 - shrinks_by)
    lesion.growth_day = person.now - lesion.behind_days


@compiled
def wind_ramps(person: Record, lesion: Record) -> None:
    """Wind the rising clocks of a lesion again, after its growth changed."""
    for event in range(FIRST_LESION_EVENT, FIRST_LESION_EVENT + N_LESION_HAZARDS):
        if is_ramp(lesion, event):
            left = lesion.budget[slot(event)]
            wind_ramp(person, lesion, event, left, lesion.rate[slot(event)])


@compiled
def live_less(lesion: Record, days: float) -> None:
    """Move all that a lesion has lived, and what its hazards still hold, to later by some days."""
    lesion.seeded_day += days
    lesion.growth_day += days
    lesion.behind_days -= days
    lesion.pain_day += days
    for hazard in range(N_LESION_HAZARDS):
        lesion.anchor[hazard] += days
        lesion.clock[hazard] += days


@compiled
def refresh_lesion(person: Record, lesion: Record) -> None:
    """Find a lesion's next event, and the next of all lesions, after the lesion's clocks moved."""
    clock = lesion.clock
    day = clock[0]
    later = clock[_HALF]
    # Two chains of comparisons, which do not wait for each other.
    for event in range(1, _HALF):
        day = clock[event] if clock[event] < day else day
        following = clock[_HALF + event]
        later = following if following < later else later
    if N_LESION_EVENTS % 2 == 1:
        day = min(day, clock[N_LESION_EVENTS - 1])
    day = min(day, later)
    lesion.next_day = day
    if day >= person.now:
        lesion.behind_days = 0.0
    place = person.lesion_next
    if lesion.place != place:
        # Where another lesion comes next, this one alone can be before it.
        if day < person.lesions[place].next_day:
            place = lesion.place
    else:
        for i in range(person.n_lesions):
            other = person.lesion_at[i]
            if person.lesions[other].next_day < person.lesions[place].next_day:
                place = other
    person.lesion_next = place
    person.clock[Event.LESION] = max(person.lesions[place].next_day, person.now)


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
    taken = grown_days(person, lesion) / lesion.fill_days
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
