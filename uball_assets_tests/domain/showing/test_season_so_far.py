"""A team's and a player's season, added up from their games."""

from __future__ import annotations

from datetime import timedelta

import pytest

from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.showing.player_season import player_season
from uball_assets.domain.showing.season_so_far import Tally, counts_by_game, team_season
from uball_assets_tests.domain.league.facts_samples import TIP_OFF, a_fixture

HERONS, LARKS = "t-herons", "t-larks"


def game(
    number: int, ours: int, theirs: int, *, at_home: bool = True, phase: Phase = Phase.SEASON
) -> Fixture:
    teams, points = ((HERONS, LARKS), (ours, theirs)) if at_home else ((LARKS, HERONS), (theirs, ours))
    return a_fixture(
        game_id=f"g{number}",
        tip_off=TIP_OFF + timedelta(days=number),
        phase=phase,
        home_team=teams[0],
        away_team=teams[1],
        home_points=points[0],
        away_points=points[1],
    )


def test_a_record_at_home_and_away_and_the_last_games_in_order() -> None:
    games = [game(3, 70, 80, at_home=False), game(1, 80, 70), game(2, 90, 70, at_home=False)]
    found = team_season(HERONS, games, {})
    assert (str(found.all), str(found.at_home), str(found.away), found.last) == ("2–1", "1–0", "1–1", "WWL")
    assert found.points_for == 80.0
    assert found.points_against == pytest.approx(220 / 3)
    assert (found.net, found.pace) == (None, None)


def test_what_is_not_played_does_not_count_or_is_a_draw_changes_no_record() -> None:
    games = [
        game(1, 80, 70, phase=Phase.PRE_SEASON),
        game(2, 80, 70, phase=Phase.ALL_STAR),
        a_fixture(game_id="g3", status=Status.SCHEDULED, home_points=None, away_points=None),
        game(4, 80, 70, phase=Phase.PLAYOFFS),
        a_fixture(game_id="g5", home_team="x", away_team="y"),
    ]
    assert team_season(HERONS, games, {}).all == Tally(1, 0)


def test_ratings_are_of_all_games_together_that_have_both_box_scores() -> None:
    own, other = Counts(twos_made=40, turnovers=10), Counts(twos_made=30, turnovers=20)
    counts = {"g1": {HERONS: own, LARKS: other}, "g2": {HERONS: own}}
    found = team_season(HERONS, [game(1, 80, 60), game(2, 80, 60)], counts)
    assert (found.offensive, found.defensive, found.net, found.pace) == (160.0, 120.0, 40.0, 50.0)


def test_a_team_without_a_line_of_its_own_is_its_players_together() -> None:
    told = (TIP_OFF, HERONS, LARKS)
    of_team = TeamLine("g1", *told, True, Counts(fouls=9), "feed", TIP_OFF)
    lines = [
        PlayerLine("g2", *told, who, True, Counts(fouls=fouls), "feed", TIP_OFF + timedelta(hours=hours))
        for who, fouls, hours in (("p7", 2, 2), ("p7", 1, 1), ("p8", 3, 1))
    ]
    lines.append(PlayerLine("g1", *told, "p7", True, Counts(fouls=1), "feed", TIP_OFF))
    assert counts_by_game([of_team], lines) == {
        "g1": {HERONS: Counts(fouls=9)},
        "g2": {HERONS: Counts(fouls=5)},
    }


def test_a_player_s_averages_and_how_he_shoots_by_kind() -> None:
    found = player_season([Counts(fours_made=1, fours_missed=3, assists=2), Counts(twos_made=1, assists=5)])
    assert (found.games, found.a_game["points"], found.a_game["assists"]) == (2, 3.0, 3.5)
    [*_, fours] = found.shooting
    assert (fours.kind, fours.made, fours.tried, fours.share, fours.points_a_try) == (
        "4-pointers",
        1,
        4,
        0.25,
        1.0,
    )
    assert player_season([]).a_game == {}
