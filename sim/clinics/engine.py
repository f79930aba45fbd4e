"""The clinic engine: lives of people with cancer, compiled up to where they need a clinic."""

from __future__ import annotations

import gc
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clinics.candidates import find_candidates
from sim.clinics.log import REFERRED, ClinicLog
from sim.clinics.people import Treated
from sim.clinics.plan import Access
from sim.clinics.service import Service
from sim.counting.care_tally import CareTally
from sim.counting.event_log import EventLog, Notes
from sim.counting.microdata import MicrodataRows, microdata_of
from sim.counting.tally import Tally, Window
from sim.engine.clinic import give_appointment, live_noted, revive, revive_noted
from sim.engine.cohort import count_block
from sim.engine.lives import Lives
from sim.engine.loop import DEATH, live_on, next_event_of
from sim.engine.model import Model, build_model
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import DAYS_PER_YEAR
from sim.inputs.catalog import strategy
from sim.inputs.clinics import Clinics
from sim.inputs.plan import GROUP, Plan
from sim.inputs.strategies import NO_CARE
from sim.life.hazards import NEVER
from sim.life.horizon import follow_origins
from sim.life.records import PERSON
from sim.life.world import ENTRY_CELL

_ROUNDING = 1e-6
_EVENTS_BEFORE = 24
"""Room of a log at first for the events of each life before the clinics open."""


@dataclass(frozen=True)
class ClinicBlock:
    """What came out of the lives of some centers: counts, and a log for each strategy."""

    tally: Tally
    care_tally: CareTally
    logs: list[ClinicLog]
    rows: MicrodataRows | None = None
    """Of these people, if they are asked for; they are not added up."""

    def add(self, other: ClinicBlock) -> None:
        """Take in what came out of other centers."""
        self.tally.add(other.tally)
        self.care_tally.add(other.care_tally)
        for mine, its in zip(self.logs, other.logs, strict=True):
            mine.add(its)


def live_centers(
    lives: Lives, access: Access, groups: list[tuple[str, ...]], found: NDArray[np.int64]
) -> ClinicBlock:
    """Live people of some groups of linked centers under every strategy, one after the other.

    Parameters
    ----------
    lives : Lives
        Its strategies have published waits, which hold until the clinics open.
    groups : list of tuple of str
        Names of centers; each group is one simulation.
    found : array of int, shape (people, 3)
        Who they are; see `find_candidates`.
    """
    model, opening_year = lives.model, float(access.opening_year)
    people = np.zeros((len(found), len(model.policies)), PERSON)
    told = None if lives.rows is None else [past_of(people, found, model, opening_year)]
    if told is None:
        revive(people, found, model, opening_year)
    centers = found[:, 2]
    n_columns = people.shape[1]
    in_a_row = people.reshape(-1)  # the same records, which are too large to copy
    names = [center.name for center in access.clinics.centers]
    logs = []
    for column in range(n_columns):
        if column > 0:
            follow_origins(people[:, column], people[:, 0])
        log = ClinicLog()
        notes = None if told is None else Notes(column)
        for group in groups:
            rows = np.flatnonzero(np.isin(centers, [names.index(name) for name in group]))
            seed, replicate = int(model.seed), model.replicate
            service = Service(
                access.clinics, group, access.opening, seed, replicate, access.until_day
            )
            own_rows = (rows * n_columns + column).tolist()
            at = [names[center] for center in centers[rows].tolist()]
            gc.freeze()
            Treated(service, in_a_row, own_rows, at, access, model, column, notes).live()
            gc.unfreeze()
            mine_log = service.log()
            check_littles_law(mine_log)
            log.add(mine_log)
        log.referred = referred(people[:, 0], people[:, column], centers, access)
        logs.append(log)
        if told is not None and notes is not None:
            told.append(notes.written())
    tally, care_tally = lives.tallies()
    count_block(people, lives.window, tally, care_tally)
    if lives.rows is None or told is None:
        return ClinicBlock(tally, care_tally, logs)
    events = EventLog.joined(told, people["number"][:, 0])
    written = microdata_of(people, events, lives.rows, model.replicate)
    return ClinicBlock(tally, care_tally, logs, written)


def past_of(
    people: NDArray[np.void], found: NDArray[np.int64], model: Model, opening_year: float
) -> EventLog:
    """Live people up to the opening of the clinics, and give back all their events."""
    room = _EVENTS_BEFORE * people.size
    while True:
        log = EventLog.empty(room)
        n = revive_noted(people, found, model, opening_year, log)
        if n <= room:
            return log.take(slice(n))
        room = n


def check_littles_law(log: ClinicLog) -> None:
    """Refuse a log in which the lengths of a line over time are not the waits in it.

    Raises
    ------
    RuntimeError
        If they differ by more than rounding: somebody was lost.
    """
    lines = log.lines
    gap = np.abs(lines["queue_days"] - lines["waited_days"])
    if (gap > _ROUNDING * (1.0 + lines["queue_days"])).any() or lines["waiting_at_end"].any():
        raise RuntimeError("the lengths of a line over time do not add up to the waits in it")


def referred(
    reference: NDArray[np.void],
    people: NDArray[np.void],
    centers: NDArray[np.int64],
    access: Access,
) -> NDArray[np.void]:
    """Pauses of the people whose first trigger came on or due therapy under the reference."""
    rows = np.flatnonzero(
        (reference["first_trigger_day"] < NEVER) & (reference["therapy_at_trigger"] == 1)
    )
    found = np.zeros(len(rows), REFERRED)
    found["center"] = centers[rows]
    diagnosed = (reference["diagnosis_year"][rows] - access.opening_year) * DAYS_PER_YEAR
    found["day"] = diagnosed + reference["first_trigger_day"][rows]
    found["paused_days"] = people["paused_days"][rows]
    found["delay_days"] = people["delay_days"][rows]
    return found


def compile_clinics(*, rows: bool = False) -> None:
    """Compile what only this engine needs, or read it from the cache, without living anybody.

    Parameters
    ----------
    rows : bool
        Whether that is needed too which writes down every event.
    """
    plan = Plan(np.zeros(0, GROUP), np.zeros(0, ENTRY_CELL))
    model = build_model(plan, [strategy(NO_CARE)], evidence().point)
    access = Access.of(Clinics.unlimited(), (), (2010, 2010))
    lives = Lives(model, Window(2010, 1, 2010, 2010))
    found = find_candidates(lives, access, 1)[2]
    live_centers(lives, access, access.clinics.linked(), found)
    nobody = np.zeros(1, PERSON)
    live_on(nobody, 0, model.cancers, model.worlds, model.policies, DEATH, 0.0)
    next_event_of(nobody, 0)
    give_appointment(nobody, 0, model.policies, 0.0, NEVER)
    if rows:
        notes = Notes(0)
        revive_noted(nobody[:0, None], found[:0], model, 0.0, notes.log)
        nobody["alive"] = 0
        live_noted(nobody, 0, model, model.policies, DEATH, 0.0, notes.log, notes.at)
