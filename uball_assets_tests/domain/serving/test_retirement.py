"""Retirement: what is kept, and why."""

from __future__ import annotations

import pytest

from uball_assets.domain.serving.retirement import fates, named_since

MODELS = [f"v{number}" for number in range(1, 13)]


def test_the_last_versions_what_routes_reach_and_what_is_in_use_are_kept_and_the_rest_may_go() -> None:
    found = fates(MODELS, {"v2", "v12"}, {"v3"}, {"v1"}, keep_last=5)
    assert [fate.model for fate in found if not fate.is_kept] == ["v4", "v5", "v6", "v7"]
    why = {fate.model: fate.why for fate in found}
    assert "v1" not in why
    assert "rollback" in why["v2"]
    assert "run that goes on" in why["v3"]
    assert "last 5 versions" in why["v8"]


def test_fewer_versions_than_are_kept_lose_none() -> None:
    assert all(fate.is_kept for fate in fates(MODELS[:3], set(), set(), set(), keep_last=10))


@pytest.mark.parametrize(
    ("since_s", "named"),
    [
        (None, set()),
        (50.0, {"v1", "v2", "v3"}),
        (150.0, {"v1", "v2", "v3"}),
        (250.0, {"v2", "v3"}),
        (301.0, {"v3"}),
    ],
)
def test_a_run_may_ask_whoever_served_since_it_began(since_s: float | None, named: set[str]) -> None:
    changes = [(100.0, {"v1"}), (200.0, {"v2"}), (300.0, {"v3"})]
    assert named_since(changes, since_s) == named
