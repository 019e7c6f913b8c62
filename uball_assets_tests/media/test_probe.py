from __future__ import annotations

import re
from pathlib import Path

import av
import numpy as np
import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.media.probe import frame_times, probe
from uball_assets_tests.faults.films import BROKEN_FILMS, SOUND_FILMS, BrokenFilm, make_64_bit
from uball_assets_tests.videos import Video, make_video, numbers_and_times


def _shown(video: Video) -> np.ndarray:
    times = video.times_file_s
    return times[times > -1e-9]


@pytest.mark.parametrize(("name", "video"), SOUND_FILMS.items(), ids=SOUND_FILMS)
def test_a_sound_film_is_called_sound_and_its_facts_are_what_was_filmed(
    name: str, video: Video, tmp_path: Path
) -> None:
    facts = probe(make_video(tmp_path / "film.mp4", video))
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


@pytest.mark.parametrize("name", [name for name in SOUND_FILMS if name != "fragmented"])
def test_frame_times_are_those_that_were_filmed(name: str, tmp_path: Path) -> None:
    video = SOUND_FILMS[name]
    path = make_video(tmp_path / "film.mp4", video)
    assert frame_times(path) == pytest.approx(_shown(video), abs=1e-6)
    assert probe(path).first_frame_s == pytest.approx(_shown(video)[0], abs=1e-6)


@pytest.mark.parametrize("name", SOUND_FILMS)
def test_frame_times_are_those_a_decoder_shows(name: str, tmp_path: Path) -> None:
    path = make_video(tmp_path / "film.mp4", SOUND_FILMS[name])
    assert frame_times(path) == pytest.approx(numbers_and_times(path)[1], abs=1e-6)


@pytest.mark.parametrize(
    ("video", "gop_s"), [(Video(gop_frames=15), 1.0), (Video(gop_frames=250), 6.0)], ids=["gop-15", "gop-250"]
)
def test_the_keyframe_distance_is_measured(video: Video, gop_s: float, tmp_path: Path) -> None:
    assert probe(make_video(tmp_path / "film.mp4", video)).gop_s == pytest.approx(gop_s)


def test_a_film_with_64_bit_box_sizes_is_sound(tmp_path: Path) -> None:
    facts = probe(make_64_bit(tmp_path / "film.mp4"))
    assert (facts.verdict, facts.frame_count, facts.index_at_end) == ("sound", 90, True)


@pytest.mark.parametrize("broken", BROKEN_FILMS.values(), ids=BROKEN_FILMS)
def test_a_broken_film_is_named_with_its_reason_and_its_last_usable_second(
    broken: BrokenFilm, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    broken.make(path)
    facts = probe(path)
    assert facts.verdict == broken.verdict
    assert re.search(broken.probe_says, facts.reasons[0]), facts.reasons
    assert facts.last_usable_s == pytest.approx(broken.last_usable_s, abs=0.1)


def test_frames_behind_the_missing_data_are_not_counted_on(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    BROKEN_FILMS["cut-short"].make(path)
    times = frame_times(path)
    assert len(times) == probe(path).frame_count
    assert np.diff(times) == pytest.approx(1 / 15)


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"no video at .*nowhere\.mp4"):
        probe(tmp_path / "nowhere.mp4")


@pytest.mark.parametrize(
    ("keyframe", "verdict", "place"),
    [(0, "unusable", "from 0.0 s on"), (2, "usable-with-loss", "from 2.0 s on")],
    ids=["in-the-first-picture", "in-the-middle"],
)
def test_damage_that_keeps_the_sample_lengths_is_found_by_decoding(
    keyframe: int, verdict: str, place: str, tmp_path: Path
) -> None:
    path = make_video(tmp_path / "film.mp4", Video(has_audio=False))
    with av.open(str(path)) as container:
        samples = [packet for packet in container.demux(video=0) if packet.is_keyframe and packet.size]
        end = (samples[keyframe].pos or 0) + samples[keyframe].size
    data = bytearray(path.read_bytes())
    data[end - 800 : end - 200] = bytes(600)
    path.write_bytes(data)
    facts = probe(path)
    assert facts.verdict == verdict
    assert f"do not decode {place}" in facts.reasons[0]
