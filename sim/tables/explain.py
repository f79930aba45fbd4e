"""Explains a parameter, treatment, strategy or measure: value, distribution, unit, source."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.counting.care_measures import CARE_MEASURES
from sim.counting.measure import Measure
from sim.counting.measures import MEASURES, POPULATION_MEASURES, split_time
from sim.evidence.effects import arms_of
from sim.evidence.mistakes import InputError
from sim.evidence.reader import Parameter, evidence
from sim.evidence.targets import targets, years_text
from sim.evidence.treatments import KnownTreatment, known_treatments
from sim.evidence.visits import RESOURCES, known_others, known_visits
from sim.evidence.vocabulary import nearest
from sim.inputs.catalog import known_strategies, strategies_with
from sim.inputs.strategies import Knobs, Rule, Strategy
from sim.inputs.treatment import Treatment


def sources_behind(measure: str) -> pd.DataFrame:
    """The parameters directly behind a measure of care.

    Returns
    -------
    pandas.DataFrame
        `parameter, stratum, value, unit, grade, source, citation, note`.

    Raises
    ------
    InputError
        If it is no measure of care.
    """
    if measure not in CARE_MEASURES:
        raise InputError(f"measure {measure!r}; {nearest(measure, list(CARE_MEASURES))}")
    known = evidence()
    rows = [
        {
            "parameter": p.name,
            "stratum": p.stratum,
            "value": p.value,
            "unit": p.unit,
            "grade": p.grade,
            "source": p.source,
            "citation": known.cite(p),
            "note": p.note,
        }
        for name in dict.fromkeys(CARE_MEASURES[measure].behind)
        for p in known.named(name)
    ]
    return pd.DataFrame(rows)


def explanation(name: str, stratum: str | None = None, own: Sequence[Treatment] = ()) -> str:
    """Everything the program knows about a parameter, treatment, strategy or measure, as text.

    With a stratum, only rows whose stratum contains it.

    Parameters
    ----------
    own : sequence of Treatment
        The user's treatments, which may be asked for too.

    Raises
    ------
    InputError
        If there is no such name or stratum; the message names the nearest.
    """
    known = evidence()
    mine = {treatment.name: treatment for treatment in own}
    if name in mine:
        return "\n".join(_own_lines(mine[name], own))
    if name in known_treatments() or name in known_strategies():
        return "\n".join(_care_lines(name, stratum))
    if name in MEASURES and name not in POPULATION_MEASURES:
        return "\n".join(_measure_lines(MEASURES[name]))
    if name in RESOURCES:
        return "\n".join(_resource_lines(name))
    if name in Knobs.model_fields and not known.named(name):
        return "\n".join(_setting_lines(name))
    name, time = split_time(name)
    stratum = stratum or time or None
    rows = known.named(name)
    beside = [t for t in targets() if t.name == name]
    if not rows and name not in MEASURES:
        parameters = {p.name for p in known.parameters.values()}
        names = parameters.union(MEASURES, RESOURCES, strategies_with(own), Knobs.model_fields)
        raise InputError(f"NAME is {name!r}; {nearest(name, sorted(names))}")
    if stratum is not None:
        strata = [r.stratum for r in rows] + [t.stratum for t in beside]
        rows = [r for r in rows if stratum in r.stratum]
        beside = [t for t in beside if stratum in t.stratum]
        if not rows and not beside:
            raise InputError(f"STRATUM is {stratum!r}; {nearest(stratum, strata)}")
    lines = []
    for row in rows:
        lines += _parameter_lines(row)
    if name in MEASURES:
        lines += _measure_lines(MEASURES[name])
    for target in beside:
        lines += [
            f"  published [{target.stratum}, {years_text(target.years)}]: {target.value:g}, "
            f"range {target.lower:g} to {target.upper:g} {target.unit}; {target.definition}",
            f"    {target.note}",
            f"    {target.source}: {known.sources[target.source]}",
        ]
    return "\n".join(lines)


def _care_lines(name: str, stratum: str | None) -> list[str]:
    """A treatment with all its numbers, and the strategy of that name."""
    known = evidence()
    lines = []
    if name in known_treatments():
        lines += _treatment_lines(known_treatments()[name])
        for row in known.parameters.values():
            mine = row.name.startswith("treatment_") and row.stratum.split(", ")[0] == name
            if mine and (stratum is None or stratum in row.name):
                lines += _parameter_lines(row)
    if name in known_strategies():
        lines += _strategy_lines(known_strategies()[name])
    return lines


def _own_lines(treatment: Treatment, own: Sequence[Treatment]) -> list[str]:
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
        f"  needs: {treatment.resource.replace('_', ' ')}; price: "
        f"{treatment.price_basis or 'no source'}; evidence for its effect on pain: "
        f"{treatment.evidence}",
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


def _setting_lines(name: str) -> list[str]:
    """What a setting of palliative care is, in the words of its class."""
    lines = inspect.cleandoc(Knobs.__doc__ or "").splitlines()
    starts = [i for i, line in enumerate(lines) if name in line.partition(" : ")[0].split(", ")]
    told = [f"{name} (setting of a scenario or a strategy)"]
    for line in lines[starts[0] + 1 :]:
        if not line.startswith(" "):
            break
        told.append(f"  {line.strip()}")
    return told


def _strategy_lines(chosen: Strategy) -> list[str]:
    lines = [f"{chosen.name} (strategy): {chosen.description}"]
    lines += [f"  {number}. {_rule_text(rule)}" for number, rule in enumerate(chosen.rules, 1)]
    return [*lines, f"  otherwise: {chosen.otherwise}"]


def _rule_text(rule: Rule) -> str:
    when = " and ".join(f"{name} {wanted}" for name, wanted in rule.when.items()) or "always"
    give = rule.give if rule.shares_from is None else f"usual_care_share [{rule.shares_from}]"
    return f"{when}: {give}"


def _measure_lines(measure: Measure[Any]) -> list[str]:
    """What a measure says, of whom, and the parameters directly behind it."""
    lines = [f"{measure.name} ({measure.kind}, {measure.unit})", f"  {measure.definition}"]
    if measure.whom:
        lines.append(f"  {measure.whom}")
    if measure.behind:
        lines.append("  parameters directly behind it (explain each):")
        lines += [f"    {parameter}" for parameter in measure.behind]
    return lines


def _resource_lines(name: str) -> list[str]:
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


def _parameter_lines(row: Parameter) -> list[str]:
    arguments = ", ".join(f"{k} {v:g}" for k, v in row.arguments.items())
    spread = f"{row.distribution} ({arguments})" if arguments else row.distribution
    if row.distribution == "synthesis":
        spread += ", 95% {:.2f} to {:.2f}".format(*evidence().range_95(row))
    return [
        f"{row.name} [{row.stratum}] = {row.value:g} {row.unit}",
        f"  distribution: {spread}; allowed {row.lower:g} to {row.upper:g}; grade: {row.grade}",
        f"  source: {row.source}: {evidence().cite(row)}",
        f"  note: {row.note}",
        *(_arm_lines(row) if row.distribution == "synthesis" else ()),
    ]


def _arm_lines(row: Parameter) -> list[str]:
    """The published arms that move a synthesized response, with what they read."""
    arms = arms_of(row.name, row.stratum)
    if not arms:
        return ["  arms: none of its own; it follows from the others of the synthesis"]
    lines = []
    for arm in arms:
        given = f"{arm.treatment} against {arm.against}" if arm.against else arm.treatment
        when = "" if arm.day is None else f", day {arm.day:.0f}"
        outcome = arm.outcome.replace("_", " ")
        lines.append(
            f"  arm {arm.id} ({arm.design.replace('_', ' ')}): {given}, {outcome} {arm.value:g}, "
            f"{arm.n:,} people{when}; {arm.source}"
        )
    return lines
