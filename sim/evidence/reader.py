"""Reads the evidence, refuses it if a row lacks anything, and draws joint samples of it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.evidence.distributions import ARGUMENTS, quantile
from sim.evidence.vocabulary import nearest

FOLDER = Path(__file__).parent
GRADES = ("measured", "derived", "calibrated", "assumed")
DIMENSIONS = 4096
"""Dimensions of the Sobol points: fixed, so that a new parameter moves no other one's points."""
POSTERIOR_DIMENSION = 0
SOBOL_SEED = 20101231

Values = Mapping[tuple[str, str], float]
"""One joint sample: (name, stratum) to value."""


class EvidenceError(ValueError):
    """A row of the evidence that cannot be used, with its file and line."""


@dataclass(frozen=True)
class Parameter:
    """One row of the evidence: a number, how sure we are of it, and where it comes from."""

    name: str
    stratum: str
    value: float
    unit: str
    distribution: str
    arguments: dict[str, float]
    dimension: int | None
    lower: float
    upper: float
    source: str
    grade: str
    note: str

    @property
    def key(self) -> tuple[str, str]:
        """Name and stratum: what the row is found by."""
        return self.name, self.stratum

    @property
    def width(self) -> float:
        """The argument that gives the width of the distribution; 0 if it is fixed."""
        return next((x for name, x in self.arguments.items() if name != "prior"), 0.0)


def read_rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows of a CSV file, each with the place (file and line) that a message should name."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        for row in reader:
            place = f"{path.name}, line {reader.line_num}"
            if None in row or None in row.values():
                raise EvidenceError(f"{place}: must have as many columns as the header")
            yield place, row


def parse_parameter(place: str, row: Mapping[str, str], sources: Mapping[str, str]) -> Parameter:
    """Turn one row into a `Parameter`, or say what is wrong with it and where.

    Raises
    ------
    EvidenceError
        If a field is missing, not a number, out of bounds, or names something unknown.
    """

    def number(column: str, default: float | None = None) -> float:
        text = row[column]
        if text == "" and default is not None:
            return default
        try:
            value = float(text)
        except ValueError:
            raise EvidenceError(f"{place}: {column} is {text!r}; allowed: a number") from None
        if not np.isfinite(value):
            raise EvidenceError(f"{place}: {column} is {text!r}; allowed: a finite number")
        return value

    for column in ("name", "stratum", "unit", "distribution", "source", "grade"):
        if not row.get(column):
            raise EvidenceError(f"{place}: {column} is missing")
    if row["source"] not in sources:
        raise EvidenceError(f"{place}: source {row['source']!r} is not in sources.csv")
    if row["grade"] not in GRADES:
        raise EvidenceError(f"{place}: grade {row['grade']!r}; {nearest(row['grade'], GRADES)}")
    if row["grade"] == "assumed" and not row["note"]:
        raise EvidenceError(f"{place}: an assumed value needs a note that says why")
    distribution = row["distribution"]
    if distribution not in ARGUMENTS:
        raise EvidenceError(
            f"{place}: distribution {distribution!r}; {nearest(distribution, list(ARGUMENTS))}"
        )
    arguments = parse_arguments(place, row["arguments"])
    if tuple(arguments) not in ARGUMENTS[distribution]:
        wanted = " or ".join("; ".join(names) or "none" for names in ARGUMENTS[distribution])
        raise EvidenceError(
            f"{place}: arguments {row['arguments']!r}; {distribution} takes: {wanted}"
        )
    for name, argument in arguments.items():
        if not 0.0 < argument < np.inf and name != "prior":
            raise EvidenceError(
                f"{place}: arguments {row['arguments']!r}; {name} must be finite and above 0"
            )
    value, lower, upper = number("value"), number("lower", -np.inf), number("upper", np.inf)
    if not lower <= value <= upper:
        raise EvidenceError(f"{place}: value {value} is outside its bounds {lower} to {upper}")
    if distribution in ("beta", "dirichlet") and not 0.0 <= value <= 1.0:
        raise EvidenceError(f"{place}: value {value}; {distribution} takes 0 to 1")
    if distribution in ("lognormal", "gamma") and value <= 0.0:
        raise EvidenceError(f"{place}: value {value}; {distribution} takes more than 0")
    drawn = distribution not in ("fixed", "calibrated")
    if drawn != bool(row["dimension"]):
        raise EvidenceError(f"{place}: dimension must be given if and only if the row is drawn")
    if drawn and not row["dimension"].isdecimal():
        raise EvidenceError(f"{place}: dimension {row['dimension']!r}; allowed: a whole number")
    return Parameter(
        name=row["name"],
        stratum=row["stratum"],
        value=value,
        unit=row["unit"],
        distribution=distribution,
        arguments=arguments,
        dimension=int(row["dimension"]) if drawn else None,
        lower=lower,
        upper=upper,
        source=row["source"],
        grade=row["grade"],
        note=row["note"],
    )


def parse_arguments(place: str, text: str) -> dict[str, float]:
    """Read `sd=0.1` or `prior=0.3; sd_log=0.2` into a dictionary."""
    arguments = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, equals, value = part.partition("=")
        try:
            arguments[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise EvidenceError(f"{place}: arguments {text!r}; allowed: name=number; name=number")
    return arguments


@dataclass(frozen=True)
class Evidence:
    """All parameters and sources, checked; and joint samples of the parameters."""

    parameters: dict[tuple[str, str], Parameter]
    sources: dict[str, str]
    posterior_keys: tuple[tuple[str, str], ...] = ()
    posterior: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Evidence:
        """Read a folder of evidence and check every row.

        Raises
        ------
        EvidenceError
            If any row is incomplete, out of bounds or stands twice.
        """
        sources = {row["key"]: row["citation"] for _, row in read_rows(folder / "sources.csv")}
        parameters: dict[tuple[str, str], Parameter] = {}
        dimensions: dict[int, tuple[str, str]] = {}
        for file in ("parameters.csv", "population.csv"):
            for place, row in read_rows(folder / file):
                parameter = parse_parameter(place, row, sources)
                if parameter.key in parameters:
                    raise EvidenceError(f"{place}: {parameter.key} stands twice")
                if parameter.dimension is not None:
                    if parameter.dimension in dimensions:
                        raise EvidenceError(
                            f"{place}: dimension {parameter.dimension} is taken by "
                            f"{dimensions[parameter.dimension]}"
                        )
                    if not POSTERIOR_DIMENSION < parameter.dimension < DIMENSIONS:
                        raise EvidenceError(
                            f"{place}: dimension {parameter.dimension}; allowed: 1 to "
                            f"{DIMENSIONS - 1}"
                        )
                    dimensions[parameter.dimension] = parameter.key
                parameters[parameter.key] = parameter
        keys, posterior = read_posterior(folder / "posterior.csv", parameters)
        return cls(parameters, sources, keys, posterior)

    @property
    def point(self) -> dict[tuple[str, str], float]:
        """The point estimate: draw 0."""
        return {key: parameter.value for key, parameter in self.parameters.items()}

    def draw(self, k: int) -> dict[tuple[str, str], float]:
        """Joint sample `k` of all parameters; 0 is the point estimate.

        Draw `k` is point `k` of one scrambled Sobol sequence and does not depend on how many
        draws are made. Calibrated parameters take one row of the fitted posterior together.

        Examples
        --------
        >>> e = Evidence.read()
        >>> e.draw(3) == e.draw(3), e.draw(0) == e.point
        (True, True)
        """
        values = self.point
        if k == 0:
            return values
        point = sobol_points(k + 1)[k]
        totals: dict[tuple[str, str], float] = {}
        for parameter in self.parameters.values():
            if parameter.dimension is None:
                continue
            u = point[parameter.dimension : parameter.dimension + 1]
            drawn = quantile(parameter.distribution, parameter.value, parameter.width, u)[0]
            if parameter.distribution == "dirichlet":
                family = sibling_family(parameter)
                totals[family] = totals.get(family, 0.0) + float(drawn)
                values[parameter.key] = float(drawn)
            else:
                values[parameter.key] = float(np.clip(drawn, parameter.lower, parameter.upper))
        for parameter in self.parameters.values():
            if parameter.distribution == "dirichlet":
                values[parameter.key] /= totals[sibling_family(parameter)]
        if len(self.posterior):
            row = int(point[POSTERIOR_DIMENSION] * len(self.posterior))
            values.update(zip(self.posterior_keys, self.posterior[row].tolist(), strict=True))
        return values

    @cached_property
    def fingerprint(self) -> str:
        """Hash of every value, distribution and bound, and of the posterior."""
        digest = hashlib.sha256((FOLDER / "sites.csv").read_bytes())
        for parameter in self.parameters.values():
            digest.update(
                repr(
                    (
                        parameter.key,
                        parameter.value,
                        parameter.distribution,
                        sorted(parameter.arguments.items()),
                        parameter.dimension,
                        parameter.lower,
                        parameter.upper,
                    )
                ).encode()
            )
        digest.update(self.posterior.tobytes())
        return digest.hexdigest()[:16]

    def named(self, name: str) -> list[Parameter]:
        """All rows of one name, over strata."""
        return [p for p in self.parameters.values() if p.name == name]

    def cite(self, parameter: Parameter) -> str:
        """The citation behind a parameter."""
        return self.sources[parameter.source]


def sibling_family(parameter: Parameter) -> tuple[str, str]:
    """What the shares of one Dirichlet have in common: the stratum up to its last part."""
    return parameter.name, parameter.stratum.rpartition(", ")[0]


def read_posterior(
    path: Path, parameters: Mapping[tuple[str, str], Parameter]
) -> tuple[tuple[tuple[str, str], ...], NDArray[np.float64]]:
    """Rows of the fitted posterior, columns `name | stratum`, clipped to the parameters' bounds."""
    if not path.exists():
        return (), np.empty((0, 0))
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        rows = []
        for row in reader:
            try:
                rows.append([float(cell) for cell in row])
            except ValueError as error:
                raise EvidenceError(f"{path.name}, line {reader.line_num}: {error}") from None
            if len(row) != len(header):
                raise EvidenceError(
                    f"{path.name}, line {reader.line_num}: {len(row)} columns; allowed: as many "
                    f"as the header has, {len(header)}"
                )
    table = np.array(rows)
    keys = []
    for column in header:
        name, _, stratum = column.partition(" | ")
        if (name, stratum) not in parameters:
            raise EvidenceError(f"{path.name}, line 1: no parameter {column!r}")
        keys.append((name, stratum))
    lower = np.array([parameters[key].lower for key in keys])
    upper = np.array([parameters[key].upper for key in keys])
    return tuple(keys), np.clip(table, lower, upper)


@cache
def _sobol_block(log2_points: int) -> NDArray[np.float64]:
    from scipy.stats import qmc

    sampler = qmc.Sobol(d=DIMENSIONS, scramble=True, rng=SOBOL_SEED)
    points = sampler.random_base2(log2_points)
    edge = 2.0**-53
    return np.clip(points, edge, 1.0 - edge)


def sobol_points(n: int) -> NDArray[np.float64]:
    """At least `n` points of the one scrambled Sobol sequence, shape (points, `DIMENSIONS`)."""
    return _sobol_block(max(7, int(np.ceil(np.log2(n)))))


@cache
def evidence() -> Evidence:
    """The evidence that comes with the program, read and checked once."""
    return Evidence.read()
