"""The policy, case by case and as a whole."""

from __future__ import annotations

import pytest

from benchmarks.gates import policy
from uball_assets.domain.serving.shadow import MOST_GAMES, Answers, Idle, Outcome, judge


def answered(name: str, gained: int, lost: int, plays: int, games: int) -> Answers:
    ids = [f"{name}{place}" for place in range(plays)]
    return Answers(
        {play: not gained <= place < gained + lost for place, play in enumerate(ids)},
        {play: place >= gained for place, play in enumerate(ids)},
        {play: f"{name}{place % games}" for place, play in enumerate(ids)},
    )


EVALUATION_SET = answered("e", 3, 2, 43, 10)
NOTHING = Answers({}, {}, {})


@pytest.mark.parametrize(
    ("new", "outcome"),
    [
        (NOTHING, Outcome.WAITING),
        (answered("n", 1, 1, 25, 1), Outcome.GO_ON),
        (answered("n", 12, 1, 50, 2), Outcome.PROMOTE),
        (answered("n", 0, 12, 25, 1), Outcome.ROLL_BACK),
        (answered("n", 6, 5, 200, MOST_GAMES), Outcome.PROMOTE),
        (answered("n", 5, 9, 200, MOST_GAMES), Outcome.KEEP_CHAMPION),
    ],
    ids=["no game yet", "open", "better", "worse", "as good, for sure", "a little worse"],
)
def test_a_shadow_ends_when_the_evidence_says_so(new: Answers, outcome: Outcome) -> None:
    assert judge(EVALUATION_SET, new).outcome is outcome


@pytest.mark.parametrize(
    ("new", "idle_days", "outcome", "says"),
    [
        (NOTHING, 1, Outcome.WAITING, "reviewed yet; without one more it ends by itself in 13 days"),
        (NOTHING, 13.9, Outcome.WAITING, "ends by itself in 1 day"),
        (
            NOTHING,
            14,
            Outcome.NO_TRAFFIC,
            "no traffic for 14 days (UBALL_TRIAL_IDLE_DAYS is 14): no game",
        ),
        (answered("n", 1, 1, 25, 1), 3, Outcome.GO_ON, "ends by itself in 11 days"),
        (answered("n", 1, 1, 25, 1), 20, Outcome.NO_TRAFFIC, "no traffic for 20 days"),
        (answered("n", 12, 1, 50, 2), 20, Outcome.PROMOTE, "better"),
        (answered("n", 0, 12, 25, 1), 20, Outcome.ROLL_BACK, "worse"),
    ],
)
def test_a_trial_without_games_ends_when_its_time_is_over(
    new: Answers, idle_days: float, outcome: Outcome, says: str
) -> None:
    found = judge(EVALUATION_SET, new, idle=Idle(idle_days, 14.0))
    assert found.outcome is outcome
    assert says in found.reason


def test_the_order_of_games_does_not_matter() -> None:
    one, other = answered("a", 4, 1, 25, 1), answered("b", 0, 3, 25, 1)
    assert judge(EVALUATION_SET, one.with_plays_of(other)) == judge(EVALUATION_SET, other.with_plays_of(one))


def test_an_open_shadow_says_how_many_games_are_left() -> None:
    assert "at most 6 games more" in judge(EVALUATION_SET, answered("n", 1, 1, 50, 2)).reason


@pytest.mark.parametrize(
    ("points", "most_promoted", "least_promoted", "least_refused"),
    [(-10, 1, 0, 85), (-5, 8, 0, 40), (0, 55, 20, 0), (5, 100, 85, 0), (10, 100, 97, 0)],
)
def test_the_whole_policy_is_as_often_right_as_the_docs_say(
    points: int, most_promoted: float, least_promoted: float, least_refused: float
) -> None:
    shares = policy(points, runs=120)
    assert least_promoted <= shares.better_at_once + shares.promoted_later <= most_promoted
    assert shares.refused >= least_refused
