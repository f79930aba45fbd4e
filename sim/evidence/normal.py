"""Percentage points of the normal distribution, with the same last bit on every machine."""

from __future__ import annotations

import math

from sim.evidence.elementary import log_of_normal

# Coefficients of `standard_normal`, from the highest power down: numerators and denominators.
_CENTER = (
    *(2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4),
    *(4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3),
    *(1.3314166789178437745e2, 3.3871328727963666080e0),
)
_UNDER_CENTER = (
    *(5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4),
    *(2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2),
    *(4.2313330701600911252e1, 1.0),
)
_TAIL = (
    *(7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1),
    *(1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0),
    *(4.63033784615654529590e0, 1.42343711074968357734e0),
)
_UNDER_TAIL = (
    *(1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2),
    *(1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0),
    *(2.05319162663775882187e0, 1.0),
)
_FAR_TAIL = (
    *(2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3),
    *(2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0),
    *(5.46378491116411436990e0, 6.65790464350110377720e0),
)
_UNDER_FAR_TAIL = (
    *(2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5),
    *(7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1),
    *(5.99832206555887937690e-1, 1.0),
)


def _polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    """A polynomial, by Horner's rule."""
    value = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def standard_normal(share: float) -> float:
    """The number that a standard normal one is below with a probability inside (0, 1).

    Wichura. Algorithm AS 241: the percentage points of the normal distribution. Applied Statistics
    1988;37:477-84; exact to about 16 digits. It is quicker than Box and Muller's way, which needs
    a second uniform number and a cosine.
    """
    away = share - 0.5
    if abs(away) <= 0.425:
        x = 0.180625 - away * away
        return away * _polynomial(x, _CENTER) / _polynomial(x, _UNDER_CENTER)
    x = math.sqrt(-log_of_normal(min(share, 1.0 - share)))
    if x <= 5.0:
        z = _polynomial(x - 1.6, _TAIL) / _polynomial(x - 1.6, _UNDER_TAIL)
    else:
        z = _polynomial(x - 5.0, _FAR_TAIL) / _polynomial(x - 5.0, _UNDER_FAR_TAIL)
    return z if away > 0.0 else -z
