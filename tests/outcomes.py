"""Outcomes of care recomputed from a life lived step by step, from their definitions.

A state lasts from one event to the next: its days within origin and horizon are added up. What is
counted is dated by its event. Pauses are those of `tests.pauses`, cut off at the day asked for.
Nothing here reads a sum of the model or a snapshot of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.evidence.instruments import WALKS_UP_TO
from sim.evidence.vocabulary import PAUSE_CAUSES, Death, Therapy
from sim.life.events import EVENTS
from sim.life.hazards import NEVER
from tests.pauses import BONE, Course, Moment, Pause, moments_of
from tests.simplified import Records

State = tuple[np.void, float, int]
READ = (
    *("now", "event", "pain", "pain_at_rest", "analgesia", "frankel", "n_broken_legs", "therapy"),
    *("n_fractures", "n_complications", "death_cause", "death_day"),
)
"""Fields of a person that outcomes are made of."""
_ROUNDING = 1e-9


class Lived:
    """One finished life: the states it went through, and its events."""

    def __init__(self, life: Iterator[State], pain_threshold: float) -> None:
        seen: list[tuple[Any, ...]] = []
        self.moments: list[Moment] = moments_of(_noted(life, seen), pain_threshold)
        *fields, until = zip(*seen, strict=True)
        self.states = {name: np.array(values) for name, values in zip(READ, fields, strict=True)}
        self.until = np.array(until)
        self.death_day = float(self.states["death_day"][-1])

    def first(self, event: str) -> float:
        """Day of the first event of a name."""
        days = self.states["now"][self.states["event"] == EVENTS.index(event)]
        return float(days.min(initial=NEVER))

    def pauses(self, day: float, course: Course) -> list[Pause]:
        """Pauses as they are on a day, or at death before it; one that goes on has no end."""
        now = 0.0
        for moment in self.moments:
            if moment.day >= day:
                break
            course.pass_time(now, moment.day)
            course.apply(moment)
            now = moment.day
        if day >= self.death_day:
            if course.paused:
                course.end_gap(now)
                course.stop(now, "death")
        else:
            course.pass_time(now, day)
        return course.pauses


def _noted(life: Iterator[State], seen: list[tuple[Any, ...]]) -> Iterator[State]:
    """A life as it is told, each state of which is noted: what is read of it, and until when."""
    for person, until, event in life:
        seen.append((*(person[name] for name in READ), until))
        yield person, until, event


def outcomes_of(
    life: Lived,
    origin: float,
    until: float,
    moderate: float,
    severe: float,
    care: tuple[Records, list[bool], list[float]],
) -> dict[str, float]:
    """One number a person of the statistics that count from origin to horizon.

    `care` are the treatments, whether each class of therapy is withheld, and days of its cycle.
    """
    found: dict[str, float] = {}
    state = {name: values[:-1] for name, values in life.states.items()}
    days = np.minimum(life.until[:-1], until) - np.maximum(state["now"], origin)
    days = np.maximum(days, 0.0)
    pain, hurts = state["pain"], state["pain"] >= moderate
    broken = state["n_broken_legs"] > 0
    found["pain_area"] = float((pain * days).sum())
    for name, so in {
        "pain_days": hurts,
        "severe_pain_days": pain >= severe,
        "pain_at_rest_days": hurts & (state["pain_at_rest"] >= moderate),
        "opioid_days": state["analgesia"] >= 2,
        "not_walking": (state["frankel"] > WALKS_UP_TO) | broken,
        "days_on_therapy": state["therapy"] == Therapy.ON,
        "days_paused": state["therapy"] == Therapy.PAUSED,
    }.items():
        found[name] = float(days[so].sum())
    alive = max(min(life.death_day, until) - origin, 0.0)
    found["days_alive"] = alive
    found["days_dead"] = until - origin - alive if until < NEVER else 0.0
    found["days_off_therapy"] = alive - found["days_on_therapy"] - found["days_paused"]
    found["days_pain_below_4"] = alive - found["pain_days"]
    found["moderate_pain_days"] = found["pain_days"] - found["severe_pain_days"]
    found["pain_only_on_movement_days"] = found["pain_days"] - found["pain_at_rest_days"]
    not_walking = found.pop("not_walking")
    found["days_walking"] = alive - not_walking
    found["paralysis"] = not_walking > 0.0
    after = life.states["now"][1:]
    inside = (origin <= after) & (after < until)
    events = [EVENTS[code] for code in life.states["event"][1:][inside].tolist()]
    found["episodes_per_person"] = events.count("referred")
    found["courses"] = events.count("course_begun")
    found["treated"] = events.count("course_begun") > 0
    found["cord_compression"] = "cord_compression_diagnosed" in events
    counters = {"fractures": "n_fractures", "complications": "n_complications"}
    for name, counter in counters.items():
        found[name] = int(np.diff(life.states[counter].astype(int))[inside].sum())
    by_procedure = life.states["death_cause"][-1] == Death.PROCEDURE
    found["procedure_deaths"] = by_procedure and life.death_day <= until
    return found | of_pauses(life, origin, until, care)


def of_pauses(
    life: Lived, origin: float, until: float, care: tuple[Records, list[bool], list[float]]
) -> dict[str, float]:
    """The part of it that is about pauses of systemic therapy for care of the spine."""
    if life.death_day < origin:
        return {}
    before = {p.start: p for p in life.pauses(origin, Course(*care)) if p.end == np.inf}
    found: dict[str, float] = dict.fromkeys(("pauses_per_person", "resumed", "pause_days"), 0.0)
    found |= {f"never_resumed_by_{why}": 0.0 for why in ("death", "progression", "surgery")}
    found |= {f"{cause}_days": 0.0 for cause in PAUSE_CAUSES} | {"open": 0.0}
    for pause in life.pauses(until, Course(*care)):
        if not pause.of_spine or (pause.end < origin - _ROUNDING):
            continue
        days = dict(zip(PAUSE_CAUSES, pause.by_code(), strict=True))
        for start, earlier in before.items():
            if abs(start - pause.start) < _ROUNDING:
                for cause in PAUSE_CAUSES:
                    days[cause] -= earlier.days[cause]
        found["pauses_per_person"] += 1
        found["resumed"] += pause.resumed
        found["open"] += pause.end == np.inf
        for why in ("death", "progression", "surgery"):
            found[f"never_resumed_by_{why}"] += pause.stopped_by == why
        found["pause_days"] += sum(days.values())
        for cause in PAUSE_CAUSES:
            found[f"{cause}_days"] += days[cause] * pause.resumed
    found["delay_days"] = sum(found[f"{cause}_days"] for cause in PAUSE_CAUSES)
    return found


assert BONE not in PAUSE_CAUSES
