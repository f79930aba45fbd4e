"""How often a lesion may be treated: limits that belong to it and to the kind of treatment.

Whatever a treatment is called. Radiotherapy is limited by the dose to the spinal cord that all
courses together give, and by the time since the last one; cement, ablation, surgery and
radiopharmaceuticals, which the marrow limits, by their number (in the person). Bone outside the
spine has no cord: the same limits hold there by assumption. A strategy may cap all local courses at
a lesion of the spine.
"""

from __future__ import annotations

from sim.life.compiled import Record, compiled
from sim.life.records import FIRST_BONE


@compiled
def dose_left(person: Record, care: Record, lesion: Record) -> float:
    """Dose to the cord that a lesion may have now: none too soon after the last radiotherapy."""
    # Added up as a review is planned, so that a lesion seen again after as long may be irradiated.
    if person.now < lesion.irradiated_until + care.reirradiation_interval_days:
        return 0.0
    return float(max(care.cord_dose_limit_gy - lesion.cord_dose_gy, 0.0))


@compiled
def limits_leave_room(person: Record, care: Record, treatment: Record, lesion: Record) -> bool:
    """Say whether a lesion may have one more course of all kinds that a treatment is of.

    Surgery is never barred by the dose of its radiotherapy: it is what is left after radiotherapy.
    """
    if treatment.surgery == 1:
        if lesion.operations >= care.most_operations:
            return False
    elif treatment.cord_dose_gy > dose_left(person, care, lesion):
        return False
    if treatment.cement == 1 and lesion.cement >= care.most_cement_courses:
        return False
    if treatment.ablation == 1 and lesion.ablations >= care.most_ablations:
        return False
    return bool(
        treatment.systemic == 0
        or person.n_radiopharmaceuticals < care.most_radiopharmaceutical_courses
    )


@compiled
def too_soon(person: Record, care: Record, treatment: Record, lesion: Record) -> bool:
    """Say whether the time since the last radiotherapy, and not the dose, bars a treatment."""
    room = care.cord_dose_limit_gy - lesion.cord_dose_gy
    return bool(
        0.0 < treatment.cord_dose_gy <= room
        and person.now < lesion.irradiated_until + care.reirradiation_interval_days
    )


@compiled
def cap_leaves_room(care: Record, treatment: Record, lesion: Record) -> bool:
    """Say whether the strategy's cap of local courses leaves room for one of a treatment."""
    return bool(
        treatment.systemic == 1
        or lesion.place >= FIRST_BONE
        or lesion.courses - lesion.radiopharmaceuticals < care.most_local_courses
    )


@compiled
def count_course(person: Record, care: Record, treatment: Record, lesion: Record) -> None:
    """Count a course that begins, by its kinds, and its dose: after surgery what room is left."""
    lesion.course_dose_gy = treatment.cord_dose_gy
    if treatment.surgery == 1:
        lesion.course_dose_gy = min(treatment.cord_dose_gy, dose_left(person, care, lesion))
    lesion.courses += 1
    lesion.cement += treatment.cement
    lesion.ablations += treatment.ablation
    lesion.operations += treatment.surgery
    lesion.radiopharmaceuticals += treatment.systemic
    if lesion.course_dose_gy > 0.0:
        lesion.radiotherapy += 1
        lesion.cord_dose_gy += lesion.course_dose_gy
        lesion.irradiated_day = min(lesion.irradiated_day, person.now)
        lesion.irradiated_until = person.now
