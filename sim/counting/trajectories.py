"""Trajectories: the states of health of a life, each with its start and stop, as hesim has them.

The columns after those that say who it is are those of the disease progression of hesim's
individual-level models: a row a stay in a state, from which state, to which, whether it is the last
one, from when and until when. A stay of no length is left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.counting.column import Column, labels_of
from sim.counting.event_log import EventLog
from sim.life.health_state import HEALTH_STATES, HealthState


class Trajectories(NamedTuple):
    """Stays in states of health, life by life.

    Attributes
    ----------
    person : array of uint64
    strategy : array of int
    state, to : arrays of int
        Codes in `HEALTH_STATES`; the last stay of a life is followed by death.
    final : array of bool
    start, stop : arrays of float
        Days since diagnosis.
    """

    person: NDArray[np.uint64]
    strategy: NDArray[np.int64]
    state: NDArray[np.int64]
    to: NDArray[np.int64]
    final: NDArray[np.bool_]
    start: NDArray[np.float64]
    stop: NDArray[np.float64]


def trajectories_of(log: EventLog) -> Trajectories:
    """The stays of lives that are over, from the events of each, one life after the other.

    A life begins without spinal metastasis. Who dies on day 0 has one stay, of no length.
    """
    n = len(log.day)
    if n == 0:
        none = log.event
        return Trajectories(log.person, log.strategy, none, none, none > 0, log.day, log.day)
    first = np.ones(n, bool)
    first[1:] = (log.person[1:] != log.person[:-1]) | (log.strategy[1:] != log.strategy[:-1])
    last = np.append(first[1:], True)
    day = np.maximum(log.day, 0.0)
    # A stay before each event: from the event before it, or from diagnosis.
    start = np.where(first, 0.0, np.roll(day, 1))
    before = np.roll(log.state, 1).astype(np.int64)
    state = np.where(first, int(HealthState.NO_SPINAL_METASTASIS), before)
    life = np.cumsum(first) - 1
    lasts = day > start
    stays = np.bincount(life, lasts)
    lasts |= last & (stays[life] == 0)
    kept = np.flatnonzero(lasts)
    life, state = life[kept], state[kept]
    another = np.ones(len(kept), bool)
    another[1:] = (life[1:] != life[:-1]) | (state[1:] != state[:-1])
    begins = np.flatnonzero(another)
    ends = np.append(begins[1:], len(kept)) - 1
    final = np.append(life[begins[1:]] != life[begins[:-1]], True)
    rows = kept[begins]
    stays_in = state[begins]
    to = np.where(final, int(HealthState.DEAD), np.append(stays_in[1:], 0))
    stop = day[kept[ends]]
    # A stay that was left out lies between the end of one and the start of the next: no time does.
    return Trajectories(
        log.person[rows], log.strategy[rows], stays_in, to, final, start[rows], stop
    )


def _states(name: str, field: str, meaning: str) -> Column:
    def read(found: Trajectories) -> pa.Array:
        return labels_of(getattr(found, field), HEALTH_STATES)

    return Column(name, read, "", meaning, HEALTH_STATES)


TRAJECTORIES = (
    _states(
        "from",
        "state",
        "state of health, the worst that is so: without spinal metastasis; with it and worst pain "
        "of the spine, with analgesia, below 4 of 10, at 4 to 6, at 7 or more; not walking, of a "
        "compressed cord or a broken leg or hip; dead",
    ),
    _states("to", "to", "state that follows; dead after the last"),
    Column("final", lambda found: pa.array(found.final), "", "whether it is the last of the life"),
    Column(
        "time_start",
        lambda found: pa.array(found.start),
        "days since diagnosis",
        "start of the stay",
    ),
    Column(
        "time_stop", lambda found: pa.array(found.stop), "days since diagnosis", "end of the stay"
    ),
)
"""Columns after those that say who it is."""
