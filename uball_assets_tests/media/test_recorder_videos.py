"""Videos whose files say something twice or wrongly: clips show what players show, what is odd is said."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import av
import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.media.probing.probe import probe
from uball_assets_tests.cutting import (
    MODES,
    clip_times_s,
    cut,
    numbers,
    pictures_of,
    sound_offset_s,
    wanted,
)
from uball_assets_tests.faults.other_videos import OTHER_VIDEOS
from uball_assets_tests.faults.recorder_videos import PLAIN, RECORDER_VIDEOS, SHAPE_VIDEOS
from uball_assets_tests.faults.walked_videos import (
    WALKED_VIDEOS,
    ffmpeg,
    make_of_two_sizes,
    packets_of_pictures,
    without_start_codes,
)
from uball_assets_tests.videos import make_video

WINDOW = (1.313, 3.777)


@pytest.mark.parametrize("name", RECORDER_VIDEOS)
def test_an_odd_video_is_sound_and_what_is_odd_in_it_is_said(name: str, tmp_path: Path) -> None:
    odd = RECORDER_VIDEOS[name]
    found = probe(odd.make(tmp_path)[0])
    assert (found.verdict, found.reasons) == ("sound", ())
    assert any(re.search(odd.note, note) for note in found.notes) or not odd.note, found.notes


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", RECORDER_VIDEOS)
def test_an_odd_video_is_cut_exactly(name: str, mode: str, tmp_path: Path) -> None:
    video, plain = RECORDER_VIDEOS[name].make(tmp_path)
    window, clip = WINDOW, cut(video, *WINDOW, mode, tmp_path / "work")
    if clip.mode_used == "keyframe":
        window = (clip.first_s - 1e-6, clip.first_s + clip.duration_s - 1e-6)
    shown, planned = pictures_of(clip.data), wanted(plain, *window)
    assert numbers(shown) == numbers(planned)
    assert clip_times_s(shown) == pytest.approx(clip_times_s(planned), abs=1e-4)
    assert abs(sound_offset_s(clip, tmp_path, plain, 48_000)) <= 0.001


def test_a_window_that_touches_frames_which_nobody_can_show_is_clamped(tmp_path: Path) -> None:
    video, plain = RECORDER_VIDEOS["first-keyframe-lost"].make(tmp_path)
    clip = cut(video, 0.5, 2.0, "smart", tmp_path / "work")
    assert (clip.clamped, clip.first_s) == (True, 1.0)
    assert numbers(pictures_of(clip.data)) == numbers(wanted(plain, 1.0, 2.0))
    with pytest.raises(Permanent, match=r"usable frames run from 1\.000 s"):
        cut(video, 0.2, 0.8, "smart", tmp_path / "work")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SHAPE_VIDEOS)
def test_a_clip_has_the_pixel_shape_of_its_video_in_every_frame(name: str, mode: str, tmp_path: Path) -> None:
    clip = cut(SHAPE_VIDEOS[name].make(tmp_path)[0], *WINDOW, mode, tmp_path / "work")
    with av.open(BytesIO(clip.data), "r") as container:
        stream = container.streams.video[0]
        told, by_stream = stream.sample_aspect_ratio, set()
        for _ in container.decode(stream):
            by_stream.add(stream.codec_context.sample_aspect_ratio)
    assert told == pytest.approx(4 / 3, abs=0.003)
    assert len(by_stream) == 1


@pytest.mark.parametrize("name", ["matroska", "flash", "avi-mjpeg", "mxf-29.97", "windows-media"])
def test_an_upload_that_was_cut_off_is_told_by_what_its_header_promises(name: str, tmp_path: Path) -> None:
    video, plain = WALKED_VIDEOS[name].make(tmp_path)
    assert probe(video).verdict == "sound"
    data = video.read_bytes()
    video.write_bytes(data[: len(data) * 6 // 10])
    found = probe(video)
    assert found.verdict == "usable-with-loss"
    assert re.search(r"cut short at byte \d+: its header promises (4\.0|3\.9) s", found.reasons[0])
    assert 1.5 < found.last_usable_s < 3.0 < found.end_s
    clip = cut(video, 0.5, 1.5, "smart", tmp_path / "work")
    assert numbers(pictures_of(clip.data)) == numbers(wanted(plain, 0.5, 1.5))


NOT_A_VIDEO_YET = {
    "dahua": (b"DHAV\xfd" + bytes(40), "a Dahua recorder's file .* ffmpeg -i FILE -c copy video.mp4"),
    "dv": (b"\x1f\x07\x00\xbf" + bytes(80), "a DV tape's stream"),
    "h264": (b"\0\0\0\1\x67\x42\x00\x1e" + bytes(20), r"a bare H\.264 stream .* ffmpeg -r 30 -i FILE"),
    "hevc": (b"\0\0\0\1\x40\x01\x0c\x01" + bytes(20), "a bare HEVC stream"),
}


@pytest.mark.parametrize(("head", "says"), NOT_A_VIDEO_YET.values(), ids=NOT_A_VIDEO_YET)
def test_what_is_no_video_yet_is_named_with_the_command_that_makes_it_one(
    head: bytes, says: str, tmp_path: Path
) -> None:
    (tmp_path / "video").write_bytes(head)
    found = probe(tmp_path / "video")
    assert found.verdict == "unusable"
    assert re.search(says, found.reasons[0])


def test_a_program_stream_whose_pictures_have_no_start_codes_is_refused_as_such(tmp_path: Path) -> None:
    plain, video = make_video(tmp_path / "plain.mp4", PLAIN), tmp_path / "video.mpg"
    without_start_codes(plain, video)
    assert "stand there without start codes" in probe(video).reasons[0]
    with pytest.raises(Permanent, match="without start codes"):
        cut(video, *WINDOW, "smart", tmp_path / "work")


def test_a_program_stream_that_lost_frames_whose_time_none_tells_is_refused_as_such(tmp_path: Path) -> None:
    video, _ = WALKED_VIDEOS["program-stream-h264"].make(tmp_path)
    data = video.read_bytes()
    packs = [place for place in range(len(data)) if data.startswith(b"\0\0\1\xba", place)]
    begin, end = packs[len(packs) // 2], packs[len(packs) // 2 + 20]
    video.write_bytes(data[:begin] + data[end:])
    assert re.search("frames tell no time, and the others no even one: .* ffmpeg", probe(video).reasons[0])
    with pytest.raises(Permanent, match="no even one"):
        cut(video, *WINDOW, "smart", tmp_path / "work")


@pytest.mark.parametrize("count", [1, 3, 40])
def test_a_video_that_lost_packets_is_told_where_and_is_cut_beside_that(count: int, tmp_path: Path) -> None:
    video, plain = WALKED_VIDEOS["transport-stream"].make(tmp_path)
    data = video.read_bytes()
    places = packets_of_pictures(data)
    lost = set(places[len(places) // 2 :][:count])
    video.write_bytes(
        b"".join(data[place : place + 188] for place in range(0, len(data), 188) if place not in lost)
    )
    found = probe(video)
    assert found.verdict == "usable-with-loss"
    place_s = float(re.search(r"packets were lost on its way at (\d\.\d) s", found.reasons[0])[1])  # type: ignore[index]
    assert 1.0 < place_s < 3.0
    with pytest.raises(Permanent, match="packets were lost on its way"):
        cut(video, place_s - 0.1, place_s + 0.5, "smart", tmp_path / "work")
    clip = cut(video, 0.1, 0.9, "smart", tmp_path / "work")
    assert numbers(pictures_of(clip.data)) == numbers(wanted(plain, 0.1, 0.9))


def test_a_video_that_begins_amid_its_frames_begins_with_its_first_keyframe(tmp_path: Path) -> None:
    video, _ = WALKED_VIDEOS["transport-stream"].make(tmp_path)
    data = video.read_bytes()
    video.write_bytes(data[188 * (len(data) // 188 // 8) :])
    found = probe(video)
    assert (found.verdict, found.first_frame_s) == ("sound", 0.0)
    assert any(
        "frames before its first keyframe lean on pictures that it lacks" in note for note in found.notes
    )
    shown = numbers(pictures_of(cut(video, 0.0, 0.5, "smart", tmp_path / "work").data))
    assert shown == list(range(15, 23))


def test_a_last_frame_that_breaks_off_is_left_out(tmp_path: Path) -> None:
    video, plain = WALKED_VIDEOS["transport-stream"].make(tmp_path)
    data = video.read_bytes()
    *_, before, last = (place for place in packets_of_pictures(data) if data[place + 1] & 0x40)
    video.write_bytes(data[: (before + last) // 2 // 188 * 188])
    found = probe(video)
    assert found.verdict == "sound"
    clip = cut(video, 3.0, 4.0, "smart", tmp_path / "work")
    assert set(numbers(pictures_of(clip.data))) < set(numbers(wanted(plain, 3.0, 4.0)))


def test_a_hole_in_the_sound_is_no_delay_of_what_follows(tmp_path: Path) -> None:
    plain, video = make_video(tmp_path / "plain.mp4", PLAIN), tmp_path / "video.mkv"
    ffmpeg(r"-c:v copy -af aselect='not(between(t\,1.3\,1.33))' -c:a pcm_s16le", plain, video)
    clip = cut(video, 1.0, 3.5, "smart", tmp_path / "work")
    assert abs(sound_offset_s(replace(clip, first_s=1.0), tmp_path, plain, 48_000)) <= 0.001


def test_a_video_with_a_colon_in_its_relative_name_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WALKED_VIDEOS["matroska"].make(tmp_path)[0].rename(tmp_path / "hall:2.mkv")
    monkeypatch.chdir(tmp_path)
    assert probe(Path("hall:2.mkv")).verdict == "sound"
    assert numbers(pictures_of(cut(Path("hall:2.mkv"), 1.0, 1.5, "smart", tmp_path / "work").data))[0] == 15


def test_a_video_of_several_stretches_is_as_long_as_what_it_shows(tmp_path: Path) -> None:
    found = probe(OTHER_VIDEOS["jumping-edit-list"].make(tmp_path / "video.mp4"))
    assert found.verdict == "sound"
    assert (found.first_frame_s, found.end_s) == pytest.approx((0.0, 4.0), abs=0.01)


@pytest.mark.parametrize("suffix", ["mkv", "ts"])
@pytest.mark.parametrize("window", [(1.5, 2.0), (2.0, 2.4), (2.1, 2.6), (2.3, 2.9), (2.6, 3.1)])
def test_a_clip_beside_a_change_of_picture_size_has_the_size_of_its_own_frames(
    window: tuple[float, float], suffix: str, tmp_path: Path
) -> None:
    video, plain = make_of_two_sizes(tmp_path, suffix)
    clip = cut(video, *window, "smart", tmp_path / "work")
    with av.open(BytesIO(clip.data), "r") as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == ((160, 90) if window[1] <= 2 else (320, 180))
    assert numbers(pictures_of(clip.data)) == numbers(wanted(plain, *window))


@pytest.mark.parametrize("suffix", ["mkv", "ts"])
def test_a_clip_made_anew_over_a_change_of_picture_size_is_refused_with_where_that_is(
    suffix: str, tmp_path: Path
) -> None:
    video, plain = make_of_two_sizes(tmp_path, suffix)
    for window in ((0.5, 1.5), (2.5, 3.5)):
        clip = cut(video, *window, "smart", tmp_path / "work")
        assert numbers(pictures_of(clip.data)) == numbers(wanted(plain, *window))
    says = r"change their size 0\.533 s after its begin, from 160 x 90 to 320 x 180"
    with pytest.raises(Permanent, match=says):
        cut(video, 1.45, 3.0, "smart", tmp_path / "work")


def test_avc3_is_copied_over_a_change_of_picture_size_by_edit(tmp_path: Path) -> None:
    indexed, plain = make_of_two_sizes(tmp_path, "mp4")
    video = tmp_path / "avc3.mp4"
    ffmpeg("-c copy -tag:v avc3", indexed, video)
    clip = cut(video, 1.5, 2.5, "edit", tmp_path / "work")
    assert (clip.mode_used, clip.copied_count) == ("edit", clip.frame_count)
    assert numbers(pictures_of(clip.data)) == numbers(wanted(plain, 1.5, 2.5))
    with av.open(BytesIO(clip.data), "r") as container:
        sizes = [(frame.width, frame.height) for frame in container.decode(video=0)]
    assert set(sizes) == {(160, 90), (320, 180)}
    assert sizes == sorted(sizes)
    with pytest.raises(Permanent, match=r"change their size .* from 160 x 90 to 320 x 180"):
        cut(video, 1.5, 2.5, "reencode", tmp_path / "work")
