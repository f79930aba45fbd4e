"""The value of information as text, with what CHEERS-VOI asks to be said beside it."""

from __future__ import annotations

from textwrap import fill
from typing import Any

from sim.economics.exchange import COST_BURDENS
from sim.tables.alternatives import alternatives
from sim.tables.incremental_text import rests_on_unlike_prices
from sim.tables.layout import listed, table_text
from sim.tables.leading import leading
from sim.tables.outcome_words import horizon_words
from sim.tables.text import described_words
from sim.uncertainty.information import FEWEST_FOR_PARTIAL
from sim.uncertainty.value_table import InformationValues

_WIDTH = 100
NOT_TOLD = "not told from 0"
"""What is said of a value that is not above its noise floor."""


def amount_words(value: float) -> str:
    """A value in its unit, with as many digits as can be read.

    Examples
    --------
    >>> [amount_words(value) for value in (0.0, 0.0004, 0.123, 4.56, 23.4, 1234.5)]
    ['0', '<0.001', '0.123', '4.56', '23.4', '1,234']
    """
    if value <= 0.0:
        return "0"
    if value < 0.001:
        return "<0.001"
    for below, digits in ((1.0, 3), (10.0, 2), (100.0, 1)):
        if value < below:
            return f"{value:.{digits}f}"
    return f"{value:,.0f}"


def worth_words(found: InformationValues) -> str:
    """The unit, what it is exchanged for, and in money of what, from whose side and discounted."""
    worth, run = found.net_benefit, found.tables.run
    if worth.gain != "qaly":
        return f"{worth.unit} a person; a day of therapy lost counts {worth.burden_worth:g} of them"
    said = [f"{worth.unit} {run.get('price_year', '')}".strip() + " a person"]
    if "perspective" in run:
        said.append(f"{run['perspective']} perspective")
    if "discount_rate" in run:
        said.append(f"discounted by {100.0 * run['discount_rate']:g}% a year")
    return f"{', '.join(said)}; a quality-adjusted year counts {worth.gain_worth:,.0f}"


def value_text(found: InformationValues, most: int) -> str:
    """Decision, strategies, unit and people; the values; the method and its error."""
    tables, stakes = found.tables, found.stakes
    lines = [
        f"Value of information: {tables.run['scenario']['name']}",
        _paragraph(
            f"Choice between {len(stakes.benefit.columns)} strategies for "
            f"{described_words(tables)}. Net benefit in {worth_words(found)}."
        ),
        "",
        _strategies(found),
        "",
        _paragraph(
            f"{_lead_words(found)} It is the best in "
            f"{100 * stakes.probability_best[stakes.best]:.0f}% of the draws. Choosing it now "
            f"loses {_of(stakes.perfect.value, stakes.perfect.standard_error)} on average against "
            "knowing everything: the value of perfect information."
        ),
        _paragraph(_luck_words(found)),
    ]
    if not found.shuffles:
        lines += [
            _paragraph(
                f"{stakes.draws} draws are too few to tell parameters from noise, which takes "
                f"{FEWEST_FOR_PARTIAL}."
            )
        ]
    for kind, title in (
        ("group", "What a study of these would measure"),
        ("parameter", "One parameter"),
    ):
        lines += _ranked(found, kind, title, most)
    lines += _studies(found)
    lines += _population(found)
    return "\n".join([*lines, "", _paragraph(_method(found))])


def _strategies(found: InformationValues) -> str:
    stakes = found.stakes
    mean, loss, best = stakes.benefit.mean(), stakes.loss_expected, stakes.probability_best
    rows = [
        [
            found.tables.scenario.called(str(name)),
            f"{mean[name]:,.2f}" if abs(mean[name]) < 1e4 else f"{mean[name]:,.0f}",
            f"{100 * best[name]:.0f}",
            amount_words(float(loss[name])),
        ]
        for name in mean.sort_values(ascending=False).index
    ]
    return table_text(["strategy", "net benefit", "best in % of draws", "expected loss"], rows)


def _of(value: float, error: float) -> str:
    """A value with its standard error."""
    return f"{amount_words(value)} (se {amount_words(error)})"


def _lead_words(found: InformationValues) -> str:
    """Which strategy has the highest mean net benefit, as far as draws tell it from others."""
    stakes, called = found.stakes, found.tables.scenario.called
    samples = {str(name): net.to_numpy(float) for name, net in stakes.benefit.items()}
    lead = leading(samples, more=True, drawn=True)
    alike = [called(name) for name in lead.alike]
    apart = (
        f"not told apart from {listed(alike)}" if alike else "told apart from every other strategy"
    )
    words = f"Highest mean net benefit: {called(stakes.best)}, {apart}."
    if found.net_benefit.burden in COST_BURDENS:
        names = list(samples)
        choice = alternatives(found.tables, found.net_benefit.burden, names)
        if rests_on_unlike_prices(choice, first=stakes.best):
            words += (
                " Differences rest on unlike kinds of price: no finding, and information about "
                "prices of one kind is not among the values."
            )
    return words


def _luck_words(found: InformationValues) -> str:
    luck, perfect = found.luck, found.stakes.perfect.value
    if luck.adds != luck.adds:
        return (
            "How much of it is sampling error of the people in each draw, this run does not tell; "
            "replicates would."
        )
    if not luck.measured and luck.adds > 0.99 * perfect:
        return (
            "All of it may be sampling error of the people in each draw: more people in each, or "
            "replicates, would tell."
        )
    share = f"{100 * luck.adds / perfect:.0f}%" if perfect > 0.0 else "nothing"
    if luck.measured:
        return (
            f"Of it, {share} is sampling error of the people in each draw, as replicates differ; "
            "it is not taken off."
        )
    return (
        "Of it, some is sampling error of the people in each draw: as draws share the luck of "
        f"people, less than {share}, which it would be without; replicates would measure it. It is "
        "not taken off."
    )


def _ranked(found: InformationValues, kind: str, title: str, most: int) -> list[str]:
    table = found.of(kind)
    if kind == "group" and (table["parameters"] <= 1).all():
        return []
    if table.empty or most < 1:
        return []
    told = int(table["told_apart"].sum())
    shown = table.head(min(most, max(told, 1)))
    rows = [
        [row["label"], str(row["parameters"]), *_cells(row)] for row in shown.to_dict("records")
    ]
    heads = [title, "parameters", "value", "se", "noise\nfloor", "% of\nperfect"]
    if kind == "parameter":
        heads.pop(1)
        rows = [[row[0], *row[2:]] for row in rows]
    words = f"{told} of {len(table)} are told from 0"
    if told > len(shown):
        words += f", of which {len(shown)} are shown"
    return ["", table_text(heads, rows), f"{words}."]


def _cells(row: dict[Any, Any]) -> list[str]:
    error, floor = amount_words(row["standard_error"]), amount_words(row["floor"])
    if not row["told_apart"]:
        return [NOT_TOLD, error, floor, ""]
    return [amount_words(row["value"]), error, floor, f"{row['percent_of_perfect']:.0f}"]


def _studies(found: InformationValues) -> list[str]:
    table = found.of("study")
    if table.empty:
        return []
    rows = [[row["label"], f"{row['n']:,}", *_cells(row)] for row in table.to_dict("records")]
    heads = ["A study of", "n", "value", "se", "noise\nfloor", "% of\nperfect"]
    return ["", table_text(heads, rows)]


def _population(found: InformationValues) -> list[str]:
    if (people := found.people) is None:
        return []
    table = found.table
    shown = table[table["kind"].isin(("perfect", "study"))]
    groups = table[(table["kind"] == "group") & table["told_apart"]].head(5)
    rows = []
    for row in [*shown.to_dict("records"), *groups.to_dict("records")]:
        name = f"{row['label']}, n = {row['n']:,}" if row["n"] else row["label"]
        cells = [name, amount_words(row["population_value"]) if row["told_apart"] else NOT_TOLD]
        if found.study_cost is not None:
            net = row["net_of_cost"]
            cells.append("" if net != net else f"{net:,.0f}")
        rows.append(cells)
    unit = found.net_benefit.unit
    heads = [f"For {people.number:,.0f} people", unit]
    if found.study_cost is not None:
        heads.append(f"less the study's\ncost of {found.study_cost:,.0f}")
    words = f"{people.a_year:,.0f} people a year for {people.years} years"
    if people.until_known:
        words += f", from {people.until_known:g} years from now on"
    told = f"{words}, discounted by {100 * people.discount_rate:g}% a year."
    return ["", table_text(heads, rows), told]


def _method(found: InformationValues) -> str:
    n = found.stakes.draws
    words = (
        f"{n:,} joint draws of all parameters, {horizon_words(found.tables.run)}; calibrated ones "
        f"are {found.tables.run['calibrated_parameters']}, so that to know one says something of "
        "those that go with it, and values do not add up. "
    )
    if found.shuffles:
        words += (
            "Partial information by penalized regression on the draws; noise floor: what the same "
            f"parameters score when shuffled, in 19 of 20 tries ({found.shuffles} tries); what is "
            "not above it, or not above its own sampling error, is indistinguishable from 0. "
        )
        if len(found.of("study")):
            words += (
                "Studies by regression on simulated data; their n are people for each parameter, "
                "of a measure in each arm, of a rate person-years. "
            )
    return words + "se: standard error of the draws."


def _paragraph(words: str) -> str:
    return fill(words, _WIDTH)
