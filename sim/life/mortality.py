"""Death from other causes than the cancer: a life table with cancer deaths removed."""

from __future__ import annotations

import math

from sim.evidence.vocabulary import AGES, DAYS_PER_YEAR
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import gompertz_cumulative, gompertz_time
from sim.life.luck import budget


@compiled
def schedule_other_death(person: Record, cancer: Record, world: Record) -> None:
    r"""Set the clock of death from other causes for the whole life.

    The hazard at age `a` is :math:`\rho\, e^{m (y_0 - a_0 - y_{ref})}\, h(a) e^{m a}`: the table's
    hazard :math:`h`, the trend :math:`m` by calendar year, and the ratio :math:`\rho` of people
    with this primary. The table holds :math:`h(a) e^{m a}` and its integral at whole ages; between
    them the logarithm of the hazard is linear (Gompertz), so the inverse is exact.
    """
    age = person.age_at_diagnosis
    sex = person.sex
    birth_year = person.diagnosis_year - age
    factor = cancer.other_death_ratio * math.exp(
        world.mortality_trend * (birth_year - world.reference_year)
    )
    cumulative = world.mortality_cumulative[sex]
    rate = world.mortality_rate[sex]
    slope = world.mortality_slope[sex]
    whole = min(int(age), AGES - 1)
    spent = cumulative[whole] + gompertz_cumulative(age - whole, rate[whole], slope[whole])
    target = spent + budget(person, Luck.OTHER_DEATH, 0, 0) / factor
    low = whole
    high = AGES
    while high - low > 1:
        middle = (low + high) // 2
        if cumulative[middle] <= target:
            low = middle
        else:
            high = middle
    age_at_death = low + gompertz_time(target - cumulative[low], rate[low], slope[low])
    person.clock[Event.DEATH_OTHER] = max(age_at_death - age, 0.0) * DAYS_PER_YEAR
