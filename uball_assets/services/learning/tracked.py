"""What a tracker is told of a video model's training, from its entry on the record.

Belongs here: which of its facts are parameters, metrics, curves and tags. Not here: tracking (`tracker`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from uball_assets.adapters.tracking.tracker import TrackedRun
from uball_assets.domain.serving.model_card import AFTER_EPOCH, losses_of


def tracked_video_model(entry: Mapping[str, Any]) -> TrackedRun:
    """`entry`: as the record is about to have it."""
    losses = losses_of(entry["metrics"])
    lessons = entry["lessons"]
    return TrackedRun(
        family="video",
        model=entry["name"],
        version=entry["version"],
        fingerprint=entry["fingerprint"],
        parameters={
            **{name: entry[name] for name in ("base", "epochs", "seed", "parent", "prompt_hash")},
            **{f"option/{name}": str(value) for name, value in entry["options"].items()},
            "taught": lessons["train_on"],
        },
        metrics={
            **{name: value for name, value in entry["metrics"].items() if not name.startswith(AFTER_EPOCH)},
            "games": entry["game_count"],
            "train_lines": entry["train_count"],
            "lines_shown": lessons["line_count"],
        },
        curves={"loss": [loss for _, loss in losses]} if losses else {},
        artefacts={"entry.json": json.dumps(dict(entry), indent=1, default=str).encode()},
        tags={
            "training_set": entry["manifest_hash"],
            "starts": entry["starts"],
            "model_uri": entry["model_uri"],
        },
    )
