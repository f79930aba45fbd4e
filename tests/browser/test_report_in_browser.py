"""A report opens from a file without network, and people who see or move less can use it.

Room: pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES = ("light", "dark")
PHONE, DESK = 390, 1200


@contextmanager
def opened(chromium: Any, file: Path, **how: Any) -> Iterator[tuple[Any, list[str], list[str]]]:
    """The page of a file, what it complained of, and what it asked the network for."""
    context = chromium.new_context(**how)
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    yield page, complaints, asked
    context.close()


def axe() -> str:
    """The source of axe-core."""
    import axe_playwright_python  # of the group `browser`

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_fault(chromium: Any, told: Path, scheme: str) -> None:
    with opened(chromium, told, color_scheme=scheme) as (page, *_):
        page.evaluate(axe())
        rules = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        found = page.evaluate("rules => axe.run(document, rules)", rules)
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found["violations"]] == []
    assert len(found["passes"]) > 20


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
