"""Proving a camera's files: one video, or the chapters of one.

Belongs here: from files of a store to one `Probe`. Not here: judging a single video (`media.probing.probe`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from uball_assets.adapters.stores.object_ranges import ObjectRanges
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.domain.hashing import content_hash
from uball_assets.media.mp4.boxes import read_moov
from uball_assets.media.probing.probe import Probe, Soundness, probe
from uball_assets.media.videos.joined_video import open_joined


@dataclass(frozen=True)
class CameraProof:
    proof: Probe
    """Of the whole recording; times in its own clock, which is the first file's."""
    files: tuple[ObjectInfo, ...]
    """Those that can be used, in order."""
    fingerprint: str


def prove_camera(video_store: ObjectStore, files: Sequence[ObjectInfo]) -> CameraProof:
    """What the files of one camera hold. Chapters from the first unusable one on are left out, and said so.

    Raises Permanent where a file cannot be read or chapters are not of one recording.
    """
    proofs = [probe(ObjectRanges(video_store, info)) for info in files]
    if len(files) == 1:
        return CameraProof(
            proofs[0], tuple(files), _fingerprint(video_store.fingerprint(files[0]), proofs[0])
        )
    count = len(list(takewhile(lambda one: one.verdict is not Soundness.UNUSABLE, proofs)))
    used = tuple(files[:count])
    fingerprint = content_hash([video_store.fingerprint(info) for info in used])
    return CameraProof(_of_all(video_store, files, proofs, count), used or tuple(files), fingerprint)


def _fingerprint(of_file: str, proof: Probe) -> str:
    """Of the file, and of the clock that its times are told by where that is not the file's own: clips that
    were cut by the file's own are other seconds of it."""
    is_own = proof.clock_offset_s == 0 and proof.clock_restarts == 0
    return of_file if is_own else content_hash([of_file, "0 is the first frame"])


def _of_all(
    video_store: ObjectStore, files: Sequence[ObjectInfo], proofs: Sequence[Probe], usable_count: int
) -> Probe:
    reasons = tuple(
        f"{info.name.rpartition('/')[2]}: {reason}"
        for info, one in zip(files, proofs, strict=True)
        for reason in one.reasons
    )
    if usable_count < len(files):
        reasons += (f"of its {len(files)} chapters only the first {usable_count} can be used",)
    if usable_count == 0:
        return replace(proofs[0], reasons=reasons)
    usable = proofs[:usable_count]
    with open_joined([ObjectRanges(video_store, info) for info in files[:usable_count]], read_moov) as video:
        broken = (
            piece.shift_s + one.last_usable_s
            for piece, one in zip(video.pieces, usable, strict=True)
            if one.last_usable_s < one.end_s
        )
        last_usable_s = next(broken, video.end_s)
    notes = tuple(dict.fromkeys(note for one in usable for note in one.notes))
    return replace(
        proofs[0],
        verdict=Soundness.USABLE_WITH_LOSS if reasons else Soundness.SOUND,
        reasons=reasons,
        notes=(f"recorded in {len(files)} chapters, joined as one video", *notes),
        size_bytes=sum(info.size_bytes for info in files[:usable_count]),
        duration_s=video.end_s - float(video.shown_s[0]),
        end_s=video.end_s,
        last_usable_s=last_usable_s,
        frame_count=len(video.shown_s),
    )
