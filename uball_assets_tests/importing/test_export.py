"""`uball export`: what it writes is loaded elsewhere, and read back by `uball import`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.stores import documents
from uball_assets.cli import main
from uball_assets.commands.league.export import _FORMS
from uball_assets.domain.exports.formats import FORMATS
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import check_rows
from uball_assets.importing.tables import read_play_table
from uball_assets.resources import plays_database, training_store
from uball_assets.settings import Settings
from uball_assets_tests.domain.samples import a_row


@pytest.fixture
def league(settings: Settings) -> Settings:
    """One game of two plays; FAR_LEFT was started 90 s late, NEAR_RIGHT with the game."""
    rows = [
        a_row(note="=1+1"),
        a_row(id="p2", start_timestamp=20.0, end_timestamp=30.0, timestamp_seconds=25.0, angle="RIGHT"),
    ]
    game = {"id": "g1", "date": "2026-03-18", "team1_display_name": "Gray", "team2_display_name": "Teal"}
    plays_database(settings).add_game(game, rows, [])
    rig = Rig("g1", (camera(Angle.FAR_LEFT, -90.0), camera(Angle.NEAR_RIGHT, 0.0)), (), "h")
    documents.save(training_store(settings), object_names.rig("g1"), rig)
    return settings


def camera(angle: Angle, sync_offset_s: float) -> Camera:
    filmed = Window(0.0, 1000.0)
    return Camera(angle, f"{angle}.mp4", "f", 1, filmed, sync_offset_s, 30.0, 320, 180, "h264", "sound")


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_the_commands_forms_are_all_there_are() -> None:
    assert tuple(FORMATS) == _FORMS


@pytest.mark.parametrize("form", ["csv", "rows"])
def test_a_game_goes_out_and_comes_back_unchanged(league: Settings, form: str, tmp_path: Path) -> None:
    path = tmp_path / f"plays{FORMATS[form].suffix}"
    done = uball("export", "g1", "--as", form, "-o", str(path))
    rows = plays_database(league).plays("g1")
    assert done.exit_code == 0, done.output
    assert check_rows(read_play_table(path, "g1").rows, {}) == check_rows(rows, {})


@pytest.mark.usefixtures("league")
def test_a_timeline_is_laid_over_the_first_cameras_video_and_says_so() -> None:
    done = uball("export", "g1", "--as", "sportscode")
    assert "<start>10.000</start>" in done.stdout
    assert done.stdout.count("<instance>") == 1
    assert done.stderr == (
        "1 plays by people, on the clock of FAR_LEFT; 1 before that video begins are left out\n"
    )


@pytest.mark.usefixtures("league")
def test_what_was_written_is_told_as_json_where_it_has_a_file(tmp_path: Path) -> None:
    path = tmp_path / "g1.xml"
    done = uball("export", "g1", "--as", "sportscode", "-o", str(path), "--json")
    told = {"file": str(path), "plays": 1, "by": "people", "clock": "FAR_LEFT", "left_out": 1}
    assert json.loads(done.stdout) == told
    assert path.read_text().count("<instance>") == 1
    assert uball("export", "g1", "--json").exit_code == 2


@pytest.mark.usefixtures("league")
def test_another_camera_or_game_time_can_be_asked_for() -> None:
    for clock in ("game", "NEAR_RIGHT"):
        done = uball("export", "g1", "--as", "dartfish", "--camera", clock)
        assert "4PT_MAKE,20000,10000" in done.stdout


@pytest.mark.usefixtures("league")
def test_excels_mark_stands_first_where_it_is_asked_for() -> None:
    assert uball("export", "g1", "--bom").stdout_bytes.startswith(b"\xef\xbb\xbfid,")
    assert uball("export", "g1", "--as", "json", "--bom").stdout_bytes.startswith(b"{")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["g9"], "there is no game g9"),
        (["../g1"], "cannot name a game"),
        (["g1", "--of", "model"], "no model has annotated game g1"),
        (["g1", "--camera", "FAR_RIGHT"], "has no camera FAR_RIGHT; it has FAR_LEFT, NEAR_RIGHT"),
    ],
)
@pytest.mark.usefixtures("league")
def test_what_cannot_be_exported_is_refused_in_words(arguments: list[str], says: str) -> None:
    done = uball("export", *arguments)
    assert done.exit_code == 1
    assert says in done.stderr
