"""Clips by content key: what stands in the store is not cut again, and one failure costs one clip."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.clipping.clips import ClipPlan, Recipe, content_key
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.hashing import bytes_hash
from uball_assets.media.cutting.reencode import ffmpeg_binary
from uball_assets.services.clip_library import ClipCutter, CutFacts, drop_strays
from uball_assets_tests.domain.footage.test_rig import a_camera
from uball_assets_tests.media.cutting.test_time_limit import an_ffmpeg
from uball_assets_tests.videos import SyntheticVideo, make_video, numbers_and_times

PREFIX = "games/g1/clips/"
RECIPE = Recipe(mode="reencode")


@pytest.fixture
def cutter(tmp_path: Path) -> ClipCutter:
    source = tmp_path / "videos/Games/g1/FAR_LEFT.mp4"
    source.parent.mkdir(parents=True)
    make_video(source, SyntheticVideo(duration_s=6.0))
    videos, training = FolderStore(tmp_path / "videos"), FolderStore(tmp_path / "training")
    return ClipCutter(videos, training, RECIPE, ffmpeg="", workers=2, work_folder=tmp_path / "work")


@pytest.fixture
def camera() -> Camera:
    return replace(a_camera(Angle.FAR_LEFT, 1.0), filmed=Window(0.0, 6.0))


def a_plan(play_id: str, start_file_s: float, end_file_s: float, fingerprint: str = "f") -> ClipPlan:
    window = Window(start_file_s, end_file_s)
    return ClipPlan(
        play_id=play_id,
        game_id="g1",
        angle=Angle.FAR_LEFT,
        name=f"{PREFIX}{play_id}_FAR_LEFT.mp4",
        start_file_s=start_file_s,
        end_file_s=end_file_s,
        timestamp_clip_s=0.5,
        key=content_key(replace(a_camera(Angle.FAR_LEFT, 1.0), fingerprint=fingerprint), window, RECIPE),
        clamped=False,
    )


PLANS = [a_plan("p1", 1.0, 2.0), a_plan("p2", 3.0, 4.5)]


def test_a_cut_clip_shows_exactly_the_planned_frames(cutter: ClipCutter, camera: Camera) -> None:
    result = cutter.make(PREFIX, camera, PLANS)
    assert (result.cut_count, result.quarantined) == (2, ())
    first, second = result.clips
    assert (first.frame_count, second.frame_count) == (15, 23)
    path = cutter.training.local_path(first.name)
    assert path is not None
    numbers, _ = numbers_and_times(path)
    assert numbers == list(range(15, 30))
    assert first.start_file_s == pytest.approx(1.0)
    assert first.timestamp_clip_s == pytest.approx(0.5)
    assert first.sync_offset_s == 1.0


def test_the_same_plans_cut_nothing_and_tell_the_same_clips(cutter: ClipCutter, camera: Camera) -> None:
    cut, found = cutter.make(PREFIX, camera, PLANS), cutter.make(PREFIX, camera, PLANS)
    assert found.cut_count == 0
    assert found.clips == cut.clips


def test_clips_of_the_same_frames_share_a_mark_and_others_none(cutter: ClipCutter, camera: Camera) -> None:
    twin = replace(PLANS[0], play_id="p9", name=f"{PREFIX}p9_{PLANS[0].angle}.mp4")
    first, second, again = cutter.make(PREFIX, camera, [*PLANS[:2], twin]).clips
    assert first.bytes_hash == bytes_hash(cutter.training.read(first.name))
    assert first.marks == again.marks
    assert not first.marks & second.marks


def test_only_the_clip_whose_key_changed_is_cut_again(cutter: ClipCutter, camera: Camera) -> None:
    cutter.make(PREFIX, camera, PLANS)
    result = cutter.make(PREFIX, camera, [PLANS[0], a_plan("p2", 3.0, 4.6)])
    assert result.cut_count == 1
    assert len(result.clips) == 2


def test_a_new_event_time_or_offset_reaches_a_clip_that_is_not_cut_again(
    cutter: ClipCutter, camera: Camera
) -> None:
    cutter.make(PREFIX, camera, PLANS[:1])
    later = replace(PLANS[0], timestamp_clip_s=0.75)
    result = cutter.make(PREFIX, replace(camera, sync_offset_s=2.0), [later])
    assert result.cut_count == 0
    assert result.clips[0].timestamp_clip_s == pytest.approx(0.75)
    assert result.clips[0].sync_offset_s == 2.0


def test_a_file_that_a_person_put_in_the_clips_place_is_not_taken_for_it(
    cutter: ClipCutter, camera: Camera
) -> None:
    cutter.training.write(PLANS[0].name, b"a person's file")
    assert cutter.make(PREFIX, camera, PLANS[:1]).cut_count == 1


def test_the_clips_clock_starts_at_its_first_frame(cutter: ClipCutter, camera: Camera) -> None:
    """A play that starts between two frames: the first frame is up to 67 ms later, and the event moves."""
    [clip] = cutter.make(PREFIX, camera, [a_plan("p1", 1.03, 2.0)]).clips
    assert 1.03 <= clip.start_file_s < 1.03 + 1 / 15
    assert clip.timestamp_clip_s == pytest.approx(0.5 + 1.03 - clip.start_file_s, abs=0.001)


def test_a_clip_in_slow_motion_says_so_and_counts_its_stretched_seconds(
    cutter: ClipCutter, camera: Camera
) -> None:
    """The planned moment is in the stretched clock; so is what is left of it after the first frame."""
    slow = replace(cutter, recipe=replace(RECIPE, slow_motion=4.0))
    plan = replace(a_plan("p1", 1.03, 2.0), timestamp_clip_s=2.0)
    cut, found = slow.make(PREFIX, camera, [plan]).clips, slow.make(PREFIX, camera, [plan]).clips
    [clip] = cut
    assert clip.slow_motion == 4.0
    assert clip.start_file_s == pytest.approx(16 / 15)
    assert clip.timestamp_clip_s == pytest.approx(2.0 - 4 * (16 / 15 - 1.03), abs=0.001)
    assert clip.duration_s == pytest.approx(4 * 14 / 15)
    assert found == cut


def test_a_window_without_frames_is_one_loss_and_the_others_go_on(cutter: ClipCutter, camera: Camera) -> None:
    result = cutter.make(PREFIX, camera, [*PLANS, a_plan("p3", 50.0, 52.0)])
    assert [clip.play_id for clip in result.clips] == ["p1", "p2"]
    [entry] = result.quarantined
    assert (entry.what, entry.where) == ("clip p3_FAR_LEFT", "Games/g1/FAR_LEFT.mp4 at 50.000 s")


def test_a_source_that_is_gone_is_a_loss_for_each_clip_not_an_error(
    cutter: ClipCutter, camera: Camera
) -> None:
    cutter.make(PREFIX, camera, PLANS[:1])
    cutter.video_store.delete("Games/g1/FAR_LEFT.mp4")
    result = cutter.make(PREFIX, camera, PLANS)
    assert [clip.play_id for clip in result.clips] == ["p1"]
    assert [entry.what for entry in result.quarantined] == ["clip p2_FAR_LEFT"]


def test_strays_go_and_wanted_clips_and_other_cameras_clips_stay(cutter: ClipCutter, camera: Camera) -> None:
    result = cutter.make(PREFIX, camera, PLANS)
    cutter.training.write(f"{PREFIX}p9_NEAR_RIGHT.mp4", b"another camera's")
    assert drop_strays(cutter.training, PREFIX, "_FAR_LEFT.mp4", result.clips[:1]) == 1
    assert [info.name for info in cutter.training.list(PREFIX)] == [
        f"{PREFIX}p1_FAR_LEFT.mp4",
        f"{PREFIX}p9_NEAR_RIGHT.mp4",
    ]


def test_what_is_kept_with_a_clip_comes_back() -> None:
    facts = CutFacts("k", 15, 1.0666667, 1.0, brightness=91.4, sharpness=310.2)
    assert CutFacts.from_metadata(facts.to_metadata()) == facts
    slow = replace(facts, slow_motion=2.5)
    assert CutFacts.from_metadata(slow.to_metadata()) == slow
    older = {name: text for name, text in facts.to_metadata().items() if name != "slow_motion"}
    assert CutFacts.from_metadata(older) == facts


def test_a_clip_whose_ffmpeg_never_ends_is_lost_with_its_reason_and_cut_the_next_time(
    cutter: ClipCutter, camera: Camera, tmp_path: Path
) -> None:
    hanging = replace(cutter, ffmpeg=an_ffmpeg(tmp_path, "exec sleep 600"), timeout_s=3.0, workers=1)
    result = hanging.make(PREFIX, camera, PLANS)
    [entry], [clip] = result.quarantined, result.clips
    assert entry.why == "ffmpeg did not finish within 3 s, and was ended"
    assert "raise UBALL_CLIP_TIMEOUT_S" in entry.remedy
    again = cutter.make(PREFIX, camera, PLANS)
    assert (again.cut_count, len(again.clips), again.quarantined) == (1, 2, ())
    assert clip in again.clips


MOVING = "testsrc=size=640x360:rate=15:duration=6"
SHOWN = {
    "": MOVING,
    "black": "color=black:size=640x360:rate=15:duration=6",
    "frozen": "testsrc=size=640x360:rate=15:duration=0.05,loop=89:1,setpts=N/15/TB",
    "blurred": f"{MOVING},gblur=sigma=40",
}


def shows(cutter: ClipCutter, flaw: str) -> None:
    """The camera's video shows that from now on."""
    path = cutter.video_store.local_path("Games/g1/FAR_LEFT.mp4")
    assert path is not None
    path.unlink()
    words = [ffmpeg_binary(), "-f", "lavfi", "-i", SHOWN[flaw], "-g", "15", "-pix_fmt", "yuv420p", str(path)]
    subprocess.run(words, check=True, capture_output=True)


@pytest.mark.parametrize("mode", ["smart", "reencode"])
@pytest.mark.parametrize("flaw", SHOWN)
def test_a_clip_that_shows_too_little_is_told_and_by_setting_refused_and_not_tried_again(
    flaw: str, mode: str, cutter: ClipCutter, camera: Camera
) -> None:
    shows(cutter, flaw)
    cutter = replace(cutter, recipe=Recipe(mode=mode))
    plans = [a_plan("p1", 1.1, 3.4)]
    told = cutter.make(PREFIX, camera, plans)
    assert [clip.flaws for clip in told.clips] == [flaw]
    assert all((clip.brightness or 0.0) < 5.0 for clip in told.clips) == (flaw == "black")
    assert cutter.make(PREFIX, camera, plans).clips == told.clips
    strict = replace(cutter, refused_flaws=frozenset(SHOWN) - {""})
    result = strict.make(PREFIX, camera, plans)
    if not flaw:
        assert result.clips == told.clips
        return
    assert (result.clips, result.lost_keys) == ((), ())
    [entry] = result.quarantined
    assert (entry.what, entry.why) == ("clip p1_FAR_LEFT", f"its pictures are {flaw}")
    assert "UBALL_CLIP_REFUSE" in entry.remedy


def test_clips_that_are_cut_at_the_speed_of_copying_are_not_looked_at(
    cutter: ClipCutter, camera: Camera
) -> None:
    shows(cutter, "black")
    [clip] = replace(cutter, recipe=Recipe(mode="edit")).make(PREFIX, camera, [a_plan("p1", 1.1, 3.4)]).clips
    assert (clip.flaws, clip.brightness) == ("", None)
