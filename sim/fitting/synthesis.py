"""Responses to treatments from all published arms together: `spinemets synthesize`.

Each arm is read backwards through its emulation (`sim.fitting.arm_readings`): its reading gives the
share of its people that responded, and that share what a trial of reference would have read of it,
which is the active arm of the one trial against sham. So arms read on other days, of other people
or by another outcome come to one scale, that of the log-odds of its response, on which a network
(`sim.fitting.network`) takes apart what is common to everything, what is specific to treatments,
and what uncontrolled series overstate. Shares of responders are read off the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.evidence.effects import (
    EFFECT_CLASSES,
    ON_TOP_OF_CONVENTIONAL,
    UNTREATED_ARM,
    Arm,
    Emulated,
    effects,
    emulated,
)
from sim.evidence.reader import Values, evidence
from sim.evidence.synthesis import SynthesizedShare
from sim.fitting.network import Member, NetworkReading, Posterior, Priors, Spread, fit_network

REFERENCE = "mrgfus_resp3m"
"""The arm whose reading all others are brought to."""
_EDGE = 0.03
"""Readings of the reference are kept this far from none and all."""
_JITTER = 1e-9
"""Variance added so that equal rows have a triangle."""


class EmulatedLine(NamedTuple):
    """What an arm reads, as a straight line of the share that responds."""

    nobody: float
    everybody: float
    standard_error: float

    @classmethod
    def through(cls, rows: Sequence[Emulated]) -> EmulatedLine:
        """The line through the first and the last of emulated readings."""
        first, last = rows[0], rows[-1]
        slope = (last.reading - first.reading) / (last.share - first.share)
        nobody = first.reading - slope * first.share
        error = math.hypot(first.standard_error, last.standard_error) / 2.0
        return cls(nobody, nobody + slope, error)

    @property
    def slope(self) -> float:
        """What it reads more if all respond than if none does."""
        return self.everybody - self.nobody

    def share(self, reading: float) -> float:
        """The share that a reading is of; beyond 0 to 1 where no share gives as much."""
        return (reading - self.nobody) / self.slope

    def reading(self, share: float) -> float:
        """What is read of a share."""
        return self.nobody + self.slope * share


@dataclass(frozen=True)
class ArmSynthesis:
    """The network of published arms, and the shares that follow from it."""

    arms: tuple[Arm, ...]
    lines: dict[str, EmulatedLine]
    posterior: Posterior

    @property
    def reference(self) -> EmulatedLine:
        """The line of the arm of reference."""
        return self.lines[REFERENCE]

    @cached_property
    def keys(self) -> list[tuple[str, str]]:
        """Names and strata of the synthesized parameters, in the order of the evidence."""
        rows = evidence().parameters.values()
        return [p.key for p in rows if p.distribution == "synthesis"]

    @cached_property
    def log_odds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and covariance of the log-odds of the reference reading, one a parameter."""
        rows = np.array([self.posterior.row(treatment_of(key)) for key in self.keys])
        return self.posterior.of(rows)

    def table(self) -> list[SynthesizedShare]:
        """The rows of `synthesis.csv`."""
        center, covariance = self.log_odds
        triangle = np.linalg.cholesky(covariance + _JITTER * np.eye(len(center)))
        before = {(r.name, r.stratum): r.alone for r in evidence().synthesis.rows}
        return [
            SynthesizedShare(
                name=key[0],
                stratum=key[1],
                center=round(float(center[i]), 4),
                nobody=round(self.reference.nobody, 4),
                everybody=round(self.reference.everybody, 4),
                alone=before.get(key),
                loadings=tuple(round(float(x), 4) for x in triangle[i, : i + 1]),
            )
            for i, key in enumerate(self.keys)
        ]


def put_together(
    arms: Sequence[Arm] | None = None,
    *,
    keep: Callable[[Arm], bool] = lambda arm: True,
    bias: bool = True,
) -> ArmSynthesis:
    """The synthesis of the published arms.

    Parameters
    ----------
    arms : sequence of Arm, optional
        Those of the evidence by default.
    keep : callable
        Which of them are used.
    bias : bool
        Whether uncontrolled series have one.
    """
    used = tuple(effects() if arms is None else arms)
    values = evidence().point
    lines = {arm: EmulatedLine.through(rows) for arm, rows in emulated().items()}
    readings = [
        reading_of(arm, lines, values, bias)
        for arm in used
        if arm.design != "comparison" and keep(arm)
    ]
    return ArmSynthesis(used, lines, fit_network(readings, priors(values)))


def reading_of(
    arm: Arm, lines: dict[str, EmulatedLine], values: Values, bias: bool = True
) -> NetworkReading:
    """An arm on the scale of the reference, with the variance of sampling and of its emulation."""
    part = {
        "uncontrolled": 1.0,
        "matched": values["synthesis_matched_bias_share", "all"],
    }.get(arm.design, 0.0)
    treatment = None if arm.treatment == UNTREATED_ARM else (arm.kind, arm.treatment)
    if arm.outcome == "log_odds_ratio":
        sd = arm.sd or 0.0
        against = (arm.kind, arm.against)
        return NetworkReading(
            treatment, arm.value, sd**2, arm.study, bias=part * bias, against=against
        )
    line, to = lines[arm.id], lines[REFERENCE]
    published = arm.value
    if arm.outcome == "mean_fall":
        baseline = arm.baseline or math.nan
        published /= baseline
        variance = ((arm.sd or values["synthesis_fall_sd", "all"]) / baseline) ** 2 / arm.n
    else:
        even = (arm.value * arm.n + 0.5) / (arm.n + 1.0)
        variance = even * (1.0 - even) / arm.n
    there = min(max(to.reading(line.share(published)), _EDGE), 1.0 - _EDGE)
    variance = (variance + line.standard_error**2) * (to.slope / line.slope) ** 2
    return NetworkReading(
        treatment,
        math.log(there / (1.0 - there)),
        variance / (there * (1.0 - there)) ** 2,
        arm.study,
        arm.studies,
        part * bias,
    )


def priors(values: Values) -> Priors:
    """What is assumed of the network: parameters of the evidence that begin with `synthesis_`."""
    classes: dict[Member, tuple[float, float]] = {}
    members: dict[Member, list[Member]] = {}
    for kind, named in EFFECT_CLASSES.items():
        for name, treatments in named.items():
            stratum = f"{kind}, {name}"
            classes[kind, name] = (
                values["synthesis_specific_mean", stratum],
                values["synthesis_specific_sd", stratum],
            )
            members[kind, name] = [(kind, each) for each in treatments]

    def pair(name: str) -> tuple[float, float]:
        return values[f"{name}_mean", "all"], values[f"{name}_sd", "all"]

    def spread(name: str) -> Spread:
        return Spread(values[name, "all"], values[f"{name}_sd_log", "all"])

    return Priors(
        non_specific=pair("synthesis_non_specific"),
        bias=pair("synthesis_bias"),
        classes=classes,
        members=members,
        study_spread=spread("synthesis_study_spread"),
        class_spread=spread("synthesis_class_spread"),
        on_top_of={
            ("biological", name): ("biological", "conventional") for name in ON_TOP_OF_CONVENTIONAL
        },
    )


def treatment_of(key: tuple[str, str]) -> Member | None:
    """Kind of pain and treatment of a parameter; none for no course."""
    name, treatment = key
    return (
        None
        if treatment == UNTREATED_ARM
        else (name.removeprefix("treatment_response_"), treatment)
    )
