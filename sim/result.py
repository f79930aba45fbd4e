"""What the user holds after a run: tidy tables, a summary beside the literature, pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.economics.exchange import Exchange, net_benefit_at
from sim.evidence.logger import LOG
from sim.evidence.mistakes import InputError
from sim.tables.explain import sources_behind
from sim.tables.folder_words import reason
from sim.tables.incremental import incremental
from sim.tables.net_benefits import net_benefits
from sim.tables.run_folder import RunFolder, UnwrittenError
from sim.tables.run_tables import RunTables
from sim.tables.stored import read_tables
from sim.tables.writing import jobs_of_csv, jobs_of_tables, write_description, write_files

if TYPE_CHECKING:  # a run that draws nothing does without Matplotlib
    from sim.plots import Plots
    from sim.uncertainty.people_served import PeopleServed
    from sim.uncertainty.planned_study import PlannedStudy
    from sim.uncertainty.value_of_information import ValueOfInformation


class Result(RunTables):
    """Tables of a run, and the pictures drawn from them.

    Attributes
    ----------
    run : dict
        How it was made: scenario, seed, hashes, time.
    case_counts : pandas.DataFrame
        `strategy, draw, replicate, year, measure, primary, sex, age_group, count`.
    delays : pandas.DataFrame
        `strategy, draw, replicate, measure, primary, statistic, value`: how days are spread over
        people.
    outcomes : pandas.DataFrame
        `strategy, draw, replicate, measure, primary, value`.
    summary : pandas.DataFrame
        `measure, strategy, unit, mean, lo, hi, sd_draws, sd_replicates, sd_people, published,
        source, median, p25, p75, evidence`; of what numbers vary by, see `sim.tables.spread_parts`;
        quartiles are over people, for measures in days; evidence is the grade of what the
        strategy gives.
    scenario : Scenario
        As it was run, with the options of the command line.
    waits, lines, queues, capacity : pandas.DataFrame or None
        With finite access: how long people waited, what each line did, each line by month, and
        every number of the clinics; see `sim.tables.access`.
    parameters : pandas.DataFrame
        `draw, name, stratum, value`: every parameter of the evidence in every draw, as it was
        used; of the user's treatments, fields by the name of the treatment.
    """

    scenario: Any  # the `Scenario`, so that it can be run again; its door stands above this one

    @classmethod
    def of(cls, tables: RunTables) -> Result:
        """Hold the tables of a run."""
        return cls(**{one.name: getattr(tables, one.name) for one in fields(tables)})

    @classmethod
    def load(cls, folder: str | Path) -> Result:
        """Read the result of a run from its folder, with all that can be asked of it.

        People and events stay in the folder: `pandas.read_parquet(folder / "people")`.

        Raises
        ------
        InputError
            If it is not the folder of a whole run that this version can read.
        """
        if not isinstance(folder, str | Path):
            raise InputError(f"folder is {folder!r}; allowed: the folder of a run")
        return cls.of(read_tables(folder))

    def __repr__(self) -> str:
        """What was run, in a line."""
        run, scenario = self.run, self.run["scenario"]
        years = "-".join(str(year) for year in dict.fromkeys(scenario["years"]))
        several = {"draws": scenario["draws"], "replicates": scenario["replicates"]}
        counted = "".join(f", {n:,} {what}" for what, n in several.items() if n > 1)
        strategies = ", ".join(run["strategies"][:3])
        more = len(run["strategies"]) - 3
        return (
            f"<Result of {scenario['name']}: {scenario['population']} {years}, {run['view']} view, "
            f"{run['lives']:,} lives{counted}, seed {run['seed']}; {strategies}"
            f"{f' and {more} more' if more > 0 else ''}>"
        )

    def sources(self, measure: str) -> pd.DataFrame:
        """The parameters behind a measure, with their values, grades and citations."""
        return sources_behind(measure)

    def value_of_information(
        self,
        *,
        rate: float | None = None,
        money: float | None = None,
        studies: Sequence[PlannedStudy] = (),
        people: PeopleServed | None = None,
        study_cost: float | None = None,
        cost: str | None = None,
    ) -> ValueOfInformation:
        """What better information would be worth to the choice between the strategies.

        Parameters
        ----------
        rate : float, optional
            Days of relief that make up for a day of therapy lost; the unit is then a day of relief.
        money : float, optional
            Instead: what a quality-adjusted year of life is worth, in the money of `cost`.
        studies : sequence of PlannedStudy
            Whose value is asked for, by their size.
        people : PeopleServed, optional
            For values of a population.
        study_cost : float, optional
            In money, for the expected net gain of a study.
        cost : {'cost', 'cost_without_systemic'}, optional
            The measure of cost, with money; the first by default.

        Raises
        ------
        InputError
            If the run has too few draws or strategies, or an argument cannot be used.
        """
        # SciPy, only for who asks
        from sim.uncertainty.value_of_information import value_of_information as of

        net_benefit = net_benefit_at(rate, money, cost)
        return of(self, net_benefit, studies=studies, people=people, study_cost=study_cost)

    def incremental(
        self,
        burden: str | Exchange = "cost",
        *,
        compared_with: str = "frontier",
        strategies: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Strategies by rising burden, with dominance and incremental ratios.

        `burden` is `cost` or `cost_without_systemic`, against QALYs, or `therapy_days_lost`,
        against days alive with pain below 4; see `sim.tables.incremental`.
        """
        return incremental(self, burden, compared_with=compared_with, strategies=strategies)

    def net_benefits(
        self,
        burden: str | Exchange = "cost",
        rates: Sequence[float] | None = None,
        *,
        strategies: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Net benefit, probability of being best and expected loss by rate of exchange.

        Rates are dollars a QALY, or days of relief per day of therapy lost; see
        `sim.tables.net_benefits`.
        """
        return net_benefits(self, burden, rates, strategies)

    @property
    def plot(self) -> Plots:
        """Pictures of the result, each a Matplotlib Axes."""
        from sim.plots import Plots  # Matplotlib, only when something is drawn

        return Plots(self)

    def write(self, folder: str | Path, *, csv: bool = False) -> None:
        """Write the tables and pictures into a folder, as a run does with `out`.

        An earlier run in it is replaced when this one is whole; other files in it stay, and so do
        people and events, if it is this very run that stands there.

        Parameters
        ----------
        folder : path
        csv : bool
            Also write every table as CSV.

        Raises
        ------
        InputError
            If the folder cannot be written, or a run is writing into it.
        """
        if not isinstance(folder, str | Path):
            raise InputError(f"folder is {folder!r}; allowed: a folder")
        with RunFolder(folder) as run_folder:
            write_run(self, run_folder, csv=csv)
            for sentence in run_folder.told:
                LOG.warning(sentence)

    def to_excel(self, path: str | Path) -> None:
        """Write the tables into a workbook, a sheet each; needs the extra `excel`.

        Tables of more rows than a sheet has are left out, and the first sheet says so.

        Raises
        ------
        InputError
            If the file cannot be written, or openpyxl is not installed.
        """
        from sim.tables.workbook import write_workbook  # only who asks for one

        if not isinstance(path, str | Path):
            raise InputError(f"path is {path!r}; allowed: a file that ends in .xlsx")
        write_workbook(self, Path(path))


def write_run(
    result: Result, folder: RunFolder, *, csv: bool = False, failed: OSError | None = None
) -> None:
    """Write a result into the folder of a run and put it in place; `run.json` is written last.

    A picture that cannot be drawn is left out, and `folder.told` says so.

    Parameters
    ----------
    failed : OSError, optional
        Why something could not be written before; then the run is not put in place.

    Raises
    ------
    UnwrittenError
        If anything cannot be written; what can is in the parts of the folder.
    """
    new = folder.new
    steps: list[Callable[[], None]] = [
        lambda: write_files(jobs_of_tables(result, new)),
        lambda: folder.told.extend(result.plot.save_all(new / "figures")),
    ]
    if csv:
        steps.append(lambda: write_files(jobs_of_csv(new)))
    for step in steps:
        try:
            step()
        except OSError as error:
            failed = failed or error
    try:
        if failed is not None:
            raise failed
        write_description(result, new)
    except OSError as error:
        raise UnwrittenError(folder.unwritten(reason(error))) from None
    folder.put_in_place()
