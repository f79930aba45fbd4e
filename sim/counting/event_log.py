"""The log of events: what is written down of each as lives are lived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.life.compiled import Record, compiled, compiled_in_place
from sim.life.event_reading import event_detail, event_dose, event_treatment, event_value
from sim.life.health_state import health_state

_ROOM = 4_096
"""Events that a log which grows has room for at first."""


class EventLog(NamedTuple):
    """Events of people in the order they were lived.

    Attributes
    ----------
    person : array of uint64
        Number of the person.
    strategy : array of int
        Which of the strategies.
    day : array of float
        Days since diagnosis.
    event, level : arrays of int
        Codes in `EVENTS` and `LESION_PLACES`; level -1 if there is none.
    value, dose_gy : arrays of float
        See `sim.life.event_reading`; not a number if there is none.
    detail, treatment : arrays of int
        Code in `DETAIL_WORDS` and index of the treatment; -1 if there is none.
    pain : array of float
        Worst pain of the spine and of other bone after the event.
    performance, therapy, state : arrays of int
        Performance status, systemic therapy (a `Therapy`) and `HealthState` after the event.
    """

    person: NDArray[np.uint64]
    strategy: NDArray[np.int64]
    day: NDArray[np.float64]
    event: NDArray[np.int64]
    level: NDArray[np.int64]
    value: NDArray[np.float64]
    dose_gy: NDArray[np.float64]
    detail: NDArray[np.int16]
    treatment: NDArray[np.int16]
    pain: NDArray[np.float64]
    performance: NDArray[np.int16]
    therapy: NDArray[np.int16]
    state: NDArray[np.int16]

    @classmethod
    def empty(cls, n: int) -> EventLog:
        """Room for `n` events."""
        strategy, event, level = np.zeros((3, n), np.int64)
        day, value, dose_gy, pain = np.zeros((4, n))
        detail, treatment, performance, therapy, state = np.zeros((5, n), np.int16)
        first = (np.zeros(n, np.uint64), strategy, day, event, level, value, dose_gy)
        return cls(*first, detail, treatment, pain, performance, therapy, state)

    def take(self, rows: slice | NDArray[np.intp] | NDArray[np.bool_]) -> EventLog:
        """Some of the events."""
        return EventLog._make(column[rows] for column in self)

    @classmethod
    def of(cls, logs: Sequence[EventLog]) -> EventLog:
        """Several logs, one after the other."""
        return cls._make(np.concatenate(columns) for columns in zip(*logs, strict=True))

    @classmethod
    def joined(cls, logs: Sequence[EventLog], numbers: NDArray[np.uint64]) -> EventLog:
        """Several logs as one, in the order of the cohort engine.

        Person by person, in the order of their numbers as given, and of each strategy by strategy.
        """
        log = cls.of(logs)
        return log.take(np.lexsort((log.strategy, rows_of_numbers(log.person, numbers))))


def rows_of_numbers(found: NDArray[np.uint64], numbers: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Where among some numbers, all different, each of those found stands.

    Examples
    --------
    >>> rows_of_numbers(np.array([7, 5, 7]), np.array([5, 7, 6])).tolist()
    [1, 0, 1]
    """
    order = np.argsort(numbers)
    return np.asarray(order[np.searchsorted(numbers, found, sorter=order)])


class Notes:
    """A log of one strategy that grows as lives are lived that interleave.

    Attributes
    ----------
    log : EventLog
    at : array of int
        Where the next event is written, and the strategy.
    """

    def __init__(self, strategy: int) -> None:
        self.log = EventLog.empty(_ROOM)
        self.at = np.array([0, strategy])

    def grow(self) -> None:
        """Make as much room again."""
        self.log = EventLog.of((self.log, EventLog.empty(self.log.day.size)))

    def add(self, people: NDArray[np.void], row: int, worlds: NDArray[np.void]) -> None:
        """Write down the last event of one of several people."""
        if self.at[0] == self.log.day.size:
            self.grow()
        note_one_of(self.log, self.at, people, row, worlds)

    def written(self) -> EventLog:
        """What was written down."""
        return self.log.take(slice(int(self.at[0])))


@compiled_in_place
def note(log: EventLog, n: int, person: Record, strategy: int, world: Record) -> None:
    """Write the last event of a person into row `n` of a log."""
    log.person[n] = person.number
    log.strategy[n] = strategy
    log.day[n] = person.now
    log.event[n] = person.event
    log.level[n] = person.event_level
    log.value[n] = event_value(person)
    log.dose_gy[n] = event_dose(person)
    log.detail[n] = event_detail(person)
    log.treatment[n] = event_treatment(person)
    log.pain[n] = max(person.pain, person.bone_pain)
    log.performance[n] = person.performance
    log.therapy[n] = person.therapy
    log.state[n] = health_state(person, world)


@compiled
def note_one_of(
    log: EventLog,
    at: NDArray[np.int64],
    people: NDArray[np.void],
    row: int,
    worlds: NDArray[np.void],
) -> None:
    """Write down the last event of one of several people where the log says."""
    note(log, at[0], people[row], at[1], worlds[0])
    at[0] += 1
