r"""Strategies side by side on the same people: twins.

For a measure with values :math:`x_i` under the reference and :math:`y_i` under another strategy,
the mean of :math:`y_i - x_i` has the variance of the paired difference over `n`. Without pairing it
would be the sum of both variances. Their ratio is how much the pairing narrowed the comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, compress
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.counting.care_measures import CARE_MEASURES, PARTS_OF_ONE, Statistic
from sim.counting.care_tally import SUBGROUPS, CareTally
from sim.tables.bounds import bounds
from sim.tables.delays import QUARTILES, quartiles
from sim.tables.intervals import half_of_people, interval
from sim.tables.intervals import over as over_what
from sim.tables.kept_rows import KeptRows
from sim.tables.shelf import Aside, Shelf, taken
from sim.tables.spread_parts import SPREAD_PARTS, spread_parts
from sim.tables.thinned import hold_within

COMPARED = {
    measure.name: measure.compared
    for measure in CARE_MEASURES.values()
    if measure.compared is not None
}
"""Measures that are a mean of one number a person, and the `Statistic` that is this number."""
COLUMNS = (
    *("strategy", "reference", "measure", "unit", "subgroup", "people", "reference_mean", "mean"),
    *("difference", "lo", "hi", *SPREAD_PARTS, "interval_over", "sd_paired", "narrowing"),
)
"""Of the table that `compare` gives, also when it has no rows."""


@dataclass(frozen=True)
class PairedMeans:
    """What one draw and replicate says about the differences between strategies.

    Attributes
    ----------
    draw, replicate : int
    people : array (subgroup,)
    mean, variance : array (strategy, subgroup, measure)
    paired_variance : array (strategy, subgroup, measure)
        Of the difference to the reference, person by person.
    """

    draw: int
    replicate: int
    people: NDArray[np.float64]
    mean: NDArray[np.float32]
    variance: NDArray[np.float32]
    paired_variance: NDArray[np.float32]

    @classmethod
    def from_tally(cls, draw: int, replicate: int, tally: CareTally) -> PairedMeans:
        """Means and variances of what was counted."""
        columns = list(COMPARED.values())
        parts = PARTS_OF_ONE[columns]
        people = tally.sums[0, :, Statistic.PEOPLE] / PARTS_OF_ONE[Statistic.PEOPLE]
        whole = np.maximum(people, 1.0)[None, :, None]
        mean = tally.sums[:, :, columns] / parts / whole
        variance = tally.squares[:, :, columns] / parts**2 / whole - mean**2
        difference = mean - mean[:1]
        paired = tally.difference_squares[:, :, columns] / parts**2 / whole - difference**2
        return cls(
            draw,
            replicate,
            people,
            mean.astype(np.float32),
            np.maximum(variance, 0.0).astype(np.float32),
            np.maximum(paired, 0.0).astype(np.float32),
        )


class _Put(NamedTuple):
    """An array that was put aside."""

    shape: tuple[int, ...]
    kind: type
    data: bytes | Aside

    def array(self) -> NDArray[Any]:
        """The array."""
        return np.frombuffer(taken(self.data), self.kind).reshape(self.shape)


class KeptTwins(Sequence[PairedMeans]):
    """What many draws and replicates say, put aside where memory would grow with them."""

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._kept: list[tuple[int, int, list[_Put]]] = []

    def append(self, one: PairedMeans) -> None:
        """Take in a draw and replicate."""
        arrays = (one.people, one.mean, one.variance, one.paired_variance)
        kept = [_Put(a.shape, a.dtype.type, self._shelf.put(a.tobytes())) for a in arrays]
        self._kept.append((one.draw, one.replicate, kept))

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[PairedMeans]:
        return map(self._of, self._kept)

    def __getitem__(self, place: Any) -> Any:
        found = self._kept[place]
        return list(map(self._of, found)) if isinstance(place, slice) else self._of(found)

    @staticmethod
    def _of(kept: tuple[int, int, list[_Put]]) -> PairedMeans:
        draw, replicate, arrays = kept
        return PairedMeans(draw, replicate, *(one.array() for one in arrays))


def compare(
    twins: Sequence[PairedMeans], strategies: tuple[str, ...], horizon_days: float = np.inf
) -> pd.DataFrame:
    """Each strategy against the reference, by subgroup.

    No difference of days is beyond the horizon.

    Returns
    -------
    pandas.DataFrame
        `strategy, reference, measure, unit, subgroup, people, reference_mean, mean, difference, lo,
        hi, sd_draws, sd_replicates, sd_people, interval_over, sd_paired, narrowing`: the difference
        is the mean over people of the same person's difference; `lo, hi` its 95% interval, over
        parameter draws if there are any, else over replicates, else its sampling error, and `nan`
        of too few (see `sim.tables.intervals`); what it is made of is apart (see
        `sim.tables.spread_parts`);
        `narrowing` how many times smaller the variance of the difference is than without pairing.
    """
    points = [t for t in twins if t.draw == 0]
    over = over_what(sum(t.draw > 0 for t in twins), len(points))
    samples = means_by_sample(twins, horizon_days)
    ends = interval(samples - samples[:, :1], over)
    parts = parts_of_differences(twins, horizon_days)
    rows = []
    for s, strategy in enumerate(strategies[1:], start=1):
        for k, measure in enumerate(COMPARED):
            for g, subgroup in enumerate(SUBGROUPS):
                people = sum(t.people[g] for t in points) / len(points)
                if people < 2:
                    continue
                mean, reference = samples[:, s, g, k].mean(), samples[:, 0, g, k].mean()
                paired = float(np.mean([t.paired_variance[s, g, k] for t in points]))
                apart = float(np.mean([t.variance[s, g, k] + t.variance[0, g, k] for t in points]))
                center = float(mean - reference)
                low, high = ends[:, s, g, k]
                if over == "people":
                    half = float(half_of_people(paired, people))
                    low, high = center - half, center + half
                most = bounds(measure, horizon_days)[1]
                low, high = np.clip([low, high], -most, most)
                rows.append(
                    {
                        "strategy": strategy,
                        "reference": strategies[0],
                        "measure": measure,
                        "unit": CARE_MEASURES[measure].unit,
                        "subgroup": subgroup,
                        "people": round(people),
                        "reference_mean": float(reference),
                        "mean": float(mean),
                        "difference": center,
                        "lo": float(low),
                        "hi": float(high),
                        **{name: float(sd[s, g, k]) for name, sd in parts.items()},
                        "interval_over": over,
                        "sd_paired": float(np.sqrt(paired)),
                        "narrowing": apart / paired if paired > 0.0 else np.inf,
                    }
                )
    return pd.DataFrame(rows, columns=COLUMNS)


def parts_of_differences(
    twins: Sequence[PairedMeans], horizon_days: float
) -> dict[str, NDArray[np.float64]]:
    """What differences to the reference vary by, shape (strategy, subgroup, measure) each."""
    points = [t for t in twins if t.draw == 0]
    drawn = sorted(to_everybody(twins, horizon_days), key=lambda t: (t.draw, t.replicate))
    by_draw = [t.mean - t.mean[:1] for t in drawn]
    shape = -1, len(points), *points[0].mean.shape
    cube = np.reshape(np.array(by_draw, float), shape) if drawn else np.empty((0, *shape[1:]))
    of_people = [paired_error(of) if of else np.nan for of in (drawn, points)]
    point = np.array([t.mean - t.mean[:1] for t in points], float)
    return spread_parts(cube, point, *of_people)


def paired_error(twins: Sequence[PairedMeans]) -> NDArray[np.float64]:
    """Variance of mean differences over people, shape (strategy, subgroup, measure)."""
    each = [t.paired_variance / np.maximum(t.people, 1.0)[:, None] for t in twins]
    return np.asarray(np.mean(each, axis=0), float)


def with_quartiles(pairs: pd.DataFrame, spread: KeptRows) -> pd.DataFrame:
    """The table of `compare` with median and quartiles of both strategies, for measures in days.

    Parameters
    ----------
    pairs : pandas.DataFrame
    spread : KeptRows
        Rows of `delays.parquet`, which describe everybody and each primary: other subgroups have
        none.

    Returns
    -------
    pandas.DataFrame
        With the columns `reference_median, reference_p25, reference_p75, median, p25, p75`.
    """
    known: dict[tuple[str, str, str], dict[str, float]] = {}
    for measure in pairs["measure"].unique():  # one after the other: of many draws there are many
        known |= quartiles(spread.rows(measure=measure, statistic=set(QUARTILES.values())))
    primaries = [subgroup.removeprefix("primary: ") for subgroup in pairs["subgroup"]]
    found = pairs.copy()
    for prefix, of in (("reference_", "reference"), ("", "strategy")):
        keys = list(zip(pairs[of], pairs["measure"], primaries, strict=True))
        for name in QUARTILES:
            found[prefix + name] = [known.get(key, {}).get(name, np.nan) for key in keys]
    return found


def frontier(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """Names that no other is at least as good as in both numbers and better in one.

    Less is better in both, such as days of delay and days in pain. The least first number leads.

    Examples
    --------
    >>> frontier({"a": (0.0, 9.0), "b": (5.0, 4.0), "c": (6.0, 4.0)})
    ['a', 'b']
    """
    first, second = np.array(list(points.values())).reshape(-1, 2).T
    return sorted(compress(points, on_frontier(first, second)), key=lambda name: points[name])


def on_frontier(delay: NDArray[np.float64], burden: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which points no other point beats: none has less of one and no more of the other.

    Examples
    --------
    >>> on_frontier(np.array([0.0, 5.0, 6.0]), np.array([9.0, 4.0, 5.0])).tolist()
    [True, True, False]
    """
    no_worse = (delay[:, None] <= delay) & (burden[:, None] <= burden)
    better = (delay[:, None] < delay) | (burden[:, None] < burden)
    return np.asarray(~(no_worse & better).any(axis=0))


def to_everybody(twins: Sequence[PairedMeans], horizon_days: float = np.inf) -> list[PairedMeans]:
    """Draws without the error of their people, who are fewer than everybody and the same in each.

    What the point estimate gives for them and for everybody differs by that error; it is taken out
    of the means of every draw, which stay possible.
    """
    everybody = {t.replicate: t for t in twins if t.draw == 0}
    fewer = {t.replicate: t for t in twins if t.draw < 0}
    found = []
    for t in (twin for twin in twins if twin.draw > 0):
        if t.replicate in fewer:
            mean = t.mean + everybody[t.replicate].mean - fewer[t.replicate].mean
            by_measure = dict(zip(COMPARED, np.moveaxis(mean, -1, 0), strict=True))
            held = hold_within(by_measure, horizon_days)
            t = replace(t, mean=np.stack([held[name] for name in COMPARED], axis=-1))
        found.append(t)
    return found


def means_by_sample(
    twins: Sequence[PairedMeans], horizon_days: float = np.inf
) -> NDArray[np.float64]:
    """Means of a sample each: a draw, whose replicates are averaged, or a replicate without draws.

    Returns
    -------
    array (sample, strategy, subgroup, measure)
    """
    drawn = to_everybody(twins, horizon_days)
    if not drawn:
        return np.array([t.mean for t in twins if t.draw == 0], float)
    by_draw: dict[int, list[NDArray[np.float32]]] = {}
    for t in drawn:
        by_draw.setdefault(t.draw, []).append(t.mean)
    return np.array([np.mean(means, axis=0, dtype=float) for means in by_draw.values()])


def ranking_flips(
    holds: list[float], delays: dict[str, list[float]]
) -> list[tuple[str, str, float]]:
    """Where two strategies change places in delay along an axis of holds, by interpolation.

    `holds` rise, and `delays` has the delay of each strategy at each of them. Of two strategies
    that are returned with a hold, the first has the shorter delay below it.

    Examples
    --------
    >>> ranking_flips([0, 10], {"a": [1.0, 9.0], "b": [3.0, 7.0]})
    [('a', 'b', 5.0)]
    """
    found = []
    for one, other in combinations(delays, 2):
        gap = np.array(delays[one]) - np.array(delays[other])
        for k in range(len(holds) - 1):
            if gap[k] * gap[k + 1] < 0.0:
                share = gap[k] / (gap[k] - gap[k + 1])
                hold = float(holds[k] + share * (holds[k + 1] - holds[k]))
                first, second = (one, other) if gap[k] < 0.0 else (other, one)
                found.append((first, second, round(hold, 2)))
    return found
