"""Runs a scenario: every draw and replicate of it, from the evidence to the tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sim.clinics import engine as clinics
from sim.clinics.engine import ClinicBlock
from sim.clinics.plan import Access
from sim.counting.microdata import DICTIONARY, Microdata, MicrodataRows, RowsAsked, whose_rows
from sim.counting.observation import observation
from sim.counting.survival import expected_survival
from sim.counting.tally import Window
from sim.engine.lives import Block, Lives
from sim.engine.memory import peak_memory_mb
from sim.engine.model import build_model
from sim.engine.warm_up import warm_up
from sim.engine.workers import in_order, live_alone, live_plan, usable_cores, worker_pool
from sim.evidence.arrays import Array
from sim.evidence.log import LOG
from sim.evidence.mistakes import InputError
from sim.evidence.reader import Values
from sim.inputs.catalog import treatment_names
from sim.inputs.diagnosed import counted_years, plan_of_cohort, plan_people
from sim.inputs.setting import Setting
from sim.life.compiled import say_if_compiling
from sim.result import Result, write_run
from sim.tables.building import TableBuilder
from sim.tables.case_counts import CONTROL, CaseCounts
from sim.tables.precision import precise_enough
from sim.tables.run_folder import RunFolder, UnwrittenError
from sim.tables.until import Known, Widths, goals_of, most_samples
from sim.tables.writing import with_file


class Listeners(NamedTuple):
    """Who is told of a run while it goes on."""

    progress: Callable[[int, int], None] | None = None
    """Called with lives lived and lives in all."""
    watch: Callable[[str], object] | None = None
    """Called with what is known so far of what `until` asks, in words."""
    tell: Callable[[str], object] = LOG.warning
    """Called with a sentence for what became of an earlier run in the folder."""


NOBODY = Listeners()
"""What became of an earlier run is logged."""


def run_scenario(
    scenario: Setting,
    *,
    workers: int | None = None,
    out: str | Path | None = None,
    microdata: bool | str = False,
    csv: bool = False,
    until: Widths | None = None,
    listeners: Listeners = NOBODY,
) -> Result:
    """Simulate all draws and replicates; see `Scenario.run`.

    Raises
    ------
    InputError
        If an argument cannot be used; nothing is written then.
    UnwrittenError
        If the folder cannot be written; the result is an attribute of it.
    """
    if workers is not None and not (isinstance(workers, int) and workers >= 1):
        raise InputError(f"workers is {workers!r}; allowed: a whole number, at least 1")
    if not isinstance(out, str | Path | None):
        raise InputError(f"out is {out!r}; allowed: a folder")
    whom = whose_rows(microdata)
    for name, asked in {"microdata": whom, "csv": csv}.items():
        if asked and out is None:
            raise InputError(f"{name} needs a folder; allowed: out=<folder>")
    progress, watch, tell = listeners
    known = None
    if until is not None:
        goals, scenario = goals_of(until, scenario), most_samples(scenario)
        known = Known(goals, scenario)
    rows = whom is not None
    say_if_compiling(tell, clinics=scenario.access is not None, rows=rows)
    if out is None:
        return lived(Run(scenario, progress, None, known, watch), workers)
    with RunFolder(out) as folder:
        while folder.told:  # also what is in the way, so that the run can still be stopped
            tell(folder.told.pop(0))
        run = Run(scenario, progress, whom, known, watch)
        run.write_into(folder.new)
        result = lived(run, workers)
        try:
            write_run(result, folder, csv=csv, failed=run.unwritten)
        except UnwrittenError as error:
            error.result = result
            raise
        for sentence in folder.told:
            tell(sentence)
    return result


def lived(run: Run, workers: int | None) -> Result:
    """The result of a run, which is lived."""
    rows = run.whom is not None
    warm_up(rows=rows, say=None)  # it is said
    if run.scenario.access is not None:
        clinics.compile_clinics(rows=rows)
    started = time.perf_counter()
    run.live(workers or usable_cores())
    seconds = time.perf_counter() - started
    return Result.of(run.builder.build(run.lives_in_all, seconds, peak_memory_mb()))


class DrawToLive(NamedTuple):
    """A draw that is about to be lived."""

    draw: int
    values: Values
    lives: Lives
    scale: float
    """People of the population that a life stands for."""
    expected_survival: Array


class Run:
    """A scenario under way: one draw of the evidence after the other.

    Parameters
    ----------
    progress : callable, optional
        Called with lives lived and lives in all after every block; at the end they are the same.
    whom : str, optional
        Whose rows of microdata are made, if any.
    known : Known, optional
        What is asked of the run, which ends when it is reached.
    watch : callable, optional
        Called with what is known of it so far, in words.

    Attributes
    ----------
    scenario : Setting
    whom : str, optional
    lives_in_all : int
        Of the draws begun.
    unwritten : OSError, optional
        Why people and events could not be written any more; they are lived and counted all the
        same.
    """

    def __init__(
        self,
        scenario: Setting,
        progress: Callable[[int, int], None] | None,
        whom: str | None = None,
        known: Known | None = None,
        watch: Callable[[str], object] | None = None,
    ) -> None:
        self.scenario = scenario
        self.unwritten: OSError | None = None
        self._writer: Microdata | None = None
        self.whom = whom
        self._progress = progress
        self._known = scenario.known
        first_year, n_years = counted_years(scenario)
        self._window = Window(
            first_year, n_years, *scenario.years, outcomes_for=int(scenario.outcomes.code)
        )
        counts = CaseCounts(scenario.strategy_names, first_year, n_years, scenario.age_groups)
        self.builder = TableBuilder(scenario, counts, self._known, known)
        self._goals, self._watch = known, watch
        self._full = plan_people(scenario, self._known.point)
        people = self._full.people
        # Part of the people would find the clinics empty.
        self._per_draw = people if scenario.access else min(people, scenario.people_per_draw)
        self._replicates = scenario.replicates
        self._done = 0
        self._control_lives = 0
        self.lives_in_all = 0

    def write_into(self, folder: Path) -> None:
        """Write the rows of every block below a folder, if there are to be any."""
        if self.whom is None:
            return
        called = tuple(treatment_names(self.scenario.treatments))
        try:
            self._writer = Microdata(folder, self.whom, called)
        except OSError as error:
            self.unwritten = error if error.filename else with_file(error, folder / DICTIONARY)

    @property
    def draws(self) -> tuple[int, ...]:
        """Numbers of the draws: 0 is the point estimate, `CONTROL` the same with fewer people."""
        thinned = self.scenario.draws > 0 and self._per_draw < self._full.people
        return 0, *([CONTROL] if thinned else []), *range(1, self.scenario.draws + 1)

    def live(self, workers: int) -> None:
        """Live all draws: several side by side where each is whole in a thread, else their blocks.

        Results do not depend on which.
        """
        scenario = self.scenario
        engine = "process" if scenario.access else scenario.engine
        apart = engine == "cohort" and self.whom is None and scenario.draws >= workers
        with worker_pool(engine, workers) as executor:
            for draw in self.draws:
                if draw <= 0 or not apart:
                    self._live_draw(draw, executor, workers)
                    if self._enough(draw, draws=True):
                        break
        if apart:
            drawn = range(1, scenario.draws + 1)
            for draw, (part, people) in in_order(self._live_alone, drawn, workers):
                self.builder.join(part)
                self.lives_in_all += self._replicates * people
                self._tell_progress(draw, self._replicates * people)
                if self._enough(draw, draws=True):
                    break
        self.builder.scenario = self.scenario

    def _enough(self, n: int, *, draws: bool) -> bool:
        """Whether what is asked is known after so many draws, or replicates; the run ends then."""
        goals = self._goals
        if goals is None or draws != (goals.over == "parameter draws") or n < 1:
            return False
        if not goals.look(self.builder.outcome_rows, n):
            if self._watch is not None:
                self._watch(goals.words)
            return False
        found = {"draws": n} if draws else {"replicates": n}
        self.scenario = self.scenario.with_options(**found)
        if draws:
            self._tell_progress(n, 0)
        return True

    def _live_draw(self, draw: int, executor: Executor, workers: int) -> None:
        """Live the replicates of one draw: all, or as many as the point estimate took."""
        access = self.scenario.access
        drawn = self._drawn(draw)
        people = drawn.lives.model.people
        if draw == CONTROL:
            self._control_lives = self._replicates * people
        else:
            self.builder.add_parameters(draw, drawn.values)
            self.lives_in_all += self._replicates * people
        waits: list[list[float]] = []
        for block in self._live_replicates(drawn.lives, draw, executor, workers):
            waits.append(self._count(self.builder, drawn, len(waits), block))
            if draw == 0 and self._enough(len(waits), draws=False):
                break
            # What is asked of the run takes the place of the precision of its waits.
            precision = access.precision if access and self._goals is None else None
            if draw == 0 and precise_enough(waits, precision):
                break
        if len(waits) < self._replicates:
            self.lives_in_all -= (self._replicates - len(waits)) * people
            self._replicates = len(waits)
            self._tell_progress(draw, 0)

    def _live_alone(self, draw: int) -> tuple[TableBuilder, int]:
        """What one draw gives, and its people, lived in this thread; the run is only read."""
        part, drawn = self.builder.part(), self._drawn(draw)
        part.add_parameters(draw, drawn.values)
        for replicate in range(self._replicates):
            lived = live_alone(drawn.lives.of_replicate(replicate))
            self._count(part, drawn, replicate, ClinicBlock(*lived, []))
        return part, drawn.lives.model.people

    def _drawn(self, draw: int) -> DrawToLive:
        """The evidence of a draw, and the lives that are lived by it."""
        scenario = self.scenario
        values = self._known.draw(max(draw, 0))
        whole = self._full if draw <= 0 else plan_people(scenario, values)
        plan = whole if draw == 0 else whole.thinned(self._per_draw)
        model = build_model(
            plan,
            scenario.strategies,
            values,
            treatments=scenario.treatments,
            knobs=scenario.common_knobs(),
            seed=scenario.seed,
            outcomes=scenario.outcomes,
            draw=max(draw, 0),
        )
        lives = Lives(
            model,
            self._window,
            scenario.engine,
            rows=self._rows_asked(draw),
            n_ages=len(scenario.age_groups),
        )
        cohort = plan_of_cohort(plan, scenario.years)
        scale = plan_of_cohort(whole, scenario.years).people / cohort.people
        return DrawToLive(draw, values, lives, scale, expected_survival(values, cohort))

    def _count(
        self, builder: TableBuilder, drawn: DrawToLive, replicate: int, block: ClinicBlock
    ) -> list[float]:
        """Take in what came out of a replicate, and give back the mean wait of each strategy."""
        scenario, draw, values = self.scenario, drawn.draw, drawn.values
        n_years = scenario.years[1] - scenario.years[0] + 1
        for code, name in enumerate(scenario.strategy_names):
            mine = block.tally.of(code)
            seen = observation(mine, n_years, drawn.scale, drawn.expected_survival, values)
            builder.add(name, draw, replicate, mine, seen, drawn.scale)
        builder.add_care(draw, replicate, block.care_tally)
        return builder.add_access(draw, replicate, block.logs)

    def _rows_asked(self, draw: int) -> RowsAsked | None:
        """Whose rows of a draw are written, if any."""
        scenario = self.scenario
        if self.whom is None or draw == CONTROL:
            return None
        treatments = tuple(treatment_names(scenario.treatments))
        return RowsAsked(self.whom, scenario.strategy_names, treatments, draw)

    def _live_replicates(
        self, lives: Lives, draw: int, executor: Executor, workers: int
    ) -> Iterator[ClinicBlock]:
        """What comes out of each replicate of a draw; without finite access, no logs of clinics."""
        scenario = self.scenario
        if (centers := scenario.clinics) is None:
            for replicate in range(self._replicates):
                on_block = partial(self._on_block, draw=draw)
                mine = lives.of_replicate(replicate)
                yield ClinicBlock(*live_plan(mine, executor, workers, on_block), [])
            return
        access = Access.of(centers, scenario.treatments, scenario.years)
        how = (executor, workers, self._replicates)
        on_rows = self._write_rows
        for block in clinics.live_in_clinics(lives, access, *how, on_rows):
            self._tell_progress(draw, lives.model.people)
            yield block

    def _on_block(self, block: Block, *, draw: int) -> None:
        """Write down a finished block and tell the progress."""
        if block.rows is not None:
            self._write_rows(block.rows)
        self._tell_progress(draw, block.n)

    def _write_rows(self, rows: MicrodataRows) -> None:
        """Write rows of microdata, if they are asked for."""
        if self._writer is not None:
            try:
                self._writer.write(rows)
            except OSError as error:
                self.unwritten = with_file(error, self._writer.path)
                self._writer = None

    def _tell_progress(self, draw: int, lives: int) -> None:
        self._done += lives
        if self._progress is not None:
            begun = self.lives_in_all + self._control_lives
            draws_to_come = len(self.draws) - 1 - self.draws.index(draw)
            to_come = draws_to_come * self._replicates * self._per_draw
            self._progress(self._done, begun + to_come)
