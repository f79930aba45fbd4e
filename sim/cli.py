"""The command `spinemets`."""

from __future__ import annotations

import inspect
import runpy
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.evidence.mistakes import InputError, only_with
from sim.evidence.vocabulary import nearest
from sim.options import (
    FigureType,
    RunCommand,
    chosen_strategies,
    execute,
    input_errors,
    only_read,
    run_options,
)

if TYPE_CHECKING:  # not needed to print help
    from sim.result import Result
    from sim.scenario import Scenario

_ENGINE = "Compiled, or a graphics card."


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="spinemets")
def main() -> None:
    """Simulate a cancer population from diagnosis to death, and its spinal metastases.

    For populations and planning, not for decisions about one patient.
    """


@main.command(cls=RunCommand)
@click.argument("scenario", type=click.Path(path_type=Path))
@run_options
def run(scenario: Path, **options: Any) -> None:
    """Run SCENARIO, a Python file that defines `scenario`, and print its summary.

    If the file also defines `answer` or `findings`, functions of the result, the text of the first
    is printed before the summary, that of the second after it.
    """
    with input_errors():
        loaded, told = load_file(scenario)
        execute(loaded, **told, **options)


@main.command("list")
def list_names() -> None:
    """List scenarios, and every name that `explain` knows."""
    from sim.tables.explain import known_names  # not needed to print help

    scenarios = []
    for path in sorted(Path("scenarios").glob("*.py")):
        first = [*path.read_text(encoding="utf-8").split('"""'), ""][1].strip().splitlines()
        scenarios.append((path.as_posix(), first[0] if first else ""))
    names = {**known_names(), **door_names()}
    lists = {"scenarios": scenarios} | {kind: list(of.items()) for kind, of in names.items()}
    for title, rows in lists.items():
        click.echo(title)
        for name, text in rows:
            click.echo(f"  {name:<44} {text}".rstrip())


@main.command()
@click.argument("name")
@click.argument("stratum", required=False)
@click.option(
    "--scenario", type=click.Path(path_type=Path), help="A file whose own treatments are known too."
)
def explain(name: str, stratum: str | None, scenario: Path | None) -> None:
    """Explain NAME, any that `spinemets list` prints; STRATUM narrows a parameter to rows.

    What the field calls otherwise is found too: SBRT, MESCC, denosumab, stomach.
    """
    from sim.tables.explain import explanation  # not needed to print help

    with input_errors():
        own = () if scenario is None else load_file(scenario)[0].treatments
        click.echo(explanation(name, stratum, own, door_names()))


@main.command("life")
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--person",
    default="0",
    show_default=True,
    help="Which person: from 0 up, or as in the rows of --microdata, 2015-lung-male-123.",
)
@click.option("--strategies", help="Names with commas; the first, the reference, picks the person.")
@click.option("--primary", help="Only people with this primary.")
@click.option("--spinal", is_flag=True, help="Only people who ever have spinal metastasis.")
@click.option("--treated", is_flag=True, help="Only people first referred on systemic therapy.")
@click.option("--seed", type=int, help="Seed of all luck.")
@click.option("--draw", type=int, default=0, show_default=True, help="Draw of the parameters.")
@click.option("--replicate", type=int, default=0, show_default=True, help="Repetition of luck.")
@click.option("--figure", type=FigureType(), help="Also draw it into a .png, .pdf or .svg.")
def one_life(
    scenario: Path,
    person: str,
    strategies: str | None,
    seed: int | None,
    figure: Path | None,
    **whom: Any,
) -> None:
    """Tell the life of one person of SCENARIO as a timeline, under one strategy or several."""
    from sim.stories.twins import tell_twins  # not needed to print help

    with input_errors():
        loaded, _ = load_file(scenario)
        changes: dict[str, Any] = {} if seed is None else {"seed": seed}
        if strategies is not None:
            changes["strategies"] = chosen_strategies(loaded, strategies)
        asked = loaded.with_options(**changes)
        twins = tell_twins(asked, person, **whom)
        click.echo(twins.text())
        if loaded.access is not None:
            click.echo(
                "\nWaits are as published: those of clinics come from everybody else in line."
            )
        if figure is not None:
            from sim.plots.drawing import save  # only a picture needs Matplotlib
            from sim.stories.twins_picture import draw  # only a picture needs Matplotlib

            with unwritable(figure):
                save(draw(twins), figure)
            click.echo(f"\nPicture: {figure}")


@main.command()
@click.option("--write", is_flag=True, help="Write the fitted values into the evidence.")
@click.option("--rounds", type=click.IntRange(0, 50), default=8, show_default=True)
@click.option("--people", type=click.IntRange(1_000), default=40_000, show_default=True)
@click.option("--workers", type=click.IntRange(1), help="Workers; all cores by default.")
@click.option("--engine", type=click.Choice(["cohort", "gpu"]), default="cohort", help=_ENGINE)
@click.option("--quiet", is_flag=True, help="Print only the table.")
@click.option("--trends", is_flag=True, help="Fit the trends of survival alone.")
@click.option("--posterior", is_flag=True, help="Sample the posterior around the fitted values.")
@click.option("--rows", type=click.IntRange(2), help="Of the posterior; 4,000 by default.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder; posterior by default.")
def calibrate(
    write: bool,
    rounds: int,
    people: int,
    trends: bool,
    posterior: bool,
    **options: Any,
) -> None:
    """Fit the calibrated parameters to the targets, and print target, interval, model, residual.

    With --rounds 0 nothing is fitted: the table shows where the model stands. With --trends only
    the trends of survival by primary are fitted, to deaths of the years after 2010: the second
    step, for when the first is done. With --posterior so many --rows are sampled around the values
    that stand in the evidence (4,000 take hours); what is finished is kept in the folder --out, and
    the same command goes on after a stop. It writes rows, fit and pictures there, and with --write
    rows and fit into the evidence.
    """
    from sim.fitting.calibration import calibrate as fit  # not needed to print help
    from sim.fitting.posterior_report import sample_posterior  # not needed to print help
    from sim.fitting.trends import calibrate_trends  # not needed to print help

    with input_errors():
        sample = {name: options.pop(name) for name in ("rows", "out")}
        only_with("posterior", posterior, **sample)
        if posterior:
            if trends:
                raise InputError("--trends is a fit of its own; allowed: without --posterior")
            n, folder = sample["rows"] or 4_000, sample["out"] or Path("posterior")
            if write and n < FEWEST_ROWS_WRITTEN:
                raise InputError(
                    f"rows is {n}, too few to stand in the evidence; allowed: with --write at "
                    f"least {FEWEST_ROWS_WRITTEN:,}"
                )
            click.echo(sample_posterior(n, folder, write=write, **options))
            return
        if write and rounds == 0:
            raise InputError("--write needs a fit; allowed: --rounds of at least 1")
        chosen = calibrate_trends if trends else fit
        report = chosen(rounds=rounds, people=people, **options)
        click.echo(report.text())
        if write:
            report.write()
            click.echo("Written: sim/evidence/parameters.csv")
            if not trends:
                click.echo("Its posterior is still that of the values before: now --posterior.")


@main.command()
@click.option("--write", is_flag=True, help="Write the shares into the evidence.")
@click.option("--emulate", is_flag=True, help="First live the people of every arm anew (minutes).")
@click.option("--people", type=click.IntRange(10_000), default=400_000, show_default=True)
def synthesize(write: bool, emulate: bool, people: int) -> None:
    """Put published arms together into responses to treatments, and print all of it.

    What is common to everything, what is specific to a treatment, and what uncontrolled series
    overstate; then what would follow without that bias, and without such series. With --emulate the
    readings of the arms are emulated anew and written: needed when the life changed. Shares that
    are written change the next emulation a little, so repeat it once.
    """
    from sim.evidence.effects import effects, emulated  # not needed to print help
    from sim.fitting.arm_readings import read_arms, write_emulated  # not needed to print help
    from sim.fitting.synthesis import put_together  # not needed to print help
    from sim.fitting.synthesis_text import synthesis_text, write_synthesis  # the same

    with input_errors():
        if emulate:
            write_emulated(read_arms(effects(), people))
            emulated.cache_clear()
        found = put_together()
        click.echo(synthesis_text(found))
        if write:
            write_synthesis(found)
            click.echo("Written: sim/evidence/synthesis.csv, sim/evidence/parameters.csv")


@main.command()
@click.option("--people", type=click.IntRange(10_000), default=300_000, show_default=True)
@click.option("--workers", type=click.IntRange(1), help="Workers; all cores by default.")
def validate(people: int, workers: int | None) -> None:
    """Show what clinicians check first, beside what is published, and the course of one trial.

    Survival, pain, walking, instability, cord compression, fracture, treatment and age; then pain
    after ablation with cement beside OPuS One, whose curve sets no parameter.
    """
    from sim.fitting.clinical_table import clinical_text  # not needed to print help
    from sim.fitting.consistency import consistency_text  # not needed to print help

    with input_errors():
        click.echo(clinical_text(people, workers=workers))
        click.echo()
        click.echo(consistency_text(people))


@main.command()
@click.option("--people", type=click.IntRange(10_000), default=100_000, show_default=True)
@click.option("--workers", type=click.IntRange(1), help="Workers; all cores by default.")
@click.option("--figure", type=FigureType(), help="Also draw them into a .png, .pdf or .svg.")
def trials(people: int, workers: int | None, figure: Path | None) -> None:
    """Show published courses of pain and response beside those studies emulated.

    Each with its treatment, entry, readings and attrition; what sets no parameter stands apart.
    Then pain before death, and from the end of a response on.
    """
    from sim.fitting.trials import emulate_all, trials_text  # not needed to print help

    with input_errors():
        found = emulate_all(people, workers)
        click.echo(trials_text(found, people, workers))
        if figure is not None:
            from sim.fitting.trials_picture import draw_studies  # only a picture needs Matplotlib
            from sim.plots.drawing import save  # only a picture needs Matplotlib

            with unwritable(figure):
                save(draw_studies(found), figure)
            click.echo(f"\nPicture: {figure}")


FEWEST_ROWS_WRITTEN = 1_000
"""Rows of a posterior that replaces the one of the evidence."""


def door_names() -> dict[str, dict[str, str]]:
    """Names that are known here alone: settings of a scenario, commands, pictures."""
    from sim.plots import PICTURES, first_lines  # not needed to print help
    from sim.scenario import Scenario  # the same

    settings: dict[str, str] = {}
    for line in inspect.cleandoc(Scenario.__doc__ or "").splitlines():
        field, is_field, kind = line.partition(" : ")
        if is_field and field in Scenario.model_fields:
            settings[field] = f"{kind}."
        elif settings and line.startswith("    "):
            settings[list(settings)[-1]] += f" {line.strip()}"
        elif line.startswith("**"):
            break
    commands = {
        name: f"{command.get_short_help_str(200)} Options: spinemets {name} --help"
        for name, command in main.commands.items()
    }
    return {
        "settings of a scenario": settings,
        "commands": commands,
        "pictures": {name: first_lines(name) for name in PICTURES},
    }


@contextmanager
def unwritable(figure: Path) -> Iterator[None]:
    """Say in a sentence why a picture cannot be written."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"figure is {str(figure)!r}: {error.strerror}; allowed: a file that can be written"
        ) from None


def load_file(path: Path) -> tuple[Scenario, dict[str, Callable[[Result], str]]]:
    """What a Python file defines as `scenario`, and as `answer` and `findings` if it does.

    Raises
    ------
    InputError
        If there is no such file, it fails, or what it defines cannot be used.
    """
    from sim.scenario import Scenario  # not needed to print help

    if not path.is_file():
        known = [p.as_posix() for p in sorted(Path("scenarios").glob("*.py"))]
        hint = nearest(path.as_posix(), known) if known else "allowed: a Python file"
        raise InputError(f"SCENARIO is {str(path)!r}, which is not a file; {hint}")
    try:
        with only_read():
            names = runpy.run_path(str(path), run_name=path.stem)
    except InputError as error:
        raise InputError(*error.located(str(path))) from None
    except Exception as error:  # noqa: BLE001  (whatever the user's file raises)
        raise InputError(f"{path} cannot be run ({type(error).__name__}): {error}") from None
    found = names.get("scenario")
    told = {name: names[name] for name in ("answer", "findings") if names.get(name) is not None}
    if not isinstance(found, Scenario):
        raise InputError(
            f"{path} defines no Scenario under the name 'scenario'; allowed: a file that does"
        )
    for name, function in told.items():
        if not callable(function):
            raise InputError(
                f"{path}: {name} is {function!r}; allowed: a function from the result to a text"
            )
    return found, told


def result_of(path: Path, draws: int | None, workers: int | None) -> Result:
    """The result in a run folder, or of a scenario file, which is run first.

    Raises
    ------
    InputError
        If it is neither, or the run in the folder has another number of draws than is asked for.
    """
    from sim.options import progress_bar  # not needed to print help
    from sim.result import Result  # the same

    if path.is_dir():
        if draws is not None or workers is not None:
            raise InputError(
                f"{path} is a run that is done; allowed: without --draws and --workers"
            )
        return Result.load(path)
    if not path.is_file():
        raise InputError(
            f"RUN is {str(path)!r}, which is neither; allowed: the folder of a run, or a scenario "
            "file"
        )
    scenario, _ = load_file(path)
    if draws is not None:
        scenario = scenario.with_options(draws=draws)
    if not scenario.draws:
        raise InputError("draws is 0; allowed: a scenario with draws, or --draws")
    with progress_bar(scenario.name, quiet=False) as (progress, *_):
        return scenario.run(workers=workers, progress=progress)


@main.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--rate", type=float, help="Days of relief that a day of therapy lost is worth.")
@click.option("--money", type=float, help="Instead: what a quality-adjusted year is worth.")
@click.option("--cost", help="With --money: cost, the default, or cost_without_systemic.")
@click.option("--study", multiple=True, help="Study, parameter or measure whose study is valued.")
@click.option("--n", "sizes", help="People who see each parameter in it; 50,200,800 by default.")
@click.option("--sees", type=click.Choice(["share", "rate", "mean"]), help="How it is seen.")
@click.option("--sd", type=float, help="Standard deviation over people, of a mean.")
@click.option("--people-a-year", type=float, help="Who is treated, for the value of a population.")
@click.option("--years", type=int, help="For how many years; 10 by default.")
@click.option("--discount-rate", type=float, help="A year; by default that of the run.")
@click.option("--study-cost", type=float, help="What a study costs, with --money.")
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, help="Rows shown.")
@click.option("--draws", type=click.IntRange(1), help="Of a scenario file that is run first.")
@click.option("--workers", type=click.IntRange(1), help="The same; all cores by default.")
@click.option("--table", type=click.Path(path_type=Path), help="Also write it into a .csv file.")
@click.option("--figure", type=FigureType(), help="Also draw it; with --study, the study.")
def value(run: Path, **options: Any) -> None:
    """Value of information: what is worth knowing before choosing between strategies.

    RUN is the folder of a run, or a scenario file, which is run first.
    """
    from sim.uncertainty.value_command import value_report  # not needed to print help

    with input_errors():
        how = {name: options.pop(name) for name in ("draws", "workers")}
        click.echo(value_report(lambda: result_of(run, **how), **options))


@main.command("sensitivity")
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--measure", "measures", multiple=True, required=True, help="One of outcomes, or ranking."
)
@click.option("--strategy", help="Whose measure; the first by default.")
@click.option("--against", help="The difference to this strategy.")
@click.option("--strategies", help="Names with commas; the first, the reference.")
@click.option("--rate", type=float, help="Of a ranking: days of relief that make up for one lost.")
@click.option("--people", type=int, help="Lives at each point; 50,000 by default.")
@click.option("--again", type=int, help="How many are moved again with five times as many; 20.")
@click.option("--samples", type=int, help="Rows of each sample for indices; 64, or 0 for none.")
@click.option("--grades", help="Which parameters, by grade, with commas; all by default.")
@click.option("--assumed", is_flag=True, help="Only what is assumed.")
@click.option("--by-study", is_flag=True, help="Part by study also what is drawn jointly.")
@click.option("--seed", type=int, help="Seed of all luck.")
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, help="Rows shown.")
@click.option("--workers", type=click.IntRange(1), help="Workers; all cores by default.")
@click.option("--engine", type=click.Choice(["cohort", "gpu"]), help=_ENGINE)
@click.option("--out", type=click.Path(path_type=Path), help="Folder; results/<name>_sensitivity.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def sensitivity_of(
    scenario: Path,
    strategies: str | None,
    seed: int | None,
    rate: float | None,
    grades: str | None,
    assumed: bool,
    **options: Any,
) -> None:
    """Show what moves a measure of SCENARIO: each parameter alone, and groups of them.

    A tornado over 95% ranges; Sobol indices of the studies that would measure the parameters.
    """
    from sim.uncertainty.sensitivity_command import sensitivity_report  # not needed to print help

    with input_errors():
        loaded, _ = load_file(scenario)
        changes: dict[str, Any] = {} if seed is None else {"seed": seed}
        if strategies is not None:
            changes["strategies"] = chosen_strategies(loaded, strategies)
        if assumed and grades is not None:
            raise InputError("--assumed is a choice of --grades; allowed: one of the two")
        of = ("assumed",) if assumed else grades and tuple(grades.split(","))
        how = {"relief_per_day_lost": rate, "grades": of, **options}
        click.echo(sensitivity_report(loaded.with_options(**changes), **how))


@main.command()
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("explorer.html"),
    show_default=True,
    help="File that is written.",
)
@click.option(
    "--open/--no-open", "shown", default=True, help="Open it in the browser; on by default."
)
def explore(scenario: Path | None, out: Path, shown: bool) -> None:
    """Write a page on which the model runs again while its reader changes things, and open it.

    Without SCENARIO, a Python file that defines `scenario`, it is of the United States of 2010
    under every strategy. The page needs no network, server or installation: it can be mailed.
    """
    from sim.pages.explorer import default_scenario, write_explorer  # not needed to print help

    with input_errors():
        asked = default_scenario() if scenario is None else load_file(scenario)[0]
        click.echo(f"Explorer: {write_explorer(asked, out).as_posix()}")
    if shown:
        webbrowser.open(out.resolve().as_uri())


@main.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="File; RUN/report.html by default.")
def report_run(run: Path, out: Path | None) -> None:
    """Write one page that tells a decision maker what RUN found: it needs no network.

    RUN is the folder of a run, or that of a sensitivity.
    """
    from sim.pages.report import write_report  # not needed to print help

    with input_errors():
        click.echo(f"Report: {write_report(run, out).as_posix()}")
