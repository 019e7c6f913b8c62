"""Whether a failed run is started again by itself."""

from __future__ import annotations

import pytest

from uball_assets.domain.learning.again import MOST_LETTERS, Kind, again, for_good
from uball_assets.domain.learning.retrain import Policy

POLICY = Policy(max_attempts=3, backoff_s=(60.0, 300.0))


@pytest.mark.parametrize(
    ("failures", "attempt", "by_sensor", "repeated", "said"),
    [
        ({"plays": Kind.TRANSIENT}, 1, False, True, "attempt 2 of 3 is started by itself, after 60 s"),
        ({"plays": Kind.TRANSIENT}, 2, False, True, "attempt 3 of 3 is started by itself, after 300 s"),
        ({"plays": Kind.TRANSIENT}, 3, False, False, "attempt 3 of 3 failed"),
        ({"plays": Kind.PERMANENT}, 1, False, False, "plays failed for good"),
        ({"plays": Kind.UNKNOWN}, 1, False, False, "plays failed by an error that no adapter foresaw"),
        ({"plays": Kind.TRANSIENT, "clips": Kind.PERMANENT}, 1, False, False, "clips failed for good"),
        ({}, 1, False, True, "attempt 2 of 3"),
        ({"plays": Kind.TRANSIENT}, 1, True, False, "who asked for this run decides"),
    ],
    ids=["once", "twice", "bounded", "for good", "unforeseen", "one of two for good", "killed", "a sensor's"],
)
def test_what_may_pass_is_tried_again_and_what_will_not_is_not(
    failures: dict[str, Kind], attempt: int, by_sensor: bool, repeated: bool, said: str
) -> None:
    decided = again(failures, attempt, POLICY, by_sensor=by_sensor)
    assert decided.repeated is repeated
    assert said in decided.reason


def test_a_sensors_run_that_failed_for_good_says_that_no_other_is_asked_for() -> None:
    decided = again({"plays": Kind.PERMANENT}, 1, POLICY, by_sensor=True, held=True)
    assert not decided.repeated
    assert decided.reason == (
        "not started again, and no sensor asks for it while its content is the same: "
        "mend what failed for good, then start it by hand"
    )


def test_what_failed_for_good_is_named_by_step_and_no_longer_than_a_tag_may_be() -> None:
    assert (
        for_good({"plays": "no such column", "clips": "no video"}) == "clips: no video; plays: no such column"
    )
    assert for_good({}) == ""
    long = for_good({"plays": "x" * 2000})
    assert len(long) == MOST_LETTERS
    assert long.endswith("x…")
