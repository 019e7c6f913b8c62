"""A game's rig: its four cameras as they were found and proved, with what is missing and why.

Belongs here: what the platform knows of a game's footage. Not here: how a file is proved
(`media.probing.probe`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median_low

from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage.angles import NO_FILE, Angle
from uball_assets.domain.footage.timeline import Window

ARCHIVED_REMEDY = "bring the video back to its place: what it gives new clips for is cut then"
SHORT_S = 300.0
"""Cameras are started and stopped by hand minutes apart; the shortest part that a camera splits its recording
into (4 GB at 60 Mbit/s) lasts nine."""
SHORT_SHARE = 0.1
"""In games of under 50 minutes a tenth of the time counts as well."""


@dataclass(frozen=True)
class Camera:
    angle: Angle
    name: str
    """The file's name in the video store."""
    fingerprint: str
    size_bytes: int
    filmed: Window
    """First frame to the end of the last, in the file's own clock, seconds."""
    sync_offset_s: float
    """File time minus game time."""
    frame_rate: float
    width_px: int
    height_px: int
    codec: str
    verdict: str
    reasons: tuple[str, ...] = ()
    """What it lacks: damage in its file, or time against its sisters."""
    notes: tuple[str, ...] = ()
    """What is worth knowing of a video, sound or not."""
    more_names: tuple[str, ...] = ()
    """The files after the first, in order, where the camera split its recording into chapters."""
    is_walked: bool = False
    """No index of its video could be used: frames were told by its packets."""

    @property
    def filmed_game(self) -> Window:
        """What it filmed, in game time."""
        return self.filmed.shifted(-self.sync_offset_s)


@dataclass(frozen=True)
class Rig:
    game_id: str
    cameras: tuple[Camera, ...]
    quarantined: tuple[Quarantined, ...]
    videos_hash: str
    """Changes when a file or an offset of this game does."""
    arrived_hash: str = ""
    """Changes when a video arrives or is replaced, where videos arrive elsewhere; '' where they do not."""
    archived: tuple[Angle, ...] = ()
    """Cameras whose videos were put away on purpose: they stand here as they were when they were proved, and
    nothing more can be cut from them."""

    def camera(self, angle: Angle) -> Camera | None:
        return next((camera for camera in self.cameras if camera.angle is angle), None)

    @property
    def without_file(self) -> frozenset[Angle]:
        """Cameras of which no file is there; not those whose file is no good."""
        lost = {entry.what for entry in self.quarantined if entry.why == NO_FILE}
        return frozenset(angle for angle in Angle if f"camera {angle}" in lost)

    @property
    def footage(self) -> dict[Angle, Window]:
        """Each present camera's filmed stretch, game time."""
        return {camera.angle: camera.filmed_game for camera in self.cameras}


def with_archived(found: Rig, before: Rig, offsets_s: Mapping[str, float]) -> Rig:
    """A game whose videos were put away: what was found now, and for each camera without a file what it was
    `before`. An offset that was corrected since (`offsets_s`) asks for new clips: it waits for the videos."""
    kept = [camera for camera in before.cameras if camera.angle in found.without_file]
    lost = {f"camera {camera.angle}" for camera in kept}
    other = (entry for entry in found.quarantined if entry.what not in lost)
    return replace(
        found,
        cameras=tuple(sorted((*found.cameras, *kept), key=lambda camera: camera.angle)),
        quarantined=(
            *other,
            *(
                _corrected(camera, offset_s)
                for camera in kept
                if (offset_s := offsets_s.get(camera.angle, 0.0)) != camera.sync_offset_s
            ),
        ),
        archived=tuple(camera.angle for camera in kept),
    )


def assert_there(found: Rig, before: Rig) -> None:
    """Raises Permanent where no camera has a file and some had `before`: it is the place that cannot be seen,
    and nothing made of the game is to be made anew from nothing."""
    if before.cameras and len(found.without_file) == len(Angle):
        raise Permanent(
            f"game {found.game_id} has no video any more, and had {len(before.cameras)} cameras: nothing "
            "made of it was touched. Bring the videos back; where they were put away on purpose, `uball "
            f'archive {found.game_id} --because "…"`; `uball remove` takes the game out'
        )


def _corrected(camera: Camera, offset_s: float) -> Quarantined:
    why = (
        f"its offset was corrected from {camera.sync_offset_s:+g} to {offset_s:+g} s, and its video is "
        "archived: its clips are those of before"
    )
    return Quarantined(f"offset of {camera.angle}", camera.name, why, ARCHIVED_REMEDY)


def short_cameras(cameras: Sequence[Camera]) -> dict[Angle, str]:
    """Sound cameras that filmed much less of the game than their sisters, with the numbers.

    Held against the median sister, of two the shorter; one sister alone could as well be the one that is too
    long. A part of the recording may be missing, which nothing in the file itself tells.
    """
    short = {}
    for camera in cameras:
        sisters = [other for other in cameras if other is not camera]
        if camera.verdict != "sound" or len(sisters) < 2:
            continue
        usual_s = median_low(sister.filmed.duration_s for sister in sisters)
        lacking_s = usual_s - camera.filmed.duration_s
        if lacking_s > min(SHORT_S, SHORT_SHARE * usual_s):
            short[camera.angle] = _short(camera, usual_s, lacking_s)
    return short


def _short(camera: Camera, usual_s: float, lacking_s: float) -> str:
    filmed = camera.filmed_game
    return (
        f"it filmed {filmed.duration_s:.1f} s, {lacking_s:.1f} s less than its sisters ({usual_s:.1f} s), "
        f"from {filmed.start_s:.1f} to {filmed.end_s:.1f} s of the game: "
        "a part of the recording may be missing"
    )
