"""What is asked of a forecast and what is told of it: the forms of their JSON.

Belongs here: forms. Not here: routes (`predict`), the forecast itself (`services.predicting`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from uball_assets.app.api.forms import Strict
from uball_assets.domain.forecasting.forecast import Interval, Reason
from uball_assets.domain.league.fixtures import Phase
from uball_assets.domain.showing.reasons import ToldReason, game_reasons, player_reasons
from uball_assets.services.predicting.questions import (
    Asked,
    GameAnswer,
    GameQuestion,
    PlayerAnswer,
    PlayerQuestion,
)

REASONS = 8
"""The largest are told; the others together as one number."""
Team = Annotated[
    str, Field(min_length=1, max_length=100, description="A team's id or name.", examples=["Falcons"])
]
Player = Annotated[
    str, Field(min_length=1, max_length=100, description="A player's id or name.", examples=["falcons-7"])
]
When = Annotated[
    date | datetime,
    Field(
        description="A day as the league's calendar has it, or a moment. A game of the schedule is found by "
        "it; of a game that lies in the past, only what was known at its tip-off is used.",
        examples=["2026-03-18"],
    ),
]
Stat = Literal["points", "rebounds", "assists", "steals", "blocks", "turnovers", "fours_made"]


class WishedGame(Strict):
    home_team: Team
    away_team: Team
    game_date: When
    players_out: Annotated[
        tuple[Player, ...],
        Field(max_length=20, description="Who cannot play, besides those of whom the league knows it."),
    ] = ()
    phase: Annotated[Phase | None, Field(description="Without it, the schedule's or the calendar's.")] = None

    def question(self) -> GameQuestion:
        out = tuple(sorted(set(self.players_out)))
        return GameQuestion(self.home_team, self.away_team, self.game_date, out, self.phase)


class WishedPlayer(Strict):
    player_id: Player
    game_date: When
    opponent: Team
    stats: Annotated[
        tuple[Stat, ...], Field(max_length=7, description="Which numbers; without them, all seven.")
    ] = ()
    at_home: Annotated[
        bool | None, Field(description="Without it, as the schedule has it, else at home.")
    ] = None
    min_matches: Annotated[
        int, Field(ge=0, le=1000, description="Games that the player must have played by then.")
    ] = 3

    def question(self) -> PlayerQuestion:
        return PlayerQuestion(self.player_id, self.opponent, self.game_date, self.min_matches, self.at_home)


class Number(BaseModel):
    """Expected, and what it lies between in 80 of 100 games."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, found: Interval, digits: int) -> Number:
        return cls(
            mean=round(found.mean, digits), low=round(found.low, digits), high=round(found.high, digits)
        )


class ReasonAnswer(BaseModel):
    feature: str
    value: Annotated[float | None, Field(description="None where it was not known: the average counts.")]
    adds: Annotated[
        float, Field(description="To the home team's log odds, or to the player's points, over the average.")
    ]
    says: str


class SideAnswer(BaseModel):
    team_id: str
    name: str
    win_chance: Annotated[float, Field(ge=0, le=1, description="The two add to one.")]
    points: Number


class _Rests(BaseModel):
    """What a forecast rests on."""

    game_id: Annotated[str | None, Field(description="None where the schedule has no such game.")]
    tip_off: datetime
    phase: Phase
    model: Annotated[str, Field(description="The version that forecasts.")]
    as_of: Annotated[datetime, Field(description="Nothing was used that became known later.")]
    facts: Annotated[str, Field(description="The state of the league's facts that it was made from.")]
    importance: Annotated[list[ReasonAnswer], Field(description="The largest reasons, largest first.")]
    others_add: Annotated[float, Field(description="What all other reasons add together.")]
    said: Annotated[list[str], Field(description="What one should know of it.")]


class PredictedGame(_Rests):
    home: SideAnswer
    away: SideAnswer
    winner: Annotated[str, Field(description="The likelier one's id.")]
    confidence: Annotated[float, Field(ge=0.5, le=1, description="The likelier winner's chance.")]
    players_out: Annotated[list[str], Field(description="Ids, of those that were asked for.")]

    @classmethod
    def of(cls, answer: GameAnswer) -> PredictedGame:
        forecast, fixture = answer.forecast, answer.asked.fixture
        home_win = round(forecast.home_win, 4)
        away_win = round(1 - home_win, 4)
        home = SideAnswer(
            team_id=fixture.home_team,
            name=answer.home_name,
            win_chance=home_win,
            points=Number.of(forecast.home_points, 1),
        )
        away = SideAnswer(
            team_id=fixture.away_team,
            name=answer.away_name,
            win_chance=away_win,
            points=Number.of(forecast.away_points, 1),
        )
        largest = replace(forecast, reasons=forecast.reasons[:REASONS])
        words = game_reasons(largest, answer.home_name, answer.away_name)
        told = _told(largest.reasons, words, _to_the_chance)
        return cls(
            **_rests(answer.asked, told, forecast.reasons[REASONS:], _known_when(answer.asked)),
            home=home,
            away=away,
            winner=(home if home_win >= away_win else away).team_id,
            confidence=max(home_win, away_win),
            players_out=list(answer.players_out),
        )


class PredictedPlayer(_Rests):
    player_id: str
    name: str
    team_id: str
    team: str
    opponent_id: str
    opponent: str
    at_home: bool
    plays: Annotated[
        float | None,
        Field(
            ge=0,
            le=1,
            description="The chance that he does; the numbers are told as if he did. The points of all his "
            "team, each times this, are the team's. None: nobody can tell who is to play.",
        ),
    ]
    games_before: Annotated[int, Field(description="That the player had appeared in by then.")]
    stats: Annotated[dict[str, Number], Field(description="By name; `importance` is of the points.")]

    @classmethod
    def of(cls, answer: PlayerAnswer, wanted: Sequence[Stat]) -> PredictedPlayer:
        forecast = answer.forecast
        largest = replace(forecast, reasons=forecast.reasons[:REASONS])
        told = _told(largest.reasons, player_reasons(largest), _to_his_points)
        said = _known_when(answer.asked)
        if answer.is_out:
            said.append(
                f"{answer.player_name} is known to be out: this is what to expect if he plays after all"
            )
        if not answer.asked.is_scheduled:
            said.append("no schedule says who is at home: at_home does")
        found = {stat: Number.of(number, 2) for stat, number in forecast.stats.items()}
        return cls(
            **_rests(answer.asked, told, forecast.reasons[REASONS:], said),
            player_id=answer.player_id,
            name=answer.player_name,
            team_id=answer.team_id,
            team=answer.team_name,
            opponent_id=answer.opponent_id,
            opponent=answer.opponent_name,
            at_home=answer.is_home,
            plays=None if forecast.appears is None else round(forecast.appears, 4),
            games_before=answer.games_before,
            stats={stat: number for stat, number in found.items() if not wanted or stat in wanted},
        )


def _rests(
    asked: Asked, told: list[ReasonAnswer], others: Sequence[Reason], said: list[str]
) -> dict[str, Any]:
    fixture = asked.fixture
    return {
        "game_id": fixture.game_id if asked.is_scheduled else None,
        "tip_off": fixture.tip_off,
        "phase": fixture.phase,
        "model": asked.model,
        "as_of": asked.as_of,
        "facts": asked.facts,
        "importance": told,
        "others_add": round(sum(one.adds for one in others), 4),
        "said": said,
    }


def _told(
    reasons: Sequence[Reason], words: Sequence[ToldReason], says: Callable[[ToldReason], str]
) -> list[ReasonAnswer]:
    """Those that add nothing have no words, and are left out."""
    return [
        ReasonAnswer(
            feature=reason.feature,
            value=None if reason.value is None else round(reason.value, 4),
            adds=round(reason.adds, 4),
            says=says(told),
        )
        for reason, told in zip((one for one in reasons if one.adds), words, strict=True)
    ]


def _to_the_chance(told: ToldReason) -> str:
    return f"{told.what}, {told.value}: {100 * told.moves:.1f} points of win chance to {told.leans}"


def _to_his_points(told: ToldReason) -> str:
    return f"{told.what}, {told.value}: {told.adds:+.2f} points"


def _known_when(asked: Asked) -> list[str]:
    fixture = asked.fixture
    if asked.as_of == fixture.tip_off:
        known = (
            "it lies in the past: this is what was known at its tip-off, by a model of today, which may have "
            "learned from it"
        )
    else:
        known = "what becomes known until its tip-off changes it: ask again then"
    if asked.is_scheduled:
        return [known]
    return [known, "no such game is on the schedule: forecast as if it began at tip_off"]
