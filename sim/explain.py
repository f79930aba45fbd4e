"""Explains a parameter or a measure: value, distribution, unit, source."""

from __future__ import annotations

from sim.evidence.reader import Parameter, evidence
from sim.evidence.targets import targets
from sim.measures import MEASURES
from sim.vocabulary import nearest


class ExplainError(ValueError):
    """A name that nothing goes by."""


def explanation(name: str, stratum: str | None = None) -> str:
    """Everything the program knows about a parameter or a measure, as text.

    Parameters
    ----------
    name : str
        Of a parameter or a measure.
    stratum : str, optional
        Only rows whose stratum contains it.

    Raises
    ------
    ExplainError
        If there is no such name or stratum; the message names the nearest.
    """
    known = evidence()
    name, stratum = _without_time(name, stratum)
    rows = known.named(name)
    beside = [t for t in targets() if t.name == name]
    if not rows and name not in MEASURES:
        names = sorted({p.name for p in known.parameters.values()} | set(MEASURES))
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
