"""The pictures of a run, each a Matplotlib Axes: one function in a file of its name.

A picture is `def NAME(tables, ax=None, *, ...) -> Axes` in a file named like it. Its name in
`PICTURES` makes it `result.plot.NAME()` and puts `figures/NAME.png` into every run folder that has
something to draw in it.
"""

from __future__ import annotations

import ast
import inspect
import os
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sim.evidence.vocabulary import nearest
from sim.plots.matplotlib_folder import matplotlib_folder
from sim.tables.run_tables import RunTables
from sim.tables.writing import with_file

if TYPE_CHECKING:  # Matplotlib, which only a picture needs
    from matplotlib.axes import Axes

os.environ |= matplotlib_folder()  # Matplotlib looks there when a picture is first drawn

PICTURES = (
    "new_metastases",
    "by_age",
    "against_published",
    "spine",
    "reconciliation",
    "frontier",
    "states",
    "plane",
    "acceptability",
    "expected_loss",
    "twins",
    "for_whom",
    "delays",
    "delay_parts",
    "resumption",
    "pain_after_treatment",
    "counts",
    "waits",
    "within_goal",
    "queues",
    "utilization",
)
"""Every picture, in the order in which a run folder gets them."""


class Plots:
    """The pictures of a run by their names: `plots.frontier()`; `dir(plots)` has them all."""

    def __init__(self, tables: RunTables) -> None:
        self._tables = tables

    def __getattr__(self, name: str) -> Callable[..., Axes]:
        """A picture that already has its tables, also in what `help` says of it."""
        if name not in PICTURES:
            raise AttributeError(f"there is no picture {name!r}; {nearest(name, PICTURES)}")
        from sim.plots.drawing import make_room  # Matplotlib, which names alone do not need

        draw = getattr(_module(name), name)
        signature = inspect.signature(draw)

        @wraps(draw)
        def picture(*arguments: Any, **options: Any) -> Axes:
            drawn: Axes = draw(self._tables, *arguments, **options)
            given = arguments or options.get("ax") is not None
            return drawn if given else make_room(drawn)  # a figure of the user's keeps its size

        _, *parameters = signature.parameters.values()
        picture.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        return picture

    def __dir__(self) -> list[str]:
        return [*PICTURES, *super().__dir__()]

    def save_all(self, folder: Path) -> list[str]:
        """Write every picture of the run as a PNG of its name.

        A picture is left out where the run has nothing to draw in it: no care, one strategy where
        the picture compares, no finite access. Its file may have a function `in_folder(tables)`
        that says for which runs a file is not worth having although it could be drawn.

        Parameters
        ----------
        folder : Path
            Made if it is not there.

        Returns
        -------
        list of str
            A sentence for each picture that could not be drawn; the others are there.

        Raises
        ------
        OSError
            The first that came up, when all others are written.
        """
        from sim.plots.drawing import NothingToDrawError, save  # the same

        failed: list[str] = []
        unwritten: OSError | None = None
        for name in PICTURES:
            path = folder / f"{name}.png"
            try:
                in_folder = getattr(_module(name), "in_folder", None)
                if in_folder is None or in_folder(self._tables):
                    save(getattr(_module(name), name)(self._tables), path)
            except NothingToDrawError:
                continue
            except OSError as error:
                unwritten = unwritten or (error if error.filename else with_file(error, path))
                _remove(path)
            except Exception as error:  # noqa: BLE001  a lived run is worth more than a picture
                said = str(error).partition("\n")[0] or "no reason given"
                failed.append(
                    f"{folder.name}/{path.name} is missing: it could not be drawn "
                    f"({type(error).__name__}: {said})."
                )
                _remove(path)
        if unwritten is not None:
            raise unwritten
        return failed


def _remove(path: Path) -> None:
    """Remove half a picture, if it is there."""
    with suppress(OSError):
        path.unlink()


def first_lines(name: str) -> str:
    """What a picture shows, in one sentence, as its file says."""
    file = ast.parse(Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8"))
    functions = (one for one in file.body if isinstance(one, ast.FunctionDef))
    words = next(ast.get_docstring(one) or "" for one in functions if one.name == name)
    return " ".join(words.partition("\n\n")[0].split())


def _module(name: str) -> ModuleType:
    """The file of a picture, loaded when it is first asked for."""
    return import_module(f"{__name__}.{name}")
