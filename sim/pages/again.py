"""How to make what a page tells again: version, seed, hashes, and the scenario itself."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from markupsafe import Markup

from sim.inputs.setting import Setting
from sim.pages.page_table import PageColumn, PageTable
from sim.pages.prose import folded, listing, paragraph

_PYTHON = """import json
from sim import Scenario

with open("scenario.json") as file:
    scenario = Scenario(**json.load(file))
{then}
"""
RERUN = 'result = scenario.run()\nprint(result.run["results_hash"])'
"""What makes a run again, and shows that it is the same."""


def again_parts(facts: dict[str, Any], scenario: Setting, then: str, same: str) -> list[Markup]:
    """How to make it again.

    Parameters
    ----------
    facts : dict
        What a reader may want to compare, by its words.
    scenario : Setting
    then : str
        Python that goes on with `scenario`.
    same : str
        By what one sees that it is the same.
    """
    rows = [[name, str(value)] for name, value in facts.items()]
    heads = ("what", "value")
    table = PageTable(
        "facts-table",
        "How it was made",
        [PageColumn(head, words=True) for head in heads],
        rows,
    )
    asked = json.dumps(scenario.model_dump(mode="json"), ensure_ascii=False)
    return [
        table.html(),
        paragraph(
            Markup(
                "Save the scenario below as <code>scenario.json</code>, install spinemets {}, and "
                "run these lines. {}"
            ).format(version("spinemets"), same)
        ),
        listing(_PYTHON.format(then=then).rstrip(), "Python that makes it again"),
        folded(
            f"The scenario ({len(asked) / 1000:,.0f} kB)", [listing(asked, "The scenario as JSON")]
        ),
    ]


def facts_of_run(run: dict[str, Any]) -> dict[str, Any]:
    """What tells one run from another."""
    scenario = run["scenario"]
    return {
        "scenario": scenario["name"],
        "population": scenario["population"],
        "new cancers a year": f"{run['people']:,}",
        "years": "-".join(str(year) for year in dict.fromkeys(scenario["years"])),
        "view": run["view"],
        "draws of the uncertain numbers": f"{scenario['draws']:,}",
        "repetitions with other luck": f"{scenario['replicates']:,}",
        "lives": f"{run['lives']:,}",
        "seed": run["seed"],
        "engine": run["engine"],
        "version": run["version"],
        "hash of the parameters": run["parameters_hash"],
        "hash of the results": run["results_hash"],
    }
