"""The split: which plays a model learns from and which it is measured on.

The split is frozen. A play's side is a function of its id and nothing else: adding, editing or deleting plays
moves no other play, both cameras of a play are on one side, and every model ever trained can be scored on the
same plays. Changing this file's arithmetic or its share makes all earlier scores meaningless.

That holds for what a play shows, not only for what it is called: rows that begin and end alike are one play
(`twins`), and before each training the clips of both sides are compared by their content (`on_both_sides`).

Belongs here: the side of a play. Not here: what is measured on it (`metrics`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Container, Iterable, Iterator
from typing import Literal, TypeVar

VALIDATION_SHARE = 0.2

TrainingSide = Literal["train", "validation"]
EvaluationSide = Literal["train", "validation", "benchmark"]
T = TypeVar("T")
Marked = tuple[T, Collection[str]]
"""A clip, and what tells its content: of two that share a mark one would teach what the other asks."""


def side_of_play(play_id: str) -> TrainingSide:
    """`validation` for the 20 % of ids whose hash is lowest, `train` for the others."""
    draw = int.from_bytes(hashlib.sha256(play_id.encode()).digest()[:8], "big") / 2**64
    return "validation" if draw < VALIDATION_SHARE else "train"


def eval_side(play_id: str, game_id: str, benchmark_games: Container[str]) -> EvaluationSide:
    """Like `side_of_play`, except that a benchmark game is set aside whole: no model trains on any of it."""
    return "benchmark" if game_id in benchmark_games else side_of_play(play_id)


def on_both_sides(train: Iterable[Marked[T]], validation: Iterable[Marked[T]]) -> Iterator[tuple[T, T]]:
    """Each clip of the validation that is learned from too, after the clip that is learned from."""
    learned = {mark: clip for clip, marks in train for mark in marks}
    for clip, marks in validation:
        taught = next((learned[mark] for mark in sorted(marks) if mark in learned), None)
        if taught is not None:
            yield taught, clip
