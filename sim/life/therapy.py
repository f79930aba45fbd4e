"""Systemic therapy: lines and classes, their end by progression, and delays from toxicity.

Slots are in closed form: a line with cycles of `c` days has its doses due at its start and every
`c` days after, daily for oral drugs. Pauses for palliative care are in `sim.life.pause`.
"""

from __future__ import annotations

import math

from sim.evidence.vocabulary import (
    CYTOTOXIC,
    MOST_LINES,
    NO_THERAPY,
    ON_THERAPY,
    STOPPED_BY_PROGRESSION,
    THERAPY_STOPPED,
    TOXICITY_DELAYED,
)
from sim.life.cancer import update_cancer_death
from sim.life.compiled import Record, compiled
from sim.life.events import (
    DOSE,
    THERAPY_LINE_END,
    THERAPY_START,
    TOXICITY_DELAY,
    TOXICITY_DELAY_END,
)
from sim.life.hazards import NEVER
from sim.life.luck import (
    THERAPY_CLASS,
    THERAPY_LINE,
    THERAPY_OFFERED,
    TOLERANCE,
    TOXICITY,
    budget,
    uniform,
    uniform_pair,
)
from sim.life.luck import THERAPY_START as THERAPY_START_LUCK
from sim.life.pause import (
    add_up_therapy,
    begin_pause,
    dose_withheld,
    never_resume,
    resume,
    too_painful_to_resume,
)


@compiled
def offer_therapy(person: Record, cancer: Record, world: Record) -> None:
    """Decide whether an incurable cancer is treated, and plan the start of the first line."""
    if uniform(person, THERAPY_OFFERED, 0, 0) < cancer.therapy_share:
        choose_class(person, cancer)
        person.clock[THERAPY_START] = person.now + world.therapy_start_mean_days * budget(
            person, THERAPY_START_LUCK, 0, 0
        )


@compiled
def offer_therapy_again(person: Record, cancer: Record, world: Record) -> None:
    """Offer therapy to a person who has none when skeletal metastasis is found later on."""
    has_none = person.therapy in (NO_THERAPY, THERAPY_STOPPED)
    if not has_none or person.clock[THERAPY_START] != NEVER:
        return
    if person.skeletal_detected_day <= max(person.incurable_day, 0.0):
        return
    if uniform(person, THERAPY_OFFERED, 0, 1) < cancer.therapy_share:
        add_up_therapy(person)
        person.therapy = NO_THERAPY
        person.therapy_offered_line = person.therapy_line
        choose_class(person, cancer)
        person.clock[THERAPY_START] = person.now + world.therapy_start_mean_days * budget(
            person, THERAPY_START_LUCK, 0, 1
        )


@compiled
def choose_class(person: Record, cancer: Record) -> None:
    """Choose the class of the next line."""
    share = uniform(person, THERAPY_CLASS, 0, person.therapy_line)
    choice = 0
    passed = cancer.therapy_class_share[0]
    while choice < cancer.therapy_class_share.size - 1 and share > passed:
        choice += 1
        passed += cancer.therapy_class_share[choice]
    person.therapy_class = choice


@compiled
def start_line(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Start the next line of therapy: its cycle, its end by progression; or withhold the start.

    A cytotoxic line is as long in everybody: a number of cycles is planned. Others go on until the
    cancer progresses, which an aggressive one does sooner.
    """
    person.clock[THERAPY_START] = NEVER
    if dose_withheld(person, care):
        person.start_held = 1
        begin_pause(person, cancer, world, care)
        return
    person.therapy_cycle_days = world.therapy_cycle_days[person.therapy_class]
    if person.pause_open == 1:
        if too_painful_to_resume(person, care):
            person.start_held = 1
            begin_pause(person, cancer, world, care)
            person.clock[THERAPY_START] = person.now + person.therapy_cycle_days
            return
        resume(person, cancer, world)
    line = person.therapy_line
    add_up_therapy(person)
    person.therapy_line += 1
    person.therapy_line_open = 1
    person.therapy = ON_THERAPY
    person.therapy_since = person.now
    person.therapy_line_start = person.now
    if line == 0:
        prone = uniform(person, TOLERANCE, 0, 0) < world.toxicity_prone_share
        person.therapy_tolerance = 1.0 if prone else 0.0
    mean_days = cancer.therapy_line_mean_days[line - person.therapy_offered_line]
    if person.therapy_class != CYTOTOXIC:
        mean_days /= person.frailty
    person.clock[THERAPY_LINE_END] = person.now + mean_days * budget(person, THERAPY_LINE, 0, line)
    wind_toxicity(person, world)


@compiled
def wind_toxicity(person: Record, world: Record) -> None:
    """Set the clock of the next delay from toxicity: it accumulates over lines of therapy."""
    person.clock[TOXICITY_DELAY] = NEVER
    if person.therapy_class != CYTOTOXIC or person.therapy_tolerance == 0.0:
        return
    per_cycle = world.toxicity_delay_per_cycle * world.toxicity_per_line_ratio ** (
        person.therapy_line - 1
    )
    cycles = math.ceil(
        budget(person, TOXICITY, person.therapy_line, person.n_toxicity_delays)
        / -math.log(1.0 - min(per_cycle, 0.99))
    )
    person.clock[TOXICITY_DELAY] = next_slot(person) + person.therapy_cycle_days * (cycles - 1)


@compiled
def next_slot(person: Record) -> float:
    """Day of the first dose due after now in the current line."""
    cycle = person.therapy_cycle_days
    passed = (person.now - person.therapy_line_start) / cycle
    return person.therapy_line_start + cycle * (math.floor(passed) + 1.0)


@compiled
def delay_for_toxicity(person: Record, world: Record) -> None:
    """Withhold the dose that is due, for a time that is at least the shortest counted delay."""
    person.clock[TOXICITY_DELAY] = NEVER
    add_up_therapy(person)
    person.therapy = TOXICITY_DELAYED
    person.toxicity_since = person.now
    person.n_toxicity_delays += 1
    _, length = uniform_pair(person, TOXICITY, 0, person.n_toxicity_delays)
    person.clock[TOXICITY_DELAY_END] = (
        person.now
        + world.toxicity_delay_least_days
        - math.log(length) * world.toxicity_delay_more_mean_days
    )


@compiled
def resume_after_toxicity(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Give the dose that was put off, or withhold it; the slots of the line now run from here."""
    person.clock[TOXICITY_DELAY_END] = NEVER
    person.toxicity_delay_days += person.now - person.toxicity_since
    person.n_toxicity_delays_over += 1
    add_up_therapy(person)
    person.therapy = ON_THERAPY
    person.therapy_line_start = person.now
    wind_toxicity(person, world)
    if dose_withheld(person, care):
        begin_pause(person, cancer, world, care)


@compiled
def end_line(person: Record, cancer: Record, world: Record) -> None:
    """End a line by progression: the next one follows after a gap, or therapy stops for good."""
    person.clock[THERAPY_LINE_END] = NEVER
    person.clock[TOXICITY_DELAY] = NEVER
    person.clock[TOXICITY_DELAY_END] = NEVER
    person.clock[DOSE] = NEVER
    add_up_therapy(person)
    person.therapy_line_open = 0
    person.toxicity_due_day = NEVER
    line = person.therapy_line
    mark = uniform(person, THERAPY_LINE, 1, line)
    if line - person.therapy_offered_line < MOST_LINES and mark < cancer.therapy_next_line_share:
        # Nobody gets a dose in the gap before the next line: a pause under way rests as long.
        person.therapy = NO_THERAPY
        person.time_off_ratio = 1.0
        update_cancer_death(person, cancer, world)
        choose_class(person, cancer)
        person.clock[THERAPY_START] = person.now + world.therapy_gap_days
    else:
        if person.pause_open == 1:
            never_resume(person, STOPPED_BY_PROGRESSION)
        person.therapy = THERAPY_STOPPED
        update_cancer_death(person, cancer, world)
