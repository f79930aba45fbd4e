"""What a reader of a page may change: each control has a few choices, which are options in Python.

A choice names the options of a scenario, or the fields of a treatment of the user's, that it sets:
the page, the scenario file that it saves and a run from Python all follow from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sim.engine.policies import resolve_knobs
from sim.evidence.mistakes import InputError
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import nearest
from sim.inputs.setting import Setting
from sim.inputs.strategies import Strategy
from sim.inputs.treatment import Treatment

_AS_IT_IS = "as given"


@dataclass(frozen=True)
class ControlChoice:
    """One setting of a control.

    Attributes
    ----------
    words : str
    options : dict
        Options of the scenario, or fields of a treatment; none leaves all as it is.
    """

    words: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Control:
    """What a reader may change.

    Attributes
    ----------
    name : str
        Its own among the controls of a page.
    words, meaning : str
        What it is called, and what it does, in a sentence.
    choices : tuple of ControlChoice
    at : int
        The choice that the scenario has.
    source : str
        The parameter or the option behind it, as `spinemets explain` finds it; may be empty.
    treatment : str
        The treatment of the user's whose fields it sets; the scenario's options if it is empty.
    """

    name: str
    words: str
    meaning: str
    choices: tuple[ControlChoice, ...]
    at: int
    source: str = ""
    treatment: str = ""


def controls_of(scenario: Setting) -> tuple[Control, ...]:
    """The controls of a page about a scenario: care, outcomes, and each treatment of the user's."""
    found = [*_followed(_of_care(scenario), scenario), *_of_outcomes(scenario)]
    known = known_treatments()
    for mine in scenario.treatments:
        if mine.based_on in known:  # another one follows what it is based on
            found += _of_treatment(mine)
    return tuple(found)


def _followed(controls: Iterator[Control], scenario: Setting) -> Iterator[Control]:
    """Those that a strategy follows; they name the strategies that set the same themselves."""
    acting = [one for one in scenario.strategies if one.acts]
    for control in controls:
        options = {name for choice in control.choices for name in choice.options}
        own = [one for one in acting if options & one.knobs().keys()]
        if len(own) == len(acting):
            continue
        if own:
            names = ", ".join(scenario.label(one.name) for one in own)
            yield replace(control, meaning=f"{control.meaning} Not for {names}: set by itself.")
        else:
            yield control


def changed(scenario: Setting, controls: Sequence[Control], chosen: Mapping[str, int]) -> Setting:
    """The scenario with some choices, by the names of their controls.

    Raises
    ------
    InputError
        If there is no such control or choice.

    Examples
    --------
    >>> from sim import Population, Scenario
    >>> plain = Scenario(name="a", population=Population.united_states(2010))
    >>> controls = controls_of(plain)
    >>> changed(plain, controls, {"pain_threshold": 0}).pain_threshold
    5.0
    """
    by_name = {control.name: control for control in controls}
    options: dict[str, Any] = {}
    fields: dict[str, dict[str, Any]] = {}
    for name, place in chosen.items():
        if name not in by_name:
            raise InputError(f"there is no control {name!r}; {nearest(name, list(by_name))}")
        control = by_name[name]
        if not 0 <= place < len(control.choices):
            raise InputError(
                f"choice of {name} is {place!r}; allowed: 0 to {len(control.choices) - 1}"
            )
        given = control.choices[place].options
        (fields.setdefault(control.treatment, {}) if control.treatment else options).update(given)
    if fields:
        treatments = [t.with_options(**fields.get(t.name, {})) for t in scenario.treatments]
        options["treatments"] = treatments
    return scenario.with_options(**options) if options else scenario


def _choices(
    option: str, values: Sequence[Any], now: Any, words: str = "{:g}"
) -> tuple[tuple[ControlChoice, ...], int]:
    """A choice a value, that of the scenario among them, and which it is."""
    every = sorted({*values, now})
    return tuple(ControlChoice(words.format(v), {option: v}) for v in every), every.index(now)


def _of_care(scenario: Setting) -> Iterator[Control]:
    """Referral, pauses, holds, waits and limits, which are common to all strategies."""
    values = scenario.known.point
    common = Strategy(name=scenario.strategies[0].name)  # without knobs of its own
    now = resolve_knobs(common, scenario.common_knobs(), values)
    threshold, referred = float(now["pain_threshold"]), float(now["refer_from_pain"])
    yield Control(
        "pain_threshold",
        "Pain that halts therapy",
        "Worst pain, after analgesia, that forces a pause of systemic therapy at a decision.",
        *_choices("pain_threshold", (5.0, 6.0, 7.0, 8.0, 9.0), threshold, "{:g} of 10"),
        source="overwhelming_pain",
    )
    yield Control(
        "refer_from_pain",
        "Pain that is referred",
        "Worst pain, after analgesia, from which people may be referred.",
        *_choices("refer_from_pain", (3.0, 4.0, 5.0, 6.0), referred, "{:g} of 10"),
        source="refer_from_pain",
    )
    yield _holds(scenario)
    yield Control(
        "wait_ratio",
        "Waits",
        "Multiplies every published wait for a consult and a course.",
        *_choices("wait_ratio", (0.0, 0.5, 1.0, 1.5, 2.0, 3.0), float(now["wait_ratio"]), "× {:g}"),
        source="consult_wait_median_days",
    )
    limits = [ControlChoice(f"{n} a level", {"local_courses_per_level": n}) for n in (1, 2, 3)]
    given = scenario.local_courses_per_level
    if given is not None and given > len(limits):
        limits.append(ControlChoice(f"{given} a level", {"local_courses_per_level": given}))
    limits.append(ControlChoice("by the kind of treatment", {"local_courses_per_level": None}))
    yield Control(
        "retreatment",
        "Local courses at a level",
        "Most local courses at one level of the spine; else each kind of treatment has its limit.",
        tuple(limits),
        next(i for i, one in enumerate(limits) if one.options["local_courses_per_level"] == given),
        source="cord_dose_limit_gy",
    )
    luck = tuple(
        ControlChoice(words, {"response_luck": value})
        for value, words in (("shared", "one luck"), ("independent", "luck of its own"))
    )
    yield Control(
        "response_luck",
        "Who answers to a treatment",
        "Whether who answers to one treatment answers to the others too, or each has its own luck.",
        luck,
        int(now["response_luck"] == "independent"),
    )


def _holds(scenario: Setting) -> Control:
    """How long systemic therapy is held around a course: four rules, then days for everybody."""
    rules = {
        "published": "as published",
        "equal": "equal for all treatments",
        "by_modality": "each treatment's own",
        "none": "none",
    }
    free = {"pre_hold_days": None, "post_hold_days": None}
    choices = [ControlChoice(words, {"holds": rule, **free}) for rule, words in rules.items()]
    for days in (3.0, 7.0, 14.0, 21.0, 28.0):
        held = {"pre_hold_days": 0.0, "post_hold_days": days}
        choices.append(ControlChoice(f"{days:g} days after", {"holds": "published", **held}))
    now = {name: getattr(scenario, name) for name in ("holds", *free)}
    now["holds"] = now["holds"] or "published"
    at = next((i for i, one in enumerate(choices) if one.options == now), None)
    if at is None:
        choices.append(ControlChoice("as in the scenario", now))
        at = len(choices) - 1
    return Control(
        "holds",
        "Hold of therapy around a course",
        "How long doses of systemic therapy are withheld before and after a course.",
        tuple(choices),
        at,
        source="published_hold_share",
    )


def _of_outcomes(scenario: Setting) -> Iterator[Control]:
    """How long and of whom outcomes are counted."""
    words = {0.25: "3 months", 0.5: "6 months", 1.0: "a year", 2.0: "2 years", 5.0: "5 years"}
    horizons: list[Any] = [*words]
    now = scenario.horizon_years
    if now not in horizons:
        horizons.append(now)
    yield Control(
        "horizon_years",
        "Counted for",
        "How long outcomes are counted, from the first trigger of care.",
        tuple(
            ControlChoice(
                words.get(h, f"{h} years" if h != "life" else "life"), {"horizon_years": h}
            )
            for h in horizons
        ),
        horizons.index(now),
    )
    whom = {
        "on_therapy": "referred, on therapy",
        "triggered": "all who are referred",
        "detected": "all with detected metastasis",
    }
    yield Control(
        "outcomes_for",
        "Of whom",
        "Whose outcomes are counted.",
        tuple(ControlChoice(said, {"outcomes_for": one}) for one, said in whom.items()),
        list(whom).index(scenario.outcomes_for),
    )


_EFFECTS: dict[str, tuple[str, str, str, tuple[float, ...]]] = {
    "response_biological": (
        "share with less tumor pain",
        "Share whose pain from the tumor itself gets less.",
        "percent",
        (0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    ),
    "response_mechanical": (
        "share with less pain on movement",
        "Share whose pain on movement gets less.",
        "percent",
        (0.0, 0.2, 0.4, 0.6, 0.8, 0.9),
    ),
    "relapse_rate_per_year": (
        "relapse of pain",
        "How often pain comes back, a year, in those whose pain got less.",
        "{:g} a year",
        (0.1, 0.2, 0.4, 0.8, 1.6),
    ),
    "wait_median_days": (
        "wait for a course",
        "Median days from the decision to the first session.",
        "{:g} days",
        (0.0, 2.0, 5.0, 10.0, 20.0, 30.0),
    ),
    "collapse_ratio": (
        "collapse of the vertebra",
        "Ratio of the hazard of collapse after a course.",
        "× {:g}",
        (0.1, 0.25, 0.5, 1.0, 2.0),
    ),
}
"""What a reader may change of a treatment of the user's: words, meaning, unit, values to try."""


def _of_treatment(mine: Treatment) -> Iterator[Control]:
    """What a treatment of the user's does; each field first as the scenario has it."""
    name = mine.label or mine.name
    for option, (words, meaning, unit, values) in _EFFECTS.items():
        said = (lambda v: f"{v:.0%}") if unit == "percent" else unit.format
        choices = (ControlChoice(_AS_IT_IS), *(ControlChoice(said(v), {option: v}) for v in values))
        yield Control(
            f"{mine.name}.{option}",
            f"{name}: {words}",
            meaning,
            choices,
            0,
            source=f"treatment_{option.replace('_per_year', '')}",
            treatment=mine.name,
        )
