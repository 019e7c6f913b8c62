"""What was known at a moment: of each fact its newest version by then, in whichever order they were read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture, Status
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.league.rosters import Move, RosterMove
from uball_assets_tests.domain.league.facts_samples import TIP_OFF, a_fixture

HOUR = timedelta(hours=1)
TOLD = a_fixture(status=Status.SCHEDULED, home_points=None, away_points=None, known_at=TIP_OFF - 48 * HOUR)
PLAYED = a_fixture(known_at=TIP_OFF + 3 * HOUR)
CORRECTED = a_fixture(home_points=5, known_at=TIP_OFF + 60 * HOUR)
VERSIONS = (TOLD, PLAYED, CORRECTED)


@pytest.mark.parametrize(
    ("after_h", "expected"),
    [
        pytest.param(-49, None, id="before it was told: nothing"),
        pytest.param(-48, TOLD, id="the second it was told"),
        pytest.param(2.99, TOLD, id="just before the result"),
        pytest.param(3, PLAYED, id="with the result"),
        pytest.param(60, CORRECTED, id="with the correction"),
    ],
)
def test_the_newest_version_by_then_holds(after_h: float, expected: Fixture | None) -> None:
    for order in permutations(VERSIONS):
        known = LeagueFacts(fixtures=order).known_at(TIP_OFF + after_h * HOUR)
        assert known.fixtures == ((expected,) if expected else ())


def test_of_two_versions_since_one_moment_the_same_one_holds_in_any_order() -> None:
    one, other = PLAYED, replace(PLAYED, home_points=99)
    held = {
        LeagueFacts(fixtures=order).known_at(TIP_OFF + 4 * HOUR).fixtures
        for order in permutations((one, other))
    }
    assert len(held) == 1


def test_lines_are_a_players_and_a_teams_in_one_game() -> None:
    team = TeamLine("g1", TIP_OFF, "a", "b", True, Counts(), "feed", TIP_OFF + 3 * HOUR)
    player = PlayerLine("g1", TIP_OFF, "a", "b", "p1", True, Counts(), "feed", TIP_OFF + 3 * HOUR)
    team_later = replace(team, counts=Counts(twos_made=1), known_at=TIP_OFF + 5 * HOUR)
    player_later = replace(player, team_id="b", known_at=TIP_OFF + 5 * HOUR)
    others = replace(team, team_id="b", opponent_id="a"), replace(player, player_id="p2")
    facts = LeagueFacts((), (team_later, team, others[0]), (player_later, player, others[1]))

    early, late = (facts.known_at(TIP_OFF + hours * HOUR) for hours in (4, 5))

    assert set(early.team_lines) == {team, others[0]}
    assert set(early.player_lines) == {player, others[1]}
    assert set(late.team_lines) == {team_later, others[0]}
    assert set(late.player_lines) == {player_later, others[1]}


def test_every_move_known_by_then_is_kept_for_one_does_not_replace_another() -> None:
    moves = tuple(RosterMove("p1", "a", move, TIP_OFF, TIP_OFF + n * HOUR) for n, move in enumerate(Move))
    assert LeagueFacts(roster_moves=moves).known_at(TIP_OFF + HOUR).roster_moves == moves[:2]
