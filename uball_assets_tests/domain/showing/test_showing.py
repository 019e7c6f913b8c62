"""What pages show of a game and a league, on examples small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from uball_assets.domain.answers.box_score import NOBODY
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Event
from uball_assets.domain.showing.game_list import PAGE, GameRow, game_page, newest_first
from uball_assets.domain.showing.mistakes import Mistake, mistakes
from uball_assets.domain.showing.months import NO_DAY, SeasonFacts, months
from uball_assets.domain.showing.score_line import Step, score_line
from uball_assets.domain.showing.shooting import Shots, box_cells, shots_by_distance
from uball_assets.domain.showing.timeline_strips import clock_text, strips
from uball_assets_tests.domain.samples import a_play, predicted

GRAY, TEAL = "Player #7 (grey)", "Player #3 (Teal)"
DID = {
    "FG_MAKE": 2,
    "FG_MISS": 1,
    "3PT_MISS": 2,
    "4PT_MAKE": 1,
    "FREE_THROW_MAKE": 3,
    "FREE_THROW_MISS": 1,
    "REBOUND": 1,
    "OFFENSIVE_REBOUND": 2,
    "STEAL": 4,
}


def test_the_score_goes_up_basket_by_basket_each_teams_own() -> None:
    plays = [
        a_play(
            window=Window(50, 60), timestamp_game_s=55.0, player_a=TEAL, classification="3PT_MAKE", events=()
        ),
        a_play(window=Window(10, 20), timestamp_game_s=15.0, player_a=GRAY, classification="4PT_MAKE"),
        a_play(
            window=Window(70, 80), timestamp_game_s=None, player_a=None, classification="FG_MAKE", events=()
        ),
        a_play(
            window=Window(90, 95),
            timestamp_game_s=91.0,
            player_a=GRAY,
            classification="FOUL",
            events=(Event("FREE_THROW_MAKE", TEAL), Event("FREE_THROW_MAKE")),
        ),
    ]
    line = score_line(plays)
    assert line.teams == ("Gray", "Teal", NOBODY)
    assert line.steps[:3] == (
        Step(15.0, {"Gray": 4, "Teal": 0, NOBODY: 0}),
        Step(55.0, {"Gray": 4, "Teal": 3, NOBODY: 0}),
        Step(75.0, {"Gray": 4, "Teal": 3, NOBODY: 2}),
    )
    assert (line.final, line.most) == ({"Gray": 5, "Teal": 4, NOBODY: 2}, 5)


def test_a_game_without_a_basket_has_no_score_line() -> None:
    line = score_line([a_play(classification="STEAL", events=())])
    assert (line.steps, line.final, line.most, line.last_game_s) == ((), {}, 0, 0.0)


def test_shots_are_told_by_distance_made_and_tried() -> None:
    assert shots_by_distance(DID) == {
        "Free throws": Shots(3, 4),
        "2 points": Shots(2, 3),
        "3 points": Shots(0, 2),
        "4 points": Shots(1, 1),
    }
    assert (Shots(0, 0).share, Shots(1, 4).share) == (None, 0.25)


def test_a_line_of_the_box_score_adds_what_coaches_add() -> None:
    cells = box_cells(DID)
    assert {name: cells[name] for name in ("PTS", "FG", "3PT", "4PT", "FT", "REB", "STL", "TO")} == {
        "PTS": "11",
        "FG": "3–6",
        "3PT": "0–2",
        "4PT": "1–1",
        "FT": "3–4",
        "REB": "3",
        "STL": "4",
        "TO": "0",
    }


def test_each_mistake_of_a_model_is_marked_where_it_is() -> None:
    true = [
        a_play(play_id="right"),
        a_play(play_id="mislabelled", timestamp_game_s=200.0, window=Window(195, 205)),
        a_play(play_id="unseen", timestamp_game_s=300.0, window=Window(295, 305)),
    ]
    told = [
        predicted("4PT_MAKE", play_key="k1"),
        predicted("3PT_MAKE", play_key="k2", timestamp_game_s=201.0, window=Window(195, 205)),
        predicted("STEAL", play_key="k3", timestamp_game_s=400.0, window=Window(395, 405)),
    ]
    assert mistakes(true, told) == (
        {"unseen": Mistake.NOT_FOUND},
        {"k2": Mistake.WRONG_LABEL, "k3": Mistake.INVENTED},
    )
    assert mistakes(None, told) == ({}, {})


def test_a_timeline_wraps_and_a_play_across_the_border_is_in_both_strips() -> None:
    (first, second) = strips([(0, Window(60.0, 72.0)), (2, Window(1255.0, 1266.0))])
    assert [(mark.index, mark.lane, mark.left, mark.width) for mark in first.marks] == [
        (0, 0, 0.0, 0.01),
        (1, 2, round(1195 / 1200, 5), round(5 / 1200, 5)),
    ]
    assert [(mark.index, mark.left) for mark in second.marks] == [(1, 0.0)]
    assert first.ticks[0] == (round(60 / 1200, 5), "2:00")


def test_a_play_hours_later_costs_one_strip_not_those_between() -> None:
    found = strips([(0, Window(60.0, 72.0)), (0, Window(90_000.0, 90_010.0))])
    assert len(found) == 2
    assert found[1].start_s <= 90_000.0 < found[1].start_s + found[1].length_s


def test_a_game_without_plays_has_one_empty_strip() -> None:
    (strip,) = strips([])
    assert (strip.start_s, strip.length_s, strip.marks) == (0.0, 60.0, ())


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.5, "1:00"), (65.2, "1:05"), (3599.6, "1:00:00"), (-0.2, "0:00"), (-12, "-0:12")],
)
def test_a_clock_is_read_in_whole_seconds(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


def a_game(**changed: Any) -> GameRow:
    row = GameRow(
        game_id="g1",
        title="2026-03-07, Gray - Teal",
        day="2026-03-07",
        teams="Gray – Teal",
        state="A",
        plays=100,
        annotated=98,
        to_review=0,
        annotated_by="v1-5games",
        learned_by="v2-9games",
        left_out=1,
        cameras=4,
    )
    return replace(row, **changed)


def test_games_are_listed_newest_first_and_those_without_a_day_last() -> None:
    rows = [a_game(game_id="b"), a_game(game_id="c", day=""), a_game(game_id="a"), a_game(day="2026-04-01")]
    assert [row.game_id for row in newest_first(rows)] == ["g1", "a", "b", "c"]


def test_every_word_that_is_searched_must_occur_in_any_case() -> None:
    rows = [a_game(), a_game(game_id="g2", title="2026-03-08, Navy - Teal", state="waiting", to_review=2)]
    page = game_page(rows, "TEAL navy")
    assert ([row.game_id for row in page.rows], page.found) == (["g2"], 1)
    assert page.counts["waiting"] == page.counts["review"] == page.counts[""] == 1
    assert game_page(rows, "teal purple").rows == ()
    assert [row.game_id for row in game_page(rows, state="A").rows] == ["g1"]
    assert [row.game_id for row in game_page(rows, state="review").rows] == ["g2"]
    assert game_page(rows, state="A").counts["waiting"] == 1


@pytest.mark.parametrize(("asked", "shown"), [(-3, 1), (1, 1), (2, 2), (3, 3), (99, 3)])
def test_a_page_that_is_not_is_the_nearest_that_is(asked: int, shown: int) -> None:
    rows = [a_game(game_id=f"g{number:03}") for number in range(2 * PAGE + 1)]
    page = game_page(rows, page=asked)
    assert (page.page, page.pages, page.found) == (shown, 3, 2 * PAGE + 1)
    assert page.rows[0].game_id == f"g{(shown - 1) * PAGE:03}"


def test_months_add_up_what_was_played_trained_paid_and_said() -> None:
    accuracy = {"value": 0.8, "low": 0.5, "high": 0.95, "n": 10}
    more = {**accuracy, "value": 0.6, "n": 20}
    facts = SeasonFacts(
        games=[
            a_game(),
            a_game(game_id="g2", state="waiting", plays=0),
            a_game(game_id="g3", day=""),
            a_game(game_id="g4", day="2026-04-01"),
        ],
        unseen=[
            {"game_id": "g1", "model": "m1", "play_accuracy": accuracy, "recorded_at": "2026-11-08T01:00"},
            {"game_id": "g2", "model": "m1", "play_accuracy": more, "recorded_at": "2026-12-09T01:00"},
        ],
        drift=[
            {"game_id": "g1", "said": "worse", "alarm_since": "x", "recorded_at": "2026-11-08T01:00"},
            {"game_id": "g2", "said": "fine", "alarm_since": None, "recorded_at": "2026-11-08T01:00"},
        ],
        models=[{"name": "m1", "label": "v1-5games", "recorded_at": "2026-03-01T00:00:00+00:00"}],
        costs=[{"what": "training", "subject": "m1", "usd": 1.5, "month": "2026-05", "tokens": 1}],
        labels={"g1": {"FG_MAKE": 3}, "g2": {"FG_MAKE": 1, "STEAL": 2}},
    )
    found = months(facts)
    assert [month.name for month in found] == ["2026-05", "2026-04", "2026-03", NO_DAY]
    march = found[2]
    assert (march.games, march.grades, march.plays) == (2, {"A": 1, "waiting": 1}, 100)
    assert march.unseen["v1-5games"].value == pytest.approx(20 / 30)
    assert (march.drift, march.models, march.labels) == (
        *(("worse",), ("v1-5games",)),
        {"FG_MAKE": 4, "STEAL": 2},
    )
    assert (found[0].usd, found[0].games) == (1.5, 0)
