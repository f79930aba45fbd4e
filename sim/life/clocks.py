r"""The clocks of a person: each holds a budget, spent at the hazard of its event.

A clock fires when :math:`\int h = B`, `B` exponential with mean 1. It keeps its anchor (the day
and the budget left then) and is wound again only when its own hazard changes, so that an event
which changes nothing for a clock leaves its time unchanged to the last bit.
"""

from __future__ import annotations

from sim.life.compiled import Record, compiled
from sim.life.events import N_CLOCKS
from sim.life.hazards import constant_time

_HALF = N_CLOCKS // 2


@compiled
def start_clock(person: Record, event: int, budget: float, rate_per_day: float) -> None:
    """Start the clock of an event now, at a constant hazard per day; a hazard of 0 never fires."""
    person.budget[event] = budget
    person.rate[event] = rate_per_day
    person.anchor[event] = person.now
    person.clock[event] = person.now + constant_time(budget, rate_per_day)


@compiled
def change_rate(person: Record, event: int, rate_per_day: float) -> None:
    """Give a running clock a new hazard from now on; an equal hazard changes no bit."""
    if rate_per_day == person.rate[event]:
        return
    left = person.budget[event] - (person.now - person.anchor[event]) * person.rate[event]
    start_clock(person, event, max(left, 0.0), rate_per_day)


@compiled
def next_event(person: Record) -> tuple[float, int]:
    """The day and the code of the event that comes next; of simultaneous ones the first code."""
    event = 0
    day = person.clock[0]
    # Two short loops, which the compiler unrolls: one long one takes a fifth of a life's time.
    for candidate in range(1, _HALF):
        if person.clock[candidate] < day:
            day = person.clock[candidate]
            event = candidate
    for candidate in range(_HALF, N_CLOCKS):
        if person.clock[candidate] < day:
            day = person.clock[candidate]
            event = candidate
    return day, event
