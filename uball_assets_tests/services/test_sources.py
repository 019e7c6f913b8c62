from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectInfo
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.migration import KEPT_FROM
from uball_assets.services.readiness import readiness
from uball_assets.services.sources import (
    all_videos,
    by_game,
    counted_plays,
    game_files,
    source_hashes,
    strangers_in,
)
from uball_assets_tests.domain.samples import a_row


class World:
    """A video folder and a database with the games g1 and g2."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "videos"
        self.videos = FolderStore(self.folder)
        self.plays_db = SqlitePlaysDb(folder / "plays.db")
        for game_id in ("g1", "g2"):
            self.plays_db.add_game({"id": game_id}, [a_row(id=f"{game_id}p", game_id=game_id)], [])
            self.videos.write(f"Games/{game_id}/FAR_LEFT.mp4", b"video of " + game_id.encode())

    def hashes(self) -> dict[str, str]:
        return source_hashes(self.videos, self.plays_db)

    def write_offset(self, offset_s: float | None) -> None:
        row = {"game_id": "g1", "angle": "FAR_LEFT", "sync_offset_seconds": offset_s}
        self.plays_db.add_game({"id": "g1"}, [], [row])

    def edit(self, **changed: object) -> None:
        self.plays_db.add_game({"id": "g1"}, [a_row(id="g1p", game_id="g1", **changed)], [])


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


CHANGES = {
    "a file is replaced": lambda world: world.videos.write("Games/g1/FAR_LEFT.mp4", b"another"),
    "a file comes": lambda world: world.videos.write("Games/g1/FAR_RIGHT.mp4", b"another"),
    "a file goes": lambda world: world.videos.delete("Games/g1/FAR_LEFT.mp4"),
    "a file is renamed": lambda world: (world.folder / "Games/g1/FAR_LEFT.mp4").rename(
        world.folder / "Games/g1/NEAR_LEFT.mp4"
    ),
    "an offset is written": lambda world: world.write_offset(1.5),
    "a row is edited": lambda world: world.edit(note="Corrected."),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_outside_changes_its_own_game_and_no_other(world: World, change: object) -> None:
    before = world.hashes()
    change(world)  # type: ignore[operator]
    after = world.hashes()
    assert after["g1"] != before["g1"]
    assert after["g2"] == before["g2"]


ARRIVED = "Games/2026-03-18/game1/"
ARRIVALS = {
    "a video arrives": lambda store: store.write(f"{ARRIVED}far-right/video.mp4", b"x"),
    "a video is replaced": lambda store: store.write(f"{ARRIVED}FAR_LEFT.mp4", b"another"),
    "a video goes": lambda store: store.delete(f"{ARRIVED}FAR_LEFT.mp4"),
}


@pytest.mark.parametrize("change", ARRIVALS.values(), ids=ARRIVALS)
def test_what_arrives_changes_its_own_game_before_it_is_brought(
    world: World, tmp_path: Path, change: Callable[[FolderStore], None]
) -> None:
    arrivals = FolderStore(tmp_path / "arrived")
    arrivals.write(f"{ARRIVED}FAR_LEFT.mp4", b"video")
    arrivals.write("Games/2026-03-18/game10/FAR_LEFT.mp4", b"of another game")
    keys = {"g1": f"{ARRIVED}FAR_LEFT.mp4", "g2": "Games/2026-03-19/game2/FAR_LEFT.mp4"}
    for game, key in keys.items():
        world.plays_db.add_game({"id": game}, [], [{"angle": "FAR_LEFT", "s3_key": key}])
    before = source_hashes(world.videos, world.plays_db, arrivals=arrivals)
    assert before["g1"] != world.hashes()["g1"]
    assert before["g2"] == world.hashes()["g2"], "nothing of it has arrived"
    change(arrivals)
    after = source_hashes(world.videos, world.plays_db, arrivals=arrivals)
    assert after["g1"] != before["g1"]
    assert after["g2"] == before["g2"]


def test_touching_or_copying_a_file_changes_nothing(world: World) -> None:
    before, video = world.hashes(), world.folder / "Games/g1/FAR_LEFT.mp4"
    os.utime(video, (1, 1))
    assert world.hashes() == before
    shutil.copy(video, world.folder / "copy.mp4")
    (world.folder / "copy.mp4").replace(video)
    assert world.hashes() == before


def test_an_offset_of_zero_that_is_written_down_is_not_one_that_is_missing(world: World) -> None:
    before = world.hashes()
    world.write_offset(0.0)
    assert world.hashes()["g1"] != before["g1"]


def test_a_game_is_known_by_its_folder_or_by_its_row_alone(world: World) -> None:
    world.videos.write("Games/only_filmed/FAR_LEFT.mp4", b"video")
    world.plays_db.add_game({"id": "only_planned"}, [], [])
    assert list(world.hashes()) == ["g1", "g2", "only_filmed", "only_planned"]
    assert list(source_hashes(world.videos, world.plays_db, ["g2"])) == ["g2"]


def test_a_file_outside_a_games_folder_belongs_to_no_game(world: World) -> None:
    world.videos.write("Games/readme.mp4", b"x")
    world.videos.write("Games/g1/far-right/video.mp4", b"x")
    found = by_game(all_videos(world.videos, []))
    assert {game: [info.name for info in files] for game, files in found.items()} == {
        "g1": ["Games/g1/FAR_LEFT.mp4", "Games/g1/far-right/video.mp4"],
        "g2": ["Games/g2/FAR_LEFT.mp4"],
    }


def test_a_file_that_cannot_be_read_changes_its_game_and_hides_no_other(world: World) -> None:
    class Locked(FolderStore):
        def fingerprint(self, info: ObjectInfo) -> str:
            if info.name.startswith("Games/g1/"):
                raise Permanent("permission denied")
            return super().fingerprint(info)

    before, after = world.hashes(), source_hashes(Locked(world.folder), world.plays_db)
    assert after["g1"] != before["g1"]
    assert after["g2"] == before["g2"]


def test_a_file_beside_the_videos_changes_no_game_and_is_named(world: World) -> None:
    before = world.hashes()
    for name in ("Games/g1/Thumbs.db", "Games/g1/notes.txt", "Games/notes.txt", "Games/video.mp4"):
        world.videos.write(name, b"x")
    world.videos.write("Games/g1/copied with the videos.json", b"x", {KEPT_FROM: "x"})
    assert world.hashes() == before
    assert [
        address.rpartition("videos/")[2]
        for address in strangers_in(world.videos, world.videos.list("Games/"))
    ] == [
        "Games/g1/Thumbs.db",
        "Games/g1/notes.txt",
        "Games/notes.txt",
        "Games/video.mp4",
    ]


def test_a_folder_that_spells_a_uuid_in_capitals_is_no_second_game(world: World) -> None:
    game_id = "6f1c0000-0000-0000-0000-00000000abcd"
    world.plays_db.add_game({"id": game_id}, [], [])
    bare = world.hashes()
    world.videos.write(f"Games/{game_id.upper()}/FAR_LEFT.mp4", b"video")
    seen = world.hashes()
    assert seen.keys() == bare.keys() == {"g1", "g2", game_id}
    assert seen[game_id] != bare[game_id]
    assert list(game_files(world.videos, game_id)) == ["FAR_LEFT.mp4"]


def test_a_game_that_an_older_home_spells_in_capitals_keeps_its_name(world: World) -> None:
    game_id = "6F1C0000-0000-0000-0000-00000000ABCD"
    world.plays_db.add_game({"id": game_id}, [], [])
    world.videos.write(f"Games/{game_id}/FAR_LEFT.mp4", b"video")
    assert world.hashes().keys() == {"g1", "g2", game_id}


def test_plays_that_reviewers_decide_count_once_somebody_closes_the_game_s_review(world: World) -> None:
    world.plays_db.add_game({"id": "g3"}, [], [])
    world.videos.write("Games/g3/FAR_LEFT.mp4", b"video")
    before = world.hashes()
    entry = {"game_id": "g3", "number": 1, "kind": "decision", "action": "accept", "reviewer": "Ann"}
    dated = {**entry, "decided_at": "2026-11-29T10:00:00+00:00"}
    row = a_row(id="g3p", game_id="g3")
    decided = {**dated, "decision_id": "1", "play_id": "g3p", "chain": "g3p", "game_review": "open"}
    assert world.plays_db.decide(decided, [], [row])
    assert world.hashes() == before
    held = counted_plays(world.plays_db, "g3")
    assert (held.version, held.rows, held.held_back) == ("", [], 1)
    [told] = readiness(world.videos, world.plays_db, None, ["g3"])
    assert "the end of its review: 1 decided plays wait for it" in told.missing
    closed = {**dated, "decision_id": "2", "chain": "game g3", "kind": "game", "game_review": "closed"}
    assert world.plays_db.decide(closed, [], [])
    after = world.hashes()
    assert {game for game in after if after[game] != before[game]} == {"g3"}
    assert [row["id"] for row in counted_plays(world.plays_db, "g3").rows] == ["g3p"]
