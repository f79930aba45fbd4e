"""What controls all lesions at once: a line of systemic therapy that works, and remission.

A line that works holds every lesion at the size it has, smaller by a share, eases its tumor pain
and slows what is still to come. Without one they grow. Cancers that are cured, or that rest before
they become incurable, go into remission: nothing grows, tumor pain ends, bone that hurts on
movement heals, and images stop until the cancer comes back.
"""

from __future__ import annotations

from sim.evidence.instruments import WORST_GRADE
from sim.life.bones import rewind_bones
from sim.life.clocks import change_rate
from sim.life.compiled import Record, compiled
from sim.life.cord import deficit_rate, epidural_rate
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import (
    change_lesion_rate,
    change_ramp_rate,
    first_epidural_grade,
    refresh_lesion,
    set_lesion_clock,
    settle_growth,
    slot,
    stop_lesion_clock,
)
from sim.life.luck import budget, uniform_pair
from sim.life.pain import (
    note_pain,
    pain_rate,
    rewind_work_up,
    update_symptoms,
    wind_escalation,
)
from sim.life.performance import respond
from sim.life.records import FIRST_BONE
from sim.life.root import free_roots, rewind_roots
from sim.life.spine import rewind_levels

UNTREATED, CURED = 1.0, 0.0
"""Ratios of the hazards of all lesions without a line that works, and in remission."""


@compiled
def wind_tumor(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Wind the clocks of a lesion's pain and of the canal, after its control changed."""
    rate = pain_rate(person, cancer, world, lesion)
    change_lesion_rate(person, lesion, Event.PAIN_ONSET_OR_ESCALATION, rate)
    if lesion.place >= FIRST_BONE:
        return
    rewind_roots(person, cancer, world, lesion)
    event = Event.EPIDURAL_EXTENSION
    if lesion.epidural_grade == WORST_GRADE:
        return
    rate = epidural_rate(person, world, lesion)
    if lesion.epidural_grade > first_epidural_grade(lesion):
        change_lesion_rate(person, lesion, event, rate)
    else:
        change_ramp_rate(person, lesion, event, rate)


@compiled
def control_lesions(
    person: Record, cancer: Record, world: Record, ratio: float, shrinks_by: float
) -> None:
    """Change the hazards of all lesions by a ratio to the untreated; they grow only at 1.

    An equal ratio without a shrink changes no bit, but for lesions that have another tempo now.
    """
    changes = ratio != person.systemic_ratio or shrinks_by > 0.0
    if changes:
        for i in range(person.n_lesions):
            settle_growth(person, person.lesions[person.lesion_at[i]], shrinks_by)
    before = person.systemic_ratio
    person.systemic_ratio = ratio
    person.growing = 1 if ratio == UNTREATED else 0
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if changes:
            put_off_relapse(person, lesion, before)
        wind_tumor(person, cancer, world, lesion)
        refresh_lesion(person, lesion)
    if changes:
        rewind_levels(person, world)
        rewind_bones(person, world)


@compiled
def put_off_relapse(person: Record, lesion: Record, ratio_before: float) -> None:
    """Let what is left until the relapse of a treated lesion pass at the new ratio."""
    day = lesion.clock[slot(Event.PAIN_RELAPSED)]
    if day != NEVER and person.systemic_ratio > 0.0:
        left = (day - person.now) * ratio_before / person.systemic_ratio
        set_lesion_clock(person, lesion, Event.PAIN_RELAPSED, person.now + left)


@compiled
def begin_response(person: Record, cancer: Record, world: Record) -> None:
    """Let a line of therapy work from now on: lesions shrink, and their tumor pain eases."""
    person.clock[Event.THERAPY_RESPONSE] = NEVER
    respond(person, world, 1)
    control_lesions(person, cancer, world, world.response_tumor_ratio, world.response_shrinks_by)
    eased = False
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.biological_pain > 0.0 and lesion.relieved == 0:
            mark, depth = uniform_pair(
                person, Luck.THERAPY_EASES, lesion.place, person.therapy_line
            )
            left = 0.0
            if mark >= world.response_complete_ease_share:
                low = world.response_least_ease
                left = lesion.biological_pain * (1.0 - (low + (1.0 - low) * depth))
            ease(person, cancer, world, lesion, left)
            eased = True
    if eased:
        update_symptoms(person, world)


@compiled
def ease(person: Record, cancer: Record, world: Record, lesion: Record, left: float) -> None:
    """Lower the tumor pain of a lesion to what is left of it; it may escalate again.

    The caller updates the symptoms, once for all lesions.
    """
    lesion.biological_pain = left
    lesion.relapses += 1
    wind_escalation(person, cancer, world, lesion, 0)
    note_pain(person, world, lesion)
    rewind_work_up(person, world, lesion)
    refresh_lesion(person, lesion)


@compiled
def end_response(person: Record, cancer: Record, world: Record) -> None:
    """End the time in which a line works: lesions grow again, from where they are."""
    person.clock[Event.THERAPY_RESPONSE] = NEVER
    if person.responding == 1:
        respond(person, world, 0)
        control_lesions(person, cancer, world, UNTREATED, 0.0)


@compiled
def plan_remission(person: Record, world: Record) -> None:
    """Plan the remission of a cancer that has spread and is not incurable, or not yet."""
    wait = budget(person, Luck.REMISSION, 0, 0)
    person.clock[Event.REMISSION] = person.now + world.remission_mean_days * wait


@compiled
def enter_remission(person: Record, cancer: Record, world: Record) -> None:
    """Stop seeding, growth, loss of function and images, end tumor pain, let bone heal."""
    person.clock[Event.REMISSION] = NEVER
    if person.incurable_day <= person.now:
        return
    person.remission = 1
    for event in (
        Event.SKELETAL_METASTASIS,
        Event.SPINAL_METASTASIS,
        Event.OUTSIDE_SEEDED,
        Event.SURVEILLANCE_IMAGING,
    ):
        if person.clock[event] != NEVER:
            change_rate(person, event, 0.0)
    # Lytic bone of myeloma is not filled again; elsewhere it heals.
    shrinks_by = 1.0 if cancer.remission_heals_bone == 1 else world.response_shrinks_by
    control_lesions(person, cancer, world, CURED, shrinks_by)
    eased = False
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        stop_lesion_clock(lesion, Event.PAIN_RELIEVED)
        stop_lesion_clock(lesion, Event.PAIN_RELAPSED)
        change_lesion_rate(person, lesion, Event.NEUROLOGIC_DEFICIT, 0.0)
        if lesion.biological_pain > 0.0 or lesion.relieved == 1:
            lesion.relieved = 0
            ease(person, cancer, world, lesion, 0.0)
            eased = True
        if lesion.roots > 0:
            free_roots(person, cancer, world, lesion, True)
        heal(person, world, lesion)
        refresh_lesion(person, lesion)
    if eased:
        update_symptoms(person, world)


@compiled
def heal(person: Record, world: Record, lesion: Record) -> None:
    """Let bone that hurts on movement heal in remission; also what a course leaves of its pain."""
    if person.remission == 1 and lesion.mechanical_pain > 0.0:
        lesion.stabilized_to = 0.0
        wait = budget(person, Luck.REMISSION, lesion.place, 1 + lesion.courses)
        day = person.now + world.remission_heals_mean_days * wait
        set_lesion_clock(person, lesion, Event.MECHANICAL_PAIN_RELIEVED, day)


@compiled
def leave_remission(person: Record, cancer: Record, world: Record) -> None:
    """Let lesions grow again, and be looked for: the cancer has come back and is incurable."""
    person.clock[Event.REMISSION] = NEVER
    if person.remission == 1:
        person.remission = 0
        if person.skeletal_metastasis_day <= person.now:
            change_rate(person, Event.SURVEILLANCE_IMAGING, world.surveillance_rate_per_day)
        if person.skeletal_metastasis_day <= person.now and person.n_levels == 0:
            change_rate(person, Event.SPINAL_METASTASIS, world.spinal_seeding_rate_per_day)
        for i in range(person.n_lesions):
            lesion = person.lesions[person.lesion_at[i]]
            lesion.tumor_ratio = lesion.canal_ratio = 1.0
            rate = deficit_rate(world, lesion)
            change_lesion_rate(person, lesion, Event.NEUROLOGIC_DEFICIT, rate)
    control_lesions(person, cancer, world, UNTREATED, 0.0)
