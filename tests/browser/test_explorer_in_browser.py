"""The model runs on a page from a file, and what it says is what Python says. Room: pages."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import Population, Result, Scenario, Treatment
from sim.pages.explorer import write_explorer
from tests.browser.opening import SCHEMES, faults, opened

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]
DONE = "body[data-state=done]"
WAIT_MS = 240_000
PEOPLE = 10_000


@pytest.fixture(scope="session")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An explorer of few strategies, one of which gives a treatment of the user's."""
    scenario = Scenario(
        name="few",
        population=Population.united_states(2010).scaled(PEOPLE),
        treatments=[Treatment(name="mine", label="My device", based_on="rfa_cement")],
        strategies=["usual_care", "ebrt_8gy1", "noms", "mine"],
    )
    return write_explorer(scenario, tmp_path_factory.mktemp("explorer") / "explorer.html")


def settled(page: Any) -> None:
    """Wait until everybody has lived."""
    page.wait_for_selector(DONE, timeout=WAIT_MS)


def moved(page: Any, control: str, value: int) -> None:
    """Move a slider and let it go, by the keyboard as a reader would."""
    slider = page.locator(control)
    now = int(slider.input_value())
    slider.focus()
    for _ in range(abs(value - now)):
        page.keyboard.press("ArrowRight" if value > now else "ArrowLeft")
    assert slider.input_value() == str(value)


def slider(page: Any, words: str) -> str:
    """The selector of the slider with a label."""
    return f"#{page.get_by_label(words, exact=True).get_attribute('id')}"


def saved(page: Any, folder: Path) -> Scenario:
    """The scenario of the file that the page saves."""
    with page.expect_download() as download:
        page.click("#save-file")
    file = folder / "explored.py"
    download.value.save_as(file)
    scenario: Scenario = runpy.run_path(str(file))["scenario"]
    return scenario


def in_python(page: Any, folder: Path) -> Result:
    """The result of that scenario."""
    return saved(page, folder).run(workers=1)


def shown(page: Any) -> dict[str, list[str]]:
    """Rows of the table of strategies, by the words of the strategy."""
    rows = page.eval_on_selector_all(
        "#strategies-body tr", "rows => rows.map(r => [...r.cells].map(c => c.textContent))"
    )
    return {name.lower(): [c.replace("−", "-") for c in cells] for name, *cells in rows}


def same_as_python(page: Any, result: Result) -> None:
    """Hold hash, means, differences and intervals of the page against a run."""
    assert page.evaluate("document.body.dataset.hash") == result.run["results_hash"]
    table = shown(page)
    summary = result.summary.set_index(["strategy", "measure"])["mean"]
    pairs = result.compare().query("subgroup == 'all'").set_index(["strategy", "measure"])
    reference, *others = result.run["strategies"]
    assert len(table) == len(others) + 1
    for name in others:
        cells = table[result.scenario.label(name).lower()]
        for place, measure in ((0, "days_pain_below_4"), (4, "therapy_days_lost")):
            pair = pairs.loc[(name, measure)]
            wanted = [summary[name, measure], pair["lo"], pair["hi"]]
            found = [float(cell or "nan") for cell in cells[place : place + 3]]
            np.testing.assert_allclose(found, wanted, atol=0.0501)
    counts = page.eval_on_selector_all(
        "#counts-body td:nth-child(2)", "c => c.map(t => t.textContent)"
    )
    found = int(counts[1].replace(",", ""))
    assert found == summary[reference, "new_spinal_metastasis"]


def test_the_page_lives_the_people_that_python_lives(
    chromium: Any, explorer: Path, tmp_path: Path
) -> None:
    with opened(chromium, explorer) as (page, complaints, asked):
        settled(page)
        same_as_python(page, in_python(page, tmp_path))
        assert complaints == []
        assert [url for url in asked if not url.startswith(("blob:", "file:"))] == []


def test_sliders_change_numbers_as_a_run_from_python_does(
    chromium: Any, explorer: Path, tmp_path: Path
) -> None:
    with opened(chromium, explorer) as (page, complaints, _):
        settled(page)
        before = page.evaluate("document.body.dataset.hash")
        for words, value in (
            ("Pain that halts therapy", 4),
            ("Hold of therapy around a course", 7),
            ("Waits", 4),
            ("Share with less tumor pain", 6),
            ("Counted for", 3),
        ):
            moved(page, slider(page, words), value)
        page.select_option("#ages", label="50 to 64")
        page.click("summary:has-text('Cancers')")
        page.uncheck("input[name=primary][value='2']")
        page.uncheck("input[name=strategy][value='1']")
        page.select_option("#reference", label="NOMS")
        settled(page)
        result = in_python(page, tmp_path)
        assert result.scenario.pain_threshold == 9.0
        assert result.scenario.treatments[0].response_biological == 0.9
        assert result.scenario.population.age_low == 50.0
        assert result.run["strategies"][0] == "noms"
        assert page.evaluate("document.body.dataset.hash") != before
        same_as_python(page, result)
        assert "Changed: Pain that halts therapy: 9 of 10 (was 7 of 10)" in page.inner_text(
            "#changed"
        )
        assert complaints == []


def test_the_sentence_on_a_change_is_a_comparison_of_twins(
    chromium: Any, explorer: Path, tmp_path: Path
) -> None:
    with opened(chromium, explorer) as (page, *_):
        settled(page)
        page.select_option("#focus", label="EBRT 8 Gy in 1")
        moved(page, slider(page, "Waits"), 5)
        settled(page)
        result = in_python(page, tmp_path)
        there = result.scenario
        eight = next(s for s in there.strategies if s.name == "ebrt_8gy1")
        pair = there.with_options(
            wait_ratio=None,
            strategies=[eight, eight.with_knobs(wait_ratio=3.0)],
        ).run(workers=1)
        twins = pair.compare().query("subgroup == 'all'").set_index("measure")["difference"]
        words = page.inner_text("#changed").replace("−", "-")
    assert f"this change alone makes {twins['days_pain_below_4']:+.1f} (" in words
    assert f"{twins['therapy_days_lost']:+.1f} (" in words or twins["therapy_days_lost"] == 0.0
    assert f"{twins['days_alive']:+.1f} (" in words or twins["days_alive"] == 0.0


def test_one_life_is_the_one_that_python_tells(
    chromium: Any, explorer: Path, tmp_path: Path
) -> None:
    from sim.stories.twins import tell_twins

    with opened(chromium, explorer) as (page, *_):
        settled(page)
        page.wait_for_selector("#courses li", timeout=WAIT_MS)
        person = page.input_value("#person")
        said = page.inner_text("#life-said")
        scenario = saved(page, tmp_path)
    stories = tell_twins(scenario, person).stories
    for story in stories[:2]:
        days = float(story.person["death_day"])
        assert f"dies after {round(days):,} days" in said
        assert f"{int(story.person['n_courses'])} course" in said


def test_who_is_not_there_is_said(chromium: Any, explorer: Path) -> None:
    with opened(chromium, explorer) as (page, *_):
        settled(page)
        page.wait_for_selector("#courses li", timeout=WAIT_MS)
        page.fill("#person", "2010-brest-female-3")
        page.press("#person", "Tab")
        assert "brest is no cancer of this page" in page.inner_text("#life-said")


def test_what_cannot_be_lived_stops_the_run_and_says_so(chromium: Any, explorer: Path) -> None:
    with opened(chromium, explorer) as (page, complaints, _):
        settled(page)
        page.uncheck("input[name=strategy][value='1']")
        page.uncheck("input[name=strategy][value='2']")
        page.uncheck("input[name=strategy][value='3']")
        page.wait_for_selector("body[data-state=waiting]")
        page.wait_for_timeout(3000)
        assert page.inner_text("#said") == "Choose a second strategy to compare."
        page.click("#as-it-was")
        settled(page)
        assert "people diagnosed with cancer" in page.inner_text("#said")
        assert page.is_checked("input[name=strategy][value='2']")
        assert complaints == []


def test_a_slider_that_comes_back_ends_with_everybody(chromium: Any, explorer: Path) -> None:
    with opened(chromium, explorer) as (page, *_):
        settled(page)
        before = page.evaluate("document.body.dataset.hash")
        waits = page.locator(slider(page, "Waits"))
        for value in ("0", "2"):  # the keyboard would let it go in between
            waits.evaluate(
                "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', {bubbles: true})) }",
                value,
            )
        page.wait_for_selector("body[data-state=running]")
        settled(page)
        assert page.evaluate("document.body.dataset.hash") == before


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_fault(chromium: Any, explorer: Path, scheme: str) -> None:
    with opened(chromium, explorer, color_scheme=scheme) as (page, *_):
        settled(page)
        assert faults(page) == []
