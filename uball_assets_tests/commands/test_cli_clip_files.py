"""Where `uball clip` reads and writes: addresses, names, targets, and what is left when it is ended."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from uball_assets_tests.adapters.videos.test_http_ranges import Server
from uball_assets_tests.clipping import (
    COMMAND,
    WINDOW,
    clip,
    here,
    made,
    numbers_between,
    numbers_in,
    refused,
    videos,
)
from uball_assets_tests.processes import AFRESH
from uball_assets_tests.videos import SyntheticVideo, make_video

__all__ = ["here", "videos"]

WEIRD_NAMES = {
    "blanks": "far left.mp4",
    "quotes": 'it\'s "the" video.mp4',
    "unicode": "Spiel – größe 🏀.mp4",
    "percent": "100%25 100%.mp4",
    "new-line": "two\nlines.mp4",
    "escape": "\x1b[31mred.mp4",
    "no-utf-8": os.fsdecode(b"caf\xe9.mp4"),
    "no-suffix": "video",
    "hidden": ".video.mp4",
    "like-an-address": "http:video.mp4",
    "shell": "$(touch x);`id`&.mp4",
}


@pytest.fixture
def server(videos: dict[str, Path]) -> Iterator[Server]:
    with Server() as server:
        server.content = videos["b-frames"].read_bytes()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("name", WEIRD_NAMES.values(), ids=WEIRD_NAMES)
def test_any_name_of_a_video_and_of_a_clip_will_do(
    name: str, videos: dict[str, Path], tmp_path: Path
) -> None:
    video = tmp_path / name
    video.write_bytes(videos["plain"].read_bytes())
    made(video, *WINDOW)
    (default,) = Path.cwd().iterdir()
    assert default.name.endswith("_0m02.013s-0m03.777s.mp4")
    result = clip(video, *WINDOW, "-o", name)
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 7
    assert "\x1b" not in result.stdout
    assert Path(name).read_bytes() == default.read_bytes()


def test_a_name_like_an_option_stands_behind_two_dashes(videos: dict[str, Path]) -> None:
    Path("-video.mp4").write_bytes(videos["plain"].read_bytes())
    assert clip(*WINDOW, "--", "-video.mp4").exit_code == 0
    assert Path("video_0m02.013s-0m03.777s.mp4").exists()


def test_a_file_address_is_percent_encoded(videos: dict[str, Path], tmp_path: Path) -> None:
    video = tmp_path / "far left 100%.mp4"
    video.write_bytes(videos["plain"].read_bytes())
    assert made(video.as_uri(), *WINDOW)["source"] == str(video)


def test_what_is_no_video_file_is_refused_without_opening_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for source, says in {
        tmp_path: "is a folder",
        "/dev/zero": "is a device or a pipe",
        tmp_path / "pipe": "is a device or a pipe",
        tmp_path / "none.mp4": "there is no video",
        "file://elsewhere/video.mp4": "names no file of this machine",
        "file:video.mp4": "there is no video",
        "ftp://host/video.mp4": "is no video's address",
        "gs://bucket": "names no object",
        "s3:///video.mp4": "names no object",
    }.items():
        assert says in refused(source, *WINDOW)


def test_a_video_far_away_is_read_by_ranges_only(server: Server, videos: dict[str, Path]) -> None:
    told = made(server.url, "--from", 1.5, "--to", 2.5)
    assert numbers_in(told) == numbers_between(videos["b-frames"], 1.5, 2.5)
    assert told["file"] == "FAR_LEFT_0m01.5s-0m02.5s.mp4"
    assert "secret" not in json.dumps(told)
    assert told["read_bytes"] > 0
    assert all(server.requests)


def test_a_video_far_away_that_cannot_be_had_is_refused_without_its_signature(server: Server) -> None:
    server.statuses = [404]
    said = refused(server.url, *WINDOW)
    assert "FAR_LEFT.mp4: there is nothing" in said
    assert "secret" not in said


def test_a_video_cut_off_on_the_server_is_refused(server: Server) -> None:
    server.content = server.content[: len(server.content) // 2]
    assert "outside the video" in refused(server.url, "--from", 4, "--to", 5)


def test_a_clip_that_is_there_stays_unless_forced(videos: dict[str, Path]) -> None:
    Path("play.mp4").write_text("mine")
    assert "already there" in refused(videos["plain"], *WINDOW, "-o", "play.mp4")
    assert Path("play.mp4").read_text() == "mine"
    assert made(videos["plain"], *WINDOW, "-o", "play.mp4", "--force")["frame_count"] == 26
    assert [path.name for path in Path.cwd().iterdir()] == ["play.mp4"]


def test_a_target_that_cannot_be_written_is_refused(videos: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    video = tmp_path / "video.mp4"
    video.write_bytes(videos["plain"].read_bytes())
    (tmp_path / "link.mp4").symlink_to(video)
    for target, says in {
        tmp_path: "is a folder",
        tmp_path / "nowhere" / "play.mp4": "there is no folder",
        tmp_path / "a file" / "play.mp4": "there is no folder",
        "/proc/play.mp4": "cannot write /proc/play.mp4",
        "/dev/null": "is no file that can be replaced",
        "x" * 300: "name is too long",
        video: "is the video itself",
        tmp_path / "link.mp4": "is the video itself",
    }.items():
        assert says in refused(video, *WINDOW, "-o", target, "--force")
    assert video.read_bytes() == videos["plain"].read_bytes()


def test_a_clip_may_be_read_by_those_who_may_read_other_files(videos: dict[str, Path]) -> None:
    Path("other").write_text("")
    made(videos["plain"], *WINDOW, "-o", "play.mp4")
    assert Path("play.mp4").stat().st_mode == Path("other").stat().st_mode


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=str)
def test_a_clip_ended_half_way_leaves_nothing(name: signal.Signals, here: Path, tmp_path: Path) -> None:
    """Slow enough that it surely is half-way when its work folder stands there."""
    video = make_video(tmp_path / "video.mp4", SyntheticVideo(duration_s=30))
    words = [*AFRESH, *COMMAND, str(video), "--from", "0", "--to", "30", "--height", "1440", "-o", "play.mp4"]
    pipe, folder = subprocess.PIPE, {"TMPDIR": str(here)}
    with subprocess.Popen(words, env=folder, text=True, stdout=pipe, stderr=pipe) as running:
        while not list(here.rglob("*.mp4")):
            assert running.poll() is None
            time.sleep(0.01)
        running.send_signal(name)
        said = running.communicate()
    assert running.returncode == 1
    assert said == ("", "\nAborted!\n")
    assert list(here.iterdir()) == []


def test_a_terminal_shows_how_far_the_reading_is(server: Server) -> None:
    leader, follower = pty.openpty()
    words = [*COMMAND, server.url, "--from", "1", "--to", "2", "-o", "play.mp4"]
    subprocess.run(words, stderr=follower, stdout=subprocess.PIPE, check=True)
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert "reading" in shown
    assert "kB/s" in shown or "MB/s" in shown
    assert "100%" in shown
