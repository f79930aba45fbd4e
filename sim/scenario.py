"""A scenario: what to simulate, and how to run it from Python or from the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from sim.inputs.setting import Setting, runnable

if TYPE_CHECKING:  # pandas and Matplotlib, which a scenario needs only once it is run
    from sim.engine.where import Places
    from sim.result import Result
    from sim.uncertainty.sensitivity import Sensitivity


@runnable
class Scenario(Setting):
    """What to simulate, frozen and checked, and how to run it.

    Parameters
    ----------
    name : str
        Names the run folder `results/<name>/`.
    population : Population
        New cancers a year.
    years : tuple of int
        First and last calendar year.
    view : {'cohort', 'calendar'}
        `cohort`: people diagnosed in `years`, followed to death. `calendar`: adds `lookback_years`
        of earlier diagnoses and counts the events dated in `years`.
    strategies : sequence of str or Strategy
        The first is the reference: it says who is in the trigger set.
    treatments : sequence of Treatment
        The user's own; the name of each is also that of a strategy, as those of the program are.
    draws : int
        Parameter draws beside the point estimate, which is draw 0.
    replicates : int
        Repetitions with other luck.
    seed : int
        Of all luck, 0 to 2**64 - 1.
    lookback_years : int
        Earlier years of diagnosis in the calendar view.
    horizon_years : float or 'life'
        How long after their origin outcomes of care count: above 0 to 100 years, or to death.
    outcomes_for : {'on_therapy', 'triggered', 'detected'}
        Whose outcomes of care are described, by the reference: people whose first trigger of care
        came on or due systemic therapy, all with a trigger, or all with detected spinal metastasis.
        Their origin is the first trigger, or the detection.
    discount_rate : float
        By which QALYs and costs are worth less, a year after that origin; 0 to 0.2.
    price_year : int
        In whose dollars costs are, by the index of medical care, which ends in 2024.
    perspective : {'payer', 'societal'}
        Whose costs: of whoever pays for care, or also people's own time and travel for it.
    people_per_draw : int
        Lives of each draw but draw 0, all years of diagnosis together; their counts are scaled up.
    engine : {'cohort', 'process', 'gpu'}
        The compiled engine, SimPy, or a graphics card by NVIDIA (after installing
        `spinemets[gpu]`); all live the same lives.
    access : Clinics, optional
        Clinics of finite capacity, in SimPy, in which waits emerge; published waits by default.
    parameters : dict of str to float
        Parameters of the evidence that are fixed elsewhere than it puts them, by `name | stratum`
        or, where one row is for all, by name: `{"never_resumed_after_surgery_share": 0.45}`.
    ages : {'default', 'five_year'}
        Groups of age at the event in counts: 0-14, 15-39, 40-49 to 70-79, 80+; or of five years.
    inhabitants : Inhabitants, optional
        How many people live there, by year, sex and age: what rates are per; of a population
        that is scaled, as large a part of them.
    **knobs
        Settings of palliative care for all strategies; see `Knobs`.

    Raises
    ------
    InputError
        With every field that is wrong, not only the first.

    Examples
    --------
    >>> from sim import Population, Scenario
    >>> small = Population.united_states(2010).scaled(2_000)
    >>> result = Scenario(name="small", population=small, years=(2010, 2010)).run()
    >>> int(result.value("new_cancers"))
    2000
    """

    if TYPE_CHECKING:  # names of strategies and lists are taken too, and all is checked when made

        def __init__(self, **fields: Any) -> None: ...

    def run(
        self,
        *,
        out: str | Path | None = None,
        microdata: bool | str = False,
        csv: bool = False,
        until: str | Sequence[str] | Mapping[str, str | float] | None = None,
        resume: bool = False,
        progress: Callable[[int, int], None] | None = None,
        **where: Unpack[Places],
    ) -> Result:
        """Simulate, and give back what was counted.

        Parameters
        ----------
        out : path, optional
            Run folder to write; nothing is written without it. An earlier run in it is replaced
            when this one is whole; other files in it stay.
        microdata : bool or {'everybody', 'spine', 'detected', 'treated'}
            Also write a row a person, a row an event and a row a stay in a state of health, and
            what they mean; of everybody, or of people who under any of the strategies ever have
            spinal metastasis, have it detected, or have a course for it. Needs `out`.
        csv : bool
            Also write every table, people and events among them, as CSV; needs `out`.
        until : str, sequence of str or mapping, optional
            Measures, and half of the 95% interval of the mean of each: `"delay_days:0.5"`,
            `"new_spinal_metastasis:1%"`, or `{"delay_days": 0.5}`. Replicates are added (draws, if
            the scenario has any) until all are that narrow, under every strategy; `replicates`
            (1: 1,000) or `draws` are the most. What is lived is the same as with that number; see
            `sim.tables.until`.
        resume : bool
            Go on with the run in `out`, interrupted or whole, if there is one: what it has lived is
            not lived again, also if draws, replicates or strategies have been added since, and the
            result is that of an unbroken run. What else has changed is lived anew.
        progress : callable, optional
            Called with (lives done, lives in all).
        **where
            Where lives are lived, on which results do not depend. `workers`: threads (processes for
            the SimPy engine) here; all cores by default. `cluster`: the address of a Dask
            scheduler, `"tcp://host:8786"`. `executor`: one of `concurrent.futures`, of processes
            elsewhere too, which is left open. `workers` beside one of these: how many parts it is
            given at a time.

        Raises
        ------
        InputError
            If an argument cannot be used, a cluster does not answer or has no workers, or another
            run writes into the folder; nothing is written then. If the folder cannot be written at
            the end, its attribute `result` is the result.
        """
        from sim.engine.where import Where  # Numba and pandas, as above
        from sim.run import Listeners, run_scenario  # the same

        how: dict[str, Any] = {"where": Where.of(**where), "microdata": microdata, "csv": csv}
        how["resume"] = resume
        return run_scenario(self, out=out, until=until, listeners=Listeners(progress), **how)

    def sensitivity(
        self,
        measures: str | Sequence[str],
        *,
        workers: int | None = None,
        progress: Callable[[int, int], object] | None = None,
        **design: Any,
    ) -> Sensitivity:
        """What moves an answer: each parameter alone, and groups by the study that measures them.

        Parameters
        ----------
        measures : str or sequence of str
            Of `outcomes`, or `ranking`.
        workers : int, optional
            Threads; all cores by default.
        progress : callable, optional
            Called with (points of the parameters lived, points in all).
        **design
            Other fields of `sim.uncertainty.sensitivity_design.SensitivityDesign`: `strategy`,
            `against`, `people`, `samples`, `grades` and so on.

        Raises
        ------
        InputError
            If what is asked cannot be used.
        """
        from sim.uncertainty.sensitivity import sensitivity  # Numba and pandas, as above
        from sim.uncertainty.sensitivity_design import SensitivityDesign  # the same

        asked = SensitivityDesign(measures=measures, **design)
        told = progress or (lambda done, points: None)
        return sensitivity(self, asked, workers=workers, progress=told)

    def main(
        self,
        arguments: Sequence[str] | None = None,
        *,
        answer: Callable[[Result], str] | None = None,
        findings: Callable[[Result], str] | None = None,
    ) -> None:
        """Run from the command line with the options of `spinemets run`.

        Parameters
        ----------
        arguments : sequence of str, optional
            Options instead of those of the command line.
        answer, findings : callable, optional
            Called with the result; the text that the first gives is printed before the summary,
            that of the second after it.
        """
        from sim.options import scenario_main  # not needed to use a scenario from Python

        scenario_main(self, arguments, answer=answer, findings=findings)
