"""The state of one person, the parameters a life reads, and the layout of both in memory.

One flat record is one person. It is reset in place, passed to every function of `sim.life`, and
when the life is over it is the row that tallies and microdata are made from. Times are in days
since diagnosis; `NEVER` (infinite) marks what has not happened. A seeding may carry a negative
time: a lesion that is there at diagnosis began before it.
"""

from __future__ import annotations

import numpy as np

from sim.life.events import N_EVENTS
from sim.vocabulary import N_LEVELS

PERSON = np.dtype(
    [
        # who, and whose luck
        ("number", "u8"),
        ("seed", "u8"),
        ("replicate", "i8"),
        ("primary", "i8"),
        ("sex", "i8"),
        ("stage", "i8"),
        ("age_at_diagnosis", "f8"),  # years
        ("diagnosis_year", "f8"),  # calendar year with its fraction
        # the clocks: when each event is due, and what is needed to wind it again
        ("clock", "f8", (N_EVENTS,)),  # day it fires
        ("budget", "f8", (N_EVENTS,)),  # integrated hazard left at the anchor
        ("rate", "f8", (N_EVENTS,)),  # hazard per day since the anchor
        ("anchor", "f8", (N_EVENTS,)),  # day of the last change of the hazard
        # the last event applied, and the fingerprint of all of them
        ("now", "f8"),
        ("event", "i8"),
        ("event_level", "i8"),  # vertebral level, -1 if none
        ("fingerprint", "u8"),
        # the cancer
        ("frailty", "f8"),  # this cancer's aggressiveness, mean 1
        ("incurable_day", "f8"),
        ("dissemination_day", "f8"),
        # skeleton and spine
        ("skeleton_at_diagnosis", "i8"),
        ("lead_days", "f8"),  # how long the spine had been involved at diagnosis
        ("skeletal_metastasis_day", "f8"),
        ("spinal_metastasis_day", "f8"),
        ("n_levels", "i8"),
        ("level_seeded_day", "f8", (N_LEVELS,)),
        ("level_detected_day", "f8", (N_LEVELS,)),
        ("level_symptom_day", "f8", (N_LEVELS,)),
        ("level_budget", "f8", (N_LEVELS,)),
        ("level_rate", "f8", (N_LEVELS,)),
        ("level_free", "f8", (N_LEVELS,)),  # 1 free, 0 involved
        ("level_wait_days", "f8", (N_LEVELS,)),  # from the anchor to the next seeding
        ("level_anchor", "f8"),
        ("level_next", "i8"),
        ("level_next_day", "f8"),
        # detection
        ("n_surveys", "i8"),
        ("skeletal_detected_day", "f8"),
        ("skeletal_recorded_day", "f8"),
        ("spinal_detected_day", "f8"),
        ("n_levels_at_detection", "i8"),
        ("gap_at_detection", "i8"),  # 1 if the levels seeded by then are not all contiguous
        # the end
        ("alive", "i8"),
        ("death_day", "f8"),
        ("death_cause", "i8"),
    ],
    align=True,
)
"""A person."""

CANCER = np.dtype(
    [
        ("marrow", "i8"),
        ("incurable_share", "f8", (4,)),  # by stage
        ("incurable_scale_days", "f8", (4,)),  # by stage
        ("incurable_shape", "f8"),
        ("distant_spread_share", "f8"),
        ("death_rate_per_day", "f8"),
        ("death_ratio_distant_at_diagnosis", "f8"),
        ("death_ratio_skeletal", "f8"),
        ("death_ratio_detected", "f8"),
        ("frailty_sigma", "f8"),
        ("other_death_ratio", "f8"),
        ("skeleton_hit_share", "f8"),
        ("skeleton_hit_share_at_diagnosis", "f8"),
        ("skeletal_seeding_rate_per_day", "f8"),
    ],
    align=True,
)
"""The parameters of one primary cancer."""

AGES = 121
WORLD = np.dtype(
    [
        # other causes of death: at whole ages, per year of age, trend included
        ("mortality_cumulative", "f8", (2, AGES)),
        ("mortality_rate", "f8", (2, AGES)),
        ("mortality_slope", "f8", (2, AGES)),
        ("mortality_trend", "f8"),  # per calendar year
        ("reference_year", "f8"),
        ("survival_trend", "f8"),  # of the hazard of cancer death, per calendar year of diagnosis
        # seeding
        ("frailty_seeding_power", "f8"),
        ("spine_hit_share", "f8"),
        ("spinal_seeding_rate_per_day", "f8"),
        ("level_weight", "f8", (N_LEVELS,)),  # sums to 1
        ("level_seeding_rate_per_day", "f8"),
        ("level_clustering", "f8"),
        ("level_contiguous_rate_per_day", "f8"),
        ("lead_time_mean_days", "f8"),
        # detection
        ("staging_sensitivity", "f8"),
        ("surveillance_rate_per_day", "f8"),
        ("spine_seen_share", "f8"),
        ("lesion_sensitivity", "f8"),
        ("lesion_symptom_rate_per_day", "f8"),
        ("recorded_at_once_share", "f8"),
        ("recording_delay_mean_days", "f8"),
    ],
    align=True,
)
"""The parameters that all primaries share."""

ENTRY_CELL = np.dtype(
    [("cumulative", "f8"), ("age_low", "f8"), ("age_high", "f8"), ("stage", "i8")], align=True
)
"""One cell of the joint distribution of age and stage at diagnosis."""
