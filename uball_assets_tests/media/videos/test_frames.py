"""Frames as people see them: a turned camera's copied and re-encoded clips look the same to a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.cut import cut_clip
from uball_assets.media.cutting.plan import Tools
from uball_assets.media.videos.frames import clip_frames
from uball_assets.media.videos.video import open_video
from uball_assets_tests.videos import SyntheticVideo, make_video


@pytest.mark.parametrize("turn_deg", [0, 90, -90, 180])
def test_a_copied_clip_of_a_turned_camera_is_seen_upright(turn_deg: int, tmp_path: Path) -> None:
    source = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=2, rotation_deg=turn_deg))
    with FileRanges(source) as ranges, open_video(ranges, tmp_path) as video:
        copied, made = (
            clip_frames(cut_clip(video, 0.0, 1.0, Recipe(mode=mode), Tools(tmp_path)).data)[0]
            for mode in ("smart", "reencode")
        )
    assert copied.shape == made.shape == (15, 3, 72, 128)
    assert np.abs(copied.astype(int) - made.astype(int)).mean() < 3
