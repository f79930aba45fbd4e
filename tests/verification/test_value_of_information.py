"""Values of information agree with closed forms, exact sums and quadrature; noise with its floor.

Room: uncertainty. Gains of one strategy over another are normal, so that the value of knowing what
explains a standard deviation `s` of them is the unit normal loss of `mean / s`, times `s`.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.integrate import quad

from sim.economics.exchange import net_benefit_at
from sim.evidence.mistakes import InputError
from sim.tables.spread_parts import interaction_variance
from sim.uncertainty.information import PartialInformation
from sim.uncertainty.people_served import PeopleServed
from sim.uncertainty.planned_study import Quantity, value_of_study
from sim.uncertainty.regression import smooth, smoothers_of
from sim.uncertainty.stakes import Stakes, Worth

Array = np.ndarray
DRAWS = 4_000
SHUFFLES = 20


def loss(mean: float, sd: float) -> float:
    """The expected value of a normal number or 0, whichever is larger, less that of the larger."""
    return float(sd * stats.norm.pdf(mean / sd) - abs(mean) * stats.norm.cdf(-abs(mean) / sd))


def two(gain: Array) -> Stakes:
    """Two strategies, of which the second gives so much more."""
    return Stakes(pd.DataFrame({"one": np.zeros(len(gain)), "other": gain}))


def knowing(stakes: Stakes, *parameters: Array) -> Worth:
    return PartialInformation(stakes, SHUFFLES).worth(np.stack(parameters, axis=1))


def agrees(found: Worth, truth: float, errors: float = 4.0) -> None:
    assert found.value >= 0.0
    assert abs(found.value - truth) < errors * found.standard_error


@pytest.mark.parametrize(("mean", "sd"), [(0.2, 1.5), (-1.0, 1.0), (0.0, 30.0)])
def test_perfect_information_is_the_unit_normal_loss(mean: float, sd: float) -> None:
    gain = np.random.default_rng(1).normal(mean, sd, DRAWS)
    agrees(two(gain).perfect, loss(mean, sd))


def test_a_choice_that_no_draw_changes_is_worth_no_information() -> None:
    gain = np.random.default_rng(2).uniform(1.0, 2.0, 300)
    stakes = two(gain)
    assert stakes.perfect == Worth(0.0, 0.0)
    assert stakes.best == "other"
    assert knowing(stakes, gain) == Worth(0.0, 0.0, 0.0)


@pytest.mark.parametrize("slope", [1.0, 0.5])
def test_one_parameter_is_worth_the_loss_of_what_it_explains(slope: float) -> None:
    x, rest = np.random.default_rng(3).standard_normal((2, DRAWS))
    found = knowing(two(0.2 + slope * x + rest), x)
    agrees(found, loss(0.2, slope))
    assert found.told_apart


def test_a_curved_effect_of_one_parameter_is_followed() -> None:
    """A lognormal price above a fixed one is worth what Black and Scholes say."""
    z, rest = np.random.default_rng(4).standard_normal((2, DRAWS))
    width, price = 0.6, 1.0
    forward = math.exp(width**2 / 2.0)
    upper = (math.log(forward / price) + width**2 / 2.0) / width
    call = forward * stats.norm.cdf(upper) - price * stats.norm.cdf(upper - width)
    stakes = two(np.exp(width * z) - price + 0.7 * rest)
    agrees(knowing(stakes, np.exp(width * z)), call - max(forward - price, 0.0))


def test_a_group_is_worth_the_loss_of_what_it_explains_together() -> None:
    rng = np.random.default_rng(5)
    x, rest = rng.standard_normal((DRAWS, 30)), rng.standard_normal(DRAWS)
    slopes = np.full(30, 0.15)
    stakes = two(0.1 + x @ slopes + rest)
    agrees(knowing(stakes, *x.T), loss(0.1, float(np.sqrt((slopes**2).sum()))))


def test_a_group_is_worth_no_more_than_everything() -> None:
    """Gains that the group explains, but not in straight lines, so that its fit is stretched."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 60))
    gain = -0.3 + 0.13 * x.sum(axis=1) + 0.05 * rng.standard_normal(300)
    stakes = two(np.where(gain > 0.0, 0.4 * gain, gain))
    assert knowing(stakes, *x.T).value == stakes.perfect.value


def test_a_product_of_two_parameters_is_worth_nothing_alone_and_much_together() -> None:
    x, y, rest = np.random.default_rng(6).standard_normal((3, DRAWS))
    stakes = two(x * y + 0.5 * rest)
    # E max(0, xy) = E|xy| / 2 = 1 / pi.
    agrees(knowing(stakes, x, y), 1.0 / math.pi, errors=5.0)
    assert not knowing(stakes, x).told_apart


def three(z: Array, w: Array) -> Stakes:
    columns = {"a": 0.0 * z, "b": 0.1 + 0.8 * z + 0.5 * w, "c": 0.05 - 0.4 * z + 0.9 * z**2 - 0.9}
    return Stakes(pd.DataFrame(columns))


def test_three_strategies_agree_with_quadrature() -> None:
    z, w = np.random.default_rng(7).standard_normal((2, DRAWS))

    def best(at: float) -> float:
        others = (0.1 + 0.8 * at, 0.05 - 0.4 * at + 0.9 * at**2 - 0.9)
        return float(max(0.0, *others) * stats.norm.pdf(at))

    truth = quad(best, -9.0, 9.0, limit=400)[0] - 0.1
    agrees(knowing(three(z, w), z), truth)


def test_order_of_strategies_common_terms_and_units_of_parameters_do_not_matter() -> None:
    z, w, common = np.random.default_rng(8).standard_normal((3, 500))
    stakes = three(z, w)
    found = [knowing(stakes, z), knowing(stakes, z, w)]
    turned = Stakes(stakes.benefit[["c", "a", "b"]])
    added = Stakes(stakes.benefit.add(100.0 + 7.0 * common, axis=0))
    for other in (turned, added):
        for mine, again in zip(found, (knowing(other, z), knowing(other, z, w)), strict=True):
            assert again.value == pytest.approx(mine.value, rel=1e-6)
            assert again.standard_error == pytest.approx(mine.standard_error, rel=1e-6)
        assert other.perfect.value == pytest.approx(stakes.perfect.value, rel=1e-9)
        assert other.best == stakes.best
    assert knowing(stakes, np.exp(3.0 * z)).value == pytest.approx(found[0].value, rel=1e-9)
    assert knowing(stakes, -z).value == pytest.approx(found[0].value, rel=1e-6)
    scaled = Stakes(10.0 * stakes.benefit)
    assert knowing(scaled, z).value == pytest.approx(10.0 * found[0].value, rel=1e-6)


def test_probabilities_and_expected_losses_are_those_of_the_draws() -> None:
    z, w = np.random.default_rng(9).standard_normal((2, 500))
    stakes = three(z, w)
    assert stakes.probability_best.sum() == pytest.approx(1.0)
    by_hand = np.mean(stakes.benefit.to_numpy().argmax(axis=1) == 1)
    assert stakes.probability_best["b"] == pytest.approx(by_hand)
    assert stakes.loss_expected[stakes.best] == pytest.approx(stakes.perfect.value)
    assert (stakes.loss_expected >= stakes.perfect.value - 1e-12).all()


SLOPES = np.r_[1.0, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, np.full(52, 0.06), np.zeros(90)]
"""Of 150 parameters of which a few matter, many matter little, and the rest not at all."""
OF = {"strong": [0], "useless": [100], "many": list(range(8, 60)), "none": list(range(60, 112))}


@cache
def setting(draws: int, times: int) -> dict[str, Array]:
    """Value, standard error and floor of each of `OF`, a row a set of draws."""
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in OF}
    for seed in range(times):
        x = np.random.default_rng((draws, seed)).standard_normal((draws, len(SLOPES)))
        information = PartialInformation(two(0.2 + x @ SLOPES), 40)
        for name, columns in OF.items():
            one = information.worth(x[:, columns])
            found[name].append((one.value, one.standard_error, one.floor))
    return {name: np.array(rows) for name, rows in found.items()}


PERFECT = loss(0.2, float(np.sqrt((SLOPES**2).sum())))


@pytest.mark.parametrize(
    ("draws", "times", "useless"), [(256, 40, 0.02), (1_000, 12, 0.005), (4_000, 3, 0.002)]
)
def test_a_useless_parameter_scores_little_and_a_strong_one_its_value(
    draws: int, times: int, useless: float
) -> None:
    """Regression without a penalty gave a useless parameter 7% of the whole with 256 draws."""
    found = setting(draws, times)
    assert found["useless"][:, 0].mean() < useless * PERFECT
    for name in ("strong", "many"):
        truth = loss(0.2, float(np.sqrt((SLOPES[OF[name]] ** 2).sum())))
        mean, error = found[name][:, 0].mean(), found[name][:, 0].std() / np.sqrt(times)
        assert abs(mean - truth) < 3.5 * error + 0.03 * PERFECT


def test_a_useless_parameter_is_above_its_floor_in_one_of_twenty_tries() -> None:
    every = np.concatenate([setting(256, 40)[name] for name in ("useless", "none")])
    above = every[:, 0] > every[:, 2]
    assert above.sum() <= stats.binom.ppf(0.9999, len(every), 0.05 + 1.0 / 41.0)
    told = [Worth(*row).told_apart for row in every.tolist()]
    assert sum(told) <= above.sum()


def test_one_draw_that_changes_the_choice_makes_no_parameter_worth_knowing() -> None:
    """Gains far below 0 but for 8 draws of 400: by itself each of 200 parameters is useless."""
    rng = np.random.default_rng(18)
    gain = rng.normal(-40.0, 10.0, 400)
    gain[:8] = rng.exponential(60.0, 8)
    information = PartialInformation(two(gain), 100)
    told = [information.worth(rng.standard_normal((400, 1))).told_apart for _ in range(200)]
    assert sum(told) <= stats.binom.ppf(0.9999, 200, 0.05)
    assert information.stakes.perfect.told_apart


def test_standard_errors_are_those_of_repeated_draws() -> None:
    found = setting(256, 40)["strong"]
    told = float(np.sqrt((found[:, 1] ** 2).mean()))
    # A standard deviation of 40 is known to a ninth.
    assert found[:, 0].std(ddof=1) == pytest.approx(told, rel=0.4)


def test_a_study_of_a_mean_is_worth_its_preposterior_loss() -> None:
    """Normal data about a normal parameter: the posterior mean varies by s^2 / sqrt(s^2 + v/n)."""
    theta, rest = np.random.default_rng(11).standard_normal((2, DRAWS))
    stakes = two(0.3 + 1.2 * theta + 0.8 * rest)
    sd = 6.0
    quantity = Quantity("theta", theta, "mean", sd)
    found = value_of_study(stakes, [quantity], (5, 20, 100, 2_000))
    for n, worth in found.items():
        agrees(worth, loss(0.3, 1.2 / math.sqrt(1.0 + sd**2 / n)))
    values = [worth.value for worth in found.values()]
    assert values == sorted(values)
    whole = knowing(stakes, theta)
    assert values[-1] == pytest.approx(whole.value, rel=0.05)
    assert whole.value <= stakes.perfect.value + whole.standard_error


def test_a_study_of_a_share_is_worth_the_exact_sum_over_its_counts() -> None:
    a, b, worth, costs = 4.0, 6.0, 10.0, 4.2
    rng = np.random.default_rng(12)
    share, rest = rng.beta(a, b, DRAWS), rng.standard_normal(DRAWS)
    stakes = two(worth * share - costs + rest)
    now = max(worth * a / (a + b) - costs, 0.0)
    for n, found in value_of_study(stakes, [Quantity("share", share, "share")], (3, 30)).items():
        counts = np.arange(n + 1)
        after = np.maximum(worth * (a + counts) / (a + b + n) - costs, 0.0)
        agrees(found, float(stats.betabinom.pmf(counts, n, a, b) @ after) - now)


def test_a_study_of_a_rate_is_worth_the_exact_sum_over_its_counts() -> None:
    shape, per_year, worth, costs = 3.0, 10.0, 5.0, 1.6
    rng = np.random.default_rng(13)
    rate, rest = rng.gamma(shape, 1.0 / per_year, DRAWS), rng.standard_normal(DRAWS)
    stakes = two(worth * rate - costs + 0.5 * rest)
    now = max(worth * shape / per_year - costs, 0.0)
    for n, found in value_of_study(stakes, [Quantity("rate", rate, "rate")], (5, 50)).items():
        counts = np.arange(400)
        after = np.maximum(worth * (shape + counts) / (per_year + n) - costs, 0.0)
        weights = stats.nbinom.pmf(counts, shape, per_year / (per_year + n))
        agrees(found, float(weights @ after) - now)


def test_two_arms_are_worth_what_their_difference_tells() -> None:
    first, second = np.random.default_rng(14).standard_normal((2, DRAWS))
    stakes = two(0.2 + second - first)
    arms = [Quantity("first", first, "mean", 4.0), Quantity("second", second, "mean", 4.0)]
    for n, found in value_of_study(stakes, arms, (16, 100)).items():
        agrees(found, loss(0.2, math.sqrt(2.0) / math.sqrt(1.0 + 16.0 / n)), errors=5.0)


def test_a_fit_keeps_the_mean_and_says_nothing_of_a_constant() -> None:
    rng = np.random.default_rng(15)
    y = rng.standard_normal((300, 2)) + 3.0
    x = rng.standard_normal((300, 1))
    fit = smooth(smoothers_of(x), y + 2.0 * x)
    assert fit.mean(axis=0) == pytest.approx((y + 2.0 * x).mean(axis=0))
    constant = smooth(smoothers_of(np.ones((300, 1))), y)
    assert constant == pytest.approx(np.tile(y.mean(axis=0), (300, 1)))


def test_wider_groups_than_draws_can_be_asked_for() -> None:
    rng = np.random.default_rng(16)
    x = rng.standard_normal((240, 400))
    found = knowing(two(x[:, :5].sum(axis=1)), *x.T)
    assert 0.0 <= found.value < np.inf


def test_luck_of_draws_by_replicates_is_told_from_both() -> None:
    rng = np.random.default_rng(17)
    of_draws, of_replicates = rng.normal(0.0, 5.0, (300, 1)), rng.normal(0.0, 3.0, (1, 12))
    values = of_draws + of_replicates + rng.normal(0.0, 0.7, (300, 12))
    error = 0.7**2 * math.sqrt(2.0 / (299 * 11))
    assert abs(float(interaction_variance(values)) - 0.7**2) < 4.0 * error


def test_people_of_later_years_count_less() -> None:
    served = PeopleServed(1_000.0, 10, discount_rate=0.03, until_known=2.0)
    by_formula = 1_000.0 * (1.0 - 1.03**-10) / (1.0 - 1.03**-1) / 1.03**2
    assert served.number == pytest.approx(by_formula)
    assert PeopleServed(10.0, 3, discount_rate=0.0).number == 30.0


def test_net_benefit_is_in_days_or_in_money() -> None:
    assert net_benefit_at(2.0).burden == "therapy_days_lost"
    money = net_benefit_at(None, 5e4, "cost_without_systemic")
    assert (money.burden, money.gain_worth, money.burden_worth) == (
        "cost_without_systemic",
        5e4,
        1.0,
    )
    for wrong, says in (
        ((None, 5e4, "delay_days"), "cost is 'delay_days'; allowed: cost, cost_without_systemic"),
        ((2.0, None, "cost"), "cost is 'cost'; allowed: only with money"),
        ((None, -5.0), "money is -5.0; allowed: a number, at least 0"),
    ):
        with pytest.raises(InputError) as caught:
            net_benefit_at(*wrong)
        assert says in str(caught.value)


def test_no_group_and_no_study_is_worth_more_than_all_there_is_to_know() -> None:
    """A wide group that explains everything: the stretched fit expects more than there is."""
    for seed in range(12):
        x = np.random.default_rng((19, seed)).standard_normal((240, 40))
        stakes = two(0.4 + x.sum(axis=1))
        found = knowing(stakes, *x.T)
        assert found.value <= stakes.perfect.value
        seen = [Quantity(str(i), column, "mean", 0.01) for i, column in enumerate(x.T)]
        study = value_of_study(stakes, seen, (10_000,))[10_000]
        assert study.value <= stakes.perfect.value
