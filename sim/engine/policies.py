"""From strategies, treatments and one joint sample of the evidence to what a life reads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.holds import (
    HOLD_FIELDS,
    fill_holds,
    fill_own_holds,
    known_basis,
    own_basis,
    time_off_ratios,
)
from sim.engine.parameters import read_field
from sim.engine.prices import course_prices
from sim.engine.shared_policy import fill_shared
from sim.evidence.reader import Values, evidence
from sim.evidence.treatments import ELIGIBILITY, known_treatments
from sim.evidence.vocabulary import DAYS_PER_YEAR, LESION_TYPES, MOST_TREATMENTS, THERAPY_CLASSES
from sim.inputs.catalog import treatment_names
from sim.inputs.outcomes import Outcomes
from sim.inputs.strategies import CATEGORIES, HOLDS, Knobs, Rule, Strategy
from sim.inputs.treatment import Treatment
from sim.life.policy import ANALGESIA_ONLY, OBSERVABLES, POLICY, TREATMENT

_FLAGS_AND_LIMITS = tuple(name for name in ELIGIBILITY if name not in LESION_TYPES)
_BY_MODALITY = ("ablation", "surgery")
"""Kinds that a treatment is of by its modality; it may be of others besides."""
_DERIVED = (
    *(*_FLAGS_AND_LIMITS, *_BY_MODALITY, "luck", "eligible_type", "cord_dose_gy"),
    *("emergency_wait_median_days", "hold_share", *HOLD_FIELDS, "price", "stay_days"),
)
"""Fields of `TREATMENT` that are not the parameter `treatment_<name>`."""

_NON_SPECIFIC = (
    *("response_biological", "complete_biological", "response_mechanical", "complete_mechanical"),
    *("depth_low", "depth_high", "onset_fast_share", "onset_fast_mean_days"),
    *("onset_slow_mean_days", "onset_mechanical_mean_days", "relapse_rate_per_day"),
)
"""What pain does without a course: the fields of analgesia alone."""

_IN_NO_RECORD = (
    *("name", "based_on", "label", "evidence"),
    *("sessions", "stay_days", "cost", "price_basis"),
)
"""Fields of a user's treatment that a life does not read as they are; see `sim.engine.prices`."""

_BONE_RADIOTHERAPY, _BONE_SURGERY = "ebrt_8gy1", "surgery_rt"
"""What bone outside the spine is treated with, under every strategy that acts."""

LIMITS = (
    *("cord_dose_limit_gy", "reirradiation_interval_days", "most_cement_courses"),
    *("most_ablations", "most_operations", "most_radiopharmaceutical_courses"),
)
"""How often a lesion may be treated, by the kind of treatment: parameters of the evidence."""

DEFAULTS: dict[str, Any] = {
    "holds": HOLDS[0],
    "wait_ratio": 1.0,
    "bone_agents": True,
    "response_luck": "shared",
    "resume_below_nrs": np.inf,
    "local_courses_per_level": np.inf,
    "referral_ratio": 1.0,
}
"""Knobs whose default is no parameter of the evidence."""


class Strategies(NamedTuple):
    """Strategies side by side, as a life reads them: arrays of `POLICY`."""

    policies: NDArray[np.void]
    shared: NDArray[np.void]
    """What holds as long as lives under all of them are one, an array of length 1."""


def resolve_knobs(strategy: Strategy, common: Knobs, values: Values) -> dict[str, Any]:
    """A strategy's knobs: its own, else the scenario's, else the defaults."""
    defaults = {
        **DEFAULTS,
        "pain_threshold": values["overwhelming_pain", "all"],
        "refer_from_pain": values["refer_from_pain", "all"],
        "withhold": tuple(c for c in THERAPY_CLASSES if values["withhold_class", c] > 0.0),
    }
    return {**defaults, **common.knobs(), **strategy.knobs()}


def build_strategies(
    strategies: Sequence[Strategy],
    own: Sequence[Treatment],
    common: Knobs,
    values: Values,
    draw: int = 0,
    outcomes: Outcomes | None = None,
) -> Strategies:
    """The records of several strategies under one joint sample of the evidence.

    `draw` is its number, under which the user's own treatments are drawn too; `outcomes` say in
    whose money and for whom courses are priced.
    """
    names = treatment_names(own)
    knobs = [resolve_knobs(strategy, common, values) for strategy in strategies]
    policies = np.zeros(len(strategies), POLICY)
    rules, treatments = policies["rules"], policies["treatments"]
    order = share_order(own)
    policies["order"][:, : len(order)] = order
    in_order = [names[index] for index in order]
    bases = [known_basis(name, values) for name in known_treatments()]
    for mine in own:
        bases.append(own_basis(mine, bases[names.index(mine.based_on)], draw))
    for s, strategy in enumerate(strategies):
        fill_policy(policies[s], strategy, knobs[s], values)
        for r, rule in enumerate((*strategy.rules, Rule(give=strategy.otherwise))):
            fill_rule(rules[s, r], rule, in_order, values)
        given = rules[s]["share"][: policies[s]["n_rules"], ANALGESIA_ONLY]
        policies[s]["treats"] = bool((given < 1.0).any())
        if knobs.index(knobs[s]) < s:
            treatments[s] = treatments[knobs.index(knobs[s])]
            continue
        for record, name in zip(treatments[s], known_treatments(), strict=False):
            fill_known(record, name, knobs[s], values)
        for t, mine in enumerate(own, len(known_treatments())):
            treatments[s, t] = treatments[s, names.index(mine.based_on)]
            fill_own(treatments[s, t], mine, knobs[s], draw)
            fill_own_holds(treatments[s, t], mine.numbers(draw), bases[t], knobs[s], values)
    for t, paid in enumerate(course_prices(own, bases, values, outcomes or Outcomes(), draw)):
        treatments["price"][:, t], treatments["stay_days"][:, t] = paid
    policies["alike"] = alike_but_for_rules(policies)
    shared = np.zeros(1, POLICY)
    fill_shared(shared, policies)
    return Strategies(policies, shared)


def share_order(own: Sequence[Treatment]) -> list[int]:
    """Indices of all treatments, each of the user's right behind the root of what it is based on.

    Examples
    --------
    >>> share_order([Treatment(name="twin", based_on="ebrt_8gy1")])[:4]
    [0, 1, 14, 2]
    """
    names = treatment_names(own)
    roots = list(range(len(known_treatments())))
    for mine in own:
        roots.append(roots[names.index(mine.based_on)])
    return sorted(range(len(names)), key=lambda index: (roots[index], index))


def fill_policy(policy: np.void, strategy: Strategy, knobs: dict[str, Any], values: Values) -> None:
    """Thresholds and settings of one strategy."""
    acts = strategy.acts
    policy["acts"] = policy["refers"] = acts
    policy["n_rules"] = len(strategy.rules) + 1
    policy["prophylactic"] = any(rule.prophylactic for rule in strategy.rules)
    policy["from_diagnosis"] = strategy.acts_from == "diagnosis"
    policy["from_detection"] = policy["prophylactic"] or strategy.acts_from == "detection"
    policy["from_pain"] = strategy.acts_from == "pain"
    policy["pain_threshold"] = knobs["pain_threshold"]
    policy["refer_from_pain"] = knobs["refer_from_pain"]
    policy["fracture_pain"] = values["painful_fracture_pain", "all"]
    policy["least_pain"] = min(policy["refer_from_pain"], policy["fracture_pain"])
    policy["analgesia_step"] = values["analgesia_before_referral_step", "all"]
    policy["referral_rate_per_day"] = knobs["referral_ratio"] * read_field(
        values, "referral_rate_per_day", "all"
    )
    policy["nothing_more_review_days"] = values["nothing_more_review_days", "all"]
    policy["withhold"] = [name in knobs["withhold"] for name in THERAPY_CLASSES]
    policy["resume_below"] = knobs["resume_below_nrs"]
    policy["time_off_ratio"] = time_off_ratios(knobs.get("time_off_hazard_ratio"), values)
    policy["never_resumed_share"] = values["never_resumed_after_surgery_share", "all"]
    policy["bone_agents"] = acts and knobs["bone_agents"]
    known = list(known_treatments())
    policy["bone_radiotherapy"] = known.index(_BONE_RADIOTHERAPY)
    policy["bone_surgery"] = known.index(_BONE_SURGERY)
    policy["independent_response"] = knobs["response_luck"] == "independent"
    for limit in LIMITS:
        policy[limit] = values[limit, "all"]
    policy["most_local_courses"] = knobs["local_courses_per_level"]
    ratio = knobs["wait_ratio"]
    policy["consult_wait_median_days"] = ratio * values["consult_wait_median_days", "all"]
    policy["consult_wait_sd_log"] = values["consult_wait_sd_log", "all"]
    policy["emergency_consult_wait_mean_days"] = (
        ratio * values["emergency_consult_wait_mean_days", "all"]
    )


def fill_rule(record: np.void, rule: Rule, names: list[str], values: Values) -> None:
    """Bounds of the observables, and cumulative shares of the treatments in the order of names."""
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
            stratum.removeprefix(group): values["usual_care_share", stratum]
            for stratum in usual_care_strata()
            if stratum.startswith(group)
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


@cache
def usual_care_strata() -> tuple[str, ...]:
    """Strata of the shares of usual care: a mix and a treatment each."""
    return tuple(row.stratum for row in evidence().named("usual_care_share"))


def fill_own(record: np.void, mine: Treatment, knobs: dict[str, Any], draw: int = 0) -> None:
    """A treatment of the user: the record of what it is based on, with the numbers given."""
    ratio = knobs["wait_ratio"]
    given = mine.numbers(draw)
    for field, value in given.items():
        if field in _IN_NO_RECORD:
            continue
        if field in LESION_TYPES:
            record["eligible_type"][LESION_TYPES.index(field)] = value
        elif field in HOLD_FIELDS:
            continue  # see `fill_own_holds`
        elif field == "relapse_rate_per_year":
            record["relapse_rate_per_day"] = value / DAYS_PER_YEAR
        elif field in ("wait_median_days", "emergency_wait_median_days"):
            record[field] = ratio * value
        else:
            record[field] = value
    # Where only one end of the depth is given, that of the other treatment gives way.
    if "depth_low" in given:
        record["depth_high"] = max(record["depth_low"], record["depth_high"])
    if "depth_high" in given:
        record["depth_low"] = min(record["depth_low"], record["depth_high"])


def fill_known(record: np.void, name: str, knobs: dict[str, Any], values: Values) -> None:
    """One treatment of the evidence."""
    known = known_treatments()[name]
    for field in _FLAGS_AND_LIMITS:
        record[field] = known.eligibility[field]
    for kind in _BY_MODALITY:
        record[kind] = known.modality == kind
    record["luck"] = list(known_treatments()).index(name)
    record["cord_dose_gy"] = values.get(("treatment_cord_dose_gy", name), 0.0)
    record["eligible_type"] = [known.eligibility[kind] for kind in LESION_TYPES]
    if name == list(known_treatments())[ANALGESIA_ONLY]:
        record["review_days"] = values["treatment_review_days", name]
        record["tumor_control_ratio"] = record["collapse_ratio"] = record["deficit_ratio"] = 1.0
        for field in _NON_SPECIFIC:
            record[field] = read_field(values, f"treatment_{field}", name)
        return
    for field in set(TREATMENT.names or ()) - set(_DERIVED):
        record[field] = read_field(values, f"treatment_{field}", name)
    ratio = knobs["wait_ratio"]
    record["wait_median_days"] *= ratio
    emergency_wait = values.get(("treatment_emergency_wait_median_days", name), 0.0)
    record["emergency_wait_median_days"] = ratio * emergency_wait
    fill_holds(record, known_basis(name, values), knobs, values)


def alike_but_for_rules(policies: NDArray[np.void]) -> list[int]:
    """Of each strategy, the first that does all as it does but for what its rules choose.

    Until they choose differently, a life is the same under both. Rules for prophylaxis also choose
    where nobody was referred: who has one is like no other.
    """
    rest = policies.copy()
    for name in ("rules", "n_rules", "treats"):
        rest[name] = 0
    first: dict[bytes, int] = {}
    return [
        s if policy["prophylactic"] or not policy["acts"] else first.setdefault(policy.tobytes(), s)
        for s, policy in enumerate(rest)
    ]
