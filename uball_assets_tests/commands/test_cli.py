"""`uball ...`: exit codes, one clear line on stderr, JSON for programs, and never a traceback."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.machine.circuits import Circuits
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.cli import main
from uball_assets.domain.circuits import Rule
from uball_assets.domain.errors import Permanent, ServiceDown, Transient
from uball_assets.domain.plays.labels import LABELS
from uball_assets.importing import checking
from uball_assets.settings import Settings
from uball_assets_tests.videos import SyntheticVideo, make_video

SHARE = {"low": 0.5, "value": 0.75, "high": 0.9}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("video") / "video.mp4", SyntheticVideo(duration_s=6))


@pytest.fixture
def folder(tmp_path: Path, video: Path) -> Path:
    folder = tmp_path / "game"
    folder.mkdir()
    shutil.copy(video, folder / "FAR_LEFT.mp4")
    (folder / "plays.csv").write_text("side,start,end,label\nLEFT,1,3,STEAL\nLEFT,3,5,SLAM\n")
    return folder


def uball(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_status_tells_first_which_service_is_down_and_when_it_is_asked_again(home: Path) -> None:
    circuit = Circuits(home / "circuits", Rule()).of("gs://league-videos")
    for _ in range(3):
        with pytest.raises(ServiceDown), circuit.asking():
            raise ServiceDown("cannot list gs://league-videos/Games/: the service answers 503")
    first, *_ = uball("status").stdout.splitlines()
    assert re.match(
        r"gs://league-videos is down \(open, 3 failures in a row, asked again in \d+ s\): cannot list", first
    )
    [told] = json.loads(uball("status", "--json").stdout)["troubled"]
    assert (told["source"], told["state"], told["failures"]) == ("gs://league-videos", "open", 3)


def record(home: Path, kind: str, **entry: Any) -> None:
    registry = StoreRegistry(FolderStore(home / "training"), lambda: datetime(2026, 3, 18, tzinfo=UTC))
    registry.append(kind, entry, key=str(len(registry.entries(kind))))


@pytest.fixture
def season(home: Path) -> None:
    """One game learned, one refused; two models, of which the second serves."""
    counts = {"rows": 9, "plays": 8, "clips_wanted": 16, "clips_accepted": 15, "quarantined": 2}
    examples = {"train_count": 12, "validation_count": 3}
    record(
        home,
        "games",
        game_id="g1",
        grade="B",
        reasons=["one clip"],
        cameras=["FAR_LEFT"],
        **counts,
        **examples,
    )
    record(home, "games", game_id="g2", grade="F", reasons=["no camera"], cameras=[], **counts, **examples)
    for version in (1, 2):
        name, label = f"basketball-model-v{version}-1games", f"v{version}-1games"
        record(home, "models", name=name, label=label, game_ids=["g1"], game_count=1, train_count=12)
        for evaluation_set in ("older", "newest"):
            share = SHARE | {"value": 0.1 * version if evaluation_set == "newest" else 0.0}
            record(
                home,
                "evaluations",
                model=name,
                yardstick_hash=evaluation_set,
                play_accuracy=share,
                three_four=share,
            )
    record(
        home, "routes", generation=1, routes=[{"model": "basketball-model-v2-1games", "weight_percent": 100}]
    )
    record(home, "annotations", game_id="g1", model="basketball-model-v2-1games")


HELP = """
import sys
from uball_assets.cli import main
main(["--help"], standalone_mode=False)
print(*{name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names, file=sys.stderr)
"""
LIGHT = {"click", "uball_assets", "tabulate", "wcwidth"}


def test_help_is_there_within_a_blink_for_it_loads_next_to_nothing() -> None:
    """In a process of its own, as a person runs it. Each heavy library would cost up to seconds."""
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    assert "Commands:" in done.stdout
    loaded = {name for name in done.stderr.split() if not name.startswith("_")}
    assert loaded <= LIGHT


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_help_and_answers_in_json(command: str) -> None:
    parts = getattr(main.commands[command], "commands", {None: None})
    for part in parts:
        assert "--json" in uball(command, *([part] if part else []), "--help").output
    assert len(main.commands[command].help or "") > 20


def test_the_leagues_labels_stand_in_the_help_of_import() -> None:
    shown = " ".join(uball("import", "--help").output.split())
    assert f"Labels of plays: {', '.join(LABELS)}." in shown


def test_the_grade_that_a_game_will_get_is_told_before_it_comes_in(folder: Path) -> None:
    shown = uball("import", folder, "--game-id", "g1", "--plays", folder / "plays.csv", "--dry-run").stdout
    assert "Grade at best: F (0.45), it stays out of training" in shown
    assert "1 of 2 rows are not sound (-0.150)" in shown
    assert "of 1 plays, 1 have no timestamp" in shown
    assert "no row has timestamp_seconds, note, player_a, events" in shown


def test_settings_are_shown_with_their_reasons() -> None:
    shown = uball("settings").output
    assert "UBALL_EPOCHS=1\n" in shown
    assert "   (set)" in shown


def test_settings_in_json(home: Path) -> None:
    answer = json.loads(uball("settings", "--json").stdout)
    assert answer["UBALL_HOME"]["value"] == str(home)
    assert answer["UBALL_HOME"]["is_default"] is False


def test_an_older_name_is_noted_on_stderr_and_json_stays_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_S3_REGION", "eu-west-1")
    result = uball("settings", "--json")
    assert "note: AWS_S3_REGION is an older name" in result.stderr
    assert json.loads(result.stdout)["UBALL_AWS_REGION"]["value"] == "eu-west-1"


def test_a_game_is_imported_and_what_is_wrong_is_told(folder: Path, home: Path) -> None:
    result = uball("import", folder, "--game-id", "g1", "--plays", folder / "plays.csv", "--offset", "fl=0.5")
    assert result.exit_code == 0
    for told in ("FAR_LEFT", "+0.5 s", "plays.csv line 3", "SLAM", "game g1 is a partition now", "make dev"):
        assert told in result.stdout
    assert (home / "videos" / "Games" / "g1" / "FAR_LEFT.mp4").exists()


def test_an_import_in_json(folder: Path) -> None:
    result = uball("import", folder, "--game-id", "g1", "--plays", folder / "plays.csv", "--json")
    answer = json.loads(result.stdout)
    assert (answer["rows"], answer["sound_plays"], answer["is_partition"]) == (2, 1, True)
    assert [camera["stored_as"] for camera in answer["cameras"]] == ["Games/g1/FAR_LEFT.mp4"]
    assert {entry["what"] for entry in answer["losses"]} >= {"camera NEAR_LEFT", "camera FAR_RIGHT"}


def test_a_table_of_an_older_windows_is_refused_and_taken_with_its_setting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plays, offsets = folder / "windows.csv", folder / "offsets.csv"
    plays.write_bytes("side;start;end;label;note\nLEFT;1;3;STEAL;Jørgensen\n".encode("cp1252"))
    offsets.write_text("FAR_LEFT;0,5\n")
    arguments = ("import", folder, "--game-id", "g1", "--plays", plays, "--offsets", offsets, "--dry-run")
    refused = uball(*arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "UBALL_PLAYS_ENCODING=cp1252" in refused.stderr
    monkeypatch.setenv("UBALL_PLAYS_ENCODING", "cp1252")
    taken = uball(*arguments)
    assert taken.exit_code == 0
    assert "+0.5 s" in taken.stdout
    assert "windows.csv: read as cp1252" in taken.stdout


def test_a_dry_run_writes_nothing(folder: Path, home: Path) -> None:
    result = uball("import", folder, "--game-id", "g1", "--dry-run")
    assert "Nothing was written" in result.stdout
    assert not home.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere", "--game-id", "g1"], "there is no folder nowhere"),
        (["{folder}", "--game-id", "a b"], "cannot name a game"),
        (["{folder}", "--game-id", "g1", "--offset", "up=1"], "'up' is no camera"),
        (["{folder}", "--game-id", "g1", "--plays", "{folder}/FAR_LEFT.mp4"], "it is no table"),
        (["{folder}", "--game-id", "g1", "--offsets", "{folder}/FAR_LEFT.mp4"], "it is no table"),
        (["{folder}", "--game-id", "g1", "--date", "yesterday"], "is no date"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_1(folder: Path, arguments: list[str], says: str) -> None:
    result = uball("import", *[argument.format(folder=folder) for argument in arguments])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert says in result.stderr


@pytest.mark.parametrize(
    "arguments", [["import"], ["nonsense"], ["status", "--nonsense"], ["import", "x", "--offset", "q"]]
)
def test_wrong_use_is_exit_code_2(arguments: list[str]) -> None:
    assert uball(*arguments).exit_code == 2


def test_wrong_use_of_offset_says_how() -> None:
    result = uball("import", "x", "--game-id", "g1", "--offset", "q")
    assert result.exit_code == 2
    assert "FAR_LEFT=1.25" in result.stderr


def required_of(command: str) -> list[str]:
    """What a command cannot do without, and one of those that it needs one of."""
    words = {
        "dead-letters": ["list"],
        "instance": ["show"],
        "keys": ["list"],
        "migrate": ["--all"],
        "tune": ["--plan"],
    }.get(command, [])
    for each in main.commands[command].params:
        if each.required:
            words += ["g1"] if isinstance(each, click.Argument) else [each.opts[0], "a reason"]
    return words


def test_a_setting_that_cannot_be_is_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_WORKERS", "many")
    for command in sorted(main.commands.keys() - {"clip", "doctor", "import", "probe", "sync", "version"}):
        result = uball(command, *required_of(command))
        assert result.exit_code == 1, command
        assert result.stderr.startswith("Error: UBALL_WORKERS is 'many'"), command


def test_what_may_pass_is_exit_code_75(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise Transient("the disc is busy")

    monkeypatch.setattr(checking, "check_game", busy)
    result = uball("import", folder, "--game-id", "g1")
    assert (result.exit_code, result.stderr) == (75, "Error: the disc is busy; try again\n")


def test_a_folder_that_may_not_be_written_is_no_traceback(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "a file" / "home"))
    result = uball("import", folder, "--game-id", "g1")
    assert result.exit_code == 1
    assert "a file" in result.stderr
    assert result.stderr.count("\n") == 1 + result.stderr.count("copying")


def test_a_platform_without_games_says_what_to_do() -> None:
    assert "uball import" in uball("status").stdout


def test_an_imported_game_waits(folder: Path) -> None:
    uball("import", folder, "--game-id", "g1")
    (game,) = json.loads(uball("status", "--json").stdout)["games"]
    assert (game["game_id"], game["grade"], game["first_model"]) == ("g1", None, None)
    shown = uball("status").stdout
    assert "waiting" in shown
    assert " of 0" not in shown, "what it holds is not known yet, and is not nothing"


def test_a_game_that_nobody_annotated_is_to_annotate_and_not_bad(home: Path, folder: Path) -> None:
    uball("import", folder, "--game-id", "g1", "--date", "2026-03-20", "--team-a", "Gray", "--team-b", "Blue")
    state = {"game_id": "g1", "grade": "F", "reasons": ["no play"], "cameras": [], "rows": 0, "plays": 0}
    record(home, "games", **state)
    (game,) = json.loads(uball("status", "--json").stdout)["games"]
    assert (game["verdict"], game["grade"], game["reasons"]) == ("to annotate", None, [])
    assert game["title"] == "2026-03-20, Gray - Blue"
    shown = uball("status").stdout
    assert "to annotate" in shown
    assert "2026-03-20, Gray - Blue" in shown


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("cannot write f: no space left; free some and run it again", "free some and run it again"),
        ("the database is locked", "the database is locked; try again"),
    ],
    ids=["a full disk", "a passing trouble"],
)
def test_a_passing_trouble_says_its_remedy_once(
    message: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Transient(message)

    monkeypatch.setattr("uball_assets.status.read_status", refuse)
    result = uball("status")
    assert result.exit_code == 75
    assert result.stderr.strip().endswith(told)
    assert result.stderr.count("again") == 1


@pytest.mark.usefixtures("season")
def test_status_tells_every_game_and_every_model() -> None:
    answer = json.loads(uball("status", "--json").stdout)
    games = {game["game_id"]: game for game in answer["games"]}
    assert (games["g1"]["grade"], games["g1"]["first_model"]) == ("B", "v1-1games")
    assert games["g1"]["annotated_by"] == "basketball-model-v2-1games"
    assert (games["g2"]["grade"], games["g2"]["reasons"], games["g2"]["first_model"]) == (
        "F",
        ["no camera"],
        None,
    )
    assert [(model["label"], model["weight_percent"]) for model in answer["models"]] == [
        ("v1-1games", 0),
        ("v2-1games", 100),
    ]
    assert [round(model["play_accuracy"]["value"], 3) for model in answer["models"]] == [0.1, 0.2]


@pytest.mark.usefixtures("season")
def test_status_for_a_person() -> None:
    shown = uball("status").stdout
    for told in ("8 of 9", "15 of 16", "12 + 3", "v2-1games", "20.0% (50.0% to 90.0%)", "100 %"):
        assert told in shown


@pytest.mark.usefixtures("season")
def test_a_damaged_record_is_told_and_the_rest_is_shown(home: Path) -> None:
    (home / "training" / "record" / "models" / "000001.json").write_text("{")
    result = uball("status")
    assert result.exit_code == 1
    assert "models/000001.json is damaged" in result.stderr
    assert "not affected: cutting clips, picking up games" in result.stderr
    assert "8 of 9" in result.stdout
    assert json.loads(uball("status", "--json").stdout)["damaged"]


def test_files_that_systems_and_people_leave_lying_about_stop_nothing_and_are_named(home: Path) -> None:
    strangers = ["training/record/models/Thumbs.db", "training/record/notes.txt", "videos/Games/notes.txt"]
    for name in (*strangers, "training/record/models/.DS_Store"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(b"x")
    record(home, "games", game_id="g1")
    result = uball("status")
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if line.startswith("  file:")] == [
        f"  {(home / name).as_uri()}" for name in strangers
    ]
    assert uball("why").exit_code == 0


def test_why_says_in_words_what_is_missing() -> None:
    said = uball("why").stdout
    assert said.startswith("training   waiting: no game is ready to be learned from\n")
    assert "promotion  there is no model to promote yet" in said
    told = json.loads(uball("why", "--json").stdout)
    assert told["reason"] == told["training"]["so"] == "waiting: no game is ready to be learned from"
    assert set(told["promotion"]) == {"so", "needs", "next_look"}


def logged(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_an_import_and_a_removal_write_lines_for_programs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("import", folder, "--game-id", "g1", "--plays", folder / "plays.csv")
    assert uball(*arguments).exit_code == 0
    log = tmp_path / "log.jsonl"
    monkeypatch.setenv("UBALL_JSON_LOG", str(log))
    assert uball(*arguments).exit_code == 0
    lines = logged(log)
    assert {(line["component"], line["game"]) for line in lines} == {("uball import", "g1")}
    [camera] = [line for line in lines if line["camera"]]
    assert camera["camera"] == "FAR_LEFT"
    assert "sound" in camera["message"]
    assert "2 rows of plays, 1 of them sound" in [line["message"] for line in lines]
    assert any(line["level"] == "WARNING" and "SLAM" in line["message"] for line in lines)
    assert (lines[0]["message"], lines[-1]["message"][:8]) == ("begins", "done in ")
    log.unlink()
    assert uball("remove", "g1", "--yes").exit_code == 0
    said = [line["message"] for line in logged(log)]
    assert "deleting Games/g1/FAR_LEFT.mp4" in said
    assert {line["component"] for line in logged(log)} == {"uball remove"}


def test_what_a_command_refuses_is_a_line_for_programs_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UBALL_JSON_LOG", str(tmp_path / "log.jsonl"))
    result = uball("tune", "--plan")
    assert result.exit_code == 1
    last = logged(tmp_path / "log.jsonl")[-1]
    assert (last["component"], last["level"]) == ("uball tune", "ERROR")
    assert last["message"].startswith("failed: there is no training set to plan with")


@pytest.mark.parametrize(
    ("given", "tracked_at"), [("", "off"), ("https://mlflow.example", "https://mlflow.example")]
)
def test_the_demo_is_tracked_only_where_that_is_asked_for(
    given: str, tracked_at: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Settings] = []

    def run_demo(settings: Settings, _: object) -> None:
        told.append(settings)
        raise Permanent("seen")

    monkeypatch.setattr("uball_assets.demo.run.run_demo", run_demo)
    monkeypatch.setenv("UBALL_TRACKING_URL", given)
    uball("demo")
    assert [(settings.tracking_url, settings.home) for settings in told] == [(tracked_at, home)]
