"""The state of one person, the parameters a life reads, and the layout of both in memory.

One flat record is one person. It is reset in place, passed to every function of `sim.life`, and
when the life is over it is the row that tallies and microdata are made from. Times are in days
since diagnosis; `NEVER` (infinite) marks what has not happened. A seeding may carry a negative
time: a lesion that is there at diagnosis began before it.
"""

from __future__ import annotations

import numpy as np

from sim.evidence.vocabulary import (
    AGES,
    ASSESSMENT_DAYS,
    MOST_EPISODES,
    MOST_LINES,
    MOST_TREATMENTS,
    N_LEVELS,
    PAUSE_CAUSES,
)
from sim.life.events import N_CLOCKS, N_LESION_EVENTS, N_LESION_HAZARDS
from sim.life.policy import N_OBSERVABLES

N_LESIONS = N_LEVELS + 1
"""One lesion a vertebral level, and one place for a lesion outside the vertebrae."""
OUTSIDE = N_LEVELS
N_CAUSES = len(PAUSE_CAUSES)
N_ASSESSMENTS = len(ASSESSMENT_DAYS)

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
        ("clock", "f8", (N_CLOCKS,)),  # day it fires
        ("budget", "f8", (N_CLOCKS,)),  # integrated hazard left at the anchor
        ("rate", "f8", (N_CLOCKS,)),  # hazard per day since the anchor
        ("anchor", "f8", (N_CLOCKS,)),  # day of the last change of the hazard
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
        ("level_budget", "f8", (N_LEVELS,)),
        ("level_rate", "f8", (N_LEVELS,)),
        ("level_free", "f8", (N_LEVELS,)),  # 1 free, 0 involved
        ("level_wait_days", "f8", (N_LEVELS,)),  # from the anchor to the next seeding
        ("level_anchor", "f8"),
        ("level_next", "i8"),
        ("level_next_day", "f8"),
        # lesions: those of the vertebrae by level, then the one outside
        ("n_lesions", "i8"),
        ("lesion_at", "i8", (N_LESIONS,)),  # places of the lesions, in the order of seeding
        ("lesion_seeded_day", "f8", (N_LESIONS,)),
        ("lesion_detected_day", "f8", (N_LESIONS,)),
        ("lesion_compartment", "i8", (N_LESIONS,)),
        ("lesion_level", "i8", (N_LESIONS,)),
        ("lesion_type", "i8", (N_LESIONS,)),
        ("lesion_fill_days", "f8", (N_LESIONS,)),  # from seeding until the vertebra is full
        ("lesion_biological_pain", "f8", (N_LESIONS,)),  # numeric rating scale
        ("lesion_mechanical_pain", "f8", (N_LESIONS,)),
        ("lesion_pain_cap", "f8", (N_LESIONS,)),
        ("lesion_epidural_grade", "i8", (N_LESIONS,)),  # Bilsky 0-3
        ("lesion_frankel", "i8", (N_LESIONS,)),  # index in `FRANKEL`
        ("lesion_location_points", "i8", (N_LESIONS,)),  # the six components of SINS
        ("lesion_pain_points", "i8", (N_LESIONS,)),
        ("lesion_type_points", "i8", (N_LESIONS,)),
        ("lesion_alignment_points", "i8", (N_LESIONS,)),
        ("lesion_collapse_points", "i8", (N_LESIONS,)),
        ("lesion_posterolateral_points", "i8", (N_LESIONS,)),
        ("lesion_clock", "f8", (N_LESIONS, N_LESION_EVENTS)),
        ("lesion_budget", "f8", (N_LESIONS, N_LESION_HAZARDS)),
        ("lesion_rate", "f8", (N_LESIONS, N_LESION_HAZARDS)),
        ("lesion_anchor", "f8", (N_LESIONS, N_LESION_HAZARDS)),
        ("lesion_fracture_day", "f8", (N_LESIONS,)),  # of a symptomatic fracture
        ("lesion_episodes", "i8", (N_LESIONS,)),  # of care for this lesion
        ("lesion_courses", "i8", (N_LESIONS,)),  # of treatment
        ("lesion_courses_of", "i1", (N_LESIONS, MOST_TREATMENTS)),  # by treatment
        ("lesion_radiotherapy", "i8", (N_LESIONS,)),  # courses of it
        ("lesion_cement", "i8", (N_LESIONS,)),
        ("lesion_in_course", "i8", (N_LESIONS,)),  # 1 if the course under way treats it
        ("lesion_quiet_until", "f8", (N_LESIONS,)),  # day before which it is not looked at again
        ("lesion_declines", "i8", (N_LESIONS,)),  # decisions for analgesia alone, in a row
        ("lesion_prophylaxis", "i8", (N_LESIONS,)),  # 1 once treatment ahead of pain was considered
        ("lesion_relieved_to", "f8", (N_LESIONS,)),  # biological pain after the response
        ("lesion_stabilized_to", "f8", (N_LESIONS,)),  # mechanical pain after the response
        ("lesion_pain_before", "f8", (N_LESIONS,)),  # biological pain that a relapse brings back
        ("lesion_relapse_rate", "f8", (N_LESIONS,)),  # per day
        ("lesion_relapses", "i8", (N_LESIONS,)),
        ("lesion_flare", "f8", (N_LESIONS,)),  # points added by a flare
        ("lesion_tumor_ratio", "f8", (N_LESIONS,)),  # of the hazards of a tumor that is treated
        ("lesion_deficit_ratio", "f8", (N_LESIONS,)),
        ("lesion_next_day", "f8", (N_LESIONS,)),
        ("lesion_next", "i8"),
        # symptoms: what the worst lesion gives, and exact sums over time
        ("pain", "f8"),  # worst pain with analgesia, numeric rating scale
        ("analgesia", "i8"),  # step 0-3
        ("analgesia_direction", "i8"),  # of the step that is planned: 1 up, -1 down, 0 none
        ("n_analgesia_plans", "i8"),
        ("frankel", "i8"),  # worst over lesions
        ("symptoms_since", "f8"),  # day up to which the sums are complete
        ("pain_area", "f8"),  # rating times days
        ("pain_days", "f8"),  # at 4 or more
        ("severe_pain_days", "f8"),  # at 7 or more
        ("opioid_days", "f8"),
        ("morphine_mg", "f8"),  # morphine equivalent
        ("not_walking_days", "f8"),
        ("pain_onset_day", "f8"),
        ("first_fracture_day", "f8"),
        ("n_fractures", "i8"),
        ("first_deficit_day", "f8"),
        ("cord_compression_day", "f8"),  # diagnosed
        ("cord_compression_frankel", "i8"),
        ("cord_compression_painful", "i8"),
        ("cord_compression_region", "i8"),
        # back pain that is not a metastasis
        ("n_other_back_pain", "i8"),
        # systemic therapy
        ("therapy", "i8"),  # index in `THERAPY_STATES`
        ("therapy_line", "i8"),
        ("therapy_offered_line", "i8"),  # lines before therapy was offered the last time
        ("therapy_line_open", "i8"),  # 1 from the start of a line to its end
        ("therapy_class", "i8"),  # of the line that is open, or else of the next
        ("therapy_since", "f8"),
        ("therapy_cycle_days", "f8"),
        ("therapy_line_start", "f8"),
        ("therapy_tolerance", "f8"),  # 1 if prone to toxicity, else 0
        ("days_on_therapy", "f8"),
        ("days_off_therapy", "f8"),
        ("toxicity_days", "f8"),
        ("toxicity_since", "f8"),
        ("toxicity_delay_days", "f8"),  # of delays that ended in the dose
        ("n_toxicity_delays", "i8"),
        ("n_toxicity_delays_over", "i8"),
        ("n_cycles", "f8"),  # of cytotoxic therapy
        # pauses of systemic therapy
        ("start_held", "i8"),  # 1 if the first dose of a line is withheld
        ("post_hold_until", "f8", (4,)),  # by class
        ("pause_open", "i8"),  # 1 from its first dose withheld to its end
        ("toxicity_due_day", "f8"),  # when a pause began
        ("time_off_ratio", "f8"),  # of the hazard of cancer death while paused, else 1
        ("n_pauses", "i8"),
        ("pause_day", "f8", (MOST_EPISODES,)),
        ("pause_part", "f8", (N_CAUSES,)),  # days of the pause under way, by cause
        ("paused_days", "f8", (N_CAUSES,)),
        ("delay_days", "f8", (N_CAUSES,)),  # of pauses that ended in a dose
        ("n_resumed", "i8"),
        ("n_resumed_by", "i8", (3,)),  # within `RESUMED_BY_DAYS`
        ("never_resumed_day", "f8"),
        ("never_resumed", "i8"),  # why
        ("origin_day", "f8"),  # first trigger under the reference strategy
        ("days_on_therapy_1y", "f8"),  # within a year of the origin
        ("paused_days_1y", "f8"),
        ("toxicity_days_1y", "f8"),
        # palliative care
        ("episode", "i8"),  # index in `EPISODE_PHASES`
        ("episode_reason", "i8"),
        ("episode_lesion", "i8"),
        ("episode_treatment", "i8"),
        ("episode_forced", "i8"),  # 1 if doses are withheld from the decision on
        ("course_start_day", "f8"),
        ("course_end_day", "f8"),
        ("cord_cared_for", "i8"),
        ("bone_agent", "i8"),  # 1 once offered or not, 2 once it acts
        ("n_episodes", "i8"),
        ("episode_day", "f8", (MOST_EPISODES,)),
        ("n_courses", "i8"),
        ("n_courses_of", "i8", (MOST_TREATMENTS,)),
        ("n_complications", "i8"),
        ("observed", "f8", (N_OBSERVABLES,)),  # at the last decision
        ("first_trigger_day", "f8"),
        ("trigger_reason", "i8"),
        ("trigger_pain", "f8"),
        ("trigger_sins", "i8"),
        ("trigger_type", "i8"),
        ("therapy_at_trigger", "i8"),  # 1 if on or due systemic therapy at the first trigger
        ("relief_day", "f8"),
        ("first_course_day", "f8"),
        ("first_treatment", "i8"),
        ("first_course_pain", "f8"),  # worst pain when it began
        ("site_lesion", "i8"),  # of the first course: what response is assessed at
        ("site_pain", "f8"),
        ("site_morphine_mg", "f8"),
        ("n_assessed", "i8"),
        ("assessed_pain", "f8", (N_ASSESSMENTS,)),
        ("assessed_response", "i8", (N_ASSESSMENTS,)),
        # detection
        ("n_surveys", "i8"),
        ("skeletal_detected_day", "f8"),
        ("skeletal_recorded_day", "f8"),
        ("spinal_detected_day", "f8"),
        ("n_levels_at_detection", "i8"),
        ("gap_at_detection", "i8"),  # 1 if the levels seeded by then are not all contiguous
        ("sins_at_detection", "i8"),
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
        ("lesion_tempo", "f8"),  # of growth and pain
        ("epidural_tempo", "f8"),
        ("lytic_share", "f8"),
        ("mixed_share", "f8"),
        ("therapy_share", "f8"),
        ("therapy_class_share", "f8", (4,)),
        ("therapy_line_mean_days", "f8", (MOST_LINES,)),
        ("therapy_next_line_share", "f8"),
        ("bone_agent_share", "f8"),
        ("prognosis_rate_per_day", "f8"),
        ("radiosensitive", "i8"),
    ],
    align=True,
)
"""The parameters of one primary cancer."""

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
        ("recorded_at_once_share", "f8"),
        ("recording_delay_mean_days", "f8"),
        # lesions outside the vertebrae
        ("outside_seeding_rate_per_day", "f8"),
        ("outside_soft_tissue_share", "f8"),
        ("outside_extramedullary_share", "f8"),
        # growth, collapse, instability
        ("fill_median_days", "f8"),
        ("fill_sd_log", "f8"),
        ("collapse_rate_per_day", "f8"),
        ("instability_rate_per_day", "f8"),
        ("type_ratio", "f8", (3,)),
        ("collapse_over_half_share", "f8"),
        ("deformity_share", "f8"),
        ("subluxation_share", "f8"),
        ("one_side_share", "f8"),
        ("both_sides_share", "f8"),
        # the canal
        ("epidural_rate_per_day", "f8", (3,)),  # from grade 0, 1, 2
        ("region_ratio", "f8", (4,)),  # cervical, thoracic, lumbar, sacral
        ("deficit_rate_per_day", "f8", (2,)),  # at grade 2, 3
        ("cord_diagnosis_mean_days", "f8"),
        ("death_ratio_not_walking", "f8"),
        ("death_ratio_fracture", "f8"),
        ("death_ratio_cord_compression", "f8"),
        # pain and analgesia
        ("pain_onset_rate_per_day", "f8"),
        ("pain_escalation_rate_per_day", "f8"),
        ("pain_at_onset", "f8"),
        ("pain_escalation", "f8"),
        ("pain_cap", "f8", (4,)),
        ("pain_cap_share", "f8", (4,)),
        ("epidural_pain_share", "f8"),
        ("fracture_symptomatic_share", "f8"),
        ("fracture_pain_low", "f8"),
        ("fracture_pain_high", "f8"),
        ("instability_pain_low", "f8"),
        ("instability_pain_high", "f8"),
        ("fracture_settles_mean_days", "f8"),
        ("fracture_residual_share", "f8"),
        ("fracture_residual_pain", "f8"),
        ("analgesia_step_mean_days", "f8"),
        ("analgesia_step_down_mean_days", "f8"),
        ("analgesia_effect_biological", "f8", (4,)),
        ("analgesia_effect_mechanical", "f8", (4,)),
        ("morphine_mg_per_day", "f8", (4,)),
        ("moderate_pain", "f8"),
        ("severe_pain", "f8"),
        # work-up
        ("pain_work_up_rate_per_day", "f8"),
        ("severe_pain_work_up_ratio", "f8"),
        ("fracture_work_up_rate_per_day", "f8"),
        # back pain that is not a metastasis
        ("osteoporotic_rate_per_day", "f8", (2,)),  # by sex, at the reference age
        ("osteoporotic_slope_per_year", "f8"),
        ("osteoporotic_reference_age", "f8"),
        ("other_back_pain_rate_per_day", "f8"),
        ("other_back_pain_image_share", "f8"),
        # systemic therapy
        ("therapy_start_mean_days", "f8"),
        ("therapy_gap_days", "f8"),
        ("therapy_cycle_days", "f8", (4,)),
        ("toxicity_prone_share", "f8"),
        ("toxicity_delay_per_cycle", "f8"),
        ("toxicity_delay_least_days", "f8"),
        ("toxicity_delay_more_mean_days", "f8"),
        ("toxicity_per_line_ratio", "f8"),
        # bone agents and prognosis
        ("bone_agent_start_mean_days", "f8"),
        ("bone_agent_collapse_ratio", "f8"),
        ("prognosis_line_ratio", "f8"),
        ("relief_points", "f8"),
    ],
    align=True,
)
"""The parameters that all primaries share."""

ENTRY_CELL = np.dtype(
    [("cumulative", "f8"), ("age_low", "f8"), ("age_high", "f8"), ("stage", "i8")], align=True
)
"""One cell of the joint distribution of age and stage at diagnosis."""
