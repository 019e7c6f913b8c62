"""Clips in every mode: exactly the frames of their window at their times, with the sound of these moments."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

from uball_assets.domain.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.media.cut import CutClip, Tools, cut_clip
from uball_assets.media.film import Film, open_film
from uball_assets.media.mp4.boxes import Moov, children
from uball_assets.media.mp4.index import AudioTrack, parse_index
from uball_assets_tests.cutting import (
    COPYING,
    MODES,
    clip_times_s,
    cut,
    numbers,
    opened,
    pictures_in,
    pictures_of,
    sound_offset_s,
    wanted,
)
from uball_assets_tests.far_away import FarAway
from uball_assets_tests.faults.films import (
    BAD_WINDOWS,
    BROKEN_FILMS,
    PLAIN,
    SOUND_FILMS,
    BrokenFilm,
)
from uball_assets_tests.faults.trial import Accepted, ffmpeg_refuses
from uball_assets_tests.videos import SOUND_RATE_HZ, make_video, sound_of

ON_FRAMES, BETWEEN_FRAMES = (1.0, 2.0), (2.013, 3.777)
WITH_SOUND = [name for name, video in SOUND_FILMS.items() if video.has_audio]
SOUND_THROUGHOUT = [name for name in WITH_SOUND if not SOUND_FILMS[name].sound_s]
EITHER_WAY = {"smart": "smart", "edit": "edit", "keyframe": "keyframe", "reencode": "reencode"}
ALWAYS_REENCODED = {
    ("open-gop", "edit"): "the keyframe before START is no IDR picture",
    ("open-gop", "keyframe"): "the keyframe before START is no IDR picture",
    ("hevc", "smart"): "its codec is hvc1",
    ("fragmented", "smart"): "it is fragmented",
    ("fragmented", "edit"): "it is fragmented",
    ("fragmented", "keyframe"): "it is fragmented",
}
"""Why a film of the corpus is made anew from 2 s on, whatever is asked for."""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {name: make_video(folder / f"{name}.mp4", video) for name, video in SOUND_FILMS.items()}


def _windows(path: Path, film: Film, mode: str) -> dict[str, tuple[float, float]]:
    """Every kind of window, and some that a seed draws; few for the mode that is slow."""
    times = [picture.time_s for picture in pictures_in(path)]
    random = Random(path.name)
    middle = len(times) // 2
    windows = {
        "between frames": BETWEEN_FRAMES,
        "one frame": (times[middle], times[middle + 1]),
        "past the end": (5.2, 99.0),
    }
    if mode == "reencode":
        return windows
    windows |= {
        "on frames": ON_FRAMES,
        "the first frame": (times[0], times[1]),
        "the last frame": (times[-1], film.end_s),
        "to the end": (4.5, film.end_s),
        "from before the start": (-1.0, 1.2),
        "everything": (-9.0, 99.0),
    }
    for number in range(4):
        start_s = random.uniform(0.0, times[-1])
        windows[f"drawn {number}"] = (start_s, start_s + random.choice((0.2, 0.7, 1.5, 4.0)))
    return windows


def _wanted_of(path: Path, clip: CutClip, window: tuple[float, float]) -> tuple[float, float]:
    """The window whose frames the clip must show: in `keyframe` the one that it says itself."""
    if clip.mode_used != "keyframe":
        return window
    own = (clip.first_s - 1e-6, clip.first_s + clip.duration_s - 1e-6)
    assert set(numbers(wanted(path, *window))) <= set(numbers(wanted(path, *own)))
    return own


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SOUND_FILMS)
def test_a_clip_shows_exactly_the_frames_of_its_window_at_their_times(
    name: str, mode: str, films: dict[str, Path], tmp_path: Path
) -> None:
    accepted = []
    with opened(films[name], tmp_path) as film:
        for what, window in _windows(films[name], film, mode).items():
            clip = cut_clip(film, *window, Recipe(mode=mode), Tools(tmp_path))
            turned_deg = SOUND_FILMS[name].rotation_deg if clip.mode_used == "reencode" else 0
            shown, planned = pictures_of(clip.data, turned_deg), wanted(
                films[name], *_wanted_of(films[name], clip, window)
            )
            assert numbers(shown) == numbers(planned), what
            assert [picture.time_s for picture in shown] == pytest.approx(clip_times_s(planned), abs=1e-6), what
            assert clip.first_s == pytest.approx(planned[0].time_s, abs=1e-6), what
            assert clip.frame_count == len(shown), what
            accepted.append(Accepted(clip.data, clip.frame_count, is_sound_whole=True))
    assert list(tmp_path.iterdir()) == []
    assert ffmpeg_refuses(accepted, tmp_path) == ""
