"""Microdata: a row a person and a row an event, streamed to Parquet block by block."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    DEATH_CAUSES,
    LEVELS,
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
        Codes in `EVENTS` and `LEVELS`; level -1 if there is none.
    """

    person: NDArray[np.uint64]
    strategy: NDArray[np.int64]
    day: NDArray[np.float64]
    event: NDArray[np.int64]
    level: NDArray[np.int64]

    @classmethod
    def empty(cls, n: int) -> EventLog:
        """Room for `n` events."""
        return cls(
            np.zeros(n, np.uint64),
            np.zeros(n, np.int64),
            np.zeros(n),
            np.zeros(n, np.int64),
            np.zeros(n, np.int64),
        )

    def first(self, n: int) -> EventLog:
        """The first `n` events."""
        return EventLog(
            self.person[:n], self.strategy[:n], self.day[:n], self.event[:n], self.level[:n]
        )


class Microdata:
    """Writes people and events of each block into a run folder.

    Parameters
    ----------
    folder : Path
        The run folder; `people/` and `events/` are made in it.
    """

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
        import pyarrow as pa
        import pyarrow.parquet as pq

        def words(codes: NDArray[np.int64], names: tuple[str, ...]) -> pa.Array:
            found = pa.array(codes, mask=codes < 0)
            return pa.DictionaryArray.from_arrays(found.cast(pa.int32()), list(names))

        def labels(codes: NDArray[np.int64]) -> dict[str, pa.Array]:
            n = len(codes)
            return {
                "strategy": pa.array(list(strategies)).take(pa.array(codes)),
                "draw": pa.array(np.full(n, draw, np.int32)),
                "replicate": pa.array(np.full(n, replicate, np.int32)),
            }

        part = f"part-{self._parts:05d}.parquet"
        self._parts += 1
        codes = np.tile(np.arange(people.shape[1]), people.shape[0])
        rows = people.reshape(-1)

        def day(name: str) -> pa.Array:
            days = rows[name]
            return pa.array(np.maximum(days, 0.0), mask=days == NEVER)

        table = {
            "person": pa.array(rows["number"]),
            **labels(codes),
            "sex": words(rows["sex"], SEXES),
            "primary": words(rows["primary"], PRIMARIES),
            "stage": words(rows["stage"], STAGES),
            "age_at_diagnosis": pa.array(rows["age_at_diagnosis"]),
            "diagnosis_date": pa.array(calendar_dates(rows["diagnosis_year"])),
            **{name: day(name) for name in _DAYS},
            "n_levels": pa.array(rows["n_levels"].astype(np.int32)),
            "n_fractures": pa.array(rows["n_fractures"].astype(np.int32)),
            "n_pauses": pa.array(rows["n_pauses"].astype(np.int32)),
            "delay_days": pa.array(rows["delay_days"].sum(axis=1)),
            "death_cause": words(rows["death_cause"], DEATH_CAUSES),
            "status": words(rows["alive"], ("dead", "alive")),
            "n_episodes": pa.array(rows["n_episodes"].astype(np.int32)),
            "first_trigger_day": day("first_trigger_day"),
            **{
                name: pa.array(rows[name])
                for name in (
                    "days_on_therapy",
                    "days_off_therapy",
                    "toxicity_days",
                    "pain_days",
                    "severe_pain_days",
                    "opioid_days",
                )
            },
            **{
                f"paused_{cause}_days": pa.array(rows["paused_days"][:, i])
                for i, cause in enumerate(PAUSE_CAUSES)
            },
        }
        pq.write_table(pa.table(table), self._folder / "people" / part)
        events = {
            "person": pa.array(log.person),
            **labels(log.strategy),
            "day": pa.array(np.maximum(log.day, 0.0)),
            "event": words(log.event, EVENTS),
            "level": words(log.level, LEVELS),
            "value": pa.nulls(len(log.person), pa.float64()),
        }
        pq.write_table(pa.table(events), self._folder / "events" / part)


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
