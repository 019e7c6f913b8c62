from __future__ import annotations

import re
import subprocess
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from uball_assets.domain.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.media.cut import CutClip, command, cut_and_prove, ffmpeg_binary, span_of
from uball_assets.media.probe import frame_times, probe
from uball_assets_tests.faults.films import (
    BAD_WINDOWS,
    BROKEN_FILMS,
    PLAIN,
    SOUND_FILMS,
    BadWindow,
    BrokenFilm,
    make_64_bit,
)
from uball_assets_tests.videos import (
    SOUND_RATE_HZ,
    Video,
    make_video,
    numbers_and_times,
    sound_of,
)

FFMPEG = ffmpeg_binary()
RECIPE = Recipe(mode="reencode")
ON_FRAMES, BETWEEN_FRAMES, TO_THE_END = (1.0, 2.0), (2.013, 3.777), (4.5, None)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {name: make_video(folder / f"{name}.mp4", video) for name, video in SOUND_FILMS.items()}


def _proved(source: Path, start_s: float, end_s: float, work_dir: Path, recipe: Recipe = RECIPE) -> CutClip:
    return cut_and_prove(source, frame_times(source), start_s, end_s, recipe, FFMPEG, work_dir)


def _written(clip: CutClip, folder: Path) -> Path:
    path = folder / "clip.mp4"
    path.write_bytes(clip.data)
    return path


_decoded_once = cache(numbers_and_times)


def _wanted(source: Path, start_s: float, end_s: float) -> tuple[list[int], list[float]]:
    """Barcodes and clip times of the frames that the rule asks for, from a full decode of the source."""
    numbers, times = _decoded_once(source)
    inside = [(number, time) for number, time in zip(numbers, times, strict=True) if start_s <= time < end_s]
    return [number for number, _ in inside], [time - inside[0][1] for _, time in inside]


@pytest.mark.parametrize(
    "window", [ON_FRAMES, BETWEEN_FRAMES, TO_THE_END], ids=["on", "between", "to-the-end"]
)
@pytest.mark.parametrize("name", SOUND_FILMS)
def test_a_clip_shows_exactly_the_frames_of_its_window_at_their_times(
    name: str, window: tuple[float, float | None], films: dict[str, Path], tmp_path: Path
) -> None:
    source = films[name]
    start_s, end_s = window[0], window[1] or probe(source).end_s
    clip = _proved(source, start_s, end_s, tmp_path)
    numbers, times = numbers_and_times(_written(clip, tmp_path), probe(source).rotation_deg)
    wanted_numbers, wanted_times = _wanted(source, start_s, end_s)
    assert numbers == wanted_numbers
    assert times == pytest.approx(wanted_times, abs=1e-4)
    assert times[0] == 0.0
    assert clip.frame_count == len(numbers)


@pytest.mark.parametrize(
    "name", [name for name, video in SOUND_FILMS.items() if video.has_audio and not video.sound_s]
)
def test_the_sound_of_a_clip_is_in_step_with_its_pictures(
    name: str, films: dict[str, Path], tmp_path: Path
) -> None:
    clip = _proved(films[name], *BETWEEN_FRAMES, tmp_path)
    heard = sound_of(_written(clip, tmp_path))
    film = sound_of(films[name])
    begin, length, reach = round(clip.first_s * SOUND_RATE_HZ), SOUND_RATE_HZ // 2, 80
    at = begin + 1000
    likeness = [
        heard[1000 : 1000 + length] @ film[at + shift : at + shift + length]
        for shift in range(-reach, reach + 1)
    ]
    offset_s = (int(np.argmax(likeness)) - reach) / SOUND_RATE_HZ
    assert abs(offset_s) <= 0.001
    assert len(heard) / SOUND_RATE_HZ == pytest.approx(clip.duration_s, abs=0.07)


@pytest.mark.parametrize(
    ("name", "silent_s", "heard_s"),
    [
        ("sound-begins-late", (0.1, 0.8), (1.1, 1.7)),
        ("sound-ends-early", (0.7, 1.7), (0.05, 0.4)),
    ],
    ids=["sound-begins-late", "sound-ends-early"],
)
def test_where_the_film_has_no_sound_the_clip_is_silent_and_the_rest_keeps_its_place(
    name: str,
    silent_s: tuple[float, float],
    heard_s: tuple[float, float],
    films: dict[str, Path],
    tmp_path: Path,
) -> None:
    heard = sound_of(_written(_proved(films[name], 2.0, 3.8, tmp_path), tmp_path))

    def loudness(stretch_s: tuple[float, float]) -> float:
        begin, end = (round(time_s * SOUND_RATE_HZ) for time_s in stretch_s)
        return float(np.abs(heard[begin:end]).mean())

    assert loudness(silent_s) < 0.001
    assert loudness(heard_s) > 0.05


def test_a_film_with_64_bit_box_sizes_is_cut_exactly(tmp_path: Path) -> None:
    source = make_64_bit(tmp_path / "film.mp4")
    clip = _proved(source, *BETWEEN_FRAMES, tmp_path)
    assert numbers_and_times(_written(clip, tmp_path))[0] == list(range(31, 57))


@pytest.mark.parametrize("turn_deg", [90, 180], ids=["turned-90", "turned-180"])
def test_a_turned_film_gives_upright_clips_that_need_no_turning(
    turn_deg: int, films: dict[str, Path], tmp_path: Path
) -> None:
    clip = _written(_proved(films[f"turned-{turn_deg}"], *ON_FRAMES, tmp_path), tmp_path)
    facts = probe(clip)
    assert facts.rotation_deg == 0
    assert (facts.width_px, facts.height_px) == ((90, 160) if turn_deg == 90 else (160, 90))


@pytest.mark.parametrize(
    ("height_px", "size"), [(None, (160, 90)), (48, (86, 48))], ids=["as-filmed", "48-px"]
)
def test_the_recipe_decides_the_height(
    height_px: int | None, size: tuple[int, int], films: dict[str, Path], tmp_path: Path
) -> None:
    clip = _proved(films["plain"], *ON_FRAMES, tmp_path, Recipe(mode="reencode", height_px=height_px))
    facts = probe(_written(clip, tmp_path))
    assert (facts.width_px, facts.height_px) == size


def test_a_film_of_odd_size_loses_its_last_row_and_column_only(tmp_path: Path) -> None:
    source = make_video(tmp_path / "film.mp4", Video(duration_s=2, width_px=160, height_px=90))
    odd = tmp_path / "odd.mp4"
    crop = [
        "-vf",
        "crop=159:89:0:0:exact=1",
        "-pix_fmt",
        "yuv444p",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
    ]
    subprocess.run(
        [FFMPEG, "-i", source, *crop, odd], check=True, capture_output=True, stdin=subprocess.DEVNULL
    )
    facts = probe(_written(_proved(odd, 0.0, 1.0, tmp_path), tmp_path))
    assert (facts.width_px, facts.height_px) == (158, 88)


def test_the_same_cut_gives_the_same_bytes(films: dict[str, Path], tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere.mp4"
    moved.write_bytes(films["b-frames"].read_bytes())
    assert (
        _proved(films["b-frames"], *BETWEEN_FRAMES, tmp_path).data
        == _proved(moved, *BETWEEN_FRAMES, tmp_path).data
    )


def test_neighbouring_windows_share_no_frame_and_lose_none(films: dict[str, Path], tmp_path: Path) -> None:
    source = films["59.94-fps"]
    bounds_s = [0.0, 0.5, 1.3333, 2.2222, 3.0]
    numbers = [
        number
        for start_s, end_s in pairwise(bounds_s)
        for number in numbers_and_times(_written(_proved(source, start_s, end_s, tmp_path), tmp_path))[0]
    ]
    assert numbers == _wanted(source, 0.0, 3.0)[0]


@pytest.mark.parametrize("offset_s", [-1e-7, 0.0, 1e-7], ids=["just-before", "on", "just-after"])
def test_a_frame_at_start_belongs_to_the_clip_and_a_frame_at_end_does_not(
    offset_s: float, films: dict[str, Path], tmp_path: Path
) -> None:
    source = films["29.97-fps"]
    times = frame_times(source)
    clip = _proved(source, times[40] + offset_s, times[55] + offset_s, tmp_path)
    numbers, _ = numbers_and_times(_written(clip, tmp_path))
    assert numbers == (list(range(41, 56)) if offset_s > 0 else list(range(40, 55)))


@pytest.mark.parametrize("window", BAD_WINDOWS.values(), ids=BAD_WINDOWS)
def test_a_window_that_makes_no_clip_is_refused_with_the_films_extent(
    window: BadWindow, films: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(Permanent, match=window.says):
        _proved(films["plain"], window.start_file_s, window.end_file_s, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", BROKEN_FILMS.values(), ids=BROKEN_FILMS)
def test_a_broken_film_gives_no_clip_of_its_broken_part_and_leaves_nothing_behind(
    broken: BrokenFilm, tmp_path: Path
) -> None:
    source, work_dir = tmp_path / "film.mp4", tmp_path / "work"
    work_dir.mkdir()
    broken.make(source)
    with pytest.raises(Permanent, match=broken.cut_says):
        _proved(source, 4.0, 5.0, work_dir)
    assert list(work_dir.iterdir()) == []


@pytest.mark.parametrize(
    "name", [name for name, broken in BROKEN_FILMS.items() if broken.still_good_s], ids=lambda name: name
)
def test_the_whole_part_of_a_broken_film_is_still_cut_exactly(name: str, tmp_path: Path) -> None:
    broken = BROKEN_FILMS[name]
    assert broken.still_good_s
    start_s, end_s = broken.still_good_s
    broken.make(tmp_path / "film.mp4")
    clip = _proved(tmp_path / "film.mp4", start_s, end_s, tmp_path)
    frames = [number for number in range(PLAIN.frame_count) if start_s <= number / 15 < end_s - 1e-9]
    assert numbers_and_times(_written(clip, tmp_path))[0] == frames


def test_a_clip_with_fewer_frames_than_planned_is_refused_whatever_the_exit_code(
    films: dict[str, Path], tmp_path: Path
) -> None:
    times = frame_times(films["plain"])
    twice_as_many = np.sort(np.concatenate([times, times + 1 / 30]))
    with pytest.raises(Permanent, match="is refused: 15 frames decode, 30 expected"):
        cut_and_prove(films["plain"], twice_as_many, 1.0, 2.0, RECIPE, FFMPEG, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_mode_is_refused_by_name(films: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="mode 'smart'"):
        _proved(films["plain"], *ON_FRAMES, tmp_path, Recipe(mode="smart"))


def test_a_missing_ffmpeg_is_named(films: dict[str, Path], tmp_path: Path) -> None:
    source = films["plain"]
    with pytest.raises(Permanent, match=r"ffmpeg cannot be started as /no/such/ffmpeg"):
        cut_and_prove(source, frame_times(source), *ON_FRAMES, RECIPE, "/no/such/ffmpeg", tmp_path)


def test_the_command_reads_no_keys_and_stops_at_the_first_error(
    films: dict[str, Path], tmp_path: Path
) -> None:
    span = span_of(frame_times(films["plain"]), *ON_FRAMES)
    words = command(films["plain"], span, tmp_path / "clip.mp4", RECIPE, FFMPEG)
    assert {"-nostdin", "-xerror"} <= set(words)
    assert not re.search("date|creation", " ".join(words))
