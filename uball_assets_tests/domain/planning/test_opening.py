from __future__ import annotations

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.planning.opening import EVENINGS_AND_WEEKENDS, parse_opening


def test_evenings_and_weekends_are_forty_hours() -> None:
    stretches = parse_opening(EVENINGS_AND_WEEKENDS)
    assert sum(stretch.end_h - stretch.begin_h for stretch in stretches) == 40
    assert [stretch.begin_h for stretch in stretches[:2]] == [18, 42]


@pytest.mark.parametrize(("game_h", "count"), [(2.0, 2), (4.0, 1), (4.5, 0), (1.5, 2), (0.1, 40)])
def test_games_follow_each_other_and_none_begins_that_would_not_end(game_h: float, count: int) -> None:
    (evening,) = parse_opening("Mon  18-22")
    assert len(evening.tip_offs_h(game_h)) == count


@pytest.mark.parametrize(
    "text",
    ["", "mon", "mon 18", "mon 22-18", "mon 18-25", "sun-mon 10-12", "fun 10-12", "mon 10-12, mon 11-13"],
)
def test_hours_that_cannot_be_are_refused_with_their_form(text: str) -> None:
    with pytest.raises(Permanent, match="mon-fri 18-22, sat-sun 10-20"):
        parse_opening(text)
