"""The warehouse's tables of forecasts: each version that was made, and the scores of the last ones.

Belongs here: the tables, and rows to what they say and back. Not here: tables of facts (`league.tables`) and
of features (`form.tables`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uball_assets.domain.forecasting.forecast import GameForecast, Interval, PlayerForecast, Reason
from uball_assets.domain.forecasting.made import ForecastScore, MadeForecast, MadePlayerForecast, Making
from uball_assets.domain.tables import Column, Form, Row, Table

MOST_REASONS = 8
"""Kept of a forecast; the others together are one more, `others`, so that they still add up."""
OTHERS = "others"

_MAKING = {
    "game_id": Column(Form.TEXT, "the game's id"),
    "model": Column(Form.TEXT, "the version that told it"),
    "made_at": Column(Form.MOMENT, "when, UTC: before tip-off"),
    "played_on": Column(Form.DATE, "the day of its tip-off, UTC"),
    "tip_off": Column(Form.MOMENT, "when it begins, UTC"),
    "home_team": Column(Form.TEXT, "the home team's id"),
    "away_team": Column(Form.TEXT, "the away team's id"),
    "is_used": Column(Form.TRUTH, "false: told beside the model that serves, on trial"),
    "inputs_hash": Column(Form.TEXT, "of the features and the model"),
    "because": Column(Form.TEXT, "why it was made then"),
    "reasons": Column(Form.JSON, "what each feature adds, largest first: [{feature, value, adds}]"),
}
FORECASTS = Table(
    "forecasts",
    "Forecasts of games, a row a version; the last one before tip-off counts.",
    {
        **_MAKING,
        "home_win": Column(Form.NUMBER, "the home team's chance, 0 to 1"),
        **{
            f"{side}_points{end}": Column(Form.NUMBER, f"the {side} team's expected score, {says}")
            for side in ("home", "away")
            for end, says in (("", "its mean"), ("_low", "80 % are above"), ("_high", "80 % are below"))
        },
    },
    ("game_id", "model", "made_at"),
    "played_on",
    "home_team",
)
PLAYER_FORECASTS = Table(
    "player_forecasts",
    "Forecasts of players' lines, a row a version.",
    {
        **_MAKING,
        "team_id": Column(Form.TEXT, "the player's team"),
        "player_id": Column(Form.TEXT, "the player's id"),
        "appears": Column(Form.NUMBER, "the chance that he plays, 0 to 1; the stats are told as if he did"),
        "stats": Column(Form.JSON, "by stat: {mean, low, high}"),
    },
    ("game_id", "player_id", "model", "made_at"),
    "played_on",
    "team_id",
)
FORECAST_SCORES = Table(
    "forecast_scores",
    "How the last forecast before tip-off did, a row a game and model.",
    {
        "game_id": Column(Form.TEXT, "the game's id"),
        "family": Column(Form.TEXT, "outcome, or player: all lines of the game together"),
        "model": Column(Form.TEXT, "the version that told it"),
        "made_at": Column(Form.MOMENT, "of the forecast, UTC"),
        "played_on": Column(Form.DATE, "the day of its tip-off, UTC"),
        "tip_off": Column(Form.MOMENT, "when it began, UTC"),
        "home_team": Column(Form.TEXT, "the home team's id"),
        "is_used": Column(Form.TRUTH, "false: told on trial, or another model took over later"),
        "chance": Column(Form.NUMBER, "that it gave to what happened, 0 to 1; missing of players"),
        "log_loss": Column(Form.NUMBER, "in nats, of the winner; or the mean of the players' points"),
        "points_error": Column(Form.NUMBER, "mean absolute, of the teams' or the players' points"),
        "intervals": Column(Form.WHOLE, "numbers told with an interval, that came out"),
        "covered": Column(Form.WHOLE, "of those, within it"),
        "home_points": Column(Form.WHOLE, "the result that it was scored on"),
        "away_points": Column(Form.WHOLE, "the result that it was scored on"),
    },
    ("game_id", "family", "model"),
    "played_on",
    "home_team",
)


def forecast_row(made: MadeForecast) -> dict[str, Any]:
    told = made.told
    return {
        **_making_row(made.making, told.reasons),
        "home_win": told.home_win,
        **_points("home", told.home_points),
        **_points("away", told.away_points),
    }


def forecast_of(row: Row) -> MadeForecast:
    told = GameForecast(
        row["home_win"], _interval(row, "home"), _interval(row, "away"), _reasons(row["reasons"])
    )
    return MadeForecast(_making_of(row), told)


def player_forecast_row(made: MadePlayerForecast) -> dict[str, Any]:
    stats = {name: interval._asdict() for name, interval in made.told.stats.items()}
    return {
        **_making_row(made.making, made.told.reasons),
        "team_id": made.team_id,
        "player_id": made.player_id,
        "appears": made.told.appears,
        "stats": stats,
    }


def player_forecast_of(row: Row) -> MadePlayerForecast:
    stats = {name: Interval(**told) for name, told in row["stats"].items()}
    told = PlayerForecast(stats, _reasons(row["reasons"]), row.get("appears"))
    return MadePlayerForecast(_making_of(row), row["team_id"], row["player_id"], told)


def score_row(score: ForecastScore) -> dict[str, Any]:
    return {**vars(score), "played_on": score.tip_off.date()}


def score_of(row: Row) -> ForecastScore:
    return ForecastScore(**{name: row[name] for name in ForecastScore.__dataclass_fields__})


def kept_reasons(reasons: Iterable[Reason]) -> list[Reason]:
    """The largest, and all others as one: they add up as before."""
    told = list(reasons)
    first, rest = told[:MOST_REASONS], told[MOST_REASONS:]
    return [*first, Reason(OTHERS, None, sum(one.adds for one in rest))] if rest else first


def _making_row(making: Making, reasons: Iterable[Reason]) -> dict[str, Any]:
    told = [reason._asdict() for reason in kept_reasons(reasons)]
    return {**vars(making), "played_on": making.tip_off.date(), "reasons": told}


def _making_of(row: Row) -> Making:
    return Making(**{name: row[name] for name in Making.__dataclass_fields__})


def _points(side: str, interval: Interval) -> dict[str, float]:
    return {
        f"{side}_points": interval.mean,
        f"{side}_points_low": interval.low,
        f"{side}_points_high": interval.high,
    }


def _interval(row: Row, side: str) -> Interval:
    return Interval(row[f"{side}_points"], row[f"{side}_points_low"], row[f"{side}_points_high"])


def _reasons(told: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(**one) for one in told)
