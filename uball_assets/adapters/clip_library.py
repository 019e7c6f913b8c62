"""A camera's clips in the training store: which are there by content key, and cutting those that are not.

Belongs here: the meeting of a plan with what the store holds. Not here: which clips are wanted
(`domain.clips`) or how a clip is cut and proved (`media.cut`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from uball_assets.adapters.fetching import local_file
from uball_assets.adapters.object_store import ObjectInfo, ObjectStore
from uball_assets.domain.clips import ClipPlan, Recipe
from uball_assets.domain.errors import Loss, Permanent
from uball_assets.domain.reports import Clip
from uball_assets.domain.rig import Camera
from uball_assets.media.cut import cut_and_prove, ffmpeg_binary
from uball_assets.media.probe import frame_times


@dataclass(frozen=True)
class CutResult:
    clips: tuple[Clip, ...]
    losses: tuple[Loss, ...]
    cut_count: int
    """Clips cut now; the others stood there under the same key."""


@dataclass(frozen=True)
class CutFacts:
    """What is kept with a clip in the store, so that one listing tells all of it. Text, as stores want it."""

    key: str
    frame_count: int
    first_file_s: float
    duration_s: float

    def to_metadata(self) -> dict[str, str]:
        return {name: str(value) for name, value in vars(self).items()}

    @classmethod
    def from_metadata(cls, kept: Mapping[str, str]) -> CutFacts:
        return cls(
            kept["key"], int(kept["frame_count"]), float(kept["first_file_s"]), float(kept["duration_s"])
        )


@dataclass(frozen=True)
class ClipCutter:
    """Cuts from the video store into the training store. `ffmpeg` is the binary's path, '' for the shipped
    one."""

    videos: ObjectStore
    training: ObjectStore
    recipe: Recipe
    ffmpeg: str
    workers: int
    work_folder: Path
    """For files that live as long as one cut."""

    def make(self, prefix: str, camera: Camera, plans: Sequence[ClipPlan]) -> CutResult:
        """Every planned clip under `prefix`, cutting only what the store does not hold; one listing.

        A clip that cannot be cut or does not prove itself is a loss; the others go on.
        """
        stored = {info.name: info for info in self.training.list(prefix)}
        kept = {plan.name: clip for plan in plans if (clip := _stored(plan, camera, stored.get(plan.name)))}
        missing = [plan for plan in plans if plan.name not in kept]
        try:
            made, losses = self._cut(camera, missing) if missing else ({}, [])
        except Permanent as error:
            made, losses = {}, [_loss(plan, camera, str(error)) for plan in missing]
        everything = {**kept, **made}
        clips = tuple(everything[plan.name] for plan in plans if plan.name in everything)
        return CutResult(clips, tuple(losses), len(made))

    def _cut(self, camera: Camera, plans: Sequence[ClipPlan]) -> tuple[dict[str, Clip], list[Loss]]:
        made: dict[str, Clip] = {}
        losses: list[Loss] = []
        self.work_folder.mkdir(parents=True, exist_ok=True)
        with (
            local_file(self.videos, camera.name) as source,
            tempfile.TemporaryDirectory(dir=self.work_folder) as work,
            ThreadPoolExecutor(self.workers) as pool,
        ):
            times, ffmpeg = frame_times(source), ffmpeg_binary(self.ffmpeg)

            def cut(plan: ClipPlan) -> Clip | Loss:
                try:
                    clip = cut_and_prove(
                        source,
                        times,
                        plan.start_file_s,
                        plan.end_file_s,
                        self.recipe,
                        ffmpeg,
                        Path(work),
                    )
                except Permanent as error:
                    return _loss(plan, camera, str(error))
                facts = CutFacts(plan.key, clip.frame_count, clip.first_s, clip.duration_s)
                self.training.write(plan.name, clip.data, facts.to_metadata())
                return _clip(plan, camera, facts, clip.size_bytes)

            for plan, result in zip(plans, pool.map(cut, plans), strict=True):
                if isinstance(result, Loss):
                    losses.append(result)
                else:
                    made[plan.name] = result
        return made, losses


def drop_strays(training: ObjectStore, prefix: str, suffix: str, wanted: Sequence[Clip]) -> int:
    """Deletes clips that no play asks for any more (a deleted play, a clip now refused); returns how many."""
    names = {clip.name for clip in wanted}
    strays = [
        info.name for info in training.list(prefix) if info.name.endswith(suffix) and info.name not in names
    ]
    for name in strays:
        training.delete(name)
    return len(strays)


def _stored(plan: ClipPlan, camera: Camera, info: ObjectInfo | None) -> Clip | None:
    if info is None or info.metadata.get("key") != plan.key:
        return None
    return _clip(plan, camera, CutFacts.from_metadata(info.metadata), info.size_bytes)


def _clip(plan: ClipPlan, camera: Camera, facts: CutFacts, size_bytes: int) -> Clip:
    """The clip's clock starts at its first frame, up to a frame after the play's start."""
    moment_s = plan.timestamp_clip_s
    if moment_s is not None:
        moment_s = max(0.0, round(moment_s + plan.start_file_s - facts.first_file_s, 3))
    return Clip(
        play_id=plan.play_id,
        angle=plan.angle,
        name=plan.name,
        key=plan.key,
        start_file_s=facts.first_file_s,
        sync_offset_s=camera.sync_offset_s,
        timestamp_clip_s=moment_s,
        duration_s=facts.duration_s,
        frame_count=facts.frame_count,
        size_bytes=size_bytes,
        clamped=plan.clamped,
    )


def _loss(plan: ClipPlan, camera: Camera, why: str) -> Loss:
    return Loss(
        f"clip {plan.play_id}_{plan.angle}",
        f"{camera.name} at {plan.start_file_s:.3f} s",
        why,
        "replace the file or correct the play's times, then materialise the camera again",
    )
