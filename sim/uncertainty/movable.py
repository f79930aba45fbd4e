"""What can be moved: numbers of the evidence and of the user's treatments, and how far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.evidence.distributions import quantile
from sim.evidence.measured_by import is_drawn, measuring_studies
from sim.evidence.reader import Evidence, Parameter, Values, said_keys, sibling_family
from sim.inputs.setting import Setting
from sim.uncertainty.drawn import ParameterKey
from sim.uncertainty.own_treatments import own_values, uncertain_numbers

ENDS = 0.025, 0.975
"""Quantiles between which 95% lie."""
OWN = "own"
"""Begins the name of the study of a treatment of the user."""


@dataclass(frozen=True)
class Movable:
    """A number that can be moved alone, from its point estimate to the ends of its 95% range.

    Attributes
    ----------
    keys : tuple of (str, str)
        Rows of the evidence that are this one number; several strata may share it.
    low, high : float
        Ends of its range, by itself.
    siblings : tuple of (str, str)
        The other shares of a whole, which give way in proportion.
    grade : str
        Of the evidence; of a user's treatment `assumed`, as the program knows no source.
    study : str
        Which would measure it.
    joint : str
        The distribution by which it is drawn together with others, `calibrated` or `synthesis`.
    """

    keys: tuple[ParameterKey, ...]
    value: float
    low: float
    high: float
    unit: str
    grade: str
    study: str
    siblings: tuple[ParameterKey, ...] = ()
    joint: str = ""

    @property
    def said(self) -> str:
        """Name and strata, as a user writes them."""
        return said_keys(*self.keys)

    def moved(self, values: Values, to: float) -> dict[ParameterKey, float]:
        """A sample with this number elsewhere; shares of one whole still sum to what they did."""
        found = dict(values) | dict.fromkeys(self.keys, to)
        rest = sum(values[key] for key in self.siblings)
        if rest > 0.0:
            ratio = (rest + sum(values[key] for key in self.keys) - to) / rest
            found |= {key: values[key] * ratio for key in self.siblings}
        return found


def point_of(scenario: Setting) -> dict[ParameterKey, float]:
    """The point estimate, the numbers of the user's treatments among it."""
    return scenario.known.point | own_values(scenario.treatments, 0)


def draw_of(scenario: Setting, known: Evidence, k: int) -> dict[ParameterKey, float]:
    """Joint sample `k`, the numbers of the user's treatments among it."""
    return known.draw(k) | own_values(scenario.treatments, k)


def movables(scenario: Setting) -> list[Movable]:
    """Every number of a scenario that is not certain, in the order of the evidence."""
    known = scenario.known
    study_of = {key: study.name for study in measuring_studies().values() for key in study.keys}
    families: dict[ParameterKey, list[ParameterKey]] = {}
    tied: dict[int, list[Parameter]] = {}
    for p in filter(is_drawn, known.parameters.values()):
        if p.distribution == "dirichlet":
            families.setdefault(sibling_family(p), []).append(p.key)
        if p.dimension is not None:
            tied.setdefault(p.dimension, []).append(p)
    found = []
    for p in filter(is_drawn, known.parameters.values()):
        rows = tied[p.dimension] if p.dimension is not None else [p]
        if rows[0].key != p.key:
            continue  # with the first row of its number
        low, high = range_95(known, p)
        if low == high:
            continue
        whole = families[sibling_family(p)] if p.distribution == "dirichlet" else []
        found.append(
            Movable(
                tuple(row.key for row in rows),
                p.value,
                low,
                high,
                p.unit,
                p.grade,
                study_of[p.key],
                tuple(key for key in whole if key != p.key),
                p.distribution if p.distribution in ("calibrated", "synthesis") else "",
            )
        )
    return [*found, *_own(scenario)]


def _own(scenario: Setting) -> Iterator[Movable]:
    point = own_values(scenario.treatments, 0)
    for key, (low, high) in uncertain_numbers(scenario.treatments).items():
        of = key[1].partition(", ")[0]
        yield Movable((key,), point[key], low, high, "", "assumed", f"{OWN}: {of}")


def range_95(known: Evidence, parameter: Parameter) -> tuple[float, float]:
    """The middle 95% of a parameter by itself, those that are drawn together among them.

    Of a calibrated one it is that of its column of the posterior; of a share of a whole that of
    the beta distribution that a share of a Dirichlet has.
    """
    if parameter.key in known.posterior_keys:
        column = known.posterior[:, known.posterior_keys.index(parameter.key)]
        low, high = np.quantile(column, ENDS).tolist()
        return float(low), float(high)
    if parameter.distribution == "dirichlet":
        ends = quantile("beta", parameter.value, parameter.width, np.array(ENDS)).tolist()
        return float(ends[0]), float(ends[1])
    return known.range_95(parameter)


def blocks(movable: list[Movable], *, by_study: bool) -> dict[str, list[ParameterKey]]:
    """Keys by the group in which they are swapped between draws.

    What is drawn jointly across studies is one group; with `by_study` each study has its own part.
    Indices need independent groups, so each is drawn apart from the others: of the posterior, from
    what its rows were fitted with too.
    """
    found: dict[str, list[ParameterKey]] = {}
    for one in movable:
        group = one.study if by_study or not one.joint else one.joint
        # All shares of one whole move, those that have no range of their own among them.
        found.setdefault(group, []).extend((*one.keys, *one.siblings))
    return {group: list(dict.fromkeys(keys)) for group, keys in found.items()}


JOINT_LABELS = {
    "calibrated": "Fitted together (posterior of the calibration)",
    "synthesis": "Responses put together (synthesis of published arms)",
}


def group_labels(names: Mapping[str, object]) -> dict[str, str]:
    """Groups in words."""
    studies = measuring_studies()
    found = {}
    for name in names:
        if name in JOINT_LABELS:
            found[name] = JOINT_LABELS[name]
        elif name in studies:
            found[name] = studies[name].label
        else:
            found[name] = f"Study of {name.removeprefix(f'{OWN}: ')}, a treatment of the user"
    return found
