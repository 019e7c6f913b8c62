"""What moves in a film, measured once and kept; what is certainly empty is not decoded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera
from uball_assets.domain.footage.timeline import Window
from uball_assets.services.moments.films import Films
from uball_assets_tests.domain.footage.test_rig import a_camera

FPS = 5
STILL_S = (40.0, 100.0)
LENGTH_S = 140.0


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise that changes all the time, but for a minute in which nothing does."""
    path = tmp_path_factory.mktemp("filmed") / "video.mp4"
    rng = np.random.default_rng(5)
    picture = np.zeros((72, 128, 3), np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 128, 72, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": "50"}
        for number in range(round(LENGTH_S * FPS)):
            if not STILL_S[0] <= number / FPS < STILL_S[1]:
                picture = rng.integers(0, 255, (72, 128, 3)).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def films(tmp_path: Path, filmed: Path) -> Films:
    folder = tmp_path / "videos/Games/g1"
    folder.mkdir(parents=True)
    (folder / "FAR_LEFT.mp4").hardlink_to(filmed)
    return Films(FolderStore(tmp_path / "videos"), FolderStore(tmp_path / "training"), tmp_path / "work")


@pytest.fixture
def camera() -> Camera:
    return replace(a_camera(Angle.FAR_LEFT, 0.0), filmed=Window(0.0, LENGTH_S))


def test_an_empty_stretch_is_passed_over_by_the_films_index(films: Films, camera: Camera) -> None:
    motion = films.motion("g1", camera, quietest_play=0.9)
    unseen_s = motion.times_file_s[~motion.seen]
    assert len(unseen_s) * 0.2 == pytest.approx(STILL_S[1] - STILL_S[0], abs=20.0)
    assert unseen_s[unseen_s > 1.0].min() > STILL_S[0]
    assert unseen_s.max() < STILL_S[1]
    assert motion.bytes_a_step[motion.seen].mean() > 10 * motion.bytes_a_step[~motion.seen].mean()


def test_where_no_play_is_known_all_of_it_is_looked_at(films: Films, camera: Camera) -> None:
    assert films.motion("g1", camera).seen[5:].all()


def test_what_is_kept_is_the_videos_and_read_without_it(films: Films, camera: Camera) -> None:
    first = films.motion("g1", camera)
    films.video_store.delete(camera.name)
    np.testing.assert_array_equal(films.motion("g1", camera).codes, first.codes)
    [kept] = films.training.list(object_names.motion("g1", Angle.FAR_LEFT))
    assert kept.size_bytes < 200_000
    with pytest.raises(Permanent):
        films.motion("g1", replace(camera, fingerprint="another"))
