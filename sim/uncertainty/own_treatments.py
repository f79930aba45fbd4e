"""The user's own treatments in a joint sample: their uncertain numbers beside the evidence's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.evidence.reader import Values
from sim.inputs.own_numbers import numbers_by_key
from sim.inputs.treatment import Treatment
from sim.inputs.uncertain import ends_of
from sim.uncertainty.drawn import ParameterKey


def uncertain_numbers(
    treatments: Sequence[Treatment],
) -> dict[ParameterKey, tuple[float, float]]:
    """The ends of the 95% interval of each number of the user's treatments that has one."""
    return {
        key: ends_of(value)
        for mine in treatments
        for key, value in numbers_by_key(mine.name, dict(mine)).items()
        if hasattr(value, "words")
    }


def own_values(treatments: Sequence[Treatment], draw: int) -> dict[ParameterKey, float]:
    """Those numbers under a draw of the parameters; 0 is the point estimate."""
    wanted = uncertain_numbers(treatments)
    found: dict[ParameterKey, float] = {}
    for mine in treatments:
        found |= {
            k: v for k, v in numbers_by_key(mine.name, mine.numbers(draw)).items() if k in wanted
        }
    return found


def certain_treatments(treatments: Sequence[Treatment], values: Values) -> list[Treatment]:
    """The treatments with the numbers of a sample instead of intervals."""
    found = []
    for mine in treatments:
        changes: dict[str, Any] = {}
        for field, given in mine:
            if isinstance(given, dict):
                named = {name: values.get((field, f"{mine.name}, {name}")) for name in given}
                if any(value is not None for value in named.values()):
                    kept = ((name, named[name]) for name in given)
                    changes[field] = {n: given[n] if v is None else v for n, v in kept}
            elif hasattr(given, "words"):
                changes[field] = values[field, mine.name]
        if {"depth_low", "depth_high"} <= changes.keys():  # one number, whose ends may cross
            changes["depth_high"] = max(changes["depth_low"], changes["depth_high"])
        found.append(mine.with_options(**changes) if changes else mine)
    return found
