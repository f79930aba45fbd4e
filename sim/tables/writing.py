"""Writes the tables of a run into a folder, all that can be written even if some cannot."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sim.economics.prices import price_table
from sim.tables.alternatives import every_choice
from sim.tables.folder_contents import DESCRIPTION
from sim.tables.incremental import both_comparisons
from sim.tables.kept_rows import KeptRows
from sim.tables.net_benefits import curves_of
from sim.tables.projected import marked
from sim.tables.rates import has_rates, rates
from sim.tables.reconciliation import applies, reconciliation
from sim.tables.reporting import reporting
from sim.tables.run_tables import RunTables
from sim.tables.statements import statements
from sim.tables.stored import AS_SHEETS, KEPT_ROWS, STORED, scenario_text, twins_table
from sim.tables.strata import counts_by_age, counts_by_year, has_years

Job = tuple[Path, Callable[[Path], object]]
"""A file, and what writes it."""


def tables_of(tables: RunTables) -> dict[str, pd.DataFrame]:
    """The tables that a run has beside its counts, by name."""
    every = {one.name: getattr(tables, one.name) for one in fields(tables)}
    return {
        KEPT_ROWS.get(name, name): table.frame if isinstance(table, KeptRows) else table
        for name, table in every.items()
        if isinstance(table, pd.DataFrame | KeptRows)
    }


def sheets_of(tables: RunTables) -> dict[str, pd.DataFrame]:
    """The tables of a run that are short enough to be read, by name."""
    sheets = {"summary": tables.summary}
    sheets["by_age"] = counts_by_age(tables)
    if has_years(tables):
        sheets["by_year"] = counts_by_year(tables)
    if has_rates(tables):
        sheets["rates"] = rates(tables)
    asked = tables.scenario
    sheets["prices"] = price_table(asked.known, asked.treatments, asked.price_year)
    if tables.capacity is not None:
        sheets["capacity"] = tables.capacity
    if len(tables.run["strategies"]) > 1:
        sheets["compare"] = tables.compare()
    if choices := every_choice(tables):
        sheets["incremental"] = both_comparisons(choices)
        sheets["net_benefit"] = curves_of(choices)
        sheets["reporting"] = reporting(tables)
    if applies(tables):
        sheets["reconciliation"] = reconciliation(tables)
        sheets["statements"] = statements(tables)
    of_people = ("summary", "by_age", "by_year", "rates")
    return {
        name: marked(tables.run, sheet) if name in of_people else sheet
        for name, sheet in sheets.items()
    }


def jobs_of_tables(tables: RunTables, folder: Path) -> list[Job]:
    """What there is to write of the tables of a run, what is read first first.

    Sheets are CSV with every digit; tables, and what `Result.load` needs beside them, Parquet.
    """
    jobs = [(folder / f"{name}.csv", _as_csv(sheet)) for name, sheet in sheets_of(tables).items()]
    jobs.append((folder / "case_counts.parquet", tables.counts.write))
    for field, name in KEPT_ROWS.items():
        jobs.append((folder / f"{name}.parquet", getattr(tables, field).write))
    for one in fields(tables):
        if isinstance(table := getattr(tables, one.name), pd.DataFrame):
            place = folder / STORED if one.name in AS_SHEETS else folder
            jobs.append((place / f"{one.name}.parquet", _as_parquet(table)))
    twins = twins_table(tables.twins, tables.run["strategies"])
    jobs.append((folder / STORED / "twins.parquet", lambda path: pq.write_table(twins, path)))
    said = scenario_text(tables.scenario)
    jobs.append((folder / STORED / "scenario.json", lambda path: write_text(path, said)))
    return jobs


def jobs_of_csv(folder: Path) -> list[Job]:
    """What there is to write so that all Parquet files of a folder are there as CSV too.

    Of people and events, a file for all parts.
    """
    jobs: list[Job] = []
    for path in sorted(folder.glob("*.parquet")):
        jobs.append((path.with_suffix(".csv"), _parts_as_csv([path])))
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        parts = sorted(inner.glob("*.parquet"))
        if parts and inner.name != STORED:
            jobs.append((folder / f"{inner.name}.csv", _parts_as_csv(parts)))
    return jobs


def write_files(jobs: list[Job]) -> None:
    """Write files, all that can be written.

    Raises
    ------
    OSError
        The first that came up, when all others are written.
    """
    first: OSError | None = None
    for path, write in jobs:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path)
        except OSError as error:
            first = first or with_file(error, path)
            if not path.is_dir():
                with suppress(OSError):
                    path.unlink()
    if first is not None:
        raise first


def with_file(error: OSError, path: Path) -> OSError:
    """The same error with the file that it came up with."""
    if error.errno is None:
        return OSError(f"{path.name}: {error}")
    return OSError(error.errno, error.strerror, str(path))


def write_description(tables: RunTables, folder: Path) -> None:
    """Write `run.json`, how the run was made; last, so that a folder with it is whole."""
    text = json.dumps(tables.run, indent=2, ensure_ascii=False)
    write_text(folder / DESCRIPTION, text + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, with the same ends of lines everywhere."""
    path.write_text(text, encoding="utf-8", newline="\n")


def _as_csv(table: pd.DataFrame) -> Callable[[Path], object]:
    return lambda path: table.to_csv(path, index=False)


def _as_parquet(table: pd.DataFrame) -> Callable[[Path], object]:
    return lambda path: table.to_parquet(path, index=False)


def _parts_as_csv(parts: list[Path]) -> Callable[[Path], object]:
    """Write parts below one another, a group of rows at a time, so that memory stays flat."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            for number, part in enumerate(parts):
                with pq.ParquetFile(part) as rows:
                    if number == 0:
                        pa_csv.write_csv(_plain(rows.schema_arrow.empty_table()), file)
                    for batch in rows.iter_batches():
                        headless = pa_csv.WriteOptions(include_header=False)
                        pa_csv.write_csv(_plain(pa.table(batch)), file, headless)

    return write


def _plain(table: pa.Table) -> pa.Table:
    """The table with words in place of codes, which CSV does not know."""
    kinds = [
        pa.field(one.name, one.type.value_type if pa.types.is_dictionary(one.type) else one.type)
        for one in table.schema
    ]
    return table.cast(pa.schema(kinds))
