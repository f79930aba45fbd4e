"""Rules and strategies as a user writes them, and the settings that they share."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from sim.evidence.checked import (
    BY_NAME,
    ONE,
    ONE_OR_BY_NAME,
    ONE_OR_SEVERAL,
    Checked,
    each_of,
    one_of,
)
from sim.evidence.vocabulary import (
    EPISODE_REASONS,
    LESION_TYPES,
    MOST_RULES,
    PRIMARIES,
    REGIONS,
    THERAPY_CLASSES,
    nearest,
)
from sim.inputs.observables import OBSERVED
from sim.inputs.treatment import Name
from sim.inputs.uncertain import Days, Points, Ratio, Share

CATEGORIES: dict[str, tuple[str, ...]] = {
    "reason": EPISODE_REASONS,
    "lesion_type": LESION_TYPES,
    "region": REGIONS,
    "primary": PRIMARIES,
    "therapy_class": THERAPY_CLASSES,
}
"""Observables that are words, and the words."""

SHARE_GROUPS = ("pain", "fracture", "cord", "short-lived pain", "short-lived cord")
"""Groups of `usual_care_share` in the evidence: what is treated, and of whom."""

NO_CARE = "none"
"""Name of the strategy without palliative care."""

Holds = Literal["published", "equal", "none", "by_modality"]
HOLDS: tuple[Holds, ...] = ("published", "equal", "none", "by_modality")
"""Settings of holds, the default first."""


def is_number(value: object) -> bool:
    """Say whether a value is a number, and not the float that is none."""
    return isinstance(value, int | float) and value == value


def check_shares(give: Any) -> Any:
    """Refuse shares of treatments that cannot be shares, with a `ValueError` that says why."""
    if isinstance(give, dict):
        for name, share in give.items():
            if not is_number(share) or not 0.0 <= share <= 1.0:
                raise ValueError(f"has {share!r} for {name}; allowed: shares from 0 to 1")
        if sum(give.values()) <= 0.0:
            raise ValueError(f"is {give!r}; allowed: shares that are not all 0")
    return give


Give = Annotated[
    Annotated[str, ONE] | Annotated[dict[str, Share], BY_NAME],
    ONE_OR_BY_NAME,
    BeforeValidator(check_shares),
]
"""A treatment, or shares of treatments."""


def split_holds(name: str) -> tuple[str, str]:
    """What stands before and after the last `@` of a name: a strategy, and holds if they are given.

    Examples
    --------
    >>> split_holds("noms@none"), split_holds("a@b@none"), split_holds("noms")
    (('noms', 'none'), ('a@b', 'none'), ('noms', ''))
    """
    plain, at, holds = name.rpartition("@")
    return (plain, holds) if at else (name, "")


class Knobs(Checked):
    """Settings of palliative care that are not treatments; None takes the default.

    Parameters
    ----------
    pain_threshold : float
        Worst pain, after analgesia, that is overwhelming: at a decision it forces a pause, as a
        deficit does; 7 on the 0-10 numeric rating scale.
    refer_from_pain : float
        Worst pain, after analgesia, from which people may be referred; 4. What strategies with
        other referral do before the first trigger under the reference is only counted with
        `outcomes_for="detected"`.
    referral_ratio : float
        Multiplies the hazard of referral of everything that hurts, other bone included: at 2 the
        same pain is referred in half the time. As for `refer_from_pain`, ask for
        `outcomes_for="detected"`.
    holds : {'published', 'equal', 'none', 'by_modality'}
        Systemic holds around a course. `published`: as published where known (surveys, consensus,
        labels) and assumed elsewhere, which is most of it, by kind of treatment and class of drug:
        the share of doctors who hold, before and after how many days; they withhold doses during
        the course too, the others go on through it. `equal`: everybody holds, as long for all
        treatments within a class. `none`: nobody does before and after, all do during the course.
        `by_modality`: everybody holds, each treatment as long as assumed for it. Surgery and
        radiopharmaceuticals are held as `published` unless there are none. How long drugs are held
        around palliative radiotherapy, ablation or cement was never measured.
    pre_hold_days, post_hold_days : float
        Instead, in every class, but for surgery and radiopharmaceuticals: everybody holds so long,
        and on the side that is not given as long as under `equal`. Those of a treatment of the
        user's are that treatment's, surgery included.
    withhold : tuple of str
        Classes of systemic therapy that are withheld at all: no hold, course or decision takes
        doses of the others. What forces a pause, see `pain_threshold`, withholds doses of these
        under every setting, whatever doctors do otherwise.
    resume_below_nrs : float
        Worst pain below which therapy is resumed; off by default.
    time_off_hazard_ratio : float
        Ratio of the hazard of cancer death while therapy is paused, or given up after surgery, in
        all classes; by default it follows for each class from randomized breaks
        (`break_hazard_ratio`). At 1 a pause costs no life. Below 1 it acts in pauses alone: to give
        up therapy for good prolongs no life.
    wait_ratio : float
        Multiplies every published wait; 0 for no waits.
    bone_agents : bool
        Whether bone-modifying agents are given; on by default.
    response_luck : {'shared', 'independent'}
        Whether one number decides over the response to every treatment, or one for each. A
        treatment of the user's shares that of the one it is based on.
    local_courses_per_level : int
        Most local courses at a lesion of the spine, whatever their kinds: all but those of
        radiopharmaceuticals; off by default. It comes on top of the limits of each kind. A course
        for an emergency of cord compression counts, but is never refused by it.
    """

    pain_threshold: Points | None = None
    refer_from_pain: Points | None = None
    referral_ratio: Ratio | None = None
    holds: Holds | None = None
    pre_hold_days: Days | None = None
    post_hold_days: Days | None = None
    withhold: Annotated[tuple[str, ...], ONE_OR_SEVERAL, each_of(THERAPY_CLASSES)] | None = None
    resume_below_nrs: Points | None = None
    time_off_hazard_ratio: Ratio | None = None
    wait_ratio: Annotated[float, Field(ge=0.0, le=100.0)] | None = None
    bone_agents: bool | None = None
    response_luck: Literal["shared", "independent"] | None = None
    local_courses_per_level: Annotated[int, Field(ge=1, le=100)] | None = None

    def knobs(self) -> dict[str, Any]:
        """The knobs that are set."""
        known = Knobs.model_fields
        return {name: value for name, value in self if name in known and value is not None}


class Rule(Checked):
    """When everything asked for is observed, give a treatment, or one of several by their shares.

    Parameters
    ----------
    when : dict
        Observable to what it must be: a number, a range `(low, high)` with both ends in it and None
        for an open end, a word, or several words. Empty: always. `pain` is the person's worst;
        `pain_at_rest`, lying and at night, `pain_on_movement`, on rising and turning, and
        `mechanical_pain`, what movement alone brings, are of the lesion. `analgesia` is a step: 0
        none, 1 non-opioid, 2 weak opioid, 3 strong opioid, 4 to 7 at a dose raised 1 to 4 times.
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
    give: Give | None = None
    shares_from: Annotated[str, one_of(SHARE_GROUPS)] | None = None
    prophylactic: bool = False

    @field_validator("when")
    @classmethod
    def _observables_known(cls, when: dict[str, Any]) -> dict[str, Any]:
        for name, wanted in when.items():
            if name not in OBSERVED:
                raise ValueError(
                    f"names {name!r}, which is no observable; {nearest(name, tuple(OBSERVED))}"
                )
            check_condition(name, wanted)
        return {key: tuple(w) if isinstance(w, list) else w for key, w in when.items()}

    def faults(self) -> Iterator[str]:
        """Nothing to give, or two ways to give."""
        if self.give is None and self.shares_from is None:
            yield "give is missing; allowed: a treatment, or shares of treatments"
        if self.give is not None and self.shares_from is not None:
            yield "give and shares_from are both set; allowed: one of them"


def check_condition(name: str, wanted: Any) -> None:
    """Refuse what an observable can never be, with a `ValueError` that says why."""
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
    most = OBSERVED[name].most
    if (low is not None and low > most) or (high is not None and high < 0):
        scale = f"0 to {most:g}" if most < math.inf else "0 and more"
        raise ValueError(f"{name} is {wanted!r}, which it never is; its scale is {scale}")


class Strategy(Knobs):
    """An ordered list of rules, first match wins; and the knobs that differ from the scenario's.

    A rule whose treatment the person may not have is passed over.

    Parameters
    ----------
    label : str, optional
        What tables and pictures call it; its name by default.
    otherwise : str or dict
        What is given when no rule matches; `analgesia_only` if the person may not have that either.
    acts_from : {'diagnosis', 'detection', 'pain', 'decision'}, optional
        From when on it may change a life. It is found out by default.

    Examples
    --------
    >>> unstable = Rule(when={"sins": (13, 18)}, give="surgery_rt")
    >>> Strategy(name="mine", rules=[unstable], otherwise="ebrt_8gy1").otherwise
    'ebrt_8gy1'
    """

    name: Name
    label: Annotated[str, Field(min_length=1)] | None = None
    rules: Annotated[tuple[Rule, ...], Field(max_length=MOST_RULES - 1)] = ()
    otherwise: Give = "analgesia_only"
    acts_from: Literal["diagnosis", "detection", "pain", "decision"] | None = None
    description: str = ""

    def faults(self) -> Iterator[str]:
        """A treatment of no care."""
        if not self.acts and (self.rules or self.otherwise != "analgesia_only"):
            yield (
                f"name is {self.name!r}, which is for no care and takes no treatment; allowed: "
                "another name"
            )

    @property
    def acts(self) -> bool:
        """Whether there is palliative care at all."""
        return split_holds(self.name)[0].partition("(")[0] != NO_CARE

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
        return self.with_options(**knobs, name=name or f"{self.name}({said})")

    def treatments(self) -> list[str]:
        """Names of every treatment that the rules mention."""
        found: list[str] = []
        for give in (*(rule.give for rule in self.rules), self.otherwise):
            found += [give] if isinstance(give, str) else list(give or {})
        return found
