"""What the frontier is drawn from: strategies by setting, crosses, shares of draws."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.inputs.strategy_label import HOLDS_WORDS, without_settings
from sim.plots import care_samples as care
from sim.tables.answer import has_draws
from sim.tables.compare import on_frontier
from sim.tables.run_tables import RunTables

_DELAY_OF_CARE = "delay_days"
"""What strategies without any have under every setting of holds."""


def by_setting(names: list[str], tables: RunTables) -> dict[str, list[str]]:
    """Strategies under each setting of holds and cap of local courses, in words.

    Those without any delay stand under every one.
    """
    settings = {}
    for name in names:
        holds = care.setting_of_holds(name, tables.run)
        settings[name] = (care.setting_words(name), list(HOLDS_WORDS).index(holds))
    delay = care.levels(tables, _DELAY_OF_CARE)["mean"]
    found = {}
    for setting in sorted(set(settings.values())):
        own = {name for name in names if settings[name] == setting}
        plain = set(map(without_settings, own))
        free = {n for n in names if delay[n] == 0.0 and without_settings(n) not in plain}
        words = setting[0] or list(HOLDS_WORDS.values())[setting[1]]
        found[words] = [name for name in names if name in own | free]
    return found


def shares_of_draws(
    tables: RunTables, names: list[str], measures: tuple[str, str], *, up: bool
) -> dict[str, float]:
    """In which percent of the draws each strategy is on the frontier; nothing without draws.

    The measures are that of delay and that of relief.
    """
    if not has_draws(tables):
        return {}
    delay, relief = (care.samples(tables, m)[names].to_numpy(float) for m in measures)
    burden = relief * (-1.0 if up else 1.0)
    kept = [on_frontier(d, b) for d, b in zip(delay, burden, strict=True)]
    return dict(zip(names, (100.0 * np.mean(kept, axis=0)).tolist(), strict=True))


def cross(tables: RunTables, measure: str) -> pd.DataFrame:
    """Mean of a measure by strategy, its 95% interval, and that of the paired difference.

    Returns
    -------
    pandas.DataFrame
        Index strategy, columns `mean, lo, hi, paired_lo, paired_hi`; the last two are the ends of
        the difference to the reference, around the mean, and nan where it is not known.
    """
    table = care.levels(tables, measure)
    table["paired_lo"] = table["paired_hi"] = np.nan
    if not tables.too_few:
        compared = tables.compare()
        mine = compared[(compared["measure"] == measure) & (compared["subgroup"] == "all")]
        rows = mine.set_index("strategy").reindex(table.index)
        for end in ("lo", "hi"):
            table[f"paired_{end}"] = table["mean"] + rows[end] - rows["difference"]
    return table
