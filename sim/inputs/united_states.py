"""New cancers in the United States, by year, primary, sex, age and stage, from the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.evidence.arrays import Array, interpolate
from sim.evidence.checked import one_of
from sim.evidence.elementary import exp_of_near, log_of_normal
from sim.evidence.reader import Values, of_primary
from sim.evidence.rows import FOLDER, Row, read_rows
from sim.evidence.vocabulary import PRIMARIES, SEXES, STAGES, Stage

FIRST_YEAR, LAST_YEAR = 2010, 2025
"""The years of diagnosis that the evidence covers."""

_BANDS = ("lt20", "20_34", "35_44", "45_54", "55_64", "65_74", "75_84", "ge85")
_BAND_STARTS = (0.0, 20.0, 35.0, 45.0, 55.0, 65.0, 75.0, 85.0)


class Strata(NamedTuple):
    """Kinds of people and how many of each are expected a year."""

    age_low: Array
    age_high: Array
    stage: NDArray[np.int64]
    people: Array

    def between(self, low: float, high: float | None) -> Strata:
        """Those of some ages; within a stratum all ages are equally frequent."""
        starts = np.maximum(self.age_low, low)
        ends = self.age_high if high is None else np.minimum(self.age_high, high)
        inside = np.maximum(ends - starts, 0.0) / (self.age_high - self.age_low)
        kept = inside > 0.0
        people = self.people * inside
        return Strata(starts[kept], ends[kept], self.stage[kept], people[kept])


class Site(Row):
    """A site that registries count: the primary it is pooled into, whether they stage it."""

    unique = ("site",)

    site: str
    primary: Annotated[str, one_of(PRIMARIES)]
    staged: bool


@cache
def sites() -> tuple[Site, ...]:
    """The registry sites, in the order of `sites.csv`."""
    return tuple(read_rows(FOLDER / "sites.csv", Site).values())


def yearly_counts(values: Values, names: list[str]) -> Array:
    """New cancers by year from the first to the last, site and sex.

    Every site has numbers for the first and the last year; the commonest, whose course was not
    even, for some between. Where the total of a year is published, the sites without a number of
    that year are moved alike so that the sites sum to it. Between these years the logarithm is
    interpolated.
    """
    known: dict[tuple[str, str], dict[int, float]] = {
        (site, sex): {} for site in names for sex in SEXES
    }
    totals = {}
    for name, stratum in values:
        if name == "new_cases":
            of, site, sex = stratum.split(", ")
            known[site, sex][int(of)] = values[name, stratum]
        elif name == "new_cases_of_all_sites":
            totals[int(stratum)] = values[name, stratum]
    filled = {key: dict(of_year) for key, of_year in known.items()}
    for year, total in totals.items():
        missing = [key for key, of_year in known.items() if of_year and year not in of_year]
        between = _interpolated({key: known[key] for key in missing}, np.array([year]))
        left = total - sum(of_year.get(year, 0.0) for of_year in known.values())
        ratio = left / sum(counts[0] for counts in between.values())
        for key, counts in between.items():
            filled[key][year] = counts[0] * ratio
    years = np.arange(FIRST_YEAR, LAST_YEAR + 1)
    found = np.zeros((len(years), len(names), len(SEXES)))
    every = _interpolated({key: of_year for key, of_year in filled.items() if of_year}, years)
    for (site, sex), counts in every.items():
        found[:, names.index(site), SEXES.index(sex)] = counts
    return found


def _interpolated(
    known: Mapping[tuple[str, str], Mapping[int, float]], years: NDArray[np.int64]
) -> dict[tuple[str, str], Array]:
    """Counts of some years by site and sex; those with numbers of the same years at a time."""
    alike: dict[tuple[int, ...], list[tuple[str, str]]] = {}
    for key, of_year in known.items():
        alike.setdefault(tuple(sorted(of_year)), []).append(key)
    found: dict[tuple[str, str], Array] = {}
    for of, keys in alike.items():
        logs = log_of_normal(np.array([[known[key][year] for year in of] for key in keys]))
        lines = interpolate(years.astype(float), np.array(of, float), logs)
        found |= dict(zip(keys, exp_of_near(lines), strict=True))
    return {key: found[key] for key in known}


class UnitedStates:
    """The counts, ages and stages of the registry sites under one joint sample of the evidence."""

    def __init__(self, values: Values) -> None:
        names = [row.site for row in sites()]
        self._primary = np.array([PRIMARIES.index(row.primary) for row in sites()])
        self._counts = yearly_counts(values, names)
        trends = [of_primary(values, "incidence_trend", row.primary) for row in sites()]
        self._incidence_trend = np.array(trends)
        ages = np.array([[values["age_share", f"{name}, {b}"] for b in _BANDS] for name in names])
        self._ages = ages / ages.sum(axis=1, keepdims=True)
        stages = np.zeros((len(names), len(STAGES)))
        for i, row in enumerate(sites()):
            if not row.staged:
                stages[i, Stage.NOT_STAGED] = 1.0
                continue
            for stage in range(Stage.NOT_STAGED):
                stages[i, stage] = values["stage_share", f"{row.site}, {STAGES[stage]}"]
        self._stages = stages / stages.sum(axis=1, keepdims=True)
        self._stage_trend = np.array([values["stage_trend", row.primary] for row in sites()])
        self._stage_trend_before = values["stage_trend_before", "all"]
        self._reference_year = values["reference_year", "all"]
        highs = (*_BAND_STARTS[1:], values["oldest_age_at_diagnosis", "all"])
        self._age_low = np.repeat(np.array(_BAND_STARTS), len(STAGES))
        self._age_high = np.repeat(np.array(highs), len(STAGES))
        self._stage = np.tile(np.arange(len(STAGES)), len(_BANDS))

    def site_counts(self, year: int) -> Array:
        """New cancers by site and sex.

        Between the years that a site has numbers for the logarithm is interpolated; before 2010
        the incidence trend of the primary goes back.
        """
        if year <= FIRST_YEAR:
            back = exp_of_near(self._incidence_trend * (year - FIRST_YEAR))
            return np.asarray(self._counts[0] * back[:, None])
        return np.asarray(self._counts[year - FIRST_YEAR])

    def stage_shares(self, year: int) -> Array:
        """Shares of the stages by site.

        Unknown stages are spread over the known in proportion; the stage trend moves the log odds
        of distant disease.
        """
        shares = self._stages.copy()
        years = year - self._reference_year
        trend = self._stage_trend if years > 0 else self._stage_trend_before
        shares[:, Stage.DISTANT] *= exp_of_near(np.asarray(trend * years))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def stages_of_primaries(self, year: int) -> Array:
        """Shares of the stages by primary and sex, sites pooled by new cases.

        After the data, as in their last year.
        """
        year = min(year, LAST_YEAR)
        shares, counts = self.stage_shares(year), self.site_counts(year)
        found = np.zeros((len(PRIMARIES), len(SEXES), len(STAGES)))
        for primary in range(len(PRIMARIES)):
            mine = self._primary == primary
            for sex in range(len(SEXES)):
                # Nobody of a sex that cannot have it: the sites alike, for whoever asks.
                weights = counts[mine, sex] if counts[mine, sex].any() else np.ones(mine.sum())
                found[primary, sex] = (weights[:, None] * shares[mine]).sum(axis=0) / weights.sum()
        return found

    def strata(self, year: int) -> dict[tuple[int, int], Strata]:
        """Expected people of a year by (primary, sex): every age band by every stage.

        Age and stage are independent within a site; sites are pooled into primaries by new cases.
        """
        joint = self._ages[:, :, None] * self.stage_shares(year)[:, None, :]
        joint = joint.reshape(len(joint), -1)
        counts = self.site_counts(year)
        found = {}
        for primary in range(len(PRIMARIES)):
            mine = self._primary == primary
            for sex in range(len(SEXES)):
                people = (counts[mine, sex][:, None] * joint[mine]).sum(axis=0)
                if people.any():
                    found[primary, sex] = Strata(self._age_low, self._age_high, self._stage, people)
        return found
