"""Each family's hazard, integral and inverse agree, and with SciPy's distributions.

Room: life.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.life import hazards
from sim.life.hazards import NEVER

FAMILIES = {
    "constant": st.tuples(st.floats(1e-6, 10.0)),
    "ramp": st.tuples(st.floats(1e-6, 10.0), st.floats(0.1, 1e4)),
    "weibull": st.tuples(st.floats(0.1, 1e4), st.floats(0.5, 4.0)),
    "gompertz": st.tuples(
        st.floats(1e-6, 1.0), st.just(0.0) | st.floats(1e-6, 0.2) | st.floats(-0.2, -1e-6)
    ),
}
"""Parameters over which each family is tried."""

Three = tuple[Callable[..., float], Callable[..., float], Callable[..., float]]


def functions_of(family: str) -> Three:
    """Hazard, integral, inverse."""
    names = (f"{family}_{part}" for part in ("hazard", "cumulative", "time"))
    hazard, cumulative, time = (getattr(hazards, name) for name in names)
    return hazard, cumulative, time


@pytest.mark.parametrize("family", FAMILIES)
@given(data=st.data(), t=st.floats(0.01, 100.0))
def test_the_integral_is_that_of_the_hazard(family: str, data: st.DataObject, t: float) -> None:
    hazard, cumulative, _ = functions_of(family)
    parameters = data.draw(FAMILIES[family])
    # A Weibull hazard below shape 1 has a pole at 0, so the integral starts beside it, over log t.
    start = 1e-3
    found, _ = integrate.quad(
        lambda x: hazard(math.exp(x), *parameters) * math.exp(x),
        math.log(start),
        math.log(t),
        epsabs=1e-14,
        epsrel=1e-10,
        limit=200,
    )
    expected = cumulative(t, *parameters) - cumulative(start, *parameters)
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-12)
    assert cumulative(0.0, *parameters) == 0.0


@pytest.mark.parametrize("family", FAMILIES)
@given(data=st.data(), budget=st.floats(1e-6, 30.0))
def test_the_inverse_spends_exactly_the_budget(
    family: str, data: st.DataObject, budget: float
) -> None:
    _, cumulative, time = functions_of(family)
    parameters = data.draw(FAMILIES[family])
    t = time(budget, *parameters)
    if t == NEVER:
        # Only a falling hazard ends before the budget is spent.
        rate, slope = parameters
        assert slope < 0.0
        assert budget >= -rate / slope
    else:
        assert t > 0.0
        # Near the end of a falling hazard a small budget takes a long time: that much is lost.
        lost = 1e-9 * (1.0 + abs(parameters[-1]) * t) if family == "gompertz" else 1e-9
        assert cumulative(t, *parameters) == pytest.approx(budget, rel=lost)


@pytest.mark.parametrize("family", FAMILIES)
@given(data=st.data(), budget=st.floats(1e-6, 30.0), more=st.floats(1e-6, 30.0))
def test_a_larger_budget_lasts_longer(
    family: str, data: st.DataObject, budget: float, more: float
) -> None:
    _, _, time = functions_of(family)
    parameters = data.draw(FAMILIES[family])
    assert time(budget, *parameters) <= time(budget + more, *parameters)


@pytest.mark.parametrize(
    ("family", "parameters", "oracle"),
    [
        ("constant", (0.25,), stats.expon(scale=4.0)),
        ("weibull", (300.0, 1.6), stats.weibull_min(1.6, scale=300.0)),
        ("gompertz", (0.01, 0.09), stats.gompertz(0.01 / 0.09, scale=1.0 / 0.09)),
    ],
)
def test_families_are_those_of_the_textbook(
    family: str, parameters: tuple[float, ...], oracle: stats.rv_continuous
) -> None:
    """Survival and quantiles of SciPy's distribution of the same name."""
    hazard, cumulative, time = functions_of(family)
    for t in oracle.ppf([0.01, 0.3, 0.7, 0.99]):
        assert cumulative(t, *parameters) == pytest.approx(-oracle.logsf(t), rel=1e-9)
        assert hazard(t, *parameters) == pytest.approx(oracle.pdf(t) / oracle.sf(t), rel=1e-9)
    for u in (0.001, 0.5, 0.999):
        assert time(-math.log1p(-u), *parameters) == pytest.approx(oracle.ppf(u), rel=1e-9)


def test_a_hazard_of_0_never_fires() -> None:
    assert hazards.constant_time(1.0, 0.0) == NEVER
    assert hazards.gompertz_time(2.0, 0.1, -0.1) == NEVER
    assert hazards.gompertz_time(0.5, 0.1, -0.1) < NEVER


def test_a_slope_near_0_is_close_to_a_constant_hazard() -> None:
    for slope in (1e-12, -1e-12):
        assert hazards.gompertz_cumulative(7.0, 0.3, slope) == pytest.approx(2.1, rel=1e-9)
        assert hazards.gompertz_time(2.1, 0.3, slope) == pytest.approx(7.0, rel=1e-9)
    assert np.isfinite(hazards.gompertz_hazard(7.0, 0.3, 0.0))
