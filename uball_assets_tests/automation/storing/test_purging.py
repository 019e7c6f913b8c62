"""Old runs leave Dagster, and no page tells anything else of a game than before."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner

from uball_assets.automation.instance import open_instance
from uball_assets.automation.storing.purging import Purge, carry_out, plan_purge
from uball_assets.cli import main
from uball_assets.domain.operating.purging import Keep
from uball_assets.resources import record
from uball_assets.settings import Settings
from uball_assets_tests.app.api.dagster_here import add_backfill, add_run
from uball_assets_tests.automation.storing.worked_home import told_of_games, work

YEARS_S = 3000 * 86_400.0
KEEP = Keep(runs_days=100, runs=10_000, ticks_days=10, ticks=2)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    home = tmp_path_factory.mktemp("worked")
    with open_instance(Settings(home=home)) as instance:
        return home, work(instance)


@pytest.fixture
def league(worked: tuple[Path, dict[str, str]], tmp_path: Path) -> Settings:
    shutil.copytree(worked[0], tmp_path / "home")
    return Settings(home=tmp_path / "home")


@pytest.fixture
def done(worked: tuple[Path, dict[str, str]]) -> dict[str, str]:
    return worked[1]


@pytest.fixture
def instance(league: Settings) -> Iterator[dg.DagsterInstance]:
    with open_instance(league) as opened:
        yield opened


def later(league: Settings, instance: dg.DagsterInstance, keep: Keep = KEEP) -> Purge:
    """What would leave in years."""
    return plan_purge(instance, record(league), keep, time.time() + YEARS_S)


def purge(league: Settings, instance: dg.DagsterInstance, keep: Keep = KEEP) -> Purge:
    found = later(league, instance, keep)
    carry_out(instance, found, lambda _: None)
    return found


def names(found: Purge, done: dict[str, str]) -> set[str]:
    return {name for name, run_id in done.items() if run_id in found.runs}


def test_what_is_replaced_leaves_and_every_page_tells_of_the_games_what_it_told(
    league: Settings, instance: dg.DagsterInstance, done: dict[str, str]
) -> None:
    before = told_of_games(instance)
    found = purge(league, instance)
    assert names(found, done) == {"first of g1", "third of g1"}
    assert told_of_games(instance) == before
    assert before["failed"] == {"raw": ["g3"], "clips": ["g3"]}
    assert {run_id for run_id in done.values() if instance.get_run_by_id(run_id)} == set(done.values()) - set(
        found.runs
    )


def test_the_run_that_another_one_repeats_stays_with_it(
    league: Settings, instance: dg.DagsterInstance, done: dict[str, str]
) -> None:
    found = purge(league, instance)
    assert found.kept == {
        "it holds the newest event of a game or an asset": 5,
        "a run that stays repeats it": 1,
    }
    assert instance.get_run_by_id(done["second of g1, repeated by the fourth"])


def test_a_run_leaves_with_its_events_verdicts_tags_and_files_and_nothing_else_does(
    league: Settings, instance: dg.DagsterInstance, done: dict[str, str]
) -> None:
    gone, folder = done["first of g1"], league.instance_folder
    assert (folder / "history" / "runs" / f"{gone}.db").exists()
    (folder / "compute_logs" / gone / "compute_logs").mkdir(parents=True, exist_ok=True)
    (folder / "compute_logs" / gone / "compute_logs" / "x.out").write_text("said")
    kept = instance.all_logs(done["fourth of g1"])
    found = purge(league, instance)
    assert found.files_bytes > 100_000
    assert not [path for path in folder.rglob("*") if gone in path.name]
    assert gone not in (folder / "history" / "runs" / "index.db").read_text(
        errors="replace"
    ) or not instance.all_logs(gone)
    assert instance.all_logs(done["fourth of g1"]) == kept


def test_repeated_it_finds_nothing_more(league: Settings, instance: dg.DagsterInstance) -> None:
    purge(league, instance)
    again = purge(league, instance)
    assert (again.runs, again.backfills, again.ticks) == ((), (), ())


def test_young_runs_stay_and_beyond_a_count_the_oldest_leave(
    league: Settings, instance: dg.DagsterInstance, done: dict[str, str]
) -> None:
    young = plan_purge(instance, record(league), KEEP)
    assert (young.runs, young.backfills, young.ticks) == ((), (), ())
    few = plan_purge(instance, record(league), Keep(100, 6, 10, 2))
    assert names(few, done) == {"first of g1"}


def test_open_runs_those_they_repeat_and_those_of_an_open_backfill_stay(
    league: Settings, instance: dg.DagsterInstance, done: dict[str, str]
) -> None:
    first, third = done["first of g1"], done["third of g1"]
    add_backfill(instance, "REQUESTED", backfill_id="goes_on", assets=["raw"])
    instance.add_run_tags(third, {"dagster/backfill": "goes_on"})
    going = add_run(instance, "STARTED", tags={"dagster/parent_run_id": first})
    found = purge(league, instance)
    assert found.runs == ()
    assert instance.get_run_by_id(going)
    assert found.backfills == ("done",)
    assert instance.get_backfill("goes_on")


def test_a_run_that_is_repeated_after_the_plan_was_made_is_left_alone(
    league: Settings, instance: dg.DagsterInstance, done: dict[str, str]
) -> None:
    found = later(league, instance)
    add_run(instance, "STARTED", tags={"dagster/root_run_id": done["first of g1"]})
    carry_out(instance, found, lambda _: None)
    assert instance.get_run_by_id(done["first of g1"])
    assert instance.get_run_by_id(done["third of g1"]) is None


def test_the_run_of_an_attempt_whose_outcome_is_not_recorded_stays(
    league: Settings, instance: dg.DagsterInstance, done: dict[str, str]
) -> None:
    key = "game:g1:a:1"
    asked = {
        "what": "game",
        "target": "g1",
        "target_hash": "g1:a",
        "attempt": 1,
        "run_key": key,
        "reason": "new",
    }
    record(league).append("attempts", asked, key=key)
    assert names(later(league, instance), done) == {"first of g1"}
    outcomes = [{"run_key": key, "outcome": "succeeded", "at_s": 1.0}]
    record(league).append("attempt_outcomes", {"outcomes": outcomes}, key="o")
    assert names(later(league, instance), done) == {"first of g1", "third of g1"}


def test_a_backfill_stays_as_long_as_one_of_its_runs(
    league: Settings, instance: dg.DagsterInstance, done: dict[str, str]
) -> None:
    instance.add_run_tags(done["only one of g2"], {"dagster/backfill": "done"})
    assert purge(league, instance).backfills == ()
    assert instance.get_backfill("done")


def test_the_newest_ticks_stay(league: Settings, instance: dg.DagsterInstance) -> None:
    assert len(purge(league, instance).ticks) == 3
    storage = instance.schedule_storage
    assert storage
    [state] = storage.all_instigator_state()
    ticks = storage.get_ticks(state.instigator_origin_id, state.selector_id)
    assert [tick.tick_data.skip_reason for tick in ticks] == ["look 4", "look 3"]


def test_a_purge_killed_in_the_middle_is_finished_by_the_next(
    league: Settings, instance: dg.DagsterInstance, done: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from uball_assets.automation.storing import purging

    before = told_of_games(instance)
    with monkeypatch.context() as patch:
        patch.setattr(purging, "_places", lambda *_: 1 / 0)
        found = Purge(9, tuple(done[name] for name in ("first of g1", "third of g1")), {}, (), (), 0)
        with pytest.raises(ZeroDivisionError):
            carry_out(instance, found, lambda _: None)
    assert instance.get_run_by_id(done["first of g1"])
    assert set(purge(league, instance).runs) == {done["first of g1"], done["third of g1"]}
    assert instance.get_run_by_id(done["first of g1"]) is None
    assert told_of_games(instance) == before


def test_the_command_says_first_and_does_then(
    league: Settings, done: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UBALL_HOME", str(league.home))
    dry = CliRunner().invoke(main, ["instance", "purge", "--keep", "6", "--dry-run"])
    assert dry.output.startswith("1 of 8 ended runs would leave, with "), dry.output
    told = CliRunner().invoke(main, ["instance", "purge", "--keep", "6", "--json"])
    assert json.loads(told.stdout)["runs"] == [done["first of g1"]]
    shown = CliRunner().invoke(main, ["instance", "show", "--json"])
    assert json.loads(shown.stdout)["counts"]["runs"] == 7
