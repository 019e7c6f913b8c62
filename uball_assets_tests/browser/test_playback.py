"""Clips where people watch them: every frame that a browser shows is the one that was asked for."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.cut import cut_clip
from uball_assets.media.cutting.plan import CutClip, Tools
from uball_assets.media.videos.video import open_video
from uball_assets_tests.faults.videos import SOUND_VIDEOS
from uball_assets_tests.videos import make_video, numbers_and_times

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="make test-browser installs it")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"]
WINDOW_S = (1.313, 3.777)
VIDEOS = [name for name, video in SOUND_VIDEOS.items() if name != "hevc" and not video.rotation_deg]
"""Chromium has no HEVC decoder of its own; a turned video's barcode stands upright or upside down."""
SOUND_PACKET_S = 0.064
"""Chromium counts the last packet of sound whole."""


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        page.goto((Path(__file__).parent / "player.html").as_uri())
        yield page
        browser.close()


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("videos")
    return {name: make_video(folder / f"{name}.mp4", SOUND_VIDEOS[name]) for name in VIDEOS}


def a_clip(source: Path, mode: str, work_folder: Path) -> CutClip:
    with FileRanges(source) as ranges, open_video(ranges, work_folder) as video:
        return cut_clip(video, *WINDOW_S, Recipe(mode=mode), Tools(work_folder))


@pytest.mark.parametrize("mode", ["smart", "edit", "keyframe", "reencode"])
@pytest.mark.parametrize("name", VIDEOS)
def test_a_browser_shows_the_frames_that_were_asked_for(
    name: str, mode: str, videos: dict[str, Path], tmp_path: Path, page: Any
) -> None:
    clip = a_clip(videos[name], mode, tmp_path)
    all_numbers, all_times = numbers_and_times(videos[name])
    end_s = clip.first_s + clip.duration_s
    wanted = [
        (number, time - clip.first_s)
        for number, time in zip(all_numbers, all_times, strict=True)
        if clip.first_s - 1e-6 <= time < end_s - 1e-6
    ]
    numbers, times = [number for number, _ in wanted], np.array([time for _, time in wanted])
    page.reload()

    loaded = page.evaluate("data => load(data)", base64.b64encode(clip.data).decode())
    assert loaded["duration_s"] == pytest.approx(clip.duration_s, abs=SOUND_PACKET_S + 0.003)
    assert loaded["first"] == numbers[0]

    places = np.append(times[1:], clip.duration_s)
    middles = (times + places) / 2
    for place in np.linspace(0, len(times) - 1, 5).round().astype(int).tolist():
        assert page.evaluate("time => seek(time)", float(middles[place])) == numbers[place]

    played = page.evaluate("() => playToTheEnd()")
    assert played["last"] == numbers[-1]
    assert set(played["seen"]) <= set(numbers)
    assert played["seen"] == sorted(played["seen"])
