"""Explains a parameter: value, distribution, unit, source, and the arms that move it."""

from __future__ import annotations

from sim.evidence.effects import arms_of
from sim.evidence.reader import Parameter, evidence


def parameter_lines(row: Parameter) -> list[str]:
    """One row of a parameter, with all that is known of it."""
    arguments = ", ".join(f"{k} {v:g}" for k, v in row.arguments.items())
    spread = f"{row.distribution} ({arguments})" if arguments else row.distribution
    if row.distribution == "synthesis":
        spread += ", 95% {:.2f} to {:.2f}".format(*evidence().range_95(row))
    return [
        f"{row.name} [{row.stratum}] = {value_words(row)}",
        f"  distribution: {spread}; allowed {row.lower:g} to {row.upper:g}; grade: {row.grade}",
        f"  source: {row.source}: {evidence().cite(row)}",
        f"  note: {row.note}",
        *(_arm_lines(row) if row.distribution == "synthesis" else ()),
    ]


def value_words(row: Parameter) -> str:
    """A value with its unit, if it has one: the unit 1 is of plain numbers."""
    return f"{row.value:g}" if row.unit == "1" else f"{row.value:g} {row.unit}"


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
