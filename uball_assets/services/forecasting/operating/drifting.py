"""Drift of the model that forecasts games: one entry a game that it told and that was played.

Belongs here: a game's entry, made of what the last one left. Not here: the rule (`domain.serving.drift`), who
hears of it (`automation`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.forecasting.made import ForecastScore
from uball_assets.domain.record import DRIFT, Family
from uball_assets.domain.serving.drift import Baseline, Drift, DriftPoint, GameResult, Line, with_game

_TAIL = 200
GAMES = Line(window_plays=50, points=10.0, what="games")
"""A game is one answer where a clip's game is many: the line that a person asks for lies lower."""


def follow_drift(registry: Registry, scores: Iterable[ForecastScore]) -> list[Entry]:
    """The new entries. `registry`: the family's; `scores`: new ones; those of a model on trial, of players,
    and of a result that was corrected since count as nothing new."""
    used = [one for one in scores if one.is_used and one.family == Family.OUTCOME]
    entered = []
    for score in sorted(used, key=lambda one: (one.tip_off, one.game_id)):
        if registry.find(DRIFT, _key(score)) is None:
            entered.append(_enter(registry, score))
    return entered


def _enter(registry: Registry, score: ForecastScore) -> Entry:
    last = registry.newest(DRIFT, score.model)
    result = GameResult(score.game_id, int(bool(score.is_right)), int(not score.is_right))
    drift = with_game(_drift_of(registry, score.model, last), result)
    since = (last or {}).get("alarm_since") or score.tip_off.isoformat()
    entry: dict[str, Any] = {
        "game_id": score.game_id,
        "model": score.model,
        **drift.newest(),
        "alarm_since": since if drift.is_alarm else None,
        "changed": [],
    }
    return registry.append(DRIFT, entry, key=_key(score))


def _drift_of(registry: Registry, model: str, last: Entry | None) -> Drift:
    if last is None:
        return Drift(_baseline(registry, model), (), GAMES)
    entries = registry.since(DRIFT, max(0, registry.count(DRIFT) - _TAIL))
    points = tuple(_point(entry) for entry in entries if entry["model"] == model) or (_point(last),)
    return Drift(Baseline(**last["baseline"]) if last["baseline"] else None, points, GAMES)


def _baseline(registry: Registry, model: str) -> Baseline | None:
    """The share of later games that it got right when it was trained."""
    entry = next(iter(registry.about("models", model)), None)
    told = (entry or {}).get("accuracy") or {}
    return Baseline(told["value"], told["games"]) if told.get("value") is not None else None


def _point(entry: Entry) -> DriftPoint:
    result = GameResult(entry["game_id"], entry["right"], entry["wrong"])
    evidence = tuple(entry["evidence_by_share"])
    return DriftPoint(result, entry["games"], entry["plays"], entry["recent_accuracy"], evidence)


def _key(score: ForecastScore) -> str:
    return f"{score.game_id}:{score.model}"
