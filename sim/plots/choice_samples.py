"""What the pictures of a choice are drawn from: alternatives by exchange, and the words."""

from __future__ import annotations

from textwrap import fill

from matplotlib.axes import Axes

from sim.plots import care_samples as care
from sim.plots.drawing import INK, SMALL, NothingToDrawError, check_name, write
from sim.tables.alternatives import Alternatives, every_choice, in_money
from sim.tables.exchange_words import lead_at, rate_text
from sim.tables.incremental_text import UNLIKE, rests_on_unlike_prices
from sim.tables.intervals import FEWEST_DRAWS
from sim.tables.run_tables import RunTables

LINE_LETTERS = 34
"""Letters of a name in a line beside a picture."""
MONEY = "cost"


def choices(tables: RunTables, burden: str | None, rate: float | None) -> list[Alternatives]:
    """The alternatives of a run in days and in money, or those of one burden.

    Parameters
    ----------
    burden : str, optional
        `therapy_days_lost`, `cost` or `cost_without_systemic`.
    rate : float, optional
        The rate that is marked, of a single burden; the convention by default.

    Raises
    ------
    NothingToDrawError
        If there are fewer than two, or no such burden.
    """
    care.care_strategies(tables)
    every = {found.exchange.burden: found for found in every_choice(tables)}
    if not every:
        raise NothingToDrawError(
            "there is nothing to choose between; allowed: a run with at least two strategies that "
            "give care under one setting"
        )
    if rate is not None and burden is None:
        raise NothingToDrawError("rate is of one burden; allowed: with burden='cost' or another")
    if burden is None:
        return [found for name, found in every.items() if name != "cost_without_systemic"]
    check_name("burden", burden, list(every))
    return [every[burden].priced_at(rate)]


def with_enough_draws(every: list[Alternatives]) -> list[Alternatives]:
    """The same, where there are draws enough.

    Raises
    ------
    NothingToDrawError
        If there are not.
    """
    if not every[0].known:
        n = len(every[0].gain)
        have = "no parameter draws" if n == 1 else f"{n} parameter draws"
        raise NothingToDrawError(
            f"the run has {have}, too few for how often a strategy is best; allowed: at least "
            f"{FEWEST_DRAWS} (--draws 40)"
        )
    return every


def has_enough_draws(tables: RunTables) -> bool:
    """Say whether a run has draws enough, and strategies to choose between."""
    every = every_choice(tables) if tables.run["scenario"]["draws"] >= FEWEST_DRAWS else []
    return bool(every)


def verdict(tables: RunTables, found: Alternatives) -> str:
    """Which strategy has the highest net benefit at the marked rate, where that is told."""
    at = f"at {rate_text(found.exchange, found.exchange.rate)}"
    lead = lead_at(found, found.exchange.rate)
    if not lead.known:
        return care.first_upper(f"{at}, {care.not_known_words(tables, lead)}")
    if lead.winner is None:
        return care.first_upper(f"{at}, {care.not_known_words(tables, lead)}")
    if rests_on_unlike_prices(found, first=lead.winner):
        return f"{care.first_upper(at)}, the order rests on unlike kinds of price"
    words = care.strategy_words(tables, lead.winner)
    return care.first_upper(f"{words} has the highest net benefit {at}")


def marked_name(tables: RunTables, name: str, found: Alternatives) -> str:
    """A strategy in words, the reference told, marked where its price is unlike the reference's."""
    words = care.strategy_words(tables, name)
    if care.is_reference(tables, name):
        return f"{words} (reference)"
    i = found.names.index(name)
    return words + UNLIKE * (in_money(found.exchange) and len(found.price_kinds(i, 0)) > 1)


def unlike_note(every: list[Alternatives]) -> str:
    """What the mark of unlike prices means, if any strategy bears it."""
    money = [found for found in every if in_money(found.exchange)]
    marked = any(len(f.price_kinds(i, 0)) > 1 for f in money for i in range(1, len(f.names)))
    return (
        f"{UNLIKE} Its courses and those of the reference are priced in unlike kinds (fees, "
        "payments, charges): the difference in cost is no finding."
        if marked
        else ""
    )


def list_beside(ax: Axes, words: list[str]) -> None:
    """Names by their numbers, right of a picture."""
    lines = [
        fill(one, LINE_LETTERS, initial_indent=f"{n}  ", subsequent_indent="     ")
        for n, one in enumerate(words, 1)
    ]
    said = "\n".join(lines)
    write(ax, said, (1, 1), (14, 0), va="top", size=SMALL, color=INK, linespacing=1.6)
