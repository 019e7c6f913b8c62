"""Leagues at work on one machine: started, with games of their own, and what the UI shows of them.

Belongs here: what several tests begin with and look at. Not here: users and processes (`machine`), verdicts.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from uball_assets_tests.daemon.platform import free_port
from uball_assets_tests.daemon.ui import Ui
from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale.one_machine.machine import Machine, python_of_all
from uball_assets_tests.videos import SyntheticVideo, make_video

LEAGUES = ("north", "south")
DAGSTER = ("uball-webserver", "uball-daemon")
SERVERS = tuple(f"uball-league@{league}" for league in LEAGUES)
LOCATIONS = """{ workspaceOrError { ... on Workspace { locationEntries { name
    locationOrLoadError { __typename ... on PythonError { message } } } } } }"""
needs_the_machine = [
    pytest.mark.scale,
    pytest.mark.skipif(not shutil.which("systemd-sysusers"), reason="apt-get install systemd"),
    pytest.mark.skipif(
        not python_of_all(), reason="no Python that every user may run: apt-get install python3"
    ),
]


def set_up(machine: Machine, shared: str, own: Mapping[str, str]) -> None:
    """Both leagues are loaded. `shared`, and of each league `own`: further lines of their env."""
    ports = {league: f"UBALL_SERVE_PORT={free_port()}" for league in LEAGUES}
    lines = {league: f"{ports[league]}\nUBALL_SENSOR_INTERVAL_S=3\n{own[league]}" for league in LEAGUES}
    machine.set_up(LEAGUES, shared, lines)
    for name in (*DAGSTER, *SERVERS):
        machine.start(name)
    wait_for("both leagues in the UI", lambda: are_loaded(machine), 60.0, machine.log)


def bring(machine: Machine, league: str, *game_ids: str) -> None:
    folder = machine.root / "filmed"
    if not folder.exists():
        filmed(folder)
    for game_id in game_ids:
        words = ("--game-id", game_id, "--plays", str(folder / "plays.csv"))
        done = machine.ask(league, "import", str(folder), *words)
        assert done.returncode == 0, done.stderr


def filmed(folder: Path) -> None:
    """A game of two plays, for everybody to read."""
    folder.mkdir()
    video = make_video(folder / "FAR_LEFT.mp4", SyntheticVideo(duration_s=6))
    shutil.copy(video, folder / "NEAR_RIGHT.mp4")
    (folder / "plays.csv").write_text("side,start,end,label\nLEFT,1,3,FG_MAKE\nLEFT,3,5,STEAL\n")
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)


def ui(machine: Machine) -> Ui:
    return Ui(machine.url)


def are_loaded(machine: Machine) -> bool:
    try:
        entries = ui(machine).ask(LOCATIONS)["workspaceOrError"]["locationEntries"]
    except OSError:
        return False
    states = {one["name"]: (one["locationOrLoadError"] or {}).get("__typename") for one in entries}
    return states == dict.fromkeys(LEAGUES, "RepositoryLocation")


def told(machine: Machine, league: str, *words: str) -> Any:
    done = machine.ask(league, *words, "--json")
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def seen(machine: Machine) -> str:
    return "\n".join([*(str(run) for run in ui(machine).runs()), machine.log()])


def of_league(league: str, assets: Sequence[str]) -> list[list[str]]:
    """Paths, as a person chooses them in the UI."""
    return [[league, *asset.split("/")] for asset in assets]
