"""A treatment as a user writes it: one that is known, with some numbers changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from sim.evidence.checked import Checked
from sim.evidence.price_index import check_price_basis
from sim.evidence.treatments import GradeOfEvidence
from sim.inputs.uncertain import (
    Points,
    UncertainDays,
    UncertainDaysByClass,
    UncertainPoints,
    UncertainPrice,
    UncertainRate,
    UncertainRatio,
    UncertainShare,
    drawn,
    ends_of,
)

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.()=@+-]*$")]
_DEPTHS = ("depth_low", "depth_high")
"""Fields that one luck decides over, so that they stay in order."""


class Treatment(Checked):
    """A palliative treatment of the user's: another one with some numbers changed.

    What is not given is as in `based_on`, with its uncertainty. A number that is given holds in all
    draws; a share, points, days, a ratio, a rate or the price may instead be an interval
    `(low, high)`, which holds the truth with 95%: logit-normal for shares and points, log-normal
    for all else. A share may also be `{"events": 34, "n": 50}`: beta, from the prior of Jeffreys
    (half an event and half a person without one more). The point estimate is the median. Draw k is
    the same whatever else is in the scenario. Limits of who may have it are choices, and certain.
    `spinemets explain NAME --scenario FILE` shows the numbers of a treatment and their sources.

    Its name is also that of a strategy, which gives it to everybody who may have it, else 8 Gy in
    one, as those of the program do. `label` is what tables, pictures and stories call it. `cost` is
    the price of a course, whatever its sessions and levels, in the currency and year `price_basis`;
    `stay_days` are days in hospital, paid besides, and `utility_loss` is the share of utility that
    a course takes for `utility_loss_days`.
    `evidence` is what its effect on pain rests on: `randomized`, `matched`, `series` (without
    controls), or `assumed`.

    How often a lesion may be treated belongs to the lesion and to the kinds of treatment, not to
    one of them: radiotherapy, which is what has a `cord_dose_gy`, by the sum of these and by the
    time since; `cement`, `ablation`, `surgery` and `systemic` (a radiopharmaceutical) by their
    number. What is of no kind has no limit. `cord_dose_gy` is in 2 Gy fractions at alpha/beta 2 Gy:
    n fractions of d Gy at the cord are n d (d + 2) / 4. The setting `local_courses_per_level` caps
    all local courses.

    Examples
    --------
    >>> seen = {"events": 34, "n": 50}
    >>> mine = Treatment(name="mine", based_on="cryoablation", response_biological=seen)
    >>> round(mine.numbers()["response_biological"], 2)
    0.68
    """

    if TYPE_CHECKING:  # pairs and dictionaries are taken too, and all is checked when made

        def __init__(self, **fields: Any) -> None: ...

    name: Name
    based_on: str
    label: Annotated[str, Field(min_length=1)] | None = None
    evidence: GradeOfEvidence = "assumed"
    # of which kinds it is
    cement: bool | None = None
    cord_dose_gy: Annotated[float, Field(ge=0.0, le=200.0)] | None = None
    ablation: bool | None = None
    surgery: bool | None = None
    systemic: bool | None = None
    # who may have it
    emergency: bool | None = None
    lytic: bool | None = None
    mixed: bool | None = None
    blastic: bool | None = None
    outside: bool | None = None
    least_pain: Points | None = None
    mechanical_pain_needed: bool | None = None
    most_bilsky: Annotated[int, Field(ge=0, le=3)] | None = None
    most_sins: Annotated[int, Field(ge=0, le=18)] | None = None
    least_prognosis_months: Annotated[float, Field(ge=0.0, le=120.0)] | None = None
    levels_per_course: Annotated[int, Field(ge=1, le=26)] | None = None
    levels_apart: bool | None = None
    # when, and what it does to systemic therapy
    sessions: Annotated[int, Field(ge=1, le=60)] | None = None
    course_days: UncertainDays | None = None
    wait_median_days: UncertainDays | None = None
    wait_sd_log: Annotated[float, Field(ge=0.0, le=3.0)] | None = None
    emergency_wait_median_days: UncertainDays | None = None
    pre_hold_days: UncertainDaysByClass | None = None
    post_hold_days: UncertainDaysByClass | None = None
    review_days: Annotated[float, Field(ge=1.0, le=3_650.0)] | None = None
    # what it does to pain
    response_biological: UncertainShare | None = None
    complete_biological: UncertainShare | None = None
    response_mechanical: UncertainShare | None = None
    complete_mechanical: UncertainShare | None = None
    depth_low: UncertainShare | None = None
    depth_high: UncertainShare | None = None
    onset_fast_share: UncertainShare | None = None
    onset_fast_mean_days: UncertainDays | None = None
    onset_slow_mean_days: UncertainDays | None = None
    onset_mechanical_mean_days: UncertainDays | None = None
    relapse_rate_per_year: UncertainRate | None = None
    flare_share: UncertainShare | None = None
    flare_points: UncertainPoints | None = None
    flare_mean_days: UncertainDays | None = None
    # what it does to the bone, the tumor and the cord; harm
    collapse_ratio: UncertainRatio | None = None
    tumor_control_ratio: UncertainRatio | None = None
    deficit_ratio: UncertainRatio | None = None
    regain_walking_share: UncertainShare | None = None
    complication_share: UncertainShare | None = None
    complication_days: UncertainDays | None = None
    death_share: UncertainShare | None = None
    # what it costs
    utility_loss: UncertainShare | None = None
    utility_loss_days: UncertainDays | None = None
    stay_days: UncertainDays | None = None
    cost: UncertainPrice | None = None
    price_basis: Annotated[str, AfterValidator(check_price_basis)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _limits_are_of_kinds(cls, given: Any) -> Any:
        if isinstance(given, dict) and "courses_per_level" in given:
            raise ValueError(
                "courses_per_level is not a field, as limits belong to the lesion and the kind of "
                "treatment; allowed: cord_dose_gy, cement, ablation, surgery and systemic, or the "
                "setting local_courses_per_level"
            )
        if isinstance(given, dict) and "radiotherapy" in given:
            raise ValueError(
                "radiotherapy is not a field; allowed: cord_dose_gy, above 0 for radiotherapy"
            )
        return given

    def faults(self) -> Iterator[str]:
        """Depths out of order; a cost of no year."""
        if self.depth_low is not None and self.depth_high is not None:
            low, high = ends_of(self.depth_low), ends_of(self.depth_high)
            if low[0] > high[0] or low[1] > high[1]:
                given = self.model_dump(include=set(_DEPTHS))
                yield (
                    f"depth_low is {given['depth_low']}, above depth_high; allowed: up to "
                    f"{given['depth_high']}"
                )
        if self.cost is not None and not self.price_basis:
            yield "cost needs price_basis, its currency and year; allowed: 'USD 2014'"

    def numbers(self, draw: int = 0) -> dict[str, Any]:
        """What is given, under a draw of the parameters; draw 0 is the point estimate."""
        found = {}
        for field, value in self:
            if value is not None:
                one_luck = "depth" if field in _DEPTHS else field
                found[field] = drawn(value, draw, self.name, one_luck)
        if all(field in found for field in _DEPTHS):
            found["depth_high"] = max(found["depth_low"], found["depth_high"])
        return found

    def uncertain(self) -> dict[str, str]:
        """How each number that is not certain is distributed, in words."""
        found = {}
        for field, value in self:
            of = value if isinstance(value, dict) else {"": value}
            words = [
                f"{name} {one.words}".lstrip() for name, one in of.items() if hasattr(one, "words")
            ]
            if words:
                found[field] = "; ".join(words)
        return found
