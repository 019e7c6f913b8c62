"""A game's videos from where they arrive to where they are kept. Doing it again copies only what differs.

Belongs here: what is there already, and the report. Not here: copying the rest (`copying`), or which
file goes where (`domain.footage.migration`).
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from uball_assets.adapters.copying.engines import Store, engine_named, target_store
from uball_assets.adapters.copying.job import Copied, Job, Outcome
from uball_assets.adapters.copying.proof import Arrived, same_content
from uball_assets.adapters.copying.source import Source
from uball_assets.adapters.stores.gcs_store import GcsStore
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.domain.errors import Permanent, Transient, UballError
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import angle_of
from uball_assets.domain.footage.migration import (
    KEPT_AS,
    KEPT_FROM,
    KEPT_PROOF,
    Failure,
    File,
    Migrated,
    MigrationReport,
    Plan,
    Standing,
    plan,
    standing,
)
from uball_assets.services.sources import folder_spellings

WORKERS = 4
"""Videos at once: a game has four cameras."""
RIVAL_WAITS_S = (0.5, 1.0, 2.0, 4.0)
"""Before another look at a video that another run is just finishing."""
Shown = Callable[[int, int], None]
"""Called with the bytes that are at the target, and those that will be; by one thread at a time."""


@dataclass(frozen=True)
class Look:
    """What a migration would do, from two listings."""

    folder: str
    """Of the source, as it is spelled there."""
    plan: Plan
    sources: Mapping[str, Source]
    """By name."""
    targets: Mapping[str, ObjectInfo]
    """What is in the game's folder already, by name."""

    def job(self, file: File) -> Job:
        there = self.targets.get(file.target)
        return Job(self.sources[file.source], file.target, there.version if there else None)


def migrate_game(
    source: ObjectStore,
    source_path: str,
    video_store: ObjectStore,
    game_id: str,
    *,
    engine: str = "stream",
    workers: int = WORKERS,
    progress: Shown | None = None,
    replace: bool = False,
    role_arn: str = "",
    project_id: str | None = None,
) -> MigrationReport:
    """Copies a game's folder, videos and whatever else is in it, and proves each file; what fails is in the
    report.

    `replace` allows to replace files that somebody else wrote. `role_arn` and `project_id` are for engine
    `sts`. Costs two listings where everything is there. Raises Permanent for an unusable path, id, store or
    engine, Transient where a store does not answer.
    """
    begun_s = time.monotonic()
    store = target_store(video_store)
    copy_all = engine_named(engine, source, store, workers, role_arn, project_id)
    look = look_at_game(source, source_path, store, game_id)
    meter = _Meter(sum(look.sources[file.source].size_bytes for file in look.plan.files), progress)
    todo, done, failures = _sorted_out(store, look, replace=replace)
    meter.add_done(sum(file.size_bytes for file in done))
    outcomes = copy_all([look.job(file) for file in todo], meter.add_read) if todo else {}
    for file in todo:
        outcome = _after_race(store, look.job(file), outcomes[file.target])
        outcome = dataclasses.replace(outcome, is_video=file.is_video)
        if isinstance(outcome, Migrated):
            done.append(outcome)
        else:
            failures.append(outcome)
    return MigrationReport(
        game_id=game_id,
        source_path=source.uri(look.folder.rstrip("/")) + "/",
        destination_path=video_store.uri(object_names.videos(game_id).rstrip("/")) + "/",
        migrated=tuple(sorted(done, key=lambda file: file.source)),
        failures=tuple(failures),
        missing=look.plan.missing,
        copied_bytes=meter.read_bytes,
        elapsed_s=time.monotonic() - begun_s,
        engine=engine,
    )


def look_at_game(source: ObjectStore, source_path: str, video_store: ObjectStore, game_id: str) -> Look:
    """What is at both ends, from one listing of each. Raises as `migrate_game`."""
    spellings = folder_spellings(source, source_path)
    listings = ((folder, source.list(folder)) for folder in spellings)
    folder, infos = next((each for each in listings if each[1]), (spellings[0], []))
    found = {info.name: Source(source, info) for info in infos}
    try:
        planned = plan(found, folder, game_id)
    except Permanent as error:
        raise Permanent(f"{source.uri(folder.rstrip('/'))}/: {error}") from None
    targets = {info.name: info for info in video_store.list(object_names.videos(game_id))}
    return Look(folder, planned, found, targets)


def refusal_of(video_store: ObjectStore, look: Look, file: File) -> str:
    """Why a file that is not there yet could not be copied now; '' if it can be."""
    try:
        if standing_of(video_store, look, file) is not Standing.SAME:
            _prove(look.sources[file.source], file)
    except UballError as error:
        return str(error)
    return ""


def _prove(source: Source, file: File) -> None:
    """Only a video must be one: another file is copied as it is kept."""
    if file.is_video:
        source.prove_video()
    else:
        source.prove_readable()


def standing_of(video_store: ObjectStore, look: Look, file: File) -> Standing:
    there = look.targets.get(file.target)
    source = look.sources[file.source]
    if there is None:
        return Standing.NOTHING
    return standing(source.fingerprint, video_store.fingerprint(there), there.metadata)


def rival_of(look: Look, video: File) -> str:
    """Another file at the target for the same camera, which would leave the camera with two; '' without."""
    own = {each.target for each in look.plan.videos}
    folder = "/".join(video.target.split("/")[:2]) + "/"
    angle = angle_of(video.target.removeprefix(folder))
    others = (name for name in look.targets if name not in own)
    return next((name for name in others if angle_of(name.removeprefix(folder)) == angle), "")


def _sorted_out(
    video_store: Store, look: Look, *, replace: bool
) -> tuple[list[File], list[Migrated], list[Failure]]:
    """What is to be copied, what is there, and what cannot be."""
    todo, done = [], []
    failures = [Failure(look.sources[name].uri, entry.why, entry.remedy) for name, entry in look.plan.refused]
    for file in look.plan.files:
        source = look.sources[file.source]
        try:
            answer = _there_already(video_store, look, file, replace=replace)
            if answer is None:
                _prove(source, file)
        except UballError as error:
            failures.append(dataclasses.replace(_failure(source, error), is_video=file.is_video))
            continue
        if answer is None:
            todo.append(file)
        else:
            done.append(dataclasses.replace(answer, is_video=file.is_video))
    return todo, done, failures


def _there_already(video_store: Store, look: Look, file: File, *, replace: bool) -> Migrated | None:
    """None if it is to be copied. Permanent if that would cost what somebody else wrote."""
    source, target = look.sources[file.source], look.targets.get(file.target)
    if file.is_video and not source.size_bytes:
        raise Permanent(f"{source.uri} is empty; upload the video again")
    if file.is_video and (rival := rival_of(look, file)):
        raise Permanent(
            f"the video store has another file for this camera: {video_store.uri(rival)}; remove one of them"
        )
    now = standing_of(video_store, look, file)
    if now is Standing.SAME and target is not None:
        return _migrated(video_store, source, target, "earlier", skipped=True)
    if now is not Standing.UNKNOWN or target is None:
        return None
    if proof := _same(video_store, source, target):
        _remember(video_store, source, target, proof)
        return _migrated(video_store, source, target, proof, skipped=True)
    if replace:
        return None
    raise Permanent(
        f"{video_store.uri(file.target)} holds something else, which was not copied from here; "
        "look at it, then remove it, or replace it with --replace"
    )


def _same(video_store: Store, source: Source, target: ObjectInfo) -> str:
    """What proves a video that somebody else copied; '' where nothing does."""
    if source.size_bytes != target.size_bytes or not isinstance(video_store, GcsStore):
        return ""
    witness = source.witness
    md5 = video_store.md5(target) if witness.md5 and not witness.crc32c else ""
    return same_content(witness, source.size_bytes, Arrived(target.size_bytes, target.checksum, md5))


def _remember(video_store: Store, source: Source, target: ObjectInfo, proof: str) -> None:
    kept = {KEPT_FROM: source.fingerprint, KEPT_AS: video_store.fingerprint(target), KEPT_PROOF: proof}
    video_store.keep(target, {**target.metadata, **kept})


def _after_race(video_store: Store, job: Job, outcome: Outcome) -> Migrated | Failure:
    """An outcome as the report has it. Where another writer was first, what that one wrote is looked at."""
    if isinstance(outcome, Copied):
        return _migrated(video_store, job.source, outcome.info, outcome.proof)
    if isinstance(outcome, UballError):
        return _failure(job.source, outcome)
    for wait_s in (*RIVAL_WAITS_S, None):
        there = next((info for info in video_store.list(job.target) if info.name == job.target), None)
        if there is not None:
            now = standing(job.source.fingerprint, video_store.fingerprint(there), there.metadata)
            if now is Standing.SAME:
                return _migrated(video_store, job.source, there, "earlier", skipped=True)
            if now is Standing.UNKNOWN and (proof := _same(video_store, job.source, there)):
                return _migrated(video_store, job.source, there, proof, skipped=True)
        if wait_s is not None:
            time.sleep(wait_s)
    return _failure(
        job.source,
        Transient(f"{video_store.uri(job.target)} was written by somebody else meanwhile; run it again"),
    )


def _migrated(
    video_store: Store, source: Source, info: ObjectInfo, proof: str, *, skipped: bool = False
) -> Migrated:
    return Migrated(
        source.uri, video_store.uri(info.name), info.size_bytes, video_store.fingerprint(info), proof, skipped
    )


def _failure(source: Source, error: UballError) -> Failure:
    """Messages end with the remedy, behind their last semicolon."""
    reason, semicolon, remedy = str(error).rpartition("; ")
    is_transient = isinstance(error, Transient)
    if not semicolon:
        reason, remedy = str(error), "run it again" if is_transient else "see the reason"
    return Failure(source.uri, reason, remedy, is_transient)


class _Meter:
    """Adds up what many threads read. What is read again after a fault counts as read, not as done."""

    def __init__(self, total_bytes: int, shown: Shown | None) -> None:
        self.read_bytes = 0
        self._total_bytes, self._shown, self._lock = total_bytes, shown, threading.Lock()
        self._there_bytes = 0

    def add_done(self, size_bytes: int) -> None:
        self._there_bytes = size_bytes
        self._show()

    def add_read(self, size_bytes: int) -> None:
        with self._lock:
            self.read_bytes += size_bytes
            self._show()

    def _show(self) -> None:
        if self._shown is not None:
            self._shown(min(self._total_bytes, self._there_bytes + self.read_bytes), self._total_bytes)
