"""A league left to itself, while its processes are killed, ends as an undisturbed one does.

Both are played in the same place, one after the other, because clips are named by their address.
"""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings
from uball_assets.status import read_status
from uball_assets_tests.alone.kills import Watched
from uball_assets_tests.alone.weeks import Weeks
from uball_assets_tests.daemon.platform import Platform
from uball_assets_tests.daemon.season import render_season, season

pytestmark = pytest.mark.automation

KILLS = 20
SETTINGS = {
    "UBALL_AUTOMATION_ON": "1",
    "UBALL_SENSOR_INTERVAL_S": "3",
    "UBALL_RETRAIN_FIRST_THRESHOLDS": "4,3,9",
    "UBALL_ATTEMPT_BACKOFF_S": "1",
    "UBALL_MAX_ATTEMPTS": "8",
    "UBALL_EPOCHS": "2",
}
"""A first batch of four games, and a second of three that have changed. More attempts than the three of a
league: one game's worker may be killed more than twice in twenty."""
SENSORS = ("games_sensor", "retrain_sensor")
QUIET_TICKS = 3
LIMIT_S = 1800.0
"""For one life of the league; an undisturbed one takes three minutes on an idle machine."""
MOMENTARY = {"annotated_by", "first_model"}
"""Names of models, which hold when they were made."""


@dataclass(frozen=True)
class End:
    """What the league has come to."""

    models: list[str]
    """`v1-4games`, in order."""
    learned: list[list[str]]
    """The games of each."""
    objects: dict[str, str]
    """Hash of the bytes by name, of what was made of the games that are left."""
    states: dict[str, dict[str, Any]]
    """By game: what the record says of it."""
    broken: str
    """What `uball status` says of the game that is not fit."""
    trained: Counter[str]
    """How many models came of each training set."""


def test_twenty_processes_killed_at_random_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    originals = tmp_path / "originals"
    render_season(originals)
    place = tmp_path / "platform"

    undisturbed, _ = _lived(place, originals, kills=0, seed=5)
    place.rename(tmp_path / "undisturbed")
    disturbed, killed = _lived(place, originals, kills=KILLS, seed=6)

    assert killed.total() == KILLS
    assert killed.keys() >= {"daemon", "webserver", "worker"}, killed
    assert undisturbed.models == ["v1-4games", "v2-3games"]
    assert disturbed.models == undisturbed.models
    assert disturbed.learned == undisturbed.learned
    assert set(disturbed.trained.values()) == {1}
    assert disturbed.objects == undisturbed.objects
    assert disturbed.states == undisturbed.states
    assert "grade F" in disturbed.broken
    assert disturbed.broken == undisturbed.broken


def _lived(place: Path, originals: Path, *, kills: int, seed: int) -> tuple[End, Counter[str]]:
    """Sensors on, the platform and the league's people each do their own; no hand touches it."""
    platform = Platform(place, SETTINGS)
    settings = Settings(checkout=place)
    outside = build_resources(settings)
    weeks = Weeks(season(), originals, platform.home / "videos", outside.plays_db)
    people = People(weeks, outside, seed)
    watched = Watched(platform)
    try:
        platform.start()
        people.start()
        watched.play_out(kills, random.Random(seed), lambda: _rests(platform, people), LIMIT_S)
        return _end(settings, outside, weeks), watched.killed
    finally:
        watched.end()


class People(threading.Thread):
    """The league's: they bring the games, and change some once the first model is there."""

    def __init__(self, weeks: Weeks, outside: Resources, seed: int) -> None:
        super().__init__(daemon=True)
        self.weeks, self.outside, self.chance = weeks, outside, random.Random(seed + 100)
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.weeks.arrive(self.chance)
            while not self.outside.registry.entries("models"):
                time.sleep(1.0)
            self.weeks.change(self.chance)
        except Exception as error:  # noqa: BLE001 - it is raised where the test looks
            self.error = error

    @property
    def are_done(self) -> bool:
        if self.error is not None:
            raise AssertionError("the league's people could not do their part") from self.error
        return not self.is_alive()


def _rests(platform: Platform, people: People) -> bool:
    """Everything has come, nothing runs, and neither sensor has found anything to do for a while."""
    if not people.are_done:
        return False
    try:
        ticks = [tick for sensor in SENSORS for tick in platform.ui.ticks(sensor)[:QUIET_TICKS]]
        return all(run.is_over for run in platform.ui.runs()) and all(
            tick.status == "SKIPPED" and "waiting" not in tick.skip_reason for tick in ticks
        )
    except (OSError, AssertionError, KeyError):  # it is being started again
        return False


def _end(settings: Settings, outside: Resources, weeks: Weeks) -> End:
    models = outside.registry.entries("models")
    games = {game.game_id: game for game in read_status(settings).games}
    refused = games[weeks.games.refused.game_id]
    return End(
        models=[model["label"] for model in models],
        learned=[sorted(model["game_ids"]) for model in models],
        objects=_objects(settings.home / "training", weeks.left),
        states={game_id: _lasting(asdict(games[game_id])) for game_id in sorted(weeks.left)},
        broken=f"grade {refused.grade}: {'; '.join(refused.reasons)}",
        trained=Counter(model["manifest_hash"] for model in models),
    )


def _lasting(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name not in MOMENTARY}


def _objects(training: Path, game_ids: set[str]) -> dict[str, str]:
    return {
        path.relative_to(training).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for game_id in sorted(game_ids)
        for path in sorted((training / "games" / game_id).rglob("*"))
        if path.is_file()
    }
