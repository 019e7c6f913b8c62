"""What is read off Dagster's tables without Dagster is what Dagster itself answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterRunStatus

from uball_assets.assets.run_words import FOR_GOOD_TAG, OPEN, PARTITION_TAG, RUN_KEY_TAG
from uball_assets.automation.instance import open_instance
from uball_assets.automation.runs.notes import KeyedRun, LiveRun, RunNotes
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.automation.runs.tables import TableNotes
from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings

KEYS = ["game:g1:a:1", "game:g1:a:2", "train:b:1", "nobody's", "it's:1"]


@dg.job
def game_job() -> None: ...


@dg.asset
def training_examples() -> None: ...


@dg.asset(key_prefix="clips")
def far_left() -> None: ...


of_assets = dg.Definitions([training_examples, far_left]).resolve_implicit_global_asset_job_def()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return filled(Settings(home=tmp_path_factory.mktemp("home")))


def filled(chosen: Settings) -> Settings:
    """With runs of every status, some of them of games, under keys, or of named assets."""
    with open_instance(chosen) as instance:
        instance.add_dynamic_partitions("games", ["g2", "g1", "g's"])
        instance.add_dynamic_partitions("others", ["g3"])
        instance.delete_dynamic_partition("games", "g2")
        for status in set(DagsterRunStatus) - {DagsterRunStatus.QUEUED}:  # by a daemon alone
            tags = {PARTITION_TAG: f"of-{status.value}"} if status.value in OPEN[::2] else {}
            instance.create_run_for_job(game_job, status=status, tags=tags)
        named = [training_examples.key, far_left.key]
        instance.create_run_for_job(
            of_assets, status=DagsterRunStatus.STARTED, asset_selection=frozenset(named)
        )
        first, again, training, odd = (
            instance.create_run_for_job(game_job, tags={RUN_KEY_TAG: key}, status=DagsterRunStatus.STARTED)
            for key in ("game:g1:a:1", "game:g1:a:1", "train:b:1", "it's:1")
        )
        instance.report_run_failed(first, "its process is gone")
        instance.report_run_canceled(training)
        instance.add_run_tags(training.run_id, {FOR_GOOD_TAG: "tuned_model: over the ceiling of $50"})
        instance.create_run_for_job(game_job, tags={RUN_KEY_TAG: KEYS[1]}, status=DagsterRunStatus.SUCCESS)
        assert again.run_id != odd.run_id
    return chosen


@pytest.fixture(params=["instance", "tables"])
def notes(settings: Settings, request: pytest.FixtureRequest) -> Iterator[RunNotes]:
    if request.param == "tables":
        yield TableNotes(settings)
        return
    with open_instance(settings) as instance:
        yield InstanceNotes(instance)


def test_partitions_are_the_games_that_have_one(notes: RunNotes) -> None:
    assert notes.partitions() == {"g1", "g's"}


def test_live_are_the_runs_that_have_not_ended_with_their_games_and_assets(notes: RunNotes) -> None:
    live = notes.live_runs()
    games = [run.game_id for run in live if run.game_id]
    assert sorted(games) == ["of-CANCELING", "of-STARTING"]
    assert LiveRun(of_assets.name, frozenset({"training_examples", "clips/far_left"}), "") in live
    assert len(live) == len(OPEN) - 1 + 1 + 2


def test_keyed_are_those_of_the_keys_in_the_order_they_were_made(notes: RunNotes) -> None:
    told = [(run.key, run.status, run.for_good) for run in notes.keyed(KEYS)]
    assert told == [
        ("game:g1:a:1", "FAILURE", ""),
        ("game:g1:a:1", "STARTED", ""),
        ("train:b:1", "CANCELED", "tuned_model: over the ceiling of $50"),
        ("it's:1", "STARTED", ""),
        ("game:g1:a:2", "SUCCESS", ""),
    ]


def test_the_tables_answer_as_the_instance_to_the_fraction_of_a_second(settings: Settings) -> None:
    with open_instance(settings) as instance:
        asked = InstanceNotes(instance)
        live, keyed = asked.live_runs(), asked.keyed(KEYS)
    assert TableNotes(settings).live_runs() == live
    assert TableNotes(settings).keyed(KEYS) == keyed
    assert all(isinstance(run, KeyedRun) and run.ended_at_s > 0 for run in keyed)


def test_of_a_home_where_nothing_ran_the_tables_tell_nothing_and_write_nothing(tmp_path: Path) -> None:
    fresh = TableNotes(Settings(home=tmp_path / "home"))
    assert (fresh.partitions(), fresh.live_runs(), fresh.keyed(KEYS)) == (set(), [], [])
    assert not (tmp_path / "home").exists()


def test_tables_that_are_none_are_refused_with_what_to_do(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    runs = settings.instance_folder / "history/runs.db"
    runs.parent.mkdir(parents=True)
    runs.write_bytes(b"no database" * 100)
    with pytest.raises(Permanent, match="move it away"):
        TableNotes(settings).live_runs()
