"""Nerve roots: a lesion reaches a foramen, or the cauda equina, beside what it does to the cord.

It does so the sooner the larger it is, sooner if it sits at the back of the vertebra, and sooner
with each grade by which it fills the canal. That gives pain down the root and, in a share,
numbness where the root is felt. The root of the other side may follow at the same hazard.
"""

from __future__ import annotations

from sim.evidence.vocabulary import Compartment
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.function import update_function
from sim.life.lesion import (
    WORSE,
    change_ramp_rate,
    look_again,
    slot,
    stop_lesion_clock,
    wind_ramp,
)
from sim.life.luck import budget, uniform_pair
from sim.life.pain import draw_onset, hurt_by_tumor, lesion_tempo
from sim.life.records import FIRST_BONE

ROOTS_OF_A_LEVEL = 2
"""Roots that leave the spine at a level: one on each side."""


@compiled
def root_rate(person: Record, cancer: Record, world: Record, lesion: Record) -> float:
    """Hazard per day, of a lesion that fills its vertebra, that the next root is reached."""
    rate = world.root_rate_per_day * lesion_tempo(person, cancer)
    if lesion.posterolateral_points > 0:
        rate *= world.root_posterolateral_ratio
    for _ in range(lesion.epidural_grade):
        rate *= world.root_epidural_ratio
    return rate * lesion.tumor_ratio * person.systemic_ratio


@compiled
def has_roots(lesion: Record) -> bool:
    """Say whether a lesion sits where it can reach a root: in a vertebra or the epidural space."""
    return bool(
        lesion.place < FIRST_BONE
        and lesion.compartment
        in (Compartment.EXTRADURAL_VERTEBRAL, Compartment.EXTRADURAL_SOFT_TISSUE)
    )


@compiled
def rewind_roots(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Give the clock of the next root the hazard of now; an equal one changes no bit."""
    if not has_roots(lesion) or lesion.roots == ROOTS_OF_A_LEVEL:
        return
    change_ramp_rate(person, lesion, Event.ROOT_REACHED, root_rate(person, cancer, world, lesion))


@compiled
def free_roots(person: Record, cancer: Record, world: Record, lesion: Record, feels: bool) -> None:
    """Free the roots of a treated lesion: its pain is radicular no more; they may be reached again.

    Numbness ends if it is said that they feel again.
    """
    if lesion.roots == ROOTS_OF_A_LEVEL:
        wait = budget(person, Luck.ROOT, lesion.place, lesion.roots_reached)
        rate = root_rate(person, cancer, world, lesion)
        wind_ramp(person, lesion, Event.ROOT_REACHED, wait, rate)
    lesion.roots = 0
    lesion.radicular = 0
    if feels and lesion.root_numb == 1:
        lesion.root_numb = 0
        update_function(person, world)


@compiled
def reach_root(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Give a lesion radicular pain, no less than a rating that is drawn, and maybe numbness."""
    numb, size = uniform_pair(person, Luck.ROOT_EFFECT, lesion.place, lesion.roots_reached)
    lesion.roots_reached += 1
    lesion.roots += 1
    if lesion.roots < ROOTS_OF_A_LEVEL:
        wait = budget(person, Luck.ROOT, lesion.place, lesion.roots_reached)
        rate = lesion.rate[slot(Event.ROOT_REACHED)]
        wind_ramp(person, lesion, Event.ROOT_REACHED, wait, rate)
    else:
        stop_lesion_clock(lesion, Event.ROOT_REACHED)
    look_again(person, lesion, WORSE)
    lesion.radicular = 1
    if numb < world.root_numb_share:
        lesion.root_numb = 1
        update_function(person, world)
    low, high = world.root_pain_low, world.root_pain_high
    rating = low + (high - low) * size
    pain = lesion.biological_pain
    if pain == 0.0:
        pain = min(draw_onset(person, world, lesion), lesion.pain_cap)
    if pain < rating:
        lesion.pain_cap = max(lesion.pain_cap, rating)
        pain = rating
    if pain > lesion.biological_pain:
        hurt_by_tumor(person, cancer, world, lesion, pain)
