"""The warehouse's tables of features: a row a game, and a row a player in a game, as of a moment.

Belongs here: the tables, and features to rows. Not here: the features (`columns`), reckoning them (`book`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from uball_assets.domain.form import columns
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.tables import day_of
from uball_assets.domain.tables import Column, Form, Table


def _columns(features: tuple[columns.Feature, ...]) -> dict[str, Column]:
    return {one.name: Column(Form.NUMBER, f"{one.window}: {one.says}") for one in features}


_GAME = {
    "game_id": Column(Form.TEXT, "the game's id"),
    "played_on": Column(Form.DATE, "the day of its tip-off, UTC"),
    "tip_off": Column(Form.MOMENT, "when it begins, UTC"),
    "as_of": Column(Form.MOMENT, "only what was known by then is in the features, UTC; never after tip-off"),
}
FORM_FEATURES = Table(
    "form_features",
    "What was known of a game's two teams before it, a row a game.",
    {
        **_GAME,
        "season": Column(Form.TEXT, "as the league names it"),
        "phase": Column(Form.TEXT, "of the league's year"),
        "home_team": Column(Form.TEXT, "the home team's id"),
        "away_team": Column(Form.TEXT, "the away team's id"),
        **_columns(columns.GAME_FEATURES),
    },
    ("game_id",),
    "played_on",
    "home_team",
)
PLAYER_FEATURES = Table(
    "player_features",
    "What was known of a player before a game, a row a player and game.",
    {
        **_GAME,
        "season": Column(Form.TEXT, "as the league names it"),
        "phase": Column(Form.TEXT, "of the league's year"),
        "player_id": Column(Form.TEXT, "the player's id"),
        "team_id": Column(Form.TEXT, "his team's id"),
        "opponent_id": Column(Form.TEXT, "the other team's id"),
        **_columns((*columns.PLAYER_FEATURES, columns.APPEARS)),
    },
    ("game_id", "player_id"),
    "played_on",
    "team_id",
)


def game_row(fixture: Fixture, as_of: datetime, features: Mapping[str, float | None]) -> dict[str, Any]:
    return {
        **_of_game(fixture, as_of),
        "home_team": fixture.home_team,
        "away_team": fixture.away_team,
        **features,
    }


def player_row(
    fixture: Fixture,
    team_id: str,
    player_id: str,
    as_of: datetime,
    features: Mapping[str, float | None],
    appears: float | None,
) -> dict[str, Any]:
    """`appears`: the chance that he plays."""
    opponent = fixture.away_team if team_id == fixture.home_team else fixture.home_team
    return {
        **_of_game(fixture, as_of),
        "player_id": player_id,
        "team_id": team_id,
        "opponent_id": opponent,
        **features,
        columns.APPEARS.name: appears,
    }


def _of_game(fixture: Fixture, as_of: datetime) -> dict[str, Any]:
    return {
        "game_id": fixture.game_id,
        "played_on": day_of(fixture.tip_off),
        "tip_off": fixture.tip_off,
        "as_of": min(as_of, fixture.tip_off),
        "season": fixture.season,
        "phase": str(fixture.phase),
    }
