"""Clips that are made anew: the frames of the window at their times, whatever the video is made of."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.cut import cut_clip
from uball_assets.media.cutting.plan import Tools
from uball_assets.media.cutting.reencode import Reencoded, ffmpeg_binary, reencode
from uball_assets.media.cutting.verify import decoded
from uball_assets.media.probing.probe import probe
from uball_assets.media.videos.samples import Times, read_samples
from uball_assets.media.videos.shown import Shown
from uball_assets.media.videos.video import open_video
from uball_assets_tests.faults.videos import (
    BAD_WINDOWS,
    BROKEN_VIDEOS,
    PLAIN,
    SOUND_VIDEOS,
    BrokenVideo,
    make_64_bit,
)
from uball_assets_tests.videos import (
    SOUND_RATE_HZ,
    SyntheticVideo,
    make_video,
    numbers_and_times,
    sound_of,
)

AS_FILMED = Recipe(mode="reencode")
LIMIT_S = 600.0
ON_FRAMES, BETWEEN_FRAMES, TO_THE_END = (1.0, 2.0), (2.013, 3.777), (4.5, 99.0)
NTSC = 30000 / 1001

OTHER_FORMATS: dict[str, tuple[str, list[str]]] = {
    "hevc-10-bit": ("mp4", ["-c:v", "libx265", "-x265-params", "log-level=0", "-pix_fmt", "yuv420p10le"]),
    "4:2:2-10-bit": ("mov", ["-c:v", "libx264", "-pix_fmt", "yuv422p10le"]),
    "interlaced": ("mp4", ["-vf", "scale=160:96", "-c:v", "libx264", "-flags", "+ildct+ilme"]),
    "prores": ("mov", ["-c:v", "prores_ks", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s16le"]),
    "pcm-sound": ("mov", ["-c:v", "copy", "-c:a", "pcm_s24be"]),
    "matroska": ("mkv", ["-c", "copy"]),
    "transport-stream": ("ts", ["-c", "copy"]),
    "hidden-lead-in-of-a-copied-piece": ("mp4", ["-ss", "1.5", "-c", "copy"]),
}
"""What cameras and recorders write beside plain MP4, as ffmpeg makes it of a plain video."""


def shown_in(path: Path) -> Shown:
    """The frames that ffmpeg's demuxer shows."""
    try:
        return read_samples(path).shown
    except (OSError, av.error.FFmpegError, IndexError) as error:
        raise Permanent(f"no video can be read from {path}: {error}") from error


def frame_times(path: Path) -> Times:
    return shown_in(path).times_s


def _remade(video: Path, suffix: str, options: list[str]) -> Path:
    made = video.with_name(f"remade.{suffix}")
    seek, rest = (options[:2], options[2:]) if options[0] == "-ss" else ([], options)
    fast = ["-preset", "ultrafast", "-threads", "1"]
    words = [ffmpeg_binary(), "-y", *seek, "-i", str(video), *rest, *fast, str(made)]
    subprocess.run(words, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return made


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("videos")
    return {name: make_video(folder / f"{name}.mp4", spec) for name, spec in SOUND_VIDEOS.items()}


def _made(video: Path, start_s: float, end_s: float, work: Path, recipe: Recipe = AS_FILMED) -> Reencoded:
    return reencode(video, shown_in(video), start_s, end_s, recipe, "", work, LIMIT_S)


def _written(clip: Reencoded, folder: Path) -> Path:
    path = folder / "clip.mp4"
    path.write_bytes(clip.data)
    return path


_decoded_once = cache(numbers_and_times)


def _wanted(video: Path, start_s: float, end_s: float) -> tuple[list[int], list[float]]:
    """Barcodes and clip times of the frames that the rule asks for, from a full decode of the video."""
    numbers, times = _decoded_once(video)
    inside = [(number, time) for number, time in zip(numbers, times, strict=True) if start_s <= time < end_s]
    return [number for number, _ in inside], [time - inside[0][1] for _, time in inside]


@pytest.mark.parametrize(
    "window", [ON_FRAMES, BETWEEN_FRAMES, TO_THE_END], ids=["on", "between", "to-the-end"]
)
@pytest.mark.parametrize("name", SOUND_VIDEOS)
def test_a_clip_shows_exactly_the_frames_of_its_window_at_their_times(
    name: str, window: tuple[float, float], videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = _made(videos[name], *window, tmp_path)
    numbers, times = numbers_and_times(_written(clip, tmp_path), probe(videos[name]).rotation_deg)
    wanted_numbers, wanted_times = _wanted(videos[name], *window)
    assert numbers == wanted_numbers
    assert times == pytest.approx(wanted_times, abs=1e-6)
    assert clip.expected.count == len(numbers)
    assert clip.first_s == pytest.approx(
        min(time for time in _decoded_once(videos[name])[1] if time >= window[0])
    )


@pytest.mark.parametrize("recipe", [AS_FILMED, Recipe(mode="reencode", frame_rate=10.0)], ids=["own", "10"])
@pytest.mark.parametrize(("suffix", "options"), OTHER_FORMATS.values(), ids=OTHER_FORMATS)
def test_videos_that_are_not_copied_are_made_anew_exactly(
    suffix: str, options: list[str], recipe: Recipe, videos: dict[str, Path], tmp_path: Path
) -> None:
    plain = tmp_path / "plain.mp4"
    plain.write_bytes(videos["b-frames"].read_bytes())
    video = _remade(plain, suffix, options)
    start_s = float(frame_times(video)[0]) + 1.01
    clip = _made(video, start_s, start_s + 1.5, tmp_path, recipe)
    numbers, times = numbers_and_times(_written(clip, tmp_path))
    own_start_s = start_s + shown_in(video).own_zero_s
    wanted, wanted_times = _wanted(video, own_start_s, own_start_s + 1.5)
    if recipe.frame_rate:
        wanted, wanted_times = _at_rate(wanted, wanted_times, recipe, len(numbers))
        assert len(numbers) == 15
    assert numbers == wanted
    assert times == pytest.approx(wanted_times, abs=1e-6)
    assert len(sound_of(tmp_path / "clip.mp4")) / SOUND_RATE_HZ == pytest.approx(clip.duration_s, abs=0.07)


def _at_rate(
    numbers: list[int], times: list[float], recipe: Recipe, count: int
) -> tuple[list[int], list[float]]:
    """The frame shown at each moment of a constant rate; times are good to half a millisecond."""
    assert recipe.frame_rate
    moments = [moment / recipe.frame_rate for moment in range(count)]
    k = recipe.slow_motion
    shown = [
        max(n for n, time in zip(numbers, times, strict=True) if time * k <= moment + 0.0005 * k)
        for moment in moments
    ]
    return shown, moments


@pytest.mark.parametrize(
    ("frame_rate", "slow_motion"),
    [(10.0, 1.0), (1.0, 1.0), (NTSC, 1.0), (60.0, 1.0), (7.0, 2.5), (1.0, 15.0)],
    ids=["10", "1", "29.97", "60", "7-slow", "a-look-a-second"],
)
@pytest.mark.parametrize("name", ["plain", "b-frames", "59.94-fps", "variable-rate", "begins-late", "hevc"])
def test_a_constant_rate_shows_at_each_moment_the_frame_that_the_video_shows_then(
    name: str, frame_rate: float, slow_motion: float, videos: dict[str, Path], tmp_path: Path
) -> None:
    recipe = Recipe(mode="reencode", frame_rate=frame_rate, slow_motion=slow_motion)
    clip = _made(videos[name], *BETWEEN_FRAMES, tmp_path, recipe)
    numbers, times = numbers_and_times(_written(clip, tmp_path))
    wanted, moments = _at_rate(*_wanted(videos[name], *BETWEEN_FRAMES), recipe, len(numbers))
    assert numbers == wanted
    assert times == pytest.approx(moments, abs=1e-6)
    assert clip.duration_s == pytest.approx(len(numbers) / frame_rate)
    end_s = min(time for time in _decoded_once(videos[name])[1] if time >= BETWEEN_FRAMES[1])
    assert moments[-1] < (end_s - clip.first_s) * slow_motion <= clip.duration_s + 0.001 * slow_motion


def test_whole_seconds_at_a_whole_rate_are_a_whole_number_of_frames(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    video = _remade(videos["29.97-fps"], "mkv", ["-c", "copy"])  # a millisecond clock
    clip = _made(video, 1.0, 3.0, tmp_path, Recipe(mode="reencode", frame_rate=NTSC))
    numbers, _ = numbers_and_times(_written(clip, tmp_path))
    assert numbers == _wanted(video, 1.0, 3.0)[0]
    video.unlink()


@pytest.mark.parametrize("slow_motion", [3.0, 1.5, 10 / 3, 30.0], ids=["3", "1.5", "10/3", "30"])
@pytest.mark.parametrize("name", ["plain", "59.94-fps", "variable-rate"])
def test_slow_motion_spreads_the_frames_and_leaves_the_sound_out(
    name: str, slow_motion: float, videos: dict[str, Path], tmp_path: Path
) -> None:
    recipe = Recipe(mode="reencode", slow_motion=slow_motion)
    clip = _made(videos[name], *BETWEEN_FRAMES, tmp_path, recipe)
    path = _written(clip, tmp_path)
    numbers, times = numbers_and_times(path)
    wanted, times_s = _wanted(videos[name], *BETWEEN_FRAMES)
    assert numbers == wanted
    assert times == pytest.approx([time * slow_motion for time in times_s], abs=1e-6)
    at_speed = _made(videos[name], *BETWEEN_FRAMES, tmp_path)
    assert clip.duration_s == pytest.approx(at_speed.duration_s * slow_motion)
    assert clip.first_s == at_speed.first_s
    assert not probe(path).has_audio


@pytest.mark.parametrize("frame_rate", [None, 10.0], ids=["own-times", "10-fps"])
@pytest.mark.parametrize(
    "name", [name for name, spec in SOUND_VIDEOS.items() if spec.has_audio and not spec.sound_s]
)
def test_the_sound_of_a_clip_is_in_step_with_its_pictures(
    name: str, frame_rate: float | None, videos: dict[str, Path], tmp_path: Path
) -> None:
    recipe = Recipe(mode="reencode", frame_rate=frame_rate)
    clip = _made(videos[name], *BETWEEN_FRAMES, tmp_path, recipe)
    heard, video = sound_of(_written(clip, tmp_path)), sound_of(videos[name])
    at, length, reach = round(clip.first_s * SOUND_RATE_HZ) + 1000, SOUND_RATE_HZ // 2, 80
    likeness = [
        heard[1000 : 1000 + length] @ video[at + shift : at + shift + length]
        for shift in range(-reach, reach + 1)
    ]
    assert abs(int(np.argmax(likeness)) - reach) / SOUND_RATE_HZ <= 0.001
    assert len(heard) / SOUND_RATE_HZ == pytest.approx(clip.duration_s, abs=0.07)


@pytest.mark.parametrize(
    ("name", "silent_s", "heard_s"),
    [
        ("sound-begins-late", (0.1, 0.8), (1.1, 1.7)),
        ("sound-ends-early", (0.7, 1.7), (0.05, 0.4)),
    ],
    ids=["sound-begins-late", "sound-ends-early"],
)
def test_where_the_video_has_no_sound_the_clip_is_silent_and_the_rest_keeps_its_place(
    name: str,
    silent_s: tuple[float, float],
    heard_s: tuple[float, float],
    videos: dict[str, Path],
    tmp_path: Path,
) -> None:
    heard = sound_of(_written(_made(videos[name], 2.0, 3.8, tmp_path), tmp_path))

    def loudness(stretch_s: tuple[float, float]) -> float:
        begin, end = (round(time_s * SOUND_RATE_HZ) for time_s in stretch_s)
        return float(np.abs(heard[begin:end]).mean())

    assert loudness(silent_s) < 0.001
    assert loudness(heard_s) > 0.05


def test_a_video_with_64_bit_box_sizes_is_cut_exactly(tmp_path: Path) -> None:
    clip = _made(make_64_bit(tmp_path / "video.mp4"), *BETWEEN_FRAMES, tmp_path)
    assert numbers_and_times(_written(clip, tmp_path))[0] == list(range(31, 57))


@pytest.mark.parametrize("name", ["b-frames", "variable-rate", "one-gop-of-250"])
def test_a_video_of_just_the_span_gives_the_clip_that_the_whole_video_gives(
    name: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    whole = _made(videos[name], *BETWEEN_FRAMES, tmp_path)
    source = tmp_path / "whole.mp4"
    source.write_bytes(videos[name].read_bytes())
    piece = _remade(source, "mp4", ["-ss", str(whole.first_s), "-c", "copy"])
    clip = reencode(piece, shown_in(piece), 0.0, whole.duration_s, AS_FILMED, "", tmp_path, LIMIT_S)
    assert numbers_and_times(_written(clip, tmp_path))[0] == _wanted(videos[name], *BETWEEN_FRAMES)[0]
    assert clip.duration_s == pytest.approx(whole.duration_s)
    assert (clip.first_s, clip.expected.count) == (0.0, whole.expected.count)


def test_one_frame_is_a_clip(videos: dict[str, Path], tmp_path: Path) -> None:
    clip = _made(videos["b-frames"], 2.0, 2.05, tmp_path)
    assert numbers_and_times(_written(clip, tmp_path)) == ([30], [0.0])


@pytest.mark.parametrize("turn_deg", [90, 180], ids=["turned-90", "turned-180"])
def test_a_turned_video_gives_upright_clips_that_need_no_turning(
    turn_deg: int, videos: dict[str, Path], tmp_path: Path
) -> None:
    facts = probe(_written(_made(videos[f"turned-{turn_deg}"], *ON_FRAMES, tmp_path), tmp_path))
    assert facts.rotation_deg == 0
    assert (facts.width_px, facts.height_px) == ((90, 160) if turn_deg == 90 else (160, 90))


@pytest.mark.parametrize(
    ("name", "height_px", "size"),
    [("plain", None, (160, 90)), ("plain", 48, (86, 48)), ("turned-90", 80, (46, 80))],
    ids=["as-filmed", "48-px", "turned"],
)
def test_the_recipe_decides_the_height(
    name: str, height_px: int | None, size: tuple[int, int], videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = _made(videos[name], *ON_FRAMES, tmp_path, Recipe(mode="reencode", height_px=height_px))
    facts = probe(_written(clip, tmp_path))
    assert (facts.width_px, facts.height_px) == size


def test_a_video_of_odd_size_loses_its_last_row_and_column_only(tmp_path: Path) -> None:
    video = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=2))
    crop = ["-vf", "crop=159:89:0:0:exact=1", "-pix_fmt", "yuv444p", "-c:v", "libx264"]
    facts = probe(_written(_made(_remade(video, "mp4", crop), 0.0, 1.0, tmp_path), tmp_path))
    assert (facts.width_px, facts.height_px) == (158, 88)


@pytest.mark.parametrize(
    "recipe",
    [AS_FILMED, Recipe(mode="reencode", frame_rate=10.0, height_px=48), Recipe("reencode", slow_motion=2.0)],
    ids=["as-filmed", "10-fps", "slow"],
)
def test_the_same_cut_gives_the_same_bytes(recipe: Recipe, videos: dict[str, Path], tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere.mp4"
    moved.write_bytes(videos["b-frames"].read_bytes())
    one = _made(videos["b-frames"], *BETWEEN_FRAMES, tmp_path, recipe)
    assert one == _made(moved, *BETWEEN_FRAMES, tmp_path, recipe)


H265 = Recipe(mode="reencode", codec="h265")


@pytest.mark.parametrize("window", [ON_FRAMES, BETWEEN_FRAMES], ids=["on", "between"])
@pytest.mark.parametrize(
    "name", ["plain", "b-frames", "29.97-fps", "variable-rate", "turned-90", "fragmented", "hevc"]
)
def test_a_clip_in_h265_shows_exactly_the_frames_of_its_window_at_their_times(
    name: str, window: tuple[float, float], videos: dict[str, Path], tmp_path: Path
) -> None:
    clip = _made(videos[name], *window, tmp_path, H265)
    path = _written(clip, tmp_path)
    numbers, times = numbers_and_times(path, probe(videos[name]).rotation_deg)
    wanted_numbers, wanted_times = _wanted(videos[name], *window)
    assert numbers == wanted_numbers
    assert times == pytest.approx(wanted_times, abs=1e-6)
    with av.open(str(path)) as container:
        [stream] = container.streams.video
        assert (stream.codec_context.name, stream.codec_tag) == ("hevc", "hvc1")


def test_a_clip_in_h265_is_proved_against_the_videos_pictures_and_has_the_same_bytes_every_time(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    with FileRanges(videos["b-frames"]) as source, open_video(source, tmp_path) as video:
        one, two = (cut_clip(video, *BETWEEN_FRAMES, H265, Tools(tmp_path)) for _ in range(2))
    assert one.data == two.data
    assert (one.mode_used, one.copied_count) == ("reencode", 0)
    assert one.frame_count == len(_wanted(videos["b-frames"], *BETWEEN_FRAMES)[0])


def test_neighbouring_windows_share_no_frame_and_lose_none(videos: dict[str, Path], tmp_path: Path) -> None:
    video = videos["59.94-fps"]
    numbers = [
        number
        for start_s, end_s in pairwise([0.0, 0.5, 1.3333, 2.2222, 3.0])
        for number in numbers_and_times(_written(_made(video, start_s, end_s, tmp_path), tmp_path))[0]
    ]
    assert numbers == _wanted(video, 0.0, 3.0)[0]


@pytest.mark.parametrize("offset_s", [-1e-7, 0.0, 1e-7], ids=["just-before", "on", "just-after"])
def test_a_frame_at_start_belongs_to_the_clip_and_a_frame_at_end_does_not(
    offset_s: float, videos: dict[str, Path], tmp_path: Path
) -> None:
    times = frame_times(videos["29.97-fps"])
    clip = _made(videos["29.97-fps"], times[40] + offset_s, times[55] + offset_s, tmp_path)
    numbers, _ = numbers_and_times(_written(clip, tmp_path))
    assert numbers == (list(range(41, 56)) if offset_s > 0 else list(range(40, 55)))


@pytest.mark.parametrize(
    "name", ["begins-after-the-end", "ends-before-the-first-frame", "shorter-than-a-frame", "empty"]
)
def test_a_window_that_makes_no_clip_is_refused_with_the_videos_extent(
    name: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    window = BAD_WINDOWS[name]
    with pytest.raises(Permanent, match=window.says):
        _made(videos["plain"], window.start_file_s, window.end_file_s, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("frame_rate", [None, 10.0], ids=["own-times", "10-fps"])
@pytest.mark.parametrize("broken", BROKEN_VIDEOS.values(), ids=BROKEN_VIDEOS)
def test_a_broken_video_gives_no_clip_of_its_broken_part_and_leaves_nothing_behind(
    broken: BrokenVideo, frame_rate: float | None, tmp_path: Path
) -> None:
    video, work = tmp_path / "video.mp4", tmp_path / "work"
    work.mkdir()
    broken.make(video)
    with pytest.raises(Permanent, match=f"{broken.cut_says}|{broken.probe_says}"):
        _made(video, 4.0, 5.0, work, Recipe(mode="reencode", frame_rate=frame_rate))
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    "name", [name for name, broken in BROKEN_VIDEOS.items() if broken.still_good_s], ids=lambda name: name
)
def test_the_whole_part_of_a_broken_video_is_still_cut_exactly(name: str, tmp_path: Path) -> None:
    broken = BROKEN_VIDEOS[name]
    assert broken.still_good_s
    start_s, end_s = broken.still_good_s
    broken.make(tmp_path / "video.mp4")
    clip = _made(tmp_path / "video.mp4", start_s, end_s, tmp_path)
    frames = [number for number in range(PLAIN.frame_count) if start_s <= number / 15 < end_s - 1e-9]
    assert numbers_and_times(_written(clip, tmp_path))[0] == frames


@pytest.mark.parametrize(
    ("frame_rate", "says"),
    [(None, "is refused: 15 frames decode, 30 expected"), (5.0, "15 of its frames decode, 30 expected")],
    ids=["own-times", "5-fps"],
)
def test_a_video_with_fewer_frames_than_planned_gives_no_clip_whatever_the_exit_code(
    frame_rate: float | None, says: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    shown = shown_in(videos["plain"])
    twice_as_many = replace(shown, ticks=np.sort(np.concatenate([shown.ticks, shown.ticks + 3000])))
    recipe = Recipe(mode="reencode", frame_rate=frame_rate)
    with pytest.raises(Permanent, match=says):
        reencode(videos["plain"], twice_as_many, 1.0, 2.0, recipe, "", tmp_path, LIMIT_S)
    assert list(tmp_path.iterdir()) == []


def test_what_was_planned_is_what_the_clip_decodes_to(videos: dict[str, Path], tmp_path: Path) -> None:
    clip = _made(videos["variable-rate"], *BETWEEN_FRAMES, tmp_path)
    frames = decoded(clip.data).frames
    assert frames.count == clip.expected.count
    assert (frames.first_s, frames.last_s) == pytest.approx((clip.expected.first_s, clip.expected.last_s))


def test_a_missing_ffmpeg_is_named(videos: dict[str, Path], tmp_path: Path) -> None:
    video = videos["plain"]
    with pytest.raises(Permanent, match=r"ffmpeg cannot be started as /no/such/ffmpeg"):
        reencode(video, shown_in(video), *ON_FRAMES, AS_FILMED, "/no/such/ffmpeg", tmp_path, LIMIT_S)


def test_a_rate_is_a_fraction_so_that_long_clips_do_not_drift(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    recipe = Recipe(mode="reencode", frame_rate=NTSC, slow_motion=20.0)
    clip = _made(videos["59.94-fps"], 0.5, 5.5, tmp_path, recipe)
    _, times = numbers_and_times(_written(clip, tmp_path))
    assert times[-1] == pytest.approx(float(Fraction(1001, 30000) * (len(times) - 1)), abs=1e-9)
