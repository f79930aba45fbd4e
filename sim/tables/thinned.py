"""Draws of fewer people than draw 0: the sampling error that they share is taken out.

All draws live the same people with the same luck, so their error does not average out. It is known
at the point estimate: what everybody gives (draw 0) beside what those people give (`CONTROL`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.counting.care_measures import (
    CARE_MEASURES,
    COST_PARTS,
    OF_A_YEAR,
    OF_EITHER_SIGN,
    WITHOUT_SYSTEMIC,
)
from sim.evidence.arrays import Array
from sim.evidence.vocabulary import DAYS_PER_YEAR, PAUSE_CAUSES
from sim.tables.bounds import bounds, is_share
from sim.tables.case_counts import CONTROL

_CAUSES = tuple(f"{cause}_days" for cause in PAUSE_CAUSES)
ADDED = (*(name for name, row in CARE_MEASURES.items() if row.compared is not None), *_CAUSES)
"""Means of the trigger set."""
_WITHIN_LIFE = ("days_walking", "opioid_days", "pause_days", "delay_days")
_COSTS = tuple(part.label for part in COST_PARTS)
_WITHOUT_SYSTEMIC = tuple(part.label for part in WITHOUT_SYSTEMIC)
_LARGEST_RATIO = 2.0
_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("days_alive", ("days_on_therapy", "days_paused", "days_off_therapy")),
    ("days_alive", ("days_pain_below_4", "moderate_pain_days", "severe_pain_days")),
    ("pain_days", ("pain_at_rest_days", "pain_only_on_movement_days")),
    ("delay_days", _CAUSES),
)
"""Days, and the parts that they are the sum of."""


def scale_to_everybody(
    frame: pd.DataFrame, keys: list[str], strategies: Sequence[str], horizon_days: float
) -> pd.DataFrame:
    """Take out of all draws the sampling error of their people.

    Counts, and means that are not of the trigger set, are multiplied by the ratio of everybody to
    those people at the point estimate; where that is above 2 they are doubled, and the rest is
    added, since a ratio to what too few people have would be of any size. Shares are corrected by
    the ratio of their odds, so that they stay shares; as lived, where either is 0 or 100. Means of
    the trigger set get the difference, as where strategies are compared, so that parts still add
    up to their whole; see `hold_within`. How days are spread over people, all but their mean, is
    left as lived.

    Parameters
    ----------
    frame : pandas.DataFrame
        With the columns `draw`, `measure`, `value` and `keys`; `statistic` too, of days.
    keys : list of str
        What tells rows of a draw apart.
    strategies : sequence of str
        The reference first.
    horizon_days : float
    """
    draw = frame["draw"].to_numpy()
    control = draw == CONTROL
    if not control.any():
        return frame
    cells, values = _numbered(frame, keys), frame["value"].to_numpy(float)
    whole, few = (
        pd.Series(values[some]).groupby(cells[some]).sum().reindex(cells[~control]).to_numpy()
        for some in (draw == 0, control)
    )
    kept, value = frame[~control].reset_index(drop=True), values[~control]
    corrected = (draw[~control] > 0) & ~np.isnan(whole) & ~np.isnan(few)
    if "statistic" in kept:
        corrected &= (kept["statistic"] == "mean").to_numpy()
    measure, names = pd.factorize(kept["measure"])
    shares = np.array([is_share(name) for name in names], bool)[measure]
    added = corrected & names.isin(ADDED)[measure]
    most = np.array([bounds(name, horizon_days)[1] for name in names])[measure]
    multiplied = corrected & ~shares & ~added & (few > 0.0)
    inside = (whole > 0.0) & (whole < 100.0) & (few > 0.0) & (few < 100.0)
    by_odds = corrected & shares & inside & (value >= 0.0) & (value <= 100.0)
    with np.errstate(all="ignore"):  # of rows that are not corrected so, numbers are not used
        far = whole > _LARGEST_RATIO * few
        product = value * np.where(far, _LARGEST_RATIO, whole) / np.where(far, 1.0, few)
        product = np.minimum(product + np.where(far, whole - _LARGEST_RATIO * few, 0.0), most)
        odds = whole * (100.0 - few) / (few * (100.0 - whole))
        moved = np.minimum(100.0 * value * odds / (100.0 - value + value * odds), 100.0)
        found = np.where(multiplied, product, value) + np.where(added, whole - few, 0.0)
    kept["value"] = np.where(by_odds, moved, found)
    return _hold_rows(kept, added, strategies, horizon_days)


def _numbered(frame: pd.DataFrame, keys: Sequence[str]) -> NDArray[np.int64]:
    """A number a row, the same of rows that agree in all keys."""
    numbers = np.zeros(len(frame), np.int64)
    for key in keys:
        codes, words = pd.factorize(frame[key])
        numbers = numbers * max(len(words), 1) + codes
    return numbers


def hold_within(values: Mapping[str, Array], horizon_days: float) -> dict[str, Array]:
    """Means of the trigger set that are possible: none below 0, none of days above the horizon.

    A part that would be negative is 0, and the other parts of its whole are shrunk so that they
    still add up to it; nothing else changes.

    Parameters
    ----------
    values : mapping of str to array (strategy, ...)
        By measure; the reference comes first.
    """
    found = {
        name: value if name in OF_EITHER_SIGN else value.clip(*bounds(name, horizon_days))
        for name, value in values.items()
    }
    if "days_alive" not in found:
        return found
    alive = found["days_alive"]
    for name in found.keys() & set(_WITHIN_LIFE):
        found[name] = np.minimum(found[name], alive)
    if "days_dead" in found and np.isfinite(horizon_days):
        moved = alive != values["days_alive"]
        found["days_dead"] = np.where(moved, horizon_days - alive, found["days_dead"])
    for whole, parts in _PARTS:
        if {whole, *parts} <= found.keys():
            changed = np.any([found[name] != values[name] for name in (whole, *parts)], axis=0)
            total = np.sum([found[name] for name in parts], axis=0)
            here = changed & (total > 0.0)
            shrunk = np.divide(found[whole], total, out=np.ones_like(total), where=here)
            found |= {name: found[name] * shrunk for name in parts}
            if "moderate_pain_days" in parts and "pain_days" in found:
                pain = found["moderate_pain_days"] + found["severe_pain_days"]
                found["pain_days"] = np.where(here, pain, found["pain_days"])
    if set(_COSTS) <= found.keys():
        changed = np.any([found[name] != values[name] for name in _COSTS], axis=0)
        for whole, parts in (("cost", _COSTS), ("cost_without_systemic", _WITHOUT_SYSTEMIC)):
            if whole in found:
                total = np.sum([found[name] for name in parts], axis=0)
                found[whole] = np.where(changed, total, found[whole])
    if horizon_days == DAYS_PER_YEAR:
        same = zip(OF_A_YEAR, ("days_on_therapy", "days_alive"), strict=True)
        found |= {name: found[of] for name, of in same if {name, of} <= found.keys()}
    if "therapy_days_lost" in found:
        moved = found["days_on_therapy"] - values["days_on_therapy"]
        found["therapy_days_lost"] = found["therapy_days_lost"] + np.nan_to_num(moved[:1]) - moved
    return found


def _hold_rows(
    frame: pd.DataFrame, chosen: NDArray[np.bool_], strategies: Sequence[str], horizon_days: float
) -> pd.DataFrame:
    """The frame, with the chosen rows as `hold_within` gives them."""
    rows = frame[chosen]
    if rows.empty:
        return frame
    measure, names = pd.factorize(rows["measure"])
    sample, samples = pd.factorize(_numbered(rows, ["primary", "replicate", "draw"]))
    place = measure, pd.Index(strategies).get_indexer(pd.Index(rows["strategy"])), sample
    wide = np.full((len(names), len(strategies), len(samples)), np.nan)
    wide[place] = rows["value"]
    held = hold_within(dict(zip(names, wide, strict=True)), horizon_days)
    frame.loc[chosen, "value"] = np.stack([held[name] for name in names])[place]
    return frame
