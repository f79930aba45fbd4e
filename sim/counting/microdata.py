"""Microdata: a row a person and a row an event, streamed to Parquet block by block."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    DEATH_CAUSES,
    LESION_PLACES,
    PAUSE_CAUSES,
    PRIMARIES,
    SEXES,
    STAGES,
)
from sim.life.events import EVENTS
from sim.life.hazards import NEVER

_DAYS = (
    "dissemination_day",
    "skeletal_metastasis_day",
    "skeletal_detected_day",
    "spinal_metastasis_day",
    "spinal_detected_day",
    "pain_onset_day",
    "first_fracture_day",
    "cord_compression_day",
    "death_day",
)
_BONE_DAYS = ("bone_pain_onset_day", "first_bone_fracture_day")
_BONE_NUMBERS = ("n_bone_fractures", "n_bone_radiotherapy", "n_bone_surgery", "n_bone_care_pauses")
_BONE_SUMS = ("bone_pain_days", "any_pain_days", "bone_care_paused_days", "bone_care_delay_days")
"""What is told of bone outside the spine."""
_SUMS_OF_DAYS = (
    *("days_on_therapy", "days_off_therapy", "toxicity_days"),
    *("pain_days", "pain_at_rest_days", "severe_pain_days", "opioid_days"),
    *("not_walking_days", "with_help_days", "numb_days"),
)


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
    """

    person: NDArray[np.uint64]
    strategy: NDArray[np.int64]
    day: NDArray[np.float64]
    event: NDArray[np.int64]
    level: NDArray[np.int64]

    @classmethod
    def empty(cls, n: int) -> EventLog:
        """Room for `n` events."""
        strategy, event, level = np.zeros((3, n), np.int64)
        return cls(np.zeros(n, np.uint64), strategy, np.zeros(n), event, level)

    def first(self, n: int) -> EventLog:
        """The first `n` events."""
        return EventLog(
            self.person[:n], self.strategy[:n], self.day[:n], self.event[:n], self.level[:n]
        )


class Microdata:
    """Writes people and events of each block into `people/` and `events/` of a run folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = 0
        for name in ("people", "events"):
            (folder / name).mkdir(parents=True, exist_ok=True)
            for old in (folder / name).glob("*.parquet"):
                old.unlink()

    def write(
        self,
        people: NDArray[np.void],
        log: EventLog,
        strategies: tuple[str, ...],
        draw: int,
        replicate: int,
    ) -> None:
        """Write one block: `people` are finished records, a row a person, a column a strategy."""

        def labels(codes: NDArray[np.int64]) -> dict[str, pa.Array]:
            run = {"draw": draw, "replicate": replicate}
            return {
                "strategy": pa.array(strategies).take(pa.array(codes)),
                **{name: pa.array(np.full(len(codes), n, np.int32)) for name, n in run.items()},
            }

        part = f"part-{self._parts:05d}.parquet"
        self._parts += 1
        codes = np.tile(np.arange(people.shape[1]), people.shape[0])
        rows = people.reshape(-1)

        def day(name: str) -> pa.Array:
            days = rows[name]
            return pa.array(np.maximum(days, 0.0), mask=days == NEVER)

        def number(name: str) -> pa.Array:
            return pa.array(rows[name].astype(np.int32))

        table = {
            "person": pa.array(rows["number"]),
            **labels(codes),
            "sex": labels_of(rows["sex"], SEXES),
            "primary": labels_of(rows["primary"], PRIMARIES),
            "stage": labels_of(rows["stage"], STAGES),
            "age_at_diagnosis": pa.array(rows["age_at_diagnosis"]),
            "diagnosis_date": pa.array(calendar_dates(rows["diagnosis_year"])),
            **{name: day(name) for name in _DAYS},
            **{
                name: number(name)
                for name in ("n_levels", "n_fractures", "n_silent_collapses", "n_pauses")
            },
            "delay_days": pa.array(rows["delay_days"].sum(axis=1)),
            "death_cause": labels_of(rows["death_cause"], DEATH_CAUSES),
            "status": labels_of(rows["alive"], ("dead", "alive")),
            "n_episodes": number("n_episodes"),
            "first_trigger_day": day("first_trigger_day"),
            **{name: pa.array(rows[name]) for name in _SUMS_OF_DAYS},
            **{
                f"paused_{cause}_days": pa.array(rows["paused_days"][:, i])
                for i, cause in enumerate(PAUSE_CAUSES)
            },
            **{name: day(name) for name in _BONE_DAYS},
            **{name: number(name) for name in _BONE_NUMBERS},
            **{name: pa.array(rows[name]) for name in _BONE_SUMS},
        }
        pq.write_table(pa.table(table), self._folder / "people" / part)
        events = {
            "person": pa.array(log.person),
            **labels(log.strategy),
            "day": pa.array(np.maximum(log.day, 0.0)),
            "event": labels_of(log.event, EVENTS),
            "level": labels_of(log.level, LESION_PLACES),
            "value": pa.nulls(len(log.person), pa.float64()),
        }
        pq.write_table(pa.table(events), self._folder / "events" / part)


def labels_of(codes: NDArray[np.int64], names: tuple[str, ...]) -> pa.Array:
    """Names by their codes; none for a code below 0."""
    found = pa.array(codes, mask=codes < 0)
    return pa.DictionaryArray.from_arrays(found.cast(pa.int32()), list(names))


def calendar_dates(years: NDArray[np.float64]) -> NDArray[np.datetime64]:
    """Dates of calendar years with their fraction.

    Examples
    --------
    >>> calendar_dates(np.array([2010.0, 2010.5])).astype(str).tolist()
    ['2010-01-01', '2010-07-02']
    """
    whole = np.floor(years)
    start = (whole.astype(np.int64) - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    days = np.floor((years - whole) * DAYS_PER_YEAR).astype(np.int64)
    return np.asarray(start + np.minimum(days, 364).astype("timedelta64[D]"))
