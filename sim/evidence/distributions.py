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


def quantile(distribution: str, value: float, argument: float, u: Array) -> Array:
    """Value of a parameter at the points `u` of the unit interval, each in (0, 1).

    The center of the distribution is `value`, its width `argument`, which `fixed` ignores; see
    above. Calibrated and synthesized parameters are drawn elsewhere.

    Examples
    --------
    >>> import numpy as np
    >>> quantile("lognormal", 2.0, 0.5, np.array([0.5])).round(6).tolist()
    [2.0]
    """
    from scipy import special  # half a second that defining a scenario does without

    if distribution == "normal":
        return np.asarray(value + argument * special.ndtri(u))
    if distribution == "lognormal":
        return np.asarray(value * np.exp(argument * special.ndtri(u)))
    if distribution == "beta":
        if value in (0.0, 1.0):
            return np.full_like(u, value)
        return np.asarray(special.betaincinv(argument * value, argument * (1.0 - value), u))
    if distribution == "gamma":
        shape = (value / argument) ** 2
        return np.asarray(special.gammaincinv(shape, u) * value / shape)
    if distribution == "dirichlet":
        if value == 0.0:
            return np.zeros_like(u)
        return np.asarray(special.gammaincinv(argument * value, u))
    return np.full_like(u, value)
