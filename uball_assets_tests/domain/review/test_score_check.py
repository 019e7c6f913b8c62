"""The score check: plays that do not add up, and those that would explain it."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.review.contradictions import HonestAnswer
from uball_assets.domain.review.score_check import (
    MORE_IS_A_LABEL,
    ONE_POINT_IS_A_LABEL,
    WITH_LOST_ROWS,
    ScoreLine,
    check_score,
    held_against_score,
    official_points,
)
from uball_assets.domain.review.suspects import Evidence, Kind
from uball_assets_tests.domain.samples import a_play

TEAMS = Teams(("Granite Gray", "Harbor Blue"), ("Gray", "Blue"))
IDS = {
    "team_a_id": "11111111-0000-0000-0000-000000000000",
    "team_b_id": "22222222-0000-0000-0000-000000000000",
}


def shot(play_id: str, label: str, color: str = "Gray") -> Play:
    player = f"Player #7 ({color})" if color else None
    return a_play(play_id=play_id, classification=label, player_a=player, events=())


def says(play_id: str, label: str, trust: float = 0.9) -> dict[str, HonestAnswer]:
    return {play_id: HonestAnswer(play_id, "v2", label, 0.9, trust)}


@pytest.mark.parametrize(
    "scores",
    [
        {"team1": 61, "team2": 58},
        {"team1_score": "61", "team2_score": "58"},
        {"scoreTeam1": 61, "scoreTeam2": 58.0},
        {"Granite Gray": 61, "Harbor Blue": 58},
        {"gray": 61, "blue": 58, "quarter": 4},
        {"team_b": 58, "team_a": 61},
        {IDS["team_a_id"]: 61, IDS["team_b_id"]: 58},
        {"final": {"team1": 61, "team2": 58}},
        {"team1": {"q1": 20, "total": 61}, "team2": {"total": 58}},
        [61, 58],
    ],
    ids=str,
)
def test_official_points_are_read_in_each_form_that_leaves_no_doubt(scores: object) -> None:
    assert official_points({**IDS, "scores": scores}, TEAMS) == (61, 58)


@pytest.mark.parametrize(
    "scores",
    [
        "61:58",
        [61, 58, 3],
        {"home": 61, "away": 58},
        {"team1": 61},
        {"team1": 61, "gray": 60, "team2": 58},
        {"team1": [20, 41], "team2": [30, 28]},
        {"team1": -1, "team2": 58},
        {"team1": 61.5, "team2": 58},
        {"team1": None, "team2": 58},
    ],
    ids=str,
)
def test_a_score_that_could_mean_something_else_is_not_read(scores: object) -> None:
    assert official_points({**IDS, "scores": scores}, TEAMS) is None


@pytest.mark.parametrize(
    ("game", "teams", "why"),
    [
        (None, TEAMS, "has no official score"),
        ({"scores": {}}, TEAMS, "has no official score"),
        ({"scores": [3, 0]}, None, "names no two teams"),
        ({"scores": {"home": 3}}, TEAMS, "is not understood"),
    ],
)
def test_without_a_score_to_hold_plays_against_it_says_why(
    game: dict[str, Any] | None, teams: Teams | None, why: str
) -> None:
    found = check_score(game, teams, [shot("p1", "3PT_MAKE")], 0, {})
    assert found.lines == ()
    assert found.evidence == ()
    assert why in found.says


def test_plays_that_add_up_speak_against_nobody() -> None:
    found = check_score(
        {"scores": [3, 2]}, TEAMS, [shot("p1", "3PT_MAKE"), shot("p2", "FG_MAKE", "Blue")], 0, {}
    )
    assert found.lines == (ScoreLine("Gray", 3, 3, ""), ScoreLine("Blue", 2, 2, ""))
    assert (found.evidence, found.says) == ((), "the plays add up to the official score")


def test_one_point_short_names_the_teams_shots_that_were_worth_one_more_the_line_before_all() -> None:
    plays = [
        shot("line", "3PT_MAKE"),
        shot("shot", "FG_MAKE"),
        shot("miss", "3PT_MISS"),
        shot("theirs", "3PT_MAKE", "Blue"),
    ]
    found = check_score({"scores": [6, 3]}, TEAMS, plays, 0, {})
    assert [(one.play_id, one.label) for one in found.evidence] == [
        ("line", "4PT_MAKE"),
        ("shot", "3PT_MAKE"),
    ]
    assert [one.chance for one in found.evidence] == pytest.approx(
        [ONE_POINT_IS_A_LABEL * 2 / 3, ONE_POINT_IS_A_LABEL / 3], abs=1e-4
    )
    assert found.says == "Gray 1 point too few; another label of one of 2 plays would explain it"


def test_an_honest_answer_tells_which_of_them_it_is() -> None:
    plays = [shot("p1", "3PT_MAKE"), shot("p2", "3PT_MAKE"), shot("p3", "3PT_MAKE")]
    answers = says("p2", "4PT_MAKE") | says("p3", "3PT_MAKE")
    chances = {
        one.play_id: one.chance for one in check_score({"scores": [10, 0]}, TEAMS, plays, 0, answers).evidence
    }
    assert chances["p2"] > 8 * chances["p1"] > 64 * chances["p3"] > 0
    assert sum(chances.values()) == pytest.approx(ONE_POINT_IS_A_LABEL, abs=1e-3)


@pytest.mark.parametrize(
    ("official", "lost", "label", "likely"),
    [(5, 0, "4PT_MAKE", MORE_IS_A_LABEL), (5, 2, "4PT_MAKE", MORE_IS_A_LABEL * WITH_LOST_ROWS)],
)
def test_a_gap_of_more_points_is_as_easily_a_basket_nobody_wrote_or_a_row_that_was_lost(
    official: int, lost: int, label: str, likely: float
) -> None:
    plays = [shot("p1", "4PT_MISS"), shot("p2", "FREE_THROW_MAKE")]
    [found] = check_score({"scores": [official, 0]}, TEAMS, plays, lost, {}).evidence
    assert (found.play_id, found.label) == ("p1", label)
    assert found.chance == pytest.approx(likely)


def test_points_over_the_score_are_explained_by_a_label_worth_less() -> None:
    found = check_score({"scores": [3, 0]}, TEAMS, [shot("p1", "4PT_MAKE")], 0, {})
    assert [one.label for one in found.evidence] == ["3PT_MAKE"]
    assert found.says == "Gray 1 point too many; another label of 1 play would explain it"


def test_a_gap_that_plays_without_a_team_could_fill_accuses_nobody() -> None:
    plays = [shot("p1", "3PT_MAKE"), shot("p2", "FG_MAKE", "")]
    found = check_score({"scores": [5, 0]}, TEAMS, plays, 0, {})
    assert found.evidence == ()
    assert found.says == "Gray 2 points too few; 2 points are of plays whose player names no team"


def test_a_gap_that_no_one_play_explains_is_told_without_a_suspect() -> None:
    found = check_score({"scores": [40, 0]}, TEAMS, [shot("p1", "3PT_MAKE")], 1, {})
    assert found.evidence == ()
    assert found.says == "Gray 37 points too few; 1 row in the quarantine may hold them"


@pytest.mark.parametrize(
    ("label", "gap", "is_weaker"),
    [("4PT_MAKE", 0, True), ("4PT_MAKE", 1, False), ("STEAL", 1, False)],
)
def test_an_answer_that_would_spoil_a_score_that_adds_up_is_believed_less(
    label: str, gap: int, is_weaker: bool
) -> None:
    play = shot("p1", "3PT_MAKE")
    one = Evidence("p1", Kind.ANSWER, label, 0.5, "v2 says so")
    lines = [ScoreLine("Gray", 3 + gap, 3, ""), ScoreLine("Blue", 0, 0, "")]
    [held] = held_against_score([one], {"p1": play}, TEAMS, lines)
    assert (held.chance < 0.1) is is_weaker
    assert ("add up" in held.says) is is_weaker
    assert held_against_score([one], {"p1": play}, None, []) == [one]
