"""Explains care: a treatment with all its numbers, a strategy, a resource of a clinic."""

from __future__ import annotations

from collections.abc import Sequence

from sim.economics.prices import part_words
from sim.evidence.prices import course_parts
from sim.evidence.reader import evidence
from sim.evidence.treatments import KnownTreatment, known_treatments
from sim.evidence.visits import known_others, known_visits
from sim.inputs.catalog import known_strategies, strategies_with
from sim.inputs.strategies import Rule, Strategy
from sim.inputs.treatment import Treatment
from sim.tables.explain_parameter import parameter_lines


def care_lines(name: str, stratum: str | None) -> list[str]:
    """A treatment with all its numbers, and the strategy of that name."""
    known = evidence()
    lines = []
    if name in known_treatments():
        lines += _treatment_lines(known_treatments()[name])
        for row in known.parameters.values():
            mine = row.name.startswith("treatment_") and row.stratum.split(", ")[0] == name
            if mine and (stratum is None or stratum in row.name):
                lines += parameter_lines(row)
    if name in known_strategies():
        lines += _strategy_lines(known_strategies()[name])
    return lines


def own_lines(treatment: Treatment, own: Sequence[Treatment]) -> list[str]:
    """A treatment of the user's: what it is based on, and each number that differs."""
    numbers, spread = treatment.numbers(), treatment.uncertain()
    not_numbers = ("name", "based_on", "label", "evidence", "price_basis")
    lines = [
        f"{treatment.name} (treatment of the user's): {treatment.label or treatment.name}",
        f"  evidence: {treatment.evidence}, as given by the user",
        f"  all that does not stand here is as in {treatment.based_on}, with its uncertainty: "
        f"spinemets explain {treatment.based_on}",
    ]
    for field in (field for field in numbers if field not in not_numbers):
        value = numbers[field]
        of = value.items() if isinstance(value, dict) else [("", value)]
        said = ", ".join(f"{name} {one:g}".lstrip() for name, one in of)
        basis = f" {treatment.price_basis}" if field == "cost" else ""
        lines.append(f"  {field} = {said}{basis} ({spread.get(field, 'the same in all draws')})")
    return [*lines, *_strategy_lines(strategies_with(own)[treatment.name])]


def _treatment_lines(treatment: KnownTreatment) -> list[str]:
    known = evidence()
    limits = ", ".join(f"{k} {v:g}" for k, v in treatment.eligibility.items())
    return [
        f"{treatment.name} (treatment, {treatment.modality}): {treatment.label}",
        f"  who may have it: {limits}",
        *_limit_lines(treatment),
        f"  needs: {treatment.resource.replace('_', ' ')}; evidence for its effect on pain: "
        f"{treatment.evidence}",
        *(f"  price: {part_words(part)}" for part in course_parts().get(treatment.name, ())),
        *(f"  source: {key}: {known.sources[key]}" for key in treatment.source),
        f"  note: {treatment.note}",
        *(
            f"  visit {number} with finite access: {visit.resource}, {visit.sessions} x "
            f"{visit.minutes:g} minutes, planning {visit.planning_days:g} days (emergency "
            f"{visit.emergency_planning_days:g}), after {visit.after_days:g} days, in bed "
            f"{visit.bed_days:g}; assumed, sim/evidence/visits.csv"
            for number, visit in enumerate(known_visits().get(treatment.name, ()), start=1)
        ),
    ]


def _limit_lines(treatment: KnownTreatment) -> list[str]:
    """How often a lesion may have it: the parameters that limit its kinds."""
    point = evidence().point
    irradiates = ("treatment_cord_dose_gy", treatment.name) in point
    limits = {
        "cord_dose_limit_gy": irradiates and treatment.modality != "surgery",
        "reirradiation_interval_days": irradiates and treatment.modality != "surgery",
        "most_cement_courses": treatment.cement == 1,
        "most_ablations": treatment.modality == "ablation",
        "most_operations": treatment.modality == "surgery",
        "most_radiopharmaceutical_courses": treatment.systemic == 1,
    }
    named = [f"{name} {point[name, 'all']:g}" for name, holds in limits.items() if holds]
    return [f"  a lesion's limits by kind: {', '.join(named)}"] if named else []


def _strategy_lines(chosen: Strategy) -> list[str]:
    lines = [f"{chosen.name} (strategy): {chosen.description}"]
    lines += [f"  {number}. {_rule_text(rule)}" for number, rule in enumerate(chosen.rules, 1)]
    return [*lines, f"  otherwise: {chosen.otherwise}"]


def _rule_text(rule: Rule) -> str:
    when = " and ".join(f"{name} {wanted}" for name, wanted in rule.when.items()) or "always"
    give = rule.give if rule.shares_from is None else f"usual_care_share [{rule.shares_from}]"
    return f"{when}: {give}"


def resource_lines(name: str) -> list[str]:
    """A resource of a clinic: who needs it, and for how long."""
    lines = [f"{name} (resource of a clinic): how many there are is an argument of the scenario"]
    for treatment, visits in known_visits().items():
        lines += [
            f"  {treatment}: {visit.sessions} x {visit.minutes:g} minutes (assumed)"
            for visit in visits
            if visit.resource == name
        ]
    return lines + [
        f"  other patients, where a center serves a population: {row.per_new_cancer:g} courses a "
        f"new cancer, {row.sessions} x {row.minutes:g} minutes, {row.priority} (assumed)"
        for row in known_others()
        if row.resource == name
    ]
