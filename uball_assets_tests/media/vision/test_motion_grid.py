"""What moves where in a film, from videos in which one square moves."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.moments.motion import CELL_COLUMNS, CELL_ROWS, STEP_S, Motion
from uball_assets.media.vision.motion_grid import bytes_by_step, from_bytes, motion_in, to_bytes

FPS = 15
LENGTH_S = 24.0
MOVES_S = (6.0, 9.0)
TOP_RIGHT = (0, CELL_COLUMNS - 1)


def film(path: Path, length_s: float = LENGTH_S) -> Path:
    """A bright square in the top right corner that moves for three seconds."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 128, 72, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": str(FPS)}
        for number in range(round(length_s * FPS)):
            picture = np.full((72, 128, 3), 60, np.uint8)
            moves = MOVES_S[0] <= number / FPS < MOVES_S[1]
            left = 113 + (number * 5 % 8 if moves else 0)
            picture[2:14, left : left + 6] = 230
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("films") / "video.mp4")


def grid(motion: Motion) -> np.ndarray:
    return motion.codes.reshape(-1, CELL_ROWS, CELL_COLUMNS)


def test_it_moves_where_and_when_the_square_does(video: Path) -> None:
    motion = motion_in([(video, 0.0)])
    assert len(motion.codes) == pytest.approx(LENGTH_S / STEP_S, abs=2)
    inside = (motion.times_file_s > 6.3) & (motion.times_file_s < 8.8)
    outside = (motion.times_file_s < 5.8) | (motion.times_file_s > 9.3)
    assert motion.seen[5:].all()
    assert grid(motion)[inside][:, *TOP_RIGHT].min() > 0
    assert grid(motion)[outside].max() == 0
    assert grid(motion)[inside][:, 1:, :6].max() == 0


def test_an_open_file_is_read_as_a_path_is(video: Path) -> None:
    one, other = motion_in([(video, 0.0)]), motion_in([(io.BytesIO(video.read_bytes()), 0.0)])
    np.testing.assert_array_equal(one.codes, other.codes)


def test_a_recording_in_files_is_one_film(video: Path, tmp_path: Path) -> None:
    motion = motion_in([(video, 0.0), (film(tmp_path / "next.mp4"), LENGTH_S)])
    second = (motion.times_file_s > LENGTH_S + 6.3) & (motion.times_file_s < LENGTH_S + 8.8)
    assert grid(motion)[second][:, *TOP_RIGHT].min() > 0
    assert len(motion.codes) == pytest.approx(2 * LENGTH_S / STEP_S, abs=3)


def test_only_the_stretches_that_are_worth_it_are_decoded(video: Path) -> None:
    whole = motion_in([(video, 0.0)])
    some = motion_in([(video, 0.0)], [Window(5.0, 10.0), Window(20.0, 22.0)])
    told = some.times_file_s[some.seen]
    assert told.min() > 4.0
    assert not ((told > 10.2) & (told < 19.0)).any()
    both = some.seen & whole.seen[: len(some.seen)]
    assert both.sum() > 30
    np.testing.assert_array_equal(some.codes[both], whole.codes[: len(some.codes)][both])


def test_what_breaks_off_is_measured_up_to_there(tmp_path: Path) -> None:
    fragmented = tmp_path / "fragmented.mkv"
    fragmented.write_bytes(film(tmp_path / "whole.mkv").read_bytes())
    data = fragmented.read_bytes()
    motion = motion_in([(io.BytesIO(data[: int(len(data) * 0.6)]), 0.0)])
    assert 3 < motion.times_file_s[-1] < LENGTH_S


def test_what_shows_nothing_is_refused_with_a_remedy() -> None:
    with pytest.raises(Permanent, match="replace the file"):
        motion_in([(io.BytesIO(b"no video"), 0.0)])


def test_what_is_kept_is_what_was_measured_in_the_same_bytes(video: Path) -> None:
    motion = motion_in([(video, 0.0)])
    kept = to_bytes(motion)
    again = from_bytes(kept)
    np.testing.assert_array_equal(again.codes, motion.codes)
    np.testing.assert_array_equal(again.seen, motion.seen)
    assert to_bytes(motion_in([(video, 0.0)])) == kept


def test_each_steps_bytes_are_counted_once() -> None:
    times = np.array([0.0, 0.15, 0.19, 0.25, 99.0, -0.5])
    counted = bytes_by_step(times, np.array([10, 20, 30, 40, 50, 60], np.int32), steps=4)
    assert counted.tolist() == [60, 40, 0, 0]
