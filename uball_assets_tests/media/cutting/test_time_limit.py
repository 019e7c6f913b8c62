"""A clip whose ffmpeg hangs or is killed, or whose decoder hangs, is lost alone; here they really do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import UballError
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting import time_limit
from uball_assets.media.cutting.batch import Progress, Wanted, cut_all
from uball_assets.media.cutting.plan import CutClip, Tools
from uball_assets.media.cutting.reencode import ffmpeg_binary
from uball_assets.media.videos.video import open_video

WINDOWS = {"first": (1.0, 2.0), "second": (2.5, 3.5), "third": (4.0, 5.0)}
ANEW = Recipe(mode="reencode")


def an_ffmpeg(folder: Path, instead_once: str) -> str:
    """The real one, but for one of its runs: the first that finds nobody's mark."""
    program, mark = folder / "ffmpeg", folder / "mark"
    once = f'if mkdir "{mark}" 2>/dev/null; then\n  {instead_once}\nfi'
    program.write_text(f'#!/bin/sh\n{once}\nexec "{ffmpeg_binary()}" "$@"\n')
    program.chmod(0o755)
    return str(program)


def cut_with(video: Path, ffmpeg: str, work: Path, limit_s: float) -> dict[str, CutClip | UballError]:
    results: dict[str, CutClip | UballError] = {}
    with FileRanges(video) as source, open_video(source, work) as opened:
        wanted = [Wanted(opened, *window, name) for name, window in WINDOWS.items()]
        cut_all(
            wanted,
            ANEW,
            Tools(work, ffmpeg, limit_s),
            1,
            lambda one, result: results.__setitem__(one.name, result),
        )
    return results


@pytest.mark.parametrize(
    ("instead", "why"),
    [
        ("exec sleep 600", "ffmpeg did not finish within 3 s, and was ended"),
        # What a wrapper leaves behind keeps its messages open: nobody waits for that either.
        ("sleep 20 & wait", "ffmpeg did not finish within 3 s, and was ended"),
        ("kill -KILL $$", "ffmpeg was killed by signal 9"),
    ],
    ids=["hangs", "hangs-behind-a-wrapper", "killed"],
)
def test_a_clip_whose_ffmpeg_hangs_or_is_killed_is_lost_and_the_rest_goes_on(
    instead: str, why: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    results = cut_with(videos["plain"], an_ffmpeg(tmp_path, instead), tmp_path / "work", limit_s=3.0)
    lost = {name: str(result) for name, result in results.items() if not isinstance(result, CutClip)}
    assert list(lost.values()) == [why]
    assert len(results) == len(WINDOWS)
    assert list((tmp_path / "work").iterdir()) == []
    again = cut_with(videos["plain"], "", tmp_path / "work", limit_s=60.0)
    assert all(isinstance(result, CutClip) for result in again.values())


@contextmanager
def an_open_pipe(path: Path) -> Iterator[None]:
    """While it lasts nobody writes to it, so that who opens it waits; afterwards it ends."""
    yield
    os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))


def test_a_clip_whose_decoder_hangs_is_given_up(
    videos: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The video, one without an index, becomes a pipe that nobody writes to: who opens it waits for ever."""
    monkeypatch.setattr(time_limit, "GRACE_S", 0.0)
    video, pipe = tmp_path / "video.mp4", tmp_path / "pipe"
    video.write_bytes(videos["fragmented"].read_bytes())
    os.mkfifo(pipe)
    results: dict[str, CutClip | UballError] = {}

    def begun(_: Progress) -> None:
        if pipe.exists():
            pipe.rename(video)

    with FileRanges(video) as source, open_video(source, tmp_path) as opened, an_open_pipe(video):
        cut_all(
            [Wanted(opened, *WINDOWS["first"], "first")],
            Recipe(),
            Tools(tmp_path / "work", limit_s=2.0),
            1,
            lambda one, result: results.__setitem__(one.name, result),
            progress=begun,
        )
    # A second of video stands between the keyframe and the window.
    assert str(results["first"]) == "it was not cut within 3 s, and was given up: its decoder hangs"
