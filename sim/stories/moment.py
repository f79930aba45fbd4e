"""One event of a life: what the person was before and after it, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.process import apply_event_to, next_event_of
from sim.evidence.vocabulary import LEVELS, NO_EPISODE
from sim.life.events import ASSESSMENT, CARE, EVENTS, LESION, SKELETAL_DETECTION
from sim.life.records import OUTSIDE

IMAGES = {
    "staging": "staging",
    "surveillance_imaging": "surveillance_imaging",
    "pain_worked_up": "work_up",
    "cord_compression_diagnosed": "work_up",
}
"""Events that are images, and the kind of image."""


@dataclass(frozen=True)
class Terms:
    """What the numbers of a strategy mean.

    Attributes
    ----------
    treatments : tuple of str
        Names by index.
    labels : tuple of str
        The same in plain words.
    withhold : tuple of bool
        Whether each class of systemic therapy is withheld.
    morphine_mg : tuple of float
        Daily morphine equivalent of each step of analgesia.
    """

    treatments: tuple[str, ...]
    labels: tuple[str, ...]
    withhold: tuple[bool, ...]
    morphine_mg: tuple[float, ...]

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
    """One event of a life.

    Attributes
    ----------
    day : float
        Since diagnosis.
    event : str
        Name in `sim.life.events.EVENTS`.
    lesion : int
        Lesion that it happened to, -1 if none.
    before, after : records of `PERSON`
    therapy_since : float
        Day from which systemic therapy had been what it was before the event.
    terms : Terms
        Of the strategy.
    """

    day: float
    event: str
    lesion: int
    before: np.void
    after: np.void
    therapy_since: float
    terms: Terms

    @property
    def seen(self) -> list[str]:
        """Levels that an image showed for the first time."""
        if self.before["n_lesions"] == 0:
            return []
        known, found = (p["lesion_detected_day"] for p in (self.before, self.after))
        new = (found == self.day) & (known != found)
        return [LEVELS[i] for i in dict.fromkeys(self.after["lesion_level"][new].tolist())]

    @property
    def shows(self) -> bool:
        """Whether an image showed anything new."""
        due = [float(p["clock"][SKELETAL_DETECTION]) for p in (self.before, self.after)]
        return bool(self.seen) or due[0] != due[1] == self.day

    @property
    def imaging(self) -> str | None:
        """The kind of image that was made, if any; of one for other pain only if it shows."""
        other = "work_up" if self.seen else None
        return IMAGES.get(self.event, other)


def relive(
    people: NDArray[np.void],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    care: NDArray[np.void],
    terms: Terms,
) -> tuple[Moment, ...]:
    """Live a started life step by step, and keep what the person was before and after each event.

    Parameters
    ----------
    people : array of `PERSON`, shape (1,)
        Changed in place.
    cancers, worlds : arrays of `CANCER` and `WORLD`
    care : array of `POLICY`, length 1
        The strategy.
    terms : Terms
        What its numbers mean.
    """
    moments = []
    alive = True
    therapy_since = 0.0
    while alive:
        before = people[0].copy()
        day, code = next_event_of(people, 0)
        alive = apply_event_to(people, 0, day, code, cancers, worlds, care)
        after = people[0].copy()
        event = EVENTS[after["event"]]
        lesion = int(after["event_level"])
        if code == LESION:
            lesion = int(before["lesion_next"])
        elif event == "outside_seeded":
            lesion = OUTSIDE
        elif code == CARE and before["episode"] != NO_EPISODE:
            lesion = int(before["episode_lesion"])
        elif code == ASSESSMENT:
            lesion = int(before["site_lesion"])
        moments.append(Moment(day, event, lesion, before, after, therapy_since, terms))
        if after["therapy"] != before["therapy"]:
            therapy_since = day
    return tuple(moments)
