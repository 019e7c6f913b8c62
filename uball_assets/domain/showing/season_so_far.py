"""A team's season so far, from its games: won and lost, at home and away, the last ones, its ratings.

Belongs here: adding up games that are given. Not here: which games are read (`services.league`), features
as of a moment (`domain.form`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from uball_assets.domain.league.fixtures import NEVER_COUNTED, Fixture
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.league.ratings import game_ratings

LAST_GAMES = 5


@dataclass(frozen=True)
class Tally:
    won: int = 0
    lost: int = 0

    @property
    def share(self) -> float | None:
        games = self.won + self.lost
        return self.won / games if games else None

    def __str__(self) -> str:
        return f"{self.won}–{self.lost}"


@dataclass(frozen=True)
class TeamSeason:
    """Of one season; games without a winner count for neither."""

    team_id: str
    all: Tally
    at_home: Tally
    away: Tally
    last: str
    """`WLWWL`, the latest last."""
    points_for: float | None
    """A game, as are all numbers below."""
    points_against: float | None
    offensive: float | None
    """Points for 100 possessions; None where box scores are missing."""
    defensive: float | None
    pace: float | None
    """Possessions."""

    @property
    def net(self) -> float | None:
        return None if self.offensive is None or self.defensive is None else self.offensive - self.defensive


def team_season(
    team_id: str, fixtures: Iterable[Fixture], counts: Mapping[str, Mapping[str, Counts]]
) -> TeamSeason:
    """`fixtures`: the newest versions, of one season; those that are not final or do not count are left out.
    `counts`: by game, then team."""
    played = sorted(
        (
            one
            for one in fixtures
            if one.is_final and one.phase not in NEVER_COUNTED and team_id in (one.home_team, one.away_team)
        ),
        key=lambda one: one.tip_off,
    )
    results = [(one, *_points(one, team_id)) for one in played]
    at_home = _tally(each for each in results if each[0].home_team == team_id)
    away = _tally(each for each in results if each[0].away_team == team_id)
    own, others, pace = _rated(team_id, played, counts)
    return TeamSeason(
        team_id,
        Tally(at_home.won + away.won, at_home.lost + away.lost),
        at_home,
        away,
        "".join("W" if ours > theirs else "L" for _, ours, theirs in results[-LAST_GAMES:]),
        _mean([ours for _, ours, _ in results]),
        _mean([theirs for _, _, theirs in results]),
        own,
        others,
        pace,
    )


def counts_by_game(
    team_lines: Iterable[TeamLine], player_lines: Iterable[PlayerLine] = ()
) -> dict[str, dict[str, Counts]]:
    """The newest versions' counts by game and team; a team without a line of its own is its players' sum."""
    found: dict[str, dict[str, Counts]] = {}
    for of_team in sorted(team_lines, key=lambda one: one.known_at):
        found.setdefault(of_team.game_id, {})[of_team.team_id] = of_team.counts
    missing: dict[tuple[str, str], dict[str, Counts]] = {}
    for line in sorted(player_lines, key=lambda one: one.known_at):
        if line.team_id not in found.get(line.game_id, {}):
            missing.setdefault((line.game_id, line.team_id), {})[line.player_id] = line.counts
    for (game_id, team_id), each in missing.items():
        found.setdefault(game_id, {})[team_id] = total(each.values())
    return found


def total(counts: Iterable[Counts]) -> Counts:
    return reduce(add, counts, Counts())


def _rated(
    team_id: str, played: Sequence[Fixture], counts: Mapping[str, Mapping[str, Counts]]
) -> tuple[float | None, float | None, float | None]:
    """Over all games together, so that one with few possessions weighs little."""
    both = []
    for one in played:
        other = one.away_team if one.home_team == team_id else one.home_team
        told = counts.get(one.game_id, {})
        if team_id in told and other in told:
            both.append((told[team_id], told[other]))
    if not both:
        return None, None, None
    rated = game_ratings(total(own for own, _ in both), total(theirs for _, theirs in both))
    return rated.offensive, rated.defensive, rated.possessions / len(both)


def _points(one: Fixture, team_id: str) -> tuple[int, int]:
    home, away = one.home_points or 0, one.away_points or 0
    return (home, away) if one.home_team == team_id else (away, home)


def _tally(results: Iterable[tuple[Fixture, int, int]]) -> Tally:
    told = list(results)
    return Tally(
        sum(ours > theirs for _, ours, theirs in told), sum(ours < theirs for _, ours, theirs in told)
    )


def _mean(numbers: Sequence[int]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
