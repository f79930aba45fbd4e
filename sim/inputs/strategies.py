"""Treatments, rules and strategies as a user writes them: frozen, checked, typo-proof."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sim.evidence.vocabulary import (
    EPISODE_REASONS,
    LESION_TYPES,
    MOST_RULES,
    PRIMARIES,
    REGIONS,
    THERAPY_CLASSES,
    nearest,
)
from sim.life.policy import OBSERVABLES

CATEGORIES: dict[str, tuple[str, ...]] = {
    "reason": EPISODE_REASONS,
    "lesion_type": LESION_TYPES,
    "region": REGIONS,
    "primary": PRIMARIES,
    "therapy_class": THERAPY_CLASSES,
}
"""Observables that are words, and the words."""

SHARE_GROUPS = ("pain", "fracture", "cord")
"""Groups of `usual_care_share` in the evidence: what is treated."""

NO_CARE = "none"
"""Name of the strategy without palliative care."""

Holds = Literal["none", "equal", "by_modality"]
HOLDS: tuple[Holds, ...] = ("equal", "none", "by_modality")
Moment = Literal["diagnosis", "detection", "pain", "decision"]

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.()=@+-]*$")]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Days = Annotated[float, Field(ge=0.0, le=3_650.0)]
Points = Annotated[float, Field(ge=0.0, le=10.0)]
Ratio = Annotated[float, Field(gt=0.0, le=100.0)]
ByClass = Days | dict[str, Days]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Knobs(_Frozen):
    """Settings of palliative care that are not treatments; None takes the default.

    Parameters
    ----------
    pain_threshold : float
        Worst pain, after analgesia, that is overwhelming; 7 on the 0-10 numeric rating scale.
    holds : {'equal', 'none', 'by_modality'}
        Systemic holds around a course: the same for all treatments within a class of therapy,
        none, or each treatment's own. None of them was ever measured.
    pre_hold_days, post_hold_days : float
        Instead of the holds of `holds`, in every class; treatments whose hold has a source of its
        own keep it.
    withhold : tuple of str
        Classes of systemic therapy that are withheld at all.
    resume_below_nrs : float
        Worst pain below which therapy is resumed; off by default.
    time_off_hazard_ratio : float
        Ratio of the hazard of cancer death while therapy is paused; 1 by default.
    wait_ratio : float
        Multiplies every published wait; 0 for no waits.
    bone_agents : bool
        Whether bone-modifying agents are given; on by default.
    response_luck : {'shared', 'independent'}
        Whether one number decides over the response to every treatment, or one for each.
    """

    pain_threshold: Points | None = None
    holds: Holds | None = None
    pre_hold_days: Days | None = None
    post_hold_days: Days | None = None
    withhold: tuple[str, ...] | None = None
    resume_below_nrs: Points | None = None
    time_off_hazard_ratio: Ratio | None = None
    wait_ratio: Annotated[float, Field(ge=0.0, le=100.0)] | None = None
    bone_agents: bool | None = None
    response_luck: Literal["shared", "independent"] | None = None

    @field_validator("withhold")
    @classmethod
    def _classes_known(cls, classes: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for name in classes or ():
            if name not in THERAPY_CLASSES:
                raise ValueError(f"names {name!r}; {nearest(name, THERAPY_CLASSES)}")
        return classes

    def knobs(self) -> dict[str, Any]:
        """The knobs that are set."""
        found = {name: getattr(self, name) for name in Knobs.model_fields}
        return {name: value for name, value in found.items() if value is not None}


class Treatment(_Frozen):
    """A palliative treatment of the user's: another one with some numbers changed.

    What is not given is as in `based_on`, with its uncertainty; what is given is fixed in all
    draws. `spinemets explain NAME` shows the numbers of a treatment and their sources.

    Examples
    --------
    >>> Treatment(name="focused_ultrasound", based_on="cryoablation", wait_median_days=5).based_on
    'cryoablation'
    """

    name: Name
    based_on: str
    label: str | None = None
    # who may have it
    emergency: bool | None = None
    cement: bool | None = None
    radiotherapy: bool | None = None
    systemic: bool | None = None
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
    courses_per_level: Annotated[int, Field(ge=1, le=100)] | None = None
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

    @field_validator("pre_hold_days", "post_hold_days")
    @classmethod
    def _classes_known(cls, days: ByClass | None) -> ByClass | None:
        if isinstance(days, dict):
            for name in days:
                if name not in THERAPY_CLASSES:
                    raise ValueError(f"names {name!r}; {nearest(name, THERAPY_CLASSES)}")
        return days

    @model_validator(mode="after")
    def _depths_in_order(self) -> Treatment:
        low, high = self.depth_low, self.depth_high
        if low is not None and high is not None and low > high:
            raise ValueError(f"depth_low is {low}, above depth_high; allowed: up to {high}")
        return self

    @model_validator(mode="after")
    def _price_has_a_basis(self) -> Treatment:
        if self.cost is not None and not self.price_basis:
            raise ValueError("cost needs price_basis, its currency and year; allowed: 'USD 2014'")
        return self


class Rule(_Frozen):
    """When everything asked for is observed, give a treatment, or one of several by their shares.

    Parameters
    ----------
    when : dict
        Observable to what it must be: a number, a range `(low, high)` with both ends in it and None
        for an open end, a word, or several words. Empty: always.
    give : str or dict
        A treatment, or shares of treatments.
    shares_from : str, optional
        Instead of `give`: a group of `usual_care_share` in the evidence.
    prophylactic : bool
        Whether the rule is for lesions found ahead of pain; then it is for nothing else.

    Examples
    --------
    >>> Rule(when={"sins": (7, 12), "bilsky": (0, 1)}, give="sbrt_24gy2").give
    'sbrt_24gy2'
    """

    when: dict[str, Any] = Field(default_factory=dict)
    give: str | dict[str, Share] | None = None
    shares_from: str | None = None
    prophylactic: bool = False

    @field_validator("when")
    @classmethod
    def _observables_known(cls, when: dict[str, Any]) -> dict[str, Any]:
        for name, wanted in when.items():
            if name not in OBSERVABLES:
                raise ValueError(
                    f"names {name!r}, which is no observable; {nearest(name, OBSERVABLES)}"
                )
            check_condition(name, wanted)
        return when

    @model_validator(mode="after")
    def _gives_something(self) -> Rule:
        if self.give is None and self.shares_from is None:
            raise ValueError("give is missing; allowed: a treatment, or shares of treatments")
        if self.give is not None and self.shares_from is not None:
            raise ValueError("give and shares_from are both set; allowed: one of them")
        return self

    @field_validator("give", mode="before")
    @classmethod
    def _shares_are_shares(cls, give: Any) -> Any:
        return check_shares(give)

    @field_validator("shares_from")
    @classmethod
    def _group_known(cls, group: str | None) -> str | None:
        if group is not None and group not in SHARE_GROUPS:
            raise ValueError(f"is {group!r}; {nearest(group, SHARE_GROUPS)}")
        return group


def is_number(value: object) -> bool:
    """Say whether a value is a number, and not the float that is none."""
    return isinstance(value, int | float) and value == value


def check_shares(give: Any) -> Any:
    """Refuse shares of treatments that cannot be shares.

    Raises
    ------
    ValueError
        That names the treatment, the share and what is allowed.
    """
    if isinstance(give, dict):
        for name, share in give.items():
            if not is_number(share) or not 0.0 <= share <= 1.0:
                raise ValueError(f"has {share!r} for {name}; allowed: shares from 0 to 1")
        if sum(give.values()) <= 0.0:
            raise ValueError(f"is {give!r}; allowed: shares that are not all 0")
    return give


def check_condition(name: str, wanted: Any) -> None:
    """Refuse what an observable can never be.

    Raises
    ------
    ValueError
        That names the observable, the value and what is allowed.
    """
    if name in CATEGORIES:
        words = wanted if isinstance(wanted, (tuple, list)) else (wanted,)
        if not words:
            raise ValueError(f"{name} is {wanted!r}; {nearest('', CATEGORIES[name])}")
        for word in words:
            if word not in CATEGORIES[name]:
                raise ValueError(f"{name} is {word!r}; {nearest(str(word), CATEGORIES[name])}")
        return
    allowed = "allowed: a number, or (low, high) with None for an open end"
    ends = wanted if isinstance(wanted, (tuple, list)) else (wanted, wanted)
    if len(ends) != 2 or not all(end is None or is_number(end) for end in ends):
        raise ValueError(f"{name} is {wanted!r}; {allowed}")
    low, high = ends
    if low is not None and high is not None and low > high:
        raise ValueError(f"{name} is {wanted!r}, which is empty; {allowed}, low first")


class Strategy(Knobs):
    """An ordered list of rules, first match wins; and the knobs that differ from the scenario's.

    A rule whose treatment the person may not have is passed over.

    Parameters
    ----------
    name : str
    rules : sequence of Rule
    otherwise : str or dict
        What is given when no rule matches; `analgesia_only` if the person may not have that either.
    acts_from : {'diagnosis', 'detection', 'pain', 'decision'}, optional
        From when on it may change a life. It is found out by default.
    description : str

    Examples
    --------
    >>> unstable = Rule(when={"sins": (13, 18)}, give="surgery_rt")
    >>> Strategy(name="mine", rules=[unstable], otherwise="ebrt_8gy1").otherwise
    'ebrt_8gy1'
    """

    name: Name
    rules: Annotated[tuple[Rule, ...], Field(max_length=MOST_RULES - 1)] = ()
    otherwise: str | dict[str, Share] = "analgesia_only"
    acts_from: Moment | None = None
    description: str = ""

    @field_validator("otherwise", mode="before")
    @classmethod
    def _shares_are_shares(cls, otherwise: Any) -> Any:
        if otherwise == {}:
            raise ValueError("is empty; allowed: a treatment, or shares of treatments")
        return check_shares(otherwise)

    @model_validator(mode="after")
    def _no_care_gives_nothing(self) -> Strategy:
        if not self.acts and (self.rules or self.otherwise != "analgesia_only"):
            raise ValueError(
                f"name is {self.name!r}, which is for no care and takes no treatment; allowed: "
                "another name"
            )
        return self

    @property
    def acts(self) -> bool:
        """Whether there is palliative care at all."""
        return self.name.partition("@")[0].partition("(")[0] != NO_CARE

    def with_knobs(self, name: str | None = None, **knobs: Any) -> Strategy:
        """The same rules with other knobs, under a name that says which.

        Examples
        --------
        >>> Strategy(name="mine", otherwise="ebrt_8gy1").with_knobs(post_hold_days=14).name
        'mine(post_hold_days=14)'
        """
        said = "+".join(
            f"{knob}={'+'.join(value) or 'none' if isinstance(value, tuple) else value}"
            for knob, value in knobs.items()
        )
        fields = {field: getattr(self, field) for field in Strategy.model_fields}
        return Strategy.model_validate({**fields, **knobs, "name": name or f"{self.name}({said})"})

    def treatments(self) -> list[str]:
        """Names of every treatment that the rules mention."""
        found: list[str] = []
        for give in (*(rule.give for rule in self.rules), self.otherwise):
            found += [give] if isinstance(give, str) else list(give or {})
        return found
