"""How forecasts did: one game's, and many together."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from uball_assets.domain.forecasting.forecast import GameForecast, Interval, PlayerForecast
from uball_assets.domain.forecasting.kept.scored import (
    Record,
    base_rate_losses,
    home_chances,
    last_before,
    score_game,
    score_players,
    used,
)
from uball_assets.domain.forecasting.made import ForecastScore, MadeForecast, MadePlayerForecast, Making
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import Counts
from uball_assets.domain.record import Family

TIP_OFF = datetime(2026, 3, 7, 18, tzinfo=UTC)
FINAL = Fixture("g1", "2025-26", Phase.SEASON, TIP_OFF, "red", "blue", Status.FINAL, 90, 80, TIP_OFF)
MAKING = Making("g1", TIP_OFF, "red", "blue", "v1", TIP_OFF - timedelta(hours=5), True, "h", "new")
GAME = MadeForecast(MAKING, GameForecast(0.7, Interval(88, 80, 95), Interval(70, 60, 78), ()))


def test_a_game_is_scored_on_the_winner_and_on_both_scores() -> None:
    score = score_game(GAME, FINAL)
    assert score
    assert (score.chance, score.is_right) == (0.7, True)
    assert score.log_loss == pytest.approx(-math.log(0.7))
    assert score.points_error == pytest.approx((2 + 10) / 2)
    assert (score.intervals, score.covered) == (2, 1)


def test_the_away_teams_win_is_scored_by_its_own_chance() -> None:
    score = score_game(GAME, replace(FINAL, home_points=70))
    assert score
    assert score.chance == pytest.approx(0.3)
    assert score.is_right is False


@pytest.mark.parametrize(
    "fixture", [replace(FINAL, status=Status.SCHEDULED, home_points=None), replace(FINAL, home_points=80)]
)
def test_without_a_winner_there_is_nothing_to_score(fixture: Fixture) -> None:
    assert score_game(GAME, fixture) is None


def test_of_each_model_the_last_version_before_tip_off_counts() -> None:
    def at(hours: int, model: str = "v1") -> MadeForecast:
        made_at = TIP_OFF + timedelta(hours=hours)
        return replace(GAME, making=replace(MAKING, made_at=made_at, model=model))

    made = [at(-1), at(-9), at(0), at(1), at(-3, "v2")]
    found = {one.making.model: one.making.made_at for one in last_before(made, TIP_OFF)}
    assert found == {"v1": TIP_OFF - timedelta(hours=1), "v2": TIP_OFF - timedelta(hours=3)}


def test_players_are_scored_together_and_those_who_did_not_appear_are_none() -> None:
    stats = {"points": Interval(10, 4, 16), "assists": Interval(2, 0, 4)}
    made = [
        MadePlayerForecast(MAKING, "red", player, PlayerForecast(stats, ())) for player in ("p1", "p2", "p3")
    ]
    appeared = {"p1": Counts(twos_made=6, assists=9), "p2": Counts(twos_made=4)}
    score = score_players(made, appeared, FINAL)
    assert score
    assert (score.chance, score.is_right, score.family) == (None, None, "player")
    assert score.points_error == pytest.approx((2 + 2) / 2)
    assert (score.intervals, score.covered) == (4, 3)
    assert score_players(made, {}, FINAL) is None


def score_of(game: int, chance: float, *, home_won: bool = True, is_used: bool = True) -> ForecastScore:
    told = score_game(GAME, FINAL)
    assert told
    points = (90, 80) if home_won else (80, 90)
    return replace(
        told,
        game_id=f"g{game}",
        tip_off=TIP_OFF + timedelta(days=game),
        chance=chance,
        log_loss=-math.log(chance),
        is_used=is_used,
        home_points=points[0],
        away_points=points[1],
    )


def test_a_record_adds_up_what_was_used_since_then() -> None:
    scores = [score_of(1, 0.6), score_of(2, 0.4), score_of(9, 0.8), score_of(9, 0.1, is_used=False)]
    assert str(Record.of(scores, Family.OUTCOME)) == "2 of 3 right (67%), log loss 0.550"
    assert Record.of(scores, Family.OUTCOME, TIP_OFF + timedelta(days=5)).games == 1
    assert str(Record.of(scores, Family.PLAYER)) == "no game yet"


def test_the_base_rate_knows_the_games_before_alone() -> None:
    scores = used([score_of(2, 0.6, home_won=False), score_of(1, 0.6)], Family.OUTCOME)
    assert base_rate_losses(scores) == {"g1": -math.log(1 / 2), "g2": pytest.approx(-math.log(1 / 3))}


def test_chances_are_of_the_home_team_whoever_won_and_players_have_none() -> None:
    scores = [score_of(1, 0.6), score_of(2, 0.7, home_won=False)]
    assert home_chances([*scores, replace(scores[0], chance=None)]) == (
        [0.6, pytest.approx(0.3)],
        [1.0, 0.0],
    )
