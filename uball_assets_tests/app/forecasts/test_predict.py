"""Forecasts that are asked for: what is told, from what was known when, and why there is no answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from uball_assets.domain.forecasting.players import STATS
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.rosters import Move, RosterMove
from uball_assets_tests.app.conftest import open_client, settings_of
from uball_assets_tests.app.forecasts import small_league
from uball_assets_tests.app.forecasts.conftest import GAMES, Served
from uball_assets_tests.app.forecasts.small_league import SQUAD, player


def test_a_games_chances_add_to_one_and_its_reasons_to_its_chance(served: Served) -> None:
    told = served.game()
    home, away = told["home"], told["away"]
    assert home["win_chance"] + away["win_chance"] == pytest.approx(1.0, abs=1e-9)
    assert told["confidence"] == max(home["win_chance"], away["win_chance"])
    assert told["winner"] == max((home, away), key=lambda side: side["win_chance"])["team_id"]
    for side in (home, away):
        assert side["points"]["low"] < side["points"]["mean"] < side["points"]["high"]
    assert told["model"] == "outcome-model-v1"
    sizes = [abs(reason["adds"]) for reason in told["importance"]]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0
    assert "points of win chance to" in told["importance"][0]["says"]


def test_who_is_better_is_told_to_win_and_at_home_more_often(served: Served) -> None:
    at_home, away = served.game("Falcons", "Rooks"), served.game("Rooks", "Falcons")
    assert at_home["winner"] == away["winner"] == "Falcons"
    assert at_home["home"]["win_chance"] > away["away"]["win_chance"]


def test_teams_are_found_by_name_whatever_its_case(served: Served) -> None:
    assert served.game("falcons", " OWLS ") == served.game()


def test_a_game_of_the_schedule_is_found_and_another_one_is_said_to_be_none(served: Served) -> None:
    scheduled = next(one for one in served.league.fixtures if one.game_id == f"f{GAMES}")
    told = served.game(scheduled.home_team, scheduled.away_team, str(scheduled.tip_off.date()))
    assert told["game_id"] == scheduled.game_id
    assert not any("schedule" in each for each in told["said"])
    made_up = served.game(on="2026-01-20")
    assert made_up["game_id"] is None
    assert any("no such game is on the schedule" in each for each in made_up["said"])


def test_of_a_past_game_only_what_was_known_at_its_tip_off_is_used(served: Served) -> None:
    middle = next(one for one in served.league.fixtures if one.game_id == "f30")
    wish = (middle.home_team, middle.away_team, str(middle.tip_off.date()))
    before = served.game(*wish)
    assert before["as_of"] == before["tip_off"]
    assert "what was known at its tip-off" in before["said"][0]
    known = served.league.known_at(middle.tip_off)
    settings = settings_of(served.settings.home.parent / "then")
    small_league.fill(settings, known)
    settings = settings.model_copy(update={"training_url": served.settings.training_url})
    with open_client(settings) as client:
        then = Served(settings, known, client).game(*wish)
    assert _without_facts(then) == _without_facts(before)


def test_a_player_who_is_out_is_missed(served: Served) -> None:
    best = [player("Falcons", number) for number in range(3)]
    told = served.game(players_out=best)
    assert told["players_out"] == best
    assert (
        served.ask(
            "/predict/game",
            422,
            home_team="Falcons",
            away_team="Owls",
            game_date="2025-11-20",
            players_out=["Kites 3"],
        )["code"]
        == "not_of_the_teams"
    )


def test_a_players_numbers_have_their_intervals_and_reasons(served: Served) -> None:
    told = served.player()
    assert set(told["stats"]) == set(STATS)
    for number in told["stats"].values():
        assert number["low"] <= number["mean"] <= number["high"]
    assert (told["name"], told["team_id"], told["opponent_id"]) == ("Falcons 1", "Falcons", "Owls")
    assert told["games_before"] == GAMES // 4
    assert told["model"] == "player-model-v1"
    assert told["importance"]
    some = served.player("Falcons 1", stats=["points", "assists"], at_home=False)
    assert set(some["stats"]) == {"points", "assists"}
    assert some["at_home"] is False


def test_players_points_by_their_chances_to_play_add_up_to_their_teams(served: Served) -> None:
    """With somebody out too, who is told as if he played after all."""
    before = datetime.fromisoformat(served.game()["tip_off"]) - timedelta(days=1)
    hurt = player("Falcons", 0)
    small_league.fill(
        served.settings,
        LeagueFacts(roster_moves=(RosterMove(hurt, "Falcons", Move.OUT, before, before, "Falcons 0", 0),)),
    )
    served.forget_the_look()
    game = served.game()
    for side, other in ((game["home"], "Owls"), (game["away"], "Falcons")):
        at_home = other == "Owls"
        told = [
            served.player(player(side["team_id"], number), other, at_home=at_home) for number in range(SQUAD)
        ]
        together = sum(one["plays"] * one["stats"]["points"]["mean"] for one in told)
        assert together == pytest.approx(side["points"]["mean"], abs=0.1)  # twelve numbers of two digits
        assert {one["player_id"] for one in told if not one["plays"]} == ({hurt} if at_home else set())
        assert any("his team's points as told" in reason["says"] for reason in told[1]["importance"])


@pytest.mark.parametrize(
    ("body", "status", "code", "says"),
    [
        ({"home_team": "Falcon"}, 404, "unknown_team", "did you mean Falcons?"),
        ({"away_team": "zzz"}, 404, "unknown_team", "there is no team zzz"),
        ({"away_team": "Falcons"}, 422, "same_team", "name two teams"),
        ({"game_date": "2025-09-30"}, 422, "date_out_of_range", "2025-10-01"),
        ({"game_date": "9999-12-31T23:59:59Z"}, 422, "date_out_of_range", "can be asked for"),
        ({"game_date": "0001-01-01"}, 422, "date_out_of_range", "can be asked for"),
        ({"game_date": "soon"}, 422, "invalid", "game_date"),
        ({"players_out": ["nobody"]}, 404, "unknown_player", "there is no player nobody"),
        ({"home": "Falcons"}, 422, "invalid", "home"),
    ],
)
def test_a_game_that_cannot_be_forecast_says_why_and_what_to_do(
    served: Served, body: dict[str, Any], status: int, code: str, says: str
) -> None:
    wish = {"home_team": "Falcons", "away_team": "Owls", "game_date": "2025-11-20", **body}
    told = served.ask("/predict/game", status, **wish)
    assert told["code"] == code
    assert says in told["detail"]
    assert status != 404 or isinstance(told["nearest"], list)


@pytest.mark.parametrize(
    ("body", "status", "code", "says"),
    [
        ({"player_id": "falcons-99"}, 404, "unknown_player", "did you mean"),
        ({"opponent": "Owl"}, 404, "unknown_team", "did you mean Owls?"),
        ({"opponent": "Falcons"}, 422, "same_team", "name the team that is met"),
        ({"game_date": "2025-10-01"}, 422, "too_few_games", "ask for fewer"),
        ({"min_matches": 500}, 422, "too_few_games", "had played 15 games"),
        ({"stats": ["fouls"]}, 422, "invalid", "stats"),
    ],
)
def test_a_player_who_cannot_be_forecast_is_told_why_and_what_to_do(
    served: Served, body: dict[str, Any], status: int, code: str, says: str
) -> None:
    wish = {"player_id": "falcons-1", "opponent": "Owls", "game_date": "2025-11-20", **body}
    told = served.ask("/predict/player", status, **wish)
    assert told["code"] == code
    assert says in told["detail"]


def test_before_any_game_and_before_any_model_it_says_what_to_do(tmp_path: Any) -> None:
    settings = settings_of(tmp_path)
    with open_client(settings) as client:
        empty = Served(settings, LeagueFacts(), client)
        wish = {"home_team": "Falcons", "away_team": "Owls", "game_date": "2025-11-20"}
        told = empty.ask("/predict/game", 409, **wish)
        assert (told["code"], "uball results collect" in told["detail"]) == ("no_games_yet", True)
        small_league.fill(settings, small_league.facts(8))
        Served.forget_the_look(empty)
        told = empty.ask("/predict/game", 409, **wish)
        assert (told["code"], "/api/ml/train" in told["detail"]) == ("no_model_yet", True)


def _without_facts(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "facts"}
