"""Do the stored sync offsets agree with what the cameras' microphones heard? Four cameras, one hall.

Belongs here: where to listen, what was measured there, and the form of the answer. Not here: how one lag is
measured (`cross_correlation`), what the lags say of a camera (`sync_verdict`), how sound is read
(`media.sound.sound`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.cross_correlation import RATE_HZ, Samples, best_fit, loudness
from uball_assets.domain.footage.timeline import Window

WINDOW_S = 60.0
"""Long enough for a hall at -10 dB of the microphones' noise, and to find an offset that is 30 s off."""
SHORTEST_WINDOW_S = 8.0


class Verdict(StrEnum):
    AGREES = "agrees"
    DISAGREES = "disagrees"
    ONE_OF_TWO = "one of two is wrong"
    UNKNOWN = "cannot tell"


AGAINST = (Verdict.DISAGREES, Verdict.ONE_OF_TWO)
"""The sound speaks against the stored offset."""


@dataclass(frozen=True)
class Heard:
    """Sound of one video, mono, at `lag.RATE_HZ`."""

    start_file_s: float
    samples: Samples

    @property
    def duration_s(self) -> float:
        return len(self.samples) / RATE_HZ


@dataclass(frozen=True)
class Lag:
    """How much later `second` heard, in game time by the stored offsets, what `first` heard."""

    first: Angle
    second: Angle
    at_game_s: float
    lag_s: float
    confidence: float


@dataclass(frozen=True)
class CameraSync:
    angle: Angle
    verdict: Verdict
    stored_offset_s: float
    off_by_s: float | None = None
    """What must be added to the stored offset in the middle of the game; None: not known. Where one of two is
    wrong: if it is this one."""
    drift_ppm: float | None = None
    """How much faster this camera's clock runs than the others'; None: not known."""
    confidence: float = 0.0
    reason: str = ""
    apart_s: float | None = None
    """How far it stands from the nearest other camera, where no two agree; None: not known, or some do."""

    @property
    def measured_offset_s(self) -> float | None:
        """To 10 ms: sound tells no more."""
        if self.off_by_s is None:
            return None
        return round(self.stored_offset_s + self.off_by_s, 2) + 0.0  # never -0.0

    @property
    def drift_ms_per_hour(self) -> float | None:
        return None if self.drift_ppm is None else self.drift_ppm * 3.6


@dataclass(frozen=True)
class Accepted:
    """A person's word that a camera's stored offset holds, whatever its sound says."""

    angle: Angle
    by: str
    why: str
    at: str
    """The moment that it was recorded, ISO 8601."""


@dataclass(frozen=True)
class SyncAudit:
    game_id: str
    videos_hash: str
    """Of the rig that was listened to."""
    places: tuple[Window, ...]
    """Where was listened, game time."""
    cameras: tuple[CameraSync, ...]
    lags: tuple[Lag, ...]
    """The evidence, before any judgement."""
    accepted: tuple[Accepted, ...] = ()
    """What people decided of these very videos and offsets."""
    decided_hash: str = ""
    """Of all that people ever decided of the game (`pickup.target_hash`)."""

    def acceptance(self, angle: Angle) -> Accepted | None:
        return next((accepted for accepted in self.accepted if accepted.angle is angle), None)

    def camera(self, angle: Angle) -> CameraSync | None:
        return next((camera for camera in self.cameras if camera.angle is angle), None)

    @property
    def search_s(self) -> float:
        """How far off an offset could be and still be found: half of the shortest place."""
        return min((place.duration_s / 2 for place in self.places), default=0.0)

    @property
    def complaints(self) -> tuple[str, ...]:
        """One sentence for each camera whose offset the sound speaks against and nobody accepted."""
        return tuple(
            f"sync offset of {camera.angle}: {camera.reason}"
            for camera in self.cameras
            if camera.verdict in AGAINST and not self.acceptance(camera.angle)
        )


def places_to_listen(
    footage: Mapping[Angle, Window], window_s: float = WINDOW_S
) -> tuple[tuple[Window, ...], dict[Angle, str]]:
    """Start, middle and end of what the cameras filmed together, game time; and who is left out, why.

    The camera that most shortens what is shared is left out while that is too short to listen to.
    """
    chosen, left_out = dict(footage), dict[Angle, str]()
    while len(chosen) > 1 and _shared(chosen.values()).duration_s < 3 * SHORTEST_WINDOW_S:
        worst = max(chosen, key=lambda angle: _shared(_without(chosen, angle)).duration_s)
        del chosen[worst]
        left_out[worst] = "it videos hardly anything at the same time as the others"
    if len(chosen) < 2:
        why = "there is no other camera to compare it with"
        return (), left_out | {angle: left_out.get(angle, why) for angle in chosen}
    shared = _shared(chosen.values())
    length_s = min(window_s, shared.duration_s / 3)
    middle_s = (shared.start_s + shared.end_s - length_s) / 2
    starts_s = (shared.start_s, middle_s, shared.end_s - length_s)
    return tuple(Window(start_s, start_s + length_s) for start_s in starts_s), left_out


def measure_lags(heard: Mapping[Angle, Heard], offsets_s: Mapping[Angle, float]) -> list[Lag]:
    """Every pair of cameras in one place; a pair with nothing to compare is left out."""
    sounds = {angle: loudness(each.samples) for angle, each in sorted(heard.items())}
    starts_s = {angle: heard[angle].start_file_s - offsets_s[angle] for angle in sounds}
    lags = []
    for first, second in combinations(sounds, 2):
        fit = best_fit(sounds[first], sounds[second])
        if fit is not None:
            lag_s = round(fit.lag_s + starts_s[second] - starts_s[first], 4)
            at_game_s = max(starts_s[first], starts_s[second])
            lags.append(Lag(first, second, at_game_s, lag_s, round(fit.confidence, 3)))
    return lags


def _shared(windows: Collection[Window]) -> Window:
    start_s = max(window.start_s for window in windows)
    return Window(start_s, max(start_s, min(window.end_s for window in windows)))


def _without(footage: Mapping[Angle, Window], angle: Angle) -> list[Window]:
    return [window for other, window in footage.items() if other is not angle]
