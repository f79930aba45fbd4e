"""A report opens from a file without network, and people who see or move less can use it.

Room: pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.opening import SCHEMES, faults, opened

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]
PHONE, DESK = 390, 1200


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_fault(chromium: Any, told: Path, scheme: str) -> None:
    with opened(chromium, told, color_scheme=scheme) as (page, *_):
        assert faults(page) == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_is_asked_of_the_network_and_nothing_overflows(
    chromium: Any, told: Path, width: int
) -> None:
    with opened(chromium, told, viewport={"width": width, "height": 900}) as opening:
        page, complaints, asked = opening
        assert complaints == []
        assert asked == [told.as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth") == width
        letters = page.evaluate(
            "[...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect().height)"
        )
        assert min(letters) >= 9.0
        assert page.evaluate("fetch('https://example.org').then(() => 1, () => 0)") == 0


def test_a_table_is_copied_by_the_keyboard(chromium: Any, told: Path) -> None:
    with opened(chromium, told) as (page, *_):
        page.focus("#differences-table button")
        page.keyboard.press("Enter")
        assert page.inner_text("#differences-table [role=status]") == "Copied."
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<textarea id=t></textarea>')")
        page.focus("#t")
        page.keyboard.press("Control+V")
        pasted = page.input_value("#t").splitlines()
        cells = "tr => [...tr.cells].map(c => c.textContent).join('\\t')"
        shown = page.eval_on_selector_all("#differences-table tr", f"rows => rows.map({cells})")
    assert pasted == shown
    assert float(pasted[1].split("\t")[1]) == float(pasted[1].split("\t")[1])


def test_a_link_to_a_parameter_opens_what_is_folded(chromium: Any, told: Path) -> None:
    with opened(chromium, told) as (page, *_):
        page.click("#means-table thead a[href='#measure-delay-days']")
        assert page.is_visible("#measure-delay-days")
        page.click("#measure-delay-days + dd a")
        assert page.is_visible(page.evaluate("location.hash"))


def test_it_prints(chromium: Any, told: Path) -> None:
    with opened(chromium, told, color_scheme="dark") as (page, *_):
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 27, 27)"
        assert not page.is_visible("nav")
        assert len(page.pdf(format="A4")) > 10_000
