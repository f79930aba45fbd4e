"""Values of information of a run: table, text, pictures, the command, and what it refuses.

Room: uncertainty. The run is made up: net benefits that are known functions of its parameters.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from matplotlib.backends.backend_agg import FigureCanvasAgg

from sim import InputError, Population, Result, Scenario
from sim.cli import main
from sim.counting.care_tally import SUBGROUPS
from sim.evidence.reader import evidence
from sim.plots.drawing import make_room
from sim.tables import alternatives as choices
from sim.tables.case_counts import CaseCounts
from sim.tables.compare import COMPARED, PairedMeans
from sim.tables.kept_rows import KeptRows
from sim.uncertainty.drawn import DrawnParameters
from sim.uncertainty.observed import observed_by
from sim.uncertainty.people_served import PeopleServed
from sim.uncertainty.planned_study import PlannedStudy
from sim.uncertainty.value_command import value_report
from sim.uncertainty.value_text import NOT_TOLD

STRATEGIES = ("usual_care", "rfa_cement", "sbrt_24gy2")
MATTERS, LITTLE = ("relief_share", "rfa"), ("hold_days", "cytotoxic")
IDLE = tuple(("death_ratio", stratum) for stratum in ("breast", "lung", "prostate"))


def made_up_run(draws: int, replicates: int = 1, people: float = 400.0) -> Result:
    """A run whose relief under ablation rises with one parameter, and therapy lost with another."""
    rng = np.random.default_rng(draws)
    relief, hold = rng.beta(6.0, 4.0, draws + 1), rng.normal(14.0, 2.0, draws + 1)
    idle = rng.standard_normal((3, draws + 1))
    outcomes, parameters = [], []
    for draw in range(draws + 1):
        keys = (MATTERS, LITTLE, *IDLE, ("fixed", "all"))
        values = (relief[draw], hold[draw], *idle[:, draw], 3.0)
        parameters += [(draw, *key, value) for key, value in zip(keys, values, strict=True)]
        for replicate in range(replicates):
            below = {
                "usual_care": 100.0,
                "rfa_cement": 70.0 + 60.0 * relief[draw],
                "sbrt_24gy2": 101.0,
            }
            lost = {"usual_care": 0.0, "rfa_cement": 2.0, "sbrt_24gy2": 0.2 * hold[draw] - 2.0}
            luck = rng.normal(0.0, 1.0, 3)
            for name, more in zip(STRATEGIES, luck, strict=True):
                said = {
                    "days_pain_below_4": below[name] + more,
                    "therapy_days_lost": lost[name],
                    "relieved": 100.0 * relief[draw] if name == "rfa_cement" else 50.0,
                }
                outcomes += [(name, draw, replicate, m, "all", v) for m, v in said.items()]
    shape = len(STRATEGIES), len(SUBGROUPS), len(COMPARED)
    means = np.zeros(shape, np.float32)
    paired = np.full(shape, 100.0, np.float32)
    paired[0] = 0.0
    twins = [
        PairedMeans(draw, replicate, np.full(len(SUBGROUPS), people), means, means, paired)
        for draw in range(draws + 1)
        for replicate in range(replicates)
    ]
    scenario = Scenario(
        name="made_up",
        population=Population.united_states(2010).scaled(1_000),
        strategies=STRATEGIES,
    )
    columns = ["strategy", "draw", "replicate", "measure", "primary", "value"]
    spread = [("rfa_cement", 0, 0, "days_pain_below_4", "all", "sd", 90.0)]
    return Result(
        run={
            "scenario": {
                "name": "made_up",
                "population": "Nowhere",
                "anchor_year": 2010,
                "years": [2010, 2010],
                "draws": draws,
                "replicates": replicates,
            },
            "strategies": list(STRATEGIES),
            "knobs": {},
            "people": 1_000,
            "view": "cohort",
            "lives": 1,
            "seed": 1,
            "horizon_years": 1.0,
            "outcomes_for": "on_therapy",
            "calibrated_parameters": "drawn jointly from the posterior of the calibration",
        },
        counts=CaseCounts(STRATEGIES, 2010, 1, ("0-14",)),
        delay_rows=KeptRows.of(pd.DataFrame(spread, columns=[*columns[:5], "statistic", "value"])),
        outcome_rows=KeptRows.of(pd.DataFrame(outcomes, columns=columns)),
        summary=pd.DataFrame(),
        twins=twins,
        scenario=scenario,
        parameters=pd.DataFrame(parameters, columns=["draw", "name", "stratum", "value"]),
    )


@pytest.fixture(scope="module")
def run() -> Result:
    return made_up_run(300)


def in_money(run: Result) -> Result:
    """The same run, its days called quality-adjusted years and a cost."""
    renamed = {"days_pain_below_4": "qaly", "therapy_days_lost": "cost"}
    rows = run.outcomes.replace({"measure": renamed})
    said = {"price_year": 2024, "perspective": "payer", "discount_rate": 0.03}
    return replace(run, outcome_rows=KeptRows.of(rows), run={**run.run, **said})


STUDY = PlannedStudy("relief_share | rfa", (10, 100), sees="share")


@pytest.fixture(scope="module")
def found(run: Result) -> Any:
    return run.value_of_information(rate=2.0, studies=[STUDY], people=PeopleServed(1_000, 10))


def test_the_table_ranks_what_matters_and_never_has_a_value_below_0(found: Any) -> None:
    table = found.table
    assert (table["value"] >= 0.0).all()
    assert list(dict.fromkeys(table["kind"])) == ["perfect", "group", "parameter", "study"]
    parameters = found.of("parameter")
    assert parameters["name"].iloc[0] == "relief_share | rfa"
    assert parameters["told_apart"].iloc[0]
    assert set(parameters["name"]) >= {f"death_ratio | {s}" for _, s in IDLE}
    assert "fixed" not in set(parameters["name"])
    perfect = table["value"].iloc[0]
    assert table["percent_of_perfect"].iloc[0] == pytest.approx(100.0)
    assert parameters["value"].iloc[0] <= perfect + found.stakes.perfect.standard_error
    studies = found.of("study")["value"]
    assert studies.iloc[0] < studies.iloc[1] < parameters["value"].iloc[0] * 1.02
    number = PeopleServed(1_000, 10).number
    assert table["population_value"].iloc[0] == pytest.approx(perfect * number)


def test_the_net_benefit_is_that_of_the_measures(run: Result, found: Any) -> None:
    rows = run.outcomes[run.outcomes["draw"] == 7]
    by = rows.pivot_table("value", "strategy", "measure")
    expected = by["days_pain_below_4"] - 2.0 * by["therapy_days_lost"]
    assert found.stakes.benefit.loc[7].to_dict() == pytest.approx(expected.to_dict())


def test_the_text_says_decision_unit_people_method_and_error(found: Any) -> None:
    text = " ".join(found.text().split())
    for words in (
        "Choice between 3 strategies",
        "a day of therapy lost counts 2 of them",
        "within a year of the first trigger",
        "value of perfect information",
        "less than",
        "noise",
        "of 5 are told from 0",
        "1,000 people a year for 10 years, discounted by 3% a year.",
        "300 joint draws",
        "se: standard error of the draws",
    ):
        assert words in text, words
    assert "-0" not in text
    assert "nan" not in text


def test_what_is_not_above_its_floor_is_said_not_to_be_told_from_0(run: Result) -> None:
    idle = PlannedStudy("death_ratio | breast", (50,), sd=1.0)
    found = run.value_of_information(rate=2.0, studies=[idle])
    assert NOT_TOLD in found.text()
    assert not found.of("study")["told_apart"].any()
    assert (found.of("study")["floor"] > 0.0).all()


def test_a_measure_is_observed_in_arms_and_a_share_by_its_unit(run: Result) -> None:
    arms = PlannedStudy("relieved", (20, 2_000), arms=("rfa_cement", "usual_care"))
    rows = run.value_of_information(rate=2.0, studies=[arms]).of("study")
    assert rows["parameters"].tolist() == [2, 2]
    assert rows["value"].iloc[0] < rows["value"].iloc[1]


def test_in_money_the_year_of_prices_the_side_and_the_cost_of_a_study_are_said(run: Result) -> None:
    moneyed = in_money(run)
    people = PeopleServed(50.0, 5)
    found = moneyed.value_of_information(
        money=1_000.0, studies=[STUDY], people=people, study_cost=1e6
    )
    text = " ".join(found.text().split())
    assert "USD 2024 a person, payer perspective, discounted by 3% a year" in text
    assert "a quality-adjusted year counts 1,000" in text
    study = found.of("study").iloc[-1]
    assert study["net_of_cost"] == pytest.approx(people.number * study["value"] - 1e6)
    assert "less the study's" in found.text()


def test_a_study_that_is_not_told_from_0_has_no_net_gain(run: Result) -> None:
    idle = PlannedStudy("death_ratio | breast", (50,), sd=1.0)
    found = in_money(run).value_of_information(
        money=1_000.0, studies=[idle], people=PeopleServed(50.0, 5), study_cost=1e6
    )
    assert not found.of("study")["told_apart"].any()
    assert found.of("study")["net_of_cost"].isna().all()
    assert "-1,000,000" not in found.text()


def test_the_lead_is_told_with_what_it_is_not_told_apart_from(
    run: Result, found: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three made-up strategies the best leads by less than the spread of its draws."""
    text = " ".join(found.text().split())
    assert "Highest mean net benefit: " in text
    assert ", not told apart from " in text
    assert "Best now" not in text
    money = in_money(run)
    assert "unlike" not in money.value_of_information(money=1_000.0).text()

    def unlike(tables: Result, names: list[str]) -> dict[str, Any]:
        one = np.arange(float(len(names)))
        return {"fee": 900.0 * one, "episode payment": -700.0 * one}

    monkeypatch.setattr(choices, "costs_by_kind", unlike)
    said = " ".join(money.value_of_information(money=1_000.0).text().split())
    assert "rest on unlike kinds of price: no finding" in said


def test_rows_that_are_one_number_are_one_parameter() -> None:
    """Strata that share a dimension are drawn alike: no independent data in a study."""
    tied: dict[int, list[tuple[str, str]]] = {}
    for row in evidence().parameters.values():
        if row.dimension is not None:
            tied.setdefault(row.dimension, []).append(row.key)
    alike = next(keys for keys in tied.values() if len(keys) > 1)
    apart = next(keys[0] for keys in tied.values() if len(keys) == 1)
    rows = [(d, *key, 0.1 * d) for d in (1, 2, 3) for key in alike]
    rows += [(d, *apart, float(d**2)) for d in (1, 2, 3)]
    frame = pd.DataFrame(rows, columns=["draw", "name", "stratum", "value"])
    drawn = DrawnParameters.of(frame, [1, 2, 3])
    assert set(drawn.keys) == {alike[0], apart}
    assert drawn.values.shape == (3, 2)
    for key in alike:
        assert drawn.of_keys([key]).ravel() == pytest.approx([0.1, 0.2, 0.3])
        assert drawn.called(" | ".join(key)) == [alike[0]]
    assert drawn.of_keys(alike).shape == (3, 1)
    assert drawn.said(alike[1]) == f"{alike[0][0]} | {', '.join(s for _, s in alike)}"


def test_one_standard_deviation_is_of_one_unit(
    run: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_unit = {p.unit: p.key for p in evidence().parameters.values() if p.dimension is not None}
    keys = by_unit["days"], by_unit["share"]
    frame = pd.DataFrame([(d, *key, 0.1 * d) for d in (1, 2, 3) for key in keys])
    drawn = DrawnParameters.of(frame.set_axis(run.parameters.columns, axis=1), [1, 2, 3])
    monkeypatch.setattr("sim.uncertainty.observed.study_parameters", lambda: {"both": keys})
    with pytest.raises(InputError, match="sd is 2 for means in days and in share") as caught:
        observed_by(run, PlannedStudy("both", sees="mean", sd=2.0), drawn)
    assert "allowed: a study of parameters in one unit" in str(caught.value)
    assert len(observed_by(run, PlannedStudy("both", sd=2.0), drawn)) == 2  # one mean, one share


def test_few_draws_give_perfect_information_alone() -> None:
    found = made_up_run(60).value_of_information(rate=1.0)
    assert found.table["kind"].tolist() == ["perfect"]
    assert "60 draws are too few to tell parameters from noise, which takes 200." in found.text()
    with pytest.raises(InputError, match="too few to tell parameters from noise"):
        found.plot()


def test_sampling_error_of_people_is_bounded_or_measured() -> None:
    """Luck of variance 1 under each strategy and replicate; four replicates leave a quarter."""
    bounded = made_up_run(300).value_of_information(rate=1.0).luck
    assert not bounded.measured
    assert bounded.adds >= 0.0
    few = made_up_run(300, people=40.0).value_of_information(rate=1.0)
    assert few.luck.adds > bounded.adds
    measured = made_up_run(300, replicates=4).value_of_information(rate=1.0)
    assert measured.luck.measured
    assert 0.0 < measured.luck.adds < measured.stakes.perfect.value
    assert "as replicates differ" in measured.text()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "neither": ({}, "rate is None and money is None; allowed: one of them"),
    "both": ({"rate": 1.0, "money": 1.0}, "allowed: one of them"),
    "rate": ({"rate": -1.0}, "rate is -1.0; allowed: a number, at least 0"),
    "measure of cost": ({"money": 5e4, "cost": "delay_days"}, "cost is 'delay_days'; allowed: "),
    "measure": ({"money": 5e4}, "measure is 'qaly'; "),
    "study": (
        {"rate": 1.0, "studies": [PlannedStudy("relif_share")]},
        "study is 'relif_share'; did you mean 'relief_share'?",
    ),
    "arm": (
        {"rate": 1.0, "studies": [PlannedStudy("relieved", arms=("rfa_cemet",))]},
        "arm is 'rfa_cemet'; did you mean 'rfa_cement'?",
    ),
    "sd": (
        {"rate": 1.0, "studies": [PlannedStudy("hold_days")]},
        "hold_days | cytotoxic is seen as a mean; allowed: with sd",
    ),
    "share": (
        {"rate": 1.0, "studies": [PlannedStudy("hold_days", sees="share")]},
        "no share of people",
    ),
    "cost": ({"rate": 1.0, "study_cost": 5.0}, "a cost of a study is given; allowed: with a net"),
}


@pytest.mark.parametrize(("how", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    run: Result, how: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError) as caught:
        run.value_of_information(**how)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: PlannedStudy("x", (0,)), "n is (0,); allowed: whole numbers, at least 1"),
        (lambda: PlannedStudy("x", sees="guess"), "sees is 'guess'; allowed: share, rate, mean"),
        (lambda: PlannedStudy("x", sd=0.0), "sd is 0.0; allowed: a number above 0"),
        (lambda: PlannedStudy(""), "study is ''; allowed"),
        (lambda: PeopleServed(-1.0), "a_year is -1.0; allowed: a number of at least 0"),
        (lambda: PeopleServed(1.0, 0), "years is 0; allowed: a whole number, 1 to 200"),
        (lambda: PeopleServed(1.0, 1, 3.0), "discount_rate is 3.0; allowed: 0 to 1"),
    ],
)
def test_arguments_are_checked_before_any_run(make: Any, says: str) -> None:
    with pytest.raises(InputError) as caught:
        make()
    assert says in str(caught.value)


@pytest.mark.parametrize("draws", [0, 12])
def test_too_few_draws_are_refused(draws: int) -> None:
    with pytest.raises(InputError, match=r"draws is \d+"):
        made_up_run(draws).value_of_information(rate=1.0)
    with pytest.raises(InputError, match="too few for the value of a study"):
        made_up_run(60).value_of_information(rate=1.0, studies=[STUDY])


def test_one_strategy_is_no_choice(run: Result) -> None:
    rows = run.outcomes[run.outcomes["strategy"] == "usual_care"]
    alone = replace(run, outcome_rows=KeptRows.of(rows))
    with pytest.raises(InputError, match="one strategy"):
        alone.value_of_information(rate=1.0)


def test_pictures_cut_nothing(found: Any) -> None:
    for ax in (make_room(found.plot()), make_room(found.plot_studies())):
        figure = ax.get_figure(root=True)
        FigureCanvasAgg(figure).draw()
        box, size = figure.get_tightbbox(), figure.get_size_inches()
        assert box.x0 >= -0.01
        assert box.y0 >= -0.01
        assert box.x1 <= size[0] + 0.01
        assert box.y1 <= size[1] + 0.01
        assert ax.get_xlabel()


def test_the_command_prints_writes_and_refuses(
    run: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.cli.result_of", lambda *_, **__: run)
    asked = ["value", str(tmp_path), "--rate", "2"]
    studied = ["--study", "relief_share | rfa", "--sees", "share", "--n", "10,50"]
    written = ["--table", str(tmp_path / "a" / "t.csv"), "--figure", str(tmp_path / "p.png")]
    done = CliRunner().invoke(main, [*asked, *studied, *written], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "Value of information: made_up" in done.stdout
    assert pd.read_csv(tmp_path / "a" / "t.csv")["kind"].iloc[-1] == "study"
    assert (tmp_path / "p.png").stat().st_size > 10_000
    for more, says in (
        (["--money", "5"], "rate is 2.0 and money is 5.0; allowed: one of them"),
        (["--study", "x", "--n", "a,b"], "n is 'a,b'; allowed: whole numbers with commas"),
        (["--study-cost", "-1"], "--study-cost is -1.0; allowed"),
    ):
        refused = CliRunner().invoke(main, [*asked, *more])
        assert refused.exit_code == 2
        assert refused.stderr.startswith("Error: ")
        assert says in refused.stderr
        assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--rate", "2", "--n", "20"], "--n does nothing by itself; allowed: with --study"),
        (["--rate", "2", "--sd", "3"], "--sd does nothing by itself; allowed: with --study"),
        (["--rate", "2", "--years", "3"], "--years does nothing by itself; allowed: with --people"),
        (["--rate", "2", "--discount-rate", "0"], "--discount-rate does nothing by itself"),
        (
            ["--rate", "2", "--study-cost", "5"],
            "--study-cost does nothing by itself; allowed: with ",
        ),
        (["--money", "5", "--cost", "delay_days"], "cost is 'delay_days'; allowed: cost, "),
        (["--rate", "-1"], "rate is -1.0; allowed: a number, at least 0"),
    ],
)
def test_the_command_refuses_before_a_run_is_loaded(more: list[str], says: str) -> None:
    def never() -> Result:
        raise AssertionError

    options = {p.name: None for p in main.commands["value"].params} | {"study": (), "top": 10}
    names = {"n": "sizes"}
    given = dict(zip(more[::2], more[1::2], strict=True))
    for option, text in given.items():
        name = option.removeprefix("--").replace("-", "_")
        is_text = name in ("n", "cost")
        options[names.get(name, name)] = text if is_text else float(text)
    with pytest.raises(InputError) as caught:
        value_report(never, **options)
    assert says in str(caught.value)


def test_options_of_a_posterior_need_one_and_a_written_one_has_many_rows() -> None:
    for more, says in (
        (["--rows", "2000"], "--rows does nothing by itself; allowed: with --posterior"),
        (["--posterior", "--trends"], "--trends is a fit of its own"),
        (["--posterior", "--write", "--rows", "2"], "rows is 2, too few to stand in the evidence"),
    ):
        done = CliRunner().invoke(main, ["calibrate", *more])
        assert done.exit_code == 2
        assert says in done.stderr


def test_the_command_refuses_what_is_no_run(tmp_path: Path) -> None:
    for path, says in ((tmp_path, "which is no run"), (tmp_path / "no", "the folder of a run, or")):
        done = CliRunner().invoke(main, ["value", str(path), "--rate", "1"])
        assert done.exit_code == 2
        assert says in done.stderr
