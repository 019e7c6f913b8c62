"""The moment model that a game is looked through with: found on the record, or taught and put there.

Belongs here: reading what a few annotated games left, and the record. Not here: the choice of games
(`domain.moments.lessons`), learning (`teaching`). It is only asked for where nobody annotated a game, and
costs the same however many games there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.moments.least_score import HeldOut, held_out, least_score
from uball_assets.domain.moments.lessons import FEWEST_MOMENTS, LOOKED_BACK, newest_annotated
from uball_assets.domain.moments.moment_model import MomentModel, first_cameras
from uball_assets.domain.moments.motion import RECIPE
from uball_assets.domain.moments.reach import Reach, reach_of
from uball_assets.domain.plays.plays import Play, check_rows
from uball_assets.domain.record import MOMENT_MODELS
from uball_assets.services.moments.films import Films
from uball_assets.services.moments.teaching import Film, teach, tried_on_each


@dataclass(frozen=True)
class Learned:
    """A moment model and its entry on the record."""

    model: MomentModel
    entry: Entry

    @property
    def said(self) -> str:
        return f"v{self.entry['number']}, of {len(self.entry['game_ids'])} games"


def moment_model(
    films: Films, registry: Registry, game_id: str, angles: Sequence[Angle], used_before: str | None = None
) -> Learned | None:
    """The model of the newest annotated games, for a game with these cameras; None where there are too few
    plays to learn from.

    `used_before`: the fingerprint of the one to take, where there is one.
    """
    if used_before and (entry := registry.find(MOMENT_MODELS, used_before)):
        return _read(films.training, entry)
    first = max(0, registry.count("games") - LOOKED_BACK)
    states = newest_annotated(registry.since("games", first), game_id)
    if sum(state["plays"] for state in states) < FEWEST_MOMENTS * len(first_cameras(angles)):
        return None
    told = [[state["game_id"], state["source_hash"]] for state in states]
    fingerprint = content_hash([RECIPE, sorted(angles), sorted(told)])
    if entry := registry.find(MOMENT_MODELS, fingerprint):
        return _read(films.training, entry)
    taught = _taught(films, sorted(state["game_id"] for state in states), angles)
    if taught is None:
        return None
    name = object_names.moment_model(fingerprint)
    documents.save(films.training, name, taught.model)
    entry = {**taught.told, "recipe": RECIPE, "weights_name": name}
    return Learned(taught.model, registry.append(MOMENT_MODELS, entry, fingerprint))


@dataclass(frozen=True)
class _Taught:
    model: MomentModel
    game_ids: Sequence[str]
    moments: Mapping[Angle, int]
    on_others: HeldOut

    @property
    def told(self) -> dict[str, Any]:
        """What of it people read on the record."""
        return {
            "game_ids": self.game_ids,
            "moments": {str(angle): count for angle, count in self.moments.items()},
            "held_out": asdict(self.on_others),
            "least": self.model.least,
            **asdict(self.model.reach),
        }


def _read(training: ObjectStore, entry: Entry) -> Learned:
    return Learned(documents.load(training, entry["weights_name"], MomentModel), entry)


def _taught(films: Films, game_ids: Sequence[str], angles: Sequence[Angle]) -> _Taught | None:
    """With one camera a side; with both where one alone is not known to be enough, and both do better."""
    games = {game_id: _plays(films.training, game_id) for game_id in game_ids}
    reach = reach_of([play for plays in games.values() for play in plays])
    if reach is None:
        return None

    def by(cameras: Sequence[Angle]) -> _Taught | None:
        shown = [film for game_id, plays in games.items() for film in _films(films, game_id, plays, cameras)]
        return _taught_by(shown, cameras, reach)

    one = by(first_cameras(angles))
    if one and not one.on_others.is_enough and len(angles) > len(first_cameras(angles)):
        both = by(angles)
        return both if both and both.on_others.is_better_than(one.on_others) else one
    return one


def _taught_by(shown: Sequence[Film], cameras: Sequence[Angle], reach: Reach) -> _Taught | None:
    moments = {
        angle: sum(len(film.moments_game_s) for film in shown if film.angle is angle) for angle in cameras
    }
    if min(moments.values(), default=0) < FEWEST_MOMENTS:
        return None
    tried = tried_on_each(shown, reach.apart_s)
    least = least_score(tried)
    quiet = [film.quietest for film in shown if film.quietest is not None]
    model = MomentModel(RECIPE, teach(shown), reach, least, min(quiet, default=None))
    return _Taught(model, sorted({film.game_id for film in shown}), moments, held_out(tried, least))


def _films(films: Films, game_id: str, plays: Sequence[Play], angles: Sequence[Angle]) -> Iterator[Film]:
    """The game's films by these cameras; what cannot be looked at any more teaches nothing."""
    rig = documents.load(films.training, object_names.rig(game_id), Rig)
    for camera in rig.cameras:
        if camera.angle in angles:
            moments = [
                play.timestamp_game_s
                for play in plays
                if play.side is camera.angle.play_side and play.timestamp_game_s is not None
            ]
            with suppress(Permanent):
                motion = films.motion(game_id, camera)
                yield Film(game_id, camera.angle, motion, camera.sync_offset_s, tuple(sorted(moments)))


def _plays(training: ObjectStore, game_id: str) -> list[Play]:
    rows = documents.load(training, object_names.plays(game_id), list[dict[str, Any]])
    return check_rows(rows, {})[0]
