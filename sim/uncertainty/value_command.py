"""What `spinemets value` does, after its options are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.evidence.mistakes import InputError
from sim.inputs.outcomes import DISCOUNT_RATE
from sim.tables.run_tables import RunTables
from sim.uncertainty.people_served import PeopleServed
from sim.uncertainty.planned_study import PlannedStudy
from sim.uncertainty.stakes import exchange
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
    net_benefit = exchange(options["rate"], options["money"], options["cost"])
    studies = [
        PlannedStudy(name, sizes_of(options["sizes"]), options["sees"], options["sd"])
        for name in options["study"]
    ]
    people, cost = _people(options), options["study_cost"]
    if cost is not None and not 0.0 <= cost < float("inf"):
        raise InputError(f"--study-cost is {cost!r}; allowed: a number, at least 0")
    found = value_of_information(
        made(), net_benefit, studies=studies, people=people, study_cost=cost
    )
    lines = [found.text(options["top"])]
    if (path := options["csv"]) is not None:
        _written(path, "csv", lambda: found.table.to_csv(path, index=False))
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
    discount = options["discount"]
    rate = DISCOUNT_RATE if discount is None else discount
    return PeopleServed(options["people_a_year"], options["years"], rate)


def _written(path: Path, name: str, write: Callable[[], object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write()
    except OSError as error:
        raise InputError(
            f"{name} is {str(path)!r}: {error.strerror}; allowed: a file that can be written"
        ) from None
