"""How well the draws of the evidence fit what was published, as it was found once."""

from __future__ import annotations

from functools import cache

from sim.evidence.rows import FOLDER, Row, read_rows


class PosteriorFit(Row):
    """One published outcome over draws of all parameters, each with its row of the posterior."""

    unique = ("name", "stratum")

    name: str
    stratum: str
    mean: float
    lower: float
    upper: float
    """The middle 95% of the draws."""
    chi_square: float
    """Mean over draws of the squared distance to what was published, in standard deviations: 1 if
    draws are as far from it as it is from the truth, 2 on average if they knew nothing else."""


@cache
def posterior_fits() -> dict[tuple[str, str], PosteriorFit]:
    """Those that came with the posterior, by name and stratum of the outcome."""
    path = FOLDER / "posterior_fit.csv"
    if not path.exists():
        return {}
    return {(row.name, row.stratum): row for row in read_rows(path, PosteriorFit).values()}
