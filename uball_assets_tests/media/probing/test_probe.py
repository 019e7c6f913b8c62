from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import av
import numpy as np
import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.mp4.index_parser import read_index
from uball_assets.media.probing import spot_check
from uball_assets.media.probing.probe import Probe, probe
from uball_assets.media.probing.proof import Soundness, noted
from uball_assets.media.videos.video import open_video
from uball_assets_tests.faults.videos import (
    BROKEN_VIDEOS,
    NOTES,
    ODD_VIDEOS,
    SOUND_VIDEOS,
    BrokenVideo,
    OddVideo,
    make_64_bit,
)
from uball_assets_tests.videos import SyntheticVideo, make_video, numbers_and_times


@dataclass
class FarAway:
    """A video whose bytes must be fetched; keeps what was asked of it."""

    file: FileRanges
    asked: list[tuple[int, int]] = field(default_factory=list)
    name: str = "Games/g1/FAR_LEFT.mp4"
    local_path: Path | None = None

    @property
    def size_bytes(self) -> int:
        return self.file.size_bytes

    def read_range(self, offset: int, length: int) -> bytes:
        self.asked.append((offset, length))
        return self.file.read_range(offset, length)


def _shown(video: SyntheticVideo) -> np.ndarray:
    times = video.times_file_s
    return times[times > -1e-9]


@pytest.mark.parametrize(("name", "video"), SOUND_VIDEOS.items(), ids=SOUND_VIDEOS)
def test_a_sound_video_is_called_sound_and_its_facts_are_what_was_filmed(
    name: str, video: SyntheticVideo, tmp_path: Path
) -> None:
    facts = probe(make_video(tmp_path / "video.mp4", video))
    assert (facts.verdict, facts.reasons) == ("sound", ())
    shown = _shown(video)
    assert facts.frame_count == len(shown)
    assert facts.codec == ("hevc" if name == "hevc" else "h264")
    assert (facts.width_px, facts.height_px) == (160, 90)
    assert abs(facts.rotation_deg) == video.rotation_deg
    assert facts.has_audio == video.has_audio
    assert facts.audio_codec == ("aac" if video.has_audio else "")
    assert facts.index_at_end == video.index_at_end
    assert facts.is_variable_rate == video.is_variable_rate
    assert facts.frame_rate == pytest.approx((len(shown) - 1) / np.ptp(shown), rel=1e-3)
    assert facts.last_usable_s == facts.end_s == pytest.approx(facts.first_frame_s + facts.duration_s)
    assert facts.size_bytes == (tmp_path / "video.mp4").stat().st_size
    assert facts.looked_at.startswith(f"all {video.frame_count} frames, and ")


@pytest.mark.parametrize("name", SOUND_VIDEOS)
def test_a_sound_video_is_noted_for_what_is_unusual_in_it_and_for_nothing_else(
    name: str, tmp_path: Path
) -> None:
    facts = probe(make_video(tmp_path / "video.mp4", SOUND_VIDEOS[name]))
    if name in NOTES:
        assert any(re.search(NOTES[name], note) for note in facts.notes), facts.notes
    elif name in ("plain", "b-frames", "29.97-fps", "59.94-fps", "hidden-lead-in"):
        assert facts.notes == ()


@pytest.mark.parametrize("odd", ODD_VIDEOS.values(), ids=ODD_VIDEOS)
def test_an_odd_video_is_sound_and_says_what_becomes_of_it(odd: OddVideo, tmp_path: Path) -> None:
    path = tmp_path / f"video{odd.suffix}"
    odd.make(path)
    facts = probe(path)
    assert (facts.verdict, facts.reasons) == ("sound", ())
    assert any(re.search(odd.notes, note) for note in facts.notes), facts.notes


@pytest.mark.parametrize("name", SOUND_VIDEOS)
def test_a_video_far_away_is_judged_as_it_is_here(name: str, tmp_path: Path) -> None:
    path = make_video(tmp_path / "video.mp4", SOUND_VIDEOS[name])
    with FileRanges(path) as file:
        assert probe(FarAway(file)) == probe(path)


@pytest.mark.parametrize("name", SOUND_VIDEOS)
def test_frames_that_a_decoder_shows_are_counted_from_the_first_on(name: str, tmp_path: Path) -> None:
    path = make_video(tmp_path / "video.mp4", SOUND_VIDEOS[name])
    times = numbers_and_times(path)[1]
    facts = probe(path)
    assert facts.frame_count == len(times)
    assert facts.first_frame_s == pytest.approx(times[0], abs=1e-6)


@pytest.mark.parametrize(
    ("video", "gop_s"),
    [(SyntheticVideo(gop_frames=15), 1.0), (SyntheticVideo(gop_frames=250), 6.0)],
    ids=["gop-15", "gop-250"],
)
def test_the_keyframe_distance_is_measured(video: SyntheticVideo, gop_s: float, tmp_path: Path) -> None:
    facts = probe(make_video(tmp_path / "video.mp4", video))
    assert facts.gop_s == pytest.approx(gop_s)
    assert facts.longest_gop_s == pytest.approx(gop_s)
    assert facts.keyframe_count == round(6.0 / gop_s)


def test_a_video_with_64_bit_box_sizes_is_sound(tmp_path: Path) -> None:
    facts = probe(make_64_bit(tmp_path / "video.mp4"))
    assert (facts.verdict, facts.frame_count, facts.index_at_end) == ("sound", 90, True)


@pytest.mark.parametrize("broken", BROKEN_VIDEOS.values(), ids=BROKEN_VIDEOS)
def test_a_broken_video_is_named_with_its_reason_and_its_last_usable_second(
    broken: BrokenVideo, tmp_path: Path
) -> None:
    path = tmp_path / "video.mp4"
    broken.make(path)
    facts = probe(path)
    assert facts.verdict == broken.verdict
    assert re.search(broken.probe_says, facts.reasons[0]), facts.reasons
    assert facts.last_usable_s == pytest.approx(broken.last_usable_s, abs=0.1)


def test_frames_behind_the_missing_data_are_not_counted_on(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    BROKEN_VIDEOS["cut-short"].make(path)
    with FileRanges(path) as file, open_video(file, tmp_path) as video:
        assert len(video.shown_s) == probe(path).frame_count
        assert np.diff(video.shown_s) == pytest.approx(1 / 15)


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"no video at .*nowhere\.mp4"):
        probe(tmp_path / "nowhere.mp4")


@pytest.mark.parametrize("keyframe", [0, 2], ids=["in-the-first-picture", "in-the-middle"])
def test_damage_that_keeps_the_sample_lengths_is_found_by_decoding(keyframe: int, tmp_path: Path) -> None:
    path = make_video(tmp_path / "video.mp4", SyntheticVideo(has_audio=False))
    with av.open(str(path)) as container:
        samples = [packet for packet in container.demux(video=0) if packet.is_keyframe and packet.size]
        end = (samples[keyframe].pos or 0) + samples[keyframe].size
    data = bytearray(path.read_bytes())
    data[end - 800 : end - 200] = b"\xa5" * 600
    path.write_bytes(data)
    facts = probe(path)
    assert facts.verdict == "usable-with-loss"
    assert facts.reasons == (
        f"pictures do not decode from {keyframe}.0 s on: the data is damaged; transfer it again",
    )


def test_sound_that_is_cut_off_is_a_loss_though_all_pictures_are_there(tmp_path: Path) -> None:
    path = make_video(tmp_path / "video.mp4", SyntheticVideo())
    with FileRanges(path) as file:
        video = read_index(file).video_track
    end = int((video.offset + video.size).max())
    assert end < path.stat().st_size, "the video ends with sound"
    path.write_bytes(path.read_bytes()[:end])
    facts = probe(path)
    assert (facts.verdict, facts.frame_count, facts.last_usable_s) == ("usable-with-loss", 90, 6.0)
    assert re.search(r"cut short at byte \d+: .* of sound, it ends at \d\.\d s; transfer", facts.reasons[0])


def test_a_video_whose_index_names_no_keyframe_is_unusable(tmp_path: Path) -> None:
    path = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=2.0))
    data = bytearray(path.read_bytes())
    count = data.index(b"stss") + 8
    named = int.from_bytes(data[count : count + 4], "big")
    data[count + 4 : count + 4 + 4 * named] = bytes([255]) * 4 * named
    path.write_bytes(data)
    facts = probe(path)
    assert facts.verdict == "unusable"
    assert facts.reasons[0].startswith("the index names no keyframe")


def test_a_frame_of_absurd_size_is_damage_and_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_video(tmp_path / "video.mp4", SyntheticVideo(has_audio=False))
    with FileRanges(path) as file:
        sizes = read_index(file).video_track.size
        monkeypatch.setattr(spot_check, "LARGEST_FRAME_BYTES", int(sizes.max()) - 1)
        facts = probe(FarAway(file))
    count = int((sizes == sizes.max()).sum())
    assert facts.verdict == "usable-with-loss"
    assert facts.reasons[0].startswith(f"{count} of 90 frames are damaged, between ")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(3_856_705_200, "2026-03-18T19:00:00Z"), (0, ""), (2**32 - 1, "2040-02-06T06:28:15Z"), (60, "")],
    ids=["a camera's clock", "none written", "the latest", "a clock that was never set"],
)
def test_when_the_recording_began_is_told_where_the_camera_wrote_it(
    seconds: int, told: str, tmp_path: Path
) -> None:
    path = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=1.0))
    data = bytearray(path.read_bytes())
    place = data.index(b"mvhd") + 8
    data[place : place + 4] = seconds.to_bytes(4, "big")
    path.write_bytes(data)
    assert probe(path).created == told


@pytest.fixture
def many_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every video is too large to be read whole."""
    monkeypatch.setattr(spot_check, "READ_WHOLE_BYTES", 0)
    monkeypatch.setattr(spot_check, "PLACES_FETCHED", 16)


@pytest.mark.usefixtures("many_places")
@pytest.mark.parametrize(
    ("begin", "end"),
    [(0.06, 0.3), (0.4, 0.5), (0.65, 0.9), (0.3, 1.0), (0.06, 1.0)],
    ids=["beginning", "short-middle", "middle", "to-the-end", "all"],
)
def test_a_hole_in_a_large_video_is_found_at_few_places_and_named_to_the_frame(
    begin: float, end: float, tmp_path: Path
) -> None:
    path = make_video(tmp_path / "video.mp4", SyntheticVideo(b_frames=3, has_audio=False))
    data = bytearray(path.read_bytes())
    data[int(len(data) * begin) : int(len(data) * end)] = bytes(int(len(data) * end) - int(len(data) * begin))
    path.write_bytes(data)
    with FileRanges(path) as file:
        facts = probe(FarAway(file))
        video = read_index(file).video_track
    touched = (video.offset + video.size > int(len(data) * begin)) & (video.offset < int(len(data) * end))
    damaged_s = video.pts[touched] / video.timescale
    told = f"damaged, between {damaged_s.min():.1f} s and {damaged_s.max():.1f} s"
    assert facts.verdict == ("unusable" if touched.all() else "usable-with-loss")
    assert re.search(r"^\d+ of 1\d places looked at are ", facts.reasons[0])
    assert told in facts.reasons[0]
    assert facts.last_usable_s == pytest.approx(damaged_s.min() if touched[-1] else 6.0)


@pytest.mark.usefixtures("many_places")
def test_two_holes_in_a_large_video_are_named_by_where_the_first_begins_and_the_second_ends(
    tmp_path: Path,
) -> None:
    path = make_video(tmp_path / "video.mp4", SyntheticVideo(has_audio=False))
    with FileRanges(path) as file:
        video = read_index(file).video_track
        data = bytearray(path.read_bytes())
        for begin, end in ((20, 30), (60, 70)):
            data[video.offset[begin] : video.offset[end]] = bytes(video.offset[end] - video.offset[begin])
        path.write_bytes(data)
        facts = probe(FarAway(file))
    assert "damaged, between 1.3 s and 4.6 s" in facts.reasons[0]
    assert facts.last_usable_s == 6.0


@pytest.mark.usefixtures("many_places")
def test_of_a_large_video_far_away_only_a_part_is_read(tmp_path: Path) -> None:
    path = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=60.0, has_audio=False))
    with FileRanges(path) as file:
        video = FarAway(file)
        facts = probe(video)
    assert facts.verdict == "sound"
    assert facts.looked_at == "16 places, and 4 groups of pictures decoded"
    assert len(video.asked) <= 2 + 16 + 4
    assert sum(length for _, length in video.asked) < 0.35 * video.size_bytes


def test_the_notes_say_what_no_small_video_can_show() -> None:
    sound = Probe(Soundness.SOUND, has_audio=True, audio_codec="aac", sound_until_s=6.0, last_usable_s=6.0)
    assert noted(sound).notes == ()
    assert noted(replace(sound, interleave_bytes=12_000_000)).notes == (
        "sound stands up to 12.0 MB from its pictures: clips take more requests",
    )
