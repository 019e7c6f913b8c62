"""The messy league is the demo's plays with dead time between them, and a kept play is one that is shown."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.whole_games.comparing import MOMENT_S, holds
from benchmarks.whole_games.messy import DEAD_S, messy_league
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.services.moments.proposing import Asked
from uball_assets_tests.domain.samples import a_play


def test_between_two_plays_is_dead_time_as_often_short_as_long() -> None:
    for game in messy_league():
        gaps = [later["start_timestamp"] - one["end_timestamp"] for one, later in pairwise(game.truth)]
        assert DEAD_S[0] < min(gaps)
        assert max(gaps) < DEAD_S[1] + 2.0
        assert 4.0 < float(np.median(gaps)) < 11.0
        assert [row["id"] for row in game.plays] == [row["id"] for row in game.truth]


@pytest.mark.parametrize(
    ("side", "window", "expected"),
    [
        (Side.LEFT, Window(104.0, 108.0), True),
        (Side.RIGHT, Window(104.0, 108.0), False),
        (Side.LEFT, Window(106.2, 110.0), False),
        (Side.LEFT, Window(100.0, 106.8), False),
    ],
    ids=["around it", "of the other side", "begins too late", "ends too early"],
)
def test_a_play_is_kept_where_one_window_shows_its_moment(side: Side, window: Window, expected: bool) -> None:
    assert holds([Asked("k", side, window)], a_play(timestamp_game_s=106.5), MOMENT_S) is expected
