"""A browser without a screen, and reports in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim import Population, Scenario
from sim.pages.report import write_report

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium, which must be there: without it the tests fail."""
    from playwright.sync_api import sync_playwright  # of the group `browser`

    found = os.environ.get("SPINEMETS_CHROMIUM") or shutil.which("chromium")
    assert found, "no chromium on the path; SPINEMETS_CHROMIUM names it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a comparison over draws, as a file."""
    scenario = Scenario(
        name="told",
        population=Population.united_states(2010).scaled(10_000),
        strategies=["usual_care", "analgesia_only", "rfa_cement"],
        draws=40,
        people_per_draw=2_000,
    )
    folder = tmp_path_factory.mktemp("told")
    scenario.run(out=folder)
    return write_report(folder)
