"""One real game, filmed and processed once: the model that a league's thousands of games are copied from.

Belongs here: making it. Not here: copying it (`leagues`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from uball_assets.adapters.record.registry import Entry
from uball_assets.definitions import build_defs
from uball_assets.demo.league import DemoGame, league
from uball_assets.demo.render import render_game
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.resources import build_resources
from uball_assets.settings import Settings

GAME_ID = "growth-000000"
PLAYS = 12
"""Of a game: enough that none is refused, few enough that ten thousand games are made in a minute."""
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class OneGame:
    """A game as people bring it, and what the platform made of it."""

    filmed: DemoGame
    folder: Path
    """Where its videos are."""
    documents: Mapping[str, str]
    """Its object's name -> text, of what a training reads."""
    model: Mapping[str, bytes]
    """Files of a model that has learned from it, by their names in its folder."""
    state: Entry
    annotation: Entry
    """Its entries on the record."""

    @property
    def row(self) -> dict[str, Any]:
        return {**self.filmed.row, "id": GAME_ID}

    @property
    def plays(self) -> list[dict[str, Any]]:
        return [
            {**play, "id": f"{GAME_ID}-p{number}", "game_id": GAME_ID}
            for number, play in enumerate(self.filmed.plays)
        ]

    @property
    def cameras(self) -> list[dict[str, Any]]:
        return [{**camera, "game_id": GAME_ID} for camera in self.filmed.videos]

    def put_videos(self, videos: Path, game_id: str) -> None:
        """Its four files, whole, as those of another game."""
        for camera in self.filmed.videos:
            source = self.folder / "Games" / self.filmed.game_id / camera["filename"]
            target = videos / object_names.videos(game_id) / f"{Angle(camera['angle'])}.mp4"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())


def make_one_game(folder: Path) -> OneGame:
    """Videos it and runs its chain in this process, in a home of its own."""
    filmed = league(seed=42, plays_per_game=PLAYS, game_counts=(1,))[0].games[0]
    render_game(filmed, folder / "videos")
    home = folder / "home"
    settings = Settings(
        home=home,
        videos_url=str(home / "videos"),
        training_url=str(home / "training"),
        plays_url=f"sqlite:///{home / 'plays.db'}",
    )
    resources = build_resources(settings)
    game = OneGame(filmed, folder / "videos", {}, {}, {}, {})
    game.put_videos(home / "videos", GAME_ID)
    resources.plays_db.add_game(game.row, game.plays, game.cameras)
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("games", [GAME_ID])
        defs = build_defs(settings)
        for name in ("game_job", "retrain_job"):
            job = defs.resolve_job_def(name)
            job.execute_in_process(partition_key=GAME_ID, instance=instance, run_config=_QUIET)
    names = (object_names.examples, object_names.training_data, object_names.validation_data)
    documents = {name(GAME_ID): resources.training.read(name(GAME_ID)).decode() for name in names}
    (state,), (annotation,) = (resources.registry.entries(kind) for kind in ("games", "annotations"))
    trained = resources.training.list("models/")
    model = {
        info.name.rpartition("/")[2]: resources.training.read(info.name)
        for info in trained
        if info.name.endswith(("model.safetensors", "model.json"))
    }
    return OneGame(filmed, folder / "videos", documents, model, state, annotation)
