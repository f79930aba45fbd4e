"""What episodes of the spine and of other bone have in common: who is due, waits, holds, rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.evidence.elementary import exp
from sim.life.compiled import Record, compiled
from sim.life.decision import on_or_due_therapy
from sim.life.events import Luck
from sim.life.hazards import NEVER
from sim.life.luck import budget, normal, uniform
from sim.life.pause import holds_class
from sim.life.policy import N_CLASSES
from sim.life.records import FIRST_BONE, NO_LESION

EVERY_CLASS = (1 << N_CLASSES) - 1
"""The bits of all classes of therapy."""


@compiled
def due_lesion(person: Record, of_bone: bool) -> int:
    """The place of the lesion whose referral is due, `NO_LESION` if none is; see `referral`."""
    due = NO_LESION
    day = NEVER
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        mine = (lesion.place >= FIRST_BONE) == of_bone
        if mine and lesion.referral_day <= person.now and lesion.referral_day < day:
            day = lesion.referral_day
            due = lesion.place
    return due


@compiled
def lognormal_wait(median_days: float, sd_log: float, z: float) -> float:
    """A wait with this median; 0 if the median is 0."""
    return median_days * exp(sd_log * z)


@compiled
def consult_wait(
    person: Record, care: Record, lesion: Record, purpose: int, emergency: bool
) -> float:
    """Days from the referral of a lesion to its consult, exponential in an emergency."""
    if emergency:
        wait = budget(person, purpose, lesion.place, lesion.episodes)
        return care.emergency_consult_wait_mean_days * wait
    z = normal(person, purpose, lesion.place, lesion.episodes)
    return lognormal_wait(care.consult_wait_median_days, care.consult_wait_sd_log, z)


@compiled
def treatment_wait(
    person: Record, treatment: Record, lesion: Record, purpose: int, emergency: bool
) -> float:
    """Days from the decision over a lesion to the course of its treatment."""
    median_days = treatment.wait_median_days
    if emergency:
        median_days = treatment.emergency_wait_median_days
    z = normal(person, purpose, lesion.place, lesion.episodes)
    return lognormal_wait(median_days, treatment.wait_sd_log, z)


@compiled
def practice(person: Record, treatment: Record, lesion: Record) -> int:
    """Bits of the classes whose doses are withheld around a course of a treatment at a lesion.

    One number decides for all treatments and classes: who holds where few do holds where more do.
    """
    mark = uniform(person, Luck.HOLD, lesion.place, lesion.episodes)
    bits = 0
    for therapy_class in range(N_CLASSES):
        if mark < treatment.hold_share[therapy_class]:
            bits |= 1 << therapy_class
    return bits


@compiled
def prepared_day(person: Record, treatment: Record, bits: int, start_day: float) -> float:
    """The day on which the pre-hold of a course begins, now at the earliest."""
    day = start_day
    if on_or_due_therapy(person) and holds_class(bits, person.therapy_class):
        day -= treatment.pre_hold_days[person.therapy_class]
    return max(day, person.now)


@compiled
def hold_doses(
    person: Record,
    held_until: NDArray[np.float64],
    treatment: Record,
    bits: int,
    more_days: float,
) -> None:
    """Withhold doses after a course: for the post-hold where there is one, and some days more."""
    for therapy_class in range(held_until.size):
        until = person.now + more_days
        if holds_class(bits, therapy_class):
            until += treatment.post_hold_days[therapy_class]
        held_until[therapy_class] = max(held_until[therapy_class], until)


@compiled
def rest_lesion(person: Record, lesion: Record, days: float) -> None:
    """Give what was decided time to act before the same lesion is referred again."""
    lesion.quiet_until = max(lesion.quiet_until, person.now + days)
