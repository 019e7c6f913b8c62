"""One game as it stands now: its row, people's plays, what a model made of it, its losses and its clips.

What a page shows and an export writes. Belongs here: gathering, in a number of reads that does not grow with
the league. Not here: what is made of it (`domain.exports`, `domain.showing`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.clipping.reports import CameraClips
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.exports.formats import Format
from uball_assets.domain.exports.told_game import GAME_CLOCK, ToldGame, by_model, by_people, told_game
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import CAMERAS, Angle
from uball_assets.domain.footage.games import game_title, one_spelling, valid_game_id
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.teams import Teams, teams_of
from uball_assets.domain.plays.plays import Play, check_rows
from uball_assets.services.asking.annotations import Annotations

Whose = Literal["", "people", "model"]
"""Whose plays; '': people's, or the model's where people wrote none."""


@dataclass(frozen=True)
class GameNow:
    game_id: str
    row: Mapping[str, Any]
    """Of the table of games; empty where it has none."""
    teams: Teams | None
    rig: Rig | None
    """None before it was processed."""
    people: tuple[Play, ...]
    """Sound ones, as the database has them now."""
    unsound: tuple[Quarantined, ...]
    """Of the rows that are no sound plays, why."""
    model: Entry | None
    """The model that annotated it, as the record has it; None where none did."""
    told: tuple[AnnotatedPlay, ...]
    """What that model said; in order of time."""
    state: Entry | None
    """Its newest entry on the record; None before it was processed."""
    annotated: Entry | None

    @property
    def title(self) -> str:
        return game_title(self.row or None)

    @property
    def is_honest(self) -> bool:
        """Whether people's plays measure what the model said: it had not learned from this game."""
        return bool(self.people and self.model and self.game_id not in self.model["game_ids"])

    def told_by(self, whose: Whose = "") -> ToldGame:
        """Permanent where that teller told none."""
        if whose == "model" and self.model is None:
            raise Permanent(f"no model has annotated game {self.game_id}")
        if whose == "model" or (not whose and not self.people and self.model):
            label = self.model["label"] if self.model else ""
            return told_game(self.game_id, self.title, (by_model(play, label) for play in self.told))
        return told_game(self.game_id, self.title, map(by_people, self.people))

    def exported(self, form: Format, whose: Whose = "", camera: str = "") -> ToldGame:
        """As that form is written: on the clock of `camera`, `GAME_CLOCK` for none's; '' where a form is
        laid over a video: the first camera there is. Permanent for a camera that is not."""
        told = self.told_by(whose)
        cameras = [one.angle.value for one in self.rig.cameras] if self.rig else []
        if not camera:
            camera = next(iter(sorted(cameras)), GAME_CLOCK) if form.of_video else GAME_CLOCK
        if camera == GAME_CLOCK:
            return told
        return told.on_clock_of(camera, self.camera(camera).sync_offset_s)

    def camera(self, named: str) -> Camera:
        """Permanent, naming those there are, for a camera that is not."""
        found = next((one for one in (self.rig.cameras if self.rig else ()) if one.angle == named), None)
        if found is None:
            there = ", ".join(one.angle for one in (self.rig.cameras if self.rig else ()))
            raise Permanent(f"game {self.game_id} has no camera {named}; it has {there or 'none'}")
        return found


class NoSuchGame(Permanent):
    """Neither the database nor the record knows it."""


def read_game(training: ObjectStore, registry: Registry, plays_db: PlaysDb, game_id: str) -> GameNow:
    """Raises NoSuchGame; Permanent for an id that cannot be one, or what is damaged."""
    game_id, row = _spelled(plays_db, valid_game_id(game_id))
    state = registry.newest("games", game_id)
    if row is None and (state is None or state.get("removed")):
        raise NoSuchGame(f"there is no game {game_id}; `uball status` lists games")
    rig = documents.find(training, object_names.rig(game_id), Rig)
    people, unsound = check_rows(plays_db.plays(game_id), rig.footage if rig else {})
    annotated = registry.newest("annotations", game_id)
    model = registry.newest("models", annotated["model"]) if annotated and annotated["model"] else None
    said = (
        documents.find(training, object_names.annotated(game_id, model["name"]), Annotations)
        if model
        else None
    )
    return GameNow(
        game_id=game_id,
        row=row or {},
        teams=teams_of(row, [play.player_a for play in people]),
        rig=rig,
        people=tuple(people),
        unsound=tuple(unsound),
        model=model if said else None,
        told=tuple(sorted(said.plays, key=_in_time)) if said else (),
        state=state,
        annotated=annotated,
    )


def _spelled(plays_db: PlaysDb, game_id: str) -> tuple[str, dict[str, Any] | None]:
    """As the database spells it, with its row; the league's spelling where it has none."""
    for spelled in dict.fromkeys((game_id, one_spelling(game_id))):
        if row := plays_db.game(spelled):
            return spelled, row
    return one_spelling(game_id), None


def quarantine_of(training: ObjectStore, game_id: str) -> list[Quarantined]:
    """What was left out of it when it was processed last."""
    found = documents.find(training, object_names.quarantine(game_id), list[Quarantined])
    return found or []


def clip_names(training: ObjectStore, game_id: str) -> dict[str, dict[Angle, str]]:
    """By play, of people or of a model: each camera's clip in the training store, the far view first."""
    found: dict[str, dict[Angle, str]] = defaultdict(dict)
    for angle in (angle for angles in CAMERAS.values() for angle in angles):
        camera = documents.find(training, object_names.camera_clips(game_id, angle), CameraClips)
        for clip in camera.clips if camera else ():
            found[clip.play_id][angle] = clip.name
    folder = object_names.window_clips(game_id)
    _add_windows(found, folder, (info.name for info in training.list(folder)))
    return dict(found)


def _add_windows(found: dict[str, dict[Angle, str]], folder: str, names: Iterable[str]) -> None:
    for name in names:
        stem = name.removeprefix(folder).removesuffix(".mp4")
        for angle in Angle:
            if stem.endswith(f"_{angle}"):
                found[stem.removesuffix(f"_{angle}")].setdefault(angle, name)


def _in_time(play: AnnotatedPlay) -> tuple[float, str]:
    return play.window.start_s, play.play_key
