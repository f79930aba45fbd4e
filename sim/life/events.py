"""The events that can happen to a person, in the order in which simultaneous ones are applied."""

from __future__ import annotations

EVENTS = (
    "incurable",
    "dissemination",
    "skeletal_metastasis",
    "spinal_metastasis",
    "level_seeded",
    "staging",
    "surveillance_imaging",
    "symptom_imaging",
    "skeletal_detected",
    "spinal_detected",
    "skeletal_recorded",
    "death_cancer",
    "death_other",
)
"""Names, in the order of the codes. The order decides ties, so it is part of the model."""

N_EVENTS = len(EVENTS)
(
    INCURABLE,
    DISSEMINATION,
    SKELETAL_SEEDING,
    SPINAL_SEEDING,
    LEVEL_SEEDING,
    STAGING,
    SURVEILLANCE,
    SYMPTOM,
    SKELETAL_DETECTION,
    SPINAL_DETECTION,
    RECORDING,
    DEATH_CANCER,
    DEATH_OTHER,
) = range(N_EVENTS)
