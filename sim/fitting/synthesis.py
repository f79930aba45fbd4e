r"""Responses to treatments from all published arms together: `spinemets synthesize`.

Each arm reads :math:`r = r_0 + (r_1 - r_0)\,p` of people of whom a share :math:`p` responds; the
two ends are its emulation (`sim.fitting.arm_readings`), so that death, leaving, opioids and better
days are not taken for a response. The log-odds of the shares are a network (`sim.fitting.network`),
which takes apart what is common to everything, what is specific to treatments, and what
uncontrolled series overstate. A reading is no straight line of log-odds: it is replaced by its
tangent where the network puts the arm, and the two steps are repeated until nothing moves
(iteratively reweighted least squares). An arm that reads more than if everybody responded is taken
to read just that, and pulls the less the nearer its treatment is to it.
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
    ON_TOP_OF,
    UNTREATED_ARM,
    Arm,
    Emulated,
    effects,
    emulated,
)
from sim.evidence.reader import Values, evidence
from sim.evidence.synthesis import SynthesizedShare, expit
from sim.fitting.network import Member, NetworkReading, Posterior, Priors, Spread, fit_network

_ROUNDS, _STILL = 200, 1e-9
"""Most rounds of tangents, and by how little log-odds move at the end."""
_STEP = 0.5
"""Part of the way that is gone in a round, so that tangents do not overshoot."""
_FIRST = 0.1
"""How far from none and all a share is where the first tangent is taken."""
_FARTHEST = 6.0
"""Log-odds beyond which no tangent is taken."""
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

    @cached_property
    def keys(self) -> list[tuple[str, str]]:
        """Names and strata of the synthesized parameters, in the order of the evidence."""
        rows = evidence().parameters.values()
        return [p.key for p in rows if p.distribution == "synthesis"]

    @cached_property
    def log_odds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and covariance of the log-odds of the shares, one a parameter."""
        rows = np.array([self.posterior.row(treatment_of(key)) for key in self.keys])
        return self.posterior.of(rows)

    def bias_part(self, arm: Arm) -> float:
        """The part of the bias of uncontrolled series that an arm has."""
        return bias_part(arm, evidence().point)

    def speaks_of(self, treatment: Member | None) -> bool:
        """Whether an arm is of the treatment, or of another one of its class or below it."""
        untreated = treatment is None
        own = np.flatnonzero(self.posterior.row(treatment, non_specific=untreated))[0]
        return any(
            self.posterior.row(arm.member, non_specific=untreated)[own] != 0.0
            for arm in self.arms
            if arm.design != "comparison"
        )

    def table(self) -> list[SynthesizedShare]:
        """The rows of `synthesis.csv`."""
        center, covariance = self.log_odds
        triangle = np.linalg.cholesky(covariance + _JITTER * np.eye(len(center)))
        return [
            SynthesizedShare(
                name=key[0],
                stratum=key[1],
                center=round(float(center[i]), 4),
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
    assumed = priors(values)
    lines = {arm: EmulatedLine.through(rows) for arm, rows in emulated().items()}
    speaking = [arm for arm in used if arm.design != "comparison" and keep(arm)]
    at = [first_log_odds(arm, lines) for arm in speaking]
    for _ in range(_ROUNDS):
        readings = [
            reading_of(arm, lines, values, bias=bias, at=x)
            for arm, x in zip(speaking, at, strict=True)
        ]
        posterior = fit_network(readings, assumed)
        found = [posterior.fitted(reading) for reading in readings]
        moved = max(abs(new - old) for new, old in zip(found, at, strict=True))
        at = [old + _STEP * (new - old) for new, old in zip(found, at, strict=True)]
        if moved < _STILL:
            break
    return ArmSynthesis(used, lines, posterior)


def first_log_odds(arm: Arm, lines: dict[str, EmulatedLine]) -> float:
    """Log-odds of the share that an arm reads by itself, kept away from none and all."""
    if arm.outcome == "log_odds_ratio":
        return arm.value
    share = min(max(lines[arm.id].share(relative(arm)), _FIRST), 1.0 - _FIRST)
    return math.log(share / (1.0 - share))


def relative(arm: Arm) -> float:
    """What an arm reads as its emulation gives it: a fall as a part of the pain at entry."""
    return arm.value / (arm.baseline or math.nan) if arm.outcome == "mean_fall" else arm.value


def bias_part(arm: Arm, values: Values) -> float:
    """The part of the bias of uncontrolled series that an arm has."""
    matched = values["synthesis_matched_bias_share", "all"]
    return {"uncontrolled": 1.0, "matched": matched}.get(arm.design, 0.0)


def reading_of(
    arm: Arm, lines: dict[str, EmulatedLine], values: Values, *, bias: bool = True, at: float
) -> NetworkReading:
    """An arm as log-odds by its tangent at some log-odds, with the variance of sampling."""
    part = bias_part(arm, values)
    treatment = arm.member
    if arm.outcome == "log_odds_ratio":
        sd = arm.sd or 0.0
        against = (arm.kind, arm.against)
        return NetworkReading(
            treatment, arm.value, sd**2, arm.study, bias=part * bias, against=against
        )
    line = lines[arm.id]
    if arm.outcome == "mean_fall":
        sd = arm.sd or values["synthesis_fall_sd", "all"]
        variance = (sd / (arm.baseline or math.nan)) ** 2 / arm.n
    else:
        even = (arm.value * arm.n + 0.5) / (arm.n + 1.0)
        variance = even * (1.0 - even) / arm.n
    at = min(max(at, -_FARTHEST), _FARTHEST)
    share = expit(at)
    # More than all could read tells that nearly all answer, and no more than that.
    read = min(relative(arm), line.everybody)
    steepness = line.slope * share * (1.0 - share)
    return NetworkReading(
        treatment,
        at + (read - line.reading(share)) / steepness,
        (variance + line.standard_error**2) / steepness**2,
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
        on_top_of={("biological", name): ("biological", of) for name, of in ON_TOP_OF.items()},
    )


def treatment_of(key: tuple[str, str]) -> Member | None:
    """Kind of pain and treatment of a parameter; none for no course."""
    name, treatment = key
    return (
        None
        if treatment == UNTREATED_ARM
        else (name.removeprefix("treatment_response_"), treatment)
    )
