"""One mutated video on trial: opened, cut in several modes, and every clip that is accepted looked into.

What must hold: nothing but Permanent is raised; no file is left behind; a clip shows the frames that the
video's index has in the window, at their times, and decodes strictly; copied frames are the video's bytes;
where index and frames of a window are untouched, the clip is not refused and shows exactly those asked for.
Belongs here: one video. Not here: what is changed in it (`mutations`), many videos with limits (`trials`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

import av
import imageio_ffmpeg  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.batch import Wanted, cut_all
from uball_assets.media.cutting.cut import cut_clip
from uball_assets.media.cutting.plan import CutClip, Tools
from uball_assets.media.cutting.reencode import CLOCK_STEP_S
from uball_assets.media.mp4.boxes import NotAVideo
from uball_assets.media.mp4.index import Index, Unsupported
from uball_assets.media.mp4.index_parser import read_index
from uball_assets.media.probing.probe import Soundness, probe
from uball_assets.media.videos.samples import picture_of, read_samples
from uball_assets.media.videos.video import Video, open_video
from uball_assets_tests.cutting import SAME_SOUND, sound_lag
from uball_assets_tests.faults.mutations import HOSTILE_NAMES, VIDEO_NAME, Mutated, mutate, mutate_raw
from uball_assets_tests.videos import number_in, sound_of

MODES, SHARES = ("smart", "edit", "keyframe", "reencode"), (5, 3, 2, 1)
COPYING = ("smart", "edit")
SHORTEST_SOUND_S, LATEST_SOUND_S = 0.6, 0.001
LENGTHS_S = (0.05, 0.3, 1.0, 1.7, 9.0)


@dataclass(frozen=True)
class Good:
    """A video before anything is changed in it."""

    data: bytes
    numbers: tuple[int, ...]
    times_s: NDArray[np.float64]
    index: Index | None
    """None where it has none that clips are cut by."""
    sound: NDArray[np.float32] | None = None
    """From 0 on; None where it is silent."""
    sound_rate_hz: int = 0
    has_boxes: bool = True
    is_lying: bool = False
    """Its index names keyframes that are none: a frame may lean on any before it."""


@dataclass(frozen=True)
class Accepted:
    """A clip for ffmpeg to decode."""

    data: bytes
    frame_count: int
    is_sound_whole: bool


class Complaint(AssertionError):  # noqa: N818 - a finding, not a failure of the program
    """What was done that must not be."""


def read_good(path: Path, *, is_odd: bool = False) -> Good:
    data = path.read_bytes()
    if not is_mp4(data):
        times_s = read_samples(path).shown_s
        return Good(data, tuple(range(len(times_s))), times_s, None, has_boxes=False)
    numbers, times_s = strictly_decoded(data)
    index = None
    with FileRanges(path) as source, suppress(Unsupported, NotAVideo):
        index = read_index(source)
    rate_hz = sound_rate_hz(data)
    sound = sound_of(path, rate_hz) if rate_hz else None
    return Good(data, tuple(numbers), times_s, index, sound, rate_hz, is_lying=is_odd)


def is_mp4(data: bytes) -> bool:
    return data[4:8] == b"ftyp"


def sound_rate_hz(data: bytes) -> int:
    """0 where it is silent."""
    with av.open(BytesIO(data), "r") as container:
        return container.streams.audio[0].rate if container.streams.audio else 0


class Trial:
    """Of the video that `seed` makes out of a good one; `folder` is empty and stays so."""

    def __init__(self, seed: int, good: Good, folder: Path) -> None:
        self.random, self.good, self.folder = Random(seed), good, folder
        self.mutated: Mutated = (mutate if good.has_boxes else mutate_raw)(self.random, good.data)
        self.accepted: list[Accepted] = []
        self.outcomes: list[str] = []

    def run(self) -> None:
        """Raises Complaint, and whatever the engine raises that it must not."""
        name = self.random.choice(HOSTILE_NAMES) if self.random.random() < 0.15 else VIDEO_NAME
        path = self.folder / name
        path.write_bytes(self.mutated.data)
        work = self.folder / "work"
        work.mkdir()
        with FileRanges(path) as source:
            self._probe(source)
            try:
                video = open_video(source, work)
            except Permanent as refusal:
                self.outcomes.append("no video")
                if self.mutated.damaged is not None and self.good.index is not None:
                    raise Complaint(f"a video with its index is not opened: {refusal}") from refusal
            else:
                with video:
                    self._cut_one_by_one(video, Tools(work))
                    self._cut_together(video, Tools(work))
        left = [one.name for one in work.iterdir()]
        if left:
            raise Complaint(f"left behind: {left}")
        work.rmdir()
        path.unlink()

    def _probe(self, source: FileRanges) -> None:
        """Any verdict, but a verdict; of what is as good as before, that it is sound."""
        found = probe(source)
        if self._is_as_good and self.good.index is not None and found.verdict != Soundness.SOUND:
            raise Complaint(f"probe calls a sound video {found.verdict}: {found.reasons}")

    @property
    def _is_as_good(self) -> bool:
        return self.mutated.damaged == self.good.data

    def _cut_one_by_one(self, video: Video, tools: Tools) -> None:
        modes = MODES if self._is_as_good else self.random.choices(MODES, SHARES, k=1)
        window = self._window(video)
        for mode in modes:
            try:
                clip = cut_clip(video, *window, Recipe(mode=mode), tools)
            except Permanent as refusal:
                self._refused(window, mode, refusal)
            else:
                self.look_into(video, window, clip, is_decoded_again=True)

    def _cut_together(self, video: Video, tools: Tools) -> None:
        mode = self.random.choice(COPYING)
        wanted = [Wanted(video, *self._window(video), str(number)) for number in range(3)]
        results: list[tuple[Wanted, CutClip | Permanent]] = []
        cut_all(wanted, Recipe(mode=mode), tools, 2, lambda *result: results.append(result), fetches=2)
        if sorted(one.name for one, _ in results) != ["0", "1", "2"]:
            raise Complaint(f"of three clips {len(results)} were answered")
        for one, result in results:
            window = (one.start_file_s, one.end_file_s)
            if isinstance(result, CutClip):
                self.look_into(video, window, result, is_decoded_again=False)
            else:
                self._refused(window, mode, result)

    def _window(self, video: Video) -> tuple[float, float]:
        """Seconds of the good video, or between two frames of what the video has become."""
        if len(video.shown_s) and self.random.random() < 0.3:
            start_s, end_s = sorted(float(self.random.choice(video.shown_s.tolist())) for _ in range(2))
            return start_s, end_s
        start_s = self.random.uniform(-0.2, float(self.good.times_s[-1]))
        return start_s, start_s + self.random.choice(LENGTHS_S)

    def _refused(self, window: tuple[float, float], mode: str, refusal: Permanent) -> None:
        self.outcomes.append("refused")
        if self._good_numbers(window) and self._is_untouched(window, with_sound=True):
            raise Complaint(
                f"{mode} {window} refused though nothing of it is damaged: {refusal}"
            ) from refusal

    def look_into(
        self, video: Video, window: tuple[float, float], clip: CutClip, *, is_decoded_again: bool
    ) -> None:
        self.outcomes.append(clip.mode_used)
        what = f"{clip.mode_used} {window} ({clip.reason})"
        planned_s = _planned(video, window, clip)
        data = clip.data
        if clip.frame_count != len(planned_s):
            raise Complaint(f"{what}: {clip.frame_count} frames told, {len(planned_s)} in the index")
        try:
            numbers, times_s = strictly_decoded(data)
        except (av.error.FFmpegError, IndexError, MemoryError) as error:
            if is_decoded_again or _own_frames_decode(video, planned_s):
                raise Complaint(f"{what} does not decode strictly: {error}") from error
            return
        near_s = CLOCK_STEP_S if clip.mode_used == "reencode" else 1e-6
        wanted_s = planned_s - planned_s[0]
        if len(times_s) != len(wanted_s) or not np.allclose(times_s, wanted_s, rtol=1e-9, atol=near_s):
            if is_decoded_again or _own_frames_decode(video, planned_s):
                raise Complaint(f"{what} shows {len(times_s)} frames at {times_s}, wanted {wanted_s}")
            return
        self._is_as_filmed(what, video, clip, planned_s, numbers)
        is_whole = self._is_untouched(window, with_sound=True)
        if is_decoded_again or is_whole:
            self.accepted.append(Accepted(data, clip.frame_count, is_whole))

    def _is_as_filmed(
        self, what: str, video: Video, clip: CutClip, planned_s: NDArray[np.float64], numbers: list[int]
    ) -> None:
        if clip.copied_count and _copied_count(video, clip.data) < clip.copied_count:
            raise Complaint(f"{what}: {_copied_count(video, clip.data)} copies, told {clip.copied_count}")
        shown = (float(planned_s[0]), float(planned_s[-1]) + 1e-6)
        if self._is_untouched(shown, with_sound=False) and numbers != self._good_numbers(shown):
            raise Complaint(f"{what} shows {numbers}, wanted {self._good_numbers(shown)}")
        if self._is_untouched(shown, with_sound=True):
            self._sounds_as_filmed(what, clip)

    def _sounds_as_filmed(self, what: str, clip: CutClip) -> None:
        whole, rate_hz = self.good.sound, self.good.sound_rate_hz
        is_long = whole is not None and clip.duration_s > SHORTEST_SOUND_S
        if whole is None or not is_long or clip.first_s + SHORTEST_SOUND_S > len(whole) / rate_hz:
            return
        path = self.folder / "heard.mp4"
        path.write_bytes(clip.data)
        late_s, likeness = sound_lag(sound_of(path, rate_hz), whole, clip.first_s, rate_hz)
        path.unlink()
        if likeness < SAME_SOUND or abs(late_s) > LATEST_SOUND_S:
            late = f"{late_s * 1000:.1f} ms late"
            raise Complaint(f"{what}: its sound is {late}, and like the good one's by {likeness:.2f}")

    def _good_numbers(self, window: tuple[float, float]) -> list[int]:
        """The barcodes that the window shows in the good video."""
        inside = (self.good.times_s >= window[0] - 1e-7) & (self.good.times_s < window[1] - 1e-7)
        return [number for number, is_inside in zip(self.good.numbers, inside, strict=True) if is_inside]

    def _is_untouched(self, window: tuple[float, float], *, with_sound: bool) -> bool:
        """True where the index is the good one and so is every byte that the window's GOPs are made of."""
        damaged, index = self.mutated.damaged, self.good.index
        if damaged is None or index is None:
            return False
        pictures = _pictures(index, window, is_lying=self.good.is_lying)
        pieces = [*pictures, *(_sound(index, window) if with_sound else ())]
        return all(self.good.data[piece] == damaged[piece] for piece in pieces)


def strictly_decoded(clip: bytes) -> tuple[list[int], NDArray[np.float64]]:
    """Barcodes and times of a clip's frames. Raises FFmpegError at the first error of any kind."""
    numbers, times = [], []
    with av.open(BytesIO(clip), "r") as container:
        stream = picture_of(container)
        stream.codec_context.options = {"err_detect": "explode"}
        stream.codec_context.thread_count = 1
        for frame in container.decode(stream):
            assert frame.pts is not None
            assert frame.time_base is not None
            numbers.append(number_in(_luma(frame)))
            times.append(float(frame.pts * frame.time_base))
    return numbers, np.array(times)


def _luma(frame: av.VideoFrame) -> NDArray[np.uint8]:
    plane = frame.planes[0]
    rows = np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def ffmpeg_refuses(clips: list[Accepted], folder: Path) -> str:
    """What ffmpeg, stopping at any error, says of the clips; '' where every one has the frames it should."""
    words = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", "-xerror"]
    outputs: list[str] = []
    for number, clip in enumerate(clips):
        path = folder / f"{number}.mp4"
        path.write_bytes(clip.data)
        words += ["-threads", "1", "-err_detect", "explode", "-i", str(path)]
        sound = ["-map", f"{number}:a?"] if clip.is_sound_whole else []
        outputs += ["-map", f"{number}:v", *sound, "-fps_mode", "passthrough", "-enc_time_base", "demux"]
        outputs += ["-c:v", "wrapped_avframe", "-f", "framecrc", str(folder / f"{number}.crc")]
    done = subprocess.run([*words, *outputs], capture_output=True, stdin=subprocess.DEVNULL, check=False)
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode:
        return f"exit {done.returncode}: {said}"
    counts = [_pictures_listed(folder / f"{number}.crc") for number in range(len(clips))]
    return "" if counts == [clip.frame_count for clip in clips] else f"{counts} frames"


def _pictures_listed(listing: Path) -> int:
    return sum(line.startswith("0,") for line in listing.read_text().splitlines())


def _planned(video: Video, window: tuple[float, float], clip: CutClip) -> NDArray[np.float64]:
    """File times of the frames that a clip must show, by the video's own index."""
    inside = (video.shown_s >= window[0]) & (video.shown_s < window[1])
    if clip.mode_used != "keyframe":
        return video.shown_s[inside]
    begin = int(np.searchsorted(video.shown_s, clip.first_s))
    planned = video.shown_s[begin : begin + clip.frame_count]
    if not np.isin(video.shown_s[inside], planned).all():
        raise Complaint(f"keyframe {window}: frames of the window are not in the clip")
    return planned


def _pictures(index: Index, window: tuple[float, float], *, is_lying: bool) -> Iterator[slice]:
    """Where the GOPs stand that the window's frames lean on: one before, for open ones, and one after."""
    video_track = index.video_track
    shown = video_track.shown[(video_track.shown_s >= window[0] - 1e-6) & (video_track.shown_s < window[1])]
    if not len(shown):
        return
    syncs = np.array([0]) if is_lying else np.flatnonzero(video_track.is_sync)
    first = max(0, int(np.searchsorted(syncs, shown.min(), "right")) - 2)
    after = int(np.searchsorted(syncs, shown.max(), "right")) + 1
    end = int(syncs[after]) if after < len(syncs) else len(video_track.pts)
    for position in range(int(syncs[first]), end):
        yield slice(
            int(video_track.offset[position]), int(video_track.offset[position] + video_track.size[position])
        )


def _sound(index: Index, window: tuple[float, float]) -> Iterator[slice]:
    audio = index.audio
    if audio is not None:
        times_s = audio.start / audio.timescale
        for packet in np.flatnonzero((times_s > window[0] - 1.5) & (times_s < window[1] + 1.5)):
            yield slice(int(audio.offset[packet]), int(audio.offset[packet] + audio.size[packet]))


def _own_frames_decode(video: Video, planned_s: NDArray[np.float64]) -> bool:
    """True where the video's own frames, straight from its bytes, decode strictly to those of the window."""
    if video.index is None:
        return False
    video_track = video.index.video_track
    shown = video_track.shown[np.isin(video_track.shown_s, planned_s)]
    name = {"a": "h264", "h": "hevc"}.get(video_track.codec[:1])
    if name is None:
        return False
    decoder = av.CodecContext.create(name, "r")
    decoder.options = {"err_detect": "explode"}
    record = bytes(video_track.entry)
    kind = b"avcC" if name == "h264" else b"hvcC"
    place = record.find(kind)
    decoder.extradata = record[place + 4 : place - 4 + int.from_bytes(record[place - 4 : place], "big")]
    begin = int(np.flatnonzero(video_track.is_sync[: shown.min() + 1])[-1])
    wanted = {int(video_track.pts[position]) for position in shown}
    seen: list[int] = []
    try:
        for position in [*range(begin, int(shown.max()) + 1), None]:
            packet = None
            if position is not None:
                size = int(video_track.size[position])
                packet = av.Packet(video.source.read_range(int(video_track.offset[position]), size))
                packet.pts = int(video_track.pts[position])
            seen += [frame.pts for frame in decoder.decode(packet) if frame.pts in wanted]  # type: ignore[attr-defined]
    except (av.error.FFmpegError, ValueError):
        return False
    return seen == sorted(wanted)


def _copied_count(video: Video, clip: bytes) -> int:
    """How many of a clip's coded frames are, byte for byte, some frame of the video."""
    assert video.index is not None
    video_track = video.index.video_track
    samples = {
        video.source.read_range(offset, size)
        for offset, size in zip(video_track.offset.tolist(), video_track.size.tolist(), strict=True)
        if offset >= 0
    }
    with av.open(BytesIO(clip), "r") as container:
        return sum(bytes(packet) in samples for packet in container.demux(video=0) if packet.size)
