from __future__ import annotations

import random
from pathlib import Path

import pytest

from uball_assets.domain.clipping.reports import Clip, ExampleLine, shared_clips
from uball_assets.domain.errors import Transient
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.plays.splits import TrainingSide
from uball_assets.services.learning.clips_apart import clips_apart


def line(side: TrainingSide, name: str, key: str, bytes_hash: str = "") -> ExampleLine:
    clip = Clip(name, Angle.FAR_LEFT, name, key, 0.0, 0.0, 1.0, 4.0, 60, 900, False, bytes_hash=bytes_hash)
    return ExampleLine(side, name, clip)


def first_shared(folder: Path, games: list[list[ExampleLine]]) -> tuple[str, str] | None:
    with clips_apart(folder / "clips.db") as apart:
        for lines in games:
            apart.add(lines)
        return apart.first_shared()


def test_clips_of_which_none_shows_another_are_apart(tmp_path: Path) -> None:
    games = [[line("train", "t1", "a"), line("validation", "v1", "b")], [line("train", "t2", "a")], []]
    assert first_shared(tmp_path, games) is None


@pytest.mark.parametrize("seed", range(20))
def test_what_is_told_of_games_one_after_another_is_what_is_told_of_all_their_clips_at_once(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    sides: tuple[TrainingSide, ...] = ("train", "train", "validation")
    marks = [f"{number:02}" for number in range(30)]
    games = [
        [
            line(chance.choice(sides), f"clip-{game}-{number}", chance.choice(marks), chance.choice(marks))
            for number in range(3)
        ]
        for game in range(6)
    ]
    told = [
        (taught.name, asked.name) for taught, asked in shared_clips([each for of in games for each in of])
    ]
    assert first_shared(tmp_path, games) == (told[0] if told else None)


def test_a_place_without_room_is_an_error_that_may_pass(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="free space for temporary files"):
        first_shared(tmp_path / "no-such-folder", [])
