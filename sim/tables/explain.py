"""Explains a parameter, treatment, strategy or measure: value, distribution, unit, source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.counting.access_measures import ACCESS_MEASURES
from sim.counting.care_measures import CARE_MEASURES, WHO
from sim.counting.measures import MEASURES
from sim.evidence.reader import Parameter, evidence
from sim.evidence.targets import targets
from sim.evidence.treatments import KnownTreatment, known_treatments
from sim.evidence.visits import RESOURCES, known_others, known_visits
from sim.evidence.vocabulary import nearest
from sim.inputs.catalog import known_strategies
from sim.inputs.strategies import Rule, Strategy

if TYPE_CHECKING:
    import pandas as pd

_DISEASE = (
    "collapse_rate",
    "epidural_rate",
    "pain_onset_rate",
    "pain_escalation_rate",
    "pain_cap_share",
    "deficit_rate",
)
_THERAPY = (
    "therapy_share",
    "therapy_class_share",
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
_HOLDS = ("withhold_class", "hold_before_days", "hold_after_days")
_RELIEF = (
    "treatment_response_biological",
    "treatment_complete_biological",
    "treatment_response_mechanical",
    "treatment_onset_slow_mean_days",
    "treatment_relapse_rate",
)
_BEHIND: dict[str, tuple[str, ...]] = {
    "wait_days": (*_ACCESS, *_THERAPY),
    "course_days": ("treatment_course_days", "usual_care_share", *_THERAPY),
    "pre_hold_days": ("withhold_class", "hold_before_days", *_THERAPY),
    "post_hold_days": ("withhold_class", "hold_after_days", *_THERAPY),
    "alignment_days": ("therapy_cycle_days", *_HOLDS, *_THERAPY),
}
"""Parameters that stand directly behind a measure of care; others take `_ALL_CARE`."""
_DELAY = (*_HOLDS, *_ACCESS, *_THERAPY)
_ALL_CARE = (*_RELIEF, *_ACCESS, *_DISEASE, "analgesia_effect_biological", "overwhelming_pain")


def parameters_behind(measure: str) -> tuple[str, ...]:
    """Names of the parameters that stand directly behind a measure of care."""
    if measure in _BEHIND:
        return _BEHIND[measure]
    about_therapy = ("pause", "delay", "therapy", "resumed", "dose")
    return _DELAY if any(word in measure for word in about_therapy) else _ALL_CARE


def sources_behind(measure: str) -> pd.DataFrame:
    """The parameters directly behind a measure of care.

    Returns
    -------
    pandas.DataFrame
        `parameter, stratum, value, unit, grade, source, citation, note`.

    Raises
    ------
    ExplainError
        If it is no measure of care.
    """
    import pandas as pd

    if measure not in CARE_MEASURES:
        raise ExplainError(f"measure {measure!r}; {nearest(measure, list(CARE_MEASURES))}")
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
        for name in dict.fromkeys(parameters_behind(measure))
        for p in known.named(name)
    ]
    return pd.DataFrame(rows)


class ExplainError(ValueError):
    """A name that nothing goes by."""


def explanation(name: str, stratum: str | None = None) -> str:
    """Everything the program knows about a parameter, treatment, strategy or measure, as text.

    Parameters
    ----------
    name : str
        Of a parameter, a treatment, a strategy or a measure.
    stratum : str, optional
        Only rows whose stratum contains it.

    Raises
    ------
    ExplainError
        If there is no such name or stratum; the message names the nearest.
    """
    known = evidence()
    if name in known_treatments() or name in known_strategies():
        return "\n".join(_care_lines(name, stratum))
    if name in CARE_MEASURES:
        return "\n".join(_care_measure_lines(name))
    if name in ACCESS_MEASURES or name in RESOURCES:
        return "\n".join(_access_lines(name))
    name, stratum = _without_time(name, stratum)
    rows = known.named(name)
    beside = [t for t in targets() if t.name == name]
    if not rows and name not in MEASURES:
        names = sorted(
            {p.name for p in known.parameters.values()}
            | set(MEASURES)
            | set(CARE_MEASURES)
            | set(ACCESS_MEASURES)
            | set(RESOURCES)
            | set(known_strategies())
        )
        raise ExplainError(f"NAME is {name!r}; {nearest(name, names)}")
    if stratum is not None:
        strata = [r.stratum for r in rows] + [t.stratum for t in beside]
        rows = [r for r in rows if stratum in r.stratum]
        beside = [t for t in beside if stratum in t.stratum]
        if not rows and not beside:
            raise ExplainError(f"STRATUM is {stratum!r}; {nearest(stratum, strata)}")
    lines = []
    for row in rows:
        lines += _parameter_lines(row, known.cite(row))
    if name in MEASURES:
        measure = MEASURES[name]
        lines += [f"{name} (measure, {measure.unit})", f"  {measure.definition}"]
    for target in beside:
        lines += [
            f"  published [{target.stratum}]: {target.value:g}, range {target.lower:g} to "
            f"{target.upper:g} {target.unit}; {target.definition}",
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
                lines += _parameter_lines(row, known.cite(row))
    if name in known_strategies():
        lines += _strategy_lines(known_strategies()[name])
    return lines


def _treatment_lines(treatment: KnownTreatment) -> list[str]:
    known = evidence()
    limits = ", ".join(f"{k} {v:g}" for k, v in treatment.eligibility.items())
    sources = [key.strip() for key in treatment.source.split(";")]
    return [
        f"{treatment.name} (treatment, {treatment.modality}): {treatment.label}",
        f"  who may have it: {limits}",
        f"  needs: {treatment.resource.replace('_', ' ')}; price: "
        f"{treatment.price_basis or 'no source'}",
        *(f"  source: {key}: {known.sources[key]}" for key in sources),
        f"  note: {treatment.note}",
        *_visit_lines(treatment.name),
    ]


def _visit_lines(name: str) -> list[str]:
    """What a course needs of a clinic of finite capacity."""
    return [
        f"  visit {number} with finite access: {visit.resource}, {visit.sessions} x "
        f"{visit.minutes:g} minutes, planning {visit.planning_days:g} days "
        f"(emergency {visit.emergency_planning_days:g}), after {visit.after_days:g} days, in bed "
        f"{visit.bed_days:g}; assumed, sim/evidence/visits.csv"
        for number, visit in enumerate(known_visits().get(name, ()), start=1)
    ]


def _strategy_lines(chosen: Strategy) -> list[str]:
    lines = [f"{chosen.name} (strategy): {chosen.description}"]
    lines += [f"  {number}. {_rule_text(rule)}" for number, rule in enumerate(chosen.rules, 1)]
    return [*lines, f"  otherwise: {chosen.otherwise}"]


def _rule_text(rule: Rule) -> str:
    when = " and ".join(f"{name} {wanted}" for name, wanted in rule.when.items()) or "always"
    give = rule.give if rule.shares_from is None else f"usual_care_share [{rule.shares_from}]"
    return f"{when}: {give}"


def _care_measure_lines(name: str) -> list[str]:
    measure = CARE_MEASURES[name]
    lines = [f"{name} (measure, {measure.unit})", f"  {measure.definition}", f"  {WHO}"]
    lines.append("  parameters directly behind it (explain each):")
    return [*lines, *(f"    {parameter}" for parameter in parameters_behind(name))]


def _access_lines(name: str) -> list[str]:
    """A measure of finite access, or a resource: who needs it, and for how long."""
    if name in ACCESS_MEASURES:
        unit, definition = ACCESS_MEASURES[name]
        return [f"{name} (measure of finite access, {unit})", f"  {definition}"]
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


def _without_time(name: str, stratum: str | None) -> tuple[str, str | None]:
    """Split `relative_survival_5y`, as a summary names it, into measure and stratum."""
    measure, _, time = name.rpartition("_")
    if name not in MEASURES and measure in MEASURES and time[:-1].isdecimal():
        return measure, stratum or time
    return name, stratum


def _parameter_lines(row: Parameter, citation: str) -> list[str]:
    arguments = ", ".join(f"{k} {v:g}" for k, v in row.arguments.items())
    spread = f"{row.distribution} ({arguments})" if arguments else row.distribution
    return [
        f"{row.name} [{row.stratum}] = {row.value:g} {row.unit}",
        f"  distribution: {spread}; allowed {row.lower:g} to {row.upper:g}; grade: {row.grade}",
        f"  source: {row.source}: {citation}",
        f"  note: {row.note}",
    ]
