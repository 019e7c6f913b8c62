"""Ticks of a sensor, one by one, and runs that ended as a test wants them to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from uball_assets.domain.learning.manifest import GameExamples, Manifest
from uball_assets_tests.league import Platform


@dataclass
class Ticker:
    """The daemon's part: keeps the cursor, adds the partitions that a tick asks for, and deletes them."""

    platform: Platform
    sensor: str
    cursor: str | None = None
    requests: list[dg.RunRequest] = field(default_factory=list)

    def tick(self) -> str:
        """One tick; what it says when it starts nothing, else ''."""
        context = dg.build_sensor_context(
            instance=self.platform.instance,
            cursor=self.cursor,
            definitions=self.platform.defs,
            resources=self.platform.resources.by_name(),
        )
        sensor = next(s for s in self.platform.defs.sensors or () if s.name == self.sensor)
        result: Any = sensor(context)
        for asked in result.dynamic_partitions_requests or ():
            if isinstance(asked, dg.DeleteDynamicPartitionsRequest):
                for game_id in asked.partition_keys:
                    self.platform.instance.delete_dynamic_partition("games", game_id)
            else:
                self.platform.instance.add_dynamic_partitions("games", list(asked.partition_keys))
        self.cursor = result.cursor
        self.requests = list(result.run_requests or ())
        return str(result.skip_reason.skip_message if result.skip_reason else "")


def a_run(
    platform: Platform,
    request: dg.RunRequest,
    job: str,
    status: dg.DagsterRunStatus = dg.DagsterRunStatus.STARTED,
    tags: Mapping[str, str] | None = None,
) -> None:
    """The run that the daemon makes of a request, at this status; `tags`: what it has come to bear."""
    platform.instance.create_run_for_job(
        platform.defs.resolve_job_def(job),
        tags={
            **request.tags,
            "dagster/run_key": request.run_key or "",
            "dagster/partition": request.partition_key or "",
            **(tags or {}),
        },
        status=status,
    )


def record_game(platform: Platform, game_id: str, content: str = "1", *, trainable: bool = True) -> None:
    """A processed game's state on the record, and its partition."""
    state = {
        "game_id": game_id,
        "source_hash": content,
        "examples_hash": f"{game_id}:{content}",
        "trainable": trainable,
        "rows": 8,
        "train_count": 8,
        "validation_count": 2,
        "train_name": "t.jsonl",
        "validation_name": "v.jsonl",
    }
    key = f"{game_id}:{len(platform.entries('games'))}"
    platform.resources.registry.append("games", state, key=key)
    platform.instance.add_dynamic_partitions("games", [game_id])


def record_model(
    platform: Platform, *game_ids: str, content: str = "1", decided: bool = True, **told: Any
) -> None:
    """A model that has learned from these games, and that was decided on; `told`: what else its entry
    says."""
    games = tuple(GameExamples(game, f"{game}:{content}", 8, 2, "t.jsonl", "v.jsonl") for game in game_ids)
    manifest = Manifest(games)
    number = len(platform.entries("models")) + 1
    registry = platform.resources.registry
    registry.append("manifests", {"hash": manifest.hash, "manifest": manifest.to_dict()}, key=f"set-{number}")
    model = {"name": f"v{number}", "manifest_hash": manifest.hash, "manifest_key": f"set-{number}", **told}
    registry.append("models", model, key=f"v{number}")
    if decided:
        registry.append("promotions", {"challenger": f"v{number}", "promote": True}, key=f"v{number}")
