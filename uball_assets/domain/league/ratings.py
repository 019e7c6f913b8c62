"""Possessions, pace and ratings of a game, from its two teams' counts.

The definitions are Dean Oliver's (Basketball on Paper, 2004) as Kubatko, Oliver, Pelton and Rosenbaum wrote
them down (A Starting Point for Analyzing Basketball Statistics, 2007): a possession ends by a shot that its
shooters do not rebound, a turnover, or a trip to the line; teams have the ball in turn, so a game has one
number of possessions for both, the mean of the two estimates; a rating is points for 100 of them.

Belongs here: what one game tells. Not here: one line's own estimate (`lines.Counts`), ratings over many games
(`domain.form`). A rebound that is written down without its kind counts as none of the shooters', so a game
of such rows has a few possessions too many, alike for both teams.
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.domain.league.lines import Counts

PER = 100.0


@dataclass(frozen=True)
class GameRatings:
    """Of one team; None where nothing was counted that ends a possession."""

    possessions: float
    """Of each team, in the game. It is the game's pace too, for no source tells its minutes: games of a
    league are equally long."""
    offensive: float | None
    """Points for 100 possessions."""
    defensive: float | None
    """The opponent's points for 100 possessions: less is better."""

    @property
    def net(self) -> float | None:
        if self.offensive is None or self.defensive is None:
            return None
        return self.offensive - self.defensive


def game_ratings(team: Counts, opponent: Counts) -> GameRatings:
    """One team's; the opponent's are the same, turned round."""
    possessions = (team.possessions + opponent.possessions) / 2
    return GameRatings(possessions, _rate(team.points, possessions), _rate(opponent.points, possessions))


def _rate(points: int, possessions: float) -> float | None:
    return PER * points / possessions if possessions else None
