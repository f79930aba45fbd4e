"""Parameters that stand directly behind the measures of care, in groups."""

from __future__ import annotations

_DISEASE = (
    "vertebral_fracture_rate",
    "silent_collapse_rate",
    "epidural_rate",
    "pain_onset_rate",
    "pain_escalation_rate",
    "pain_cap_share",
    "deficit_rate",
    "deficit_begun_ratio",
)
_THERAPY = (
    "therapy_share",
    "therapy_class_share",
    "therapy_class_later_share",
    "therapy_first_line_mean_months",
    "therapy_cycle_days",
    "therapy_next_line_share",
)
_ACCESS = (
    "consult_wait_median_days",
    "treatment_wait_median_days",
    "treatment_course_days",
    "usual_care_share",
)
_BEFORE = ("published_hold_share", "published_hold_before_days", "hold_before_days")
_AFTER = ("published_hold_share", "published_hold_after_days", "hold_after_days")
_HOLDS = ("withhold_class", *dict.fromkeys((*_BEFORE, *_AFTER)))
_RELIEF = (
    "treatment_response_biological",
    "treatment_complete_biological",
    "treatment_response_mechanical",
    "treatment_onset_slow_mean_days",
    "treatment_relapse_rate",
)
_ANALGESIA = (
    "analgesia_effect_biological",
    "opioid_not_answering_share",
    "opioid_intolerance_share",
    "undertreated_share",
    "pain_variation_sd_log",
)

BEHIND_CAUSE: dict[str, tuple[str, ...]] = {
    "wait": (*_ACCESS, *_THERAPY),
    "course": ("treatment_course_days", "usual_care_share", "published_hold_share", *_THERAPY),
    "pre_hold": ("withhold_class", *_BEFORE, *_THERAPY),
    "post_hold": ("withhold_class", *_AFTER, *_THERAPY),
    "alignment": ("therapy_cycle_days", *_HOLDS, *_THERAPY),
}
"""Behind the days of delay that are due to one cause."""
BEHIND_DELAY = (*_HOLDS, "never_resumed_after_surgery_share", *_ACCESS, *_THERAPY)
"""Behind measures of systemic therapy and its pauses."""
_REFERRAL = ("refer_from_pain", "referral_rate", "referral_pain_ratio", "overwhelming_pain")
BEHIND_CARE = (*_RELIEF, *_ACCESS, *_DISEASE, *_ANALGESIA, *_REFERRAL)
"""Behind the other measures of care."""

BEHIND_COURSES = (
    "treatment_cost",
    "procedure_cost",
    "cost_to_charge_ratio",
    "visit_time_cost",
    "usual_care_share",
)
BEHIND_STAYS = (
    "hospital_day_cost",
    "complication_stay_days",
    "emergency_stay_days",
    "hospital_day_time_cost",
)
BEHIND_DRUGS = ("opioid_cost", "analgesic_cost", "morphine_mg_per_day")
BEHIND_SYSTEMIC = ("systemic_therapy_cost", *BEHIND_DELAY)
BEHIND_THE_END = ("last_month_cost",)
BEHIND_UTILITY = (
    "utility_bone_metastases",
    "utility_described_pain",
    "utility_pain_weight",
    "utility_loss_by_pain",
    "utility_loss_per_performance_state",
    "utility_loss_with_help",
    "utility_loss_not_walking",
    "treatment_utility_loss",
    "treatment_utility_loss_days",
)
BEHIND_WITHOUT_SYSTEMIC = (*BEHIND_COURSES, *BEHIND_STAYS, *BEHIND_DRUGS)
BEHIND_QALY = (*BEHIND_UTILITY, *BEHIND_CARE)
BEHIND_COST = tuple(dict.fromkeys((*BEHIND_WITHOUT_SYSTEMIC, *BEHIND_SYSTEMIC, *BEHIND_THE_END)))
"""Behind what a life is worth and what it costs, and behind the parts of that."""
