"""The warehouse's table of games' grades, each with the intake that it was given for.

Belongs here: the table, and rows to intakes. Not here: the grade's rule (`grade`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.grade import WEIGHTS, GameGrade, Intake
from uball_assets.domain.league.tables import day_of
from uball_assets.domain.tables import Column, Form, Row, Table

GAME_GRADES = Table(
    "game_grades",
    "Of each final game: how well what came of it can be used.",
    {
        "game_id": Column(Form.TEXT, "the game's id"),
        "played_on": Column(Form.DATE, "the day of its tip-off, UTC"),
        "home_team": Column(Form.TEXT, "the home team's id"),
        "away_team": Column(Form.TEXT, "the away team's id"),
        "letter": Column(Form.TEXT, "A, B, C, F"),
        "score": Column(Form.NUMBER, "0 to 1"),
        **{
            name: Column(Form.NUMBER, f"the score's part, 0 to 1, weighs {WEIGHTS[name]}") for name in WEIGHTS
        },
        "reasons": Column(Form.TEXT, "what cost points"),
        "rows": Column(Form.WHOLE, "that came of the game when it was last told"),
        "refused": Column(Form.WHOLE, "of those"),
        "missing": Column(Form.TEXT, "columns that the source does not have; none where it told no lines"),
        "has_time": Column(Form.TRUTH, "whether the tip-off's time was told"),
        "graded_at": Column(Form.MOMENT, "UTC"),
    },
    ("game_id",),
    "played_on",
    "home_team",
)


def grade_row(fixture: Fixture, grade: GameGrade, intake: Intake, graded_at: datetime) -> dict[str, Any]:
    return {
        "game_id": grade.game_id,
        "played_on": day_of(fixture.tip_off),
        "home_team": fixture.home_team,
        "away_team": fixture.away_team,
        "letter": grade.letter,
        "score": grade.score,
        **grade.parts,
        "reasons": "; ".join(grade.reasons),
        "rows": intake.rows,
        "refused": intake.refused,
        "missing": None if intake.missing is None else ",".join(intake.missing),
        "has_time": intake.has_time,
        "graded_at": graded_at,
    }


def intake_of(row: Row) -> Intake:
    told = row["missing"]
    missing = None if told is None else tuple(name for name in told.split(",") if name)
    return Intake(row["rows"] or 0, row["refused"] or 0, missing, bool(row["has_time"]))
