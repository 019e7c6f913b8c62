"""`uball sync`: the audit of a game on the command line; it advises and never writes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from uball_assets.cli import main
from uball_assets_tests.videos import SyntheticVideo, make_video


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("video") / "video.mp4", SyntheticVideo(duration_s=40.0))


@pytest.fixture
def home(tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A game of three cameras that were started together; NEAR_LEFT's offset is wrong by 3 s."""
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    folder = tmp_path / "game"
    folder.mkdir()
    for angle in ("FAR_LEFT", "FAR_RIGHT", "NEAR_LEFT"):
        shutil.copy(video, folder / f"{angle}.mp4")
    assert uball("import", folder, "--game-id", "g1", "--offset", "NEAR_LEFT=3").exit_code == 0
    return tmp_path / "home"


def uball(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_wrong_offset_is_shown_suggested_and_not_written(home: Path) -> None:
    before = files(home)
    result = uball("sync", "g1", "--suggest")
    assert result.exit_code == 0
    for told in ("disagrees", "+3.000", "NEAR_LEFT=0.00", "Nothing was written"):
        assert told in result.stdout
    assert files(home) == before


@pytest.mark.usefixtures("home")
def test_without_suggest_there_is_only_the_table() -> None:
    shown = uball("sync", "g1").stdout
    assert "disagrees" in shown
    assert "NEAR_LEFT=" not in shown


@pytest.mark.usefixtures("home")
def test_the_answer_in_json() -> None:
    answer = json.loads(uball("sync", "g1", "--suggest", "--json").stdout)
    assert answer["suggested"] == {"NEAR_LEFT": pytest.approx(0.0, abs=0.02)}
    by_angle = {camera["angle"]: camera for camera in answer["cameras"]}
    assert by_angle["NEAR_LEFT"]["off_by_s"] == pytest.approx(-3.0, abs=0.02)
    assert by_angle["FAR_LEFT"]["verdict"] == "agrees"


@pytest.mark.parametrize(
    ("game_id", "says"), [("g2", "game g2 has no video"), ("../g1", "cannot name a game")]
)
@pytest.mark.usefixtures("home")
def test_a_game_that_is_not_there_is_one_line_and_exit_code_1(game_id: str, says: str) -> None:
    result = uball("sync", game_id)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert says in result.stderr


@pytest.mark.parametrize("arguments", [[], ["g1", "--search", "29"], ["g1", "--search", "x"]])
def test_wrong_use_is_exit_code_2(arguments: list[str]) -> None:
    assert uball("sync", *arguments).exit_code == 2


def test_a_person_accepts_an_offset_and_the_record_says_who_when_and_why(home: Path) -> None:
    accepting = ("sync", "g1", "--accept", "near-left", "--why", "the card was filmed later", "--by", "Ana")
    assert uball(*accepting).exit_code == 0
    told = uball(*accepting).stdout
    assert "disagrees, accepted" in told
    assert "Ana accepted it on" in told
    [entry] = [json.loads(path.read_text()) for path in (home / "training/record/sync_decisions").iterdir()]
    assert (entry["camera"], entry["by"], entry["why"]) == ("NEAR_LEFT", "Ana", "the card was filmed later")
    assert entry["recorded_at"]
    answer = json.loads(uball("sync", "g1", "--json").stdout)
    assert answer["suggested"] == {}
    assert uball("import", home.parent / "game", "--game-id", "g1", "--offset", "NEAR_LEFT=4").exit_code == 0
    assert json.loads(uball("sync", "g1", "--json").stdout)["suggested"] == {"NEAR_LEFT": 0.0}


@pytest.mark.parametrize(
    ("camera", "says"), [("FAR_LEFT", "nothing to accept"), ("NEAR_RIGHT", "no sound video")]
)
@pytest.mark.usefixtures("home")
def test_where_nothing_is_in_doubt_nothing_is_accepted(camera: str, says: str) -> None:
    result = uball("sync", "g1", "--accept", camera, "--why", "x", "--by", "Ana")
    assert result.exit_code == 1
    assert says in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--accept", "NEAR_LEFT"], ["--why", "x"], ["--by", "x"], ["--accept", "CENTER", "--why", "x"]],
)
@pytest.mark.usefixtures("home")
def test_a_decision_without_its_reason_or_camera_is_wrong_use(arguments: list[str]) -> None:
    assert uball("sync", "g1", *arguments).exit_code == 2
