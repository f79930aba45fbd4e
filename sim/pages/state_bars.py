"""A picture of where the days go: a bar by cancer treatment, and one by worst pain."""

from __future__ import annotations

from collections.abc import Mapping

from sim.pages.canvas import WIDTH, Canvas, Scale, linear

THERAPY_DAYS = {
    "days_on_therapy": ("on treatment", "blue", "on-strong"),
    "days_paused": ("paused", "strong", "on-strong"),
    "days_off_therapy": ("off treatment", "pale", "on-pale"),
    "days_dead": ("dead", "silver", "on-pale"),
}
PAIN_DAYS = {
    "days_pain_below_4": ("pain 0 to 3", "pale", "on-pale"),
    "moderate_pain_days": ("4 to 6", "warm", "on-pale"),
    "severe_pain_days": ("7 to 10", "strong", "on-strong"),
    "days_dead": ("dead", "silver", "on-pale"),
}
"""Measures of the two bars: words, the class of the part, and that of a number in it."""
_THICK, _ROW, _LINE = 15.0, 60.0, 15.0
_NARROW = 24.0
"""Parts below this width have no room for their number."""


def states_description(days: Mapping[str, Mapping[str, float]]) -> str:
    """The picture in words, with its numbers."""
    told = []
    for name, mine in days.items():
        parts = [
            f"{words} {mine[measure]:.0f}"
            for bar in (THERAPY_DAYS, PAIN_DAYS)
            for measure, (words, *_) in bar.items()
        ]
        told.append(f"{name}: {', '.join(parts)}")
    return f"Mean days a person. {'. '.join(told)}."


def draw_states(days: Mapping[str, Mapping[str, float]]) -> Canvas:
    """Draw two bars a strategy, each of all days."""
    whole = max(sum(mine[m] for m in THERAPY_DAYS) for mine in days.values())
    at = linear(0.0, whole, 0.0, WIDTH)
    canvas = Canvas()
    place = 4.0
    for title, bar in (("Treatment", THERAPY_DAYS), ("Pain", PAIN_DAYS)):
        canvas.text(0.0, place + 10.0, title, "quiet small")
        left = 62.0
        for words, kind, _ in bar.values():
            canvas.bar(left, left + 10.0, place + 1.0, 10.0, kind)
            canvas.text(left + 14.0, place + 10.0, words, "small")
            left += 24.0 + 6.0 * len(words)
        place += 18.0
    place += 4.0
    for name, mine in days.items():
        canvas.text(0.0, place + 12.0, name, "bold")
        top = place + _LINE + 3.0
        for bar in (THERAPY_DAYS, PAIN_DAYS):
            _draw_one(canvas, at, mine, bar, top)
            top += _THICK + 2.0
        place += _ROW
    canvas.height = place
    return canvas


def _draw_one(
    canvas: Canvas,
    at: Scale,
    days: Mapping[str, float],
    bar: Mapping[str, tuple[str, str, str]],
    top: float,
) -> None:
    left = 0.0
    for measure, (_, kind, ink) in bar.items():
        right = left + days[measure]
        canvas.bar(at(left), at(right), top, _THICK, kind)
        if at(right) - at(left) >= _NARROW:
            middle = (at(left) + at(right)) / 2.0
            canvas.text(middle, top + 11.5, f"{days[measure]:.0f}", f"{ink} small", "middle")
        left = right
