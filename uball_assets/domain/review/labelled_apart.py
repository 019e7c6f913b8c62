"""Labelled apart: one moment that stands in two rows under two labels, as when each camera was written down.

Belongs here: which rows contradict each other. Not here: which of two rows of one play stands
(`domain.plays.twins`).
"""

from __future__ import annotations

from collections.abc import Sequence

from uball_assets.domain.answers.merging import SAME_MOMENT_S
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.plays.twins import near_twins, without_twins
from uball_assets.domain.review.suspects import Evidence, Kind

ONE_OF_TWO = 0.5
"""Rows that begin and end alike are one play: one of the two labels is wrong."""
MAYBE_TWO_PLAYS = 0.25
"""Rows that only share most of their seconds may be two plays in a row."""


def labelled_apart(rows_as_plays: Sequence[Play]) -> list[Evidence]:
    """Against the play that stands. `rows_as_plays`: every sound row in the order in which they were stored,
    those too that another row stands for."""
    stand, twins = without_twins(rows_as_plays)
    same = [_evidence(kept, twin, ONE_OF_TWO) for twin, kept in twins if _is_apart(kept, twin)]
    near = [
        _evidence(one, other, MAYBE_TWO_PLAYS) for one, other in near_twins(stand) if _is_apart(one, other)
    ]
    return [*same, *near]


def _is_apart(one: Play, other: Play) -> bool:
    """Two labels for one moment; a rebound that the shot's row lists too is a second event of it."""
    if one.classification == other.classification or _lists(one, other) or _lists(other, one):
        return False
    if one.timestamp_game_s is None or other.timestamp_game_s is None:
        return True
    return abs(one.timestamp_game_s - other.timestamp_game_s) <= SAME_MOMENT_S


def _lists(one: Play, other: Play) -> bool:
    return other.classification in {event.label for event in one.events}


def _evidence(stands: Play, other: Play, chance: float) -> Evidence:
    says = f"play {other.play_id} has the same moment and says {other.classification}"
    return Evidence(stands.play_id, Kind.APART, other.classification, chance, says)
