"""Importing a game: what comes in, what is left out, and doing it again."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle, angle_of
from uball_assets.importing.checking import check_game
from uball_assets.importing.game import GameFiles
from uball_assets.importing.options import offsets_in
from uball_assets.importing.storing import add_partition, store_game
from uball_assets.settings import Settings
from uball_assets_tests.chapters import split
from uball_assets_tests.videos import SyntheticVideo, make_video

TABLE = "id,side,start,end,label\na,LEFT,1,3,STEAL\nb,LEFT,3,5,SLAM\nc,RIGHT,40,45,BLOCK\n"


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("video") / "video.mp4", SyntheticVideo(duration_s=6))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", workers=2)


@pytest.fixture
def files(tmp_path: Path, video: Path) -> GameFiles:
    folder = tmp_path / "game"
    for name in ("g_farleft.MP4", "near-left/video.mov", "2026-03-18_g1_FR.mp4", "NEAR_RIGHT.mp4"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(video, folder / name)
    (folder / "plays.csv").write_text(TABLE)
    return GameFiles("g1", folder, folder / "plays.csv", {Angle.FAR_LEFT: 1.25}, "2026-03-18", ("Gray", None))


def imported(settings: Settings, files: GameFiles) -> list[str]:
    """What was copied."""
    told: list[str] = []
    store_game(settings, check_game(settings, files), told.append)
    return told


def stored(settings: Settings) -> dict[str, bytes]:
    folder = settings.home / "videos" / "Games" / "g1"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_game_comes_in_whole(settings: Settings, files: GameFiles, video: Path) -> None:
    imported(settings, files)
    assert stored(settings) == {f"{angle}.mp4": video.read_bytes() for angle in sorted(Angle)}
    database = open_plays_db(settings.plays_url)
    assert [row["id"] for row in database.plays("g1")] == ["a", "b", "c"]
    assert database.sync_offsets("g1") == {"FAR_LEFT": 1.25}
    game = database.game("g1")
    assert game is not None
    assert (game["date"], game["team1_color"], game["team2_color"]) == ("2026-03-18", "Gray", None)


def test_checking_writes_nothing(settings: Settings, files: GameFiles) -> None:
    check_game(settings, files)
    assert not settings.home.exists()


def test_bad_rows_are_told_by_line_and_stored_for_the_platform_to_quarantine(
    settings: Settings, files: GameFiles
) -> None:
    game = check_game(settings, files)
    assert (len(game.table.rows), game.sound_count) == (3, 1)
    assert [entry.where for entry in game.quarantined] == ["plays.csv line 3", "plays.csv line 4"]
    assert "SLAM" in game.quarantined[0].why


def test_importing_again_copies_nothing_and_changes_nothing(settings: Settings, files: GameFiles) -> None:
    assert len(imported(settings, files)) == 4
    before = open_plays_db(settings.plays_url).play_versions()
    assert imported(settings, files) == []
    assert open_plays_db(settings.plays_url).play_versions() == before


def test_an_offset_not_given_again_stays(settings: Settings, files: GameFiles) -> None:
    imported(settings, files)
    again = check_game(settings, replace(files, offsets_s={}))
    store_game(settings, again, lambda _: None)
    assert again.cameras[0].sync_offset_s == 1.25
    assert open_plays_db(settings.plays_url).sync_offsets("g1") == {"FAR_LEFT": 1.25}


def test_another_video_is_refused_with_both_lengths_and_replaces_the_old_one_when_asked_to(
    settings: Settings, files: GameFiles, video: Path
) -> None:
    imported(settings, files)
    make_video(files.folder / "NEAR_RIGHT.mp4", SyntheticVideo(duration_s=4))
    with pytest.raises(
        Permanent, match=r"NEAR_RIGHT lasts 6.0 s there \(Games/g1/.*\), 4.0 s in .*--replace"
    ):
        check_game(settings, files)
    assert stored(settings)["NEAR_RIGHT.mp4"] == video.read_bytes()
    assert imported(settings, replace(files, replace_videos=True)) == [
        f"copying NEAR_RIGHT.mp4 ({(files.folder / 'NEAR_RIGHT.mp4').stat().st_size / 1e6:.1f} MB)"
    ]
    assert stored(settings)["NEAR_RIGHT.mp4"] == (files.folder / "NEAR_RIGHT.mp4").read_bytes()


def test_a_video_that_replaces_one_under_another_name_leaves_its_camera_one_video(
    settings: Settings, files: GameFiles, video: Path
) -> None:
    own = settings.home / "videos" / "Games" / "g1"
    own.mkdir(parents=True)
    shutil.copy(video, own / "by_hand_farleft.mp4")
    make_video(files.folder / "g_farleft.MP4", SyntheticVideo(duration_s=4))
    with pytest.raises(Permanent, match=r"by_hand_farleft\.mp4"):
        check_game(settings, files)
    imported(settings, replace(files, replace_videos=True))
    assert [name for name in stored(settings) if angle_of(name) == "FAR_LEFT"] == ["FAR_LEFT.mp4"]


def test_a_camera_that_only_the_store_has_is_not_missing(settings: Settings, files: GameFiles) -> None:
    imported(settings, files)
    (files.folder / "g_farleft.MP4").unlink()
    (files.folder / "NEAR_RIGHT.mp4").write_bytes(b"an upload that broke off")
    game = check_game(settings, replace(files, offsets_s={Angle.FAR_LEFT: 2.0}))
    assert [camera.angle for camera in game.cameras] == list(Angle)
    assert [entry.what for entry in game.quarantined if entry.what.startswith("camera")] == [
        "camera NEAR_RIGHT"
    ]
    before = stored(settings)
    store_game(settings, game, lambda _: None)
    assert stored(settings) == before
    assert open_plays_db(settings.plays_url).sync_offsets("g1") == {"FAR_LEFT": 2.0}


def test_a_table_alone_corrects_a_game_whose_videos_are_stored(
    settings: Settings, files: GameFiles, tmp_path: Path
) -> None:
    imported(settings, files)
    (tmp_path / "empty").mkdir()
    assert len(check_game(settings, replace(files, folder=tmp_path / "empty")).cameras) == 4


def test_a_broken_a_doubled_and_a_missing_camera_cost_only_themselves(
    settings: Settings, files: GameFiles, video: Path
) -> None:
    (files.folder / "NEAR_RIGHT.mp4").write_bytes(video.read_bytes()[:2000])
    shutil.copy(video, files.folder / "farleft.mp4")
    (files.folder / "2026-03-18_g1_FR.mp4").unlink()
    game = check_game(settings, files)
    assert [camera.angle for camera in game.cameras] == [Angle.NEAR_LEFT]
    told = {entry.what: entry.why for entry in game.quarantined if entry.what.startswith("camera")}
    assert told.keys() == {"camera FAR_LEFT", "camera FAR_RIGHT", "camera NEAR_RIGHT"}
    assert "farleft.mp4 and g_farleft.MP4" in told["camera FAR_LEFT"]
    assert "cut short" in told["camera NEAR_RIGHT"]
    assert any("FAR_LEFT is not used" in notice for notice in game.notices)


def test_a_folder_that_is_the_stores_own_is_taken_as_it_stands(
    settings: Settings, files: GameFiles, video: Path
) -> None:
    own = settings.home / "videos" / "Games" / "g1"
    own.mkdir(parents=True)
    shutil.copy(video, own / "g1_farleft.mp4")
    assert imported(settings, replace(files, folder=own)) == []
    assert list(stored(settings)) == ["g1_farleft.mp4"]


def test_a_recording_in_chapters_comes_in_whole_and_is_read_back_as_one_camera(
    settings: Settings, files: GameFiles, tmp_path: Path
) -> None:
    (files.folder / "g_farleft.MP4").unlink()
    video = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=4.0))
    split(video, files.folder / "far-left", (2.0,), ("GX010007.MP4", "GX020007.MP4"))
    imported(settings, files)
    assert [name for name in stored(settings) if "FAR_LEFT" in name] == [
        "FAR_LEFT/GX010007.MP4",
        "FAR_LEFT/GX020007.MP4",
    ]
    assert imported(settings, files) == []


def test_the_same_video_under_another_name_in_the_store_is_the_one(
    settings: Settings, files: GameFiles, video: Path
) -> None:
    own = settings.home / "videos" / "Games" / "g1"
    own.mkdir(parents=True)
    shutil.copy(video, own / "by_hand_farleft.mp4")
    assert len(imported(settings, files)) == 3
    assert [name for name in stored(settings) if angle_of(name) == "FAR_LEFT"] == ["by_hand_farleft.mp4"]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("", "plays.csv yields no play of game g1"),
        ("side,start,end,label\n", "it has no rows"),
        ("game,side,start,end,label\ng2,LEFT,1,3,STEAL\n", "1 rows are of other games"),
        (
            "side,start,end,label\nLEFT,1,3,SLAM\n",
            "none of its 1 rows is sound, first plays.csv line 2: .*SLAM",
        ),
    ],
)
def test_a_table_that_yields_no_play_is_refused_unless_asked_for(
    settings: Settings, files: GameFiles, table: str, says: str
) -> None:
    assert files.plays is not None
    files.plays.write_text(table)
    with pytest.raises(Permanent, match=says):
        check_game(settings, files)
    assert len(imported(settings, replace(files, accept_no_plays=True))) == 4


@pytest.mark.parametrize(
    ("offset_s", "says"),
    [(6.0, "it would end before the game begins"), (-45.0, "whose last play ends at 45.0 s")],
)
def test_an_offset_beyond_its_video_is_refused(
    settings: Settings, files: GameFiles, offset_s: float, says: str
) -> None:
    wrong = replace(files, offsets_s={Angle.NEAR_LEFT: offset_s})
    with pytest.raises(Permanent, match=rf"NEAR_LEFT cannot have the offset {offset_s:g} s: .*{says}"):
        check_game(settings, wrong)


def test_an_offset_goes_to_the_row_that_its_camera_has_however_that_is_spelled(
    settings: Settings, files: GameFiles
) -> None:
    database = open_plays_db(settings.plays_url)
    rows = [{"angle": "far-left", "sync_offset_seconds": 0.5}, {"angle": "BENCH", "sync_offset_seconds": 3}]
    database.add_game({"id": "g1"}, [], rows)
    game = check_game(settings, replace(files, offsets_s={}))
    assert game.cameras[0].sync_offset_s == 0.5
    assert "offset of 'BENCH'" in [entry.what for entry in game.quarantined]
    imported(settings, files)
    assert database.sync_offsets("g1") == {"FAR_LEFT": 1.25}


def test_the_grade_that_a_game_can_get_is_told_with_what_costs_it(
    settings: Settings, files: GameFiles
) -> None:
    game = check_game(settings, files)
    assert game.grade is not None
    assert game.grade.letter == "F"
    assert any("2 of 3 rows are not sound" in reason for reason in game.grade.reasons)
    assert (
        "no row has timestamp_seconds, note, player_a, events: the game's grade is lower for it"
        in game.notices
    )


def test_a_database_that_is_none_is_told_before_anything_is_copied(
    settings: Settings, files: GameFiles
) -> None:
    settings.home.mkdir()
    (settings.home / "plays.db").write_text("no database " * 100)
    with pytest.raises(Permanent, match="not a SQLite database"):
        check_game(settings, files)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"game_id": "../g1"}, "cannot name a game"),
        ({"folder": Path("nowhere")}, "there is no folder nowhere"),
        ({"date": "18.03.2026"}, "is no date"),
    ],
)
def test_what_cannot_be_is_refused(
    settings: Settings, files: GameFiles, changes: dict[str, object], says: str
) -> None:
    with pytest.raises(Permanent, match=says):
        check_game(settings, replace(files, **changes))  # type: ignore[arg-type]


def test_a_folder_without_a_usable_video_says_what_each_camera_lacks(
    settings: Settings, files: GameFiles
) -> None:
    for video in files.folder.rglob("*.m*"):
        video.unlink()
    for video in files.folder.rglob("*.MP4"):
        video.unlink()
    with pytest.raises(Permanent, match=r"no video of .* can be used: camera FAR_LEFT"):
        check_game(settings, files)


def test_an_imported_game_is_a_partition(settings: Settings, files: GameFiles) -> None:
    from uball_assets.automation.instance import open_instance

    assert add_partition(settings, files.game_id)
    assert add_partition(settings, files.game_id)
    with open_instance(settings) as instance:
        assert list(instance.get_dynamic_partitions("games")) == ["g1"]


def test_without_a_dagster_instance_the_sensor_finds_the_game(tmp_path: Path) -> None:
    assert not add_partition(Settings(checkout=tmp_path, home=tmp_path / "home"), "g1")


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("UP", "1")], "is no camera"),
        ([("fl", "soon")], "write it as seconds"),
        ([("fl", "nan")], "write it as seconds"),
        ([("FAR_LEFT", "1"), ("fl", "2")], "two offsets"),
    ],
)
def test_an_offset_that_cannot_be_is_refused(pairs: list[tuple[str, object]], says: str) -> None:
    with pytest.raises(Permanent, match=says):
        offsets_in(pairs)


def test_a_camera_of_an_offset_may_be_spelled_in_any_way() -> None:
    assert offsets_in([("far-left", 1), ("NR", "-2.5")]) == {Angle.FAR_LEFT: 1.0, Angle.NEAR_RIGHT: -2.5}


@pytest.mark.parametrize(
    ("lines", "guess"),
    [
        ("LEFT,0.01,0.03,STEAL\nRIGHT,0.03,0.05,BLOCK\n", r"minutes\.seconds \(0\.12 for 0:12\)"),
        ("LEFT,0.0000116,0.0000347,STEAL\nRIGHT,0.0000347,0.0000579,BLOCK\n", "fractions of a day"),
        ('LEFT,"1,912","1,920",STEAL\nRIGHT,"2,030","2,041",BLOCK\n', r"thousands \(1,912 for 1912\)"),
    ],
    ids=["mm.ss", "fractions of a day", "thousands"],
)
def test_a_table_in_another_unit_is_refused_with_the_guess(
    settings: Settings, files: GameFiles, lines: str, guess: str
) -> None:
    assert files.plays is not None
    files.plays.write_text("side,start,end,label\n" + lines)
    with pytest.raises(Permanent, match=rf"plays\.csv: as seconds most plays would last .*{guess}"):
        check_game(settings, files)
    assert not settings.home.exists()


def test_a_uuid_in_capitals_is_the_same_game(settings: Settings, files: GameFiles) -> None:
    lower = "6f1c0000-0000-0000-0000-00000000abcd"
    assert files.plays is not None
    files.plays.write_text(f"game_id,side,start,end,label\n{lower.upper()},LEFT,1,3,STEAL\n")
    for given in (lower.upper(), lower):
        game = check_game(settings, replace(files, game_id=given))
        assert (game.files.game_id, game.sound_count) == (lower, 1)
        store_game(settings, game, lambda _: None)
    database = open_plays_db(settings.plays_url)
    assert database.game_ids() == [lower]
    assert len(database.plays(lower)) == 1
    assert [path.name for path in (settings.home / "videos" / "Games").iterdir()] == [lower]


def test_a_play_whose_uuid_is_written_in_capitals_edits_the_stored_one(
    settings: Settings, files: GameFiles
) -> None:
    play_id = "6f1c0000-0000-0000-0000-00000000abcd"
    assert files.plays is not None
    for given, label in ((play_id, "STEAL"), (play_id.upper(), "BLOCK")):
        files.plays.write_text(f"id,side,start,end,label\n{given},LEFT,1,3,{label}\n")
        imported(settings, files)
    rows = open_plays_db(settings.plays_url).plays("g1")
    assert [(row["id"], row["classification"]) for row in rows] == [(play_id, "BLOCK")]


def test_a_row_whose_id_is_another_game_s_play_costs_itself_and_says_whose(
    settings: Settings, files: GameFiles
) -> None:
    imported(settings, files)
    other = replace(files, game_id="g2", teams=("Red", "White"), date=None)
    (files.folder / "plays.csv").write_text(
        TABLE.replace("b,LEFT,3,5,SLAM", "b2,LEFT,3,5,STEAL").replace("c,", "c2,")
    )
    game = check_game(settings, other)
    (lost,) = [entry for entry in game.quarantined if entry.what == "play a"]
    assert lost.where == "plays.csv line 2"
    assert lost.why == "a play of another game has its id: g1 (2026-03-18, Gray - ?)"
    store_game(settings, game, lambda _: None)
    database = open_plays_db(settings.plays_url)
    assert [row["id"] for row in database.plays("g2")] == ["b2", "c2"]
    assert [row["id"] for row in database.plays("g1")] == ["a", "b", "c"]
