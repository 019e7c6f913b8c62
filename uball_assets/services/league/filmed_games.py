"""What the plays database tells of a game of the schedule: its plays, its teams, its own official score.

Belongs here: reading one game. Not here: counting its plays (`domain.league.box_score`), what becomes of the
lines (`box_scores`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from uball_assets.adapters.plays.plays_db import PlaysDb, Row
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.games import rosters_of
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.footage.teams import teams_of
from uball_assets.domain.league.box_score import Sides, sides_of
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.points import HomeAway
from uball_assets.domain.league.standing import ANNOTATIONS, PLAYS
from uball_assets.domain.plays.plays import Play, check_rows
from uball_assets.domain.review.score_check import official_points
from uball_assets.services.sources import counted_plays


@dataclass(frozen=True)
class FilmedGame:
    fixture: Fixture
    row: Row
    """Of `games`."""
    plays: list[Play]
    source: str
    """Whose plays they are."""
    sides: Sides | None
    """None where the row does not tell which of the schedule's teams is which."""

    @property
    def names(self) -> dict[str, str]:
        """Of its teams and players, by id."""
        teams = dict(zip(self.sides.team_ids, self.sides.teams.names, strict=True)) if self.sides else {}
        rosters = (self.row.get(f"roster_team{number}") for number in (1, 2))
        players = [player for roster in rosters if isinstance(roster, list) for player in roster]
        return teams | {
            str(player["player_id"]): str(player["name"])
            for player in players
            if isinstance(player, Mapping) and player.get("player_id") and player.get("name")
        }

    @property
    def official(self) -> HomeAway | None:
        """By its row; home and away. None where it tells none that is understood."""
        points = official_points(self.row, self.sides.teams) if self.sides else None
        return self.in_team_order(points) if points else None

    def in_team_order(self, points: HomeAway) -> HomeAway:
        """Home and away turned into the order of the row's teams, or back."""
        is_home_first = self.sides is None or self.sides.team_ids[0] == self.fixture.home_team
        return points if is_home_first else (points[1], points[0])


@dataclass(frozen=True)
class FilmedGames:
    """Read it anew for each run: what models annotated is read once."""

    plays_db: PlaysDb
    training: ObjectStore
    registry: Registry
    with_annotations: bool
    """Whether a model's annotations count where people wrote no plays."""

    def read(self, fixture: Fixture) -> FilmedGame | None:
        """None where the games table does not have it."""
        row = self.plays_db.game(fixture.game_id) if fixture.game_id in self._known[0] else None
        if row is None:
            return None
        rows, source = self._play_rows(fixture.game_id)
        rig = documents.find(self.training, object_names.rig(fixture.game_id), Rig) if rows else None
        plays, _ = check_rows(rows, rig.footage if rig else {})
        teams = teams_of(row, [play.player_a for play in plays])
        sides = sides_of(fixture, row, teams, rosters_of(row, teams))
        return FilmedGame(fixture, row, plays, source, sides)

    def _play_rows(self, game_id: str) -> tuple[list[Row], str]:
        rows = counted_plays(self.plays_db, game_id).rows
        if rows or not self.with_annotations:
            return rows, PLAYS
        entry = self._annotated.get(game_id)
        said = self.plays_db.annotations(game_id, entry["model"]) if entry else []
        return [{**row, "id": row["play_key"], "game_id": game_id} for row in said], ANNOTATIONS

    @property
    def unread(self) -> str:
        """Why no game is read at all: a league may live of feeds, without a plays database; else ''."""
        return self._known[1]

    @cached_property
    def _known(self) -> tuple[frozenset[str], str]:
        try:
            return frozenset(self.plays_db.game_ids()), ""
        except Permanent as error:
            return frozenset(), f"no plays are read: {error}"

    @cached_property
    def _annotated(self) -> Mapping[str, Mapping[str, Any]]:
        return self.registry.newest_by_subject("annotations")
