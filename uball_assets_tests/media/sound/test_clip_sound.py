"""The sound of clips: of the very moments that their pictures show, whatever it was recorded as."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from uball_assets_tests.cutting import COPYING, MODES, cut, index_of, sound_offset_s, written
from uball_assets_tests.faults.videos import SOUND_VIDEOS
from uball_assets_tests.videos import SOUND_RATE_HZ, sound_of

BETWEEN_FRAMES = (2.013, 3.777)
WITH_SOUND = [name for name, video in SOUND_VIDEOS.items() if video.has_audio]
SOUND_THROUGHOUT = [name for name in WITH_SOUND if not SOUND_VIDEOS[name].sound_s]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SOUND_THROUGHOUT)
def test_the_sound_of_a_clip_is_in_step_with_its_pictures(
    name: str, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = cut(videos[name], *BETWEEN_FRAMES, mode, tmp_path)
    assert abs(sound_offset_s(clip, tmp_path, videos[name], SOUND_RATE_HZ)) <= 0.001


@pytest.mark.parametrize("mode", COPYING)
@pytest.mark.parametrize("name", WITH_SOUND)
def test_the_sound_of_a_clip_ends_with_its_pictures_or_where_the_videos_ends(
    name: str, mode: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = cut(videos[name], *BETWEEN_FRAMES, mode, tmp_path)
    video_ends_s = len(sound_of(videos[name])) / SOUND_RATE_HZ
    ends_s = min(clip.duration_s, video_ends_s - clip.first_s)
    heard = sound_of(written(clip, tmp_path))
    assert 0 <= len(heard) - int(ends_s * SOUND_RATE_HZ) < 1024, "decoders give whole packets"
    if clip.mode_used != "reencode":
        track = index_of(clip).audio
        assert track is not None
        assert track.end_tick == pytest.approx(ends_s * SOUND_RATE_HZ, abs=1)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "silent_s", "heard_s"),
    [
        ("sound-begins-late", (0.1, 0.8), (1.1, 1.7)),
        ("sound-ends-early", (0.7, 1.7), (0.05, 0.4)),
    ],
    ids=["sound-begins-late", "sound-ends-early"],
)
def test_where_the_video_has_no_sound_the_clip_is_silent_and_the_rest_keeps_its_place(
    name: str,
    silent_s: tuple[float, float],
    heard_s: tuple[float, float],
    mode: str,
    videos: dict[str, Path],
    tmp_path: Path,
) -> None:
    heard = sound_of(written(cut(videos[name], 2.0, 3.8, mode, tmp_path), tmp_path))
    heard = np.pad(heard, (0, 2 * SOUND_RATE_HZ))

    def loudness(stretch_s: tuple[float, float]) -> float:
        begin, end = (round(time_s * SOUND_RATE_HZ) for time_s in stretch_s)
        return float(np.abs(heard[begin:end]).mean())

    assert loudness(silent_s) < 0.001
    assert loudness(heard_s) > 0.05
