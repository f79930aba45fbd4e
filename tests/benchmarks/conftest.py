"""The table of benchmarks, printed as Markdown when they are over."""

from __future__ import annotations

import pytest

from sim.run import warm_up
from tests.benchmarks.measuring import Table, machine

_TABLE = pytest.StashKey[Table]()


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> Table:
    """Where benchmarks write their rows; what is compiled is compiled before the first."""
    kept: Table = request.config.stash.setdefault(_TABLE, Table())
    warm_up(rows=True)
    return kept


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what there is of the table."""
    kept = config.stash.get(_TABLE, None)
    if kept is not None:
        text = "\n\n".join((kept.markdown(), machine(), *kept.below))
        terminalreporter.write_line(f"\n{text}\n")
