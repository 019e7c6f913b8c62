"""What people can pick today: ffmpeg commands that others published, word for word, and where they stand.

Belongs here: the commands. Not here: running or judging them. All run with the ffmpeg that the engine uses.

- League: `functions/extract-clips-cf/main.py` of the league's annotation pipeline, its newest extractor. Its
  older job (`jobs/extract-clips/extract_clips_job.py`) seeks after the input and takes x264's default preset:
  it decodes the video from its first frame for every clip.
- video2dataset: `subsamplers/clipping_subsampler.py`, precision `low` (its default) and `exact`.
- NeMo Curator: `ClipTranscodingStage` of `stages/video/clipping/clip_extraction_stages.py`, its defaults
  (libx264 without a preset, 1 thread, up to 16 clips in one call).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.plays import Window

Command = list[str]
Commands = Callable[[str, Path, Sequence[Window], Path], list[Command]]
NEMO_BATCH = 16


@dataclass(frozen=True)
class Baseline:
    name: str
    commands: Commands
    """From ffmpeg, video, windows and a folder."""
    at_once: int = 1
    clip_of: Callable[[int], int] = lambda place: place
    """The number in its file name of the clip of the n-th window."""

    def clip(self, folder: Path, place: int) -> Path:
        return folder / f"clip_{self.clip_of(place)}.mp4"


def league(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path) -> list[Command]:
    return _each(ffmpeg, video, windows, folder, _LEAGUE)


def league_one_thread(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path) -> list[Command]:
    return _each(ffmpeg, video, windows, folder, f"-threads 1 {_LEAGUE} -threads 1")


def league_older(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path) -> list[Command]:
    return _each(
        ffmpeg,
        video,
        windows,
        folder,
        "-i VIDEO -ss START -t LENGTH -c:v libx264 -c:a aac -strict experimental",
    )


def copy_seek_first(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path) -> list[Command]:
    return _each(ffmpeg, video, windows, folder, "-ss START -i VIDEO -t LENGTH -c copy")


def copy_make_zero(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path) -> list[Command]:
    return _each(
        ffmpeg, video, windows, folder, "-ss START -i VIDEO -t LENGTH -c copy -avoid_negative_ts make_zero"
    )


def copy_seek_after(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path) -> list[Command]:
    return _each(ffmpeg, video, windows, folder, "-i VIDEO -ss START -t LENGTH -c copy")


def video2dataset_low(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path) -> list[Command]:
    return [_segments(ffmpeg, video, windows, folder, "-c copy")]


def video2dataset_exact(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path) -> list[Command]:
    return [_segments(ffmpeg, video, windows, folder, f"-force_key_frames {_times(windows)}")]


def nemo_curator(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path) -> list[Command]:
    calls = []
    for begin in range(0, len(windows), NEMO_BATCH):
        command = [ffmpeg, "-hide_banner", "-loglevel", "error"]
        for place, window in enumerate(windows[begin : begin + NEMO_BATCH]):
            command += [
                "-threads",
                "1",
                "-ss",
                str(window.start_s),
                "-to",
                str(window.end_s),
                "-i",
                str(video),
            ]
            command += ["-map", f"{place}:v:0", "-c:v", "libx264", "-threads", "1", "-map", f"{place}:a:0?"]
            command += ["-c:a", "copy", str(folder / f"clip_{begin + place}.mp4")]
        calls.append(command)
    return calls


_LEAGUE = "-ss START -i VIDEO -t LENGTH -c:v libx264 -preset ultrafast -crf 23 -c:a aac"


def _each(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path, words: str) -> list[Command]:
    """One call a clip; `-y` and the output follow the words."""
    calls = []
    for place, window in enumerate(windows):
        meant = {"VIDEO": str(video), "START": str(window.start_s), "LENGTH": str(window.duration_s)}
        options = [meant.get(word, word) for word in words.split()]
        calls.append([ffmpeg, *options, "-y", str(folder / f"clip_{place}.mp4")])
    return calls


def _segments(ffmpeg: str, video: Path, windows: Sequence[Window], folder: Path, how: str) -> Command:
    words = f"-f segment -map 0 -reset_timestamps 1 -segment_times {_times(windows)} {how}"
    return [ffmpeg, "-i", str(video), *words.split(), str(folder / "clip_%d.mp4")]


def _times(windows: Sequence[Window]) -> str:
    return ",".join(f"{time_s}" for window in windows for time_s in (window.start_s, window.end_s))


def _between_splits(place: int) -> int:
    """Segments 0, 2, … are what stands between the clips."""
    return 2 * place + 1


LEAGUE = Baseline("league's ffmpeg command", league)
LEAGUE_BEST = Baseline("the same, one thread each, a process a core", league_one_thread, at_once=2)
LEAGUE_OLDER = Baseline("league's older job", league_older)
COPIES = (
    Baseline("ffmpeg -c copy, -ss before -i", copy_seek_first),
    Baseline("the same with -avoid_negative_ts make_zero", copy_make_zero),
    Baseline("ffmpeg -c copy, -ss after -i", copy_seek_after),
)
VIDEO2DATASET = Baseline("video2dataset, segment -c copy", video2dataset_low, clip_of=_between_splits)
VIDEO2DATASET_EXACT = Baseline("video2dataset exact", video2dataset_exact, clip_of=_between_splits)
NEMO_CURATOR = Baseline("NeMo Curator", nemo_curator)
