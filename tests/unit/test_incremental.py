"""The incremental table, net benefit by rate, their text and pictures. Rooms: tables, plots."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from numpy.typing import NDArray

from sim import InputError, Population, Result, Scenario
from sim.cli import door_names
from sim.economics.prices import price_table
from sim.plots.drawing import new_axes
from sim.tables import alternatives as choices
from sim.tables.alternatives import alternatives, every_choice, names_to_choose
from sim.tables.columns import COLUMN_WORDS
from sim.tables.explain import explanation
from sim.tables.incremental import quadrant
from sim.tables.incremental_text import incremental_text
from sim.tables.kept_rows import KeptRows
from sim.tables.reporting import COLUMNS_OF_REPORTING, reporting
from sim.tables.writing import sheets_of
from tests.economics import made_up, of_many, with_draws

PICTURES = ("plane", "acceptability", "expected_loss")
DAYS = "therapy_days_lost"


def of_four(n: int = 1, noise: float = 0.0) -> Result:
    """Four strategies: the second is dominated by the third, which is extendedly dominated."""
    luck = np.random.default_rng(5).normal(size=(2, n, 4)) * noise
    qaly = np.array([0.30, 0.31, 0.32, 0.40]) + 0.01 * luck[0]
    cost = np.array([9_000.0, 13_000.0, 12_000.0, 14_000.0]) + 200.0 * luck[1]
    same = {"cost_without_systemic": cost - 1_000.0, "days_pain_below_4": 100.0 * qaly}
    lost = np.tile([0.0, -1.0, 2.0, 3.0], (n, 1))
    return with_draws(of_many(4), {"qaly": qaly, "cost": cost, DAYS: lost, **same})


def words(ax: Axes) -> str:
    figure = ax.get_figure(root=True)
    assert figure is not None
    said = [text.get_text() for panel in figure.axes for text in panel.texts]
    return " ".join(said).replace("\n", " ")


def test_the_table_is_by_rising_cost_with_dominance_and_ratios_of_means() -> None:
    result = of_four()
    first, second, third, fourth = result.run["strategies"]
    table = result.incremental().set_index("strategy")
    assert list(table.index) == [first, third, second, fourth]
    assert table["standing"].to_dict() == {
        first: "on the frontier",
        third: "extendedly dominated",
        second: "dominated",
        fourth: "on the frontier",
    }
    assert table["beaten_by"][second] == third
    assert table["beaten_by"][third] == f"{first} and {fourth}"
    assert table["against"][fourth] == first
    assert table["ratio"][fourth] == pytest.approx(5_000.0 / 0.1)
    assert table["ratio"].notna().tolist() == [False, True, False, True]
    assert table["ratio_unit"][fourth] == "USD a QALY"


def test_against_the_reference_every_quadrant_is_named_and_no_ratio_hides_one() -> None:
    result = of_four()
    table = result.incremental(DAYS, compared_with="reference").set_index("strategy")
    second, third, fourth = result.run["strategies"][1:]
    assert table["quadrant"][[second, third, fourth]].tolist() == [
        "dominates",
        "more gain, more burden",
        "more gain, more burden",
    ]
    assert np.isnan(table["ratio"][second])
    assert table["ratio"][fourth] == pytest.approx(10.0 / 3.0)
    assert (table["ratio"].dropna() > 0.0).all()


def test_a_ratio_of_two_negative_differences_is_south_west() -> None:
    assert quadrant(-0.1, -5.0) == "less gain, less burden"
    assert quadrant(-0.1, 0.0) == "dominated"
    assert quadrant(0.0, 0.0) == "no difference"


def test_the_ratio_is_of_means_and_no_mean_of_ratios() -> None:
    result = made_up(2, draws=200)
    found = alternatives(result, "cost")
    more, gained = (of[:, 1] - of[:, 0] for of in (found.burden, found.gain))
    row = result.incremental().iloc[1]
    assert row["ratio"] == pytest.approx(more.mean() / gained.mean())
    assert row["burden_difference_lo"] == pytest.approx(
        np.quantile(more, 0.025, method="weibull"), rel=1e-9
    )


def test_differences_whose_interval_holds_zero_are_not_told_apart() -> None:
    sure, unsure = of_four(60, noise=0.1), of_four(60, noise=8.0)
    assert sure.incremental()["told_apart"].iloc[-1]
    assert not unsure.incremental()["told_apart"].iloc[-1]
    assert "not told apart" in "\n".join(incremental_text(unsure))
    assert "told apart from every other strategy" in " ".join(incremental_text(sure))


def test_a_strategy_off_the_frontier_says_when_it_is_not_told_apart() -> None:
    lines = {
        noise: [n for n in incremental_text(of_four(60, noise=noise)) if "dominated by" in n]
        for noise in (0.1, 8.0)
    }
    assert "not told apart" not in "\n".join(lines[0.1])
    assert "not told apart" in "\n".join(lines[8.0])


def test_a_constant_cost_of_all_moves_no_ratio_and_no_standing() -> None:
    result = of_four(50, noise=1.0)
    moved = result.outcomes.copy()
    moved.loc[moved["measure"] == "cost", "value"] += 777.0
    dearer = replace(result, outcome_rows=KeptRows.of(moved))
    same = ["strategy", "standing", "beaten_by", "told_apart", "quadrant"]
    before, after = result.incremental(), dearer.incremental()
    assert after[same].equals(before[same])
    assert after["ratio"].to_numpy() == pytest.approx(before["ratio"].to_numpy(), nan_ok=True)
    one, other = (r.net_benefits(rates=[5e4]) for r in (result, dearer))
    for name in ("probability_best", "expected_loss", "behind"):
        assert other[name].to_numpy() == pytest.approx(one[name].to_numpy())
    assert (one["net_benefit"] - other["net_benefit"]).to_numpy() == pytest.approx(777.0)


def test_net_benefit_by_rate_has_the_curve_the_frontier_and_the_loss_of_each() -> None:
    result = made_up(5)
    table = result.net_benefits()
    for _, of in table.groupby("rate"):
        assert of["probability_best"].sum() == pytest.approx(1.0)
        assert of["best"].sum() == 1
        best = of[of["best"]].iloc[0]
        assert best["expected_loss"] == of["expected_loss"].min()
        assert best["net_benefit"] == of["net_benefit"].max()
        assert (of["expected_loss"] - of["behind"]).to_numpy() == pytest.approx(
            best["expected_loss"]
        )
    at_nothing = table[table["rate"] == 0.0].set_index("strategy")["net_benefit"]
    cost = result.incremental().set_index("strategy")["burden_mean"]
    assert (at_nothing + cost).abs().max() < 1e-6


def test_of_too_few_draws_nothing_is_called_likely() -> None:
    result = made_up(3, draws=38)
    table = result.net_benefits(rates=[1e5])
    missing = ["lo", "hi", "behind_lo", "probability_best", "expected_loss"]
    assert table[missing].isna().all().all()
    assert not table["told_apart"].any()
    said = " ".join(incremental_text(result))
    assert "38 parameter draws, too few for a 95% interval, which takes 39" in said.replace(
        "\n", " "
    )
    for name in ("acceptability", "expected_loss"):
        with pytest.raises(InputError, match=r"has 38 parameter draws, too few .* at least 39"):
            getattr(result.plot, name)()


def test_what_is_assumed_otherwise_is_no_alternative() -> None:
    names = ["ebrt_8gy1", "analgesia_only", "ebrt_8gy1@none"]
    result = Scenario(
        name="settings", population=Population.united_states(2015).scaled(3_000), strategies=names
    ).run()
    found = alternatives(result, DAYS)
    assert found.names == ("ebrt_8gy1", "analgesia_only")
    assert found.others == ("ebrt_8gy1@none",)
    said = " ".join(incremental_text(result)).replace("\n", " ")
    assert "1 strategy under other assumptions, which nobody can choose, is left out" in said
    asked = alternatives(result, DAYS, ["ebrt_8gy1", "ebrt_8gy1@none"])
    assert asked.names == ("ebrt_8gy1", "ebrt_8gy1@none")


MISTAKES: dict[str, tuple[Callable[[Result], object], str]] = {
    "burden": (lambda r: r.incremental("costs"), "burden is 'costs'; did you mean 'cost'"),
    "comparison": (
        lambda r: r.incremental(compared_with="frontiers"),
        "compared_with is 'frontiers'; did you mean 'frontier'",
    ),
    "strategy": (
        lambda r: r.incremental(strategies=["usual_care", "nom"]),
        "strategy is 'nom'; did you mean 'noms'",
    ),
    "one strategy": (
        lambda r: r.incremental(strategies=["noms"]),
        "strategies is noms; allowed: at least two that give care",
    ),
    "rate": (
        lambda r: r.net_benefits(rates=[-1.0]),
        "rate is -1.0; allowed: a number, at least 0",
    ),
    "picture of two": (
        lambda r: r.plot.acceptability(new_axes(5.0, 5.0, left=1.0)),
        "ax is one Axes, but there are 2 panels",
    ),
    "rate of two": (lambda r: r.plot.acceptability(rate=3.0), "rate is of one burden"),
    "burden of a picture": (
        lambda r: r.plot.plane(burden="delay"),
        "burden is 'delay'; allowed",
    ),
}


@pytest.mark.parametrize("which", MISTAKES)
def test_bad_input_is_one_sentence(which: str) -> None:
    call, sentence = MISTAKES[which]
    with pytest.raises(InputError) as error:
        call(made_up(5))
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_run_without_costs_has_its_table_in_days() -> None:
    result = of_many(3)
    kept = [found.exchange.burden for found in every_choice(result)]
    assert kept[0] == DAYS
    assert sheets_of(result)["incremental"]["burden"].unique()[0] == DAYS
    assert "days of relief" in "\n".join(incremental_text(result))


def test_one_strategy_is_compared_with_nothing() -> None:
    result = of_many(1)
    assert every_choice(result) == []
    assert incremental_text(result) == []
    assert not {"incremental", "net_benefit"} & set(sheets_of(result))


def test_a_ratio_across_kinds_of_price_is_marked_and_in_no_headline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unlike(tables: Result, names: list[str]) -> dict[str, NDArray[np.float64]]:
        one = np.arange(float(len(names)))
        return {"fee": 900.0 * one, "episode payment": -700.0 * one}

    def alike(tables: Result, names: list[str]) -> dict[str, NDArray[np.float64]]:
        return {"fee": np.arange(float(len(names)))}

    monkeypatch.setattr(choices, "costs_by_kind", alike)
    result = of_four(60, noise=0.1)
    assert not result.incremental()["unlike_prices"].fillna(False).any()
    assert "has the highest net benefit" in words(result.plot.plane(burden="cost"))
    monkeypatch.setattr(choices, "costs_by_kind", unlike)
    result = of_four(60, noise=0.1)
    table = result.incremental()
    assert table["unlike_prices"].iloc[-1]
    assert table["price_kinds"].iloc[-1] == "episode payment; fee"
    said = " ".join(incremental_text(result)).replace("\n", " ")
    assert re.search(r"\d\* over 1", said)
    assert "* The courses differ by unlike kinds of price (episode payment and fee)." in said
    money = said.partition("At 100,000 USD a QALY: ")[2]
    assert money.startswith("the highest net benefit is that of")
    assert "no finding" in money
    shown = words(result.plot.plane(burden="cost"))
    assert "the order rests on unlike kinds of price" in shown
    assert "has the highest net benefit" not in shown


def test_kinds_of_price_are_those_of_the_courses_that_differ() -> None:
    result = of_many(3)
    given = {m: np.zeros((1, 3)) for m in result.outcome_rows.words("measure") if "courses_of" in m}
    given |= {
        "courses_of_ebrt_8gy1": np.array([[1.0, 1.0, 0.0]]),
        "courses_of_vertebroplasty": np.array([[0.0, 0.5, 0.0]]),
    }
    found = alternatives(with_draws(result, given), "cost")
    assert found.price_kinds(0, 1) == ["fee"]
    assert found.price_kinds(0, 2) == ["episode payment"]
    assert found.price_kinds(1, 2) == ["episode payment", "fee"]
    assert found.price_kinds(0, 0) == []
    prices = price_table(result.scenario.known, price_year=result.scenario.price_year)
    fee = prices.set_index(["parameter", "stratum"])["in_use"]["treatment_cost", "vertebroplasty"]
    assert found.courses["fee"].tolist() == pytest.approx([0.0, 0.5 * fee, 0.0])


@pytest.mark.parametrize("n", [2, 3, 8, 16])
@pytest.mark.parametrize("name", PICTURES)
def test_pictures_of_a_choice_cut_no_words_and_none_cover_others(n: int, name: str) -> None:
    ax = getattr(made_up(n).plot, name)()
    figure = ax.get_figure(root=True)
    FigureCanvasAgg(figure).draw()
    boxes = []
    for panel in figure.axes:
        legend = panel.get_legend()
        keys = [] if legend is None else legend.get_texts()
        ticks = [t for t in panel.get_yticklabels() if inside(panel.get_ylim(), t, 1)]
        ticks += [t for t in panel.get_xticklabels() if inside(panel.get_xlim(), t, 0)]
        labels = [panel.xaxis.label, panel.yaxis.label]
        for text in (*panel.texts, *keys, *ticks, *labels):
            if text.get_text().strip():
                boxes.append((text.get_text(), Text.get_window_extent(text)))
    for words_of, box in boxes:
        assert box.x0 >= 0.0, words_of
        assert box.y0 >= 0.0, words_of
        assert box.x1 <= figure.bbox.x1, words_of
        assert box.y1 <= figure.bbox.y1, words_of
    for (one, its), (other, mine) in combinations(boxes, 2):
        wide = min(its.x1, mine.x1) - max(its.x0, mine.x0)
        high = min(its.y1, mine.y1) - max(its.y0, mine.y0)
        assert min(wide, high) < 3.0, (one, other)


def inside(limits: tuple[float, float], tick: Text, axis: int) -> bool:
    low, high = sorted(limits)
    return low <= tick.get_position()[axis] <= high


def test_pictures_stand_in_the_folder_of_a_run_with_draws_alone(
    tmp_path: Path, pictures_unrendered: None
) -> None:
    for result, there in ((made_up(2), True), (made_up(2, draws=1), False)):
        result.plot.save_all(tmp_path / str(there))
        found = {path.stem for path in (tmp_path / str(there)).iterdir()}
        assert set(PICTURES) <= found if there else not set(PICTURES) & found


def test_the_plane_of_the_point_estimate_has_points_and_no_ellipse() -> None:
    ax = made_up(4, draws=1).plot.plane()
    assert not ax.patches
    assert "which is first is not known without parameter draws" in words(ax)
    assert len(made_up(4).plot.plane().patches) == 3


def test_the_checklist_has_all_items_and_is_honest_about_what_a_run_does_not_say() -> None:
    table = reporting(made_up(3)).set_index("item")
    assert list(table.index) == list(range(1, 29))
    assert set(table["answered"]) == {"yes", "in part", "no"}
    assert set(table.index[table["answered"] == "no"]) >= {2, 3, 4, 21, 25, 27, 28}
    assert (table["answer"] != "").all()
    assert "400 parameter draws" in table["answer"][20]
    few = reporting(made_up(3, draws=1)).set_index("item")
    assert few["answered"][[20, 24]].tolist() == ["no", "no"]
    assert reporting(of_many(1)).empty
    assert list(sheets_of(made_up(3))["reporting"].columns) == list(COLUMNS_OF_REPORTING)


@pytest.mark.parametrize("table", ["incremental", "net_benefit"])
def test_every_column_of_the_files_is_explained(table: str) -> None:
    assert list(COLUMN_WORDS[f"{table}.csv"]) == list(sheets_of(made_up(3))[table].columns)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ICER", "ratio"),
        ("incremental cost-effectiveness ratio", "ratio"),
        ("net monetary benefit", "net_benefit"),
        ("CEAC", "probability_best"),
        ("CEAF", "best"),
        ("cost-effectiveness plane", "plane"),
        ("expected loss", "expected_loss"),
        ("extended dominance", "standing"),
        ("willingness to pay", "rate"),
        ("CHEERS", "reporting.csv"),
    ],
)
def test_what_health_economists_say_is_explained(said: str, name: str) -> None:
    assert name in explanation(said, doors=door_names())


def test_what_differs_in_what_is_assumed_of_it_cannot_be_chosen() -> None:
    names = ["none", "usual_care", "rfa_cement@none", "rfa_cement", "noms"]
    run = SimpleNamespace(run={"strategies": names, "knobs": {}})
    assert names_to_choose(run) == ["usual_care", "rfa_cement", "noms"]  # type: ignore[arg-type]
