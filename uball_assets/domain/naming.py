"""Model names: `basketball-model-v3-10games` is version 3, which has learned from 10 games.

Belongs here: writing and reading that name. Not here: what else a model records (`manifest`, the registry).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from uball_assets.domain.errors import Permanent

_PREFIX = "basketball-model"
_NAME = re.compile(rf"{_PREFIX}-v([1-9]\d*)-([1-9]\d*)games")


class ModelName(NamedTuple):
    version: int
    game_count: int


def version_label(version: int, game_count: int) -> str:
    """`v3-10games`."""
    return f"v{version}-{game_count}games"


def model_name(version: int, game_count: int) -> str:
    """`basketball-model-v3-10games`."""
    return f"{_PREFIX}-{version_label(version, game_count)}"


def parse_model_name(name: str) -> ModelName:
    """Raises Permanent for a text that is no model name."""
    found = _NAME.fullmatch(name)
    if not found:
        raise Permanent(f"{name!r} is no model name: expected one like {model_name(3, 10)!r}")
    return ModelName(int(found[1]), int(found[2]))
