"""Death from other causes than the cancer: a life table with cancer deaths removed."""

from __future__ import annotations

from sim.evidence.elementary import exp
from sim.evidence.vocabulary import AGES, DAYS_PER_YEAR, MORTALITY_BAND_STARTS
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import gompertz_cumulative, gompertz_time
from sim.life.luck import budget

N_BANDS = len(MORTALITY_BAND_STARTS)


@compiled
def schedule_other_death(person: Record, cancer: Record, world: Record) -> None:
    r"""Set the clock of death from other causes for the whole life.

    The hazard at age `a` is :math:`\rho_b\, e^{m_b (y_0 - a_0 - y_{ref})}\, h(a) e^{m_b a}`: the
    table's hazard :math:`h`, the trend :math:`m_b` by calendar year, and the ratio
    :math:`\rho_b` of people with this primary, both by band of age :math:`b`. The table holds
    :math:`h(a) e^{m_b a}` and its integral at whole ages; between them the logarithm of the
    hazard is linear (Gompertz), so the inverse is exact.
    """
    age = person.age_at_diagnosis
    sex = person.sex
    since_reference = person.diagnosis_year - age - world.reference_year
    cumulative = world.mortality_cumulative[sex]
    rate = world.mortality_rate[sex]
    slope = world.mortality_slope[sex]
    low = min(int(age), AGES - 1)
    spent = cumulative[low] + gompertz_cumulative(age - low, rate[low], slope[low])
    left = budget(person, Luck.OTHER_DEATH, 0, 0)
    band = 0
    while band + 1 < N_BANDS and MORTALITY_BAND_STARTS[band + 1] <= low:
        band += 1
    factor = cancer.other_death_ratio[band] * exp(world.mortality_trend[band] * since_reference)
    while band + 1 < N_BANDS:
        in_band = cumulative[MORTALITY_BAND_STARTS[band + 1]] - spent
        if left < in_band * factor:
            break
        left -= in_band * factor
        band += 1
        low = MORTALITY_BAND_STARTS[band]
        spent = cumulative[low]
        factor = cancer.other_death_ratio[band] * exp(world.mortality_trend[band] * since_reference)
    target = spent + left / factor
    high = MORTALITY_BAND_STARTS[band + 1] if band + 1 < N_BANDS else AGES
    ages = high - low
    while ages > 1:  # without a branch that the processor could not foresee
        half = ages // 2
        low += half if cumulative[low + half] <= target else 0
        ages -= half
    age_at_death = low + gompertz_time(target - cumulative[low], rate[low], slope[low])
    person.clock[Event.DEATH_OTHER] = max(age_at_death - age, 0.0) * DAYS_PER_YEAR
