"""A demo that is killed at any moment and run again ends where an undisturbed one does: bytes, record,
partitions.

Both run in the same place, one after the other, because clips are named by their address.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from uball_assets.automation.instance import open_instance
from uball_assets.settings import Settings

MOMENTS = (
    ("Filming", 2.0),
    ("batch 1", 2.0),
    ("needed for v1", 0.4),
    ("batch 2", 2.5),
    ("needed for v2", 1.0),
)
"""The demo's words, and the seconds after them: in mid-video, in a game's chain, in a training, twice."""
LEAGUE = "league(seed=3, plays_per_game=8, game_counts=(1, 1, 1))"
PROGRAM = f"""
import sys
from pathlib import Path
from uball_assets.demo.league import league
from uball_assets.demo.run import run_demo
from uball_assets.settings import load_settings

if __name__ == "__main__":
    run_demo(load_settings(), lambda line: print(line, flush=True), {LEAGUE})
"""
MOMENTARY = {"recorded_at", "tracked_at", "facts"}
"""What may differ: when it was written, a tracker's own name of it, the names of the warehouse's files."""


@pytest.mark.daemon
def test_a_demo_killed_at_five_moments_ends_as_an_undisturbed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("UBALL_HOME", str(home))
    monkeypatch.setenv("UBALL_RETRAIN_FIRST_THRESHOLDS", "1,1,1")
    program = tmp_path / "demo.py"
    program.write_text(PROGRAM)
    _run(program)
    undisturbed = end_of_demo(home)
    home.rename(tmp_path / "undisturbed")

    for words, after_s in MOMENTS:
        _run_and_kill(program, words, after_s)
    _run(program)

    killed = end_of_demo(home)
    assert undisturbed["models"] == killed["models"]
    assert undisturbed == killed


def _run(program: Path) -> None:
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def _run_and_kill(program: Path, words: str, after_s: float) -> None:
    """SIGKILL, for the demo and all that it started, a moment after it said these words."""
    process = subprocess.Popen(
        [sys.executable, "-u", str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout:
        said = next((line for line in process.stdout if words in line), None)
        assert said is not None, f"the demo ended without saying {words!r}"
        time.sleep(after_s)
        assert process.poll() is None, f"the demo ended within {after_s} s of {said!r}"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def end_of_demo(home: Path) -> dict[str, Any]:
    """Objects by the hash of their bytes, the record without its clock, and each asset's partitions."""
    training = home / "training"
    record: dict[str, Any] = {}
    objects: dict[str, str] = {}
    for path in sorted(training.rglob("*")):
        name = path.relative_to(training).as_posix()
        if not path.is_file() or any(part.startswith(".") for part in path.relative_to(training).parts):
            continue
        if name.startswith(("record/runs/", "record/latencies/")) or "/segments/" in name:
            continue  # how many runs there were, how long all took; the same entries once more, folded
        if name.endswith(("/card.html", "/pictures/card.png")):
            continue  # they tell when, and how long
        if name.startswith("results/seen/"):
            continue  # when a feed's files were written
        if name.startswith("record/"):
            entry = json.loads(path.read_text())
            without = {*MOMENTARY, *({"key"} if "facts" in entry else ())}
            record[name] = {key: value for key, value in entry.items() if key not in without}
        else:
            objects[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    with open_instance(Settings(home=home)) as instance:
        partitions = {
            key.to_user_string(): sorted(instance.get_materialized_partitions(key))
            for key in instance.all_asset_keys()
        }
        games = instance.get_dynamic_partitions("games")
    models = {name: entry["name"] for name, entry in record.items() if "/models/" in name}
    return {
        "models": models,
        "objects": objects,
        "record": record,
        "partitions": partitions,
        "games": list(games),
    }
