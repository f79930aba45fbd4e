"""The pictures of care show what the result holds, and say what is missing. Room: plots."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from sim import Population, Result, Scenario
from sim.evidence.mistakes import InputError
from sim.evidence.pain_courses import pain_courses
from sim.evidence.rows import FOLDER
from sim.evidence.vocabulary import PAUSE_CAUSES
from sim.plots.care_samples import levels, setting_of_holds
from sim.plots.drawing import new_axes
from sim.plots.frontier_panel import MARKERS
from sim.plots.labels import apart, label_points
from sim.plots.twins import unpaired
from sim.tables.compare import COMPARED, on_frontier
from sim.tables.reconciliation import reconciliation

NAMES = ["usual_care", "analgesia_only", "rfa_cement"]
PICTURES_OF_CARE = (
    "frontier",
    "states",
    "twins",
    "for_whom",
    "delays",
    "delay_parts",
    "resumption",
    "pain_after_treatment",
    "counts",
)
ONE_STRATEGY_NEEDS = set(PICTURES_OF_CARE) - {"frontier", "twins", "for_whom"}
"""Pictures that need one strategy only."""
DELAY = "delay_days"


def run(people: int, strategies: list[str], **options: object) -> Result:
    population = Population.united_states(2010).scaled(people)
    scenario = Scenario(name="pictures", population=population, seed=5)
    return scenario.with_options(strategies=strategies, **options).run()


@pytest.fixture(scope="module")
def point() -> Result:
    """The point estimate of three strategies."""
    return run(20_000, NAMES)


@pytest.fixture(scope="module")
def few_draws() -> Result:
    """Three strategies under three draws, too few for an interval."""
    return run(10_000, NAMES, draws=3, people_per_draw=5_000)


@pytest.fixture(scope="module")
def held() -> Result:
    """One strategy under two settings of holds, and analgesia."""
    return run(8_000, ["ebrt_8gy1", "ebrt_8gy1@none", "analgesia_only"])


@pytest.fixture(scope="module")
def without_care() -> Result:
    """No care at all."""
    return run(1_000, ["none"])


def texts(ax: Axes) -> str:
    """All words in the picture of an Axes, its title first."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return "\n".join(text.get_text() for panel in figure.axes for text in panel.texts)


def course(line: Line2D) -> list[tuple[float, float]]:
    """Points of a line."""
    x, y = (np.asarray(values, float).tolist() for values in (line.get_xdata(), line.get_ydata()))
    return list(zip(x, y, strict=True))


def bars(ax: Axes) -> list[Rectangle]:
    """Bars of the rows of a picture, without those of its key."""
    every = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return [bar for bar in every if bar.get_y() >= -0.5]


@pytest.mark.parametrize("which", ["point", "thirty_nine_draws"])
@pytest.mark.parametrize("name", PICTURES_OF_CARE)
def test_each_is_drawn_and_says_who_and_how_sure(
    name: str, which: str, request: pytest.FixtureRequest
) -> None:
    result = request.getfixturevalue(which)
    ax = getattr(result.plot, name)()
    assert isinstance(ax, Axes)
    said = texts(ax).replace("\n", " ")
    assert "{" not in said
    assert "United States, " in said
    assert "95%" in said or "No intervals" in said
    if name != "counts":
        assert f"{result.trigger_set_people:,} people" in said
    if name not in ("counts", "pain_after_treatment"):
        assert "within a year of the first trigger" in said
    if which == "thirty_nine_draws":
        assert "39 joint draws" in said


@pytest.mark.parametrize("name", PICTURES_OF_CARE)
def test_of_few_draws_no_interval_is_drawn_and_each_says_so(few_draws: Result, name: str) -> None:
    said = texts(getattr(few_draws.plot, name)()).replace("\n", " ")
    assert "No intervals: 3 parameter draws, too few for a 95% interval, which takes 39." in said
    assert "nan" not in said
    assert "(95%)" not in said


@pytest.mark.parametrize("name", sorted(set(PICTURES_OF_CARE) - {"twins"}))
def test_each_draws_into_the_axes_it_is_given(point: Result, name: str) -> None:
    mine = new_axes(9.0, 6.0, left=1.0)
    assert getattr(point.plot, name)(mine) is mine
    assert point.plot.twins(new_axes(9.0, 6.0, left=1.0), measures=["pain_days"])


def test_the_frontier_stands_where_the_outcomes_are(point: Result) -> None:
    ax = point.plot.frontier()
    points = [line for line in ax.lines if line.get_marker() in set(MARKERS.values())]
    marks = {course(line)[0] for line in points}
    lost, eased = (levels(point, m)["mean"] for m in ("therapy_days_lost", "days_pain_below_4"))
    assert marks == {(lost[name], eased[name]) for name in NAMES}
    assert lost[NAMES[0]] == 0.0
    assert lost.min() < 0.0
    assert ax.get_ylim()[0] < ax.get_ylim()[1]
    ax = point.plot.frontier(relief="pain_days", delay=DELAY)
    points = [line for line in ax.lines if line.get_marker() in set(MARKERS.values())]
    marks = {course(line)[0] for line in points}
    delay, pain = levels(point, DELAY)["mean"], levels(point, "pain_days")["mean"]
    assert marks == {(delay[name], pain[name]) for name in NAMES}
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    low, high = point.plot.frontier(relief="relieved").get_ylim()
    assert low < high


def test_both_bars_of_a_strategy_are_all_days_to_the_horizon(point: Result) -> None:
    found: dict[int, list[Rectangle]] = {}
    for bar in bars(point.plot.states()):
        found.setdefault(round(100 * (bar.get_y() + bar.get_height() / 2)), []).append(bar)
    assert len(found) == 2 * len(NAMES)
    for row in found.values():
        assert sum(bar.get_width() for bar in row) == pytest.approx(365.25, abs=0.05)
    courses = levels(point, "courses_per_person")["mean"]
    for picture in ("states", "twins", "frontier", "delay_parts"):
        said = texts(getattr(point.plot, picture)()).replace("\n", " ")
        assert f"analgesia only 0.00, usual care {courses['usual_care']:.2f}" in said, picture


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=8))
def test_the_frontier_is_what_nothing_beats(points: list[tuple[int, int]]) -> None:
    delay, pain = (np.array(column, float) for column in zip(*points, strict=True))
    for kept, mine in zip(on_frontier(delay, pain), points, strict=True):
        beaten = any(p != mine and p[0] <= mine[0] and p[1] <= mine[1] for p in points)
        assert kept != beaten


def test_a_panel_for_each_setting_of_holds_on_the_same_axes(held: Result) -> None:
    first = held.plot.frontier()
    figure = first.get_figure(root=True)
    assert figure is not None
    assert len(figure.axes) == 2
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in figure.axes}) == 1
    for ax in figure.axes:
        words = [text.get_text() for text in ax.texts]
        assert any(word.startswith("analgesia only") for word in words), "it has no holds"
    with pytest.raises(ValueError, match="ax is one Axes, but the strategies have 2 settings"):
        held.plot.frontier(new_axes(5.0, 5.0, left=1.0))


def test_the_setting_of_holds_is_read_from_the_strategy_then_the_scenario(held: Result) -> None:
    assert setting_of_holds("noms@none", held.run) == "none"
    assert setting_of_holds("noms(holds=by_modality)", held.run) == "by_modality"
    assert setting_of_holds("noms", held.run) == "published"
    assert setting_of_holds("noms", {"knobs": {"holds": "none"}}) == "none"


def test_parts_of_the_delay_add_up_to_it(point: Result) -> None:
    parts = sum(levels(point, f"{cause}_days")["mean"] for cause in PAUSE_CAUSES)
    total = levels(point, DELAY)["mean"]
    # Each of the five parts is counted in hundredths of a day a person.
    assert np.allclose(parts, total, atol=5 * 0.005)
    ax = point.plot.delay_parts()
    ends = [bar.get_x() + bar.get_width() for bar in bars(ax)]
    assert max(ends) == pytest.approx(total.max(), abs=0.01)


def test_ends_of_pauses_fill_the_bar(point: Result) -> None:
    ax = point.plot.resumption()
    widths: dict[int, float] = {}
    for bar in bars(ax):
        row = round(bar.get_y() + bar.get_height() / 2)
        assert bar.get_width() >= -1e-9
        widths[row] = widths.get(row, 0.0) + bar.get_width()
    assert list(widths.values()) == pytest.approx([100.0] * 2)
    assert "No pause under analgesia only" in texts(ax).replace("\n", " ")


def test_the_wide_interval_is_what_the_twins_would_have_without_pairing(point: Result) -> None:
    table = point.compare()
    for _, row in table[table["subgroup"] == "all"].iterrows():
        low, high = unpaired(point, row["strategy"], row["measure"], row)
        if row["hi"] > row["lo"]:
            times = (high - low) / (row["hi"] - row["lo"])
            assert times**2 == pytest.approx(row["narrowing"], rel=1e-4)


def test_for_whom_takes_the_strategy_that_differs_most(point: Result) -> None:
    table = point.compare()
    whole = table[(table["subgroup"] == "all") & (table["measure"] == "days_pain_below_4")]
    most = whole.set_index("strategy")["difference"].abs().idxmax()
    words = {"analgesia_only": "Analgesia only", "rfa_cement": "RFA with cement"}[str(most)]
    assert f"{words} against usual care" in texts(point.plot.for_whom())
    assert "RFA with cement against usual care" in texts(point.plot.for_whom(strategy="rfa_cement"))
    labels = [t.get_text() for t in point.plot.for_whom().get_yticklabels()]
    assert labels[0] == "Everybody"
    assert {"Lytic", "Stable"} <= set(labels)


def test_published_courses_stand_beside_their_treatment(point: Result) -> None:
    first = point.plot.pain_after_treatment()
    figure = first.get_figure(root=True)
    assert figure is not None
    assert len(figure.axes) == 2
    drawn_points = {point for line in figure.axes[1].lines for point in course(line)}
    for reading in pain_courses():
        if reading.treatment == "rfa_cement":
            assert (float(np.log1p(reading.days)), reading.value) in drawn_points
    hollow = [line for line in figure.axes[1].lines if line.get_markerfacecolor() == "white"]
    assert len(hollow) == 1
    assert "no earlier radiotherapy" in str(hollow[0].get_label())


def test_no_input_row_and_no_validation_row_share_a_source() -> None:
    roles = {(r.source, r.role) for r in pain_courses()}
    assert len(roles) == len({source for source, _ in roles})
    assert {"input", "validate"} == {role for _, role in roles}


FAULTS = {
    "treatment": ("rfa_cement,0,", "rfa_cemnt,0,", "treatment is 'rfa_cemnt'; did you mean"),
    "role": (",input,levy2020", ",inputs,levy2020", "role is 'inputs'; did you mean 'input'"),
    "source": ("levy2020", "nobody1999", "source 'nobody1999' is not in sources.csv"),
    "value": (
        ",0,8.2,",
        ",0,82,",
        "value is '82'; allowed: at most 10",
    ),
    "number": (",0,8.2,", ",0,high,", "value is 'high'; allowed: a number"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_published_row_stops_with_its_line(fault: str, tmp_path: Path) -> None:
    right, wrong, message = FAULTS[fault]
    text = (FOLDER / "pain_courses.csv").read_text(encoding="utf-8")
    (tmp_path / "pain_courses.csv").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    (tmp_path / "sources.csv").write_bytes((FOLDER / "sources.csv").read_bytes())
    with pytest.raises(InputError) as caught:
        pain_courses(tmp_path / "pain_courses.csv")
    assert str(caught.value).startswith("pain_courses.csv, line 2: ")
    assert message in str(caught.value)


def test_counts_are_those_of_the_table(point: Result) -> None:
    ax = point.plot.counts()
    assert len(ax.lines) == 1, "no strategy changes seeding"
    rows = point.case_counts
    mine = rows[(rows["measure"] == "new_spinal_metastasis") & (rows["strategy"] == NAMES[0])]
    by_year = mine.groupby("year")["count"].sum()
    for year, count in course(ax.lines[0]):
        assert count == by_year[int(year)]
    assert len(point.plot.counts(measure="new_cord_compression").lines) > 1


MISSING: dict[str, tuple[str, Callable[[Result], Axes], str]] = {
    "no care": ("without_care", lambda r: r.plot.delays(), "strategies is 'none' alone"),
    "no reference": ("without_care", lambda r: r.plot.frontier(), "strategies is 'none' alone"),
    "relief": ("point", lambda r: r.plot.frontier(relief="pain"), "did you mean 'pain_days'"),
    "delay": ("point", lambda r: r.plot.frontier(delay="delay"), "did you mean 'delay_days'"),
    "delays": ("point", lambda r: r.plot.delays(measure="delay"), "did you mean 'delay_days'"),
    "twins": ("point", lambda r: r.plot.twins(measures=["pain_day"]), "did you mean 'pain_days'"),
    "counts": ("point", lambda r: r.plot.counts(measure="spinal"), "measure is 'spinal'"),
    "for whom": (
        "point",
        lambda r: r.plot.for_whom(strategy="rfa"),
        "strategy is 'rfa'; did you mean 'rfa_cement'",
    ),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_is_missing_is_said_in_one_sentence(case: str, request: pytest.FixtureRequest) -> None:
    which, draw, message = MISSING[case]
    with pytest.raises(ValueError, match=message) as caught:
        draw(request.getfixturevalue(which))
    assert "\n" not in str(caught.value)


def test_a_folder_gets_the_pictures_that_the_run_has(
    point: Result, without_care: Result, tmp_path: Path, pictures_unrendered: None
) -> None:
    point.plot.save_all(tmp_path / "three")
    without_care.plot.save_all(tmp_path / "none")
    run(2_000, ["usual_care"]).plot.save_all(tmp_path / "one")
    found = {
        which: {path.stem for path in (tmp_path / which).glob("*.png")} & set(PICTURES_OF_CARE)
        for which in ("three", "one", "none")
    }
    assert found["three"] == set(PICTURES_OF_CARE)
    assert found["one"] == ONE_STRATEGY_NEEDS
    assert found["none"] == {"counts"}


def test_the_reconciliation_counts_the_reference_strategy_once() -> None:
    options = {"view": "calendar", "lookback_years": 3}
    one = reconciliation(run(1_500, ["usual_care"], **options))
    two = reconciliation(run(1_500, ["usual_care", "analgesia_only"], **options))
    assert one["mean"].tolist() == two["mean"].tolist()


@given(
    st.lists(st.floats(-100.0, 100.0), min_size=1, max_size=12),
    st.floats(0.1, 10.0),
)
def test_apart_keeps_order_and_distance(values: list[float], gap: float) -> None:
    found = apart(values, gap)
    order = np.argsort(values, kind="stable")
    assert (np.diff(found[order]) >= gap - 1e-6).all()
    if len(values) == 1 or np.diff(np.sort(values)).min() >= gap:
        assert np.allclose(found, values)


def test_labels_cover_neither_each_other_nor_points() -> None:
    ax = new_axes(9.0, 6.0, left=1.0)
    ax.set_xlim(0, 10)
    ax.set_ylim(0, 10)
    x, y = [5.0, 5.1, 5.2, 5.1, 9.9, 0.1], [5.0, 5.05, 5.3, 4.7, 9.9, 0.1]
    label_points(ax, x, y, ["a strategy with a name"] * len(x))
    figure = ax.get_figure(root=True)
    assert figure is not None
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    boxes = []
    for label in ax.texts:
        label.set_visible(True)
        if hasattr(label, "arrow_patch") and label.arrow_patch is not None:
            label.arrow_patch = None
        boxes.append(label.get_window_extent(renderer))
    assert len(boxes) == len(x)
    room = ax.get_window_extent(renderer)
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    for box in boxes:
        assert room.x0 <= box.x0
        assert box.x1 <= room.x1


def test_every_compared_measure_has_a_picture(point: Result) -> None:
    for measure in COMPARED:
        assert point.plot.for_whom(measure=measure, strategy="rfa_cement")


def test_a_run_of_too_few_people_to_compare_leaves_pictures_out(tmp_path: Path) -> None:
    few = Population.united_states(2010).scaled(10)
    result = Scenario(name="tiny", population=few, strategies=["usual_care", "ebrt_8gy1"]).run()
    result.write(tmp_path)
    drawn = {path.stem for path in (tmp_path / "figures").glob("*.png")}
    assert "counts" in drawn
    assert not drawn & {"twins", "for_whom"}
