"""Runs a scenario: every draw and replicate of it, from the evidence to the tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sim.clinics import engine as clinics
from sim.clinics.engine import ClinicBlock
from sim.clinics.plan import Access
from sim.counting.counts import Count
from sim.counting.microdata import DICTIONARY, Microdata, RowsAsked, RowsPlace, whose_rows
from sim.counting.observation import observation
from sim.counting.survival import expected_survival
from sim.counting.tally import Window
from sim.engine.lives import Lives
from sim.engine.memory import peak_memory_mb
from sim.engine.model import build_model
from sim.engine.pace import Pace
from sim.engine.pool import Workers
from sim.engine.warm_up import warm_up
from sim.engine.where import Where
from sim.evidence.arrays import Array
from sim.evidence.log import LOG
from sim.evidence.mistakes import InputError
from sim.evidence.reader import Values
from sim.inputs.catalog import treatment_names
from sim.inputs.diagnosed import counted_years, plan_of_cohort, plan_people
from sim.inputs.plan import Plan
from sim.inputs.setting import Setting
from sim.life.compiled import say_if_compiling
from sim.life.machine_code import CLINIC_KERNEL, KERNEL, ROWS_KERNEL
from sim.result import Result, write_run
from sim.tables.building import TableBuilder
from sim.tables.case_counts import CONTROL, CaseCounts
from sim.tables.kept_parts import KeptParts
from sim.tables.precision import precise_enough
from sim.tables.run_folder import RunFolder, UnwrittenError
from sim.tables.running import Running
from sim.tables.samples import Sample, SamplesToLive
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
    pace: Callable[[str], object] | None = None
    """Called with the rate, the time left and the main measure so far, in words."""


NOBODY = Listeners()
"""What became of an earlier run is logged."""


def run_scenario(
    scenario: Setting,
    *,
    where: Where | None = None,
    out: str | Path | None = None,
    microdata: bool | str = False,
    csv: bool = False,
    until: Widths | None = None,
    resume: bool = False,
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
    where = where or Where()
    if not isinstance(out, str | Path | None):
        raise InputError(f"out is {out!r}; allowed: a folder")
    whom = whose_rows(microdata)
    for name, asked in {"microdata": whom, "csv": csv, "resume": resume}.items():
        if asked and out is None:
            raise InputError(f"{name} needs a folder; allowed: out=<folder>")
    tell = listeners.tell
    if whom and scenario.engine == "gpu":
        raise InputError(
            "engine is 'gpu', which keeps no records; allowed with microdata: cohort or process"
        )
    known = None
    if until is not None:
        goals, scenario = goals_of(until, scenario), most_samples(scenario)
        known = Known(goals, scenario)
    if scenario.engine != "gpu":  # whose code is told of when it is made
        clinics, rows = scenario.access is not None, whom is not None
        also = (*(CLINIC_KERNEL,) * clinics, *(ROWS_KERNEL,) * rows)
        say_if_compiling(tell, KERNEL, *also)
    engine = "process" if scenario.access else scenario.engine
    if out is None:
        with where.start(engine) as workers:
            return lived(Run(scenario, listeners, None, known), workers)
    with where.start(engine) as workers, RunFolder(out, resume=resume) as folder:
        while folder.told:  # also what is in the way, so that the run can still be stopped
            tell(folder.told.pop(0))
        run = Run(scenario, listeners, whom, known)
        run.write_into(folder.new, folder.folder if resume else None)
        result = lived(run, workers)
        try:
            write_run(result, folder, csv=csv, failed=run.unwritten)
        except UnwrittenError as error:
            error.result = result
            raise
        for sentence in folder.told:
            tell(sentence)
    return result


def lived(run: Run, workers: Workers) -> Result:
    """The result of a run, which is lived by some workers; nothing is left to them then."""
    rows = run.whom is not None
    engine = "gpu" if run.scenario.engine == "gpu" else "cohort"
    warm_up(rows=rows, engine=engine, say=None)  # it is said
    if run.scenario.access is not None:
        clinics.compile_clinics(rows=rows)
    started = time.perf_counter()
    run.live(workers)
    workers.close()
    seconds = time.perf_counter() - started
    return Result.of(run.builder.build(run.lives_in_all, seconds, peak_memory_mb()))


class DrawToLive(NamedTuple):
    """A draw that is about to be lived."""

    draw: int
    values: Values
    plan: Plan
    scale: float
    """People of the population that a life stands for."""
    expected_survival: Array

    @property
    def people(self) -> int:
        """How many lives there are under each strategy."""
        return self.plan.people


class Run:
    """A scenario under way: one draw of the evidence after the other.

    Parameters
    ----------
    listeners : Listeners
        Told of lives lived and lives in all after every part; at the end they are the same.
    whom : str, optional
        Whose rows of microdata are made, if any.
    known : Known, optional
        What is asked of the run, which ends when it is reached.

    Attributes
    ----------
    scenario : Setting
    whom : str, optional
    lives_in_all : int
        Of the draws lived.
    unwritten : OSError, optional
        Why people and events could not be written any more; they are lived and counted all the
        same.
    """

    def __init__(
        self,
        scenario: Setting,
        listeners: Listeners = NOBODY,
        whom: str | None = None,
        known: Known | None = None,
    ) -> None:
        self.scenario = scenario
        self.unwritten: OSError | None = None
        self._writer: Microdata | None = None
        self.whom = whom
        self._listeners = listeners
        self._known = scenario.known
        first_year, n_years = counted_years(scenario)
        self._window = Window(
            first_year, n_years, *scenario.years, outcomes_for=int(scenario.outcomes.code)
        )
        counts = CaseCounts(scenario.strategy_names, first_year, n_years, scenario.age_groups)
        self.builder = TableBuilder(scenario, counts, self._known, known)
        self._goals = known
        self._running = Running(scenario.draws, scenario.replicates)
        self._pace = Pace()
        self._full = plan_people(scenario, self._known.point)
        people = self._full.people
        # Part of the people would find the clinics empty.
        self._per_draw = people if scenario.access else min(people, scenario.people_per_draw)
        self._replicates = scenario.replicates
        self._done = {False: 0, True: 0}
        """Lives that are done, of the point estimate and of draws."""
        self._parts: KeptParts | None = None
        self._begun: dict[int, DrawToLive] = {}
        self._people: dict[int, int] = {}
        """Lives of each replicate of the draws that are begun."""
        self.lives_in_all = 0

    def write_into(self, folder: Path, earlier: Path | None = None) -> None:
        """Keep what is done below a folder, and the rows of every block, if there are to be any.

        Parameters
        ----------
        folder : Path
        earlier : Path, optional
            The folder of an earlier run that is whole, what is in which need not be lived again.
        """
        self._parts = KeptParts(folder, earlier)
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

    def live(self, workers: Workers) -> None:
        """Live all draws, parts of several at a time; results do not depend on the workers.

        The point estimate comes first: it may take fewer replicates than the most there may be.
        """
        first, *others = self.draws
        self._pace.begin()
        self._tell_progress()
        samples = SamplesToLive(workers, self._parts, self._write_rows, self._on_lives)
        self._live_draws([first], samples)
        self._live_draws(others, samples)
        if self._parts is not None:
            self._parts.remove_others()
        self.builder.scenario = self.scenario
        self._tell_progress(over=True)

    def _live_draws(self, draws: Sequence[int], samples: SamplesToLive) -> None:
        """Live the replicates of some draws: all, or as many as the point estimate took."""
        access, waits = self.scenario.access, []
        # What is asked of the run takes the place of the precision of its waits.
        precision = access.precision if access and self._goals is None else None
        each = samples.each(self._samples_of(draws))
        with closing(each):
            for sample, block in each:
                draw, replicate = sample.draw, sample.replicate
                drawn = self._begun[draw]
                if draw != CONTROL:
                    self.lives_in_all += drawn.people
                    if replicate == 0:
                        self.builder.add_parameters(draw, drawn.values)
                waits.append(self._count(self.builder, drawn, replicate, block))
                if draw == 0 and (
                    self._enough(len(waits), draws=False) or precise_enough(waits, precision)
                ):
                    self._replicates = len(waits)
                    break
                if replicate + 1 == self._replicates:
                    del self._begun[draw]
                    if self._enough(draw, draws=True):
                        break

    def _samples_of(self, draws: Sequence[int]) -> Iterator[Sample]:
        """The draws and replicates that are to be lived, each as workers become free."""
        s = self.scenario
        clinics = s.clinics
        access = None if clinics is None else Access.of(clinics, s.treatments, s.years)
        for draw in draws:
            self._begun[draw] = drawn = self._drawn(draw)
            self._people[draw] = drawn.people
            for replicate in range(self._replicates):
                among = partial(self._lives_among, drawn, replicate)
                yield Sample(draw, replicate, among, len(s.strategies), access)

    def _enough(self, n: int, *, draws: bool) -> bool:
        """Whether what is asked is known after so many draws, or replicates; the run ends then."""
        goals = self._goals
        if goals is None or draws != (goals.over == "parameter draws") or n < 1:
            return False
        if not goals.look(self.builder.outcome_rows, n):
            if self._listeners.watch is not None:
                self._listeners.watch(goals.words)
            return False
        found = {"draws": n} if draws else {"replicates": n}
        self.scenario = self.scenario.with_options(**found)
        return True

    def _drawn(self, draw: int) -> DrawToLive:
        """The evidence of a draw, and the people who are lived by it."""
        scenario = self.scenario
        values = self._known.draw(max(draw, 0))
        whole = self._full if draw <= 0 else plan_people(scenario, values)
        plan = whole if draw == 0 else whole.thinned(self._per_draw)
        cohort = plan_of_cohort(plan, scenario.years)
        scale = plan_of_cohort(whole, scenario.years).people / cohort.people
        return DrawToLive(draw, values, plan, scale, expected_survival(values, cohort))

    def _lives_among(self, drawn: DrawToLive, replicate: int, codes: Sequence[int]) -> Lives:
        """The lives of a draw and replicate under some of the strategies."""
        scenario = self.scenario
        model = build_model(
            drawn.plan,
            [scenario.strategies[code] for code in codes],
            drawn.values,
            treatments=scenario.treatments,
            knobs=scenario.common_knobs(),
            seed=scenario.seed,
            outcomes=scenario.outcomes,
            draw=max(drawn.draw, 0),
        )
        return Lives(
            model._replace(replicate=replicate),
            self._window,
            scenario.engine,
            rows=self._rows_asked(drawn.draw),
            n_ages=len(scenario.age_groups),
        )

    def _count(
        self, builder: TableBuilder, drawn: DrawToLive, replicate: int, block: ClinicBlock
    ) -> list[float]:
        """Take in what came out of a replicate, and give back the mean wait of each strategy."""
        scenario, draw, values = self.scenario, drawn.draw, drawn.values
        n_years = scenario.years[1] - scenario.years[0] + 1
        tally = block.tally.of(slice(len(scenario.strategies)))
        seen = observation(tally, n_years, drawn.scale, drawn.expected_survival, values)
        self._running.add(draw, float(seen.count(Count.NEW_SPINAL_METASTASIS)[0, 0]))
        builder.add(draw, replicate, tally, seen, drawn.scale)
        builder.add_care(draw, replicate, block.care_tally)
        return builder.add_access(draw, replicate, block.logs)

    def _rows_asked(self, draw: int) -> RowsAsked | None:
        """Whose rows of a draw are written, if any."""
        scenario = self.scenario
        if self.whom is None or draw == CONTROL:
            return None
        treatments = tuple(treatment_names(scenario.treatments))
        return RowsAsked(self.whom, scenario.strategy_names, treatments, draw)

    def _write_rows(self, place: RowsPlace, files: dict[str, bytes]) -> dict[str, Path] | None:
        """Write rows of microdata, if they are asked for, and say where; nothing if that fails."""
        if self._writer is None:
            return None
        try:
            return self._writer.write(place, files)
        except OSError as error:
            self.unwritten = with_file(error, self._writer.path)
            self._writer = None
            return None

    def _on_lives(self, draw: int, lives: int, before: bool) -> None:
        """Tell the progress of a draw, some of whose lives are done, or were before."""
        self._done[draw != 0] += lives
        self._pace.add(lives, drawn=draw != 0, before=before)
        self._tell_progress()

    def _tell_progress(self, *, over: bool = False) -> None:
        """Tell how far the run is; when it is over, that all is done."""
        each = {draw: self._people.get(draw, self._per_draw) for draw in self.draws}
        point = self._replicates * (self._people.get(0) or self._full.people)
        drawn = self._replicates * sum(each.values()) - self._replicates * each[0]
        done = sum(self._done.values())
        if self._listeners.pace is not None:
            left = (point - self._done[False], drawn - self._done[True])
            so_far = "" if self._goals else self._running.words
            words = self._pace.words(*(max(n, 0) for n in left))
            self._listeners.pace("; ".join(filter(None, (words, so_far))))
        if self._listeners.progress is not None:
            in_all = max(done, point + drawn)
            self._listeners.progress(in_all if over else done, in_all)
