"""The table that a run prints: each measure with its interval beside what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.results import Result


def number(value: float | None, unit: str) -> str:
    """A number as a person reads it: people whole with commas, percent with one decimal."""
    if value is None or value != value:
        return ""
    return f"{value:,.0f}" if unit.startswith(("people", "fractures")) else f"{value:.1f}"


def summary_text(result: Result) -> str:
    """The summary of a run as text.

    Parameters
    ----------
    result : Result
    """
    from sim.reconciliation import applies, reconciliation_text

    run = result.run
    scenario = run["scenario"]
    years = "-".join(str(y) for y in dict.fromkeys(scenario["years"]))
    what = (
        f"events of {years}, {scenario['lookback_years']} years of earlier diagnoses included"
        if run["view"] == "calendar"
        else f"people diagnosed in {years}, followed to death"
    )
    over = (
        f"95% over {scenario['draws']} parameter draws"
        if scenario["draws"]
        else f"95% over {scenario['replicates']} replicates"
        if scenario["replicates"] > 1
        else "point estimate"
    )
    lines = [
        f"{scenario['name']}: {scenario['population']}, {run['people']:,} new cancers in "
        f"{scenario['anchor_year']}; {what}",
        f"{run['lives']:,} lives in {run['seconds']:.1f} s; {over}; seed {run['seed']}; results "
        f"{run['results_hash']}",
        "",
    ]
    rows = [("measure", "unit", "mean", "95% interval", "published (range)", "source")]
    for row in result.summary.to_dict("records"):
        unit = row["unit"]
        low, high = number(row["lo"], unit), number(row["hi"], unit)
        interval = f"{low} to {high}" if low else ""
        rows.append(
            (
                row["measure"],
                unit,
                number(row["mean"], unit),
                interval,
                row["published"],
                row["source"],
            )
        )
    widths = [max(len(r[i]) for r in rows) for i in range(6)]
    right = (False, False, True, True, False, False)
    for row_number, cells in enumerate(rows):
        lines.append(
            "  ".join(
                cell.rjust(width) if to_right else cell.ljust(width)
                for cell, width, to_right in zip(cells, widths, right, strict=True)
            ).rstrip()
        )
        if row_number == 0:
            lines.append("  ".join("-" * width for width in widths))
    if scenario["draws"]:
        noise = run["sampling_noise_sd"]["new_spinal_metastasis"]
        lines += [
            "",
            f"Each draw lives at most {scenario['people_per_draw']:,} people, the same in every "
            f"draw, scaled up. The sampling error that they share (new_spinal_metastasis: standard "
            f"deviation {noise:,.0f}) is taken out at the point estimate of everybody.",
            f"Calibrated parameters are {run['calibrated_parameters']}, the others independently.",
            "Most published numbers here were fitted to: `spinemets calibrate --rounds 0` says "
            "which, and shows those that were not.",
        ]
    if applies(result):
        lines += ["", *reconciliation_text(result), ""]
    lines += ["For populations and planning, not for decisions about one patient."]
    return "\n".join(lines)
