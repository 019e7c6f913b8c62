"""The box score: the plays of a game, people's or a model's, as lines of its teams and players.

Belongs here: whose line an event counts in, and who appeared. Not here: comparing people's and a model's
count (`answers.box_score`), which source's lines stand (`standing`), what follows over a game (`ratings`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.metrics import events_of
from uball_assets.domain.fields import plain_name, text_in
from uball_assets.domain.footage.games import Rosters
from uball_assets.domain.footage.teams import Teams, color_of, number_of
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.plays.labels import points
from uball_assets.domain.plays.plays import Play

FIELD_OF = {
    "FREE_THROW_MAKE": "free_throws_made",
    "FREE_THROW_MISS": "free_throws_missed",
    "FG_MAKE": "twos_made",
    "FG_MISS": "twos_missed",
    "3PT_MAKE": "threes_made",
    "3PT_MISS": "threes_missed",
    "4PT_MAKE": "fours_made",
    "4PT_MISS": "fours_missed",
    "OFFENSIVE_REBOUND": "offensive_rebounds",
    "DEFENSIVE_REBOUND": "defensive_rebounds",
    "REBOUND": "rebounds_of_either",
    "ASSIST": "assists",
    "STEAL": "steals",
    "BLOCK": "blocks",
    "TURNOVER": "turnovers",
    "FOUL": "fouls",
}
"""What a label counts as; the others (time-outs, substitutions) only show who appeared."""

AnyPlay = Play | AnnotatedPlay


@dataclass(frozen=True)
class Sides:
    """The two teams of a filmed game as people write them, and as the schedule knows them."""

    teams: Teams
    team_ids: tuple[str, str]
    """The schedule's, in the order of the teams."""
    rosters: Rosters | None = None

    def team_id(self, player: str | None) -> str | None:
        """Whose a written player is."""
        place = self.teams.place_of(color_of(player))
        return None if place is None else self.team_ids[place]

    def player_id(self, player: str | None) -> str | None:
        """The roster's id of him; `TEAM #7` where no roster tells one; None without a team or a number."""
        team_id, number = self.team_id(player), number_of(player)
        if player is None or team_id is None or number is None:
            return None
        known = self.rosters.ids_of([player]) if self.rosters else {}
        return known.get(player, f"{team_id} #{number}")


@dataclass(frozen=True)
class Box:
    team_lines: tuple[TeamLine, ...]
    """Home, then away."""
    player_lines: tuple[PlayerLine, ...]
    """Of everybody who appeared, by team and id."""
    points_of_nobody: int
    """Of plays whose player names no team: in no line."""


def sides_of(
    fixture: Fixture, game: Mapping[str, Any] | None, teams: Teams | None, rosters: Rosters | None
) -> Sides | None:
    """None where it cannot be told which of the schedule's teams is which of the game's row, by its id, name
    or colour."""
    if teams is None:
        return None
    named = [
        {
            plain_name(name)
            for name in (teams.names[place], teams.colors[place], text_in((game or {}).get(id_column)))
            if name
        }
        for place, id_column in enumerate(("team_a_id", "team_b_id"))
    ]
    home, away = plain_name(fixture.home_team), plain_name(fixture.away_team)
    for ids, (first, second) in (
        ((fixture.home_team, fixture.away_team), (home, away)),
        ((fixture.away_team, fixture.home_team), (away, home)),
    ):
        if first in named[0] and second in named[1]:
            return Sides(teams, ids, rosters)
    return None


def box_score(
    fixture: Fixture, sides: Sides, plays: Iterable[AnyPlay], source: str, known_at: datetime
) -> Box:
    """Points that nobody is named for are the play's first player's, as on every page; the team's alone where
    he has no number. A player of a play in any role appeared, once, however often he is named; who is on a
    roster and in no play did not."""
    listed = list(plays)
    of_team: Counter[tuple[str, str]] = Counter()
    of_player: Counter[tuple[str, str]] = Counter()
    nobody = 0
    for play in listed:
        for event in events_of(play):
            who = event.player_a or (play.player_a if points(event.label) else None)
            team_id, player_id = sides.team_id(who), sides.player_id(who)
            if team_id is None:
                nobody += points(event.label)
                continue
            if counts_as := FIELD_OF.get(event.label):
                of_team[team_id, counts_as] += 1
                if player_id is not None:
                    of_player[player_id, counts_as] += 1
    appeared = _appeared(listed, sides)
    return Box(
        tuple(
            TeamLine(
                fixture.game_id,
                fixture.tip_off,
                team_id,
                other_id,
                team_id == fixture.home_team,
                _counts(of_team, team_id),
                source,
                known_at,
            )
            for team_id, other_id in _both_ways(fixture)
        ),
        tuple(
            PlayerLine(
                fixture.game_id,
                fixture.tip_off,
                team_id,
                other_id,
                player_id,
                team_id == fixture.home_team,
                _counts(of_player, player_id),
                source,
                known_at,
            )
            for team_id, other_id in _both_ways(fixture)
            for player_id in sorted(one for one, team in appeared.items() if team == team_id)
        ),
        nobody,
    )


def _appeared(plays: Iterable[AnyPlay], sides: Sides) -> dict[str, str]:
    """Team by player."""
    named = {
        player
        for play in plays
        for one in (play, *play.events)
        for player in (one.player_a, one.player_b)
        if player
    }
    return {
        player_id: team_id
        for player in named
        if (player_id := sides.player_id(player)) and (team_id := sides.team_id(player))
    }


def _counts(counted: Counter[tuple[str, str]], who: str) -> Counts:
    return Counts(**{name: count for (one, name), count in counted.items() if one == who})


def _both_ways(fixture: Fixture) -> tuple[tuple[str, str], tuple[str, str]]:
    return (fixture.home_team, fixture.away_team), (fixture.away_team, fixture.home_team)
