"""`uball clip` as a person runs it: exact for every video, or one line and no file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from uball_assets_tests.clipping import (
    COMMAND,
    END_S,
    START_S,
    WINDOW,
    clip,
    here,
    made,
    numbers_between,
    numbers_in,
    refused,
    videos,
)
from uball_assets_tests.faults.videos import BROKEN_VIDEOS, SOUND_VIDEOS, BrokenVideo
from uball_assets_tests.videos import numbers_and_times

__all__ = ["here", "videos"]


@pytest.mark.parametrize("mode", ["smart", "edit"])
@pytest.mark.parametrize("name", SOUND_VIDEOS)
def test_a_clip_shows_exactly_the_frames_of_its_window(name: str, mode: str, videos: dict[str, Path]) -> None:
    told = made(videos[name], *WINDOW, "--mode", mode)
    turned = SOUND_VIDEOS[name].rotation_deg if told["mode"] == "reencode" else 0
    assert numbers_in(told, turned) == numbers_between(videos[name], START_S, END_S)
    assert told["frame_count"] == len(numbers_in(told, turned))
    assert told["mode"] == mode or told["reason"]


def test_every_fact_is_told_in_json(videos: dict[str, Path]) -> None:
    told = made(videos["b-frames"], "--from", "0:02", "--to", "0:05", "-o", "play.mp4")
    assert told.pop("elapsed_s") > 0
    assert told.pop("read_bytes") > told.pop("size_bytes") == Path("play.mp4").stat().st_size
    assert told == {
        "file": "play.mp4",
        "source": str(videos["b-frames"]),
        "source_bytes": videos["b-frames"].stat().st_size,
        "from_file_s": 2.0,
        "to_file_s": 5.0,
        "frame_count": 45,
        "copied_count": 45,
        "first_frame_file_s": 2.0,
        "duration_s": 3.0,
        "mode": "smart",
        "mode_asked": "smart",
        "reason": "",
        "slow_motion": 1.0,
        "clamped": False,
        "notes": [],
    }


def test_a_person_reads_the_same(videos: dict[str, Path]) -> None:
    shown = clip(videos["plain"], "--from", "0:04.51", "--to", "1:00").stdout
    for told in (
        "plain_0m04.51s-1m00s.mp4",
        "22 (15 copied bit for bit, 7 made anew)",
        "at 0:04.533 of the video",
        "1.467 s",
        "the video ends at 0:06",
    ):
        assert told in shown
    assert numbers_and_times(Path("plain_0m04.51s-1m00s.mp4"))[0] == list(range(68, 90))


def test_another_mode_than_asked_says_why(videos: dict[str, Path]) -> None:
    shown = clip(videos["hevc"], *WINDOW).stdout
    assert "reencode instead of smart" in shown
    assert "its codec is hvc1" in shown


def test_a_keyframe_clip_says_how_early_it_begins(videos: dict[str, Path]) -> None:
    told = made(videos["plain"], "--from", "2.4", "--to", "3", "--mode", "keyframe")
    assert numbers_in(told) == list(range(30, 45))
    assert told["first_frame_file_s"] == 2.0
    assert told["notes"] == [
        "the clip begins 0.400 s early, on a keyframe: other modes begin exactly at --from"
    ]


def test_what_changes_frames_makes_them_anew_without_being_told(videos: dict[str, Path]) -> None:
    told = made(videos["plain"], "--from", 1, "--to", 2, "--height", 48, "--slow-motion", 2, "--crf", 12)
    assert (told["mode"], told["mode_asked"], told["reason"]) == ("reencode", "reencode", "")
    assert told["duration_s"] == pytest.approx(2.0)
    assert numbers_in(told) == list(range(15, 30))
    assert "2 times slower, without sound" in told["notes"]
    assert "use mode 'reencode'" in refused(videos["plain"], *WINDOW, "--height", 48, "--mode", "smart")


@pytest.mark.parametrize(
    ("from_text", "to_text", "first", "last"),
    [
        ("1", "2", 15, 29),
        ("0:01", "0:02.0", 15, 29),
        ("00:00:01.000", "0:00:02", 15, 29),
        ("1,4", "0:01,8", 21, 26),
        ("0:01.4", "0:05.8", 21, 86),
    ],
)
def test_times_are_seconds_or_a_clock(
    from_text: str, to_text: str, first: int, last: int, videos: dict[str, Path]
) -> None:
    told = made(videos["plain"], "--from", from_text, "--to", to_text)
    assert numbers_in(told) == list(range(first, last + 1))


@pytest.mark.parametrize(
    ("from_text", "to_text", "says"),
    [
        ("soon", "2", "--from 'soon' is no time: write seconds (751.5) or [h:]mm:ss (12:31.5)"),
        ("1", "0:61", "--to '0:61' is no time"),
        ("1", "nan", "--to 'nan' is no time"),
        ("1", "inf", "--to 'inf' is no time"),
        ("", "2", "--from '' is no time"),
        ("-1", "2", "--from -1 is negative"),
        ("3", "0:02", "--from 3 is not before --to 0:02"),
        ("2", "0:02", "--from 2 is not before --to 0:02"),
        ("1:00", "1:10", "lies outside the video: the video's usable frames run from 0.000 s to 6.000 s"),
        ("2.01", "2.03", "holds no frame"),
    ],
)
def test_a_window_that_makes_no_clip_is_refused(
    from_text: str, to_text: str, says: str, videos: dict[str, Path]
) -> None:
    assert says in refused(videos["plain"], "--from", from_text, "--to", to_text)


@pytest.mark.parametrize("mode", ["smart", "edit", "keyframe", "reencode"])
@pytest.mark.parametrize("broken", BROKEN_VIDEOS.values(), ids=BROKEN_VIDEOS)
def test_a_broken_video_is_refused_by_name(broken: BrokenVideo, mode: str, tmp_path: Path) -> None:
    broken.make(tmp_path / "video.mp4")
    assert "video.mp4" in refused(tmp_path / "video.mp4", "--from", 4, "--to", 5, "--mode", mode)


@pytest.mark.parametrize("name", [name for name, broken in BROKEN_VIDEOS.items() if broken.still_good_s])
def test_the_whole_part_of_a_broken_video_is_cut_exactly(name: str, tmp_path: Path) -> None:
    broken = BROKEN_VIDEOS[name]
    assert broken.still_good_s
    start_s, end_s = broken.still_good_s
    broken.make(tmp_path / "video.mp4")
    told = made(tmp_path / "video.mp4", "--from", start_s, "--to", end_s)
    assert numbers_in(told) == [number for number in range(90) if start_s <= number / 15 < end_s - 1e-9]


def test_a_window_too_large_to_be_made_in_memory_is_refused(
    videos: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uball_assets.commands.clip.LARGEST_CLIP_BYTES", 10_000)
    assert "more than the 10.0 kB a clip can have: cut it in parts" in refused(videos["plain"], *WINDOW)


def test_wrong_use_is_exit_code_2(videos: dict[str, Path]) -> None:
    assert clip(videos["plain"], "--from", 1).exit_code == 2
    assert clip(videos["plain"], *WINDOW, "--mode", "magic").exit_code == 2


def test_a_process_of_its_own_says_the_same_as_json(videos: dict[str, Path]) -> None:
    words = [*COMMAND, str(videos["29.97-fps"]), "--from", "0:02.013", "--to", "0:03.777", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert numbers_in(json.loads(done.stdout)) == numbers_between(videos["29.97-fps"], START_S, END_S)
