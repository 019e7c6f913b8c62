"""The generated league: repeatable, sound, as eventful as promised, and as hard to foresee as a real one."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

import numpy as np
import pytest

from uball_assets.demo.seasons.best_forecast import best_forecast
from uball_assets.demo.seasons.chances import HOME_EDGE, lineup, side
from uball_assets.demo.seasons.game import play
from uball_assets.demo.seasons.generated import FIRST_DAY, GeneratedSeasons
from uball_assets.demo.seasons.people import clubs, people_of
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.rosters import roster_at

SMALL = GeneratedSeasons(seed=5, teams=6, seasons=2, games_a_season=24)


@pytest.fixture(scope="module")
def facts() -> LeagueFacts:
    return SMALL.facts


def versions(facts: LeagueFacts) -> dict[str, list[Fixture]]:
    found = defaultdict(list)
    for fixture in sorted(facts.fixtures, key=lambda one: one.known_at):
        found[fixture.game_id].append(fixture)
    return found


def test_the_same_seed_makes_the_same_league_and_another_seed_another(facts: LeagueFacts) -> None:
    again = GeneratedSeasons(seed=5, teams=6, seasons=2, games_a_season=24)
    assert again.facts == facts
    assert GeneratedSeasons(seed=6, teams=6, seasons=2, games_a_season=24).facts != facts


def test_the_first_day_moves_every_clock_and_changes_nothing_else(facts: LeagueFacts) -> None:
    moved = SMALL.beginning(FIRST_DAY + timedelta(days=400))
    assert [game.best for game in moved.games] == [game.best for game in SMALL.games]
    for before, after in zip(facts.fixtures, moved.facts.fixtures, strict=True):
        assert after.tip_off - before.tip_off == timedelta(days=400)
        assert (after.game_id, after.home_points) == (before.game_id, before.home_points)


def test_the_players_lines_add_up_to_the_official_score_in_every_version(facts: LeagueFacts) -> None:
    points: Counter[tuple[object, ...]] = Counter()
    for line in facts.player_lines:
        points[line.game_id, line.known_at, line.team_id] += line.counts.points
    finals = [fixture for fixture in facts.fixtures if fixture.is_final]
    assert len(finals) > 50
    for final in finals:
        told = [points[final.game_id, final.known_at, team] for team in (final.home_team, final.away_team)]
        assert told == [final.home_points, final.away_points]


def test_so_many_games_are_played_and_one_is_postponed_one_corrected_one_cancelled(
    facts: LeagueFacts,
) -> None:
    for season in ("season 1", "season 2"):
        told = [
            one for one in versions(facts).values() if (one[0].season, one[0].phase) == (season, Phase.SEASON)
        ]
        assert sum(one[-1].is_final for one in told) == 24
        statuses = Counter(tuple(version.status for version in one) for one in told)
        first, put_off, final = Status.SCHEDULED, Status.POSTPONED, Status.FINAL
        assert statuses[first, put_off, first, final] == 1
        assert statuses[first, Status.CANCELLED] == 1
        assert statuses[first, final, final] <= 1
        assert statuses[first, final] >= 22


def test_a_corrected_score_has_one_more_point_and_is_known_two_days_later(facts: LeagueFacts) -> None:
    corrected = [one for one in versions(facts).values() if sum(version.is_final for version in one) == 2]
    assert corrected
    for *_, wrong, right in corrected:
        assert (right.home_points or 0) - (wrong.home_points or 0) == 1
        assert right.known_at - wrong.known_at == timedelta(days=1, hours=22, minutes=30)


def test_a_pre_season_comes_before_and_series_of_three_after_each_season(facts: LeagueFacts) -> None:
    last = {game_id: told[-1] for game_id, told in versions(facts).items()}
    for season in ("season 1", "season 2"):
        days = {
            phase: [one.tip_off for one in last.values() if (one.season, one.phase) == (season, phase)]
            for phase in Phase
        }
        assert max(days[Phase.PRE_SEASON]) < min(days[Phase.SEASON])
        assert max(days[Phase.SEASON]) < min(days[Phase.PLAYOFFS])
        assert len(days[Phase.PRE_SEASON]) == 3
        assert 6 <= len(days[Phase.PLAYOFFS]) <= 9


def test_no_result_is_known_before_its_game_and_no_game_comes_unannounced(facts: LeagueFacts) -> None:
    for told in versions(facts).values():
        assert told[0].known_at < told[0].tip_off - timedelta(hours=40)
        assert all(one.known_at > one.tip_off + timedelta(hours=2) for one in told if one.is_final)
    assert all(line.known_at > line.tip_off for line in facts.player_lines)


def test_who_plays_is_on_the_team_s_roster_and_not_out(facts: LeagueFacts) -> None:
    truth = [move.__class__(**{**vars(move), "known_at": move.moved_at}) for move in facts.roster_moves]
    for team, tip_off in {(line.team_id, line.tip_off) for line in facts.player_lines}:
        roster = roster_at(truth, team, tip_off)
        played = {
            line.player_id for line in facts.player_lines if (line.team_id, line.tip_off) == (team, tip_off)
        }
        assert played <= roster.players - roster.out
        assert len(played) >= 5


def test_some_are_known_to_be_out_only_when_the_game_has_begun() -> None:
    moves = GeneratedSeasons(seed=1, seasons=2, games_a_season=60).facts.roster_moves
    outs = [move for move in moves if move.move == "out"]
    late = [move for move in outs if move.known_at - move.moved_at == timedelta(minutes=50)]
    assert 0.02 < len(late) / len(outs) < 0.3


def test_players_are_traded_while_a_season_goes_on_and_change_teams_in_summer(facts: LeagueFacts) -> None:
    joined = Counter(move.moved_at.date() for move in facts.roster_moves if move.move == "joined")
    season = [one.tip_off.date() for one in facts.fixtures if one.season == "season 1" and one.is_final]
    assert sum(count for day, count in joined.items() if min(season) < day < max(season)) >= 4
    assert sum(count for day, count in joined.items() if day > max(season)) >= 10


def test_games_to_come_are_scheduled_two_days_after_the_last_and_have_the_best_forecast() -> None:
    league = GeneratedSeasons(seed=5, teams=6, seasons=2, games_a_season=24, games_to_come=3)
    played, to_come = league.games[:-3], league.games[-3:]
    assert all(game.home_won is not None for game in played)
    assert {game.fixture.status for game in to_come} == {Status.SCHEDULED}
    assert {game.fixture.phase for game in to_come} == {Phase.SEASON}
    gap = to_come[0].fixture.tip_off.date() - played[-1].fixture.tip_off.date()
    assert gap == timedelta(days=2)
    assert (played[-1].fixture.tip_off.date() - FIRST_DAY.date()).days == league.last_played_day


def test_the_best_forecast_is_what_a_thousand_plays_of_the_game_come_to() -> None:
    rng = np.random.default_rng(3)
    people = people_of(clubs(2, 3), 0, 3, rng)
    ours, theirs = lineup(people, np.arange(11), 0.0), lineup(people, np.arange(11, 22), 0.0)
    home, away = side(people, ours, theirs, HOME_EDGE), side(people, theirs, ours, -HOME_EDGE)
    ids = [player.player_id for player in people.known]
    best = best_forecast(home, away, 1.5, ids)
    played = [play(people, home, away, 1.5, rng) for _ in range(3000)]
    scores = np.array([one.score for one in played])
    assert best.game.home_win == pytest.approx((scores[:, 0] > scores[:, 1]).mean(), abs=0.03)
    assert best.game.home_points.mean == pytest.approx(scores[:, 0].mean(), abs=0.9)
    inside = (scores[:, 1] >= best.game.away_points.low) & (scores[:, 1] <= best.game.away_points.high)
    assert inside.mean() == pytest.approx(0.81, abs=0.03)
    star = max(best.player_points, key=lambda player: best.player_points[player])
    scored = np.mean([{**one.home, **one.away}[star].points for one in played])
    assert best.player_points[star] == pytest.approx(scored, rel=0.03)


def test_the_league_is_as_hard_to_foresee_as_a_real_one() -> None:
    """Home teams win some 56 of 100 games, favourites some 66; the best forecast is 0.06 to 0.1 nats better
    than the base rate."""
    games = [
        game
        for seed in range(6)
        for game in GeneratedSeasons(seed=seed).games
        if game.fixture.phase is Phase.SEASON
    ]
    chance, won = np.array([(game.best.game.home_win, bool(game.home_won)) for game in games]).T
    rate = chance.mean()
    base = -(rate * np.log(rate) + (1 - rate) * np.log(1 - rate))
    best = -(chance * np.log(chance) + (1 - chance) * np.log(1 - chance)).mean()
    assert 0.55 < rate < 0.58
    assert 0.65 < np.maximum(chance, 1 - chance).mean() < 0.69
    assert 0.06 < base - best < 0.1
    assert won.mean() == pytest.approx(rate, abs=0.045), "three standard errors"
