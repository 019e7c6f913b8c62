"""A clip's sound is held against the video's own: other sound and shifted sound are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting import reencode
from uball_assets.media.mp4.sample_table import PCM_BITS
from uball_assets.media.sound.correlation import unlike_sound
from uball_assets.media.videos.shown import Shown
from uball_assets_tests.cutting import cut, written
from uball_assets_tests.faults.walked_videos import WALKED_VIDEOS, ffmpeg
from uball_assets_tests.videos import SyntheticVideo, make_video

SOUND = SyntheticVideo(duration_s=4.0, b_frames=2, sound_rate_hz=48_000)


@pytest.mark.parametrize("codec", ["aac", "pcm_s16le", "pcm_alaw"])
@pytest.mark.parametrize("mode", ["smart", "reencode"])
@pytest.mark.parametrize(
    ("later_s", "says"),
    [(0.0, None), (0.0065, "6.5 ms late"), (-0.0065, "6.5 ms early"), (1.0, "not that of")],
)
def test_sound_of_another_moment_is_told(
    later_s: float, says: str | None, mode: str, codec: str, tmp_path: Path
) -> None:
    rate_hz = 8000 if codec == "pcm_alaw" else 48_000
    spec = SyntheticVideo(container="mov", sound_codec=codec, sound_rate_hz=rate_hz)
    video = make_video(tmp_path / "video.mov", spec)
    clip = cut(video, 2.0, 4.0, mode, tmp_path / "work")
    with FileRanges(video) as source:
        found = unlike_sound(written(clip, tmp_path), source, clip.first_s + later_s, clip.duration_s)
    assert found is None if says is None else found is not None and says in found


@pytest.mark.parametrize("mode", ["smart", "edit", "reencode"])
def test_a_clip_with_other_sound_is_refused(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule of PCM that is wrong again gives noise: it must be no clip."""
    video = make_video(
        tmp_path / "video.mov", SyntheticVideo(container="mov", sound_codec="pcm_alaw", sound_rate_hz=8000)
    )
    monkeypatch.setitem(PCM_BITS, "alaw", 16)
    with pytest.raises(Permanent, match="its sound is not that of the video"):
        cut(video, 2.0, 4.0, mode, tmp_path / "work")
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    "name", ["avi-mjpeg", "avi-xvid", "matroska", "transport-stream-at-24548", "mxf-29.97"]
)
@pytest.mark.parametrize(("later_s", "says"), [(0.0, None), (0.02, "ms late"), (0.5, "not that of")])
def test_sound_of_another_moment_is_told_of_a_video_without_an_index(
    name: str, later_s: float, says: str | None, tmp_path: Path
) -> None:
    video, _ = WALKED_VIDEOS[name].make(tmp_path)
    clip = cut(video, 1.513, 3.277, "smart", tmp_path / "work")
    heard_from_s, length_s = clip.first_s + later_s, clip.duration_s - later_s
    with FileRanges(video) as source:
        found = unlike_sound(written(clip, tmp_path), source, heard_from_s, length_s, is_walked=True)
    assert found is None if says is None else found is not None and says in found


@pytest.mark.parametrize(
    ("suffix", "words"),
    [
        ("avi", "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p -c:a ac3"),
        ("avi", "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p -c:a mp2"),
        ("avi", "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p -c:a adpcm_ima_wav"),
        ("mkv", "-c:v copy -c:a flac"),
        ("mkv", "-c:v copy -c:a libvorbis"),
        ("mkv", "-c:v copy -c:a libopus"),
        ("ts", "-c:v copy -c:a ac3"),
        ("ts", "-c:v copy -c:a aac -mpegts_flags latm"),
        ("flv", "-c:v copy -c:a libmp3lame -ar 44100"),
        ("wmv", "-c:v wmv2 -q:v 2 -g 12 -c:a wmav1"),
        ("mp4", "-c:v copy -c:a libopus -movflags frag_keyframe+empty_moov"),
    ],
    ids=lambda words: words.replace("-", "").replace(" ", "_"),
)
def test_every_sound_of_a_video_without_an_index_is_proved(suffix: str, words: str, tmp_path: Path) -> None:
    plain, video = make_video(tmp_path / "plain.mp4", SOUND), tmp_path / f"video.{suffix}"
    ffmpeg(words, plain, video)
    clip = cut(video, 1.513, 3.277, "smart", tmp_path / "work")
    with FileRanges(video) as source:
        for later_s, says in ((0.0, None), (0.02, "ms late")):
            window = (clip.first_s + later_s, clip.duration_s - later_s)
            found = unlike_sound(written(clip, tmp_path), source, *window, is_walked=True)
            assert found is None if says is None else found is not None and says in found


def test_a_clip_of_a_video_without_an_index_is_refused_with_other_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video, _ = WALKED_VIDEOS["transport-stream"].make(tmp_path)
    cut(video, 1.513, 3.277, "smart", tmp_path / "work")
    made = reencode.reencode

    def early(video: Path, shown: Shown, start_file_s: float, end_file_s: float, *words: Any) -> Any:
        return replace(made(video, shown, start_file_s, end_file_s, *words), first_s=start_file_s + 0.5)

    monkeypatch.setattr("uball_assets.media.cutting.anew.reencode", early)
    with pytest.raises(Permanent, match="its sound is not that of the video"):
        cut(video, 1.513, 3.277, "smart", tmp_path / "work")
