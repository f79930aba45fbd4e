"""spinemets: a Monte Carlo, agent-based simulation of a cancer population.

Public names: `Scenario`, what to simulate; `Population`, who gets cancer; `Treatment`, `Rule` and
`Strategy`, what care does; `strategy`, one that comes with the program; `Clinics`, `Center`,
`Resource`, `Demand`, `Outage`, `Visit` and `Goals`, finite access; `Result`, what a run gives back;
`Evidence`, every number the model uses with its source.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sim.evidence.reader import Evidence
    from sim.evidence.visits import Visit
    from sim.inputs.catalog import strategy
    from sim.inputs.clinics import Center, Clinics, Demand, Goals, Outage, Resource
    from sim.inputs.population import Population
    from sim.inputs.strategies import Rule, Strategy, Treatment
    from sim.result import Result
    from sim.scenario import Scenario

__all__ = [
    "Center",
    "Clinics",
    "Demand",
    "Evidence",
    "Goals",
    "Outage",
    "Population",
    "Resource",
    "Result",
    "Rule",
    "Scenario",
    "Strategy",
    "Treatment",
    "Visit",
    "__version__",
    "strategy",
]

_HOMES = {
    "Center": "sim.inputs.clinics",
    "Clinics": "sim.inputs.clinics",
    "Demand": "sim.inputs.clinics",
    "Evidence": "sim.evidence.reader",
    "Goals": "sim.inputs.clinics",
    "Outage": "sim.inputs.clinics",
    "Population": "sim.inputs.population",
    "Resource": "sim.inputs.clinics",
    "Result": "sim.result",
    "Rule": "sim.inputs.strategies",
    "Scenario": "sim.scenario",
    "Strategy": "sim.inputs.strategies",
    "Treatment": "sim.inputs.strategies",
    "Visit": "sim.evidence.visits",
    "strategy": "sim.inputs.catalog",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import sim` is quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
