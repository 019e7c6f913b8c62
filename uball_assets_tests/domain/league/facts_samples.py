"""A fixture and two teams of it, for tests of what is counted in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from uball_assets.domain.footage.games import rosters_of
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.league.box_score import Sides
from uball_assets.domain.league.fixtures import Fixture, Phase, Status

TIP_OFF = datetime(2026, 3, 18, 19, tzinfo=UTC)
TEAMS = Teams(("Herons", "Larks"), ("Gray", "Blue"))
GAME = {
    "id": "g1",
    "team1_display_name": "Herons",
    "team2_display_name": "Larks",
    "team1_color": "Gray",
    "team2_color": "Blue",
    "team_a_id": "t-herons",
    "team_b_id": "t-larks",
    "roster_team1": [{"player_id": "p7", "name": "Ada", "jersey_number": 7}],
    "roster_team2": [{"player_id": "p9", "name": "Bo", "jersey_number": 9}],
}
SIDES = Sides(TEAMS, ("t-herons", "t-larks"), rosters_of(GAME, TEAMS))


def a_fixture(**changed: Any) -> Fixture:
    fixture = Fixture(
        "g1",
        "2026",
        Phase.SEASON,
        TIP_OFF,
        "t-herons",
        "t-larks",
        Status.FINAL,
        4,
        0,
        datetime(2026, 3, 18, 22, tzinfo=UTC),
    )
    return replace(fixture, **changed)
