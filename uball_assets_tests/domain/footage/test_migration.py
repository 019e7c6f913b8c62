"""What of a folder is copied, where to, and when."""

from __future__ import annotations

import pytest

from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage.migration import (
    KEPT_AS,
    KEPT_FROM,
    Failure,
    File,
    GameFolder,
    Migrated,
    MigrationReport,
    Standing,
    folder_in_keys,
    folder_of,
    games_in,
    plan,
    standing,
)

ALL = ("game1_farleft.mp4", "far-right/video.mp4", "2026-03-18_g1_NL.MP4", "NEAR_RIGHT.mov")


@pytest.mark.parametrize("path", ["Games/d/game1", "Games/d/game1/", "/Games/d/game1//", " Games/d/game1/ "])
def test_a_missing_slash_means_the_same(path: str) -> None:
    assert folder_of(path) == "Games/d/game1/"


@pytest.mark.parametrize("path", ["", "/", "  "])
def test_an_empty_path_is_refused(path: str) -> None:
    with pytest.raises(Permanent, match="is empty: name it"):
        folder_of(path)


def test_the_structure_below_the_games_folder_is_kept() -> None:
    planned = plan([f"Games/d/game1/{name}" for name in ALL], "Games/d/game1", "g-1")
    assert planned.videos == tuple(File(f"Games/d/game1/{n}", f"Games/g-1/{n}") for n in sorted(ALL))
    assert (planned.refused, planned.missing) == ((), ())


def test_a_folder_above_says_nothing_of_the_camera() -> None:
    planned = plan(["far-left/g1/video.mp4"], "far-left/g1/", "g1")
    assert planned.videos == ()
    assert planned.others == (File("far-left/g1/video.mp4", "Games/g1/video.mp4", is_video=False),)


def test_two_files_of_one_camera_are_refused_with_both_names() -> None:
    names = ["g/FAR_LEFT.mp4", "g/x_farleft.mp4", "g/NEAR_LEFT.mp4"]
    planned = plan(names, "g/", "g1")
    assert [video.source for video in planned.videos] == ["g/NEAR_LEFT.mp4"]
    refused = dict(planned.refused)
    assert set(refused) == {"g/FAR_LEFT.mp4", "g/x_farleft.mp4"}
    for name in refused:
        assert "FAR_LEFT.mp4 and x_farleft.mp4" in refused[name].why
    assert planned.others == ()
    assert [entry.what for entry in planned.missing] == ["camera FAR_RIGHT", "camera NEAR_RIGHT"]


def test_the_folder_goes_whole_and_a_video_of_no_camera_is_told() -> None:
    others = ["crowd.mp4", "far-left/thumb.jpg", "game.json", "notes"]
    planned = plan([f"g/{name}" for name in [*ALL, *others, ""]], "g/", "g1")
    assert len(planned.videos) == 4
    assert planned.others == tuple(File(f"g/{n}", f"Games/g1/{n}", is_video=False) for n in others)
    assert planned.files == (*planned.videos, *planned.others)
    assert [(entry.what, entry.why) for entry in planned.missing] == [
        ("video crowd.mp4", "its name says no camera, or two")
    ]


@pytest.mark.parametrize(
    ("names", "said"),
    [([], "holds nothing"), (["g/a.txt"], "1 files, none of them a video"), (["gg/FAR_LEFT.mp4"], "nothing")],
    ids=["empty", "no videos", "another folder of a longer name"],
)
def test_a_folder_without_videos_is_an_error(names: list[str], said: str) -> None:
    with pytest.raises(Permanent, match=said):
        plan(names, "g", "g1")


def test_an_id_that_can_name_no_game_is_refused() -> None:
    with pytest.raises(Permanent, match="cannot name a game"):
        plan(["g/FAR_LEFT.mp4"], "g", "../g1")


@pytest.mark.parametrize(
    ("target", "kept", "expected"),
    [
        (None, {}, Standing.NOTHING),
        ("t1", {KEPT_FROM: "s1", KEPT_AS: "t1"}, Standing.SAME),
        ("t1", {KEPT_FROM: "s0", KEPT_AS: "t1"}, Standing.OURS),
        ("t1", {KEPT_FROM: "s1"}, Standing.OURS),
        ("t2", {KEPT_FROM: "s1", KEPT_AS: "t1"}, Standing.UNKNOWN),
        ("t1", {}, Standing.UNKNOWN),
        ("t1", {KEPT_AS: "t1"}, Standing.UNKNOWN),
    ],
    ids=["nothing", "same", "older source", "never proved", "changed since", "somebody's", "no source"],
)
def test_what_is_there_is_told_by_checksums(
    target: str | None, kept: dict[str, str], expected: Standing
) -> None:
    assert standing("s1", target, kept) is expected


def test_a_bad_row_of_a_list_costs_only_itself() -> None:
    rows = [
        ("line 2", {"s3_path": "a/b", "game_id": "g1"}),
        ("line 3", {"s3_path": "", "game_id": "g2"}),
        ("line 4", {"s3_path": "a/c", "game_id": "no/id"}),
        ("line 5", {}),
        ("line 6", {"s3_path": "/a/b/", "game_id": "g1"}),
        ("line 7", {"s3_path": "a/d", "game_id": "g3"}),
        ("line 8", {"s3_path": "a/e", "game_id": "g3"}),
    ]
    games, quarantined = games_in(rows)
    assert games == [GameFolder("a/b/", "g1")]
    assert [entry.where for entry in quarantined] == ["line 3", "line 4", "line 5", "line 8"]
    assert quarantined[0].why == "it has no s3_path"
    assert quarantined[-1] == Quarantined(
        "game g3", "line 8", "it has two folders, a/d/ and a/e/", "keep one row"
    )


def test_a_games_folder_is_what_its_keys_share() -> None:
    keys = ["court-a/d/g1/x_FL.mp4", "court-a/d/g1/sub/x_FR.mp4", None, " "]
    assert folder_in_keys("g1", keys) == GameFolder("court-a/d/g1/", "g1")


@pytest.mark.parametrize(
    ("keys", "said"), [([None, ""], "has no s3_key"), (["a/x.mp4", "b/y.mp4"], "share no folder")]
)
def test_keys_that_share_no_folder_are_an_error(keys: list[str | None], said: str) -> None:
    with pytest.raises(Permanent, match=said):
        folder_in_keys("g1", keys)


def test_the_report_has_the_first_systems_keys_and_adds_up() -> None:
    video = Migrated("s3://b/a.mp4", "gs://v/a.mp4", 5, "crc32c-5-x", "md5")
    failed = Failure("s3://b/c.mp4", "it is gone", "upload it")
    told = MigrationReport("g1", "s3://b/", "gs://v/", (video,), (failed,)).to_dict()
    assert {
        key: told[key] for key in ("success", "total_files", "migrated_files", "failed_files", "success_rate")
    } == {"success": False, "total_files": 2, "migrated_files": 1, "failed_files": 1, "success_rate": 50.0}
    assert (
        told["migrated_list"][0] | {"source": video.source, "destination": video.destination}
        == (told["migrated_list"][0])
    )
    assert told["failures"] == [
        {"source": "s3://b/c.mp4", "reason": "it is gone", "remedy": "upload it", "kind": "video"}
    ]


def test_the_report_names_other_files_as_such() -> None:
    video = Migrated("s3://b/FAR_LEFT.mp4", "gs://v/FAR_LEFT.mp4", 5, "crc32c-5-x", "md5")
    notes = Migrated("s3://b/notes.txt", "gs://v/notes.txt", 5, "crc32c-5-x", "md5", is_video=False)
    told = MigrationReport("g1", "s3://b/", "gs://v/", (video, notes), ()).to_dict()
    assert (told["total_files"], told["other_files"]) == (2, 1)
    assert [file["kind"] for file in told["migrated_list"]] == ["video", "other"]
