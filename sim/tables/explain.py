"""Explains a parameter, treatment, strategy or measure: value, distribution, unit, source."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.counting.care_measures import CARE_MEASURES, IN_DOLLARS
from sim.counting.measure import Measure
from sim.counting.measures import MEASURES, POPULATION_MEASURES, split_time
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.targets import targets, years_text
from sim.evidence.treatments import known_treatments
from sim.evidence.visits import RESOURCES, known_visits
from sim.evidence.vocabulary import PRIMARIES, SITES, nearest, plainly
from sim.inputs.catalog import known_strategies
from sim.inputs.observables import OBSERVED
from sim.inputs.strategies import CATEGORIES, Knobs
from sim.inputs.treatment import Treatment
from sim.tables.columns import (
    COLUMN_WORDS,
    column_lines,
    column_names,
    file_called,
    file_lines,
)
from sim.tables.explain_care import care_lines, own_lines, resource_lines
from sim.tables.explain_parameter import parameter_lines, value_words
from sim.tables.explain_prices import lines_of_price, price_lines
from sim.tables.meaning import meant, other_names, unknown

COSTS = tuple(statistic.label for statistic in IN_DOLLARS)
"""Measures in money, which prices stand behind."""


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
    settings = {
        name: " ".join(line.strip() for line in _setting_lines(name)[1:])
        for name in Knobs.model_fields
    }
    strategies = {s.name: s.description for s in known_strategies().values()}
    return {
        "strategies": strategies | {t.name: t.label or "" for t in own},
        "treatments": {t.name: t.label for t in known_treatments().values()},
        "measures": {m.name: m.definition for m in MEASURES.values()},
        "primaries": {name: SITES.get(name, name) for name in PRIMARIES},
        "settings": settings,
        "observables": {name: told.words for name, told in OBSERVED.items()},
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
        *(_observable_lines(name) if name in OBSERVED else ()),
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
    lines += [f"  {row.name} [{row.stratum}] = {value_words(row)}" for row in rows]
    return [*lines, f"  spinemets explain NAME {name}: distribution and source of one of these"]


def _observable_lines(name: str) -> list[str]:
    """What a rule may ask for, and the words that it may have."""
    words = CATEGORIES.get(name)
    allowed = f"one of {', '.join(words)}" if words else "a number, or (least, most)"
    example = repr(words[0]) if words else f"(0, {min(6.0, OBSERVED[name].most):g})"
    return [
        f"{name} (observable): what a rule of a strategy may ask for, {allowed}",
        f"  {OBSERVED[name].words}",
        f"  Rule(when={{{name!r}: {example}}}, give=...)",
    ]


def _named_lines(name: str, stratum: str | None, own: Sequence[Treatment]) -> list[str]:
    """What evidence, measures, care and settings say of a name."""
    known = evidence()
    mine = {treatment.name: treatment for treatment in own}
    if name in mine:
        return own_lines(mine[name], own)
    if name in known_treatments() or name in known_strategies():
        return care_lines(name, stratum)
    if name in MEASURES and name not in POPULATION_MEASURES:
        costs = price_lines() if name in COSTS else []
        return [*_measure_lines(MEASURES[name]), *costs]
    if name in RESOURCES:
        return resource_lines(name)
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
        lines += [*parameter_lines(row), *lines_of_price(row.key)]
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


def _measure_lines(measure: Measure[Any]) -> list[str]:
    """What a measure says, of whom, and the parameters directly behind it."""
    lines = [f"{measure.name} ({measure.kind}, {measure.unit})", f"  {measure.definition}"]
    if measure.whom:
        lines.append(f"  {measure.whom}")
    if measure.behind:
        lines.append("  parameters directly behind it (explain each):")
        lines += [f"    {parameter}" for parameter in measure.behind]
    return lines
