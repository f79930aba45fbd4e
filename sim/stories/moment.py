"""One event of a life: what the person was before and after it, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.loop import DEATH, EVENT, live_on, next_event_of
from sim.engine.model import Model
from sim.evidence.vocabulary import LESION_PLACES
from sim.life.events import EVENTS, Event
from sim.life.hazards import NEVER

IMAGING_EVENTS = {
    "staging": "staging",
    "surveillance_imaging": "surveillance_imaging",
    "pain_worked_up": "work_up",
    "cord_compression_diagnosed": "work_up",
}
"""Events that are images, and the kind of image."""


@dataclass(frozen=True)
class Terms:
    """What the numbers of a strategy mean."""

    treatments: tuple[str, ...]
    """What they are called in tables, by index."""
    labels: tuple[str, ...]
    """The same in plain words."""
    withhold: tuple[bool, ...]
    """Whether each class of systemic therapy is withheld."""
    morphine_mg: tuple[float, ...]
    """Daily morphine equivalent of each step of analgesia."""

    def label(self, index: int) -> str:
        """A treatment within a sentence.

        Examples
        --------
        >>> Terms(("ebrt_8gy1",), ("External beam radiotherapy, 8 Gy in 1",), (), ()).label(0)
        'external beam radiotherapy, 8 Gy in 1'
        """
        label = self.labels[index]
        return label[0].lower() + label[1:] if label[1:2].islower() else label


@dataclass(frozen=True)
class Moment:
    """One event of a life."""

    day: float
    """Since diagnosis."""
    event: str
    """Name in `sim.life.events.EVENTS`."""
    lesion: int
    """Lesion that it happened to, -1 if none."""
    before: np.void
    after: np.void
    therapy_since: float
    """Day from which systemic therapy had been what it was before the event."""
    terms: Terms

    @property
    def planned(self) -> str:
        """The treatment of the episode of care that there was before the event."""
        return self.terms.label(int(self.before["episode_treatment"]))

    @property
    def treatment(self) -> str:
        """The treatment of the episode of care that there is after the event."""
        return self.terms.label(int(self.after["episode_treatment"]))

    @property
    def seen(self) -> list[str]:
        """Levels and other bones that an image showed for the first time."""
        if self.before["n_lesions"] == 0:
            return []
        known, found = (p["lesions"]["detected_day"] for p in (self.before, self.after))
        new = (found == self.day) & (known != found)
        levels = dict.fromkeys(self.after["lesions"]["level"][new].tolist())
        return [LESION_PLACES[i].replace("_", " ") for i in levels]

    @property
    def shows(self) -> bool:
        """Whether an image showed anything new."""
        due = [float(p["clock"][Event.SKELETAL_DETECTED]) for p in (self.before, self.after)]
        return bool(self.seen) or due[0] != due[1] == self.day

    @property
    def imaging(self) -> str | None:
        """The kind of image that was made, if any; of one for other pain only if it shows."""
        other = "work_up" if self.seen else None
        return IMAGING_EVENTS.get(self.event, other)


def relive(
    people: NDArray[np.void], model: Model, strategy: int, terms: Terms
) -> tuple[Moment, ...]:
    """Live a started life step by step, and keep what the person was before and after each event.

    Parameters
    ----------
    people : array of `PERSON`, shape (1,)
        Changed in place.
    terms : Terms
        What the numbers of the strategy mean.
    """
    care = model.care(strategy)
    moments = []
    alive = True
    therapy_since = 0.0
    after = _copied(people)
    while alive:
        before = after
        day, _ = next_event_of(people, 0)
        alive = live_on(people, 0, model.cancers, model.worlds, care, EVENT, NEVER) != DEATH
        after = _copied(people)
        event = EVENTS[after["event"]]
        lesion = int(after["event_place"])
        moments.append(Moment(day, event, lesion, before, after, therapy_since, terms))
        if after["therapy"] != before["therapy"]:
            therapy_since = day
    return tuple(moments)


def _copied(people: NDArray[np.void]) -> np.void:
    """The one person as they are now.

    All bytes at once: `copy` goes from field to field and takes sixty times as long.
    """
    copied: np.void = np.frombuffer(people.tobytes(), people.dtype)[0]
    return copied
