"""The files of `deploy/ray` for a machine: systemd takes them, and what they set is a setting."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from uball_assets.settings import Settings
from uball_assets.settings.names import variable

pytestmark = pytest.mark.scale
CHECKOUT = Path(__file__).parents[3]
PROFILE = CHECKOUT / "deploy" / "ray"


def test_what_a_node_s_env_sets_of_the_platform_is_a_setting_and_none_is_secret() -> None:
    lines = [line.removeprefix("#") for line in (PROFILE / "node.env").read_text().splitlines()]
    named = {line.partition("=")[0] for line in lines if line.startswith("UBALL_")}
    known = {variable(Settings.model_fields, name) for name in Settings.model_fields}
    assert named <= known
    assert "UBALL_INSTANCE_URL" not in named  # it holds a password: secrets.env


def test_node_sh_is_told_what_it_asks_for() -> None:
    told = (PROFILE / "node.env").read_text()
    assert all(f"\n{name}=" in told for name in ("NODE_ADDRESS", "HEAD_ADDRESS", "NODE_CPUS"))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze: apt-get install systemd")
@pytest.mark.parametrize("name", ["webserver", "daemon"])
def test_systemd_takes_one_machine_s_units_beside_ray(name: str, tmp_path: Path) -> None:
    units = CHECKOUT / "deploy" / "one-machine" / "systemd"
    for unit in (units / f"uball-{name}.service", units / "uball.target"):
        text = unit.read_text().replace("/opt/uball/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / unit.name).write_text(text.replace("/opt/uball", str(CHECKOUT)))
    drop_in = tmp_path / f"uball-{name}.service.d"
    drop_in.mkdir()
    shutil.copy(PROFILE / "beside-ray.conf", drop_in / "ray.conf")
    words = ["systemd-analyze", "verify", "--man=no", str(tmp_path / f"uball-{name}.service")]
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert ([line for line in done.stderr.splitlines() if "uball" in line], done.returncode) == ([], 0)


def test_a_command_s_script_is_one_that_a_plain_shell_takes() -> None:
    assert subprocess.run(["/bin/sh", "-n", str(PROFILE / "in-cluster")], check=False).returncode == 0
    assert os.access(PROFILE / "in-cluster", os.X_OK)
