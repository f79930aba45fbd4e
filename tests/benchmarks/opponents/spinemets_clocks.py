"""The nine clocks as a model of their own on the clocks, the hazards and the luck of spinemets.

What the full model is made of is used as it is: records that are declared and cleared, families of
hazards, clocks that are wound, the search for the next one, luck with an address, the fingerprint
of a life. Only what each event does is written here, a few lines for each; another clock is another
line. A person lives the same life in any order, and under another hazard the same luck.

What bounds it, by sampling: half of the time is luck, three addresses of ten rounds a life and a
logarithm for each number, and a seventh the power that dissemination takes; the rest looks for the
next of nine clocks and jumps to what it does, which no processor can foresee.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.life.clocks import change_rate, next_event, start_clock
from sim.life.compiled import Record, compiled_in_place
from sim.life.fields import LATER, Field, clearing, layout
from sim.life.hazards import gompertz_time, weibull_time
from sim.life.luck import budget, exponential, mix, uniform_pair
from tests.benchmarks.opponents.nine_clocks import (
    CLOCKS,
    CORD,
    DEATH_CANCER,
    DEATH_OTHER,
    DISSEMINATION,
    FRACTURE,
    NEVER,
    PAIN,
    SKELETAL,
    SPINAL,
    TREATMENT,
    Days,
    Hazards,
)

N_CLOCKS = len(CLOCKS)
PERSON_FIELDS = (
    Field("number", "u8", LATER),
    Field("seed", "u8", LATER),
    Field("replicate", "i8", LATER),
    Field("fingerprint", "u8", LATER),
    Field("now", "f8", 0.0),
    Field("clock", "f8", NEVER, (N_CLOCKS,)),
    Field("budget", "f8", LATER, (N_CLOCKS,)),
    Field("rate", "f8", LATER, (N_CLOCKS,)),
    Field("anchor", "f8", LATER, (N_CLOCKS,)),
)
PERSON = layout(PERSON_FIELDS)
clear = clearing(PERSON_FIELDS)
HAZARDS = np.dtype([(name, "f8") for name in Hazards.__dataclass_fields__])


@compiled_in_place
def budgets(person: Record, event: int) -> tuple[float, float]:
    """Two budgets from the address of an event."""
    first, second = uniform_pair(person, event, 0, 0)
    return exponential(first), exponential(second)


@compiled_in_place
def begin(person: Record, hazards: Record) -> None:
    """Start the clocks that run from the diagnosis."""
    clear(person)
    person.fingerprint = person.number
    spread, other = budgets(person, DISSEMINATION)
    shape = hazards.spread_shape
    person.clock[DISSEMINATION] = weibull_time(spread, hazards.spread_scale_days, shape)
    person.clock[DEATH_OTHER] = gompertz_time(other, hazards.other_rate, hazards.other_slope)


@compiled_in_place
def apply_event(person: Record, event: int, hazards: Record) -> None:
    """Let an event happen: start the clocks that run from it."""
    person.clock[event] = NEVER
    if event == DISSEMINATION:
        treatment, skeletal = budgets(person, SKELETAL)
        start_clock(person, TREATMENT, treatment, hazards.treatment)
        start_clock(person, SKELETAL, skeletal, hazards.skeletal)
        cancer, spinal = budgets(person, DEATH_CANCER)
        start_clock(person, DEATH_CANCER, cancer, hazards.cancer)
        person.budget[SPINAL] = spinal
    elif event == SKELETAL:
        start_clock(person, SPINAL, person.budget[SPINAL], hazards.spinal)
    elif event == SPINAL:
        pain, fracture = budgets(person, FRACTURE)
        start_clock(person, PAIN, pain, hazards.pain)
        start_clock(person, FRACTURE, fracture, hazards.fracture)
        start_clock(person, CORD, budget(person, CORD, 0, 0), hazards.cord)
    elif event == FRACTURE:
        change_rate(person, DEATH_CANCER, hazards.cancer * hazards.fracture_death_ratio)


@compiled_in_place
def live_everybody(
    people: NDArray[np.void], all_hazards: NDArray[np.void], seed: np.uint64, days: Days
) -> None:
    """Live one person after the other in the record of one, and keep the days of their events."""
    person, hazards = people[0], all_hazards[0]
    person.seed = seed
    person.replicate = 0
    for number in range(days.shape[0]):
        person.number = np.uint64(number)
        begin(person, hazards)
        for clock in range(days.shape[1]):
            days[number, clock] = NEVER
        event = DISSEMINATION
        dead = False
        while not dead:
            person.now, event = next_event(person)
            days[number, event] = person.now
            apply_event(person, event, hazards)
            person.fingerprint = mix(person.fingerprint, event, 0, person.now)
            dead = event >= DEATH_CANCER


def live(people: int, seed: int, hazards: Hazards | None = None) -> Days:
    """Live so many people; see `nine_clocks`."""
    record = np.zeros(1, HAZARDS)
    for name in HAZARDS.names or ():
        record[name] = getattr(hazards or Hazards(), name)
    days = np.empty((people, N_CLOCKS))
    live_everybody(np.zeros(1, PERSON), record, np.uint64(seed), days)
    return days
