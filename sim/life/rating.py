"""How a person rates pain, on a good day and on a bad one, and what analgesia leaves of it.

The pains of a lesion are what people rate on average, on an ordinary day and without analgesia. A
person has a sensitivity, an answer to analgesia and a highest step of it that side effects leave,
each drawn once, when pain begins. While something hurts, ratings vary from week to week.
"""

from __future__ import annotations

from sim.evidence.elementary import exp
from sim.evidence.normal import standard_normal
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.luck import exponential, normal, uniform, uniform_pair

OPIOID_STEP = 2
STRONG_OPIOID_STEP = 3
WORST_PAIN = 10.0
"""The upper end of the numeric rating scale."""


@compiled
def draw_traits(person: Record, world: Record) -> None:
    """Draw how a person rates pain, how well analgesia works, and how far it goes.

    Side effects leave some without a strong opioid, and others are never offered one.
    """
    spread = world.pain_sensitivity_sd_log
    person.pain_sensitivity = exp(spread * normal(person, Luck.PAIN_SENSITIVITY, 0, 0))
    answers, how_well = uniform_pair(person, Luck.ANALGESIC_RESPONSE, 0, 0)
    person.analgesic_response = 0.0
    if answers >= world.opioid_not_answering_share:
        person.analgesic_response = 1.0 + world.analgesic_response_spread * (2.0 * how_well - 1.0)
    person.most_analgesia = OPIOID_STEP
    offered, tolerated = uniform_pair(person, Luck.OPIOID_TOLERANCE, 0, 0)
    if tolerated >= world.opioid_intolerance_share and offered >= world.undertreated_share:
        person.most_analgesia = STRONG_OPIOID_STEP
        strongest = world.morphine_mg_per_day.size - 1
        while (
            person.most_analgesia < strongest
            and uniform(person, Luck.OPIOID_TOLERANCE, 0, person.most_analgesia)
            < world.opioid_dose_step_tolerated_share
        ):
            person.most_analgesia += 1


@compiled
def wind_variation(person: Record, world: Record) -> None:
    """Draw how pain is rated for now, and set the clock of the next change."""
    occurrence = person.n_pain_variations
    person.n_pain_variations += 1
    how, wait = uniform_pair(person, Luck.PAIN_VARIES, 0, occurrence)
    person.pain_variation = exp(world.pain_variation_sd_log * standard_normal(how))
    wait_days = exponential(wait) * world.pain_variation_mean_days
    person.clock[Event.PAIN_VARIES] = person.now + wait_days


@compiled
def ordinary_rating(person: Record, pain: float) -> float:
    """A pain of a lesion as this person rates it on an ordinary day, without analgesia."""
    return min(pain * person.pain_sensitivity, WORST_PAIN)


@compiled
def rating_now(person: Record, pain: float) -> float:
    """A pain of a lesion as this person rates it now, without analgesia."""
    return min(pain * person.pain_sensitivity * person.pain_variation, WORST_PAIN)


@compiled
def left_by_analgesia(person: Record, effect: float) -> float:
    """The share of a pain that analgesia leaves, from its effect in people on average."""
    return max(1.0 - effect * person.analgesic_response, 0.0)


@compiled
def felt_at_rest(person: Record, world: Record, pain: float) -> float:
    """A pain of the tumor after analgesia: what is felt at rest, lying, at night."""
    effect = world.analgesia_effect_biological[person.analgesia]
    return rating_now(person, pain) * left_by_analgesia(person, effect)


@compiled
def felt_by_moving(person: Record, world: Record, pain: float) -> float:
    """A mechanical pain after analgesia: what only rising or turning brings."""
    effect = world.analgesia_effect_mechanical[person.analgesia]
    return rating_now(person, pain) * left_by_analgesia(person, effect)


@compiled
def felt_tumor_pain(person: Record, world: Record, lesion: Record) -> float:
    """Pain of one lesion at rest, after analgesia."""
    return felt_at_rest(person, world, lesion.biological_pain + lesion.flare)


@compiled
def felt_mechanical_pain(person: Record, world: Record, lesion: Record) -> float:
    """Mechanical pain of one lesion after analgesia."""
    return felt_by_moving(person, world, lesion.mechanical_pain)


@compiled
def felt_pain(person: Record, world: Record, lesion: Record) -> float:
    """Pain of one lesion on movement, after analgesia: its worst."""
    return max(felt_tumor_pain(person, world, lesion), felt_mechanical_pain(person, world, lesion))
