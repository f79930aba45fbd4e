"""What moves an answer: each number alone, and groups by the study that would measure them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.engine.crew import Crew
from sim.engine.warm_up import warm_up
from sim.evidence.log import LOG
from sim.evidence.mistakes import InputError
from sim.inputs.setting import Setting
from sim.tables.folder_words import reason
from sim.uncertainty.evaluation import Evaluation
from sim.uncertainty.movable import blocks, movables
from sim.uncertainty.moved import Moved, rows_about
from sim.uncertainty.questions import Questions
from sim.uncertainty.sensitivity_design import AGAIN_TIMES, SensitivityDesign
from sim.uncertainty.sensitivity_folder import write_moved
from sim.uncertainty.sensitivity_text import sensitivity_text
from sim.uncertainty.shares_of_variance import shares_of_variance
from sim.uncertainty.tornado import tornado

if TYPE_CHECKING:  # only a picture needs Matplotlib
    from sim.uncertainty.sensitivity_plots import SensitivityPlots


class Sensitivity(Moved):
    """What moves an answer, told, drawn and written."""

    def text(self, most: int = 10) -> str:
        """What moves most, as tables with so many rows."""
        return sensitivity_text(self, most)

    @property
    def plot(self) -> SensitivityPlots:
        """Pictures of it: `plot.tornado()`, and with samples `plot.groups()`."""
        from sim.uncertainty.sensitivity_plots import SensitivityPlots  # only who draws needs it

        return SensitivityPlots(self)

    def write(self, folder: str | Path) -> None:
        """Write `tornado.csv`, `sobol.csv`, `first_order.csv` and a picture of each thing asked.

        What was asked of which scenario stands in `sensitivity.json`.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        from sim.plots.drawing import save  # only a picture needs Matplotlib

        folder = Path(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_moved(self, folder)
            for ask in self.wanted:
                save(self.plot.tornado(ask), folder / f"tornado_{ask.file}.png")
                if not self.sobol.empty:
                    save(self.plot.groups(ask), folder / f"sobol_{ask.file}.png")
        except OSError as error:
            raise InputError(
                f"out is {str(folder)!r}: {reason(error)}; allowed: a folder that can be written"
            ) from None


def sensitivity(
    scenario: Setting,
    design: SensitivityDesign,
    *,
    workers: int | None = None,
    engine: str | None = None,
    progress: Callable[[int, int], object] = lambda done, points: None,
    say: Callable[[str], object] = LOG.warning,
) -> Sensitivity:
    """Move every number that is not certain alone, then groups of them together.

    All points share people and luck (replicate 0); the engine is a compiled one.

    Parameters
    ----------
    workers : int, optional
        Threads; all cores by default. Results do not depend on it.
    engine : {'cohort', 'gpu'}, optional
        Neither do they depend on this; that of the scenario, if it is one of them, by default.
    progress : callable
        Called with points of the parameters lived, and points in all.
    say : callable
        Called with a sentence if something takes long before them.

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
    again = min(design.again * len(wanted), len(movable))
    points = 2 * (len(movable) + again) + design.samples * (3 + groups)
    done = lives = 0

    def told(ran: int) -> None:
        nonlocal done, lives
        done, lives = done + 1, lives + ran
        progress(done, points)

    engine = engine or ("gpu" if scenario.engine == "gpu" else "cohort")
    with Crew.started(workers, engine) as crew:
        warm_up(engine=engine, say=say)
        evaluation = Evaluation(scenario, measures, design.people, engine)
        questions = Questions(evaluation, wanted, movable, told)
        if not np.isfinite(questions.answers(questions.base)[:, 0]).all():
            raise InputError(
                f"people is {design.people:,}, of whom nobody has what is asked; allowed: more "
                "people"
            )
        executor = crew.executor
        moved = moved_again(questions, tornado(questions, executor), design.again, executor)
        sobol, single = pd.DataFrame(), pd.DataFrame()
        if design.samples:
            how = {"by_study": design.by_study}
            sobol, single = shares_of_variance(questions, design.samples, executor, **how)
    progress(points, points)
    lives += questions.base.ran
    return Sensitivity(scenario, design, tuple(wanted), moved, sobol, single, lives)


def moved_again(
    questions: Questions, table: pd.DataFrame, again: int, executor: Executor
) -> pd.DataFrame:
    """A tornado whose first rows are those that move most, with more people."""
    evaluation = questions.evaluation
    table = table.assign(people=questions.base.model.people)
    more = Evaluation(
        *(evaluation.scenario, evaluation.measures),
        AGAIN_TIMES * questions.base.model.people,
        evaluation.engine,
    )
    tops = table[table["moves"] > 0.0].groupby(["measure", "strategy", "against"]).head(again)
    chosen = [one for one in questions.movable if one.said in set(tops["parameter"])]
    if not chosen:
        return table
    larger = Questions(more, questions.wanted, chosen, questions.told)
    if larger.base.model.people == questions.base.model.people:
        return table  # all there are
    found = tornado(larger, executor).assign(people=larger.base.model.people)
    frames = []
    for ask in questions.wanted:
        old, new = (rows_about(frame, ask) for frame in (table, found))
        frames += [new, old[~old["parameter"].isin(new["parameter"])]]
    return pd.concat(frames, ignore_index=True)
