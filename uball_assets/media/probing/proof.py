"""What is known of a video once it was looked at: whether it can be trusted, and what else is worth saying.

Belongs here: the facts and the words that follow from them. Not here: finding them out (`probe`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

LATE_START_S = 0.1
"""A first frame later than this is told; players hold earlier ones back for reordered frames anyway."""
LONG_GOP_S = 5.0
"""A smart clip encodes half a group of pictures on average: above this it costs more than copying saves."""
FAR_APART_BYTES = 4 * 1024 * 1024
"""Sound further than this from its pictures is read by requests of its own."""
UNEVEN_SOUND_S = 1.0
"""Sound that begins later or ends earlier than the picture by more than this is told."""


class Soundness(StrEnum):
    SOUND = "sound"
    USABLE_WITH_LOSS = "usable-with-loss"
    UNUSABLE = "unusable"


@dataclass(frozen=True)
class Probe:
    """One file's facts. Times in seconds of the video clock, as a player shows it: 0 is the first frame shown
    (in an MP4 its own clock's 0)."""

    verdict: Soundness
    reasons: tuple[str, ...] = ()
    """What makes it less than sound; empty in a sound video."""
    notes: tuple[str, ...] = ()
    """What is worth knowing of a video, sound or not, and what becomes of it in a clip."""
    looked_at: str = ""
    """How much of the video was read as proof."""
    size_bytes: int = 0
    duration_s: float = 0.0
    first_frame_s: float = 0.0
    end_s: float = 0.0
    """Where the last frame ends by the index."""
    clock_offset_s: float = 0.0
    """What the file's own clock says at time 0, the first frame shown; 0 in an MP4."""
    clock_restarts: int = 0
    """How often the file's own clock starts anew: recordings that were joined."""
    last_usable_s: float = 0.0
    """Where whole picture data really ends; `end_s` in a sound file."""
    frame_count: int = 0
    """Frames a player shows, as far as the data reaches."""
    frame_rate: float = 0.0
    """Average, frames per second."""
    frame_duration_s: float = 0.0
    """Median."""
    is_variable_rate: bool = False
    codec: str = ""
    width_px: int = 0
    """As stored, before rotation."""
    height_px: int = 0
    rotation_deg: int = 0
    """Counter-clockwise turn that a player applies, -180 to 180."""
    bits_per_s: int = 0
    """Of the picture, on average."""
    has_audio: bool = False
    audio_codec: str = ""
    sound_from_s: float = 0.0
    sound_until_s: float = 0.0
    index_at_end: bool = False
    index_bytes: int = 0
    """0 where there is no index that clips are cut by."""
    keyframe_count: int = 0
    gop_s: float = 0.0
    """Mean distance of keyframes."""
    longest_gop_s: float = 0.0
    open_gop_s: float | None = None
    """A keyframe that no player can begin at; None where none was seen."""
    interleave_bytes: int = 0
    """How far sound stands from the picture of the same moment, at most."""
    created: str = ""
    """When the recording began by the camera's own clock, ISO 8601; '' where it wrote none."""
    has_chapters: bool = False
    other_tracks: tuple[str, ...] = ()
    """Handlers of tracks that clips leave out: `tmcd` time code, `meta` telemetry, `text` chapters, …"""
    oddities: tuple[str, ...] = ()
    """What the file tells twice or wrongly, and how it was taken."""
    is_walked: bool = False
    """No index could be used: times and frames are those of its packets, read one by one."""
    reencode_reason: str = ""
    """Why clips of this video are made of re-encoded frames only; '' where frames are copied."""


def noted(probe: Probe) -> Probe:
    """The probe with its notes."""
    notes = [*_of_clips(probe), *((True, oddity) for oddity in probe.oddities), *_of_recording(probe)]
    return replace(probe, notes=tuple(note for applies, note in notes if applies))


def _of_clips(probe: Probe) -> list[tuple[bool, str]]:
    """What becomes of the video in a clip."""
    others = ", ".join(probe.other_tracks)
    open_gop = f"no player can begin at the keyframe at {round(probe.open_gop_s or 0.0, 3)} s, for one"
    apart_s = f"{probe.longest_gop_s:.1f} s"
    return [
        (bool(probe.reencode_reason), f"clips will be re-encoded: {probe.reencode_reason}"),
        (
            probe.open_gop_s is not None,
            f"open GOP: {open_gop}; clips with no other keyframe will be re-encoded",
        ),
        (
            probe.longest_gop_s > LONG_GOP_S and not probe.reencode_reason,
            f"keyframes stand up to {apart_s} apart: smart clips re-encode so much at most",
        ),
        (probe.is_variable_rate, "variable frame rate: clips keep every frame's own time"),
        (bool(probe.rotation_deg), f"players turn the picture by {probe.rotation_deg} degrees, in clips too"),
        (
            probe.has_audio and probe.audio_codec != "aac",
            f"its sound is {probe.audio_codec}: clips turn it into AAC",
        ),
        (not probe.has_audio, "no sound: clips are silent"),
        (probe.has_chapters, "chapter marks: clips leave them out"),
        (bool(others), f"other tracks ({others}): clips leave them out"),
    ]


def _of_recording(probe: Probe) -> list[tuple[bool, str]]:
    uneven_s = max(probe.sound_from_s - probe.first_frame_s, probe.last_usable_s - probe.sound_until_s)
    apart_mb = probe.interleave_bytes / 1e6
    return [
        (
            probe.clock_offset_s != 0,
            f"its own clock says {probe.clock_offset_s:.3f} s at the first frame: times count from there",
        ),
        (
            probe.clock_restarts > 0,
            f"its own clock starts anew {probe.clock_restarts} times: times here go on",
        ),
        (
            probe.first_frame_s > LATE_START_S,
            f"late start: the first frame is shown at {probe.first_frame_s:.3f} s",
        ),
        (
            probe.sound_until_s > 0 and uneven_s > UNEVEN_SOUND_S,
            f"its sound runs only from {probe.sound_from_s:.1f} s to {probe.sound_until_s:.1f} s",
        ),
        (
            probe.interleave_bytes > FAR_APART_BYTES,
            f"sound stands up to {apart_mb:.1f} MB from its pictures: clips take more requests",
        ),
        (probe.index_at_end, "the index stands at the end: over a network, players begin late"),
    ]
