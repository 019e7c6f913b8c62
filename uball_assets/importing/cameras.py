"""The cameras of a game that comes in: what the folder has, what the store has, and which of them it will be.

A video that the store has already stays; one that differs from it is refused, with both lengths, unless it is
to be replaced; a camera that only the store has is the game's all the same.

Belongs here: choosing and proving each camera's video. Not here: copying it (`game`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import NO_FILE, Angle, angle_of, find_angles
from uball_assets.domain.footage.timeline import Window
from uball_assets.media.probing.probe import Probe, Soundness, probe
from uball_assets.services.camera_proof import prove_camera


@dataclass(frozen=True)
class CameraFile:
    """One camera of the game as it will be, proved."""

    angle: Angle
    file: str
    """The first file, where the recording is in chapters; the store's name where the folder has none."""
    proof: Probe
    name: str
    """The first file's name in the store."""
    size_bytes: int
    sync_offset_s: float = 0.0
    copies: tuple[tuple[Path, str], ...] = ()
    """What is to be copied, and where it goes; nothing where the store has this very content."""
    replaced: tuple[str, ...] = ()
    """What the store has for this camera and is deleted afterwards."""
    is_kept: bool = False
    """The folder has no video for it; the store's stays."""

    @property
    def filmed(self) -> Window:
        return Window(self.proof.first_frame_s, self.proof.last_usable_s)

    @property
    def filmed_game(self) -> Window:
        return self.filmed.shifted(-self.sync_offset_s)


def choose_cameras(
    folder: Path,
    video_store: ObjectStore,
    game_id: str,
    offsets_s: Mapping[str, float],
    *,
    replace_videos: bool,
    workers: int,
) -> tuple[list[CameraFile], list[Quarantined]]:
    """The game's cameras in the order of `Angle`, and a loss for each that is missing or not sound.

    `offsets_s` by camera; one that is no number counts as 0 here, for the platform loses that camera.
    Permanent for a folder that is not there, videos that would take the place of others, and where no camera
    can be used.
    """
    if not folder.is_dir():
        raise Permanent(f"there is no folder {folder}: name the folder with the game's videos")
    given, quarantined = find_angles(_names_in(folder))
    stored = _stored(video_store, game_id)
    with ThreadPoolExecutor(workers) as pool:
        proofs = dict(zip(given, pool.map(lambda names: _proof(folder, names), given.values()), strict=True))
    chosen: list[CameraFile] = []
    clashes: list[str] = []
    for angle in Angle:
        if angle in given and proofs[angle].verdict is not Soundness.SOUND:
            why = "; ".join(proofs[angle].reasons)
            quarantined.append(
                Quarantined(f"camera {angle}", given[angle][0], why, "transfer the file again")
            )
        held = stored.get(angle, [])
        camera: CameraFile | None = None
        if angle in given and proofs[angle].verdict is not Soundness.UNUSABLE:
            camera = _given(folder, video_store, game_id, angle, given[angle], proofs[angle], held)
            if camera.replaced and not replace_videos:
                clashes.append(_clash(video_store, camera, held))
        elif held:
            camera, quarantined = _kept(video_store, game_id, angle, held, quarantined)
        if camera:
            offset_s = offsets_s.get(angle, 0.0)
            chosen.append(replace(camera, sync_offset_s=offset_s if math.isfinite(offset_s) else 0.0))
    if clashes:
        remedy = "correct the folder or the id, or say --replace to put the new ones in their place"
        raise Permanent(f"the store has other videos of game {game_id}: {'; '.join(clashes)}: {remedy}")
    if not chosen:
        whys = "; ".join(f"{entry.what}: {entry.why}" for entry in quarantined)
        raise Permanent(f"no video of {folder} can be used: {whys}")
    return chosen, quarantined


def _names_in(folder: Path) -> list[str]:
    """Every file below the folder, `/`-separated; hidden ones left out."""
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return [path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts)]


def _stored(video_store: ObjectStore, game_id: str) -> dict[Angle, list[ObjectInfo]]:
    """What the game's folder in the store holds for each camera."""
    stored: dict[Angle, list[ObjectInfo]] = {}
    for info in video_store.list(object_names.videos(game_id)):
        if angle := angle_of(info.name.removeprefix(object_names.videos(game_id))):
            stored.setdefault(angle, []).append(info)
    return stored


def _given(
    folder: Path,
    video_store: ObjectStore,
    game_id: str,
    angle: Angle,
    names: Sequence[str],
    proof: Probe,
    held: Sequence[ObjectInfo],
) -> CameraFile:
    """The folder's video, with what of it is to be copied and which of the store's files it would replace."""
    paths = [folder / name for name in names]
    size_bytes = sum(path.stat().st_size for path in paths)
    there = _same_as(video_store, paths, held)
    if there is not None:
        return CameraFile(angle, str(paths[0]), proof, there, size_bytes)
    copies = list(zip(paths, _targets(game_id, angle, names), strict=True))
    by_target = {target: path for path, target in copies}
    same = {
        info.name
        for info in held
        if info.name in by_target and _is_content(video_store, info, by_target[info.name])
    }
    return CameraFile(
        angle,
        str(paths[0]),
        proof,
        copies[0][1],
        size_bytes,
        copies=tuple((path, target) for path, target in copies if target not in same),
        replaced=tuple(info.name for info in held if info.name not in same),
    )


def _same_as(video_store: ObjectStore, paths: Sequence[Path], held: Sequence[ObjectInfo]) -> str | None:
    """The first file's name in the store, where that has this video under names of its own."""
    if not held:
        return None
    own = [video_store.local_path(info.name) for info in held]
    if sorted(map(str, own)) == sorted(str(path.absolute()) for path in paths):
        return held[[str(path) for path in own].index(str(paths[0].absolute()))].name
    if len(held) == len(paths) == 1 and _is_content(video_store, held[0], paths[0]):
        return held[0].name
    return None


def _kept(
    video_store: ObjectStore,
    game_id: str,
    angle: Angle,
    held: Sequence[ObjectInfo],
    quarantined: list[Quarantined],
) -> tuple[CameraFile | None, list[Quarantined]]:
    """The store's video for a camera that the folder has none for: it is not missing."""
    folder = object_names.videos(game_id)
    found, refused = find_angles(info.name.removeprefix(folder) for info in held)
    others = [entry for entry in quarantined if entry.what != f"camera {angle}" or entry.why != NO_FILE]
    if angle not in found:
        return None, [*others, *(entry for entry in refused if entry.what == f"camera {angle}")]
    by_name = {info.name: info for info in held}
    files = [by_name[f"{folder}{name}"] for name in found[angle]]
    proof = _stored_proof(video_store, files)
    if proof.verdict is Soundness.UNUSABLE:
        remedy = f"replace it: add {angle}.mp4 and say --replace"
        return None, [
            *others,
            Quarantined(f"camera {angle}", files[0].name, "; ".join(proof.reasons), remedy),
        ]
    size_bytes = sum(info.size_bytes for info in files)
    return CameraFile(angle, files[0].name, proof, files[0].name, size_bytes, is_kept=True), others


def _clash(video_store: ObjectStore, camera: CameraFile, held: Sequence[ObjectInfo]) -> str:
    """`FAR_LEFT lasts 120.0 s there (Games/g1/FAR_LEFT.mp4), 30.0 s in new/FAR_LEFT.mp4`."""
    stored = _stored_proof(video_store, held)
    is_readable = stored.verdict is not Soundness.UNUSABLE
    lasts = f"lasts {stored.duration_s:.1f} s there" if is_readable else "cannot be read there"
    names = " and ".join(info.name for info in held)
    return f"{camera.angle} {lasts} ({names}), {camera.proof.duration_s:.1f} s in {camera.file}"


def _targets(game_id: str, angle: Angle, names: Sequence[str]) -> list[str]:
    """Where a camera's files go; chapters keep their own names, which tell their order."""
    if len(names) == 1:
        return [f"{object_names.videos(game_id)}{angle}.mp4"]
    return [f"{object_names.videos(game_id)}{angle}/{name.rpartition('/')[2]}" for name in names]


def _proof(folder: Path, names: Sequence[str]) -> Probe:
    if len(names) == 1:
        try:
            return probe(folder / names[0])
        except OSError as error:
            return Probe(Soundness.UNUSABLE, (f"it cannot be read: {error.strerror}",))
        except Permanent as error:
            return Probe(Soundness.UNUSABLE, (str(error),))
    store = FolderStore(folder)
    return _stored_proof(store, [_info(store, name) for name in names])


def _stored_proof(store: ObjectStore, files: Sequence[ObjectInfo]) -> Probe:
    try:
        return prove_camera(store, files).proof
    except Permanent as error:
        return Probe(Soundness.UNUSABLE, (str(error),))


def _info(store: ObjectStore, name: str) -> ObjectInfo:
    return next(info for info in store.list(name) if info.name == name)


def _is_content(video_store: ObjectStore, stored: ObjectInfo, source: Path) -> bool:
    """Whether the store holds this content; told by fingerprint, without reading it all."""
    if stored.size_bytes != source.stat().st_size:
        return False
    folder = FolderStore(source.parent)
    return video_store.fingerprint(stored) == folder.fingerprint(_info(folder, source.name))
