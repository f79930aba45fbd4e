"""Prints the synthesis of published arms, and writes it into the evidence."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from sim.evidence.effects import EFFECT_CLASSES, Arm
from sim.evidence.mistakes import InputError
from sim.evidence.rows import FOLDER
from sim.evidence.synthesis import SynthesizedShare, clipped, expit
from sim.fitting.network import Member
from sim.fitting.synthesis import ArmSynthesis, put_together, treatment_of
from sim.tables.intervals import NORMAL_95


def synthesis_text(found: ArmSynthesis) -> str:
    """All of it: arms, treatments, classes, and what follows from other choices."""
    return "\n".join(
        [
            *_arm_lines(found),
            "",
            *_treatment_lines(found),
            "",
            *_class_lines(found),
            "",
            *_other_choices(found),
        ]
    )


def _arm_lines(found: ArmSynthesis) -> list[str]:
    lines = [
        "Published arms, and what each would read of the shares fitted: as it is, and with the",
        "bias of its design. Least and most: if nobody answered (opioids, better days,",
        "pain that ends by itself), and if everybody did.",
        f"{'arm':<25}{'treatment':<21}{'design':<16}{'published':>10}{'least':>7}{'most':>6}"
        f"{'fitted':>8}{'biased':>8}",
    ]
    for arm in found.arms:
        published = f"{arm.value:.2f}" if arm.outcome == "log_odds_ratio" else _reading(arm)
        row = f"{arm.id:<25}{arm.treatment:<21}{arm.design.replace('_', ' '):<16}{published:>10}"
        if arm.outcome == "log_odds_ratio":
            odds = found.posterior.row(arm.member) - found.posterior.row((arm.kind, arm.against))
            row += f"{float(odds @ found.posterior.mean):>8.2f}   log odds ratio to {arm.against}"
        elif arm.design != "comparison":
            line = found.lines[arm.id]
            fitted = float(found.posterior.row(arm.member) @ found.posterior.mean)
            biased = fitted + found.bias_part(arm) * float(found.posterior.mean[1])
            scale = arm.baseline or 1.0 if arm.outcome == "mean_fall" else 100.0
            digits = 1 if scale < 100 else 0
            reads = (line.nobody, line.everybody, *map(line.reading, map(expit, (fitted, biased))))
            for value, width in zip(reads, (7, 6, 8, 8), strict=True):
                row += f"{value * scale:>{width}.{digits}f}"
        lines.append(row)
    return lines


def _reading(arm: Arm) -> str:
    if arm.outcome == "mean_fall":
        return f"{arm.value:.1f}" + (f" of {arm.baseline:.1f}" if arm.baseline else "")
    return f"{100 * arm.value:.0f}%" + (" compl." if arm.outcome == "complete" else "")


def _treatment_lines(found: ArmSynthesis) -> list[str]:
    """The share that answers to each treatment, and what of it is specific."""
    sham = found.posterior.row(None)
    lines = [
        f"{'':<13}{'treatment':<21}{'share answering':>19}{'specific, log odds':>24}",
    ]
    for row in found.table():
        key = (row.name, row.stratum)
        treatment = treatment_of(key)
        whole = found.posterior.row(treatment)
        mean, covariance = found.posterior.of(np.array([whole, whole - sham]))
        low, high = (mean[0] + sign * NORMAL_95 * np.sqrt(covariance[0, 0]) for sign in (-1, 1))
        special = "" if treatment is None else _interval(mean[1], covariance[1, 1], 2)
        shares = [clipped(expit(float(x))) for x in (mean[0], low, high)]
        said = f"{row.name.removeprefix('treatment_response_'):<13}{row.stratum:<21}"
        said += f"{f'{shares[0]:.2f} ({shares[1]:.2f}-{shares[2]:.2f})':>19}{special:>24}"
        lines.append(said + ("" if found.speaks_of(treatment) else "  from priors alone"))
    return lines


def _class_lines(found: ArmSynthesis) -> list[str]:
    posterior = found.posterior
    lines = ["Specific effect of classes, log odds"]
    for kind, named in EFFECT_CLASSES.items():
        for name, treatments in named.items():
            own = np.array(posterior.row((kind, treatments[0]), non_specific=False))
            for each in treatments:  # the mean of the class without its treatments
                own[_place(found, (kind, each))] = 0.0
            mean, covariance = posterior.of(own[np.newaxis])
            lines.append(f"  {kind}, {name:<28}{_interval(mean[0], covariance[0, 0], 2):>24}")
    bias, variance = posterior.mean[1], posterior.covariance[1, 1]
    lines += [
        f"Bias of uncontrolled series, log odds: {_interval(bias, variance, 2)}",
        f"Spread between studies {posterior.study_spread:.2f}, between treatments of a class "
        f"{posterior.class_spread:.2f}, log odds",
    ]
    return lines


def _place(found: ArmSynthesis, treatment: Member) -> int:
    """Where what a treatment has of its own stands."""
    posterior = found.posterior
    kind_rows = np.flatnonzero(posterior.row(treatment, non_specific=False))
    return int(kind_rows.max())


def _interval(mean: float, variance: float, digits: int) -> str:
    half = NORMAL_95 * np.sqrt(variance)
    return f"{mean:.{digits}f} ({mean - half:.{digits}f} to {mean + half:.{digits}f})"


def _other_choices(found: ArmSynthesis) -> list[str]:
    """Shares without the bias, and without uncontrolled series."""
    without_bias = put_together(found.arms, bias=False).table()
    controlled = put_together(found.arms, keep=lambda arm: arm.design != "uncontrolled").table()
    lines = [
        "Share answering under other choices",
        f"{'':<13}{'treatment':<21}{'as used':>9}{'no bias':>9}{'no uncontrolled series':>24}",
    ]
    for row, one, two in zip(found.table(), without_bias, controlled, strict=True):
        used, first, second = (clipped(expit(r.center)) for r in (row, one, two))
        lines.append(
            f"{row.name.removeprefix('treatment_response_'):<13}{row.stratum:<21}{used:>9.2f}"
            f"{first:>9.2f}{second:>24.2f}"
        )
    return lines


def write_synthesis(found: ArmSynthesis, folder: Path = FOLDER) -> None:
    """Write `synthesis.csv`, and the value of each share into `parameters.csv`."""
    rows = found.table()
    values = {(row.name, row.stratum): clipped(expit(row.center)) for row in rows}
    with (folder / "synthesis.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(SynthesizedShare.model_fields)
        for row in rows:
            cells = row.model_dump() | {"loadings": " ".join(f"{x:g}" for x in row.loadings)}
            writer.writerow(cells.values())
    _write_values(folder / "parameters.csv", values)


def _write_values(path: Path, values: dict[tuple[str, str], float]) -> None:
    """Change the values of some parameters, and nothing else of the table."""
    with path.open(newline="", encoding="utf-8") as file:
        header, *table = csv.reader(file)
    name, stratum, value = (header.index(column) for column in ("name", "stratum", "value"))
    left = set(values)
    for row in table:
        key = (row[name], row[stratum])
        if key in values:
            row[value] = f"{values[key]:.4f}"
            left.remove(key)
    if left:
        raise InputError(f"{path.name}: no row for {sorted(left)}")
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *table])
