r"""The reduced model: what nine clocks do, and the exact answer to hold lives against.

Everybody is diagnosed with localized cancer at age 60. Each clock fires once at most, and only
while the person lives:

===================  =====================  ====================================================
clock                runs from              hazard
===================  =====================  ====================================================
dissemination        diagnosis              Weibull, :math:`(k/\lambda)(t/\lambda)^{k-1}`
death, other causes  diagnosis              Gompertz, :math:`r e^{s t}`
treatment            dissemination          constant (the first line of systemic therapy starts)
skeletal metastasis  dissemination          constant
death of cancer      dissemination          constant, from a fracture on times a ratio
spinal metastasis    skeletal metastasis    constant
pain                 spinal metastasis      constant
fracture             spinal metastasis      constant
cord compression     spinal metastasis      constant
===================  =====================  ====================================================

A life is its nine days, counted from the diagnosis. It is an inhomogeneous Markov chain, so
Kolmogorov's forward equations give the share of people to whom each event happens, and their mean
days alive and with spinal metastasis. Rates are made up: of the order of the full model's, with
about as many events a life.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

CLOCKS = (
    "dissemination",
    "treatment",
    "skeletal_metastasis",
    "spinal_metastasis",
    "pain",
    "fracture",
    "cord_compression",
    "death_cancer",
    "death_other",
)
"""The columns of lives."""
(
    DISSEMINATION,
    TREATMENT,
    SKELETAL,
    SPINAL,
    PAIN,
    FRACTURE,
    CORD,
    DEATH_CANCER,
    DEATH_OTHER,
) = range(len(CLOCKS))
NEVER = float("inf")
"""The day of an event that does not happen before the death."""
DAYS_PER_YEAR = 365.25
AGE = 60.0

Days = NDArray[np.float64]
"""Kept lives: days since the diagnosis, shape (people, clocks)."""
Live = Callable[[int, int], Days]
"""What an opponent is: so many people, lived with the luck of a seed."""

_LONGEST_DAYS = 70.0 * DAYS_PER_YEAR
_EXACT = 1e-10


@dataclass(frozen=True)
class Hazards:
    """The hazards of the nine clocks, per day."""

    spread_scale_days: float = 7.0 * DAYS_PER_YEAR
    spread_shape: float = 1.3
    other_rate: float = 0.009 / DAYS_PER_YEAR
    """At diagnosis, at the age of 60."""
    other_slope: float = 0.09 / DAYS_PER_YEAR
    treatment: float = 2.0 / DAYS_PER_YEAR
    skeletal: float = 0.6 / DAYS_PER_YEAR
    spinal: float = 1.5 / DAYS_PER_YEAR
    pain: float = 2.0 / DAYS_PER_YEAR
    fracture: float = 0.4 / DAYS_PER_YEAR
    cord: float = 0.2 / DAYS_PER_YEAR
    cancer: float = 0.35 / DAYS_PER_YEAR
    fracture_death_ratio: float = 1.5


@dataclass(frozen=True)
class Answer:
    """What is asked of every opponent."""

    share: NDArray[np.float64]
    """Of people to whom it happens, by clock."""
    days_alive: float
    days_with_spinal_metastasis: float
    """Mean over everybody, 0 for people without."""

    @property
    def numbers(self) -> NDArray[np.float64]:
        """All of them in a row."""
        return np.array([*self.share, self.days_alive, self.days_with_spinal_metastasis])


def each_answer(days: Days) -> NDArray[np.float64]:
    """What lives answer, a row a person; the columns are those of `Answer.numbers`."""
    death = days[:, [DEATH_CANCER, DEATH_OTHER]].min(axis=1)
    with_spinal = death - np.minimum(days[:, SPINAL], death)
    return np.column_stack([days < NEVER, death, with_spinal])


def exact_answer(hazards: Hazards) -> Answer:
    """The expected answer, by Kolmogorov's forward equations.

    Treatment, pain and cord compression change no hazard, so a state needs only the others.
    """
    # Localized, disseminated, in the skeleton, in the spine, in the spine with a fracture.
    _, spread, skeletal, spinal, broken = range(5)
    tracked = (TREATMENT, PAIN, CORD)
    at_risk = ((spread, skeletal, spinal, broken), (spinal, broken), (spinal, broken))
    # Of the people of each state, those to whom a tracked event has not happened yet.
    n_states, n_clocks = 5, len(CLOCKS)
    constant = {TREATMENT: hazards.treatment, PAIN: hazards.pain, CORD: hazards.cord}

    def slope(t: float, y: NDArray[np.float64]) -> NDArray[np.float64]:
        states, pending = y[:n_states], y[n_states : n_states * 4].reshape(3, n_states)
        spreads = hazards.spread_shape / hazards.spread_scale_days
        spreads *= (t / hazards.spread_scale_days) ** (hazards.spread_shape - 1.0)
        other = hazards.other_rate * np.exp(hazards.other_slope * t)
        onward = np.array([spreads, hazards.skeletal, hazards.spinal, hazards.fracture, 0.0])
        dies = np.array([0.0, *[hazards.cancer] * 4])
        dies[broken] *= hazards.fracture_death_ratio

        def moved(people: NDArray[np.float64]) -> NDArray[np.float64]:
            change = -(onward + dies + other) * people
            change[1:] += (onward * people)[:-1]
            return change

        changes = np.zeros((4, n_states))
        changes[0] = moved(states)
        happened = np.zeros(n_clocks)
        for row, (event, where) in enumerate(zip(tracked, at_risk, strict=True)):
            changes[row + 1] = moved(pending[row])
            for state in where:
                flow = constant[event] * pending[row, state]
                changes[row + 1, state] -= flow
                happened[event] += flow
        for state, event in enumerate((DISSEMINATION, SKELETAL, SPINAL, FRACTURE)):
            happened[event] = onward[state] * states[state]
        happened[DEATH_CANCER], happened[DEATH_OTHER] = dies @ states, other * states.sum()
        lived = [states.sum(), states[spinal] + states[broken]]
        return np.concatenate([changes.ravel(), happened, lived])

    start = np.zeros(n_states * 4 + n_clocks + 2)
    start[: n_states * 4 : n_states] = 1.0  # all are localized, and nothing has happened
    end = solve_ivp(
        slope, (0.0, _LONGEST_DAYS), start, method="DOP853", rtol=_EXACT, atol=_EXACT
    ).y[:, -1]
    happened = end[n_states * 4 : n_states * 4 + n_clocks]
    return Answer(happened, float(end[-2]), float(end[-1]))
