"""The events that can happen to a person, in the order in which simultaneous ones are applied."""

from __future__ import annotations

CLOCKS = (
    "incurable",
    "dissemination",
    "skeletal_metastasis",
    "spinal_metastasis",
    "level_seeded",
    "outside_seeded",
    "lesion",
    "analgesia_stepped",
    "care",
    "dose_due",
    "bone_agent_started",
    "pain_assessed",
    "staging",
    "surveillance_imaging",
    "osteoporotic_collapse",
    "other_back_pain",
    "cord_compression_diagnosed",
    "skeletal_detected",
    "spinal_detected",
    "skeletal_recorded",
    "therapy_started",
    "therapy_line_ended",
    "toxicity_delay",
    "toxicity_delay_over",
    "death_cancer",
    "death_other",
)
"""Clocks of a person, in the order of their codes. The order decides ties: it is part of the model.

`lesion` stands for the next event of any lesion; the event then applied is one of `LESION_EVENTS`.
`care` stands for the next step of palliative care, one of `CARE_EVENTS`; `dose_due` for the dose of
a systemic therapy that care may withhold, one of `DOSE_EVENTS`.
"""

N_CLOCKS = len(CLOCKS)
(
    INCURABLE,
    DISSEMINATION,
    SKELETAL_SEEDING,
    SPINAL_SEEDING,
    LEVEL_SEEDING,
    OUTSIDE_SEEDING,
    LESION,
    ANALGESIA,
    CARE,
    DOSE,
    BONE_AGENT,
    ASSESSMENT,
    STAGING,
    SURVEILLANCE,
    OSTEOPOROTIC_COLLAPSE,
    OTHER_BACK_PAIN,
    CORD_DIAGNOSIS,
    SKELETAL_DETECTION,
    SPINAL_DETECTION,
    RECORDING,
    THERAPY_START,
    THERAPY_LINE_END,
    TOXICITY_DELAY,
    TOXICITY_DELAY_END,
    DEATH_CANCER,
    DEATH_OTHER,
) = range(N_CLOCKS)

LESION_EVENTS = (
    "epidural_extension",
    "neurologic_deficit",
    "vertebral_fracture",
    "instability",
    "pain_onset_or_escalation",
    "pain_worked_up",
    "fracture_pain_settles",
    "pain_relieved",
    "mechanical_pain_relieved",
    "flare_over",
    "pain_relapsed",
)
"""What can happen to one lesion, in the order in which simultaneous ones are applied."""

N_LESION_EVENTS = len(LESION_EVENTS)
(
    EPIDURAL,
    DEFICIT,
    COLLAPSE,
    INSTABILITY,
    PAIN,
    WORK_UP,
    SETTLING,
    RELIEF,
    MECHANICAL_RELIEF,
    FLARE_OVER,
    RELAPSE,
) = range(N_LESION_EVENTS)
N_LESION_HAZARDS = WORK_UP + 1
"""Of them, the first ones have a hazard that may change; the others a day."""

CARE_EVENTS = (
    "referred",
    "care_decided",
    "prepared_for_course",
    "course_begun",
    "course_ended",
    "reviewed",
)
"""The steps of an episode of palliative care."""
(REFERRED, DECIDED, PREPARED, COURSE_BEGUN, COURSE_ENDED, REVIEWED) = range(len(CARE_EVENTS))

DOSE_EVENTS = ("dose_given", "therapy_paused", "therapy_resumed")
"""What becomes of a dose that care might withhold."""
(DOSE_GIVEN, PAUSED, RESUMED) = range(len(DOSE_EVENTS))

FIRST_CARE_EVENT = N_CLOCKS + N_LESION_EVENTS
FIRST_DOSE_EVENT = FIRST_CARE_EVENT + len(CARE_EVENTS)
EVENTS = (*CLOCKS, *LESION_EVENTS, *CARE_EVENTS, *DOSE_EVENTS)
"""Names of all events by code: those that share a clock follow the clocks."""
