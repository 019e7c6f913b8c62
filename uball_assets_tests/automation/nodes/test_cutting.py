"""Which runs have their clips cut on other nodes: those on one of Ray's, where the setting says so."""

from __future__ import annotations

import dagster as dg
import pytest

from uball_assets.automation.nodes.cutting import ALARM_S, BEAT_S, OVER_S, places_of
from uball_assets.automation.nodes.run_on_node import NODE_TAG

ON_RAY = dg.DagsterRun("game_job", tags={NODE_TAG: "node3"})
ELSEWHERE = dg.DagsterRun("game_job")


@pytest.mark.parametrize(
    ("run", "nodes", "places"),
    [(ON_RAY, 3, 2), (ON_RAY, 1, 0), (ELSEWHERE, 3, 0), (None, 3, 0)],
    ids=["a run on a node", "not asked for", "a run that is on no node", "no run"],
)
def test_places_are_lent_to_runs_on_a_node_where_it_is_asked_for(
    run: dg.DagsterRun | None, nodes: int, places: int
) -> None:
    assert len(places_of(run, nodes)()) == places


def test_a_place_has_ended_before_its_part_is_given_up() -> None:
    """Its alarm is set anew by one more beat at most, the one whose answer was lost."""
    assert OVER_S > 2 * ALARM_S
    assert ALARM_S > 4 * BEAT_S
