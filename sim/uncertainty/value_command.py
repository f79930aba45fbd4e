"""What `spinemets value` does, after its options are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.economics.exchange import net_benefit_at
from sim.evidence.mistakes import InputError, only_with
from sim.tables.run_tables import RunTables
from sim.uncertainty.people_served import PeopleServed
from sim.uncertainty.planned_study import PlannedStudy
from sim.uncertainty.value_of_information import value_of_information


def value_report(made: Callable[[], RunTables], **options: Any) -> str:
    """The text that is printed; table and picture are written where they are asked for.

    Parameters
    ----------
    made : callable
        Gives the tables of the run; called when all options are known to be right.

    Raises
    ------
    InputError
        If an option cannot be used, or a file cannot be written.
    """
    net_benefit = net_benefit_at(options["rate"], options["money"], options["cost"])
    _refuse_idle(options)
    sizes = sizes_of(options["sizes"] or "50,200,800")
    studies = [
        PlannedStudy(name, sizes, options["sees"], options["sd"]) for name in options["study"]
    ]
    people, cost = _people(options), options["study_cost"]
    tables = made()
    if people is not None and options["discount_rate"] is None:
        own = tables.run.get("discount_rate", people.discount_rate)
        people = replace(people, discount_rate=own)
    found = value_of_information(
        tables, net_benefit, studies=studies, people=people, study_cost=cost
    )
    lines = [found.text(options["top"])]
    if (path := options["table"]) is not None:
        _written(path, "table", lambda: found.table.to_csv(path, index=False))
        lines.append(f"\nTable: {path}")
    if (path := options["figure"]) is not None:
        from sim.plots.drawing import save  # only a picture needs Matplotlib

        ax = found.plot_studies() if studies else found.plot(most=options["top"])
        _written(path, "figure", lambda: save(ax, path))
        lines.append(f"\nPicture: {path}")
    return "\n".join(lines)


def sizes_of(text: str) -> tuple[int, ...]:
    """Sizes of a study that a user typed.

    Examples
    --------
    >>> sizes_of("50, 200")
    (50, 200)
    """
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"n is {text!r}; allowed: whole numbers with commas, 50,200") from None


def _people(options: Mapping[str, Any]) -> PeopleServed | None:
    if options["people_a_year"] is None:
        return None
    given = {name: options[name] for name in ("years", "discount_rate")}
    known = {name: value for name, value in given.items() if value is not None}
    return PeopleServed(options["people_a_year"], **known)


def _refuse_idle(options: Mapping[str, Any]) -> None:
    """Refuse options that would do nothing, before a run is loaded or made."""
    cost = options["study_cost"]
    if cost is not None and not 0.0 <= cost < float("inf"):
        raise InputError(f"--study-cost is {cost!r}; allowed: a number, at least 0")
    moneyed = options["money"] is not None and options["people_a_year"] is not None
    only_with("study", bool(options["study"]), n=options["sizes"], sees=options["sees"])
    only_with("study", bool(options["study"]), sd=options["sd"])
    known = {name: options[name] for name in ("years", "discount_rate")}
    only_with("people-a-year", options["people_a_year"] is not None, **known)
    only_with("money and --people-a-year", moneyed, study_cost=cost)


def _written(path: Path, name: str, write: Callable[[], object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write()
    except OSError as error:
        raise InputError(
            f"{name} is {str(path)!r}: {error.strerror}; allowed: a file that can be written"
        ) from None
