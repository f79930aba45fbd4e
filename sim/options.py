"""The options of a run on the command line, and what is printed for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sim.evidence.mistakes import BAD_INPUT_STATUS, InputError, somebody_types
from sim.evidence.vocabulary import WHOSE_ROWS

if TYPE_CHECKING:  # not needed to print help
    from sim.inputs.inhabitants import Inhabitants
    from sim.inputs.population import Population
    from sim.inputs.setting import Setting
    from sim.result import Result


class YearsType(click.ParamType[tuple[int, int]]):
    """`2010` or `2010-2012`."""

    name = "YEARS"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Read a year or a range of years."""
        first, dash, last = str(value).partition("-")
        try:
            return int(first), int(last if dash else first)
        except ValueError:
            self.fail(f"years is {value!r}; allowed: 2010 or 2010-2012", param, ctx)


class HorizonType(click.ParamType[float | str]):
    """`1`, `0.5` or `life`."""

    name = "YEARS"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | str:
        """Read a number of years, or `life`."""
        if value == "life":
            return str(value)
        try:
            return float(value)
        except ValueError:
            self.fail(f"horizon is {value!r}; allowed: a number of years, or life", param, ctx)


class RunCommand(click.Command):
    """A command in which `--microdata` may stand alone, also before the name of a file."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
        return super().parse_args(ctx, list(with_whom(args)))


def with_whom(args: Sequence[str]) -> Iterator[str]:
    """Say of `--microdata` that stands alone that it is of everybody.

    Examples
    --------
    >>> list(with_whom(["--microdata", "us_2010.py", "--microdata", "spine"]))
    ['--microdata=everybody', 'us_2010.py', '--microdata', 'spine']
    >>> list(with_whom([]))
    []
    """
    for word, following in zip(args, [*args, "-"][1:], strict=True):
        alone = following.startswith("-") or Path(following).suffix == ".py"
        yield f"{word}={WHOSE_ROWS[0]}" if word == "--microdata" and alone else word


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--people", type=int, help="New cancers a year instead of the population's own."),
    click.option("--years", type=YearsType(), help="Calendar year or years: 2010, 2010-2012."),
    click.option("--project", is_flag=True, help="Years after the data too, projected (assumed)."),
    click.option("--view", type=click.Choice(["cohort", "calendar"]), help="What is counted."),
    click.option("--draws", type=int, help="Parameter draws beside the point estimate."),
    click.option("--people-per-draw", type=int, help="Lives of each draw but the point estimate."),
    click.option("--replicates", type=int, help="Repetitions with other luck."),
    click.option("--seed", type=int, help="Seed of all luck."),
    click.option("--strategies", help="Names with commas; the first is the reference."),
    click.option("--horizon", type=HorizonType(), help="Years of outcomes of care, or life."),
    click.option(
        "--outcomes-for",
        type=click.Choice(["on_therapy", "triggered", "detected"]),
        help="Whose outcomes of care.",
    ),
    click.option("--discount-rate", type=float, help="Of QALYs and costs, a year: 0.03."),
    click.option("--price-year", type=int, help="In whose dollars costs are."),
    click.option("--perspective", type=click.Choice(["payer", "societal"]), help="Whose costs."),
    click.option("--ages", type=click.Choice(["default", "five_year"]), help="Age groups."),
    click.option("--inhabitants", type=click.Path(path_type=Path), help="File that rates are per."),
    click.option(
        "--until",
        multiple=True,
        metavar="MEASURE:HALF",
        help="Go on until a mean is known: delay_days:0.5, new_cancers:1%; may be repeated.",
    ),
    click.option(
        "--engine",
        type=click.Choice(["cohort", "process", "gpu"]),
        help="Compiled, SimPy, or a graphics card.",
    ),
    click.option("--workers", type=int, help="Workers; all cores by default."),
    click.option(
        "--cluster", help="Address of a Dask scheduler whose workers live: tcp://host:8786."
    ),
    click.option(
        "--microdata",
        type=click.Choice(WHOSE_ROWS),
        help="Also write people, events and trajectories; alone, of everybody.",
    ),
    click.option("--csv", is_flag=True, help="Also write every table as CSV."),
    click.option("--out", type=click.Path(path_type=str), help="Run folder; results/<name>."),
    click.option("--resume", is_flag=True, help="Go on with the run in the folder."),
    click.option("--quiet", is_flag=True, help="Print nothing."),
)


_FIELDS = (
    "years",
    "view",
    "draws",
    "people_per_draw",
    "replicates",
    "seed",
    "outcomes_for",
    "discount_rate",
    "price_year",
    "perspective",
    "ages",
    "engine",
)
"""Options that are fields of a scenario."""

INTERRUPTED_STATUS = 130
"""Exit status of a command that Ctrl-C ended, as in a shell."""

_only_read: ContextVar[bool] = ContextVar("only_read", default=False)


class FigureType(click.Path):
    """A file whose ending says how the picture is written; another is refused before any work."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take a path whose ending is known."""
        from sim.plots.forms import form_of  # not needed to print help

        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        with input_errors():
            form_of(path)
        return path


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a run."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def scenario_main(
    scenario: Setting,
    arguments: Sequence[str] | None = None,
    **told: Callable[[Result], str] | None,
) -> None:
    """Run a scenario object from its own file, with the options of `spinemets run`.

    Where somebody types, also into a notebook, there is no command line: without arguments all is
    as the scenario says, and what is wrong is raised. `told` are the `answer` and the `findings` of
    `execute`.
    """
    if _only_read.get():
        return
    typed, done = somebody_types(), False

    @click.command(
        name=f"{scenario.name}.py",
        cls=RunCommand,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    @run_options
    def command(**options: Any) -> None:
        nonlocal done
        with nullcontext() if typed else input_errors():
            execute(scenario, **told, **options)
        done = True

    words = None if typed else sys.modules["__main__"].__doc__
    command.help = words or f"Run the scenario {scenario.name}."
    if arguments is not None or typed:
        arguments = [str(argument) for argument in arguments or ()]
    try:
        command.main(args=arguments, prog_name=command.name, standalone_mode=not typed)
    except click.ClickException as error:
        raise InputError(error.format_message()) from None
    except click.Abort:
        raise KeyboardInterrupt from None
    except SystemExit:
        if not done:
            raise  # else all went well, and what stands below in the script is run too


@contextmanager
def only_read() -> Iterator[None]:
    """Read a file of a scenario: where it has no guard, its `scenario.main()` does nothing."""
    before = _only_read.set(True)
    try:
        yield
    finally:
        _only_read.reset(before)


@contextmanager
def input_errors() -> Iterator[None]:
    """Turn what a user can get wrong into a sentence each and exit status 2."""
    try:
        yield
    except InputError as error:
        for sentence in error.told:
            click.echo(f"Error: {sentence}", err=True)
        sys.exit(BAD_INPUT_STATUS)


def execute(
    scenario: Setting,
    *,
    answer: Callable[[Result], str] | None = None,
    findings: Callable[[Result], str] | None = None,
    **options: Any,
) -> None:
    """Run a scenario with the options of the command line, print and write what came out.

    What `answer` says of the result is printed first, what `findings` says last.
    """
    from sim.engine.where import Where  # not needed to print help
    from sim.inputs.inhabitants import Inhabitants  # not needed to print help
    from sim.run import Listeners, run_scenario  # not needed to print help
    from sim.tables.run_folder import UnwrittenError  # not needed to print help
    from sim.tables.text import summary_text  # not needed to print help
    from sim.tables.until import goals_of, until_words  # not needed to print help

    quiet = options["quiet"]
    changes = {name: options[name] for name in _FIELDS if options[name] is not None}
    if options["horizon"] is not None:
        changes["horizon_years"] = options["horizon"]
    if options["people"] is not None:
        changes["population"] = scenario.population.scaled(options["people"])
    if options["strategies"] is not None:
        changes["strategies"] = chosen_strategies(scenario, options["strategies"])
    if options["inhabitants"] is not None:
        changes["inhabitants"] = Inhabitants.from_csv(options["inhabitants"].absolute())
    if options["project"]:
        changes["population"] = projected(scenario, changes)
    scenario = scenario.with_options(**changes)
    if options["out"] == "":
        raise InputError("--out is empty; allowed: a folder")
    out = Path(options["out"] or Path("results") / scenario.name)
    if options["until"]:
        goals_of(options["until"], scenario)
    how = {name: options[name] for name in ("csv", "resume")}
    how["where"] = Where(options["workers"], options["cluster"])
    how["microdata"] = options["microdata"] or False
    how["until"] = options["until"] or None
    unwritten: UnwrittenError | None = None
    interrupted = False
    with progress_bar(scenario.name, quiet) as bar:
        how["listeners"] = Listeners(bar.report, bar.watch, bar.tell, bar.pace)
        try:
            result = run_scenario(scenario, out=out, **how)
        except UnwrittenError as error:
            result, unwritten = error.result, error
        except KeyboardInterrupt:
            if somebody_types():
                raise
            interrupted = True
    if interrupted:
        click.echo(interrupted_words(out), err=True)
        sys.exit(INTERRUPTED_STATUS)
    if not quiet:
        if answer is not None:
            click.echo(f"{answer(result)}\n")
        click.echo(summary_text(result))
        if told := until_words(result.run):
            click.echo(f"\n{told}")
        if findings is not None:
            click.echo(f"\n{findings(result)}")
        if unwritten is None:
            click.echo(f"\nTables and pictures: {out.as_posix()}/")
    if unwritten is not None:
        raise unwritten


def interrupted_words(out: Path) -> str:
    """What is left of a run that the user ended, and how to go on."""
    from sim.tables.folder_parts import has_parts, parts_of  # not needed to print help
    from sim.tables.folder_words import typed  # the same

    if not has_parts(out):
        return "Interrupted before any part of the run was done."
    place = typed(parts_of(out.resolve()))
    return (
        f"Interrupted: what is done is kept in {place!r}; the same command with --resume goes on "
        "from there."
    )


def chosen_strategies(scenario: Setting, names: str) -> list[Any]:
    """Strategies by the names a user typed: the scenario's own first, then the program's."""
    own = {chosen.name: chosen for chosen in scenario.strategies}
    return [own.get(name.strip(), name.strip()) for name in names.split(",")]


def projected(scenario: Setting, changes: Mapping[str, Any]) -> Population:
    """The population up to the last year of the run, which may be after the data.

    Per inhabitant, if the inhabitants of the last year of the data are told.
    """
    population: Population = changes.get("population", scenario.population)
    inhabitants: Inhabitants | None = changes.get("inhabitants", scenario.inhabitants)
    last, to = population.last_year_of_data, changes.get("years", scenario.years)[1]
    if to <= last:
        return population
    of_data = inhabitants if inhabitants is not None and last in inhabitants.years else None
    return population.projected(to=to, inhabitants=of_data)


class Bar(NamedTuple):
    """What shows how far a run is, and says what is to be said around it."""

    report: Callable[[int, int], None]
    """Called with lives done and lives in all."""
    tell: Callable[[str], None]
    """Called with a sentence: said at once before the bar is there, else when it is gone."""
    watch: Callable[[str], object]
    """Called with what stands last behind the bar."""
    pace: Callable[[str], object]
    """Called with what stands before that."""


@contextmanager
def progress_bar(name: str, quiet: bool) -> Iterator[Bar]:
    """Show a bar over lives, once a run has lived for two seconds, and sentences around it.

    There is none before the first lives begin, so that it does not stand still while anything is
    compiled, and none where nobody looks at a terminal.
    """
    from tqdm import tqdm  # not needed to print help

    later: list[str] = []
    behind = {"pace": "", "watch": ""}
    bar: tqdm[Any] | None = None
    silent = quiet or not sys.stderr.isatty()

    def report(done: int, lives: int) -> None:
        nonlocal bar
        if bar is None:
            shown = "{l_bar}{bar}| {n_fmt}/{total_fmt} lives{postfix}"
            how: dict[str, Any] = {"unit_scale": True, "bar_format": shown, "delay": 2.0}
            bar = tqdm(total=lives, desc=name, disable=silent, **how)
        bar.total = lives
        bar.set_postfix_str("; ".join(filter(None, behind.values())), refresh=False)
        bar.update(done - bar.n)

    def tell(sentence: str) -> None:
        if bar is not None and not quiet:
            later.append(sentence)
        elif not quiet:
            click.echo(sentence, err=True)

    def put(place: str) -> Callable[[str], None]:
        return lambda words: behind.update({place: words})

    try:
        yield Bar(report, tell, put("watch"), put("pace"))
    finally:
        if bar is not None:
            bar.close()
        for sentence in later:
            click.echo(sentence, err=True)
