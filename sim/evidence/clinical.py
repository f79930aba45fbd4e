"""What is published of what clinicians check first, to stand beside the model's people."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from sim.evidence.checked import one_of
from sim.evidence.rows import FOLDER, Ranged, SourceKey, read_rows
from sim.evidence.targets import parse_primaries


def _known_stratum(text: str) -> str:
    parse_primaries(text)
    return text


class ClinicalRow(Ranged):
    """One published number.

    Attributes
    ----------
    name : str
        Of the check it stands beside, see `sim.fitting.clinical_checks`, or with `dying_` before it
        of a reading of the dying, see `sim.fitting.before_death`.
    stratum : str
        Primaries: `all`, `all but prostate`, `lung`.
    lower, upper : float
        The interval that the source gives, or as the note says; none if both cells are empty.
    use : {'fitted', 'not fitted'}
        Whether a target of the calibration comes from the same source.
    """

    unique = ("name", "stratum", "source", "value")

    name: str
    stratum: Annotated[str, BeforeValidator(_known_stratum)]
    unit: str
    source: SourceKey
    use: Annotated[str, one_of(("fitted", "not fitted"))]
    note: str

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval to be inside of."""
        return math.isfinite(self.lower) and math.isfinite(self.upper)

    @property
    def primaries(self) -> tuple[str, ...]:
        """The primaries of the stratum."""
        return parse_primaries(self.stratum)


@cache
def clinical_rows(path: Path = FOLDER / "clinical_checks.csv") -> tuple[ClinicalRow, ...]:
    """The published numbers that come with the program, or those `read_rows` accepts."""
    return tuple(read_rows(path, ClinicalRow).values())
