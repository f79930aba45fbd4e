r"""Families of hazards: each is a hazard, its integral, and the inverse of the integral.

Every clock fires when its integrated hazard reaches a budget that is exponential with mean 1.
So a family has three functions, of the time *t* since the clock started or of the budget:

* the hazard, `*_hazard(t, ...)`: :math:`h(t)`, per unit of time,
* the cumulative hazard, `*_cumulative(t, ...)`: :math:`H(t) = \int_0^t h(s)\,ds`,
* the time of the event, `*_time(budget, ...)`: :math:`H^{-1}(B)`, infinite where the
  budget is never spent.

Tests hold the three against each other, also where a life needs only some of them.

Rates are in events per unit of time, times in the same unit; the life uses days throughout.
"""

from __future__ import annotations

import math

from sim.evidence.elementary import exp, expm1, log1p, power
from sim.life.compiled import compiled

NEVER = math.inf
"""The time of an event that will not happen."""


@compiled
def constant_hazard(t: float, rate: float) -> float:
    """Hazard :math:`h(t) = r`, for `rate >= 0`."""
    return rate


@compiled
def constant_cumulative(t: float, rate: float) -> float:
    """Integral :math:`H(t) = r t`."""
    return rate * t


@compiled
def constant_time(budget: float, rate: float) -> float:
    """Inverse :math:`H^{-1}(B) = B / r`; never if the rate is 0."""
    if rate <= 0.0:
        return NEVER
    return budget / rate


@compiled
def ramp_hazard(t: float, rate: float, rise: float) -> float:
    r"""Hazard :math:`h(t) = r \min(t/\tau, 1)`: rises evenly, then stays at `rate`."""
    return rate * min(t / rise, 1.0)


@compiled
def ramp_cumulative(t: float, rate: float, rise: float) -> float:
    r"""Integral :math:`H(t) = r t^2 / 2\tau` up to :math:`\tau`, then :math:`r (t - \tau/2)`."""
    if t < rise:
        return 0.5 * rate * t * t / rise
    return rate * (t - 0.5 * rise)


@compiled
def ramp_time(budget: float, rate: float, rise: float) -> float:
    r"""Inverse :math:`\sqrt{2 \tau B / r}`, or :math:`B / r + \tau/2`; never if the rate is 0."""
    if rate <= 0.0:
        return NEVER
    if budget < 0.5 * rate * rise:
        return math.sqrt(2.0 * rise * budget / rate)
    return budget / rate + 0.5 * rise


@compiled
def weibull_hazard(t: float, scale: float, shape: float) -> float:
    r"""Hazard :math:`h(t) = (k/\lambda)(t/\lambda)^{k-1}`, for `scale > 0`, `shape > 0`."""
    return shape / scale * power(t / scale, shape - 1.0)


@compiled
def weibull_cumulative(t: float, scale: float, shape: float) -> float:
    r"""Integral :math:`H(t) = (t/\lambda)^k`."""
    return power(t / scale, shape)


@compiled
def weibull_time(budget: float, scale: float, shape: float) -> float:
    r"""Inverse :math:`H^{-1}(B) = \lambda B^{1/k}`."""
    return scale * power(budget, 1.0 / shape)


@compiled
def gompertz_hazard(t: float, rate: float, slope: float) -> float:
    r"""Hazard :math:`h(t) = r e^{s t}`, for `rate > 0` and any `slope`."""
    return rate * exp(slope * t)


@compiled
def gompertz_cumulative(t: float, rate: float, slope: float) -> float:
    r"""Integral :math:`H(t) = r (e^{s t} - 1) / s`, or :math:`r t` where the slope is 0."""
    if slope == 0.0:
        return rate * t
    return rate * expm1(slope * t) / slope


@compiled
def gompertz_time(budget: float, rate: float, slope: float) -> float:
    r"""Inverse :math:`H^{-1}(B) = \ln(1 + s B / r) / s`; never if a falling hazard ends before."""
    if slope == 0.0:
        return budget / rate
    inside = slope * budget / rate
    if inside <= -1.0:
        return NEVER
    return log1p(inside) / slope
