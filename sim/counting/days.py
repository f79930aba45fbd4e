"""How days are spread over people diagnosed in the years of a run: what is kept, and a life's part.

Room: counting; this is the `days` of a `Tally`. The means stand in `sim.counting.shares`.
"""

from __future__ import annotations

from enum import auto

import numpy as np
from numpy.typing import NDArray

from sim.counting.adding import add
from sim.counting.spread import bin_of
from sim.evidence.vocabulary import MOST_TOXICITY_DELAYS, Numbered
from sim.life.compiled import Record, compiled_in_place
from sim.life.hazards import NEVER


class CohortDays(Numbered):
    """Measures in days whose distribution is kept, by primary: each has the name of its mean."""

    PAIN_DAYS_PER_PERSON = auto()
    PAIN_AT_REST_DAYS_PER_PERSON = auto()
    PAIN_ONLY_ON_MOVEMENT_DAYS_PER_PERSON = auto()
    SEVERE_PAIN_DAYS_PER_PERSON = auto()
    SEVERE_PAIN_DAYS_IN_LAST_MONTH = auto()
    OPIOID_DAYS_PER_PERSON = auto()
    NOT_WALKING_DAYS_PER_PERSON = auto()
    WALKING_WITH_HELP_DAYS_PER_PERSON = auto()
    NUMB_DAYS_PER_PERSON = auto()
    PAIN_BEFORE_CORD_COMPRESSION_DAYS = auto()
    CORD_SYMPTOM_TO_DIAGNOSIS_DAYS = auto()
    TOXICITY_DELAY_DAYS_PER_DELAY = auto()
    BONE_PAIN_DAYS_PER_PERSON = auto()
    ANY_PAIN_DAYS_PER_PERSON = auto()
    BONE_CARE_PAUSED_DAYS_PER_PERSON = auto()
    BONE_CARE_DELAY_DAYS_PER_PERSON = auto()
    PAIN_TO_RADIOTHERAPY_DAYS = auto()


@compiled_in_place
def count_days(days: NDArray[np.int32], place: int, person: Record) -> None:
    """Count a person's days, each in its bin, by primary."""
    mine = days[place, :, person.primary]
    for i in range(min(person.n_toxicity_delays_over, MOST_TOXICITY_DELAYS)):
        add(
            mine,
            (CohortDays.TOXICITY_DELAY_DAYS_PER_DELAY, bin_of(person.toxicity_delay_length[i])),
            1,
        )
    if person.skeletal_metastasis_day != NEVER:
        add(mine, (CohortDays.BONE_PAIN_DAYS_PER_PERSON, bin_of(person.bone_pain_days)), 1)
        add(mine, (CohortDays.ANY_PAIN_DAYS_PER_PERSON, bin_of(person.any_pain_days)), 1)
    if person.skeletal_detected_day != NEVER:
        paused_days, delay_days = person.bone_care_paused_days, person.bone_care_delay_days
        add(mine, (CohortDays.BONE_CARE_PAUSED_DAYS_PER_PERSON, bin_of(paused_days)), 1)
        add(mine, (CohortDays.BONE_CARE_DELAY_DAYS_PER_PERSON, bin_of(delay_days)), 1)
    if person.n_spinal == 0:
        return
    add(mine, (CohortDays.PAIN_DAYS_PER_PERSON, bin_of(person.pain_days)), 1)
    add(mine, (CohortDays.PAIN_AT_REST_DAYS_PER_PERSON, bin_of(person.pain_at_rest_days)), 1)
    on_movement_days = person.pain_days - person.pain_at_rest_days
    add(mine, (CohortDays.PAIN_ONLY_ON_MOVEMENT_DAYS_PER_PERSON, bin_of(on_movement_days)), 1)
    add(mine, (CohortDays.SEVERE_PAIN_DAYS_PER_PERSON, bin_of(person.severe_pain_days)), 1)
    if person.spinal_detected_day != NEVER:
        last_days = person.last_month_severe_days
        add(mine, (CohortDays.SEVERE_PAIN_DAYS_IN_LAST_MONTH, bin_of(last_days)), 1)
    add(mine, (CohortDays.OPIOID_DAYS_PER_PERSON, bin_of(person.opioid_days)), 1)
    add(mine, (CohortDays.NOT_WALKING_DAYS_PER_PERSON, bin_of(person.not_walking_days)), 1)
    add(mine, (CohortDays.WALKING_WITH_HELP_DAYS_PER_PERSON, bin_of(person.with_help_days)), 1)
    add(mine, (CohortDays.NUMB_DAYS_PER_PERSON, bin_of(person.numb_days)), 1)
    if person.n_radiotherapy > 0 and person.pain_onset_day <= person.first_radiotherapy_day:
        hurt_days = person.first_radiotherapy_day - person.pain_onset_day
        add(mine, (CohortDays.PAIN_TO_RADIOTHERAPY_DAYS, bin_of(hurt_days)), 1)
    if person.cord_compression_day != NEVER:
        hurt_days = person.cord_compression_pain_days
        if hurt_days != NEVER:
            add(mine, (CohortDays.PAIN_BEFORE_CORD_COMPRESSION_DAYS, bin_of(hurt_days)), 1)
        waited_days = person.cord_compression_day - person.first_deficit_day
        add(mine, (CohortDays.CORD_SYMPTOM_TO_DIAGNOSIS_DAYS, bin_of(waited_days)), 1)
