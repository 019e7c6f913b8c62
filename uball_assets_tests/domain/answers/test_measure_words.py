"""A game's measure in words: each number says which measure it is."""

from __future__ import annotations

from uball_assets.domain.answers.game_measure import measure_game
from uball_assets.domain.answers.measure_words import box_rows, label_rows, measure_lines
from uball_assets_tests.domain.samples import a_play, predicted

TRUE = [
    a_play(play_id="p1", events=()),
    a_play(play_id="p2", classification="TIMEOUT", player_a=None, timestamp_game_s=50.0, events=()),
]
TOLD = [
    predicted("4PT_MAKE"),
    predicted("3PT_MAKE", timestamp_game_s=20.0, player_a="Player (Gray)"),
]


def test_each_line_says_which_measure_it_is_and_what_was_left_out() -> None:
    assert measure_lines(measure_game(TRUE, TOLD)) == {
        "label, side and time right, within 2 s": "precision 50.0%, recall 50.0% (n = 2)",
        "SoccerNet's average mAP (deltas are whole widths; labels that happened)": (
            "tight (1 to 5 s) 50.0%, loose (5 to 60 s) 50.0%"
        ),
        "player F1: label, team and number right, within 0.48 s": (
            "100.0%, the mean over labels; answers that name no team or no number: 1 of 2; "
            "plays left out, since people wrote none: 1"
        ),
        "box score by team, entries": "precision 50.0%, recall 50.0% (n = 2)",
        "box score by player, entries": "precision 50.0%, recall 50.0% (n = 2)",
        "points of those who scored": "right for 0 of 1 teams and 1 of 1 players",
    }


def test_a_label_that_never_happened_has_precision_alone() -> None:
    rows = {row["label"]: row for row in label_rows(measure_game(TRUE, TOLD))}
    assert rows["3PT_MAKE"] == {
        "label": "3PT_MAKE",
        "happened": 0,
        "precision": "0.0%",
        "recall": "-",
        "AP, tight": "-",
    }


def test_a_box_tells_what_differs_in_labels() -> None:
    assert box_rows(measure_game(TRUE, TOLD).team_box) == [
        {"who": "(nobody named)", "points": 0, "model's": 0, "told otherwise": "TIMEOUT -1"},
        {"who": "Gray", "points": 4, "model's": 7, "told otherwise": "3PT_MAKE +1"},
    ]


def test_a_game_without_plays_has_no_numbers() -> None:
    lines = measure_lines(measure_game([], []))
    assert lines["label, side and time right, within 2 s"] == "precision -, recall - (n = 0)"
