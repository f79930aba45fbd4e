"""What tables and pictures call a gain, a burden, their rate of exchange, and numbers of each."""

from __future__ import annotations

import math

from sim.counting.measures import words_of
from sim.economics.exchange import Exchange
from sim.tables.alternatives import Alternatives, in_money
from sim.tables.leading import Leading, leading
from sim.tables.run_tables import RunTables

QALY = "qaly"
SHORT = {
    QALY: "QALYs",
    "cost": "cost",
    "cost_without_systemic": "cost without systemic therapy and end of life",
}
"""Measures that a health economist knows by a shorter name than that of the summary."""
_DIGITS = 3
"""Of a ratio, those that are shown."""


def measure_words(measure: str) -> str:
    """A gain or a burden in words."""
    return SHORT.get(measure) or words_of(measure)


def currency(tables: RunTables) -> str:
    """In which money the run counts: `USD 2024`, or `USD` where it does not say."""
    year = tables.run.get("price_year")
    return "USD" if year is None else f"USD {year}"


def net_unit(tables: RunTables, exchange: Exchange) -> str:
    """The unit of net benefit."""
    return currency(tables) if in_money(exchange) else exchange.unit


def rate_text(exchange: Exchange, rate: float) -> str:
    """A rate of exchange as a person says it.

    Examples
    --------
    >>> from sim.economics.exchange import EXCHANGES
    >>> rate_text(EXCHANGES["cost"], 100_000.0), rate_text(EXCHANGES["therapy_days_lost"], 1.0)
    ('100,000 USD a QALY', '1 day of relief per day of therapy lost')
    """
    words = exchange.rate_words
    if rate == 1.0:
        words = words.replace("days of", "day of", 1)
    return f"{rate:,g} {words}" if rate < 1e5 else f"{rate:,.0f} {words}"


def quantity_text(measure: str, value: float, *, signed: bool = False) -> str:
    """So much of a gain or of a burden, without its unit; nothing of nan.

    Examples
    --------
    >>> quantity_text("qaly", 0.31234), quantity_text("cost", 12_345.6)
    ('0.3123', '12,346')
    >>> quantity_text("cost", -12.0, signed=True)
    '-12'
    """
    if math.isnan(value):
        return ""
    digits = 4 if measure == QALY else 0 if measure.startswith("cost") else 1
    return f"{value:{'+' if signed else ''},.{digits}f}"


def ratio_text(ratio: float) -> str:
    """A ratio with three digits that count.

    Examples
    --------
    >>> ratio_text(23_456.7), ratio_text(3.14159), ratio_text(0.04)
    ('23,500', '3.14', '0.04')
    """
    if ratio == 0.0 or not math.isfinite(ratio):
        return f"{ratio:g}"
    places = _DIGITS - 1 - math.floor(math.log10(abs(ratio)))
    return f"{round(ratio, places):,.0f}" if places <= 0 else f"{round(ratio, places):,g}"


def lead_at(found: Alternatives, rate: float) -> Leading:
    """Which strategy has the highest net benefit at a rate, as far as draws tell."""
    net = found.net(rate)
    samples = {name: net[:, s] for s, name in enumerate(found.names)}
    return leading(samples, more=True, drawn=found.known)
