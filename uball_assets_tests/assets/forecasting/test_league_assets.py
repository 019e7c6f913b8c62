"""The league's assets through Dagster: facts collected, features made, models trained, games to come told;
and again, where a roster changes and where nothing does.

The tests stand in the order of a day, on one league.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import dagster as dg
import pytest

from uball_assets.assets.league.run_form import pipeline_config, refresh_config
from uball_assets.domain.forecasting.tables import FORECASTS, PLAYER_FORECASTS
from uball_assets.domain.form.tables import FORM_FEATURES
from uball_assets.domain.league.rosters import Move, RosterMove
from uball_assets.domain.record import FORECASTING, Family
from uball_assets_tests.assets.forecasting.league import (
    FeedLeague,
    new_feed_league,
    played_and_to_come,
    seasons_around,
    utc_now,
)
from uball_assets_tests.league import metadata

NOW = utc_now()
FACTS = seasons_around(NOW).facts
PLAYED, COMING = played_and_to_come(FACTS, NOW)


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedLeague]:
    league = new_feed_league(tmp_path_factory.mktemp("league") / "home", FACTS)
    league.add_partitions([*PLAYED, *COMING])
    league.tell(NOW)
    yield league
    league.instance.dispose()


@pytest.fixture(scope="module")
def first(league: FeedLeague) -> dg.ExecuteInProcessResult:
    done = league.run(
        "forecast_pipeline", [*PLAYED, *COMING], **pipeline_config(history_days=400, return_predictions=True)
    )
    assert done.success
    return done


def test_one_run_makes_everything_of_every_game(league: FeedLeague, first: dg.ExecuteInProcessResult) -> None:
    assert {row["game_id"] for row in league.rows(FORM_FEATURES)} >= {*PLAYED, *COMING}
    keys = {event.asset_key for event in first.get_asset_materialization_events()}
    assert {key.to_user_string() for key in keys if key} == {
        *("results", "box_score", "form_features", "forecasts"),
        *("outcome_model", "player_model", "forecast_endpoint"),
    }
    ended = [event.step_key for event in first.all_events if event.is_step_success]
    assert ended.index("forecasts") > ended.index("forecast_endpoint"), "by the model that serves now"


def test_the_first_models_serve_at_once_and_say_why(
    league: FeedLeague, first: dg.ExecuteInProcessResult
) -> None:
    for family in FORECASTING:
        [model] = league.entries(family, "models")
        assert (model["how"], model["parent"]) == ("from scratch", None)
        assert str(league.entries(family, "routes")[-1]["routes"][0]["model"]) == model["name"]
    shown = metadata(first, "forecast_endpoint")
    assert shown["outcome/decision"] == "outcome-model-v1 serves: it is the first model"


def test_every_game_to_come_is_told_and_none_that_was_played(
    league: FeedLeague, first: dg.ExecuteInProcessResult
) -> None:
    rows = league.rows(FORECASTS)
    assert {row["game_id"] for row in rows} == set(COMING)
    assert all(row["made_at"] < row["tip_off"] and row["because"] == "the game is new" for row in rows)
    assert {row["game_id"] for row in league.rows(PLAYER_FORECASTS)} == set(COMING)
    told = metadata(first, "forecasts")
    assert {one["game_id"] for one in told["predictions"]} == set(COMING)
    assert (told["to_come"], told["made"]) == (len(COMING), len(COMING))


def test_the_models_page_has_its_pictures_and_its_baselines(first: dg.ExecuteInProcessResult) -> None:
    shown = metadata(first, "outcome_model")
    for picture in ("calibration", "losses", "importance"):
        assert "data:image/jpeg" in shown[picture]
    assert all(len(name) <= 25 for name in shown), "a longer key cuts tables off"
    who = [record.data["who"] for record in shown["candidates"].records]
    assert "Elo (baseline)" in who


def test_a_refresh_of_which_nothing_is_new_makes_nothing(league: FeedLeague) -> None:
    before = league.rows(FORECASTS)
    again = league.run("quick_refresh", COMING, **refresh_config())
    assert again.success
    assert metadata(again, "forecasts")["made"] == 0
    assert league.rows(FORECASTS) == before


def test_a_player_who_is_hurt_has_his_teams_games_told_anew(league: FeedLeague) -> None:
    first_game = min(league.rows(FORECASTS), key=lambda row: row["tip_off"])
    out = _out(first_game["home_team"], utc_now() - timedelta(seconds=1))
    changed = replace(league, facts=replace(FACTS, roster_moves=(*FACTS.roster_moves, out)))
    changed.tell(utc_now())
    done = league.run("quick_refresh", COMING)
    assert done.success
    newest = {row["game_id"]: row for row in sorted(league.rows(FORECASTS), key=lambda row: row["made_at"])}
    assert newest[first_game["game_id"]]["because"] == "a roster changed"
    assert metadata(done, "forecasts")["made"] >= 1


def test_a_pipeline_that_is_not_to_train_says_so(league: FeedLeague) -> None:
    done = league.run("forecast_pipeline", COMING, **pipeline_config(train_model=False))
    assert done.success
    assert metadata(done, "outcome_model")["trained_now"] is False
    assert len(league.entries(Family.OUTCOME, "models")) == 1


def _out(team_id: str, at: datetime) -> RosterMove:
    """The best known player of a team cannot play."""
    joined = {
        move.player_id: move
        for move in FACTS.roster_moves
        if move.team_id == team_id and move.move is Move.JOINED
    }
    points = {
        player: sum(line.counts.points for line in FACTS.player_lines if line.player_id == player)
        for player in joined
    }
    best = max(points, key=lambda player: points[player])
    return replace(joined[best], move=Move.OUT, moved_at=at, known_at=at)
