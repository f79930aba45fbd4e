"""Explains a parameter, treatment, strategy or measure: value, distribution, unit, source."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
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
from sim.evidence.vocabulary import PRIMARIES, SITES, nearest, plainly
from sim.inputs.catalog import known_strategies, strategies_with
from sim.inputs.strategies import CATEGORIES, Knobs, Rule, Strategy
from sim.inputs.treatment import Treatment
from sim.life.policy import OBSERVABLES
from sim.tables.columns import (
    COLUMN_WORDS,
    column_lines,
    column_names,
    file_called,
    file_lines,
)
from sim.tables.meaning import meant, other_names, unknown


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


def known_names(own: Sequence[Treatment] = ()) -> dict[str, dict[str, str]]:
    """Every name that can be explained, by kind, with what it is in words."""
    units: dict[str, list[str]] = {}
    for parameter in evidence().parameters.values():
        units.setdefault(parameter.name, []).append(parameter.unit)
    resources = {}
    for name in RESOURCES:
        needed = [t for t, visits in known_visits().items() if name in {v.resource for v in visits}]
        resources[name] = ", ".join(needed)
    settings = {name: _setting_lines(name)[1].strip() for name in Knobs.model_fields}
    strategies = {s.name: s.description for s in known_strategies().values()}
    return {
        "strategies": strategies | {t.name: t.label or "" for t in own},
        "treatments": {t.name: t.label for t in known_treatments().values()},
        "measures": {m.name: m.definition for m in MEASURES.values()},
        "primaries": {name: SITES.get(name, name) for name in PRIMARIES},
        "settings": settings,
        "observables": dict.fromkeys(OBSERVABLES, "What a rule of a strategy may ask for."),
        "resources of clinics": resources,
        "columns": column_names(),
        "tables": {file: ", ".join(columns) for file, columns in COLUMN_WORDS.items()},
        "parameters": {
            name: f"{len(of)} {'rows' if len(of) > 1 else 'row'}, {of[0]}"
            for name, of in units.items()
        },
    }


def explanation(
    name: str,
    stratum: str | None = None,
    own: Sequence[Treatment] = (),
    doors: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Everything the program knows about a name, as text.

    With a stratum, only rows whose stratum contains it. What the field calls otherwise is explained
    under the name that it has here.

    Parameters
    ----------
    own : sequence of Treatment
        The user's treatments, which may be asked for too.
    doors : mapping, optional
        Names that only a door knows, by kind, with what each is: commands, pictures.

    Raises
    ------
    InputError
        If there is no such name or stratum.
    """
    doors = doors or {}
    known = {**known_names(own), **doors}
    if not any(name in of_kind for of_kind in known.values()) and not split_time(name)[1]:
        found = meant(name, known) or [file for file in [file_called(name)] if file]
        if not found:
            raise InputError(unknown(name, known))
        if len(found) > 1:
            words = {n: text for of_kind in reversed(known.values()) for n, text in of_kind.items()}
            lines = [f"  {n:<32} {words.get(n, '')}".rstrip() for n in found]
            return "\n".join([f"{name} is here (explain each):", *lines])
        if name.casefold() != found[0]:
            return f"{name} is {found[0]} here.\n{explanation(found[0], stratum, own, doors)}"
        name = found[0]
    lines = [
        *_named_lines(name, stratum, own),
        *(_primary_lines(name, stratum or "") if name in PRIMARIES else ()),
        *(_observable_lines(name) if name in OBSERVABLES else ()),
        *(f"{name} ({_one(kind)}): {of[name]}" for kind, of in doors.items() if name in of),
        *column_lines(name),
        *file_lines(name),
    ]
    if also := [other for other in other_names().get(plainly(name), []) if other != name]:
        lines += [f"  see also: {', '.join(also)}"]
    return "\n".join(lines)


def _one(kind: str) -> str:
    """A kind of names as one of them is called."""
    return kind.replace("settings", "setting").removesuffix("s")


def _primary_lines(name: str, part: str) -> list[str]:
    """A primary: what it takes in, who gets it, and the parameters with rows of its own."""
    known = evidence()
    lines = [f"{name} (primary): {SITES.get(name, name)}"]
    rows = [
        row
        for row in known.parameters.values()
        if name in row.stratum.split(", ") and part in f"{row.name} {row.stratum}"
    ]
    lines += [f"  {row.name} [{row.stratum}] = {row.value:g} {row.unit}" for row in rows]
    return [*lines, f"  spinemets explain NAME {name}: distribution and source of one of these"]


def _observable_lines(name: str) -> list[str]:
    """What a rule may ask for, and the words that it may have."""
    words = CATEGORIES.get(name)
    allowed = f"one of {', '.join(words)}" if words else "a number, or (least, most)"
    example = repr(words[0]) if words else "(0, 6)"
    return [
        f"{name} (observable): what a rule of a strategy may ask for, {allowed}",
        f"  Rule(when={{{name!r}: {example}}}, give=...)",
    ]


def _named_lines(name: str, stratum: str | None, own: Sequence[Treatment]) -> list[str]:
    """What evidence, measures, care and settings say of a name."""
    known = evidence()
    mine = {treatment.name: treatment for treatment in own}
    if name in mine:
        return _own_lines(mine[name], own)
    if name in known_treatments() or name in known_strategies():
        return _care_lines(name, stratum)
    if name in MEASURES and name not in POPULATION_MEASURES:
        return _measure_lines(MEASURES[name])
    if name in RESOURCES:
        return _resource_lines(name)
    if name in Knobs.model_fields and not known.named(name):
        return _setting_lines(name)
    name, time = split_time(name)
    stratum = stratum or time or None
    rows = known.named(name)
    beside = [t for t in targets() if t.name == name]
    if not rows and name not in MEASURES:
        return []
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
    return lines


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
