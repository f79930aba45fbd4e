"""A picture is one function in a file of its name, found by that name. Room: plots."""

from __future__ import annotations

import inspect
import pydoc
from dataclasses import fields
from importlib import import_module
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from sim import Population, Result, Scenario
from sim import plots as room
from sim.plots import PICTURES, Plots, drawing
from sim.tables.run_tables import RunTables
from tests.unit.test_rooms import GRAPH


@pytest.fixture(scope="module")
def result() -> Result:
    """Five hundred people, followed to death."""
    return Scenario(name="small", population=Population.united_states(2010).scaled(500)).run()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_a_function_of_the_tables_in_a_file_of_its_name(name: str) -> None:
    draw = getattr(import_module(f"sim.plots.{name}"), name)
    assert inspect.isfunction(draw)
    tables, ax, *options = inspect.signature(draw).parameters.values()
    assert (tables.name, tables.annotation) == ("tables", "RunTables")
    assert (ax.name, ax.default) == ("ax", None)
    for option in options:
        assert option.kind is inspect.Parameter.KEYWORD_ONLY
        assert option.default is not inspect.Parameter.empty
    words = inspect.getdoc(draw)
    assert words is not None
    first, blank, *rest = words.split("\n")
    assert first.endswith(".")
    assert blank == ""
    for parameter in (ax, *options):
        assert any(line.startswith(parameter.name) for line in rest), parameter.name


def test_each_picture_is_listed_once() -> None:
    assert len(set(PICTURES)) == len(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_help_says_what_is_drawn_and_how_it_is_called(name: str, result: Result) -> None:
    picture = getattr(result.plot, name)
    own = inspect.signature(getattr(import_module(f"sim.plots.{name}"), name))
    assert list(inspect.signature(picture).parameters) == list(own.parameters)[1:]
    said = pydoc.plain(pydoc.render_doc(picture))
    assert f"{name}(ax: " in said
    assert str(picture.__doc__).splitlines()[0] in said
    assert "tables" not in said.replace(f"module sim.plots.{name}", "")


def test_dir_lists_the_pictures_and_what_writes_them(result: Result) -> None:
    assert {*PICTURES, "save_all"} <= set(dir(result.plot))


def test_an_unknown_picture_is_told_the_nearest(result: Result) -> None:
    with pytest.raises(AttributeError, match="no picture 'fronteir'; did you mean 'frontier'"):
        result.plot.fronteir  # noqa: B018
    assert not hasattr(result.plot, "_anything")


def test_pictures_are_drawn_from_tables_alone(result: Result) -> None:
    tables = RunTables(**{one.name: getattr(result, one.name) for one in fields(RunTables)})
    assert isinstance(Plots(tables).by_age(), Axes)


def test_published_numbers_stand_beside_no_other_view(result: Result) -> None:
    with pytest.raises(ValueError, match="view is 'cohort'; the published numbers are those of"):
        result.plot.reconciliation()


def test_a_picture_that_is_new_needs_its_file_and_its_name(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty_axes.py").write_text(
        "from sim.plots.drawing import new_axes\n\n\n"
        "def empty_axes(tables, ax=None):\n"
        '    """Nothing of so many people."""\n'
        "    ax = ax or new_axes(2.0, 3.0, left=0.5)\n"
        "    ax.set_title(f\"{tables.run['people']} people\")\n"
        "    return ax\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(room, "__path__", [*room.__path__, str(tmp_path)])
    monkeypatch.setattr(room, "PICTURES", ("by_age", "empty_axes"))
    assert result.plot.empty_axes().get_title() == "500 people"
    result.plot.save_all(tmp_path / "figures")
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {
        "by_age.png",
        "empty_axes.png",
    }


@pytest.mark.parametrize("name", [name for name in GRAPH if name.startswith("sim.plots.")])
def test_no_file_of_a_picture_reaches_the_result_or_the_list_of_pictures(name: str) -> None:
    assert not {"sim.result", "sim.plots"} & set(GRAPH[name])


# Machado, Oliveira and Fernandes (2009): what the wholly red-blind, green-blind and blue-blind see,
# of linear light.
BLIND = {
    "red": "0.152286 1.052583 -0.204868 0.114503 0.786281 0.099216 -0.003882 -0.048116 1.051998",
    "green": "0.367322 0.860646 -0.227968 0.280085 0.672501 0.047413 -0.011820 0.042940 0.968881",
    "blue": "1.255528 -0.076749 -0.178779 -0.078411 0.930809 0.147602 0.004733 0.691367 0.303900",
    "none": "1 0 0 0 1 0 0 0 1",
}
XYZ = "0.4124564 0.3575761 0.1804375 0.2126729 0.7151522 0.0721750 0.0193339 0.1191920 0.9503041"
WHITE = [0.95047, 1.0, 1.08883]


def matrix(numbers: str) -> NDArray[np.float64]:
    return np.array(numbers.split(), float).reshape(3, 3)


def lab(color: str, blind: str) -> NDArray[np.float64]:
    """A color as it is seen, in CIE L*a*b*."""
    light = np.array(to_rgb(color))
    light = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    seen = matrix(XYZ) @ np.clip(matrix(BLIND[blind]) @ light, 0.0, 1.0) / np.array(WHITE)
    f = np.where(seen > 0.008856, np.cbrt(seen), 7.787 * seen + 16.0 / 116.0)
    return np.array([116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])])


@pytest.mark.parametrize("blind", BLIND)
def test_colors_of_lines_are_told_apart_by_any_eye(blind: str) -> None:
    for one, other in combinations(drawing.SERIES, 2):
        assert np.linalg.norm(lab(one, blind) - lab(other, blind)) > 20.0, (one, other)


def test_two_dozen_lines_look_different() -> None:
    assert len({drawing.series_look(number) for number in range(24)}) == 24
