"""The record held against the store: what of a game is missing, was changed, or belongs to nobody.

In three depths, for a league's objects are millions and a night is short: a game whose listing is the one
that was proved last is sound; another's is held against what its assets wrote down of it; and of a share of
the games, in turn, every clip's bytes are read.

Belongs here: the comparison, and whose turn it is. Not here: listing and reading (`services.store_proof`),
what is done about it (`automation.operating.repairs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from uball_assets.domain.clipping.reports import CameraClips
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.hashing import content_hash

REPAIRS = "repairs"
"""The kind of entry on the record: what of a game is asked for again, until it has been made."""
NAMED = 20
"""Objects that a verdict names; the others are a number."""


@dataclass(frozen=True)
class Listed:
    name: str
    size_bytes: int
    version: str


@dataclass(frozen=True)
class Proved:
    """What is kept of a game between nights."""

    listing: str
    """`listing_hash` when it was found sound; '' for one that was not."""
    read_at_s: float = 0.0
    """When the bytes of its clips were read last; 0 for never."""


@dataclass(frozen=True)
class GameProof:
    game_id: str
    missing: Sequence[str] = ()
    changed: Sequence[str] = ()
    orphaned: Sequence[str] = ()
    """Clips that no camera's report tells of: they cost room, and nobody learns from them."""

    @property
    def is_sound(self) -> bool:
        return not (self.missing or self.changed)

    @property
    def said(self) -> str:
        """`2 objects are missing, 1 was changed`."""
        told = [(self.missing, "missing"), (self.changed, "changed")]
        return ", ".join(f"{len(names)} {what}" for names, what in told if names) + " in the store"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def listing_hash(listed: Iterable[Listed], number: int) -> str:
    """Of a game's folder as it stands, at its entry `number` on the record: a run changes both."""
    return content_hash([number, sorted([one.name, one.size_bytes, one.version] for one in listed)])


def needed(game_id: str) -> list[str]:
    """What every processed game has, whatever was in it."""
    return [
        object_names.rig(game_id),
        object_names.plays(game_id),
        object_names.plays_report(game_id),
        *(object_names.camera_clips(game_id, angle) for angle in Angle),
        object_names.training_data(game_id),
        object_names.validation_data(game_id),
        object_names.examples(game_id),
        object_names.quarantine(game_id),
    ]


def compare(
    game_id: str, listed: Sequence[Listed], cameras: Sequence[CameraClips], windows: Iterable[str] = ()
) -> GameProof:
    """`cameras`: as many of their reports as can be read; `windows`: clips that a model was asked about in a
    game that nobody annotated."""
    there = {one.name: one for one in listed}
    clips = {clip.name: clip for camera in cameras for clip in camera.all_clips}
    changed = [
        name for name, clip in clips.items() if name in there and there[name].size_bytes != clip.size_bytes
    ]
    # A camera whose report is missing may have any clip: none of its is an orphan then.
    known = {f"_{camera.angle}.mp4" for camera in cameras}
    prefix = object_names.clips(game_id)
    orphaned = [
        name
        for name in there
        if name.startswith(prefix) and name not in clips and any(name.endswith(end) for end in known)
    ]
    missing = [name for name in (*needed(game_id), *clips, *windows) if name not in there]
    return GameProof(game_id, tuple(missing), tuple(sorted(changed)), tuple(sorted(orphaned)))


def with_changed(proof: GameProof, names: Iterable[str]) -> GameProof:
    changed = tuple(sorted({*proof.changed, *names}))
    return GameProof(proof.game_id, proof.missing, changed, proof.orphaned)


def to_read(games: Iterable[str], known: Mapping[str, Proved]) -> list[str]:
    """Whose bytes are read next: those read longest ago first."""
    return sorted(games, key=lambda game: (known[game].read_at_s if game in known else 0.0, game))


def repair_entry(proof: GameProof) -> dict[str, Any]:
    """What is asked for on the record: this game's chain makes again what is wrong, and nothing else."""
    wrong = [*proof.missing, *proof.changed]
    return {
        "game_id": proof.game_id,
        "open": True,
        "said": proof.said,
        "missing": len(proof.missing),
        "changed": len(proof.changed),
        "names": wrong[:NAMED],
        "of": content_hash(sorted(wrong)),
    }
