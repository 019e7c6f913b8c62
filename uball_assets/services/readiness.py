"""Whether games can be run, and what each lacks, before anything is started.

Belongs here: looking at a game's sources without opening a video. Not here: whether its videos are sound (the
game's own run, `importing`), whether the keys open its sources (`services.doctor`), or running (`commands`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage.angles import Angle, find_angles
from uball_assets.domain.footage.games import game_title, valid_game_id
from uball_assets.domain.footage.offsets import offset_losses, offsets_of
from uball_assets.domain.plays.plays import check_rows
from uball_assets.domain.plays.quarantine_summary import grouped
from uball_assets.services.sources import counted_plays, game_files, unfinished


@dataclass(frozen=True)
class Readiness:
    game_id: str
    title: str
    rows: int
    cameras: tuple[Angle, ...]
    hindrances: tuple[str, ...]
    """Why it cannot be run, each with its remedy."""
    missing: tuple[str, ...]
    """What it will be run without, each with what to do."""

    @property
    def is_ready(self) -> bool:
        return not self.hindrances


def readiness(
    videos: ObjectStore, plays_db: PlaysDb, arrivals: ObjectStore | None, game_ids: Sequence[str]
) -> list[Readiness]:
    """One listing and four queries a game. Raises Permanent or Transient where a source cannot be asked:
    then no game can be run, whatever it lacks."""
    begun = unfinished(videos)
    return [_of_game(videos, plays_db, arrivals, game_id, begun.get(game_id)) for game_id in game_ids]


def _of_game(
    videos: ObjectStore, plays_db: PlaysDb, arrivals: ObjectStore | None, game_id: str, begun: str | None
) -> Readiness:
    try:
        valid_game_id(game_id)
    except Permanent as error:
        return Readiness(game_id, "-", 0, (), (str(error),), ())
    row, plays, cameras = plays_db.game(game_id), counted_plays(plays_db, game_id), plays_db.videos(game_id)
    rows = plays.rows
    found, lost = find_angles(game_files(videos, game_id))
    offsets_s, unsound = offsets_of(cameras), check_rows(rows, {})[1]
    hindrances, missing = [], _told(lost)
    if begun:
        hindrances.append(f"its {begun} was begun and has not ended: run the same command again")
    if not found and arrivals is None:
        hindrances.append("no video of any camera: import the game, or upload its videos")
    elif not found:
        missing = ["its videos, which the run brings from where they arrive"]
    if row is None:
        hindrances.append("the plays database has no such game: import it, or add its row to games")
    unset = [angle for angle in found if str(angle) not in offsets_s]
    missing += [f"the offset of {angle}: taken for 0 (else enter it in video_metadata)" for angle in unset]
    missing += _told([*offset_losses(game_id, cameras), *unsound])
    if plays.held_back:
        missing.append(f"the end of its review: {plays.held_back} decided plays wait for it")
    elif not rows:
        missing.append("rows: the model that serves annotates it (else import its plays)")
    return Readiness(game_id, game_title(row), len(rows), tuple(found), tuple(hindrances), tuple(missing))


def _told(losses: Sequence[Quarantined]) -> list[str]:
    """Those of one kind and reason together, each with what to do."""
    return [f"{each.what}: {each.why} ({each.remedy})" for each in grouped(losses)]
