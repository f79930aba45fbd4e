"""spinemets: a Monte Carlo, agent-based simulation of a cancer population.

Public names: `Scenario`, what to simulate; `Population`, who gets cancer;
`Inhabitants`, how many people live there; `Treatment`, `Rule` and
`Strategy`, what care does; `strategy`, one that comes with the program; `Clinics`, `Center`,
`Resource`, `Demand`, `Outage`, `Visit` and `Goals`, finite access; `Result`, what a run gives back;
`Evidence`, every number the model uses with its source; `InputError`, what all of them raise if
they are given what cannot be used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:  # for type checkers, which cannot follow `__getattr__`
    from sim.evidence.mistakes import InputError as InputError
    from sim.evidence.reader import Evidence as Evidence
    from sim.evidence.visits import Visit as Visit
    from sim.inputs.catalog import strategy as strategy
    from sim.inputs.clinics import Center as Center
    from sim.inputs.clinics import Clinics as Clinics
    from sim.inputs.clinics import Goals as Goals
    from sim.inputs.inhabitants import Inhabitants as Inhabitants
    from sim.inputs.population import Population as Population
    from sim.inputs.resource import Demand as Demand
    from sim.inputs.resource import Outage as Outage
    from sim.inputs.resource import Resource as Resource
    from sim.inputs.strategies import Rule as Rule
    from sim.inputs.strategies import Strategy as Strategy
    from sim.inputs.treatment import Treatment as Treatment
    from sim.result import Result as Result
    from sim.scenario import Scenario as Scenario

_ROOMS = {
    "evidence.mistakes": ("InputError",),
    "evidence.reader": ("Evidence",),
    "evidence.visits": ("Visit",),
    "inputs.catalog": ("strategy",),
    "inputs.clinics": ("Center", "Clinics", "Goals"),
    "inputs.inhabitants": ("Inhabitants",),
    "inputs.population": ("Population",),
    "inputs.resource": ("Demand", "Outage", "Resource"),
    "inputs.strategies": ("Rule", "Strategy"),
    "inputs.treatment": ("Treatment",),
    "result": ("Result",),
    "scenario": ("Scenario",),
}
_HOMES = {name: f"sim.{room}" for room, names in _ROOMS.items() for name in names}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `import sim` is quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    if name == "Result":  # which gives back the scenario of a folder that it loads
        import_module(_HOMES["Scenario"])
    return getattr(import_module(_HOMES[name]), name)
