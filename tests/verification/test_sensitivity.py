"""Sensitivity: numbers moved alone give what a run gives, and shortcuts change nothing.

Room: uncertainty.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sim import Population, Scenario, Treatment
from sim.cli import main
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.tables.by_draw import by_draw
from sim.uncertainty.asked import asked
from sim.uncertainty.evaluation import (
    BATCHES,
    Evaluation,
    Lived,
    batch_segments,
    jackknife_variance,
)
from sim.uncertainty.movable import Movable, blocks, draw_of, movables, point_of
from sim.uncertainty.moved import Moved
from sim.uncertainty.questions import Questions
from sim.uncertainty.sensitivity import moved_again
from sim.uncertainty.sensitivity_design import SensitivityDesign
from sim.uncertainty.sensitivity_text import tornado_text
from sim.uncertainty.shares_of_variance import draw_samples, shares_of_variance
from sim.uncertainty.tornado import TORNADO_COLUMNS, tornado

PEOPLE = 3_000
STRATEGIES = ("usual_care", "ebrt_8gy1", "rfa_cement")
MEASURES = (
    *("delay_days", "days_pain_below_4", "therapy_days_lost", "new_spinal_metastasis"),
    *("qaly", "cost", "cost_without_systemic"),
)
OWN = Treatment(
    name="mine",
    based_on="cryoablation",
    response_biological=(0.5, 0.8),
    post_hold_days={"cytotoxic": (2, 9)},
)


def scenario(*strategies: str, **more: object) -> Scenario:
    """A few people, of whom some are in the trigger set."""
    population = Population.united_states(2010).scaled(PEOPLE)
    names = list(strategies or STRATEGIES)
    return Scenario(name="few", population=population, strategies=names, **more)


@cache
def lived() -> tuple[Evaluation, Lived, dict[tuple[str, str], float]]:
    """The scenario at its point estimate."""
    evaluation = Evaluation(scenario(), MEASURES, PEOPLE)
    values = point_of(evaluation.scenario)
    return evaluation, evaluation.at(values), values


@cache
def known() -> dict[str, Movable]:
    """What can be moved, as it is said."""
    return {one.said: one for one in movables(scenario())}


def test_the_point_estimate_is_what_a_run_gives() -> None:
    _, base, _ = lived()
    result = scenario().run(workers=1)
    for measure in MEASURES:
        for s, name in enumerate(STRATEGIES):
            assert base.found[measure][0, s] == result.value(measure, name)


def test_draws_in_money_are_those_of_a_run_from_any_side_and_year_and_value_counts_them() -> None:
    """The whole chain: a run, the scenario as a function of its parameters, and information."""
    how = {"perspective": "societal", "price_year": 2015, "discount_rate": 0.05}
    of = scenario("usual_care", "ebrt_8gy1", draws=39, people_per_draw=PEOPLE, **how)
    result = of.run(workers=1)
    means = {measure: by_draw(result, measure) for measure in ("qaly", "cost")}
    evaluation = Evaluation(of, tuple(means), PEOPLE)
    for k in (1, 17, 39):
        there = evaluation.at(draw_of(of, of.known, k))
        for measure, table in means.items():
            assert np.array_equal(there.found[measure][0], table.loc[k]), (measure, k)
    points = [of.with_options(perspective=p, draws=0) for p in ("payer", "societal")]
    payer, society = (one.run(workers=1).value("cost", "ebrt_8gy1") for one in points)
    assert payer < society
    found = result.value_of_information(money=50_000.0)
    benefit = 50_000.0 * means["qaly"] - means["cost"]
    best = benefit.max(axis=1).mean() - benefit.mean().max()
    assert np.isclose(found.stakes.perfect.value, best)
    assert "USD 2015 a person, societal perspective, discounted by 5% a year" in " ".join(
        found.text().split()
    )


@pytest.mark.parametrize(
    "said",
    [
        "pain_escalation_rate",
        "death_rate | lung",
        "referral_rate",
        "published_hold_share | short radiotherapy, cytotoxic",
    ],
)
def test_an_end_of_the_tornado_is_a_run_with_the_parameter_there(said: str) -> None:
    evaluation, _, _ = lived()
    of = scenario()
    wanted = [asked(of, "delay_days", strategy="ebrt_8gy1"), asked(of, "new_spinal_metastasis")]
    with ThreadPoolExecutor(1) as executor:
        table = tornado(Questions(evaluation, wanted, [known()[said]]), executor)
    for row in table.itertuples():
        for end, value in ((row.low, row.at_low), (row.high, row.at_high)):
            result = of.with_options(parameters={said: end}).run(workers=1)
            assert result.value(row.measure, row.strategy) == value


def test_what_is_taken_over_from_the_point_estimate_is_what_would_be_lived() -> None:
    """Of one number in forty, and of all of one primary; every table is equal."""
    evaluation, base, values = lived()
    shortcuts = 0
    for said, one in list(known().items())[7::80]:
        moved = one.moved(values, one.high)
        short, whole = evaluation.at(moved, base), evaluation.at(moved)
        shortcuts += short.ran < whole.ran
        for mine, its in zip(
            (short.counts.sums, *short.counts.tallies),
            (whole.counts.sums, *whole.counts.tallies),
            strict=True,
        ):
            assert np.array_equal(mine, its), said
        assert all(np.array_equal(short.found[m], whole.found[m]) for m in MEASURES)
    assert shortcuts > 5


def test_a_number_that_nobody_reads_costs_no_life_and_moves_nothing() -> None:
    evaluation, base, values = lived()
    ablated = ("treatment_onset_fast_mean_days", "cryoablation")  # one number with rfa_cement
    unread = [Movable((ablated,), 5.0, 1.0, 20.0, "days", "assumed", "ablation_trial")]
    unread += [
        known()["treatment_response_biological | microwave"],
        known()["hold_after_days | cytotoxic"],  # holds are as published
        known()["projection_damping"],
    ]
    for one in unread:
        there = evaluation.at(one.moved(values, one.high), base)
        assert there.ran == 0, one.said
        assert all(np.array_equal(there.found[m], base.found[m]) for m in MEASURES)


def test_a_treatment_that_is_not_given_is_read_by_no_life() -> None:
    of = scenario("ebrt_8gy1")
    changes = ({}, {"treatment_wait_median_days | microwave": 30.0}, {"consult_wait_sd_log": 1.4})
    runs = [of.with_options(parameters=moved).run(workers=1).run for moved in changes]
    first, unread, read = (run["results_hash"] for run in runs)
    assert first == unread != read


def test_people_are_parted_into_batches_each_once() -> None:
    _, base, _ = lived()
    every = [
        (int(group), index)
        for batch in range(BATCHES)
        for group, low, high in batch_segments(base.model, batch)
        for index in range(low, high)
    ]
    assert len(every) == len(set(every)) == base.model.people
    sizes = [
        sum(high - low for _, low, high in batch_segments(base.model, batch))
        for batch in range(BATCHES)
    ]
    assert max(sizes) - min(sizes) < 0.1 * np.mean(sizes)


def test_the_jackknife_gives_the_error_of_a_mean() -> None:
    x = np.random.default_rng(1).normal(size=BATCHES)
    values = np.concatenate([[x.mean()], (x.sum() - x) / (BATCHES - 1)])
    assert np.isclose(jackknife_variance(values), x.var(ddof=1) / BATCHES)


def test_shares_of_a_whole_give_way_to_the_one_that_is_moved() -> None:
    _, _, values = lived()
    one = known()["pain_cap_share | severe"]
    moved = one.moved(values, one.high)
    whole = (*one.keys, *one.siblings)
    assert np.isclose(sum(moved[k] for k in whole), sum(values[k] for k in whole))
    ratios = {round(moved[k] / values[k], 9) for k in one.siblings}
    assert len(ratios) == 1


def test_rows_that_are_one_number_are_moved_together() -> None:
    one = next(
        m for m in known().values() if m.keys[0][0] == "treatment_relapse_rate" and len(m.keys) > 1
    )
    _, _, values = lived()
    assert {one.moved(values, one.high)[key] for key in one.keys} == {one.high}


def test_ranges_of_what_is_drawn_hold_95_percent_of_draws() -> None:
    """Of 400 draws 20 lie outside on average; within five standard errors of that."""
    draws = [evidence().draw(k) for k in range(1, 401)]
    for one in list(known().values())[::25]:
        values = np.array([values[one.keys[0]] for values in draws])
        outside = ((values < one.low) | (values > one.high)).mean()
        assert outside <= 0.05 + 5 * np.sqrt(0.05 * 0.95 / 400), one.said


def test_groups_are_each_drawn_apart_and_hold_every_number_once() -> None:
    groups = blocks(list(known().values()), by_study=False)
    every = [key for keys in groups.values() for key in keys]
    assert len(every) == len(set(every))
    assert {key for one in known().values() for key in one.keys} <= set(every)
    assert "calibrated" in groups
    assert "calibrated" not in blocks(list(known().values()), by_study=True)


def test_samples_keep_joint_draws_together_unless_they_are_parted() -> None:
    evaluation, _, _ = lived()
    movable = list(known().values())
    whole = draw_samples(evaluation, movable, 16, by_study=False)
    parted = draw_samples(evaluation, movable, 16, by_study=True)
    of = {
        study: [whole.keys.index(m.keys[0]) for m in movable if m.joint and m.study == study]
        for study in ("cancer_registry", "spine_mri_cohort")
    }
    for columns in of.values():  # the same rows, in another order
        rows = {tuple(row) for row in whole.a[:, columns]}
        assert {tuple(row) for row in parted.a[:, columns]} == rows
    assert not np.array_equal(whole.a, parted.a)
    assert len({tuple(row) for row in np.concatenate([whole.a, whole.b])}) == 32


def test_indices_of_a_scenario_are_zero_for_groups_that_nobody_reads() -> None:
    evaluation, _, _ = lived()
    of = scenario()
    some = ("surgery_registry", "back_pain_survey", "holds_registry", "utility_survey")
    movable = [m for m in known().values() if m.study in some][::3]
    movable += [m for m in known().values() if m.study == "radiopharmaceutical_trial"]
    wanted = [asked(of, "delay_days"), asked(of, "ranking")]
    with ThreadPoolExecutor(2) as executor:
        groups, single = shares_of_variance(Questions(evaluation, wanted, movable), 16, executor)
    delay = groups[groups["measure"] == "delay_days"].set_index("group")
    assert delay.loc["holds_registry", "total"] > 0.5
    assert delay["sd"].gt(0.0).all()
    assert single.groupby("measure")["parameter"].count().eq(len(movable)).all()


def test_the_users_own_treatments_are_moved_too() -> None:
    of = scenario("usual_care", "mine", treatments=[OWN])
    own = {m.said: m for m in movables(of) if m.study == "own: mine"}
    assert set(own) == {"response_biological | mine", "post_hold_days | mine, cytotoxic"}
    one = own["response_biological | mine"]
    assert (one.low, one.high) == (0.5, 0.8)
    evaluation = Evaluation(of, ("days_pain_below_4",), PEOPLE)
    values = point_of(of)
    there = evaluation.at(one.moved(values, one.high))
    given = OWN.with_options(response_biological=one.high)
    result = of.with_options(treatments=[given], strategies=["usual_care", "mine"]).run(workers=1)
    assert there.found["days_pain_below_4"][0, 1] == result.value("days_pain_below_4", "mine")
    drawn = draw_of(of, of.known, 3)
    assert drawn["response_biological", "mine"] == OWN.numbers(3)["response_biological"]


def test_what_moves_most_is_moved_again_with_more_people() -> None:
    few = Evaluation(scenario(), ("delay_days",), 1_000)
    movable = [known()[said] for said in ("referral_rate", "pain_escalation_rate")]
    movable.append(known()["projection_damping"])
    wanted = [asked(scenario(), "delay_days")]
    with ThreadPoolExecutor(1) as executor:
        questions = Questions(few, wanted, movable)
        first = tornado(questions, executor)
        again = moved_again(questions, first, 1, executor)
        everybody = Questions(Evaluation(scenario(), ("delay_days",), PEOPLE), wanted, movable)
        whole = tornado(everybody, executor).set_index("parameter")
        all_there = moved_again(everybody, tornado(everybody, executor), 2, executor)
    assert all_there["people"].eq(PEOPLE).all()
    assert again["people"].tolist() == [PEOPLE, 1_000, 1_000]
    assert again["parameter"][0] == first["parameter"][0]
    for column in ("base", "at_low", "at_high", "moves", "moves_se"):
        assert again[column][0] == whole.loc[again["parameter"][0], column]


def test_another_leads_only_where_that_is_told_from_the_error_of_few_people() -> None:
    of = scenario("usual_care", "ebrt_8gy1")
    ask = asked(of, "ranking")
    row = dict.fromkeys(TORNADO_COLUMNS, 0.0) | {
        **dict(zip(("measure", "strategy", "against"), ask.key, strict=True)),
        **{"parameter": "one", "grade": "assumed", "study": "survey", "moves": 5.0, "people": 9},
        **{"base": 3.0, "base_se": 1.0, "at_low": -1.0, "at_high": -2.0, "leader": "usual_care"},
        **{"leader_at_low": "ebrt_8gy1", "leader_at_high": "ebrt_8gy1"},
    }
    table = pd.DataFrame(
        [
            row | {"at_low_se": 0.6, "at_high_se": 0.9},
            row | {"parameter": "two", "at_low_se": 0.6, "at_high_se": 1.1, "moves": 4.0},
        ]
    )
    empty = pd.DataFrame()
    design = SensitivityDesign(measures="ranking")
    told = tornado_text(Moved(of, design, (ask,), table, empty, empty, 0), ask, 10)
    assert "3.00 days of relief at the point estimate (se 1.00), where" in told
    assert "1 of 2 numbers change that by more than 2 standard errors" in told
    assert told.count("ebrt_8gy1 at high") == 1
    assert "ebrt_8gy1 at low" not in told
    assert "not told apart" not in told
    unsure = Moved(of, design, (ask,), table.assign(base_se=2.0), empty, empty, 0)
    assert "leads, not told apart from the next;" in tornado_text(unsure, ask, 10)


@pytest.mark.parametrize(
    ("measure", "more", "said"),
    [
        ("delay_day", {}, "measure is 'delay_day'; did you mean 'delay_days'"),
        ("delay_days", {"strategy": "ebrt_8gy"}, "strategy is 'ebrt_8gy'; did you mean"),
        ("delay_days", {"against": "usual_care"}, "against is 'usual_care', as strategy is"),
        ("ranking", {"strategy": "ebrt_8gy1"}, "all strategies are ranked"),
        ("delay_days", {"people": 10}, "people is 10; allowed: at least 1000"),
        ("delay_days", {"samples": 3}, "samples is 3; allowed: 0, for no indices of groups"),
        ("delay_days", {"samples": -1}, "samples is -1; allowed: at least 0"),
        ("delay_days", {"grades": "guessed"}, "grades names 'guessed'"),
        ("delay_days", {"relief_per_day_lost": float("nan")}, "allowed: a finite number"),
        ("delay_days", {"workers": 0}, "workers is 0"),
        ("delay_days", {"peeple": 5_000}, "peeple is not a field"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(
    measure: str, more: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError) as caught:
        scenario().sensitivity(measure, **more)
    assert said in str(caught.value)
    assert len(caught.value.sentences) == 1


def test_a_ranking_needs_two_strategies_and_care() -> None:
    with pytest.raises(InputError, match="at least two strategies"):
        SensitivityDesign(measures="ranking").asked_of(scenario("usual_care"))
    with pytest.raises(InputError, match="of strategies with care"):
        SensitivityDesign(measures="delay_days").asked_of(scenario("none"))


def test_the_command_writes_tables_and_pictures_and_says_what_moves(tmp_path: Path) -> None:
    file = tmp_path / "few.py"
    file.write_text(
        "from sim import Population, Scenario\n"
        f"population = Population.united_states(2010).scaled({PEOPLE})\n"
        'scenario = Scenario(name="few", population=population, '
        'strategies=["usual_care", "ebrt_8gy1"])\n',
        encoding="utf-8",
    )
    out = tmp_path / "out"
    asked_for = ("--measure", "delay_days", "--measure", "ranking", "--grades", "measured")
    how = ("--people", "1000", "--samples", "16", "--out", str(out), "--quiet", "--workers", "2")
    done = CliRunner().invoke(main, ["sensitivity", str(file), *asked_for, *how])
    assert done.exit_code == 0, done.output
    assert "at the point estimate" in done.output
    names = {path.name for path in out.iterdir()}
    tables = {"tornado.csv", "sobol.csv", "first_order.csv"}
    pictures = {
        f"{kind}_{of}.png"
        for kind in ("tornado", "sobol")
        for of in ("delay_days_usual_care", "ranking")
    }
    assert names == tables | pictures | {"sensitivity.json"}


def test_the_command_refuses_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked_for = ["sensitivity", "scenarios/us_2010.py", "--measure", "delay_day", "--out", str(out)]
    done = CliRunner().invoke(main, asked_for)
    assert done.exit_code == 2
    assert not out.exists()
