"""A stretch of a video's sound: exact to the sample, from any format, and nothing else is read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage.cross_correlation import RATE_HZ
from uball_assets.media.bytes.range_file import RangeFile
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.sound.sound import Sound
from uball_assets_tests.videos import SOUND_RATE_HZ, SyntheticVideo, drawn_sound, make_video


@dataclass
class Remote:
    """A file behind ranged reads only, which counts them."""

    path: Path
    name: str = "remote.mp4"
    local_path: Path | None = None
    reads: list[int] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        return self.path.stat().st_size

    def read_range(self, offset: int, length: int) -> bytes:
        data = self.path.read_bytes()[offset : offset + length]
        self.reads.append(len(data))
        return data


def write_sound(path: Path, codec: str, rate_hz: int, layout: str, samples: NDArray[np.float32]) -> Path:
    """The samples in every channel, from time 0."""
    planes = np.tile(samples, (2 if layout == "stereo" else 1, 1))
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz)
        assert isinstance(stream, av.AudioStream)
        stream.layout = layout
        for begin in range(0, len(samples), 1024):
            part = np.ascontiguousarray(planes[:, begin : begin + 1024])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, begin, Fraction(1, rate_hz)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_heavy_video(path: Path, seconds: int, megabytes: int) -> Path:
    """One raw picture a second, of so many megabytes, between the packets of sound."""
    width, height = 1000, round(megabytes * 1e6 / 1.5 / 1000 / 2) * 2
    with av.open(str(path), "w") as container:
        video = container.add_stream("rawvideo", rate=1)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        audio = container.add_stream("aac", rate=RATE_HZ)
        assert isinstance(audio, av.AudioStream)
        audio.layout = "mono"
        sound = sweep(RATE_HZ, seconds)
        for second in range(seconds):
            picture = av.VideoFrame(width, height, "yuv420p")
            picture.pts, picture.time_base = second, Fraction(1)
            container.mux(video.encode(picture))
            heard = np.ascontiguousarray(sound[None, second * RATE_HZ : (second + 1) * RATE_HZ])
            frame = av.AudioFrame.from_ndarray(heard, format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, second * RATE_HZ, Fraction(1, RATE_HZ)
            container.mux(audio.encode(frame))
        container.mux(audio.encode(None))
    return path


def sweep(rate_hz: int, duration_s: float = 8.0) -> NDArray[np.float32]:
    """Slow tones that never repeat, the same at every rate."""
    t = np.arange(round(duration_s * rate_hz)) / rate_hz
    return np.asarray(0.3 * np.sin(2 * np.pi * (200 * t + 40 * t**2)), dtype=np.float32)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("video") / "video.mp4", SyntheticVideo(duration_s=30.0))


@pytest.fixture
def sound(video: Path) -> Iterator[Sound]:
    with FileRanges(video) as source, Sound(source) as sound:
        yield sound


def similarity(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    return float(np.corrcoef(first, second)[0, 1])


@pytest.mark.parametrize("start_s", [0.0, 0.4, 7.0123, 20.5])
def test_a_stretch_is_the_same_samples_that_decoding_everything_gives(sound: Sound, start_s: float) -> None:
    heard = sound(start_s, 4.0)
    assert heard.start_file_s == pytest.approx(start_s, abs=0.5 / SOUND_RATE_HZ)
    assert len(heard.samples) == 4 * RATE_HZ
    begin = round(heard.start_file_s * SOUND_RATE_HZ)
    drawn = drawn_sound(31.0)[begin : begin + 4 * SOUND_RATE_HZ]
    smooth = np.convolve(drawn, np.ones(2) / 2, mode="same")[::2]
    alike = {n: similarity(heard.samples[2:-2], smooth[2 + n : len(smooth) - 2 + n]) for n in range(-2, 3)}
    assert max(alike, key=lambda shift: alike[shift]) == 0
    assert alike[0] > 0.97


@pytest.mark.parametrize(
    ("name", "codec", "rate_hz", "layout"),
    [
        ("a.mp4", "aac", 48_000, "stereo"),
        ("a.mp4", "aac", 44_100, "mono"),
        ("a.mov", "pcm_s16le", 48_000, "stereo"),
        ("a.mov", "pcm_s24le", 44_100, "mono"),
        ("a.mp4", "aac", 8_000, "mono"),
    ],
)
def test_every_rate_channel_count_and_codec_gives_the_same_sound_in_the_same_place(
    tmp_path: Path, name: str, codec: str, rate_hz: int, layout: str
) -> None:
    path = write_sound(tmp_path / name, codec, rate_hz, layout, sweep(rate_hz))
    with FileRanges(path) as source, Sound(source) as sound:
        heard = sound(3.0, 2.0)
    assert heard.start_file_s == pytest.approx(3.0, abs=1 / rate_hz)
    wanted = sweep(RATE_HZ)[3 * RATE_HZ : 5 * RATE_HZ]
    assert similarity(heard.samples[100:-100], wanted[100 : len(heard.samples) - 100]) > 0.99


def test_a_stretch_that_the_video_has_in_part_is_that_part(sound: Sound) -> None:
    early, late = sound(-2.0, 5.0), sound(28.0, 60.0)
    assert early.start_file_s <= 0.0
    assert early.start_file_s + early.duration_s == pytest.approx(3.0, abs=0.001)
    assert late.start_file_s == pytest.approx(28.0, abs=0.001)
    assert late.start_file_s + late.duration_s == pytest.approx(30.0, abs=0.1)


@pytest.mark.parametrize(("start_s", "duration_s"), [(40.0, 5.0), (-9.0, 5.0), (5.0, 0.0)])
def test_a_stretch_that_the_video_has_not_is_refused(sound: Sound, start_s: float, duration_s: float) -> None:
    with pytest.raises(Permanent, match="no sound that decodes from"):
        sound(start_s, duration_s)


@pytest.mark.parametrize("local", [True, False], ids=["file", "bucket"])
def test_only_the_index_and_the_stretch_are_read(tmp_path: Path, *, local: bool) -> None:
    """Twenty seconds of 4 MB each: three seconds of sound are 24 kB, and there is no reading them over a line
    without the picture between."""
    path = write_heavy_video(tmp_path / "video.mov", seconds=20, megabytes=4)
    remote = Remote(path, local_path=path if local else None)
    with Sound(remote) as sound:
        index_bytes = sum(remote.reads)
        sound(10.0, 3.0)
    assert index_bytes < 12_000_000
    assert sum(remote.reads) - index_bytes < (100_000 if local else 1_000_000)
    assert remote.size_bytes > 80_000_000


def test_ranges_and_a_file_give_the_same_samples(video: Path, sound: Sound) -> None:
    with Sound(Remote(video)) as remote:
        np.testing.assert_array_equal(remote(3.3, 2.0).samples, sound(3.3, 2.0).samples)


def test_asking_again_and_backwards_gives_the_same(sound: Sound) -> None:
    first = sound(10.0, 2.0).samples
    sound(20.0, 1.0)
    np.testing.assert_array_equal(sound(10.0, 2.0).samples, first)


def test_a_video_without_sound_says_so(tmp_path: Path) -> None:
    path = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=1.0, has_audio=False))
    with FileRanges(path) as source, pytest.raises(Permanent, match="it has no sound track"):
        Sound(source)


def test_a_fragmented_video_sounds_like_a_whole_one(tmp_path: Path, sound: Sound) -> None:
    path = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=12.0, is_fragmented=True))
    with FileRanges(path) as source, Sound(source) as fragmented:
        # Without an edit list a player hears what the encoder put in front: 1,024 samples.
        heard, whole = fragmented(6.0 + 1024 / SOUND_RATE_HZ, 3.0), sound(6.0, 3.0)
    assert similarity(heard.samples, whole.samples) > 0.99


@pytest.mark.parametrize("data", [b"", b"<html>not found</html>", bytes(5000)])
def test_what_is_no_video_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(data)
    with FileRanges(path) as source, pytest.raises(Permanent, match=r"the sound of .* cannot be read"):
        Sound(source)


def test_a_video_cut_short_gives_what_is_left(video: Path, tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    with FileRanges(path) as source, Sound(source) as sound:
        heard = sound(5.0, 20.0)
        assert 8.0 < heard.start_file_s + heard.duration_s < 20.0
        with pytest.raises(Permanent):
            sound(25.0, 3.0)


def test_overwritten_sound_is_silence_or_refused_but_never_a_crash(video: Path, tmp_path: Path) -> None:
    data = bytearray(video.read_bytes())
    data[len(data) // 3 : len(data) * 2 // 3] = np.random.default_rng(1).bytes(
        len(data) * 2 // 3 - len(data) // 3
    )
    path = tmp_path / "video.mp4"
    path.write_bytes(bytes(data))
    with FileRanges(path) as source, Sound(source) as sound:
        heard = sound(0.0, 30.0)
    assert np.isfinite(heard.samples).all()
    assert heard.duration_s == pytest.approx(30.0, abs=0.2)


def test_a_store_that_is_busy_is_worth_another_try(video: Path) -> None:
    class Busy(Remote):
        def read_range(self, offset: int, length: int) -> bytes:
            if self.reads:
                raise Transient("429")
            return super().read_range(offset, length)

    with pytest.raises(Transient), Sound(Busy(video)) as sound:
        sound(0.0, 30.0)


def test_a_range_file_reads_as_the_file_does(video: Path) -> None:
    whole, file = video.read_bytes(), RangeFile(Remote(video))
    assert file.seek(-10, io.SEEK_END) == len(whole) - 10
    assert file.read() == whole[-10:]
    assert file.read(5) == b""
    for place, size in [(0, 7), (100, 300_000), (3, 70_000), (70_003, 1)]:
        file.seek(place)
        assert file.read(size) == whole[place : place + size]
        assert file.tell() == place + len(whole[place : place + size])


def test_reading_straight_on_takes_few_requests() -> None:
    @dataclass
    class Endless:
        name: str = "x"
        size_bytes: int = 20_000_000
        local_path: Path | None = None
        requests: int = 0

        def read_range(self, offset: int, length: int) -> bytes:
            self.requests += 1
            return bytes(min(length, self.size_bytes - offset))

    source = Endless()
    file = RangeFile(source)
    while file.read(32_768):
        pass
    assert source.requests <= 12
