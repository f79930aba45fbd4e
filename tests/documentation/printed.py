"""Blocks that a command prints: they stand below a comment that names it.

    <!-- printed by: spinemets explain death_rate lung -->
    <!-- printed long by: spinemets validate | Worst pain ... 12 months -->

Behind a bar stand the parts of what is printed that are kept, each from the first line that holds
its first words to the next that holds its last, or one line; `...` is put between parts. `long` are
those that live many people: they are printed anew if that is asked for.

    <!-- table of: spinemets run scenarios/us_2010.py | new_cancers, cancer_deaths -->

is a table of some measures from `summary.csv` of the run folder, and

    <!-- picture of: spinemets run scenarios/us_2010.py | new_metastases -->

a picture of it, copied to the file that the next line links to.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import chdir
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from click.testing import CliRunner

from sim.cli import main
from sim.counting.measures import MEASURES, split_time
from sim.tables.text import number
from tests.documentation.pages import ROOT

_PRINTED = re.compile(
    r"<!-- printed (?P<long>long )?by: (?P<command>[^|\n]+?)(?: \| (?P<parts>.+?))? -->\n"
    r"```\n(?P<text>.*?)```\n",
    re.DOTALL,
)
_TABLE = re.compile(
    r"<!-- table of: (?P<command>[^|\n]+?) \| (?P<measures>.+?) -->\n(?P<text>(?:\|.*\n)+)"
)
_PICTURE = re.compile(
    r"<!-- picture of: (?P<command>[^|\n]+?) \| (?P<name>\w+) -->\n!\[[^\]]*\]\((?P<file>[^)]+)\)"
)
SECONDS = 3_600


class Printed(NamedTuple):
    """A block that a command prints."""

    command: str
    parts: str
    text: str
    long: bool


def printed_blocks(page: Path) -> Iterator[Printed]:
    """The blocks of a page that a command prints."""
    for found in _PRINTED.finditer(page.read_text(encoding="utf-8")):
        yield Printed(found["command"], found["parts"] or "", found["text"], bool(found["long"]))


def words_of_command(command: str) -> list[str]:
    """What stands behind `spinemets`."""
    program, *arguments = shlex.split(command)
    if program != "spinemets":
        raise ValueError(f"{command!r} is no command of spinemets")
    return arguments


@cache
def quick_output_of(command: str) -> str:
    """What a quick command prints, in this process, as on a narrow screen."""
    with chdir(ROOT):
        done = CliRunner().invoke(
            main, words_of_command(command), prog_name="spinemets", terminal_width=80
        )
    if done.exit_code:
        raise RuntimeError(f"{command}: {done.output}")
    return done.output


@cache
def output_of(command: str) -> str:
    """What a command prints, run from the root of the project."""
    arguments = words_of_command(command)
    done = subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr}")
    return done.stdout


def parts_of(text: str, parts: str) -> str:
    r"""The lines that are kept of what is printed.

    Examples
    --------
    >>> parts_of("a\nb\nc\nd\ne\n", "b ... c | e")
    'b\nc\n...\ne\n'
    """
    lines = [line.rstrip() for line in text.splitlines()]
    if not parts:
        return "\n".join(lines).strip("\n") + "\n"
    kept: list[str] = []
    at = 0
    for part in parts.split(" | "):
        first, _, last = part.partition(" ... ")
        start = next(i for i in range(at, len(lines)) if first in lines[i])
        end = next(i for i in range(start, len(lines)) if (last or first) in lines[i])
        kept += ["..."] if kept and start > at else []
        kept += lines[start : end + 1]
        at = end + 1
    return "\n".join(kept) + "\n"


def folder_of(command: str) -> Path:
    """The run folder that a command of `spinemets run` writes, after it was run."""
    output_of(command)
    return ROOT / "results" / Path(shlex.split(command)[2]).stem


def table_of(command: str, measures: str) -> str:
    """A table in Markdown of some measures of a run, beside what is published."""
    summary = pd.read_csv(folder_of(command) / "summary.csv").set_index("measure")
    return in_markdown(summary.loc[measures.split(", ")].reset_index().to_dict("records"))


def in_markdown(rows: Sequence[Mapping[Hashable, Any]]) -> str:
    """Rows of a summary as a table in Markdown, with what each measure says."""
    lines = [
        "| measure | what it says | mean | 95% interval | published (range) |",
        "|---|---|---:|---:|---:|",
    ]
    for row in rows:
        name, unit = row["measure"], row["unit"]
        mean, low, high = (number(row[column], unit) for column in ("mean", "lo", "hi"))
        told = f"{MEASURES[split_time(name)[0]].definition.rstrip('.')}, {unit}"
        published = "" if row["published"] != row["published"] else row["published"]
        lines.append(f"| `{name}` | {told} | {mean} | {low} to {high} | {published} |")
    return "\n".join(lines) + "\n"


def renewed(page: Path, *, long: bool, tell: Callable[[str], object] = lambda _: None) -> str:
    """The text of a page with what commands print put in anew."""

    def print_again(found: re.Match[str]) -> str:
        if found["long"] and not long:
            return found[0]
        tell(found["command"])
        output = output_of if found["long"] else quick_output_of
        fresh = parts_of(output(found["command"]), found["parts"] or "")
        return found[0].replace(f"```\n{found['text']}```", f"```\n{fresh}```")

    def tabulate_again(found: re.Match[str]) -> str:
        if not long:
            return found[0]
        tell(found["command"])
        return found[0].replace(found["text"], table_of(found["command"], found["measures"]))

    text = page.read_text(encoding="utf-8")
    text = _TABLE.sub(tabulate_again, _PRINTED.sub(print_again, text))
    if long:
        for found in _PICTURE.finditer(text):
            drawn = folder_of(found["command"]) / "figures" / f"{found['name']}.png"
            shutil.copy(drawn, page.parent / found["file"])
    return text
