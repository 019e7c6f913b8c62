"""Whether the league is refreshed now, by table: each reason, what bounds it, what a quiet tick says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.league.operating.refresh import Refresh, RefreshView, decide, wishes
from uball_assets.domain.learning.attempts import Attempt, Tried

NOW_S = 1_000_000.0
QUIET = RefreshView(NOW_S, False, 60, 0, (), False, NOW_S - 600, 3600.0, True)


def decided(view: RefreshView, *ended: Attempt) -> Refresh:
    """With these attempts at each reason."""
    return decide(
        view, [(wish, Tried(ended, len(ended) + 1)) for wish in wishes(view)], 3, (60.0, 300.0, 1800.0)
    )


@pytest.mark.parametrize(
    ("view", "what", "says"),
    [
        (replace(QUIET, games=0), "first", "nothing is known of the league yet"),
        (replace(QUIET, unmade=3), "new", "3 games without features"),
        (
            replace(QUIET, gaps=("g1 is over",) * 5),
            "gaps",
            "missing: g1 is over, g1 is over, g1 is over, and 2",
        ),
        (replace(QUIET, is_stale=True), "stale", "changed since forecasts were made"),
        (replace(QUIET, looked_s=NOW_S - 7200), "look", "the last look at the sources was 2 hours ago"),
        (replace(QUIET, looked_s=None), "look", "the last look"),
    ],
    ids=["first", "new", "gaps", "stale", "look", "never looked"],
)
def test_each_reason_starts_a_run_and_says_so(view: RefreshView, what: str, says: str) -> None:
    found = decided(view)
    assert (found.due, found.what, found.attempt) == (True, what, 1)
    assert says in found.reason


def test_a_quiet_tick_says_when_sources_are_asked_next() -> None:
    assert decided(QUIET) == Refresh(
        False, "up to date: 60 games known, the next look at the sources in 50 minutes"
    )


def test_in_the_off_season_nobody_looks() -> None:
    found = decided(replace(QUIET, expects_games=False, looked_s=None))
    assert (found.due, "off-season" in found.reason) == (False, True)


def test_a_run_that_goes_on_is_waited_for() -> None:
    assert (
        decided(replace(QUIET, unmade=3, is_running=True)).reason == "waiting: a run of the league is going"
    )


def test_what_did_not_help_is_tried_again_later_and_not_for_ever() -> None:
    missing, ended = replace(QUIET, gaps=("g1 is over",)), Attempt(NOW_S - 30, "succeeded")
    assert "asked again in 30 seconds" in decided(missing, ended).reason
    assert decided(missing, replace(ended, at_s=NOW_S - 90)).attempt == 2
    assert "3 attempts did not mend it" in decided(missing, *[replace(ended, at_s=0.0)] * 3).reason


def test_one_reason_that_is_stuck_hides_no_other() -> None:
    view = replace(QUIET, gaps=("g1 is over",), is_stale=True)
    stuck = Tried((Attempt(0.0, "failed"),) * 3, 4)
    found = decide(view, [(wish, stuck if wish.what == "gaps" else Tried()) for wish in wishes(view)], 3, ())
    assert (found.due, found.what) == (True, "stale")


def test_a_look_that_failed_is_another_one_in_the_next_period() -> None:
    late = replace(QUIET, looked_s=NOW_S - 7200)
    assert late.look != replace(late, now_s=NOW_S + 3600).look
    assert late.look == replace(late, now_s=NOW_S + 60).look
