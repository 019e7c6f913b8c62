"""What a model made of a game that people annotated, before it learned from it: tables on the game's page.

Belongs here: the tables. Not here: the numbers and their words (`domain.answers.game_measure`,
`measure_words`), or one play at a time (`scoring`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import dagster as dg

from uball_assets.assets.common import described
from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.game_measure import measure_game
from uball_assets.domain.answers.measure_words import box_rows, label_rows, measure_lines, set_measure_lines
from uball_assets.domain.answers.set_measure import SetMeasure
from uball_assets.domain.plays.plays import Play


def _measure_schema(plays: str) -> dg.TableSchema:
    return described(
        {
            "measure": ("string", "which one it is, and what it allows"),
            "value": ("string", f"on {plays}: the model was shown them, it looked for none"),
        }
    )


GAME_MEASURE_SCHEMA = _measure_schema("people's plays of this game")
SET_MEASURE_SCHEMA = _measure_schema("the set's plays")
BY_LABEL_SCHEMA = described(
    {
        "label": ("string", "of primary events"),
        "happened": ("int", "plays, by people"),
        "precision": ("string", "of those told: label, side and time right"),
        "recall": ("string", "of those that happened"),
        "AP, tight": ("string", "SoccerNet's, averaged over whole widths of 1 to 5 s"),
    }
)
BOX_SCHEMA = described(
    {
        "who": ("string", "a player; a team where the model reads no numbers"),
        "points": ("int", "by people"),
        "model's": ("int", "points by the model"),
        "told otherwise": ("string", "labels told more (+) or less (-) often than people did"),
    }
)


def measured_metadata(
    true: Sequence[Play], told: Sequence[AnnotatedPlay], tolerance_s: float
) -> dict[str, dg.TableMetadataValue]:
    measure = measure_game(true, told, tolerance_s)
    lines = [{"measure": what, "value": value} for what, value in measure_lines(measure).items()]
    reads_numbers = measure.players.nameless_told < measure.found.predicted_count
    box = measure.player_box if reads_numbers else measure.team_box
    return {
        "whole_game": _table(lines, GAME_MEASURE_SCHEMA),
        "by_label": _table(label_rows(measure), BY_LABEL_SCHEMA),
        "box_score": _table(box_rows(box), BOX_SCHEMA),
    }


def set_metadata(measure: SetMeasure | None) -> dict[str, dg.TableMetadataValue]:
    """Of an evaluation; nothing for one from before it was measured so."""
    if measure is None:
        return {}
    lines = [{"measure": what, "value": value} for what, value in set_measure_lines(measure).items()]
    return {"moments_players_box": _table(lines, SET_MEASURE_SCHEMA)}


def _table(rows: Iterable[Mapping[str, str | int]], schema: dg.TableSchema) -> dg.TableMetadataValue:
    return dg.MetadataValue.table([dg.TableRecord(dict(row)) for row in rows], schema=schema)
