"""Pictures of many strategies with long names: nothing is cut, and no words cover others.

Rooms: plots.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim import Population, Result, Rule, Scenario, Strategy
from sim.plots import PICTURES
from sim.plots.drawing import NothingToDrawError

OTHERS = (
    *("noms", "rfa_cement", "ebrt_30gy10", "ebrt_8gy1", "ebrt_20gy5", "vertebroplasty"),
    *("kyphoplasty", "rfa_ebrt", "microwave", "cryoablation", "curettage_sm153", "surgery_rt"),
)

OF_OTHER_RUNS = {
    *("reconciliation", "waits", "within_goal", "queues", "utilization"),
    *("acceptability", "expected_loss"),
}
"""Pictures of the whole United States in the calendar view, of clinics, and of draws."""
COMPARING = {"frontier", "plane", "twins", "for_whom"}
OF_ONE = [name for name in PICTURES if name not in OF_OTHER_RUNS | COMPARING]
OF_SEVERAL = [name for name in PICTURES if name not in OF_OTHER_RUNS]


@cache
def run(n: int) -> Result:
    """A small run of so many strategies, the first ones with names of fifty letters."""
    mine = [
        Strategy(
            name=f"stereotactic_radiotherapy_if_prognosis_over_{months}_months",
            rules=[Rule(when={"prognosis_months": (months, 600)}, give="sbrt_24gy2")],
            otherwise="ebrt_8gy1",
        )
        for months in (3, 6, 12)
    ]
    return Scenario(
        name="crowded",
        population=Population.united_states(2015).scaled(8_000),
        years=(2015, 2015),
        strategies=["usual_care", *mine, *OTHERS][:n],
    ).run()


def drawn(n: int, name: str) -> Axes:
    ax: Axes = getattr(run(n).plot, name)()
    return ax


def figure_of(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def words(figure: Figure) -> list[tuple[str, Bbox]]:
    """All words of a figure that are seen, and where they stand, in pixels."""
    FigureCanvasAgg(figure).draw()
    found = []
    for ax in figure.axes:
        low, high = sorted(ax.get_ylim())
        left, right = sorted(ax.get_xlim())
        ticks = [t for t in ax.get_yticklabels() if low <= t.get_position()[1] <= high]
        ticks += [t for t in ax.get_xticklabels() if left <= t.get_position()[0] <= right]
        legend = ax.get_legend()
        keys = [] if legend is None else legend.get_texts()
        texts: list[Text] = [*ax.texts, *ticks, *keys, ax.xaxis.label]
        for text in texts:
            if text.get_text().strip() and text.get_visible():
                found.append((text.get_text(), Text.get_window_extent(text)))
    return found


@pytest.mark.parametrize(
    ("n", "name"),
    [(n, name) for n in (1, 3, 8, 16) for name in (OF_ONE if n == 1 else OF_SEVERAL)],
)
def test_no_words_are_cut_and_none_cover_others(n: int, name: str) -> None:
    figure = figure_of(drawn(n, name))
    every = words(figure)
    for text, box in every:
        assert box.x0 >= 0.0, text
        assert box.y0 >= 0.0, text
        assert box.x1 <= figure.bbox.x1, text
        assert box.y1 <= figure.bbox.y1, text
    for (one, its), (other, mine) in combinations(every, 2):
        wide = min(its.x1, mine.x1) - max(its.x0, mine.x0)
        high = min(its.y1, mine.y1) - max(its.y0, mine.y0)
        assert min(wide, high) < 3.0, (one, other)


@pytest.mark.parametrize("n", [8, 16])
def test_no_name_stands_over_a_point_of_the_frontier(n: int) -> None:
    ax = drawn(n, "frontier")
    figure = figure_of(ax)
    every = words(figure)
    for line in ax.lines:
        if line.get_marker() in "osD^v" and len(line.get_xdata()) == 1:  # type: ignore[arg-type,operator]
            at = ax.transData.transform((line.get_xdata()[0], line.get_ydata()[0]))  # type: ignore[index]
            assert not any(box.contains(*at) for _, box in every)


@pytest.mark.parametrize("name", sorted(set(PICTURES) - set(OF_ONE)))
def test_what_a_run_of_one_strategy_has_nothing_for_is_refused(name: str) -> None:
    with pytest.raises(NothingToDrawError):
        drawn(1, name)


@pytest.mark.parametrize("name", OF_ONE)
def test_one_strategy_is_not_compared_with_itself(name: str) -> None:
    said = " ".join(text for text, _ in words(figure_of(drawn(1, name))))
    assert "reference" not in said
    assert "times narrower" not in said


@pytest.mark.parametrize("name", ["pain_after_treatment", "frontier", "states"])
def test_a_figure_that_its_owner_saves_has_no_ink_at_its_edges(name: str, tmp_path: Path) -> None:
    figure_of(drawn(8, name)).savefig(tmp_path / "x.png")
    pixels = imread(tmp_path / "x.png")[..., :3]
    for edge in (pixels[:3], pixels[-3:], pixels[:, :3], pixels[:, -3:]):
        assert edge.min() == 1.0
