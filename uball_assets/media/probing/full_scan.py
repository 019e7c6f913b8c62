"""Judging a video that has no index to cut by (fragmented, Matroska, MPEG-TS, …): every packet is read once.

Belongs here: what ffmpeg's demuxer and decoder say of it. Not here: videos with an index (`spot_check`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import av
import numpy as np

from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import NotAVideo
from uball_assets.media.probing.promised_length import promised_end_s
from uball_assets.media.probing.proof import Probe, Soundness, noted
from uball_assets.media.probing.spot_check import SAMPLED_GOPS
from uball_assets.media.videos.lost_packets import losses_between, settled
from uball_assets.media.videos.rhythm import rhythm_of
from uball_assets.media.videos.samples import (
    Samples,
    open_container,
    picture_of,
    read_samples,
    refuse_pictures,
)
from uball_assets.media.videos.sequence import MOST_REORDERED, decoded_from, keyframe_before


def probe_by_walking(source: Ranged, reason: str) -> Probe:
    """Reads the whole video; `reason` says why clips are re-encoded. Raises NotAVideo where it is none."""
    try:
        with open_container(source) as container:
            refuse_pictures(source)
            samples = settled(source, read_samples(source))
            facts = replace(
                _facts(container), size_bytes=source.size_bytes, is_walked=True, reencode_reason=reason
            )
            if not len(samples.shown_s):
                return noted(replace(facts, verdict=Soundness.UNUSABLE, reasons=(_nothing(samples, source),)))
            facts = replace(_timed(facts, samples), rotation_deg=_rotation_deg(container))
            facts = replace(facts, oddities=(*facts.oddities, *_begun_amid(samples)))
            if (promised_s := promised_end_s(container, source, samples)) is not None:
                whole_s = facts.end_s
                facts = replace(facts, end_s=promised_s, duration_s=promised_s - facts.first_frame_s)
                facts = replace(facts, last_usable_s=min(facts.last_usable_s, whole_s))
            gops, undecodable_s = _decoded_gops(source, samples)
    except (av.error.FFmpegError, IndexError) as error:
        raise NotAVideo(f"the index does not describe a video: {error}") from error
    reasons = _losses(facts, samples, undecodable_s, source, is_promise_kept=promised_s is None)
    verdict = Soundness.SOUND
    if reasons:
        all_fail = len(undecodable_s) == gops
        verdict = Soundness.UNUSABLE if all_fail else Soundness.USABLE_WITH_LOSS
    looked_at = f"all {len(samples.time_s)} frames, and {gops} groups of pictures decoded"
    return noted(replace(facts, verdict=verdict, reasons=reasons, looked_at=looked_at))


def _facts(container: av.container.InputContainer) -> Probe:
    video_stream, audio = picture_of(container), container.streams.audio
    tick_s = float(video_stream.time_base or 0)
    first_s = (video_stream.start_time or 0) * tick_s
    end_s = first_s + (video_stream.duration or 0) * tick_s
    others = [stream.type for stream in container.streams if stream not in (video_stream, *audio[:1])]
    return Probe(
        verdict=Soundness.SOUND,
        duration_s=end_s - first_s,
        first_frame_s=first_s,
        end_s=end_s,
        codec=video_stream.codec_context.name,
        width_px=video_stream.codec_context.width,
        height_px=video_stream.codec_context.height,
        has_audio=bool(audio),
        audio_codec=_codec_name(audio[0]) if audio else "",
        has_chapters=bool(container.chapters()),
        other_tracks=tuple(others),
        created=container.metadata.get("creation_time", ""),
        oddities=_choice(container, video_stream),
    )


def _choice(container: av.container.InputContainer, video_stream: av.VideoStream) -> tuple[str, ...]:
    streams = container.streams.video
    if len(streams) == 1:
        return ()
    others = ", ".join(_size(stream) for stream in streams if stream is not video_stream)
    return (f"{len(streams)} picture tracks: clips show the one of {_size(video_stream)}, not {others}",)


def _begun_amid(samples: Samples) -> tuple[str, ...]:
    if not samples.is_keyframe.any() or not (early := int(np.argmax(samples.is_keyframe))):
        return ()
    early += int(np.count_nonzero(~samples.is_shown[early:] & (samples.tick[early:] < 0)))
    return (
        f"{early} frames before its first keyframe lean on pictures that it lacks: no player can show them",
    )


def _size(stream: av.VideoStream) -> str:
    context: av.VideoCodecContext | None = stream.codec_context
    return "an unknown codec" if context is None else f"{context.width} x {context.height}"


def _codec_name(audio: av.AudioStream) -> str:
    """'' for a codec that nobody knows; PyAV's types promise one."""
    context: av.AudioCodecContext | None = audio.codec_context
    return context.name if context is not None else ""


def _timed(facts: Probe, samples: Samples) -> Probe:
    times, keyframes_s = samples.shown_s, np.sort(samples.time_s[samples.is_keyframe])
    is_cut_short = samples.missing_from_s is not None
    typical_s = rhythm_of(times, keyframes_s, float(times[-1])).frame_duration_s
    promised_end_s = facts.end_s - samples.shown.own_zero_s
    end_s = promised_end_s if is_cut_short else float(times[-1]) + typical_s
    is_all_shown = bool(samples.is_shown.all())
    if (
        not is_cut_short
        and is_all_shown
        and not samples.shown.own_zero_tick
        and samples.is_ordered
        and not samples.restarts
    ):
        end_s = max(promised_end_s, end_s)
    reach_s = end_s if samples.missing_from_s is None else samples.missing_from_s
    rhythm = rhythm_of(times, keyframes_s, reach_s)
    first_s = float(times[0])
    return replace(
        facts,
        **vars(rhythm),
        duration_s=end_s - first_s,
        first_frame_s=first_s,
        end_s=end_s,
        clock_offset_s=samples.shown.own_zero_s,
        clock_restarts=samples.restarts,
        last_usable_s=_last_whole_s(samples, reach_s),
        frame_count=len(times),
        bits_per_s=round(8 * int(samples.size_bytes.sum()) / (reach_s - first_s)) if reach_s > first_s else 0,
    )


def _last_whole_s(samples: Samples, reach_s: float) -> float:
    """`reach_s`, or where damage begins that goes on to the end (a file reserved whole, written in part)."""
    whole = np.flatnonzero(~samples.is_damaged)
    damaged_tail = samples.time_s[whole[-1] + 1 :] if len(whole) else samples.time_s
    return float(min([reach_s, *damaged_tail]))


def _decoded_gops(source: Ranged, samples: Samples) -> tuple[int, list[float]]:
    """How many GOPs were decoded, and start times of those that do not give every frame they hold."""
    starts = np.flatnonzero(samples.is_keyframe)
    ends = np.append(starts[1:], len(samples.tick))
    places = np.linspace(0, max(0, len(starts) - 1), SAMPLED_GOPS).round().astype(int)
    chosen = np.unique(places)[: len(starts)]
    failed = []
    for begin, end in zip(starts[chosen].tolist(), ends[chosen].tolist(), strict=True):
        gop = np.arange(begin, end)
        is_wanted = samples.is_shown[begin:end] & (samples.tick[begin:end] >= samples.tick[begin])
        if not set(gop[is_wanted].tolist()) <= _decoded(source, samples, begin, end):
            failed.append(float(samples.time_s[begin]))
    return len(chosen), failed


def _decoded(source: Ranged, samples: Samples, begin: int, end: int) -> set[int]:
    """Decode positions of the frames of a GOP that decode whole."""
    seen: set[int] = set()
    # Only order tells what leans on the GOP before: that one is decoded too.
    entry = begin if samples.is_ordered else keyframe_before(samples, begin)
    with suppress(av.error.FFmpegError):
        for position, _ in decoded_from(source, samples, entry, end):
            seen.add(position)
            if len(seen) >= end - entry + MOST_REORDERED:
                break
    return seen


def _rotation_deg(container: av.container.InputContainer) -> int:
    try:
        container.seek(0)
        return next(container.decode(picture_of(container))).rotation
    except (av.error.FFmpegError, StopIteration):
        return 0


def _nothing(samples: Samples, source: Ranged) -> str:
    if not samples.missing_count:
        return "the index lists no frames: the recording did not complete"
    return (
        f"the file is cut short at byte {source.size_bytes}: the index promises {samples.missing_count} "
        "frames, none is in the file; transfer it again"
    )


def _losses(
    facts: Probe, samples: Samples, undecodable_s: list[float], source: Ranged, *, is_promise_kept: bool
) -> tuple[str, ...]:
    reasons = []
    if not is_promise_kept:
        reasons.append(
            f"the file is cut short at byte {source.size_bytes}: its header promises {facts.end_s:.1f} s, "
            f"the picture data ends at {facts.last_usable_s:.1f} s; transfer it again"
        )
    elif samples.missing_count:
        reasons.append(
            f"the file is cut short at byte {source.size_bytes}: the index promises {facts.end_s:.1f} s, "
            f"the picture data ends at {facts.last_usable_s:.1f} s ({samples.missing_count} frames missing); "
            "transfer it again"
        )
    if lost := losses_between(samples, 0, len(samples.tick)):
        reasons.append(lost)
    damaged_s = samples.damaged_s
    if len(damaged_s):
        reasons.append(
            f"{len(damaged_s)} of {facts.frame_count} frames are damaged, between {damaged_s[0]:.1f} s and "
            f"{damaged_s[-1]:.1f} s: zeroed or overwritten data; transfer it again"
        )
    elif undecodable_s and not lost:
        places = ", ".join(f"{time_s:.1f} s" for time_s in undecodable_s)
        reasons.append(f"pictures do not decode from {places} on: the data is damaged; transfer it again")
    return tuple(reasons)
