"""Measures: what a tally says about a published quantity, by the estimator its source used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.counting.tally import COHORT, COUNTS, RECORD_BIN_DAYS, Tally
from sim.evidence.life_table import cumulative_at_ages, mortality_table
from sim.evidence.reader import Values
from sim.evidence.vocabulary import AGES, DAYS_PER_YEAR, PRIMARIES, SEXES, STAGES
from sim.inputs.population import Plan

Array = NDArray[np.float64]

HEMATOLOGICAL_LUNG_BREAST = ("lung", "breast", "lymphoma", "leukemia", "myeloma")


@dataclass(frozen=True)
class Observed:
    """What a run saw, ready for the measures.

    Attributes
    ----------
    counts : array (measure, primary)
        People a year, see `sim.counting.tally.COUNTS`.
    cohort : array (statistic, primary, stage)
        People diagnosed in the years of the run, see `sim.counting.tally.COHORT`.
    recorded : array (2, primary, bin)
        Times to recorded bone metastasis, and to death without it.
    expected_survival : array (years 0 to 10, primary)
        Survival of people of the same age and sex in the general population.
    values : mapping
        The joint sample of the evidence that was run.
    """

    counts: Array
    cohort: Array
    recorded: Array
    expected_survival: Array
    values: Values

    @classmethod
    def from_tally(
        cls, tally: Tally, n_years: int, scale: float, expected_survival: Array, values: Values
    ) -> Observed:
        """Sum a tally over years, sexes and ages, a year of diagnosis, times `scale`."""
        return cls(
            tally.counts.sum(axis=(1, 3, 4)) * (scale / n_years),
            np.asarray(np.moveaxis(tally.cohort, 2, 0) * scale, float),
            np.asarray(tally.recorded * scale, float),
            expected_survival,
            values,
        )

    def count(self, measure: str, primaries: tuple[str, ...] = PRIMARIES) -> float:
        """People a year under a measure."""
        return float(self.counts[COUNTS.index(measure)][codes(primaries)].sum())

    def people(
        self, statistic: str, primaries: tuple[str, ...] = PRIMARIES, stage: str | None = None
    ) -> float:
        """People of the cohort under a statistic."""
        table = self.cohort[COHORT.index(statistic)][codes(primaries)]
        return float(table.sum() if stage is None else table[:, STAGES.index(stage)].sum())


Estimator = Callable[[Observed, tuple[str, ...], str], float]
"""From what was seen, the primaries and the stratum of a target, to a number."""


@dataclass(frozen=True)
class Measure:
    """One quantity that the program reports."""

    name: str
    unit: str
    definition: str
    estimate: Estimator


def codes(primaries: tuple[str, ...]) -> list[int]:
    """Codes of primaries."""
    return [PRIMARIES.index(primary) for primary in primaries]


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole > 0.0 else float("nan")


def _count(name: str) -> Estimator:
    return lambda seen, primaries, stratum: seen.count(name, primaries)


def _share(part: str, whole: str) -> Estimator:
    return lambda seen, primaries, stratum: _percent(
        seen.people(part, primaries), seen.people(whole, primaries)
    )


def _ascertained(by: str, estimate: Estimator) -> Estimator:
    """What a source would have seen: the estimate times the source's ascertainment."""
    return lambda seen, primaries, stratum: (
        seen.values["ascertainment", by] * estimate(seen, primaries, stratum)
    )


def _mean(total: str, people: str) -> Estimator:
    """Days per person or event; the totals are in hundredths of a day."""
    return lambda seen, primaries, stratum: (
        _percent(seen.people(total, primaries), seen.people(people, primaries)) / 1e4
    )


def extradural(seen: Observed, primaries: tuple[str, ...], stratum: str) -> float:
    """Share of people with spinal metastasis who have none inside the dura."""
    inside = sum(
        seen.people(f"{compartment}_metastasis", primaries)
        for compartment in ("extramedullary", "intramedullary")
    )
    return 100.0 - _percent(inside, seen.people("spinal_metastasis", primaries))


def relative_survival(seen: Observed, primaries: tuple[str, ...], stratum: str) -> float:
    """Observed over expected survival in percent, capped at 100 (Ederer I).

    The stratum reads `breast, 5y` or `breast, localized, 5y`. Expected survival is that of the
    general population, cancer deaths included, as registries compute it.
    """
    *_, horizon = stratum.split(", ")
    stage = next((s for s in STAGES if s in stratum), None)
    years = int(horizon.removesuffix("y"))
    alive = expected = 0.0
    for primary in primaries:
        alive += seen.people(f"alive_{years}y", (primary,), stage)
        survival = seen.expected_survival[years, PRIMARIES.index(primary)]
        expected += seen.people("people", (primary,), stage) * survival
    return min(_percent(alive, expected), 100.0)


def recorded_bone(seen: Observed, primaries: tuple[str, ...], stratum: str) -> float:
    """Kaplan-Meier cumulative incidence of recorded bone metastasis, death censored, in percent.

    Each primary is weighted to the source's case mix. The stratum is the time, `30d` to `10y`.
    """
    n = float(stratum[:-1])
    days = n if stratum.endswith("d") else n * DAYS_PER_YEAR
    weights = np.array([seen.values.get(("recorded_case_mix", p), 0.0) for p in PRIMARIES])
    people = seen.recorded.sum(axis=(0, 2))
    scale = np.divide(weights, people, out=np.zeros_like(people), where=people > 0)
    events, censored = (seen.recorded * scale[None, :, None]).sum(axis=1)
    at_risk = events.sum() + censored.sum()
    free = 1.0
    for i in range(round(days / RECORD_BIN_DAYS)):
        free *= 1.0 - events[i] / max(at_risk - 0.5 * censored[i], 1e-9)
        at_risk -= events[i] + censored[i]
    return 100.0 * (1.0 - free)


def spinal_at_death_autopsy_mix(seen: Observed, primaries: tuple[str, ...], stratum: str) -> float:
    """Share of cancer deaths with a spinal deposit, under the case mix of the autopsy series.

    Deaths from lung, breast and hematological cancer are weighted so that they supply the series'
    share of all deposits.
    """
    inside = HEMATOLOGICAL_LUNG_BREAST
    outside = tuple(p for p in PRIMARIES if p not in inside)
    deposits_in = seen.count("cancer_deaths_with_vertebral_metastasis", inside)
    deposits_out = seen.count("cancer_deaths_with_vertebral_metastasis", outside)
    if deposits_in == 0.0:
        return float("nan")
    share = seen.values["autopsy_deposits_share", "lung, breast and hematological"]
    weight = share / (1.0 - share) * deposits_out / deposits_in
    deaths = weight * seen.count("cancer_deaths", inside) + seen.count("cancer_deaths", outside)
    found = seen.values["ascertainment", "autopsy"]
    return found * _percent(weight * deposits_in + deposits_out, deaths)


MEASURES: dict[str, Measure] = {
    m.name: m
    for m in (
        Measure(
            "new_cancers", "people a year", "People diagnosed with cancer.", _count("new_cancers")
        ),
        Measure(
            "new_dissemination",
            "people a year",
            "First distant spread, occult or known; not reported for marrow cancers and brain.",
            _count("new_dissemination"),
        ),
        Measure(
            "new_skeletal_metastasis",
            "people a year",
            "First skeletal metastasis, occult or detected; marrow disease of the bone included.",
            _count("new_skeletal_metastasis"),
        ),
        Measure(
            "new_skeletal_metastasis_detected",
            "people a year",
            "First skeletal metastasis that is found.",
            _count("new_skeletal_metastasis_detected"),
        ),
        Measure(
            "new_skeletal_metastasis_recorded",
            "people a year",
            "First skeletal metastasis that enters a record.",
            _count("new_skeletal_metastasis_recorded"),
        ),
        Measure(
            "new_spinal_metastasis",
            "people a year",
            "First vertebral metastasis, occult or detected: what an autopsy would find.",
            _count("new_spinal_metastasis"),
        ),
        Measure(
            "new_spinal_metastasis_detected",
            "people a year",
            "First vertebral metastasis that is found.",
            _count("new_spinal_metastasis_detected"),
        ),
        Measure(
            "new_spinal_metastasis_coded",
            "people a year",
            "First detected vertebral metastasis that is coded by a registry.",
            _ascertained("coded spinal metastasis", _count("new_spinal_metastasis_detected")),
        ),
        Measure(
            "new_spinal_metastasis_detected_multilevel",
            "people a year",
            "Of those found, people with several vertebral levels involved at that time.",
            _count("new_spinal_metastasis_detected_multilevel"),
        ),
        Measure(
            "living_with_skeletal_metastasis",
            "people",
            "Alive on 1 July with skeletal metastasis, occult or detected.",
            _count("living_with_skeletal_metastasis"),
        ),
        Measure(
            "living_with_spinal_metastasis",
            "people",
            "Alive on 1 July with spinal metastasis, occult or detected.",
            _count("living_with_spinal_metastasis"),
        ),
        Measure(
            "living_with_spinal_metastasis_detected",
            "people",
            "Alive on 1 July with detected spinal metastasis.",
            _count("living_with_spinal_metastasis_detected"),
        ),
        Measure("cancer_deaths", "people a year", "Deaths from cancer.", _count("cancer_deaths")),
        Measure(
            "cancer_deaths_with_skeletal_metastasis",
            "people a year",
            "Deaths from cancer of people with skeletal metastasis, occult or detected.",
            _count("cancer_deaths_with_skeletal_metastasis"),
        ),
        Measure(
            "cancer_deaths_with_spinal_metastasis",
            "people a year",
            "Deaths from cancer of people with spinal metastasis, occult or detected.",
            _count("cancer_deaths_with_spinal_metastasis"),
        ),
        Measure(
            "cancer_deaths_with_vertebral_metastasis",
            "people a year",
            "Deaths from cancer of people with a vertebral deposit.",
            _count("cancer_deaths_with_vertebral_metastasis"),
        ),
        Measure(
            "other_deaths",
            "people a year",
            "Deaths of people diagnosed with cancer from other causes.",
            _count("other_deaths"),
        ),
        Measure(
            "procedure_deaths",
            "people a year",
            "Deaths from a procedure of palliative care.",
            _count("procedure_deaths"),
        ),
        Measure(
            "episodes",
            "episodes a year",
            "Episodes of palliative care: referrals for pain, fracture, cord compression or ahead "
            "of pain.",
            _count("episodes"),
        ),
        Measure(
            "pauses",
            "pauses a year",
            "Pauses of systemic therapy because of an episode.",
            _count("pauses"),
        ),
        Measure(
            "never_resumed",
            "pauses a year",
            "Pauses that ended in death or in a permanent stop.",
            _count("never_resumed"),
        ),
        Measure(
            "relative_survival",
            "percent",
            "Survival over that of the general population of the same age and sex.",
            relative_survival,
        ),
        Measure(
            "bone_metastasis_at_diagnosis",
            "percent",
            "Of people diagnosed, those whose skeletal metastasis is known on day 0.",
            _share("skeletal_detected_at_diagnosis", "people"),
        ),
        Measure(
            "recorded_bone_metastasis",
            "percent",
            "Kaplan-Meier, death censored, under the source's case mix.",
            recorded_bone,
        ),
        Measure(
            "spinal_metastasis_at_cancer_death",
            "percent",
            "Of cancer deaths a year, those with a vertebral deposit, occult or detected.",
            _ascertained(
                "autopsy",
                lambda seen, primaries, stratum: _percent(
                    seen.count("cancer_deaths_with_vertebral_metastasis", primaries),
                    seen.count("cancer_deaths", primaries),
                ),
            ),
        ),
        Measure(
            "spinal_metastasis_at_cancer_death_autopsy_mix",
            "percent",
            "The same under the case mix of the autopsy series.",
            spinal_at_death_autopsy_mix,
        ),
        Measure(
            "skeletal_metastasis_at_cancer_death",
            "percent",
            "Of cancer deaths of the cohort, those with skeletal metastasis.",
            _ascertained(
                "autopsy", _share("cancer_deaths_with_skeletal_metastasis", "cancer_deaths")
            ),
        ),
        Measure(
            "spinal_metastasis_lifetime",
            "percent",
            "Of people diagnosed, those who ever have spinal metastasis, occult or detected.",
            _share("spinal_metastasis", "people"),
        ),
        Measure(
            "spine_share_of_detected",
            "percent",
            "Of people with detected skeletal metastasis, those with detected spinal metastasis.",
            _share("vertebral_detected", "skeletal_detected"),
        ),
        Measure(
            "several_levels_of_detected",
            "percent",
            "Of people with detected spinal metastasis, those with several levels involved.",
            _share("spinal_detected_several_levels", "spinal_detected"),
        ),
        Measure(
            "three_levels_of_detected",
            "percent",
            "Of people with detected spinal metastasis, those with three or more levels then.",
            _share("spinal_detected_three_levels", "spinal_detected"),
        ),
        Measure(
            "noncontiguous_levels_of_detected",
            "percent",
            "Of people with detected spinal metastasis, those with levels that do not all touch.",
            _share("spinal_detected_gap", "spinal_detected"),
        ),
        Measure(
            "new_painful_spinal_metastasis",
            "people a year",
            "First pain from a spinal metastasis.",
            _count("new_painful_spinal_metastasis"),
        ),
        Measure(
            "new_fractures",
            "fractures a year",
            "Symptomatic malignant vertebral fractures.",
            _count("new_fractures"),
        ),
        Measure(
            "new_cord_compression",
            "people a year",
            "First diagnosis of cord compression.",
            _count("new_cord_compression"),
        ),
        Measure(
            "cord_compression_before_cancer_death",
            "percent",
            "Of cancer deaths, those with cord compression diagnosed in the last five years.",
            _ascertained(
                "coded cord compression",
                _share("cancer_deaths_after_cord_compression", "cancer_deaths"),
            ),
        ),
        Measure(
            "fracture_of_detected",
            "percent",
            "Of people with detected spinal metastasis, those with a painful fracture by death.",
            _ascertained(
                "recorded fracture", _share("spinal_detected_fracture", "spinal_detected")
            ),
        ),
        Measure(
            "pain_of_detected",
            "percent",
            "Of people with detected spinal metastasis, those with pain from it by death.",
            _share("spinal_detected_painful", "spinal_detected"),
        ),
        Measure(
            "unstable_of_detected",
            "percent",
            "Of people with detected spinal metastasis, those with SINS 7 or more at detection.",
            _share("spinal_detected_unstable", "spinal_detected"),
        ),
        Measure(
            "pain_at_cord_compression",
            "percent",
            "Of people with cord compression, those with pain by its diagnosis.",
            _share("cord_compression_painful", "cord_compression"),
        ),
        Measure(
            "not_walking_at_cord_compression",
            "percent",
            "Of people with cord compression, those who cannot walk at its diagnosis.",
            _share("cord_compression_not_walking", "cord_compression"),
        ),
        Measure(
            "thoracic_of_cord_compression",
            "percent",
            "Of people with cord compression, those whose worst lesion is thoracic.",
            _share("cord_compression_thoracic", "cord_compression"),
        ),
        Measure(
            "survival_1y_after_cord_compression",
            "percent",
            "Alive one year after cord compression was diagnosed.",
            _share("alive_1y_after_cord_compression", "cord_compression"),
        ),
        Measure(
            "cord_symptom_to_diagnosis_days",
            "days",
            "From the first deficit to the diagnosis of cord compression, mean.",
            _mean("cord_symptom_to_diagnosis_days", "cord_compression"),
        ),
        Measure(
            "extradural_of_spinal",
            "percent",
            "Of people with spinal metastasis, those with none inside the dura.",
            extradural,
        ),
        Measure(
            "vertebral_of_spinal",
            "percent",
            "Of people with spinal metastasis, those with one in a vertebra.",
            _share("vertebral_metastasis", "spinal_metastasis"),
        ),
        Measure(
            "extramedullary_of_spinal",
            "percent",
            "Of people with spinal metastasis, those with one inside the dura, outside the cord.",
            _share("extramedullary_metastasis", "spinal_metastasis"),
        ),
        Measure(
            "intramedullary_of_spinal",
            "percent",
            "Of people with spinal metastasis, those with one in the cord.",
            _share("intramedullary_metastasis", "spinal_metastasis"),
        ),
        Measure(
            "pain_days_per_person",
            "days",
            "Days with pain of 4 or more, per person with spinal metastasis.",
            _mean("pain_days", "spinal_metastasis"),
        ),
        Measure(
            "severe_pain_days_per_person",
            "days",
            "Days with pain of 7 or more, per person with spinal metastasis.",
            _mean("severe_pain_days", "spinal_metastasis"),
        ),
        Measure(
            "opioid_days_per_person",
            "days",
            "Days on opioids, per person with spinal metastasis.",
            _mean("opioid_days", "spinal_metastasis"),
        ),
        Measure(
            "not_walking_days_per_person",
            "days",
            "Days unable to walk, per person with spinal metastasis.",
            _mean("not_walking_days", "spinal_metastasis"),
        ),
        Measure(
            "people_with_toxicity_delay",
            "percent",
            "Of people on cytotoxic therapy, those with a cycle delayed by more than 7 days.",
            _share("cytotoxic_people_delayed", "cytotoxic_people"),
        ),
        Measure(
            "cycles_with_toxicity_delay",
            "percent",
            "Of cytotoxic cycles, those delayed by more than 7 days.",
            lambda seen, primaries, stratum: (
                100.0
                * _percent(
                    seen.people("toxicity_delays", primaries),
                    seen.people("cytotoxic_cycles", primaries),
                )
            ),
        ),
        Measure(
            "toxicity_delay_days_per_delay",
            "days",
            "Length of a delay from toxicity, mean.",
            _mean("toxicity_delay_days", "toxicity_delays_over"),
        ),
        Measure(
            "survival_1y_after_detected_bone",
            "percent",
            "Alive one year after skeletal metastasis was detected.",
            _share("alive_1y_after_skeletal_detected", "skeletal_detected"),
        ),
        Measure(
            "survival_5y_after_detected_bone",
            "percent",
            "Alive five years after skeletal metastasis was detected.",
            _share("alive_5y_after_skeletal_detected", "skeletal_detected"),
        ),
    )
}
"""Every measure, by name."""

YEARLY = tuple(COUNTS)
"""Measures that are counts of people by calendar year."""


def expected_survival(values: Values, plan: Plan) -> Array:
    """Survival of the general population at the ages and sexes of each primary, 0 to 10 years.

    Returns
    -------
    array (11, primary)
    """
    # People age along the trend of mortality, here as in the model.
    trend = values["mortality_trend", "all"]
    hazards = []
    for sex in range(len(SEXES)):
        rate, slope = mortality_table(values, sex, without_cancer=False)
        hazards.append(cumulative_at_ages(rate * np.exp(trend * np.arange(AGES)), slope + trend))
    years = np.arange(11)
    whole = np.arange(AGES + 1)
    total = np.zeros((11, len(PRIMARIES)))
    people = np.zeros(len(PRIMARIES))
    steps = (np.arange(8) + 0.5) / 8
    for group in plan.groups:
        cells = plan.cells[group["first_cell"] : group["first_cell"] + group["n_cells"]]
        share = np.diff(cells["cumulative"], prepend=0.0)
        ages = cells["age_low"][:, None] + steps * (cells["age_high"] - cells["age_low"])[:, None]
        hazard = hazards[group["sex"]]
        for year in years:
            spent = np.interp(ages + year, whole, hazard) - np.interp(ages, whole, hazard)
            spent *= np.exp(-trend * ages)
            survival = float((share[:, None] * np.exp(-spent)).sum() / len(steps))
            total[year, group["primary"]] += group["count"] * survival
        people[group["primary"]] += group["count"]
    return np.divide(total, people, out=np.ones_like(total), where=people > 0)
