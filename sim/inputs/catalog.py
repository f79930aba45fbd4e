"""The strategies that come with the program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sim.evidence.instruments import (
    PERFORMANCE_BEDRIDDEN,
    POTENTIALLY_UNSTABLE_UP_TO,
    STABLE_UP_TO,
)
from sim.evidence.mistakes import InputError
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import MOST_TREATMENTS, nearest
from sim.inputs.strategies import HOLDS, NO_CARE, Rule, Strategy, split_holds
from sim.inputs.treatment import Treatment

DEFAULT_STRATEGY = "usual_care"
FALLBACK = "ebrt_8gy1"
"""What single modalities fall back on: one session, for nearly everybody."""

_CORD = {"reason": "cord_compression"}
_PAIN = {"reason": ("pain", "painful_fracture")}
_BEDRIDDEN = {"performance": PERFORMANCE_BEDRIDDEN, "prognosis_months": (None, 6)}
_DYING = {"prognosis_months": (None, 2)}
"""Whom a course is mostly spared: who is bedridden and not expected to live half a year, and who is
not expected to live two months. Where practice draws these lines is assumed; the shares that follow
are rows of the evidence (`usual_care_share`)."""
_SHORT_LIVED_CORD = tuple(
    Rule(when={**_CORD, **who}, shares_from="short-lived cord") for who in (_BEDRIDDEN, _DYING)
)
_SHORT_LIVED_PAIN = tuple(
    Rule(when={**_PAIN, **who}, shares_from="short-lived pain") for who in (_BEDRIDDEN, _DYING)
)
_CORD_AGAIN = (Rule(when=_CORD, give=FALLBACK), Rule(when=_CORD, give="surgery_rt"))
"""What else is done for cord compression: 8 Gy in one, or surgery where radiation is barred."""
_USUAL_CORD = (*_SHORT_LIVED_CORD, Rule(when=_CORD, shares_from="cord"), *_CORD_AGAIN)
_USUAL_FRACTURE = Rule(when={"reason": "painful_fracture"}, shares_from="fracture")
_LIVES = {"prognosis_months": (3, None)}
_COMPRESSED = {"bilsky": (2, 3)}
_UNSTABLE = {"sins": (POTENTIALLY_UNSTABLE_UP_TO + 1, None)}
_DOUBTFUL = {"sins": (STABLE_UP_TO + 1, POTENTIALLY_UNSTABLE_UP_TO)}
_MECHANICAL = {"mechanical_pain": (1, None)}
_SENSITIVE, _RESISTANT = {"radiosensitive": 1}, {"radiosensitive": 0}


def _single(name: str, label: str) -> Strategy:
    if name == "analgesia_only":
        nothing_else = (
            "Analgesia and nothing else for the spine: no wait, no course, no pause. Other bone is "
            "cared for as under every strategy."
        )
        return Strategy(name=name, otherwise=name, description=nothing_else)
    return Strategy(
        name=name,
        rules=(*_USUAL_CORD, *_SHORT_LIVED_PAIN, Rule(give=name)),
        otherwise=FALLBACK,
        description=f"{label} for everybody who may have it, else 8 Gy in one; "
        "cord compression as in usual care.",
    )


def _noms() -> Strategy:
    return Strategy(
        name="noms",
        rules=(
            *_SHORT_LIVED_CORD,
            *_SHORT_LIVED_PAIN,
            Rule(when={**_COMPRESSED, **_RESISTANT, **_LIVES}, give="surgery_rt"),
            Rule(when=_COMPRESSED, give="ebrt_30gy10"),
            Rule(when=_CORD, give="ebrt_20gy5"),
            *_CORD_AGAIN,
            Rule(when={**_UNSTABLE, **_LIVES}, give="surgery_rt"),
            Rule(when={**_DOUBTFUL, **_MECHANICAL}, give="kyphoplasty"),
            Rule(when={"prognosis_months": (None, 3)}, give="ebrt_8gy1"),
            Rule(when=_RESISTANT, give="sbrt_24gy2"),
            Rule(when=_SENSITIVE, give="ebrt_20gy5"),
        ),
        otherwise=FALLBACK,
        description="Neurologic, oncologic, mechanical, systemic: decompression for a resistant "
        "tumor on the cord, stabilization, then radiotherapy by the tumor's sensitivity.",
    )


@cache
def known_strategies() -> dict[str, Strategy]:
    """Strategies by name, in the order in which they are listed."""
    found = [
        Strategy(name=NO_CARE, description="The course of the disease without palliative care."),
        Strategy(
            name="usual_care",
            rules=(
                *_USUAL_CORD,
                *_SHORT_LIVED_PAIN,
                _USUAL_FRACTURE,
                Rule(shares_from="pain"),
            ),
            otherwise=FALLBACK,
            description="A mix of treatments by what is treated: pain, fracture or cord "
            "compression.",
        ),
        _noms(),
        *(_single(treatment.name, treatment.label) for treatment in known_treatments().values()),
    ]
    return {strategy.name: strategy for strategy in found}


def strategies_with(own: Sequence[Treatment]) -> dict[str, Strategy]:
    """Strategies by name, those of the user's treatments among them: each for who may have it."""
    known = known_strategies()
    mine = {t.name: _single(t.name, t.label or t.name) for t in own if t.name not in known}
    return {**known, **mine}


def strategy(name: str, *, own: Sequence[Treatment] = (), **knobs: Any) -> Strategy:
    """A strategy that comes with the program or of a treatment, possibly with other knobs.

    `NAME@HOLDS` is short for `holds`: `noms@none`.

    Parameters
    ----------
    name : str
    own : sequence of Treatment
        The user's treatments, each of which has a strategy of its name.
    **knobs
        See `Knobs`.

    Raises
    ------
    InputError
        If there is none of that name; the message names the nearest.

    Examples
    --------
    >>> strategy("noms@none").holds
    'none'
    >>> strategy("usual_care", post_hold_days=14).name
    'usual_care(post_hold_days=14)'
    """
    known = strategies_with(own)
    plain, holds = (name, "") if name in known else split_holds(str(name))
    if plain not in known:
        raise InputError(f"{name!r} is unknown; {nearest(plain, list(known))}")
    found = known[plain]
    if plain != name:
        if holds not in HOLDS:
            raise InputError(f"{name!r} has holds {holds!r}; {nearest(holds, HOLDS)}")
        found = found.with_knobs(name=name, holds=holds)
    return found.with_knobs(**knobs) if knobs else found


def treatment_names(own: Sequence[Treatment]) -> list[str]:
    """Names of all treatments, the program's and the user's, in the order of their indices."""
    return [*known_treatments(), *(treatment.name for treatment in own)]


def treatment_faults(own: Sequence[Treatment]) -> Iterator[str]:
    """What is wrong with the user's treatments together: too many, named twice, of no model."""
    names = list(known_treatments())
    for treatment in own:
        if treatment.name in (*names, *known_strategies()):
            yield f"treatments names {treatment.name!r}, which is taken; allowed: a name of its own"
        if treatment.based_on not in names:
            yield (
                f"treatments: {treatment.name} is based on {treatment.based_on!r}; "
                f"{nearest(treatment.based_on, names)}"
            )
        names.append(treatment.name)
    if len(names) > MOST_TREATMENTS:
        yield (
            f"treatments are {len(names)} with those that come with the program; allowed: "
            f"{MOST_TREATMENTS}"
        )
