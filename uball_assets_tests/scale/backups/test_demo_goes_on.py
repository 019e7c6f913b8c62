"""A demo that is backed up while it works, lost, and put together again ends where it would have ended.

Its videos are not in a backup: they are put back as a bucket's versions would.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from uball_assets_tests.daemon.test_killed_demo import PROGRAM, end_of_demo

pytestmark = pytest.mark.scale
EVERY_S = 4.0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UBALL_RETRAIN_FIRST_THRESHOLDS", "1,1,1")
    monkeypatch.setenv("UBALL_BACKUP_URL", str(tmp_path / "backups"))
    (tmp_path / "demo.py").write_text(PROGRAM)
    return tmp_path / "home"


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, f"{command[-2:]}: {done.stderr[-2000:]}"
    return done.stdout


def uball(*words: str) -> str:
    return run(sys.executable, "-c", "from uball_assets.cli import main; main()", *words)


def test_a_demo_restored_from_any_backup_made_meanwhile_ends_as_the_undisturbed_one(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UBALL_BACKUP_CLIPS", "all")
    demo = [sys.executable, str(tmp_path / "demo.py")]
    made = 0
    with subprocess.Popen(demo, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        while process.poll() is None:
            time.sleep(EVERY_S)
            if (home / "plays.db").exists():
                uball("backup", "--keep", "100")
                made += 1
    assert process.returncode == 0
    undisturbed = end_of_demo(home)
    home.rename(tmp_path / "undisturbed")
    for number in (made // 3, 2 * made // 3):
        shutil.copytree(tmp_path / "undisturbed" / "videos", home / "videos")
        uball("restore", "--backup", str(number))
        uball("status")
        run(*demo)
        assert end_of_demo(home) == undisturbed, f"backup {number} of {made}"
        shutil.rmtree(home)
