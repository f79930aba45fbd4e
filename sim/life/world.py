"""The parameters that a life reads, and their layout in memory.

A field that is no parameter of the evidence by its own name is derived in `sim.engine.parameters`.
"""

from __future__ import annotations

import numpy as np

from sim.evidence.instruments import LEVELS_OF_WALKING, PERFORMANCES
from sim.evidence.vocabulary import (
    AGES,
    ANALGESIA_STEPS,
    MORTALITY_BANDS,
    MOST_LINES,
    N_LEVELS,
    REGIONS,
    SEXES,
    BoneSite,
    LesionType,
    Stage,
)
from sim.life.events import AT_A_RATE
from sim.life.policy import N_CLASSES

MOST_PAIN = 10
"""The worst of the numeric rating scale."""

CANCER = np.dtype(
    [
        ("marrow", "i8"),
        ("incurable_share", "f8", (len(Stage),)),  # by stage
        ("incurable_scale_days", "f8", (len(Stage),)),  # by stage
        ("incurable_shape", "f8"),
        ("distant_spread_share", "f8"),
        ("death_rate_per_day", "f8"),
        ("death_ratio_distant_at_diagnosis", "f8"),
        ("performance_scale", "f8"),  # makes the mean time to death one over the death rate
        ("visceral_share", "f8"),
        ("visceral_death_ratio", "f8"),
        ("remission_heals_bone", "i8"),
        ("frailty_sigma", "f8"),
        ("survival_trend", "f8"),  # of the hazard of death, per calendar year of diagnosis
        ("other_death_ratio", "f8", (len(MORTALITY_BANDS),)),  # by age
        ("skeleton_hit_share", "f8"),
        ("skeleton_hit_share_at_diagnosis", "f8"),
        ("skeletal_seeding_rate_per_day", "f8"),
        ("lesion_tempo", "f8"),  # of growth and pain
        ("epidural_tempo", "f8"),
        ("lytic_share", "f8"),
        ("mixed_share", "f8"),
        ("bone_fracture_rate_per_day", "f8", (len(BoneSite),)),  # of a lytic lesion, grown out
        ("therapy_share", "f8"),
        ("therapy_class_share", "f8", (N_CLASSES,)),  # in the reference year, sums to 1
        ("therapy_class_later_share", "f8", (N_CLASSES,)),  # in the later one
        ("therapy_line_mean_days", "f8", (MOST_LINES,)),
        ("therapy_next_line_share", "f8"),
        ("therapy_response_share", "f8", (N_CLASSES,)),  # of first lines, by class
        ("bone_agent_share", "f8"),
        ("prognosis_months", "f8", (2, len(PERFORMANCES))),  # without and with visceral disease
        ("radiosensitive", "i8"),
    ],
    align=True,
)
"""The parameters of one primary cancer."""

WORLD = np.dtype(
    [
        # hazards of events
        *((f"{event.label}_rate_per_day", "f8") for event in AT_A_RATE),
        # other causes of death: at whole ages, per year of age, trend included
        ("mortality_cumulative", "f8", (len(SEXES), AGES)),
        ("mortality_rate", "f8", (len(SEXES), AGES)),
        ("mortality_slope", "f8", (len(SEXES), AGES)),
        ("mortality_trend", "f8", (len(MORTALITY_BANDS),)),  # by age, per calendar year
        ("reference_year", "f8"),
        ("survival_trend_before", "f8"),  # as a cancer's, before the reference year
        # performance status and remission
        ("performance_share", "f8", (len(PERFORMANCES),)),  # when incurable, sums to 1
        ("performance_decline_ratio", "f8", (len(PERFORMANCES),)),
        ("performance_death_ratio", "f8", (len(PERFORMANCES),)),
        ("performance_recovery_rate_per_day", "f8"),
        ("responding_decline_ratio", "f8"),
        ("fracture_performance_share", "f8"),
        ("decline_image_share", "f8"),
        ("decline_pain_share", "f8"),
        ("progress_relapse_days", "f8"),
        ("remission_mean_days", "f8"),
        ("remission_heals_mean_days", "f8"),
        # seeding
        ("frailty_least", "f8"),
        ("frailty_seeding_power", "f8"),
        ("frailty_lesion_power", "f8"),
        ("spine_hit_share", "f8"),
        ("spinal_seeding_rate_per_day", "f8"),
        ("level_weight", "f8", (N_LEVELS,)),  # sums to 1
        ("level_seeding_rate_per_day", "f8"),
        ("level_clustering", "f8"),
        ("level_contiguous_rate_per_day", "f8"),
        ("lead_time_mean_days", "f8"),
        # bone outside the spine
        ("bone_hit_share", "f8", (len(BoneSite),)),
        ("bone_site_weight", "f8", (len(BoneSite),)),  # sums to 1
        ("bone_seeding_rate_per_day", "f8"),
        ("bone_fracture_pain_low", "f8"),
        ("bone_fracture_pain_high", "f8"),
        ("hip_share", "f8"),
        ("long_bone_leg_share", "f8"),
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
        ("type_ratio", "f8", (len(LesionType),)),
        ("painful_collapse_ratio", "f8"),
        ("unstable_collapse_ratio", "f8"),
        ("collapse_progression_ratio", "f8"),
        ("restabilized_collapse_ratio", "f8"),
        ("silent_collapse_steps", "f8"),  # until a vertebra is flat
        ("restabilizes_mean_days", "f8"),
        ("collapse_over_half_share", "f8"),
        ("deformity_share", "f8"),
        ("subluxation_share", "f8"),
        ("one_side_share", "f8"),
        ("both_sides_share", "f8"),
        # the canal
        ("epidural_rate_per_day", "f8", (3,)),  # from grade 0, 1, 2
        ("epidural_growth_power", "f8"),
        ("region_ratio", "f8", (len(REGIONS),)),
        ("deficit_rate_per_day", "f8", (2,)),  # of a step of strength, at grade 2, 3
        ("deficit_begun_ratio", "f8"),  # once the first function is lost
        ("sensation_loss_ratio", "f8"),  # to the hazard of strength
        ("sphincter_loss_ratio", "f8"),
        ("last_loss_ratio", "f8"),
        ("cord_diagnosis_mean_days", "f8"),
        ("cord_freed_days", "f8"),
        ("reirradiation_response_ratio", "f8"),
        ("regain_with_help_share", "f8"),
        ("regain_sensation_share", "f8"),
        ("regain_sphincters_share", "f8"),
        # nerve roots
        ("root_rate_per_day", "f8"),
        ("root_posterolateral_ratio", "f8"),
        ("root_epidural_ratio", "f8"),
        ("root_pain_low", "f8"),
        ("root_pain_high", "f8"),
        ("root_numb_share", "f8"),
        # pain and analgesia
        ("pain_onset_rate_per_day", "f8"),
        ("pain_escalation_rate_per_day", "f8"),
        ("pain_subsides_rate_per_day", "f8"),
        ("pain_at_onset_low", "f8"),
        ("pain_at_onset_high", "f8"),
        ("pain_escalation_low", "f8"),
        ("pain_escalation_high", "f8"),
        ("pain_cap_low", "f8", (4,)),
        ("pain_cap_high", "f8", (4,)),
        ("pain_cap_share", "f8", (4,)),
        ("pain_sensitivity_sd_log", "f8"),
        ("pain_variation_sd_log", "f8"),
        ("pain_variation_mean_days", "f8"),
        ("epidural_pain_share", "f8"),
        ("fracture_pain_low", "f8"),
        ("fracture_pain_high", "f8"),
        ("instability_pain_low", "f8"),
        ("instability_pain_high", "f8"),
        ("fracture_settles_mean_days", "f8"),
        ("fracture_residual_share", "f8"),
        ("fracture_residual_pain", "f8"),
        ("analgesia_step_mean_days", "f8"),
        ("analgesia_step_down_mean_days", "f8"),
        ("opioid_titration_mean_days", "f8"),
        ("analgesia_effect_biological", "f8", (len(ANALGESIA_STEPS),)),  # share taken off
        ("analgesia_effect_mechanical", "f8", (len(ANALGESIA_STEPS),)),
        ("analgesic_response_spread", "f8"),
        ("opioid_not_answering_share", "f8"),
        ("opioid_intolerance_share", "f8"),
        ("undertreated_share", "f8"),
        ("opioid_dose_step_tolerated_share", "f8"),
        ("morphine_mg_per_day", "f8", (len(ANALGESIA_STEPS),)),
        ("moderate_pain", "f8"),
        ("severe_pain", "f8"),
        # referral
        ("referral_log_ratio", "f8"),  # of the hazard, per point of pain
        ("referral_mechanical_ratio", "f8"),
        ("referral_fracture_ratio", "f8"),
        ("referral_deficit_ratio", "f8"),
        ("referral_again_ratio", "f8"),  # of a lesion that was treated
        ("referral_elsewhere_ratio", "f8"),  # of a lesion that was not, of who was treated
        ("referral_ill_ratio", "f8"),  # of people in bed for half of the day or more
        ("referral_age_ratio", "f8"),  # per ten years over
        ("referral_age", "f8"),
        # work-up
        ("pain_work_up_rate_per_day", "f8"),
        ("severe_pain_work_up_ratio", "f8"),
        ("fracture_work_up_rate_per_day", "f8"),
        # back pain that is not a metastasis
        ("osteoporotic_rate_per_day", "f8", (len(SEXES),)),  # by sex, at the reference age
        ("osteoporotic_slope_per_year", "f8"),
        ("osteoporotic_reference_age", "f8"),
        ("other_back_pain_image_share", "f8"),
        # systemic therapy
        ("therapy_class_later_year", "f8"),
        ("therapy_start_mean_days", "f8"),
        ("therapy_gap_days", "f8"),
        ("therapy_performance_ratio", "f8", (len(PERFORMANCES),)),  # of the odds of a line
        ("therapy_age_ratio", "f8"),  # of the odds of a line, per ten years over
        ("therapy_reference_age", "f8"),
        ("therapy_later_response_ratio", "f8"),  # of the share that respond, per line
        ("therapy_response_mean_days", "f8"),
        ("therapy_no_response_line_ratio", "f8"),
        ("response_tumor_ratio", "f8"),
        ("response_shrinks_by", "f8"),
        ("response_complete_ease_share", "f8"),
        ("response_least_ease", "f8"),
        ("therapy_cycle_days", "f8", (N_CLASSES,)),
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
        # what days and care are worth, which changes nothing in a life
        ("utility_at_rating", "f8", (MOST_PAIN + 1,)),  # with all else as described
        (
            "utility_of_walking",
            "f8",
            (len(LEVELS_OF_WALKING),),
        ),  # a factor, infinite where it is none
        ("utility_of_performance", "f8", (len(PERFORMANCES),)),  # a factor
        ("discount_per_day", "f8"),
        ("analgesia_price_per_day", "f8", (len(ANALGESIA_STEPS),)),
        ("therapy_price_per_day", "f8", (N_CLASSES,)),
        ("stay_price_per_day", "f8"),
        ("complication_stay_days", "f8"),
        ("emergency_stay_days", "f8"),
        ("end_of_life_price", "f8"),
        # what is described of a life, which changes nothing in it
        ("horizon_days", "f8"),  # of outcomes, from their origin; infinite if it is death
        ("origin_at_detection", "i8"),  # 1 if outcomes count from detection, 0 from the trigger
    ],
    align=True,
)
"""The parameters that all primaries share."""

ENTRY_CELL = np.dtype(
    [("cumulative", "f8"), ("age_low", "f8"), ("age_high", "f8"), ("stage", "i8")], align=True
)
"""One cell of the joint distribution of age and stage at diagnosis."""
