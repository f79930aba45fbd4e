r"""The distributions that a parameter may have, as quantile functions of its table row.

Each is centered on the row's `value` and has one argument for its width:

============ =================================== ======================================
name         argument                            meaning
============ =================================== ======================================
`fixed`                                          known, or a choice
`normal`     `sd`                                mean `value`
`normal`     `prior`, `prior_sd`, `sd`           the same, fitted from that prior
`lognormal`  `sd_log`                            median `value`
`beta`       `n`                                 mean `value`, as if seen among `n` people
`gamma`      `sd`                                mean `value`
`dirichlet`  `n`                                 shares that sum to 1, as if seen among `n`
`calibrated` `prior`, `sd_log` or `sd_logit`     drawn jointly, from the fitted posterior
`synthesis`                                      drawn jointly, from `synthesis.csv`
============ =================================== ======================================

A Dirichlet share is a gamma number with shape `n * value`; its siblings are normalized together.
"""

from __future__ import annotations

import numpy as np

from sim.evidence.arrays import Array
from sim.evidence.elementary import exp
from sim.evidence.normal import standard_normal

ARGUMENTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "fixed": ((),),
    "normal": (("sd",), ("prior", "prior_sd", "sd")),
    "lognormal": (("sd_log",),),
    "beta": (("n",),),
    "gamma": (("sd",),),
    "dirichlet": (("n",),),
    "synthesis": ((),),
    "calibrated": (("prior", "sd_log"), ("prior", "sd_logit")),
}
"""Sets of arguments that each distribution may have, the width last."""


def quantile(distribution: str, value: float | Array, argument: float | Array, u: Array) -> Array:
    """Values of parameters at the points `u` of the unit interval, each in (0, 1).

    The center of the distribution is `value`, its width `argument`, which `fixed` ignores; see
    above: of one parameter, or an array of those of each point. Calibrated and synthesized
    parameters are drawn elsewhere.

    Examples
    --------
    >>> import numpy as np
    >>> quantile("lognormal", 2.0, 0.5, np.array([0.5])).round(6).tolist()
    [2.0]
    """
    value, argument = np.broadcast_to(value, u.shape), np.broadcast_to(argument, u.shape)
    if distribution in ("normal", "lognormal"):
        away: Array = argument * np.array([standard_normal(x) for x in u.tolist()])
        if distribution == "normal":
            return np.asarray(value + away)
        return np.asarray(value * np.array([exp(x) for x in away.tolist()]))
    found = value.astype(float)
    if distribution == "beta":
        inside = (value > 0.0) & (value < 1.0)
        mean, n = value[inside], argument[inside]
        found[inside] = inverse_of("betaincinv", n * mean, n * (1.0 - mean), u[inside])
    elif distribution == "gamma":
        shape = (value / argument) * (value / argument)
        found = inverse_of("gammaincinv", shape, u) * value / shape
    elif distribution == "dirichlet":
        some = value > 0.0
        found[some] = inverse_of("gammaincinv", argument[some] * value[some], u[some])
    return found


def inverse_of(function: str, *arguments: Array) -> Array:
    """The inverse of an incomplete beta or gamma function, by SciPy, without its last bits."""
    from scipy import special  # half a second that defining a scenario does without

    return np.array([to_digits(x) for x in getattr(special, function)(*arguments).tolist()])


def to_digits(number: float) -> float:
    """A number rounded to six digits, by far more than it is known to.

    The last bits of what SciPy gives are those of a C library, which differ by machine; of a
    hundred million numbers, one or none is so near to the middle between two of six digits that
    this shows.

    Examples
    --------
    >>> to_digits(0.12345678)
    0.123457
    """
    return float(f"{number:.6g}")
