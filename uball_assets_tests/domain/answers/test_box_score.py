"""The box score, on a game small enough to count by hand."""

from __future__ import annotations

from uball_assets.domain.answers.box_score import NOBODY, BoxLine, player_box, team_box
from uball_assets.domain.answers.metrics import LabelScore
from uball_assets.domain.plays.plays import Event
from uball_assets_tests.domain.samples import a_play, predicted

GRAY_7, GRAY_23, TEAL_3 = "Player #7 (Gray)", "Player #23 (Gray)", "Player #3 (Teal)"
TRUE = [
    a_play(
        classification="4PT_MAKE",
        player_a=GRAY_7,
        events=(Event("4PT_MAKE", GRAY_7), Event("ASSIST", GRAY_23)),
    ),
    a_play(classification="FG_MISS", player_a=TEAL_3, events=(Event("REBOUND", GRAY_7),)),
    a_play(classification="FG_MAKE", player_a=TEAL_3, events=()),
]
TOLD = [
    predicted("3PT_MAKE", player_a=GRAY_7, events=(Event("ASSIST", GRAY_23),)),
    predicted("FG_MISS", player_a=TEAL_3, events=(Event("REBOUND", None),)),
    predicted("FG_MAKE", player_a="#3 (teal)"),
]


def test_each_player_has_a_line_by_team_and_number() -> None:
    lines = player_box(TRUE, TOLD).lines
    assert [line.who for line in lines] == [NOBODY, "Gray #7", "Gray #23", "Teal #3"]
    assert lines[1] == BoxLine("Gray #7", {"4PT_MAKE": 1, "REBOUND": 1}, {"3PT_MAKE": 1})
    assert (lines[1].points_true, lines[1].points_told) == (4, 3)
    assert lines[1].off == {"3PT_MAKE": 1, "4PT_MAKE": -1, "REBOUND": -1}
    assert lines[3].off == {}


def test_a_teams_line_needs_no_numbers() -> None:
    told = [predicted("4PT_MAKE", player_a="Player (grey)"), predicted("FG_MISS", player_a="Player (Teal)")]
    box = team_box(TRUE, told)
    assert [line.who for line in box.lines] == ["Gray", "Teal"]
    assert box.lines[0] == BoxLine("Gray", {"4PT_MAKE": 1, "ASSIST": 1, "REBOUND": 1}, {"4PT_MAKE": 1})
    assert box.entries == LabelScore(1.0, 2 / 5, 4 / 7, 5)


def test_entries_are_right_as_often_as_both_have_them() -> None:
    assert player_box(TRUE, TOLD).entries == LabelScore(3 / 5, 3 / 5, 3 / 5, 5)


def test_points_are_right_player_by_player_among_those_who_scored() -> None:
    box = player_box(TRUE, TOLD)
    assert [line.who for line in box.scorers] == ["Gray #7", "Teal #3"]
    assert box.right_points == 1


def test_points_that_nobody_is_named_for_are_the_plays_first_players() -> None:
    play = a_play(classification="FOUL", player_a=GRAY_7, events=(Event("FREE_THROW_MAKE"), Event("REBOUND")))
    lines = {line.who: line.true for line in player_box([play], []).lines}
    assert lines == {"Gray #7": {"FREE_THROW_MAKE": 1, "FOUL": 1}, NOBODY: {"REBOUND": 1}}


def test_a_game_without_plays_has_an_empty_box() -> None:
    box = player_box([], [])
    assert (box.lines, box.right_points) == ((), 0)
    assert box.entries == LabelScore(None, None, None, 0)
