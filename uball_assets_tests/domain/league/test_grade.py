"""A game's grade: four parts, four letters, and what costs points in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.grade import WEIGHTS, GameGrade, Intake, by_day, grade_game
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine

TIP_OFF = datetime(2026, 3, 17, 19, tzinfo=UTC)
FIXTURE = Fixture("g1", "2025-26", Phase.SEASON, TIP_OFF, "lions", "bears", Status.FINAL, 60, 50, TIP_OFF)
WHOLE = Intake(11, 0, (), True)


def graded(
    fixture: Fixture = FIXTURE, intake: Intake = WHOLE, lions: int = 5, bears: int = 5, twos: int = 6
) -> GameGrade:
    """`lions` and `bears`: players with a line; `twos` of each lion, five of each bear."""
    players = [_line("lions", number, twos) for number in range(lions)]
    players += [_line("bears", number, 5) for number in range(bears)]
    teams = [
        TeamLine("g1", TIP_OFF, team, "", team == "lions", Counts(twos_made=made), "league", TIP_OFF)
        for team, made in (("lions", 30), ("bears", 25))
    ]
    return grade_game(fixture, teams if players else [], players, intake)


def _line(team: str, number: int, twos: int) -> PlayerLine:
    counts = Counts(twos_made=twos)
    return PlayerLine("g1", TIP_OFF, team, "", f"{team}{number}", team == "lions", counts, "league", TIP_OFF)


def test_the_weights_are_of_a_whole() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


def test_a_whole_game_is_an_a_without_reasons() -> None:
    grade = graded()
    assert (grade.letter, grade.score, grade.reasons) == ("A", 1.0, ())


@pytest.mark.parametrize(
    ("says", "grade", "letter", "players"),
    [
        ("one of 21 rows refused", graded(intake=replace(WHOLE, rows=21, refused=1)), "B", 1.0),
        ("a column missing", graded(intake=replace(WHOLE, missing=("steals",))), "B", 1.0),
        ("half of the rows refused", graded(intake=replace(WHOLE, refused=6)), "C", 1.0),
        ("a date without a time", graded(intake=replace(WHOLE, has_time=False)), "A", 1.0),
        ("no lines at all", graded(lions=0, bears=0), "F", 0.0),
        ("one team's lines", graded(bears=0), "F", 0.5),
        ("one of ten players missing", graded(lions=4), "F", 0.82),
        ("a few points nobody made", graded(replace(FIXTURE, home_points=66)), "B", 0.9545),
        ("too many points", graded(twos=7), "B", 0.9286),
    ],
)
def test_what_is_missing_costs(says: str, grade: GameGrade, letter: str, players: float) -> None:
    assert (grade.letter, round(grade.parts["players"], 4)) == (letter, players), says
    assert grade.reasons


def test_a_score_alone_is_told_what_would_help() -> None:
    [reason] = [one for one in graded(lions=0, bears=0).reasons if "named players" in one]
    assert "a score alone is not enough, tell player_lines or its plays" in reason
    assert not any("a score alone" in one for one in graded(lions=4).reasons)


def test_in_playoffs_players_must_account_for_every_point() -> None:
    nearly = replace(FIXTURE, home_points=62)
    assert graded(nearly).letter in "BC"
    assert graded(replace(nearly, phase=Phase.PLAYOFFS)).letter == "F"
    assert graded(replace(FIXTURE, phase=Phase.PLAYOFFS)).letter == "A"


def test_a_friendly_needs_no_players() -> None:
    assert graded(replace(FIXTURE, phase=Phase.PRE_SEASON), lions=0, bears=0).letter == "A"


def test_a_day_is_reported_with_its_letters_and_gaps() -> None:
    day = TIP_OFF.date()
    (report,) = by_day([graded(), graded(bears=0)], [(day, "game g2 is over and has no result")])
    assert (report.day, report.letters) == (day, {"A": 1, "F": 1})
    assert report.missing == ("game g2 is over and has no result",)
    assert "named players account for 50.0% of it" in report.reasons["g1"][0]
