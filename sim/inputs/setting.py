"""What to simulate: a population, years, a view, strategies, and how much of it to draw."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import Field, ValidationInfo, field_validator

from sim.evidence.mistakes import InputError
from sim.evidence.price_index import LAST_PRICE_YEAR, PriceYear
from sim.evidence.reader import Evidence, evidence
from sim.evidence.vocabulary import AGE_GROUPS_BY, nearest
from sim.inputs.catalog import (
    DEFAULT_STRATEGY,
    known_strategies,
    strategy,
    treatment_faults,
    treatment_names,
)
from sim.inputs.clinics import MOST_TIMES, Clinics
from sim.inputs.inhabitants import Inhabitants
from sim.inputs.outcomes import (
    DISCOUNT_RATE,
    DiscountRate,
    HorizonYears,
    Outcomes,
    WhoseCosts,
    WhoseOutcomes,
)
from sim.inputs.population import Population
from sim.inputs.projection import MOST_YEARS_AHEAD
from sim.inputs.strategies import NO_CARE, Knobs, Strategy
from sim.inputs.strategy_label import name_label, own_labels, split_name
from sim.inputs.treatment import Treatment

MOST_SEED = 2**64 - 1
MOST_DRAWS, MOST_REPLICATES, MOST_LOOKBACK_YEARS = 4_000, 100_000, 60


class Setting(Knobs):
    """What to simulate, frozen and checked; `Scenario` can also run it.

    Its fields are those of `sim.scenario.Scenario`, which says what each is.
    """

    runnable: ClassVar[type[Setting] | None] = None
    """The kind of setting that can run, once its door is open."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    population: Population
    years: tuple[int, int] = (2010, 2010)
    view: Literal["cohort", "calendar"] = "cohort"
    treatments: tuple[Treatment, ...] = ()  # before strategies, which may be named after them
    strategies: tuple[Strategy, ...] = Field(
        default=(DEFAULT_STRATEGY,),  # type: ignore[arg-type]
        validate_default=True,
    )
    draws: Annotated[int, Field(ge=0, le=MOST_DRAWS)] = 0
    replicates: Annotated[int, Field(ge=1, le=MOST_REPLICATES)] = 1
    seed: Annotated[int, Field(ge=0, le=MOST_SEED)] = 1
    lookback_years: Annotated[int, Field(ge=0, le=MOST_LOOKBACK_YEARS)] = 30
    horizon_years: HorizonYears = 1.0
    outcomes_for: WhoseOutcomes = "on_therapy"
    discount_rate: DiscountRate = DISCOUNT_RATE
    price_year: PriceYear = LAST_PRICE_YEAR
    perspective: WhoseCosts = "payer"
    people_per_draw: Annotated[int, Field(ge=1_000)] = 1_000_000
    engine: Literal["cohort", "process", "gpu"] = "cohort"
    access: Clinics | None = None
    parameters: dict[str, float] = Field(default_factory=dict)
    ages: Literal["default", "five_year"] = "default"
    inhabitants: Inhabitants | None = None

    @field_validator("strategies", mode="before")
    @classmethod
    def _strategies_known(cls, strategies: Any, info: ValidationInfo) -> Any:
        if isinstance(strategies, str | Strategy):
            strategies = [strategies]
        if not isinstance(strategies, list | tuple):
            raise ValueError(f"is {strategies!r}; allowed: a list of strategies or their names")
        own = info.data.get("treatments", ())
        found = [_strategy_of(s, own) for s in strategies]
        if not found:
            raise ValueError("is empty; allowed: at least one strategy")
        names = [s.name for s in found]
        if len(set(names)) < len(names):
            raise ValueError("names a strategy twice; allowed: each once")
        if len(names) > 1 and not found[0].acts:
            raise ValueError(
                f"names {NO_CARE!r} first, which has no trigger set; allowed: it stands alone or "
                "after a strategy with care, the reference"
            )
        return tuple(found)

    @property
    def known(self) -> Evidence:
        """The evidence, with the parameters that are moved."""
        return evidence().fixed(self.parameters)

    def faults(self) -> Iterator[str]:
        """Treatments, clinics, parameters and years that are not there."""
        try:
            evidence().fixed(self.parameters)
        except InputError as error:
            yield from error.sentences
        first, last = self.years
        data_first, data_last = self.population.years
        if not data_first <= first <= last <= data_last:
            yield (
                f"years is {first}-{last}; allowed: a first and a last year, in this order, from "
                f"{data_first} to {data_last} ({self._years_there(last)})"
            )
        if self.inhabitants is not None:
            yield from self.inhabitants.missing(self.years, self.age_groups)
        names = treatment_names(self.treatments)
        wrong = list(treatment_faults(self.treatments))
        for chosen in self.strategies:
            for name in dict.fromkeys(chosen.treatments()):
                if name not in names:
                    wrong.append(
                        f"strategies: {chosen.name} gives {name!r}; {nearest(name, names)}"
                    )
        yield from wrong
        if self.access is not None and not wrong:
            yield from self._access_faults(self.access)

    def _years_there(self, last: int) -> str:
        """What the years of the population are, and how later ones are asked for."""
        whose = self.population
        if whose.projected_to is not None:
            return f"the data of {whose.name}, and what is projected from them"
        if not whose.years[1] < last <= whose.years[1] + MOST_YEARS_AHEAD:
            return f"the data of {whose.name}"
        return (
            f"the data of {whose.name}; for later years a projection, population.projected"
            f"(to={last}) or --project"
        )

    def _access_faults(self, access: Clinics) -> Iterator[str]:
        if self.engine == "gpu":
            yield "engine is 'gpu', which has no clinics; allowed with access: cohort or process"
        based_on = {treatment.name: treatment.based_on for treatment in self.treatments}
        yield from access.unmet(based_on, self.treatments_given())
        made, come = access.sizes(self.population.people_per_year) or (1.0, 1.0)
        if come > MOST_TIMES * made:
            yield (
                f"population has {self.population.people_per_year:,} new cancers a year, of which "
                f"{come:,.0f} come to centers made for {made:,.0f}; allowed: at most twice as many "
                "(population.scaled, --people), or Center.serving with more"
            )
        opening = self.years[0] - access.warm_up_years
        closing = self.years[1] + access.follow_up_years
        for center in access.centers:
            for name, resource in center.resources.items():
                for outage in resource.outages:
                    if not opening <= outage.starts.year <= closing:
                        yield (
                            f"access: {name} of {center.name} fails on {outage.starts}; allowed: "
                            f"from {opening} to {closing}, when the clinics are open"
                        )
        resources = [r for center in access.centers for r in center.resources.values()]
        if self.view == "cohort" and any(r.machines is not None for r in resources):
            yield (
                "view is 'cohort', whose clinics would be empty when it begins and treat nobody "
                "diagnosed before or after; allowed with access: calendar"
            )

    def treatments_given(self) -> set[str]:
        """Names of the treatments that any strategy may give."""
        mixes = {row.stratum.split(", ")[1] for row in evidence().named("usual_care_share")}
        mixed = any(rule.shares_from for chosen in self.strategies for rule in chosen.rules)
        given = {name for chosen in self.strategies for name in chosen.treatments()}
        return given | mixes if mixed else given

    @property
    def age_groups(self) -> tuple[str, ...]:
        """The age groups that counts are given by."""
        return AGE_GROUPS_BY[self.ages]

    @property
    def clinics(self) -> Clinics | None:
        """Finite access with the other patients that come with the scenario's population."""
        return self.access and self.access.for_population(self.population.people_per_year)

    @property
    def strategy_names(self) -> tuple[str, ...]:
        """Names of the strategies, the reference first."""
        return tuple(s.name for s in self.strategies)

    def label(self, strategy: str, without: Collection[str] = ()) -> str:
        """A strategy in words, by its name, but for some knobs."""
        labels = own_labels(self.strategies, self.treatments)
        return name_label(strategy, labels, without=without)

    def called(self, strategy: str) -> str:
        """What a printed table calls a strategy: as it is typed, or its label where that is longer.

        What is typed is the name of the program's own strategies, also with a setting of holds.
        """
        base, knobs = split_name(strategy)
        typed = base in known_strategies() and not knobs.keys() - {"holds"} and "(" not in strategy
        return strategy if typed else self.label(strategy)

    @property
    def outcomes(self) -> Outcomes:
        """Which outcomes of care are described."""
        worth = (self.discount_rate, self.price_year, self.perspective)
        return Outcomes(self.horizon_years, self.outcomes_for, *worth)

    def common_knobs(self) -> Knobs:
        """The settings of palliative care for all strategies."""
        return Knobs(**self.knobs())


_Kind = TypeVar("_Kind", bound=Setting)


def runnable(kind: type[_Kind]) -> type[_Kind]:
    """Mark the kind of setting that can run: what a result that is read back is of."""
    Setting.runnable = kind
    return kind


def _strategy_of(given: Any, own: tuple[Treatment, ...]) -> Strategy:
    """A strategy as it is given: itself, its fields, or its name."""
    if isinstance(given, dict):
        return Strategy(**given)
    return given if isinstance(given, Strategy) else strategy(str(given), own=own)
