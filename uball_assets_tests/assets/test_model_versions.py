"""The plays database's list of models tells each one's life, as the record has it."""

from __future__ import annotations

from uball_assets_tests.assets.serving.scripted import write_scores
from uball_assets_tests.league import Platform

BETTER = {1: "-" * 6 + "+" * 14, 2: "+" * 20}


def test_a_promotion_is_in_the_list_with_its_moment_and_its_reason(undecided: Platform) -> None:
    write_scores(undecided, BETTER)
    assert undecided.materialize("endpoint", game_id="g2").success
    opened, changed = undecided.entries("routes")
    told = [
        (row["status"], row["deployed_at"], row["retired_at"], row["reason"])
        for row in undecided.resources.plays_db.model_versions()
    ]
    assert told == [
        ("retired", opened["recorded_at"], changed["recorded_at"], changed["reason"]),
        ("serving", changed["recorded_at"], None, changed["reason"]),
    ]
