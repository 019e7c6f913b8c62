"""What comes to the league while nobody looks: five games, one of them not fit to be learned from, and what
people do to them afterwards.

Belongs here: files into the folder and rows into the database, each at its moment. Not here: what becomes of
them (the test) and whose processes die meanwhile (`kills`).
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.demo.league import DemoGame
from uball_assets_tests.daemon.season import Season, bring

SHARE_AT_FIRST = 0.6
"""Of the bytes of a camera's file whose upload broke off."""
BETWEEN_S = (2.0, 15.0)
"""Seconds from one arrival to the next, drawn."""


@dataclass(frozen=True)
class Weeks:
    games: Season
    originals: Path
    """The whole season's files, `Games/<game_id>/…`."""
    videos: Path
    plays_db: PlaysDb

    @property
    def edited(self) -> DemoGame:
        return self.games.sound[0]

    @property
    def shortened(self) -> DemoGame:
        """One of its plays is deleted."""
        return self.games.sound[1]

    @property
    def replaced(self) -> DemoGame:
        """Its first camera's file is cut off at first."""
        return self.games.sound[2]

    @property
    def withdrawn(self) -> DemoGame:
        return self.games.later[0]

    @property
    def left(self) -> set[str]:
        """Learned from in the end."""
        return {game.game_id for game in (self.edited, self.shortened, self.replaced)}

    def arrive(self, chance: random.Random) -> None:
        """The five games, in an order and at moments that are drawn."""
        arriving = [self.edited, self.shortened, self.replaced, self.withdrawn, self.games.refused]
        chance.shuffle(arriving)
        for game in arriving:
            time.sleep(chance.uniform(*BETWEEN_S))
            if game is self.replaced:
                self._bring_cut_off()
            else:
                bring(game, self.originals, self.videos, self.plays_db)

    def change(self, chance: random.Random) -> None:
        """A game is taken out; then a play edited, one deleted and the cut-off file replaced, in any
        order."""
        self._withdraw()
        changes: list[Callable[[], None]] = [self._edit, self._delete, self._replace]
        chance.shuffle(changes)
        for change in changes:
            time.sleep(chance.uniform(*BETWEEN_S))
            change()

    @property
    def _camera(self) -> Path:
        """Below `Games/`: the file whose upload broke off."""
        folder = self.originals / "Games"
        return min((folder / self.replaced.game_id).rglob("*.mp4")).relative_to(folder)

    def _bring_cut_off(self) -> None:
        whole = self.originals / "Games" / self._camera
        with whole.open("rb") as file:
            part = file.read(int(whole.stat().st_size * SHARE_AT_FIRST))
        target = self.videos / "Games" / self._camera
        shutil.copytree(
            self.originals / "Games" / self.replaced.game_id,
            self.videos / "Games" / self.replaced.game_id,
            ignore=lambda folder, names: [name for name in names if Path(folder, name) == whole],
        )
        target.write_bytes(part)
        self.plays_db.add_game(self.replaced.row, self.replaced.plays, self.replaced.videos)

    def _replace(self) -> None:
        target = self.videos / "Games" / self._camera
        copy = target.with_suffix(".part")
        shutil.copyfile(self.originals / "Games" / self._camera, copy)
        copy.replace(target)

    def _edit(self) -> None:
        """What people wrote as one kind of shot was another."""
        row = next(play for play in self.edited.plays if str(play["classification"]) == "FG_MAKE")
        self.plays_db.add_game(self.edited.row, [{**row, "classification": "FG_MISS"}], [])

    def _delete(self) -> None:
        self.plays_db.remove_plays(self.shortened.game_id, [str(self.shortened.plays[0]["id"])])

    def _withdraw(self) -> None:
        self.plays_db.remove_game(self.withdrawn.game_id)
        shutil.rmtree(self.videos / "Games" / self.withdrawn.game_id)
