r"""A network of published arms: what is specific to each treatment, on the log-odds of response.

The log-odds of response in an arm :math:`i` of study :math:`s` that gave treatment :math:`t` are

.. math:: y_i = \eta + \delta_t + \beta b_i + \theta_s + \epsilon_i

with the non-specific response :math:`\eta`, common to everything and all there is in a sham arm;
the specific effect :math:`\delta_t = \mu_c + \gamma_t` of a treatment of class :math:`c`, with
:math:`\gamma_t \sim N(0, \tau^2)`; the bias :math:`\beta` of uncontrolled series, all of which
(:math:`b_i = 1`), part or none of which an arm has; the study, :math:`\theta_s \sim N(0, \sigma^2 /
k_s)`, where a pool of :math:`k_s` studies has averaged over theirs; and sampling, whose variance is
known. Arms of one study share its effect, so that their contrast is free of it and their level is
worth one study, however many people it has. Some classes have the mean of another one and more. All
means have normal priors, so that given the two spreads everything is normal:

.. math:: C = (P^{-1} + X^T R^{-1} X)^{-1}, \quad m = a + C X^T R^{-1} (y - X a)

The spreads have log-normal priors and are integrated over a grid, each point of it weighted by
its prior and by the density of the readings under it; what is given back is the mean and the
covariance of that mixture. Nothing is drawn: the same rows give the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.evidence.arrays import Array

SPREAD_POINTS = 15
"""Points of the grid of each spread, of equal prior probability."""

Member = tuple[str, ...]
"""Of a treatment or a class: kind of pain, name."""


@dataclass(frozen=True)
class NetworkReading:
    """The log-odds of response in an arm, or, with `against`, the logarithm of a ratio of odds.

    A treatment of `None` is no treatment at all: sham.
    """

    treatment: Member | None
    log_odds: float
    variance: float
    study: str
    studies: int = 1
    bias: float = 0.0
    """Part of the bias of uncontrolled series that it has."""
    against: Member | None = None


@dataclass(frozen=True)
class Spread:
    """A log-normal prior of a spread; with `sd_log` of 0 it is known."""

    median: float
    sd_log: float = 0.0

    def grid(self) -> Array:
        """Points of equal probability."""
        if self.sd_log == 0.0:
            return np.array([self.median])
        middle = (np.arange(SPREAD_POINTS) + 0.5) / SPREAD_POINTS
        return np.asarray(self.median * np.exp(self.sd_log * ndtri(middle)))


@dataclass(frozen=True)
class Priors:
    """What is assumed of a network: pairs are mean and standard deviation.

    Attributes
    ----------
    classes : dict
        Specific effect of each class; of one that is in `on_top_of`, over that of another.
    members : dict
        Treatments of each class.
    """

    non_specific: tuple[float, float]
    bias: tuple[float, float]
    classes: Mapping[Member, tuple[float, float]]
    members: Mapping[Member, Sequence[Member]]
    study_spread: Spread
    class_spread: Spread
    on_top_of: Mapping[Member, Member] = field(default_factory=dict)


@dataclass(frozen=True)
class Posterior:
    """Mean and covariance of all that is not known, and what makes a treatment of it."""

    priors: Priors
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    study_spread: float
    """Posterior means of the spreads."""
    class_spread: float

    def row(self, treatment: Member | None, *, non_specific: bool = True) -> Array:
        """What the log-odds of a treatment, or its specific effect, are a sum of."""
        return _row(self.priors, treatment, non_specific)

    def fitted(self, reading: NetworkReading) -> float:
        """What the network expects of a reading, its bias included and its study aside."""
        return float(design_row(self.priors, reading) @ self.mean)

    def of(self, rows: Array) -> tuple[Array, Array]:
        """Mean and covariance of sums."""
        return rows @ self.mean, rows @ self.covariance @ rows.T


def fit_network(readings: Sequence[NetworkReading], priors: Priors) -> Posterior:
    """The posterior of a network; see the module."""
    x = np.array([design_row(priors, reading) for reading in readings])
    y = np.array([reading.log_odds for reading in readings])
    sampling = np.diag([reading.variance for reading in readings])
    studies = np.array([[a.study == b.study for b in readings] for a in readings], dtype=float)
    # A contrast within a study is free of it.
    level = np.array([reading.against is None for reading in readings], dtype=float)
    size = np.array([reading.studies for reading in readings], dtype=float)
    studies *= np.outer(level, level) / np.sqrt(np.outer(size, size))
    center = _centers(priors)
    weights, means, covariances, spreads = [], [], [], []
    for sigma in priors.study_spread.grid():
        noise = sampling + sigma**2 * studies
        for tau in priors.class_spread.grid():
            prior = np.diag(_variances(priors, float(tau)))
            total = x @ prior @ x.T + noise
            gain = np.linalg.solve(total, x @ prior).T
            residual = y - x @ center
            _, log_determinant = np.linalg.slogdet(total)
            weights.append(-0.5 * (log_determinant + residual @ np.linalg.solve(total, residual)))
            means.append(center + gain @ residual)
            covariances.append(prior - gain @ x @ prior)
            spreads.append((sigma, tau))
    weight = np.exp(np.array(weights) - max(weights))
    weight /= weight.sum()
    mean = weight @ np.array(means)
    apart = np.array(means) - mean
    covariance = np.einsum("g,gij->ij", weight, np.array(covariances))
    covariance += np.einsum("g,gi,gj->ij", weight, apart, apart)
    sigma, tau = weight @ np.array(spreads)
    return Posterior(priors, mean, covariance, float(sigma), float(tau))


def design_row(priors: Priors, reading: NetworkReading) -> Array:
    """What a reading is a sum of."""
    row = _row(priors, reading.treatment, reading.against is None)
    if reading.against is not None:
        row = row - _row(priors, reading.against, False)
    row[1] = reading.bias
    return row


def _parts(priors: Priors) -> list[Member]:
    """What is not known: non-specific response, bias, classes, treatments."""
    treatments = [("of", *each) for names in priors.members.values() for each in names]
    return [("non_specific",), ("bias",), *priors.classes, *treatments]


def _centers(priors: Priors) -> Array:
    means = [priors.non_specific[0], priors.bias[0], *(m for m, _ in priors.classes.values())]
    return np.array(means + [0.0] * (len(_parts(priors)) - len(means)))


def _variances(priors: Priors, tau: float) -> Array:
    sds = [priors.non_specific[1], priors.bias[1], *(sd for _, sd in priors.classes.values())]
    return np.square(sds + [tau] * (len(_parts(priors)) - len(sds)))


def _row(priors: Priors, treatment: Member | None, non_specific: bool) -> Array:
    parts = _parts(priors)
    row = np.zeros(len(parts))
    row[0] = non_specific
    if treatment is None:
        return row
    own = next(name for name, members in priors.members.items() if treatment in members)
    row[parts.index(own)] = row[parts.index(("of", *treatment))] = 1.0
    if own in priors.on_top_of:
        row[parts.index(priors.on_top_of[own])] = 1.0
    return row
