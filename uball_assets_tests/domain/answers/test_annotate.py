"""Annotation: an answer's clocks, and the league's row."""

from __future__ import annotations

from dataclasses import replace

from uball_assets.domain.answers.annotate import annotation_row
from uball_assets.domain.answers.merging import Asked, merged_plays
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.games import rosters_of
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.plays.plays import Event
from uball_assets_tests.domain.samples import WINDOW, an_answer, far, near


def test_a_timestamp_in_clip_time_becomes_game_time_through_the_cameras_offset() -> None:
    assert far(an_answer()).timestamp_game_s == 106.0
    assert near(an_answer()).timestamp_game_s == 106.0
    assert far(an_answer(timestamp_clip_s=None)).timestamp_game_s is None
    assert far(None).timestamp_game_s is None


def test_a_timestamp_in_slow_motion_is_turned_back_to_the_games_own_speed() -> None:
    stretched = replace(far(an_answer(timestamp_clip_s=24.0)), slow_motion=4.0)
    assert stretched.timestamp_game_s == 106.0


def test_a_row_has_the_leagues_columns() -> None:
    answer = an_answer(player_a="Player #7 (Gray)", events=(Event("ASSIST", "Player #9 (Gray)"),))
    [play] = merged_plays([Asked("k1", "g1", Side.LEFT, WINDOW, (far(answer),), is_one_play=True)])
    assert annotation_row(play, "basketball-model-v3-10games") == {
        "play_key": "k1",
        "angle": "LEFT",
        "start_timestamp": 100.0,
        "end_timestamp": 110.0,
        "timestamp_seconds": 106.0,
        "classification": "3PT_MAKE",
        "note": "3PT_MAKE",
        "player_a": "Player #7 (Gray)",
        "player_b": None,
        "events": [{"label": "ASSIST", "playerA": "Player #9 (Gray)", "playerB": None}],
        "confidence": 0.8,
        "agreed": None,
        "needs_review": True,
        "model": "basketball-model-v3-10games",
    }


def test_a_rows_events_bear_the_ids_of_players_that_are_on_a_roster() -> None:
    teams = Teams(("Gray", "White"), ("Gray", "White"))
    rosters = rosters_of({"roster_team1": [{"player_id": "id-7", "jersey_number": 7}]}, teams)
    events = (Event("3PT_MAKE", "Player #7 (Gray)", "Player #9 (White)"),)
    answer = far(an_answer(player_a="Player #7 (Gray)", events=events))
    asked = Asked("k1", "g1", Side.LEFT, WINDOW, (answer,), teams, rosters)
    [play] = merged_plays([asked])
    assert annotation_row(play, "m")["events"] == [
        {
            "label": "3PT_MAKE",
            "playerA": "Player #7 (Gray)",
            "playerB": "Player #9 (White)",
            "playerAId": "id-7",
        }
    ]
    assert (play.off_roster, play.strangers) == ((), ())
