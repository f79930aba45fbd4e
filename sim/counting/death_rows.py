"""The row of a death of a procedure, beside the events that a life has.

Such a life ends with its course: the event lived last is the end of the course.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.counting.event_log import EventLog, rows_of_numbers
from sim.evidence.vocabulary import DAYS_PER_YEAR, Death
from sim.life.event_reading import NOT_SO
from sim.life.event_row import EventRow, Value
from sim.life.events import EVENTS

DEATH_PROCEDURE = "death_procedure"
EVENT_WORDS = (*EVENTS, DEATH_PROCEDURE)
"""What events are called in rows, by code."""
ROW = EventRow(Value.AGE, meaning="dies of a procedure, with the course that it is of")
"""What is written down of such a death."""


def with_procedure_deaths(log: EventLog, people: NDArray[np.void]) -> EventLog:
    """A log with a further row for each life that a procedure ended, after its last event.

    Parameters
    ----------
    log : EventLog
        All events of some finished lives, life by life.
    people : array of `PERSON`, shape (people, strategies)
        These lives.
    """
    changes = (log.person[1:] != log.person[:-1]) | (log.strategy[1:] != log.strategy[:-1])
    last = np.flatnonzero(np.append(changes, [True] * (log.day.size > 0)))
    place = rows_of_numbers(log.person[last], people["number"][:, 0])
    lives = people[place, log.strategy[last]]
    of_procedure = lives["death_cause"] == Death.PROCEDURE
    dead, ends = lives[of_procedure], last[of_procedure]
    if not ends.size:
        return log
    longer = log.take(np.sort(np.append(np.arange(log.day.size), ends)))
    at = ends + 1 + np.arange(ends.size)
    longer.event[at] = EVENT_WORDS.index(DEATH_PROCEDURE)
    longer.value[at] = dead["age_at_diagnosis"] + dead["death_day"] / DAYS_PER_YEAR
    longer.dose_gy[at] = math.nan
    for column in (longer.level, longer.detail, longer.treatment):
        column[at] = NOT_SO
    return longer
