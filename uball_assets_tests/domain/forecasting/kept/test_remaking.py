"""When a forecast is made anew, and why, by table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from uball_assets.domain.forecasting.kept.remaking import NEVER, NEW, News, because, inputs_hash, is_to_come
from uball_assets.domain.forecasting.made import Making
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.rosters import Move, RosterMove

TIP_OFF = datetime(2026, 3, 7, 18, tzinfo=UTC)
MADE_AT = TIP_OFF - timedelta(days=2)
LATER = MADE_AT + timedelta(hours=1)
GAME = Fixture("g1", "2025-26", Phase.SEASON, TIP_OFF, "red", "blue", Status.SCHEDULED, None, None, MADE_AT)
BEFORE = Making("g1", TIP_OFF, "red", "blue", "v1", MADE_AT, True, "h", NEW)
QUIET = News(NEVER, {})


@pytest.mark.parametrize(
    ("before", "fixture", "news", "why"),
    [
        (None, GAME, QUIET, "the game is new"),
        (replace(BEFORE, model="v0"), GAME, QUIET, "v1 tells it now"),
        (BEFORE, replace(GAME, tip_off=LATER), QUIET, "its time changed"),
        (BEFORE, GAME, News(NEVER, {"blue": LATER}), "a roster changed"),
        (BEFORE, GAME, News(LATER, {"green": LATER}), "new results"),
        (BEFORE, GAME, News(LATER, {"red": LATER}), "a roster changed, new results"),
        (BEFORE, GAME, News(MADE_AT, {"red": MADE_AT}), "time passed: its teams' last days are others"),
    ],
)
def test_it_says_what_is_other_than_before(
    before: Making | None, fixture: Fixture, news: News, why: str
) -> None:
    assert because(before, fixture, "v1", news) == why


@pytest.mark.parametrize(
    ("fixture", "now", "told"),
    [
        (GAME, TIP_OFF - timedelta(seconds=1), True),
        (GAME, TIP_OFF, False),
        (replace(GAME, status=Status.POSTPONED), MADE_AT, False),
        (replace(GAME, status=Status.FINAL), MADE_AT, False),
    ],
)
def test_only_a_game_that_has_not_begun_is_told(fixture: Fixture, now: datetime, told: bool) -> None:
    assert is_to_come(fixture, now) is told


def test_a_move_is_news_once_it_is_known_and_holds() -> None:
    out = RosterMove("p1", "red", Move.OUT, LATER, MADE_AT)
    facts = LeagueFacts((replace(GAME, status=Status.FINAL, home_points=1, away_points=0),), (), (), (out,))
    assert News.of(facts, MADE_AT) == News(MADE_AT, {})
    assert News.of(facts, LATER) == News(MADE_AT, {"red": LATER})


def test_another_model_or_another_feature_that_it_reads_is_another_input() -> None:
    row = {"a": 1.0, "b": None, "c": 3.0}
    told = inputs_hash("v1", ("a", "b"), row)
    assert told == inputs_hash("v1", ("a", "b"), {**row, "c": 4.0})
    assert told != inputs_hash("v2", ("a", "b"), row)
    assert told != inputs_hash("v1", ("a", "b"), {**row, "b": 0.0})
