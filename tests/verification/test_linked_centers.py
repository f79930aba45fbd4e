"""Several centers, replicates and years: what may influence what, and that nobody is lost.

Room: clinics.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from sim import Center, Clinics, Demand, Outage, Population, Resource, Result, Scenario
from sim.clinics import candidates, engine
from sim.clinics.engine import ClinicBlock, live_centers
from sim.clinics.log import TREATED, ClinicLog
from sim.clinics.people import Treated
from sim.clinics.plan import Access
from sim.counting.counts import Count
from sim.counting.tally import Window
from sim.engine.lives import Lives
from sim.engine.loop import DEATH, live_on
from sim.engine.model import build_model
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import DAYS_PER_YEAR
from sim.inputs.catalog import strategy
from sim.inputs.diagnosed import plan_people
from sim.life.hazards import NEVER
from sim.tables.text import summary_text
from tests.clinics import OPENING, ROUNDING, run_with_logs
from tests.simplified import Records, assert_share
from tests.verification.test_shared_pasts import LIVED

WEEK_OF_OTHERS = (Demand(per_week=8, minutes=180),)
FAILS = Outage(starts=OPENING.replace(month=5), days=20)


def machines(n: int = 1, **fields: Any) -> dict[str, Resource]:
    """A small hospital's: others come to its accelerator, which fails once."""
    one = Resource(machines=n, on_call=True)
    linac = Resource(machines=n, on_call=True, others=WEEK_OF_OTHERS, outages=(FAILS,))
    return {
        "linear_accelerator": linac,
        "interventional_suite": one,
        "theater": one,
        "radiopharmacy": one,
        "consultant": one,
        "bed": Resource(machines=3),
        **fields,
    }


def without(own: dict[str, Resource], name: str) -> dict[str, Resource]:
    return {kind: resource for kind, resource in own.items() if kind != name}


def two(first: Center | None = None, second: Center | None = None, **fields: Any) -> Clinics:
    """A center with three quarters of the population, and one with the rest."""
    a = first or Center(name="a", catchment=3, resources=machines())
    b = second or Center(name="b", catchment=1, resources=machines())
    return Clinics(centers=(a, b), **{"warm_up_years": 1, "follow_up_years": 1, **fields})


def scenario(access: Clinics | None, **options: Any) -> Scenario:
    fields: dict[str, Any] = {
        "population": Population.united_states(2010).scaled(2_500),
        "years": (2010, 2011),
        "lookback_years": 4,
        "view": "calendar",
        "strategies": ["usual_care", "surgery_rt"],
        "seed": 3,
    }
    return Scenario(name="linked", access=access, **(fields | options))


def lives_of_run(of: Scenario, n_years: int = 2) -> tuple[Lives, Access]:
    """What the engine gets of a scenario."""
    values = evidence().point
    model = build_model(
        plan_people(of, values),
        of.strategies,
        values,
        treatments=of.treatments,
        knobs=of.common_knobs(),
        seed=of.seed,
    )
    lives = Lives(model, Window(of.years[0], n_years, *of.years))
    assert of.access is not None
    return lives, Access.of(of.access, of.treatments, of.years)


def block_of(access: Clinics, **options: Any) -> ClinicBlock:
    """Everybody whom the clinics may concern, all groups of centers one after the other."""
    lives, its = lives_of_run(scenario(access, **options))
    return live_centers(lives, its, access.linked(), candidates.find_candidates(lives, its, 1)[2])


@pytest.fixture(scope="module")
def ran() -> tuple[Result, list[ClinicLog]]:
    return run_with_logs(scenario(two()))


def at(table: Records, center: int) -> Records:
    return table[table["center"] == center]


def assert_same_tables(here: Result, there: Result) -> None:
    """Everything but how long it took."""
    assert here.run["results_hash"] == there.run["results_hash"]
    for name in ("waits", "lines", "queues", "case_counts", "delays", "outcomes", "summary"):
        pd.testing.assert_frame_equal(getattr(here, name), getattr(there, name), check_exact=True)


def test_centers_that_are_not_linked_do_not_influence_each_other() -> None:
    """What the second has changes no bit of what is written down at the first."""
    plain = block_of(two())
    richer = machines(4, linear_accelerator=Resource(machines=2, notice_days=3))
    other = block_of(two(second=Center(name="b", catchment=1, resources=richer)))
    changed = 0
    for here, there in zip(plain.logs, other.logs, strict=True):
        for table in ("waits", "months", "lines", "referred"):
            np.testing.assert_array_equal(at(getattr(here, table), 0), at(getattr(there, table), 0))
            assert len(at(getattr(here, table), 0)) > 0
        changed += len(at(here.waits, 1)) != len(at(there.waits, 1))
    assert changed


def test_linked_centers_do_influence_each_other() -> None:
    def clinics(theaters: int) -> Clinics:
        own = without(machines(), "theater")
        senders = {"theater": "b"}
        rooms = Resource(machines=theaters, closes=14, weekdays=("monday",))
        return two(
            Center(name="a", catchment=3, resources=own, sends_to=senders),
            Center(name="b", catchment=1, resources=machines(theater=rooms)),
        )

    waited = []
    for n in (1, 9):
        access = clinics(n)
        waits = at(block_of(access).logs[1].waits, 0)
        waits = waits[waits["resource"] == access.resource_names().index("theater")]
        waited.append(np.mean(waits["ended"] - waits["asked"]))
    assert waited[0] > waited[1] + 1.0


def test_workers_and_batches_change_nothing(
    ran: tuple[Result, list[ClinicLog]], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = ran[0]
    assert_same_tables(scenario(two()).run(workers=2), plain)
    monkeypatch.setattr(candidates, "_MOST_KEPT", 1)
    lives, access = lives_of_run(scenario(two()))
    parts = candidates.batches(access, candidates.find_candidates(lives, access, 1)[2])
    assert [groups for groups, _ in parts] == [[("a",)], [("b",)]]
    assert_same_tables(scenario(two()).run(workers=1), plain)
    assert_same_tables(scenario(two()).run(workers=2), plain)


def test_blocks_of_any_size_give_the_same(
    ran: tuple[Result, list[ClinicLog]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "BLOCK", 357)
    assert_same_tables(scenario(two()).run(workers=1), ran[0])


def test_everybody_belongs_to_one_center_by_the_shares_of_the_catchments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lives, access = lives_of_run(scenario(two()))
    found = candidates.find_candidates(lives, access, 2)[2]
    assert len({(group, index) for group, index, _ in found.tolist()}) == len(found) > 300
    assert_share(float(np.mean(found[:, 2] == 0)), 0.75, len(found))
    monkeypatch.setattr(candidates, "_MOST_KEPT", 1)
    parts = [people for _, people in candidates.batches(access, found)]
    assert [set(people[:, 2].tolist()) for people in parts] == [{0}, {1}]
    assert sorted(np.concatenate(parts).tolist()) == sorted(found.tolist())


def test_where_the_others_belong_changes_nobodys_center() -> None:
    """Other people, or a third center without anybody, leave everybody where they are."""
    lives, access = lives_of_run(scenario(two()))
    found = candidates.find_candidates(lives, access, 1)[2]
    tiny = Center(name="c", catchment=1e-9, resources=machines())
    three = two().model_copy(update={"centers": (*two().centers, tiny)})
    again = candidates.find_candidates(*lives_of_run(scenario(three)), 1)[2]
    np.testing.assert_array_equal(found, again)


def test_sending_takes_its_days_and_the_machines_of_the_other_center() -> None:
    """With so many rooms that nobody waits in line for them."""
    plenty = Resource.never_closing(40)
    for transfer_days in (0.0, 3.0):
        clinics = two(
            Center(
                name="a",
                catchment=3,
                resources=without(machines(), "theater"),
                sends_to={"theater": "b"},
                transfer_days=transfer_days,
                emergency_transfer_days=transfer_days,
            ),
            Center(name="b", catchment=1, resources=machines(theater=plenty, bed=plenty)),
        )
        log = block_of(clinics).logs[1]
        theater = clinics.resource_names().index("theater")
        waits = log.waits[(log.waits["resource"] == theater) & (log.waits["outcome"] == TREATED)]
        sent, own = at(waits, 0), at(waits, 1)
        assert min(len(sent), len(own)) > 5
        assert (sent["sent"] == 1).all()
        assert (own["sent"] == 0).all()
        days = sent["ended"] - sent["asked"] - transfer_days
        planned = np.where(sent["priority"] == 0, 0.2, 2.0)
        np.testing.assert_allclose(days, planned, atol=300.0 / 1_440.0 + ROUNDING)
        assert (days >= planned - ROUNDING).all()
        # The line is at the other center, and all that is used there are their operations.
        lines = log.lines[log.lines["resource"] == theater]
        assert lines["center"].tolist() == [1]
        months = log.months[log.months["resource"] == theater]
        during = waits["ended"] < DAYS_PER_YEAR * 4 - 31.0
        used = months["used_minutes"].sum()
        assert used >= waits["minutes"][during].sum() - ROUNDING
        assert used <= waits["minutes"].sum() + ROUNDING


def test_other_patients_are_the_same_under_every_strategy() -> None:
    """The same people on the same days; only how long they wait differs."""
    leaves = Demand(per_week=9, minutes=90, spread="exponential", patience_days=5)
    block = block_of(two(Center(name="a", resources=machines(theater=Resource(
        machines=1, others=(leaves,)
    )))), strategies=["usual_care", "surgery_rt", "none"])  # fmt: skip
    columns = ["center", "resource", "asked", "minutes"]
    waited = []
    for log in block.logs:
        others = np.sort(log.waits[log.waits["other"] == 1], order=("asked", "resource"))
        waited.append(others)
    for others in waited[1:]:
        for column in columns:
            np.testing.assert_array_equal(others[column], waited[0][column])
    assert (waited[0]["ended"] != waited[2]["ended"]).any()


@pytest.mark.parametrize("name", ["usual_care", "surgery_rt"])
def test_what_joins_a_line_is_what_leaves_it_and_waits_there_by_littles_law(
    ran: tuple[Result, list[ClinicLog]], name: str
) -> None:
    lines = ran[0].lines
    assert lines is not None
    mine = lines[lines["strategy"] == name]
    assert (mine["resource"] != "bed").sum() == 10
    assert (mine["littles_law_gap_days"].abs() < ROUNDING).all()
    assert mine["queue_mean"].max() > 0.0
    log = ran[1][["usual_care", "surgery_rt"].index(name)]
    assert (log.lines["waiting_at_end"] == 0).all()


def test_nobody_is_lost_and_everybody_dies_once() -> None:
    """Over all years, as many deaths as diagnoses, under each strategy, in clinics for a decade."""
    of = scenario(two(), strategies=["usual_care", "surgery_rt", "none"])
    lives, access = lives_of_run(of, n_years=150)
    lives = replace(lives, window=Window(2000, 150, 2010, 2011))
    tally, _, found = candidates.find_candidates(lives, access, 1)
    tally.add(live_centers(lives, access, two().linked(), found).tally)
    counts = tally.counts.sum(axis=(2, 3, 4, 5))
    causes = [Count.labeled(f"{cause}_deaths") for cause in ("cancer", "other", "procedure")]
    for code in range(3):
        deaths = counts[code, causes].sum()
        assert counts[code, Count.labeled("new_cancers")] == lives.model.people == deaths
    assert (counts[:, Count.labeled("procedure_deaths")] > 0).any()
    published = of.with_options(access=None).run(workers=1)
    finite = of.run(workers=1)
    # Dissemination is before all care; a metastasis of the skeleton may follow care of soft tissue.
    for name in ("new_cancers", "new_dissemination"):
        assert finite.value(name) == published.value(name)


def live_as_published(self: Treated) -> None:
    """Everybody of the clinics, as if waits were as published throughout."""
    for row in self.rows:
        model, published = self.model, self.model.care(self.strategy)
        live_on(self.people, row, model.cancers, model.worlds, published, DEATH, NEVER)


def lived_in(of: Scenario) -> tuple[Result, Records]:
    """A run, and the records of all who came near the clinics, a column a strategy."""
    kept: list[Records] = []
    count_block = engine.count_block

    def keep(people: Records, *rest: Any) -> None:
        if len(people):  # To warm up, nobody is lived.
            kept.append(people.copy())
        count_block(people, *rest)

    with patch.object(engine, "count_block", keep):
        result = of.run(workers=1)
    return result, np.concatenate(kept)


def test_published_waits_hold_before_the_clinics_open_and_after_they_close() -> None:
    """Whose care was all before or after has the same life, to the bit; others have not."""
    sound = {"linear_accelerator": Resource(machines=1, on_call=True, others=WEEK_OF_OTHERS)}
    clinics = two(
        Center(name="a", catchment=3, resources=machines(**sound)),
        Center(name="b", catchment=1, resources=machines(**sound)),
        warm_up_years=0,
        follow_up_years=0,
    )
    finite = scenario(clinics, years=(2011, 2011))
    with patch.object(Treated, "live", live_as_published):
        result, there = lived_in(finite)
    # Gathered, cut at the opening and counted: but for the waits it is the published run.
    published = finite.with_options(access=None).run(workers=1)
    assert result.run["results_hash"] == published.run["results_hash"]
    pd.testing.assert_frame_equal(result.case_counts, published.case_counts, check_exact=True)
    of_clinics = result.delays["measure"].str.endswith("_of_first_referred_days")
    delays = result.delays[~of_clinics]
    pd.testing.assert_frame_equal(delays, published.delays, check_exact=True)

    _, here = lived_in(finite)
    opening = (2011.0 - there["diagnosis_year"]) * DAYS_PER_YEAR
    closing = opening + DAYS_PER_YEAR
    used = np.arange(there["episode_day"].shape[-1]) < there["n_episodes"][..., None]
    # Who was referred before may be decided on, and ask for a course, once they are open.
    may_ask = (there["episode_day"] >= opening[..., None] - 90.0) & used
    may_ask &= there["episode_day"] < closing[..., None]
    apart = ~may_ask.any(axis=-1)
    before = apart & ((there["episode_day"] < opening[..., None]) & used).any(axis=-1)
    after = apart & ((there["episode_day"] >= closing[..., None]) & used).any(axis=-1)
    assert before.sum() > 10
    assert after.sum() > 10
    for field in LIVED:
        np.testing.assert_array_equal(here[field][apart], there[field][apart], err_msg=field)
    inside = here["fingerprint"][~apart] != there["fingerprint"][~apart]
    assert inside.mean() > 0.5


def test_delays_of_the_first_referred_are_those_of_the_same_people_under_every_strategy() -> None:
    """Whose first trigger under the reference came on or due therapy, with their own pauses."""
    kept: list[Records] = []
    count_block = engine.count_block

    def keep(people: Records, *rest: Any) -> None:
        kept.append(people.copy())
        count_block(people, *rest)

    with patch.object(engine, "count_block", keep):
        sooner = strategy("surgery_rt", referral_ratio=4.0)
        logs = block_of(two(), strategies=["usual_care", sooner]).logs
    people = kept[0]
    reference = people[:, 0]
    chosen = (reference["first_trigger_day"] < NEVER) & (reference["therapy_at_trigger"] == 1)
    opening = (2009.0 - reference["diagnosis_year"]) * DAYS_PER_YEAR
    for column, log in enumerate(logs):
        assert len(log.referred) == chosen.sum() > 20
        day = (reference["first_trigger_day"] - opening)[chosen]
        np.testing.assert_allclose(log.referred["day"], day, atol=ROUNDING)
        for field in ("paused_days", "delay_days"):
            np.testing.assert_array_equal(log.referred[field], people[field][chosen, column])
    assert (logs[0].referred["delay_days"] != logs[1].referred["delay_days"]).any()


def test_a_replicate_is_the_same_however_many_there_are() -> None:
    three, two_of_them = (
        scenario(two(), replicates=n, population=Population.united_states(2010).scaled(600)).run(
            workers=n - 1
        )
        for n in (3, 2)
    )
    for name in ("waits", "lines", "queues", "outcomes", "case_counts", "delays"):
        mine: pd.DataFrame = getattr(three, name)
        mine = mine[mine["replicate"] < 2].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, getattr(two_of_them, name), check_exact=True)
    assert three.waits is not None
    for who in ("spinal", "others"):
        mine = three.waits[(three.waits["who"] == who) & (three.waits["resource"] != "consultant")]
        asked = mine.groupby("replicate")[["asked", "mean_days"]].mean()
        assert (asked.nunique() == 3).all()


@pytest.mark.parametrize(
    ("precision", "lived", "said"),
    [
        (0.95, 5, "5 replicates were lived to know the mean wait within 95%."),
        (0.001, 6, "6 replicates, as many as allowed, do not give the mean wait within 0.1%."),
        (None, 6, ""),
    ],
)
def test_replicates_end_once_the_mean_wait_is_known_well_enough(
    precision: float | None, lived: int, said: str
) -> None:
    population = Population.united_states(2010).scaled(800)
    of = scenario(
        two(precision=precision), replicates=6, population=population, strategies=["usual_care"]
    )
    result = of.run(workers=1)
    assert result.run["scenario"]["replicates"] == lived
    assert result.outcomes["replicate"].max() == lived - 1
    assert result.waits is not None
    assert result.waits["replicate"].nunique() == lived
    assert result.run["lives"] == lived * plan_people(of, evidence().point).people
    text = summary_text(result)
    assert said in text
    assert ("replicates were lived" in text or "as many as allowed" in text) == bool(said)
