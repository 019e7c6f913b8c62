"""How good forecasts are, as JSON: from a model's card, and from the scores of what was told.

A card is of the version that wrote it: what it does not say is None. Belongs here: forms. Not here: routes
(`performance`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field

from uball_assets.domain.forecasting.calibration import CalibrationVerdict, calibration
from uball_assets.domain.forecasting.kept.scored import Record, home_chances
from uball_assets.domain.forecasting.made import ForecastScore
from uball_assets.domain.serving.routing import Routing

Card = Mapping[str, Any]


class Measured(BaseModel):
    """With its 95 % interval; None where there was nothing to measure."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Contestant(BaseModel):
    """A candidate or a baseline, on the same games, all later than those that were learned from."""

    name: str
    is_baseline: bool
    is_kept: bool
    log_loss: Annotated[Measured, Field(description="Nats a game; 0.693 is a coin's.")]
    brier: Measured
    accuracy: Annotated[Measured, Field(description="Share of games whose likelier winner won.")]
    auc: Measured


class CalibrationAnswer(BaseModel):
    standing: Annotated[str, Field(description="Of within 5 points: `within`, `beyond`, `cannot tell`.")]
    says: str
    error_points: float

    @classmethod
    def of(cls, verdict: CalibrationVerdict) -> CalibrationAnswer:
        return cls(**{name: verdict.to_dict()[name] for name in cls.model_fields})


class Since(BaseModel):
    """How the forecasts came out that were told before tip-off. None: nothing to measure."""

    games: int
    accuracy: Annotated[float | None, Field(description="Share of games whose likelier winner won.")]
    log_loss: float | None
    points_error: Annotated[float | None, Field(description="Mean absolute, of expected points.")]
    covered: Annotated[float | None, Field(description="Share within the intervals; 0.8 is meant.")]

    @classmethod
    def of(cls, record: Record) -> Since:
        return cls(
            games=record.games,
            accuracy=record.accuracy,
            log_loss=record.log_loss,
            points_error=record.points_error,
            covered=record.covered,
        )


class _Family(BaseModel):
    model: Annotated[str | None, Field(description="The version with the most games; None before the first.")]
    routes: Annotated[str | None, Field(description="Who else is asked, and for which share of the games.")]
    how: Annotated[str | None, Field(description="From scratch, continued, tuned.")]
    learned_games: int | None
    learned_until: str | None
    last_7_days: Since
    since_start: Since


class OutcomePerformance(_Family):
    candidate: str | None
    why: Annotated[str | None, Field(description="Why this candidate was kept.")]
    evaluated_games: int
    contestants: Annotated[list[Contestant], Field(description="The lowest log loss first.")]
    calibration: Annotated[CalibrationAnswer | None, Field(description="In the evaluation.")]
    calibration_since_start: CalibrationAnswer | None

    @classmethod
    def of(
        cls,
        routing: Routing | None,
        card: Card,
        week: Record,
        ever: Record,
        scores: Sequence[ForecastScore],
    ) -> OutcomePerformance:
        """`scores`: of all its forecasts that were used."""
        evaluation, kept = card.get("evaluation") or {}, card.get("candidate")
        contestants = [
            Contestant(name=name, is_kept=name == kept, **{key: told[key] for key in _NUMBERS})
            for name, told in evaluation.get("models", {}).items()
        ]
        found = evaluation.get("calibration")
        return cls(
            **_family(routing, card, week, ever),
            candidate=kept,
            why=card.get("why"),
            evaluated_games=evaluation.get("games", 0),
            contestants=sorted(contestants, key=lambda one: one.log_loss.value or 0.0),
            calibration=found
            and CalibrationAnswer(**{key: found[key] for key in CalibrationAnswer.model_fields}),
            calibration_since_start=_calibration(scores),
        )


class StatPerformance(BaseModel):
    candidate: str
    error: Annotated[
        Measured | None, Field(description="Mean absolute; None before there were enough games.")
    ]
    coverage: Annotated[Measured, Field(description="Share of lines within the interval; 0.8 is meant.")]
    lines: Annotated[int, Field(description="Players' lines, all of later games than those learned from.")]


class PlayerPerformance(_Family):
    stats: dict[str, StatPerformance]

    @classmethod
    def of(cls, routing: Routing | None, card: Card, week: Record, ever: Record) -> PlayerPerformance:
        stats = {name: _stat(told) for name, told in card.get("stats", {}).items()}
        return cls(**_family(routing, card, week, ever), stats=stats)


class Performance(BaseModel):
    outcome: OutcomePerformance
    player: PlayerPerformance


class FeatureImportance(BaseModel):
    feature: str
    importance: Annotated[float, Field(description="The mean size of what it adds to a forecast.")]


class FamilyImportance(BaseModel):
    family: str
    model: str | None
    unit: Annotated[str, Field(description="Of the numbers.")]
    features: Annotated[list[FeatureImportance], Field(description="The largest first.")]

    @classmethod
    def of(cls, family: str, unit: str, card: Card, told: Mapping[str, float]) -> FamilyImportance:
        found = [
            FeatureImportance(feature=name, importance=round(size, 6)) for name, size in told.items() if size
        ]
        found.sort(key=lambda one: -one.importance)
        return cls(family=family, model=card.get("name"), unit=unit, features=found)


class Importance(BaseModel):
    families: list[FamilyImportance]


_NUMBERS = ("is_baseline", "log_loss", "brier", "accuracy", "auc")


def _family(routing: Routing | None, card: Card, week: Record, ever: Record) -> dict[str, Any]:
    learned = card.get("learned") or {}
    return {
        "model": routing.champion if routing else None,
        "routes": str(routing) if routing else None,
        "how": card.get("how"),
        "learned_games": learned.get("games"),
        "learned_until": learned.get("last"),
        "last_7_days": Since.of(week),
        "since_start": Since.of(ever),
    }


def _calibration(scores: Sequence[ForecastScore]) -> CalibrationAnswer | None:
    """Of the home team's chance."""
    chances, won = home_chances(scores)
    return CalibrationAnswer.of(calibration(chances, won)) if chances else None


def _stat(card: Card) -> StatPerformance:
    evaluation = card["evaluation"]
    kept, coverage = evaluation["models"].get(card["candidate"]), evaluation["coverage"]
    return StatPerformance(
        candidate=card["candidate"],
        error=kept and Measured(**kept["error"]),
        coverage=Measured(**{key: coverage[key] for key in Measured.model_fields}),
        lines=evaluation["lines"],
    )
