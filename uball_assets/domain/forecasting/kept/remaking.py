"""When a forecast is made anew: where what it is made from is other than it was, and never after tip-off.

Belongs here: whether, and why in words. Not here: making it (`services.forecasting.operating`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from uball_assets.domain.forecasting.made import Making
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture, Status

NEW = "the game is new"
TIME_PASSED = "time passed: its teams' last days are others"
SHEET_CHANGED = "time passed, or its team's score sheet is another"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def inputs_hash(
    model: str, features: Sequence[str], row: Mapping[str, float | None], *held_to: float | None
) -> str:
    """Of all that a forecast follows from; `held_to`: of a player's line, what his team's sheet says."""
    return content_hash([model, [row.get(name) for name in features], *held_to])


def is_to_come(fixture: Fixture, now: datetime) -> bool:
    """Whether it may be told still."""
    return fixture.status is Status.SCHEDULED and now < fixture.tip_off


@dataclass(frozen=True)
class News:
    """When something was heard last that forecasts rest on."""

    result_at: datetime
    """Of any game."""
    roster_at: Mapping[str, datetime]
    """By team."""

    @classmethod
    def of(cls, facts: LeagueFacts, now: datetime) -> News:
        """`facts`: in all their versions."""
        results = (one.known_at for one in facts.fixtures if one.is_final and one.known_at <= now)
        rosters: dict[str, datetime] = {}
        for move in facts.roster_moves:
            # announced before it holds, or heard of afterwards: it counts from the later of both
            at = max(move.known_at, move.moved_at)
            if at <= now:
                rosters[move.team_id] = max(at, rosters.get(move.team_id, at))
        return cls(max(results, default=NEVER), rosters)


def because(
    before: Making | None, fixture: Fixture, model: str, news: News, otherwise: str = TIME_PASSED
) -> str:
    """Why it is made now: what is other since the version before; `otherwise`: where none of that is."""
    if before is None:
        return NEW
    if before.model != model:
        return f"{model} tells it now"
    since = before.made_at
    teams = (fixture.home_team, fixture.away_team)
    words = [
        "its time changed" if before.tip_off != fixture.tip_off else "",
        "a roster changed" if any(news.roster_at.get(team, NEVER) > since for team in teams) else "",
        "new results" if news.result_at > since else "",
    ]
    return ", ".join(filter(None, words)) or otherwise
