"""What to simulate: a population, years, a view, strategies, and how much of it to draw."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from sim.evidence.reader import evidence
from sim.evidence.visits import Visit
from sim.evidence.vocabulary import nearest
from sim.inputs.catalog import DEFAULT_STRATEGY, strategy, treatment_names
from sim.inputs.clinics import Center, Clinics, Demand, Goals, Outage, Resource
from sim.inputs.population import Population
from sim.inputs.strategies import NO_CARE, Knobs, Rule, Strategy, Treatment

MOST_SEED = 2**64 - 1


class Setting(Knobs):
    """What to simulate, frozen and checked; `Scenario` can also run it.

    Parameters
    ----------
    name : str
        Names the run folder `results/<name>/`.
    population : Population
        New cancers a year.
    years : tuple of int
        First and last calendar year.
    view : {'cohort', 'calendar'}
        `cohort`: people diagnosed in `years`, followed to death. `calendar`: adds `lookback_years`
        of earlier diagnoses and counts the events dated in `years`.
    strategies : sequence of str or Strategy
        The first is the reference: it says who is in the trigger set.
    treatments : sequence of Treatment
        The user's own.
    draws : int
        Parameter draws beside the point estimate, which is draw 0.
    replicates : int
        Repetitions with other luck.
    seed : int
        Of all luck, 0 to 2**64 - 1.
    lookback_years : int
        Earlier years of diagnosis in the calendar view.
    people_per_draw : int
        Lives of each draw but draw 0, all years of diagnosis together; their counts are scaled up.
    engine : {'cohort', 'process'}
        The compiled engine, or SimPy; both live the same lives.
    access : Clinics, optional
        Clinics of finite capacity, in SimPy, in which waits emerge; published waits by default.
    **knobs
        Settings of palliative care for all strategies; see `Knobs`.

    Raises
    ------
    pydantic.ValidationError
        With every field that is wrong, not only the first.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, strict=False
    )

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    population: Population
    years: tuple[int, int] = (2010, 2010)
    view: Literal["cohort", "calendar"] = "cohort"
    strategies: tuple[Strategy, ...] = Field(
        default=(DEFAULT_STRATEGY,),  # type: ignore[arg-type]
        validate_default=True,
    )
    treatments: tuple[Treatment, ...] = ()
    draws: Annotated[int, Field(ge=0, le=4_000)] = 0
    replicates: Annotated[int, Field(ge=1, le=100_000)] = 1
    seed: Annotated[int, Field(ge=0, le=MOST_SEED)] = 1
    lookback_years: Annotated[int, Field(ge=0, le=60)] = 30
    people_per_draw: Annotated[int, Field(ge=1_000)] = 1_000_000
    engine: Literal["cohort", "process"] = "cohort"
    access: Clinics | None = None

    @field_validator("strategies", mode="before")
    @classmethod
    def _strategies_known(cls, strategies: Any) -> Any:
        if isinstance(strategies, str | Strategy):
            strategies = [strategies]
        found = [s if isinstance(s, Strategy) else strategy(str(s)) for s in strategies]
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

    @model_validator(mode="after")
    def _treatments_known(self) -> Self:
        names = treatment_names(self.treatments)
        for chosen in self.strategies:
            for name in chosen.treatments():
                if name not in names:
                    raise ValueError(
                        f"strategies: {chosen.name} gives {name!r}; {nearest(name, names)}"
                    )
        return self

    @model_validator(mode="after")
    def _access_fits(self) -> Self:
        if self.access is None:
            return self
        based_on = {treatment.name: treatment.based_on for treatment in self.treatments}
        self.access.check(based_on, self.treatments_given())
        opening = self.years[0] - self.access.warm_up_years
        closing = self.years[1] + self.access.follow_up_years
        for center in self.access.centers:
            for name, resource in center.resources.items():
                for outage in resource.outages:
                    if not opening <= outage.starts.year <= closing:
                        raise ValueError(
                            f"access: {name} of {center.name} fails on {outage.starts}; allowed: "
                            f"from {opening} to {closing}, when the clinics are open"
                        )
        limited = any(
            resource.machines is not None
            for center in self.access.centers
            for resource in center.resources.values()
        )
        if limited and self.view == "cohort":
            raise ValueError(
                "view is 'cohort', whose clinics would be empty when it begins and treat nobody "
                "diagnosed before or after; allowed with access: calendar"
            )
        return self

    def treatments_given(self) -> set[str]:
        """Names of the treatments that any strategy may give."""
        mixes = {
            stratum.split(", ")[1]
            for name, stratum in evidence().parameters
            if name == "usual_care_share"
        }
        mixed = any(rule.shares_from for chosen in self.strategies for rule in chosen.rules)
        given = {name for chosen in self.strategies for name in chosen.treatments()}
        return given | mixes if mixed else given

    @model_validator(mode="after")
    def _years_in_data(self) -> Self:
        first, last = self.years
        data_first, data_last = self.population.years
        if not data_first <= first <= last <= data_last:
            raise ValueError(
                f"years is {first}-{last}; allowed: a first and a last year, in this order, from "
                f"{data_first} to {data_last} (the data of {self.population.name})"
            )
        return self

    @property
    def strategy_names(self) -> tuple[str, ...]:
        """Names of the strategies, the reference first."""
        return tuple(s.name for s in self.strategies)

    def common_knobs(self) -> Knobs:
        """The settings of palliative care for all strategies."""
        return Knobs(**self.knobs())

    def with_options(self, **changes: object) -> Self:
        """The same scenario with some fields changed, checked again."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**fields, **changes})


def sentences(error: ValidationError) -> list[str]:
    """One sentence for each thing that is wrong: field, value, what is allowed, nearest name."""
    found = []
    for problem in error.errors():
        field = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            known = (Setting, Strategy, Rule, Treatment, Knobs)
            of_access = (Clinics, Center, Resource, Demand, Outage, Goals, Visit)
            classes = {c.__name__: c for c in (*known, *of_access)}
            fields = classes.get(error.title, Setting).model_fields
            found.append(f"{field} is not a field; {nearest(field, list(fields))}")
        elif problem["type"] == "value_error":
            found.append(f"{field} {message}" if field else message)
        elif problem["type"] == "literal_error":
            allowed = str(problem["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
            hint = nearest(str(problem["input"]), allowed.split(", "))
            found.append(f"{field} is {problem['input']!r}; {hint}")
        else:
            wanted = message[0].lower() + message[1:]
            found.append(f"{field} is {problem['input']!r}; allowed: {wanted}")
    return found
