"""What a tracker is told of a training of forecasts, from its card and its entry on the record.

Belongs here: which of its facts are parameters, metrics and tags. Not here: tracking (`adapters.tracking`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from uball_assets.adapters.tracking.tracker import TrackedRun
from uball_assets.domain.hashing import content_hash


def tracked_forecast_model(entry: Mapping[str, Any], card: Mapping[str, Any]) -> TrackedRun:
    """`entry`: as the record is about to have it."""
    chosen = card.get("hyperparameters", {}).get(entry["base"], {})
    return TrackedRun(
        family=entry["family"],
        model=entry["name"],
        version=entry["version"],
        fingerprint=content_hash([entry["name"], entry["games_hash"], card["files"]]),
        parameters={
            **{name: entry[name] for name in ("base", "how", "parent")},
            "seed": card["seed"],
            "features": len(card["features"]),
            **{f"hyperparameter/{name}": value for name, value in chosen.items()},
        },
        metrics={**entry["metrics"], "games": entry["game_count"]},
        artefacts={"card.json": json.dumps(dict(card), indent=1).encode()},
        tags={"games": entry["games_hash"], "because": entry["because"], "model_uri": entry["model_uri"]},
    )
