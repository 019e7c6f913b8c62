"""A camera's clips in the training store: which are there by content key, and cutting those that are not.

Clips of one camera may be cut on several machines: each writes into the store, and what the store then holds
counts, as ever.

Belongs here: the meeting of a plan with what the store holds. Not here: which clips are wanted
(`domain.clipping.clips`), how clips are cut and proved (`media.cutting.batch`, `media.cutting.cut`), which
other machines there are (`automation.nodes.cutting`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from uball_assets.adapters.machine.core_seconds import took_elsewhere
from uball_assets.adapters.machine.places import Place, share
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.domain.clipping.clips import ClipPlan, Mode, Recipe
from uball_assets.domain.clipping.parts import FEWEST_CLIPS, divided
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.errors import Permanent, Quarantined, UballError
from uball_assets.domain.footage.rig import ARCHIVED_REMEDY, Camera
from uball_assets.domain.footage.timeline import file_to_clip
from uball_assets.domain.hashing import bytes_hash
from uball_assets.media.cutting.batch import Progress, Proofs, Wanted, cut_all
from uball_assets.media.cutting.plan import CutClip, Tools
from uball_assets.media.cutting.together import Together
from uball_assets.media.videos.video import Video
from uball_assets.media.vision.flaws import UNSEEN, look_at
from uball_assets.services.camera_video import open_camera

Watch = Callable[[Progress], None]
_SHOWS = "its pictures are"
_UNSEEN_MODES = (Mode.EDIT, Mode.KEYFRAME)
"""Cut at the speed of copying: nothing of such a clip is decoded."""


@dataclass(frozen=True)
class CutResult:
    clips: tuple[Clip, ...]
    quarantined: tuple[Quarantined, ...]
    cut_count: int
    """Clips cut now; the others stood there under the same key."""
    lost_keys: tuple[str, ...] = ()
    """Of clips that were planned and could not be cut, or did not prove themselves."""
    elsewhere_count: int = 0
    """Of those cut now, by other machines."""


@dataclass(frozen=True)
class CutFacts:
    """What is kept with a clip in the store, so that one listing tells all of it. Text, as stores want it."""

    key: str
    frame_count: int
    first_file_s: float
    duration_s: float
    """In the clip's own clock, as in `reports.Clip`."""
    slow_motion: float = 1.0
    mode_used: str = "reencode"
    copied_count: int = 0
    reason: str = ""
    bytes_hash: str = ""
    flaws: str = ""
    brightness: float | None = None
    sharpness: float | None = None

    def to_metadata(self) -> dict[str, str]:
        return {name: str(value) for name, value in vars(self).items() if value not in ("", None)}

    @classmethod
    def from_metadata(cls, kept: Mapping[str, str]) -> CutFacts:
        return cls(
            kept["key"],
            int(kept["frame_count"]),
            float(kept["first_file_s"]),
            float(kept["duration_s"]),
            float(kept.get("slow_motion", 1.0)),
            kept.get("mode_used", "reencode"),
            int(kept.get("copied_count", 0)),
            kept.get("reason", ""),
            kept.get("bytes_hash", ""),
            kept.get("flaws", ""),
            _number(kept.get("brightness")),
            _number(kept.get("sharpness")),
        )


@dataclass(frozen=True)
class Part:
    """Some of a camera's clips, for another machine to cut as this one would: all that decides their bytes,
    and which of them count. Where videos and clips lie, and programs and cores, are that machine's own to
    know."""

    camera: Camera
    plans: tuple[ClipPlan, ...]
    recipe: Recipe
    prove_all: bool
    timeout_s: float
    refused_flaws: frozenset[str]


@dataclass(frozen=True)
class Opened:
    """A camera's video while its clips are cut, in one part or several."""

    camera: Camera
    video: Video
    proofs: Proofs = field(default_factory=Proofs)


@dataclass(frozen=True)
class PartCut:
    """Of a part, all but the clips: those are in the store."""

    refused: Mapping[str, Quarantined]
    """By the clip's name."""
    progress: Progress
    core_s: float = 0.0
    """What it took of the machine."""


Places = Callable[[], Sequence[Place[Part, PartCut]]]
"""Room on other machines, asked for anew for each camera."""


@dataclass(frozen=True)
class ClipCutter:
    """Cuts from the video store into the training store. `ffmpeg` is the binary's path, '' for the shipped
    one."""

    video_store: ObjectStore
    training: ObjectStore
    recipe: Recipe
    ffmpeg: str
    workers: int
    work_folder: Path
    """For files that live as long as one cut."""
    prove_all: bool = False
    """Decode every clip again as proof, not only the first of each camera."""
    timeout_s: float = 60.0
    """A clip that takes longer to cut is lost."""
    refused_flaws: frozenset[str] = frozenset()
    """Of `black`, `frozen`, `blurred`: such clips are quarantined; others are kept, and told."""
    places: Places = tuple
    """None: every clip is cut here."""

    def make(
        self, prefix: str, camera: Camera, plans: Sequence[ClipPlan], watch: Watch | None = None
    ) -> CutResult:
        """Every planned clip under `prefix`, cutting only what the store does not hold; one listing.

        A clip that cannot be cut or does not prove itself is a loss; the others go on.
        """
        kept = self._found(prefix, camera, plans)
        missing = [plan for plan in plans if plan.name not in kept]
        cut = _Cut()
        try:
            if missing:
                cut = self._cut(prefix, camera, missing, watch)
        except Permanent as error:
            cut = _Cut({plan.name: _quarantined(plan, camera, error) for plan in missing})
        in_order = [cut.results[plan.name] for plan in missing]
        made = {clip.name: clip for clip in in_order if isinstance(clip, Clip)}
        quarantined = tuple(entry for entry in in_order if isinstance(entry, Quarantined))
        everything = {**kept, **made}
        clips = tuple(everything[plan.name] for plan in plans if plan.name in everything)
        flawed = {entry.what for entry in quarantined if entry.why.startswith(_SHOWS)}
        lost_keys = tuple(
            plan.key for plan in plans if plan.name not in everything and _named(plan) not in flawed
        )
        return CutResult(clips, quarantined, len(made), lost_keys, cut.elsewhere_count)

    @contextmanager
    def opened(self, camera: Camera) -> Iterator[Opened]:
        """Raises Permanent where a file is gone or no video any more."""
        with open_camera(self.video_store, camera, self.work_folder) as video:
            yield Opened(camera, video)

    def cut_part(self, part: Part, opened: Opened) -> PartCut:
        """On the other machine, with its own stores. `opened`: the part's camera."""
        asked = replace(
            self,
            recipe=part.recipe,
            prove_all=part.prove_all,
            timeout_s=part.timeout_s,
            refused_flaws=part.refused_flaws,
        )
        last = Progress(0, len(part.plans), 0, 0, 0.0)

        def watch(now: Progress) -> None:
            nonlocal last
            last = now

        results = asked._cut_here(opened, part.plans, watch)
        refused = {name: entry for name, entry in results.items() if isinstance(entry, Quarantined)}
        return PartCut(refused, last)

    def kept(
        self, prefix: str, camera: Camera, plans: Sequence[ClipPlan], welcome: Sequence[ClipPlan] = ()
    ) -> CutResult:
        """The planned clips that the store holds, of a camera whose video was put away; one listing. The
        others wait for the video, to try to cut them would bring nothing; those that are only `welcome` are
        done without."""
        found = self._found(prefix, camera, [*plans, *welcome])
        waiting = [plan for plan in plans if plan.name not in found]
        return CutResult(tuple(found.values()), tuple(_waits(plan, camera) for plan in waiting), 0)

    def _found(self, prefix: str, camera: Camera, plans: Sequence[ClipPlan]) -> dict[str, Clip]:
        stored = {info.name: info for info in self.training.list(prefix)}
        found = {plan.name: clip for plan in plans if (clip := _stored(plan, camera, stored.get(plan.name)))}
        return {name: clip for name, clip in found.items() if not self._refused(clip.flaws)}

    def _cut(self, prefix: str, camera: Camera, plans: Sequence[ClipPlan], watch: Watch | None) -> _Cut:
        places = self.places() if len(plans) >= FEWEST_CLIPS else ()
        with self.opened(camera) as opened:
            if not places:
                return _Cut(self._cut_here(opened, plans, watch))
            return self._cut_shared(places, prefix, opened, plans, Together(watch, len(plans)))

    def _cut_shared(
        self,
        places: Sequence[Place[Part, PartCut]],
        prefix: str,
        opened: Opened,
        plans: Sequence[ClipPlan],
        together: Together,
    ) -> _Cut:
        camera = opened.camera
        here: dict[str, Clip | Quarantined] = {}
        refused: dict[str, Quarantined] = {}

        def cut(part: Part) -> None:
            here.update(self._cut_here(opened, part.plans, together.part()))

        def answered(answer: PartCut) -> None:
            refused.update(answer.refused)
            took_elsewhere(answer.core_s)
            together.part()(answer.progress)

        share([self._part(camera, some) for some in divided(plans, 1 + len(places))], cut, places, answered)
        elsewhere = [plan for plan in plans if plan.name not in here and plan.name not in refused]
        found = self._found(prefix, camera, elsewhere) if elsewhere else {}
        lost = [plan for plan in elsewhere if plan.name not in found]
        again = self._cut_here(opened, lost, together.part()) if lost else {}
        return _Cut({**here, **refused, **found, **again}, len(found))

    def _part(self, camera: Camera, plans: tuple[ClipPlan, ...]) -> Part:
        return Part(camera, plans, self.recipe, self.prove_all, self.timeout_s, self.refused_flaws)

    def _cut_here(
        self, opened: Opened, plans: Sequence[ClipPlan], watch: Watch | None
    ) -> dict[str, Clip | Quarantined]:
        by_name = {plan.name: plan for plan in plans}
        results: dict[str, Clip | Quarantined] = {}
        kept = threading.Lock()

        def keep(wanted: Wanted, result: CutClip | UballError) -> None:
            found = self._kept(by_name[wanted.name], opened.camera, result)
            with kept:
                results[wanted.name] = found

        cut_all(
            [Wanted(opened.video, plan.start_file_s, plan.end_file_s, plan.name) for plan in plans],
            self.recipe,
            Tools(self.work_folder, self.ffmpeg, self.timeout_s),
            self.workers,
            keep,
            progress=watch,
            prove_all=self._proves(opened.camera),
            proofs=opened.proofs,
        )
        return results

    def _kept(self, plan: ClipPlan, camera: Camera, result: CutClip | UballError) -> Clip | Quarantined:
        if isinstance(result, UballError):
            return _quarantined(plan, camera, result)
        data = result.data
        seen = UNSEEN if self.recipe.mode in _UNSEEN_MODES else look_at(data)
        flaws = ",".join(seen.flaws)
        if refused := self._refused(flaws):
            return _flawed(plan, camera, refused)
        facts = CutFacts(
            key=plan.key,
            frame_count=result.frame_count,
            first_file_s=result.first_s,
            duration_s=result.duration_s,
            slow_motion=self.recipe.slow_motion,
            mode_used=result.mode_used,
            copied_count=result.copied_count,
            reason=result.reason,
            bytes_hash=bytes_hash(data),
            flaws=flaws,
            brightness=seen.brightness,
            sharpness=seen.sharpness,
        )
        self.training.write(plan.name, data, facts.to_metadata())
        return _clip(plan, camera, facts, result.size_bytes)

    def _refused(self, flaws: str) -> str:
        return ", ".join(flaw for flaw in flaws.split(",") if flaw in self.refused_flaws)

    def _proves(self, camera: Camera) -> bool:
        """Whether every clip is decoded again: where asked for, and where the camera's file has a fault."""
        return self.prove_all or camera.verdict != "sound"


@dataclass(frozen=True)
class _Cut:
    results: Mapping[str, Clip | Quarantined] = field(default_factory=dict)
    """By the clip's name."""
    elsewhere_count: int = 0


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
        begins_clip_s = file_to_clip(facts.first_file_s, plan.start_file_s, facts.slow_motion)
        moment_s = max(0.0, round(moment_s - begins_clip_s, 3))
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
        slow_motion=facts.slow_motion,
        mode_used=facts.mode_used,
        copied_count=facts.copied_count,
        reason=facts.reason,
        bytes_hash=facts.bytes_hash,
        flaws=facts.flaws,
        brightness=facts.brightness,
        sharpness=facts.sharpness,
    )


def _number(kept: str | None) -> float | None:
    return None if kept is None else float(kept)


def _flawed(plan: ClipPlan, camera: Camera, flaws: str) -> Quarantined:
    where = f"{camera.name} at {plan.start_file_s:.3f} s"
    remedy = "see what the camera filmed there; to train on it all the same, change UBALL_CLIP_REFUSE"
    return Quarantined(_named(plan), where, f"{_SHOWS} {flaws}", remedy)


def _waits(plan: ClipPlan, camera: Camera) -> Quarantined:
    where = f"{camera.name} at {plan.start_file_s:.3f} s"
    why = "a new clip is needed, and the videos of this game are archived"
    return Quarantined(_named(plan), where, why, ARCHIVED_REMEDY)


def _named(plan: ClipPlan) -> str:
    return f"clip {plan.play_id}_{plan.angle}"


def _quarantined(plan: ClipPlan, camera: Camera, error: UballError) -> Quarantined:
    remedy = "replace the file or correct the play's times, then materialise the camera again"
    if not isinstance(error, Permanent):
        remedy = (
            "materialise the camera again; where it stays so, raise UBALL_CLIP_TIMEOUT_S, or give the "
            "machine more memory or fewer UBALL_WORKERS"
        )
    where = f"{camera.name} at {plan.start_file_s:.3f} s"
    return Quarantined(_named(plan), where, str(error), remedy)
