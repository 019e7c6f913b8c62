"""A platform with games in it, for tests: real videos, a real database, Dagster in this process.

One game of six plays is filmed once a session. Every other game is that video under its own id, with rows of
its own and whatever should be wrong with it. Belongs here: making games and running their jobs. Not here: any
verdict.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import dagster as dg

from uball_assets.adapters.record.registry import Entry
from uball_assets.assets.record.queries import game_states
from uball_assets.automation.runs.notes import RunNotes
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.definitions import build_defs
from uball_assets.demo.league import DemoGame, league
from uball_assets.demo.render import render_game
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.plays.splits import side_of_play
from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings

Row = dict[str, Any]

CHAIN = ("training_set", "tuned_model", "evaluation", "endpoint")
"""The model chain, in order."""
SIDES = ("train", "train", "train", "validation")
"""What the plays of a game are for, unless a test says otherwise."""
_PLAYS = (0, 1, 3, 4)
"""Two plays of each half of the court, in game order."""
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def filmed_game(folder: Path) -> DemoGame:
    """The one filmed game, its files under `folder`; the first of several processes makes them."""
    game = league(seed=42, plays_per_game=6, game_counts=(1,))[0].games[0]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        render_game(game, folder)
    return game


def play_ids(game_id: str, sides: Sequence[str]) -> list[str]:
    """An id for each play that puts it on the wanted side of the split."""
    return [
        next(name for n in count() if side_of_play(name := f"{game_id}_p{number}_{n}") == side)
        for number, side in enumerate(sides)
    ]


@dataclass(frozen=True)
class Platform:
    """The platform of one test, with nothing in it yet."""

    settings: Settings
    instance: dg.DagsterInstance
    defs: dg.Definitions
    resources: Resources
    filmed: DemoGame
    originals: Path

    def with_settings(self, **settings: Any) -> Platform:
        """The same home and instance under other settings."""
        chosen = self.settings.model_copy(update=settings)
        return replace(self, settings=chosen, defs=build_defs(chosen), resources=build_resources(chosen))

    def rows(self, game_id: str, sides: Sequence[str] = SIDES) -> list[Row]:
        """Sound rows, the first of them on the right half of the court."""
        named = zip(play_ids(game_id, sides), _PLAYS, strict=False)
        return [{**self.filmed.plays[index], "id": play_id, "game_id": game_id} for play_id, index in named]

    def add_game(
        self,
        game_id: str,
        rows: Iterable[Mapping[str, Any]] | None = None,
        missing: Iterable[Angle] = (),
        truncated: Mapping[Angle, float] | None = None,
    ) -> None:
        """A new game: rows, offsets, files, partition. `truncated`: the share of the bytes that is kept."""
        chosen = self.rows(game_id) if rows is None else rows
        videos = [{**video, "game_id": game_id} for video in self.filmed.videos]
        row = {**self.filmed.row, "id": game_id, "scores": None}
        self.resources.plays_db.add_game(row, chosen, videos)
        for video in self.filmed.videos:
            if video["angle"] not in tuple(missing):
                self.put_video(game_id, Angle(video["angle"]), (truncated or {}).get(video["angle"], 1.0))
        self.instance.add_dynamic_partitions("games", [game_id])

    def put_video(self, game_id: str, angle: Angle, share: float = 1.0) -> Path:
        """The camera's file; hard-linked when whole."""
        name = next(video["filename"] for video in self.filmed.videos if video["angle"] == angle)
        source = self.originals / "Games" / self.filmed.game_id / name
        target = self.videos / "Games" / game_id / f"{angle}.mp4"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        if share < 1.0:
            target.write_bytes(source.read_bytes()[: int(source.stat().st_size * share)])
        else:
            os.link(source, target)
        return target

    def edit(self, row: Mapping[str, Any], **changed: Any) -> None:
        """A person corrects a row."""
        game = self.resources.plays_db.game(row["game_id"])
        assert game is not None
        self.resources.plays_db.add_game(game, [{**row, **changed}], [])

    @property
    def notes(self) -> RunNotes:
        return InstanceNotes(self.instance)

    @property
    def videos(self) -> Path:
        return self.settings.home / "videos"

    @property
    def training(self) -> Path:
        return self.settings.home / "training"

    def run_game(self, game_id: str, **tags: str) -> dg.ExecuteInProcessResult:
        return self._run("game_job", game_id, tags)

    def retrain(self, game_id: str, *, to: str | None = None) -> dg.ExecuteInProcessResult:
        """The model chain, for one game or for the range up to `to`."""
        if to is None:
            return self._run("retrain_job", game_id, {})
        ends = {"dagster/asset_partition_range_start": game_id, "dagster/asset_partition_range_end": to}
        return self._run("retrain_job", None, ends)

    def materialize(self, *assets: str, game_id: str) -> dg.ExecuteInProcessResult:
        """Just these assets, as a click on them in the UI does."""
        job = self.defs.resolve_implicit_global_asset_job_def()
        keys = [dg.AssetKey(asset.split("/")) for asset in assets]
        return job.execute_in_process(
            asset_selection=keys,
            partition_key=game_id,
            instance=self.instance,
            raise_on_error=False,
            run_config=_QUIET,
        )

    def entries(self, kind: str) -> list[Entry]:
        return self.resources.registry.entries(kind)

    def state(self, game_id: str) -> Entry:
        return game_states(self.resources.registry)[game_id]

    def materialized(self, asset: str) -> set[str]:
        return set(self.instance.get_materialized_partitions(dg.AssetKey(asset.split("/"))))

    def _run(self, job: str, game_id: str | None, tags: Mapping[str, str]) -> dg.ExecuteInProcessResult:
        return self.defs.resolve_job_def(job).execute_in_process(
            partition_key=game_id,
            instance=self.instance,
            tags=dict(tags),
            raise_on_error=False,
            run_config=_QUIET,
        )


def new_platform(home: Path, filmed: DemoGame, originals: Path, **settings: Any) -> Platform:
    """Everything it writes is under `home`."""
    chosen = Settings(
        home=home,
        videos_url=str(home / "videos"),
        training_url=str(home / "training"),
        plays_url=f"sqlite:///{home / 'plays.db'}",
        workers=2,
        **settings,
    )
    instance = dg.DagsterInstance.ephemeral()
    return Platform(chosen, instance, build_defs(chosen), build_resources(chosen), filmed, originals)


def metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    """The plain values that an asset's materialisation shows."""
    key = dg.AssetKey(asset.split("/"))
    events = [event for event in result.get_asset_materialization_events() if event.asset_key == key]
    found = events[0].materialization.metadata
    return {name: value.value for name, value in found.items()}


def failed_checks(result: dg.ExecuteInProcessResult) -> set[str]:
    """`clips/FAR_LEFT:every_play_has_a_clip`"""
    return {
        f"{check.asset_key.to_user_string()}:{check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed
    }


def failure(result: dg.ExecuteInProcessResult, step: str) -> str:
    """What the failed step says to a person: its own failure's text, else the error's."""
    data = result.failure_data_for_node(step)
    assert data is not None
    if data.user_failure_data is not None:
        return data.user_failure_data.description or ""
    causes = [data.error, data.error.cause if data.error else None]
    return " ".join(error.message for error in causes if error)
