"""Joint samples of the evidence: their distributions, and that no draw depends on another.

Room: evidence.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special, stats

from sim.evidence.distributions import quantile
from sim.evidence.reader import Evidence, Parameter, evidence, sibling_family
from sim.evidence.synthesis import LEAST, MOST
from tests.simplified import TAIL, assert_mean

U = (np.arange(999) + 0.5) / 999

FAMILIES = {
    "normal": (3.0, 0.4, stats.norm(3.0, 0.4)),
    "lognormal": (2.0, 0.5, stats.lognorm(0.5, scale=2.0)),
    "beta": (0.3, 40.0, stats.beta(12.0, 28.0)),
    "gamma": (2.0, 0.5, stats.gamma(16.0, scale=0.125)),
    "dirichlet": (0.25, 20.0, stats.gamma(5.0)),
}
"""Distribution, its value and width, and the same from SciPy; a Dirichlet is made of gammas."""


@pytest.mark.parametrize("family", FAMILIES)
def test_quantiles_agree_with_scipy(family: str) -> None:
    value, width, oracle = FAMILIES[family]
    exact = family in ("normal", "lognormal")
    rtol = 1e-12 if exact else 5e-6  # six digits
    found = quantile(family, value, width, U)
    np.testing.assert_allclose(found, oracle.ppf(U), rtol=rtol, atol=1e-14)


@pytest.mark.parametrize("family", FAMILIES)
def test_samples_have_the_mean_and_the_distribution(family: str) -> None:
    value, width, oracle = FAMILIES[family]
    sample = quantile(family, value, width, np.random.default_rng(5).random(20_000))
    assert_mean(sample, oracle.mean())
    assert stats.kstest(sample, oracle.cdf).pvalue > TAIL


@pytest.mark.parametrize("family", ["normal", "beta", "gamma"])
def test_the_value_is_the_mean(family: str) -> None:
    value, _, oracle = FAMILIES[family]
    assert oracle.mean() == pytest.approx(value)


def test_the_value_of_a_lognormal_is_the_median() -> None:
    assert quantile("lognormal", 2.0, 0.5, np.array([0.5]))[0] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("family", "value"), [("fixed", 3.0), ("beta", 0.0), ("beta", 1.0), ("dirichlet", 0.0)]
)
def test_what_is_certain_does_not_vary(family: str, value: float) -> None:
    assert (quantile(family, value, 10.0, U) == value).all()


def test_shares_of_a_dirichlet_have_its_marginal_distributions() -> None:
    """Normalized gammas with shapes `n * share` are Dirichlet: each share is a beta number."""
    shares, n = np.array([0.1, 0.45, 0.38, 0.07]), 50.0
    u = np.random.default_rng(6).random((4, 10_000))
    gammas = np.array([quantile("dirichlet", s, n, x) for s, x in zip(shares, u, strict=True)])
    drawn = gammas / gammas.sum(axis=0)
    for share, sample in zip(shares, drawn, strict=True):
        oracle = stats.beta(n * share, n * (1.0 - share))
        assert stats.kstest(sample, oracle.cdf).pvalue > TAIL


@pytest.fixture(scope="module")
def draws() -> list[dict[tuple[str, str], float]]:
    return [evidence().draw(k) for k in range(1, 65)]


def test_draw_0_is_the_point_estimate() -> None:
    assert evidence().draw(0) == evidence().point


def test_a_draw_is_the_same_whatever_others_are_made(
    draws: list[dict[tuple[str, str], float]],
) -> None:
    fresh = Evidence.read()
    fresh.draw(300)
    assert fresh.draw(3) == draws[2]
    assert fresh.draw(64) == draws[63]
    assert draws[2] != draws[3]


def test_a_new_parameter_moves_no_other(draws: list[dict[tuple[str, str], float]]) -> None:
    """Each parameter keeps its coordinate of the Sobol points."""
    known = evidence()
    used = {p.dimension for p in known.parameters.values()}
    free = next(d for d in range(1, 4096) if d not in used)
    one = next(p for p in known.parameters.values() if p.distribution == "beta")
    new = one.model_copy(update={"name": "brand_new", "dimension": free})
    larger = replace(known, parameters={new.key: new, **known.parameters}).draw(5)
    assert larger.pop(new.key) > 0.0
    assert larger == draws[4]


def test_draws_stay_inside_their_bounds(draws: list[dict[tuple[str, str], float]]) -> None:
    for key, parameter in evidence().parameters.items():
        sample = [draw[key] for draw in draws]
        assert parameter.lower <= min(sample) <= max(sample) <= parameter.upper, key


def test_dirichlet_shares_sum_to_1(draws: list[dict[tuple[str, str], float]]) -> None:
    families: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for parameter in evidence().parameters.values():
        if parameter.distribution == "dirichlet":
            families.setdefault(sibling_family(parameter), []).append(parameter.key)
    assert len(families) > 10
    for members in families.values():
        assert len(members) > 1
        for draw in draws:
            assert sum(draw[key] for key in members) == pytest.approx(1.0, abs=1e-12)


def marginal(parameter: Parameter) -> NDArray[np.float64]:
    sample = [evidence().draw(k)[parameter.key] for k in range(1, 128)]
    return np.array(sample)


@pytest.mark.parametrize("distribution", ["lognormal", "beta"])
def test_the_drawn_marginal_is_that_of_the_row(distribution: str) -> None:
    """One row of each kind, over the first Sobol points, against SciPy."""
    row = next(
        p
        for p in evidence().parameters.values()
        if p.distribution == distribution and 0.0 < p.value < p.upper
    )
    oracle = (
        stats.lognorm(row.width, scale=row.value)
        if distribution == "lognormal"
        else stats.beta(row.width * row.value, row.width * (1.0 - row.value))
    )
    assert stats.kstest(marginal(row), oracle.cdf).pvalue > TAIL


def test_calibrated_parameters_are_drawn_together() -> None:
    """Each draw takes its own row of the posterior for all of them, so none of another's."""
    keys = (("death_rate", "breast"), ("death_rate", "lung"))
    rows = np.array([[0.3, 2.0], [0.4, 2.5], [0.5, 3.0]])
    known = replace(evidence(), posterior_keys=keys, posterior=rows)
    found = np.array([[known.draw(k)[key] for key in keys] for k in range(1, 128)])
    np.testing.assert_array_equal(found, np.tile(rows, (43, 1))[:127])


def test_without_a_posterior_calibrated_parameters_keep_their_values() -> None:
    known = replace(evidence(), posterior_keys=(), posterior=np.empty((0, 0)))
    drawn = known.draw(7)
    for parameter in known.parameters.values():
        if parameter.distribution == "calibrated":
            assert drawn[parameter.key] == parameter.value


def test_a_synthesized_share_that_is_fixed_stays_and_moves_no_other() -> None:
    key = ("treatment_response_biological", "microwave")
    moved = evidence().fixed({" | ".join(key): 0.5})
    for k in (1, 3, 200):
        drawn, before = moved.draw(k), evidence().draw(k)
        assert drawn.pop(key) == 0.5
        assert before.pop(key) != 0.5
        assert drawn == before


def test_the_95_percent_of_a_synthesized_share_are_those_of_its_draws() -> None:
    """Against quantiles of the joint normal numbers, whose standard error is by simulation."""
    known, n = evidence(), 40_000
    z = np.random.default_rng(3).standard_normal((len(known.synthesis.rows), n))
    for i, (key, apart) in enumerate(
        zip(known.synthesis.keys, known.synthesis.loadings @ z, strict=True)
    ):
        row = known.parameters[key]
        ends = np.array(known.range_95(row))
        log_odds = known.synthesis.rows[i].center + apart
        below = [float(np.mean(special.expit(log_odds) < end)) for end in ends]
        inside = (ends > LEAST) & (ends < MOST)
        for end in np.flatnonzero(inside):
            wanted = (0.025, 0.975)[end]
            assert abs(below[end] - wanted) < 5.0 * np.sqrt(wanted * (1.0 - wanted) / n), key
        assert ends[0] < ends[1]


def test_every_other_parameter_has_its_own_95_percent() -> None:
    for row in evidence().parameters.values():
        if row.distribution != "synthesis":
            assert evidence().range_95(row) == row.range_95()


def test_what_courses_cost_in_utility_is_drawn_and_wider_where_it_is_assumed() -> None:
    """Beta of the 187 people who valued two visits: 0.0426, sd sqrt(0.0426 (1 - 0.0426) / 188)."""
    known = evidence()
    draws = [known.draw(k) for k in range(1, 401)]
    loss = {
        treatment: np.array([values["treatment_utility_loss", treatment] for values in draws])
        for treatment in ("ebrt_8gy1", "sbrt_24gy2", "microwave")
    }
    assert np.array_equal(loss["ebrt_8gy1"], loss["sbrt_24gy2"])
    sd = np.sqrt(0.0426 * (1.0 - 0.0426) / 188.0)
    assert loss["ebrt_8gy1"].std() == pytest.approx(sd, rel=0.2)
    assert loss["microwave"].std() > 2.0 * sd
