r"""The clocks of one lesion, and the next event of any lesion of a person.

They work like a person's clocks; the person has one clock for the next event of all lesions. A
lesion that was there before the diagnosis lives on day 0 what it has behind it: an event that was
due earlier happens today, and what follows from it counts from the day it was due.

What a growing lesion does to bone, roots and canal comes at hazards that rise together,
:math:`r_k h(t)`: :math:`h` is the share of the vertebra that is full, and stands still when growth
does. These clocks, the ramps, run in operational time, the exposure :math:`S(t) = \int_0^t h`. In
it, a hazard is the constant :math:`r_k` whatever growth does (a random time change): a ramp with a
budget :math:`B` is due at the exposure :math:`S + B / r_k`. So a change of growth moves no ramp,
and only the first one of a lesion is given a day, :math:`S^{-1}` of the exposure it is due at.
"""

from __future__ import annotations

from sim.evidence.instruments import SINS_BODY_OVER_HALF, SINS_BODY_SHARE
from sim.evidence.vocabulary import Compartment
from sim.life.compiled import Record, compiled
from sim.life.events import (
    FIRST_LESION_EVENT,
    N_LESION_EVENTS,
    N_LESION_HAZARDS,
    N_LESION_RAMPS,
    Event,
)
from sim.life.hazards import NEVER, constant_time, ramp_cumulative, ramp_hazard, ramp_time

WORSE, OTHER_TROUBLE = 1, 2
"""News of a lesion: more of the same pain, or trouble of another kind, of its bone."""


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
    leave_ramp(lesion, event)


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
    leave_ramp(lesion, event)


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
def exposure_now(person: Record, lesion: Record) -> float:
    """The exposure up to now: days since the seeding, each times the share that was full on it."""
    exposure = lesion.exposure_apart + ramp_cumulative(
        grown_days(person, lesion), 1.0, lesion.fill_days
    )
    if person.growing == 0:
        days = own_day(person, lesion) - lesion.growth_day
        exposure += ramp_hazard(lesion.grown_days, 1.0, lesion.fill_days) * days
    return exposure


@compiled
def start_ramp(
    person: Record, lesion: Record, event: int, budget: float, rate_per_day: float
) -> None:
    """Start a clock whose hazard rises while the lesion grows; it runs from the seeding."""
    wind_ramp(
        person, lesion, event, budget - rate_per_day * exposure_now(person, lesion), rate_per_day
    )


@compiled
def wind_ramp(person: Record, lesion: Record, event: int, left: float, rate_per_day: float) -> None:
    """Wind a rising clock with what is left of its budget; the hazard stands still with growth."""
    lesion.budget[slot(event)] = left
    lesion.rate[slot(event)] = rate_per_day
    lesion.clock[slot(event)] = NEVER
    lesion.due[slot(event)] = NEVER
    if rate_per_day > 0.0:
        lesion.due[slot(event)] = exposure_now(person, lesion) + max(left, 0.0) / rate_per_day
    lesion.ramps_moved = 1


@compiled
def ramp_left(person: Record, lesion: Record, event: int) -> float:
    """What is left of the budget of a rising clock."""
    rate = lesion.rate[slot(event)]
    if rate == 0.0:
        return lesion.budget[slot(event)]
    return max((lesion.due[slot(event)] - exposure_now(person, lesion)) * rate, 0.0)


@compiled
def change_ramp_rate(person: Record, lesion: Record, event: int, rate_per_day: float) -> None:
    """Give a rising clock another hazard of a full vertebra; an equal one changes no bit."""
    if rate_per_day != lesion.rate[slot(event)]:
        wind_ramp(person, lesion, event, ramp_left(person, lesion, event), rate_per_day)


@compiled
def change_ramp(person: Record, lesion: Record, event: int, factor: float) -> None:
    """Multiply the hazard of a rising clock from now on; a factor of 1 changes no bit."""
    change_ramp_rate(person, lesion, event, lesion.rate[slot(event)] * factor)


@compiled
def leave_ramp(lesion: Record, event: int) -> None:
    """Let a clock not be a rising one, or none that runs."""
    if slot(event) < N_LESION_RAMPS:
        lesion.due[slot(event)] = NEVER
        lesion.ramps_moved = 1


@compiled
def first_epidural_grade(lesion: Record) -> int:
    """Bilsky grade at which a lesion begins: 0 in a vertebra, 1 in the canal."""
    return 0 if lesion.compartment == Compartment.EXTRADURAL_VERTEBRAL else 1


@compiled
def settle_growth(person: Record, lesion: Record, shrinks_by: float) -> None:
    """Write down what a lesion has grown, less what it shrinks by, before its growth changes."""
    exposure = exposure_now(person, lesion)
    lesion.grown_days = grown_days(person, lesion) * (1.0 - shrinks_by)
    lesion.growth_day = own_day(person, lesion)
    lesion.exposure_apart = exposure - ramp_cumulative(lesion.grown_days, 1.0, lesion.fill_days)
    lesion.ramps_moved = 1


@compiled
def wind_first_ramp(person: Record, lesion: Record) -> None:
    """Find the day of the rising clock that is due first."""
    lesion.ramps_moved = 0
    due = lesion.due[0]
    for event in range(1, N_LESION_RAMPS):
        due = min(due, lesion.due[event])
    grown, fill_days = lesion.grown_days, lesion.fill_days
    left = due - lesion.exposure_apart
    if person.growing == 1:
        wait_days = ramp_time(left, 1.0, fill_days) - grown
    else:
        left -= ramp_cumulative(grown, 1.0, fill_days)
        wait_days = 0.0
        if left > 0.0:
            wait_days = constant_time(left, ramp_hazard(grown, 1.0, fill_days))
    lesion.ramp_day = max(lesion.growth_day + wait_days, own_day(person, lesion))


@compiled
def live_less(lesion: Record, days: float) -> None:
    """Move all that a lesion has lived, and what is still to come of it, to later by some days."""
    lesion.seeded_day += days
    lesion.growth_day += days
    lesion.behind_days -= days
    lesion.pain_day += days
    lesion.ramp_day += days
    for hazard in range(N_LESION_HAZARDS):
        lesion.anchor[hazard] += days
    for event in range(N_LESION_EVENTS):
        lesion.clock[event] += days


@compiled
def refresh_lesion(person: Record, lesion: Record) -> None:
    """Find a lesion's next event, and the next of all lesions, after the lesion's clocks moved."""
    if lesion.ramps_moved == 1:
        wind_first_ramp(person, lesion)
    clock = lesion.clock
    day = lesion.ramp_day
    later = min(clock[slot(Event.EPIDURAL_EXTENSION)], clock[slot(Event.NEUROLOGIC_DEFICIT)])
    # Two chains of comparisons, which do not wait for each other; the other ramps have no day.
    for event in range(N_LESION_RAMPS, N_LESION_EVENTS, 2):
        day = min(day, clock[event])
        if event + 1 < N_LESION_EVENTS:
            later = min(later, clock[event + 1])
    day = min(day, later)
    lesion.next_day = day
    if day >= person.now:
        lesion.behind_days = 0.0
    place = person.lesion_next
    soonest = person.lesions[place].next_day
    if lesion.place != place:
        # Where another lesion comes next, this one alone can be before it.
        if day < soonest:
            place, soonest = lesion.place, day
    else:
        for i in range(person.n_lesions):
            other = person.lesion_at[i]
            other_day = person.lesions[other].next_day
            place = other if other_day < soonest else place
            soonest = min(soonest, other_day)
    person.lesion_next = place
    person.clock[Event.LESION] = max(soonest, person.now)


@compiled
def next_lesion_event(lesion: Record) -> int:
    """The code of the event of a lesion that comes next; of simultaneous ones the first."""
    clock = lesion.clock
    following = 0
    for event in range(1, N_LESION_EVENTS):
        if clock[event] < clock[following]:
            following = event
    if lesion.ramp_day > clock[following]:
        return FIRST_LESION_EVENT + following
    ramp = 0
    for event in range(1, N_LESION_RAMPS):
        if lesion.due[event] < lesion.due[ramp]:
            ramp = event
    if lesion.ramp_day == clock[following]:
        ramp = min(ramp, following)
    return FIRST_LESION_EVENT + ramp


@compiled
def look_again(person: Record, lesion: Record, news: int) -> None:
    """Let a lesion be looked at again, if analgesia alone had been decided, for some news of it.

    Of one that had all it may have more of the same pain is none: only `OTHER_TROUBLE` is.
    """
    if 0 < lesion.declined <= news:
        lesion.declined = 0
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
