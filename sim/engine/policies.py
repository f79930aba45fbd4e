"""From strategies, treatments and one joint sample of the evidence to what a life reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.evidence.reader import Values
from sim.evidence.treatments import ELIGIBILITY, known_treatments
from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    LESION_TYPES,
    MOST_TREATMENTS,
    THERAPY_CLASSES,
)
from sim.inputs.catalog import treatment_names
from sim.inputs.strategies import CATEGORIES, Knobs, Rule, Strategy, Treatment
from sim.life.policy import (
    ANALGESIA_ONLY,
    LIMITS,
    OBSERVABLES,
    POLICY,
    TREATMENT,
)

_FLAGS_AND_LIMITS = tuple(name for name in ELIGIBILITY if name not in LESION_TYPES)
_NUMBERS = (
    "wait_median_days",
    "wait_sd_log",
    "course_days",
    "response_biological",
    "complete_biological",
    "response_mechanical",
    "complete_mechanical",
    "depth_low",
    "depth_high",
    "onset_fast_share",
    "onset_fast_mean_days",
    "onset_slow_mean_days",
    "onset_mechanical_mean_days",
    "flare_share",
    "flare_points",
    "flare_mean_days",
    "collapse_ratio",
    "tumor_control_ratio",
    "deficit_ratio",
    "regain_walking_share",
    "complication_share",
    "complication_days",
    "death_share",
)
"""Fields of `TREATMENT` that are the parameter `treatment_<name>` as it stands."""

DEFAULTS: dict[str, Any] = {
    "holds": "equal",
    "wait_ratio": 1.0,
    "bone_agents": True,
    "response_luck": "shared",
    "resume_below_nrs": np.inf,
}
"""Knobs whose default is no parameter of the evidence."""


@dataclass(frozen=True)
class Strategies:
    """Strategies side by side, as the engines read them.

    Attributes
    ----------
    names : tuple of str
    policies : array of `POLICY`, shape (strategies,)
    limits : array of `LIMITS`, shape (1,)
        Up to where their lives are one.
    """

    names: tuple[str, ...]
    policies: NDArray[np.void]
    limits: NDArray[np.void]

    @property
    def rules(self) -> NDArray[np.void]:
        """Rules of all strategies, shape (strategies, `MOST_RULES`)."""
        return self.policies["rules"]

    @property
    def treatments(self) -> NDArray[np.void]:
        """Treatments of all strategies, shape (strategies, `MOST_TREATMENTS`)."""
        return self.policies["treatments"]

    def care(self, strategy: int) -> NDArray[np.void]:
        """One of them, as an array of length 1."""
        return self.policies[strategy : strategy + 1]


def resolve_knobs(strategy: Strategy, common: Knobs, values: Values) -> dict[str, Any]:
    """A strategy's knobs: its own, else the scenario's, else the defaults."""
    defaults = {
        **DEFAULTS,
        "pain_threshold": values["overwhelming_pain", "all"],
        "time_off_hazard_ratio": values["time_off_hazard_ratio", "all"],
        "withhold": tuple(c for c in THERAPY_CLASSES if values["withhold_class", c] > 0.0),
    }
    return {**defaults, **common.knobs(), **strategy.knobs()}


def build_strategies(
    strategies: Sequence[Strategy],
    own: Sequence[Treatment],
    common: Knobs,
    values: Values,
) -> Strategies:
    """The records of several strategies under one joint sample of the evidence."""
    names = treatment_names(own)
    knobs = [resolve_knobs(strategy, common, values) for strategy in strategies]
    policies = np.zeros(len(strategies), POLICY)
    rules, treatments = policies["rules"], policies["treatments"]
    for s, strategy in enumerate(strategies):
        fill_policy(policies[s], strategy, knobs[s], values)
        for r, rule in enumerate((*strategy.rules, Rule(give=strategy.otherwise))):
            fill_rule(rules[s, r], rule, names, values)
        given = rules[s]["share"][: policies[s]["n_rules"], ANALGESIA_ONLY]
        policies[s]["treats"] = bool((given < 1.0).any())
        for t, name in enumerate(names):
            fill_treatment(treatments[s, t], name, own, treatments[s], names, knobs[s], values)
    limits = build_limits(strategies, policies)
    return Strategies(tuple(s.name for s in strategies), policies, limits)


def fill_policy(policy: np.void, strategy: Strategy, knobs: dict[str, Any], values: Values) -> None:
    """Thresholds and settings of one strategy."""
    acts = strategy.acts
    policy["acts"] = acts
    policy["n_rules"] = len(strategy.rules) + 1
    policy["prophylactic"] = any(rule.prophylactic for rule in strategy.rules)
    policy["pain_threshold"] = knobs["pain_threshold"]
    policy["fracture_pain"] = values["painful_fracture_pain", "all"]
    policy["analgesia_step"] = values["analgesia_before_referral_step", "all"]
    policy["declined_review_ratio"] = values["declined_review_ratio", "all"]
    policy["withhold"] = [name in knobs["withhold"] for name in THERAPY_CLASSES]
    policy["resume_below"] = knobs["resume_below_nrs"]
    policy["time_off_ratio"] = knobs["time_off_hazard_ratio"]
    policy["bone_agents"] = acts and knobs["bone_agents"]
    policy["independent_response"] = knobs["response_luck"] == "independent"
    ratio = knobs["wait_ratio"]
    policy["consult_wait_median_days"] = ratio * values["consult_wait_median_days", "all"]
    policy["consult_wait_sd_log"] = values["consult_wait_sd_log", "all"]
    policy["emergency_consult_wait_mean_days"] = (
        ratio * values["emergency_consult_wait_mean_days", "all"]
    )


def fill_rule(record: np.void, rule: Rule, names: list[str], values: Values) -> None:
    """Bounds of the observables, and cumulative shares of the treatments."""
    record["low"], record["high"] = -np.inf, np.inf
    record["prophylactic"] = rule.prophylactic
    for name, wanted in rule.when.items():
        column = OBSERVABLES.index(name)
        if name in CATEGORIES:
            words = wanted if isinstance(wanted, (tuple, list)) else (wanted,)
            codes = {CATEGORIES[name].index(word) for word in words}
            record["among"][column] = sum(1 << code for code in codes)
            continue
        low, high = wanted if isinstance(wanted, (tuple, list)) else (wanted, wanted)
        record["low"][column] = -np.inf if low is None else low
        record["high"][column] = np.inf if high is None else high
    if rule.shares_from is not None:
        group = f"{rule.shares_from}, "
        shares = {
            stratum.removeprefix(group): value
            for (name, stratum), value in values.items()
            if name == "usual_care_share" and stratum.startswith(group)
        }
    elif isinstance(rule.give, str):
        shares = {rule.give: 1.0}
    else:
        shares = dict(rule.give or {})
    share = np.zeros(MOST_TREATMENTS)
    for name, value in shares.items():
        share[names.index(name)] = value
    record["share"] = np.cumsum(share) / share.sum()
    record["share"][np.flatnonzero(share)[-1] :] = 1.0


def fill_treatment(
    record: np.void,
    name: str,
    own: Sequence[Treatment],
    row: NDArray[np.void],
    names: list[str],
    knobs: dict[str, Any],
    values: Values,
) -> None:
    """One treatment: as in the evidence, or as another one with the user's numbers."""
    mine = next((t for t in own if t.name == name), None)
    if mine is None:
        fill_known(record, name, knobs, values)
        return
    for field in TREATMENT.names or ():
        record[field] = row[names.index(mine.based_on)][field]
    ratio = knobs["wait_ratio"]
    for field, value in mine.model_dump(exclude_none=True).items():
        if field in LESION_TYPES:
            record["eligible_type"][LESION_TYPES.index(field)] = value
        elif field in ("pre_hold_days", "post_hold_days"):
            if knobs["holds"] == "none":
                continue
            days = value if isinstance(value, dict) else dict.fromkeys(THERAPY_CLASSES, value)
            for therapy_class, hold in days.items():
                record[field][THERAPY_CLASSES.index(therapy_class)] = hold
        elif field == "relapse_rate_per_year":
            record["relapse_rate_per_day"] = value / DAYS_PER_YEAR
        elif field in ("wait_median_days", "emergency_wait_median_days"):
            record[field] = ratio * value
        elif field in (TREATMENT.names or ()):
            record[field] = value


def fill_known(record: np.void, name: str, knobs: dict[str, Any], values: Values) -> None:
    """One treatment of the evidence."""
    known = known_treatments()[name]
    for field in _FLAGS_AND_LIMITS:
        record[field] = known.eligibility[field]
    record["eligible_type"] = [known.eligibility[kind] for kind in LESION_TYPES]
    record["review_days"] = values["treatment_review_days", name]
    if name == list(known_treatments())[ANALGESIA_ONLY]:
        record["tumor_control_ratio"] = record["collapse_ratio"] = record["deficit_ratio"] = 1.0
        return
    for field in _NUMBERS:
        record[field] = values[f"treatment_{field}", name]
    ratio = knobs["wait_ratio"]
    record["wait_median_days"] *= ratio
    emergency_wait = values.get(("treatment_emergency_wait_median_days", name), 0.0)
    record["emergency_wait_median_days"] = ratio * emergency_wait
    record["relapse_rate_per_day"] = values["treatment_relapse_rate", name] / DAYS_PER_YEAR
    for when, common in (("pre", "hold_before_days"), ("post", "hold_after_days")):
        for c, therapy_class in enumerate(THERAPY_CLASSES):
            record[f"{when}_hold_days"][c] = hold_days(
                when, common, name, therapy_class, knobs, values
            )


def hold_days(
    when: str,
    common: str,
    name: str,
    therapy_class: str,
    knobs: dict[str, Any],
    values: Values,
) -> float:
    """Systemic hold before (`pre`) or after (`post`) a course, by the knobs.

    A hold with a source of its own (major surgery, marrow-toxic radiopharmaceuticals) stands unless
    there are no holds at all.
    """
    if knobs["holds"] == "none":
        return 0.0
    own = values.get((f"treatment_own_{when}_hold_days", f"{name}, {therapy_class}"))
    if own is not None:
        return own
    asked = knobs.get(f"{when}_hold_days")
    if asked is not None:
        return float(asked)
    if knobs["holds"] == "by_modality":
        return values[f"treatment_modality_{when}_hold_days", name]
    return values[common, therapy_class]


def build_limits(strategies: Sequence[Strategy], policies: NDArray[np.void]) -> NDArray[np.void]:
    """Up to where lives are one: the least of what any strategy acts on."""
    limits = np.zeros(1, LIMITS)
    mixed_bone_agents = len(set(policies["bone_agents"].tolist())) > 1
    limits["from_diagnosis"] = any(s.acts_from == "diagnosis" for s in strategies)
    limits["from_detection"] = (
        mixed_bone_agents
        or bool(policies["prophylactic"].any())
        or any(s.acts_from == "detection" for s in strategies)
    )
    limits["bone_agents"] = bool(policies["bone_agents"].all())
    acting = policies[policies["acts"] == 1]
    for name in ("pain_threshold", "fracture_pain", "analgesia_step"):
        limits[name] = acting[name].min() if len(acting) else np.inf
    if any(s.acts_from == "pain" for s in strategies):
        limits["pain_threshold"] = 0.0
    return limits
