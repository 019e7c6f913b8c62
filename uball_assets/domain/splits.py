"""The split: which plays a model learns from and which it is measured on.

The split is frozen. A play's side is a function of its id and nothing else: adding, editing or deleting plays
moves no other play, both cameras of a play are on one side, and every model ever trained can be scored on the
same plays. Changing this file's arithmetic or its share makes all earlier scores meaningless.

Belongs here: the side of a play. Not here: what is measured on it (`metrics`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Container
from typing import Literal

VALIDATION_SHARE = 0.2

TrainingSide = Literal["train", "validation"]
EvaluationSide = Literal["train", "validation", "benchmark"]


def side_of_play(play_id: str) -> TrainingSide:
    """`validation` for the 20 % of ids whose hash is lowest, `train` for the others."""
    draw = int.from_bytes(hashlib.sha256(play_id.encode()).digest()[:8], "big") / 2**64
    return "validation" if draw < VALIDATION_SHARE else "train"


def eval_side(play_id: str, game_id: str, benchmark_games: Container[str]) -> EvaluationSide:
    """Like `side_of_play`, except that a benchmark game is set aside whole: no model trains on any of it."""
    return "benchmark" if game_id in benchmark_games else side_of_play(play_id)
