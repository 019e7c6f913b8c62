"""Settings: defaults, where they come from, and what is said of one that cannot be."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from uball_assets.adapters.models.local import model
from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.settings import DEMO_HOME, Settings, find_checkout, load_settings
from uball_assets.settings.env_file import env_file
from uball_assets.settings.names import described

SECRET = "ey-very-secret"  # noqa: S105 - not one


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "workspace.yaml").write_text("module_name: uball_assets.definitions\n")
    monkeypatch.chdir(folder)
    return folder


def test_the_defaults_lie_in_the_checkout_and_need_no_account(checkout: Path) -> None:
    settings = load_settings()
    assert settings.home == checkout / ".uball"
    assert settings.videos_url == str(checkout / ".uball" / "videos")
    assert settings.training_url == str(checkout / ".uball" / "training")
    assert settings.plays_url == f"sqlite:///{checkout / '.uball' / 'plays.db'}"
    assert settings.trainer == "local"
    assert settings.retrain_first_thresholds == (1, 4, 5)
    assert not settings.automation_on
    assert settings.notices == ()


def test_the_default_base_is_the_local_trainers_own() -> None:
    assert load_settings().base_model == model.BASE


def test_loading_writes_nothing(checkout: Path) -> None:
    load_settings()
    assert [path.name for path in checkout.iterdir()] == ["workspace.yaml"]


def test_everything_follows_the_home(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_HOME", "season 2")
    settings = load_settings()
    assert settings.home == checkout / "season 2"
    assert settings.plays_url == f"sqlite:///{checkout}/season 2/plays.db"
    assert settings.cache == checkout / "season 2" / "cache"


@pytest.mark.parametrize(
    ("home", "league"),
    [
        (None, "uball"),
        (".uball", "uball"),
        (".uball/demo", "uball-demo"),
        ("season 2", "uball-season-2"),
        ("/data/.uball", "uball-uball"),
        ("/data/ü", "uball-home"),
    ],
)
@pytest.mark.usefixtures("checkout")
def test_a_league_is_called_after_its_home(
    home: str | None, league: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a code location may be called; one's own as it was when there was only one."""
    if home:
        monkeypatch.setenv("UBALL_HOME", home)
    assert load_settings().league == league


def test_a_command_s_own_home_is_taken_only_where_none_is_set(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings(DEMO_HOME).home == checkout / ".uball" / "demo"
    (checkout / ".env").write_text("UBALL_HOME=written\n")
    assert load_settings(DEMO_HOME).home == checkout / "written"
    monkeypatch.setenv("UBALL_HOME", "set")
    assert load_settings(DEMO_HOME).home == checkout / "set"


OF_A_LEAGUE = {
    "UBALL_LEAGUE": "north",
    "UBALL_INSTANCE_URL": "postgresql://u:p@db.example/dagster",
    "UBALL_INSTANCE_FOLDER": "/var/lib/uball/dagster",
    "UBALL_LOGS_URL": "gs://logs",
    "UBALL_BACKUP_URL": "gs://backups",
    "UBALL_VIDEOS_URL": "gs://videos",
    "UBALL_TRAINING_URL": "gs://training",
    "UBALL_PLAYS_URL": "supabase",
    "SUPABASE_URL": "https://db.example",
    "SUPABASE_SERVICE_KEY": SECRET,
    "UBALL_WAREHOUSE_URL": "bigquery://project/data",
    "UBALL_TRAINER": "vertex",
    "GCP_PROJECT_ID": "project",
    "UBALL_ALERT_WEBHOOK_URL": "https://hooks.example",
}


@pytest.mark.parametrize("where", ["environment", "file"])
def test_in_its_own_home_the_demo_takes_nothing_that_leads_to_a_league(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    given = {**OF_A_LEAGUE, "GCS_VIDEO_BUCKET": "older-name", "UBALL_EPOCHS": "3"}
    if where == "file":
        (checkout / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    else:
        for name, value in given.items():
            monkeypatch.setenv(name, value)
    assert load_settings().instance_url is not None
    demo = load_settings(DEMO_HOME)
    assert demo.model_fields_set == {"home", "epochs"}
    assert demo.instance_folder == checkout / DEMO_HOME / "dagster"
    assert demo.notices[-1].endswith(f"does without {', '.join(sorted(OF_A_LEAGUE))}")

    monkeypatch.setenv("UBALL_HOME", str(DEMO_HOME))
    assert load_settings() == demo, "whatever the demo starts is in its home, too"
    monkeypatch.setenv("UBALL_HOME", "a cloud to try")
    assert load_settings(DEMO_HOME).training_url == "gs://training"


@pytest.mark.parametrize(
    ("url", "stands_for"),
    [
        ("videos", "{checkout}/videos"),
        ("/data/videos", "/data/videos"),
        ("file:///data/videos", "file:///data/videos"),
        ("gs://bucket", "gs://bucket"),
        ("s3://bucket/folder", "s3://bucket/folder"),
    ],
)
def test_a_relative_folder_counts_from_the_checkout(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, url: str, stands_for: str
) -> None:
    monkeypatch.setenv("UBALL_VIDEOS_URL", url)
    assert load_settings().videos_url == stands_for.format(checkout=checkout)


def test_the_checkout_is_found_from_a_folder_within_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(checkout / "a" / "b")
    assert find_checkout() == checkout


def test_dagster_home_names_the_checkout_from_anywhere(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", str(checkout))
    assert find_checkout() == checkout


def test_the_dagster_home_of_another_project_is_not_the_checkout(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    assert find_checkout() == checkout


def test_the_environment_wins_over_the_file(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / ".env").write_text("UBALL_EPOCHS=3\nUBALL_SEED=11\nGCP_PROJECT_ID=league\nOTHER=1\n")
    monkeypatch.setenv("UBALL_EPOCHS", "2")
    settings = load_settings()
    assert (settings.epochs, settings.seed, settings.gcp_project_id) == (2, 11, "league")


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_EPOCHS", "")
    assert load_settings().epochs == 1


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_RETRAIN_FIRST_THRESHOLDS", "2, 3")
    monkeypatch.setenv("UBALL_ATTEMPT_BACKOFF_S", "[1.5]")
    monkeypatch.setenv("UBALL_BENCHMARK_GAMES", "g1,g2")
    settings = load_settings()
    assert settings.retrain_first_thresholds == (2, 3)
    assert settings.attempt_backoff_s == (1.5,)
    assert settings.benchmark_games == ("g1", "g2")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"UBALL_WORKERS": "many"}, "UBALL_WORKERS is 'many': input should be a valid integer"),
        ({"UBALL_WORKERS": "0"}, "UBALL_WORKERS is '0': input should be greater than or equal to 1"),
        ({"UBALL_TRAINER": "cloud"}, "UBALL_TRAINER is 'cloud': input should be 'local' or 'vertex'"),
        ({"UBALL_TRAINER": "vertex"}, "UBALL_TRAINER=vertex needs GCP_PROJECT_ID"),
        ({"UBALL_VIDEO_URL": "x"}, "no setting UBALL_VIDEO_URL: did you mean UBALL_VIDEOS_URL?"),
        ({"UBALL_XYZZY": "x"}, "no setting UBALL_XYZZY: `uball settings` lists them all"),
        ({"UBALL_VIDEOS_URL": "ftp://x"}, "UBALL_VIDEOS_URL is 'ftp://x': ftp:// is no store: use a folder"),
        ({"UBALL_PLAYS_URL": "mysql://x"}, "UBALL_PLAYS_URL is 'mysql://x': no database"),
        ({"UBALL_PLAYS_URL": "sqlite:///"}, "UBALL_PLAYS_URL is 'sqlite:///': no database"),
        ({"UBALL_PLAYS_ENCODING": "nope"}, "UBALL_PLAYS_ENCODING is 'nope': no encoding has that name"),
        ({"UBALL_PLAYS_URL": "supabase"}, "needs SUPABASE_URL and SUPABASE_SERVICE_KEY"),
        ({"UBALL_FFMPEG": "no-such-program"}, "UBALL_FFMPEG is 'no-such-program': no program"),
        ({"UBALL_CLIP_HEIGHT_PX": "7"}, "input should be a multiple of 2"),
        ({"UBALL_CLIP_MODE": "copy"}, "UBALL_CLIP_MODE is 'copy': input should be 'smart', 'edit', "),
        ({"UBALL_CLIP_FRAME_RATE": "0"}, "UBALL_CLIP_FRAME_RATE is '0': input should be greater than 0"),
        ({"UBALL_CLIP_SLOW_MOTION": "0.5"}, "UBALL_CLIP_SLOW_MOTION is '0.5': input should be greater than"),
        (
            {"UBALL_CLIP_MODE": "smart", "UBALL_CLIP_HEIGHT_PX": "480"},
            "which UBALL_CLIP_HEIGHT_PX would change: set UBALL_CLIP_MODE=reencode",
        ),
        (
            {"UBALL_CLIP_MODE": "edit", "UBALL_CLIP_FRAME_RATE": "10", "UBALL_CLIP_SLOW_MOTION": "2"},
            "which UBALL_CLIP_FRAME_RATE, UBALL_CLIP_SLOW_MOTION would change",
        ),
        ({"UBALL_BENCHMARK_GAMES": "../x"}, "'../x' cannot name a game"),
        ({"UBALL_RETRAIN_FIRST_THRESHOLDS": "1,x"}, "UBALL_RETRAIN_FIRST_THRESHOLDS is 'x'"),
        ({"UBALL_HOME": "workspace.yaml"}, "it is a file; name a folder"),
        ({"TRAINING_MODE": "cloud"}, "TRAINING_MODE is 'cloud': use local or hybrid"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_value_that_cannot_be_is_named_with_what_may_be(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], says: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Permanent) as refused:
        load_settings()
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_clip_settings_make_the_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"MODE": "reencode", "CRF": "23", "HEIGHT_PX": "480", "FRAME_RATE": "10", "SLOW_MOTION": "4"}
    for name, value in given.items():
        monkeypatch.setenv(f"UBALL_CLIP_{name}", value)
    wanted = Recipe(mode="reencode", crf=23, height_px=480, frame_rate=10.0, slow_motion=4.0)
    assert load_settings().recipe == wanted


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_EPOCHS", "0")
    monkeypatch.setenv("UBALL_SEED", "x")
    with pytest.raises(Permanent, match=r"UBALL_EPOCHS.*; UBALL_SEED"):
        load_settings()


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", SECRET)
    settings = load_settings()
    assert settings.supabase_service_key is not None
    assert settings.supabase_service_key.get_secret_value() == SECRET
    assert SECRET not in f"{settings!r}{described(settings)}{settings.model_dump_json()}"


def test_a_secret_stays_out_of_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", SECRET)
    monkeypatch.setenv("UBALL_PLAYS_URL", "supabase")
    with pytest.raises(Permanent) as refused:
        load_settings()
    assert SECRET not in f"{refused.value}{refused.value.__cause__}"


@pytest.mark.parametrize(
    ("given", "setting", "value"),
    [
        ({"GCS_VIDEO_BUCKET": "videos"}, "videos_url", "gs://videos"),
        ({"AWS_S3_BUCKET": "videos"}, "videos_url", "s3://videos"),
        ({"AWS_S3_BUCKET": "old", "GCS_VIDEO_BUCKET": "videos"}, "videos_url", "gs://videos"),
        ({"AWS_S3_BUCKET": "old", "GCS_VIDEO_BUCKET": "videos"}, "source_url", "s3://old"),
        ({"GCS_TRAINING_BUCKET": "clips"}, "training_url", "gs://clips"),
        ({"AWS_S3_REGION": "eu-west-1"}, "aws_region", "eu-west-1"),
        (
            {"TRAINING_MODE": "hybrid", "GCS_TRAINING_BUCKET": "clips", "GCP_PROJECT_ID": "league"},
            "trainer",
            "vertex",
        ),
        ({"TRAINING_MODE": "LOCAL"}, "trainer", "local"),
        ({"GCS_BUCKET": "videos"}, "videos_url", "gs://videos"),
        ({"GCS_BUCKET": "gs://videos/season"}, "videos_url", "gs://videos/season"),
        ({"AWS_S3_BUCKET": "old", "GCS_BUCKET": "videos"}, "videos_url", "gs://videos"),
        ({"AWS_S3_BUCKET": "old", "GCS_BUCKET": "videos"}, "source_url", "s3://old"),
        ({"VERTEX_AI_LOCATION": "europe-west4"}, "tuning_location", "europe-west4"),
        ({"GCP_LOCATION": "europe-west4"}, "tuning_location", "europe-west4"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_the_leagues_older_names_are_taken_and_said_so(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], setting: str, value: str
) -> None:
    for name, older in given.items():
        monkeypatch.setenv(name, older)
    settings = load_settings()
    assert getattr(settings, setting) == value
    older_names = [name for name in given if name != "GCP_PROJECT_ID"]
    assert [notice.split()[0] for notice in settings.notices] == older_names


def test_the_first_systems_whole_environment_is_understood_and_nothing_of_it_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {
        "TRAINING_MODE": "hybrid",
        "GCP_PROJECT_ID": "league",
        "AWS_S3_BUCKET": "raw",
        "AWS_S3_REGION": "us-east-1",
        "GCS_BUCKET": "videos",
        "SUPABASE_URL": "https://ref.supabase.co",
        "SUPABASE_SERVICE_ROLE_KEY": SECRET,
        "SUPABASE_ANON_KEY": "public",
        "VERTEX_AI_BASE_MODEL": "gemini-1.5-pro-002",
        "MODEL_VERSION": "v2",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (settings.source_url, settings.videos_url) == ("s3://raw", "gs://videos")
    assert (settings.trainer, settings.training_url) == ("vertex", "gs://videos")
    assert (settings.plays_url, settings.base_model) == ("supabase", "gemini-3.5-flash")
    assert settings.supabase_service_key is not None
    assert settings.supabase_service_key.get_secret_value() == SECRET
    told = "\n".join(settings.notices)
    assert {name for name in given if name not in told} == {"GCP_PROJECT_ID"}
    assert SECRET not in told
    for name in ("SUPABASE_ANON_KEY", "VERTEX_AI_BASE_MODEL", "MODEL_VERSION"):
        assert f"{name} is not used: " in told


def test_a_base_that_can_still_be_tuned_is_taken_from_its_older_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERTEX_AI_BASE_MODEL", "gemini-3.1-flash-lite")
    assert load_settings().base_model == "local-mlp-1"
    assert "trained on this machine" in load_settings().notices[0]
    for name, value in {
        "UBALL_TRAINER": "vertex",
        "GCP_PROJECT_ID": "league",
        "GCS_TRAINING_BUCKET": "clips",
    }.items():
        monkeypatch.setenv(name, value)
    assert load_settings().base_model == "gemini-3.1-flash-lite"


def test_of_two_older_names_for_one_setting_the_other_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCS_VIDEO_BUCKET", "videos")
    monkeypatch.setenv("GCS_BUCKET", "all")
    settings = load_settings()
    assert settings.videos_url == "gs://videos"
    assert settings.notices[1] == "GCS_BUCKET is not used: GCS_VIDEO_BUCKET is set"


def test_a_database_that_is_named_and_not_asked_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_URL", "https://ref.supabase.co")
    monkeypatch.setenv("SUPABASE_SERVICE_KEY", SECRET)
    settings = load_settings()
    assert settings.plays_url.startswith("sqlite:///")
    assert settings.notices == (
        "SUPABASE_URL is not used: plays are in a file here; set UBALL_PLAYS_URL=supabase",
    )


def test_logins_in_the_file_reach_the_clouds_libraries_unless_the_environment_has_one(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS")
    for name in names:
        monkeypatch.setenv(name, "")  # put back as it was, whatever is told
    (checkout / ".env").write_text(
        f"AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY={SECRET}\nGOOGLE_APPLICATION_CREDENTIALS=keys/a.json\n"
    )
    monkeypatch.setenv("AWS_PROFILE", "league")
    load_settings()
    assert (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]) == ("", "")
    assert os.environ["GOOGLE_APPLICATION_CREDENTIALS"] == str(checkout / "keys" / "a.json")
    monkeypatch.setenv("AWS_PROFILE", "")
    load_settings()
    assert (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]) == ("AKIA", SECRET)


def test_the_example_of_a_file_names_every_setting_with_its_reason_as_it_is_now() -> None:
    said = "settings changed: `uball settings --env > .env.example`, in a shell where none is set"
    assert (Path(__file__).parents[1] / ".env.example").read_text() == env_file(load_settings()), said


def test_the_example_uncommented_gives_the_same_settings(checkout: Path) -> None:
    before = load_settings()
    lines = env_file(before).splitlines()
    given = [line.removeprefix("#") for line in lines if re.fullmatch(r"#[A-Z_]+=.*", line)]
    (checkout / ".env").write_text("\n".join(given))
    after = load_settings()
    assert len(given) > len(Settings.model_fields)
    assert (after.model_dump(), after.notices) == (before.model_dump(), ())


def test_settings_as_a_file_can_be_read_again_and_hold_no_secret(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    price = (
        '[{"model": "gemini-3.5-flash", "what": "training", "usd_per_million_tokens": 1, '
        '"as_of": "2026-11-23"}]'
    )
    for name, value in {"UBALL_PRICES": price, "UBALL_SEED": "11", "SUPABASE_SERVICE_KEY": SECRET}.items():
        monkeypatch.setenv(name, value)
    text = env_file(load_settings())
    assert "\nSUPABASE_SERVICE_KEY=\n" in text
    assert SECRET not in text
    (checkout / ".env").write_text(text)
    for name in ("UBALL_PRICES", "UBALL_SEED", "SUPABASE_SERVICE_KEY"):
        monkeypatch.delenv(name)
    assert (load_settings().seed, load_settings().prices) == (11, price)


def test_a_new_name_beats_an_older_one_in_the_file_too(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / ".env").write_text("GCS_VIDEO_BUCKET=videos\n")
    monkeypatch.setenv("UBALL_VIDEOS_URL", "/data/videos")
    settings = load_settings()
    assert settings.videos_url == "/data/videos"
    assert settings.notices == ("GCS_VIDEO_BUCKET is not used: UBALL_VIDEOS_URL is set",)


def test_an_ffmpeg_of_ones_own_is_named_by_path_or_name(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = checkout / "bin" / "ffmpeg"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent))
    for spelled in ("ffmpeg", str(program)):
        monkeypatch.setenv("UBALL_FFMPEG", spelled)
        assert load_settings().ffmpeg == str(program)


def test_a_file_that_is_no_text_is_refused(checkout: Path) -> None:
    (checkout / ".env").write_bytes(b"UBALL_SEED=\xff\n")
    with pytest.raises(Permanent, match="not UTF-8"):
        load_settings()


def test_every_setting_has_its_reason() -> None:
    rows = described(load_settings())
    assert len({row.name for row in rows}) == len(Settings.model_fields)
    assert [row.name for row in rows if len(row.why) < 20] == []


def test_what_was_set_is_told_from_what_is_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_SEED", "7")
    set_by_hand = [row.name for row in described(load_settings()) if not row.is_default]
    assert set_by_hand == ["UBALL_SEED"]


def test_settings_do_not_change() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.seed = 8


def test_libraries_are_kept_out_of_the_home_folder(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPLCONFIGDIR")
    monkeypatch.delenv("DAGSTER_DISABLE_TELEMETRY")
    load_settings()
    assert os.environ["MPLCONFIGDIR"] == str(checkout / ".uball" / "cache" / "matplotlib")
    assert os.environ["DAGSTER_DISABLE_TELEMETRY"] == "1"


def test_what_a_person_said_to_libraries_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLCONFIGDIR", "/elsewhere")
    load_settings()
    assert os.environ["MPLCONFIGDIR"] == "/elsewhere"
