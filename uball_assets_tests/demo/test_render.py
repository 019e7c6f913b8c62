"""The demo league's videos: real files, the same bytes every time, on the clocks they claim."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from uball_assets.demo.league import DemoGame, Row, league, length_game_s
from uball_assets.demo.mess import Broken
from uball_assets.demo.render import FPS, render_all, render_camera, render_game
from uball_assets.demo.sound import RATE_HZ
from uball_assets.domain.footage.angles import CAMERAS, Angle, Side


@pytest.fixture(scope="module")
def game() -> DemoGame:
    return league(11, plays_per_game=4, game_counts=(1, 0, 0))[0].games[0]


@pytest.fixture(scope="module")
def videos(game: DemoGame, tmp_path_factory: pytest.TempPathFactory) -> dict[Angle, Path]:
    paths = render_game(game, tmp_path_factory.mktemp("videos"))
    return {Angle(video["angle"]): path for video, path in zip(game.videos, paths, strict=True)}


def offset_s(game: DemoGame, angle: Angle) -> float:
    return float(next(video["sync_offset_seconds"] for video in game.videos if video["angle"] == angle))


@cache
def pictures(path: Path) -> NDArray[np.int16]:
    """The brightness of every frame that can be decoded, `(n, height, width)`."""
    frames = []
    with av.open(str(path)) as container, suppress(av.error.InvalidDataError):
        for frame in container.decode(video=0):
            frames.append(frame.to_ndarray()[: frame.height])
    return np.stack(frames, dtype=np.int16)


def heard(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_video_has_h264_pictures_and_aac_sound_for_the_whole_game(
    game: DemoGame, videos: dict[Angle, Path]
) -> None:
    for angle, path in videos.items():
        with av.open(str(path)) as container:
            stream, audio = container.streams.video[0], container.streams.audio[0]
            assert (stream.codec_context.name, audio.codec_context.name) == ("h264", "aac")
            assert stream.average_rate == FPS
        assert len(pictures(path)) == round((length_game_s(game.truth) + offset_s(game, angle)) * FPS)


def test_filming_again_elsewhere_gives_the_same_bytes(
    game: DemoGame, videos: dict[Angle, Path], tmp_path: Path
) -> None:
    again = render_camera(game, Angle.FAR_LEFT, tmp_path)
    assert digest(again) == digest(videos[Angle.FAR_LEFT])


def test_a_video_that_is_there_is_not_made_again(game: DemoGame, tmp_path: Path) -> None:
    path = render_camera(game, Angle.NEAR_LEFT, tmp_path)
    path.write_bytes(b"stays as it is")
    assert render_camera(game, Angle.NEAR_LEFT, tmp_path).read_bytes() == b"stays as it is"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_net_flashes_at_the_true_moment_on_both_cameras_clocks(
    game: DemoGame, videos: dict[Angle, Path]
) -> None:
    makes = [play for play in game.truth if play["classification"].endswith("MAKE")]
    assert makes, "the small game must show a basket"
    for play in makes:
        for angle in CAMERAS[Side(play["angle"])]:
            shown = pictures(videos[angle])
            before, after = (
                shown[int((play["timestamp_seconds"] + offset_s(game, angle) + wait_s) * FPS)]
                for wait_s in (-0.12, 0.2)
            )
            assert (after - before > 60).sum() > 15


def test_only_the_two_cameras_of_a_plays_side_see_much_movement(
    game: DemoGame, videos: dict[Angle, Path]
) -> None:
    moved: dict[tuple[str, Angle], float] = {}
    for angle, path in videos.items():
        change = np.abs(np.diff(pictures(path), axis=0)).mean(axis=(1, 2))
        for play in game.truth:
            first, last = (
                int((play[column] + offset_s(game, angle)) * FPS)
                for column in ("start_timestamp", "end_timestamp")
            )
            moved[play["id"], angle] = float(change[first:last].mean())
    for play in game.truth:
        filming = CAMERAS[Side(play["angle"])]
        least = min(moved[play["id"], angle] for angle in filming)
        assert least > 3 * max(moved[play["id"], angle] for angle in Angle if angle not in filming)


def test_sound_tells_how_far_two_cameras_clocks_are_apart(game: DemoGame, videos: dict[Angle, Path]) -> None:
    first, second = (heard(videos[angle]) for angle in (Angle.FAR_LEFT, Angle.NEAR_RIGHT))
    size = 2 ** int(np.ceil(np.log2(len(first) + len(second))))
    spectrum = np.fft.rfft(first, size) * np.conj(np.fft.rfft(second, size))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    apart_s = (lag if lag < size / 2 else lag - size) / RATE_HZ
    expected_s = offset_s(game, Angle.FAR_LEFT) - offset_s(game, Angle.NEAR_RIGHT)
    assert apart_s == pytest.approx(expected_s, abs=0.005)


def test_a_missing_camera_has_no_file_and_a_broken_upload_opens_but_ends_early(
    game: DemoGame, videos: dict[Angle, Path], tmp_path: Path
) -> None:
    broken = {Angle.FAR_RIGHT.value: Broken.MISSING, Angle.NEAR_LEFT.value: Broken.TRUNCATED}
    paths = render_game(replace(game, broken=broken), tmp_path)
    assert [path.name for path in paths] == ["FAR_LEFT.mp4", "NEAR_LEFT.mp4", "NEAR_RIGHT.mp4"]
    with av.open(str(paths[1])) as container:
        promised = container.streams.video[0].frames
    assert promised == len(pictures(videos[Angle.NEAR_LEFT]))
    assert 0.3 * promised < len(pictures(paths[1])) < 0.7 * promised


@pytest.mark.parametrize("workers", [1, 2], ids=["one process", "two processes"])
def test_video_all_videos_every_camera_and_says_so(tmp_path: Path, workers: int) -> None:
    first, *_ = league(11, plays_per_game=1, game_counts=(1, 0, 0))
    said: list[str] = []
    render_all([first], tmp_path, workers=workers, on_done=said.append)
    assert sorted(said) == sorted(str(path) for path in tmp_path.rglob("*.mp4"))
    assert len(said) == len(Angle)


def test_rows_of_the_video_are_the_true_ones_not_what_people_wrote(game: DemoGame, tmp_path: Path) -> None:
    nothing: list[Row] = []
    told_otherwise = replace(game, plays=nothing)
    assert digest(render_camera(told_otherwise, Angle.FAR_LEFT, tmp_path)) == digest(
        render_camera(game, Angle.FAR_LEFT, tmp_path / "other")
    )
