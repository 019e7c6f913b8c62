"""A small league that has something to lose, and one who follows the runbook.

Two games were learned, one after the other; a third nobody annotated but the second model; all of it is
backed up, sealed; one more game is still to come. Its daemon is Dagster's own, its commands are processes of
their own, its settings are variables.

Belongs here: the league's life, and running commands as a person types them. Not here: any damage, any
verdict (the tests), what the page says (`runbook`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.demo.league import Batch, DemoGame, league
from uball_assets.demo.render import render_all
from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings
from uball_assets_tests.adapters.stores.test_sealing import key_pair
from uball_assets_tests.daemon.platform import Platform
from uball_assets_tests.daemon.season import bring
from uball_assets_tests.daemon.waiting import wait_for

SETTINGS = {
    "UBALL_AUTOMATION_ON": "1",
    "UBALL_SENSOR_INTERVAL_S": "3",
    "UBALL_RETRAIN_FIRST_THRESHOLDS": "1,1,1,1",
    "UBALL_RETRAIN_THEN_EVERY_GAMES": "1",
    "UBALL_ATTEMPT_BACKOFF_S": "1",
    "UBALL_EPOCHS": "1",
}
FOLDERS = ("league", "backups", "elsewhere")
QUIET_TICKS = 3
REST_S = 60.0
_PROGRAM = '#!/bin/sh\nexec "{python}" -c "from uball_assets.cli import main; main()" "$@"\n'
_MAY_END_WITH_1 = ("uball verify", "uball doctor")
"""They tell by it that something is wrong."""


@dataclass(frozen=True)
class Games:
    first: DemoGame
    second: DemoGame
    unannotated: DemoGame
    new: DemoGame
    """Comes when the disaster is over."""
    originals: Path


def film(folder: Path) -> Games:
    opening, weekend, late = league(seed=11, plays_per_game=6, game_counts=(1, 3, 1))
    games = Games(opening.games[0], weekend.games[1], late.games[-1], weekend.games[2], folder)
    chosen = [games.first, games.second, games.unannotated, games.new]
    render_all([Batch("all", chosen, [])], folder, workers=2, on_done=lambda _: None)
    return games


@dataclass
class League:
    folder: Path
    """Its checkout: `.uball` in it is the home."""
    games: Games
    own: dict[str, str] = field(default_factory=dict)
    """Settings beside those of all, as the person exports them."""

    def __post_init__(self) -> None:
        self.platform = Platform(self.folder, self.settings)
        program = self.folder / "bin" / "uball"
        program.parent.mkdir(exist_ok=True)
        program.write_text(_PROGRAM.format(python=sys.executable))
        program.chmod(0o755)

    # as it is

    @property
    def settings(self) -> dict[str, str]:
        return {**SETTINGS, "UBALL_HOME": str(self.home), **self.own}

    @property
    def home(self) -> Path:
        return self.folder / ".uball"

    @property
    def loaded(self) -> Settings:
        names = {name.removeprefix("UBALL_").lower(): value for name, value in self.settings.items()}
        return Settings(checkout=self.folder, **names)  # type: ignore[arg-type] # as text, like variables

    @property
    def resources(self) -> Resources:
        """As somebody beside it has them, under the settings of now."""
        return build_resources(self.loaded)

    def games_objects(self) -> dict[str, str]:
        """Hash of the bytes by name, of all that games are: clips, plays, examples, annotations."""
        return hashes(self.resources.training, "games/")

    def annotations(self) -> list[tuple[str, ...]]:
        """The rows that the league's app reads."""
        database = self.resources.plays_db
        return sorted(
            (game, model, str(row["play_key"]))
            for game in database.game_ids()
            for model in self.models()
            for row in database.annotations(game, model)
        )

    def models(self) -> list[str]:
        return [entry["name"] for entry in self.resources.registry.entries("models")]

    # its life

    def bring(self, game: DemoGame) -> None:
        """Its videos come into the folder, its rows into the database."""
        bring(game, self.games.originals, Path(self.loaded.videos_url), self.resources.plays_db)

    def start(self) -> None:
        self.platform = Platform(self.folder, self.settings, port=self.platform.port)
        self.platform.start()

    def stop(self) -> None:
        self.platform.stop()

    def rest(self, *, annotated: Iterable[DemoGame] = (), models: int) -> None:
        """Until these games are annotated, so many models are there, and the sensors find nothing to do."""
        wanted = {game.game_id for game in annotated}

        def rests() -> bool:
            try:
                registry = self.resources.registry
                has = wanted <= set(registry.newest_by_subject("annotations"))
                return has and len(registry.entries("models")) >= models and self._is_quiet()
            except (OSError, AssertionError):
                return False

        wait_for(f"rest with {models} models", rests, REST_S, self.seen, poll_s=1.0)

    def _is_quiet(self) -> bool:
        ui = self.platform.ui
        looks = [ui.ticks(sensor)[:QUIET_TICKS] for sensor in ("games_sensor", "retrain_sensor")]
        return all(run.is_over for run in ui.runs()) and all(
            len(ticks) == QUIET_TICKS
            and all(tick.status == "SKIPPED" and "waiting: a" not in tick.skip_reason for tick in ticks)
            for ticks in looks
        )

    def seen(self) -> str:
        return f"{self.platform.ui.seen()}\n{self.platform.log_tail()}"

    # what a person types

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("UBALL_")},
            **self.settings,
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        }

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def uball(self, *words: str) -> str:
        """What it says; it must succeed."""
        done = self.run(shlex.join(["uball", *words]))
        assert done.returncode == 0, f"uball {words}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def refused(self, *words: str) -> str:
        """What it says; it must not succeed."""
        done = self.run(shlex.join(["uball", *words]))
        assert done.returncode, f"uball {words}: {done.stdout[-3000:]}"
        return done.stdout + done.stderr

    def told(self, *words: str) -> Any:
        """A command's --json, however it ends."""
        done = self.run(shlex.join(["uball", *words, "--json"]))
        assert done.stdout, done.stderr[-3000:]
        return json.loads(done.stdout)

    def follow(self, lines: Iterable[str], names: Mapping[str, str] | None = None) -> str:
        """A runbook's commands, one by one; `names`: what its placeholders stand for here. What all said.

        `systemctl` starts and stops the platform; a bucket that is asked for what it deleted has nothing.
        """
        said = []
        for line in lines:
            for placeholder, name in (names or {}).items():
                line = line.replace(placeholder, name)
            said.append(self._do(line))
        return "\n".join(said)

    def _do(self, command: str) -> str:
        program, *words = command.split()
        if program == "export":
            self.own |= dict(word.split("=", 1) for word in words)
        elif program == "systemctl":
            if "uball-daemon" in words:
                {"start": self.start, "stop": self.stop}[words[0]]()
        elif program != "gcloud":
            done = self.run(command)
            may_end_with = (0, 1) if command.startswith(_MAY_END_WITH_1) else (0,)
            assert done.returncode in may_end_with, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
            return done.stdout + done.stderr
        return ""

    # what every "Over" rests on

    def goes_on(self, before: Before) -> None:
        """The next game comes, is annotated and learned: by the daemon, or by hand where none is at work.
        None of those before is learned, annotated or written down a second time."""
        new = self.games.new
        self.bring(new)
        if self.platform.processes():
            self.rest(annotated=[new], models=len(before.models) + 1)
            keys = Counter(run.tags.get("dagster/run_key") for run in self.platform.ui.runs())
            assert [key for key, count in keys.items() if key and count > 1] == []
            assert self.game_runs(new) == 1
        else:
            self.uball("run", new.game_id, "--train")
        assert self.models()[:-1] == before.models
        assert len(set(self.models())) == len(before.models) + 1
        assert [row for row in self.annotations() if row[0] != new.game_id] == before.annotations

    def runs_of_each(self) -> list[int]:
        """How often Dagster ran each game that was there before."""
        return [
            self.game_runs(each) for each in (self.games.first, self.games.second, self.games.unannotated)
        ]

    def game_runs(self, game: DemoGame) -> int:
        """How often Dagster ran it."""
        runs = self.platform.ui.runs(dagster__partition=game.game_id)
        return sum(run.job_name == "game_job" for run in runs)

    def before(self) -> Before:
        states = self.resources.registry.newest_by_subject("games")
        examples = {game: str(state["examples_hash"]) for game, state in states.items()}
        return Before(self.models(), self.annotations(), examples, self.games_objects())

    def is_sound(self) -> None:
        """`uball verify` comes to end with 0 and leaves no game out; `uball status` names none that waits."""

        def sound() -> bool:
            done = self.run("uball verify --json")
            return not done.returncode and not json.loads(done.stdout)["at_work"]

        wait_for("sound store", sound, REST_S, self.seen, poll_s=2.0)
        assert [game["game_id"] for game in self.told("status")["games"] if not game["is_processed"]] == []


@dataclass(frozen=True)
class Before:
    models: list[str]
    annotations: list[tuple[str, ...]]
    examples: dict[str, str]
    """By game, the hash of what a training is shown of it."""
    objects: dict[str, str]


def lessons(seen: Before, *more: str) -> dict[str, str]:
    """Of its objects all that is learned from; not what models said of it, for a game that is run again is
    shown to the one that serves now. `more`: further names' ends."""
    ends = (".mp4", ".jsonl", "plays.json", "quarantine.json", *more)
    objects = {name: digest for name, digest in seen.objects.items() if name.endswith(ends)}
    return {**objects, **seen.examples}


def hashes(store: ObjectStore, folder: str) -> dict[str, str]:
    return {
        info.name: hashlib.sha256(store.read(info.name)).hexdigest()
        for info in store.list(folder)
        if not info.name.endswith("card.html")
    }


@dataclass
class Made:
    """A league made once, and put back in its own places for every disaster: clips are named by their
    address."""

    folder: Path
    games: Games
    key: Path
    own: Mapping[str, str]
    training: tuple[ObjectStore, ObjectStore] | None = None
    """Where it is no folder: the league's, and a copy's."""

    def open(self) -> League:
        for name in FOLDERS:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            shutil.copytree(self.folder / "saved" / name, self.folder / name)
        if self.training:
            league, saved = self.training
            copy_objects(saved, league)
        return League(self.folder / "league", self.games, dict(self.own))


def make(folder: Path, own: Mapping[str, str], bucket: str = "") -> Made:
    games = film(folder / "originals")
    public, key = key_pair(folder / "league.key")
    given = {"UBALL_BACKUP_URL": str(folder / "backups"), "UBALL_BACKUP_RECIPIENTS": public, **own}
    for name in FOLDERS:
        (folder / name).mkdir()
    made = League(folder / "league", games, dict(given))
    made.bring(games.first)
    made.start()
    try:
        made.rest(models=1)
        made.bring(games.second)
        made.rest(annotated=[games.second], models=2)
        made.uball("promote", "v2", "--because", "it shall serve")
        made.bring(games.unannotated)
        made.rest(annotated=[games.second, games.unannotated], models=2)
    finally:
        made.stop()
    made.uball("backup")
    for name in FOLDERS:
        shutil.copytree(folder / name, folder / "saved" / name)
    if not bucket:
        return Made(folder, games, key, given)
    stores = open_store(given["UBALL_TRAINING_URL"]), open_store(f"{bucket}/saved")
    copy_objects(*stores)
    return Made(folder, games, key, given, stores)


def copy_objects(source: ObjectStore, target: ObjectStore) -> None:
    """The target holds them, and nothing else."""
    empty(target)
    for info in source.list(""):
        target.write(info.name, source.read(info.name), info.metadata)


def empty(store: ObjectStore) -> None:
    for info in list(store.list("")):
        store.delete(info.name)
