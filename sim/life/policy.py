"""Treatments, rules and policies as records: what palliative care can do, and when it does what.

They are made from the evidence and from the user's strategies by `sim.engine.policies`. A life
reads one policy at a time: a flat record, because counting references to arrays, which it would
hold otherwise, takes longer than most events.
"""

from __future__ import annotations

from enum import auto

import numpy as np

from sim.evidence.vocabulary import MOST_RULES, MOST_TREATMENTS, LesionType, Numbered, TherapyClass


class Observable(Numbered):
    """What a clinician knows at a decision: of the worst lesion, the person and the therapy.

    Pains are after analgesia, on the 0-10 numeric rating scale, in whole points as people give
    them. `PAIN` is the worst of the person; the others are of the lesion: `PAIN_AT_REST` lying and
    at night, `PAIN_ON_MOVEMENT` on rising and turning, `MECHANICAL_PAIN` what movement alone
    brings, which decides over stabilization. `ANALGESIA` is the step: 0 none, 1 non-opioid, 2 weak
    opioid, 3 strong opioid at its first dose, 4 and more at a dose raised once and more often.
    `PERFORMANCE` is ECOG 0-4. `PROGNOSIS_MONTHS` is predicted from the primary, performance,
    visceral disease and the line of therapy. `FRANKEL` is of the lesion; `WALKING` of the person: 0
    alone, 1 with help, 2 not. `RADICULAR` is 1 if pain of the lesion goes down a nerve root.
    `PREVIOUS_RADIOTHERAPY`, `PREVIOUS_CEMENT` and `PREVIOUS_COURSES` count courses at the lesion;
    `CORD_DOSE_GY` is what radiotherapy gave the cord there, in 2 Gy fractions (alpha/beta 2 Gy).
    """

    PAIN = auto()
    PAIN_AT_REST = auto()
    PAIN_ON_MOVEMENT = auto()
    MECHANICAL_PAIN = auto()
    ANALGESIA = auto()
    REASON = auto()
    SINS = auto()
    BILSKY = auto()
    FRANKEL = auto()
    LESION_TYPE = auto()
    COLLAPSED = auto()
    REGION = auto()
    OUTSIDE = auto()
    N_LEVELS = auto()
    N_PAINFUL = auto()
    PREVIOUS_RADIOTHERAPY = auto()
    PREVIOUS_CEMENT = auto()
    PREVIOUS_COURSES = auto()
    PRIMARY = auto()
    RADIOSENSITIVE = auto()
    AGE = auto()
    PERFORMANCE = auto()
    VISCERAL = auto()
    PROGNOSIS_MONTHS = auto()
    THERAPY_LINE = auto()
    THERAPY_CLASS = auto()
    ON_THERAPY = auto()
    WALKING = auto()
    RADICULAR = auto()
    CORD_DOSE_GY = auto()


OBSERVABLES = Observable.labels()
N_OBSERVABLES = len(OBSERVABLES)

ANALGESIA_ONLY = 0
"""Index of the treatment that is no course: analgesia goes on, the person is seen again."""

N_CLASSES = len(TherapyClass)

TREATMENT = np.dtype(
    [
        ("luck", "i8"),  # index of the treatment whose luck of response it has, see `relief`
        # kinds, by which lesions are limited
        ("cement", "i8"),
        ("cord_dose_gy", "f8"),  # of a course of radiotherapy, in 2 Gy fractions; else 0
        ("ablation", "i8"),
        ("surgery", "i8"),
        ("systemic", "i8"),  # 1 for a radiopharmaceutical: it treats all lesions at once
        # who may have it
        ("emergency", "i8"),
        ("eligible_type", "i8", (len(LesionType),)),
        ("outside", "i8"),
        ("least_pain", "f8"),
        ("mechanical_pain_needed", "i8"),
        ("most_bilsky", "i8"),
        ("most_sins", "i8"),
        ("least_prognosis_months", "f8"),
        ("levels_per_course", "i8"),
        ("levels_apart", "i8"),  # 1 if these need not be neighbors
        # when, and what it does to systemic therapy
        ("wait_median_days", "f8"),
        ("wait_sd_log", "f8"),
        ("emergency_wait_median_days", "f8"),
        ("course_days", "f8"),
        ("hold_share", "f8", (N_CLASSES,)),  # of doctors who withhold doses around it
        ("pre_hold_days", "f8", (N_CLASSES,)),  # where doses are withheld
        ("post_hold_days", "f8", (N_CLASSES,)),
        ("review_days", "f8"),
        # what it does to pain
        ("response_biological", "f8"),
        ("complete_biological", "f8"),
        ("response_mechanical", "f8"),
        ("complete_mechanical", "f8"),
        ("depth_low", "f8"),
        ("depth_high", "f8"),
        ("onset_fast_share", "f8"),
        ("onset_fast_mean_days", "f8"),
        ("onset_slow_mean_days", "f8"),
        ("onset_mechanical_mean_days", "f8"),
        ("relapse_rate_per_day", "f8"),
        ("flare_share", "f8"),
        ("flare_points", "f8"),
        ("flare_mean_days", "f8"),
        # what it does to the bone, the tumor and the cord
        ("collapse_ratio", "f8"),
        ("tumor_control_ratio", "f8"),
        ("deficit_ratio", "f8"),
        ("regain_walking_share", "f8"),
        # harm
        ("complication_share", "f8"),
        ("complication_days", "f8"),
        ("death_share", "f8"),
        # what it costs
        ("utility_loss", "f8"),  # share of utility, from the start of a course on
        ("utility_loss_days", "f8"),
        ("price", "f8"),  # of a course
        ("stay_days", "f8"),  # in hospital, a course
    ],
    align=True,
)
"""A palliative treatment."""

RULE = np.dtype(
    [
        ("low", "f8", (N_OBSERVABLES,)),
        ("high", "f8", (N_OBSERVABLES,)),
        ("among", "u8", (N_OBSERVABLES,)),  # bits of the codes allowed, 0 if any
        ("prophylactic", "i8"),
        ("share", "f8", (MOST_TREATMENTS,)),  # cumulative, over treatments in `POLICY`'s order
    ],
    align=True,
)
"""When all observables are within bounds, give one of the treatments, by their shares."""

POLICY = np.dtype(
    [
        ("acts", "i8"),  # 0 for no palliative care at all
        ("refers", "i8"),  # 1 if referrals come due; also before strategies that share them act
        ("finite", "i8"),  # 1 if a clinic gives the appointment, 0 if the wait is drawn
        ("treats", "i8"),  # 0 if every rule gives analgesia only
        ("alike", "i8"),  # the first strategy that is like it but for what its rules choose
        ("n_rules", "i8"),
        ("rules", RULE, (MOST_RULES,)),  # the first `n_rules`, in their order
        ("treatments", TREATMENT, (MOST_TREATMENTS,)),  # with this strategy's holds
        # Of the shares of rules: each treatment of the user behind the one it is based on, so that
        # a share split between the two falls to the same people.
        ("order", "i8", (MOST_TREATMENTS,)),
        ("prophylactic", "i8"),  # 1 if a rule treats ahead of pain
        ("from_diagnosis", "i8"),  # 1 if it may act as soon as a life begins
        ("from_detection", "i8"),  # 1 if it may act as soon as a metastasis is found
        ("from_pain", "i8"),  # 1 if it may act as soon as there is pain
        ("pain_threshold", "f8"),
        ("refer_from_pain", "f8"),
        ("fracture_pain", "f8"),
        ("least_pain", "f8"),  # the lower of these two: under it nobody is referred
        ("differs_from_pain", "f8"),  # of what strategies share: from when on they may differ
        ("analgesia_step", "f8"),
        ("referral_rate_per_day", "f8"),  # at the pain from which it is severe
        ("nothing_more_review_days", "f8"),
        ("withhold", "i8", (N_CLASSES,)),
        ("resume_below", "f8"),
        ("time_off_ratio", "f8", (N_CLASSES,)),  # of the hazard of cancer death off therapy
        ("never_resumed_share", "f8"),  # of whom an operation takes doses from
        ("bone_agents", "i8"),
        ("bone_radiotherapy", "i8"),  # indices of what other bone is treated with
        ("bone_surgery", "i8"),
        ("independent_response", "i8"),
        # how often a lesion may be treated, see `retreatment`
        ("cord_dose_limit_gy", "f8"),
        ("reirradiation_interval_days", "f8"),
        ("most_cement_courses", "i8"),
        ("most_ablations", "i8"),
        ("most_operations", "i8"),
        ("most_radiopharmaceutical_courses", "i8"),
        ("most_local_courses", "f8"),  # infinite without a cap
        ("consult_wait_median_days", "f8"),
        ("consult_wait_sd_log", "f8"),
        ("emergency_consult_wait_mean_days", "f8"),
    ],
    align=True,
)
"""One strategy: its rules, its treatments, thresholds and settings; what a life reads of care."""
