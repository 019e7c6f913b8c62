"""`uball probe` as a person runs it: what a video is, and by its exit code whether it is sound."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from uball_assets.cli import main
from uball_assets.media.probing.probe import Probe
from uball_assets_tests.faults.videos import BROKEN_VIDEOS, SOUND_VIDEOS, BrokenVideo
from uball_assets_tests.videos import SyntheticVideo, make_video


def probe(*words: object) -> Result:
    return CliRunner().invoke(main, ["probe", *map(str, words)])


@pytest.mark.parametrize("video", SOUND_VIDEOS.values(), ids=SOUND_VIDEOS)
def test_a_sound_video_is_exit_code_0(video: SyntheticVideo, tmp_path: Path) -> None:
    result = probe(make_video(tmp_path / "video.mp4", video))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "verdict    sound\n" in result.stdout


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("broken", BROKEN_VIDEOS.values(), ids=BROKEN_VIDEOS)
def test_any_other_video_is_exit_code_1_and_one_line_that_says_why(
    broken: BrokenVideo, form: list[str], tmp_path: Path
) -> None:
    broken.make(tmp_path / "video.mp4")
    result = probe(tmp_path / "video.mp4", *form)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert "video.mp4 is " in result.stderr
    if (tmp_path / "video.mp4").stat().st_size == 0:
        return
    assert broken.verdict in result.stderr
    if form:
        told = json.loads(result.stdout)
        assert told["verdict"] == broken.verdict
        assert told["reasons"][0] in result.stderr
    else:
        assert re.search(rf"^verdict +{broken.verdict}$", result.stdout, re.MULTILINE)


def test_a_person_reads_what_matters(tmp_path: Path) -> None:
    video = make_video(tmp_path / "video.mp4", SyntheticVideo(index_at_end=True, rotation_deg=90))
    shown = probe(video).stdout
    for told in (
        "file       " + str(video),
        "duration   0:06, shown from 0:00 to 0:06",
        "160 x 90, h264",
        "15.00 frames a second, constant, 90 frames",
        "6, every 1.00 s, at most 1.00 s apart",
        "sound      aac",
        "rotation   90 degrees",
        "chapters   none",
        "at the end, ",
        "note       ",
    ):
        assert told in shown


def test_json_tells_every_fact(tmp_path: Path) -> None:
    told = json.loads(probe(make_video(tmp_path / "video.mp4"), "--json").stdout)
    assert told.keys() == {field.name for field in fields(Probe)} | {"source"}
    assert (told["codec"], told["frame_count"], told["notes"]) == ("h264", 90, [])


def test_where_there_is_no_video_there_is_one_line(tmp_path: Path) -> None:
    result = probe(tmp_path / "none.mp4")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == f"Error: there is no video {tmp_path}/none.mp4: correct the path\n"
