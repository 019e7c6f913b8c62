"""What a camera's file is and whether it can be trusted: the proof at ingest.

Belongs here: judging a source by its index, its packets and a few decoded GOPs. Not here: cutting (`cut`),
proving a clip (`verify`). A later engine may read the index by ranges; today every packet is read once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import dropwhile, islice
from pathlib import Path

import av
import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.media.boxes import container_fault, index_at_end, read_boxes
from uball_assets.media.samples import Samples, Times, gop_starts, mean_gop_s, read_samples

SAMPLED_GOPS = 4
"""GOPs decoded as proof: the first, the last and two between them."""
STEADY_RATE_TOLERANCE = 0.1
"""Frame distances within this share of their median count as one rate (millisecond clocks jitter by 3 %)."""


class Soundness(StrEnum):
    SOUND = "sound"
    USABLE_WITH_LOSS = "usable-with-loss"
    UNUSABLE = "unusable"


@dataclass(frozen=True)
class Probe:
    """One file's facts. Times in seconds of the file clock, as a player shows it."""

    verdict: Soundness
    reasons: tuple[str, ...] = ()
    duration_s: float = 0.0
    first_frame_s: float = 0.0
    end_s: float = 0.0
    """Where the last frame ends by the index."""
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
    has_audio: bool = False
    audio_codec: str = ""
    index_at_end: bool = False
    gop_s: float = 0.0
    """Mean distance of keyframes."""


def probe(path: Path) -> Probe:
    """Judge a file by what it holds; never raises for bad content, Permanent where there is no file."""
    if not path.is_file():
        raise Permanent(f"no video at {path}: transfer it, or correct the path")
    boxes = read_boxes(path)
    if fault := container_fault(path, boxes):
        return Probe(Soundness.UNUSABLE, (fault,))
    try:
        return replace(_measured(path), index_at_end=index_at_end(boxes))
    except av.error.FFmpegError as error:
        return Probe(Soundness.UNUSABLE, (f"the index does not describe a film: {error}",))


def frame_times(path: Path) -> Times:
    """Presentation times (s, file clock, sorted) of the frames whose data lies inside the file.

    Raises Permanent where no film can be opened; `probe` says why.
    """
    try:
        return read_samples(path).shown_s
    except (OSError, av.error.FFmpegError, IndexError) as error:
        raise Permanent(f"no film can be read from {path}: {error}; probe it for the reason") from error


def _measured(path: Path) -> Probe:
    with av.open(str(path)) as container:
        if not container.streams.video:
            return Probe(Soundness.UNUSABLE, ("no video track: the file holds no picture",))
        samples = read_samples(path)
        facts = _track_facts(container)
        times = samples.shown_s
        if len(times) == 0:
            reason = _nothing_left(samples, path.stat().st_size)
            return replace(
                facts, verdict=Soundness.UNUSABLE, reasons=(reason,), last_usable_s=facts.first_frame_s
            )
        facts = replace(_with_times(facts, samples), rotation_deg=_rotation_deg(container))
        undecodable_s = _undecodable_gops_s(container, samples, times)
    reasons = _losses(facts, samples, undecodable_s, path.stat().st_size)
    if not reasons:
        return facts
    head_fails = bool(undecodable_s) and undecodable_s[0] <= times[0]
    verdict = Soundness.UNUSABLE if head_fails else Soundness.USABLE_WITH_LOSS
    return replace(facts, verdict=verdict, reasons=reasons)


def _track_facts(container: av.container.InputContainer) -> Probe:
    video = container.streams.video[0]
    audio = container.streams.audio
    tick_s = float(video.time_base or 0)
    first_s = (video.start_time or 0) * tick_s
    end_s = first_s + (video.duration or 0) * tick_s
    return Probe(
        verdict=Soundness.SOUND,
        duration_s=end_s - first_s,
        first_frame_s=first_s,
        end_s=end_s,
        last_usable_s=end_s,
        codec=video.codec_context.name,
        width_px=video.codec_context.width,
        height_px=video.codec_context.height,
        has_audio=bool(audio),
        audio_codec=audio[0].codec_context.name if audio else "",
    )


def _with_times(facts: Probe, samples: Samples) -> Probe:
    times = samples.shown_s
    steps = np.diff(times)
    typical_s = float(np.median(steps)) if len(steps) else facts.duration_s
    first_s = float(times[0])
    end_s = max(facts.end_s, float(times[-1]) + typical_s) if samples.missing_from_s is None else facts.end_s
    reach_s = end_s if samples.missing_from_s is None else samples.missing_from_s
    return replace(
        facts,
        duration_s=end_s - first_s,
        first_frame_s=first_s,
        end_s=end_s,
        last_usable_s=_last_whole_s(samples, reach_s),
        frame_count=len(times),
        frame_rate=float(len(steps) / (times[-1] - first_s)) if len(steps) else 0.0,
        frame_duration_s=typical_s,
        is_variable_rate=bool(len(steps) and np.ptp(steps) > 2 * STEADY_RATE_TOLERANCE * typical_s),
        gop_s=mean_gop_s(samples, reach_s),
    )


def _last_whole_s(samples: Samples, reach_s: float) -> float:
    """`reach_s`, or where damage begins that goes on to the end (a file reserved whole, written in part)."""
    whole = np.flatnonzero(~samples.is_damaged)
    damaged_tail = samples.time_s[whole[-1] + 1 :] if len(whole) else samples.time_s
    return float(min([reach_s, *damaged_tail]))


def _undecodable_gops_s(
    container: av.container.InputContainer, samples: Samples, times: Times
) -> list[float]:
    """Start times of the sampled GOPs that do not decode to every frame they hold."""
    starts = gop_starts(samples)
    places = np.unique(np.linspace(0, len(starts) - 1, SAMPLED_GOPS).round().astype(int))
    failed = []
    for place in places:
        begin = starts[place]
        end = starts[place + 1] if place + 1 < len(starts) else len(samples.time_s)
        gop_s = samples.time_s[begin:end]
        wanted = gop_s[(gop_s >= gop_s[0]) & np.isin(gop_s, times)]
        if not _decodes(container, float(gop_s[0]), int(end - begin), wanted):
            failed.append(float(gop_s[0]))
    return failed


def _decodes(
    container: av.container.InputContainer, start_s: float, packet_count: int, wanted: Times
) -> bool:
    """True where the GOP at `start_s` gives every wanted frame, none of them flagged corrupt."""
    stream = container.streams.video[0]
    tick_s = float(stream.time_base or 1)
    start_tick = round(start_s / tick_s)
    seen: set[int] = set()
    try:
        container.seek(start_tick, stream=stream)
        # A seek may land on an earlier keyframe: skip to the wanted one.
        packets = dropwhile(lambda packet: packet.pts != start_tick, container.demux(stream))
        for packet in [*islice(packets, packet_count), None]:
            frames = stream.codec_context.decode(packet)
            seen |= {frame.pts for frame in frames if frame.pts is not None and not frame.is_corrupt}
    except av.error.FFmpegError:
        return False
    return {round(time_s / tick_s) for time_s in wanted} <= seen


def _rotation_deg(container: av.container.InputContainer) -> int:
    try:
        return next(container.decode(video=0)).rotation
    except (av.error.FFmpegError, StopIteration):
        return 0


def _nothing_left(samples: Samples, size_bytes: int) -> str:
    if not samples.missing_count:
        return "the index lists no frames: the recording did not complete"
    return (
        f"the file is cut short at byte {size_bytes}: the index promises {samples.missing_count} frames, "
        "none is in the file; transfer it again"
    )


def _losses(facts: Probe, samples: Samples, undecodable_s: list[float], size_bytes: int) -> tuple[str, ...]:
    reasons = []
    if samples.missing_count:
        reasons.append(
            f"the file is cut short at byte {size_bytes}: the index promises {facts.end_s:.1f} s, "
            f"the picture data ends at {facts.last_usable_s:.1f} s ({samples.missing_count} frames missing); "
            "transfer it again"
        )
    damaged_s = samples.damaged_s
    if len(damaged_s):
        reasons.append(
            f"{len(damaged_s)} of {facts.frame_count} frames are damaged, between {damaged_s[0]:.1f} s and "
            f"{damaged_s[-1]:.1f} s: zeroed or overwritten data; transfer it again"
        )
    elif undecodable_s:
        places = ", ".join(f"{time_s:.1f} s" for time_s in undecodable_s)
        reasons.append(f"pictures do not decode from {places} on: the data is damaged; transfer it again")
    return tuple(reasons)
