"""The pictures of finite access show what the tables hold, and say what is missing. Room: plots."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox
from scipy import stats

from sim import Center, Clinics, Demand, Population, Resource, Result, Scenario
from sim.clinics.log import TREATED
from sim.inputs.clinics import Goals
from sim.inputs.resource import Outage
from sim.plots.access_samples import goals, outages
from sim.plots.access_words import counted, percent_text
from sim.plots.drawing import LIGHT, SILVER, STRONG, new_axes
from sim.plots.headed_rows import HeadedRow, heights
from sim.plots.queue_panel import stacked
from sim.plots.waits import people_who_wait, pooled_days
from tests.clinics import run_with_logs

NAMES = ["usual_care", "rfa_cement"]
PICTURES_OF_ACCESS = ("waits", "within_goal", "queues", "utilization")
OUTAGE = Outage(starts=datetime.date(2010, 6, 1), days=30)
PERCENTILES = [f"p{level:02d}_days" for level in (5, 25, 50, 75, 95)]


def resources(linacs: int, share: float, **changed: Resource) -> dict[str, Resource]:
    """What a center has; others ask for its accelerators in proportion to its size."""
    routine = Demand(per_week=30 * share, minutes=15, sessions=20)
    urgent = Demand(per_week=12 * share, minutes=15, sessions=5, priority="urgent")
    return {
        "linear_accelerator": Resource(machines=linacs, others=(routine, urgent), on_call=True),
        "interventional_suite": Resource(machines=1, others=(Demand(per_week=15, minutes=90),)),
        "theater": Resource(machines=1, on_call=True),
        "radiopharmacy": Resource(machines=1),
        "consultant": Resource(machines=1, others=(Demand(per_week=30, minutes=30),)),
        **changed,
    }


def run(people: int, access: Clinics | None, **options: object) -> Result:
    population = Population.united_states(2010).scaled(people)
    scenario = Scenario(name="pictures", population=population, view="calendar", seed=5)
    return scenario.with_options(access=access, lookback_years=12, **options).run(workers=1)


@pytest.fixture(scope="module")
def linked() -> Result:
    """Two centers, one of which sends away; two strategies; two replicates; an outage."""
    suite = Resource(machines=1, others=(Demand(per_week=15, minutes=90),), outages=(OUTAGE,))
    north = resources(4, 0.7, interventional_suite=suite)
    own = {"linear_accelerator": north["linear_accelerator"]}
    own["consultant"] = Resource(machines=None)
    sent = dict.fromkeys(("interventional_suite", "theater", "radiopharmacy"), "north")
    centers = (
        Center(name="north", catchment=2.0, resources=north),
        Center(name="south", resources=own, sends_to=sent),
    )
    clinics = Clinics(centers=centers, warm_up_years=1, follow_up_years=1)
    return run(2_000, clinics, strategies=NAMES, replicates=2)


@pytest.fixture(scope="module")
def overloaded() -> Result:
    """One center with too few accelerators, one strategy, one replicate."""
    center = Center(name="north", resources=resources(2, 1.0))
    clinics = Clinics(
        centers=(center,), warm_up_years=1, follow_up_years=1, goals=Goals(emergency=0.5, urgent=3)
    )
    return run(3_000, clinics)


@pytest.fixture(scope="module")
def many() -> Result:
    """Six centers, of which the first is overloaded."""
    centers = tuple(
        Center(name=f"center_{i}", resources=resources(1 if i else 2, 0.2 if i else 1.0))
        for i in range(6)
    )
    clinics = Clinics(centers=centers, warm_up_years=1, follow_up_years=0)
    return run(1_000, clinics, strategies=[NAMES[1]])


@pytest.fixture(scope="module")
def unlimited() -> Result:
    """As much of everything as is asked for."""
    return run(1_000, Clinics.unlimited())


@pytest.fixture(scope="module")
def published() -> Result:
    """No finite access."""
    return run(500, None)


def test_strategies_without_courses_are_drawn_beside_those_with_them() -> None:
    center = Center(name="north", resources=resources(3, 0.5))
    clinics = Clinics(centers=(center,), warm_up_years=0, follow_up_years=0)
    result = run(1_000, clinics, strategies=["usual_care", "analgesia_only", "none"])
    assert "Half are treated within" in texts(result.plot.waits())
    labels = [label.get_text() for label in result.plot.utilization().get_yticklabels()]
    assert set(labels) == {"usual care", "analgesia only", "no care"}
    assert "analgesia only" not in texts(result.plot.within_goal())
    assert len(panels(result.plot.queues())) % 3 == 0
    with pytest.raises(ValueError, match="nobody with spinal metastasis began a course"):
        result.plot.waits(strategies=["none"])


def frame(result: Result, name: str, **where: object) -> pd.DataFrame:
    """Rows of a table of finite access."""
    rows = getattr(result, name)
    for column, value in where.items():
        rows = rows[rows[column] == value]
    assert isinstance(rows, pd.DataFrame)
    return rows


def texts(ax: Axes) -> str:
    """All words in the picture of an Axes."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return "\n".join(text.get_text() for panel in figure.axes for text in panel.texts)


def panels(ax: Axes) -> list[Axes]:
    """All Axes of the figure of one."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return list(figure.axes)


def bars(ax: Axes) -> list[Rectangle]:
    """Bars of a picture."""
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def marks(ax: Axes, width: float) -> set[tuple[float, float]]:
    """Upright marks of a line width: where, and on which height their middle is."""
    found = set()
    for lines in ax.collections:
        if np.isclose(lines.get_linewidth(), width).all():
            for segment in np.array(lines.get_segments()):  # type: ignore[attr-defined]
                found.add((round(segment[0, 0], 6), round(float(segment[:, 1].mean()), 6)))
    return found


@pytest.mark.parametrize("which", ["linked", "overloaded", "many"])
@pytest.mark.parametrize("name", PICTURES_OF_ACCESS)
def test_each_says_who_and_how_sure_and_no_words_cover_others(
    name: str, which: str, request: pytest.FixtureRequest
) -> None:
    ax = getattr(request.getfixturevalue(which).plot, name)()
    said = texts(ax).replace("\n", " ")
    assert "{" not in said
    assert "nan" not in said.split()
    assert "United States, " in said
    assert {"linked": "2 centers", "overloaded": "1 center", "many": "6 centers"}[which] in said
    assert "2 replicates" in said if which == "linked" else "one run" in said.lower()
    for (one, its), (other, mine) in combinations(boxes(ax), 2):
        wide = min(its.x1, mine.x1) - max(its.x0, mine.x0)
        high = min(its.y1, mine.y1) - max(its.y0, mine.y0)
        assert min(wide, high) < 1.0, (one, other)


def boxes(ax: Axes) -> list[tuple[str, Bbox]]:
    """All words in the picture of an Axes, and where they stand, in pixels."""
    canvas = FigureCanvasAgg(panels(ax)[0].figure)
    canvas.draw()
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    found = []
    for panel in panels(ax):
        low, high = sorted(panel.get_ylim())
        names = [t for t in panel.get_yticklabels() if low <= t.get_position()[1] <= high]
        words = [*panel.texts, *panel.get_xticklabels(), *names, panel.xaxis.label]
        found += [(t.get_text(), t.get_window_extent(renderer)) for t in words if t.get_text()]
    return found


def test_waits_are_those_of_the_table(overloaded: Result) -> None:
    ax = overloaded.plot.waits()
    groups = people_who_wait(overloaded, ["usual_care"], "all")
    medians = {at for at, _ in marks(ax, 2.4)}
    for group in groups:
        row = frame(
            overloaded,
            "waits",
            center="all",
            resource=group.resource,
            who=group.who,
            priority=group.priority,
        ).iloc[0]
        assert group.days == pytest.approx(row[PERCENTILES].tolist())
        assert group.within == pytest.approx(row["within_goal_percent"], nan_ok=True)
        assert round(row["p50_days"], 6) in medians
        assert counted(row["asked"]) in texts(ax).split("\n")
    assert len(bars(ax)) == len(groups)
    colors = {to_hex(bar.get_facecolor()) for bar in bars(ax)}
    assert colors == {LIGHT, SILVER}


def test_the_goals_of_the_scenario_are_marked_and_said(overloaded: Result) -> None:
    ax = overloaded.plot.waits()
    assert goals(overloaded) == {"emergency": 0.5, "urgent": 3.0, "routine": 14.0}
    assert {at for at, _ in marks(ax, 1.3)} <= {0.5, 3.0, 14.0}
    row = frame(
        overloaded, "waits", center="all", resource="any_treatment", priority="urgent"
    ).iloc[0]
    assert f"{percent_text(row['within_goal_percent'])} in 3 days" in texts(ax).split("\n")


def test_no_goal_is_marked_for_a_consult(overloaded: Result) -> None:
    ax = overloaded.plot.waits()
    groups = people_who_wait(overloaded, ["usual_care"], "all")
    rows = [HeadedRow(group.resource, f"{group.who} {group.priority}") for group in groups]
    with_mark = {y for _, y in marks(ax, 1.3)}
    for group, y in zip(groups, heights(rows)[0], strict=True):
        assert (round(y, 6) in with_mark) == (group.resource != "consultant")


def test_strategies_stand_side_by_side_unless_one_is_asked_for(linked: Result) -> None:
    labels = [label.get_text() for label in linked.plot.waits().get_yticklabels()]
    assert set(labels) == {"usual care", "RFA with cement"}
    ax = linked.plot.waits(strategies=["rfa_cement"])
    priorities = {"emergency", "urgent", "routine", "others, urgent", "others, routine"}
    assert {label.get_text() for label in ax.get_yticklabels()} <= priorities
    assert "Not drawn: usual care." in texts(ax).replace("\n", " ")


def test_an_unlimited_resource_has_no_rows(linked: Result, unlimited: Result) -> None:
    groups = people_who_wait(linked, NAMES, "south")
    assert "consultant" not in {group.resource for group in groups}
    assert "Unlimited, and left out: consultant." in texts(linked.plot.waits(center="south"))
    groups = people_who_wait(unlimited, ["usual_care"], "all")
    assert {group.resource for group in groups} == {"any_treatment"}
    assert "95% are treated at once" in texts(unlimited.plot.waits())


@given(
    st.lists(
        st.lists(st.floats(0.0, 500.0), min_size=5, max_size=5).map(sorted), min_size=1, max_size=6
    )
)
def test_a_pooled_distribution_lies_between_its_parts(parts: list[list[float]]) -> None:
    days = pooled_days(pd.DataFrame(parts, columns=PERCENTILES))
    assert days == sorted(days)
    # A distribution is made of a finite number of pieces.
    near = 1e-9 + 0.02 * max(part[-1] - part[0] for part in parts)
    for at, found in enumerate(days):
        of_parts = [part[at] for part in parts]
        assert min(of_parts) - near <= found <= max(of_parts) + near
    alike = pooled_days(pd.DataFrame([parts[0]] * 3, columns=PERCENTILES))
    assert np.allclose(alike, parts[0], atol=near)


def test_shares_within_the_goal_are_those_of_the_summary(linked: Result) -> None:
    ax = linked.plot.within_goal()
    points = {float(np.asarray(line.get_xdata())[0]) for line in ax.lines}
    for strategy in NAMES:
        for measure in ("treated", "emergency", "urgent"):
            value = linked.value(f"{measure}_within_goal", strategy)
            assert any(np.isclose(value, point) for point in points)
    low = frame(linked, "waits", resource="any_treatment", center="all", priority="all")
    shares = [mine["within_goal_percent"] for _, mine in low.groupby("strategy")]
    ends = [
        np.clip(stats.ttest_1samp(of, 0.0).confidence_interval(0.95), 0.0, 100.0)
        for of in shares
        if of.nunique() > 1
    ]
    segments = [
        sorted(np.asarray(segment)[:, 0])
        for lines in ax.collections
        for segment in lines.get_segments()  # type: ignore[attr-defined]
        if len(segment) > 0
    ]
    for wanted in ends:
        assert any(np.allclose(segment, wanted) for segment in segments)
    strong = {to_hex(line.get_color()) for line in ax.lines if line.get_xdata()[0] < 95.0}  # type: ignore[index]
    assert strong <= {STRONG}


def test_one_replicate_has_no_interval(overloaded: Result) -> None:
    said = texts(overloaded.plot.within_goal())
    assert "95% interval" not in said
    assert "No intervals: one set of parameters, one run." in said.replace("\n", " ")


def test_queues_are_those_of_the_months(linked: Result) -> None:
    ax = linked.plot.queues(resources=["linear_accelerator"], strategies=[NAMES[1]])
    thick = [line for line in ax.lines if line.get_linewidth() > 1.0]
    for line, center in zip(thick, ("north", "south"), strict=True):
        rows = frame(
            linked,
            "queues",
            resource="linear_accelerator",
            strategy=NAMES[1],
            center=center,
        )
        mean = rows.groupby("months_since_start")["queue"].mean()
        assert np.allclose(np.asarray(line.get_ydata(), float), mean)
        assert np.asarray(line.get_xdata(), float)[0] == pytest.approx(2010 + 0.5 / 12)
        used = frame(
            linked, "lines", resource="linear_accelerator", strategy=NAMES[1], center=center
        )["used_percent"].mean()
        assert f"{center}\n{percent_text(used)} used" in texts(ax)
    assert len(ax.lines) == 2 * (1 + 2)
    assert ax.get_ylim()[0] == 0.0


def test_a_panel_for_each_resource_and_strategy_on_one_scale(linked: Result) -> None:
    every = panels(linked.plot.queues())
    assert len(every) % len(NAMES) == 0
    for left, right in zip(every[::2], every[1::2], strict=True):
        assert left.get_ylim() == right.get_ylim()
    assert "Usual care" in texts(every[0])


def test_an_outage_is_marked_where_it_is(linked: Result) -> None:
    found = outages(linked)
    assert [(o.center, o.resource, o.machines) for o in found] == [
        ("north", "interventional_suite", 1)
    ]
    assert found[0].starts == pytest.approx(2010 + 151 / 365.25)
    assert found[0].ends - found[0].starts == pytest.approx(30 / 365.25)
    for panel in panels(linked.plot.queues(strategies=NAMES[:1])):
        words = [text.get_text() for text in panel.texts]
        assert ("1 machine out" in words) == ("Interventional suite" in words)


def test_an_overloaded_line_is_strong_and_said_to_be(overloaded: Result) -> None:
    lines = frame(overloaded, "lines").set_index("resource")
    assert lines["overloaded"].tolist() == (lines.index == "linear_accelerator").tolist()
    ax = overloaded.plot.queues()
    for panel in panels(ax):
        said = [text.get_text() for text in panel.texts]
        strong = {to_hex(line.get_color()) for line in panel.lines} == {STRONG}
        assert strong == ("Linear accelerator" in said)
        assert strong == any("used\noverloaded" in words for words in said)
    months = frame(overloaded, "queues", resource="linear_accelerator")["queue"]
    title = texts(ax).replace("\n", " ")
    assert f"with {counted(months.iloc[0])} people in line at first" in title
    assert f"and {counted(months.iloc[-1])} at last" in title
    bar = bars(overloaded.plot.utilization())[0]
    assert to_hex(bar.get_facecolor()) == STRONG


def test_overload_in_some_replicates_is_said_with_their_number(linked: Result) -> None:
    lines = frame(linked, "lines").copy()
    one = (lines["resource"] == "interventional_suite") & (lines["replicate"] == 1)
    lines["overloaded"] = one
    changed = replace(linked, lines=lines)
    for ax in (changed.plot.queues(), changed.plot.utilization()):
        assert "overloaded in 1 of 2" in texts(ax)
        assert "in so many of 2 replicates" in texts(ax).replace("\n", " ")
    colors = [to_hex(bar.get_facecolor()) for bar in bars(changed.plot.utilization())]
    assert colors.count(STRONG) == len(NAMES)


def test_many_centers_are_added_up(many: Result) -> None:
    ax = many.plot.queues(resources="linear_accelerator")
    rows = frame(many, "queues", resource="linear_accelerator")
    summed = rows.groupby("months_since_start")["queue"].sum()
    assert np.allclose(np.asarray(ax.lines[0].get_ydata(), float), summed)
    lines = frame(many, "lines", resource="linear_accelerator")
    n = int(lines["overloaded"].sum())
    assert n >= 1
    assert f"{n} overloaded" in texts(ax)
    use = many.plot.utilization()
    together = float(np.average(lines["used_percent"], weights=lines["machines"]))
    widths = [bar.get_width() for bar in bars(use)]
    assert any(np.isclose(width, together) for width in widths)
    assert f"overloaded at {n} of 6 centers" in texts(use)
    assert len(bars(use)) == frame(many, "lines")["resource"].nunique() - len(unasked(many))
    assert many.plot.queues(center="center_3", resources="linear_accelerator")


def unasked(result: Result) -> list[str]:
    """Resources that nobody asked for."""
    asked = frame(result, "lines").groupby("resource")["asked"].sum()
    return [str(name) for name in asked[asked == 0].index]


def test_a_resource_nobody_asked_for_is_left_out(many: Result) -> None:
    nobody = unasked(many)
    assert nobody, "this test needs one"
    said = texts(many.plot.queues()).replace("\n", " ")
    assert "Nobody asked for" in said
    labels = [label.get_text().lower() for label in many.plot.utilization().get_yticklabels()]
    assert not set(labels) & {name.replace("_", " ") for name in nobody}


def test_use_is_that_of_the_lines(linked: Result) -> None:
    ax = linked.plot.utilization()
    lines = frame(linked, "lines")
    limited = lines[np.isfinite(lines["machines"])]
    means = limited.groupby(["resource", "center", "strategy"])
    widths = sorted(bar.get_width() for bar in bars(ax))
    kept = means["asked"].sum().groupby("resource").transform("sum") > 0
    assert np.allclose(widths, sorted(means["used_percent"].mean()[kept]))
    offered = {at for at, _ in marks(ax, 1.8)}
    assert np.allclose(sorted(offered), sorted(set(means["offered_percent"].mean()[kept].round(6))))
    assert all(to_hex(bar.get_facecolor()) == SILVER for bar in bars(ax))
    summed = limited[limited["resource"] == "theater"].groupby("strategy")[
        ["asked", "asked_spinal"]
    ]
    for strategy, row in summed.sum().iterrows():
        assert strategy in NAMES
        assert percent_text(100.0 * row["asked_spinal"] / row["asked"]) in texts(ax).split("\n")


def test_both_pictures_say_of_beds_what_the_log_does() -> None:
    """Open, occupied and waited for: recomputed from stays and waits, by both and by the tables."""
    days_in_bed, beds = 5.0, 4
    theater = Resource(machines=1, others=(Demand(per_week=5, minutes=200, bed_days=days_in_bed),))
    kinds = {**resources(3, 0.7), "theater": theater, "bed": Resource(machines=beds)}
    clinics = Clinics(
        centers=(Center(name="north", resources=kinds),), warm_up_years=1, follow_up_years=1
    )
    people = Population.united_states(2010).scaled(1_000)
    scenario = Scenario(name="beds", population=people, view="calendar", lookback_years=3, seed=5)
    result, [log] = run_with_logs(scenario.with_options(access=clinics))
    waits = log.waits[log.waits["bed_days"] > 0.0]
    low, high = 365.0, 730.0

    def inside(since: Any, until: Any) -> float:
        return float(np.clip(np.minimum(until, high) - np.maximum(since, low), 0.0, None).sum())

    asked = waits[(waits["asked"] >= low) & (waits["asked"] < high)]
    begun = waits[waits["outcome"] == TREATED]
    offered = 100.0 * asked["bed_days"].sum() / (beds * 365.0)
    used = 100.0 * inside(begun["ended"], begun["ended"] + begun["bed_days"]) / (beds * 365.0)
    in_line = inside(waits["no_bed_from"], waits["no_bed_until"]) / 365.0
    assert in_line > 1.0
    [line] = frame(result, "lines", resource="bed").to_dict("records")
    assert line["asked"] == len(asked)
    assert line["offered_percent"] == pytest.approx(offered)
    # Who dies in bed leaves it before the stay is over.
    assert used - 1.0 < line["used_percent"] <= used + 1e-9
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    months = frame(result, "queues", resource="bed")
    assert (months["queue"] * days).sum() / 365.0 == pytest.approx(in_line)
    assert (months["used_percent"] * days).sum() / 365.0 == pytest.approx(line["used_percent"])
    utilization = result.plot.utilization()
    names = [label.get_text() for label in utilization.get_yticklabels()]
    [place] = [y for y, name in zip(utilization.get_yticks(), names, strict=True) if name == "Bed"]
    [bar] = [b for b in bars(utilization) if b.get_y() < place < b.get_y() + b.get_height()]
    assert bar.get_width() == pytest.approx(line["used_percent"])
    queues = result.plot.queues()
    [panel] = [p for p in panels(queues) if "Bed" in [text.get_text() for text in p.texts]]
    assert np.allclose(np.asarray(panel.lines[0].get_ydata(), float), months["queue"])
    assert f"{percent_text(line['used_percent'])} used" in texts(panel)
    for picture in (utilization, queues):
        assert "Nobody asked for bed" not in texts(picture)
        assert ("overloaded" in texts(picture)) == bool(line["overloaded"])
    spinal = asked[asked["other"] == 0]
    without = (spinal["no_bed_until"] - spinal["no_bed_from"]).sum()
    assert line["spinal_days_in_line"] == pytest.approx(without)


def test_each_draws_into_the_axes_it_is_given(overloaded: Result, linked: Result) -> None:
    for name in ("waits", "within_goal", "utilization"):
        mine = new_axes(9.0, 9.0, left=2.0)
        assert getattr(overloaded.plot, name)(mine) is mine
    mine = new_axes(9.0, 4.0, left=1.0)
    assert overloaded.plot.queues(mine, resources="theater") is mine
    with pytest.raises(ValueError, match=r"ax is one Axes, but there are \d resources under 2"):
        linked.plot.queues(new_axes(9.0, 4.0, left=1.0))


MISSING: dict[str, tuple[str, Callable[[Any], Axes], str]] = {
    "no access": ("published", lambda p: p.waits(), "access is not given"),
    "no access, queues": ("published", lambda p: p.queues(), "access is not given"),
    "no limit": ("unlimited", lambda p: p.queues(), "every resource is unlimited"),
    "no limit, use": ("unlimited", lambda p: p.utilization(), "every resource is unlimited"),
    "center": ("linked", lambda p: p.waits(center="nort"), "did you mean 'north'"),
    "goal of center": ("linked", lambda p: p.within_goal(center="east"), "center is 'east'"),
    "strategy": ("linked", lambda p: p.queues(strategies=["rfa"]), "did you mean 'rfa_cement'"),
    "resource": ("linked", lambda p: p.queues(resources="theatre"), "did you mean 'theater'"),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_is_missing_is_said_in_one_sentence(case: str, request: pytest.FixtureRequest) -> None:
    which, draw, message = MISSING[case]
    with pytest.raises(ValueError, match=message) as caught:
        draw(request.getfixturevalue(which).plot)
    assert "\n" not in str(caught.value)


def test_a_folder_gets_the_pictures_that_the_run_has(
    unlimited: Result, tmp_path: Path, pictures_unrendered: None
) -> None:
    unlimited.plot.save_all(tmp_path)
    found = {path.stem for path in tmp_path.glob("*.png")}
    assert found & set(PICTURES_OF_ACCESS) == {"waits", "within_goal"}


@given(
    st.lists(st.tuples(st.floats(0.0, 10.0), st.floats(0.5, 3.0)), min_size=1, max_size=3),
)
def test_labels_beside_a_panel_do_not_cover_each_other(labels: list[tuple[float, float]]) -> None:
    values, tall = [value for value, _ in labels], [height for _, height in labels]
    found = stacked(values, tall, 10.0)
    for i, j in combinations(range(len(found)), 2):
        assert abs(found[i] - found[j]) >= (tall[i] + tall[j]) / 2 - 1e-6
        if values[i] < values[j]:
            assert found[i] < found[j]
    assert min(y - height / 2 for y, height in zip(found, tall, strict=True)) >= -1e-6
    assert max(y + height / 2 for y, height in zip(found, tall, strict=True)) <= 10.0 + 1e-6
