"""Facts that become known at a moment of choice: of games played before or after it, of any table.

Belongs here: drawing such facts for a league. Not here: leagues (`leagues`), what must not follow from them
(`test_leaks`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import Counts, PlayerLine
from uball_assets.domain.league.rosters import Move, RosterMove
from uball_assets_tests.domain.form.leagues import League, some_counts


def corrected_score(league: League, rng: Random, known_at: datetime) -> LeagueFacts:
    game = rng.choice(league.final)
    changed = replace(
        game, home_points=rng.randint(50, 150), away_points=rng.randint(0, 49), known_at=known_at
    )
    return LeagueFacts(fixtures=(changed,))


def swapped_teams(league: League, rng: Random, known_at: datetime) -> LeagueFacts:
    game = rng.choice(league.final)
    changed = replace(game, home_team=game.away_team, away_team=game.home_team, known_at=known_at)
    return LeagueFacts(fixtures=(changed,))


def another_day(league: League, rng: Random, known_at: datetime) -> LeagueFacts:
    game = rng.choice(league.final)
    moved = game.tip_off + timedelta(days=rng.uniform(-40, 40))
    return LeagueFacts(fixtures=(replace(game, tip_off=moved, known_at=known_at),))


def another_standing(league: League, rng: Random, known_at: datetime) -> LeagueFacts:
    """Struck off, or said to have been no game that counts."""
    game = rng.choice(league.final)
    status, phase = rng.choice(((Status.CANCELLED, Phase.SEASON), (Status.FINAL, Phase.PRE_SEASON)))
    return LeagueFacts(fixtures=(replace(game, status=status, phase=phase, known_at=known_at),))


def another_game(league: League, rng: Random, known_at: datetime) -> LeagueFacts:
    """Nobody knew of it; played at any time, by known teams or new ones, in any season."""
    home, away = rng.sample([*league.teams, "A new", "Z new"], 2)
    tip_off = rng.choice(league.final).tip_off + timedelta(hours=rng.uniform(-60, 60))
    game = Fixture(
        f"n{rng.randint(0, 9)}",
        rng.choice(("2024-25", "2025-26", "2026-27")),
        Phase.SEASON,
        tip_off,
        home,
        away,
        rng.choice((Status.FINAL, Status.SCHEDULED)),
        rng.randint(60, 120),
        rng.randint(20, 59),
        known_at,
    )
    return LeagueFacts(fixtures=(game,), player_lines=(_line(game, rng, known_at),))


def corrected_team_line(league: League, rng: Random, known_at: datetime) -> LeagueFacts:
    line = rng.choice(league.team_lines)
    return LeagueFacts(team_lines=(replace(line, counts=some_counts(rng), known_at=known_at),))


def corrected_player_line(league: League, rng: Random, known_at: datetime) -> LeagueFacts:
    line = rng.choice(league.player_lines)
    counts = rng.choice((Counts(), some_counts(rng)))
    return LeagueFacts(player_lines=(replace(line, counts=counts, known_at=known_at),))


def another_players_line(league: League, rng: Random, known_at: datetime) -> LeagueFacts:
    return LeagueFacts(player_lines=(_line(rng.choice(league.final), rng, known_at),))


def late_move(league: League, rng: Random, known_at: datetime) -> LeagueFacts:
    """Made at any time."""
    player = rng.choice([*sorted({move.player_id for move in league.moves}), "A new"])
    moved_at = rng.choice(league.final).tip_off - timedelta(hours=rng.uniform(0, 60))
    return LeagueFacts(
        roster_moves=(
            RosterMove(player, rng.choice(league.teams), rng.choice(list(Move)), moved_at, known_at),
        )
    )


KINDS: tuple[Callable[[League, Random, datetime], LeagueFacts], ...] = (
    *(corrected_score, swapped_teams, another_day, another_standing, another_game),
    *(corrected_team_line, corrected_player_line, another_players_line, late_move),
)


def together(*several: LeagueFacts) -> LeagueFacts:
    return LeagueFacts(
        tuple(one for facts in several for one in facts.fixtures),
        tuple(one for facts in several for one in facts.team_lines),
        tuple(one for facts in several for one in facts.player_lines),
        tuple(one for facts in several for one in facts.roster_moves),
    )


def known_by(facts: LeagueFacts, moment: datetime) -> LeagueFacts:
    """The versions that were there by then; every other one is struck out."""
    return LeagueFacts(
        tuple(one for one in facts.fixtures if one.known_at <= moment),
        tuple(one for one in facts.team_lines if one.known_at <= moment),
        tuple(one for one in facts.player_lines if one.known_at <= moment),
        tuple(one for one in facts.roster_moves if one.known_at <= moment),
    )


def shuffled(facts: LeagueFacts, rng: Random) -> LeagueFacts:
    return LeagueFacts(
        tuple(rng.sample(facts.fixtures, len(facts.fixtures))),
        tuple(rng.sample(facts.team_lines, len(facts.team_lines))),
        tuple(rng.sample(facts.player_lines, len(facts.player_lines))),
        tuple(rng.sample(facts.roster_moves, len(facts.roster_moves))),
    )


def _line(game: Fixture, rng: Random, known_at: datetime) -> PlayerLine:
    home, away = game.home_team, game.away_team
    counts = some_counts(rng)
    return PlayerLine(game.game_id, game.tip_off, home, away, f"{home}-new", True, counts, "feed", known_at)
