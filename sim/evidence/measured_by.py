"""Which study would measure each parameter that is not certain: the table `measured_by.csv`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sim.evidence.mistakes import InputError
from sim.evidence.reader import Parameter, evidence, sibling_family
from sim.evidence.rows import FOLDER, Row, read_rows
from sim.evidence.vocabulary import nearest

FILE = FOLDER / "measured_by.csv"
ANY = "*"
"""Ends a name that stands for all that begin like it and are named nowhere else."""


class MeasuredRow(Row):
    """Parameters of one name, and of one stratum if it is given, and the study that measures them.

    Attributes
    ----------
    label : str
        What the study is, in words; in the first row of a study alone.
    name : str
        Of a parameter; with a star at its end, all that begin so.
    stratum : str
        Empty for all strata that have no row of their own.
    """

    unique = ("name", "stratum")

    study: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    label: str = ""
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\*?$")]
    stratum: str = ""

    @property
    def closeness(self) -> tuple[bool, int, bool]:
        """How closely it names a parameter: of two rows that do, the greater counts."""
        return not self.name.endswith(ANY), len(self.name), bool(self.stratum)

    def names(self, parameter: Parameter) -> bool:
        """Say whether it names a parameter."""
        if self.stratum not in ("", parameter.stratum):
            return False
        if self.name.endswith(ANY):
            return parameter.name.startswith(self.name.removesuffix(ANY))
        return parameter.name == self.name


@dataclass(frozen=True)
class MeasuringStudy:
    """A study that could be done, and the parameters that it would measure.

    Attributes
    ----------
    name, label : str
        In a table and in words.
    keys : tuple of (str, str)
        Names and strata of parameters, in the order of the evidence.
    """

    name: str
    label: str
    keys: tuple[tuple[str, str], ...]


def is_drawn(parameter: Parameter) -> bool:
    """Say whether a parameter is uncertain, so that draws of the evidence differ in it."""
    return parameter.distribution != "fixed"


@cache
def measuring_studies() -> dict[str, MeasuringStudy]:
    """The studies by name, in the order of the table; each drawn parameter is in one of them."""
    return read_measured_by(FILE, evidence().parameters.values())


def read_measured_by(path: Path, parameters: Iterable[Parameter]) -> dict[str, MeasuringStudy]:
    """Read the table and check it against the parameters.

    Raises
    ------
    InputError
        If a drawn parameter has no study, a row names none, a study has no label, or what is drawn
        as one is in two studies: shares of one whole, rows that are one number.
    """
    rows = read_rows(path, MeasuredRow)
    every = list(parameters)
    found, wrong = _study_of_each(list(rows.values()), every, path.name)
    wrong += _unknown(rows, every)
    labels: dict[str, str] = {}
    for place, row in rows.items():
        if bool(row.label) == (row.study in labels):
            wrong.append(f"{place}: label {row.label!r}; allowed: in the first row of a study only")
        labels.setdefault(row.study, row.label)
    wrong += _torn_apart(every, found, path.name)
    if wrong:
        raise InputError(*wrong)
    return {
        study: MeasuringStudy(study, label, tuple(k for k, of in found.items() if of == study))
        for study, label in labels.items()
    }


def _study_of_each(
    rows: list[MeasuredRow], parameters: list[Parameter], file: str
) -> tuple[dict[tuple[str, str], str], list[str]]:
    found, wrong = {}, []
    for parameter in filter(is_drawn, parameters):
        mine = [row for row in rows if row.names(parameter)]
        closest = max((row.closeness for row in mine), default=None)
        studies = list(dict.fromkeys(row.study for row in mine if row.closeness == closest))
        if len(studies) == 1:
            found[parameter.key] = studies[0]
        elif studies:
            wrong.append(f"{file}: {parameter.said} is in {' and '.join(studies)}; allowed: one")
        else:
            wrong.append(f"{file}: no study measures {parameter.said}; add a row for it")
    return found, wrong


def _unknown(rows: Mapping[str, MeasuredRow], parameters: list[Parameter]) -> Iterator[str]:
    """Rows that name no drawn parameter; a name with a star may be ahead of its parameters."""
    drawn = list(filter(is_drawn, parameters))
    names = list(dict.fromkeys(p.name for p in drawn))
    for place, row in rows.items():
        ahead = row.name.endswith(ANY) and not row.stratum
        if ahead or any(map(row.names, drawn)):
            continue
        if row.name in names or row.name.endswith(ANY):
            strata = [p.stratum for p in drawn if row.model_copy(update={"stratum": ""}).names(p)]
            hint = nearest(row.stratum, list(dict.fromkeys(strata)))
            yield f"{place}: stratum is {row.stratum!r}; {hint}"
        else:
            yield f"{place}: name is {row.name!r}; {nearest(row.name, names)}"


def _torn_apart(
    parameters: list[Parameter], study_of: Mapping[tuple[str, str], str], file: str
) -> Iterator[str]:
    """Shares of one whole, or rows that are one number, of which a study measures only some."""
    families: dict[tuple[str, str], dict[str, None]] = {}
    for p in parameters:
        if p.key not in study_of or p.dimension is None:
            continue
        whole = p.distribution == "dirichlet"
        family = sibling_family(p) if whole else (p.name, f"dimension {p.dimension}")
        families.setdefault(family, {})[study_of[p.key]] = None
    for (name, which), studies in families.items():
        if len(studies) > 1:
            yield (
                f"{file}: shares of {name} [{which or 'all'}], or rows that are one number, are in "
                f"{' and '.join(studies)}; allowed: one study for all of them"
            )
