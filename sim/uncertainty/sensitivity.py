"""What moves an answer: each number alone, and groups by the study that would measure them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field

from sim.engine.warm_up import warm_up
from sim.engine.workers import usable_cores
from sim.evidence.checked import ONE_OR_SEVERAL, Checked, each_of
from sim.evidence.mistakes import InputError
from sim.evidence.reader import GRADES
from sim.inputs.setting import MOST_DRAWS, Setting
from sim.tables.folder_words import reason
from sim.uncertainty.asked import Asked, asked
from sim.uncertainty.evaluation import Evaluation
from sim.uncertainty.movable import blocks, movables
from sim.uncertainty.questions import Questions
from sim.uncertainty.shares_of_variance import shares_of_variance
from sim.uncertainty.tornado import tornado

if TYPE_CHECKING:  # only a picture needs Matplotlib
    from matplotlib.axes import Axes

FEWEST_SAMPLES = 16
"""Rows of a sample from which an index of a group is told at all."""


class SensitivityDesign(Checked):
    """What is asked, and how hard it is looked at.

    Parameters
    ----------
    measures : str or sequence of str
        Of `outcomes`, or `ranking`: by how much the strategy that leads is ahead of the next.
    strategy : str, optional
        Whose; by default the first, the reference.
    against : str, optional
        Of the measure, the difference to this strategy.
    relief_per_day_lost : float
        What a ranking goes by: so many days of relief make up for a day of therapy lost.
    people : int
        Lives at each point, all years of diagnosis together; in the trigger set are far fewer.
    samples : int
        Rows of each of the two samples behind the indices of groups; 0 for none.
    grades : sequence of str
        Which parameters are moved: those of these grades; all by default.
    by_study : bool
        Whether parameters that are drawn jointly are parted by study.
    """

    if TYPE_CHECKING:  # a word and a list are taken too, and all is checked when made

        def __init__(self, **fields: Any) -> None: ...

    measures: Annotated[tuple[str, ...], ONE_OR_SEVERAL, Field(min_length=1)]
    strategy: str | None = None
    against: str | None = None
    relief_per_day_lost: Annotated[float, Field(ge=0.0)] = 1.0
    people: Annotated[int, Field(ge=1_000)] = 50_000
    samples: Annotated[int, Field(ge=0, le=MOST_DRAWS // 2)] = 64
    grades: Annotated[tuple[str, ...], ONE_OR_SEVERAL, each_of(GRADES)] = GRADES
    by_study: bool = False

    def faults(self) -> Iterator[str]:
        """Fewer rows than say anything."""
        if 0 < self.samples < FEWEST_SAMPLES:
            yield (
                f"samples is {self.samples}; allowed: 0, for no indices of groups, or at least "
                f"{FEWEST_SAMPLES}"
            )

    def asked_of(self, scenario: Setting) -> list[Asked]:
        """What is asked of a scenario; the strategies are of measures, not of a ranking."""
        found: list[Asked] = []
        wrong: list[str] = []
        for measure in dict.fromkeys(self.measures):
            try:
                found.append(self._asked(scenario, measure))
            except InputError as error:
                wrong += error.sentences
        if scenario.access is not None:
            wrong.append(
                "access is given, and a waiting line needs everybody; allowed: published waits"
            )
        if wrong:
            raise InputError(*dict.fromkeys(wrong))
        return found

    def _asked(self, scenario: Setting, measure: str) -> Asked:
        several = len(self.measures) > 1  # then strategies are meant for the others
        whose: dict[str, Any] = {"strategy": self.strategy, "against": self.against}
        if measure == "ranking" and several:
            whose = {}
        rate = self.relief_per_day_lost
        return asked(scenario, measure, relief_per_day_lost=rate, **whose)


@dataclass(frozen=True)
class Sensitivity:
    """What moves an answer.

    Attributes
    ----------
    tornado : pandas.DataFrame
        See `sim.uncertainty.tornado.tornado`.
    sobol, single : pandas.DataFrame
        See `sim.uncertainty.shares_of_variance.shares_of_variance`; empty without samples.
    lives : int
        Lived for it.
    """

    scenario: Setting
    design: SensitivityDesign
    wanted: tuple[Asked, ...]
    tornado: pd.DataFrame
    sobol: pd.DataFrame
    single: pd.DataFrame
    lives: int

    def of(self, table: str, ask: Asked) -> pd.DataFrame:
        """The rows of a table, `tornado`, `sobol` or `single`, for one thing asked."""
        frame: pd.DataFrame = getattr(self, table)
        if frame.empty:
            return frame
        mine = np.ones(len(frame), bool)
        for column, value in zip(("measure", "strategy", "against"), ask.key, strict=True):
            mine &= (frame[column] == value).to_numpy()
        return frame[mine].reset_index(drop=True)

    def text(self, most: int = 10) -> str:
        """What moves most, as tables with so many rows."""
        from sim.uncertainty.sensitivity_text import sensitivity_text  # it knows this class

        return sensitivity_text(self, most)

    def plot(self, ask: Asked | None = None, most: int = 15) -> Axes:
        """What moves one thing asked, by default the first, as a tornado."""
        from sim.uncertainty.tornado_picture import draw_tornado  # only a picture needs Matplotlib

        return draw_tornado(self, ask or self.wanted[0], most)

    def plot_groups(self, ask: Asked | None = None, most: int = 15) -> Axes:
        """Shares of variance by group, as bars.

        Raises
        ------
        InputError
            If there are no samples.
        """
        from sim.uncertainty.sobol_picture import draw_sobol  # only a picture needs Matplotlib

        return draw_sobol(self, ask or self.wanted[0], most)

    def write(self, folder: str | Path) -> None:
        """Write `tornado.csv`, `sobol.csv`, `first_order.csv` and a picture of each thing asked.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        from sim.plots.drawing import save  # only a picture needs Matplotlib

        folder = Path(folder)
        tables = {"tornado": self.tornado, "sobol": self.sobol, "first_order": self.single}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, frame in tables.items():
                if not frame.empty:
                    frame.to_csv(folder / f"{name}.csv", index=False)
            for ask in self.wanted:
                save(self.plot(ask), folder / f"tornado_{ask.file}.png")
                if not self.sobol.empty:
                    save(self.plot_groups(ask), folder / f"sobol_{ask.file}.png")
        except OSError as error:
            raise InputError(
                f"out is {str(folder)!r}: {reason(error)}; allowed: a folder that can be written"
            ) from None


def rows_of(frame: pd.DataFrame) -> list[Any]:
    """The rows of a frame, each with its columns as attributes."""
    return list(frame.itertuples(index=False))


def sensitivity(
    scenario: Setting,
    design: SensitivityDesign,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], object] = lambda done, points: None,
) -> Sensitivity:
    """Move every number that is not certain alone, then groups of them together.

    All points share people and luck (replicate 0); the engine is the compiled one.

    Parameters
    ----------
    workers : int, optional
        Threads; all cores by default. Results do not depend on it.
    progress : callable
        Called with points of the parameters lived, and points in all.

    Raises
    ------
    InputError
        If what is asked does not fit the scenario.
    """
    if workers is not None and not (isinstance(workers, int) and workers >= 1):
        raise InputError(f"workers is {workers!r}; allowed: a whole number, at least 1")
    wanted = design.asked_of(scenario)
    movable = [one for one in movables(scenario) if one.grade in design.grades]
    if not movable:
        raise InputError("nothing can be moved: all parameters are fixed; allowed: fewer of them")
    measures = tuple(dict.fromkeys(name for ask in wanted for name in ask.reads))
    groups = len(blocks(movable, by_study=design.by_study))
    points = 2 * len(movable) + design.samples * (2 + groups)
    done = lives = 0

    def told(ran: int) -> None:
        nonlocal done, lives
        done, lives = done + 1, lives + ran
        progress(done, points)

    warm_up()
    evaluation = Evaluation(scenario, measures, design.people)
    questions = Questions(evaluation, wanted, movable, told)
    if not np.isfinite(questions.answers(questions.base)[:, 0]).all():
        raise InputError(
            f"people is {design.people:,}, of whom nobody has what is asked; allowed: more people"
        )
    executor = ThreadPoolExecutor(workers or usable_cores())
    try:
        moved = tornado(questions, executor)
        sobol, single = pd.DataFrame(), pd.DataFrame()
        if design.samples:
            how = {"by_study": design.by_study}
            sobol, single = shares_of_variance(questions, design.samples, executor, **how)
    finally:
        executor.shutdown(cancel_futures=True)
    lives += questions.base.ran
    return Sensitivity(scenario, design, tuple(wanted), moved, sobol, single, lives)
