"""Who is on a team's roster, and who of them cannot play, at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from uball_assets.domain.league.rosters import Move, Roster, RosterMove, roster_at

DAY_0 = datetime(2026, 1, 1, tzinfo=UTC)
JOINED, LEFT, OUT, BACK = Move.JOINED, Move.LEFT, Move.OUT, Move.BACK


def moves(*told: tuple[Move, str, float, float]) -> list[RosterMove]:
    """Of one player: the move, the team, the days on which it was made and known."""
    return [
        RosterMove("p", team, move, DAY_0 + timedelta(days=made), DAY_0 + timedelta(days=known))
        for move, team, made, known in told
    ]


@pytest.mark.parametrize(
    ("told", "day", "team", "is_out"),
    [
        pytest.param([], 5, "", False, id="nothing is known"),
        pytest.param([(JOINED, "a", 1, 1)], 1, "a", False, id="from the moment he joins"),
        pytest.param([(JOINED, "a", 1, 3)], 2, "", False, id="not before it is known"),
        pytest.param([(JOINED, "a", 3, 1)], 2, "", False, id="not before it holds, though announced"),
        pytest.param([(JOINED, "a", 1, 1), (LEFT, "a", 2, 2)], 3, "", False, id="he left"),
        pytest.param([(JOINED, "a", 1, 1), (LEFT, "b", 2, 2)], 3, "a", False, id="another team's leaving"),
        pytest.param([(JOINED, "a", 1, 1), (JOINED, "b", 2, 2)], 3, "b", False, id="who joins leaves"),
        pytest.param([(JOINED, "a", 1, 1), (JOINED, "b", 2, 4)], 3, "a", False, id="a trade told late"),
        pytest.param(
            [(JOINED, "a", 1, 1), (LEFT, "a", 2, 2), (JOINED, "b", 2, 2)], 2, "b", False, id="a trade at once"
        ),
        pytest.param([(JOINED, "a", 1, 1), (OUT, "a", 2, 2)], 3, "a", True, id="he is hurt"),
        pytest.param([(JOINED, "a", 1, 1), (OUT, "a", 2, 4)], 3, "a", False, id="hurt, and nobody knows"),
        pytest.param(
            [(JOINED, "a", 1, 1), (OUT, "a", 2, 2), (BACK, "a", 3, 3)], 4, "a", False, id="back again"
        ),
        pytest.param(
            [(JOINED, "a", 1, 1), (OUT, "a", 2, 2), (JOINED, "b", 3, 3)], 4, "b", False, id="joins healed"
        ),
        pytest.param([(JOINED, "a", 1, 1), (OUT, "a", 1, 1)], 2, "a", True, id="joins hurt"),
        pytest.param(
            [(JOINED, "a", 1, 1), (OUT, "a", 2, 5), (BACK, "a", 3, 3)], 6, "a", False, id="told out of turn"
        ),
    ],
)
def test_a_player_is_where_the_last_move_put_him(
    told: list[tuple[Move, str, float, float]], day: float, team: str, is_out: bool
) -> None:
    nobody = Roster(frozenset(), frozenset())
    him = frozenset({"p"})
    for order in permutations(moves(*told)):
        for asked in ("a", "b"):
            expected = Roster(him, him if is_out else frozenset()) if asked == team else nobody
            assert roster_at(order, asked, DAY_0 + timedelta(days=day)) == expected
