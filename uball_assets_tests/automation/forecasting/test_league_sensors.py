"""The league's sensors, tick by tick: what is due is started once, and every other tick says why not.

The tests stand in the order of a league's first days, on one league.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import pytest

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.pauses import pause, resume
from uball_assets.adapters.record.training_requests import ask_for_training
from uball_assets.automation.forecasting.situation import newest_of
from uball_assets.domain.forecasting.tables import FORECASTS
from uball_assets.domain.record import Family
from uball_assets.services.forecasting.operating.answering import serving_of
from uball_assets_tests.assets.forecasting.league import (
    FeedLeague,
    new_feed_league,
    played_and_to_come,
    seasons_around,
    utc_now,
)

NOW = utc_now()
FACTS = seasons_around(NOW, games=24, to_come=3).facts
PLAYED, COMING = played_and_to_come(FACTS, NOW)


@dataclass
class Daemon:
    """Its part: keeps cursors, adds partitions, makes runs of requests."""

    league: FeedLeague
    cursors: dict[str, str | None] = field(default_factory=dict)
    requests: list[dg.RunRequest] = field(default_factory=list)

    def tick(self, name: str) -> str:
        """What it says when it starts nothing, else ''."""
        league = self.league
        context = dg.build_sensor_context(
            instance=league.instance,
            cursor=self.cursors.get(name),
            definitions=league.defs,
            resources=league.resources.by_name(),
        )
        sensor = next(one for one in league.defs.sensors or () if one.name == name)
        result: Any = sensor(context)
        for asked in result.dynamic_partitions_requests or ():
            league.add_partitions(asked.partition_keys)
        self.cursors[name] = result.cursor
        self.requests = list(result.run_requests or ())
        return str(result.skip_reason.skip_message if result.skip_reason else "")

    def run(self, job: str) -> dg.ExecuteInProcessResult:
        [request] = self.requests
        tags = {**request.tags, "dagster/run_key": request.run_key or ""}
        return self.league.defs.resolve_job_def(job).execute_in_process(
            instance=self.league.instance, tags=tags, raise_on_error=False
        )


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    league = new_feed_league(tmp_path_factory.mktemp("league") / "home", FACTS)
    yield Daemon(league)
    league.instance.dispose()


def test_without_a_source_that_tells_a_game_nothing_starts(daemon: Daemon) -> None:
    assert "cannot look at the league" in daemon.tick("fixtures_sensor")
    assert daemon.tick("forecast_retrain_sensor") == "waiting: 0 games with a result"


def test_the_first_game_that_a_source_tells_starts_a_collection_of_all(daemon: Daemon) -> None:
    daemon.league.tell(NOW)
    assert daemon.tick("fixtures_sensor") == ""
    assert daemon.run("quick_refresh").success
    assert "played games without features (fixtures_sensor)" in daemon.tick("forecast_retrain_sensor")
    assert daemon.tick("fixtures_sensor") == ""  # nothing was kept of that tick: the next asks for the same
    assert daemon.requests[0].tags["refresh/reason"].endswith("without features")


def test_every_game_then_becomes_a_partition_and_one_run_makes_their_features(daemon: Daemon) -> None:
    assert daemon.tick("fixtures_sensor") == ""
    keys = daemon.league.instance.get_dynamic_partitions("fixtures")
    assert set(keys) >= {*PLAYED, *COMING}
    [request] = daemon.requests
    ends = [request.tags[f"dagster/asset_partition_range_{end}"] for end in ("start", "end")]
    assert {keys.index(end) for end in ends} <= {0, 1, len(keys) - 1}
    assert "without features" in request.tags["refresh/reason"]
    assert daemon.run("quick_refresh").success


def test_of_many_new_games_the_newest_come_first_and_never_more_than_one_run_is_to_enter() -> None:
    keys = [f"g{number}" for number in range(10)]
    due = {"g1", "g2", "g6", "g7"}
    assert newest_of(keys, due, 4) == ["g6", "g7"]
    assert newest_of(keys, due - {"g6", "g7"}, 4) == ["g1", "g2"]
    assert newest_of(keys, due, 100) == ["g1", "g2", "g6", "g7"]
    assert newest_of(keys, set(), 4) == []


def test_then_it_is_quiet_and_says_when_it_looks_again(daemon: Daemon) -> None:
    assert "up to date:" in daemon.tick("fixtures_sensor")
    assert "the next look at the sources in 5" in daemon.tick("fixtures_sensor")


def test_results_make_the_first_models_due_and_they_tell_the_games_to_come(daemon: Daemon) -> None:
    assert daemon.tick("forecast_retrain_sensor") == ""
    [request] = daemon.requests
    assert request.tags["train/reason"].startswith("due: the first model")
    assert daemon.run("forecast_pipeline").success
    assert {row["game_id"] for row in daemon.league.rows(FORECASTS)} == set(COMING)
    assert daemon.tick("forecast_retrain_sensor").startswith("outcome: up to date: outcome-model-v1")
    assert "up to date" in daemon.tick("fixtures_sensor")


def test_in_a_pause_a_training_that_a_person_asks_for_waits(daemon: Daemon) -> None:
    registry = daemon.league.resources.registry
    ask_for_training(of_family(registry, Family.OUTCOME), "ann", "new rosters", from_base=True)
    pause(registry, "ann", "the finals", None)
    assert "paused by ann" in daemon.tick("forecast_retrain_sensor")
    resume(registry, "ann", "over")
    assert daemon.tick("forecast_retrain_sensor") == ""
    assert daemon.run("forecast_pipeline").success
    assert [model["how"] for model in daemon.league.entries(Family.OUTCOME, "models")] == [
        "from scratch",
        "from scratch",
    ]


def test_a_change_of_who_serves_has_the_games_told_anew(daemon: Daemon) -> None:
    resources = daemon.league.resources
    serving = serving_of(Family.OUTCOME, resources.registry, resources.training, resources.model_endpoint)
    [first, _] = serving.registry.entries("models")
    serving.rollback(first, "ann", "a look")
    assert daemon.tick("fixtures_sensor") == ""
    assert "changed since forecasts were made" in daemon.requests[0].tags["refresh/reason"]
    assert daemon.run("quick_refresh").success
    newest = max(daemon.league.rows(FORECASTS), key=lambda row: row["made_at"])
    assert newest["model"] == first["name"]
    assert "up to date" in daemon.tick("fixtures_sensor")
