"""Pictures: whole PNGs, of a readable size, the same bytes for the same input, and different for another."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.metrics import ScoredPlay, Scores, play_scores, wilson
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Play
from uball_assets.media.pictures.charts import accuracy_by_version, confusion_picture, timeline_picture
from uball_assets.media.pictures.contact_sheet import contact_sheet
from uball_assets_tests.domain.samples import a_play
from uball_assets_tests.videos import SyntheticVideo, make_video

LABELS = ["3PT_MAKE", "4PT_MAKE", "FREE_THROW_MISS", "FOUL"]
TRUE = [
    a_play(
        play_id=f"p{n}",
        side=list(Side)[n % 2],
        classification=LABELS[n % 4],
        window=Window(40 * n, 40 * n + 8),
    )
    for n in range(40)
]
VERSIONS = [(f"v{n}-{n}games", wilson(n, 20), wilson(n, 10), 0.3) for n in range(1, 11)]


def told(play: Play, label: str) -> AnnotatedPlay:
    angles = (Angle.FAR_LEFT,)
    return AnnotatedPlay(
        play.play_id, play.side, play.window, None, label, "", None, None, (), None, None, True, angles
    )


ANNOTATED = [told(play, LABELS[n % 3]) for n, play in enumerate(TRUE) if n % 5]


def scores_of(plays: list[Play]) -> Scores:
    answered = {play.play_key: play for play in ANNOTATED}
    return play_scores([ScoredPlay(p.play_id, p, answered.get(p.play_id)) for p in plays])


def size_px(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.endswith(b"IEND\xaeB`\x82")
    width_px, height_px = struct.unpack(">II", png[16:24])
    return width_px, height_px


def pixels(png: bytes) -> NDArray[np.uint8]:
    with av.open(io.BytesIO(png), "r", format="png_pipe") as container:
        return np.asarray(next(container.decode(video=0)).to_ndarray(format="rgb24"), dtype=np.uint8)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(
        tmp_path_factory.mktemp("clips") / "clip.mp4", SyntheticVideo(duration_s=2.0, has_audio=False)
    )


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(lambda: confusion_picture(scores_of(TRUE)), id="confusion"),
        pytest.param(lambda: confusion_picture(scores_of([])), id="confusion of nothing"),
        pytest.param(lambda: accuracy_by_version(VERSIONS), id="versions"),
        pytest.param(lambda: accuracy_by_version(VERSIONS[:1]), id="one version"),
        pytest.param(lambda: accuracy_by_version([("v1", wilson(0, 0), wilson(0, 0), None)]), id="unscored"),
        pytest.param(lambda: accuracy_by_version([]), id="no version"),
        pytest.param(lambda: timeline_picture(TRUE, ANNOTATED, "Game g1, $5_{ a title"), id="timeline"),
        pytest.param(lambda: timeline_picture(None, ANNOTATED, "Game g1"), id="timeline, no truth"),
        pytest.param(lambda: timeline_picture(TRUE, [], "Game g1"), id="timeline, nothing told"),
        pytest.param(lambda: timeline_picture(None, [], "Game g1"), id="timeline, empty"),
    ],
)
def test_a_picture_is_a_png_of_full_width_and_the_same_bytes_again(draw: Callable[[], bytes]) -> None:
    png = draw()
    width_px, height_px = size_px(png)
    assert width_px == 1260
    assert 250 <= height_px <= 2000
    assert b"Software" not in png
    assert draw() == png


def test_a_wrong_label_changes_the_timeline() -> None:
    right = [told(play, play.classification) for play in TRUE]
    wrong = [replace(right[0], classification="STEAL"), *right[1:]]
    assert timeline_picture(TRUE, right, "g1") != timeline_picture(TRUE, wrong, "g1")


def test_a_long_game_wraps_into_more_strips() -> None:
    late = a_play(play_id="late", window=Window(3 * 3600, 3 * 3600 + 8), timestamp_game_s=None)
    short, long = (size_px(timeline_picture(plays, [], "g1"))[1] for plays in (TRUE, [*TRUE, late]))
    assert long > 2 * short


def test_a_contact_sheet_shows_the_middle_frame_of_bytes_and_of_files(clip: Path) -> None:
    sheet = pixels(contact_sheet([("from a file", clip), ("from bytes", clip.read_bytes())]))
    assert sheet[20:100, 10:200].std() > 20
    np.testing.assert_array_equal(sheet[4:110, 10:200], sheet[4:110, 220:410])

    with av.open(str(clip), "r") as container:
        frames = [np.asarray(frame.to_ndarray(format="rgb24"), float) for frame in container.decode(video=0)]
    tile = sheet[4 : 4 + 114, 4 : 4 + 202].astype(float)
    rows = (np.linspace(0.1, 0.9, 40) * frames[0].shape[0]).astype(int)
    columns = (np.linspace(0.02, 0.98, 80) * frames[0].shape[1]).astype(int)
    seen = tile[
        np.ix_((np.linspace(0.1, 0.9, 40) * 114).astype(int), (np.linspace(0.02, 0.98, 80) * 202).astype(int))
    ]
    apart = [float(np.abs(frame[np.ix_(rows, columns)] - seen).mean()) for frame in frames]
    assert int(np.argmin(apart)) == len(frames) // 2


def test_a_broken_clip_is_a_grey_tile_and_costs_no_other(clip: Path, tmp_path: Path) -> None:
    whole = pixels(contact_sheet([("a", clip), ("b", clip)]))
    spoiled = pixels(contact_sheet([("a", clip), ("b", b"no video")]))
    missing = pixels(contact_sheet([("a", clip), ("b", tmp_path / "absent.mp4")]))
    np.testing.assert_array_equal(spoiled[:, :205], whole[:, :205])
    np.testing.assert_array_equal(spoiled, missing)
    assert set(spoiled[10, 230:400].ravel()) == {225}


@pytest.mark.parametrize("count", [0, 1, 6, 7, 13])
def test_a_contact_sheet_grows_by_rows(clip: Path, count: int) -> None:
    clips = [(f"{number} " * 40, clip) for number in range(count)]
    width_px, height_px = size_px(contact_sheet(clips))
    assert (width_px, height_px) == size_px(contact_sheet(clips))
    assert width_px == (1260 if count > 1 else 210)
    assert height_px == pytest.approx(160 * max(1, -(-count // 6)), abs=6)
