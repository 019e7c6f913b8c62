"""`uball status`: every game and every model, as the record and the sources say now.

Belongs here: reading the record into rows for a person. It works without Dagster: the record is never only in
its event log. Not here: why a training starts or not (`automation.situation`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uball_assets.adapters.registry import Entry, Registry, StoreRegistry
from uball_assets.adapters.sources import files_by_game
from uball_assets.settings import Settings


@dataclass(frozen=True)
class GameStatus:
    game_id: str
    grade: str | None
    """A, B, C or F; None for a game that was not processed yet."""
    reasons: list[str]
    cameras: list[str]
    rows: int
    plays: int
    clips_wanted: int
    clips_accepted: int
    train_examples: int
    validation_examples: int
    quarantined: int
    first_model: str | None
    """The first model that learned from it, as `v2-5games`."""
    annotated_by: str | None


@dataclass(frozen=True)
class ModelStatus:
    label: str
    name: str
    games: int
    train_examples: int
    play_accuracy: dict[str, Any] | None
    """Low, value, high on the newest yardstick; None before its evaluation."""
    three_four: dict[str, Any] | None
    weight_percent: float
    """Its share of the questions that are asked now; 0 for a model that does not serve."""


@dataclass(frozen=True)
class Status:
    games: list[GameStatus]
    models: list[ModelStatus]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_status(settings: Settings) -> Status:
    """Raises Permanent for a record or a source that cannot be read."""
    from uball_assets.resources import training_store

    registry = StoreRegistry(training_store(settings), now=lambda: datetime.now(UTC))
    models = registry.entries("models")
    return Status(games=_games(registry, models, _known_games(settings)), models=_models(registry, models))


def _known_games(settings: Settings) -> set[str]:
    """What the sources hold: a video folder, or a row in the database."""
    from uball_assets.resources import plays_database, videos_store

    filmed = set(files_by_game(videos_store(settings)))
    path = settings.plays_url.removeprefix("sqlite:///")
    if path != settings.plays_url and not Path(path).exists():
        return filmed
    return filmed | set(plays_database(settings).game_ids())


def _games(registry: Registry, models: list[Entry], known: set[str]) -> list[GameStatus]:
    states = {entry["game_id"]: entry for entry in registry.entries("games")}
    annotated = {entry["game_id"]: entry["model"] for entry in registry.entries("annotations")}
    learned: dict[str, str] = {}
    for model in models:
        for game_id in model["game_ids"]:
            learned.setdefault(game_id, model["label"])
    return [
        _game(game_id, states.get(game_id), learned.get(game_id), annotated.get(game_id))
        for game_id in sorted(known | set(states))
    ]


def _game(game_id: str, state: Entry | None, first_model: str | None, annotated_by: str | None) -> GameStatus:
    found = state or {}
    return GameStatus(
        game_id=game_id,
        grade=found.get("grade"),
        reasons=list(found.get("reasons", [])),
        cameras=list(found.get("cameras", [])),
        rows=found.get("rows", 0),
        plays=found.get("plays", 0),
        clips_wanted=found.get("clips_wanted", 0),
        clips_accepted=found.get("clips_accepted", 0),
        train_examples=found.get("train_count", 0),
        validation_examples=found.get("validation_count", 0),
        quarantined=found.get("quarantined", 0),
        first_model=first_model,
        annotated_by=annotated_by,
    )


def _models(registry: Registry, models: list[Entry]) -> list[ModelStatus]:
    evaluations = registry.entries("evaluations")
    yardstick = evaluations[-1]["yardstick_hash"] if evaluations else None
    scores = {entry["model"]: entry for entry in evaluations if entry["yardstick_hash"] == yardstick}
    routes = registry.latest("routes")
    weights = {route["model"]: route["weight_percent"] for route in routes["routes"]} if routes else {}
    return [
        ModelStatus(
            label=model["label"],
            name=model["name"],
            games=model["game_count"],
            train_examples=model["train_count"],
            play_accuracy=scores.get(model["name"], {}).get("play_accuracy"),
            three_four=scores.get(model["name"], {}).get("three_four"),
            weight_percent=weights.get(model["name"], 0.0),
        )
        for model in models
    ]
