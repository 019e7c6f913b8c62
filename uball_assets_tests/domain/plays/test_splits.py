from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.plays.splits import VALIDATION_SHARE, eval_side, side_of_play

IDS = st.uuids().map(str)


@pytest.mark.parametrize(
    ("play_id", "side"),
    [
        ("00000000-0000-0000-0000-000000000001", "train"),
        ("00000000-0000-0000-0000-000000000002", "train"),
        ("00000000-0000-0000-0000-000000000007", "validation"),
        ("00000000-0000-0000-0000-000000000016", "validation"),
        ("00000000-0000-0000-0000-000000000020", "validation"),
    ],
)
def test_the_split_is_frozen_in_every_version_of_this_code(play_id: str, side: str) -> None:
    assert side_of_play(play_id) == side


@given(st.lists(IDS, unique=True), st.lists(IDS, unique=True))
def test_a_play_never_changes_side_when_others_are_added(plays: list[str], added: list[str]) -> None:
    before = {play_id: side_of_play(play_id) for play_id in plays}
    after = {play_id: side_of_play(play_id) for play_id in [*added, *reversed(plays)]}
    assert before.items() <= after.items()


def test_a_fifth_of_ten_thousand_plays_validates() -> None:
    sides = Counter(side_of_play(str(UUID(int=n))) for n in range(10_000))
    assert sides["validation"] / 10_000 == pytest.approx(VALIDATION_SHARE, abs=0.01)
    assert set(sides) == {"train", "validation"}


@given(IDS)
def test_every_play_of_a_benchmark_game_is_set_aside(play_id: str) -> None:
    assert eval_side(play_id, "g1", {"g1"}) == "benchmark"
    assert eval_side(play_id, "g2", {"g1"}) == side_of_play(play_id)
