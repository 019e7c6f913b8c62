"""Opening a video: by its index in two reads, or by its packets where the index cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from uball_assets.domain.errors import Permanent, Transient
from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import Moov, NotAVideo, read_moov
from uball_assets.media.videos.joint import Joint
from uball_assets.media.videos.video import open_video
from uball_assets_tests.cutting import opened, pictures_in
from uball_assets_tests.far_away import FarAway
from uball_assets_tests.faults.other_videos import OTHER_VIDEOS
from uball_assets_tests.faults.videos import BROKEN_VIDEOS, SOUND_VIDEOS

NOT_JOINED = {"hevc": "its codec is hvc1", "fragmented": "it is fragmented"}


@pytest.mark.parametrize("name", SOUND_VIDEOS)
def test_a_videos_times_are_those_at_which_a_player_shows_its_frames(
    name: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    times_s = [picture.time_s for picture in pictures_in(videos[name])]
    with opened(videos[name], tmp_path) as video:
        assert video.shown_s == pytest.approx(times_s, abs=1e-4)
        assert np.all(np.diff(video.shown_s) > 0)
        assert times_s[-1] < video.end_s <= times_s[-1] + 0.2
        assert (video.index is None) is (name == "fragmented")
        if name in NOT_JOINED:
            assert str(video.joint).startswith(NOT_JOINED[name])
        else:
            assert isinstance(video.joint, Joint)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["b-frames", "index-at-end", "hevc"])
def test_opening_a_video_far_away_takes_two_reads_and_copies_nothing(
    name: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    store = FarAway(videos[name].read_bytes())
    with open_video(store, tmp_path / "work") as video:
        assert video.index is not None
        assert len(store.asked) <= 2
        assert store.asked_bytes <= video.index.index_bytes + 64 * 1024
        assert (video.copy, video.whole()) == (None, None)
    assert not (tmp_path / "work").exists()


def test_a_video_without_a_usable_index_is_copied_here_and_the_copy_goes_when_it_is_closed(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    store = FarAway(videos["fragmented"].read_bytes())
    with open_video(store, tmp_path / "work") as video:
        copy = video.whole()
        assert copy is not None
        assert copy.read_bytes() == store.data
    assert list((tmp_path / "work").iterdir()) == []


def test_a_copy_that_fails_half_way_is_removed(videos: dict[str, Path], tmp_path: Path) -> None:
    store = FarAway(videos["fragmented"].read_bytes())

    def away(_: int, length: int) -> None:
        if length > 4 * 1024 * 1024:
            raise Transient("the store is away")

    store.before = away
    with pytest.raises(Transient, match="the store is away"):
        open_video(store, tmp_path / "work")
    assert list((tmp_path / "work").iterdir()) == []


def test_an_index_that_is_known_is_not_read_again(videos: dict[str, Path], tmp_path: Path) -> None:
    known = read_moov(FarAway(videos["b-frames"].read_bytes()))

    def find(_: Ranged) -> Moov:
        return known

    store = FarAway(videos["b-frames"].read_bytes())
    with open_video(store, tmp_path, find) as video:
        assert len(video.shown_s) == 90
    assert store.asked == []


@pytest.mark.parametrize("name", ["ten-bit", "4:2:2", "interlaced", "lossless"])
def test_videos_that_re_encoded_frames_cannot_follow_say_why(name: str, tmp_path: Path) -> None:
    other = OTHER_VIDEOS[name]
    with opened(other.make(tmp_path / "video.mp4"), tmp_path) as video:
        assert isinstance(video.joint, str)
        assert other.not_smart in video.joint


@pytest.mark.parametrize(
    "name", [name for name in BROKEN_VIDEOS if BROKEN_VIDEOS[name].cut_says == "no video can be read"]
)
def test_what_is_no_video_is_refused_with_what_it_is(name: str, tmp_path: Path) -> None:
    BROKEN_VIDEOS[name].make(tmp_path / "video.mp4")
    with pytest.raises(NotAVideo, match=BROKEN_VIDEOS[name].probe_says):
        open_video(FarAway((tmp_path / "video.mp4").read_bytes()), tmp_path / "work")
    assert not (tmp_path / "work").exists() or list((tmp_path / "work").iterdir()) == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(Permanent, match=r"no video can be read at .*none\.mp4: No such file"),
        opened(tmp_path / "none.mp4", tmp_path),
    ):
        pass
