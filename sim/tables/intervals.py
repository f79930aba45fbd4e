r"""95% intervals: what each of them means, how many samples it takes, and its ends.

The one home of the intervals of tables and pictures. An interval *over draws* is a range: 95% of
further draws of the parameters lie in it. One *over replicates* is of the mean: it holds, in 95 of
100 runs, the mean that endless replicates would give. One *over people* is the same of the people
of a single run. Of too few samples there is none, which is `nan`.

Notes
-----
The k-th smallest of `n` draws has a share :math:`k / (n + 1)` of further draws below it, whatever
they are drawn from. So a range has its ends at the places :math:`0.025 (n + 1)` from either end,
between two draws where that is no whole number; 39 draws are the least that have such places. The
usual percentiles, at :math:`1 + 0.025 (n - 1)`, hold 78% of further draws where there are 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Over = Literal["parameter draws", "replicates", "people"]
"""What an interval may be over."""
Ends = NDArray[np.float64]
"""The lower and the upper end, along the first axis; `nan` where there is no interval."""

FEWEST_DRAWS = 39
"""Draws below which there is no range of 95% of them."""
FEWEST_PEOPLE = 30
"""People below which their mean has no interval: days are too skewed over people."""
FEWEST_SAMPLES: dict[Over, int] = {
    "parameter draws": FEWEST_DRAWS,
    "replicates": 2,
    "people": FEWEST_PEOPLE,
}
"""Samples of each kind below which there is no interval."""
NORMAL_95 = 1.959964
"""Half the 95% interval of a normal number, in standard deviations."""
_OUTSIDE = 0.025
"""Share beyond each end of an interval."""


def over(draws: int, replicates: int = 1) -> Over:
    """What the intervals of a run are over: draws if it has any, else replicates, else people."""
    if draws:
        return "parameter draws"
    return "replicates" if replicates > 1 else "people"


def interval(samples: ArrayLike, what: Over) -> Ends:
    """Ends of the 95% interval of some samples.

    Parameters
    ----------
    samples : array
        Along the first axis draws or replicates; `nan` where one of them has no such number. Other
        axes are kept.
    what : {'parameter draws', 'replicates', 'people'}
        What they are; of people samples say nothing, see `half_of_people`.

    Examples
    --------
    >>> interval(range(1, 40), "parameter draws").tolist()
    [1.0, 39.0]
    >>> interval([1.0, 2.0, 3.0], "replicates").round(2).tolist()
    [-0.48, 4.48]
    >>> interval(range(1, 39), "parameter draws").tolist()
    [nan, nan]
    """
    table = np.asarray(samples, float)
    if what == "people" or len(table) < FEWEST_SAMPLES[what]:
        return np.full((2, *table.shape[1:]), np.nan)
    columns = table.reshape(len(table), -1).T
    ends = np.full((len(columns), 2), np.nan)
    known = np.isfinite(columns)
    whole = known.all(axis=1)
    if what == "parameter draws":
        ends[whole] = _range(columns[whole])
    else:
        ends[whole] = _of_means(columns[whole])
    for place in np.flatnonzero(~whole & (known.sum(axis=1) >= FEWEST_SAMPLES[what])):
        ends[place] = interval(columns[place][known[place]], what)
    return ends.T.reshape(2, *table.shape[1:])


def half_width(values: Sequence[float]) -> float:
    r"""Half of the 95% interval of a mean over replicates.

    With `n` replicates of standard deviation `s`: :math:`t_{n-1} s / \sqrt n`.

    Examples
    --------
    >>> round(half_width([1.0, 2.0, 3.0]), 2)
    2.48
    """
    n = len(values)
    if n < 2:
        return float("inf")
    from scipy.special import stdtrit  # a third of a second that living people does without

    return float(stdtrit(n - 1, 0.975) * np.std(values, ddof=1) / np.sqrt(n))


def half_of_mean(replicates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half of Student's 95% interval of the mean of each column; see `half_width`.

    None where all are alike: a count that no replicate has is rare, not certain to be 0.
    """
    half = np.array([half_width(column) for column in replicates.T.tolist()])
    return np.where(np.ptp(replicates, axis=0) > 0.0, half, np.nan)


def half_of_people(variance: ArrayLike, people: ArrayLike) -> NDArray[np.float64]:
    """Half the 95% interval of a mean over people, from the variance between them.

    None where they are fewer than `FEWEST_PEOPLE`, or all alike: a mean of nothing but zeros says
    that what is counted is rare, not that it never comes.
    """
    from scipy.special import stdtrit  # the same

    n, spread = np.asarray(people, float), np.asarray(variance, float)
    known = (n >= FEWEST_PEOPLE) & (spread > 0.0)
    n = np.where(known, n, FEWEST_PEOPLE)
    half = stdtrit(n - 1.0, 1.0 - _OUTSIDE) * np.sqrt(np.where(known, spread, np.nan) / (n - 1.0))
    return np.asarray(half, float)


def too_few_words(what: Over, n: int) -> str:
    """Why there is no interval over so many samples, in a phrase; nothing if there is one.

    Examples
    --------
    >>> too_few_words("parameter draws", 10)
    '10 parameter draws, too few for a 95% interval, which takes 39'
    """
    if n >= FEWEST_SAMPLES[what]:
        return ""
    name = what if n != 1 else what.removesuffix("s")
    return f"{n:,} {name}, too few for a 95% interval, which takes {FEWEST_SAMPLES[what]}"


def interval_words(what: Over, n: int) -> str:
    """What intervals over so many samples are, in a phrase, or why there are none.

    Examples
    --------
    >>> interval_words("replicates", 4)
    '95% intervals of the mean over 4 replicates'
    """
    return (
        too_few_words(what, n)
        or {
            "parameter draws": f"95% over {n:,} parameter draws",
            "replicates": f"95% intervals of the mean over {n:,} replicates",
            "people": "95% sampling error of the people, at the point estimate",
        }[what]
    )


def _range(draws: NDArray[np.float64]) -> Ends:
    """Between which 95% of further draws lie, shape (rows, 2); a row's draws side by side."""
    ends = np.quantile(draws, [_OUTSIDE, 1.0 - _OUTSIDE], axis=1, method="weibull")
    return np.asarray(ends.T, float)


def _of_means(replicates: NDArray[np.float64]) -> Ends:
    """Student's interval of the mean of each row, shape (rows, 2)."""
    mean, half = replicates.mean(axis=1), half_of_mean(replicates.T)
    return np.stack([mean - half, mean + half], axis=1)
