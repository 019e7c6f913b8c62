"""Model names: `basketball-model-v3-10games` is version 3, which has learned from 10 games.

Belongs here: that name. Not here: what else a model records (`manifest`, the registry).
"""

from __future__ import annotations

_PREFIX = "basketball-model"


def version_label(version: int, game_count: int) -> str:
    """`v3-10games`."""
    return f"v{version}-{game_count}games"


def model_name(version: int, game_count: int) -> str:
    """`basketball-model-v3-10games`."""
    return f"{_PREFIX}-{version_label(version, game_count)}"
