"""The games that the platform is given: six as one batch, and three that arrive later, one after another.

Belongs here: what arrives, as people bring it (files into the folder, rows into the database). Not here: what
becomes of it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.demo.league import Batch, DemoGame, league
from uball_assets.demo.render import render_all

PLAYS_PER_GAME = 9


@dataclass(frozen=True)
class Season:
    sound: list[DemoGame]
    """Three to learn from; one of them with two broken rows."""
    camera_missing: DemoGame
    """FAR_RIGHT was never uploaded: grade C, learned from."""
    refused: DemoGame
    """Both cameras of the left side missing, broken rows: grade F."""
    unannotated: DemoGame
    """Videos, no plays."""
    later: list[DemoGame]

    @property
    def batch(self) -> list[DemoGame]:
        """Six games in the order they become partitions: the two not to learn from stand in between, so that
        no single range of partitions holds all that are learned from."""
        first, second, third = self.sound
        return [first, self.refused, second, self.unannotated, third, self.camera_missing]

    @property
    def learned(self) -> set[str]:
        return {game.game_id for game in (*self.sound, self.camera_missing)}


def season() -> Season:
    opening, weekend, late = _batches()
    camera_missing, *sound, refused = weekend.games
    *later, unannotated = late.games
    return Season([*opening.games, *sound], camera_missing, refused, unannotated, later)


def render_season(folder: Path) -> None:
    """Every game's files, beside the platform: `bring` copies them in."""
    render_all(_batches(), folder, workers=2, on_done=lambda _: None)


def bring(game: DemoGame, originals: Path, video_folder: Path, plays_db: PlaysDb) -> None:
    """The game's files and rows arrive; the last file is there before the first row."""
    place = Path("Games") / game.game_id
    shutil.copytree(originals / place, video_folder / place)
    plays_db.add_game(game.row, game.plays, game.videos)


def _batches() -> list[Batch]:
    return league(seed=11, plays_per_game=PLAYS_PER_GAME, game_counts=(1, 3, 3))
