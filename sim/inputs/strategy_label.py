"""What strategies are called in tables, pictures and stories: by words, not by their names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sim.inputs.strategies import HOLDS, Knobs, Strategy, split_holds
from sim.inputs.treatment import Treatment

STRATEGY_WORDS = {
    "none": "no care",
    "usual_care": "usual care",
    "noms": "NOMS",
    "analgesia_only": "analgesia only",
    "ebrt_8gy1": "EBRT 8 Gy in 1",
    "ebrt_20gy5": "EBRT 20 Gy in 5",
    "ebrt_30gy10": "EBRT 30 Gy in 10",
    "sbrt_24gy2": "SBRT 24 Gy in 2",
    "rfa_cement": "RFA with cement",
    "rfa_ebrt": "RFA, then EBRT",
    "microwave": "microwave ablation",
    "curettage_sm153": "curettage and Sm-153",
    "surgery_rt": "surgery, then RT",
}
"""Strategies and treatments whose name is not plain."""

HOLDS_WORDS = {
    "none": "no hold before or after",
    "published": "holds published where known",
    "equal": "equal holds",
    "by_modality": "holds by modality",
}

KNOB_WORDS = {
    "pain_threshold": "pain overwhelming from {:g}",
    "refer_from_pain": "referral from pain {:g}",
    "referral_ratio": "referral rate times {:g}",
    "pre_hold_days": "{:g} days of hold before a course",
    "post_hold_days": "{:g} days of hold after a course",
    "withhold": "held: {}",
    "resume_below_nrs": "therapy resumed below pain {:g}",
    "time_off_hazard_ratio": "hazard ratio of time off therapy {:g}",
    "wait_ratio": "waits times {:g}",
    "local_courses_per_level": "at most {:g} local courses a level",
}
"""Words of each knob around its value; those whose values are words stand at `knob_words`."""

SETTING_KNOBS = ("holds", "local_courses_per_level", "time_off_hazard_ratio")
"""Knobs that several strategies have in common, as an assumption under which they are compared."""

_IN_BRACKETS = re.compile(r"(.+)\((\w+=[^()]*)\)")
_NEXT_KNOB = re.compile(r"\+(?=\w+=)")


def knob_words(knob: str, value: Any) -> str:
    """A knob with its value, as a person reads it.

    Examples
    --------
    >>> knob_words("post_hold_days", 14), knob_words("local_courses_per_level", "1")
    ('14 days of hold after a course', 'at most 1 local course a level')
    """
    if knob == "holds":
        return HOLDS_WORDS.get(value, f"holds {value}")
    if knob == "bone_agents":
        return "bone agents" if value in (True, "True") else "no bone agents"
    if knob == "response_luck":
        return f"{value} luck of response"
    if knob == "withhold":
        named = value.split("+") if isinstance(value, str) else list(value)
        said = " and ".join(name.replace("_", " ") for name in named if name != "none")
        return KNOB_WORDS[knob].format(said or "no class of therapy")
    if knob not in KNOB_WORDS:
        return f"{knob.replace('_', ' ')} {value}"
    words = KNOB_WORDS[knob].format(float(value))
    if float(value) != 1.0:
        return words
    return words.replace(" days of", " day of").replace(" courses", " course")


def split_name(name: str) -> tuple[str, dict[str, str]]:
    """The name of a strategy without the knobs that it says, and these with their values.

    Examples
    --------
    >>> split_name("noms(post_hold_days=14+withhold=cytotoxic+endocrine)")
    ('noms', {'post_hold_days': '14', 'withhold': 'cytotoxic+endocrine'})
    >>> split_name("noms@none"), split_name("mine(new)")
    (('noms', {'holds': 'none'}), ('mine(new)', {}))
    """
    found: dict[str, str] = {}
    base = name
    while match := _IN_BRACKETS.fullmatch(base):
        pairs = dict(pair.split("=", 1) for pair in _NEXT_KNOB.split(match[2]))
        if not pairs.keys() <= Knobs.model_fields.keys():
            break
        base, found = match[1], pairs | found
    plain, holds = split_holds(base)
    if holds in HOLDS:
        return plain, {"holds": holds} | found
    return base, found


def without_settings(name: str) -> str:
    """The name of a strategy without the knobs that are settings of a comparison.

    Examples
    --------
    >>> without_settings("noms@none"), without_settings("noms(local_courses_per_level=1)")
    ('noms', 'noms')
    >>> without_settings("noms(post_hold_days=14+holds=none)")
    'noms(post_hold_days=14)'
    """
    base, knobs = split_name(name)
    kept = "+".join(f"{k}={v}" for k, v in knobs.items() if k not in SETTING_KNOBS)
    return f"{base}({kept})" if kept else base


def name_label(
    name: str, labels: Mapping[str, str] | None = None, *, without: Collection[str] = ()
) -> str:
    """A strategy in words, by its name: what it is based on, then each knob that it says.

    Parameters
    ----------
    labels : mapping, optional
        Words of the user's own strategies and treatments, by name.
    without : collection of str
        Knobs that are left out.

    Examples
    --------
    >>> name_label("usual_care(post_hold_days=14+holds=none)")
    'usual care, 14 days of hold after a course, no hold before or after'
    >>> name_label("dev@none", {"dev": "My device"})
    'My device, no hold before or after'
    """
    base, knobs = split_name(name)
    words = {**STRATEGY_WORDS, **(labels or {})}.get(base, base)
    said = [knob_words(knob, value) for knob, value in knobs.items() if knob not in without]
    return ", ".join([words, *said])


def own_labels(strategies: Sequence[Strategy], own: Sequence[Treatment]) -> dict[str, str]:
    """Words of the user's strategies and treatments that have a label, by name."""
    of_treatments = {t.name: t.label for t in own if t.label}
    return of_treatments | {split_name(s.name)[0]: s.label for s in strategies if s.label}
