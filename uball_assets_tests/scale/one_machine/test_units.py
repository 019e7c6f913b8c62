"""The files of `deploy/one-machine` are sound, agree with the checkout's, and hold no secret."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from uball_assets.assets.run_words import LEAGUE_TAG
from uball_assets.settings import Settings
from uball_assets.settings.names import variable
from uball_assets_tests.scale.one_machine.units import CHECKOUT, PROFILE, UNITS, read_unit

SERVICES = [path for path in UNITS if path.suffix == ".service"]
STANDING = [path for path in SERVICES if path.stem != "uball-health"]
ENVS = sorted(PROFILE.glob("etc/*.env"))


needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="no systemd-analyze: apt-get install systemd"
)


def without_what_differs(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(path.read_text())
    told.pop("run_coordinator", None)
    del told["concurrency"]["runs"]
    return told


def test_its_dagster_yaml_is_the_checkout_s_but_for_the_queue_and_how_many_runs_there_are_at_once() -> None:
    assert without_what_differs(PROFILE / "dagster.yaml") == without_what_differs(CHECKOUT / "dagster.yaml")
    runs = yaml.safe_load((PROFILE / "dagster.yaml").read_text())["concurrency"]["runs"]
    [of_a_league] = runs["tag_concurrency_limits"]
    assert of_a_league["key"] == LEAGUE_TAG
    assert 2 <= of_a_league["limit"] <= runs["max_concurrent_runs"]


@needs_systemd
def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    """Under the programs of this checkout, for those of /opt are not here."""
    for path in UNITS:
        text = path.read_text().replace("/opt/uball/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / path.name).write_text(text.replace("/opt/uball", str(CHECKOUT)))
    words = ["systemd-analyze", "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))]
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "uball" in line]
    assert (said, done.returncode) == ([], 0)


@needs_systemd
@pytest.mark.parametrize("path", STANDING, ids=lambda path: path.name)
def test_a_service_is_exposed_little(path: Path) -> None:
    """Of ten; systemd's own scale."""
    words = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_gets_its_secrets_by_a_file_that_root_alone_reads(path: Path) -> None:
    told = read_unit(path)
    assert "/etc/uball/shared.env" in told["EnvironmentFile"]
    if "@" in path.name:
        assert told["EnvironmentFile"][-1] == "/etc/uball/leagues/%i/env"
        assert told["User"] == ["uball-%i"]
        assert told["Group"] == ["uball-pages" if path.name.startswith("uball-serve") else "uball-%i"]
    else:
        assert told["User"] == ["uball"]
    assert "install -m 0600" in (PROFILE / "add-league").read_text()


def test_all_that_is_set_is_a_setting_and_no_secret_is() -> None:
    known = {variable(Settings.model_fields, name) for name in Settings.model_fields}
    named = [value.split("=")[0] for path in SERVICES for value in read_unit(path)["Environment"]]
    for path in ENVS:
        for line in path.read_text().splitlines():
            name, is_one, value = line.removeprefix("#").partition("=")
            if is_one and name.isupper() and " " not in name:
                named.append(name)
                assert not value or "KEY" not in name
    assert {name for name in named if name.startswith("UBALL_")} <= known
    assert {name for name in named if not name.startswith("UBALL_")} <= known | {
        "DAGSTER_HOME",
        "DAGSTER_BACKFILL_RETRY_DEFINITION_CHANGED_ERROR",
        "GOOGLE_APPLICATION_CREDENTIALS",
    }


@pytest.mark.parametrize("name", ["North", "north_league", "-north", "north;id", "n" * 25, ""])
def test_a_league_is_not_added_under_a_name_that_no_user_can_have(name: str, tmp_path: Path) -> None:
    words = [str(PROFILE / "add-league"), name]
    done = subprocess.run(words, env={**os.environ, "ROOT": str(tmp_path)}, capture_output=True, check=False)
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not shutil.which("logrotate"), reason="no logrotate: apt-get install logrotate")
def test_logrotate_takes_its_file() -> None:
    words = ["logrotate", "--debug", "--state", "/dev/null", str(PROFILE / "etc/uball.logrotate")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, "error" in done.stderr.lower()) == (0, False), done.stderr
