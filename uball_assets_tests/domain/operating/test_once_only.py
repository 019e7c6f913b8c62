"""A request that is sent twice is done once."""

from __future__ import annotations

import pytest

from uball_assets.domain.operating.once_only import LEASE_S, Kept, Verdict, verdict

NOW_S = 1_000_000.0


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (None, Verdict.DO),
        (Kept("other", NOW_S, True), Verdict.ANOTHER),
        (Kept("other", NOW_S, False), Verdict.ANOTHER),
        (Kept("this", NOW_S, True), Verdict.REPLAY),
        (Kept("this", 0.0, True), Verdict.REPLAY),
        (Kept("this", NOW_S - 1, False), Verdict.GOING),
        (Kept("this", NOW_S - LEASE_S, False), Verdict.RESUME),
        (Kept("this", 0.0, False), Verdict.RESUME),
    ],
)
def test_what_a_repeated_key_is_answered(kept: Kept | None, expected: Verdict) -> None:
    assert verdict(kept, "this", NOW_S) is expected
