"""A treatment as a user writes it: one that is known, with some numbers changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator

from sim.evidence.checked import BY_NAME, ONE, ONE_OR_BY_NAME, Checked, each_of
from sim.evidence.vocabulary import THERAPY_CLASSES

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.()=@+-]*$")]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Days = Annotated[float, Field(ge=0.0, le=3_650.0)]
Points = Annotated[float, Field(ge=0.0, le=10.0)]
Ratio = Annotated[float, Field(gt=0.0, le=100.0)]
ByClass = Annotated[
    Annotated[Days, ONE] | Annotated[dict[str, Days], each_of(THERAPY_CLASSES), BY_NAME],
    ONE_OR_BY_NAME,
]
"""Days in every class of systemic therapy, or by class."""


class Treatment(Checked):
    """A palliative treatment of the user's: another one with some numbers changed.

    What is not given is as in `based_on`, with its uncertainty; what is given is fixed in all
    draws. `spinemets explain NAME` shows the numbers of a treatment and their sources.

    How often a lesion may be treated belongs to the lesion and to the kinds of treatment, not to
    one of them: radiotherapy, which is what has a `cord_dose_gy`, by the sum of these and by the
    time since; `cement`, `ablation`, `surgery` and `systemic` (a radiopharmaceutical) by their
    number. What is of no kind has no limit. `cord_dose_gy` is in 2 Gy fractions at alpha/beta 2 Gy:
    n fractions of d Gy at the cord are n d (d + 2) / 4. The setting `local_courses_per_level` caps
    all local courses.

    Examples
    --------
    >>> Treatment(name="focused_ultrasound", based_on="cryoablation", wait_median_days=5).based_on
    'cryoablation'
    """

    name: Name
    based_on: str
    label: str | None = None
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
    course_days: Days | None = None
    wait_median_days: Days | None = None
    wait_sd_log: Annotated[float, Field(ge=0.0, le=3.0)] | None = None
    emergency_wait_median_days: Days | None = None
    pre_hold_days: ByClass | None = None
    post_hold_days: ByClass | None = None
    review_days: Annotated[float, Field(ge=1.0, le=3_650.0)] | None = None
    # what it does to pain
    response_biological: Share | None = None
    complete_biological: Share | None = None
    response_mechanical: Share | None = None
    complete_mechanical: Share | None = None
    depth_low: Share | None = None
    depth_high: Share | None = None
    onset_fast_share: Share | None = None
    onset_fast_mean_days: Days | None = None
    onset_slow_mean_days: Days | None = None
    onset_mechanical_mean_days: Days | None = None
    relapse_rate_per_year: Annotated[float, Field(ge=0.0, le=365.0)] | None = None
    flare_share: Share | None = None
    flare_points: Points | None = None
    flare_mean_days: Days | None = None
    # what it does to the bone, the tumor and the cord; harm
    collapse_ratio: Ratio | None = None
    tumor_control_ratio: Ratio | None = None
    deficit_ratio: Ratio | None = None
    regain_walking_share: Share | None = None
    complication_share: Share | None = None
    complication_days: Days | None = None
    death_share: Share | None = None
    cost: Annotated[float, Field(ge=0.0)] | None = None
    price_basis: str | None = None

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
        low, high = self.depth_low, self.depth_high
        if low is not None and high is not None and low > high:
            yield f"depth_low is {low}, above depth_high; allowed: up to {high}"
        if self.cost is not None and not self.price_basis:
            yield "cost needs price_basis, its currency and year; allowed: 'USD 2014'"
