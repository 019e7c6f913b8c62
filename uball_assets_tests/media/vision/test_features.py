from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.media.videos.frames import clip_frames
from uball_assets.media.vision.ball import ball_track, shot_moments
from uball_assets.media.vision.features import (
    COLOUR_FEATURES,
    FEATURE_COUNT,
    LANDMARK_FEATURES,
    clip_features,
    duration_clip_s,
    motion_energy,
)
from uball_assets_tests.adapters.clips_of_shots import SHOT_AT_S, shot_clip


def test_bytes_and_path_of_a_clip_have_the_same_features(tmp_path: Path) -> None:
    clip = shot_clip("3PT_MAKE")
    (tmp_path / "clip.mp4").write_bytes(clip)
    np.testing.assert_array_equal(clip_features(clip), clip_features(tmp_path / "clip.mp4"))


@pytest.mark.parametrize(
    ("size", "fps", "duration_s"),
    [((160, 90), 15, 2.0), ((320, 180), 30, 1.0), ((90, 160), 60, 1.0), ((64, 48), 5, 60.0)],
    ids=["usual", "larger and faster", "upright at 60 fps", "a minute at 5 fps"],
)
def test_features_have_one_shape_for_any_clip(size: tuple[int, int], fps: int, duration_s: float) -> None:
    features = clip_features(shot_clip("FG_MISS", size=size, fps=fps, duration_s=duration_s))
    assert features.shape == (FEATURE_COUNT,)
    assert features.dtype == np.float32
    assert np.isfinite(features).all()
    assert duration_clip_s(features) == pytest.approx(duration_s, abs=0.3)


def test_a_flipped_clip_mirrored_back_is_nearly_the_clip() -> None:
    straight = clip_features(shot_clip("4PT_MAKE"))
    flipped = clip_features(shot_clip("4PT_MAKE", flipped=True), mirror=True)
    unmirrored = clip_features(shot_clip("4PT_MAKE", flipped=True))
    action = LANDMARK_FEATURES
    assert np.abs(straight[action] - flipped[action]).mean() < 0.05
    assert np.abs(straight[action] - unmirrored[action]).mean() > 0.2


def test_the_ball_is_followed_from_the_hand_to_the_hoop() -> None:
    frames, times_clip_s, duration_s = clip_frames(shot_clip("4PT_MAKE"))
    background = np.median(frames, axis=0).astype(np.uint8)
    track = ball_track(frames, background, times_clip_s, duration_s)
    moments = shot_moments(track)
    assert moments.release_s == pytest.approx(0.5, abs=0.14)
    assert moments.release_s < moments.apex_s < SHOT_AT_S
    assert moments.arrival_s == pytest.approx(SHOT_AT_S, abs=0.14)
    at_hoop = track[round(SHOT_AT_S * 15)]
    assert at_hoop[:2] == pytest.approx([2 * 0.15 - 1, 2 * 0.35 - 1], abs=0.06)


def test_a_clip_without_a_ball_still_has_features() -> None:
    features = clip_features(_gray_video([0.0] * 15))
    assert np.isfinite(features).all()


def test_jersey_colours_show_in_the_colour_features_only() -> None:
    blue, gray = (clip_features(shot_clip("3PT_MAKE", colour)) for colour in ("Blue", "Gray"))
    assert np.abs(blue[COLOUR_FEATURES] - gray[COLOUR_FEATURES]).sum() > 0.5
    assert np.abs(blue[LANDMARK_FEATURES] - gray[LANDMARK_FEATURES]).mean() < 0.05


@pytest.mark.parametrize(
    "data", [b"", b"not a video", shot_clip("FG_MAKE")[:300]], ids=["empty", "text", "cut"]
)
def test_what_cannot_be_decoded_is_refused_with_a_remedy(data: bytes) -> None:
    with pytest.raises(Permanent, match="again"):
        clip_features(data)


def test_motion_energy_is_high_where_something_moves(tmp_path: Path) -> None:
    still, moving = [0.0] * 45, [0.37 * n % 1 for n in range(45)]
    path = tmp_path / "video.mp4"
    path.write_bytes(_gray_video([*still, *moving, *still]))
    times_file_s, energy = motion_energy(path, fps=5)
    assert 1 / np.median(np.diff(times_file_s)) == pytest.approx(5, abs=0.5)
    inside = (times_file_s > 3.3) & (times_file_s < 5.8)
    outside = (times_file_s < 2.8) | (times_file_s > 6.4)
    assert energy[inside].min() > 20 * energy[outside].max() + 1


def test_motion_energy_reads_an_open_file_as_it_reads_a_path(tmp_path: Path) -> None:
    data = _gray_video([0.37 * n % 1 for n in range(45)])
    (tmp_path / "video.mp4").write_bytes(data)
    for one, other in zip(
        motion_energy(tmp_path / "video.mp4"), motion_energy(io.BytesIO(data)), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_motion_energy_of_a_broken_off_video_ends_where_it_breaks_off() -> None:
    data = _gray_video([0.37 * n % 1 for n in range(150)])
    times_file_s, energy = motion_energy(io.BytesIO(data[: int(len(data) * 0.6)]))
    assert 2 < times_file_s[-1] < 8
    assert len(times_file_s) == len(energy)


def _gray_video(places: list[float]) -> bytes:
    """A white square on gray, at `places` across the picture; fragmented, so that it may break off."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov"}) as container:
        stream = container.add_stream("libx264", rate=15)
        stream.width, stream.height, stream.pix_fmt = 128, 72, "yuv420p"
        stream.options = {"preset": "ultrafast", "threads": "1", "g": "15"}
        for place in places:
            picture = np.full((72, 128, 3), 90, dtype=np.uint8)
            left = int(place * 90)
            picture[20:50, left : left + 30] = 250
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return target.getvalue()
