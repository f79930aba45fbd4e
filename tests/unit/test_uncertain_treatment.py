"""A treatment of the user's with uncertain numbers: their distributions, their luck, their use.

Room: inputs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from sim import Population, Scenario
from sim.cli import main
from sim.engine.policies import build_strategies
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.treatments import known_treatments
from sim.inputs.catalog import strategy, treatment_names
from sim.inputs.strategies import Knobs
from sim.inputs.treatment import Treatment
from sim.inputs.uncertain import Interval, luck
from sim.tables.explain import explanation
from tests.simplified import strategies_of

TOWN = Population.united_states(2010).scaled(1_000)
MANY = 4_000
SIX_DIGITS = 5e-6


def mine(**fields: Any) -> Treatment:
    return Treatment.model_validate({"name": "mine", "based_on": "rfa_cement", **fields})


def draws_of(treatment: Treatment, field: str, n: int = MANY) -> np.ndarray:
    return np.array([treatment.numbers(k)[field] for k in range(1, n + 1)])


INTERVALS = {
    "response_biological": (0.7, 0.9),
    "flare_points": (1.0, 3.0),
    "collapse_ratio": (0.5, 1.5),
    "wait_median_days": (3.0, 12.0),
    "relapse_rate_per_year": (0.2, 1.1),
}


@pytest.mark.parametrize("field", INTERVALS)
def test_an_interval_holds_95_of_100_draws_and_its_middle_is_the_median(field: str) -> None:
    low, high = INTERVALS[field]
    treatment = mine(**{field: (low, high)})
    found = draws_of(treatment, field)
    # Standard error of a share of 2.5%: 0.0025.
    assert np.mean(found < low) == pytest.approx(0.025, abs=0.01)
    assert np.mean(found > high) == pytest.approx(0.025, abs=0.01)
    assert np.mean(found < treatment.numbers()[field]) == pytest.approx(0.5, abs=0.032)


@pytest.mark.parametrize(("events", "n"), [(34, 50), (0, 12), (12, 12)])
def test_counts_give_the_posterior_of_jeffreys(events: int, n: int) -> None:
    treatment = mine(response_biological={"events": events, "n": n})
    posterior = stats.beta(events + 0.5, n - events + 0.5)
    found = draws_of(treatment, "response_biological")
    assert stats.kstest(found, posterior.cdf).pvalue > 0.001
    median = pytest.approx(posterior.median(), rel=SIX_DIGITS)
    assert treatment.numbers()["response_biological"] == median


def test_a_logit_normal_share_is_that_of_its_two_quantiles() -> None:
    found = draws_of(mine(death_share=(0.01, 0.2)), "death_share")
    ends = np.log(np.array([0.01, 0.2]) / (1.0 - np.array([0.01, 0.2])))
    oracle = stats.norm(ends.mean(), np.ptp(ends) / (2.0 * stats.norm.ppf(0.975)))
    assert stats.kstest(np.log(found / (1.0 - found)), oracle.cdf).pvalue > 0.001


def test_numbers_of_different_fields_and_treatments_are_independent() -> None:
    both = mine(response_biological=(0.7, 0.9), wait_median_days=(3.0, 12.0))
    other = both.with_options(name="other")
    columns = [draws_of(both, "response_biological"), draws_of(both, "wait_median_days")]
    columns.append(draws_of(other, "response_biological"))
    correlations = np.corrcoef(columns)[np.triu_indices(3, 1)]
    assert abs(correlations).max() < 4.0 / np.sqrt(MANY)


def test_luck_is_uniform() -> None:
    found = [luck(k, "mine", "cost") for k in range(1, MANY + 1)]
    assert stats.kstest(found, "uniform").pvalue > 0.001


def test_another_field_or_treatment_or_order_does_not_change_a_draw() -> None:
    first = mine(response_biological=(0.7, 0.9))
    more = mine(response_biological=(0.7, 0.9), cost=(1.0, 2.0), price_basis="USD 2024")
    other = Treatment(name="other", based_on="ebrt_8gy1", response_biological=(0.2, 0.4))
    known = evidence().draw(3)

    def record(*own: Treatment) -> np.void:

        care = build_strategies([strategy("noms")], own, Knobs(), known, 3)
        names = treatment_names(own)
        return care.policies["treatments"][0, names.index("mine")]

    alone = record(first)["response_biological"]
    assert (
        alone == record(more)["response_biological"] == record(first, other)["response_biological"]
    )
    assert alone == record(other, first)["response_biological"]
    assert (
        alone == first.numbers(3)["response_biological"] != first.numbers(4)["response_biological"]
    )


@pytest.mark.parametrize("given", [{}, {"depth_low": (0.4, 0.8)}, {"depth_high": (0.3, 0.6)}])
def test_the_depths_stay_in_order_in_every_draw(given: dict[str, Any]) -> None:
    given = given or {"depth_low": (0.3, 0.7), "depth_high": (0.69, 0.71)}

    for k in range(60):
        care = build_strategies([strategy("noms")], [mine(**given)], Knobs(), evidence().draw(k), k)
        record = care.policies["treatments"][0, treatment_names([mine()]).index("mine")]
        assert record["depth_low"] <= record["depth_high"]
        numbers = mine(**given).numbers(k)
        given_and_kept = {field: record[field] for field in given}
        assert given_and_kept == {field: numbers[field] for field in given}


def test_what_is_not_given_keeps_the_uncertainty_of_the_other_treatment() -> None:
    own = [mine(wait_median_days=(3.0, 9.0)), Treatment(name="child", based_on="mine")]
    place = treatment_names(own).index("child")

    for k in (0, 1, 2):
        values = evidence().draw(k)
        care = build_strategies([strategy("noms")], own, Knobs(), values, k)
        child = care.policies["treatments"][0, place]
        assert child["response_biological"] == values["treatment_response_biological", "rfa_cement"]
        assert child["wait_median_days"] == own[0].numbers(k)["wait_median_days"]


def test_a_hold_by_class_may_be_uncertain() -> None:
    found = mine(post_hold_days={"cytotoxic": (7.0, 14.0), "endocrine": 0.0}).numbers(2)
    assert found["post_hold_days"]["endocrine"] == 0.0
    assert 3.0 < found["post_hold_days"]["cytotoxic"] < 30.0


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "high first": (
        {"response_biological": (0.9, 0.7)},
        "response_biological is (0.9, 0.7); allowed: (low, high), a 95% interval with low first, "
        "both above 0 and below 1",
    ),
    "an end of 0": ({"flare_share": (0.0, 0.7)}, "flare_share is (0.0, 0.7); allowed: (low, high)"),
    "three ends": ({"flare_share": (0.1, 0.2, 0.3)}, "flare_share is (0.1, 0.2, 0.3); allowed"),
    "words": ({"wait_median_days": ("a", "b")}, "wait_median_days is ('a', 'b'); allowed: (low"),
    "more events than people": (
        {"flare_share": {"events": 51, "n": 50}},
        "flare_share events is 51, above n; allowed: up to 50",
    ),
    "half an event": (
        {"flare_share": {"events": 0.5, "n": 50}},
        "flare_share.events is 0.5; allowed: a whole number",
    ),
    "days by counts": (
        {"course_days": {"events": 1, "n": 2}},
        "course_days is {'events': 1, 'n': 2}; allowed: a number",
    ),
    "depths": (
        {"depth_low": (0.4, 0.95), "depth_high": (0.6, 0.9)},
        "depth_low is (0.4, 0.95), above depth_high; allowed: up to (0.6, 0.9)",
    ),
    "price of no year": (
        {"cost": (4_000, 6_000), "price_basis": "dollars"},
        "price_basis is 'dollars'; allowed: currency and year, such as USD 2014",
    ),
    "a price of a far year": (
        {"cost": (4_000, 6_000), "price_basis": "USD 2999"},
        "price_basis is 'USD 2999'; allowed: USD or CAD, of ",
    ),
    "years of a price the wrong way round": (
        {"cost": (4_000, 6_000), "price_basis": "USD 2012-2005"},
        "price_basis is 'USD 2012-2005'; allowed: USD or CAD, of 1996 to 2029, of several years "
        "the earlier first",
    ),
    "grade": ({"evidence": "trial"}, "evidence is 'trial'; "),
    "a choice": ({"least_pain": (3, 5)}, "least_pain is (3, 5); allowed: a number"),
}


@pytest.mark.parametrize(("fields", "says"), WRONG.values(), ids=WRONG)
def test_an_uncertain_number_that_cannot_be_is_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        mine(**fields)
    [found] = caught.value.sentences
    assert found.startswith(says)


def test_an_interval_that_is_made_beforehand_is_checked_as_a_pair_is() -> None:
    mine = Treatment(name="m", based_on="microwave", response_biological=Interval(0.7, 0.99))
    assert mine.response_biological == Interval(0.7, 0.99, bound=1.0, most=1.0)
    assert all(mine.numbers(k)["response_biological"] < 1.0 for k in range(300))
    with pytest.raises(InputError, match="response_biological"):
        Treatment(name="m", based_on="microwave", response_biological=Interval(0.7, 1.2))


def test_no_draw_is_beyond_what_a_user_may_give() -> None:
    wide = Treatment(name="m", based_on="microwave", collapse_ratio=(0.5, 100.0))
    given = np.array([wide.numbers(k)["collapse_ratio"] for k in range(2_000)])
    assert given.max() == 100.0
    assert 0.01 < np.mean(given == 100.0) < 0.04


def test_a_wrong_key_of_counts_names_those_that_are_right() -> None:
    with pytest.raises(InputError) as caught:
        mine(flare_share={"event": 5, "n": 50})
    assert any("did you mean 'events'? Allowed: events, n" in s for s in caught.value.sentences)


def test_a_price_is_drawn_and_counted() -> None:
    own = [mine(cost=(5_000, 9_000), price_basis="USD 2024")]
    found = build_strategies([strategy("usual_care")], own, Knobs(), evidence().draw(5), 5)
    prices = found.policies["treatments"]["price"][0]
    assert prices[len(known_treatments())] == own[0].numbers(5)["cost"]


def test_the_name_of_a_treatment_is_a_strategy_with_the_rules_of_those_of_the_program() -> None:
    known = strategy("rfa_cement")
    found = strategy("mine", own=[mine()])
    assert len(found.rules) == len(known.rules)
    assert found.rules[:-1] == known.rules[:-1]
    assert found.rules[-1].give == "mine"
    assert found.otherwise == known.otherwise
    town = Scenario(
        name="town", population=TOWN, treatments=[mine()], strategies=["usual_care", "mine@none"]
    )
    assert town.strategies[1].holds == "none"
    assert town.with_options(draws=2).treatments == town.treatments


@pytest.mark.parametrize("name", ["usual_care", "noms", "none"])
def test_a_treatment_takes_no_name_of_a_strategy(name: str) -> None:
    with pytest.raises(InputError, match="is taken"):
        Scenario(name="town", population=TOWN, treatments=[mine(name=name)])


@pytest.mark.parametrize("name", ["mne", "mne@none"])
def test_a_name_that_is_nearly_that_of_a_treatment_is_told_the_nearest(name: str) -> None:
    with pytest.raises(InputError, match="did you mean 'mine'"):
        Scenario(name="town", population=TOWN, treatments=[mine()], strategies=[name])


def test_explain_tells_every_number_and_how_sure_it_is(tmp_path: Any) -> None:
    treatment = mine(response_biological=(0.7, 0.9), flare_share={"events": 3, "n": 20}, sessions=2)
    said = explanation("mine", own=[treatment])
    assert "response_biological = 0.820871 (95% 0.7 to 0.9, logit-normal)" in said
    assert "3 of 20" in said
    assert "sessions = 2 (the same in all draws)" in said
    assert "evidence: assumed, as given by the user" in said
    file = tmp_path / "own.py"
    file.write_text(
        "from sim import Population, Scenario, Treatment\n"
        "mine = Treatment(name='mine', based_on='rfa_cement', label='My device')\n"
        "scenario = Scenario(name='a', population=Population.united_states(2010), "
        "treatments=[mine])\n",
        encoding="utf-8",
    )
    told = CliRunner().invoke(main, ["explain", "mine", "--scenario", str(file)])
    assert told.exit_code == 0
    assert "My device" in told.output


def test_strategies_of_plain_names_stay_as_they_are() -> None:
    assert strategies_of("noms").policies["acts"].tolist() == [1]


def test_lives_under_a_treatment_do_not_depend_on_others_or_on_how_many_draws() -> None:
    treatment = mine(response_biological=(0.3, 0.9), wait_median_days=(2.0, 20.0))
    other = Treatment(name="other", based_on="ebrt_8gy1", response_biological=(0.2, 0.4))
    town = Scenario(
        name="town",
        population=Population.united_states(2010).scaled(4_000),
        treatments=[treatment],
        strategies=["usual_care", "mine"],
        draws=2,
    )
    alone = town.run().outcomes
    both = (
        town.with_options(
            treatments=[other, treatment], strategies=["usual_care", "other", "mine"], draws=1
        )
        .run()
        .outcomes
    )
    keys = ["strategy", "draw", "measure", "primary"]
    one, two = (table[table["draw"] == 1].set_index(keys)["value"] for table in (alone, both))
    known = one.index[one.index.get_level_values("strategy") == "mine"]
    known = known.intersection(two.index)
    assert len(known) > 100
    np.testing.assert_array_equal(one[known].to_numpy(), two[known].to_numpy())


def test_the_uncertainty_of_a_number_reaches_the_intervals_of_the_tables() -> None:
    town = Scenario(
        name="town",
        population=Population.united_states(2010).scaled(4_000),
        treatments=[mine()],
        strategies=["usual_care", "mine"],
        draws=6,
    )
    prices_paid: list[list[float]] = []
    for price in (6_708.2, (5_000, 9_000)):
        own = [mine(cost=price, price_basis="USD 2024")]
        asked = town.with_options(treatments=own)
        prices_paid.append([])
        for draw in range(1, 7):
            values = asked.known.draw(draw)
            found = build_strategies(asked.strategies, own, asked.common_knobs(), values, draw)
            paid = found.policies["treatments"]["price"][1, len(known_treatments())]
            prices_paid[-1].append(float(paid))
    np.testing.assert_allclose(prices_paid[0], 6_708.2)
    sold = mine(cost=(5_000, 9_000), price_basis="USD 2024")
    oracle = [sold.numbers(k)["cost"] for k in range(1, 7)]
    np.testing.assert_allclose(prices_paid[1], oracle)
