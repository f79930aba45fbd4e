"""What `Result.load` needs of a run beside its tables: the twins, the scenario, and sheets whole.

It stands in the folder `stored/` of a run folder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.counting.care_tally import SUBGROUPS
from sim.evidence.mistakes import InputError
from sim.inputs.setting import Setting
from sim.tables.case_counts import CaseCounts
from sim.tables.compare import COMPARED, PairedMeans
from sim.tables.folder_contents import DESCRIPTION, description_in
from sim.tables.folder_parts import waiting_run
from sim.tables.folder_words import some
from sim.tables.kept_rows import KeptRows
from sim.tables.run_tables import RunTables

STORED = "stored"
AS_SHEETS = ("summary", "capacity")
"""Tables that users get as CSV; what CSV cannot tell, an empty word from none, is stored too."""
KEPT_ROWS = {"outcome_rows": "outcomes", "delay_rows": "delays"}
"""Tables of many rows: where `RunTables` keeps them, and their name."""
FORMAT = 1
"""Of what is stored; raised when a later version could not read it."""
_ARRAYS = ("people", "mean", "variance", "paired_variance")
_TYPES = {"people": pa.float64()}
_ALLOWED = "allowed: the folder of a run, as --out names it"


def twins_table(twins: Sequence[PairedMeans], strategies: list[str]) -> pa.Table:
    """The twins, a row a draw and replicate; arrays lie flat, over the names in the metadata."""
    columns: dict[str, Any] = {
        name: pa.array([getattr(one, name) for one in twins], pa.int64())
        for name in ("draw", "replicate")
    }
    for name in _ARRAYS:
        flat = [getattr(one, name).reshape(-1) for one in twins]
        columns[name] = pa.array(flat, pa.list_(_TYPES.get(name, pa.float32())))
    over = {"strategies": strategies, "subgroups": list(SUBGROUPS), "measures": list(COMPARED)}
    return pa.table(columns).replace_schema_metadata({"over": json.dumps(over)})


def twins_of(table: pa.Table) -> list[PairedMeans]:
    """The twins of a table that `twins_table` made.

    Raises
    ------
    ValueError
        If it is over other subgroups or measures than this version has.
    """
    over = json.loads(table.schema.metadata[b"over"])
    if over["subgroups"] != list(SUBGROUPS) or over["measures"] != list(COMPARED):
        raise ValueError("twins.parquet: other subgroups or measures")
    shape = len(over["strategies"]), len(SUBGROUPS), len(COMPARED)
    flat = {name: table[name].combine_chunks().flatten().to_numpy() for name in _ARRAYS}
    rows = {name: array.reshape(len(table), -1) for name, array in flat.items()}
    numbers = zip(table["draw"].to_pylist(), table["replicate"].to_pylist(), strict=True)
    return [
        PairedMeans(
            draw,
            replicate,
            rows["people"][row],
            *(rows[name][row].reshape(shape) for name in _ARRAYS[1:]),
        )
        for row, (draw, replicate) in enumerate(numbers)
    ]


def scenario_text(scenario: Setting) -> str:
    """A scenario, from which it can be made again."""
    told = {"format": FORMAT, "scenario": scenario.model_dump(mode="json")}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def read_tables(said: str | Path) -> RunTables:
    """Read the tables of a run from its folder.

    Raises
    ------
    InputError
        If it is not the folder of a whole run that this version can read.
    """
    folder = Path(said)
    run = description_in(folder)
    if run is None:
        raise InputError(f"folder is {str(said)!r}, {_what_is_there(folder)}; {_ALLOWED}")
    version = run.get("version")
    again = f"the run is of version {version}; allowed: to run it again"
    try:
        told = json.loads((folder / STORED / "scenario.json").read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise ValueError(f"stored in the format {told['format']}")
        tables: dict[str, Any] = {
            one.name: _table(folder, one.name, needed=one.default is MISSING)
            for one in fields(RunTables)
            if one.name not in ("run", "counts", "twins", "scenario", *KEPT_ROWS)
        }
        tables |= {
            field: KeptRows.of(pd.read_parquet(folder / f"{name}.parquet"))
            for field, name in KEPT_ROWS.items()
        }
        counts = CaseCounts.of(pd.read_parquet(folder / "case_counts.parquet"))
        twins = twins_of(pq.read_table(folder / STORED / "twins.parquet"))
        scenario = (Setting.runnable or Setting)(**told["scenario"])
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        words = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"folder is {str(said)!r}, which cannot be read ({words}); {again}") from (
            None
        )
    return RunTables(run=run, counts=counts, twins=twins, scenario=scenario, **tables)


def _table(folder: Path, name: str, *, needed: bool) -> pd.DataFrame | None:
    path = (folder / STORED if name in AS_SHEETS else folder) / f"{name}.parquet"
    if not needed and not path.exists():
        return None
    return pd.read_parquet(path)


def _what_is_there(folder: Path) -> str:
    """Why a folder is not that of a whole run, and what else the user may have meant."""
    if not folder.exists():
        return "which is not there"
    if not folder.is_dir():
        return "which is a file"
    if (waiting := waiting_run(folder)) is not None:
        return f"into which a run has not been moved yet: it waits in {waiting.as_posix()!r}"
    inner = [path.parent.as_posix() for path in sorted(folder.glob(f"*/{DESCRIPTION}"))]
    if inner:
        return f"which is no run, but holds some: {some(inner)}"
    return f"which is no run: it has no {DESCRIPTION} that a run wrote"
