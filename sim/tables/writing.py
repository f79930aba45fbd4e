"""Writes the tables of a run into its folder."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from sim.tables.reconciliation import applies, reconciliation
from sim.tables.run_tables import RunTables


def write_tables(tables: RunTables, folder: Path) -> None:
    """Write every table of a run into its folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    tables.summary.to_csv(folder / "summary.csv", index=False, float_format="%.6g")
    tables.case_counts.to_parquet(folder / "case_counts.parquet", index=False)
    tables.delays.to_parquet(folder / "delays.parquet", index=False)
    tables.outcomes.to_parquet(folder / "outcomes.parquet", index=False)
    for name in ("waits", "lines", "queues"):
        of_access: pd.DataFrame | None = getattr(tables, name)
        if of_access is not None:
            of_access.to_parquet(folder / f"{name}.parquet", index=False)
    if tables.capacity is not None:
        tables.capacity.to_csv(folder / "capacity.csv", index=False)
    if len(tables.run["strategies"]) > 1:
        compared = tables.compare()
        compared.to_csv(folder / "compare.csv", index=False, float_format="%.6g")
    if applies(tables):
        table = reconciliation(tables)
        table.to_csv(folder / "reconciliation.csv", index=False, float_format="%.6g")


def write_description(tables: RunTables, folder: Path) -> None:
    """Write `run.json`, how the run was made; last, so that a folder with it is whole."""
    text = json.dumps(tables.run, indent=2, ensure_ascii=False)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")
