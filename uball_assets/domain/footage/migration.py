"""Copying a game's videos from where they arrive to where they are kept: what goes where, and the report.

The structure below the game's folder is kept, names included (DOMAIN: 'Source layouts'):
`Games/09-22-2025/game1/far-left/video.mp4` becomes `Games/{game_id}/far-left/video.mp4`. A video that is
named as the target layout wants it, `FAR_LEFT.mp4`, stands at `Games/{game_id}/FAR_LEFT.mp4`; any other is
found there by the same rule that found it at the source (`angles.find_angles`).

Belongs here: names, the decision whether a video is copied, lists of games, the report. Not here: bytes
(`services.migration`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.fields import text_in
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import VIDEO_SUFFIXES, angle_of, find_angles
from uball_assets.domain.footage.games import one_spelling, valid_game_id

KEPT_FROM, KEPT_AS, KEPT_PROOF = "migrated_from", "migrated_as", "migrated_proof"
"""Metadata of a copied file: the source's fingerprint, its own once it was proved, and what proved it."""
KEPT = (KEPT_FROM, KEPT_AS, KEPT_PROOF)


@dataclass(frozen=True)
class File:
    """One file to copy, by its names in the two stores."""

    source: str
    target: str
    is_video: bool = True
    """A camera's. Else another file of the game's folder: notes, a thumbnail, a video of no camera."""


@dataclass(frozen=True)
class Plan:
    videos: tuple[File, ...]
    others: tuple[File, ...]
    refused: tuple[tuple[str, Quarantined], ...]
    """Videos that are not copied, by name, and why: two files for one camera."""
    missing: tuple[Quarantined, ...]
    """Cameras without any file, and videos that are no camera's: those are copied as other files."""

    @property
    def files(self) -> tuple[File, ...]:
        """All that is copied."""
        return (*self.videos, *self.others)


def folder_of(source_path: str) -> str:
    """The path with the one slash at its end that makes it a folder; Permanent for an empty one."""
    folder = source_path.strip().strip("/")
    if not folder:
        raise Permanent("the path of the game's folder is empty: name it, e.g. Games/09-22-2025/game1/")
    return f"{folder}/"


def plan(names: Iterable[str], source_path: str, game_id: str) -> Plan:
    """Which of the folder's objects are copied, and where to.

    Permanent for an id that can name no game, and for a folder that holds no video at all.
    """
    folder, target = folder_of(source_path), object_names.videos(valid_game_id(game_id))
    relative = sorted(name.removeprefix(folder) for name in names if name.startswith(folder))
    videos = [name for name in relative if name.lower().endswith(VIDEO_SUFFIXES)]
    if not videos:
        held = f"{len(relative)} files, none of them a video (.mp4, .mov)" if relative else "nothing"
        raise Permanent(f"{folder} holds {held}: correct the path; it counts from the bucket's root")
    found, quarantined = find_angles(videos)
    chosen = {name for files in found.values() for name in files}
    refused = [
        (name, _why_not(name, quarantined)) for name in videos if name not in chosen and angle_of(name)
    ]
    entries = [entry for _, entry in refused]
    others = [name for name in relative if name and name not in {*chosen, *(name for name, _ in refused)}]
    return Plan(
        tuple(File(folder + name, target + name) for name in videos if name in chosen),
        tuple(File(folder + name, target + name, is_video=False) for name in others),
        tuple((folder + name, entry) for name, entry in refused),
        tuple(entry for entry in quarantined if entry not in entries),
    )


def _why_not(name: str, quarantined: list[Quarantined]) -> Quarantined:
    return next(entry for entry in quarantined if entry.what == f"camera {angle_of(name)}")


class Standing(StrEnum):
    """What is at the target already."""

    NOTHING = "nothing"
    SAME = "same"
    """The source's content, proved when it was copied and unchanged since."""
    OURS = "ours"
    """Copied by us from another version of the source, or never proved: it may be replaced."""
    UNKNOWN = "unknown"
    """Somebody else's, or changed since: only its content can tell."""


def standing(source_fingerprint: str, target_fingerprint: str | None, kept: Mapping[str, str]) -> Standing:
    """By checksums alone: a name or a size proves nothing."""
    if target_fingerprint is None:
        return Standing.NOTHING
    if not kept.get(KEPT_FROM) or kept.get(KEPT_AS, target_fingerprint) != target_fingerprint:
        return Standing.UNKNOWN
    is_same = kept[KEPT_FROM] == source_fingerprint and KEPT_AS in kept
    return Standing.SAME if is_same else Standing.OURS


# lists of games


@dataclass(frozen=True)
class GameFolder:
    source_path: str
    game_id: str


def games_in(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[list[GameFolder], list[Quarantined]]:
    """The games of a list: rows with `s3_path` and `game_id`, and where each stands. A bad row costs itself.

    A game that is listed twice with different folders loses both: which is right cannot be told.
    """
    games: dict[str, GameFolder] = {}
    quarantined: list[Quarantined] = []
    doubted: set[str] = set()
    for where, row in rows:
        try:
            game = _game_in(row)
        except Permanent as error:
            quarantined.append(Quarantined("game", where, str(error), "correct the row, or remove it"))
            continue
        first = games.setdefault(game.game_id, game)
        if first != game:
            doubted.add(game.game_id)
            why = f"it has two folders, {first.source_path} and {game.source_path}"
            quarantined.append(Quarantined(f"game {game.game_id}", where, why, "keep one row"))
    return [game for game_id, game in games.items() if game_id not in doubted], quarantined


def _game_in(row: Mapping[str, Any]) -> GameFolder:
    game_id, path = text_in(row.get("game_id")), text_in(row.get("s3_path"))
    if game_id is None or path is None:
        missing = "game_id" if game_id is None else "s3_path"
        raise Permanent(f"it has no {missing}")
    return GameFolder(folder_of(path), one_spelling(valid_game_id(game_id)))


def folder_in_keys(game_id: str, keys: Iterable[str | None]) -> GameFolder:
    """The folder that a game's `video_metadata.s3_key` have in common.

    Permanent where there is no key, or where the keys share no folder: nothing is guessed.
    """
    given = sorted({text for key in keys if (text := text_in(key))})
    if not given:
        raise Permanent(f"game {game_id} has no s3_key in video_metadata: enter them, or use --s3-path")
    folders = [key.strip("/").split("/")[:-1] for key in given]
    common: list[str] = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    if not common:
        raise Permanent(
            f"the s3_key of game {game_id} share no folder ({given[0]}, {given[-1]}): use --s3-path"
        )
    return GameFolder("/".join(common) + "/", valid_game_id(game_id))


# the report


@dataclass(frozen=True)
class Migrated:
    """A file that is at its target now, byte for byte."""

    source: str
    destination: str
    size_bytes: int
    checksum: str
    """The destination's own, as its service says it: `crc32c-{bytes}-{base64}`."""
    verified: str
    """What proved it against the source: `crc32c`, `md5`, `crc32`, `etag` (the MD5s of its parts), `earlier`
    (proved when it was copied), `transit` (what was read arrived, but the source keeps no checksum of it), or
    `size` (another program copied it, and only the sizes can be compared)."""
    skipped: bool = False
    """It was there already; nothing was copied."""
    is_video: bool = True
    """As `File.is_video`."""


@dataclass(frozen=True)
class Failure:
    source: str
    reason: str
    remedy: str
    is_transient: bool = False
    is_video: bool = True


@dataclass(frozen=True)
class MigrationReport:
    """A game's migration, with the keys of the league's first system and what it did not say."""

    game_id: str
    source_path: str
    destination_path: str
    migrated: tuple[Migrated, ...]
    failures: tuple[Failure, ...]
    missing: tuple[Quarantined, ...] = ()
    copied_bytes: int = 0
    """Read from the source by this run; what a run before had sent does not count."""
    elapsed_s: float = 0.0
    engine: str = "stream"

    @property
    def is_success(self) -> bool:
        return not self.failures

    @property
    def others(self) -> list[Migrated | Failure]:
        """The files that are no camera's video."""
        files: tuple[Migrated | Failure, ...] = (*self.migrated, *self.failures)
        return [file for file in files if not file.is_video]

    @property
    def total_files(self) -> int:
        return len(self.migrated) + len(self.failures)

    def to_dict(self) -> dict[str, Any]:
        """Plain values; `migrated_list` holds every video at its target, those that were there too."""
        total, migrated = self.total_files, len(self.migrated)
        return {
            "success": self.is_success,
            "game_id": self.game_id,
            "source_path": self.source_path,
            "destination_path": self.destination_path,
            "total_files": total,
            "migrated_files": migrated,
            "failed_files": len(self.failures),
            "success_rate": round(100 * migrated / total, 1) if total else 0.0,
            "other_files": len(self.others),
            "migrated_list": [
                {
                    "source": video.source,
                    "destination": video.destination,
                    "bytes": video.size_bytes,
                    "checksum": video.checksum,
                    "verified": video.verified,
                    "skipped": video.skipped,
                    "kind": _kind(video),
                }
                for video in self.migrated
            ],
            "failures": [
                {
                    "source": failure.source,
                    "reason": failure.reason,
                    "remedy": failure.remedy,
                    "kind": _kind(failure),
                }
                for failure in self.failures
            ],
            "missing": [entry.as_row() for entry in self.missing],
            "bytes": self.copied_bytes,
            "seconds": round(self.elapsed_s, 3),
            "engine": self.engine,
        }


def _kind(file: Migrated | Failure) -> str:
    return "video" if file.is_video else "other"
