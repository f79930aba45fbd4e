"""Reads the evidence, refuses it if a row lacks anything, and draws joint samples of it."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from statistics import NormalDist
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from sim.evidence.checked import one_of
from sim.evidence.distributions import ARGUMENTS, quantile
from sim.evidence.mistakes import InputError
from sim.evidence.rows import FOLDER, Ranged, SourceKey, read_rows, read_sources
from sim.evidence.synthesis import Synthesis, clipped, expit
from sim.evidence.vocabulary import likeliest, nearest

GRADES = ("measured", "derived", "calibrated", "assumed")
DIMENSIONS = 4096
"""Dimensions of the Sobol points: fixed, so that a new parameter moves no other one's points."""
SOBOL_SEED = 20101231

_MORE_NUMBERS = ("sites.csv", "prices.csv", "price_index.csv", "course_prices.csv")
"""Tables beside the parameters that results depend on."""

Values = Mapping[tuple[str, str], float]
"""One joint sample: (name, stratum) to value."""


def of_primary(values: Values, name: str, primary: str, of: str = "") -> float:
    """A parameter of the primary where it has a row of its own, else that of all.

    `of` is what else the stratum names, after a comma.
    """
    rest = f", {of}" if of else ""
    return values.get((name, primary + rest), values[name, "all" + rest])


def parse_arguments(text: str) -> dict[str, float]:
    """Read the arguments of a distribution, or raise a `ValueError` that says what is wrong.

    Examples
    --------
    >>> parse_arguments("prior=0.3; sd_log=0.2")
    {'prior': 0.3, 'sd_log': 0.2}
    """
    pairs = [piece.partition("=") for piece in text.split(";")]
    try:
        return {name.strip(): float(value) for name, _, value in pairs}
    except ValueError:
        raise ValueError(f"is {text!r}; allowed: name=number; name=number") from None


class Parameter(Ranged):
    """One row of the evidence: a number, how sure we are of it, and where it comes from."""

    name: str
    stratum: str
    unit: str
    distribution: Annotated[str, one_of(tuple(ARGUMENTS))]
    arguments: Annotated[dict[str, float], BeforeValidator(parse_arguments)] = Field(
        default_factory=dict
    )
    dimension: Annotated[int, Field(gt=0, lt=DIMENSIONS)] | None = None
    source: SourceKey
    grade: Annotated[str, one_of(GRADES)]
    note: str = ""

    def faults(self) -> Iterator[str]:
        """A value or arguments that the distribution does not take; no reason given."""
        yield from super().faults()
        kind, value = self.distribution, self.value
        if tuple(self.arguments) not in ARGUMENTS[kind]:
            wanted = " or ".join("; ".join(names) or "none" for names in ARGUMENTS[kind])
            yield f"arguments is {self.arguments}; {kind} takes: {wanted}"
        elif self.arguments and self.width <= 0.0:
            yield f"arguments is {self.arguments}; allowed: a width above 0"
        if kind in ("beta", "dirichlet") and not 0.0 <= value <= 1.0:
            yield f"value is {value:g}; {kind} takes 0 to 1"
        if kind in ("lognormal", "gamma") and value <= 0.0:
            yield f"value is {value:g}; {kind} takes more than 0"
        if (kind not in ("fixed", "calibrated")) != (self.dimension is not None):
            yield "dimension must be given if and only if the row is drawn"
        if self.grade == "assumed" and not self.note:
            yield "note is missing; an assumed value needs a note that says why"

    @property
    def key(self) -> tuple[str, str]:
        """Name and stratum: what the row is found by."""
        return self.name, self.stratum

    @property
    def said(self) -> str:
        """Name and stratum as a user writes them: the name alone if its stratum is `all`."""
        return said_keys(self.key)

    def range_95(self) -> tuple[float, float]:
        """The middle 95% of its distribution, by itself and within its bounds.

        The value twice if it is fixed or drawn jointly with others; see `Evidence.range_95` too.
        """
        if self.distribution in ("fixed", "dirichlet", "calibrated", "synthesis"):
            return self.value, self.value
        ends = quantile(self.distribution, self.value, self.width, np.array([0.025, 0.975]))
        low, high = np.clip(ends, self.lower, self.upper).tolist()
        return low, high

    @property
    def width(self) -> float:
        """The argument that gives the width of the distribution; 0 if it is fixed."""
        return next(reversed(self.arguments.values()), 0.0)


class DrawnAlike(NamedTuple):
    """The parameters that have the same kind of distribution and are drawn by themselves."""

    keys: list[tuple[str, str]]
    value: NDArray[np.float64]
    width: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    dimension: NDArray[np.int64]
    family: NDArray[np.int64]
    """Which of them are siblings, whose shares sum to 1 if they are of a Dirichlet."""

    @classmethod
    def of(cls, rows: list[Parameter]) -> DrawnAlike:
        """Some parameters as arrays."""
        numbers = [(p.value, p.width, p.lower, p.upper, p.dimension) for p in rows]
        value, width, lower, upper, dimension = map(np.array, zip(*numbers, strict=True))
        families: dict[tuple[str, str], int] = {}
        family = [families.setdefault(sibling_family(p), len(families)) for p in rows]
        keys = [p.key for p in rows]
        return cls(keys, value, width, lower, upper, dimension, np.array(family))


@dataclass(frozen=True)
class Evidence:
    """All parameters and sources, checked; and joint samples of the parameters."""

    parameters: dict[tuple[str, str], Parameter]
    sources: dict[str, str]
    posterior_keys: tuple[tuple[str, str], ...] = ()
    posterior: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    synthesis: Synthesis = field(default_factory=Synthesis)

    @classmethod
    def read(cls, folder: str | Path = FOLDER) -> Evidence:
        """Read a folder of evidence and check every row.

        Raises
        ------
        InputError
            If any row is incomplete, out of bounds or stands twice.
        """
        folder = Path(folder)
        sources = read_sources(folder)
        rows: dict[str, Parameter] = {}
        for file in ("parameters.csv", "population.csv"):
            rows |= read_rows(folder / file, Parameter, sources)
        parameters: dict[tuple[str, str], Parameter] = {}
        taken: dict[int, tuple[str, str]] = {}
        for place, row in rows.items():
            if row.key in parameters:
                raise InputError(f"{place}: {row.key} stands twice")
            parameters[row.key] = row
            if row.dimension is not None:
                first = parameters[taken.setdefault(row.dimension, row.key)]
                if first.key != row.key and not drawn_as_one(row, first):
                    raise InputError(
                        f"{place}: dimension {row.dimension} is taken by {first.key}; allowed: "
                        "rows of one name with the same value and distribution, which are one "
                        "number"
                    )
        keys, posterior = read_posterior(folder / "posterior.csv", parameters)
        joint = {p.key: p.value for p in parameters.values() if p.distribution == "synthesis"}
        synthesis = Synthesis.read(folder / "synthesis.csv", joint)
        return cls(parameters, sources, keys, posterior, synthesis)

    @cached_property
    def _drawn_alike(self) -> dict[str, DrawnAlike]:
        """Parameters that are drawn by themselves, by the kind of their distribution."""
        rows: dict[str, list[Parameter]] = {}
        for parameter in self.parameters.values():
            if parameter.dimension is not None and parameter.distribution != "synthesis":
                rows.setdefault(parameter.distribution, []).append(parameter)
        return {kind: DrawnAlike.of(alike) for kind, alike in rows.items()}

    @property
    def point(self) -> dict[tuple[str, str], float]:
        """The point estimate: draw 0."""
        return {key: parameter.value for key, parameter in self.parameters.items()}

    def draw(self, k: int) -> dict[tuple[str, str], float]:
        """Joint sample `k` of all parameters; 0 is the point estimate.

        Draw `k` is point `k` of one scrambled Sobol sequence and does not depend on how many
        draws are made. Calibrated parameters take row `k` of the fitted posterior together, which
        was fitted with all others as they are in draw `k`; after its last row it starts again,
        with others that a row was not fitted with. Those of the synthesis of published arms are
        correlated as it says.

        Examples
        --------
        >>> e = Evidence.read()
        >>> e.draw(3) == e.draw(3), e.draw(0) == e.point
        (True, True)
        """
        if k < 0:
            raise InputError(f"k is {k}; allowed: a whole number, at least 0")
        values = self.point
        if k == 0:
            return values
        point = sobol_points(max(7, k.bit_length()))[k]
        for kind, alike in self._drawn_alike.items():
            drawn = quantile(kind, alike.value, alike.width, point[alike.dimension])
            if kind == "dirichlet":
                drawn /= np.bincount(alike.family, drawn)[alike.family]
            else:
                drawn = np.clip(drawn, alike.lower, alike.upper)
            values.update(zip(alike.keys, drawn.tolist(), strict=True))
        dimensions = [self.parameters[key].dimension for key in self.synthesis.keys]
        for key, share in self.synthesis.shares(point[dimensions]).items():
            row = self.parameters[key]
            if row.distribution == "synthesis":
                values[key] = min(max(share, row.lower), row.upper)
        if len(self.posterior):
            fitted = self.posterior[(k - 1) % len(self.posterior)]
            values.update(zip(self.posterior_keys, fitted.tolist(), strict=True))
        return values

    def fixed(self, changes: Mapping[str, float]) -> Evidence:
        """The same with some parameters moved, and fixed there in all draws.

        Of Dirichlet shares, of a fitted posterior and of the synthesis the others stay as they are.

        Parameters
        ----------
        changes : mapping
            Value by `name | stratum`; the name alone if its stratum is `all`.

        Raises
        ------
        InputError
            If there is no such parameter, or if a value is out of its bounds.

        Examples
        --------
        >>> Evidence.read().fixed({"overwhelming_pain": 8}).draw(5)["overwhelming_pain", "all"]
        8.0
        """
        if not changes:
            return self
        moved: dict[tuple[str, str], Parameter] = {}
        wrong: list[str] = []
        for said, value in changes.items():
            name, _, stratum = said.partition(" | ")
            row = self.parameters.get((name, stratum or "all"))
            if row is None:
                wrong.append(f"parameters names {said!r}; {self._nearest_row(name, stratum)}")
            elif not row.lower <= value <= row.upper:
                wrong.append(
                    f"parameters: {said} is {value!r}; allowed: {row.lower:g} to {row.upper:g}"
                )
            else:
                fixed = {"value": float(value), "distribution": "fixed", "arguments": {}}
                # Others of the synthesis are drawn from the normal number of a share that is fixed.
                kept_dimension = row.dimension if row.distribution == "synthesis" else None
                moved[row.key] = row.model_copy(update={**fixed, "dimension": kept_dimension})
        if wrong:
            raise InputError(*wrong)
        kept = [i for i, key in enumerate(self.posterior_keys) if key not in moved]
        return replace(
            self,
            parameters=self.parameters | moved,
            posterior_keys=tuple(self.posterior_keys[i] for i in kept),
            posterior=self.posterior[:, kept],
        )

    def _nearest_row(self, name: str, stratum: str) -> str:
        rows = self.named(name)
        if not rows:
            close = likeliest(name, [*dict.fromkeys(p.name for p in self.parameters.values())])
            allowed = "a name of parameters.csv, `name | stratum`"
            return (
                f"allowed: {allowed}"
                if close is None
                else f"did you mean {close!r}? Allowed: {allowed}"
            )
        strata = [p.stratum for p in rows]
        return f"{name} has the strata: {nearest(stratum, strata)}"

    @cached_property
    def fingerprint(self) -> str:
        """Hash of every value, distribution and bound, of posterior, synthesis and other tables."""
        digest = hashlib.sha256()
        for table in _MORE_NUMBERS:
            digest.update((FOLDER / table).read_bytes())
        for p in self.parameters.values():
            arguments = sorted(p.arguments.items())
            row = (p.key, p.value, p.distribution, arguments, p.dimension, p.lower, p.upper)
            digest.update(repr(row).encode())
        digest.update(self.posterior.tobytes())
        digest.update(repr(self.synthesis.rows).encode())
        return digest.hexdigest()[:16]

    def range_95(self, parameter: Parameter) -> tuple[float, float]:
        """The middle 95% of a parameter by itself; those of the synthesis have theirs here alone.

        Its log-odds are normal, with the squares of its loadings as their variance.
        """
        if parameter.distribution != "synthesis":
            return parameter.range_95()
        place = self.synthesis.keys.index(parameter.key)
        center = self.synthesis.rows[place].center
        reach = NormalDist().inv_cdf(0.975) * math.hypot(*self.synthesis.loadings[place])
        return clipped(expit(center - reach)), clipped(expit(center + reach))

    def named(self, name: str) -> list[Parameter]:
        """All rows of one name, over strata."""
        return [p for p in self.parameters.values() if p.name == name]

    def cite(self, parameter: Parameter) -> str:
        """The citation behind a parameter."""
        return self.sources[parameter.source]


def said_keys(*keys: tuple[str, str]) -> str:
    """Rows that are one number as a user writes them: the name alone if the stratum is `all`.

    Examples
    --------
    >>> said_keys(("x", "all")), said_keys(("y", "lung")), said_keys(("y", "lung"), ("y", "breast"))
    ('x', 'y | lung', 'y | lung, breast')
    """
    name, stratum = keys[0]
    return name if stratum == "all" else f"{name} | {', '.join(key[1] for key in keys)}"


def drawn_as_one(row: Parameter, other: Parameter) -> bool:
    """Say whether rows that share a dimension are one number: of one name, and alike."""
    one, two = (
        (p.name, p.value, p.unit, p.distribution, p.arguments, p.lower, p.upper)
        for p in (row, other)
    )
    return one == two and row.distribution != "synthesis"


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
        header = next(csv.reader(file))
        try:
            table = np.loadtxt(file, delimiter=",", ndmin=2)
        except ValueError:
            table = np.empty((0, 0))
    if table.shape[1] != len(header):
        raise InputError(_fault_of_rows(path))
    keys = []
    for column in header:
        name, _, stratum = column.partition(" | ")
        if (name, stratum) not in parameters:
            raise InputError(f"{path.name}, line 1: no parameter {column!r}")
        keys.append((name, stratum))
    lower = np.array([parameters[key].lower for key in keys])
    upper = np.array([parameters[key].upper for key in keys])
    return tuple(keys), np.clip(table, lower, upper)


def _fault_of_rows(path: Path) -> str:
    """The first fault of a posterior that cannot be read at once."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        for row in reader:
            try:
                wrong = "" if [float(cell) for cell in row] else "no numbers"
            except ValueError as error:
                wrong = str(error)
            if not wrong and len(row) != len(header):
                wrong = f"{len(row)} columns; allowed: as many as the header has, {len(header)}"
            if wrong:
                return f"{path.name}, line {reader.line_num}: {wrong}"
    return f"{path.name}: no rows"


@cache
def sobol_points(log2_points: int) -> NDArray[np.float64]:
    """The first points of the one scrambled Sobol sequence, shape (points, `DIMENSIONS`)."""
    from scipy.stats import qmc  # a second that only draws need

    sampler = qmc.Sobol(d=DIMENSIONS, scramble=True, rng=SOBOL_SEED)
    points = sampler.random_base2(log2_points)
    edge = 2.0**-53
    return np.clip(points, edge, 1.0 - edge)


@cache
def evidence() -> Evidence:
    """The evidence that comes with the program, read and checked once."""
    return Evidence.read()
