"""Training forecasts: what there is to learn from, whether and how a training is due, and doing it.

Belongs here: reading rows and the record, and the steps in their order. Not here: the rule
(`domain.forecasting.due`), training itself (`services.forecasting.training`), the entry (`versions`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from uball_assets.adapters.record.family import family_of
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.training_requests import requests_open
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.tracking.tracker import Tracker
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.due import Due, KnownGames, LastTraining, due
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.rows import PlayerTrainingRow, TrainingRow
from uball_assets.domain.form.columns import GAME_FEATURES, PLAYER_FEATURES, Feature
from uball_assets.domain.form.tables import FORM_FEATURES
from uball_assets.domain.form.tables import PLAYER_FEATURES as PLAYER_TABLE
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.record import Family
from uball_assets.domain.tables import Row
from uball_assets.services.forecasting.models import load_outcome, load_player
from uball_assets.services.forecasting.operating.versions import NO_TRACKING, enter_version
from uball_assets.services.forecasting.trained import Trained
from uball_assets.services.forecasting.training import train_outcome, train_player

_log = logging.getLogger(__name__)
_Model = TypeVar("_Model")


@dataclass(frozen=True)
class NextForecastModel:
    """Whether one is to be trained now, of which family."""

    due: Due
    known: KnownGames
    last: LastTraining | None
    answers: int
    """The newest request on the record: it answers that one, and all before it."""


def next_model(
    registry: Registry,
    fixtures: Iterable[Fixture],
    config: ForecastConfig,
    now: datetime,
    held: Held | None,
) -> NextForecastModel:
    """`registry`: the family's; `fixtures`: of the facts, in all their versions."""
    known = KnownGames.of(LeagueFacts(tuple(fixtures)).known_at(now).fixtures, config)
    asked = requests_open(registry, now.timestamp())
    last = last_training(registry)
    newest = asked.newest.number if asked.newest else 0
    return NextForecastModel(due(last, known, now, held, asked.person), known, last, newest)


def last_training(registry: Registry) -> LastTraining | None:
    """As the family's entries tell it."""
    models = registry.entries("models")
    if not models:
        return None
    scratch = next((one for one in reversed(models) if one["how"] != How.CONTINUED), models[0])
    tuned = next((one for one in reversed(models) if one["how"] == How.TUNED), None)
    return LastTraining(
        models[-1]["name"],
        models[-1]["known"]["hash"],
        models[-1]["known"]["count"],
        _newest(scratch),
        datetime.fromisoformat(scratch["recorded_at"]),
        _newest(tuned) if tuned else None,
        datetime.fromisoformat(tuned["recorded_at"]) if tuned else None,
    )


def train_next(
    registry: Registry,
    training: ObjectStore,
    warehouse: Warehouse,
    facts: LeagueFacts,
    following: NextForecastModel,
    config: ForecastConfig,
    now: datetime,
    tracker: Tracker = NO_TRACKING,
) -> Entry:
    """The model on the record. `following`: one that is due. Raises Permanent where no game that counts has
    features yet."""
    how = following.due.how
    assert how is not None, "only what is due is trained"
    trained = _trained(family_of(registry), training, warehouse, facts, following.last, how, config, now)
    known = following.known
    told = {
        "because": following.due.reason,
        "request": following.answers,
        "known": {
            "hash": known.hash,
            "count": known.count,
            "newest": known.newest.isoformat() if known.newest else None,
        },
    }
    return enter_version(registry, training, trained, told, tracker)


def _trained(
    family: Family,
    training: ObjectStore,
    warehouse: Warehouse,
    facts: LeagueFacts,
    last: LastTraining | None,
    how: How,
    config: ForecastConfig,
    now: datetime,
) -> Trained:
    if family is Family.OUTCOME:
        outcome = _before(load_outcome, training, last)
        return train_outcome(outcome_rows(warehouse, facts, now), how, outcome, config)
    player = _before(load_player, training, last)
    return train_player(player_rows(warehouse, facts, now), how, player, config)


def _before(
    load: Callable[[ObjectStore, str], _Model], training: ObjectStore, last: LastTraining | None
) -> _Model | None:
    """The newest model; None where there is none, or it is damaged: every game is learned anew then, which is
    what mends it."""
    if last is None:
        return None
    try:
        return load(training, last.name)
    except Permanent as error:
        _log.warning("every game is learned anew: %s", error)
        return None


def outcome_rows(warehouse: Warehouse, facts: LeagueFacts, now: datetime) -> list[TrainingRow]:
    """Of every game with a result and features."""
    played = _played(facts, now)
    return [
        TrainingRow.of(one, _features(GAME_FEATURES, row))
        for row in warehouse.read(FORM_FEATURES)
        if (one := played.get(row["game_id"]))
    ]


def player_rows(warehouse: Warehouse, facts: LeagueFacts, now: datetime) -> list[PlayerTrainingRow]:
    """Of every player who appeared, and has features."""
    known, played = facts.known_at(now), _played(facts, now)
    lines = {(line.game_id, line.player_id): line for line in known.player_lines if line.game_id in played}
    return [
        PlayerTrainingRow.of(played[line.game_id], line, _features(PLAYER_FEATURES, row))
        for row in warehouse.read(PLAYER_TABLE)
        if (line := lines.get((row["game_id"], row["player_id"])))
    ]


def _played(facts: LeagueFacts, now: datetime) -> dict[str, Fixture]:
    return {one.game_id: one for one in facts.known_at(now).fixtures if one.is_final}


def _features(features: tuple[Feature, ...], row: Row) -> dict[str, float | None]:
    return {feature.name: row.get(feature.name) for feature in features}


def _newest(model: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(model["known"]["newest"])
