"""Systemic therapy: lines and classes, their end by progression, and delays from toxicity.

Slots are in closed form: a line with cycles of `c` days has its doses due at its start and every
`c` days after, daily for oral drugs. Pauses for palliative care are in `sim.life.pause`.
"""

from __future__ import annotations

import math

from sim.evidence.elementary import log, power
from sim.evidence.vocabulary import (
    MOST_LINES,
    MOST_TOXICITY_DELAYS,
    NeverResumed,
    Therapy,
    TherapyClass,
)
from sim.life.compiled import Record, compiled
from sim.life.control import end_response
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.luck import budget, exponential, uniform, uniform_pair
from sim.life.pause import (
    add_up_therapy,
    begin_pause,
    dose_withheld,
    never_resume,
    resume,
    too_painful_to_resume,
)
from sim.life.performance import (
    fit_for_therapy,
    update_cancer_death,
    years_since_reference,
)
from sim.life.policy import N_CLASSES


@compiled
def offer_therapy(person: Record, cancer: Record, world: Record) -> None:
    """Decide whether an incurable cancer is treated, and plan the start of the first line."""
    share = fit_for_therapy(person, world, cancer.therapy_share)
    if uniform(person, Luck.THERAPY_OFFERED, 0, 0) < share:
        plan_first_line(person, cancer, world, 0)


@compiled
def offer_therapy_again(person: Record, cancer: Record, world: Record) -> None:
    """Offer therapy to a person who has none when skeletal metastasis is found later on.

    Who gave it up after an operation is not offered it again.
    """
    has_none = person.therapy in (Therapy.NONE, Therapy.STOPPED)
    if not has_none or person.clock[Event.THERAPY_STARTED] != NEVER:
        return
    if person.therapy_given_up == 1:
        return
    if person.skeletal_detected_day <= max(person.incurable_day, 0.0):
        return
    share = fit_for_therapy(person, world, cancer.therapy_share)
    if uniform(person, Luck.THERAPY_OFFERED, 0, 1) < share:
        add_up_therapy(person)
        person.therapy = Therapy.NONE
        person.therapy_offered_line = person.therapy_line
        plan_first_line(person, cancer, world, 1)


@compiled
def plan_first_line(person: Record, cancer: Record, world: Record, occurrence: int) -> None:
    """Plan the first line of an offer of therapy: its class and its start."""
    choose_class(person, cancer, world)
    wait_days = world.therapy_start_mean_days * budget(person, Luck.THERAPY_START, 0, occurrence)
    person.clock[Event.THERAPY_STARTED] = person.now + wait_days


@compiled
def choose_class(person: Record, cancer: Record, world: Record) -> None:
    """Choose the class of the next line, by the shares of the year of diagnosis.

    They go in a straight line from those of the reference year to those of a later one.
    """
    mark = uniform(person, Luck.THERAPY_CLASS, 0, person.therapy_line)
    later = years_since_reference(person, world)
    later /= world.therapy_class_later_year - world.reference_year
    later = min(max(later, 0.0), 1.0)
    passed = 0.0
    for therapy_class in range(N_CLASSES):
        share = (1.0 - later) * cancer.therapy_class_share[therapy_class]
        share += later * cancer.therapy_class_later_share[therapy_class]
        if share > 0.0 and mark > passed:
            person.therapy_class = therapy_class
        passed += share


@compiled
def start_line(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Start the next line of therapy: its cycle, its end by progression; or withhold the start.

    A cytotoxic line does not depend on how aggressive the cancer is: a number of cycles is planned.
    Others go on until the cancer progresses, which an aggressive one does sooner. A line that works
    is longer and one that does not is shorter than the mean over both.
    """
    person.clock[Event.THERAPY_STARTED] = NEVER
    if dose_withheld(person, care):
        person.start_held = 1
        begin_pause(person, cancer, world, care)
        return
    person.therapy_cycle_days = world.therapy_cycle_days[person.therapy_class]
    if person.pause_open == 1:
        if too_painful_to_resume(person, care):
            person.start_held = 1
            begin_pause(person, cancer, world, care)
            person.clock[Event.THERAPY_STARTED] = person.now + person.therapy_cycle_days
            return
        resume(person, cancer, world)
    elif person.time_off_ratio != 1.0:
        person.time_off_ratio = 1.0
        update_cancer_death(person, cancer, world)
    line = person.therapy_line
    add_up_therapy(person)
    person.therapy_line += 1
    person.therapy_price_per_day = world.therapy_price_per_day[person.therapy_class]
    person.therapy_line_open = 1
    person.therapy = Therapy.ON
    person.therapy_since = person.now
    person.therapy_line_start = person.now
    if line == 0:
        prone = uniform(person, Luck.TOLERANCE, 0, 0) < world.toxicity_prone_share
        person.therapy_tolerance = 1.0 if prone else 0.0
    mean_days = cancer.therapy_line_mean_days[line - person.therapy_offered_line]
    if person.therapy_class != TherapyClass.CYTOTOXIC:
        mean_days /= person.frailty
    share = cancer.therapy_response_share[person.therapy_class]
    share *= power(world.therapy_later_response_ratio, float(line - person.therapy_offered_line))
    mark, wait = uniform_pair(person, Luck.THERAPY_RESPONSE, 0, line)
    without = world.therapy_no_response_line_ratio
    # Lines that work and lines that do not keep the mean length of both.
    mean_days /= share + (1.0 - share) * without
    if mark < share:
        response_days = exponential(wait) * world.therapy_response_mean_days
        person.clock[Event.THERAPY_RESPONSE] = person.now + response_days
    else:
        mean_days *= without
    length = budget(person, Luck.THERAPY_LINE, 0, line)
    person.clock[Event.THERAPY_LINE_ENDED] = person.now + mean_days * length
    wind_toxicity(person, world)


@compiled
def wind_toxicity(person: Record, world: Record) -> None:
    """Set the clock of the next delay from toxicity: it accumulates over lines of therapy."""
    person.clock[Event.TOXICITY_DELAY] = NEVER
    if person.therapy_class != TherapyClass.CYTOTOXIC or person.therapy_tolerance == 0.0:
        return
    line_ratio = power(world.toxicity_per_line_ratio, float(person.therapy_line - 1))
    per_cycle = min(world.toxicity_delay_per_cycle * line_ratio, 0.99)
    wait = budget(person, Luck.TOXICITY, person.therapy_line, person.n_toxicity_delays)
    cycles_to_come = math.ceil(wait / -log(1.0 - per_cycle))
    cycle_days = person.therapy_cycle_days
    cycles_passed = math.floor((person.now - person.therapy_line_start) / cycle_days)
    next_slot = person.therapy_line_start + cycle_days * (cycles_passed + 1.0)
    person.clock[Event.TOXICITY_DELAY] = next_slot + cycle_days * (cycles_to_come - 1)


@compiled
def delay_for_toxicity(person: Record, world: Record) -> None:
    """Withhold the dose that is due, for a time that is at least the shortest counted delay."""
    person.clock[Event.TOXICITY_DELAY] = NEVER
    add_up_therapy(person)
    person.therapy = Therapy.TOXICITY_DELAY
    person.toxicity_since = person.now
    person.n_toxicity_delays += 1
    _, length = uniform_pair(person, Luck.TOXICITY, 0, person.n_toxicity_delays)
    least_day = person.now + world.toxicity_delay_least_days
    more_days = exponential(length) * world.toxicity_delay_more_mean_days
    person.clock[Event.TOXICITY_DELAY_OVER] = least_day + more_days


@compiled
def resume_after_toxicity(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Give the dose that was put off, or withhold it; the slots of the line now run from here."""
    person.clock[Event.TOXICITY_DELAY_OVER] = NEVER
    days = person.now - person.toxicity_since
    person.toxicity_delay_days += days
    if person.n_toxicity_delays_over < MOST_TOXICITY_DELAYS:
        person.toxicity_delay_length[person.n_toxicity_delays_over] = days
    person.n_toxicity_delays_over += 1
    add_up_therapy(person)
    person.therapy = Therapy.ON
    person.therapy_line_start = person.now
    wind_toxicity(person, world)
    if dose_withheld(person, care):
        begin_pause(person, cancer, world, care)


@compiled
def close_line(person: Record, cancer: Record, world: Record) -> None:
    """Take away the clocks and the effect of the line that is open, if one is."""
    person.clock[Event.THERAPY_LINE_ENDED] = NEVER
    person.clock[Event.TOXICITY_DELAY] = NEVER
    person.clock[Event.TOXICITY_DELAY_OVER] = NEVER
    person.clock[Event.DOSE_DUE] = NEVER
    end_response(person, cancer, world)
    add_up_therapy(person)
    person.therapy_line_open = 0
    person.toxicity_due_day = NEVER


@compiled
def give_up_therapy(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Never have systemic therapy again after an operation: off it for good, at its hazard.

    The hazard is that of a break, but never below that on therapy: the trials behind it stopped
    drugs for a time and resumed them, and cannot say that to be without them for good prolongs
    life.
    """
    close_line(person, cancer, world)
    person.clock[Event.THERAPY_STARTED] = NEVER
    if person.pause_open == 1:
        never_resume(person, NeverResumed.SURGERY)
    person.therapy = Therapy.STOPPED
    person.therapy_given_up = 1
    person.time_off_ratio = max(care.time_off_ratio[person.therapy_class], 1.0)
    update_cancer_death(person, cancer, world)


@compiled
def end_line(person: Record, cancer: Record, world: Record) -> None:
    """End a line by progression: the next one follows after a gap, or therapy stops for good."""
    close_line(person, cancer, world)
    line = person.therapy_line
    mark = uniform(person, Luck.THERAPY_LINE, 1, line)
    share = fit_for_therapy(person, world, cancer.therapy_next_line_share)
    if line - person.therapy_offered_line < MOST_LINES and mark < share:
        # Nobody gets a dose in the gap before the next line: a pause under way rests as long.
        person.therapy = Therapy.NONE
        person.time_off_ratio = 1.0
        update_cancer_death(person, cancer, world)
        choose_class(person, cancer, world)
        person.clock[Event.THERAPY_STARTED] = person.now + world.therapy_gap_days
    else:
        if person.pause_open == 1:
            never_resume(person, NeverResumed.PROGRESSION)
        person.therapy = Therapy.STOPPED
        update_cancer_death(person, cancer, world)
