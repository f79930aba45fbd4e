"""The state of one person, and its layout in memory.

One record is one person, with a record for each lesion in it. It is cleared in place, passed to
every function of `sim.life`, and when the life is over it is the row that tallies and microdata are
made from. Times are in days since diagnosis; `NEVER` (infinite) marks what has not happened. A
seeding may carry a negative time: a lesion that is there at diagnosis began before it.
"""

from __future__ import annotations

from sim.evidence.instruments import WORST_GRADE
from sim.evidence.vocabulary import (
    ASSESSMENT_DAYS,
    MOST_EPISODES,
    MOST_TOXICITY_DELAYS,
    MOST_TREATMENTS,
    N_LEVELS,
    RESUMED_BY_DAYS,
    BoneSite,
    Death,
    Episode,
    NeverResumed,
    NoCourse,
    PauseCause,
    Therapy,
)
from sim.life.events import DATED, N_CLOCKS, N_LESION_EVENTS, N_LESION_HAZARDS, N_LESION_RAMPS
from sim.life.fields import LATER, Field, clearing, copying, layout
from sim.life.hazards import NEVER
from sim.life.policy import N_CLASSES, N_OBSERVABLES

OUTSIDE = N_LEVELS
"""The place of a lesion of the spine outside the vertebrae."""
FIRST_BONE = OUTSIDE + 1
"""The first place of a lesion of bone outside the spine; see `BoneSite`."""
N_LESIONS = FIRST_BONE + len(BoneSite)
"""Places of lesions: one a vertebral level, one outside the vertebrae, one a site of other bone."""
NO_LESION = -1
PAIN_MEMORY = 32
"""Changes of pain that are remembered: more than nearly anybody has in a month."""
N_CAUSES = len(PauseCause)
N_ASSESSMENTS = len(ASSESSMENT_DAYS)
N_GRADES = WORST_GRADE + 1
"""Epidural grades."""

LESION_FIELDS = (
    # what is read of every lesion, in one line of memory
    Field("place", "i8", LATER),  # index in the lesions of the person
    Field("next_day", "f8", LATER),
    Field("biological_pain", "f8", 0.0),  # numeric rating scale
    Field("mechanical_pain", "f8", 0.0),
    Field("flare", "f8", 0.0),  # points added by a flare
    # the rest
    Field("seeded_day", "f8", LATER),
    Field("detected_day", "f8", NEVER),
    Field("compartment", "i8", LATER),
    Field("level", "i8", LATER),
    Field("type", "i8", LATER),
    Field("fill_days", "f8", LATER),  # of growth until the vertebra is full
    Field("grown_days", "f8", LATER),  # of growth up to `growth_day`
    Field("growth_day", "f8", LATER),
    Field("exposure_apart", "f8", 0.0),  # from that of a lesion which only grew so much
    Field("behind_days", "f8", 0.0),  # how long ago the event that is applied was due
    Field("pain_cap", "f8", LATER),
    Field("canal_speed", "f8", LATER),  # ratio of the hazards of epidural extension
    Field("epidural_grade", "i8", LATER),  # Bilsky 0-3
    Field("strength", "i8", 0),  # index in `STRENGTHS`; lost by a compressed cord
    Field("sensation", "i8", 0),  # index in `SENSATIONS`
    Field("sphincters", "i8", 0),  # 1 if disturbed
    Field("frankel", "i8", 0),  # index in `FRANKEL`, by these
    Field("deficits", "i8", 0),  # losses of function so far
    Field("losing", "i8", 0),  # `LOSING` or not, since the cord was last free
    Field("freed", "i8", 0),  # times that treatment freed the cord
    Field("roots", "i8", 0),  # nerve roots that it presses on
    Field("roots_reached", "i8", 0),  # times that one was reached
    Field("radicular", "i8", 0),  # 1 while its tumor pain goes down a root
    Field("root_numb", "i8", 0),  # 1 if a root is numb
    Field("pain_day", "f8", NEVER),  # since when it has hurt
    Field("location_points", "i8", 0),  # the six components of SINS
    Field("pain_points", "i8", 0),
    Field("type_points", "i8", 0),
    Field("alignment_points", "i8", 0),
    Field("collapse_points", "i8", 0),
    Field("posterolateral_points", "i8", 0),
    Field("clock", "f8", NEVER, (N_LESION_EVENTS,)),
    Field("budget", "f8", 0.0, (N_LESION_HAZARDS,)),
    Field("rate", "f8", 0.0, (N_LESION_HAZARDS,)),
    Field("anchor", "f8", LATER, (N_LESION_HAZARDS,)),
    Field("due", "f8", NEVER, (N_LESION_RAMPS,)),  # exposure at which a rising clock fires
    Field("ramp_day", "f8", NEVER),  # day on which the first of these fires
    Field("ramps_moved", "i8", 0),  # 1 until this day is found again
    Field("fracture_day", "f8", NEVER),  # of a symptomatic fracture
    Field("sinks", "i8", 0),  # steps of silent collapse
    Field("silent_collapse_day", "f8", NEVER),  # of the first collapse without pain
    Field("fragility", "f8", 1.0),  # ratio of its hazards of collapse, see `sim.life.fragility`
    Field("restabilized", "i8", 0),  # 1 once irradiated bone is firm again
    Field("irradiated_day", "f8", NEVER),  # of the first course
    Field("collapse_seen_day", "f8", NEVER),  # of the first collapse after detection
    Field("collapse_irradiated_day", "f8", NEVER),  # of the first one after radiotherapy
    Field("hurt", "i8", 0),  # 1 once it has hurt
    Field("episodes", "i8", 0),  # of care for this lesion
    Field("courses", "i8", 0),  # of treatment
    Field("radiotherapy", "i8", 0),  # courses of it
    Field("cord_dose_gy", "f8", 0.0),  # by all of them, in 2 Gy fractions
    Field("course_dose_gy", "f8", 0.0),  # by the last course of any treatment
    Field("irradiated_until", "f8", -NEVER),  # end of the last radiotherapy
    Field("cement", "i8", 0),  # courses with it
    Field("ablations", "i8", 0),
    Field("operations", "i8", 0),
    Field("radiopharmaceuticals", "i8", 0),  # courses of them that acted on it
    Field("in_course", "i8", 0),  # 1 if the course under way treats it, 2 if that of other bone
    Field("cannot_bear_weight", "i8", 0),  # 1 while a broken leg or hip keeps from walking
    Field("quiet_until", "f8", 0.0),  # day before which it is not looked at again
    Field("declined", "i8", 0),  # what is news after a decision for analgesia alone; else 0
    Field("referral_number", "i8", 0),  # which referral the budget is for, 0 before the first
    Field("referral_left", "f8", LATER),  # of its budget, at `referral_since`
    Field("referral_rate", "f8", 0.0),  # per day, from `referral_since` on
    Field("referral_since", "f8", LATER),
    Field("referral_day", "f8", NEVER),  # on which it is due
    Field("referral_age_ratio", "f8", LATER),
    Field("untreated_answer", "i8", 0),  # 1 once it might answer without a course
    Field("prophylaxis", "i8", 0),  # 1 once treatment ahead of pain was considered
    Field("relieved_to", "f8", LATER),  # biological pain after the response
    Field("stabilized_to", "f8", LATER),  # mechanical pain after the response
    Field("relieved", "i8", 0),  # 1 while a treatment holds the pain, until it relapses
    Field("relapse_rate", "f8", 0.0),  # per day
    Field("relapses", "i8", 0),
    Field("tumor_ratio", "f8", 1.0),  # of the hazards of a tumor that is treated
    Field("canal_ratio", "f8", 1.0),  # of the hazards of its extension into the canal
    Field("deficit_ratio", "f8", 1.0),
)
LESION = layout(LESION_FIELDS)
"""One lesion."""
clear_lesion = clearing(LESION_FIELDS)
"""Begin the record of a lesion, at its seeding."""

SUM_FIELDS = (
    # what is summed over a life, exact up to `symptoms_since` and `therapy_since`
    Field("pain_area", "f8", 0.0),  # rating times days
    Field("pain_days", "f8", 0.0),  # at 4 or more
    Field("pain_at_rest_days", "f8", 0.0),  # at 4 or more at rest
    Field("severe_pain_days", "f8", 0.0),  # at 7 or more
    Field("opioid_days", "f8", 0.0),
    Field("not_walking_days", "f8", 0.0),
    Field("n_fractures", "i8", 0),  # of vertebrae
    Field("n_cord_compressions", "i8", 0),  # diagnosed
    Field("days_on_therapy", "f8", 0.0),
    Field("pause_open", "i8", 0),  # 1 from its first dose withheld to its end
    Field("pause_start_day", "f8", NEVER),
    Field("n_pauses", "i8", 0),  # that have ended
    Field("pause_part", "f8", 0.0, (N_CAUSES,)),  # days of the pause under way, by cause
    Field("pause_of_spine", "i8", 0),  # 1 once care of the spine has a part in it
    Field("pause_bone_part", "f8", 0.0),  # days of it that care of other bone alone withholds
    Field("paused_days", "f8", 0.0, (N_CAUSES,)),
    Field("delay_days", "f8", 0.0, (N_CAUSES,)),  # of pauses that ended in a dose
    Field("n_resumed", "i8", 0),
    Field("n_resumed_by", "i8", 0, (len(RESUMED_BY_DAYS),)),  # within `RESUMED_BY_DAYS`
    Field("n_never_resumed", "i8", 0, (len(NeverResumed),)),  # pauses that ended so, by why
    Field("bone_care_paused_days", "f8", 0.0),
    Field("n_episodes", "i8", 0),
    Field("n_courses", "i8", 0),
    Field("n_courses_of", "i8", 0, (MOST_TREATMENTS,)),
    Field("n_complications", "i8", 0),
    # from the origin of outcomes on, see `sim.life.worth`; exact up to `worth_since`
    Field("utility_days", "f8", 0.0),  # quality-adjusted days
    Field("discounted_utility_days", "f8", 0.0),
    Field("course_cost", "f8", 0.0),  # costs: dollars of the price year, discounted
    Field("stay_cost", "f8", 0.0),
    Field("drug_cost", "f8", 0.0),
    Field("therapy_cost", "f8", 0.0),
    Field("end_of_life_cost", "f8", 0.0),
)
"""Fields of a person that are summed up over the life: outcomes are differences of them."""
SUMS = layout(SUM_FIELDS)
"""The sums of a person on some day."""
copy_sums = copying(SUM_FIELDS)
"""Copy the sums of a person, as they are in the record, into a record of `SUMS`."""

PERSON_FIELDS = (
    # who, and whose luck
    Field("number", "u8", LATER),
    Field("seed", "u8", LATER),
    Field("replicate", "i8", LATER),
    Field("primary", "i8", LATER),
    Field("sex", "i8", LATER),
    Field("stage", "i8", LATER),
    Field("age_at_diagnosis", "f8", LATER),  # years
    Field("diagnosis_year", "f8", LATER),  # calendar year with its fraction
    # the clocks: when each event is due, and what is needed to wind it again
    Field("clock", "f8", NEVER, (N_CLOCKS,)),  # day it fires
    Field("budget", "f8", LATER, (N_CLOCKS,)),  # integrated hazard left at the anchor
    Field("rate", "f8", LATER, (N_CLOCKS,)),  # hazard per day since the anchor
    Field("anchor", "f8", LATER, (N_CLOCKS,)),  # day of the last change of the hazard
    # the last event applied, and the fingerprint of all of them
    Field("now", "f8", 0.0),
    Field("event", "i8", -1),
    Field("event_level", "i8", -1),  # vertebral level, -1 if none
    Field("event_place", "i8", -1),  # place of the lesion, -1 if none
    Field("fingerprint", "u8", LATER),
    # when each of these first happened
    *(Field(f"{event.label}_day", "f8", NEVER) for event in DATED),
    # the cancer
    Field("frailty", "f8", 1.0),  # this cancer's aggressiveness, about 1 on average
    Field("lesion_frailty", "f8", 1.0),  # the same of its lesions
    Field("tempo_per_day", "f8", LATER),  # of the chain to death
    Field("visceral", "i8", 0),  # 1 if the viscera are involved
    Field("remission", "i8", 0),  # 1 in remission
    Field("responding", "i8", 0),  # 1 while a line of therapy works
    Field("systemic_ratio", "f8", 1.0),  # of the hazards of all lesions
    Field("growing", "i8", 1),  # 1 if lesions grow
    # performance status, ECOG 0-4
    Field("performance", "i8", 0),
    Field("disease_performance", "i8", 0),  # what it would be if the person could walk
    Field("n_declines", "i8", 0),
    Field("n_recoveries", "i8", 0),
    # skeleton and spine
    Field("skeleton_at_diagnosis", "i8", 0),
    Field("lead_days", "f8", 0.0),  # how long the skeleton had been involved at diagnosis
    Field("bone_hits", "i8", 0),  # bits: sites that are seeded with the skeleton, to come
    Field("bones_seeded", "i8", 0),  # bits, by `BoneSite`
    Field("n_levels", "i8", 0),
    Field("level_budget", "f8", LATER, (N_LEVELS,)),
    Field("level_rate", "f8", LATER, (N_LEVELS,)),
    Field("level_free", "f8", LATER, (N_LEVELS,)),  # 1 free, 0 involved
    Field("level_wait_days", "f8", LATER, (N_LEVELS,)),  # from the anchor to the next seeding
    Field("level_anchor", "f8", LATER),
    Field("level_next", "i8", LATER),
    Field("level_next_day", "f8", LATER),
    # lesions: those of the vertebrae by level, the one outside, those of other bone
    Field("n_lesions", "i8", 0),
    Field("n_spinal", "i8", 0),  # of them in the spine
    Field("lesion_at", "i8", LATER, (N_LESIONS,)),  # places of the lesions, in the order of seeding
    Field("lesion_next", "i8", LATER),  # place of the lesion whose event comes next
    Field("lesions", LESION, LATER, (N_LESIONS,)),
    # symptoms: what the worst lesion of the spine gives, and exact sums over time
    Field("pain", "f8", 0.0),  # worst pain with analgesia: on movement; numeric rating scale
    Field("pain_at_rest", "f8", 0.0),  # the same at rest
    Field("bone_pain", "f8", 0.0),  # worst pain of bone outside the spine
    Field("worst_tumor_pain", "f8", 0.0),  # of the lesions of the spine, before it is rated
    Field("worst_mechanical_pain", "f8", 0.0),
    Field("bone_tumor_pain", "f8", 0.0),  # the same of bone outside the spine
    Field("bone_mechanical_pain", "f8", 0.0),
    Field("pain_sensitivity", "f8", 1.0),  # of ratings, to those of an average person
    Field("pain_variation", "f8", 1.0),  # of ratings, to those of an ordinary day
    Field("n_pain_variations", "i8", 0),
    Field("analgesic_response", "f8", 1.0),  # to that of an average person
    Field("most_analgesia", "i8", 0),  # the highest step that is tolerated
    Field("analgesia", "i8", 0),  # step, of `ANALGESIA_STEPS`
    Field("analgesia_direction", "i8", 0),  # of the step that is planned: 1 up, -1 down, 0 none
    Field("n_analgesia_plans", "i8", 0),
    Field("frankel", "i8", 0),  # worst over lesions
    Field("strength", "i8", 0),  # the same
    Field("sphincters", "i8", 0),  # the same
    Field("numb", "i8", 0),  # bits by `NUMB_AREAS`
    Field("numb_ever", "i8", 0),
    Field("symptoms_since", "f8", 0.0),  # day up to which the sums are complete
    Field("bone_pain_days", "f8", 0.0),  # at 4 or more from bone outside the spine
    Field("any_pain_days", "f8", 0.0),  # at 4 or more from the spine or other bone
    Field("severe_mid_years", "u8", 0),  # bits: in severe pain on 1 July, by year from diagnosis
    Field("n_pain_changes", "i8", 0),
    Field("past_pain", "f8", LATER, (PAIN_MEMORY,)),  # after the last changes, in turn
    Field("past_pain_since", "f8", LATER, (PAIN_MEMORY,)),  # days of these changes
    Field("last_month_pain", "f8", 0.0),  # mean over the last month of life
    Field("last_month_severe_days", "f8", 0.0),  # at 7 or more
    Field("morphine_mg", "f8", 0.0),  # morphine equivalent
    Field("with_help_days", "f8", 0.0),  # of walking with help
    Field("numb_days", "f8", 0.0),
    Field("pain_onset_day", "f8", NEVER),
    Field("bone_pain_onset_day", "f8", NEVER),
    Field("first_bone_fracture_day", "f8", NEVER),
    Field("n_bone_fractures", "i8", 0),  # outside the spine
    Field("n_broken_legs", "i8", 0),  # that keep from walking
    Field("first_fracture_day", "f8", NEVER),
    Field("n_silent_collapses", "i8", 0),  # vertebrae that collapsed without pain
    Field("first_deficit_day", "f8", NEVER),
    Field("cord_compression_day", "f8", NEVER),  # the first, diagnosed
    Field("last_cord_compression_day", "f8", -NEVER),
    Field("n_cord_compressions_before", "i8", 0),  # this day
    Field("cord_compression_frankel", "i8", LATER),
    Field("cord_compression_painful", "i8", LATER),
    Field("cord_compression_region", "i8", LATER),
    Field("cord_compression_strength", "i8", LATER),
    Field("cord_compression_sensation", "i8", LATER),
    Field("cord_compression_sphincters", "i8", LATER),
    Field("cord_compression_radicular", "i8", LATER),
    Field("cord_compression_pain_days", "f8", LATER),  # of pain there; `NEVER` if there is none
    Field("cord_short_expectancy", "i8", LATER),  # 1 if a trial for the short-lived would take them
    Field("cord_presents", "i8", 0),  # 1 if the cancer was found by it
    # back pain that is not a metastasis
    Field("n_other_back_pain", "i8", 0),
    # systemic therapy
    Field("therapy", "i8", Therapy.NONE),  # a `Therapy`
    Field("therapy_line", "i8", 0),
    Field("therapy_offered_line", "i8", 0),  # lines before therapy was offered the last time
    Field("therapy_line_open", "i8", 0),  # 1 from the start of a line to its end
    Field("therapy_class", "i8", 0),  # of the line that is open, or else of the next
    Field("therapy_since", "f8", 0.0),
    Field("therapy_cycle_days", "f8", LATER),
    Field("therapy_line_start", "f8", LATER),
    Field("therapy_tolerance", "f8", LATER),  # 1 if prone to toxicity, else 0
    Field("days_off_therapy", "f8", 0.0),
    Field("toxicity_days", "f8", 0.0),
    Field("toxicity_since", "f8", LATER),
    Field("toxicity_delay_days", "f8", 0.0),  # of delays that ended in the dose
    Field("n_toxicity_delays", "i8", 0),
    Field("n_toxicity_delays_over", "i8", 0),
    Field("toxicity_delay_length", "f8", LATER, (MOST_TOXICITY_DELAYS,)),  # days, of those over
    Field("n_cycles", "f8", 0.0),  # of cytotoxic therapy
    # pauses of systemic therapy
    Field("therapy_given_up", "i8", 0),  # 1 once given up for good after an operation
    Field("start_held", "i8", 0),  # 1 if the first dose of a line is withheld
    Field("post_hold_until", "f8", 0.0, (N_CLASSES,)),  # by class
    Field("toxicity_due_day", "f8", NEVER),  # when a pause began
    Field("time_off_ratio", "f8", 1.0),  # of the hazard of cancer death off therapy, else 1
    Field("pause_day", "f8", LATER, (MOST_EPISODES,)),
    Field("pause_length", "f8", LATER, (MOST_EPISODES,)),  # days, of those that ended
    Field("pause_resumed", "i1", LATER, (MOST_EPISODES,)),  # 1 if it ended in a dose
    Field("never_resumed_day", "f8", NEVER),
    Field("never_resumed", "i8", 0),  # why
    # the same for care of bone outside the spine; its pauses are those the spine has no part in
    Field("bone_hold_until", "f8", 0.0, (N_CLASSES,)),  # by class
    Field("n_bone_care_pauses", "i8", 0),
    Field("n_bone_care_resumed", "i8", 0),
    Field("bone_care_delay_days", "f8", 0.0),  # of pauses that ended in a dose
    # outcomes: the sums at their origin and at their horizon, see `sim.life.horizon`
    *SUM_FIELDS,
    Field("origin_day", "f8", NEVER),  # first trigger or detection under the reference strategy
    Field("origin_given", "i8", 0),  # 1 if the reference is another life
    Field("horizon_day", "f8", NEVER),
    Field("n_snapshots", "i8", 0),  # 1 at the origin, 2 at the horizon, or at death before it
    Field("at_origin", SUMS, LATER),
    Field("at_horizon", SUMS, LATER),
    Field("days_on_therapy_1y", "f8", 0.0),  # within a year of the origin
    Field("paused_days_1y", "f8", 0.0),
    Field("toxicity_days_1y", "f8", 0.0),
    # what days and care are worth
    Field("discount_per_day", "f8", LATER),
    Field("therapy_price_per_day", "f8", LATER),  # of the line that is open
    Field("worth_since", "f8", 0.0),
    Field("recovered_day", "f8", -NEVER),  # until which courses cost utility
    Field("recovery_loss", "f8", 0.0),  # the share that they cost
    # palliative care
    Field("episode", "i8", Episode.NONE),  # an `Episode`
    Field("episode_reason", "i8", LATER),
    Field("episode_lesion", "i8", LATER),
    Field("episode_treatment", "i8", LATER),
    Field("episode_forced", "i8", 0),  # 1 if doses are withheld from the decision on
    Field("episode_holds", "i8", 0),  # bits by class: whose doses are withheld around the course
    Field("course_start_day", "f8", LATER),
    Field("course_end_day", "f8", LATER),
    Field("cord_cared_for", "i8", 0),
    Field("cord_treatment", "i8", -1),  # first decided on for cord compression, -1 if none was
    Field("cord_operated", "i8", 0),  # 1 if that was surgery
    # after the first course for cord compression
    Field("cord_treated_day", "f8", NEVER),  # of its first session
    Field("cord_treated_with", "i8", -1),
    Field("cord_treated_place", "i8", NO_LESION),
    Field("cord_treated_frankel", "i8", LATER),  # of the person, before it
    Field("walks_again_day", "f8", NEVER),  # the first of walking since then
    Field("walking_lost_day", "f8", NEVER),  # the first of not walking after that
    Field("cord_freed_day", "f8", NEVER),  # of the lesion treated, the first time
    Field("cord_recurrence_day", "f8", NEVER),  # it costs function again
    Field("no_course", "i8", NoCourse.NOT_SO),  # why the last decision was for none
    Field("referrals_run", "i8", 0),  # 1 while a lesion may come to be referred
    # care of bone outside the spine
    Field("bone_episode", "i8", Episode.NONE),  # an `Episode`
    Field("bone_episode_lesion", "i8", LATER),  # its place
    Field("bone_treatment", "i8", LATER),
    Field("bone_holds", "i8", LATER),  # as `episode_holds`
    Field("bone_course_start_day", "f8", LATER),
    Field("n_bone_episodes", "i8", 0),
    Field("n_bone_radiotherapy", "i8", 0),  # courses, those after surgery included
    Field("first_bone_radiotherapy_day", "f8", NEVER),
    Field("last_bone_radiotherapy_day", "f8", NEVER),
    Field("n_bone_surgery", "i8", 0),
    Field("first_bone_surgery_day", "f8", NEVER),
    Field("bone_agent", "i8", 0),  # 1 once offered or not, 2 once it acts
    Field("episode_day", "f8", LATER, (MOST_EPISODES,)),
    Field("n_radiopharmaceuticals", "i8", 0),  # courses of them
    Field("n_surgery", "i8", 0),  # of the spine
    Field("first_surgery_day", "f8", NEVER),
    Field("n_courses_radicular", "i8", 0),  # for a lesion with radicular pain
    Field("n_radiotherapy", "i8", 0),  # of the spine
    Field("n_radiated_of", "i8", 0, (N_GRADES,)),  # lesions without a deficit, by epidural grade
    Field("first_radiotherapy_day", "f8", NEVER),
    Field("last_radiotherapy_day", "f8", NEVER),
    Field("radiotherapy_performance", "i8", LATER),  # at the first course
    Field("radiotherapy_pain", "f8", LATER),  # worst pain at the first course
    Field("observed", "f8", LATER, (N_OBSERVABLES,)),  # at the last decision
    Field("first_trigger_day", "f8", NEVER),
    Field("trigger_reason", "i8", LATER),
    Field("trigger_pain", "f8", LATER),
    Field("trigger_sins", "i8", LATER),
    Field("trigger_type", "i8", LATER),
    Field("trigger_performance", "i8", LATER),
    Field("therapy_at_trigger", "i8", 0),  # 1 if on or due systemic therapy at the first trigger
    Field("relief_day", "f8", NEVER),
    Field("first_course_day", "f8", NEVER),
    Field("first_treatment", "i8", LATER),
    Field("first_course_pain", "f8", LATER),  # worst pain when it began
    Field("site_lesion", "i8", LATER),  # of the first course: what response is assessed at
    Field("site_pain", "f8", LATER),
    Field("site_morphine_mg", "f8", LATER),
    Field("site_again_day", "f8", NEVER),  # of the next course there
    Field("site_relieved_day", "f8", NEVER),  # its tumor pain answers
    Field("site_relapsed_day", "f8", NEVER),
    Field("new_pain_day", "f8", NEVER),  # another lesion begins to hurt, after the first course
    Field("n_assessed", "i8", 0),
    Field("assessed_pain", "f8", LATER, (N_ASSESSMENTS,)),  # worst pain of all lesions
    Field("assessed_site_pain", "f8", LATER, (N_ASSESSMENTS,)),  # as the response reads it
    Field("assessed_morphine_mg", "f8", LATER, (N_ASSESSMENTS,)),
    Field("assessed_response", "i8", LATER, (N_ASSESSMENTS,)),
    # detection
    Field("presented", "i8", 0),  # what the cancer was found through, see `sim.life.detection`
    Field("n_surveys", "i8", 0),
    Field("n_levels_at_detection", "i8", 0),
    Field("gap_at_detection", "i8", 0),  # 1 if the levels seeded by then are not all contiguous
    Field("sins_at_detection", "i8", 0),
    Field("type_at_detection", "i8", LATER),  # of the least stable lesion that was seen
    # what every event looks at
    Field("snapshot_day", "f8", NEVER),  # of the next look at the sums
    # the end
    Field("alive", "i8", 1),
    Field("death_day", "f8", NEVER),
    Field("death_cause", "i8", Death.NOT_YET),
)
PERSON = layout(PERSON_FIELDS)
"""A person."""
clear_person = clearing(PERSON_FIELDS)
"""Begin the record of a person, at diagnosis."""
