"""What a season has come to, as bytes: the same whether one machine did it or several did.

Belongs here: what is compared. Not here: how it came about (`test_season`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from uball_assets.resources import Resources

_TELL_WHEN = ("card.html", "card.png")
"""Of a model: when it was trained, and how long that took."""


@dataclass(frozen=True)
class End:
    models: list[str]
    """`v1-4games`, in order."""
    learned: list[list[str]]
    """The games of each."""
    trained: Counter[str]
    """How many models came of each training set."""
    games: Counter[str]
    """How often each game with its examples is on the record."""
    objects: dict[str, str]
    """Hash of the bytes by name: clips, examples, training sets, models."""


def end_of(training: Path, outside: Resources) -> End:
    models, games = outside.registry.entries("models"), outside.registry.entries("games")
    return End(
        models=[model["label"] for model in models],
        learned=[sorted(model["game_ids"]) for model in models],
        trained=Counter(model["manifest_hash"] for model in models),
        games=Counter(f"{game['game_id']} {game['examples_hash']}" for game in games),
        objects=objects_in(training),
    )


def objects_in(training: Path) -> dict[str, str]:
    return {
        path.relative_to(training).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("games", "training_sets", "models")
        for path in sorted((training / folder).rglob("*"))
        if path.is_file() and path.name not in _TELL_WHEN
    }
