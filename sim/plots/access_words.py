"""What pictures of finite access say: resources, people, days and shares in plain words."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.tables.access import ANY_TREATMENT
from sim.tables.layout import listed


def resource_words(resource: str) -> str:
    """A resource in plain words.

    Examples
    --------
    >>> resource_words("linear_accelerator"), resource_words("any_treatment")
    ('linear accelerator', 'first session of any treatment')
    """
    if resource == ANY_TREATMENT:
        return "first session of any treatment"
    return resource.replace("_", " ")


def in_sentences(found: Iterable[tuple[set[str], str]]) -> str:
    """Sentences about resources, each where it has any.

    Examples
    --------
    >>> in_sentences([({"bed", "theater"}, "Nobody asked for {}."), (set(), "Unlimited: {}.")])
    'Nobody asked for bed and theater.'
    """
    return " ".join(
        sentence.format(listed(sorted(map(resource_words, resources))))
        for resources, sentence in found
        if resources
    )


def counted(number: float) -> str:
    """A number of people, with a decimal where it is small.

    Examples
    --------
    >>> counted(1234.4), counted(3.25), counted(0.04), counted(0.0)
    ('1,234', '3.2', '<0.1', '0')
    """
    if 0.0 < number < 0.05:
        return "<0.1"
    return f"{number:,.0f}" if number >= 9.95 or number == 0.0 else f"{number:.1f}"


def days_words(days: float) -> str:
    """Days in words.

    Examples
    --------
    >>> days_words(1.0), days_words(7.0), days_words(0.5)
    ('1 day', '7 days', '0.5 days')
    """
    return f"{days:g} day{'' if days == 1.0 else 's'}"


def percent_text(value: float) -> str:
    """A percentage that is 100 or 0 only if it is, and has a decimal near either.

    Examples
    --------
    >>> [percent_text(value) for value in (100.0, 99.97, 96.2, 0.04, 0.0)]
    ['100%', '99.9%', '96%', '<0.1%', '0%']
    """
    if np.isnan(value):
        return "–"
    if 0.0 < value < 1.0:
        return f"{value:.1f}%" if value >= 0.05 else "<0.1%"
    return f"{min(value, 99.9):.1f}%" if 99.0 < value < 100.0 else f"{value:.0f}%"


def across(values: dict[str, str], by: dict[str, float]) -> str:
    """Values in words by strategy as a phrase; of more than two, the least and the most `by`.

    Of more than two none is named, as their order may be chance.

    Examples
    --------
    >>> across({"usual care": "3 days", "NOMS": "2"}, {"usual care": 3.0, "NOMS": 2.0})
    '3 days under usual care and 2 under NOMS'
    """
    if len(values) <= 2:
        return listed([f"{text} under {name}" for name, text in values.items()])
    least, most = (pick(by, key=lambda name: by[name]) for pick in (min, max))
    return f"from {values[least]} to {values[most]} under {len(values)} strategies"
