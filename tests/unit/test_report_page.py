"""A report is one page that tells what its folder holds, and needs no network. Room: pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sim import Center, Clinics, Population, Resource, Result, Scenario
from sim.cli import main
from sim.counting.measures import words_of
from sim.evidence.mistakes import InputError
from sim.evidence.posterior_fit import posterior_fits
from sim.evidence.reader import evidence
from sim.evidence.targets import targets
from sim.pages.again import RERUN
from sim.pages.canvas import axis_ticks
from sim.pages.influence import rank_influence
from sim.pages.page import CONTENT_POLICY, Page, PageSection
from sim.pages.page_table import PageColumn, shown_in
from sim.pages.panel import PANEL_STATES
from sim.pages.prose import paragraph
from sim.pages.report import page_of_folder, page_of_run
from sim.uncertainty.sensitivity import sensitivity
from sim.uncertainty.sensitivity_design import SensitivityDesign
from sim.uncertainty.sensitivity_folder import read_moved
from tests.pages import (
    Html,
    colors,
    contrast,
    elements,
    loaded,
    local,
    parsed,
    table_in,
    words_in,
)

MOST_BYTES = 3_000_000
DRAWN_LATER = {*PANEL_STATES, "frontier", "life"}
"""Pictures of the panel, which the model fills when it runs on the page."""
KINDS = ("comparison", "cohort", "clinics", "sensitivity")


@pytest.fixture(scope="module")
def few() -> Population:
    return Population.united_states(2010).scaled(2_000)


@pytest.fixture(scope="module")
def sensitivity_folder(tmp_path_factory: pytest.TempPathFactory, few: Population) -> Path:
    scenario = Scenario(name="moved", population=few, strategies=["usual_care", "ebrt_8gy1"])
    asked = SensitivityDesign(
        measures=("days_alive", "ranking"), people=1_000, samples=0, again=0, grades=("measured",)
    )
    folder = tmp_path_factory.mktemp("moved")
    sensitivity(scenario, asked, workers=1).write(folder)
    return folder


@pytest.fixture(scope="module")
def pages(
    thirty_nine_draws: Result, few: Population, sensitivity_folder: Path
) -> dict[str, tuple[str, Html]]:
    """A page of each kind: its text, and its tree."""
    kinds = ("consultant", "linear_accelerator", "interventional_suite", "theater", "radiopharmacy")
    rooms = {kind: Resource(machines=2, on_call=True) for kind in kinds}
    center = Center.serving("north", 2_000, {**rooms, "bed": Resource(machines=10)})
    clinics = Scenario(
        name="clinics",
        population=few,
        view="calendar",
        lookback_years=5,
        access=Clinics(centers=(center,)),
    )
    made = {
        "comparison": page_of_run(thirty_nine_draws),
        "cohort": page_of_run(Scenario(name="alone", population=few, replicates=2).run()),
        "clinics": page_of_run(clinics.run()),
        "sensitivity": page_of_folder(sensitivity_folder),
    }
    texts = {kind: page.html() for kind, page in made.items()}
    return {kind: (text, parsed(text)) for kind, text in texts.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_small_and_loads_nothing(pages: dict[str, tuple[str, Html]], kind: str) -> None:
    text, page = pages[kind]
    assert len(text.encode()) < MOST_BYTES
    assert list(loaded(page)) == []
    policy = next(m for m in elements(page, "meta") if m.get("http-equiv"))
    assert policy.get("content") == CONTENT_POLICY
    assert CONTENT_POLICY.startswith("default-src 'none'; ")
    assert "http" not in CONTENT_POLICY
    assert "connect-src" not in CONTENT_POLICY  # so that the default, none, holds


@pytest.mark.parametrize("kind", KINDS)
def test_links_lead_somewhere_and_anchors_are_unique(
    pages: dict[str, tuple[str, Html]], kind: str
) -> None:
    _, page = pages[kind]
    anchors = [str(one.get("id")) for one in page.iter() if one.get("id")]
    assert len(anchors) == len(set(anchors))
    targets_of_links = {str(a.get("href"))[1:] for a in elements(page, "a")}
    assert targets_of_links - set(anchors) == set()
    named = (str(one.get("aria-labelledby")) for one in page.iter() if one.get("aria-labelledby"))
    assert {name for names in named for name in names.split()} - set(anchors) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_headings_go_down_one_by_one(pages: dict[str, tuple[str, Html]], kind: str) -> None:
    levels = [int(local(one)[1]) for one in pages[kind][1].iter() if _is_heading(one)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(np.diff(levels)) <= 1


def _is_heading(element: Html) -> bool:
    return isinstance(element.tag, str) and re.fullmatch("h[1-6]", local(element)) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_is_told_in_words_and_numbers(
    pages: dict[str, tuple[str, Html]], kind: str
) -> None:
    pictures = elements(pages[kind][1], "svg")
    assert pictures
    for picture in pictures:
        assert picture.get("role") == "img"
        assert len(words_in(elements(picture, "title")[0])) > 10
        description = words_in(elements(picture, "desc")[0])
        if picture.get("id") in DRAWN_LATER:
            assert description == "Drawn when the model has run."
        else:
            assert re.search(r"\d", description)
        assert not [one for one in picture.iter() if one.get("fill") or one.get("style")]


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_is_missing_in_what_is_said(
    pages: dict[str, tuple[str, Html]], kind: str
) -> None:
    for element in (*elements(pages[kind][1], "p"), *elements(pages[kind][1], "desc")):
        assert not re.search(r"\b(nan|inf)\b|None(?! of)", words_in(element)), words_in(element)


def test_differences_are_those_of_the_comparison(
    pages: dict[str, tuple[str, Html]], thirty_nine_draws: Result
) -> None:
    pairs = thirty_nine_draws.compare()
    heads, rows = table_in(pages["comparison"][1], "differences-table")
    names = {"analgesia only": "analgesia_only", "RFA with cement": "rfa_cement"}
    assert {row[0] for row in rows} == names.keys()
    for row in rows:
        for place, measure in enumerate(heads[1::3]):
            name = next(m for m in pairs["measure"].unique() if words_of(m) == measure)
            mine = pairs[(pairs["measure"] == name) & (pairs["subgroup"] == "all")]
            pair = mine[mine["strategy"] == names[row[0]]].iloc[0]
            wanted = [float(pair[column]) for column in ("difference", "lo", "hi")]
            told = [float(cell) for cell in row[1 + 3 * place : 4 + 3 * place]]
            assert told == pytest.approx(wanted, abs=0.0501)


def test_means_and_main_numbers_are_those_of_the_summary(
    pages: dict[str, tuple[str, Html]], thirty_nine_draws: Result
) -> None:
    heads, rows = table_in(pages["comparison"][1], "means-table")
    delay = heads.index("days of delay")
    told = {row[0]: float(row[delay]) for row in rows}
    for words, name in {"usual care": "usual_care", "RFA with cement": "rfa_cement"}.items():
        assert told[words] == pytest.approx(thirty_nine_draws.value("delay_days", name), abs=0.0501)
    mine = thirty_nine_draws.summary
    mine = mine[mine["strategy"] == "usual_care"].set_index("measure")
    rows = table_in(pages["comparison"][1], "main-table")[1]
    said = {row[0]: row[2:5] for row in rows}
    wanted = mine.loc["new_spinal_metastasis", ["mean", "lo", "hi"]]
    assert said[words_of("new_spinal_metastasis")] == [f"{float(x):.0f}" for x in wanted]


def test_a_leader_is_named_only_where_draws_tell_it_apart(
    pages: dict[str, tuple[str, Html]], thirty_nine_draws: Result
) -> None:
    answer = next(p for p in elements(pages["comparison"][1], "p") if p.get("class") == "answer")
    known = thirty_nine_draws.compare()
    relief = known[(known["measure"] == "days_pain_below_4") & (known["subgroup"] == "all")]
    apart = relief.set_index("strategy")["lo"].gt(0.0)
    if not apart.any():
        assert "is not known" in words_in(answer)


def test_a_run_without_draws_says_what_is_not_known(few: Population) -> None:
    scenario = Scenario(
        name="two", population=few.scaled(5_000), strategies=["usual_care", "analgesia_only"]
    )
    page = parsed(page_of_run(scenario.run()).html())
    told = " ".join(words_in(p) for p in elements(page, "p"))
    assert "no draws of its uncertain numbers" in told
    assert "no order of strategies is established" in told
    assert "Not known from this run: it has no draws" in told
    assert "unbeaten in this share" not in told


def test_the_scenario_on_the_page_makes_the_same_run(
    pages: dict[str, tuple[str, Html]], thirty_nine_draws: Result
) -> None:
    listings = [words_in(one) for one in elements(pages["comparison"][1], "pre")]
    assert RERUN in listings[0]
    assert Scenario(**json.loads(listings[1])) == thirty_nine_draws.scenario
    facts = dict(table_in(pages["comparison"][1], "facts-table")[1])
    assert facts["hash of the results"] == thirty_nine_draws.run["results_hash"]


def test_every_parameter_stands_with_a_source_that_is_cited(
    pages: dict[str, tuple[str, Html]],
) -> None:
    page = pages["comparison"][1]
    rows = table_in(page, "parameters-table")[1]
    assert len(rows) == len(evidence().parameters)
    cited = {words_in(one) for one in elements(page, "dt")}
    assert {row[5] for row in rows} <= cited


def test_the_check_counts_what_is_stored(pages: dict[str, tuple[str, Html]]) -> None:
    fits = posterior_fits()
    keys = [(t, (t.name, t.stratum)) for t in targets() if t.use == "calibrate"]
    inside = [t.lower <= fits[key].mean <= t.upper for t, key in keys if key in fits]
    told = " ".join(words_in(p) for p in elements(pages["sensitivity"][1], "p"))
    assert f"fitted to {len(inside)} published outcomes" in told
    assert f"{sum(inside)} of them lie within" in told
    assert len(table_in(pages["cohort"][1], "misses-table")[1]) == inside.count(False)


def test_waits_on_the_page_are_in_the_order_of_urgency(
    pages: dict[str, tuple[str, Html]],
) -> None:
    page = pages["clinics"][1]
    rows = table_in(page, "waits-table")[1]
    assert [row[1] for row in rows if row[1] in ("emergency", "urgent", "routine")] == sorted(
        {row[1] for row in rows} - {"all"}, key=["emergency", "urgent", "routine"].index
    )
    assert "How long do people with spinal metastasis wait" in words_in(elements(page, "h1")[0])


def test_a_sensitivity_is_read_as_it_was_written(
    pages: dict[str, tuple[str, Html]], sensitivity_folder: Path
) -> None:
    found, _ = read_moved(sensitivity_folder)
    written = pd.read_csv(sensitivity_folder / "tornado.csv")
    assert list(found.tornado["parameter"]) == list(written["parameter"])
    assert [ask.measure for ask in found.wanted] == ["days_alive", "ranking"]
    first = found.of("tornado", found.wanted[0]).iloc[0]
    row = table_in(pages["sensitivity"][1], "table-of-days-alive-usual-care")[1][0]
    assert row[0].startswith(first["parameter"].partition(" | ")[0].replace("_", " "))
    assert float(row[7]) == pytest.approx(float(first["moves"]), abs=0.00501)


def test_a_number_that_moves_the_answer_is_found_and_chance_is_not(
    thirty_nine_draws: Result,
) -> None:
    draws = list(range(1, 40))
    frame = thirty_nine_draws.parameters
    assert frame is not None
    drawn = frame[frame["draw"] > 0]
    spread = drawn.groupby(["name", "stratum"], observed=True)["value"].nunique()
    name, stratum = spread[spread == len(draws)].index[0]
    mine = drawn[(drawn["name"] == name) & (drawn["stratum"] == stratum)]
    answer = np.exp(mine.sort_values("draw")["value"].to_numpy(float))
    found = rank_influence(thirty_nine_draws, answer, draws, evidence())
    assert found is not None
    assert found.numbers[0].said.startswith(name)
    assert found.numbers[0].correlation == pytest.approx(1.0)
    assert found.told[0] == found.numbers[0]
    luck = np.random.default_rng(3).normal(size=len(draws))
    chance = rank_influence(thirty_nine_draws, luck, draws, evidence())
    assert chance is not None
    assert chance.told == ()
    assert rank_influence(thirty_nine_draws, answer[:20], draws[:20], evidence()) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_shapes_stand_out_in_both_schemes(scheme: str) -> None:
    found = colors(scheme)
    text = {
        "paper": ("ink", "quiet", "link"),
        "box": ("ink", "quiet", "link"),
        "strong": ("on-strong",),
        "blue": ("on-strong",),
        "pale": ("on-pale",),
        "warm": ("on-pale",),
        "silver": ("on-pale",),
    }
    for behind, names in text.items():
        for name in names:
            assert contrast(found[name], found[behind]) >= 4.5, (name, behind)
    for name in ("strong", "blue", "ink", "gray"):
        assert contrast(found[name], found["paper"]) >= 3.0, name


def test_a_page_takes_data_and_scripts_and_has_no_trace_of_none() -> None:
    section = PageSection("a", "A", (paragraph("x"),))
    plain = Page("t", "l", "m", (section,))
    assert plain.html().count("<script") == 1
    data = {"scenario": {"name": "</script><b>", "wasm": "AGFzbQ=="}}
    page = parsed(Page("t", "l", "m", (section,), ("let a = 1 < 2;",), data).html())
    held = next(one for one in elements(page, "script") if one.get("id") == "scenario")
    assert json.loads(words_in(held)) == data["scenario"]
    assert "let a = 1 < 2;" in words_in(elements(page, "script")[-1])
    with pytest.raises(InputError, match="allowed: a script without"):
        Page("t", "l", "m", (section,), ("'</script>'",)).html()


def test_a_cell_copies_as_a_plain_number() -> None:
    column = PageColumn("days", 1)
    assert re.sub("<[^>]*>", "", str(shown_in(column, -1234567.04))) == "-1234567.0"
    assert str(shown_in(column, -0.04)) == "0.0"
    assert shown_in(column, None) == shown_in(column, float("nan")) == ""


def test_ticks_are_round_and_within() -> None:
    assert axis_ticks(-86.0, 35.1) == [-80.0, -60.0, -40.0, -20.0, 0.0, 20.0]
    assert axis_ticks(3.0, 3.0) == [3.0]


def test_the_command_writes_the_page_into_the_folder(
    written_run: tuple[Path, Result], tmp_path: Path
) -> None:
    out = tmp_path / "told.html"
    done = CliRunner().invoke(main, ["report", str(written_run[0]), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert done.output == f"Report: {out.as_posix()}\n"
    assert parsed(out.read_text(encoding="utf-8")).find("body") is not None
    assert not (written_run[0] / "report.html").exists()


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_a_run_is_refused_in_a_sentence(tmp_path: Path, there: bool) -> None:
    folder = tmp_path if there else tmp_path / "nowhere"
    done = CliRunner().invoke(main, ["report", str(folder)])
    assert done.exit_code == 2
    assert done.output.count("\n") == 1
    assert str(folder) in done.output
    assert "allowed: the folder of a run" in done.output
    assert list(tmp_path.iterdir()) == []
